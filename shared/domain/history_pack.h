/* SPDX-License-Identifier: ISC
 *
 * The work of the aggregate job: packs the state changes of the event log into chunks and closes
 * buckets, in transactions that hold the write lock for a few milliseconds each. Being killed at any
 * point loses nothing: what was not written is packed by the next run.
 */
#ifndef HISTORY_PACK_H
#define HISTORY_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/rc.h"
#include "shared/store/store.h"

struct history_pack {
	int64_t	 now_ms;	/* taken before the call: everything older by 10 s is in the log */
	int64_t	 raw_days;	/* RAW_HISTORY_DAYS: buckets older than raw history stay as they are */
	bool	 force;		/* pack even when there is little to pack */
	int64_t	 batch;		/* events read at a time, 0: 500,000 */
	bool	 (*progress)(void *arg, int percent);	/* may be NULL; false stops */
	void	*arg;
	/* what was done */
	int64_t	 events, chunks, buckets, transactions;
	int64_t	 longest_us;	/* of the transactions */
};

/*
 * Packs when there are many events, when a bucket can be closed, or by force; then closes what can be
 * closed. One at a time per house (the job's lock). RC_TIMEOUT: progress said stop.
 */
enum rc history_pack(struct store_writer *w, struct history_pack *p, struct fault *f);

#endif
