/* SPDX-License-Identifier: ISC
 *
 * Dates, times of day and moments: forms, and what a time zone does to them.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/moment.h"

static void
check(enum moment kind, const char *text, bool utc, const char *want)
{
	char out[CLOCK_TEXT] = "none";

	moment_parse(kind, text, strlen(text), utc, out);
	ATF_CHECK_STREQ_MSG(want, out, "%s", text);
}

ATF_TC_WITHOUT_HEAD(parse__forms);
ATF_TC_BODY(parse__forms, tc)
{
	check(MOMENT_DATE, "2024-02-29", false, "2024-02-29");
	check(MOMENT_DATE, "2023-02-29", false, "none");
	check(MOMENT_DATE, "2024-2-9", false, "none");
	check(MOMENT_DATE, "2024-02-29T00:00:00", false, "none");
	check(MOMENT_DATE, "", false, "none");
	check(MOMENT_TIME, "08:15", false, "08:15:00");
	check(MOMENT_TIME, "08:15:30.999", false, "08:15:30");
	check(MOMENT_TIME, "24:00:00", false, "none");
	check(MOMENT_TIME, "08:15:30.", false, "none");
	check(MOMENT_TIME, "8:15", false, "none");
	check(MOMENT_DATETIME, "2026-01-31T08:15:30Z", false, "2026-01-31T08:15:30.000Z");
	check(MOMENT_DATETIME, "2026-01-31 08:15-0130", false, "2026-01-31T09:45:00.000Z");
	check(MOMENT_DATETIME, "2026-01-31 08:15-01", false, "none");
	check(MOMENT_DATETIME, "2026-01-31", false, "none");
	check(MOMENT_DATETIME, "2026-01-31T", false, "none");
	check(MOMENT_DATETIME, "2026-01-31T08:15:30+", false, "none");
	check(MOMENT_DATETIME, "99999999999999999999999999999999999999999", false, "none");
}

ATF_TC_WITHOUT_HEAD(parse__on_the_wall_clock);
ATF_TC_BODY(parse__on_the_wall_clock, tc)
{
	char out[CLOCK_TEXT];

	ATF_REQUIRE_EQ(setenv("TZ", "Europe/Berlin", 1), 0);
	ATF_CHECK_STREQ(clock_zone(), "Europe/Berlin");
	check(MOMENT_DATETIME, "2026-01-31 08:15:00", false, "2026-01-31T07:15:00.000Z");
	check(MOMENT_DATETIME, "2026-07-31 08:15:00", false, "2026-07-31T06:15:00.000Z");
	check(MOMENT_DATETIME, "2026-07-31 08:15:00", true, "2026-07-31T08:15:00.000Z");
	check(MOMENT_DATETIME, "2026-07-31 08:15:00Z", false, "2026-07-31T08:15:00.000Z");
	/* skipped by DST: the first moment after the gap; repeated by it: the first of the two */
	check(MOMENT_DATETIME, "2026-03-29 02:30:00", false, "2026-03-29T01:00:00.000Z");
	check(MOMENT_DATETIME, "2026-10-25 02:30:00", false, "2026-10-25T00:30:00.000Z");
	ATF_CHECK_STREQ(moment_wall(1769843700000, false, out), "2026-01-31T08:15:00");
	ATF_CHECK_STREQ(moment_wall(1769843700000, true, out), "2026-01-31T07:15:00");
	ATF_CHECK_EQ(clock_from_wall(clock_wall(1785478500123)), 1785478500123);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, parse__forms);
	ATF_TP_ADD_TC(tp, parse__on_the_wall_clock);
	return atf_no_error();
}
