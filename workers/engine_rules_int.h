/* SPDX-License-Identifier: ISC
 *
 * A rule in motion, for the files that move it: engine_rules.c (triggers), engine_hold.c (waiting for
 * `for:`), engine_run.c (actions).
 */
#ifndef ENGINE_RULES_INT_H
#define ENGINE_RULES_INT_H

#include "workers/engine.h"

/* A trigger that holds and must hold on until the timer fires. */
struct waiting {
	struct engine_rule	*rule;
	int			 trigger;
	int64_t			 entity;
	struct late		*cause;
	struct timer		 timer;
	struct waiting		*next;
};

/* What a rule does at present. */
struct active_run {
	struct engine_rule	*rule;
	struct run		 row;
	size_t			 position;
	struct late		*id, *event, *cause;
	struct timer		 timer;
};

/* The next time at which a trigger fires by itself. */
struct time_timer {
	struct engine_rule	*rule;
	int			 trigger;
	struct timer		 timer;
};

struct engine_rule {
	struct engine		*e;
	int64_t			 row;
	char			*id;
	char			*actor;		/* "automation:ID" */
	struct rule		*rule;
	struct active_run	*run;		/* at most one: single and restart */
	struct waiting		*waiting;
	struct time_timer	*times;		/* one per trigger */
};

/* ---- engine_hold.c ---- */

/* The trigger of r holds for this entity: it fires when that lasts. Begins anew when it waits already. */
void engine_hold(struct engine_rule *r, int trigger, int64_t entity, struct late *cause);
/* Waits until `due` for what a row says already. */
void engine_hold_start(struct engine_rule *r, int trigger, int64_t entity, int64_t due, struct late *cause);
/* Where the one that waits hangs; at the end of the list when none does. */
struct waiting **engine_hold_find(struct engine_rule *r, int trigger, int64_t entity);
/* It does not hold any more. */
void engine_hold_drop(struct waiting **at);
/* The same in this engine alone: its row stays for the next one. */
void engine_hold_end(struct waiting **at);

/* ---- engine_run.c ---- */

/* A trigger fired (-1: by hand); ask: whether the conditions hold. */
void engine_run_fire(struct engine_rule *r, int trigger, struct late *cause, bool ask);
/* Goes on with what an earlier engine ran. */
void engine_run_resume(struct engine_rule *r, const struct run *row);
/* Writes how it ended, and frees it. */
void engine_run_end(struct active_run *run, const char *status, const char *reason);
/* Its row stays for the next engine. */
void engine_run_free(struct active_run *run);

#endif
