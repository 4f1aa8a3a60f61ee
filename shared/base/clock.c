/* SPDX-License-Identifier: ISC
 *
 * Time. Dates are computed by the proleptic Gregorian rules alone; only clock_next_local asks the C
 * library, for the offset of the house's time zone.
 */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/mem.h"

#define LOCALTIME "/etc/localtime"
#define DAY_S INT64_C(86400)
#define PLAIN_MAX INT64_C(253402300799999)	/* the last millisecond of the year 9999 */

struct clock
clock_open(void)
{
	const char *s = getenv("CLOCK_OFFSET_MS");
	const char *err = NULL;
	struct clock c = {0};

	if (s != NULL)
		c.offset_ms = strtonum(s, -PLAIN_MAX, PLAIN_MAX, &err);
	return c;
}

int64_t
clock_now(const struct clock *c)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 + c->offset_ms;
}

int64_t
clock_mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t
clock_days(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = floor_div(y, 400);
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void
clock_date(int64_t days, int64_t *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = floor_div(days, 146097);
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

/* v in decimal, at least `width` digits; returns the end. */
static char *
put_number(char *p, int64_t v, int width)
{
	char digits[24];
	int n = 0;

	if (v < 0) {
		*p++ = '-';
		v = -v;
	}
	if (width == 2 && v < 100) {	/* most of them */
		p[0] = (char)('0' + v / 10);
		p[1] = (char)('0' + v % 10);
		return p + 2;
	}
	for (; v != 0 || n < width; v /= 10)
		digits[n++] = (char)('0' + v % 10);
	while (n > 0)
		*p++ = digits[--n];
	return p;
}

const char *
clock_rfc3339(int64_t utc_ms, char text[CLOCK_TEXT])
{
	int64_t days = floor_div(utc_ms, DAY_S * 1000), y;
	int ms = (int)((utc_ms % (DAY_S * 1000) + DAY_S * 1000) % (DAY_S * 1000));
	char *p = text;
	int m, d;

	clock_date(days, &y, &m, &d);
	p = put_number(p, y, 4);
	*p++ = '-';
	p = put_number(p, m, 2);
	*p++ = '-';
	p = put_number(p, d, 2);
	*p++ = 'T';
	p = put_number(p, ms / 3600000, 2);
	*p++ = ':';
	p = put_number(p, ms / 60000 % 60, 2);
	*p++ = ':';
	p = put_number(p, ms / 1000 % 60, 2);
	*p++ = '.';
	p = put_number(p, ms % 1000, 3);
	*p++ = 'Z';
	*p = '\0';
	return text;
}

/* Exactly n digits at *s into *v, then the character `then` ('\0': not looked at); moves *s on. */
static bool
digits(const char **s, int n, char then, int *v)
{
	const char *p = *s;

	for (*v = 0; n > 0; n--, p++) {
		if (!isdigit((unsigned char)*p))
			return false;
		*v = *v * 10 + (*p - '0');
	}
	if (then != '\0' && *p++ != then)
		return false;
	*s = p;
	return true;
}

/* ".123456" to milliseconds, cut off; nothing is 0. */
static bool
fraction(const char **s, int *ms)
{
	int unit = 100;

	*ms = 0;
	if (**s != '.')
		return true;
	if (!isdigit((unsigned char)*++*s))
		return false;
	for (; isdigit((unsigned char)**s); ++*s, unit /= 10)
		*ms += (**s - '0') * unit;
	return true;
}

/* "Z" or "+01:00" to minutes east of UTC; must end the text. */
static bool
zone(const char *s, int *minutes)
{
	int h, m, sign = *s == '-' ? -1 : 1;

	*minutes = 0;
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0')
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if (!digits(&s, 2, ':', &h) || !digits(&s, 2, '\0', &m) || *s != '\0' || h > 23 || m > 59)
		return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

static bool
date(const char **s, int64_t *days)
{
	static const int length[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, d;

	if (!digits(s, 4, '-', &y) || !digits(s, 2, '-', &m) || !digits(s, 2, '\0', &d))
		return false;
	if (m < 1 || m > 12 || d < 1 || d > length[m - 1])
		return false;
	if (m == 2 && d == 29 && (y % 4 != 0 || (y % 100 == 0 && y % 400 != 0)))
		return false;
	*days = clock_days(y, m, d);
	return true;
}

static bool
parse_rfc3339(const char *s, int64_t *utc_ms)
{
	int h, m, sec, ms, east;
	int64_t days;

	if (!date(&s, &days) || (*s != 'T' && *s != 't' && *s != ' '))
		return false;
	s++;
	if (!digits(&s, 2, ':', &h) || !digits(&s, 2, ':', &m) || !digits(&s, 2, '\0', &sec))
		return false;
	if (h > 23 || m > 59 || sec > 60 || (sec == 60 && m != 59 && m != 29))
		return false;
	if (!fraction(&s, &ms) || !zone(s, &east))
		return false;
	*utc_ms = ((days * 24 + h) * 60 + m - east) * 60000 + sec * 1000 + ms;
	return true;
}

const char *
clock_local(int64_t utc_ms, char text[CLOCK_TEXT])
{
	time_t seconds = (time_t)floor_div(utc_ms, 1000);
	struct tm tm;

	if (localtime_r(&seconds, &tm) == NULL || strftime(text, CLOCK_TEXT, "%F %T", &tm) == 0)
		return clock_rfc3339(utc_ms, text);
	return text;
}

enum rc
clock_parse(const char *s, int64_t *utc_ms)
{
	const char *err;
	int64_t v;

	if (parse_rfc3339(s, utc_ms))
		return RC_OK;
	if (!isdigit((unsigned char)*s) && *s != '-')
		return RC_INVALID;
	v = strtonum(s, -PLAIN_MAX, PLAIN_MAX, &err);
	if (err != NULL)
		return RC_INVALID;
	*utc_ms = v;
	return RC_OK;
}

enum rc
clock_parse_duration(const char *s, int64_t *ms)
{
	static const char units[] = "smhd";
	static const int64_t unit_ms[] = {1000, 60000, 3600000, DAY_S * 1000};
	const char *p = s, *unit = units;
	int64_t v = 0;

	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *p - '0', &v))
			return RC_INVALID;
	if (p == s)
		return RC_INVALID;
	if (*p != '\0' && ((unit = strchr(units, *p)) == NULL || p[1] != '\0'))
		return RC_INVALID;
	if (__builtin_mul_overflow(v, unit_ms[unit - units], &v))
		return RC_INVALID;
	*ms = v;
	return RC_OK;
}

enum rc
clock_parse_time_of_day(const char *s, int *seconds)
{
	int h, m, sec = 0;

	if (!digits(&s, 2, ':', &h) || !digits(&s, 2, '\0', &m))
		return RC_INVALID;
	if (*s == ':' && (s++, !digits(&s, 2, '\0', &sec)))
		return RC_INVALID;
	if (*s != '\0' || h > 23 || m > 59 || sec > 59)
		return RC_INVALID;
	*seconds = (h * 60 + m) * 60 + sec;
	return RC_OK;
}

/* Seconds east of UTC in the process's time zone at t. */
static int64_t
offset_at(int64_t t)
{
	time_t tt = (time_t)t;
	struct tm tm;

	return localtime_r(&tt, &tm) != NULL ? tm.tm_gmtoff : 0;
}

/*
 * The first moment at which the wall clock shows `wall` (seconds since 1970 as if local were UTC) or
 * has jumped over it. Offsets lie between -12 and +14 hours; the window around the answer holds one
 * change of the offset at most.
 */
static int64_t
first_shown(int64_t wall)
{
	int64_t low = wall - 15 * 3600, high = wall + 13 * 3600, middle;
	int64_t before = offset_at(low), after = offset_at(high);

	if (before == after)
		return wall - before;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (offset_at(middle) == before)
			low = middle;
		else
			high = middle;
	}
	if (wall - before < high)
		return wall - before;
	return wall - after > high ? wall - after : high;
}

int64_t
clock_next_local(int64_t after_ms, int second_of_day)
{
	int64_t now = floor_div(after_ms, 1000), day, t;

	tzset();
	day = floor_div(now + offset_at(now), DAY_S) - 1;
	do
		t = first_shown(day++ * DAY_S + second_of_day);
	while (t * 1000 <= after_ms);
	return t * 1000;
}

int64_t
clock_wall(int64_t utc_ms)
{
	tzset();
	return utc_ms + offset_at(floor_div(utc_ms, 1000)) * 1000;
}

int64_t
clock_from_wall(int64_t wall_ms)
{
	int64_t seconds = floor_div(wall_ms, 1000);

	tzset();
	return first_shown(seconds) * 1000 + (wall_ms - seconds * 1000);
}

/* "Europe/Berlin" when /etc/localtime says so, else the file itself; without one it is UTC. */
static const char *
system_zone(char *path, size_t size)
{
	static const char base[] = "/zoneinfo/";
	ssize_t n = readlink(LOCALTIME, path, size - 1);
	const char *name;

	path[n < 0 ? 0 : n] = '\0';
	if ((name = strstr(path, base)) != NULL)
		return name + strlen(base);
	return access(LOCALTIME, R_OK) == 0 ? ":" LOCALTIME : "UTC";
}

void
clock_set_zone(const char *name)
{
	char path[PATH_MAX];

	if (name == NULL && (name = getenv("TZ")) == NULL)
		name = system_zone(path, sizeof(path));
	if (setenv("TZ", name, 1) == -1)
		mem_exhausted();
	tzset();
}

const char *
clock_zone(void)
{
	const char *zone = getenv("TZ");

	return zone != NULL && *zone != ':' ? zone : "";
}
