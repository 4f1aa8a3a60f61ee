/* SPDX-License-Identifier: ISC
 *
 * Conditions of the clock. "time": between two times of the day, on some weekdays. "sun": before or after it rises
 * or sets on this day.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/condition.h"

#define DAY_MS INT64_C(86400000)

struct time_condition {
	int		after, before;	/* seconds since midnight, -1: any */
	unsigned int	weekdays;	/* bits, 0: any */
};

struct sun_condition {
	const char	*after, *before;	/* "sunrise", "sunset" or NULL */
	int64_t		 after_offset, before_offset;	/* ms */
};

enum { T_CONDITION, T_AFTER, T_BEFORE, T_WEEKDAY };
enum { S_CONDITION, S_AFTER, S_BEFORE, S_AFTER_OFFSET, S_BEFORE_OFFSET };

static const char *const sun_events[] = { "sunrise", "sunset", NULL };

static const struct field time_fields[] = {
	[T_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "time" },
	[T_AFTER] = { "after", FIELD_BODY, FIELD_TEXT, false, 4, 8, NULL, "HH:MM[:SS], from then on" },
	[T_BEFORE] = { "before", FIELD_BODY, FIELD_TEXT, false, 4, 8, NULL,
	    "HH:MM[:SS], until then; earlier than after: over midnight" },
	[T_WEEKDAY] = { "weekday", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "mon, tue, ...; a day or a list" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static const struct field sun_fields[] = {
	[S_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "sun" },
	[S_AFTER] = { "after", FIELD_BODY, FIELD_CHOICE, false, 0, 0, sun_events, "sunrise or sunset" },
	[S_BEFORE] = { "before", FIELD_BODY, FIELD_CHOICE, false, 0, 0, sun_events, "sunrise or sunset" },
	[S_AFTER_OFFSET] = { "after_offset", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL,
	    "later; with a minus: earlier" },
	[S_BEFORE_OFFSET] = { "before_offset", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL,
	    "later; with a minus: earlier" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
read_time(const struct field_value *v, const char *name, int *out, struct fault *f)
{
	*out = -1;
	if (!v->set || clock_parse_time_of_day(v->s, out) == RC_OK)
		return RC_OK;
	return fault_set(f, RC_INVALID, name, "must be \"HH:MM[:SS]\"");
}

static enum rc
compile_time(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct time_condition *t = mem_zalloc(a, sizeof(*t));
	enum rc rc = read_time(&v[T_AFTER], "after", &t->after, f);

	c->data = t;
	if (rc == RC_OK)
		rc = read_time(&v[T_BEFORE], "before", &t->before, f);
	if (rc == RC_OK && v[T_WEEKDAY].set)
		rc = rule_weekdays(v[T_WEEKDAY].js, a, &t->weekdays, f);
	if (rc == RC_OK && t->after == -1 && t->before == -1 && t->weekdays == 0)
		return fault_set(f, RC_INVALID, "after", "after, before or weekday must be given");
	return rc;
}

static void
say_time(struct buf *why, const char *word, int second)
{
	if (second != -1)
		buf_printf(why, " %s %02d:%02d", word, second / 3600, second / 60 % 60);
}

static bool
between(const struct time_condition *t, int now)
{
	int after = t->after == -1 ? 0 : t->after;

	if (t->before == -1)
		return now >= after;
	return after < t->before ? now >= after && now < t->before : now >= after || now < t->before;
}

static bool
holds_time(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday" };
	const struct time_condition *t = c->data;
	int64_t wall = clock_wall(x->now_ms);
	int now = (int)(wall % DAY_MS / 1000);

	if (t->weekdays != 0 && !rule_on_weekday(t->weekdays, wall)) {
		buf_printf(why, "it is %s", days[(wall / DAY_MS + 4) % 7]);
		return false;
	}
	buf_printf(why, "it is %02d:%02d", now / 3600, now / 60 % 60);
	if (between(t, now))
		return true;
	buf_puts(why, ", not");
	say_time(why, "after", t->after);
	say_time(why, t->after == -1 ? "before" : "and before", t->before);
	return false;
}

static enum rc
read_offset(const struct field_value *v, const char *name, int64_t *out, struct fault *f)
{
	enum rc rc = v->set ? rule_offset(v->js, out, f) : RC_OK;

	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

static enum rc
compile_sun(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct sun_condition *s = mem_zalloc(a, sizeof(*s));
	enum rc rc = read_offset(&v[S_AFTER_OFFSET], "after_offset", &s->after_offset, f);

	c->data = s;
	s->after = v[S_AFTER].set ? sun_events[v[S_AFTER].i] : NULL;
	s->before = v[S_BEFORE].set ? sun_events[v[S_BEFORE].i] : NULL;
	if (rc == RC_OK)
		rc = read_offset(&v[S_BEFORE_OFFSET], "before_offset", &s->before_offset, f);
	if (rc == RC_OK && s->after == NULL && s->before == NULL)
		return fault_set(f, RC_INVALID, "after", "after or before must be given");
	return rc;
}

/* The moment of the event of this day with its offset; false, with the reason: there is none. */
static bool
moment(const struct rule_context *x, const char *event, int64_t offset, int64_t *out, struct buf *why)
{
	if (!x->house->place.known)
		buf_puts(why, "where the house stands is not known: set LATITUDE and LONGITUDE");
	else if (!sun_today(&x->house->place, *event == 's' && event[3] == 'r' ? SUN_RISE : SUN_SET, x->now_ms, out))
		buf_printf(why, "there is no %s today", event);
	else {
		*out += offset;
		return true;
	}
	return false;
}

static void
say_moment(struct buf *why, int64_t now_ms, const char *word, const char *event, int64_t at)
{
	int64_t now = clock_wall(now_ms) / 1000, then = clock_wall(at) / 1000;

	buf_printf(why, "it is %02d:%02d, %s %s at %02d:%02d", (int)(now / 3600 % 24), (int)(now / 60 % 60), word,
	    event, (int)(then / 3600 % 24), (int)(then / 60 % 60));
}

/* After sunset and before sunrise is the night, which lies at both ends of a day. */
static bool
holds_sun(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct sun_condition *s = c->data;
	int64_t after = INT64_MIN, before = INT64_MAX;
	bool holds;

	if (s->after != NULL && !moment(x, s->after, s->after_offset, &after, why))
		return false;
	if (s->before != NULL && !moment(x, s->before, s->before_offset, &before, why))
		return false;
	if (s->after != NULL && s->before != NULL && after > before)
		holds = x->now_ms >= after || x->now_ms < before;
	else
		holds = x->now_ms >= after && x->now_ms < before;
	if (s->after != NULL && (x->now_ms < after) != holds)
		say_moment(why, x->now_ms, holds ? "after" : "not after", s->after, after);
	else
		say_moment(why, x->now_ms, holds ? "before" : "not before", s->before, before);
	return holds;
}

const struct condition_ops condition_time = { "time", time_fields, compile_time, holds_time };
const struct condition_ops condition_sun = { "sun", sun_fields, compile_sun, holds_sun };
