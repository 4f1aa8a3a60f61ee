/* SPDX-License-Identifier: ISC
 *
 * Statements of people, tokens, the set-up code and kept answers.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_session.h"

#define TOUCH_MS 60000	/* last_used is about this exact */

enum { Q_USER_GET, Q_USER_COUNT, Q_USER_INSERT, Q_TOKEN_BY_HASH, Q_TOKEN_REFRESH, Q_TOKEN_GET, Q_TOKEN_LIST,
	Q_TOKEN_INSERT, Q_TOKEN_DELETE, Q_TOKEN_TOUCH, Q_TOKEN_PRUNE, Q_TOKEN_COUNT, Q_CODE_CLEAR,
	Q_CODE_PUT, Q_CODE_HOLDS, Q_REPLY_GET, Q_REPLY_PUT, Q_REPLY_PRUNE, Q__MAX };

#define TOKEN "SELECT t.row, t.user, u.name, u.role, t.name, t.scope, t.created, t.expires, " \
	"t.last_used FROM token t LEFT JOIN user u ON u.row = t.user "

static const char *const sql[Q__MAX] = {
	[Q_USER_GET] = "SELECT row, name, password, role, created FROM user WHERE name = ?1",
	[Q_USER_COUNT] = "SELECT COUNT(*) FROM user",
	[Q_USER_INSERT] = "INSERT INTO user (name, password, role, created) VALUES (?1, ?2, ?3, ?4)",
	[Q_TOKEN_BY_HASH] = TOKEN "WHERE t.hash = ?1",
	[Q_TOKEN_REFRESH] = "SELECT expires, last_used FROM token WHERE row = ?1 AND hash = ?2",
	[Q_TOKEN_GET] = TOKEN "WHERE t.row = ?1",
	[Q_TOKEN_LIST] = TOKEN "WHERE t.user IS ?1 AND t.row > ?2 ORDER BY t.row LIMIT ?3",
	[Q_TOKEN_INSERT] = "INSERT INTO token (hash, user, name, scope, created, expires) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[Q_TOKEN_DELETE] = "DELETE FROM token WHERE row = ?1",
	[Q_TOKEN_TOUCH] = "UPDATE token SET last_used = ?2 "
	    "WHERE row = ?1 AND (last_used IS NULL OR last_used <= ?3)",
	[Q_TOKEN_PRUNE] = "DELETE FROM token WHERE expires < ?1",
	[Q_TOKEN_COUNT] = "SELECT COUNT(*) FROM token WHERE user IS NOT NULL "
	    "AND (expires IS NULL OR expires > ?1)",
	[Q_CODE_CLEAR] = "DELETE FROM setup_code",
	[Q_CODE_PUT] = "INSERT INTO setup_code (hash, created) VALUES (?1, ?2)",
	[Q_CODE_HOLDS] = "SELECT 1 FROM setup_code WHERE hash = ?1",
	[Q_REPLY_GET] = "SELECT request, status, body, created FROM idempotency "
	    "WHERE actor = ?1 AND key = ?2",
	[Q_REPLY_PUT] = "INSERT INTO idempotency (actor, key, request, status, body, created) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[Q_REPLY_PRUNE] = "DELETE FROM idempotency WHERE created < ?1",
};

const struct db_table store_session_table = { STORE_SESSION, "session", sql, Q__MAX };

enum rc
store_user_get(struct db *db, const char *name, struct mem_arena *a, struct user *out)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_USER_GET);
	enum rc rc;

	db_bind_text(s, 1, name);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	out->row = db_int(s, 0);
	out->name = store_text(s, 1, a);
	out->password = store_text(s, 2, a);
	out->role = store_text(s, 3, a);
	out->created = db_int(s, 4);
	db_reset(s);
	return RC_OK;
}

static enum rc
count(struct db_stmt *s, int64_t *n)
{
	enum rc rc = db_step(s);

	if (rc != RC_OK)
		return rc;
	*n = db_int(s, 0);
	db_reset(s);
	return RC_OK;
}

enum rc
store_user_count(struct db *db, int64_t *n)
{
	return count(db_query(db, &store_session_table, Q_USER_COUNT), n);
}

enum rc
store_user_insert(struct tx *tx, struct user *user)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_USER_INSERT);

	db_bind_text(s, 1, user->name);
	db_bind_text(s, 2, user->password);
	db_bind_text(s, 3, user->role);
	db_bind_int(s, 4, user->created);
	return store_insert(tx->db, s, &user->row);
}

static void
read_token(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct token *out = row;

	out->row = db_int(s, 0);
	out->hash = NULL;
	out->user = db_int(s, 1);
	out->user_name = store_text(s, 2, a);
	out->role = store_text(s, 3, a);
	out->name = store_text(s, 4, a);
	out->scope = store_text(s, 5, a);
	out->created = db_int(s, 6);
	out->expires = db_int(s, 7);
	out->last_used = db_int(s, 8);
}

enum rc
store_token_by_hash(struct db *db, const char *hash, struct mem_arena *a, struct token *out)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_TOKEN_BY_HASH);

	db_bind_text(s, 1, hash);
	return store_one(s, read_token, a, out);
}

enum rc
store_token_refresh(struct db *db, struct token *t)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_TOKEN_REFRESH);
	enum rc rc;

	db_bind_int(s, 1, t->row);
	db_bind_text(s, 2, t->hash);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	t->expires = db_int(s, 0);
	t->last_used = db_int(s, 1);
	db_reset(s);
	return RC_OK;
}

enum rc
store_token_get(struct db *db, int64_t row, struct mem_arena *a, struct token *out)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_TOKEN_GET);

	db_bind_int(s, 1, row);
	return store_one(s, read_token, a, out);
}

enum rc
store_token_list(struct db *db, int64_t user, int64_t after, int limit, struct mem_arena *a,
    struct token **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_TOKEN_LIST);

	store_bind_key(s, 1, user);
	db_bind_int(s, 2, after);
	db_bind_int(s, 3, limit > 0 ? limit : -1);
	return store_all(s, read_token, sizeof(**rows), a, rows, n);
}

enum rc
store_token_insert(struct tx *tx, struct token *token)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_TOKEN_INSERT);

	db_bind_text(s, 1, token->hash);
	store_bind_key(s, 2, token->user);
	db_bind_text(s, 3, token->name);
	db_bind_text(s, 4, token->scope);
	db_bind_int(s, 5, token->created);
	store_bind_key(s, 6, token->expires);
	return store_insert(tx->db, s, &token->row);
}

enum rc
store_token_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_session_table, Q_TOKEN_DELETE, row);
}

enum rc
store_token_touch(struct tx *tx, int64_t row)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_TOKEN_TOUCH);

	db_bind_int(s, 1, row);
	db_bind_int(s, 2, tx->now_ms);
	db_bind_int(s, 3, tx->now_ms - TOUCH_MS);
	return db_run(s);
}

enum rc
store_token_prune(struct tx *tx, int64_t before)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_TOKEN_PRUNE);

	db_bind_int(s, 1, before);
	return db_run(s);
}

enum rc
store_token_count(struct db *db, int64_t now_ms, int64_t *n)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_TOKEN_COUNT);

	db_bind_int(s, 1, now_ms);
	return count(s, n);
}

enum rc
store_setup_code_put(struct tx *tx, const char *hash)
{
	struct db_stmt *s;
	enum rc rc;

	if ((rc = store_setup_code_clear(tx)) != RC_OK)
		return rc;
	s = db_query(tx->db, &store_session_table, Q_CODE_PUT);
	db_bind_text(s, 1, hash);
	db_bind_int(s, 2, tx->now_ms);
	return db_run(s);
}

bool
store_setup_code_holds(struct db *db, const char *hash)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_CODE_HOLDS);

	db_bind_text(s, 1, hash);
	return store_any(s);
}

enum rc
store_setup_code_clear(struct tx *tx)
{
	return db_run(db_query(tx->db, &store_session_table, Q_CODE_CLEAR));
}

enum rc
store_reply_get(struct db *db, const char *actor, const char *key, struct mem_arena *a,
    struct kept_reply *out)
{
	struct db_stmt *s = db_query(db, &store_session_table, Q_REPLY_GET);
	enum rc rc;

	db_bind_text(s, 1, actor);
	db_bind_text(s, 2, key);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	out->actor = actor;
	out->key = key;
	out->request = store_text(s, 0, a);
	out->status = (int)db_int(s, 1);
	out->body = store_text(s, 2, a);
	out->created = db_int(s, 3);
	db_reset(s);
	return RC_OK;
}

enum rc
store_reply_put(struct tx *tx, const struct kept_reply *r)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_REPLY_PUT);

	db_bind_text(s, 1, r->actor);
	db_bind_text(s, 2, r->key);
	db_bind_text(s, 3, r->request);
	db_bind_int(s, 4, r->status);
	db_bind_text(s, 5, r->body);
	db_bind_int(s, 6, tx->now_ms);
	return db_run(s);
}

enum rc
store_reply_prune(struct tx *tx, int64_t before)
{
	struct db_stmt *s = db_query(tx->db, &store_session_table, Q_REPLY_PRUNE);

	db_bind_int(s, 1, before);
	return db_run(s);
}
