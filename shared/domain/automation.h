/* SPDX-License-Identifier: ISC
 *
 * Automations: a rule in JSON, in Home Assistant's words, compiled to triggers, conditions and actions.
 *
 *	{"name": "...", "triggers": [{"trigger": "state", ...}], "conditions": [...],
 *	 "actions": [{"action": "light.turn_on", "target": {...}}, {"delay": "00:02:00"}], "mode": "single"}
 */
#ifndef AUTOMATION_H
#define AUTOMATION_H

#include "shared/domain/rule.h"

enum automation_mode {
	AUTOMATION_SINGLE,	/* a trigger while it runs is ignored */
	AUTOMATION_RESTART	/* a trigger while it runs starts it again */
};

#define AUTOMATION_PARTS_MAX 100	/* triggers, conditions, actions: of each */

struct rule {
	const char		*name;
	enum automation_mode	 mode;
	const struct trigger	*triggers;
	size_t			 n_triggers;
	const struct condition	*conditions;
	size_t			 n_conditions;
	const struct action	*actions;
	size_t			 n_actions;
	struct js		*config;	/* what it was compiled from; parts borrow from it */
	struct mem_arena	*arena;		/* everything above lives here */
};

/*
 * config: the rule as JSON. RC_INVALID, RC_UNSUPPORTED with f->field such as "triggers[0].above".
 * Whether the entities exist is not asked: they may come later. The caller owns *out.
 */
enum rc automation_compile(const struct js *config, struct rule **out, struct fault *f);
void automation_free(struct rule *a);	/* NULL is legal */
const char *automation_mode_name(enum automation_mode m);

/* True when every condition holds; else `why` says which one does not, and its value. */
bool automation_may_run(const struct rule *a, const struct house *h, int64_t now_ms,
    struct buf *why);
/*
 * Runs actions from *position until one waits or all are done; *position is then the next one.
 * ACTION_NEXT: done. ACTION_WAIT: x->wake_ms. ACTION_FAILED: x->fault; the rest is not run.
 */
enum action_result automation_run(const struct rule *a, size_t *position,
    struct action_context *x);

#endif
