/* SPDX-License-Identifier: ISC
 *
 * Rows of the outbox: what is to be delivered to people and programs outside of the house.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct delivery {
	int64_t		 id;
	const char	*key;		/* random, the same for every attempt */
	const char	*channel;	/* of channel.def */
	const char	*payload;	/* JSON object, see outbox.h */
	const char	*status;	/* "waiting", "sending", "delivered", "failed" */
	int64_t		 attempts;
	int64_t		 unsure;	/* of them: nobody knows how they ended */
	int64_t		 due;		/* UTC ms: not before */
	int64_t		 created, done;	/* UTC ms, done 0: not yet */
	const char	*reason;	/* why the last attempt failed, or NULL */
	int64_t		 alert;		/* id, or 0 */
	int64_t		 cause;		/* event, or 0 */
	const char	*actor;		/* or NULL */
};

enum rc store_outbox_insert(struct tx *tx, struct delivery *d);	/* sets id; RC_EXISTS: the key is taken */
/* status, attempts, unsure, due, done, reason. RC_NOT_FOUND. */
enum rc store_outbox_update(struct tx *tx, const struct delivery *d);
enum rc store_outbox_get(struct db *db, int64_t id, struct mem_arena *a, struct delivery *out);
/* The one that is due at now_ms and was tried least. RC_NOT_FOUND: none is. */
enum rc store_outbox_next(struct db *db, int64_t now_ms, struct mem_arena *a, struct delivery *out);
int64_t store_outbox_soonest(struct db *db);	/* when the next one is due, UTC ms; INT64_MAX: nothing waits */
int64_t store_outbox_open(struct db *db);	/* how many are not done */
/* Newest first, id < before (0: from the newest). */
enum rc store_outbox_list(struct db *db, int64_t before, int limit, struct mem_arena *a,
    struct delivery **rows, size_t *n);

#endif
