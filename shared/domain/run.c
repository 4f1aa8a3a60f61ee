/* SPDX-License-Identifier: ISC
 *
 * Durable executions.
 */
#include "shared/domain/run.h"
#include "shared/store/store_cursor.h"

enum rc
run_put(struct tx *tx, struct run *run)
{
	return run->id == 0 ? store_run_insert(tx, run) : store_run_update(tx, run);
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

	return from > now_ms || from < now_ms - RUN_TIME_LOST_MS ? now_ms : from;
}
