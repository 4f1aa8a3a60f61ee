/* SPDX-License-Identifier: ISC
 *
 * Between the files of the back-test: backtest_past.c (what history says, moment by moment), backtest_motion.c
 * (the rule that meets it), backtest_around.c (what really happened), backtest_limits.c (what history does not say),
 * backtest_write.c (the result).
 */
#ifndef BACKTEST_INT_H
#define BACKTEST_INT_H

#include "shared/base/map.h"
#include "shared/base/timer.h"
#include "shared/domain/automation.h"
#include "shared/domain/backtest.h"
#include "shared/domain/script.h"

#define BACKTEST_COMMANDS 50		/* of a run that are kept; all are counted */
#define BACKTEST_TOLD 20		/* messages of a run, and scenarios; the same */
#define BACKTEST_STARTED 20000		/* scenarios that are started in all */
#define BACKTEST_NOES_DAY 20		/* of a day that are kept with their reasons; all are counted */
#define BACKTEST_SAMPLES 5		/* of one condition */
#define BACKTEST_DAYS 366

/* backtest_past.c: the recorded states of one entity, packed, and the next one that is due. */
struct backtest_stream;
/* Something of the event log that left no state. */
struct backtest_happening;

struct backtest_command {
	int64_t		 time;
	const char	*entity_id, *service, *data;	/* data: JSON object */
	bool		 sent;
	const char	*reason;		/* why it would be refused, or NULL */
	const char	*scenario;		/* id of the one that sends it, NULL: the rule itself */
	struct backtest_command *next;
};

/* A message to people, or a call of another program. */
struct backtest_told {
	int64_t		 time;
	const char	*channels, *payload;	/* JSON; channels NULL: all that are set up */
	const char	*scenario;		/* as of a command */
	struct backtest_told *next;
};

/* A scenario that it starts. */
struct backtest_started {
	int64_t		 time;
	const char	*id, *name;
	const char	*outcome;		/* as of a run, or "not_run" */
	const char	*reason;		/* or NULL */
	struct backtest_started *next;
};

/* What fired. */
struct backtest_cause {
	int		 trigger;
	const char	*entity_id;		/* of a state, or NULL */
	const char	*from, *to;		/* states, NULL: unknown */
	const char	*subject;		/* of an event, or NULL */
};

struct backtest_run {
	int64_t		 time;			/* when the trigger fired */
	int64_t		 begun, ended;		/* 0: not within the range */
	struct backtest_cause cause;
	const char	*outcome;		/* "done", "stopped", "failed", "waits", "queued" */
	const char	*reason;		/* or NULL */
	struct backtest_command *first, *last;
	int64_t		 n_commands;		/* also those that are not kept */
	struct backtest_told *told, *last_told;
	struct backtest_started *started, *last_started;
	int64_t		 n_told, n_started;	/* as n_commands */
	bool		 weighed;		/* the energy is known, unless */
	bool		 vague;			/* a part of it is not */
	double		 energy_wh;		/* more (less than 0: less) than it really was */
	struct backtest_run *next;
};

/* The conditions said no. */
struct backtest_no {
	int64_t		 time;
	struct backtest_cause cause;
	int		 condition;		/* place in the rule's list, -1: its variables failed */
	const char	*reason;
	struct backtest_no *next;
};

struct backtest_day {
	int64_t		 runs, noes, ignored, commands;
};

/* Of one condition (the last: of the variables). */
struct backtest_condition {
	int64_t		 count;
	int		 n_samples;
	const struct backtest_no *samples[BACKTEST_SAMPLES];
};

struct backtest_motion;		/* backtest_motion.c: holds and runs under way */
struct backtest_around;		/* backtest_around.c */

struct backtest {
	struct db		*db;
	const struct backtest_request *q;
	struct rule		*rule;
	struct mem_arena	*arena;		/* lives as long as this */
	struct mem_arena	*brief;		/* of one command, one look-up */
	struct template_scratch	*scratch;
	struct house		 house;		/* filled as it is looked at */
	int64_t			 now_ms;	/* the clock of the rule */
	int64_t			 to;		/* q->to, at most now */
	int64_t			 begins;	/* the house's first record, UTC ms; 0: there is none */

	/* the past */
	struct map		 streams;	/* by entity row */
	struct map		 unknown;	/* ids that no entity has */
	struct timer_heap	 changes;	/* of streams, by their next state */
	struct backtest_happening *happenings;
	size_t			 n_happenings, at_happening;
	struct buf		 text;		/* a state */
	size_t			 bytes;		/* of history in memory */
	int64_t			 n_changes;
	int64_t			 log_from;	/* the oldest event, 0: none was looked for */
	bool			 feels;		/* the rule is about what the house feels */

	/* the rule */
	struct backtest_motion	*motion;
	struct timer_heap	 timers;
	int			 depth, judging;
	unsigned int		 steps;		/* of runs */
	struct map		 scenarios;	/* backtest_scenario.c: by id */

	/* the result */
	struct backtest_run	*first, *last;
	struct backtest_no	*first_no, *last_no;
	int64_t			 n_runs, n_noes, n_ignored, n_commands, n_told, n_started;
	int64_t			 first_day;	/* days since 1970 on the wall clock */
	size_t			 n_days;
	struct backtest_day	*days;
	struct backtest_condition *conditions;	/* one each, and one */
	const char		*stopped;	/* why it ended early, or NULL */
	bool			 full;		/* the run under way does not go on either */
	enum rc			 rc;		/* of a store that failed, RC_TIMEOUT */
	int64_t			 begun_us, told_us;
	struct backtest_around	*around;
};

/* ---- backtest.c ---- */

struct backtest_day *backtest_day(struct backtest *b, int64_t time);
/* Looks at the clocks now and then; false: it is to end. */
bool backtest_go_on(struct backtest *b);
/* It ends, and so does the run under way. */
void backtest_stop(struct backtest *b, const char *why);

/* ---- backtest_past.c ---- */

/* What the triggers of the rule listen to, with the states that held at `from`. */
enum rc backtest_past_open(struct backtest *b);
void backtest_past_free(struct backtest *b);
/* What the runs of that program wait for, besides what the rule looks at. */
void backtest_past_watch(struct backtest *b, const struct program *p);
int64_t backtest_past_next(const struct backtest *b);	/* when something happened next, INT64_MAX: never */
void backtest_past_step(struct backtest *b);		/* it happens: the rule is shown */
/* The entity's earliest recorded time, 0: from the beginning. */
int64_t backtest_past_begins(const struct backtest_stream *s);
const char *backtest_past_entity(const struct backtest_stream *s);

/* ---- backtest_motion.c ---- */

void backtest_motion_open(struct backtest *b);
void backtest_motion_free(struct backtest *b);
/* The triggers `asked` (in the order in which an engine asks them) and the runs that wait are shown a change. */
void backtest_motion_judge(struct backtest *b, const struct house_change *c, const int *asked, size_t n);
/* Something happened to a subject. */
void backtest_motion_happen(struct backtest *b, const struct house_change *c);
void backtest_motion_end(struct backtest *b);		/* what is still under way */

/* ---- backtest_around.c ---- */

enum rc backtest_around_open(struct backtest *b);
void backtest_around_free(struct backtest *b);
/* "around": [{"entity_id","before","changes":[{"time","state","by"}]}] */
void backtest_around_write(struct jsw *w, struct backtest *b, const struct backtest_run *r);
/* "energy": {...} */
void backtest_around_energy(struct jsw *w, const struct backtest *b);

/* ---- backtest_limits.c ---- */

/* "limits": ["...", ...] */
void backtest_limits_write(struct jsw *w, struct backtest *b);

/* ---- backtest_write.c ---- */

void backtest_write(struct backtest *b, struct buf *out);

#endif
