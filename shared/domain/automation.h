/* SPDX-License-Identifier: ISC
 *
 * Automations: a rule in JSON, in Home Assistant's words, compiled to triggers, conditions and a program.
 *
 *	{"name": "...", "triggers": [{"trigger": "state", ...}], "conditions": [...],
 *	 "actions": [{"action": "light.turn_on", "target": {...}}, {"delay": "00:02:00"}], "mode": "single"}
 */
#ifndef AUTOMATION_H
#define AUTOMATION_H

#include "shared/domain/program.h"

/* What a trigger does while it runs. */
enum automation_mode {
	AUTOMATION_SINGLE,	/* nothing */
	AUTOMATION_RESTART,	/* the run ends, and another one begins */
	AUTOMATION_QUEUED,	/* another one begins after it */
	AUTOMATION_PARALLEL	/* another one begins beside it */
};

/* What is done about a time that passed while no engine ran. */
enum missed_policy {
	MISSED_RUN,		/* it is made up for, once */
	MISSED_SKIP,		/* it is over */
	MISSED_ASK		/* people are asked */
};

#define AUTOMATION_MAX 10	/* runs of one that is queued or parallel, when the rule does not say */
#define AUTOMATION_MAX_MOST 100

struct rule {
	const char		*name;
	enum automation_mode	 mode;
	unsigned int		 max;		/* runs at the same time, those that wait for their turn included */
	const struct trigger	*triggers;
	size_t			 n_triggers;
	struct rule_conditions	 conditions;
	struct rule_variables	 variables;	/* set before the conditions are asked */
	struct program		 program;
	enum missed_policy	 missed;	/* of times that passed while no engine ran */
	int64_t			 missed_within;	/* ms; those that passed longer ago are over */
	bool			 scenario;	/* nothing starts it by itself */
	bool			 looks;		/* something in it looks at the run's variables */
	bool			 discreet;	/* what its runs make of what they know may be secret */
	bool			 looks_at_itself; /* perhaps: what `this` costs to find out is wanted */
	struct js		*config;	/* what it was compiled from; parts borrow from it */
	struct mem_arena	*arena;		/* everything above lives here */
};

extern const char *const automation_missed[];	/* policies, NULL-terminated: "run", "skip", "ask" */
extern const struct field automation_fields[];	/* of a rule as JSON */
extern const char *const automation_modes[];	/* by enum automation_mode, NULL-terminated */

/*
 * config: the rule as JSON. RC_INVALID, RC_UNSUPPORTED with f->field such as "triggers[0].above".
 * Whether the entities exist is not asked: they may come later. The caller owns *out.
 */
enum rc automation_compile(const struct js *config, struct rule **out, struct fault *f);
/* The same for a scenario (scenario.h). */
enum rc automation_compile_scenario(const struct js *config, struct rule **out, struct fault *f);
void automation_free(struct rule *a);	/* NULL is legal */
const char *automation_mode_name(enum automation_mode m);

#endif
