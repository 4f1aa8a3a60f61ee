/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/domain/event.h"
#include "shared/domain/history.h"
#include "shared/domain/history_bucket.h"
#include "shared/domain/history_chunk.h"
#include "shared/domain/history_pack.h"
#include "shared/store/store_history.h"
#include "shared/store/store_prune.h"
#include "tests/lib/house.h"

#define T0 1767225600000LL	/* 2026-01-01T00:00:00Z */
#define MIN_MS 60000LL
#define HOUR_MS 3600000LL
#define DAY_MS 86400000LL
#define ENTITY 7
#define POINTS 6000

static uint64_t seed = 88172645463325252u;

static uint64_t
rnd(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* A house with an empty database in the case's directory. */
struct house {
	struct conf		*conf;
	struct store_writer	*w;
	struct db		*db;		/* the writer's */
	struct mem_arena	*a;
};

static struct house
house_open(void)
{
	/* the writer keeps it by reference, and h is returned by value */
	static const struct clock clock = { 0 };
	struct house h = { 0 };
	struct fault f = { 0 };
	struct db *db = house_new(&h.conf);

	ATF_REQUIRE_EQ_MSG(db_prepare_all(db, &f), RC_OK, "%s: %s", f.field, f.msg);
	db_close(db);
	ATF_REQUIRE_EQ(store_writer_open(h.conf, &clock, NULL, NULL, &h.w, &f), RC_OK);
	h.db = store_writer_db(h.w);
	h.a = mem_arena_new(65536);
	return h;
}

static void
house_close(struct house *h)
{
	mem_arena_free(h->a);
	store_writer_close(h->w);
	conf_free(h->conf);
}

/* The naive model: everything that was ever reported. */
struct point {
	int64_t	 time;
	char	*state;
};

struct model {
	struct point	 p[POINTS];
	int		 n;
};

struct job {
	const struct point *p;
	int		    n;
	int64_t		    entity;
};

static enum rc
append(struct tx *tx, void *arg, struct fault *f)
{
	const struct job *j = arg;
	int64_t id;
	int i;

	(void)f;
	for (i = 0; i < j->n; i++) {
		struct store_event e = { .time = j->p[i].time, .kind = EVENT_STATE_CHANGED,
		    .entity = j->entity, .state = j->p[i].state };
		struct store_event noise = { .time = j->p[i].time, .kind = EVENT_STATE_CHANGED,
		    .entity = j->entity + 1, .state = "noise" };

		ATF_REQUIRE_EQ(store_event_append(tx, &e, &id), RC_OK);
		if (i % 5 == 0)
			ATF_REQUIRE_EQ(store_event_append(tx, &noise, &id), RC_OK);
	}
	return RC_OK;
}

static void
put(struct house *h, const struct point *p, int n)
{
	struct job j = { p, n, ENTITY };

	ATF_REQUIRE_EQ(store_write(h->w, NULL, append, &j, NULL), RC_OK);
}

static void
pack(struct house *h, int64_t now, int64_t batch)
{
	struct history_pack p = { .now_ms = now, .raw_days = 30, .force = true, .batch = batch };
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(history_pack(h->w, &p, &f), RC_OK, "%s", f.msg);
}

static struct history
ask(struct house *h, int64_t from, int64_t to, enum history_resolution r, int64_t now)
{
	struct history_query q = { .entity = ENTITY, .from = from, .to = to, .resolution = r,
	    .now_ms = now, .raw_days = 30 };
	struct history out = { 0 };
	struct fault f = { 0 };

	mem_arena_reset(h->a);
	ATF_REQUIRE_EQ_MSG(history_read(h->db, &q, h->a, &out, &f), RC_OK, "%s", f.msg);
	return out;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Index of the last point at or before time, -1 for none. */
static int
held_at(const struct model *m, int64_t time)
{
	int i;

	for (i = m->n - 1; i >= 0 && m->p[i].time > time; i--)
		continue;
	return i;
}

static void
check_raw(struct house *h, const struct model *m, int64_t from, int64_t to, int64_t now)
{
	struct history out = ask(h, from, to, HISTORY_RAW, now);
	int i = held_at(m, from - 1) + 1, lead = i - 1;
	size_t k = 0;

	if (lead >= 0 && !(i < m->n && m->p[i].time == from)) {
		ATF_REQUIRE(out.n > 0);
		ATF_REQUIRE_EQ(out.points[0].time, from);
		ATF_REQUIRE(same(out.points[0].state, m->p[lead].state));
		k = 1;
	}
	for (; i < m->n && m->p[i].time < to; i++, k++) {
		ATF_REQUIRE_MSG(k < out.n, "%zu points, more expected", out.n);
		ATF_REQUIRE_EQ(out.points[k].time, m->p[i].time);
		ATF_REQUIRE_MSG(same(out.points[k].state, m->p[i].state), "%s, not %s",
		    out.points[k].state, m->p[i].state);
	}
	ATF_REQUIRE_EQ_MSG(k, out.n, "%zu points, %zu expected", out.n, k);
}

/* One bucket of numbers by brute force; false when nothing numeric held inside. */
static bool
naive_bucket(const struct model *m, int64_t start, int64_t end, double *min, double *mean,
    double *max)
{
	double sum = 0, weight = 0, v;
	int64_t at = start, next;
	bool any = false;
	int i;

	for (i = held_at(m, start); at < end; i++, at = next) {
		next = i + 1 < m->n && m->p[i + 1].time < end ? m->p[i + 1].time : end;
		if (i < 0 || !history_number(m->p[i].state, m->p[i].state == NULL ? 0 :
		    strlen(m->p[i].state), &v))
			continue;
		if (m->p[i].time < start && next == at)
			continue;
		*min = !any || v < *min ? v : *min;
		*max = !any || v > *max ? v : *max;
		any = true;
		sum += v * (double)(next - at);
		weight += (double)(next - at);
	}
	*mean = weight > 0 ? sum / weight : 0;
	return any && weight > 0;
}

static void
check_buckets(struct house *h, const struct model *m, int64_t from, int64_t to, int64_t now, bool hour)
{
	struct history out = ask(h, from, to, hour ? HISTORY_1H : HISTORY_5M, now);
	int64_t end, step = hour ? HOUR_MS : 5 * MIN_MS;
	double min = 0, mean = 0, max = 0;
	size_t i;

	ATF_REQUIRE(out.numbers);
	ATF_REQUIRE_EQ(out.step, step);
	for (i = 0; i < out.n; i++) {
		const struct history_point *p = &out.points[i];

		ATF_REQUIRE_EQ(p->time % step, 0);
		ATF_REQUIRE(i == 0 || p->time == out.points[i - 1].time + step);
		end = p->time + step;
		if (end > to)
			end = to;
		if (end > now + 1)
			end = now + 1;
		if (end - p->time < step && p->time + step <= now)
			continue;	/* the query cuts a bucket that is closed: it shows all of it */
		if (!naive_bucket(m, p->time, end, &min, &mean, &max))
			continue;
		ATF_REQUIRE(p->number);
		ATF_REQUIRE_MSG(p->min == min && p->max == max, "%g..%g, not %g..%g", p->min, p->max,
		    min, max);
		ATF_REQUIRE_MSG(fabs(p->mean - mean) <= 1e-9 * (1 + fabs(mean)), "%g, not %g", p->mean,
		    mean);
	}
}

static char *
random_number(void)
{
	switch (rnd(8)) {
	case 0:
		return mem_xprintf("%d", (int)rnd(2000) - 1000);
	case 1:
		return mem_xprintf("%.2f", (double)rnd(100000) / 100 - 300);
	case 2:
		return mem_xprintf("%.3e", (double)rnd(1000) / 7);
	case 3:
		return mem_xstrdup("0");
	default:
		return mem_xprintf("%.1f", 20 + (double)rnd(60) / 10);
	}
}

static void
model_free(struct model *m)
{
	while (m->n > 0)
		free(m->p[--m->n].state);
	free(m);
}

ATF_TC_WITHOUT_HEAD(raw__agrees_with_naive_model);
ATF_TC_BODY(raw__agrees_with_naive_model, tc)
{
	static const char *const odd[] = { "on", "off", "", "0.50", "-0", "007", "1e5", "ünï", "-",
	    "1.", ".5", "+1", "99999999999999999", "100000000000000000", "-99999999999999999",
	    "0.00000000000000001", "12345678901234567890", NULL };
	struct house h = house_open();
	struct model *m = mem_xcalloc(1, sizeof(*m));
	int64_t time = T0, a, b;
	int i, done = 0;

	while (m->n < POINTS) {
		time += rnd(10) == 0 ? (int64_t)rnd(6 * HOUR_MS) : (int64_t)rnd(1000);
		i = (int)rnd(30);
		m->p[m->n].time = time;
		m->p[m->n++].state = i >= 18 ? random_number() : odd[i] == NULL ? NULL :
		    mem_xstrdup(odd[i]);
		if (rnd(150) == 0 || m->n == POINTS) {
			put(&h, m->p + done, m->n - done);
			done = m->n;
			if (rnd(3) > 0)
				pack(&h, time + 1, 1 + (int64_t)rnd(500));
			a = T0 - HOUR_MS + (int64_t)rnd((uint64_t)(time - T0 + 2 * HOUR_MS));
			b = a + 1 + (int64_t)rnd(3 * DAY_MS);
			check_raw(&h, m, a, b, time);
			check_raw(&h, m, m->p[rnd((uint64_t)m->n)].time, time + 1, time);
		}
	}
	check_raw(&h, m, 0, time + 1, time + 5);
	pack(&h, time + 1, 0);
	check_raw(&h, m, 0, time + 1, time + 5);
	model_free(m);
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(buckets__agree_with_naive_model);
ATF_TC_BODY(buckets__agree_with_naive_model, tc)
{
	struct house h = house_open();
	struct model *m = mem_xcalloc(1, sizeof(*m));
	int64_t time = T0, from;
	int done = 0;

	while (m->n < POINTS) {
		time += rnd(40) == 0 ? (int64_t)rnd(8 * HOUR_MS) : (int64_t)rnd(2 * MIN_MS);
		m->p[m->n].time = time;
		m->p[m->n++].state = rnd(50) == 0 ? NULL : random_number();
		if (rnd(400) == 0 || m->n == POINTS) {
			put(&h, m->p + done, m->n - done);
			done = m->n;
			if (rnd(4) > 0)
				pack(&h, time + (int64_t)rnd(20000), 0);
			from = T0 + (int64_t)rnd((uint64_t)(time - T0));
			check_buckets(&h, m, from, time + 1, time, false);
			check_buckets(&h, m, from, time + 1, time, true);
		}
	}
	pack(&h, time + DAY_MS, 0);
	check_buckets(&h, m, T0, time + DAY_MS, time + DAY_MS, false);
	check_buckets(&h, m, T0, time + DAY_MS, time + DAY_MS, true);
	model_free(m);
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(late_points__close_their_bucket_again);
ATF_TC_BODY(late_points__close_their_bucket_again, tc)
{
	struct point first[] = { { T0, (char *)(uintptr_t)"10" } };
	struct point late[] = { { T0 + 6 * MIN_MS, (char *)(uintptr_t)"30" },
	    { T0 + 7 * MIN_MS, (char *)(uintptr_t)"10" } };
	struct house h = house_open();
	struct history out;

	put(&h, first, 1);
	pack(&h, T0 + 2 * HOUR_MS, 0);
	out = ask(&h, T0, T0 + HOUR_MS, HISTORY_5M, T0 + 2 * HOUR_MS);
	ATF_REQUIRE_EQ(out.n, 12);
	ATF_REQUIRE_EQ(out.points[1].mean, 10);
	put(&h, late, 2);
	pack(&h, T0 + 2 * HOUR_MS + 1000, 0);
	out = ask(&h, T0, T0 + HOUR_MS, HISTORY_5M, T0 + 2 * HOUR_MS);
	ATF_REQUIRE_EQ(out.points[1].max, 30);
	ATF_REQUIRE_EQ(out.points[1].mean, 14);
	ATF_REQUIRE_EQ(out.points[2].max, 10);
	out = ask(&h, T0, T0 + HOUR_MS, HISTORY_1H, T0 + 2 * HOUR_MS);
	ATF_REQUIRE_EQ(out.points[0].max, 30);
	house_close(&h);
}

/* A clock that was years ahead and came back must not hide what follows. */
ATF_TC_WITHOUT_HEAD(clock__that_was_ahead_is_survived);
ATF_TC_BODY(clock__that_was_ahead_is_survived, tc)
{
	struct point ahead = { T0 + 400 * DAY_MS, (char *)(uintptr_t)"1" };
	struct point back[] = { { T0, (char *)(uintptr_t)"2" }, { T0 + 6 * MIN_MS, (char *)(uintptr_t)"4" } };
	struct house h = house_open();
	struct history out;

	put(&h, &ahead, 1);
	pack(&h, ahead.time + HOUR_MS, 0);
	put(&h, back, 2);
	pack(&h, T0 + HOUR_MS, 0);
	out = ask(&h, T0, T0 + 10 * MIN_MS, HISTORY_RAW, T0 + HOUR_MS);
	ATF_REQUIRE_EQ(out.n, 2);
	ATF_REQUIRE_STREQ(out.points[1].state, "4");
	out = ask(&h, T0, T0 + 10 * MIN_MS, HISTORY_5M, T0 + HOUR_MS);
	ATF_REQUIRE_EQ(out.n, 2);
	ATF_REQUIRE_EQ(out.points[0].mean, 2);
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(states__bucket_shows_the_longest);
ATF_TC_BODY(states__bucket_shows_the_longest, tc)
{
	struct point p[] = { { T0 + MIN_MS, (char *)(uintptr_t)"off" },
	    { T0 + 2 * MIN_MS, (char *)(uintptr_t)"on" }, { T0 + 3 * MIN_MS, (char *)(uintptr_t)"off" },
	    { T0 + 6 * MIN_MS, (char *)(uintptr_t)"on" }, { T0 + 31 * MIN_MS, NULL } };
	struct house h = house_open();
	struct history out;
	int round;

	put(&h, p, 5);
	for (round = 0; round < 2; round++) {
		out = ask(&h, T0, T0 + 40 * MIN_MS, HISTORY_5M, T0 + HOUR_MS);
		ATF_REQUIRE(!out.numbers);
		ATF_REQUIRE_EQ(out.n, 3);
		ATF_REQUIRE_EQ(out.points[0].time, T0);
		ATF_REQUIRE_STREQ(out.points[0].state, "off");
		ATF_REQUIRE_EQ(out.points[1].time, T0 + 5 * MIN_MS);
		ATF_REQUIRE_STREQ(out.points[1].state, "on");
		ATF_REQUIRE_EQ(out.points[2].time, T0 + 30 * MIN_MS);
		ATF_REQUIRE(out.points[2].state == NULL);
		pack(&h, T0 + HOUR_MS, 0);
	}
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(auto__chooses_by_range);
ATF_TC_BODY(auto__chooses_by_range, tc)
{
	struct model *m = mem_xcalloc(1, sizeof(*m));
	struct house h = house_open();
	int64_t now = T0 + POINTS * 5 * MIN_MS;
	struct history out;

	for (; m->n < POINTS; m->n++) {
		m->p[m->n].time = T0 + m->n * 5 * MIN_MS;
		m->p[m->n].state = random_number();
	}
	put(&h, m->p, POINTS);
	pack(&h, now, 0);
	ATF_REQUIRE_EQ(ask(&h, now - DAY_MS, now, HISTORY_AUTO, now).resolution, HISTORY_RAW);
	ATF_REQUIRE_EQ(ask(&h, now - 7 * DAY_MS, now, HISTORY_AUTO, now).resolution, HISTORY_5M);
	out = ask(&h, now - 20 * DAY_MS, now, HISTORY_AUTO, now);
	ATF_REQUIRE_EQ(out.resolution, HISTORY_1H);
	ATF_REQUIRE_EQ(out.n, 480);
	out = ask(&h, now - 365 * DAY_MS, now, HISTORY_AUTO, now);
	ATF_REQUIRE_EQ(out.step, 5 * HOUR_MS);
	ATF_REQUIRE(out.n <= HISTORY_POINTS_AUTO);
	/* a day of which the raw points are gone */
	ATF_REQUIRE_EQ(ask(&h, T0, T0 + DAY_MS, HISTORY_AUTO, now + 60 * DAY_MS).resolution, HISTORY_5M);
	model_free(m);
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(query__bad_ranges_are_refused);
ATF_TC_BODY(query__bad_ranges_are_refused, tc)
{
	struct house h = house_open();
	struct history_query q = { .entity = ENTITY, .from = 5, .to = 5, .now_ms = T0 };
	struct history out;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(history_read(h.db, &q, h.a, &out, &f), RC_INVALID);
	ATF_REQUIRE_STREQ(f.field, "from");
	q.from = INT64_MIN;
	q.to = INT64_MAX;
	q.resolution = HISTORY_5M;
	ATF_REQUIRE_EQ(history_read(h.db, &q, h.a, &out, &f), RC_TOO_LARGE);
	q.resolution = HISTORY_AUTO;
	ATF_REQUIRE_EQ(history_read(h.db, &q, h.a, &out, &f), RC_OK);
	ATF_REQUIRE_EQ(out.n, 0);
	q.from = T0 + 1;
	q.to = T0 + 2;
	ATF_REQUIRE_EQ(history_read(h.db, &q, h.a, &out, &f), RC_OK);
	ATF_REQUIRE_EQ(out.n, 0);
	house_close(&h);
}

struct cut {
	int64_t	 cutoff;
	int	 removed;
};

static enum rc
cut(struct tx *tx, void *arg, struct fault *f)
{
	struct cut *c = arg;

	(void)f;
	return store_history_prune(tx, ENTITY, c->cutoff, 1000, &c->removed);
}

ATF_TC_WITHOUT_HEAD(prune__keeps_the_state_at_the_cutoff);
ATF_TC_BODY(prune__keeps_the_state_at_the_cutoff, tc)
{
	struct model *m = mem_xcalloc(1, sizeof(*m));
	struct house h = house_open();
	struct cut c = { .cutoff = T0 + 10 * DAY_MS };
	int64_t now = T0 + 30 * DAY_MS;

	for (; m->n < POINTS; m->n++) {
		m->p[m->n].time = T0 + m->n * 5 * MIN_MS;
		m->p[m->n].state = random_number();
	}
	put(&h, m->p, POINTS);
	pack(&h, now, 0);
	ATF_REQUIRE_EQ(store_write(h.w, NULL, cut, &c, NULL), RC_OK);
	ATF_REQUIRE(c.removed > 3);
	check_raw(&h, m, c.cutoff, now, now);
	ATF_REQUIRE_EQ(store_write(h.w, NULL, cut, &c, NULL), RC_OK);
	ATF_REQUIRE_EQ(c.removed, 0);
	c.cutoff = now + 100 * DAY_MS;
	ATF_REQUIRE_EQ(store_write(h.w, NULL, cut, &c, NULL), RC_OK);
	check_raw(&h, m, m->p[POINTS - 1].time, now, now);
	model_free(m);
	house_close(&h);
}

ATF_TC_WITHOUT_HEAD(chunk__takes_few_bytes_a_point);
ATF_TC_BODY(chunk__takes_few_bytes_a_point, tc)
{
	struct history_chunk k = { .n = 0 };
	char text[32];
	int i, v = 215;

	for (i = 0; i < 250; i++) {
		v += (int)rnd(7) - 3;
		snprintf(text, sizeof(text), "%d.%d", v / 10, v % 10);
		history_chunk_add(&k, T0 + i * 60000 + (int64_t)rnd(100), text, strlen(text));
	}
	ATF_REQUIRE_MSG(k.data.len < 250 * 3 + 20, "%zu bytes", k.data.len);
	history_chunk_free(&k);
}

ATF_TC_WITHOUT_HEAD(chunk__survives_damage);
ATF_TC_BODY(chunk__survives_damage, tc)
{
	struct history_chunk k = { .n = 0 }, other = { .n = 0 };
	struct history_reader r;
	const char *state;
	unsigned char bytes[1200];
	int64_t time;
	size_t len, n;
	int i, round;

	for (i = 0; i < 200; i++) {
		char *s = rnd(3) == 0 ? mem_xprintf("text %d", (int)rnd(50)) : random_number();

		history_chunk_add(&k, T0 + i * 1000, s, strlen(s));
		free(s);
	}
	ATF_REQUIRE(k.data.len < sizeof(bytes));
	for (round = 0; round < 20000; round++) {
		memcpy(bytes, k.data.p, k.data.len);
		n = 1 + rnd(k.data.len);
		for (i = 0; i < 1 + (int)rnd(3); i++)
			bytes[rnd(n)] = (unsigned char)rnd(256);
		history_reader_init(&r, bytes, n);
		for (i = 0; history_reader_next(&r, &time, &state, &len) == RC_OK; i++)
			ATF_REQUIRE(state == NULL || len <= n || len < HISTORY_NUMBER);
		ATF_REQUIRE(i <= (int)n);
	}
	history_reader_init(&r, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 11);
	ATF_REQUIRE_EQ(history_reader_next(&r, &time, &state, &len), RC_INVALID);
	ATF_REQUIRE_EQ(history_chunk_resume(&other, "\x02", 1), RC_INVALID);
	ATF_REQUIRE_EQ(other.n, 0);
	history_chunk_free(&k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, raw__agrees_with_naive_model);
	ATF_TP_ADD_TC(tp, buckets__agree_with_naive_model);
	ATF_TP_ADD_TC(tp, late_points__close_their_bucket_again);
	ATF_TP_ADD_TC(tp, clock__that_was_ahead_is_survived);
	ATF_TP_ADD_TC(tp, states__bucket_shows_the_longest);
	ATF_TP_ADD_TC(tp, auto__chooses_by_range);
	ATF_TP_ADD_TC(tp, query__bad_ranges_are_refused);
	ATF_TP_ADD_TC(tp, prune__keeps_the_state_at_the_cutoff);
	ATF_TP_ADD_TC(tp, chunk__takes_few_bytes_a_point);
	ATF_TP_ADD_TC(tp, chunk__survives_damage);
	return atf_no_error();
}
