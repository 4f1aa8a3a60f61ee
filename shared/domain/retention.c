/* SPDX-License-Identifier: ISC
 *
 * See retention.h.
 */
#include "shared/domain/retention.h"
#include "shared/domain/trace.h"
#include "shared/store/store_trace.h"

#define DAY_MS INT64_C(86400000)

struct retention
retention_of(struct db *db, const struct conf *conf, int64_t now_ms)
{
	int64_t most = conf_int(conf, CONF_TRACE_MAX_SIZE) - TRACE_BYTES_MAX - STORE_TRACE_ROW;
	int64_t full = store_trace_full(db, most);
	struct retention kept = {
		.runs = now_ms - conf_int(conf, CONF_EVENT_RETENTION_DAYS) * DAY_MS,
		.traces = now_ms - conf_int(conf, CONF_TRACE_RETENTION_DAYS) * DAY_MS,
	};

	if (full > kept.traces)
		kept.traces = full;
	return kept;
}
