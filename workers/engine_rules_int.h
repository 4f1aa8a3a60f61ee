/* SPDX-License-Identifier: ISC
 *
 * A rule in motion, for the files that move it: engine_rules.c (triggers), engine_hold.c (waiting for
 * `for:`), engine_run.c (actions).
 */
#ifndef ENGINE_RULES_INT_H
#define ENGINE_RULES_INT_H

#include "shared/domain/script.h"
#include "workers/engine.h"

/* A trigger that holds and must hold on until the timer fires. */
struct waiting {
	struct engine_rule	*rule;
	int			 trigger;
	int64_t			 entity;
	struct js		*held;		/* as it was when it began to hold: rule_change_held, or NULL */
	struct late		*cause;
	struct timer		 timer;
	struct waiting		*next;
};

struct engine_alert;

/* Who listens to an entity or to another subject: a trigger, a run that waits, or an alert. */
struct rule_link {
	struct engine_rule	*rule;
	int			 trigger;
	struct active_run	*run;		/* NULL: the trigger, or the alert */
	struct engine_alert	*alert;		/* engine_alert.c, or NULL; then there is no rule */
	bool			 gone;		/* unlinked while somebody walked along the list */
	struct rule_link	*next;		/* of the same subject */
	struct rule_link	*next_own;	/* of the same run or alert; of those that are gone */
	struct link_list	*list;
};

/* What a rule does at present. */
struct active_run {
	struct engine_rule	*rule;
	struct run		 row;
	struct script		*script;	/* NULL: one that did not come about */
	bool			 queued;	/* it waits for its turn */
	bool			 moving;	/* its steps are run just now */
	const char		*over;		/* why it ends behind the present step, or NULL */
	struct trace		 trace;		/* what is not written yet */
	unsigned int		 steps;		/* that it took */
	unsigned int		 commands;	/* that were accepted */
	unsigned int		 paces;		/* pauses that ended since `counted` (UTC ms) */
	int64_t			 counted;
	struct late		*heard;		/* the event that it hears just now, borrowed */
	struct rule_link	*links;		/* what it waits for */
	struct late		*id, *event, *cause;
	struct timer		 timer;
	struct active_run	*next;		/* older run of the same rule */
};

/* What a trigger remembers. */
struct trigger_state {
	struct engine_rule	*rule;
	int			 trigger;
	bool			 on;		/* of one with a level */
	struct timer		 timer;		/* the next time at which it fires by itself */
	int64_t			 late;		/* how long after its time it fires just now, ms */
};

struct engine_rule {
	struct engine		*e;
	int64_t			 row;
	char			*id;
	char			*actor;		/* "automation:ID" */
	struct rule		*rule;
	int64_t			 revision;
	int64_t			 updated;	/* UTC ms */
	struct active_run	*runs;		/* the newest first */
	unsigned int		 n_runs;
	int64_t			 last_run;	/* when the last one began, UTC ms; 0: none known, -1: not looked up */
	struct waiting		*waiting;
	struct trigger_state	*states;	/* one per trigger */
	bool			 off;		/* another rule has turned it off just now: nothing starts it */
};

/* ---- engine_hold.c ---- */

/* The trigger of r holds for this entity: it fires when that lasts. Begins anew when it waits already. */
void engine_hold(struct engine_rule *r, int trigger, int64_t entity, const struct house_change *c, struct late *cause);
/* Writes down that it held, but for too short a while, until this change. */
void engine_hold_cut(struct waiting **at, const struct house_change *c);
/* Waits until `due` for what a row says already. held: as in struct waiting, taken over. */
struct engine_rule *engine_rule_find(struct engine *e, const char *id);	/* NULL: it is not in use */
void engine_hold_start(struct engine_rule *r, int trigger, int64_t entity, int64_t due, struct js *held,
    struct late *cause);
/* Where the one that waits hangs; at the end of the list when none does. */
struct waiting **engine_hold_find(struct engine_rule *r, int trigger, int64_t entity);
/* It does not hold any more. */
void engine_hold_drop(struct waiting **at);
/* The same in this engine alone: its row stays for the next one. */
void engine_hold_end(struct waiting **at);

/* ---- engine_rules.c ---- */

/* The run listens to an entity (or "event.TYPE", ...) from now on; to nothing any more. */
void engine_rules_listen(struct active_run *run, const char *subject);
void engine_rules_deafen(struct active_run *run);
/* The same for an alert, whose links hang at *own. */
void engine_rules_listen_alert(struct engine *e, struct engine_alert *al, const char *subject, struct rule_link **own);
void engine_rules_deafen_alert(struct engine *e, struct rule_link **own);
/* An automation tells everybody of an event. RC_LIMITED: it was told, and ends a chain of reactions. */
enum rc engine_rules_tell(struct engine *e, const char *type, const struct js *data, const char *actor,
    struct late *cause, struct fault *f);

/* ---- engine_chain.c ---- */

#define CHAIN_ENDED "the house ended this chain of reactions: they cause each other, or one cause led to " \
	"too many"

/*
 * Whether r may react to cause (NULL: a moment came), an event about that: false when the chain is too long or what it
 * began with has brought about too much already. That is written down once for each such beginning.
 */
bool engine_chain_reacts(struct engine_rule *r, const char *about, struct late *cause);
/* Whether the run may do one thing more. RC_LIMITED: what it belongs to was ended. */
enum rc engine_chain_acts(struct active_run *run, struct fault *f);
/* What earlier engines were told of is not needed any more. */
void engine_chain_free(struct engine *e);

/* ---- engine_message.c ---- */

/* A subject that rules listen to from now on; it lives as long as the rules. */
void engine_message_listen(struct engine *e, const char *subject);

/* ---- engine_alert.c ---- */

/* An entity that its expression names has changed. */
void engine_alert_hear(struct engine_alert *al, struct late *cause);

/* ---- engine_rules.c ---- */

/*
 * A rule turns another one on or off, which the log tells when it is done, or starts it (skip: whether or not its
 * conditions hold). RC_NOT_FOUND; RC_REFUSED: it is off; RC_LIMITED: the chain ends.
 */
enum rc engine_rule_act(struct engine_rule *by, const char *id, const char *service, bool skip, struct late *cause,
    struct fault *f);

/* ---- engine_run.c ---- */

/* A trigger fired (-1: by hand), by a change or (NULL) a moment; ask: whether the conditions hold. */
void engine_run_fire(struct engine_rule *r, int trigger, const struct house_change *c, struct late *cause,
    bool ask);
/* Runs a scenario with these parameters (object or NULL). RC_BUSY: it runs already. */
enum rc engine_run_call(struct engine_rule *r, const struct js *parameters, struct late *cause, struct fault *f);
/* Ends all of its runs; restore: what they did is taken back. */
void engine_run_stop_all(struct engine_rule *r, bool restore);
/* Something that the run listens to. */
void engine_run_hear(struct active_run *run, const struct house_change *c, struct late *cause);
/* Goes on with what an earlier engine ran; after all of them, the one whose turn it is begins. */
void engine_run_resume(struct engine_rule *r, const struct run *row);
void engine_run_resumed(struct engine_rule *r);
/* Writes how it ended, and frees it. */
void engine_run_end(struct active_run *run, const char *status, const char *reason);
/* Its row stays for the next engine. */
void engine_run_free(struct active_run *run);

#endif
