/* SPDX-License-Identifier: ISC
 *
 * /entities and /states: each thing a device reports or does, its present state, and commands to it.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "cgi/wait.h"
#include "shared/domain/device.h"
#include "shared/domain/picture.h"
#include "shared/domain/registry.h"

enum { LIST_LIMIT, LIST_AFTER, LIST_DOMAIN, LIST_AREA, LIST_DEVICE, LIST_DISABLED };

#define LIST_FIELDS \
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD, \
	[LIST_AFTER] = REQUEST_AFTER_FIELD, \
	[LIST_DOMAIN] = { .name = "domain", .where = FIELD_QUERY, .type = FIELD_TEXT, \
	    .help = "only those of the domain: light, sensor, ..." }, \
	[LIST_AREA] = { .name = "area", .where = FIELD_QUERY, .type = FIELD_TEXT, \
	    .help = "only those in the area with this id" }, \
	[LIST_DEVICE] = { .name = "device", .where = FIELD_QUERY, .type = FIELD_TEXT, \
	    .help = "only those of the device with this id" }

static const struct field list_inputs[] = {
	LIST_FIELDS,
	[LIST_DISABLED] = { .name = "disabled", .where = FIELD_QUERY, .type = FIELD_BOOL,
	    .help = "true: also those that are not enabled" },
	{ .name = NULL }
};

static const struct field states_inputs[] = {
	LIST_FIELDS,
	{ .name = NULL }
};

static enum rc
read_page(struct request *r, bool disabled_too, struct entity_state **rows, size_t *n)
{
	struct store_entity_filter filter = {
		.after = request_text(r, LIST_AFTER), .domain = request_text(r, LIST_DOMAIN),
		.area = request_text(r, LIST_AREA), .device = request_text(r, LIST_DEVICE),
		.disabled_too = disabled_too, .limit = request_limit(r, LIST_LIMIT),
	};

	return store_entity_list(r->db, &filter, r->arena, rows, n);
}

static void
end_page(struct request *r, const struct entity_state *rows, size_t n)
{
	request_page_end(r, n, request_limit(r, LIST_LIMIT), n > 0 ? rows[n - 1].entity.entity_id : NULL);
}

static enum rc
list(struct request *r)
{
	struct entity_state *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = read_page(r, r->in[LIST_DISABLED].i != 0, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "entities");
	for (i = 0; i < n; i++)
		device_write_entity(w, NULL, &rows[i], r->arena);
	end_page(r, rows, n);
	return RC_OK;
}

static enum rc
states(struct request *r)
{
	struct entity_state *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = read_page(r, false, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "states");
	for (i = 0; i < n; i++)
		device_write_state(w, NULL, &rows[i]);
	end_page(r, rows, n);
	return RC_OK;
}

enum { GET_ID };

static const struct field get_inputs[] = {
	[GET_ID] = REQUEST_ENTITY_FIELD,
	{ .name = NULL }
};

static enum rc
find(struct request *r, struct entity_state *out)
{
	enum rc rc = store_entity_get(r->db, r->in[GET_ID].s, r->arena, out);

	return request_missing(r, rc, NULL, "entity");
}

static enum rc
get(struct request *r)
{
	struct entity_state e;
	enum rc rc;

	if ((rc = find(r, &e)) != RC_OK)
		return rc;
	device_write_entity(request_reply(r), NULL, &e, r->arena);
	return RC_OK;
}

/* The kind is what the bytes are, out of the few that picture.h knows; no browser is to guess another. */
static enum rc
image(struct request *r)
{
	struct entity_state e;
	const char *type;
	enum rc rc;

	if ((rc = find(r, &e)) != RC_OK)
		return rc;
	request_reply(r);
	rc = picture_get(r->api->conf, e.entity.row, r->reply.body, &type, &r->fault);
	if (rc != RC_OK)
		return rc;
	r->reply.type = type;
	request_header(r, "X-Content-Type-Options", "nosniff");
	return RC_OK;
}

enum { EDIT_ID, EDIT_NAME, EDIT_AREA, EDIT_ENABLED, EDIT_HIDDEN, EDIT_ALIASES, EDIT_ICON,
	EDIT_LABELS, EDIT_REASON };

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ENTITY_FIELD,
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "as people call it; null or empty: as it was announced" },
	[EDIT_AREA] = { .name = "area_id", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "id of its area; null or empty: its device's" },
	[EDIT_ENABLED] = { .name = "enabled", .where = FIELD_BODY, .type = FIELD_BOOL,
	    .help = "false: the house ignores it" },
	[EDIT_HIDDEN] = { .name = "hidden", .where = FIELD_BODY, .type = FIELD_BOOL,
	    .help = "true: it works, but is not shown by itself" },
	[EDIT_ALIASES] = { .name = "aliases", .where = FIELD_BODY, .type = FIELD_LIST,
	    .max = CHANGE_NAMES_MAX, .help = "all of its other names" },
	[EDIT_ICON] = { .name = "icon", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "such as mdi:lamp; null or empty: as it was announced" },
	[EDIT_LABELS] = REQUEST_LABELS_FIELD,
	[EDIT_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
edit(struct request *r)
{
	struct registry_edit e = {
		.label = request_entry(r, EDIT_NAME, "name"),
		.area_id = request_entry(r, EDIT_AREA, "area_id"),
		.enabled = request_flag(r, EDIT_ENABLED), .hidden = request_flag(r, EDIT_HIDDEN),
		.icon = request_entry(r, EDIT_ICON, "icon"),
		.aliases = request_names(r, EDIT_ALIASES, "aliases"),
		.labels = request_names(r, EDIT_LABELS, "labels"),
	};
	enum rc rc;

	rc = registry_edit_entity(r->tx, r->in[EDIT_ID].s, &e, r->arena, &r->fault);
	return rc == RC_OK ? get(r) : rc;
}

static enum rc
remove_orphan(struct request *r)
{
	enum rc rc = registry_delete_entity(r->tx, r->in[GET_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

enum { COMMAND_ID, COMMAND_WAIT, COMMAND_SERVICE, COMMAND_DATA };

static const struct field command_inputs[] = {
	[COMMAND_ID] = REQUEST_ENTITY_FIELD,
	[COMMAND_WAIT] = WAIT_FIELD,
	[COMMAND_SERVICE] = { .name = "service", .where = FIELD_BODY, .type = FIELD_TEXT,
	    .required = true, .min = 1, .max = 128, .help = "turn_on or light.turn_on" },
	[COMMAND_DATA] = { .name = "data", .where = FIELD_BODY, .type = FIELD_OBJECT,
	    .help = "what the service takes: brightness, temperature, ..." },
	{ .name = NULL }
};

static enum rc
command(struct request *r)
{
	const struct js *data = r->in[COMMAND_DATA].set ? r->in[COMMAND_DATA].js : NULL;
	struct entity_state e;
	struct command c = { .id = 0 };
	enum rc rc;

	if ((rc = find(r, &e)) != RC_OK)
		return rc;
	rc = res_command_enqueue(r, &e, r->in[COMMAND_SERVICE].s, data, &c, &r->fault);
	return res_command_reply(r, rc, &c);
}

static const struct member entity_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "unique_id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "device_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "area_id", .type = MEMBER_TEXT, .null = true, .help = "its own or its device's" },
	{ .name = "domain", .type = MEMBER_TEXT },
	{ .name = "device_class", .type = MEMBER_TEXT, .null = true },
	{ .name = "unit", .type = MEMBER_TEXT, .null = true },
	{ .name = "icon", .type = MEMBER_TEXT, .null = true },
	{ .name = "category", .type = MEMBER_TEXT, .null = true, .help = "config, diagnostic, or null for a main one" },
	{ .name = "enabled", .type = MEMBER_BOOL, .help = "false: the house ignores it" },
	{ .name = "hidden", .type = MEMBER_BOOL, .help = "it works, but is not shown by itself" },
	{ .name = "aliases", .type = MEMBER_TEXTS, .help = "its other names" },
	{ .name = "labels", .type = MEMBER_TEXTS, .help = "ids of its own labels" },
	{ .name = "orphaned", .type = MEMBER_BOOL, .help = "its announcement was withdrawn" },
	{ .name = "state", .type = MEMBER_TEXT, .null = true, .help = "null: unknown" },
	{ .name = "attributes", .type = MEMBER_OBJECT, .help = "what changes besides the state" },
	{ .name = "capabilities", .type = MEMBER_OBJECT, .help = "what does not change: options, ranges, modes" },
	{ .name = "available", .type = MEMBER_BOOL },
	{ .name = "last_changed", .type = MEMBER_TIME, .null = true },
	{ .name = "last_updated", .type = MEMBER_TIME, .null = true },
	{ .name = "freshness", .type = MEMBER_TEXT,
	    .help = "fresh, late or silent by the rhythm of its device; unknown while none is known" },
	{ .name = "expected_every", .type = MEMBER_INT, .null = true, .help = "seconds between reports" },
	{ .name = "restored", .type = MEMBER_BOOL,
	    .help = "not heard again since the house last began to listen" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "entities", .type = MEMBER_LIST, .of = "Entity" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member state_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "state", .type = MEMBER_TEXT, .null = true, .help = "null: unknown" },
	{ .name = "attributes", .type = MEMBER_OBJECT },
	{ .name = "unit", .type = MEMBER_TEXT, .null = true },
	{ .name = "available", .type = MEMBER_BOOL },
	{ .name = "last_changed", .type = MEMBER_TIME, .null = true },
	{ .name = "last_updated", .type = MEMBER_TIME, .null = true },
	{ .name = NULL }
};

static const struct member states_members[] = {
	{ .name = "states", .type = MEMBER_LIST, .of = "State" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Entity", entity_members, NULL },
	{ "EntityList", list_members, NULL },
	{ "State", state_members, NULL },
	{ "StateList", states_members, NULL },
	{ .name = NULL }
};

#define ONE "/api/v1/entities/{entity_id}"

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/entities", .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list, .summary = "List entities",
	    .reply = "EntityList" },
	{ .method = "GET", .path = ONE, .permission = PERMISSION_READ, .inputs = get_inputs,
	    .handle = get, .summary = "Read one entity with its state", .reply = "Entity" },
	{ .method = "PATCH", .path = ONE, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = edit_inputs, .handle = edit,
	    .summary = "Change an entity's name, area, icon, aliases or labels, hide it, switch it off",
	    .reply = "Entity" },
	{ .method = "DELETE", .path = ONE, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = get_inputs, .handle = remove_orphan, .status = 204,
	    .summary = "Remove an entity that nobody announces any more" },
	{ .method = "GET", .path = ONE "/image", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = image, .type = "image/*",
	    .summary = "Read the newest picture of a camera or an image" },
	{ .method = "POST", .path = ONE "/command", .permission = PERMISSION_CONTROL,
	    .flags = ROUTE_WRITE, .inputs = command_inputs, .handle = command,
	    .finish = wait_finish, .status = 202, .summary = "Send a command to an entity",
	    .reply = "Command" },
	{ .method = "GET", .path = "/api/v1/states", .permission = PERMISSION_READ,
	    .inputs = states_inputs, .handle = states, .summary = "List present states",
	    .reply = "StateList" },
	{ .method = NULL }
};

const struct resource res_entity = {
	"entities", "Each thing a device can report or do, with its present state.", routes, schemas
};
