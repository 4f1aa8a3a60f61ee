/* SPDX-License-Identifier: ISC
 *
 * See emotion_environment.h.
 */
#include <math.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/alert.h"
#include "shared/domain/emotion_environment.h"

#define COMFORT_C 21		/* that people like in a room */
#define AWAY_C 8		/* so far away from it is as bad as it gets */
#define ROOM_LEAST_C 5
#define ROOM_MOST_C 40
#define DAY_FROM 8		/* hours of the wall clock in which rooms should be light */
#define DAY_TO 20
#define HOUR_MS 3600000LL
#define USUAL_DAYS 14
#define ENERGY_WEIGHT 0.3
#define METERS_MOST 100		/* whose history is looked at */

/* A number of a class in one of its units: times `scale` it is in the part's. */
static const struct quality {
	const char	*device_class, *unit;	/* unit NULL: it has none */
	double		 scale;
	double		 best, worst;		/* worth 1 and -1 */
	const char	*what, *as;		/* for people; the part's unit */
	enum emotion_part_kind part;
} qualities[] = {
	{ "carbon_dioxide", "ppm", 1, 800, 2000, "carbon dioxide", "ppm", PART_AIR },
	{ "pm25", "µg/m³", 1, 5, 25, "fine dust (PM2.5)", "µg/m³", PART_AIR },
	{ "pm10", "µg/m³", 1, 15, 75, "dust (PM10)", "µg/m³", PART_AIR },
	{ "volatile_organic_compounds", "µg/m³", 1, 300, 1700, "volatile compounds", "µg/m³", PART_AIR },
	{ "volatile_organic_compounds", "mg/m³", 1000, 300, 1700, "volatile compounds", "µg/m³", PART_AIR },
	{ "volatile_organic_compounds_parts", "ppb", 1, 220, 660, "volatile compounds", "ppb", PART_AIR },
	{ "volatile_organic_compounds_parts", "ppm", 1000, 220, 660, "volatile compounds", "ppb", PART_AIR },
	{ "aqi", NULL, 1, 50, 150, "the air quality index", "", PART_AIR },
	{ "illuminance", "lx", 1, 200, 0, "light", "lx", PART_LIGHT },
};

static const struct power {
	const char	*unit;
	double		 watts;
} powers[] = {
	{ "mW", 0.001 }, { "W", 1 }, { "kW", 1000 }, { "MW", 1000000 },
};

static const double weights[PART__MAX] = {
	[PART_TEMPERATURE] = 0.3, [PART_AIR] = 0.2, [PART_LIGHT] = 0.2,
};

/* Where v lies between the best (1) and the worst (-1). */
static double
worth(double v, double best, double worst)
{
	return fmin(1, fmax(-1, 1 - 2 * (v - best) / (worst - best)));
}

static bool
is(const char *s, const char *word)
{
	return s == NULL || word == NULL ? s == word : strcmp(s, word) == 0;
}

/* The number that the entity reported not long ago. */
static bool
reading(const struct entity_state *e, int64_t now_ms, double *v)
{
	return e->entity.enabled && !e->entity.orphaned && e->entity.category == NULL && e->state.available &&
	    e->state.last_updated > now_ms - EMOTION_READING_MS && rule_number(e->state.state, v) && isfinite(*v);
}

static void
add(struct emotion_part *p, double w, double value, const char *entity_id, const char *what, const char *unit)
{
	p->sum += w;
	if (p->n++ == 0 || w < p->worst) {
		p->worst = w;
		p->value = value;
		p->entity_id = entity_id;
		p->what = what;
		p->unit = unit;
	}
}

static bool
celsius(const char *unit, double v, double *out)
{
	if (is(unit, "°C"))
		*out = v;
	else if (is(unit, "°F"))
		*out = (v - 32) / 1.8;
	else if (is(unit, "K"))
		*out = v - 273.15;
	else
		return false;
	return *out > ROOM_LEAST_C && *out < ROOM_MOST_C;
}

static bool
by_day(int64_t now_ms)
{
	int64_t hour = clock_wall(now_ms) / HOUR_MS % 24;

	return hour >= DAY_FROM && hour < DAY_TO;
}

void
emotion_environment_add(struct emotion_environment *v, const struct entity_state *e, int64_t now_ms)
{
	const struct quality *q;
	double n, c;
	size_t i;

	if (e->entity.device_class == NULL || e->entity.area_id == NULL || !reading(e, now_ms, &n))
		return;
	if (is(e->entity.device_class, "temperature") && celsius(e->entity.unit, n, &c))
		add(&v->part[PART_TEMPERATURE], worth(fabs(c - COMFORT_C), 0, AWAY_C), c, e->entity.entity_id,
		    "temperature", "°C");
	for (i = 0; i < sizeof(qualities) / sizeof(qualities[0]); i++) {
		q = &qualities[i];
		if (!is(e->entity.device_class, q->device_class) || n < 0 ||
		    (!is(e->entity.unit, q->unit) && !(q->unit == NULL && is(e->entity.unit, ""))))
			continue;
		if (q->part != PART_LIGHT || by_day(now_ms))
			add(&v->part[q->part], worth(n * q->scale, q->best, q->worst), n * q->scale,
			    e->entity.entity_id, q->what, q->as);
	}
}

bool
emotion_environment_power(const struct entity_state *e, int64_t now_ms, double *shown, double *scale)
{
	size_t i;

	if (!is(e->entity.device_class, "power") || !reading(e, now_ms, shown) || *shown < 0)
		return false;
	for (i = 0; i < sizeof(powers) / sizeof(powers[0]); i++)
		if (is(e->entity.unit, powers[i].unit)) {
			*scale = powers[i].watts;
			return true;
		}
	return false;
}

static void
say(struct js *reasons, const struct emotion_part *p, double mean)
{
	struct buf text = { 0 };

	if (p->n == 1)
		buf_printf(&text, "%s is %.4g %s (%s)", p->what, p->value, p->unit, p->entity_id);
	else
		buf_printf(&text, "%s of %d readings is %s; the worst is %.4g %s (%s)", p->what, p->n,
		    mean > 0.5 ? "good" : mean > -0.5 ? "fair" : "bad", p->value, p->unit, p->entity_id);
	js_append(reasons, js_new_string(buf_str(&text)));
	buf_free(&text);
}

double
emotion_environment(const struct emotion_environment *v, struct js *reasons)
{
	double sum = 0.5, mean;
	struct buf text = { 0 };
	int k;

	for (k = 0; k < PART__MAX; k++) {
		if (v->part[k].n == 0)
			continue;
		mean = v->part[k].sum / v->part[k].n;
		sum += weights[k] * mean;
		say(reasons, &v->part[k], mean);
	}
	if (v->usual > 0) {
		sum += ENERGY_WEIGHT * worth(v->power, 0, 2 * v->usual);
		buf_printf(&text, "%.0f W are drawn; usual at this hour are %.0f W", v->power, v->usual);
		js_append(reasons, js_new_string(buf_str(&text)));
		buf_free(&text);
	}
	return fmin(1, fmax(0, sum));
}

/* What the sensor shows at this hour; false: nobody knows yet. */
static bool
usual(struct db *db, const struct entity_state *e, int64_t now_ms, int64_t raw_days, double *out)
{
	const struct alert_variable hour = { .kind = ALERT_BASELINE, .entity_id = e->entity.entity_id,
		.days = USUAL_DAYS };
	struct js *v = NULL;
	bool known = alert_measure(&hour, db, e->entity.row, now_ms, raw_days, &v) == RC_OK && js_is_number(v);

	*out = js_real(v, 0);
	js_free(v);
	return known && *out >= 0;
}

static void
add_power(struct db *db, struct emotion_environment *v, const struct entity_state *e, int64_t now_ms, int64_t raw_days)
{
	double shown, scale, then;

	if (v->meters >= METERS_MOST || !emotion_environment_power(e, now_ms, &shown, &scale))
		return;
	v->meters++;
	if (!usual(db, e, now_ms, raw_days, &then))
		return;
	v->power += shown * scale;
	v->usual += then * scale;
}

enum rc
emotion_environment_read(struct db *db, int64_t now_ms, int64_t raw_days, double *factor, struct js *reasons)
{
	struct store_entity_filter sensors = { .domain = "sensor" };
	struct emotion_environment v = { 0 };
	struct mem_arena *a = mem_arena_new(65536);
	struct entity_state *rows;
	size_t n = 0, i;
	enum rc rc = store_entity_list(db, &sensors, a, &rows, &n);

	for (i = 0; rc == RC_OK && i < n; i++) {
		emotion_environment_add(&v, &rows[i], now_ms);
		add_power(db, &v, &rows[i], now_ms, raw_days);
	}
	if (rc == RC_OK)
		*factor = emotion_environment(&v, reasons);
	mem_arena_free(a);
	return rc;
}
