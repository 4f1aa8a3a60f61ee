/* SPDX-License-Identifier: ISC
 *
 * /setup and /auth: the first person by one-time code, login, logout, who am I. Password hashing takes long
 * and memory: it happens outside of transactions, one at a time, and few may wait for it.
 */
#include <stdatomic.h>
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/base/log.h"

#define WAITERS 8	/* more would only sit on threads */

/* What a name nobody has is checked against, so that it takes as long as a name somebody has. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$P6qTd4NQ3vAdKrXCK16MYg$DYMhHsN9mMVWLpV2u2o/5uyOe8nIVZXrIO1TVAFlkjw";

/* What prepare found out for handle. */
struct entry {
	struct user	 user;
	char		 encoded[TOKEN_PASSWORD];
};

static enum rc
begin_slow(struct request *r)
{
	if (atomic_fetch_add(&r->api->slow_waiting, 1) >= WAITERS) {
		atomic_fetch_sub(&r->api->slow_waiting, 1);
		return fault_set(&r->fault, RC_LIMITED, NULL, "too many logins at the same time");
	}
	pthread_mutex_lock(&r->api->slow);
	return RC_OK;
}

static void
end_slow(struct request *r)
{
	pthread_mutex_unlock(&r->api->slow);
	atomic_fetch_sub(&r->api->slow_waiting, 1);
}

static enum rc
grant(struct request *r, const struct user *user)
{
	int64_t minutes = conf_int(r->api->conf, CONF_TOKEN_EXPIRE_MINUTES);
	char text[SESSION_TOKEN];
	struct token t;
	struct jsw *w;
	enum rc rc;

	r->tx->actor = mem_printf(r->arena, "user:%s", user->name);
	if ((rc = session_login(r->tx, user, minutes, text, &t, &r->fault)) != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "access_token", text);
	jsw_string(w, "token_type", "Bearer");
	jsw_int(w, "expires_in", minutes * 60);
	jsw_end(w);
	token_wipe(text, sizeof(text));
	return RC_OK;
}

enum { SETUP_CODE, SETUP_USERNAME, SETUP_PASSWORD };

#define NAME_FIELD \
	{ .name = "username", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true, .min = 1, \
	    .max = 64, .help = "without blanks" }
#define PASSWORD_FIELD(least) \
	{ .name = "password", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true, \
	    .min = least, .max = 1024, .help = "at least 8 bytes" }

static const struct field setup_inputs[] = {
	[SETUP_CODE] = { .name = "code", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 64, .help = "the one-time code that the house printed" },
	[SETUP_USERNAME] = NAME_FIELD,
	[SETUP_PASSWORD] = PASSWORD_FIELD(8),
	{ .name = NULL }
};

static enum rc
setup_check(struct request *r)
{
	enum rc rc;

	if ((rc = request_begin(r)) == RC_OK)
		rc = session_setup_check(r->db, r->in[SETUP_CODE].s, &r->fault);
	request_end(r);
	return rc;
}

static enum rc
setup_prepare(struct request *r)
{
	const char *password = r->in[SETUP_PASSWORD].s;
	struct entry *e = mem_zalloc(r->arena, sizeof(*e));
	enum rc rc;

	rc = session_user_check(r->in[SETUP_USERNAME].s, password, &r->fault);
	if (rc != RC_OK || (rc = setup_check(r)) != RC_OK || (rc = begin_slow(r)) != RC_OK)
		return rc;
	rc = token_password_hash(password, e->encoded);
	end_slow(r);
	r->state = e;
	return rc;
}

static enum rc
setup(struct request *r)
{
	struct entry *e = r->state;
	enum rc rc;

	rc = session_setup_check(r->db, r->in[SETUP_CODE].s, &r->fault);
	if (rc != RC_OK)
		return rc;
	r->tx->actor = mem_printf(r->arena, "user:%s", r->in[SETUP_USERNAME].s);
	rc = session_user_add(r->tx, r->in[SETUP_USERNAME].s, e->encoded, &e->user, &r->fault);
	return rc == RC_OK ? grant(r, &e->user) : rc;
}

static enum rc
setup_needed(struct request *r)
{
	struct jsw *w = request_reply(r);

	jsw_object(w, NULL);
	jsw_bool(w, "needed", session_setup_needed(r->db));
	jsw_end(w);
	return RC_OK;
}

enum { LOGIN_USERNAME, LOGIN_PASSWORD };

static const struct field login_inputs[] = {
	[LOGIN_USERNAME] = NAME_FIELD,
	[LOGIN_PASSWORD] = PASSWORD_FIELD(1),
	{ .name = NULL }
};

static enum rc
login_prepare(struct request *r)
{
	struct entry *e = mem_zalloc(r->arena, sizeof(*e));
	bool known, right;
	enum rc rc;

	if ((rc = request_begin(r)) != RC_OK)
		return rc;
	rc = store_user_get(r->db, r->in[LOGIN_USERNAME].s, r->arena, &e->user);
	request_end(r);
	known = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if ((rc = begin_slow(r)) != RC_OK)
		return rc;
	right = token_password_verify(r->in[LOGIN_PASSWORD].s, known ? e->user.password : nobody);
	end_slow(r);
	r->state = e;
	if (known && right)
		return RC_OK;
	log_warn("login", "refused peer=%s request_id=%s", r->http.remote, r->id);
	return fault_set(&r->fault, RC_UNAUTHORIZED, NULL, "this name or password is wrong");
}

static enum rc
login(struct request *r)
{
	struct entry *e = r->state;

	return grant(r, &e->user);
}

static enum rc
logout(struct request *r)
{
	enum rc rc = session_revoke(r->tx, r->who, r->who->token.row, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static enum rc
me(struct request *r)
{
	const struct token *t = &r->who->token;
	struct jsw *w = request_reply(r);

	jsw_object(w, NULL);
	jsw_string(w, "user", t->user_name);
	jsw_string(w, "role", t->role);
	jsw_string(w, "actor", r->who->actor);
	jsw_string(w, "permission", session_permission_name(r->who->most));
	session_write_token(w, "token", t);
	jsw_end(w);
	return RC_OK;
}

static const struct member grant_members[] = {
	{ .name = "access_token", .type = MEMBER_TEXT, .help = "shown only now" },
	{ .name = "token_type", .type = MEMBER_TEXT, .help = "Bearer" },
	{ .name = "expires_in", .type = MEMBER_INT, .help = "seconds" },
	{ .name = NULL }
};

static const struct member needed_members[] = {
	{ .name = "needed", .type = MEMBER_BOOL, .help = "nobody has set this house up yet" },
	{ .name = NULL }
};

static const struct member me_members[] = {
	{ .name = "user", .type = MEMBER_TEXT, .null = true, .help = "null for a key of the house itself" },
	{ .name = "role", .type = MEMBER_TEXT, .null = true },
	{ .name = "actor", .type = MEMBER_TEXT, .help = "as events name it" },
	{ .name = "permission", .type = MEMBER_TEXT, .help = "the most it may do: read, control or manage" },
	{ .name = "token", .type = MEMBER_ONE, .of = "Token" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Grant", grant_members, NULL },
	{ "SetupNeeded", needed_members, NULL },
	{ "Me", me_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/setup", .permission = PERMISSION_NONE,
	    .handle = setup_needed, .summary = "Ask whether the house has to be set up",
	    .reply = "SetupNeeded" },
	{ .method = "POST", .path = "/api/v1/setup", .permission = PERMISSION_NONE,
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .inputs = setup_inputs, .prepare = setup_prepare,
	    .handle = setup, .status = 201, .summary = "Set the house up with its one-time code",
	    .reply = "Grant" },
	{ .method = "POST", .path = "/api/v1/auth/login", .permission = PERMISSION_NONE,
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .inputs = login_inputs, .prepare = login_prepare,
	    .handle = login, .summary = "Log in", .reply = "Grant" },
	{ .method = "POST", .path = "/api/v1/auth/logout", .permission = PERMISSION_READ,
	    .flags = ROUTE_WRITE, .handle = logout, .status = 204,
	    .summary = "Revoke the token of this request" },
	{ .method = "GET", .path = "/api/v1/auth/me", .permission = PERMISSION_READ, .handle = me,
	    .summary = "Ask who I am and what I may do", .reply = "Me" },
	{ .method = NULL }
};

const struct resource res_auth = {
	"auth", "Setting the house up, login and logout.", routes, schemas
};
