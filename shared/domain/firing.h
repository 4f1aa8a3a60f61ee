/* SPDX-License-Identifier: ISC
 *
 * What is decided when a trigger fires: whether it does, whether its rule runs, and what the run sees. Pure functions
 * of the rule, the change and the house, for all who let rules run: the engine, the rehearsal, the back-test.
 */
#ifndef FIRING_H
#define FIRING_H

#include "shared/domain/automation.h"

/* Of a trigger with a level only the coming and going counts; *on is what it remembers. x: without variables. */
enum trigger_verdict firing_judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x,
    bool *on);
/*
 * What c is to the trigger, each to fn: c itself, or, when it depends on what changed (struct trigger, because), a
 * change of each entity that it is about.
 */
void firing_each(const struct trigger *t, const struct house_change *c, const struct house *h,
    void (*fn)(const struct house_change *c, void *arg), void *arg);
/* A rule of this mode with so many runs under way (waiting for their turn included) lets no other begin. */
bool firing_full(const struct rule *r, unsigned int runs);
/* The rule as its runs see it, in `this`. */
struct firing_self {
	const char	*id;		/* NULL when it has none */
	int64_t		 changed;	/* when people last changed it, UTC ms, 0: not known */
	int64_t		 last;		/* when its last run before this one began, UTC ms, 0: none is known */
	unsigned int	 runs;		/* under way, those that wait for their turn included */
};
/*
 * What conditions and actions see, if they look: the trigger and the rule. trigger: -1 for a run by hand; c NULL: a
 * moment came. The caller owns it.
 */
struct js *firing_variables(const struct rule *r, const struct firing_self *self, int trigger,
    const struct house_change *c, int64_t now_ms);
/*
 * Of a scenario's run. What it is told (scenario_arguments) wins over what runs see besides: one may be called
 * "trigger".
 */
struct js *firing_call_variables(const struct rule *r, const struct firing_self *self, const struct js *arguments);
/*
 * Sets the rule's own variables and, if `ask`, asks its conditions. False: it does not run, and `why` says what
 * speaks against it.
 */
bool firing_runs(const struct rule *r, const struct rule_context *x, struct js *variables, bool ask, struct buf *why);

#endif
