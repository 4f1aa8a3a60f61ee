/* SPDX-License-Identifier: ISC
 *
 * /devices: what one buys, with its names and areas, and the short form of control.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/problem.h"
#include "cgi/request.h"
#include "cgi/resources.h"
#include "cgi/wait.h"
#include "shared/domain/control.h"
#include "shared/domain/device.h"
#include "shared/domain/registry.h"

#define BATCH_MAX 100

enum { LIST_LIMIT, LIST_AFTER, LIST_AREA, LIST_STATUS };

static const char *const statuses[] = { "online", "offline", "unknown", NULL };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_FIELD,
	[LIST_AREA] = { .name = "area", .where = FIELD_QUERY, .type = FIELD_TEXT,
	    .help = "only those in the area with this id" },
	[LIST_STATUS] = { .name = "status", .where = FIELD_QUERY, .type = FIELD_CHOICE,
	    .choices = statuses, .help = "only those with this status" },
	{ .name = NULL }
};

static enum rc
render_list(struct request *r)
{
	struct store_device_filter filter = {
		.after = request_text(r, LIST_AFTER), .area = request_text(r, LIST_AREA),
		.status = request_text(r, LIST_STATUS), .limit = request_limit(r, LIST_LIMIT),
	};
	struct device_view *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = device_list(r->db, &filter, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "devices");
	for (i = 0; i < n; i++)
		device_write(w, NULL, &rows[i]);
	request_page_end(r, n, filter.limit, n > 0 ? rows[n - 1].device.id : NULL);
	return RC_OK;
}

/*
 * The same for all who may read, until a device, entity or area changes: a minute at most. A write (without a
 * core) may look, but what it sees can be taken back.
 */
static enum rc
list(struct request *r)
{
	int64_t revision;
	enum rc rc;

	if (r->core == NULL)
		return render_list(r);
	revision = registry_revision(r->core);
	if (kept_get(r->api->lists, r->http.query, revision, r->now_ms, request_reply(r)->b))
		return RC_OK;
	if ((rc = render_list(r)) == RC_OK)
		kept_put(r->api->lists, r->http.query, revision, r->now_ms, r->reply.body->p,
		    r->reply.body->len);
	return rc;
}

enum { GET_ID };

static const struct field get_inputs[] = {
	[GET_ID] = REQUEST_ID_FIELD("device"),
	{ .name = NULL }
};

static enum rc
render_rest(struct request *r)
{
	struct device_view d;
	enum rc rc = device_get(r->db, r->in[GET_ID].s, r->arena, &d);

	if (rc == RC_OK)
		device_write_rest(&r->w, &d);
	return rc;
}

/* What only the registry changes, as it was written last time. */
static enum rc
write_rest(struct request *r)
{
	const char *id = r->in[GET_ID].s;
	struct buf *b = r->w.b;
	size_t from = b->len;
	int64_t revision;
	enum rc rc;

	if (r->core == NULL)
		return render_rest(r);
	revision = registry_revision(r->core);
	if (kept_get(r->api->devices, id, revision, r->now_ms, b))
		return RC_OK;
	if ((rc = render_rest(r)) == RC_OK)
		kept_put(r->api->devices, id, revision, r->now_ms, b->p + from, b->len - from);
	return rc;
}

static enum rc
get(struct request *r)
{
	struct device_now now;
	struct jsw *w;
	enum rc rc;

	rc = device_now(r->db, r->in[GET_ID].s, r->arena, &now);
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "device");
	w = request_reply(r);
	jsw_object(w, NULL);
	device_write_now(w, r->in[GET_ID].s, &now);
	rc = write_rest(r);
	jsw_end(w);
	return rc;
}

enum { EDIT_ID, EDIT_NAME, EDIT_AREA, EDIT_ENABLED, EDIT_LABELS, EDIT_REASON };

static const struct field edit_inputs[] = {
	[EDIT_ID] = REQUEST_ID_FIELD("device"),
	[EDIT_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "as people call it; null or empty: as it was announced" },
	[EDIT_AREA] = { .name = "area_id", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "id of its area; null or empty: none" },
	[EDIT_ENABLED] = { .name = "enabled", .where = FIELD_BODY, .type = FIELD_BOOL,
	    .help = "false: the house ignores it and all of its entities" },
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
		.enabled = request_flag(r, EDIT_ENABLED),
		.labels = request_names(r, EDIT_LABELS, "labels"),
	};
	enum rc rc;

	rc = registry_edit_device(r->tx, r->in[EDIT_ID].s, &e, r->arena, &r->fault);
	return rc == RC_OK ? get(r) : rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = registry_delete_device(r->tx, r->in[GET_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

enum { CONTROL_ID, CONTROL_WAIT, CONTROL_ACTION, CONTROL_VALUE, CONTROL_ENTITY };

static const struct field control_inputs[] = {
	[CONTROL_ID] = REQUEST_ID_FIELD("device"),
	[CONTROL_WAIT] = WAIT_FIELD,
	[CONTROL_ACTION] = { .name = "action", .where = FIELD_BODY, .type = FIELD_TEXT,
	    .required = true, .min = 1, .max = 64,
	    .help = "on, off, toggle, set_brightness, set_temperature, set_position, open, close, "
	    "stop, lock, unlock, press, select, ..., or the name of a service" },
	[CONTROL_VALUE] = { .name = "value", .where = FIELD_BODY, .type = FIELD_ANY,
	    .help = "what to set; for a service the object of its data" },
	[CONTROL_ENTITY] = { .name = "entity", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "the entity that is meant when the device has several" },
	{ .name = NULL }
};

static enum rc
check_device(struct request *r, const char *id, struct fault *f)
{
	struct device device;
	enum rc rc = store_device_get(r->db, id, r->arena, &device);

	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no device %s", id) : rc;
}

/* Finds the device's entity for an action and enqueues the command. */
static enum rc
enqueue(struct request *r, const char *device_id, const char *entity, const char *action,
    const struct js *value, struct command *out, struct fault *f)
{
	struct entity_choice *entities;
	struct entity_state e;
	struct control c;
	size_t n;
	enum rc rc;

	rc = store_entity_choice(r->db, device_id, r->arena, &entities, &n);
	if (rc == RC_OK && n == 0)	/* or no such device */
		rc = check_device(r, device_id, f);
	if (rc == RC_OK)
		rc = control_resolve(entities, n, entity, action, value, &c, f);
	if (rc != RC_OK)
		return rc;
	rc = store_entity_alone(r->db, c.entity->row, r->arena, &e);
	if (rc == RC_OK)
		rc = res_command_enqueue(r, &e, c.service, c.data, out, f);
	js_free(c.data);
	return rc;
}

static enum rc
control(struct request *r)
{
	const struct js *value = r->in[CONTROL_VALUE].set ? r->in[CONTROL_VALUE].js : NULL;
	struct command c = { .id = 0 };
	enum rc rc;

	rc = enqueue(r, r->in[CONTROL_ID].s, request_text(r, CONTROL_ENTITY),
	    r->in[CONTROL_ACTION].s, value, &c, &r->fault);
	return res_command_reply(r, rc, &c);
}

enum { BATCH_WAIT, BATCH_DEVICES };

static const struct field batch_inputs[] = {
	[BATCH_WAIT] = WAIT_FIELD,
	[BATCH_DEVICES] = { .name = "devices", .where = FIELD_BODY, .type = FIELD_ARRAY,
	    .required = true, .min = 1, .max = BATCH_MAX, .help = "what to do with which device" },
	{ .name = NULL }
};

enum { ITEM_DEVICE, ITEM_ACTION, ITEM_VALUE, ITEM_ENTITY, ITEM__MAX };

static const struct field item_inputs[] = {
	[ITEM_DEVICE] = { .name = "device_id", .where = FIELD_BODY, .type = FIELD_TEXT,
	    .required = true, .min = 1, .max = 255 },
	[ITEM_ACTION] = { .name = "action", .where = FIELD_BODY, .type = FIELD_TEXT,
	    .required = true, .min = 1, .max = 64 },
	[ITEM_VALUE] = { .name = "value", .where = FIELD_BODY, .type = FIELD_ANY },
	[ITEM_ENTITY] = { .name = "entity", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255 },
	{ .name = NULL }
};

static void
write_item(struct jsw *w, const char *device, enum rc rc, const struct command *c,
    const struct fault *f)
{
	jsw_object(w, NULL);
	jsw_string(w, "device_id", device);
	if (c->id != 0)
		jsw_int(w, "id", c->id);
	else
		jsw_null(w, "id");
	jsw_string(w, "status", c->id != 0 ? command_status_name(c->status) : rc_name(rc));
	if (rc != RC_OK)
		problem_write(w, rc, f);
	else {
		jsw_null(w, "code");
		jsw_null(w, "detail");
		jsw_null(w, "field");
	}
	jsw_end(w);
}

/* What went wrong with one device is its own; what went wrong with the house ends the request. */
static bool
own_fault(enum rc rc)
{
	return !rc_is_common(rc) && rc != RC_ERROR;
}

static enum rc
batch_item(struct request *r, size_t i, const struct js *js)
{
	struct field_value in[ITEM__MAX];
	struct command c = { .id = 0 };
	struct fault f = {0};
	char place[sizeof(f.field)];
	enum rc rc;

	rc = field_read_body(item_inputs, js, r->arena, in, &f);
	if (rc != RC_OK) {
		snprintf(place, sizeof(place), "devices[%zu]%s%.40s", i, *f.field != '\0' ? "." : "",
		    f.field);
		return fault_set(&r->fault, rc, place, "%s", f.msg);
	}
	rc = enqueue(r, in[ITEM_DEVICE].s, in[ITEM_ENTITY].set ? in[ITEM_ENTITY].s : NULL,
	    in[ITEM_ACTION].s, in[ITEM_VALUE].set ? in[ITEM_VALUE].js : NULL, &c, &f);
	if (!own_fault(rc)) {
		r->fault = f;
		return rc;
	}
	if (rc == RC_OK && c.status == COMMAND_REFUSED)
		rc = RC_REFUSED;
	write_item(&r->w, in[ITEM_DEVICE].s, rc, &c, &f);
	return RC_OK;
}

static enum rc
batch(struct request *r)
{
	const struct js *devices = r->in[BATCH_DEVICES].js;
	struct jsw *w = request_reply(r);
	enum rc rc = RC_OK;
	size_t i;

	jsw_object(w, NULL);
	jsw_array(w, "results");
	for (i = 0; i < js_size(devices) && rc == RC_OK; i++)
		rc = batch_item(r, i, js_at(devices, i));
	jsw_end(w);
	jsw_end(w);
	return rc;
}

static const struct member device_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "announced_name", .type = MEMBER_TEXT, .help = "what it is called when nobody names it" },
	{ .name = "manufacturer", .type = MEMBER_TEXT, .null = true },
	{ .name = "model", .type = MEMBER_TEXT, .null = true },
	{ .name = "model_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "sw_version", .type = MEMBER_TEXT, .null = true },
	{ .name = "hw_version", .type = MEMBER_TEXT, .null = true },
	{ .name = "serial_number", .type = MEMBER_TEXT, .null = true },
	{ .name = "configuration_url", .type = MEMBER_TEXT, .null = true },
	{ .name = "area_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "labels", .type = MEMBER_TEXTS, .help = "ids of its own labels" },
	{ .name = "via", .type = MEMBER_TEXT, .null = true, .help = "identifier of the device it talks through" },
	{ .name = "via_device", .type = MEMBER_TEXT, .null = true, .help = "id of that device" },
	{ .name = "enabled", .type = MEMBER_BOOL, .help = "false: the house ignores it" },
	{ .name = "status", .type = MEMBER_TEXT, .help = "online, offline or unknown" },
	{ .name = "link_quality", .type = MEMBER_REAL, .null = true, .help = "in lists up to a minute old" },
	{ .name = "battery", .type = MEMBER_REAL, .null = true, .help = "percent; in lists up to a minute old" },
	{ .name = "entities", .type = MEMBER_TEXTS },
	{ .name = "triggers", .type = MEMBER_LIST, .of = "DeviceTrigger",
	    .help = "what it can report without a state: events of kind device_trigger" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "updated", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member trigger_members[] = {
	{ .name = "type", .type = MEMBER_TEXT, .help = "button_short_press, action, ..." },
	{ .name = "subtype", .type = MEMBER_TEXT, .help = "button_1, single, ..." },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "devices", .type = MEMBER_LIST, .of = "Device" },
	{ .name = "next", .type = MEMBER_TEXT, .null = true, .help = "after= of the next page" },
	{ .name = NULL }
};

static const struct member batch_members[] = {
	{ .name = "results", .type = MEMBER_LIST, .of = "BatchResult", .help = "in the order of the request" },
	{ .name = NULL }
};

static const struct member result_members[] = {
	{ .name = "device_id", .type = MEMBER_TEXT },
	{ .name = "id", .type = MEMBER_INT, .null = true, .help = "of the command" },
	{ .name = "status", .type = MEMBER_TEXT, .help = "of the command, or why there is none: not_found, ..." },
	{ .name = "code", .type = MEMBER_TEXT, .null = true },
	{ .name = "detail", .type = MEMBER_TEXT, .null = true },
	{ .name = "field", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Device", device_members, NULL },
	{ "DeviceTrigger", trigger_members, NULL },
	{ "DeviceList", list_members, NULL },
	{ "BatchRequest", NULL, "{\"type\":\"object\",\"additionalProperties\":false,"
	    "\"required\":[\"devices\"],\"properties\":{\"devices\":{\"type\":\"array\","
	    "\"minItems\":1,\"maxItems\":100,\"items\":{\"type\":\"object\","
	    "\"additionalProperties\":false,\"required\":[\"device_id\",\"action\"],"
	    "\"properties\":{\"device_id\":{\"type\":\"string\"},\"action\":{\"type\":\"string\"},"
	    "\"value\":{},\"entity\":{\"type\":\"string\"}}}}}}" },
	{ "BatchReply", batch_members, NULL },
	{ "BatchResult", result_members, NULL },
	{ .name = NULL }
};

#define CONTROL "/api/v1/devices/{id}/control"

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/devices", .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list, .summary = "List devices",
	    .reply = "DeviceList" },
	{ .method = "POST", .path = "/api/v1/devices/batch-control",
	    .permission = PERMISSION_CONTROL, .flags = ROUTE_WRITE, .inputs = batch_inputs,
	    .handle = batch, .finish = wait_finish, .status = 202,
	    .summary = "Control several devices, each for itself", .body = "BatchRequest",
	    .reply = "BatchReply" },
	{ .method = "GET", .path = "/api/v1/devices/{id}", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read one device", .reply = "Device" },
	{ .method = "PATCH", .path = "/api/v1/devices/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = edit_inputs, .handle = edit,
	    .summary = "Change a device's name, area or labels, or switch it off", .reply = "Device" },
	{ .method = "DELETE", .path = "/api/v1/devices/{id}", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = get_inputs, .handle = delete, .status = 204,
	    .summary = "Remove a device that nobody announces any more, with all that is left of it" },
	{ .method = "POST", .path = CONTROL, .permission = PERMISSION_CONTROL,
	    .flags = ROUTE_WRITE, .inputs = control_inputs, .handle = control,
	    .finish = wait_finish, .status = 202, .summary = "Control a device",
	    .reply = "Command" },
	{ .method = "PUT", .path = CONTROL, .permission = PERMISSION_CONTROL,
	    .flags = ROUTE_WRITE, .inputs = control_inputs, .handle = control,
	    .finish = wait_finish, .status = 202, .summary = "Control a device (the same as POST)",
	    .reply = "Command" },
	{ .method = NULL }
};

const struct resource res_device = {
	"devices", "What one buys: devices, their names and areas, and their control.", routes, schemas
};
