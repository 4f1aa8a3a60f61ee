/* SPDX-License-Identifier: ISC
 *
 * A run under way: strands that move through a program's steps. A run is one strand, and more while actions run
 * in parallel. Its whole state can be written as JSON and read again, so that the next engine goes on
 * at the same place. Nothing here does anything by itself: what is to be done goes through the context.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "shared/domain/program.h"

#define SCRIPT_STRANDS_MAX 32
#define SCRIPT_STEPS_MAX 5000	/* without a pause: then it is an endless loop */
#define SCRIPT_HOLDS_MAX 256	/* of one strand */

/* A repeat that a strand is in. */
struct script_loop {
	unsigned int	 step;		/* where it is tested */
	int64_t		 index;		/* 1, 2, ...; 0 before the first */
	int64_t		 count;		/* how often, -1: until a condition says so */
	struct js	*items;		/* of for_each, or NULL */
};

/* What a strand remembers of a trigger that it waits for: one that holds, or the next moment of one with times. */
struct script_hold {
	unsigned int	 trigger;	/* its place in the list of the step */
	int64_t		 entity;	/* row of the entity for which it holds, 0: none */
	int64_t		 due;		/* UTC ms: fires then, 0: not by itself */
};

struct strand {
	unsigned int		 id, parent;	/* parent 0: none */
	unsigned int		 at;		/* the next step; while it waits, the one that waits */
	unsigned int		 children;	/* that it waits for */
	bool			 waits;		/* for its wake, for changes or for children */
	int64_t			 since;		/* UTC ms: since it waits */
	uint64_t		 deaf;		/* to the message of that number, in which it began to wait */
	int64_t			 wake;		/* UTC ms, 0: never by itself */
	int64_t			 until;		/* UTC ms: the wait's timeout, 0: none */
	struct script_hold	*holds;		/* of a wait; gone when it ends */
	size_t			 n_holds;
	struct script_loop	 loops[PROGRAM_NEST_MAX];
	unsigned int		 n_loops;
	struct js		*variables;	/* object */
	bool			 go_on;		/* of a branch: its failure is nobody's */
	/* {"stop", "failed", "field", "reason"}: how a branch broke off, which it bears when all are done; or NULL */
	struct js		*broken;
};

struct script {
	struct strand	**strands;
	unsigned int	  n;
	unsigned int	  last_id;
};

/* What a step may use; filled by whoever runs it. */
struct action_context {
	struct rule_context	 rule;		/* its variables are the strand's */
	const struct program	*program;
	uint64_t		 message;	/* number of the newest message; a strand that waits hears later ones */
	struct script		*script;
	struct strand		*strand;
	unsigned int		 go;		/* STEP_NEXT: the step to go on with, 0: the next one */
	bool			 failed;	/* STEP_STOP */
	bool			 woken;		/* the strand waited at this step, and its wake has come */
	int64_t			 late;		/* of the one that was woken last: ms since its wake */
	bool			 remembers;	/* of script_hear: a wait that goes on remembers something else */
	/* Sends a command to an entity through the one door. RC_OK when it was accepted. */
	enum rc			(*command)(void *arg, struct live *l, const char *service,
				    const struct js *data, struct fault *f);
	/* Tells everybody of an event; the data are an object. */
	enum rc			(*event)(void *arg, const char *type, const struct js *data, struct fault *f);
	/* Variables were set, for what follows: {name: value}. NULL: nobody wants to know. */
	void			(*sets)(void *arg, const struct js *variables);
	/*
	 * Puts a payload into the outbox (outbox.h) for these channels; NULL: for all that are set up. May be
	 * NULL itself: nobody is told.
	 */
	enum rc			(*deliver)(void *arg, const struct js *channels, const char *payload,
				    struct fault *f);
	/*
	 * Gives the ids of the entities of a device ("device_id"), an area ("area_id"), a floor ("floor_id"), a
	 * label ("label_id") or a domain ("domain") to fn.
	 */
	void			(*members)(void *arg, const char *kind, const char *id,
				    void (*fn)(const char *entity_id, void *fn_arg), void *fn_arg);
	/*
	 * Turns another rule on or off, or starts it: a service of automation, with its checked data. NULL: rules are
	 * left alone.
	 */
	enum rc			(*automation)(void *arg, const char *id, const char *service, const struct js *data,
				    struct fault *f);
	/* Starts a scenario; parameters: object or NULL. NULL: scenarios are not started here. */
	enum rc			(*scenario)(void *arg, const char *id, const struct js *parameters, struct fault *f);
	/*
	 * For traces: a step was run, with this result: "done", "no" (a condition does not hold), "nothing"
	 * (nobody it fits), "waits", "heard" (what it waited for), "stopped", "failed"; NULL: nobody wants to know.
	 */
	void			(*trace)(void *arg, const struct step *s, const char *result, const char *why);
	/* Asked before each step: whoever runs it has had enough, and it ends as stopped. NULL: never. */
	bool			(*enough)(void *arg);
	void			*arg;
	struct fault		 fault;		/* STEP_FAILED, STEP_STOP: why */
};

enum script_result {
	SCRIPT_WAITS,	/* for script_wake, or for changes */
	SCRIPT_DONE,
	SCRIPT_STOPPED,	/* x->fault.msg says why */
	SCRIPT_FAILED	/* x->fault */
};

/* At the first step; variables is taken over. */
struct script *script_new(struct js *variables);
void script_free(struct script *s);		/* NULL is legal */
/* Moves on all that need not wait (any more) at x->rule.now_ms. */
enum script_result script_go(struct script *s, struct action_context *x);
/*
 * A change: those that waited for it move on with the next script_go. True when there is one. x->remembers: a
 * strand that waits on has another hold, perhaps another wake, and the script is to be written again.
 */
bool script_hear(struct script *s, const struct house_change *c, struct action_context *x);
/* Whether a strand needs not wait. */
bool script_runs(const struct script *s);
/* When it is to go on by itself, UTC ms, 0: never. */
int64_t script_wake(const struct script *s);
/* The entities whose changes it waits for, one after the other. */
void script_listens(const struct script *s, const struct program *p,
    void (*fn)(const char *entity_id, void *arg), void *arg);

void script_write(struct jsw *w, const char *key, const struct script *s);
/* RC_INVALID: not written by script_write for this program. The caller owns *out. */
enum rc script_read(const struct js *v, const struct program *p, struct script **out);

/* ---- for the kinds of actions ---- */

/* One more strand, which begins at a step with a copy of the parent's variables; NULL when there are too many. */
struct strand *script_branch(struct script *s, struct strand *parent, unsigned int at);
/*
 * The branches are all done: STEP_NEXT, or (then with x->fault and x->failed) what the first one that broke off means
 * for the strand that they came from.
 */
enum step_result script_joined(struct strand *t, struct action_context *x);
void script_set(struct strand *t, const char *name, struct js *value);	/* takes the value over */

/* ---- script_hold.c: what a wait remembers ---- */

/* There is one for the trigger and the entity from now on, due then; false when nothing is another. */
bool script_hold_put(struct strand *t, unsigned int trigger, int64_t entity, int64_t due);
/* There is none; false when there was none. */
bool script_hold_drop(struct strand *t, unsigned int trigger, int64_t entity);
bool script_hold_has(const struct strand *t, unsigned int trigger, int64_t entity);
/* The one that is due first, of two the one that began first; NULL: none is ever due. Valid until the next change. */
const struct script_hold *script_hold_first(const struct strand *t);
/* The wait is over. */
void script_hold_end(struct strand *t);
/* "holds": [[trigger, entity, due], ...], when there are some. */
void script_hold_write(struct jsw *w, const struct strand *t);
/* False: not written by script_hold_write. Absent (NULL): none. */
bool script_hold_read(const struct js *v, struct strand *t);

#endif
