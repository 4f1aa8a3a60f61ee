/* SPDX-License-Identifier: ISC
 *
 * What explain_automation.c and explain_automation_none.c share: the text while it is made.
 */
#ifndef EXPLAIN_AUTOMATION_INT_H
#define EXPLAIN_AUTOMATION_INT_H

#include "shared/base/buf.h"
#include "shared/domain/explain_automation.h"
#include "shared/domain/spell.h"

/* What a text is made from. */
struct telling {
	struct db			*db;
	struct mem_arena		*arena;
	const struct automation		*rule;
	const struct period		*p;
	const struct explain_house	*house;
	struct buf			 text;
	struct automation_explanation	*out;
	struct spells			 was;
};

/* "22:58:01" of today, else with its date. In the arena. */
const char *explain_automation_moment(struct telling *t, int64_t ms);
/* Who that is: "user:anna" as "anna", NULL as "somebody". */
void explain_automation_actor(struct telling *t, const char *actor);
/* Where what was asked about begins and ends: the moment that was meant, else the period. UTC ms. */
int64_t explain_automation_first(const struct telling *t);
int64_t explain_automation_last(const struct telling *t);

/* The text of a period in which nothing was evaluated, without its full stop. down: the house was not running then. */
enum rc explain_automation_none(struct telling *t, bool down);

#endif
