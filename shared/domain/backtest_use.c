/* SPDX-License-Identifier: ISC
 *
 * What a thing uses: the mean of the power that a sensor of its device recorded while it was on and while it was off,
 * and from that the difference that commands would have made.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_series.h"
#include "shared/store/store_entity.h"

#define HOUR_MS 3600000.0
#define ENOUGH_MS 60000.0	/* of each state, to speak of a mean */

enum { OFF, ON, STATES };

/* Units of power and energy, in watts and watt-hours. */
static const struct unit {
	const char	*device_class, *name;
	double		 factor;
	bool		 counter;
} units[] = {
	{ "power", "W", 1, false },
	{ "power", "kW", 1e3, false },
	{ "energy", "Wh", 1, true },
	{ "energy", "kWh", 1e3, true },
	{ "energy", "MWh", 1e6, true },
};

static const struct unit *
unit_of(const struct entity *e)
{
	size_t i;

	for (i = 0; e->device_class != NULL && e->unit != NULL && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].device_class, e->device_class) == 0 && strcmp(units[i].name, e->unit) == 0)
			return &units[i];
	return NULL;
}

static int
state_of(const char *state)
{
	if (state == NULL)
		return STATES;
	return strcmp(state, "on") == 0 ? ON : strcmp(state, "off") == 0 ? OFF : STATES;
}

static bool
switchable(const struct entity *e)
{
	static const char *const domains[] = { "light", "switch", "fan", "humidifier", "siren", NULL };
	size_t i;

	for (i = 0; domains[i] != NULL; i++)
		if (strcmp(e->domain, domains[i]) == 0)
			return true;
	return false;
}

/* "switch.plug_2" and "sensor.plug_2_power". */
static bool
called_after(const char *sensor, const char *entity_id)
{
	const char *a = strchr(sensor, '.'), *b = strchr(entity_id, '.');

	return a != NULL && b != NULL && strncmp(a, b, strlen(b)) == 0;
}

/* Power before energy; of a device with several things that are switched, the one that is called after this one. */
static const struct entity_state *
find_sensor(const struct entity_state *rows, size_t n, const struct live *l, const struct unit **unit)
{
	const struct entity_state *best = NULL;
	const struct unit *u;
	size_t i, switched = 0;

	for (i = 0; i < n; i++)
		switched += rows[i].entity.enabled && switchable(&rows[i].entity);
	for (i = 0; i < n; i++) {
		u = unit_of(&rows[i].entity);
		if (u == NULL || !rows[i].entity.enabled || rows[i].entity.orphaned ||
		    (switched > 1 && !called_after(rows[i].entity.entity_id, l->entity_id)))
			continue;
		if (best == NULL || ((*unit)->counter && !u->counter)) {
			best = &rows[i];
			*unit = u;
		}
	}
	return best;
}

/* ---- means ---- */

struct sums {
	double	 ms[STATES], watt_ms[STATES];
};

/* So many watts from one time to another, shared out by what the thing was then. */
static void
share(const struct backtest_series *s, int64_t from, int64_t to, double watts, struct sums *out)
{
	size_t i = backtest_series_at(s, from);
	int64_t end;
	int state;

	for (i = i < s->n ? i : 0; i < s->n && s->points[i].time < to; i++) {
		end = i + 1 < s->n && s->points[i + 1].time < to ? s->points[i + 1].time : to;
		if (s->points[i].time > from)
			from = s->points[i].time;
		state = state_of(s->points[i].state);
		if (state == STATES || end <= from)
			continue;
		out->ms[state] += (double)(end - from);
		out->watt_ms[state] += watts * (double)(end - from);
		from = end;
	}
}

static void
add_up(const struct backtest *b, const struct backtest_series *thing, const struct backtest_series *sensor,
    const struct unit *unit, struct sums *out)
{
	int64_t from, to;
	double here, there, watts;
	size_t i;

	for (i = 0; i < sensor->n; i++) {
		from = sensor->points[i].time > b->q->from ? sensor->points[i].time : b->q->from;
		to = i + 1 < sensor->n ? sensor->points[i + 1].time : b->to;
		if (to <= from || !rule_number(sensor->points[i].state, &here))
			continue;
		watts = here * unit->factor;
		if (unit->counter) {
			if (i + 1 == sensor->n || !rule_number(sensor->points[i + 1].state, &there) || there < here)
				continue;
			watts = (there - here) * unit->factor * HOUR_MS / (double)(to - sensor->points[i].time);
		}
		share(thing, from, to, watts, out);
	}
}

enum rc
backtest_use_read(struct backtest *b, const struct live *l, const struct backtest_series *s, struct backtest_use *out)
{
	struct backtest_series sensor = { 0 };
	const struct entity_state *found = NULL;
	const struct unit *unit = NULL;
	struct entity_state *rows;
	struct sums sums = { 0 };
	struct mem_arena *a;
	enum rc rc = RC_OK;
	size_t n;

	if (l->device == NULL)
		return RC_OK;
	a = mem_arena_new(16384);
	rc = store_entity_of_device(b->db, l->device->row, a, &rows, &n);
	if (rc == RC_OK)
		found = find_sensor(rows, n, l, &unit);
	if (found != NULL) {
		rc = backtest_series_read(b->db, found->entity.row, b->q->from, b->to, &sensor);
		out->sensor = mem_strdup(b->arena, found->entity.entity_id);
		add_up(b, s, &sensor, unit, &sums);
	}
	backtest_series_free(&sensor);
	mem_arena_free(a);
	if (sums.ms[ON] >= ENOUGH_MS && sums.ms[OFF] >= ENOUGH_MS) {
		out->measured = true;
		out->on_w = sums.watt_ms[ON] / sums.ms[ON];
		out->off_w = sums.watt_ms[OFF] / sums.ms[OFF];
	}
	return rc;
}

/* ---- commands ---- */

/* A command to the thing, and what it would be afterwards. */
struct ordered {
	int64_t			 time;
	size_t			 place;		/* in which they were given */
	struct backtest_run	*run;
	int			 state;		/* STATES: nobody knows */
};

static int
by_time(const void *one, const void *other)
{
	const struct ordered *x = one, *y = other;

	if (x->time != y->time)
		return (x->time > y->time) - (x->time < y->time);
	return (x->place > y->place) - (x->place < y->place);
}

static int
wanted(const char *service, int now)
{
	if (strcmp(service, "turn_on") == 0)
		return ON;
	if (strcmp(service, "turn_off") == 0)
		return OFF;
	return strcmp(service, "toggle") == 0 && now != STATES ? 1 - now : STATES;
}

static struct ordered *
orders_to(struct backtest *b, const struct live *l, const struct backtest_series *s, size_t *n)
{
	const struct backtest_command *c;
	struct backtest_run *r;
	struct ordered *list = NULL;
	size_t i;

	for (*n = 0, r = b->first; r != NULL; r = r->next)
		for (c = r->first; c != NULL; c = c->next) {
			if (!c->sent || strcmp(c->entity_id, l->entity_id) != 0)
				continue;
			if ((*n & (*n - 1)) == 0)	/* room doubles at the powers of two */
				list = mem_xrealloc(list, *n == 0 ? 1 : *n * 2, sizeof(*list));
			i = backtest_series_at(s, c->time);
			list[*n] = (struct ordered){ c->time, *n, r,
				wanted(c->service, i < s->n ? state_of(s->points[i].state) : STATES) };
			(*n)++;
		}
	if (*n > 1)
		qsort(list, *n, sizeof(*list), by_time);
	return list;
}

/* When the thing really became something else after point i. */
static int64_t
next_change(const struct backtest_series *s, size_t i, int64_t end)
{
	size_t k;

	for (k = i + 1; k < s->n && s->points[k].time < end; k++)
		if (s->points[k].state != s->points[i].state)
			return s->points[k].time;
	return end;
}

static void
weigh_one(const struct backtest *b, const struct backtest_series *s, struct backtest_use *u, const struct ordered *o,
    int64_t end)
{
	size_t i = backtest_series_at(s, o->time);
	int was = i < s->n ? state_of(s->points[i].state) : STATES;
	double wh;

	if (!u->measured || was == STATES || o->state == STATES) {
		o->run->vague = true;
		return;
	}
	end = next_change(s, i, end < b->to ? end : b->to);
	wh = was == o->state ? 0 :
	    (o->state == ON ? 1 : -1) * (u->on_w - u->off_w) * (double)(end - o->time) / HOUR_MS;
	u->known = true;
	u->difference_wh += wh;
	o->run->weighed = true;
	o->run->energy_wh += wh;
}

void
backtest_use_weigh(struct backtest *b, const struct live *l, const struct backtest_series *s, struct backtest_use *u)
{
	size_t n, i;
	struct ordered *list = orders_to(b, l, s, &n);

	for (i = 0; i < n; i++)
		weigh_one(b, s, u, &list[i], i + 1 < n ? list[i + 1].time : INT64_MAX);
	free(list);
}

void
backtest_use_write(struct jsw *w, const char *entity_id, const struct backtest_use *u)
{
	jsw_object(w, NULL);
	jsw_string(w, "entity_id", entity_id);
	jsw_string(w, "sensor", u->sensor);
	jsw_real(w, "on_w", u->on_w);
	jsw_real(w, "off_w", u->off_w);
	jsw_real(w, "difference_wh", u->difference_wh);
	jsw_end(w);
}
