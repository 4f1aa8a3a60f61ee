/* SPDX-License-Identifier: ISC
 *
 * The aggregate job: history_pack with the house's settings, the blocks of the event log, and what
 * entities that were given up leave to others.
 */
#include <stdio.h>

#include "shared/base/metric.h"
#include "shared/domain/history_pack.h"
#include "shared/domain/succession.h"
#include "shared/domain/upkeep.h"
#include "workers/job.h"

enum rc
job_aggregate(struct job_context *c, struct fault *f)
{
	struct history_pack p = {
		.now_ms = clock_now(&c->core->clock),
		.raw_days = conf_int(c->core->conf, CONF_RAW_HISTORY_DAYS),
		.progress = job_progress, .arg = c,
	};
	struct upkeep u = { .progress = job_progress, .arg = c };
	struct succession s = { .progress = job_progress, .arg = c };
	enum rc rc;

	if ((rc = upkeep_index(c->core->writer, &u, f)) == RC_OK &&
	    (rc = succession_run(c->core->writer, &s, f)) == RC_OK)
		rc = history_pack(c->core->writer, &p, f);
	metric_set(METRIC_DATABASE_SIZE, (double)db_size(store_writer_db(c->core->writer)));
	snprintf(c->detail, sizeof(c->detail), "%lld events, %lld chunks, %lld buckets, "
	    "%lld blocks, %lld transactions, longest %lld us", (long long)p.events, (long long)p.chunks,
	    (long long)p.buckets, (long long)u.blocks, (long long)p.transactions, (long long)p.longest_us);
	return rc;
}
