/* SPDX-License-Identifier: ISC
 *
 * as_timedelta: a text as a duration, in the three forms that Home Assistant reads: "[D ][H:][M:]S[.f]",
 * "D days [+-]H:MM:SS[.f]" and ISO 8601 without years, months and weeks. What is none of them is none.
 */
#include <ctype.h>

#include "shared/base/template_int.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define DIGITS_MAX 9	/* of a number: more are no duration that anybody means */

/* Digits at *s, as a number; how many there were. */
static int
take(const char **s, int64_t *out)
{
	int n = 0;

	for (*out = 0; isdigit((unsigned char)**s) && n < DIGITS_MAX; n++)
		*out = *out * 10 + *(*s)++ - '0';
	return n;
}

/* What follows the point of a second, in microseconds; more than six digits are cut. */
static int64_t
take_fraction(const char **s)
{
	int64_t micro = 0;
	int n;

	for (n = 0; isdigit((unsigned char)**s) && n < 12; n++, (*s)++)
		if (n < 6)
			micro = micro * 10 + **s - '0';
	for (; n < 6; n++)
		micro *= 10;
	return micro;
}

/* "2 ", "-1 day, ", "2 days ": *s goes behind it, and stays where there is none. *word: with "days", but no comma. */
static int64_t
take_days(const char **s, bool *word)
{
	const char *p = *s;
	bool minus = *p == '-';
	int64_t days;

	p += minus;
	if (take(&p, &days) == 0 || *p++ != ' ')
		return 0;
	if (strncmp(p, "day", 3) == 0) {
		p += p[3] == 's' ? 4 : 3;
		*word = *p != ',';
		p += *p == ',';
		p += *p == ' ';
	}
	*s = p;
	return (minus ? -days : days) * DAY;
}

/* "H:M:S", "M:S", "S", with a fraction; where a word or a plus stands before it, the first alone. */
static bool
read_clock(const char *s, int64_t *out)
{
	bool word = *s == '\0', minus;
	int64_t days = take_days(&s, &word), part, sum = 0;
	int parts = 0;

	*out = days;
	if (word && *s == '\0')
		return true;
	minus = *s == '-';
	word = word || *s == '+';
	s += *s == '-' || *s == '+';
	do {
		if (take(&s, &part) == 0 || ++parts > 3)
			return false;
		sum = sum * 60 + part;
	} while (*s == ':' && s++ != NULL);
	sum *= SECOND;
	if ((*s == '.' || *s == ',') && isdigit((unsigned char)s[1])) {
		s++;
		sum += take_fraction(&s);
	}
	*out = days + (minus ? -sum : sum);
	return *s == '\0' && (!word || parts == 3);
}

/* "P1DT2H30M", each number with a fraction if it likes. */
static bool
read_iso(const char *s, int64_t *out)
{
	static const char letters[] = "DHMS";
	static const int64_t units[] = {DAY, HOUR, MINUTE, SECOND};
	bool minus = *s == '-', time = false;
	const char *unit, *least = letters;
	int64_t whole, sum = 0;
	double share;

	s += *s == '-' || *s == '+';
	if (*s++ != 'P')
		return false;
	for (; *s != '\0'; s++) {
		if (*s == 'T' && !time) {
			time = true;
			continue;
		}
		if (take(&s, &whole) == 0)
			return false;
		share = 0;
		if ((*s == '.' || *s == ',') && isdigit((unsigned char)s[1])) {
			s++;
			share = (double)take_fraction(&s) / 1e6;
		}
		if (*s == '\0' || (unit = strchr(least, *s)) == NULL || (*unit != 'D') != time)
			return false;
		least = unit + 1;
		sum += whole * units[unit - letters] + (int64_t)(share * (double)units[unit - letters]);
	}
	*out = minus ? -sum : sum;
	return true;
}

static struct tv
duration_read(struct run *r, const struct tv *a)
{
	struct tv v = tv_make(TV_DELTA);
	char text[64];

	if (!template_arg_str(r, a[0], "the duration"))
		return tv_make(TV_RAISED);
	if (a[0].len >= sizeof(text))
		return tv_make(TV_NONE);
	memcpy(text, a[0].u.s, a[0].len);
	text[a[0].len] = '\0';
	return read_clock(text, &v.u.i) || read_iso(text, &v.u.i) ? v : tv_make(TV_NONE);
}

static const struct tbuiltin rows[] = {
	{"as_timedelta", "value", 1, duration_read, NULL}
};

struct ttable
template_duration_filters(void)
{
	return (struct ttable){rows, sizeof(rows) / sizeof(rows[0])};
}
