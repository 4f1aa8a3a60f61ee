/* SPDX-License-Identifier: ISC
 *
 * Triggers and conditions of the clock and of the sun.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/domain/rule.h"

static struct house house;
static struct mem_arena *arena;

static void
set_up(double latitude, double longitude, const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
	house.place = (struct place){ true, latitude, longitude };
	arena = mem_arena_new(4096);
}

static int64_t
utc(const char *text)
{
	int64_t ms;

	ATF_REQUIRE_EQ_MSG(clock_parse(text, &ms), RC_OK, "%s", text);
	return ms;
}

static struct js *
parse(const char *text)
{
	struct js *v;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return v;
}

/* When the trigger fires after a moment; "never", or the field that is wrong. */
static const char *
fires(const char *trigger, const char *after)
{
	static char text[CLOCK_TEXT + 128];
	struct js *v = parse(trigger);
	struct fault f = { 0 };
	struct trigger t;
	int64_t at;

	if (rule_trigger(v, arena, &t, &f) != RC_OK)
		strlcpy(text, f.field, sizeof(text));
	else if ((at = t.ops->next(&t, &house, utc(after))) == INT64_MAX)
		strlcpy(text, "never", sizeof(text));
	else
		clock_rfc3339(at, text);
	js_free(v);
	return text;
}

static void
near(const char *trigger, const char *after, const char *want)
{
	const char *got = fires(trigger, after);
	int64_t off = llabs(utc(got) - utc(want));

	ATF_CHECK_MSG(off <= 30000, "%s after %s: %s, not %s", trigger, after, got, want);
}

/* "" when it holds, else why it does not, or the field that is wrong. */
static const char *
holds(const char *condition, const char *now)
{
	static char text[256];
	struct rule_context x = { .house = &house, .now_ms = utc(now) };
	struct js *v = parse(condition);
	struct buf why = { 0 };
	struct fault f = { 0 };
	struct condition c;

	if (rule_condition(v, arena, &c, &f) != RC_OK)
		strlcpy(text, f.field, sizeof(text));
	else if (c.ops->holds(&c, &x, &why))
		*text = '\0';
	else
		strlcpy(text, buf_str(&why), sizeof(text));
	buf_free(&why);
	js_free(v);
	return text;
}

#define AT "{\"trigger\":\"time\",\"at\":"
#define PATTERN "{\"trigger\":\"time_pattern\","
#define SUN "{\"trigger\":\"sun\",\"event\":"

ATF_TC_WITHOUT_HEAD(time__weekdays_and_patterns);
ATF_TC_BODY(time__weekdays_and_patterns, tc)
{
	(void)tc;
	set_up(52.52, 13.405, "Europe/Berlin");
	ATF_CHECK_STREQ(fires(AT "\"07:00\",\"weekday\":[\"sat\",\"sun\"]}", "2026-01-01T00:00:00Z"),
	    "2026-01-03T06:00:00.000Z");
	ATF_CHECK_STREQ(fires(AT "\"07:00\",\"weekday\":\"thu\"}", "2026-01-01T06:00:00Z"), "2026-01-08T06:00:00.000Z");
	ATF_CHECK_STREQ(fires(AT "\"07:00\",\"weekday\":\"someday\"}", "2026-01-01T00:00:00Z"), "weekday");
	ATF_CHECK_STREQ(fires(PATTERN "\"minutes\":\"/5\"}", "2026-01-01T00:01:00Z"), "2026-01-01T00:05:00.000Z");
	ATF_CHECK_STREQ(fires(PATTERN "\"hours\":\"/2\"}", "2026-01-01T00:01:00Z"), "2026-01-01T01:00:00.000Z");
	ATF_CHECK_STREQ(fires(PATTERN "\"seconds\":30}", "2026-01-01T00:01:00Z"), "2026-01-01T00:01:30.000Z");
	ATF_CHECK_STREQ(fires(PATTERN "\"hours\":3,\"minutes\":5}", "2026-01-01T00:01:00Z"), "2026-01-01T02:05:00.000Z");
	ATF_CHECK_STREQ(fires(PATTERN "\"minutes\":60}", "2026-01-01T00:01:00Z"), "minutes");
	ATF_CHECK_STREQ(fires(PATTERN "\"id\":\"x\"}", "2026-01-01T00:01:00Z"), "hours");
	ATF_CHECK_STREQ(fires("{\"trigger\":\"cron\",\"expression\":\"0 7 * * mon-fri\"}", "2026-01-02T07:00:00Z"),
	    "2026-01-05T06:00:00.000Z");
	ATF_CHECK_STREQ(fires("{\"trigger\":\"cron\",\"expression\":\"0 7 * *\"}", "2026-01-02T07:00:00Z"), "expression");
}

/* What NOAA's solar equations give (Meeus, Astronomical Algorithms, 1998). */
ATF_TC_WITHOUT_HEAD(sun__rises_and_sets);
ATF_TC_BODY(sun__rises_and_sets, tc)
{
	(void)tc;
	set_up(52.52, 13.405, "Europe/Berlin");
	near(SUN "\"sunrise\"}", "2026-06-21T00:00:00Z", "2026-06-21T02:43:05Z");
	near(SUN "\"sunset\"}", "2026-06-21T00:00:00Z", "2026-06-21T19:33:18Z");
	near(SUN "\"sunrise\"}", "2026-12-21T00:00:00Z", "2026-12-21T07:15:00Z");
	near(SUN "\"sunset\"}", "2026-12-21T00:00:00Z", "2026-12-21T14:54:00Z");
	near(SUN "\"sunset\",\"offset\":\"-00:30:00\"}", "2026-06-21T00:00:00Z", "2026-06-21T19:03:18Z");
	near(SUN "\"sunset\",\"offset\":{\"minutes\":30}}", "2026-06-21T19:34:00Z", "2026-06-21T20:03:18Z");
	near(SUN "\"sunset\",\"offset\":-1800}", "2026-06-21T19:10:00Z", "2026-06-22T19:03:28Z");
	ATF_CHECK_STREQ(fires(SUN "\"noon\"}", "2026-06-21T00:00:00Z"), "event");
	set_up(-33.87, 151.21, "Australia/Sydney");
	near(SUN "\"sunrise\"}", "2026-06-20T12:00:00Z", "2026-06-20T20:59:57Z");
	near(SUN "\"sunset\"}", "2026-06-20T12:00:00Z", "2026-06-21T06:53:49Z");
	set_up(21.3, -157.86, "Pacific/Honolulu");
	near(SUN "\"sunrise\"}", "2026-06-21T10:00:00Z", "2026-06-21T15:50:24Z");
	near(SUN "\"sunset\"}", "2026-06-21T10:00:00Z", "2026-06-22T05:16:18Z");
}

ATF_TC_WITHOUT_HEAD(sun__polar_day_and_unknown_place);
ATF_TC_BODY(sun__polar_day_and_unknown_place, tc)
{
	int64_t at;

	(void)tc;
	set_up(69.65, 18.96, "Europe/Oslo");
	at = utc(fires(SUN "\"sunset\"}", "2026-06-21T00:00:00Z"));
	ATF_CHECK(at > utc("2026-07-24T00:00:00Z") && at < utc("2026-07-30T00:00:00Z"));
	ATF_CHECK_STREQ(holds("{\"condition\":\"sun\",\"after\":\"sunset\"}", "2026-06-21T12:00:00Z"),
	    "there is no sunset today");
	house.place.known = false;
	ATF_CHECK_STREQ(fires(SUN "\"sunset\"}", "2026-06-21T00:00:00Z"), "never");
	ATF_CHECK_STREQ(holds("{\"condition\":\"sun\",\"after\":\"sunset\"}", "2026-06-21T12:00:00Z"),
	    "where the house stands is not known: set LATITUDE and LONGITUDE");
}

#define BETWEEN(after, before) "{\"condition\":\"time\",\"after\":\"" after "\",\"before\":\"" before "\"}"

ATF_TC_WITHOUT_HEAD(condition__time);
ATF_TC_BODY(condition__time, tc)
{
	(void)tc;
	set_up(52.52, 13.405, "Europe/Berlin");
	ATF_CHECK_STREQ(holds(BETWEEN("08:00", "12:00"), "2026-01-01T07:00:00Z"), "");
	ATF_CHECK_STREQ(holds(BETWEEN("08:00", "12:00"), "2026-01-01T11:00:00Z"), "it is 12:00, not after 08:00 and before 12:00");
	ATF_CHECK_STREQ(holds(BETWEEN("22:00", "06:00"), "2026-01-01T22:30:00Z"), "");
	ATF_CHECK_STREQ(holds(BETWEEN("22:00", "06:00"), "2026-01-01T04:59:59Z"), "");
	ATF_CHECK_STREQ(holds(BETWEEN("22:00", "06:00"), "2026-01-01T05:00:00Z"), "it is 06:00, not after 22:00 and before 06:00");
	ATF_CHECK_STREQ(holds("{\"condition\":\"time\",\"before\":\"06:00\"}", "2026-01-01T06:00:00Z"),
	    "it is 07:00, not before 06:00");
	ATF_CHECK_STREQ(holds("{\"condition\":\"time\",\"weekday\":[\"mon\",\"thu\"]}", "2026-01-01T06:00:00Z"), "");
	ATF_CHECK_STREQ(holds("{\"condition\":\"time\",\"weekday\":\"fri\"}", "2026-01-01T06:00:00Z"), "it is Thursday");
	ATF_CHECK_STREQ(holds("{\"condition\":\"time\"}", "2026-01-01T06:00:00Z"), "after");
	ATF_CHECK_STREQ(holds("{\"condition\":\"time\",\"after\":\"25:00\"}", "2026-01-01T06:00:00Z"), "after");
}

#define NIGHT "{\"condition\":\"sun\",\"after\":\"sunset\",\"before\":\"sunrise\"}"

ATF_TC_WITHOUT_HEAD(condition__sun);
ATF_TC_BODY(condition__sun, tc)
{
	(void)tc;
	set_up(52.52, 13.405, "Europe/Berlin");
	ATF_CHECK_STREQ(holds("{\"condition\":\"sun\",\"after\":\"sunrise\",\"before\":\"sunset\"}", "2026-06-21T12:00:00Z"), "");
	ATF_CHECK_STREQ(holds(NIGHT, "2026-06-21T21:00:00Z"), "");
	ATF_CHECK_STREQ(holds(NIGHT, "2026-06-21T01:00:00Z"), "");
	ATF_CHECK_MSG(strncmp(holds(NIGHT, "2026-06-21T12:00:00Z"), "it is 14:00, not after sunset at 21:3", 37) == 0, "%s",
	    holds(NIGHT, "2026-06-21T12:00:00Z"));
	ATF_CHECK_STREQ(holds("{\"condition\":\"sun\",\"after\":\"sunset\",\"after_offset\":\"-01:00:00\"}",
	    "2026-06-21T19:00:00Z"), "");
	ATF_CHECK_STREQ(holds("{\"condition\":\"sun\"}", "2026-06-21T19:00:00Z"), "after");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, time__weekdays_and_patterns);
	ATF_TP_ADD_TC(tp, sun__rises_and_sets);
	ATF_TP_ADD_TC(tp, sun__polar_day_and_unknown_place);
	ATF_TP_ADD_TC(tp, condition__time);
	ATF_TP_ADD_TC(tp, condition__sun);
	return atf_no_error();
}
