/* SPDX-License-Identifier: ISC
 *
 * Inside the back-test: the rule in motion. backtest_motion.c moves its triggers, backtest_run.c its runs,
 * backtest_note.c writes down what they do.
 */
#ifndef BACKTEST_MOTION_H
#define BACKTEST_MOTION_H

#include "shared/domain/backtest_int.h"

/* A trigger that holds and must hold on. */
struct backtest_hold {
	struct backtest		*b;
	int64_t			 entity;	/* row, 0: of a level or an event */
	struct js		*held;		/* as it was when it began to hold: rule_change_held, or NULL */
	struct backtest_cause	 cause;
	struct timer		 timer;
	struct backtest_hold	*next;
};

/* What a trigger remembers. */
struct backtest_memory {
	struct backtest	*b;
	int		 trigger;
	bool		 on;
	struct template_memo *memo;	/* of a template */
	struct timer	 timer;
};

struct backtest_active {
	struct backtest		*b;
	const struct rule	*rule;		/* or scenario */
	struct backtest_run	*record;	/* of a scenario: that of the rule's run that led to it */
	struct backtest_started	*started;	/* of a scenario, else NULL */
	int			 depth;		/* scenarios that started each other */
	struct script		*script;
	bool			 queued, moving;
	bool			 gone;		/* ended while somebody may still look at it */
	const char		*over;		/* why it ends behind the present step, or NULL */
	uint64_t		 heard_from;	/* counts up: since when it waits as it does; 0: for nothing */
	struct timer		 timer;
	struct backtest_active	*next;		/* the one that began before */
	struct backtest_active	*next_gone;
};

struct backtest_motion {
	struct backtest_memory *memories;	/* one per trigger */
	struct backtest_hold *holds;
	struct backtest_active *runs;		/* the newest first */
	struct backtest_active *gone;
	unsigned int	 n_runs;
	struct backtest_active *scenarios;	/* runs of them, the newest first */
	unsigned int	 n_scenarios;
	uint64_t	 listened;
	struct timer	 minute;		/* runs while something asks for the time */
};

/* What the parts of the rule look at, at this moment. */
struct rule_context backtest_motion_context(const struct backtest *b);

/* The rule or scenario is in motion: it hears of each minute after from_ms, if it asks for the time. */
void backtest_motion_minutes(struct backtest *b, const struct rule *r, int64_t from_ms);

/* ---- backtest_note.c ---- */

struct backtest_cause backtest_note_cause(struct backtest *b, int trigger, const struct house_change *c);
struct backtest_run *backtest_note_run(struct backtest *b, const struct backtest_cause *cause);
void backtest_note_ignored(struct backtest *b);
/* failed: the rule's variables; else one of its conditions. */
void backtest_note_no(struct backtest *b, const struct backtest_cause *cause, const struct js *variables, bool failed,
    const char *why);
/* entity_id: lives as long as b. refused: why it would be, or NULL. */
void backtest_note_command(struct backtest *b, struct backtest_run *r, const char *entity_id, const char *service,
    const struct js *data, const char *refused, const char *scenario);
void backtest_note_told(struct backtest *b, struct backtest_run *r, const struct js *channels, const char *payload,
    const char *scenario);
struct backtest_started *backtest_note_started(struct backtest *b, struct backtest_run *r, const struct rule *scenario,
    const char *id);

/* ---- backtest_scenario.c ---- */

#define BACKTEST_SCENARIOS 100		/* runs of them that are under way */
#define BACKTEST_SCENARIOS_DEEP 5	/* that start each other */

/* run starts a scenario, as an engine does it. */
enum rc backtest_scenario_start(struct backtest_active *run, const char *id, const struct js *parameters,
    struct fault *f);
void backtest_scenario_free(struct backtest *b);

/* ---- backtest_run.c ---- */

/* A trigger fired, by a change or (NULL) a moment. */
void backtest_run_fire(struct backtest *b, const struct backtest_cause *cause, const struct house_change *c);
/* One of a scenario begins; variables are taken over. by: the run that starts it. */
void backtest_run_begin(struct backtest_active *by, const struct rule *scenario, struct backtest_started *started,
    struct js *variables);
/* The runs that wait for changes of that entity or subject are shown one. */
void backtest_run_hear(struct backtest *b, const struct house_change *c);
/* Frees those that ended, once nobody looks at them. */
void backtest_run_bury(struct backtest *b);
void backtest_run_free_all(struct backtest *b);

#endif
