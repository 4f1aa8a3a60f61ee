/* SPDX-License-Identifier: ISC
 *
 * /areas: the rooms.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/area.h"

static enum rc
list(struct request *r)
{
	struct area *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = store_area_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "areas");
	for (i = 0; i < n; i++)
		area_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

enum { ADD_NAME, ADD_FLOOR, ADD_FLOOR_ID, ADD_ICON, ADD_ALIASES, ADD_LABELS, ADD_REASON };

#define MORE_FIELDS(FLOOR_ID, ICON, ALIASES, LABELS) \
	[FLOOR_ID] = { .name = "floor_id", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255, \
	    .help = "id of the floor it is on; null or empty: none" }, \
	[ICON] = { .name = "icon", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255, \
	    .help = "such as mdi:sofa; null or empty: none" }, \
	[ALIASES] = { .name = "aliases", .where = FIELD_BODY, .type = FIELD_LIST, \
	    .max = CHANGE_NAMES_MAX, .help = "all of its other names" }, \
	[LABELS] = REQUEST_LABELS_FIELD

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 128, .help = "as people call it" },
	[ADD_FLOOR] = { .name = "floor", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 128,
	    .help = "name of the floor it is on, made when there is none of that name" },
	MORE_FIELDS(ADD_FLOOR_ID, ADD_ICON, ADD_ALIASES, ADD_LABELS),
	[ADD_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
add(struct request *r)
{
	struct area_edit e = {
		.name = r->in[ADD_NAME].s, .floor = request_text(r, ADD_FLOOR),
		.floor_id = request_text(r, ADD_FLOOR_ID), .icon = request_text(r, ADD_ICON),
		.aliases = request_names(r, ADD_ALIASES, "aliases"),
		.labels = request_names(r, ADD_LABELS, "labels"),
	};
	struct area area;
	enum rc rc;

	rc = area_add(r->tx, &e, r->arena, &area, &r->fault);
	if (rc != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/areas/%s", area.id));
	area_write(request_reply(r), NULL, &area);
	return RC_OK;
}

enum { EDIT_ID, EDIT_NAME, EDIT_FLOOR, EDIT_FLOOR_ID, EDIT_ICON, EDIT_ALIASES, EDIT_LABELS,
	EDIT_REASON };
enum { DELETE_ID, DELETE_REASON };

static const struct field get_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("area"),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("area"),
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1,
	    .max = 128, .help = "as people call it" },
	[EDIT_FLOOR] = { .name = "floor", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 128,
	    .help = "name of the floor it is on, made when there is none of that name; null or empty: none" },
	MORE_FIELDS(EDIT_FLOOR_ID, EDIT_ICON, EDIT_ALIASES, EDIT_LABELS),
	[EDIT_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("area"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct area area;
	enum rc rc = store_area_get(r->db, r->in[EDIT_ID].s, r->arena, &area);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "area");
	area_write(request_reply(r), NULL, &area);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct area_edit e = {
		.name = request_text(r, EDIT_NAME), .floor = request_entry(r, EDIT_FLOOR, "floor"),
		.floor_id = request_entry(r, EDIT_FLOOR_ID, "floor_id"),
		.icon = request_entry(r, EDIT_ICON, "icon"),
		.aliases = request_names(r, EDIT_ALIASES, "aliases"),
		.labels = request_names(r, EDIT_LABELS, "labels"),
	};
	struct area area;
	enum rc rc;

	rc = area_change(r->tx, r->in[EDIT_ID].s, &e, r->arena, &area, &r->fault);
	if (rc == RC_OK)
		area_write(request_reply(r), NULL, &area);
	return rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = area_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static const struct member area_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "floor_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "floor", .type = MEMBER_TEXT, .null = true, .help = "its name" },
	{ .name = "icon", .type = MEMBER_TEXT, .null = true },
	{ .name = "aliases", .type = MEMBER_TEXTS, .help = "its other names" },
	{ .name = "labels", .type = MEMBER_TEXTS, .help = "ids of its labels" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "areas", .type = MEMBER_LIST, .of = "Area", .help = "all of them" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Area", area_members, NULL },
	{ "AreaList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/areas", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List areas", .reply = "AreaList" },
	{ .method = "POST", .path = "/api/v1/areas", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Add an area", .reply = "Area" },
	{ .method = "GET", .path = "/api/v1/areas/{id}", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read one area", .reply = "Area" },
	{ .method = "PATCH", .path = "/api/v1/areas/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = edit_inputs, .handle = edit,
	    .summary = "Change an area's name, floor, icon, aliases or labels", .reply = "Area" },
	{ .method = "DELETE", .path = "/api/v1/areas/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = delete_inputs, .handle = delete, .status = 204,
	    .summary = "Remove an area; what is in it stays" },
	{ .method = NULL }
};

const struct resource res_area = { "areas", "The rooms of the house.", routes, schemas };
