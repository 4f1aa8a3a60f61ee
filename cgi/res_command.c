/* SPDX-License-Identifier: ISC
 *
 * /commands: what was asked of devices and what became of it.
 */
#include <stdio.h>

#include "cgi/problem.h"
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/device.h"

enum rc
res_command_enqueue(struct request *r, const struct entity_state *e, const char *service,
    const struct js *data, struct command *out, struct fault *f)
{
	struct command_request q = {
		.entity = e, .service = service, .data = data, .actor = r->tx->actor,
		.now_ms = r->now_ms,
		.timeout_ms = conf_int(r->api->conf, CONF_COMMAND_TIMEOUT_SECONDS) * 1000,
	};

	return command_enqueue(r->tx, &q, r->arena, out, f);
}

enum rc
res_command_reply(struct request *r, enum rc rc, const struct command *c)
{
	if (rc != RC_OK)
		return rc;
	if (c->status == COMMAND_REFUSED) {
		problem_reply(r, RC_REFUSED);
		return RC_OK;
	}
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/commands/%lld",
	    (long long)c->id));
	command_write(request_reply(r), NULL, c);
	return RC_OK;
}

enum { LIST_LIMIT, LIST_AFTER, LIST_ENTITY };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	[LIST_ENTITY] = { .name = "entity_id", .where = FIELD_QUERY, .type = FIELD_TEXT,
	    .help = "only those to this entity" },
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	struct store_command_filter filter = { .limit = request_limit(r, LIST_LIMIT),
		.before = r->in[LIST_AFTER].i };
	struct entity_state e;
	struct command *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc = RC_OK;

	if (r->in[LIST_ENTITY].set)
		rc = store_entity_get(r->db, r->in[LIST_ENTITY].s, r->arena, &e);
	if (rc == RC_NOT_FOUND)
		return request_missing(r, rc, "entity_id", "entity");
	filter.entity = r->in[LIST_ENTITY].set && rc == RC_OK ? e.entity.row : 0;
	if (rc == RC_OK)
		rc = store_command_list(r->db, &filter, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "commands");
	for (i = 0; i < n; i++)
		command_write(w, NULL, &rows[i]);
	request_page_end(r, n, filter.limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return RC_OK;
}

enum { GET_ID };

static const struct field get_inputs[] = {
	[GET_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true,
	    .min = 1, .max = 9007199254740991, .help = "id of the command" },
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct command c;
	enum rc rc = store_command_get(r->db, r->in[GET_ID].i, r->arena, &c);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "command");
	command_write(request_reply(r), NULL, &c);
	return RC_OK;
}

static const struct member list_members[] = {
	{ .name = "commands", .type = MEMBER_LIST, .of = "Command", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member command_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "service", .type = MEMBER_TEXT },
	{ .name = "data", .type = MEMBER_OBJECT },
	{ .name = "status", .type = MEMBER_TEXT, .help = "pending, sent, confirmed, failed, expired or refused" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "actor", .type = MEMBER_TEXT },
	{ .name = "cause", .type = MEMBER_INT, .null = true, .help = "event that led to it" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "deadline", .type = MEMBER_TIME },
	{ .name = "sent", .type = MEMBER_TIME, .null = true },
	{ .name = "done", .type = MEMBER_TIME, .null = true },
	{ .name = "tries", .type = MEMBER_INT },
	{ .name = "before", .type = MEMBER_OBJECT, .null = true,
	    .help = "state and attributes of the entity then, as far as undoing it needs them" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Command", command_members, NULL },
	{ "CommandList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/commands", .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list, .summary = "List commands, newest first",
	    .reply = "CommandList" },
	{ .method = "GET", .path = "/api/v1/commands/{id}", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read what became of a command",
	    .reply = "Command" },
	{ .method = NULL }
};

const struct resource res_command = {
	"commands", "What was asked of devices and what became of it.", routes, schemas
};
