/* SPDX-License-Identifier: ISC
 *
 * /tokens: keys for programs. A person sees and revokes his own, a key of the house those of the house.
 */
#include "cgi/request.h"
#include "cgi/resources.h"

enum { LIST_LIMIT, LIST_AFTER };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	int limit = request_limit(r, LIST_LIMIT);
	struct token *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	rc = store_token_list(r->db, r->who->token.user, r->in[LIST_AFTER].i, limit, r->arena, &rows,
	    &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "tokens");
	for (i = 0; i < n; i++)
		session_write_token(w, NULL, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? request_number(r, rows[n - 1].row) : NULL);
	return RC_OK;
}

enum { ADD_NAME, ADD_SCOPE, ADD_EXPIRES };

static const char *const scopes[] = { "all", "control", "read", NULL };

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 64, .help = "what it is for" },
	[ADD_SCOPE] = { .name = "scope", .where = FIELD_BODY, .type = FIELD_CHOICE,
	    .choices = scopes, .help = "what it may do; all when not given" },
	[ADD_EXPIRES] = { .name = "expires", .where = FIELD_BODY, .type = FIELD_TIME,
	    .help = "when it ends; never when not given" },
	{ .name = NULL }
};

static enum rc
add(struct request *r)
{
	struct session_grant g = {
		.user = r->who->token.user, .user_name = r->who->token.user_name,
		.name = r->in[ADD_NAME].s, .scope = request_text(r, ADD_SCOPE),
		.expires = r->in[ADD_EXPIRES].i,
	};
	char text[SESSION_TOKEN];
	struct token t;
	struct jsw *w;
	enum rc rc;

	if ((rc = session_grant(r->tx, &g, text, &t, &r->fault)) != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "access_token", text);
	jsw_string(w, "token_type", "Bearer");
	session_write_token(w, "token", &t);
	jsw_end(w);
	token_wipe(text, sizeof(text));
	return RC_OK;
}

enum { GET_ID };

static const struct field get_inputs[] = {
	[GET_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true,
	    .min = 1, .max = 9007199254740991, .help = "id of the token" },
	{ .name = NULL }
};

static enum rc
revoke(struct request *r)
{
	enum rc rc = session_revoke(r->tx, r->who, r->in[GET_ID].i, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static const struct member token_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "scope", .type = MEMBER_TEXT, .help = "all, control or read" },
	{ .name = "user", .type = MEMBER_TEXT, .null = true, .help = "null: a key of the house itself" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "expires", .type = MEMBER_TIME, .null = true, .help = "null: never" },
	{ .name = "last_used", .type = MEMBER_TIME, .null = true, .help = "about a minute exact" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "tokens", .type = MEMBER_LIST, .of = "Token" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member new_members[] = {
	{ .name = "access_token", .type = MEMBER_TEXT, .help = "shown only now" },
	{ .name = "token_type", .type = MEMBER_TEXT, .help = "Bearer" },
	{ .name = "token", .type = MEMBER_ONE, .of = "Token" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Token", token_members, NULL },
	{ "TokenList", list_members, NULL },
	{ "NewToken", new_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/tokens", .permission = PERMISSION_MANAGE,
	    .inputs = list_inputs, .handle = list, .summary = "List my tokens",
	    .reply = "TokenList" },
	{ .method = "POST", .path = "/api/v1/tokens", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_SECRET, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Make a token for a program", .reply = "NewToken" },
	{ .method = "DELETE", .path = "/api/v1/tokens/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = get_inputs, .handle = revoke, .status = 204,
	    .summary = "Revoke a token at once" },
	{ .method = NULL }
};

const struct resource res_token = { "tokens", "Keys for programs.", routes, schemas };
