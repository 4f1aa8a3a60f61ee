/* SPDX-License-Identifier: ISC
 *
 * The prune job: upkeep_prune with the house's settings, and the pictures of entities that are gone.
 */
#include <stdio.h>

#include "shared/domain/picture.h"
#include "shared/domain/registry.h"
#include "shared/domain/upkeep.h"
#include "workers/job.h"

/* True also when the database does not say: only what is surely gone is removed. */
static bool
entity_exists(void *arg, int64_t entity)
{
	struct job_context *c = arg;
	struct mem_arena *a = mem_arena_new(4096);
	struct entity_state e;
	enum rc rc = store_entity_by_row(store_writer_db(c->core->writer), entity, a, &e);

	mem_arena_free(a);
	return rc != RC_NOT_FOUND;
}

enum rc
job_prune(struct job_context *c, struct fault *f)
{
	struct upkeep u = {
		.now_ms = clock_now(&c->core->clock),
		.raw_days = conf_int(c->core->conf, CONF_RAW_HISTORY_DAYS),
		.event_days = conf_int(c->core->conf, CONF_EVENT_RETENTION_DAYS),
		.trace_days = conf_int(c->core->conf, CONF_TRACE_RETENTION_DAYS),
		.trace_bytes = conf_int(c->core->conf, CONF_TRACE_MAX_SIZE),
		.progress = job_progress, .arg = c,
	};
	enum rc rc = upkeep_prune(c->core->writer, &u, f);
	int pictures = picture_sweep(c->core->conf, entity_exists, c);

	snprintf(c->detail, sizeof(c->detail),
	    "%lld events, %lld pieces of history, %lld traces, %lld other rows, %d pictures", (long long)u.events,
	    (long long)u.chunks, (long long)u.traces, (long long)u.rows, pictures);
	return rc;
}
