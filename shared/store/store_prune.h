/* SPDX-License-Identifier: ISC
 *
 * Taking old rows away, a few at a time: events, finished commands and runs. History,
 * tokens and kept answers have their own statements beside their tables.
 */
#ifndef STORE_PRUNE_H
#define STORE_PRUNE_H

#include "shared/store/store.h"

/* The first event id whose time is at or after `time` (times grow with ids); past the end when none. */
int64_t store_prune_first_event(struct db *db, int64_t time);
int64_t store_prune_oldest_event(struct db *db);	/* smallest id, 0 for an empty log */
/*
 * Of the events first <= id < end, takes away the state changes that explain nothing else: packed into
 * history, without a cause, cause of nothing, and not the last word about their entity.
 */
enum rc store_prune_states(struct tx *tx, int64_t first, int64_t end, int *removed);
/* Takes away every event with id < end but the newest of the log, at most max. */
enum rc store_prune_events(struct tx *tx, int64_t end, int max, int *removed);

enum store_prune_kind {
	PRUNE_COMMANDS,		/* done before, or sent and due before */
	PRUNE_RUNS,		/* ended before, or begun before by a rule that is gone */
	PRUNE_ALERTS,		/* over before */
	PRUNE_DELIVERIES,	/* done before */
	PRUNE_EMOTIONS,		/* computed before, without the last one */
	PRUNE_GONE,		/* names of entities that were removed before */
	PRUNE_RULES,		/* rules that were removed before, of which nothing is left */
	PRUNE__MAX
};
/* At most max rows that are older than `before` (UTC ms). */
enum rc store_prune_rows(struct tx *tx, enum store_prune_kind kind, int64_t before, int max,
    int *removed);

/* Refreshes the planner's statistics where they are stale; looks at a few hundred rows per index. */
enum rc store_optimize(struct db *db, struct fault *f);

#endif
