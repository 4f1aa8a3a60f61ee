/* SPDX-License-Identifier: ISC
 *
 * The prune job: upkeep_prune with the house's settings.
 */
#include <stdio.h>

#include "shared/domain/upkeep.h"
#include "workers/job.h"

enum rc
job_prune(struct job_context *c, struct fault *f)
{
	struct upkeep u = {
		.now_ms = clock_now(&c->core->clock),
		.raw_days = conf_int(c->core->conf, CONF_RAW_HISTORY_DAYS),
		.event_days = conf_int(c->core->conf, CONF_EVENT_RETENTION_DAYS),
		.progress = job_progress, .arg = c,
	};
	enum rc rc = upkeep_prune(c->core->writer, &u, f);

	snprintf(c->detail, sizeof(c->detail), "%lld events, %lld pieces of history, %lld other rows",
	    (long long)u.events, (long long)u.chunks, (long long)u.rows);
	return rc;
}
