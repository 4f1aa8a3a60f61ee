/* SPDX-License-Identifier: ISC
 *
 * Buckets as the points of a chart: closed ones from the table, open ones made on the fly out of raw
 * points, gaps filled with the value that held, several merged into one where there are too many.
 */
#include <string.h>

#include "shared/domain/history_bucket.h"
#include "shared/domain/history_chunk.h"
#include "shared/domain/history_int.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_history.h"

struct held {
	bool		 known;
	const char	*state;		/* NULL: unknown */
	bool		 number;
	double		 value;
};

struct series {
	struct mem_arena		*a;
	struct store_history_bucket	*rows;	/* text in the arena */
	size_t				 n, cap;
	struct held			 carry;	/* holds before the first row */
	struct history_buckets		 open;
	int64_t				 open_from;
	bool				 added;	/* a point went into open */
};

/* One point of the result in the making. */
struct group {
	int64_t		 rows, numbers;		/* buckets with points; buckets with numbers */
	double		 min, max, sum;
	struct {
		const char	*state;
		int64_t		 ms;
	} spans[HISTORY_STATES + 1];
	int		 n_spans;
};

static struct held
held_of(const char *state)
{
	struct held h = { .known = true, .state = state };

	h.number = state != NULL && history_number(state, strlen(state), &h.value);
	return h;
}

static bool
take_row(const struct store_history_bucket *b, void *arg)
{
	struct series *s = arg;
	size_t cap;

	if (s->n == s->cap) {
		cap = s->cap == 0 ? 128 : s->cap * 2;
		s->rows = mem_grow(s->a, s->rows, s->cap, cap, sizeof(*s->rows));
		s->cap = cap;
	}
	s->rows[s->n] = *b;
	s->rows[s->n].last = mem_strdup(s->a, b->last);
	s->rows[s->n].durations = mem_strdup(s->a, b->durations);
	s->n++;
	return true;
}

static bool
take_point(int64_t time, const char *state, size_t len, void *arg)
{
	struct series *s = arg;

	if (time >= s->open_from) {
		history_buckets_add(&s->open, time, state, len);
		s->added = true;
	} else if (!s->added)
		history_buckets_carry(&s->open, state, len);
	return true;
}

/* The buckets that are not closed yet, from open_from up to `end`. */
static enum rc
read_open(struct db *db, const struct history_query *q, int seconds, int64_t first, int64_t end,
    struct series *s)
{
	enum rc rc;

	history_buckets_init(&s->open, seconds, s->open_from, take_row, s);
	rc = history_each(db, q->entity, s->open_from, end, true, take_point, s);
	if (rc == RC_OK && s->open_from == first && s->open.known && !s->added)
		s->carry = held_of(s->open.null ? NULL : mem_strdup(s->a, buf_str(&s->open.held)));
	history_buckets_finish(&s->open, end);
	history_buckets_free(&s->open);
	return rc;
}

static enum rc
read_rows(struct db *db, const struct history_query *q, int seconds, int64_t first, struct series *s)
{
	int64_t closed = store_cursor_get(db, history_closed_cursor(seconds));
	struct store_history_bucket before;
	enum rc rc;

	rc = store_history_bucket_before(db, seconds, q->entity, first, s->a, &before);
	if (rc == RC_OK)
		s->carry = held_of(before.last);
	else if (rc != RC_NOT_FOUND)
		return rc;
	rc = store_history_buckets(db, seconds, q->entity, first, closed < q->to ? closed : q->to,
	    take_row, s);
	s->open_from = closed > first ? closed : first;
	if (rc == RC_OK && q->to > closed)
		rc = read_open(db, q, seconds, first, q->to, s);
	return rc;
}

static void
add_span(struct group *g, const char *state, int64_t ms)
{
	int i;

	for (i = 0; i < g->n_spans; i++) {
		if (strcmp(g->spans[i].state, state) == 0)
			break;
	}
	if (i == HISTORY_STATES + 1)
		return;
	if (i == g->n_spans) {
		g->spans[i].state = state;
		g->spans[i].ms = 0;
		g->n_spans++;
	}
	g->spans[i].ms += ms;
}

static void
add_number(struct group *g, double min, double mean, double max)
{
	if (g->numbers++ == 0) {
		g->min = min;
		g->max = max;
	}
	g->min = min < g->min ? min : g->min;
	g->max = max > g->max ? max : g->max;
	g->sum += mean;
}

static void
add_durations(struct group *g, const struct store_history_bucket *b, struct mem_arena *a)
{
	struct js *o = NULL;
	void *it;

	if (b->durations != NULL &&
	    js_parse(b->durations, strlen(b->durations), JS_LAX_KEYS, &o, NULL) == RC_OK) {
		for (it = js_iter(o); it != NULL; it = js_iter_next(o, it))
			add_span(g, mem_strdup(a, js_iter_key(it)), js_int(js_iter_value(it), 0));
	} else
		add_span(g, b->last != NULL ? b->last : "unknown", 0);
	js_free(o);
}

static void
add_row(struct group *g, const struct store_history_bucket *b, bool numbers, struct mem_arena *a)
{
	g->rows++;
	if (!numbers)
		add_durations(g, b, a);
	else if (b->number)
		add_number(g, b->min, b->mean, b->max);
}

/* A bucket without a point: what held before holds all the time. */
static void
add_gap(struct group *g, const struct held *h, bool numbers, int64_t ms)
{
	if (!numbers)
		add_span(g, h->state != NULL ? h->state : "unknown", ms);
	else if (h->number)
		add_number(g, h->value, h->value, h->value);
}

static void
put_number(const struct group *g, int64_t time, struct history_points *out)
{
	struct history_point *p = history_points_add(out);

	p->time = time;
	if (g->numbers == 0)
		return;
	p->number = true;
	p->min = g->min;
	p->max = g->max;
	p->mean = g->sum / (double)g->numbers;
}

/* The state that held longest; nothing for a group in which nothing happened. */
static void
put_state(const struct group *g, int64_t time, struct history_points *out)
{
	struct history_point *p;
	int i, best = 0;

	if (g->n_spans == 0 || (g->rows == 0 && out->n > 0))
		return;
	for (i = 1; i < g->n_spans; i++) {
		if (g->spans[i].ms > g->spans[best].ms)
			best = i;
	}
	p = history_points_add(out);
	p->time = time;
	p->state = strcmp(g->spans[best].state, "unknown") == 0 ? NULL : g->spans[best].state;
}

static void
make_points(struct series *s, const struct history_query *q, int64_t first, int64_t length,
    int64_t merge, bool numbers, struct history_points *out)
{
	struct held held = s->carry;
	struct group g;
	int64_t at = first, time, end;
	size_t i = 0;

	while (at < q->to) {
		memset(&g, 0, sizeof(g));
		time = at;
		end = at + merge * length;
		for (; at < end && at < q->to; at += length) {
			if (i < s->n && s->rows[i].start == at) {
				add_row(&g, &s->rows[i], numbers, s->a);
				held = held_of(s->rows[i++].last);
			} else if (held.known)
				add_gap(&g, &held, numbers, length);
		}
		at = end;
		if (!numbers)
			put_state(&g, time > q->from ? time : q->from, out);
		else if (held.known)
			put_number(&g, time, out);
	}
}

enum rc
history_series(struct db *db, const struct history_query *q, int seconds, int64_t merge,
    struct mem_arena *a, struct history *out)
{
	int64_t length = (int64_t)seconds * 1000;
	int64_t first = history_bucket_floor(q->from, (int)(seconds * merge));
	struct series s = { .a = a };
	struct history_points p = { .a = a };
	bool numbers;
	size_t i;
	enum rc rc;

	if ((rc = read_rows(db, q, seconds, first, &s)) != RC_OK)
		return rc;
	numbers = s.n == 0 && s.carry.number;
	for (i = 0; i < s.n && !numbers; i++)
		numbers = s.rows[i].number;
	make_points(&s, q, first, length, merge, numbers, &p);
	*out = (struct history){ .resolution = seconds == 300 ? HISTORY_5M : HISTORY_1H,
	    .step = length * merge, .numbers = numbers, .points = p.list, .n = p.n };
	return RC_OK;
}
