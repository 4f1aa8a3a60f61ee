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
	const char	*source;	/* who wants it: "alert", "rule", "test" */
	const char	*channel;	/* of channel.def */
	const char	*target;	/* what it goes to: the channel, one person of it, or the server of a request */
	int64_t		 severity;	/* enum severity */
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

/* Sets id; behind what is not done of the same alert rule to the same target. RC_EXISTS: the key is taken. */
enum rc store_outbox_insert(struct tx *tx, struct delivery *d);
/* status, attempts, unsure, due, done, reason. RC_NOT_FOUND. */
enum rc store_outbox_update(struct tx *tx, const struct delivery *d);
enum rc store_outbox_get(struct db *db, int64_t id, struct mem_arena *a, struct delivery *out);
/*
 * Of those that are due at now_ms, go behind none that is not done, and whose target is wanted: the most severe, of
 * them the one that was tried least. RC_NOT_FOUND: there is none.
 */
enum rc store_outbox_next(struct db *db, int64_t now_ms,
    bool (*wanted)(const char *channel, const char *target, void *arg), void *arg, struct mem_arena *a,
    struct delivery *out);
int64_t store_outbox_soonest(struct db *db);	/* when the next one is due, UTC ms; INT64_MAX: nothing waits */
/* How many like d are not done: of its source, target and severity; and on its channel, from anybody. */
int64_t store_outbox_like(struct db *db, const struct delivery *d);
int64_t store_outbox_on(struct db *db, const char *channel);
/* Newest first, id < before (0: from the newest). */
enum rc store_outbox_list(struct db *db, int64_t before, int limit, struct mem_arena *a,
    struct delivery **rows, size_t *n);

#endif
