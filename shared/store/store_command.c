/* SPDX-License-Identifier: ISC
 *
 * Statements of the command outbox.
 */
#include <assert.h>
#include <string.h>

#include "shared/store/store_command.h"
#include "shared/store/store_int.h"

enum { Q_NEXT, Q_INSERT, Q_UPDATE, Q_SET_DATA, Q_GET, Q_OPEN, Q_LIST, Q_LIST_ENTITY, Q_CAUSED,
	Q_LAST, Q__MAX };

#define COLUMNS_OF(id) "SELECT c.id, c.entity, " id ", c.service, c.data, c.status, c.reason, " \
	"c.actor, c.cause, c.event, c.created, c.deadline, c.sent, c.done, c.tries, c.before FROM command c "
#define COLUMNS COLUMNS_OF("e.entity_id") "JOIN entity e ON e.row = c.entity "

static const char *const sql[Q__MAX] = {
	[Q_NEXT] = "SELECT COALESCE(MAX(id), 0) + 1 FROM command",
	[Q_INSERT] = "INSERT INTO command (entity, service, data, status, reason, actor, cause, event, "
	    "created, deadline, sent, done, tries, id, before) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
	[Q_UPDATE] = "UPDATE command SET status = ?2, reason = ?3, sent = ?4, done = ?5, tries = ?6, "
	    "event = ?7 WHERE id = ?1",
	[Q_SET_DATA] = "UPDATE command SET data = ?2 WHERE id = ?1",
	[Q_GET] = COLUMNS "WHERE c.id = ?1",
	/* Who asks has the entities in memory. */
	[Q_OPEN] = COLUMNS_OF("NULL") "WHERE c.id > ?1 AND c.status IN ('pending', 'sent') ORDER BY c.id",
	[Q_LIST] = COLUMNS "WHERE c.id < ?1 ORDER BY c.id DESC LIMIT ?2",
	[Q_LIST_ENTITY] = COLUMNS "WHERE c.entity = ?3 AND c.id < ?1 ORDER BY c.id DESC LIMIT ?2",
	[Q_CAUSED] = COLUMNS "WHERE c.cause = ?1 ORDER BY c.id LIMIT ?2",
	[Q_LAST] = COLUMNS "WHERE c.id > (SELECT COALESCE(MAX(id), 0) FROM command) - 20000 AND "
	    "c.actor >= ?1 AND c.actor < ?2 ORDER BY c.id DESC LIMIT 1",
};

const struct db_table store_command_table = { STORE_COMMAND, "command", sql, Q__MAX };

static const char *const status_names[] = {
	[COMMAND_PENDING] = "pending",
	[COMMAND_SENT] = "sent",
	[COMMAND_CONFIRMED] = "confirmed",
	[COMMAND_FAILED] = "failed",
	[COMMAND_EXPIRED] = "expired",
	[COMMAND_REFUSED] = "refused",
};
static_assert(sizeof(status_names) / sizeof(status_names[0]) == COMMAND_STATUS__MAX,
    "a name per status");

const char *
command_status_name(enum command_status s)
{
	return status_names[s];
}

static enum command_status
parse_status(const char *name)
{
	int i;

	for (i = 0; i < COMMAND_STATUS__MAX; i++)
		if (strcmp(status_names[i], name) == 0)
			return (enum command_status)i;
	return COMMAND_FAILED;	/* the table's CHECK allows no other */
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, struct command *out)
{
	out->id = db_int(s, 0);
	out->entity = db_int(s, 1);
	out->entity_id = store_text(s, 2, a);
	out->service = store_text(s, 3, a);
	out->data = store_text(s, 4, a);
	out->status = parse_status(db_text(s, 5));
	out->reason = store_text(s, 6, a);
	out->actor = store_text(s, 7, a);
	out->cause = db_int(s, 8);
	out->event = db_int(s, 9);
	out->created = db_int(s, 10);
	out->deadline = db_int(s, 11);
	out->sent = db_int(s, 12);
	out->done = db_int(s, 13);
	out->tries = (int)db_int(s, 14);
	out->before = store_text(s, 15, a);
}

int64_t
store_command_next(struct tx *tx)
{
	struct db_stmt *s = db_query(tx->db, &store_command_table, Q_NEXT);
	int64_t id = db_step(s) == RC_OK ? db_int(s, 0) : 0;

	db_reset(s);
	return id;
}

enum rc
store_command_insert(struct tx *tx, struct command *c)
{
	struct db_stmt *s = db_query(tx->db, &store_command_table, Q_INSERT);
	enum rc rc;

	db_bind_int(s, 1, c->entity);
	db_bind_text(s, 2, c->service);
	db_bind_text(s, 3, c->data != NULL ? c->data : "{}");
	db_bind_text(s, 4, command_status_name(c->status));
	db_bind_text(s, 5, c->reason);
	db_bind_text(s, 6, c->actor);
	store_bind_key(s, 7, c->cause);
	db_bind_int(s, 8, c->event);
	db_bind_int(s, 9, c->created);
	db_bind_int(s, 10, c->deadline);
	store_bind_key(s, 11, c->sent);
	store_bind_key(s, 12, c->done);
	db_bind_int(s, 13, c->tries);
	store_bind_key(s, 14, c->id);
	db_bind_text(s, 15, c->before);
	if ((rc = db_run(s)) == RC_OK)
		c->id = db_last_id(tx->db);
	return rc;
}

enum rc
store_command_update(struct tx *tx, const struct command *c)
{
	struct db_stmt *s = db_query(tx->db, &store_command_table, Q_UPDATE);

	db_bind_int(s, 1, c->id);
	db_bind_text(s, 2, command_status_name(c->status));
	db_bind_text(s, 3, c->reason);
	store_bind_key(s, 4, c->sent);
	store_bind_key(s, 5, c->done);
	db_bind_int(s, 6, c->tries);
	db_bind_int(s, 7, c->event);
	return store_run_row(tx->db, s);
}

enum rc
store_command_set_data(struct tx *tx, int64_t id, const char *data)
{
	struct db_stmt *s = db_query(tx->db, &store_command_table, Q_SET_DATA);

	db_bind_int(s, 1, id);
	db_bind_text(s, 2, data);
	return store_run_row(tx->db, s);
}

enum rc
store_command_get(struct db *db, int64_t id, struct mem_arena *a, struct command *out)
{
	struct db_stmt *s = db_query(db, &store_command_table, Q_GET);
	enum rc rc;

	db_bind_int(s, 1, id);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	read_row(s, a, out);
	db_reset(s);
	return RC_OK;
}

enum rc
store_command_each_open(struct db *db, int64_t after,
    bool (*fn)(const struct command *c, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_command_table, Q_OPEN);
	struct command c;
	enum rc rc;

	db_bind_int(s, 1, after);
	while ((rc = db_step(s)) == RC_OK) {
		read_row(s, NULL, &c);
		if (!fn(&c, arg)) {
			db_reset(s);
			return RC_OK;
		}
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
read_all(struct db_stmt *s, struct mem_arena *a, struct command **rows, size_t *n)
{
	struct command *list = NULL;
	size_t count = 0, cap = 0;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		list = store_grow(a, list, count, &cap, sizeof(*list));
		read_row(s, a, &list[count++]);
	}
	if (rc != RC_NOT_FOUND)
		return rc;
	*rows = list;
	*n = count;
	return RC_OK;
}

enum rc
store_command_list(struct db *db, const struct store_command_filter *filter, struct mem_arena *a,
    struct command **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_command_table,
	    filter->entity != 0 ? Q_LIST_ENTITY : Q_LIST);

	db_bind_int(s, 1, filter->before > 0 ? filter->before : INT64_MAX);
	db_bind_int(s, 2, filter->limit > 0 ? filter->limit : -1);
	if (filter->entity != 0)
		db_bind_int(s, 3, filter->entity);
	return read_all(s, a, rows, n);
}

enum rc
store_command_caused(struct db *db, int64_t event, int limit, struct mem_arena *a,
    struct command **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_command_table, Q_CAUSED);

	db_bind_int(s, 1, event);
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	return read_all(s, a, rows, n);
}

enum rc
store_command_last(struct db *db, const char *actor, struct mem_arena *a, struct command *out)
{
	struct db_stmt *s = db_query(db, &store_command_table, Q_LAST);
	size_t n = strlen(actor);
	bool all = n > 0 && actor[n - 1] == ':';
	struct command *rows;
	enum rc rc;

	db_bind_text(s, 1, actor);	/* ';' follows ':', and nothing lies between a name and itself with \1 */
	db_bind_text(s, 2, all ? mem_printf(a, "%.*s;", (int)n - 1, actor) : mem_printf(a, "%s\1", actor));
	if ((rc = read_all(s, a, &rows, &n)) != RC_OK)
		return rc;
	if (n == 0)
		return RC_NOT_FOUND;
	*out = rows[0];
	return RC_OK;
}
