/* SPDX-License-Identifier: ISC
 *
 * /labels: what people put on areas, devices and entities to speak of them together.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/label.h"

static enum rc
list(struct request *r)
{
	struct label_view *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = label_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "labels");
	for (i = 0; i < n; i++)
		label_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

#define MORE_FIELDS(ICON, COLOR) \
	[ICON] = { .name = "icon", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255, \
	    .help = "such as mdi:snowflake; null or empty: none" }, \
	[COLOR] = { .name = "color", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 7, \
	    .help = "such as #3366cc; null or empty: none" }

enum { ADD_NAME, ADD_ICON, ADD_COLOR, ADD_REASON };

static const struct field add_inputs[] = {
	[ADD_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 128, .help = "as people call it" },
	MORE_FIELDS(ADD_ICON, ADD_COLOR),
	[ADD_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
add(struct request *r)
{
	struct label_edit e = { .name = r->in[ADD_NAME].s, .icon = request_text(r, ADD_ICON),
	    .color = request_text(r, ADD_COLOR) };
	struct label_view v = { .n = { 0 } };
	enum rc rc;

	if ((rc = label_add(r->tx, &e, r->arena, &v.label, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/labels/%s", v.label.id));
	label_write(request_reply(r), NULL, &v);
	return RC_OK;
}

enum { EDIT_ID, EDIT_NAME, EDIT_ICON, EDIT_COLOR, EDIT_REASON };
enum { DELETE_ID, DELETE_REASON };

static const struct field get_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("label"),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("label"),
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .min = 1,
	    .max = 128, .help = "as people call it" },
	MORE_FIELDS(EDIT_ICON, EDIT_COLOR),
	[EDIT_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("label"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct label_view v;
	enum rc rc = label_get(r->db, r->in[EDIT_ID].s, r->arena, &v);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "label");
	label_write(request_reply(r), NULL, &v);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct label_edit e = { .name = request_text(r, EDIT_NAME), .icon = request_entry(r, EDIT_ICON, "icon"),
	    .color = request_entry(r, EDIT_COLOR, "color") };
	enum rc rc = label_change(r->tx, r->in[EDIT_ID].s, &e, r->arena, &r->fault);

	return rc == RC_OK ? get(r) : rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = label_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static const struct member label_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "icon", .type = MEMBER_TEXT, .null = true },
	{ .name = "color", .type = MEMBER_TEXT, .null = true, .help = "#rrggbb" },
	{ .name = "areas", .type = MEMBER_TEXTS, .help = "ids of the areas that carry it" },
	{ .name = "devices", .type = MEMBER_TEXTS, .help = "ids of the devices that carry it themselves" },
	{ .name = "entities", .type = MEMBER_TEXTS, .help = "ids of the entities that carry it themselves" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "labels", .type = MEMBER_LIST, .of = "Label", .help = "all of them" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Label", label_members, NULL },
	{ "LabelList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/labels", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List labels", .reply = "LabelList" },
	{ .method = "POST", .path = "/api/v1/labels", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Add a label", .reply = "Label" },
	{ .method = "GET", .path = "/api/v1/labels/{id}", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read one label with what carries it",
	    .reply = "Label" },
	{ .method = "PATCH", .path = "/api/v1/labels/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = edit_inputs, .handle = edit,
	    .summary = "Change a label's name, icon or color", .reply = "Label" },
	{ .method = "DELETE", .path = "/api/v1/labels/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = delete_inputs, .handle = delete, .status = 204,
	    .summary = "Remove a label; what carried it stays" },
	{ .method = NULL }
};

const struct resource res_label = { "labels", "What areas, devices and entities have in common.", routes,
	schemas };
