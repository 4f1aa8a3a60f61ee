/* SPDX-License-Identifier: ISC
 *
 * How long ago, and how long until: relative_time, time_since, time_until; and today_at, a time of this day. As Home
 * Assistant has them: a year is 365 days, a month 30, and what is no moment, or lies on the other side of now, comes
 * back as it is.
 */
#include <math.h>

#include "shared/base/template_int.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

static const struct {
	const char	*name;
	int64_t		 seconds;
} units[] = {
	{"year", 365 * 86400}, {"month", 30 * 86400}, {"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}
};

static void
put_unit(struct buf *b, int64_t n, const char *name)
{
	buf_printf(b, "%s%lld %s%s", b->len > 0 ? " " : "", (long long)n, name, n == 1 ? "" : "s");
}

/* "1 hour 30 minutes": the largest units that there are any of, `most` of them, the last one rounded; 0: all. */
static struct tv
length_text(struct run *r, int64_t seconds, int64_t most)
{
	struct buf b = {0};
	int64_t n = 0;
	struct tv out;
	size_t i;

	if (seconds == 0)
		return tv_text("0 seconds");
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds < units[i].seconds)
			continue;
		if (++n == most) {
			put_unit(&b, (int64_t)rint((double)seconds / (double)units[i].seconds), units[i].name);
			break;
		}
		put_unit(&b, seconds / units[i].seconds, units[i].name);
		seconds %= units[i].seconds;
	}
	out = template_str_copy(r, buf_str(&b), b.len);
	buf_free(&b);
	return out;
}

/* Seconds from one to the other, half a second to the even one. */
static int64_t
seconds_between(int64_t from, int64_t to)
{
	return (int64_t)rint((double)(to - from) / 1e6);
}

static struct tv
distance(struct run *r, const struct tv *a, bool until)
{
	int64_t now = r->env->now_ms * 1000, then, most = 1;

	if (a[0].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[0]);
	if (a[1].type != TV_ABSENT && !template_arg_int(r, a[1], "precision", &most))
		return tv_make(TV_RAISED);
	if (a[0].type != TV_DATETIME)
		return a[0];
	then = template_time_instant(a[0].u.time);
	if (until ? then < now : then > now)
		return a[0];
	return length_text(r, until ? seconds_between(now, then) : seconds_between(then, now), most);
}

static struct tv
age_relative(struct run *r, const struct tv *a)
{
	struct tv args[2] = {a[0], tv_make(TV_ABSENT)};

	return distance(r, args, false);
}

static struct tv
age_since(struct run *r, const struct tv *a)
{
	return distance(r, a, false);
}

static struct tv
age_until(struct run *r, const struct tv *a)
{
	return distance(r, a, true);
}

/* A number of one or two digits at *p. */
static bool
take_number(const char **p, const char *end, int most, int *out)
{
	int n = 0, digits = 0;

	for (; *p < end && **p >= '0' && **p <= '9' && digits < 2; (*p)++, digits++)
		n = n * 10 + (**p - '0');
	*out = n;
	return digits > 0 && n <= most;
}

/* "7:30", "22:15:30" as seconds since midnight. */
static bool
time_of_day(struct tv text, int64_t *out)
{
	const char *p = text.u.s, *end = text.u.s + text.len;
	int hour, minute, second = 0;

	if (!take_number(&p, end, 23, &hour) || p == end || *p++ != ':' || !take_number(&p, end, 59, &minute))
		return false;
	if (p < end && (*p++ != ':' || !take_number(&p, end, 59, &second)))
		return false;
	*out = hour * INT64_C(3600) + minute * 60 + second;
	return p == end;
}

static struct tv
age_today_at(struct run *r, const struct tv *a)
{
	struct tv now = template_time_local(r, r->env->now_ms * 1000);
	int64_t at = 0, wall;

	if (tv_raised(now))
		return now;
	if (a[0].type != TV_ABSENT && !template_arg_str(r, a[0], "time_str"))
		return tv_make(TV_RAISED);
	if (a[0].type == TV_STRING && a[0].len > 0 && !time_of_day(a[0], &at))
		return template_error(r, "today_at: '%.*s' is no time of the day", a[0].len < 40 ? (int)a[0].len : 40,
		    a[0].u.s);
	wall = now.u.time->wall - now.u.time->wall % DAY + at * SECOND;
	return template_time_make(r, wall, TZONE_LOCAL, template_time_offset(wall));
}

static const struct tbuiltin functions[] = {
	{"relative_time", "value", 1, age_relative, NULL},
	{"time_since", "value precision", 1, age_since, NULL},
	{"time_until", "value precision", 1, age_until, NULL},
	{"today_at", "time_str", 0, age_today_at, NULL}
};

struct ttable
template_age_functions(void)
{
	return (struct ttable){functions, sizeof(functions) / sizeof(functions[0])};
}
