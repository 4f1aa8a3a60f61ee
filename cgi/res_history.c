/* SPDX-License-Identifier: ISC
 *
 * /history: what an entity's state was, for a chart.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/device.h"
#include "shared/domain/history.h"

#define DAY_MS INT64_C(86400000)

enum { GET_ENTITY, GET_FROM, GET_TO, GET_RESOLUTION };

static const char *const resolutions[] = { "auto", "raw", "5m", "1h", NULL };

static const struct field get_inputs[] = {
	[GET_ENTITY] = { .name = "entity_id", .where = FIELD_QUERY, .type = FIELD_TEXT,
	    .required = true, .help = "whose history" },
	[GET_FROM] = { .name = "from", .where = FIELD_QUERY, .type = FIELD_TIME,
	    .help = "a day before to when not given" },
	[GET_TO] = { .name = "to", .where = FIELD_QUERY, .type = FIELD_TIME,
	    .help = "now when not given" },
	[GET_RESOLUTION] = { .name = "resolution", .where = FIELD_QUERY, .type = FIELD_CHOICE,
	    .choices = resolutions, .help = "auto takes what a chart can show" },
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct history_query q = {
		.to = r->in[GET_TO].set ? r->in[GET_TO].i : r->now_ms,
		.resolution = (enum history_resolution)r->in[GET_RESOLUTION].i, .now_ms = r->now_ms,
		.raw_days = conf_int(r->api->conf, CONF_RAW_HISTORY_DAYS),
	};
	struct entity_state e;
	struct history h;
	enum rc rc;

	q.from = r->in[GET_FROM].set ? r->in[GET_FROM].i : q.to - DAY_MS;
	rc = store_entity_get(r->db, r->in[GET_ENTITY].s, r->arena, &e);
	if (rc != RC_OK)
		return request_missing(r, rc, "entity_id", "entity");
	q.entity = e.entity.row;
	/* Reading history takes its own transaction. */
	db_end_read(r->db);
	rc = history_read(r->db, &q, r->arena, &h, &r->fault);
	if (rc == RC_OK)
		history_write(request_reply(r), NULL, e.entity.entity_id, &h);
	return rc;
}

static const struct schema schemas[] = {
	{ "History", NULL, "{\"type\":\"object\",\"additionalProperties\":false,\"required\":"
	    "[\"entity_id\",\"resolution\",\"step_ms\",\"points\"],\"properties\":{"
	    "\"entity_id\":{\"type\":\"string\"},"
	    "\"resolution\":{\"type\":\"string\",\"enum\":[\"raw\",\"5m\",\"1h\"]},"
	    "\"step_ms\":{\"type\":\"integer\",\"description\":\"length of a bucket, 0 for raw\"},"
	    "\"points\":{\"type\":\"array\",\"description\":\"[time_ms, value] or "
	    "[time_ms, min, mean, max]\",\"items\":{\"type\":\"array\",\"minItems\":2,"
	    "\"maxItems\":4,\"items\":{\"type\":[\"number\",\"string\",\"null\"]}}}}}" },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/history", .permission = PERMISSION_READ,
	    .inputs = get_inputs, .handle = get, .summary = "Read an entity's history",
	    .reply = "History" },
	{ .method = NULL }
};

const struct resource res_history = { "history", "What states were.", routes, schemas };
