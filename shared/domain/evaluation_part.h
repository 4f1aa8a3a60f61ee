/* SPDX-License-Identifier: ISC
 *
 * What the steps of an evaluation were, as the rule said when it ran: traces hold no more than where they stand in it.
 */
#ifndef EVALUATION_PART_H
#define EVALUATION_PART_H

#include "shared/base/js.h"
#include "shared/store/store_revision.h"

#define EVALUATION_PART_MAX 2000	/* bytes of a part that is shown; a larger one is not */

/*
 * The rule or scenario (kind "automation" or "scenario") as its revisions say that it was at that time; the caller owns
 * it. NULL: no revision of that time is kept.
 */
struct js *evaluation_rule_then(struct db *db, const char *kind, const char *id, int64_t time, struct mem_arena *a);
/* What stands there, "actions[0].choose[1].sequence[0]"; NULL: nothing does. Borrowed. */
const struct js *evaluation_part(const struct js *rule, const char *place);
/*
 * "alias": what people call the part, and "action": the part without the actions in it and without what is secret. Both
 * null when it is not known (part NULL), "action" also when it is long.
 */
void evaluation_part_write(struct jsw *w, const struct js *part);
/*
 * Of a step as evaluation_write_all has it (evaluation_words.c): its alias, else what it does ("turn on light.kitchen",
 * "delay 5 min"), else where it stands. In the arena.
 */
const char *evaluation_part_words(const struct js *step, struct mem_arena *a);

#endif
