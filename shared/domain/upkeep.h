/* SPDX-License-Identifier: ISC
 *
 * Keeping the database small and quick, in transactions of a few milliseconds: what the prune, the optimize
 * and, beside history_pack, the aggregate job do.
 */
#ifndef UPKEEP_H
#define UPKEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/rc.h"
#include "shared/store/store.h"

struct upkeep {
	int64_t	 now_ms;
	int64_t	 raw_days;	/* RAW_HISTORY_DAYS */
	int64_t	 event_days;	/* EVENT_RETENTION_DAYS */
	int64_t	 trace_days;	/* TRACE_RETENTION_DAYS */
	int64_t	 trace_bytes;	/* TRACE_MAX_SIZE */
	bool	 (*progress)(void *arg, int percent);	/* may be NULL; false stops */
	void	*arg;
	/* what was taken away */
	int64_t	 events, chunks, rows, traces;
	int64_t	 blocks;	/* what was added */
};

/*
 * State changes that explain nothing else leave the event log after two days, when they are packed in
 * history; all other events, finished commands and runs after event_days; raw history after raw_days; traces
 * after trace_days, the oldest also when they are more than trace_bytes;
 * expired tokens and answers kept for repeated requests when they are of no use. RC_TIMEOUT: progress
 * said stop.
 */
enum rc upkeep_prune(struct store_writer *w, struct upkeep *u, struct fault *f);
/*
 * Writes down which entities occur in the part of the event log that is new since the last time (store_block.h).
 * Reads of upkeep: progress. RC_TIMEOUT: progress said stop.
 */
enum rc upkeep_index(struct store_writer *w, struct upkeep *u, struct fault *f);
/* Statistics for the planner, and committed pages into the database file. */
enum rc upkeep_optimize(struct db *db, struct fault *f);

#endif
