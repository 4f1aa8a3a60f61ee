/* SPDX-License-Identifier: ISC
 *
 * Moments.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/moment.h"

#define TEXT_MAX 40
#define DATE 10			/* characters of "2026-01-31" */

static bool
parse_date(const char *s, char out[CLOCK_TEXT])
{
	char whole[TEXT_MAX + 16];
	int64_t ms;

	if (strlen(s) != DATE)
		return false;
	snprintf(whole, sizeof(whole), "%sT00:00:00Z", s);
	return clock_parse(whole, &ms) == RC_OK && strlcpy(out, s, CLOCK_TEXT) < CLOCK_TEXT;
}

static bool
parse_time(char *s, char out[CLOCK_TEXT])
{
	char *point = strchr(s, '.');
	int sec;

	if (point != NULL && (point[1] == '\0' || strspn(point + 1, "0123456789") != strlen(point + 1)))
		return false;
	if (point != NULL)
		*point = '\0';
	if (clock_parse_time_of_day(s, &sec) != RC_OK)
		return false;
	snprintf(out, CLOCK_TEXT, "%02d:%02d:%02d", sec / 3600, sec / 60 % 60, sec % 60);
	return true;
}

/* "T08:15" and "+0100" as RFC 3339 wants them; a moment without an offset as if it were in UTC. */
static bool
complete(const char *s, char *out, size_t size, bool *naive)
{
	const char *time = s + DATE, *zone;
	int n;

	if (strlen(s) <= DATE)
		return false;
	zone = strpbrk(time, "Zz+-");
	*naive = zone == NULL;
	if (zone == NULL)
		zone = time + strlen(time);
	n = snprintf(out, size, "%.*s%.*s%s", DATE, s, (int)(zone - time), time,
	    zone - time == 6 ? ":00" : "");
	if (*naive)
		return strlcat(out, "Z", size) < size;
	if (strlen(zone) == 5)
		return (size_t)snprintf(out + n, size - (size_t)n, "%.3s:%s", zone, zone + 3) < size;
	return strlcat(out, zone, size) < size;
}

static bool
parse_datetime(const char *s, bool utc, char out[CLOCK_TEXT])
{
	char whole[TEXT_MAX + 16];
	bool naive;
	int64_t ms;

	if (!complete(s, whole, sizeof(whole), &naive) || clock_parse(whole, &ms) != RC_OK)
		return false;
	ms -= (ms % 1000 + 1000) % 1000;
	clock_rfc3339(naive && !utc ? clock_from_wall(ms) : ms, out);
	return true;
}

bool
moment_parse(enum moment kind, const char *s, size_t n, bool utc, char out[CLOCK_TEXT])
{
	char text[TEXT_MAX + 1];

	if (n == 0 || n > TEXT_MAX || memchr(s, '\0', n) != NULL)
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (kind == MOMENT_DATE)
		return parse_date(text, out);
	return kind == MOMENT_TIME ? parse_time(text, out) : parse_datetime(text, utc, out);
}

const char *
moment_wall(int64_t utc_ms, bool utc, char out[CLOCK_TEXT])
{
	clock_rfc3339(utc ? utc_ms : clock_wall(utc_ms), out);
	out[strcspn(out, ".")] = '\0';
	return out;
}
