/* SPDX-License-Identifier: ISC
 *
 * What an entity's state was: packed points, closed buckets and the part of the event log that is not
 * packed yet, put together for a chart. history_pack.h is the job that packs.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/base/rc.h"
#include "shared/store/db.h"

enum history_resolution { HISTORY_AUTO, HISTORY_RAW, HISTORY_5M, HISTORY_1H, HISTORY__MAX };

#define HISTORY_POINTS_AUTO 2000	/* about as many as a chart can show */
#define HISTORY_POINTS_MAX 100000	/* more in one answer is refused */

/* "auto", "raw", "5m", "1h", in the order of the enum; NULL-terminated. */
extern const char *const history_resolutions[];

struct history_query {
	int64_t			entity;		/* row */
	int64_t			from, to;	/* UTC ms, from <= time < to */
	enum history_resolution	resolution;
	int64_t			now_ms;		/* nothing is said about the future */
	int64_t			raw_days;	/* RAW_HISTORY_DAYS */
};

struct history_point {
	int64_t		 time;		/* UTC ms: of the change, or where the bucket begins */
	const char	*state;		/* raw and states: NULL is unknown */
	bool		 number;	/* buckets of numbers: the three below are there */
	double		 min, mean, max;
};

struct history {
	enum history_resolution	 resolution;	/* the one that was chosen */
	int64_t			 step;		/* length of a bucket in ms, 0 for raw */
	bool			 numbers;	/* points are min, mean, max; else they are states */
	struct history_point	*points;	/* in order of time; all in the arena */
	size_t			 n;
};

/*
 * Raw points begin with the state that held at `from`, where it is known. Buckets follow each other
 * without a gap from the first known value on (one without a change of its own holds the last value).
 * A bucket of an entity without numbers shows the state that held longest. `auto` takes raw points
 * for up to a day or where they are few, 5 minutes for up to 7.5 days, else hours, several in one for
 * more than HISTORY_POINTS_AUTO of them. Runs in its own read transaction: the caller has none open.
 * RC_INVALID: from is not before to. RC_TOO_LARGE: more than HISTORY_POINTS_MAX points.
 */
enum rc history_read(struct db *db, const struct history_query *q, struct mem_arena *a,
    struct history *out, struct fault *f);

/* {"entity_id","resolution","step_ms","points":[[time_ms,value]...] or [[time_ms,min,mean,max]...]} */
void history_write(struct jsw *w, const char *key, const char *entity_id, const struct history *h);

/*
 * Every raw point of an entity that matters for from <= time < to, oldest first, with one from before
 * `from` where there is any: packed ones and, with tail, those of the log behind them. state is not
 * NUL-terminated, NULL is unknown, and valid inside fn only; fn returns false to stop. Damaged chunks
 * are logged and left out.
 */
enum rc history_each(struct db *db, int64_t entity, int64_t from, int64_t to, bool tail,
    bool (*fn)(int64_t time, const char *state, size_t len, void *arg), void *arg);

/* Names of the positions up to which buckets are closed, by resolution in seconds. */
const char *history_closed_cursor(int seconds);

#endif
