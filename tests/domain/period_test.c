/* SPDX-License-Identifier: ISC
 *
 * Periods in words, at both ends of daylight saving time.
 */
#include <atf-c.h>

#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/period.h"

/* now, what is said, the period on the wall clock ("" is refused), the moment or "" */
static const struct {
	const char	*now, *said, *from, *to, *at;
} rows[] = {
	{ "2026-11-29T10:00:00Z", NULL, "2026-11-28 11:00:00", "2026-11-29 11:00:00", "" },
	{ "2026-11-29T10:00:00Z", "now", "2026-11-29 10:00:00", "2026-11-29 11:00:00", "2026-11-29 11:00:00" },
	{ "2026-11-29T10:00:00Z", "3h", "2026-11-29 08:00:00", "2026-11-29 11:00:00", "" },
	{ "2026-11-29T10:00:00Z", "last night", "2026-11-28 20:00:00", "2026-11-29 08:00:00", "" },
	/* in the night itself: since it began */
	{ "2026-11-29T01:00:00Z", "Last  Night", "2026-11-28 20:00:00", "2026-11-29 02:00:00", "" },
	{ "2026-11-29T10:00:00Z", "yesterday", "2026-11-28 00:00:00", "2026-11-29 00:00:00", "" },
	{ "2026-11-29T10:00:00Z", "yesterday 22:00", "2026-11-28 21:30:00", "2026-11-28 22:30:00", "2026-11-28 22:00:00" },
	{ "2026-11-29T10:00:00Z", "yesterday at 22:00", "2026-11-28 21:30:00", "2026-11-28 22:30:00",
	    "2026-11-28 22:00:00" },
	{ "2026-11-29T10:00:00Z", "this morning", "2026-11-29 05:00:00", "2026-11-29 11:00:00", "" },
	{ "2026-11-29T10:00:00Z", "friday evening", "2026-11-27 18:00:00", "2026-11-27 23:00:00", "" },
	{ "2026-11-29T10:00:00Z", "last friday evening", "2026-11-27 18:00:00", "2026-11-27 23:00:00", "" },
	{ "2026-11-29T10:00:00Z", "22:00", "2026-11-28 21:30:00", "2026-11-28 22:30:00", "2026-11-28 22:00:00" },
	{ "2026-11-29T10:00:00Z", "09:15", "2026-11-29 08:45:00", "2026-11-29 09:45:00", "2026-11-29 09:15:00" },
	{ "2026-11-29T10:00:00Z", "9:15", "2026-11-29 08:45:00", "2026-11-29 09:45:00", "2026-11-29 09:15:00" },
	{ "2026-11-29T10:00:00Z", "10 minutes ago", "2026-11-29 10:20:00", "2026-11-29 11:00:00", "2026-11-29 10:50:00" },
	{ "2026-11-29T10:00:00Z", "2 Hours ago", "2026-11-29 08:30:00", "2026-11-29 09:30:00", "2026-11-29 09:00:00" },
	{ "2026-11-29T10:00:00Z", "an hour ago", "2026-11-29 09:30:00", "2026-11-29 10:30:00", "2026-11-29 10:00:00" },
	{ "2026-11-29T10:00:00Z", "5 min ago", "2026-11-29 10:25:00", "2026-11-29 11:00:00", "2026-11-29 10:55:00" },
	{ "2026-11-29T10:00:00Z", "2 days ago", "2026-11-27 00:00:00", "2026-11-28 00:00:00", "" },
	{ "2026-11-29T10:00:00Z", "a week ago", "2026-11-22 00:00:00", "2026-11-23 00:00:00", "" },
	{ "2026-11-29T10:00:00Z", "yesterday 22:58", "2026-11-28 22:28:00", "2026-11-28 23:28:00", "2026-11-28 22:58:00" },
	{ "2026-11-29T10:00:00Z", "10 minuteses ago", "", "", "" },
	{ "2026-11-29T10:00:00Z", "ten minutes ago", "", "", "" },
	{ "2026-11-29T10:00:00Z", "-3 minutes ago", "", "", "" },
	{ "2026-11-29T10:00:00Z", "minutes ago", "", "", "" },
	{ "2026-11-29T10:00:00Z", "2026-11-20", "2026-11-20 00:00:00", "2026-11-21 00:00:00", "" },
	{ "2026-11-29T10:00:00Z", "2026-11-20 22:00", "2026-11-20 21:30:00", "2026-11-20 22:30:00", "2026-11-20 22:00:00" },
	{ "2026-11-29T10:00:00Z", "2026-11-20T22:00", "2026-11-20 21:30:00", "2026-11-20 22:30:00", "2026-11-20 22:00:00" },
	{ "2026-11-29T10:00:00Z", "2026-11-20T22:00:00Z", "2026-11-20 22:30:00", "2026-11-20 23:30:00",
	    "2026-11-20 23:00:00" },
	/* the night that is an hour longer, and the one that is shorter */
	{ "2026-10-25T10:00:00Z", "last night", "2026-10-24 20:00:00", "2026-10-25 08:00:00", "" },
	{ "2026-03-29T10:00:00Z", "last night", "2026-03-28 20:00:00", "2026-03-29 08:00:00", "" },
	{ "2026-03-29T10:00:00Z", "today 02:30", "2026-03-29 01:30:00", "2026-03-29 03:30:00", "2026-03-29 03:00:00" },
	{ "2026-11-29T10:00:00Z", "2026-02-30", "", "", "" },
	{ "2026-11-29T10:00:00Z", "2026-12-24", "", "", "" },
	{ "2026-11-29T10:00:00Z", "soon", "", "", "" },
	{ "2026-11-29T10:00:00Z", "25:00", "", "", "" },
	{ "2026-11-29T10:00:00Z", "   ", "", "", "" },
	{ "2026-11-29T10:00:00Z", "today today today today today today today today today today today", "", "", "" },
};

/* Ends that are now are one ms later, so that now is inside. */
static void
check(const char *said, const char *what, const char *expect, int64_t ms)
{
	char text[CLOCK_TEXT];

	ATF_CHECK_MSG(strcmp(expect, ms == 0 ? "" : clock_local(ms, text)) == 0, "%s: %s is %s, not %s",
	    said != NULL ? said : "", what, ms == 0 ? "" : text, expect);
}

ATF_TC_WITHOUT_HEAD(period__as_people_say_it);
ATF_TC_BODY(period__as_people_say_it, tc)
{
	struct period p;
	int64_t now;
	size_t i;
	enum rc rc;

	setenv("TZ", "Europe/Berlin", 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fault f = { 0 };

		ATF_REQUIRE_EQ(clock_parse(rows[i].now, &now), RC_OK);
		rc = period_parse(rows[i].said, now, &p, &f);
		ATF_CHECK_EQ_MSG(rc == RC_OK, *rows[i].from != '\0', "%s: %s", rows[i].said, f.msg);
		if (rc != RC_OK) {
			ATF_CHECK(f.msg[0] != '\0');
			continue;
		}
		check(rows[i].said, "from", rows[i].from, p.from);
		check(rows[i].said, "to", rows[i].to, p.to);
		check(rows[i].said, "at", rows[i].at, p.at);
	}
	/* 13 hours in autumn, 11 in spring */
	clock_parse("2026-10-25T10:00:00Z", &now);
	ATF_REQUIRE_EQ(period_parse("last night", now, &p, NULL), RC_OK);
	ATF_CHECK_EQ(p.to - p.from, 13 * 3600000);
	clock_parse("2026-03-29T10:00:00Z", &now);
	ATF_REQUIRE_EQ(period_parse("last night", now, &p, NULL), RC_OK);
	ATF_CHECK_EQ(p.to - p.from, 11 * 3600000);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, period__as_people_say_it);
	return atf_no_error();
}
