/* SPDX-License-Identifier: ISC
 *
 * /health: for monitors, without a login. 503 when a person should be woken.
 */
#include "cgi/problem.h"
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/health.h"

/* The core as health wants it, also while there is no database. */
static struct core
look(struct request *r)
{
	return (struct core){ .conf = r->api->conf, .clock = r->api->clock, .db = r->db,
		.bus = r->api->bus };
}

static void
set_status(struct request *r, enum health_status s)
{
	if (s == HEALTH_CRITICAL)
		r->reply.status = 503;
}

static enum rc
alive(struct request *r)
{
	bool ok = r->db != NULL && db_schema_version(r->db) == store_schema_newest();
	struct jsw *w = request_reply(r);

	jsw_object(w, NULL);
	jsw_string(w, "status", ok ? "healthy" : "critical");
	jsw_time(w, "timestamp", r->now_ms);
	jsw_end(w);
	set_status(r, ok ? HEALTH_HEALTHY : HEALTH_CRITICAL);
	return RC_OK;
}

static enum rc
detailed(struct request *r)
{
	struct core core = look(r);

	set_status(r, health_write(request_reply(r), &core, r->db, r->arena));
	return RC_OK;
}

static enum rc
database(struct request *r)
{
	struct core core = look(r);

	set_status(r, health_write_database(request_reply(r), &core, r->db));
	return RC_OK;
}

static enum rc
performance(struct request *r)
{
	struct core core = look(r);

	return health_write_performance(request_reply(r), &core, r->db, r->arena);
}

static const struct member alive_members[] = {
	{ .name = "status", .type = MEMBER_TEXT, .help = "healthy or critical" },
	{ .name = "timestamp", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member detailed_members[] = {
	{ .name = "status", .type = MEMBER_TEXT, .help = "healthy, degraded or critical" },
	{ .name = "timestamp", .type = MEMBER_TIME },
	{ .name = "components", .type = MEMBER_OBJECT, .help = "each with healthy, critical and its numbers" },
	{ .name = NULL }
};

static const struct member database_members[] = {
	{ .name = "status", .type = MEMBER_TEXT, .help = "healthy, degraded or critical" },
	{ .name = "timestamp", .type = MEMBER_TIME },
	{ .name = "database", .type = MEMBER_OBJECT },
	{ .name = NULL }
};

static const struct member performance_members[] = {
	{ .name = "queries", .type = MEMBER_OBJECT, .help = "read transactions of the API: p50, p95, p99 in ms" },
	{ .name = "commits", .type = MEMBER_OBJECT, .help = "write transactions of the engine: p50, p95, p99 in ms" },
	{ .name = "slowest", .type = MEMBER_LIST, .of = "SlowStatement",
	    .help = "the longest runs, in any process" },
	{ .name = "size_bytes", .type = MEMBER_INT },
	{ .name = "wal_bytes", .type = MEMBER_INT },
	{ .name = "last_integrity_check", .type = MEMBER_TIME, .null = true },
	{ .name = "last_backup", .type = MEMBER_TIME, .null = true },
	{ .name = NULL }
};

static const struct member slow_members[] = {
	{ .name = "statement", .type = MEMBER_TEXT },
	{ .name = "sql", .type = MEMBER_TEXT, .null = true },
	{ .name = "ms", .type = MEMBER_REAL },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "SlowStatement", slow_members, NULL },
	{ "Health", alive_members, NULL },
	{ "HealthDetailed", detailed_members, NULL },
	{ "HealthDatabase", database_members, NULL },
	{ "DatabasePerformance", performance_members, NULL },
	{ .name = NULL }
};

#define PROBE ROUTE_ANY_HOST | ROUTE_NO_DB

static const struct route routes[] = {
	{ .method = "GET", .path = "/health", .permission = PERMISSION_NONE, .flags = PROBE,
	    .handle = alive, .summary = "Ask whether the house answers", .reply = "Health" },
	{ .method = "GET", .path = "/health/detailed", .alias = "/health/overall",
	    .permission = PERMISSION_NONE, .flags = PROBE, .handle = detailed,
	    .summary = "Ask how each part is", .reply = "HealthDetailed" },
	{ .method = "GET", .path = "/health/database", .permission = PERMISSION_NONE,
	    .flags = PROBE, .handle = database, .summary = "Ask how the database is",
	    .reply = "HealthDatabase" },
	{ .method = "GET", .path = "/health/database/performance", .permission = PERMISSION_NONE,
	    .flags = ROUTE_ANY_HOST, .handle = performance,
	    .summary = "Ask how fast the database is", .reply = "DatabasePerformance" },
	{ .method = NULL }
};

const struct resource res_health = {
	"health", "For monitors, without a login.", routes, schemas
};
