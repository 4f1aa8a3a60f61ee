/* SPDX-License-Identifier: ISC
 *
 * Rows of announcements that are not in use, and why.
 */
#ifndef STORE_REFUSAL_H
#define STORE_REFUSAL_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

#define STORE_REFUSED_MAX 200	/* the newest that were refused are kept */
#define STORE_YIELDED_MAX 2000	/* and of those that gave way */

struct store_refusal {
	const char	*source;	/* discovery topic, with "#key" behind it for a part */
	const char	*holder;	/* discovery topic that announces what it wanted to, or NULL */
	const char	*device;	/* name that it gave, or NULL */
	const char	*reason;	/* NULL: the same device announced it at `holder` later */
	int64_t		 time;		/* UTC ms */
	bool		 asked;		/* the broker was asked for the holder's, which was not heard since */
};

/* Replaces the one of that source; the oldest go when there are too many. */
enum rc store_refusal_put(struct tx *tx, const struct store_refusal *r);
enum rc store_refusal_remove(struct tx *tx, const char *source);
/* What is announced there was heard. */
enum rc store_refusal_heard(struct tx *tx, const char *holder);
/* What `from` held is announced at `to` now. */
enum rc store_refusal_move(struct tx *tx, const char *from, const char *to);
/* Of that topic and its parts; of that holder; those that were refused, the newest first. Text in the arena. */
enum rc store_refusal_at(struct db *db, const char *topic, struct mem_arena *a,
    struct store_refusal **rows, size_t *n);
enum rc store_refusal_held(struct db *db, const char *holder, struct mem_arena *a,
    struct store_refusal **rows, size_t *n);
enum rc store_refusal_list(struct db *db, struct mem_arena *a, struct store_refusal **rows, size_t *n);

#endif
