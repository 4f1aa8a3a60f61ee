/* SPDX-License-Identifier: ISC
 *
 * What the house feels: the formulas, the way there, and the emotion that counts.
 */
#include <atf-c.h>
#include <math.h>

#include "shared/domain/emotion.h"

#define NEAR 1e-9

static void
check_values(const double *v, const double *want)
{
	int k;

	for (k = 0; k < EMOTION__MAX; k++)
		ATF_CHECK_MSG(fabs(v[k] - want[k]) < NEAR, "%s is %.12g, not %g", emotion_names[k], v[k], want[k]);
}

/* h, s, f, e, c, l, i, a -> H, W, B, E */
static const struct {
	double		factors[FACTOR__MAX];
	double		target[EMOTION__MAX];
	enum emotion	primary;
} golden[] = {
	{ { .8, .7, .5, .6, .9, .4, .6, .3 }, { .94, 0, .28, .65 }, EMOTION_HAPPINESS },
	{ { .4, .7, 0, .5, 0, 0, .5, 0 }, { .47, .46, .65, .28 }, EMOTION_BOREDOM },
	{ { 0, 0, 0, 0, 0, 0, 0, 0 }, { 0, .85, .65, .28 }, EMOTION_WORRY },
	{ { 0, 0, 1, 0, 0, 1, 0, 0 }, { 0, .85, .15, .88 }, EMOTION_WORRY },
	{ { 1, 1, 1, 1, 1, 1, 1, 1 }, { 1, 0, 0, 1 }, EMOTION_HAPPINESS },
};

ATF_TC_WITHOUT_HEAD(target__golden_vectors);
ATF_TC_BODY(target__golden_vectors, tc)
{
	double target[EMOTION__MAX];
	struct emotions s = { 0 };
	size_t i;

	for (i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		emotion_target(golden[i].factors, target);
		check_values(target, golden[i].target);
		emotion_next(&(struct emotions){ 0 }, target, &s);
		check_values(s.v, golden[i].target);	/* the first state is the target */
		ATF_CHECK_EQ_MSG(emotion_primary(&s, NULL), golden[i].primary, "vector %zu", i);
	}
}

ATF_TC_WITHOUT_HEAD(next__from_the_baseline_and_stays);
ATF_TC_BODY(next__from_the_baseline_and_stays, tc)
{
	static const double first[] = { .885, .01, .281, .6375 }, then[] = { .923, .01, .281, .6375 };
	struct emotions s = { true, { .6, .2, .3, .4 } };
	double target[EMOTION__MAX];
	int i;

	emotion_target(golden[0].factors, target);
	emotion_next(&s, target, &s);
	check_values(s.v, first);
	for (i = 0; i < 5; i++) {
		emotion_next(&s, target, &s);
		check_values(s.v, then);
	}
}

ATF_TC_WITHOUT_HEAD(next__stays_in_range_whatever_comes);
ATF_TC_BODY(next__stays_in_range_whatever_comes, tc)
{
	double factors[FACTOR__MAX], target[EMOTION__MAX], before;
	struct emotions s = { 0 };
	unsigned int x = 1, step, k;

	for (step = 0; step < 2000; step++) {
		for (k = 0; k < FACTOR__MAX; k++) {
			x = x * 1103515245 + 12345;
			factors[k] = (x >> 16 & 255) / 255.0;
		}
		emotion_target(factors, target);
		before = emotion_value(&s, EMOTION_WORRY);
		emotion_next(&s, target, &s);
		for (k = 0; k < EMOTION__MAX; k++) {
			ATF_REQUIRE(target[k] >= 0 && target[k] <= 1);
			ATF_REQUIRE(s.v[k] >= 0 && s.v[k] <= 1);
		}
		if (step > 0)
			ATF_REQUIRE(fabs(s.v[EMOTION_WORRY] - before) <= .3 + .05);
	}
}

ATF_TC_WITHOUT_HEAD(primary__worry_above_half_wins);
ATF_TC_BODY(primary__worry_above_half_wins, tc)
{
	struct emotions s = { true, { 1, .51, 1, 1 } };
	double intensity;

	ATF_CHECK_EQ(emotion_primary(&s, &intensity), EMOTION_WORRY);
	ATF_CHECK(fabs(intensity - .31 / .8) < NEAR);
	s.v[EMOTION_WORRY] = .5;
	ATF_CHECK_EQ(emotion_primary(&s, &intensity), EMOTION_HAPPINESS);
	ATF_CHECK(fabs(intensity - 1) < NEAR);
	s = (struct emotions){ true, { .5, .1, .2, .35 } };	/* all below: the one that is least so */
	ATF_CHECK_EQ(emotion_primary(&s, &intensity), EMOTION_EXCITEMENT);
	ATF_CHECK(fabs(intensity - .05 / .6) < NEAR);
}

ATF_TC_WITHOUT_HEAD(no_data__is_calm);
ATF_TC_BODY(no_data__is_calm, tc)
{
	static const double want[] = { .86, 0, .65, .28 };
	struct emotions s = { 0 };
	double target[EMOTION__MAX], intensity;
	int k;

	/* never computed: at the baselines */
	for (k = 0; k < EMOTION__MAX; k++)
		ATF_CHECK_EQ(emotion_value(&s, (enum emotion)k), emotion_baselines[k]);
	ATF_CHECK_EQ(emotion_primary(&s, &intensity), EMOTION_HAPPINESS);
	ATF_CHECK(intensity < NEAR);
	emotion_target(emotion_no_data, target);
	check_values(target, want);
	emotion_next(&s, target, &s);
	ATF_CHECK_EQ(emotion_primary(&s, NULL), EMOTION_HAPPINESS);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, target__golden_vectors);
	ATF_TP_ADD_TC(tp, next__from_the_baseline_and_stays);
	ATF_TP_ADD_TC(tp, next__stays_in_range_whatever_comes);
	ATF_TP_ADD_TC(tp, primary__worry_above_half_wins);
	ATF_TP_ADD_TC(tp, no_data__is_calm);
	return atf_no_error();
}
