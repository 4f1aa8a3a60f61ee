/* SPDX-License-Identifier: ISC
 *
 * What the API says about itself: its OpenAPI document and the metrics page of the house.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/openapi.h"
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/health.h"

static enum rc
openapi(struct request *r)
{
	request_reply(r);
	openapi_write(resources, r->reply.body);
	return RC_OK;
}

static void
gauge(struct buf *b, const char *name, const char *labels, const char *help, double v)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n%s%s ", name, help, name, name, labels);
	buf_json_number(b, v);
	buf_putc(b, '\n');
}

/* Busy share of all processors since the last look at them, or since the machine's start. */
static double
cpu_percent(struct api *api)
{
	long long v[8] = {0}, busy = 0, all = 0;
	double percent;
	FILE *f = fopen("/proc/stat", "r");
	int i, n = 0;

	if (f != NULL) {
		n = fscanf(f, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &v[0], &v[1], &v[2], &v[3],
		    &v[4], &v[5], &v[6], &v[7]);
		fclose(f);
	}
	for (i = 0; i < n; i++)
		all += v[i];
	busy = all - v[3] - v[4];
	pthread_mutex_lock(&api->sample_lock);
	percent = all > api->cpu_all ?
	    100.0 * (double)(busy - api->cpu_busy) / (double)(all - api->cpu_all) : 0;
	api->cpu_busy = busy;
	api->cpu_all = all;
	pthread_mutex_unlock(&api->sample_lock);
	return percent;
}

static enum rc
metrics(struct request *r)
{
	struct health_system s;
	struct buf *b = r->reply.body;
	int64_t sessions = 0;

	request_reply(r);
	r->reply.type = r->route->type;
	health_system(r->api->conf, &s);
	if (r->db != NULL) {
		metric_set(METRIC_DATABASE_SIZE, (double)db_size(r->db));
		store_token_count(r->db, r->now_ms, &sessions);
	}
	metric_print(b, conf_bool(r->api->conf, CONF_METRICS_ALIASES));
	gauge(b, "consciousness_active_sessions", "", "logins and tokens of people that hold",
	    (double)sessions);
	gauge(b, "consciousness_memory_usage_bytes", "{component=\"total\"}",
	    "memory of all own processes, shared pages divided", (double)s.own_bytes);
	gauge(b, "database_health_status", "", "1 while the database can be read",
	    r->db != NULL && db_schema_version(r->db) > 0 ? 1 : 0);
	gauge(b, "system_cpu_usage_percent", "", "busy share of all processors", cpu_percent(r->api));
	gauge(b, "system_memory_usage_percent", "", "used share of the memory", s.memory_percent);
	gauge(b, "system_disk_usage_percent", "", "used share of the data directory's disk",
	    s.disk_percent);
	return RC_OK;
}

static const struct schema schemas[] = {
	{ "OpenAPI", NULL, "{\"type\":\"object\",\"description\":\"this document\"}" },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/openapi.json", .permission = PERMISSION_NONE,
	    .handle = openapi, .summary = "Read this document", .reply = "OpenAPI" },
	{ .method = "GET", .path = "/metrics", .permission = PERMISSION_NONE,
	    .flags = ROUTE_LOCAL | ROUTE_ANY_HOST | ROUTE_NO_DB, .handle = metrics,
	    .summary = "Read the metrics for Prometheus",
	    .type = "text/plain; version=0.0.4; charset=utf-8" },
	{ .method = NULL }
};

const struct resource res_meta = {
	"meta", "What the API says about itself.", routes, schemas
};
