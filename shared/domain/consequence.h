/* SPDX-License-Identifier: ISC
 *
 * What followed from an event: the commands that it led to, those of the scenarios that these runs started, and of
 * the rules that heard what was told or saw what changed. Found by the causes of the event log. What took
 * something back (an undo) is no consequence, but what did it again (an undo of that) is.
 */
#ifndef CONSEQUENCE_H
#define CONSEQUENCE_H

#include "shared/store/store_command.h"

#define CONSEQUENCE_RUNS 8		/* that caused each other one after the other */
#define CONSEQUENCE_EVENTS 5000		/* that are looked at */

struct consequences {
	struct command	*commands;	/* in order of id, in the arena */
	size_t		 n;
	bool		 cut;		/* there is more: one of the limits was reached */
};

/* At most so many commands. An event that led to nothing, or is not there, has none. */
enum rc consequence_find(struct db *db, int64_t event, size_t commands_max, struct mem_arena *a,
    struct consequences *out);
/* Whether one of the commands fits; looks no further than the first that does. */
enum rc consequence_any(struct db *db, int64_t event, bool (*fits)(const struct command *c), struct mem_arena *a,
    bool *out);

#endif
