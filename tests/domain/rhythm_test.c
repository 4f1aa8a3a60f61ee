/* SPDX-License-Identifier: ISC
 *
 * What is learned of gaps, and what follows from silence.
 */
#include <atf-c.h>
#include <stdlib.h>

#include "shared/domain/rhythm.h"

#define START INT64_C(1800000000000)
#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

/* Reports every `every` ms from `from` until `until`; the time of the last. */
static int64_t
report(struct freshness *f, int64_t from, int64_t until, int64_t every)
{
	int64_t t, last = from;

	for (t = from; t <= until; t += every)
		rhythm_hear(f, last = t, 0);
	return last;
}

ATF_TC_WITHOUT_HEAD(learning__takes_a_day);
ATF_TC_BODY(learning__takes_a_day, tc)
{
	struct freshness f = { 0 };
	int64_t last;

	(void)tc;
	ATF_CHECK_EQ(rhythm_level_at(&f, START, 0), RHYTHM_UNKNOWN);
	last = report(&f, START, START + 23 * HOUR, 60 * SECOND);
	ATF_CHECK_EQ(rhythm_level_at(&f, last + 10 * HOUR, 0), RHYTHM_UNKNOWN);
	ATF_CHECK_EQ(rhythm_every(&f), 0);
	last = report(&f, last + 60 * SECOND, START + DAY + HOUR, 60 * SECOND);
	ATF_CHECK_EQ(rhythm_level_at(&f, last + 60 * SECOND, 0), RHYTHM_FRESH);
	ATF_CHECK_EQ(rhythm_every(&f), 60);
}

ATF_TC_WITHOUT_HEAD(levels__by_the_own_rhythm);
ATF_TC_BODY(levels__by_the_own_rhythm, tc)
{
	static const int64_t rhythms[] = { 10 * SECOND, 60 * SECOND, 900 * SECOND, HOUR };
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(rhythms) / sizeof(rhythms[0]); i++) {
		struct freshness f = { 0 };
		int64_t every = rhythms[i], last = report(&f, START, START + 3 * DAY, every);

		ATF_CHECK_EQ_MSG(rhythm_level_at(&f, last + every * 5 / 4, 0), RHYTHM_FRESH, "%zu", i);
		ATF_CHECK_EQ_MSG(rhythm_level_at(&f, last + every * 5 / 2, 0), RHYTHM_LATE, "%zu", i);
		ATF_CHECK_EQ_MSG(rhythm_level_at(&f, last + every * 5, 0), RHYTHM_SILENT, "%zu", i);
		ATF_CHECK(llabs(rhythm_every(&f) * 1000 - every) <= every / 50);
	}
}

/* A motion sensor: bursts in the evening, a sign of life every hour, nothing else at night. */
ATF_TC_WITHOUT_HEAD(levels__of_who_speaks_when_something_happens);
ATF_TC_BODY(levels__of_who_speaks_when_something_happens, tc)
{
	struct freshness f = { 0 };
	int64_t day, t = START;

	(void)tc;
	for (day = 0; day < 4; day++) {
		t = report(&f, START + day * DAY, START + day * DAY + 5 * HOUR, 20 * SECOND);
		t = report(&f, t + HOUR, START + (day + 1) * DAY - 1, HOUR);
	}
	ATF_CHECK_EQ(rhythm_level_at(&f, t + HOUR + 600 * SECOND, 0), RHYTHM_FRESH);
	ATF_CHECK_EQ(rhythm_level_at(&f, t + 6 * HOUR, 0), RHYTHM_SILENT);
}

/* A day without power must not make the house deaf to the next. */
ATF_TC_WITHOUT_HEAD(outage__is_no_rhythm);
ATF_TC_BODY(outage__is_no_rhythm, tc)
{
	struct freshness f = { 0 };
	int64_t last = report(&f, START, START + 2 * DAY, 60 * SECOND);

	(void)tc;
	last = report(&f, last + DAY, last + DAY + HOUR, 60 * SECOND);
	ATF_CHECK_EQ(rhythm_level_at(&f, last + 600 * SECOND, 0), RHYTHM_SILENT);
	ATF_CHECK_EQ(rhythm_every(&f), 60);
}

/* But a device whose interval was set to ten times as long is believed soon. */
ATF_TC_WITHOUT_HEAD(change__is_learned);
ATF_TC_BODY(change__is_learned, tc)
{
	struct freshness f = { 0 };
	int64_t last = report(&f, START, START + 2 * DAY, 60 * SECOND);

	(void)tc;
	last = report(&f, last + HOUR, last + 14 * DAY, HOUR);
	ATF_CHECK_EQ(rhythm_level_at(&f, last + HOUR + 60 * SECOND, 0), RHYTHM_FRESH);
	ATF_CHECK_EQ(rhythm_level_at(&f, last + 10 * HOUR, 0), RHYTHM_SILENT);
}

/* What was said while nobody listened was not said, but nobody was silent either. */
ATF_TC_WITHOUT_HEAD(deafness__is_no_silence);
ATF_TC_BODY(deafness__is_no_silence, tc)
{
	struct freshness f = { 0 };
	int64_t last = report(&f, START, START + 2 * DAY, 60 * SECOND);
	int64_t back = last + 5 * HOUR;

	(void)tc;
	ATF_CHECK_EQ(rhythm_level_at(&f, back + 30 * SECOND, back), RHYTHM_FRESH);
	ATF_CHECK_EQ(rhythm_level_at(&f, back + HOUR, back), RHYTHM_SILENT);
	rhythm_hear(&f, back + 40 * SECOND, back);
	ATF_CHECK_EQ(f.outages, 0);
	ATF_CHECK_EQ(rhythm_every(&f), 60);
}

ATF_TC_WITHOUT_HEAD(clock__may_be_wrong);
ATF_TC_BODY(clock__may_be_wrong, tc)
{
	struct freshness f = { 0 };
	int64_t last = report(&f, START, START + 2 * DAY, 60 * SECOND);

	(void)tc;
	rhythm_hear(&f, last - DAY, 0);
	ATF_CHECK_EQ(rhythm_level_at(&f, last - DAY + HOUR, 0), RHYTHM_UNKNOWN);
	rhythm_hear(&f, INT64_MAX / 2, 0);
	rhythm_hear(&f, 0, 0);
	ATF_CHECK_EQ(rhythm_level_parse(rhythm_level_name(RHYTHM_LATE)), RHYTHM_LATE);
	ATF_CHECK_EQ(rhythm_level_parse("?"), RHYTHM_UNKNOWN);
	ATF_CHECK_EQ(rhythm_level_parse(NULL), RHYTHM_UNKNOWN);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, learning__takes_a_day);
	ATF_TP_ADD_TC(tp, levels__by_the_own_rhythm);
	ATF_TP_ADD_TC(tp, levels__of_who_speaks_when_something_happens);
	ATF_TP_ADD_TC(tp, outage__is_no_rhythm);
	ATF_TP_ADD_TC(tp, change__is_learned);
	ATF_TP_ADD_TC(tp, deafness__is_no_silence);
	ATF_TP_ADD_TC(tp, clock__may_be_wrong);
	return atf_no_error();
}
