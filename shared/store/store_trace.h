/* SPDX-License-Identifier: ISC
 *
 * Rows of evaluations: what each saw and did, and the list of them together with runs.
 */
#ifndef STORE_TRACE_H
#define STORE_TRACE_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/* Stored: never reuse a number. */
enum trace_kind {
	TRACE_RUN = 0,		/* it ran; the id is the run's */
	TRACE_MORE = 1,		/* what the run did later */
	TRACE_NO = 2,		/* a condition did not hold */
	TRACE_BUSY = 3,		/* it was running already */
	TRACE_CUT = 4,		/* the trigger did not hold for long enough */
	TRACE_MISSED = 5,	/* its time passed while no engine ran */
};

#define STORE_TRACE_ROW 40	/* bytes of a row beside its data, as they are counted */

struct store_trace {
	int64_t		 id;
	int64_t		 automation;	/* row */
	enum trace_kind	 kind;
	int64_t		 time;		/* UTC ms */
	int64_t		 run;		/* of TRACE_MORE, else 0 */
	int64_t		 cause;		/* event or 0 */
	const void	*data;
	size_t		 len;
};

enum rc store_trace_insert(struct tx *tx, struct store_trace *t);	/* sets id */
/* The pieces of a run, in order, or the one that is no run. */
enum rc store_trace_of(struct db *db, int64_t id, struct mem_arena *a, struct store_trace **rows, size_t *n);

/* A run, or an evaluation that led to none. */
struct evaluation {
	int64_t		 id;
	int64_t		 automation;	/* row */
	enum trace_kind	 kind;
	const char	*status;	/* of a run, else NULL */
	int		 trigger;	/* of a run */
	int64_t		 cause, event;	/* or 0 */
	int64_t		 started, ended, wake;	/* UTC ms or 0 */
	const char	*reason;	/* of a run, or NULL */
	const char	*steps;		/* of a run of an earlier version: its trace as JSON, or NULL */
	const void	*data;		/* of its first piece, NULL: pruned */
	size_t		 len;
};

struct store_evaluation_filter {
	int64_t	automation;		/* row */
	int64_t	before;			/* ids below, 0: all */
	int64_t	from, to;		/* from <= started < to, UTC ms; to 0: no limit */
	bool	runs, others;		/* which of them */
	int	limit;
};

/* The newest first. */
enum rc store_evaluation_list(struct db *db, const struct store_evaluation_filter *f, struct mem_arena *a,
    struct evaluation **rows, size_t *n);
enum rc store_evaluation_get(struct db *db, int64_t id, struct mem_arena *a, struct evaluation *out);

/*
 * When the oldest was written, UTC ms, if older ones were taken away and those that are left have more than `bytes`;
 * else 0.
 */
int64_t store_trace_full(struct db *db, int64_t bytes);
/* Takes away at most max of the oldest: those before `time` (UTC ms), and those beyond `bytes`. */
enum rc store_trace_prune(struct tx *tx, int64_t time, int64_t bytes, int max, int *removed);

#endif
