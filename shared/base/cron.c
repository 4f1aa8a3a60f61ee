/* SPDX-License-Identifier: ISC
 *
 * Parsing such expressions, and finding the next moment.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/clock.h"
#include "shared/base/cron.h"

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define YEARS 10
#define ALL_HOURS ((UINT32_C(1) << 24) - 1)
#define FIRST_MS INT64_C(1704067200000)	/* 2024-01-01: a leap year follows within ten */

enum field { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS };

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
	"nov", "dec", NULL };
static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };

static const struct {
	const char		*what;
	int			 min, max;
	const char *const	*names;		/* of min, min + 1, ... */
} ranges[FIELDS] = {
	[MINUTE] = { "the minute", 0, 59, NULL }, [HOUR] = { "the hour", 0, 23, NULL },
	[DAY] = { "the day of the month", 1, 31, NULL }, [MONTH] = { "the month", 1, 12, months },
	[WEEKDAY] = { "the day of the week", 0, 7, weekdays },
};

/* ---- parsing ---- */

/* A number or a name at *p; false when there is none in the range. */
static bool
value(const char **p, enum field at, int *out)
{
	const char *const *names = ranges[at].names;
	char *end;
	long n;
	int i;

	for (i = 0; names != NULL && names[i] != NULL; i++)
		if (strncasecmp(*p, names[i], 3) == 0) {
			*p += 3;
			*out = ranges[at].min + i;
			return true;
		}
	if (!isdigit((unsigned char)**p))
		return false;
	n = strtol(*p, &end, 10);
	*p = end;
	*out = (int)n;
	return n >= ranges[at].min && n <= ranges[at].max;
}

/* "5", "1-5", "*", each perhaps with "/2". */
static bool
item(const char **p, enum field at, uint64_t *bits)
{
	int from = ranges[at].min, to = at == WEEKDAY ? 6 : ranges[at].max, step = 1;
	bool one = false;
	char *end;

	if (**p == '*')
		(*p)++;
	else {
		if (!value(p, at, &from))
			return false;
		one = **p != '-';
		if (!one && (++*p, !value(p, at, &to)))
			return false;
		if (one)
			to = **p == '/' ? to : from;
	}
	if (**p == '/') {
		if (!isdigit((unsigned char)(*p)[1]))
			return false;
		step = (int)strtol(*p + 1, &end, 10);
		*p = end;
	}
	if (step < 1 || step > 60 || from > to)
		return false;
	for (; from <= to; from += step)
		*bits |= UINT64_C(1) << (at == WEEKDAY ? from % 7 : from);
	return true;
}

/* text: all of the field, and what follows. */
static enum rc
wrong(const char *text, enum field at, struct fault *f)
{
	int n = (int)strcspn(text, " \t\r\n");

	if (n == 0)
		return fault_set(f, RC_INVALID, NULL, "%s is missing", ranges[at].what);
	return fault_set(f, RC_INVALID, NULL, "%s is wrong: \"%.*s\"", ranges[at].what, n < 20 ? n : 20, text);
}

/* A list of items up to a blank or the end. */
static enum rc
parse_field(const char **p, enum field at, uint64_t *bits, struct fault *f)
{
	const char *text = *p;

	*bits = 0;
	do {
		if (!item(p, at, bits))
			return wrong(text, at, f);
	} while (**p == ',' && *++*p != '\0');
	if (**p != '\0' && !isspace((unsigned char)**p))
		return wrong(text, at, f);
	while (isspace((unsigned char)**p))
		++*p;
	return RC_OK;
}

static const char *
long_form(const char *text)
{
	static const char *const forms[][2] = { { "@hourly", "0 * * * *" }, { "@daily", "0 0 * * *" },
		{ "@midnight", "0 0 * * *" }, { "@weekly", "0 0 * * 0" }, { "@monthly", "0 0 1 * *" },
		{ "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" } };
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(text, forms[i][0]) == 0)
			return forms[i][1];
	return text;
}

enum rc
cron_parse(const char *text, struct cron *out, struct fault *f)
{
	const char *p = long_form(text), *starts[FIELDS];
	uint64_t bits[FIELDS];
	enum rc rc;
	int i;

	while (isspace((unsigned char)*p))
		p++;
	for (i = 0; i < FIELDS; i++) {
		starts[i] = p;
		if (*p == '\0')
			return fault_set(f, RC_INVALID, NULL,
			    "has %d of 5 fields: minute, hour, day of the month, month, day of the week", i);
		if ((rc = parse_field(&p, (enum field)i, &bits[i], f)) != RC_OK)
			return rc;
	}
	if (*p != '\0')
		return fault_set(f, RC_INVALID, NULL, "has more than 5 fields");
	*out = (struct cron){ .seconds = 1, .minutes = bits[MINUTE], .hours = (uint32_t)bits[HOUR],
		.days = (uint32_t)bits[DAY], .months = (uint16_t)bits[MONTH], .weekdays = (uint8_t)bits[WEEKDAY],
		.either = *starts[DAY] != '*' && *starts[WEEKDAY] != '*' };
	return cron_next(out, FIRST_MS) != INT64_MAX ? RC_OK : fault_set(f, RC_INVALID, NULL,
	    "there is no such day");
}

enum rc
cron_parse_pattern(const char *text, int most, uint64_t *out, struct fault *f)
{
	uint64_t all = (UINT64_C(1) << (most + 1)) - 1;
	bool every = *text == '/';
	long n, i;
	char *end;

	if (strcmp(text, "*") == 0) {
		*out = all;
		return RC_OK;
	}
	n = strtol(text + every, &end, 10);
	if (!isdigit((unsigned char)text[every]) || *end != '\0' || n > most || (every && n == 0))
		return fault_set(f, RC_INVALID, NULL, "must be *, /N or a number from 0 to %d, not \"%.20s\"",
		    most, text);
	*out = every ? 0 : UINT64_C(1) << n;
	for (i = 0; every && i <= most; i += n)
		*out |= UINT64_C(1) << i;
	return RC_OK;
}

/* ---- the next moment ---- */

static bool
day_matches(const struct cron *c, int64_t day, int of_month)
{
	bool month_day = (c->days >> of_month & 1) != 0;
	bool week_day = (c->weekdays >> (day % 7 + 11) % 7 & 1) != 0;	/* 1970-01-01 was a Thursday */

	return c->either ? month_day || week_day : month_day && week_day;
}

/* The first day from `day` on that matches; -1: none before `end`. */
static int64_t
next_day(const struct cron *c, int64_t day, int64_t end)
{
	int64_t year;
	int month, of_month;

	while (day < end) {
		clock_date(day, &year, &month, &of_month);
		if ((c->months >> month & 1) == 0)
			day = month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, month + 1, 1);
		else if (day_matches(c, day, of_month))
			return day;
		else
			day++;
	}
	return -1;
}

/* The first second of the day from `second` on that matches, or -1. */
static int
next_second(const struct cron *c, int second)
{
	int h = second / 3600, m = second / 60 % 60, s = second % 60;

	for (; h < 24; h++, m = s = 0) {
		if ((c->hours >> h & 1) == 0)
			continue;
		for (; m < 60; m++, s = 0) {
			if ((c->minutes >> m & 1) == 0)
				continue;
			for (; s < 60; s++)
				if ((c->seconds >> s & 1) != 0)
					return h * 3600 + m * 60 + s;
		}
	}
	return -1;
}

/* The first wall time from `wall` on that matches, ms; INT64_MAX: none. */
static int64_t
next_wall(const struct cron *c, int64_t wall, int64_t end)
{
	int64_t day = wall / DAY_MS, found;
	int second = (int)(wall % DAY_MS / 1000);

	for (;;) {
		if ((found = next_day(c, day, end)) == -1)
			return INT64_MAX;
		if (found != day)
			second = 0;
		day = found;
		if ((second = next_second(c, second)) != -1)
			return day * DAY_MS + second * INT64_C(1000);
		day++;
		second = 0;
	}
}

/* The first moment after after_ms whose wall time matches in an hour that the clock shows a second time, or 0. */
static int64_t
in_repeated_hour(const struct cron *c, int64_t after_ms)
{
	int64_t utc = after_ms - after_ms % 1000 + 1000, end = after_ms + 2 * HOUR_MS, wall;

	/* set back before or behind that */
	if (c->hours != ALL_HOURS || clock_wall(end) - clock_wall(after_ms - 2 * HOUR_MS) >= 4 * HOUR_MS)
		return 0;
	for (; utc < end; utc += 1000) {
		wall = clock_wall(utc);
		if (clock_from_wall(wall) != utc && next_wall(c, wall, wall / DAY_MS + 1) == wall)
			return utc;
	}
	return 0;
}

int64_t
cron_next(const struct cron *c, int64_t after_ms)
{
	int64_t from = clock_wall(after_ms), wall = from - from % 1000 + 1000, utc, again;
	int64_t end = from / DAY_MS + YEARS * 366;

	while ((wall = next_wall(c, wall, end)) != INT64_MAX) {
		if ((utc = clock_from_wall(wall)) > after_ms) {
			again = in_repeated_hour(c, after_ms);
			return again != 0 && again < utc ? again : utc;
		}
		wall += 1000;
	}
	return INT64_MAX;
}
