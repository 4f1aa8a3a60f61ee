/* SPDX-License-Identifier: ISC
 *
 * Durable executions.
 */
#include "shared/domain/run.h"
#include "shared/store/store_cursor.h"

enum rc
run_put(struct tx *tx, struct run *run, struct store_trace *piece)
{
	bool fresh = run->id == 0;
	enum rc rc = RC_OK;

	piece->automation = run->automation;
	piece->kind = fresh ? TRACE_RUN : TRACE_MORE;
	piece->time = fresh ? run->started : tx->now_ms;
	piece->run = run->id;
	piece->cause = fresh ? run->cause : 0;
	if (fresh || piece->len > 0)
		rc = store_trace_insert(tx, piece);
	if (rc == RC_OK && fresh)
		run->id = piece->id;
	if (rc != RC_OK)
		return rc;
	return fresh ? store_run_insert(tx, run) : store_run_update(tx, run);
}

enum rc
run_time_done(struct tx *tx, int64_t until_ms)
{
	return store_cursor_put(tx, "time_triggers", until_ms);
}

int64_t
run_time_from(struct db *db, int64_t alive_ms, int64_t now_ms)
{
	int64_t done = store_cursor_get(db, "time_triggers");
	int64_t from = alive_ms > done ? alive_ms : done;

	if (from == 0 || from > now_ms)
		return now_ms;
	return from < now_ms - RUN_TIME_LOST_MS ? now_ms - RUN_TIME_LOST_MS : from;
}
