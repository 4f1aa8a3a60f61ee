/* SPDX-License-Identifier: ISC
 *
 * The optimize job: statistics for the query planner, and committed pages into the database file.
 */
#include <stdio.h>

#include "shared/base/metric.h"
#include "shared/domain/upkeep.h"
#include "workers/job.h"

enum rc
job_optimize(struct job_context *c, struct fault *f)
{
	struct db *db = store_writer_db(c->core->writer);
	enum rc rc = upkeep_optimize(db, f);

	metric_set(METRIC_DATABASE_SIZE, (double)db_size(db));
	snprintf(c->detail, sizeof(c->detail), "%lld bytes", (long long)db_size(db));
	return rc;
}
