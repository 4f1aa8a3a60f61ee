/* SPDX-License-Identifier: ISC
 *
 * /floors: what areas lie on.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/floor.h"

static enum rc
list(struct request *r)
{
	struct floor_view *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = floor_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "floors");
	for (i = 0; i < n; i++)
		floor_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

enum { EDIT_ID, EDIT_NAME, EDIT_LEVEL, EDIT_REASON };
enum { DELETE_ID, DELETE_REASON };

#define LEVEL_FIELD \
	{ .name = "level", .where = FIELD_BODY, .type = FIELD_INT, .min = -100, .max = 1000, \
	    .help = "0: the ground floor, -1: below it; null: nobody says" }

static const struct field get_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("floor"),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("floor"),
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1,
	    .max = 128, .help = "as people call it" },
	[EDIT_LEVEL] = LEVEL_FIELD,
	[EDIT_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("floor"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

enum { ADD_NAME, ADD_LEVEL, ADD_REASON };

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 128, .help = "as people call it" },
	[ADD_LEVEL] = LEVEL_FIELD,
	[ADD_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
add(struct request *r)
{
	struct floor_edit e = {
		.name = r->in[ADD_NAME].s, .level = r->in[ADD_LEVEL].set ? &r->in[ADD_LEVEL].i : NULL,
	};
	struct floor_view v = { .n = 0 };
	enum rc rc;

	if ((rc = floor_add(r->tx, &e, r->arena, &v.floor, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/floors/%s", v.floor.id));
	floor_write(request_reply(r), NULL, &v);
	return RC_OK;
}

static enum rc
get(struct request *r)
{
	struct floor_view v;
	enum rc rc = floor_get(r->db, r->in[EDIT_ID].s, r->arena, &v);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "floor");
	floor_write(request_reply(r), NULL, &v);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct floor_edit e = {
		.name = request_text(r, EDIT_NAME), .no_level = request_null(r, "level"),
		.level = r->in[EDIT_LEVEL].set ? &r->in[EDIT_LEVEL].i : NULL,
	};
	enum rc rc = floor_change(r->tx, r->in[EDIT_ID].s, &e, r->arena, &r->fault);

	return rc == RC_OK ? get(r) : rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = floor_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static const struct member floor_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "level", .type = MEMBER_INT, .null = true, .help = "0: the ground floor" },
	{ .name = "areas", .type = MEMBER_TEXTS, .help = "ids of the areas on it" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "floors", .type = MEMBER_LIST, .of = "Floor", .help = "all, from the lowest up" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Floor", floor_members, NULL },
	{ "FloorList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/floors", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List floors", .reply = "FloorList" },
	{ .method = "POST", .path = "/api/v1/floors", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Add a floor", .reply = "Floor" },
	{ .method = "GET", .path = "/api/v1/floors/{id}", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read one floor", .reply = "Floor" },
	{ .method = "PATCH", .path = "/api/v1/floors/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = edit_inputs, .handle = edit,
	    .summary = "Change a floor's name or level", .reply = "Floor" },
	{ .method = "DELETE", .path = "/api/v1/floors/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = delete_inputs, .handle = delete, .status = 204,
	    .summary = "Remove a floor; its areas stay" },
	{ .method = NULL }
};

const struct resource res_floor = { "floors", "What areas lie on.", routes, schemas };
