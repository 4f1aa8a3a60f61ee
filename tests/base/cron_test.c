/* SPDX-License-Identifier: ISC
 *
 * Moments that repeat: what may be written, and when the next one is, also where DST skips or repeats an hour.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/base/cron.h"
#include "shared/base/cron_words.h"

static void
berlin(void)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
}

static int64_t
utc(const char *text)
{
	int64_t ms;

	ATF_REQUIRE_EQ_MSG(clock_parse(text, &ms), RC_OK, "%s", text);
	return ms;
}

/* The moments that follow, one after the other. */
static void
follow(const char *expression, const char *after, const char *const *want)
{
	int64_t at = utc(after);
	struct fault f = { 0 };
	struct cron c;
	char text[CLOCK_TEXT];

	ATF_REQUIRE_EQ_MSG(cron_parse(expression, &c, &f), RC_OK, "%s: %s", expression, f.msg);
	for (; *want != NULL; want++) {
		at = cron_next(&c, at);
		ATF_CHECK_MSG(at == utc(*want), "%s: %s, not %s", expression, clock_rfc3339(at, text), *want);
	}
}

#define FOLLOW(expression, after, ...) \
	follow(expression, after, (const char *const[]){ __VA_ARGS__, NULL })

ATF_TC_WITHOUT_HEAD(next__days_and_hours);
ATF_TC_BODY(next__days_and_hours, tc)
{
	(void)tc;
	berlin();
	FOLLOW("30 7 * * mon-fri", "2026-01-02T05:00:00Z", "2026-01-02T06:30:00Z", "2026-01-05T06:30:00Z");
	FOLLOW("*/20 8-9 * * *", "2026-01-02T07:50:00Z", "2026-01-02T08:00:00Z", "2026-01-02T08:20:00Z",
	    "2026-01-02T08:40:00Z", "2026-01-03T07:00:00Z");
	FOLLOW("0 0 31 * *", "2026-01-31T12:00:00Z", "2026-03-30T22:00:00Z", "2026-05-30T22:00:00Z");
	FOLLOW("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-28T23:00:00Z", "2032-02-28T23:00:00Z");
	/* either day is enough when both are given */
	FOLLOW("0 12 13 * fri", "2026-02-01T00:00:00Z", "2026-02-06T11:00:00Z", "2026-02-13T11:00:00Z",
	    "2026-02-20T11:00:00Z");
	FOLLOW("0 12 13 * *", "2026-02-01T00:00:00Z", "2026-02-13T11:00:00Z", "2026-03-13T11:00:00Z");
	FOLLOW("@weekly", "2026-01-01T00:00:00Z", "2026-01-03T23:00:00Z", "2026-01-10T23:00:00Z");
	FOLLOW("0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-03T23:00:00Z");
	FOLLOW("5,10 0 1 jan,jul *", "2026-01-01T00:00:00Z", "2026-06-30T22:05:00Z", "2026-06-30T22:10:00Z",
	    "2026-12-31T23:05:00Z");
}

ATF_TC_WITHOUT_HEAD(next__where_the_clock_jumps);
ATF_TC_BODY(next__where_the_clock_jumps, tc)
{
	(void)tc;
	berlin();
	/* 02:30 does not exist on 29 March: the first moment after the gap */
	FOLLOW("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
	/* it exists twice on 25 October: once */
	FOLLOW("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
	/* what happens in every hour happens in every real one */
	FOLLOW("30 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
	    "2026-10-25T02:30:00Z");
	/* also within it, and behind it */
	FOLLOW("*/20 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z",
	    "2026-10-25T01:20:00Z", "2026-10-25T01:40:00Z", "2026-10-25T02:00:00Z", "2026-10-25T02:20:00Z");
	FOLLOW("30 * * * *", "2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
	FOLLOW("30 2 * * *", "2026-10-25T01:00:00Z", "2026-10-26T01:30:00Z");
	FOLLOW("30 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z",
	    "2026-03-29T01:30:00Z");
}

ATF_TC_WITHOUT_HEAD(parse__refuses);
ATF_TC_BODY(parse__refuses, tc)
{
	static const char *const bad[] = { "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *",
		"* * 32 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *", "*/x * * * *", "a * * * *",
		"1, * * * *", "1-x * * * *", "0 0 30 2 *", "0 0 31 4,6 *", "@sometimes", "* * * foo *", "1 2 3 4 5x",
		"99999999999999999999 * * * *", "-1 * * * *" };
	struct fault f;
	struct cron c;
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		ATF_CHECK_EQ_MSG(cron_parse(bad[i], &c, &f), RC_INVALID, "%s", bad[i]);
		ATF_CHECK_MSG(*f.msg != '\0', "%s", bad[i]);
	}
	ATF_CHECK_EQ(cron_parse("61 * * * *", &c, &f), RC_INVALID);
	ATF_CHECK_STREQ("the minute is wrong: \"61\"", f.msg);
	ATF_CHECK_EQ(cron_parse("1 2,x * * *", &c, &f), RC_INVALID);
	ATF_CHECK_STREQ("the hour is wrong: \"2,x\"", f.msg);
}

ATF_TC_WITHOUT_HEAD(pattern__bits);
ATF_TC_BODY(pattern__bits, tc)
{
	uint64_t bits;

	(void)tc;
	ATF_CHECK_EQ(cron_parse_pattern("*", 23, &bits, NULL), RC_OK);
	ATF_CHECK_EQ(bits, 0xffffff);
	ATF_CHECK_EQ(cron_parse_pattern("/15", 59, &bits, NULL), RC_OK);
	ATF_CHECK_EQ(bits, UINT64_C(1) | UINT64_C(1) << 15 | UINT64_C(1) << 30 | UINT64_C(1) << 45);
	ATF_CHECK_EQ(cron_parse_pattern("07", 59, &bits, NULL), RC_OK);
	ATF_CHECK_EQ(bits, 1 << 7);
	ATF_CHECK_EQ(cron_parse_pattern("60", 59, &bits, NULL), RC_INVALID);
	ATF_CHECK_EQ(cron_parse_pattern("/0", 59, &bits, NULL), RC_INVALID);
	ATF_CHECK_EQ(cron_parse_pattern("/", 59, &bits, NULL), RC_INVALID);
	ATF_CHECK_EQ(cron_parse_pattern("5m", 59, &bits, NULL), RC_INVALID);
}

/* tests/data/patterns/words.txt is what the dashboard says, too. */
ATF_TC_WITHOUT_HEAD(words__of_a_pattern);
ATF_TC_BODY(words__of_a_pattern, tc)
{
	FILE *f = fopen(SRC_DIR "/tests/data/patterns/words.txt", "r");
	char line[200], part[3][8], want[160];
	const char *given[3];
	struct buf b = { 0 };
	size_t n = 0, i;

	(void)tc;
	ATF_REQUIRE(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (*line == '#')
			continue;
		ATF_REQUIRE_EQ_MSG(sscanf(line, "%7s %7s %7[^:]: %159[^\n]", part[0], part[1], part[2], want), 4, "%s", line);
		for (i = 0; i < 3; i++)
			given[i] = strcmp(part[i], "-") == 0 ? NULL : part[i];
		buf_reset(&b);
		cron_words_pattern(&b, given[0], given[1], given[2]);
		ATF_CHECK_STREQ(buf_str(&b), want);
		n++;
	}
	ATF_CHECK(n > 25);
	fclose(f);
	buf_free(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, next__days_and_hours);
	ATF_TP_ADD_TC(tp, next__where_the_clock_jumps);
	ATF_TP_ADD_TC(tp, parse__refuses);
	ATF_TP_ADD_TC(tp, pattern__bits);
	ATF_TP_ADD_TC(tp, words__of_a_pattern);
	return atf_no_error();
}
