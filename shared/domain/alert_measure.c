/* SPDX-License-Identifier: ISC
 *
 * What history says for alert rules.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/history.h"
#include "shared/domain/history_chunk.h"

#define RAW_MS (6LL * 3600000)
#define FIVE_MINUTES_MS (8LL * 86400000)
#define HOUR_MS 3600000LL
#define DAY_MS 86400000LL
#define HOURS_LEAST 3		/* of a baseline */

/* Numbers of raw points, in order of time. */
struct tally {
	int64_t	from, at;	/* accounted for up to here, UTC ms */
	bool	held;		/* a number holds */
	double	value;		/* that one */
	double	weight, area;	/* ms with a number; value times ms */
	double	min, max, sum, change;
	int64_t	reported;	/* numbers within the window */
	bool	any;
};

static void
hold(struct tally *t, double v)
{
	t->min = !t->any || v < t->min ? v : t->min;
	t->max = !t->any || v > t->max ? v : t->max;
	t->any = true;
}

static void
pass(struct tally *t, int64_t until)
{
	if (t->held && until > t->at) {
		t->weight += (double)(until - t->at);
		t->area += t->value * (double)(until - t->at);
		hold(t, t->value);
	}
	if (until > t->at)
		t->at = until;
}

static bool
count(int64_t time, const char *state, size_t len, void *arg)
{
	struct tally *t = arg;
	bool known = t->held;
	double before = t->value;

	pass(t, time);
	t->held = state != NULL && history_number(state, len, &t->value);
	if (!t->held || time < t->from)
		return true;
	hold(t, t->value);
	t->sum += t->value;
	t->reported++;
	if (known)
		t->change += t->value >= before ? t->value - before : t->value;
	return true;
}

/* One that is whole is told without a fraction. */
static struct js *
told(double v)
{
	return v == floor(v) && fabs(v) < 1e15 ? js_new_int((int64_t)v) : js_new_real(v);
}

static struct js *
result(const struct tally *t, enum alert_aggregate kind)
{
	switch (kind) {
	case ALERT_AVERAGE:
		return t->weight > 0 ? told(t->area / t->weight) : NULL;
	case ALERT_MIN:
		return t->any ? told(t->min) : NULL;
	case ALERT_MAX:
		return t->any ? told(t->max) : NULL;
	case ALERT_SUM:
		return t->any ? told(t->sum) : NULL;
	case ALERT_CHANGE:
		return t->any ? told(t->change) : NULL;
	}
	return NULL;
}

static enum rc
measure_raw(const struct alert_variable *v, struct db *db, int64_t entity, int64_t now_ms, struct js **out)
{
	struct tally t = { .from = now_ms - v->over_ms, .at = now_ms - v->over_ms };
	enum rc rc = db_begin_read(db);

	if (rc != RC_OK)
		return rc;
	rc = history_each(db, entity, t.from, now_ms, true, count, &t);
	db_end_read(db);
	pass(&t, now_ms);
	if (rc == RC_OK)
		*out = result(&t, v->aggregate);
	return rc;
}

static enum rc
measure_buckets(const struct alert_variable *v, struct db *db, int64_t entity, int64_t now_ms, int64_t raw_days,
    struct js **out)
{
	struct history_query q = { .entity = entity, .from = now_ms - v->over_ms, .to = now_ms, .now_ms = now_ms,
		.resolution = v->over_ms <= FIVE_MINUTES_MS ? HISTORY_5M : HISTORY_1H, .raw_days = raw_days };
	struct mem_arena *a = mem_arena_new(65536);
	struct tally t = { 0 };
	struct history h;
	enum rc rc = history_read(db, &q, a, &h, NULL);
	size_t i;

	for (i = 0; rc == RC_OK && i < h.n; i++) {
		if (!h.points[i].number)
			continue;
		hold(&t, h.points[i].min);
		hold(&t, h.points[i].max);
		t.weight += 1;
		t.area += h.points[i].mean;
	}
	if (rc == RC_OK)
		*out = result(&t, v->aggregate);
	mem_arena_free(a);
	return rc;
}

/* ---- what is usual ---- */

static int
by_value(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static double
median(double *list, size_t n)
{
	qsort(list, n, sizeof(*list), by_value);
	return n % 2 == 1 ? list[n / 2] : (list[n / 2 - 1] + list[n / 2]) / 2;
}

/* The hour of the day, or of the week, that the wall clock shows. */
static int64_t
hour_of(int64_t utc_ms, bool weekday)
{
	int64_t wall = clock_wall(utc_ms);

	return wall / HOUR_MS % (weekday ? 168 : 24);
}

static enum rc
measure_baseline(const struct alert_variable *v, struct db *db, int64_t entity, int64_t now_ms, int64_t raw_days,
    struct js **out)
{
	int64_t hour = now_ms - now_ms % HOUR_MS;
	struct history_query q = { .entity = entity, .from = hour - v->days * DAY_MS, .to = hour, .now_ms = now_ms,
		.resolution = HISTORY_1H, .raw_days = raw_days };
	struct mem_arena *a = mem_arena_new(65536);
	struct history h = { 0 };
	double *list;
	size_t n = 0, i;
	enum rc rc = history_read(db, &q, a, &h, NULL);

	if (rc == RC_OK) {
		list = mem_alloc(a, (h.n + 1) * sizeof(*list));
		for (i = 0; i < h.n; i++)
			if (h.points[i].number && hour_of(h.points[i].time, v->weekday) == hour_of(hour, v->weekday))
				list[n++] = h.points[i].mean;
		*out = n >= HOURS_LEAST ? js_new_real(median(list, n)) : NULL;
	}
	mem_arena_free(a);
	return rc;
}

enum rc
alert_measure(const struct alert_variable *v, struct db *db, int64_t entity, int64_t now_ms, int64_t raw_days,
    struct js **out)
{
	*out = NULL;
	if (v->kind == ALERT_BASELINE)
		return measure_baseline(v, db, entity, now_ms, raw_days, out);
	if (v->over_ms <= RAW_MS || v->aggregate == ALERT_SUM || v->aggregate == ALERT_CHANGE)
		return measure_raw(v, db, entity, now_ms, out);
	return measure_buckets(v, db, entity, now_ms, raw_days, out);
}

bool
alert_measure_old(const struct alert_variable *v, int64_t then_ms, int64_t now_ms)
{
	return v->kind == ALERT_AGGREGATE || then_ms / HOUR_MS != now_ms / HOUR_MS;
}
