/* SPDX-License-Identifier: ISC
 *
 * Dates and durations as Python's datetime and timedelta, as far as templates use them. "Local" is
 * the process's time zone (TZ). Years run from 1 to 9999.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/base/template_int.h"

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)
#define EARLIEST (-62135596800 * SECOND)	/* 0001-01-01 */
#define LATEST (253402300800 * SECOND)		/* 10000-01-01 */

struct civil { int year, month, day, hour, minute, second, us, weekday; };

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static struct civil
civil_from_wall(int64_t wall)
{
	int64_t days = floor_div(wall, DAY), rest = wall - days * DAY, year;
	struct civil c;

	clock_date(days, &year, &c.month, &c.day);
	c.year = (int)year;
	c.hour = (int)(rest / (3600 * SECOND));
	c.minute = (int)(rest / (60 * SECOND) % 60);
	c.second = (int)(rest / SECOND % 60);
	c.us = (int)(rest % SECOND);
	c.weekday = (int)((days % 7 + 10) % 7);	/* Monday is 0 */
	return c;
}

static int64_t
wall_from_civil(const struct civil *c)
{
	return clock_days(c->year, c->month, c->day) * DAY +
	    (c->hour * INT64_C(3600) + c->minute * 60 + c->second) * SECOND + c->us;
}

/* Offset of local time at a moment of UTC. */
static int32_t
local_offset(int64_t utc)
{
	time_t t = (time_t)floor_div(utc, SECOND);
	struct tm tm;

	return localtime_r(&t, &tm) == NULL ? 0 : (int32_t)tm.tm_gmtoff;
}

int32_t
template_time_offset(int64_t wall)
{
	struct civil c = civil_from_wall(wall);
	struct tm tm = {.tm_year = c.year - 1900, .tm_mon = c.month - 1, .tm_mday = c.day,
	    .tm_hour = c.hour, .tm_min = c.minute, .tm_sec = c.second, .tm_isdst = -1};
	time_t t = mktime(&tm);

	return (int32_t)(floor_div(wall, SECOND) - (int64_t)t);
}

int64_t
template_time_utc(const struct ttime *t)
{
	return t->wall - t->offset * SECOND;
}

struct tv
template_time_make(struct run *r, int64_t wall, enum tzone zone, int32_t offset)
{
	struct ttime *t = template_alloc(r, sizeof(*t));
	struct tv v = tv_make(TV_DATETIME);

	if (t == NULL)
		return tv_make(TV_RAISED);
	if (wall < EARLIEST || wall >= LATEST)
		return template_error(r, "date value out of range");
	*t = (struct ttime){wall, zone, offset};
	v.u.time = t;
	return v;
}

struct tv
template_time_local(struct run *r, int64_t utc)
{
	int32_t offset = utc < EARLIEST || utc >= LATEST ? 0 : local_offset(utc);

	return template_time_make(r, utc + offset * SECOND, TZONE_LOCAL, offset);
}

static struct tv
make_delta(double us)
{
	struct tv v = tv_make(TV_DELTA);

	v.u.i = (int64_t)us;
	return v;
}

/* ---- to text ---- */

static void
put_offset(struct buf *b, int32_t offset, const char *colon)
{
	int32_t a = abs(offset);

	buf_printf(b, "%c%02d%s%02d", offset < 0 ? '-' : '+', a / 3600, colon, a / 60 % 60);
	if (a % 60 != 0)
		buf_printf(b, "%s%02d", colon, a % 60);
}

void
template_put_time(struct buf *b, const struct ttime *t, char between)
{
	struct civil c = civil_from_wall(t->wall);

	buf_printf(b, "%04d-%02d-%02d%c%02d:%02d:%02d", c.year, c.month, c.day, between, c.hour,
	    c.minute, c.second);
	if (c.us != 0)
		buf_printf(b, ".%06d", c.us);
	if (t->zone != TZONE_NAIVE)
		put_offset(b, t->offset, ":");
}

void
template_put_delta(struct buf *b, int64_t us)
{
	int64_t days = floor_div(us, DAY), rest = us - days * DAY, s = rest / SECOND;

	if (days != 0)
		buf_printf(b, "%lld day%s, ", (long long)days, days == 1 || days == -1 ? "" : "s");
	buf_printf(b, "%lld:%02lld:%02lld", (long long)(s / 3600), (long long)(s / 60 % 60),
	    (long long)(s % 60));
	if (rest % SECOND != 0)
		buf_printf(b, ".%06lld", (long long)(rest % SECOND));
}

static void
repr_delta(struct buf *b, int64_t us)
{
	int64_t days = floor_div(us, DAY), rest = us - days * DAY;
	const char *comma = "";

	buf_puts(b, "datetime.timedelta(");
	if (days != 0) {
		buf_printf(b, "days=%lld", (long long)days);
		comma = ", ";
	}
	if (rest / SECOND != 0) {
		buf_printf(b, "%sseconds=%lld", comma, (long long)(rest / SECOND));
		comma = ", ";
	}
	if (rest % SECOND != 0)
		buf_printf(b, "%smicroseconds=%lld", comma, (long long)(rest % SECOND));
	buf_puts(b, us == 0 ? "0)" : ")");
}

void
template_repr_time(struct buf *b, struct tv v)
{
	struct civil c;

	if (v.type == TV_DELTA) {
		repr_delta(b, v.u.i);
		return;
	}
	c = civil_from_wall(v.u.time->wall);
	buf_printf(b, "datetime.datetime(%d, %d, %d, %d, %d", c.year, c.month, c.day, c.hour, c.minute);
	if (c.second != 0 || c.us != 0)
		buf_printf(b, ", %d", c.second);
	if (c.us != 0)
		buf_printf(b, ", %d", c.us);
	if (v.u.time->zone == TZONE_FIXED && v.u.time->offset == 0)
		buf_puts(b, ", tzinfo=datetime.timezone.utc");
	buf_putc(b, ')');
}

/* One %x that Python settles itself; false when C's strftime knows it. */
static bool
put_own_directive(struct buf *b, char c, const struct ttime *t)
{
	struct civil civil = civil_from_wall(t->wall);

	if (c == 'f') {
		buf_printf(b, "%06d", civil.us);
	} else if (c == 'z') {
		if (t->zone != TZONE_NAIVE)
			put_offset(b, t->offset, "");
	} else if (c == 'Z') {
		if (t->zone == TZONE_FIXED) {
			buf_puts(b, "UTC");
			if (t->offset != 0)
				put_offset(b, t->offset, ":");
		}
		return t->zone != TZONE_LOCAL;
	} else {
		return false;
	}
	return true;
}

bool
template_put_strftime(struct run *r, const struct ttime *t, const char *fmt, size_t len)
{
	time_t utc = (time_t)floor_div(template_time_utc(t), SECOND);
	struct civil c = civil_from_wall(t->wall);
	char one[4] = "%", text[128];
	struct tm tm = {0};
	size_t i, n;

	localtime_r(&utc, &tm);		/* for %Z */
	tm.tm_year = c.year - 1900;
	tm.tm_mon = c.month - 1;
	tm.tm_mday = c.day;
	tm.tm_hour = c.hour;
	tm.tm_min = c.minute;
	tm.tm_sec = c.second;
	tm.tm_wday = (c.weekday + 1) % 7;
	tm.tm_yday = (int)(clock_days(c.year, c.month, c.day) - clock_days(c.year, 1, 1));
	for (i = 0; i < len; i++) {
		if (fmt[i] != '%' || i + 1 == len) {
			buf_putc(&r->s->text, fmt[i]);
			continue;
		}
		if (!template_charge(r, 1))
			return false;
		i++;
		if (put_own_directive(&r->s->text, fmt[i], t))
			continue;
		n = 1;
		if (strchr("-_0^#EO", fmt[i]) != NULL && i + 1 < len)
			one[n++] = fmt[i++];
		one[n++] = fmt[i];
		one[n] = '\0';
		n = strftime(text, sizeof(text), one, &tm);
		buf_put(&r->s->text, text, n);
	}
	return true;
}

/* ---- from text and numbers ---- */

/* Exactly n digits at *p. */
static bool
take_digits(const char **p, const char *end, int n, int *out)
{
	int v = 0;

	for (; n > 0; n--, (*p)++) {
		if (*p >= end || **p < '0' || **p > '9')
			return false;
		v = v * 10 + (**p - '0');
	}
	*out = v;
	return true;
}

/* HH[:MM[:SS[.ffffff]]] with or without colons. */
static bool
take_clock(const char **p, const char *end, struct civil *c)
{
	int *part[] = {&c->minute, &c->second}, i, digits = 0;
	bool colon;

	if (!take_digits(p, end, 2, &c->hour))
		return false;
	colon = *p < end && **p == ':';
	for (i = 0; i < 2; i++) {
		if (*p >= end || (colon ? **p != ':' : **p < '0' || **p > '9'))
			return true;
		*p += colon;
		if (!take_digits(p, end, 2, part[i]))
			return false;
	}
	if (*p < end && (**p == '.' || **p == ',')) {
		for ((*p)++; *p < end && **p >= '0' && **p <= '9'; (*p)++)
			if (digits++ < 6)
				c->us = c->us * 10 + (**p - '0');
		for (i = digits; i < 6; i++)
			c->us *= 10;
		return digits > 0;
	}
	return true;
}

static bool
valid_civil(const struct civil *c)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (c->year % 4 == 0 && c->year % 100 != 0) || c->year % 400 == 0;

	return c->year >= 1 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= lengths[c->month - 1] - (c->month == 2 && !leap) && c->hour < 24 &&
	    c->minute < 60 && c->second < 60;
}

bool
template_time_parse(const char *s, size_t n, int64_t *wall, enum tzone *zone, int32_t *offset)
{
	const char *p = s, *end = s + n;
	struct civil c = {0}, o = {0};
	bool dash, negative;

	if (!take_digits(&p, end, 4, &c.year))
		return false;
	dash = p < end && *p == '-';
	p += dash;
	if (!take_digits(&p, end, 2, &c.month) || (dash && (p >= end || *p++ != '-')) ||
	    !take_digits(&p, end, 2, &c.day))
		return false;
	*zone = TZONE_NAIVE;
	*offset = 0;
	if (p < end) {
		p++;	/* any separator */
		if (!take_clock(&p, end, &c))
			return false;
		if (p < end && *p == 'Z') {
			p++;
			*zone = TZONE_FIXED;
		} else if (p < end && (*p == '+' || *p == '-')) {
			negative = *p++ == '-';
			if (!take_clock(&p, end, &o) || o.hour > 23)
				return false;
			*offset = (o.hour * 3600 + o.minute * 60 + o.second) * (negative ? -1 : 1);
			*zone = TZONE_FIXED;
		}
	}
	*wall = wall_from_civil(&c);
	return p == end && valid_civil(&c);
}

/* Seconds since 1970 as microseconds, rounded half to even; false when outside of the calendar. */
static bool
utc_from_real(double seconds, int64_t *us)
{
	double rounded = rint(seconds * 1e6);

	if (!(rounded >= (double)EARLIEST && rounded < (double)LATEST))
		return false;
	*us = (int64_t)rounded;
	return true;
}

static struct tv
time_now(struct run *r, const struct tv *a)
{
	(void)a;
	return template_time_local(r, r->env->now_ms * 1000);
}

static struct tv
time_utcnow(struct run *r, const struct tv *a)
{
	(void)a;
	return template_time_make(r, r->env->now_ms * 1000, TZONE_FIXED, 0);
}

static struct tv
bad_input(struct run *r, struct tv input, struct tv otherwise, const char *what)
{
	return otherwise.type != TV_ABSENT ? otherwise : template_type_error(r, input, what);
}

static struct tv
time_as_datetime(struct run *r, const struct tv *a)
{
	enum tzone zone;
	int32_t offset;
	int64_t us;
	double d;
	enum tnum got;

	if (a[0].type == TV_DATETIME)
		return a[0];
	if ((got = template_to_real(r, a[0], &d)) == TNUM_RAISED)
		return tv_make(TV_RAISED);
	if (got == TNUM_OK && utc_from_real(d, &us))
		return template_time_make(r, us, TZONE_FIXED, 0);
	if (a[0].type == TV_STRING && template_time_parse(a[0].u.s, a[0].len, &us, &zone, &offset))
		return template_time_make(r, us, zone, offset);
	if (a[1].type == TV_ABSENT && a[0].type == TV_STRING)
		return tv_make(TV_NONE);
	return bad_input(r, a[0], a[1], "is no date");
}

int64_t
template_time_instant(const struct ttime *t)
{
	return t->zone != TZONE_NAIVE ? template_time_utc(t) :
	    t->wall - template_time_offset(t->wall) * SECOND;
}

static struct tv
time_as_timestamp(struct run *r, const struct tv *a)
{
	struct ttime t = {0};

	if (a[0].type == TV_DATETIME)
		t = *a[0].u.time;
	else if (a[0].type != TV_STRING ||
	    !template_time_parse(a[0].u.s, a[0].len, &t.wall, &t.zone, &t.offset))
		return bad_input(r, a[0], a[1], "is no date");
	return tv_real((double)template_time_instant(&t) / 1e6);
}

static struct tv
time_as_local(struct run *r, const struct tv *a)
{
	if (a[0].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[0]);
	if (a[0].type != TV_DATETIME)
		return template_error(r, "'%s' object is no datetime", template_type_name(a[0]));
	return template_time_local(r, template_time_instant(a[0].u.time));
}

/* A number of seconds as a moment, local or UTC. */
static struct tv
from_timestamp(struct run *r, struct tv v, bool local, struct tv otherwise)
{
	int64_t us;
	double d;

	if (!tv_is_number(v) || template_to_real(r, v, &d) != TNUM_OK || !utc_from_real(d, &us))
		return bad_input(r, v, otherwise, "is no timestamp");
	return local ? template_time_local(r, us) : template_time_make(r, us, TZONE_FIXED, 0);
}

/* timestamp_custom(format, local=True, default) */
static struct tv
time_custom(struct run *r, const struct tv *a)
{
	bool local = a[2].type == TV_ABSENT || template_truth(a[2]);
	struct tv fmt = a[1].type == TV_ABSENT ? tv_text("%Y-%m-%d %H:%M:%S") : a[1];
	struct tv t = from_timestamp(r, a[0], local, tv_make(TV_ABSENT));
	size_t mark = r->s->text.len;

	if (tv_raised(t) && r->result == TEMPLATE_ERROR && a[3].type != TV_ABSENT) {
		r->result = TEMPLATE_OK;
		return a[3];
	}
	if (tv_raised(t) || !template_arg_str(r, fmt, "format"))
		return tv_make(TV_RAISED);
	template_put_strftime(r, t.u.time, fmt.u.s, fmt.len);
	return template_take_text(r, mark);
}

static struct tv
timestamp_text(struct run *r, const struct tv *a, bool local)
{
	struct tv t = from_timestamp(r, a[0], local, a[1]);
	size_t mark = r->s->text.len;

	if (t.type != TV_DATETIME)
		return t;
	template_put_time(&r->s->text, t.u.time, 'T');
	return template_take_text(r, mark);
}

static struct tv
time_local(struct run *r, const struct tv *a)
{
	return timestamp_text(r, a, true);
}

static struct tv
time_utc(struct run *r, const struct tv *a)
{
	return timestamp_text(r, a, false);
}

static struct tv
time_strptime(struct run *r, const struct tv *a)
{
	struct tv text, fmt;
	struct tm tm = {.tm_year = 0, .tm_mday = 1};
	struct civil c = {0};
	const char *end;

	if (a[0].type != TV_STRING || a[1].type != TV_STRING)
		return bad_input(r, a[0], a[2], "is no date");
	text = template_str_copy(r, a[0].u.s, a[0].len);	/* with a NUL */
	fmt = template_str_copy(r, a[1].u.s, a[1].len);
	if (tv_raised(text) || tv_raised(fmt))
		return tv_make(TV_RAISED);
	end = strptime(text.u.s, fmt.u.s, &tm);
	if (end == NULL || *end != '\0')
		return bad_input(r, a[0], a[2], "is no date of this format");
	c = (struct civil){.year = tm.tm_year + 1900, .month = tm.tm_mon + 1, .day = tm.tm_mday,
	    .hour = tm.tm_hour, .minute = tm.tm_min, .second = tm.tm_sec};
	if (strstr(fmt.u.s, "%z") != NULL)
		return template_time_make(r, wall_from_civil(&c), TZONE_FIXED, (int32_t)tm.tm_gmtoff);
	return template_time_make(r, wall_from_civil(&c), TZONE_NAIVE, 0);
}

static struct tv
time_timedelta(struct run *r, const struct tv *a)
{
	static const double unit[] = {86400e6, 1e6, 1, 1e3, 60e6, 3600e6, 604800e6};
	double us = 0, d;
	int i;

	for (i = 0; i < 7; i++) {
		if (a[i].type == TV_ABSENT)
			continue;
		if (!tv_is_number(a[i]) || template_to_real(r, a[i], &d) != TNUM_OK)
			return template_type_error(r, a[i], "is no number");
		us += d * unit[i];
	}
	if (!(fabs(us) < 9e18))
		return template_error(r, "a duration that is too long");
	return make_delta(rint(us));
}

/* ---- members ---- */

struct tv
template_time_attr(struct run *r, struct tv self, struct tname name)
{
	struct civil c;

	(void)r;
	if (self.type == TV_DELTA) {
		int64_t days = floor_div(self.u.i, DAY), rest = self.u.i - days * DAY;

		if (tname_is(name, "days"))
			return tv_int(days);
		if (tname_is(name, "seconds"))
			return tv_int(rest / SECOND);
		return tname_is(name, "microseconds") ? tv_int(rest % SECOND) : tv_make(TV_ABSENT);
	}
	c = civil_from_wall(self.u.time->wall);
	const struct { const char *name; int value; } members[] = {{"year", c.year},
	    {"month", c.month}, {"day", c.day}, {"hour", c.hour}, {"minute", c.minute},
	    {"second", c.second}, {"microsecond", c.us}};
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (tname_is(name, members[i].name))
			return tv_int(members[i].value);
	return tv_make(TV_ABSENT);
}

static struct tv
method_isoformat(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len;
	char between = 'T';

	if (a[1].type != TV_ABSENT) {
		if (a[1].type != TV_STRING || a[1].len != 1)
			return template_error(r, "isoformat() argument 1 must be a character");
		between = a[1].u.s[0];
	}
	template_put_time(&r->s->text, a[0].u.time, between);
	return template_take_text(r, mark);
}

static struct tv
method_strftime(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len;

	if (!template_arg_str(r, a[1], "strftime() argument 1"))
		return tv_make(TV_RAISED);
	template_put_strftime(r, a[0].u.time, a[1].u.s, a[1].len);
	return template_take_text(r, mark);
}

static struct tv
method_timestamp(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_real((double)template_time_instant(a[0].u.time) / 1e6);
}

static struct tv
method_weekday(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_int(civil_from_wall(a[0].u.time->wall).weekday);
}

static struct tv
method_isoweekday(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_int(civil_from_wall(a[0].u.time->wall).weekday + 1);
}

/* replace(year, month, day, hour, minute, second, microsecond) */
static struct tv
method_replace(struct run *r, const struct tv *a)
{
	const struct ttime *t = a[0].u.time;
	struct civil c = civil_from_wall(t->wall);
	int *parts[] = {&c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second, &c.us};
	int64_t v, wall;
	int i;

	for (i = 0; i < 7; i++) {
		if (a[i + 1].type == TV_ABSENT)
			continue;
		if (!template_arg_int(r, a[i + 1], "a part of a date", &v))
			return tv_make(TV_RAISED);
		*parts[i] = v < 0 || v > 999999 ? -1 : (int)v;
	}
	if (!valid_civil(&c) || c.year > 9999 || c.hour < 0 || c.minute < 0 || c.second < 0 || c.us < 0)
		return template_error(r, "a part of a date is out of range");
	wall = wall_from_civil(&c);
	return template_time_make(r, wall, t->zone,
	    t->zone == TZONE_LOCAL ? template_time_offset(wall) : t->offset);
}

static struct tv
method_total_seconds(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_real((double)a[0].u.i / 1e6);
}

static const struct tbuiltin time_methods[] = {
	{"isoformat", "self sep", 1, method_isoformat, NULL},
	{"isoweekday", "self", 1, method_isoweekday, NULL},
	{"replace", "self year month day hour minute second microsecond", 1, method_replace, NULL},
	{"strftime", "self format", 2, method_strftime, NULL},
	{"timestamp", "self", 1, method_timestamp, NULL},
	{"weekday", "self", 1, method_weekday, NULL}
};

static const struct tbuiltin delta_methods[] = {
	{"total_seconds", "self", 1, method_total_seconds, NULL}
};

const struct tbuiltin *
template_find_time_method(struct tname name, bool delta)
{
	if (delta)
		return template_table_find(delta_methods, 1, name);
	return template_table_find(time_methods, sizeof(time_methods) / sizeof(time_methods[0]), name);
}

/* ---- arithmetic ---- */

static struct tv
shifted(struct run *r, const struct ttime *t, int64_t us)
{
	int64_t wall;

	if (__builtin_add_overflow(t->wall, us, &wall) || wall < EARLIEST || wall >= LATEST)
		return template_error(r, "date value out of range");
	return template_time_make(r, wall, t->zone,
	    t->zone == TZONE_LOCAL ? template_time_offset(wall) : t->offset);
}

static struct tv
between(struct run *r, const struct ttime *a, const struct ttime *b)
{
	struct tv v = tv_make(TV_DELTA);

	if ((a->zone == TZONE_NAIVE) != (b->zone == TZONE_NAIVE))
		return template_error(r, "can't subtract offset-naive and offset-aware datetimes");
	v.u.i = a->zone == b->zone && a->zone == TZONE_LOCAL ? a->wall - b->wall :
	    template_time_utc(a) - template_time_utc(b);
	return v;
}

static struct tv
scaled(struct run *r, enum top op, struct tv a, struct tv b)
{
	double d = b.type == TV_REAL ? b.u.d : (double)b.u.i, us;

	if (op != TOP_MUL && d == 0)
		return template_error(r, "division by zero");
	us = op == TOP_MUL ? (double)a.u.i * d : (double)a.u.i / d;
	us = op == TOP_FLOORDIV ? floor(us) : rint(us);
	if (!(fabs(us) < 9e18))
		return template_error(r, "a duration that is too long");
	return make_delta(us);
}

struct tv
template_time_binary(struct run *r, enum top op, struct tv a, struct tv b)
{
	char left[TEMPLATE_SAID], right[TEMPLATE_SAID];
	struct tv v = tv_make(TV_DELTA);
	bool sum = op == TOP_ADD || op == TOP_SUB;

	if (a.type == TV_DATETIME && b.type == TV_DELTA && sum)
		return shifted(r, a.u.time, op == TOP_ADD ? b.u.i : -b.u.i);
	if (a.type == TV_DELTA && b.type == TV_DATETIME && op == TOP_ADD)
		return shifted(r, b.u.time, a.u.i);
	if (a.type == TV_DATETIME && b.type == TV_DATETIME && op == TOP_SUB)
		return between(r, a.u.time, b.u.time);
	if (a.type == TV_DELTA && b.type == TV_DELTA && sum) {
		if (op == TOP_ADD ? __builtin_add_overflow(a.u.i, b.u.i, &v.u.i) :
		    __builtin_sub_overflow(a.u.i, b.u.i, &v.u.i))
			return template_error(r, "a duration that is too long");
		return v;
	}
	if (a.type == TV_DELTA && b.type == TV_DELTA && op == TOP_DIV && b.u.i != 0)
		return tv_real((double)a.u.i / (double)b.u.i);
	if (a.type == TV_DELTA && tv_is_number(b) &&
	    (op == TOP_MUL || op == TOP_DIV || (op == TOP_FLOORDIV && b.type != TV_REAL)))
		return scaled(r, op, a, b);
	if (b.type == TV_DELTA && tv_is_number(a) && op == TOP_MUL)
		return scaled(r, op, b, a);
	template_say(a, left);
	template_say(b, right);
	return template_error(r, "times cannot be reckoned with %s and %s", left, right);
}

static const struct tbuiltin both[] = {
	{"as_datetime", "value default", 1, time_as_datetime, NULL},
	{"as_local", "value", 1, time_as_local, NULL},
	{"as_timestamp", "value default", 1, time_as_timestamp, NULL}
};

static const struct tbuiltin filters[] = {
	{"timestamp_custom", "value format_string local default", 1, time_custom, NULL},
	{"timestamp_local", "value default", 1, time_local, NULL},
	{"timestamp_utc", "value default", 1, time_utc, NULL}
};

static const struct tbuiltin functions[] = {
	{"now", "", 0, time_now, NULL},
	{"strptime", "string format default", 2, time_strptime, NULL},
	{"timedelta", "days seconds microseconds milliseconds minutes hours weeks", 0, time_timedelta,
	    NULL},
	{"utcnow", "", 0, time_utcnow, NULL}
};

struct ttable
template_time_filters(void)
{
	return (struct ttable){both, sizeof(both) / sizeof(both[0])};
}

struct ttable
template_time_only_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}

struct ttable
template_time_functions(void)
{
	return (struct ttable){functions, sizeof(functions) / sizeof(functions[0])};
}
