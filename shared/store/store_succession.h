/* SPDX-License-Identifier: ISC
 *
 * Rows of successions: entities that were given up, and who gets what was recorded of them.
 */
#ifndef STORE_SUCCESSION_H
#define STORE_SUCCESSION_H

#include "shared/store/store.h"

struct store_succession {
	int64_t	 was;		/* row of an entity that is gone */
	int64_t	 heir;		/* row of the one that goes on */
	int64_t	 event;		/* id: the moment of it */
	bool	 merged;	/* packed history is done */
	int64_t	 after;		/* UTC ms: then only history later than this was taken */
	int64_t	 moved;		/* events up to this id are done */
};

/* From now on the heir has the commands, too. */
enum rc store_succession_add(struct tx *tx, int64_t was, int64_t heir, int64_t event);
/* The oldest. RC_NOT_FOUND. */
enum rc store_succession_first(struct db *db, struct store_succession *out);
/* Writes merged, after and moved. */
enum rc store_succession_put(struct tx *tx, const struct store_succession *s);
enum rc store_succession_remove(struct tx *tx, int64_t was);

/* Gives events of `was` in since < id < before to the heir, but for what tells of the registry itself. */
enum rc store_succession_events(struct tx *tx, const struct store_succession *s, int64_t since,
    int64_t before);
/* Gives closed chunks that begin after `after` to the heir. *moved: how many. */
enum rc store_succession_chunks(struct tx *tx, const struct store_succession *s, int *moved);
/* Gives at most max buckets that begin after `after` to the heir. *moved: how many. */
enum rc store_succession_buckets(struct tx *tx, const struct store_succession *s, int max, int *moved);

#endif
