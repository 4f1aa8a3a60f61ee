/* SPDX-License-Identifier: ISC
 *
 * Durable executions: runs of automations with their delays, triggers that wait for their `for:`, and how
 * far time triggers are done. What is written here is what the next engine goes on with.
 */
#ifndef RUN_H
#define RUN_H

#include "shared/store/store_automation.h"
#include "shared/store/store_trace.h"

/*
 * Inserts a run whose id is 0 (and sets it), else updates status, position, wake, ended, reason. piece: what it did
 * since the last time; its kind, time and references are set here.
 */
enum rc run_put(struct tx *tx, struct run *run, struct store_trace *piece);

/* Time triggers fired up to and including until_ms. */
enum rc run_time_done(struct tx *tx, int64_t until_ms);
/*
 * Up to when time triggers are done: the later of what was fired and when the last engine was alive, at most
 * RUN_TIME_LOST_MS ago; now_ms when there never was one.
 */
int64_t run_time_from(struct db *db, int64_t alive_ms, int64_t now_ms);
#define RUN_TIME_LOST_MS (7 * INT64_C(86400000))

#endif
