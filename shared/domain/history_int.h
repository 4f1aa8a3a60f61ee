/* SPDX-License-Identifier: ISC
 *
 * Between history.c and history_series.c.
 */
#ifndef HISTORY_INT_H
#define HISTORY_INT_H

#include "shared/domain/history.h"

/* Points under construction in an arena. */
struct history_points {
	struct mem_arena	*a;
	struct history_point	*list;
	size_t			 n, cap;
};

/* A new zeroed point at the end; valid until the next one. */
struct history_point *history_points_add(struct history_points *p);

/*
 * The points of buckets of `seconds` (300 or 3600), `merge` of them in one point. Inside a read
 * transaction.
 */
enum rc history_series(struct db *db, const struct history_query *q, int seconds, int64_t merge,
    struct mem_arena *a, struct history *out);

#endif
