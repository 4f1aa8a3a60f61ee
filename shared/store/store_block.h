/* SPDX-License-Identifier: ISC
 *
 * Which entities occur in which block of the event log: how the events of one entity are found without
 * an index that each recorded event would have to write. The newest events are in no block yet.
 */
#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

#include "shared/store/store.h"

#define STORE_BLOCK_EVENTS 512	/* in a full block */
#define STORE_BLOCK_PACKED "event_block"	/* position: the log is thinned out and in full blocks up to here */

/* The last event in a block, 0 when there is none. */
int64_t store_block_last(struct db *db);
/*
 * Makes one block of the next STORE_BLOCK_EVENTS events after `since`, in place of the blocks that are there;
 * *last is its last event. RC_NOT_FOUND: there are fewer up to `upto`; with `rest` they became a block that
 * reaches to `upto`, but *last stays, so that the next call takes them up again.
 */
enum rc store_block_build(struct tx *tx, int64_t since, int64_t upto, bool rest, int64_t *last);
/* Events of since < id < before are about other entities now: notes that in their blocks. */
enum rc store_block_refresh(struct tx *tx, int64_t since, int64_t before);
/* Blocks of events before `end` only: those are gone. */
enum rc store_block_forget(struct tx *tx, int64_t end);
struct store_block_walk {
	int64_t	 entity;	/* row */
	int64_t	 since, before;	/* since < id < before */
	bool	 newest_first;
	bool	 (*fn)(int64_t since, int64_t before, void *arg);	/* returns false to stop */
	void	*arg;
};
/*
 * Calls fn for each part of since < id < before that may hold events of the entity, in id order or the newest
 * first. What fn reads of the log belongs to the same moment as the blocks.
 */
enum rc store_block_walk(struct db *db, const struct store_block_walk *w);

#endif
