/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"

static void
text_is(int64_t ms, const char *want)
{
	char out[CLOCK_TEXT];

	ATF_CHECK_STREQ(clock_rfc3339(ms, out), want);
}

ATF_TC_WITHOUT_HEAD(rfc3339__known_moments);
ATF_TC_BODY(rfc3339__known_moments, tc)
{
	text_is(0, "1970-01-01T00:00:00.000Z");
	text_is(-1, "1969-12-31T23:59:59.999Z");
	text_is(1795169700123, "2026-11-20T10:15:00.123Z");
	text_is(951782400000, "2000-02-29T00:00:00.000Z");
	text_is(4107542399999, "2100-02-28T23:59:59.999Z");
	text_is(4107542400000, "2100-03-01T00:00:00.000Z");
	text_is(253402300799999, "9999-12-31T23:59:59.999Z");
}

ATF_TC_WITHOUT_HEAD(rfc3339__extremes_fit);
ATF_TC_BODY(rfc3339__extremes_fit, tc)
{
	char out[CLOCK_TEXT];

	ATF_REQUIRE(strlen(clock_rfc3339(INT64_MAX, out)) < CLOCK_TEXT);
	ATF_REQUIRE(strlen(clock_rfc3339(INT64_MIN, out)) < CLOCK_TEXT);
	ATF_REQUIRE_EQ(out[strlen(out) - 1], 'Z');
}

ATF_TC_WITHOUT_HEAD(rfc3339__agrees_with_libc);
ATF_TC_BODY(rfc3339__agrees_with_libc, tc)
{
	char want[64], out[CLOCK_TEXT];
	time_t t;
	struct tm tm;

	for (t = -62135596800; t < 253402300800; t += 86400 * 37 + 4711) {
		ATF_REQUIRE(gmtime_r(&t, &tm) != NULL);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
		clock_rfc3339((int64_t)t * 1000, out);
		/* libc does not pad the year */
		ATF_REQUIRE_STREQ(out + 4, strchr(want, '-'));
	}
}

static void
parse_is(const char *s, int64_t want)
{
	int64_t ms = -7;

	ATF_CHECK_EQ_MSG(clock_parse(s, &ms), RC_OK, "%s", s);
	ATF_CHECK_EQ_MSG(ms, want, "%s: %lld", s, (long long)ms);
}

ATF_TC_WITHOUT_HEAD(parse__accepts);
ATF_TC_BODY(parse__accepts, tc)
{
	parse_is("2026-11-20T10:15:00.123Z", 1795169700123);
	parse_is("2026-11-20t10:15:00z", 1795169700000);
	parse_is("2026-11-20 10:15:00.1Z", 1795169700100);
	parse_is("2026-11-20T10:15:00.123999Z", 1795169700123);
	parse_is("2026-11-20T11:15:00+01:00", 1795169700000);
	parse_is("2026-11-20T00:45:00-09:30", 1795169700000);
	parse_is("2016-12-31T23:59:60Z", 1483228800000);
	parse_is("2000-02-29T00:00:00Z", 951782400000);
	parse_is("1795169700123", 1795169700123);
	parse_is("-1", -1);
	parse_is("0", 0);
}

ATF_TC_WITHOUT_HEAD(parse__refuses);
ATF_TC_BODY(parse__refuses, tc)
{
	static const char *const bad[] = {"", " ", "-", "now", "12x", " 12", "1e3", "+5",
	    "2026-11-20", "2026-11-20T10:15:00", "2026-11-20T10:15Z", "2026-13-01T00:00:00Z",
	    "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
	    "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-20T24:00:00Z",
	    "2026-11-20T10:60:00Z", "2026-11-20T10:15:61Z", "2026-11-20T10:15:60Z",
	    "2026-11-20T10:15:00.Z", "2026-11-20T10:15:00+1:00", "2026-11-20T10:15:00+24:00",
	    "2026-11-20T10:15:00+01:60", "2026-11-20T10:15:00Zx", "2026-11-20T10:15:00+01:00x",
	    "99999999999999999999", "253402300800000", "9223372036854775808"};
	int64_t ms = 42;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(clock_parse(bad[i], &ms), RC_INVALID, "%s", bad[i]);
	ATF_CHECK_EQ(ms, 42);
}

ATF_TC_WITHOUT_HEAD(parse__round_trip);
ATF_TC_BODY(parse__round_trip, tc)
{
	char out[CLOCK_TEXT];
	int64_t ms, back;

	for (ms = -62135596800000; ms <= 253402300799999; ms += 86399999LL * 997) {
		ATF_REQUIRE_EQ(clock_parse(clock_rfc3339(ms, out), &back), RC_OK);
		ATF_REQUIRE_EQ(back, ms);
	}
}

ATF_TC_WITHOUT_HEAD(duration__units_and_bounds);
ATF_TC_BODY(duration__units_and_bounds, tc)
{
	static const char *const bad[] = {"", "s", "-5", "5x", "5mm", "5 m", "1.5h", "h5", "5M",
	    "99999999999999999999", "9223372036854775807d", "106751991168d"};
	int64_t ms = 0;
	size_t i;

	ATF_CHECK(clock_parse_duration("90s", &ms) == RC_OK && ms == 90000);
	ATF_CHECK(clock_parse_duration("5m", &ms) == RC_OK && ms == 300000);
	ATF_CHECK(clock_parse_duration("2h", &ms) == RC_OK && ms == 7200000);
	ATF_CHECK(clock_parse_duration("30d", &ms) == RC_OK && ms == 2592000000);
	ATF_CHECK(clock_parse_duration("7", &ms) == RC_OK && ms == 7000);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(clock_parse_duration(bad[i], &ms), RC_INVALID, "%s", bad[i]);
	ATF_CHECK_EQ(ms, 7000);
}

ATF_TC_WITHOUT_HEAD(time_of_day__forms);
ATF_TC_BODY(time_of_day__forms, tc)
{
	static const char *const bad[] = {"", "7:30", "24:00", "12:60", "12:00:60", "12", "12:",
	    "12:00:", "12:0", "12:00 ", "-1:00", "12:00:00:00"};
	int s = -1;
	size_t i;

	ATF_CHECK(clock_parse_time_of_day("00:00", &s) == RC_OK && s == 0);
	ATF_CHECK(clock_parse_time_of_day("07:30", &s) == RC_OK && s == 27000);
	ATF_CHECK(clock_parse_time_of_day("23:59:59", &s) == RC_OK && s == 86399);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(clock_parse_time_of_day(bad[i], &s), RC_INVALID, "%s", bad[i]);
	ATF_CHECK_EQ(s, 86399);
}

static void
next_is(const char *tz, const char *after, int hour, int minute, const char *want)
{
	int64_t ms;
	char out[CLOCK_TEXT];

	ATF_REQUIRE_EQ(setenv("TZ", tz, 1), 0);
	ATF_REQUIRE_EQ(clock_parse(after, &ms), RC_OK);
	clock_rfc3339(clock_next_local(ms, hour * 3600 + minute * 60), out);
	ATF_CHECK_STREQ_MSG(out, want, "%s, %02d:%02d after %s: %s, want %s", tz, hour, minute,
	    after, out, want);
}

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"

ATF_TC_WITHOUT_HEAD(next_local__ordinary_days);
ATF_TC_BODY(next_local__ordinary_days, tc)
{
	next_is("UTC0", "2026-11-20T10:00:00Z", 10, 0, "2026-11-21T10:00:00.000Z");
	next_is("UTC0", "2026-11-20T09:59:59.999Z", 10, 0, "2026-11-20T10:00:00.000Z");
	next_is(BERLIN, "2026-07-01T22:30:00Z", 0, 0, "2026-07-02T22:00:00.000Z");
	next_is(BERLIN, "2026-12-31T22:59:59Z", 0, 0, "2026-12-31T23:00:00.000Z");
	next_is("LINT-14", "2026-11-20T10:00:00Z", 23, 0, "2026-11-21T09:00:00.000Z");
	next_is("AOE12", "2026-11-20T10:00:00Z", 23, 0, "2026-11-20T11:00:00.000Z");
	next_is("UTC0", "-1", 0, 0, "1970-01-01T00:00:00.000Z");
}

ATF_TC_WITHOUT_HEAD(next_local__skipped_hour);
ATF_TC_BODY(next_local__skipped_hour, tc)
{
	/* 2026-03-29 02:00 CET becomes 03:00 CEST, at 01:00 UTC */
	next_is(BERLIN, "2026-03-29T00:00:00Z", 2, 30, "2026-03-29T01:00:00.000Z");
	next_is(BERLIN, "2026-03-29T01:00:00Z", 2, 30, "2026-03-30T00:30:00.000Z");
	next_is(BERLIN, "2026-03-29T00:00:00Z", 1, 59, "2026-03-29T00:59:00.000Z");
	next_is(BERLIN, "2026-03-29T00:00:00Z", 2, 0, "2026-03-29T01:00:00.000Z");
	next_is(BERLIN, "2026-03-29T00:00:00Z", 3, 0, "2026-03-29T01:00:00.000Z");
	next_is(BERLIN, "2026-03-29T00:00:00Z", 3, 30, "2026-03-29T01:30:00.000Z");
	/* a day that begins at 01:00 */
	next_is("XST4XDT,M10.3.0/0,M2.3.0/0", "2026-10-18T03:00:00Z", 0, 0, "2026-10-18T04:00:00.000Z");
}

ATF_TC_WITHOUT_HEAD(next_local__repeated_hour);
ATF_TC_BODY(next_local__repeated_hour, tc)
{
	/* 2026-10-25 03:00 CEST becomes 02:00 CET, at 01:00 UTC */
	next_is(BERLIN, "2026-10-25T00:00:00Z", 2, 30, "2026-10-25T00:30:00.000Z");
	next_is(BERLIN, "2026-10-25T00:30:00Z", 2, 30, "2026-10-26T01:30:00.000Z");
	next_is(BERLIN, "2026-10-25T00:45:00Z", 2, 30, "2026-10-26T01:30:00.000Z");
	next_is(BERLIN, "2026-10-25T01:15:00Z", 2, 30, "2026-10-26T01:30:00.000Z");
	next_is(BERLIN, "2026-10-25T00:00:00Z", 3, 0, "2026-10-25T02:00:00.000Z");
	/* midnight falls back to 23:00: that 23:30 is no second one */
	next_is("XST4XDT,M10.3.0/0,M2.3.0/0", "2026-02-15T02:40:00Z", 23, 30,
	    "2026-02-16T03:30:00.000Z");
}

/* Whatever the rule: strictly later, at most about a day away, and once per date. */
ATF_TC_WITHOUT_HEAD(next_local__advances_for_years);
ATF_TC_BODY(next_local__advances_for_years, tc)
{
	static const char *const zones[] = {BERLIN, "XST4XDT,M10.3.0/0,M2.3.0/0", "LHST-10:30LHDT-11,"
	    "M10.1.0,M4.1.0", "UTC0"};
	int64_t ms, next;
	int day;
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		ATF_REQUIRE_EQ(setenv("TZ", zones[i], 1), 0);
		ms = clock_next_local(1767225600000, 2 * 3600 + 900);
		for (day = 0; day < 800; day++, ms = next) {
			next = clock_next_local(ms, 2 * 3600 + 900);
			ATF_REQUIRE(next - ms >= 22 * 3600000LL && next - ms <= 26 * 3600000LL);
			ATF_REQUIRE_EQ(clock_next_local(next - 1, 2 * 3600 + 900), next);
		}
	}
}

/* Whatever was asked before, in whatever zone. */
ATF_TC_WITHOUT_HEAD(wall__agrees_with_libc);
ATF_TC_BODY(wall__agrees_with_libc, tc)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata",
	    "Australia/Lord_Howe", "CET-1CEST,M3.5.0,M10.5.0/3"};
	int64_t starts[] = {-5, 0, 1743296390, 1761440390, 1774745990}, t;	/* seconds; DST changes */
	size_t i, k;
	time_t tt;
	struct tm tm;

	(void)tc;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		for (t = starts[i]; t < starts[i] + 30; t++)
			for (k = 0; k < 2 * sizeof(zones) / sizeof(zones[0]); k++) {
				setenv("TZ", zones[k / 2], 1);
				tzset();
				tt = (time_t)t;
				localtime_r(&tt, &tm);
				ATF_REQUIRE_EQ_MSG(clock_wall(t * 1000 + 7), (t + tm.tm_gmtoff) * 1000 + 7,
				    "%lld in %s", (long long)t, zones[k / 2]);
			}
}

/* Whoever did not choose one has that of the system, by its name where it has one, and it is not asked for again. */
ATF_TC_WITHOUT_HEAD(zone__is_settled_once);
ATF_TC_BODY(zone__is_settled_once, tc)
{
	time_t summer = 1782000000;
	struct tm tm;
	int64_t here;

	(void)tc;
	unsetenv("TZ");
	tzset();
	localtime_r(&summer, &tm);
	here = tm.tm_gmtoff;
	clock_set_zone(NULL);
	ATF_REQUIRE_MSG(getenv("TZ") != NULL && *getenv("TZ") != '\0', "the C library looks for it at each call");
	ATF_CHECK_EQ(clock_wall((int64_t)summer * 1000), ((int64_t)summer + here) * 1000);
	ATF_CHECK(strchr(clock_zone(), ':') == NULL);
	clock_set_zone("Asia/Kolkata");
	ATF_CHECK_STREQ(clock_zone(), "Asia/Kolkata");
	ATF_CHECK_EQ(clock_wall(0), (5 * 60 + 30) * 60000);
	clock_set_zone(NULL);
	ATF_CHECK_STREQ(clock_zone(), "Asia/Kolkata");
	setenv("TZ", ":/etc/localtime", 1);
	ATF_CHECK_STREQ(clock_zone(), "");
}

ATF_TC_WITHOUT_HEAD(now__offset_moves_it);
ATF_TC_BODY(now__offset_moves_it, tc)
{
	struct clock plain, moved;
	int64_t difference, start = clock_mono_us();

	unsetenv("CLOCK_OFFSET_MS");
	plain = clock_open();
	setenv("CLOCK_OFFSET_MS", "86400000", 1);
	moved = clock_open();
	difference = clock_now(&moved) - clock_now(&plain);
	ATF_REQUIRE(difference > 86390000 && difference < 86410000);
	setenv("CLOCK_OFFSET_MS", "tomorrow", 1);
	ATF_REQUIRE_EQ(clock_open().offset_ms, 0);
	ATF_REQUIRE(clock_mono_us() >= start);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, rfc3339__known_moments);
	ATF_TP_ADD_TC(tp, rfc3339__extremes_fit);
	ATF_TP_ADD_TC(tp, rfc3339__agrees_with_libc);
	ATF_TP_ADD_TC(tp, parse__accepts);
	ATF_TP_ADD_TC(tp, parse__refuses);
	ATF_TP_ADD_TC(tp, parse__round_trip);
	ATF_TP_ADD_TC(tp, duration__units_and_bounds);
	ATF_TP_ADD_TC(tp, time_of_day__forms);
	ATF_TP_ADD_TC(tp, next_local__ordinary_days);
	ATF_TP_ADD_TC(tp, next_local__skipped_hour);
	ATF_TP_ADD_TC(tp, next_local__repeated_hour);
	ATF_TP_ADD_TC(tp, next_local__advances_for_years);
	ATF_TP_ADD_TC(tp, wall__agrees_with_libc);
	ATF_TP_ADD_TC(tp, zone__is_settled_once);
	ATF_TP_ADD_TC(tp, now__offset_moves_it);
	return atf_no_error();
}
