/* SPDX-License-Identifier: ISC
 *
 * Evenings, made of a seed and of what was.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/history.h"
#include "shared/domain/presence.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEKS 4			/* that are looked back */
#define BEGIN (15 * HOUR)	/* an evening, on the wall clock */
#define DUSK (18 * HOUR)	/* where the sun is not known */
#define BEDTIME (23 * HOUR + 15 * MINUTE)
#define JITTER (12 * MINUTE)
#define SPANS_MAX 16

/* A light is on from..to, ms on the wall clock since midnight. */
struct span {
	int64_t	from, to;
};

struct evening {
	struct span	spans[SPANS_MAX];
	int		n;
};

/* splitmix64 (Steele, Lea, Flood 2014): a stream of numbers out of any seed. */
static uint64_t
next_number(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int64_t
between(uint64_t *state, int64_t least, int64_t most)
{
	return least + (int64_t)(next_number(state) % (uint64_t)(most - least + 1));
}

/* One stream for each light and day. */
static uint64_t
stream(const struct presence *p, const char *light, int64_t day)
{
	uint64_t state = (uint64_t)p->seed ^ (uint64_t)day * UINT64_C(0x100000001b3);

	for (; *light != '\0'; light++)
		state = (state ^ (unsigned char)*light) * UINT64_C(0x100000001b3);
	return state;
}

static void
add(struct evening *e, int64_t from, int64_t to)
{
	if (e->n < SPANS_MAX && from < to)
		e->spans[e->n++] = (struct span){ from, to };
}

/* ---- as it was ---- */

struct looking {
	struct evening	*e;
	int64_t		 midnight;	/* wall ms */
	int64_t		 since;		/* it is on since then, wall ms of the day, -1: it is off */
	bool		 known;		/* anything was recorded */
};

static bool
look(int64_t time, const char *state, size_t len, void *arg)
{
	struct looking *l = arg;
	int64_t at = clock_wall(time) - l->midnight;
	bool on = state != NULL && len == 2 && memcmp(state, "on", 2) == 0;

	l->known = true;
	at = at < BEGIN ? BEGIN : at > DAY ? DAY : at;
	if (on && l->since < 0)
		l->since = at;
	else if (!on && l->since >= 0) {
		add(l->e, l->since, at);
		l->since = -1;
	}
	return true;
}

/* What the light did on the evening of that day; false: nobody knows. */
static bool
recall(const struct presence *p, const char *light, int64_t day, struct evening *e)
{
	const struct live *l = house_find_id(p->house, light);
	struct looking look_at = { .e = e, .midnight = day * DAY, .since = -1 };

	e->n = 0;
	if (p->db == NULL || l == NULL || history_each(p->db, l->row, clock_from_wall(day * DAY + BEGIN),
	    clock_from_wall((day + 1) * DAY), true, look, &look_at) != RC_OK)
		return false;
	if (look_at.since >= 0)
		add(e, look_at.since, DAY);
	return look_at.known;
}

/* A little earlier or later, and nothing all night. */
static void
shift(struct evening *e, uint64_t *state)
{
	int64_t by = between(state, -JITTER, JITTER), end = BEDTIME + between(state, 0, 30 * MINUTE);
	int i, n = 0;

	for (i = 0; i < e->n; i++) {
		e->spans[i].from += by + between(state, -2 * MINUTE, 2 * MINUTE);
		e->spans[i].to += by + between(state, -2 * MINUTE, 2 * MINUTE);
		if (e->spans[i].to > end)
			e->spans[i].to = end;
		if (e->spans[i].to - e->spans[i].from >= MINUTE)
			e->spans[n++] = e->spans[i];
	}
	e->n = n;
}

/* ---- as people commonly do ---- */

static int64_t
dusk(const struct presence *p, int64_t day)
{
	int64_t set, noon = clock_from_wall(day * DAY + 12 * HOUR);

	if (!sun_today(&p->house->place, SUN_SET, noon, &set))
		return DUSK;
	set = clock_wall(set) - day * DAY;
	return set < BEGIN ? BEGIN : set > 22 * HOUR ? 22 * HOUR : set;
}

static void
imagine(const struct presence *p, int64_t day, struct evening *e, uint64_t *state)
{
	int64_t at = dusk(p, day) + between(state, -15 * MINUTE, 60 * MINUTE), to;
	int64_t end = BEDTIME + between(state, -30 * MINUTE, 30 * MINUTE);

	e->n = 0;
	if (between(state, 1, 10) > 7)
		return;			/* nobody was in that room */
	while (at < end - 10 * MINUTE) {
		to = at + between(state, 15 * MINUTE, 100 * MINUTE);
		add(e, at, to < end ? to : end);
		at = to + between(state, 10 * MINUTE, 80 * MINUTE);
	}
}

/* ---- all of it ---- */

static void
plan(const struct presence *p, const char *light, int64_t day, struct evening *e)
{
	uint64_t state = stream(p, light, day);
	int64_t first = between(&state, 0, WEEKS - 1), k;
	int64_t today = clock_wall(p->from) / DAY;

	/* looking back from when it began: what it does itself is no example */
	for (k = 0; k < WEEKS; k++)
		if (recall(p, light, today - 7 * (1 + (first + k) % WEEKS) + (day - today) % 7, e)) {
			shift(e, &state);
			return;
		}
	imagine(p, day, e, &state);
}

static bool
is_behind(int64_t at, size_t light, int64_t after_ms, size_t after_light)
{
	return at > after_ms || (at == after_ms && light > after_light);
}

static void
consider(const struct presence *p, int64_t wall, bool on, size_t i, int64_t after_ms, size_t after_light,
    struct presence_switch *best, size_t *light)
{
	int64_t at = clock_from_wall(wall);

	if (at > p->until)
		at = p->until;
	if (at <= p->from || (on && at == p->until) || !is_behind(at, i, after_ms, after_light))
		return;
	if (best->entity_id != NULL && (best->at < at || (best->at == at && *light <= i)))
		return;
	*best = (struct presence_switch){ at, p->lights[i], on };
	*light = i;
}

/* What all lights do on that evening. Where nobody was at home on the one that was looked at, somebody is imagined. */
static void
plan_all(const struct presence *p, int64_t day, struct evening *evenings)
{
	uint64_t state;
	size_t i;
	int n = 0;

	for (i = 0; i < p->n; i++) {
		plan(p, p->lights[i], day, &evenings[i]);
		n += evenings[i].n;
	}
	for (i = 0; n == 0 && i < p->n; i++) {
		state = stream(p, p->lights[i], day);
		imagine(p, day, &evenings[i], &state);
	}
}

static bool
next_of_day(const struct presence *p, int64_t day, int64_t after_ms, size_t after_light,
    struct presence_switch *out, size_t *light)
{
	struct evening evenings[PRESENCE_LIGHTS_MAX];
	struct presence_switch best = { 0 };
	const struct span *s;
	size_t i;
	int k;

	plan_all(p, day, evenings);
	for (i = 0; i < p->n; i++)
		for (k = 0; k < evenings[i].n; k++) {
			s = &evenings[i].spans[k];
			if (clock_from_wall(day * DAY + s->from) <= p->from ||
			    clock_from_wall(day * DAY + s->from) >= p->until)
				continue;	/* it began before, or would afterwards */
			consider(p, day * DAY + s->from, true, i, after_ms, after_light, &best, light);
			consider(p, day * DAY + s->to, false, i, after_ms, after_light, &best, light);
		}
	if (best.entity_id == NULL)
		return false;
	*out = best;
	return true;
}

bool
presence_next(const struct presence *p, int64_t after_ms, size_t after_light, struct presence_switch *out,
    size_t *light)
{
	int64_t day = clock_wall(after_ms > p->from ? after_ms : p->from) / DAY, last = clock_wall(p->until) / DAY;

	for (; day <= last; day++)
		if (next_of_day(p, day, after_ms, after_light, out, light))
			return true;
	return false;
}
