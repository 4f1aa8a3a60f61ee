/* SPDX-License-Identifier: ISC
 *
 * What a rule does, compiled to steps in one line: nested actions become steps with jumps, so that where a run
 * is can be said with a number. Which actions there are is the business of actions.c; script.c moves through the steps.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "shared/domain/rule.h"

#define PROGRAM_STEPS_MAX 2000
#define PROGRAM_NEST_MAX 8	/* repeats inside each other */

struct action_context;
struct step;

enum step_result {
	STEP_NEXT,	/* go on with the next step, or (x->go set) another */
	STEP_NOTHING,	/* the same: there was nothing to do; x->fault.msg says why */
	STEP_WAIT,	/* the strand waits: its wake, wait and children say for what */
	STEP_END,	/* this strand is done */
	STEP_STOP,	/* the run ends; x->fault.msg says why, x->failed that it is a failure */
	STEP_FAILED	/* x->fault says why */
};

struct step {
	enum step_result	(*run)(const struct step *s, struct action_context *x);
	const void		*data;
	/* For a step that waits for changes: whether this one ends the wait. Sets x->strand->variables["wait"]. */
	bool			(*hear)(const struct step *s, const struct house_change *c,
				    struct action_context *x);
	struct rule_entities	 entities;	/* what it is about; of one that waits, whose changes it hears */
	const char		*path;		/* "actions[0].choose[1].sequence[0]" */
	const char		*name;		/* of its kind: "delay" */
	const char		*alias;		/* as people call it, or NULL */
	unsigned int		 target;	/* a step to jump to, where the kind has one */
	bool			 go_on;		/* also when it failed */
	bool			 quiet;		/* of no interest to people, unless it ends something */
};

struct program {
	struct mem_arena	*arena;
	struct step		*steps;
	unsigned int		 n, cap;
	unsigned int		 loops;		/* repeats that are open while compiling */
	const char		*path;		/* of the action that is compiled */
	const char		*kind, *alias;	/* of it */
	bool			 go_on;
	unsigned int		*ends;		/* steps of the present sequence that jump to its end */
	unsigned int		 n_ends, cap_ends;
};

struct action_ops {
	const char		*name;		/* the key that marks it: "action", "delay", "choose" */
	const char		*other_name;	/* an older word for the same, or NULL */
	const char		*title;		/* as a form offers it */
	const char		*help;		/* what it does, in a sentence */
	const struct field	*fields;	/* ends with ACTION_COMMON_FIELDS */
	/* Appends its steps. v has one value per field and borrows from JSON that lives as long as the program. */
	enum rc			(*compile)(const struct field_value *v, struct program *p, struct fault *f);
};
extern const struct action_ops *const actions[];	/* NULL-terminated */

#define ACTION_COMMON_FIELDS \
	RULE_COMMON_FIELDS, \
	{ .name = "continue_on_error", .type = FIELD_BOOL, .help = "true: go on when it fails" }

/* Compiles a list of actions, or one alone, that stands at `where` of the action being compiled. RC_INVALID. */
enum rc program_sequence(struct program *p, const struct js *list, const char *where, struct fault *f);
/* One more step of the present action, zeroed but for path, name, alias and go_on; valid until the next one. */
struct step *program_step(struct program *p);
/* A step that goes on at `target`; its number, to set the target later. */
unsigned int program_jump(struct program *p, unsigned int target);
/* The step of that number jumps to the end of the sequence that is being compiled. */
void program_jump_to_end(struct program *p, unsigned int step);

#endif
