/* SPDX-License-Identifier: ISC
 *
 * Reading periods: words for a day, then for a part of it or a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/clock.h"
#include "shared/domain/period.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)
#define AROUND_MS (HOUR_MS / 2)		/* of a moment */
#define WORDS_MAX 5

struct reading {
	int64_t	now, today;		/* UTC ms; local day, days since 1970 */
	int64_t	day;			/* -1: not said */
	int	from, to;		/* hours of the day, 0 and 24 at first */
	int	second;			/* time of the day, -1: not said */
};

static const struct {
	const char	*word;
	int		 days;		/* before today */
} days[] = {
	{ "today", 0 }, { "this", 0 }, { "tonight", 0 }, { "yesterday", 1 },
};

static const struct {
	const char	*word;
	int		 from, to;
} parts[] = {
	{ "morning", 5, 12 }, { "afternoon", 12, 18 }, { "evening", 18, 23 }, { "night", 20, 32 },
	{ "tonight", 20, 32 }, { "noon", 11, 13 },
};

static const char *const weekdays[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
read_date(const char *word, int64_t *day)
{
	int year, month, day_of_month, end = 0, month_back, day_back;
	int64_t year_back;

	if (sscanf(word, "%4d-%2d-%2d%n", &year, &month, &day_of_month, &end) != 3 || word[end] != '\0' || month < 1 ||
	    month > 12)
		return false;
	*day = clock_days(year, month, day_of_month);
	clock_date(*day, &year_back, &month_back, &day_back);
	return month_back == month && day_back == day_of_month;
}

static bool
read_day(struct reading *r, const char *word)
{
	size_t i;

	for (i = 0; i < COUNT(days); i++)
		if (strcasecmp(word, days[i].word) == 0) {
			r->day = r->today - days[i].days;
			return true;
		}
	/* 1970-01-01 was a Thursday; today's name means today. */
	for (i = 0; i < 7; i++)
		if (strcasecmp(word, weekdays[i]) == 0) {
			r->day = r->today - ((r->today + 4 - (int64_t)i) % 7);
			return true;
		}
	return read_date(word, &r->day);
}

static bool
read_part(struct reading *r, const char *word)
{
	char padded[16];
	size_t i;

	for (i = 0; i < COUNT(parts); i++)
		if (strcasecmp(word, parts[i].word) == 0) {
			r->from = parts[i].from;
			r->to = parts[i].to;
			return true;
		}
	if (word[0] != '\0' && word[1] == ':')		/* "9:05" */
		snprintf(padded, sizeof(padded), "0%s", word);
	else
		strlcpy(padded, word, sizeof(padded));
	return clock_parse_time_of_day(padded, &r->second) == RC_OK;
}

static bool
read_word(struct reading *r, const char *word)
{
	bool day = read_day(r, word), part = read_part(r, word);

	if (strcasecmp(word, "last") == 0) {
		r->day = r->today - 1;		/* night; a weekday that follows wins */
		return true;
	}
	return day || part || strcasecmp(word, "at") == 0;
}

/* "2026-11-28T22:00" reads as with a space. */
static size_t
split(char *text, char **words)
{
	char *at = text, *word;
	size_t n = 0;

	if (strlen(text) > 10 && text[4] == '-' && text[10] == 'T')
		text[10] = ' ';
	while ((word = strsep(&at, " ")) != NULL)
		if (*word != '\0' && n < WORDS_MAX)
			words[n++] = word;
	return n;
}

static void
around(int64_t at, struct period *out)
{
	*out = (struct period){ .from = at - AROUND_MS, .to = at + AROUND_MS, .at = at };
}

static void
finish(struct reading *r, struct period *out)
{
	int64_t midnight, at;

	if (r->second >= 0) {
		midnight = (r->day >= 0 ? r->day : r->today) * DAY_MS;
		at = clock_from_wall(midnight + r->second * INT64_C(1000));
		if (r->day < 0 && at > r->now)
			at = clock_from_wall(midnight - DAY_MS + r->second * INT64_C(1000));
		around(at, out);
		return;
	}
	midnight = (r->day >= 0 ? r->day : r->today) * DAY_MS;
	*out = (struct period){ .from = clock_from_wall(midnight + r->from * HOUR_MS),
		.to = clock_from_wall(midnight + r->to * HOUR_MS) };
}

/* "10 minutes ago", "an hour ago"; of days and weeks the whole day. */
static bool
read_ago(char **words, size_t n, struct reading *r, struct period *out)
{
	static const struct {
		const char	*word;
		int64_t		 ms;
	} units[] = { { "second", 1000 }, { "sec", 1000 }, { "minute", HOUR_MS / 60 }, { "min", HOUR_MS / 60 },
		{ "hour", HOUR_MS }, { "day", DAY_MS }, { "week", 7 * DAY_MS } };
	bool one = n == 3 && (strcasecmp(words[0], "a") == 0 || strcasecmp(words[0], "an") == 0);
	const char *error = NULL;
	int64_t count;
	size_t i, len;

	if (n != 3 || strcasecmp(words[2], "ago") != 0)
		return false;
	count = one ? 1 : strtonum(words[0], 0, 100000, &error);
	for (i = 0; error == NULL && i < COUNT(units); i++) {
		len = strlen(units[i].word);
		if (strncasecmp(words[1], units[i].word, len) != 0 ||
		    (words[1][len] != '\0' && strcasecmp(words[1] + len, "s") != 0))
			continue;
		if (units[i].ms < DAY_MS)
			around(r->now - count * units[i].ms, out);
		else {
			r->day = r->today - count * (units[i].ms / DAY_MS);
			finish(r, out);
		}
		return true;
	}
	return false;
}

static enum rc
read_words(const char *s, struct reading *r, struct period *out)
{
	char text[64], *words[WORDS_MAX];
	size_t n, i;

	if (strlcpy(text, s, sizeof(text)) >= sizeof(text) || (n = split(text, words)) == 0)
		return RC_INVALID;
	if (read_ago(words, n, r, out))
		return RC_OK;
	for (i = 0; i < n; i++)
		if (!read_word(r, words[i]))
			return RC_INVALID;
	finish(r, out);
	return RC_OK;
}

enum rc
period_parse(const char *s, int64_t now_ms, struct period *out, struct fault *f)
{
	struct reading r = { .now = now_ms, .today = clock_wall(now_ms) / DAY_MS, .day = -1, .to = 24, .second = -1 };
	size_t n = s != NULL ? strlen(s) : 0;
	int64_t at;

	if (n == 0)
		*out = (struct period){ .from = now_ms - DAY_MS, .to = now_ms + 1 };
	else if (strcasecmp(s, "now") == 0)
		*out = (struct period){ .from = now_ms - HOUR_MS, .to = now_ms + 1, .at = now_ms };
	else if (n > 1 && strchr("smhd", s[n - 1]) != NULL && clock_parse_duration(s, &at) == RC_OK)
		*out = (struct period){ .from = now_ms - at, .to = now_ms + 1 };
	else if (clock_parse(s, &at) == RC_OK)
		around(at, out);
	else if (read_words(s, &r, out) != RC_OK)
		return fault_set(f, RC_INVALID, "at", "\"%.40s\" is no time: say \"last night\", \"yesterday 22:00\", "
		    "\"2026-11-28 22:00\", \"10 minutes ago\", \"3h\" or \"now\"", s);
	if (out->from > now_ms)
		return fault_set(f, RC_INVALID, "at", "\"%.40s\" is in the future", s);
	if (out->to > now_ms + 1)
		out->to = now_ms + 1;
	return RC_OK;
}
