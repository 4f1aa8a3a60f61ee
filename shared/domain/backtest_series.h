/* SPDX-License-Identifier: ISC
 *
 * Inside the back-test: what one thing was over time, and what it used. backtest_series.c holds the states,
 * backtest_use.c the energy.
 */
#ifndef BACKTEST_SERIES_H
#define BACKTEST_SERIES_H

#include "shared/domain/backtest_int.h"

struct backtest_point {
	int64_t		 time;
	const char	*state;		/* NULL: unknown; the same text has the same pointer within a series */
};

struct backtest_series {
	struct backtest_point	*points;	/* in order of time; the first may be older than was asked for */
	size_t			 n, cap;
	struct map		 texts;
	struct mem_arena	*arena;		/* of the texts */
};

/* States of from <= time <= until and the one that held at from. */
enum rc backtest_series_read(struct db *db, int64_t entity, int64_t from, int64_t until,
    struct backtest_series *out);
/* A state that nothing is recorded of: it held all the time. Of one that was read and is empty. */
void backtest_series_hold(struct backtest_series *s, const char *state);
void backtest_series_free(struct backtest_series *s);	/* all zero is legal */
/* The point that held at that time; n: none is known. */
size_t backtest_series_at(const struct backtest_series *s, int64_t time);

/* What a thing uses while it is on and while it is off. */
struct backtest_use {
	bool		 measured;	/* a sensor of its device tells both */
	const char	*sensor;	/* entity id */
	double		 on_w, off_w;
	bool		 known;		/* something is: it was commanded to be on or off */
	double		 difference_wh;
};

enum rc backtest_use_read(struct backtest *b, const struct live *l, const struct backtest_series *s,
    struct backtest_use *out);
/* What the commands to l would have made different: adds it to their runs. */
void backtest_use_weigh(struct backtest *b, const struct live *l, const struct backtest_series *s,
    struct backtest_use *u);
void backtest_use_write(struct jsw *w, const char *entity_id, const struct backtest_use *u);

#endif
