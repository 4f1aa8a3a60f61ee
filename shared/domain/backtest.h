/* SPDX-License-Identifier: ISC
 *
 * A rule against the recorded past, without acting: every time it would have run, with its trigger and its commands,
 * how often its conditions would have said no, what the things that it commands really did around then, and the
 * difference in energy where it is known. The parts of the rule are those that run live; only the clock is another.
 * What the rule would have changed is not fed back: states stay as they were recorded.
 */
#ifndef BACKTEST_H
#define BACKTEST_H

#include "shared/base/buf.h"
#include "shared/base/js.h"
#include "shared/domain/sun.h"
#include "shared/store/db.h"

#define BACKTEST_RUNS 10000		/* then it stops and says so */
#define BACKTEST_BUDGET_MS 30000	/* of real time; the same */
#define BACKTEST_BYTES (64 << 20)	/* of history in memory; the same */
#define BACKTEST_AROUND_MS 600000	/* what things did is shown for this long after a run */

struct backtest_progress {
	int	 percent;
	int64_t	 at;		/* UTC ms: how far in the past */
	int64_t	 runs;		/* so far */
};

struct backtest_request {
	const struct js	*config;	/* the rule as automation_compile takes it */
	const char	*id;		/* of the saved rule that it is or becomes, NULL: none */
	int64_t		 from, to;	/* UTC ms, from <= time < to; nothing counts before the house's first record */
	int64_t		 now_ms;	/* nothing is known about later */
	struct place	 place;		/* where the house stands */
	int64_t		 budget_ms;	/* 0: BACKTEST_BUDGET_MS */
	int64_t		 runs_max;	/* 0: BACKTEST_RUNS */
	/* Told about every 100 ms; false stops. May be NULL. */
	bool		 (*progress)(void *arg, const struct backtest_progress *p);
	void		*arg;
};

/*
 * Appends the result to out, a JSON object (cgi/res_back_test.c lists its members). Inside a read transaction.
 * RC_INVALID, RC_UNSUPPORTED: f->field is the place in the rule. RC_TIMEOUT: progress said stop.
 */
enum rc backtest_run(struct db *db, const struct backtest_request *q, struct buf *out, struct fault *f);

#endif
