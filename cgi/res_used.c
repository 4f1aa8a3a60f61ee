/* SPDX-License-Identifier: ISC
 *
 * /devices/{id}/used, /entities/{entity_id}/used, and so of areas, floors, labels, scenarios and all orphans: what
 * refers to them, and where.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/used.h"

static enum rc
reply(struct request *r, enum rc rc, const struct used *list, size_t n)
{
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "device");
	used_write(request_reply(r), NULL, list, n);
	return RC_OK;
}

enum { USED_ID };

static const struct field device_inputs[] = {
	[USED_ID] = REQUEST_ID_FIELD("device"),
	{ .name = NULL }
};

static enum rc
device(struct request *r)
{
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc = used_device(r->db, r->in[USED_ID].s, r->arena, &list, &n);

	return reply(r, rc, list, n);
}

static const struct field entity_inputs[] = {
	[USED_ID] = REQUEST_ENTITY_FIELD,
	{ .name = NULL }
};

/* Also of one that does not exist (any more): a rule may wait for it. */
static enum rc
entity(struct request *r)
{
	struct used_query q = { .entities = &r->in[USED_ID].s, .n = 1 };
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc = used_find(r->db, &q, r->arena, &list, &n);

	return reply(r, rc, list, n);
}

static enum rc
orphans(struct request *r)
{
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc = used_orphans(r->db, r->arena, &list, &n);

	return reply(r, rc, list, n);
}

static const struct field area_inputs[] = {
	[USED_ID] = REQUEST_ID_FIELD("area"),
	{ .name = NULL }
};

static const struct field floor_inputs[] = {
	[USED_ID] = REQUEST_ID_FIELD("floor"),
	{ .name = NULL }
};

static const struct field scenario_inputs[] = {
	[USED_ID] = REQUEST_ID_FIELD("scenario"),
	{ .name = NULL }
};

static const struct field label_inputs[] = {
	[USED_ID] = REQUEST_ID_FIELD("label"),
	{ .name = NULL }
};

/* What names something by a key; also when it does not exist (any more). */
static enum rc
named(struct request *r, const char *key)
{
	struct used_query q = { .key = key, .value = r->in[USED_ID].s };
	struct used *list = NULL;
	size_t n = 0;
	enum rc rc = used_find(r->db, &q, r->arena, &list, &n);

	return reply(r, rc, list, n);
}

static enum rc
area(struct request *r)
{
	return named(r, "area_id");
}

static enum rc
on_floor(struct request *r)
{
	return named(r, "floor_id");
}

static enum rc
label(struct request *r)
{
	return named(r, "label_id");
}

static enum rc
scenario(struct request *r)
{
	return named(r, "scenario");
}

static const struct member used_members[] = {
	{ .name = "automations", .type = MEMBER_LIST, .of = "Use" },
	{ .name = "alerts", .type = MEMBER_LIST, .of = "Use", .help = "alert rules" },
	{ .name = "scenarios", .type = MEMBER_LIST, .of = "Use" },
	{ .name = NULL }
};

static const struct member use_members[] = {
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "where", .type = MEMBER_TEXTS, .help = "triggers[0].entity_id, ..." },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "UsedBy", used_members, NULL },
	{ "Use", use_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/devices/{id}/used", .permission = PERMISSION_READ,
	    .inputs = device_inputs, .handle = device,
	    .summary = "List what uses a device or one of its entities", .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/entities/{entity_id}/used",
	    .permission = PERMISSION_READ, .inputs = entity_inputs, .handle = entity,
	    .summary = "List what uses an entity, whether it exists or not", .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/orphans/used", .permission = PERMISSION_READ,
	    .handle = orphans, .summary = "List what uses entities that nobody announces any more",
	    .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/areas/{id}/used", .permission = PERMISSION_READ,
	    .inputs = area_inputs, .handle = area, .summary = "List what uses an area", .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/floors/{id}/used", .permission = PERMISSION_READ,
	    .inputs = floor_inputs, .handle = on_floor, .summary = "List what uses a floor", .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/labels/{id}/used", .permission = PERMISSION_READ,
	    .inputs = label_inputs, .handle = label, .summary = "List what uses a label", .reply = "UsedBy" },
	{ .method = "GET", .path = "/api/v1/scenarios/{id}/used", .permission = PERMISSION_READ,
	    .inputs = scenario_inputs, .handle = scenario, .summary = "List what starts a scenario",
	    .reply = "UsedBy" },
	{ .method = NULL }
};

const struct resource res_used = {
	"used", "Where devices, entities, areas, floors, labels, scenarios and orphans are used.", routes, schemas
};
