/* SPDX-License-Identifier: ISC
 *
 * What rules do to each other, found when they are saved: loops (A starts B starts A, also through what the
 * services make of states, and through events), and fights (two rules that start at the same moment and make
 * different things of one entity). Decided by outlines (outline.h): what conditions exclude is left out, what
 * templates decide is "perhaps".
 */
#ifndef CONFLICT_H
#define CONFLICT_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store.h"

#define CONFLICT_RULES_MAX 6	/* of a loop that are followed */
#define CONFLICTS_MAX 200	/* that are told */

/* A piece of a message: plain text, or the name of an entity or a rule. */
struct conflict_part {
	const char	*text;
	const char	*entity;	/* its id, or NULL */
	const char	*automation;	/* its id, "" as below, or NULL */
};

struct conflict {
	bool		 loop;		/* else a fight */
	bool		 perhaps;	/* a template or something else that cannot be decided has a say */
	const char	*rules[CONFLICT_RULES_MAX];	/* ids; "" is the one that is looked at and has none yet */
	const char	*names[CONFLICT_RULES_MAX];	/* of the same */
	size_t		 n;
	const char	*about;		/* the entity, or the event as "event.TYPE" */
	const char	*message;	/* for people, with names: all parts in a row */
	const struct conflict_part *parts;
	size_t		 n_parts;
};

struct conflicts {
	struct conflict	*list;		/* in the arena */
	size_t		 n;
	bool		 more;		/* there were too many, or too much to look through */
};

/*
 * Those of one rule, whatever it would be: config is its document, which compiles but for a name, without which it is
 * "this rule"; id: the saved rule that it takes the place of, NULL: a new one. Reads all rules: to be called without
 * holding the write lock.
 */
enum rc conflict_check(struct db *db, const struct js *config, const char *id, struct mem_arena *a,
    struct conflicts *out, struct fault *f);
/* Those among all rules that are enabled. */
enum rc conflict_all(struct db *db, struct mem_arena *a, struct conflicts *out, struct fault *f);

/*
 * [{"kind","perhaps","automations":[...],"names":[...],"about","message","parts":[{"text","entity_id",
 * "automation"}]}]
 */
void conflict_write(struct jsw *w, const char *key, const struct conflicts *c);

#endif
