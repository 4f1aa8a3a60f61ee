/* SPDX-License-Identifier: ISC
 *
 * See history.h. The choice of a resolution and the raw form are here, buckets in history_series.c.
 */
#include "shared/domain/history.h"

#include <stdlib.h>
#include <string.h>

#include "shared/domain/history_chunk.h"
#include "shared/domain/history_int.h"
#include "shared/store/store_history.h"

#define DAY_MS 86400000LL
#define RAW_FEW 500		/* so few raw points are shown over any range */

const char *const history_resolutions[] = { "auto", "raw", "5m", "1h", NULL };

const char *
history_closed_cursor(int seconds)
{
	return seconds == 300 ? "history_5m" : "history_1h";
}

/* Raw points as they are gathered. */
struct raw {
	struct history_points	*p;
	const struct history_query *q;
	size_t			 limit;		/* stop beyond it */
	bool			 sorted;
	bool			 carried;	/* there is a point from before */
	struct history_point	 carry;
	bool			 texts;		/* some state is no number */
};

struct history_point *
history_points_add(struct history_points *p)
{
	size_t cap;

	if (p->n == p->cap) {
		cap = p->cap == 0 ? 64 : p->cap * 2;
		p->list = mem_grow(p->a, p->list, p->cap, cap, sizeof(*p->list));
		p->cap = cap;
	}
	memset(&p->list[p->n], 0, sizeof(*p->list));
	return &p->list[p->n++];
}

static const char *
keep(struct mem_arena *a, const char *before, const char *state, size_t len)
{
	if (state == NULL)
		return NULL;
	if (before != NULL && strlen(before) == len && memcmp(before, state, len) == 0)
		return before;
	return mem_strndup(a, state, len);
}

static bool
gather(int64_t time, const char *state, size_t len, void *arg)
{
	struct raw *r = arg;
	struct history_points *p = r->p;
	struct history_point *point;
	const char *before;
	double value;

	if (time < r->q->from) {
		if (!r->carried || time >= r->carry.time) {
			r->carry.time = time;
			r->carry.state = keep(p->a, r->carry.state, state, len);
			r->carried = true;
		}
		return true;
	}
	before = p->n > 0 ? p->list[p->n - 1].state : NULL;
	if (p->n > 0 && time < p->list[p->n - 1].time)
		r->sorted = false;
	if (state != NULL && !history_number(state, len, &value))
		r->texts = true;
	point = history_points_add(p);
	point->time = time;
	point->state = keep(p->a, before, state, len);
	return p->n <= r->limit;
}

static int
by_time(const void *a, const void *b)
{
	const struct history_point *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

/* Puts the state that held at `from` in front, unless something happened at that very moment. */
static void
lead(struct raw *r)
{
	struct history_points *p = r->p;

	if (!r->carried || (p->n > 0 && p->list[0].time == r->q->from))
		return;
	history_points_add(p);
	memmove(p->list + 1, p->list, (p->n - 1) * sizeof(*p->list));
	p->list[0] = r->carry;
	p->list[0].time = r->q->from;
}

/* *fits is false when there are more than `limit` (few, when all are numbers and it is not 0). */
static enum rc
read_raw(struct db *db, const struct history_query *q, size_t limit, size_t few, struct mem_arena *a,
    struct history *out, bool *fits)
{
	struct history_points p = { .a = a };
	struct raw r = { .p = &p, .q = q, .limit = limit, .sorted = true };
	enum rc rc;

	rc = history_each(db, q->entity, q->from, q->to, true, gather, &r);
	if (rc != RC_OK)
		return rc;
	*fits = p.n <= limit && (few == 0 || p.n <= few || r.texts);
	if (!*fits)
		return RC_OK;
	if (!r.sorted && mergesort(p.list, p.n, sizeof(*p.list), by_time) == -1)
		return RC_ERROR;
	lead(&r);
	*out = (struct history){ .resolution = HISTORY_RAW, .points = p.list, .n = p.n };
	return RC_OK;
}

static enum rc
read_auto(struct db *db, const struct history_query *q, struct mem_arena *a, struct history *out)
{
	int64_t span = q->to - q->from, hours = span / 3600000;
	bool fits = false;
	enum rc rc;

	if (q->from >= q->now_ms - q->raw_days * DAY_MS) {
		rc = read_raw(db, q, HISTORY_POINTS_AUTO, span <= DAY_MS ? 0 : RAW_FEW, a, out, &fits);
		if (rc != RC_OK || fits)
			return rc;
	}
	if (span <= DAY_MS * 15 / 2)
		return history_series(db, q, 300, 1, a, out);
	return history_series(db, q, 3600, 1 + hours / HISTORY_POINTS_AUTO, a, out);
}

static enum rc
read_chosen(struct db *db, const struct history_query *q, struct mem_arena *a, struct history *out,
    struct fault *f)
{
	int seconds = q->resolution == HISTORY_5M ? 300 : 3600;
	bool fits = true;
	enum rc rc;

	if (q->resolution == HISTORY_AUTO)
		return read_auto(db, q, a, out);
	if (q->resolution == HISTORY_RAW)
		rc = read_raw(db, q, HISTORY_POINTS_MAX, 0, a, out, &fits);
	else if ((q->to - q->from) / 1000 / seconds >= HISTORY_POINTS_MAX)
		return fault_set(f, RC_TOO_LARGE, "resolution",
		    "the range holds too many buckets of this resolution: ask for less");
	else
		rc = history_series(db, q, seconds, 1, a, out);
	if (rc == RC_OK && !fits)
		return fault_set(f, RC_TOO_LARGE, "resolution",
		    "the range holds more than %d points: ask for less or for buckets",
		    HISTORY_POINTS_MAX);
	return rc;
}

enum rc
history_read(struct db *db, const struct history_query *q, struct mem_arena *a, struct history *out,
    struct fault *f)
{
	struct history_query past = *q;
	struct history h = { .resolution = HISTORY_RAW };
	enum rc rc;

	if (q->from >= q->to)
		return fault_set(f, RC_INVALID, "from", "the range must begin before it ends");
	past.from = q->from > 0 ? q->from : 0;
	past.to = q->to <= q->now_ms ? q->to : q->now_ms + 1;
	if (past.from >= past.to) {
		*out = h;
		return RC_OK;
	}
	if ((rc = db_begin_read(db)) != RC_OK)
		return fault_set(f, rc, NULL, "the history cannot be read at the moment");
	rc = read_chosen(db, &past, a, &h, f);
	db_end_read(db);
	if (rc == RC_OK)
		*out = h;
	return rc;
}

/* A state as JSON: a number where it has the form of one, so that "21.50" stays 21.50. */
static void
write_state(struct jsw *w, const char *s)
{
	const char *p = s;

	if (s == NULL) {
		jsw_null(w, NULL);
		return;
	}
	if (*p == '-')
		p++;
	p += *p == '0' ? 1 : (*p >= '1' && *p <= '9') ? (int)strspn(p, "0123456789") : 0;
	if (p > s && p[-1] != '-' && *p == '.' && p[1] >= '0' && p[1] <= '9')
		p += 1 + strspn(p + 1, "0123456789");
	if (p > s && p[-1] != '-' && *p == '\0' && p - s < 25)
		jsw_raw(w, NULL, s);
	else
		jsw_string(w, NULL, s);
}

void
history_write(struct jsw *w, const char *key, const char *entity_id, const struct history *h)
{
	const struct history_point *p;
	size_t i;

	jsw_object(w, key);
	jsw_string(w, "entity_id", entity_id);
	jsw_string(w, "resolution", history_resolutions[h->resolution]);
	jsw_int(w, "step_ms", h->step);
	jsw_array(w, "points");
	for (i = 0; i < h->n; i++) {
		p = &h->points[i];
		jsw_array(w, NULL);
		jsw_int(w, NULL, p->time);
		if (!h->numbers)
			write_state(w, p->state);
		else if (p->number) {
			jsw_real(w, NULL, p->min);
			jsw_real(w, NULL, p->mean);
			jsw_real(w, NULL, p->max);
		} else {
			jsw_null(w, NULL);
			jsw_null(w, NULL);
			jsw_null(w, NULL);
		}
		jsw_end(w);
	}
	jsw_end(w);
	jsw_end(w);
}
