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

enum { T_AFTER, T_BEFORE, T_WEEKDAY };
enum { S_AFTER, S_BEFORE, S_AFTER_OFFSET, S_BEFORE_OFFSET };

static const char *const sun_events[] = { "sunrise", "sunset", NULL };

static const struct field time_fields[] = {
	[T_AFTER] = { RULE_SHAPE("after", time, "from then on"), .some_of = true },
	[T_BEFORE] = { RULE_SHAPE("before", time, "until then; earlier than after: over midnight"), .some_of = true },
	[T_WEEKDAY] = { RULE_SHAPE("weekday", weekdays, "on these days"), .some_of = true },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static const struct field sun_fields[] = {
	[S_AFTER] = { .name = "after", .type = FIELD_CHOICE, .choices = sun_events, .some_of = true,
	    .help = "from then on" },
	[S_BEFORE] = { .name = "before", .type = FIELD_CHOICE, .choices = sun_events, .some_of = true,
	    .help = "until then" },
	[S_AFTER_OFFSET] = { RULE_SHAPE("after_offset", offset, "so much later; with a minus sign earlier") },
	[S_BEFORE_OFFSET] = { RULE_SHAPE("before_offset", offset, "so much later; with a minus sign earlier") },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile_time(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct time_condition *t = mem_alloc(a, sizeof(*t));

	(void)f;
	*t = (struct time_condition){ v[T_AFTER].set ? (int)v[T_AFTER].i : -1,
		v[T_BEFORE].set ? (int)v[T_BEFORE].i : -1, (unsigned int)v[T_WEEKDAY].i };
	c->data = t;
	return RC_OK;
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
compile_sun(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct sun_condition *s = mem_alloc(a, sizeof(*s));

	(void)f;
	*s = (struct sun_condition){ v[S_AFTER].s, v[S_BEFORE].s, v[S_AFTER_OFFSET].i, v[S_BEFORE_OFFSET].i };
	c->data = s;
	return RC_OK;
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

const struct condition_ops condition_time = {
	.name = "time", .title = "It is a time of the day", .help = "it is between two times, or one of some days",
	.fields = time_fields, .compile = compile_time, .holds = holds_time
};
const struct condition_ops condition_sun = {
	.name = "sun", .title = "It is dark or light", .help = "it is before or after sunrise or sunset of this day",
	.fields = sun_fields, .compile = compile_sun, .holds = holds_sun
};
