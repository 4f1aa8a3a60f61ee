/* SPDX-License-Identifier: ISC
 *
 * Set-up, login and tokens, and what a token's holder may do.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/session.h"

#define TOKEN_PREFIX "hc_"
#define TOKEN_CHARS 43		/* 258 random bits */
#define CODE_HALF 4		/* characters on each side of the dash */
#define STALE_MS 60000
#define TOKEN_NAME_MAX 64

static_assert(sizeof(TOKEN_PREFIX) + TOKEN_CHARS <= SESSION_TOKEN, "a token fits");

static const char *const permissions[PERMISSION__MAX] = {
	[PERMISSION_NONE] = "none",
	[PERMISSION_READ] = "read",
	[PERMISSION_CONTROL] = "control",
	[PERMISSION_MANAGE] = "manage",
};

/* What the scope of a token allows. */
static const struct {
	const char	*name;
	enum permission	 most;
} scopes[] = {
	{ "all", PERMISSION_MANAGE },
	{ "control", PERMISSION_CONTROL },
	{ "read", PERMISSION_READ },
};

#define SCOPES (sizeof(scopes) / sizeof(scopes[0]))

const char *
session_permission_name(enum permission p)
{
	return permissions[p];
}

static enum permission
scope_most(const char *scope)
{
	size_t i;

	for (i = 0; i < SCOPES; i++)
		if (strcmp(scopes[i].name, scope) == 0)
			return scopes[i].most;
	return PERMISSION_NONE;
}

/* What the answer of the database means for somebody with this token. */
static enum rc
judge(enum rc rc, const struct token *t, int64_t now_ms, struct fault *f)
{
	if (rc == RC_NOT_FOUND)
		return fault_set(f, RC_UNAUTHORIZED, NULL, "this token is not known: log in again");
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the database cannot be read at the moment");
	if (t->expires != 0 && t->expires <= now_ms)
		return fault_set(f, RC_UNAUTHORIZED, NULL, "this token has expired: log in again");
	return RC_OK;
}

enum rc
session_check(struct db *db, const char *token, int64_t now_ms, struct mem_arena *a,
    struct identity *out, struct fault *f)
{
	char hash[TOKEN_HASH];
	struct token t = { .row = 0 };
	enum rc rc;

	token_sha256(token, strlen(token), hash);
	rc = judge(store_token_by_hash(db, hash, a, &t), &t, now_ms, f);
	if (rc != RC_OK)
		return rc;
	out->token = t;
	out->token.hash = mem_strdup(a, hash);
	out->most = scope_most(t.scope);
	out->actor = t.user != 0 ? mem_printf(a, "user:%s", t.user_name) :
	    mem_printf(a, "token:%s", t.name);
	return RC_OK;
}

enum rc
session_holds(struct db *db, struct identity *who, int64_t now_ms, struct fault *f)
{
	return judge(store_token_refresh(db, &who->token), &who->token, now_ms, f);
}

bool
session_stale(const struct identity *id, int64_t now_ms)
{
	return now_ms - id->token.last_used >= STALE_MS;
}

enum rc
session_touch(struct tx *tx, const struct identity *id)
{
	return store_token_touch(tx, id->token.row);
}

bool
session_setup_needed(struct db *db)
{
	int64_t n;

	return store_user_count(db, &n) == RC_OK && n == 0;
}

static enum rc
refuse_setup(struct fault *f)
{
	return fault_set(f, RC_REFUSED, NULL, "the house is set up already: log in");
}

enum rc
session_setup_code(struct tx *tx, char code[SESSION_CODE], struct fault *f)
{
	char hash[TOKEN_HASH];
	enum rc rc;

	if (!session_setup_needed(tx->db))
		return refuse_setup(f);
	token_code(code, CODE_HALF);
	code[CODE_HALF] = '-';
	token_code(code + CODE_HALF + 1, CODE_HALF);
	token_sha256(code, strlen(code), hash);
	rc = store_setup_code_put(tx, hash);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the set-up code cannot be stored");
}

enum rc
session_setup_check(struct db *db, const char *code, struct fault *f)
{
	char hash[TOKEN_HASH];

	if (!session_setup_needed(db))
		return refuse_setup(f);
	token_sha256(code, strlen(code), hash);
	if (!store_setup_code_holds(db, hash))
		return fault_set(f, RC_UNAUTHORIZED, "code", "this set-up code is not valid");
	return RC_OK;
}

enum rc
session_user_check(const char *name, const char *password, struct fault *f)
{
	size_t n = strlen(password);
	const char *p;

	if (*name == '\0' || strlen(name) > 64)
		return fault_set(f, RC_INVALID, "username", "username must have 1 to 64 bytes");
	for (p = name; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return fault_set(f, RC_INVALID, "username",
			    "username must not hold blanks or control characters");
	if (n < 8 || n > 1024)
		return fault_set(f, RC_INVALID, "password", "password must have 8 to 1024 bytes");
	return RC_OK;
}

enum rc
session_user_add(struct tx *tx, const char *name, const char *encoded, struct user *out,
    struct fault *f)
{
	struct user user = { .name = name, .password = encoded, .role = "owner",
		.created = tx->now_ms };
	char subject[SESSION_TEXT];
	enum rc rc;

	rc = store_user_insert(tx, &user);
	if (rc == RC_EXISTS)
		return fault_set(f, rc, "username", "there is a user called %s already", name);
	if (rc == RC_OK)
		rc = store_setup_code_clear(tx);
	snprintf(subject, sizeof(subject), "user.%s", name);
	if (rc == RC_OK)
		rc = event_append(tx, EVENT_USER_CHANGED, 0, subject, "{\"change\":\"added\"}", NULL);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the user cannot be stored");
	*out = user;
	return RC_OK;
}

static enum rc
check_grant(const struct session_grant *g, const char *scope, int64_t now_ms, struct fault *f)
{
	if (*g->name == '\0' || strlen(g->name) > TOKEN_NAME_MAX)
		return fault_set(f, RC_INVALID, "name", "name must have 1 to %d bytes",
		    TOKEN_NAME_MAX);
	if (scope_most(scope) == PERMISSION_NONE)
		return fault_set(f, RC_INVALID, "scope", "scope must be all, control or read");
	if (g->expires != 0 && g->expires <= now_ms)
		return fault_set(f, RC_INVALID, "expires", "expires must lie in the future");
	return RC_OK;
}

/* A random token, its row, no event. */
static enum rc
issue(struct tx *tx, const struct session_grant *g, char token[SESSION_TOKEN], struct token *out,
    struct fault *f)
{
	struct token t = { .user = g->user, .user_name = g->user_name, .name = g->name,
		.scope = g->scope != NULL ? g->scope : "all", .created = tx->now_ms,
		.expires = g->expires };
	char text[SESSION_TOKEN] = TOKEN_PREFIX, hash[TOKEN_HASH];
	enum rc rc;

	if ((rc = check_grant(g, t.scope, tx->now_ms, f)) != RC_OK)
		return rc;
	token_text(text + strlen(TOKEN_PREFIX), TOKEN_CHARS);
	token_sha256(text, strlen(text), hash);
	t.hash = hash;
	if ((rc = store_token_insert(tx, &t)) != RC_OK)
		return fault_set(f, rc, NULL, "the token cannot be stored");
	t.hash = NULL;
	*out = t;
	memcpy(token, text, sizeof(text));
	token_wipe(text, sizeof(text));
	return RC_OK;
}

static enum rc
token_event(struct tx *tx, int64_t row, const char *change, const char *name)
{
	struct buf data = {0};
	struct jsw w = jsw_to(&data);
	char subject[SESSION_TEXT];
	enum rc rc;

	snprintf(subject, sizeof(subject), "token.%lld", (long long)row);
	jsw_object(&w, NULL);
	jsw_string(&w, "change", change);
	jsw_string(&w, "name", name);
	jsw_end(&w);
	rc = event_append(tx, EVENT_TOKEN_CHANGED, 0, subject, buf_str(&data), NULL);
	buf_free(&data);
	return rc;
}

enum rc
session_grant(struct tx *tx, const struct session_grant *g, char token[SESSION_TOKEN],
    struct token *out, struct fault *f)
{
	enum rc rc;

	if ((rc = issue(tx, g, token, out, f)) != RC_OK)
		return rc;
	rc = token_event(tx, out->row, "added", g->name);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the token cannot be stored");
}

enum rc
session_login(struct tx *tx, const struct user *user, int64_t minutes, char token[SESSION_TOKEN],
    struct token *out, struct fault *f)
{
	struct session_grant g = { .user = user->row, .user_name = user->name, .name = "login",
		.expires = minutes > 0 ? tx->now_ms + minutes * 60000 : 0 };
	char subject[SESSION_TEXT];
	enum rc rc;

	/* Here tokens come, so here the expired ones go. */
	if ((rc = store_token_prune(tx, tx->now_ms)) != RC_OK)
		return fault_set(f, rc, NULL, "the token cannot be stored");
	if ((rc = issue(tx, &g, token, out, f)) != RC_OK)
		return rc;
	snprintf(subject, sizeof(subject), "user.%s", user->name);
	rc = event_append(tx, EVENT_LOGIN, 0, subject, NULL, NULL);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the login cannot be stored");
}

enum rc
session_revoke(struct tx *tx, const struct identity *by, int64_t row, struct mem_arena *a,
    struct fault *f)
{
	struct token t;
	enum rc rc;

	rc = store_token_get(tx->db, row, a, &t);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && t.user != by->token.user))
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no such token");
	if (rc == RC_OK)
		rc = store_token_delete(tx, row);
	if (rc == RC_OK)
		rc = token_event(tx, row, "revoked", t.name);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the token cannot be revoked");
}

void
session_write_token(struct jsw *w, const char *key, const struct token *t)
{
	jsw_object(w, key);
	jsw_int(w, "id", t->row);
	jsw_string(w, "name", t->name);
	jsw_string(w, "scope", t->scope);
	jsw_string(w, "user", t->user_name);
	jsw_time(w, "created", t->created);
	jsw_time(w, "expires", t->expires);
	jsw_time(w, "last_used", t->last_used);
	jsw_end(w);
}
