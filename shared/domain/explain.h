/* SPDX-License-Identifier: ISC
 *
 * Why something is as it is: walks the causes of events back to where they began and says it in plain
 * English. Every word comes from a stored row.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "shared/base/buf.h"
#include "shared/base/mem.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_event.h"

#define EXPLAIN_DEPTH 32	/* most links of a chain */

struct explanation {
	const char		*text;
	struct store_event	*chain;		/* the effect first, then its cause, and so on */
	size_t			 n;
};

/*
 * Why the entity has its present state: its newest change of state (or of availability while it is
 * unavailable). An entity that was never heard of gets a text and an empty chain.
 */
enum rc explain_entity(struct db *db, const struct entity_state *e, struct mem_arena *a,
    struct explanation *out);
/* Why event `id` happened. RC_NOT_FOUND. */
enum rc explain_event(struct db *db, int64_t id, struct mem_arena *a, struct explanation *out);

/* Who that is, for people: "user:anna" as "anna", "token:ci" as "the key ci", NULL as "its device". */
void explain_actor(struct buf *b, const char *actor);

#endif
