/* SPDX-License-Identifier: ISC
 *
 * What the house feels: four values between 0 and 1, each with a baseline to which it goes back. Pure functions of
 * numbers; where the factors come from is in emotion_factors.h. The formulas are the product's own:
 *
 *	H = .6 + .4(h-.5) + .3(s-.5) + .2(e-.5) + .3(c-.5) + .2(i-.5)
 *	W = .2 + .6(.5-h) + .3(.5-e) + .4(.5-c)
 *	B = .3 + .5(.3-f) + .4(.5-a)
 *	E = .4 + .4(f-.3) + .2 l + .3 a
 *
 * each clamped to 0..1. The first state is the target; after that v' = v + clamp(target - v, +-.3), and of that
 * v'' = v' - .05 (v' - baseline).
 */
#ifndef EMOTION_H
#define EMOTION_H

#include <stdbool.h>
#include <stdint.h>

enum emotion { EMOTION_HAPPINESS, EMOTION_WORRY, EMOTION_BOREDOM, EMOTION_EXCITEMENT, EMOTION__MAX };

/* Between 0 and 1 each; what it is without data. */
enum factor {
	FACTOR_HEALTH,		/* h, 1: nothing is wrong with nothing */
	FACTOR_SATISFACTION,	/* s, .7 */
	FACTOR_INTERACTION,	/* f, 0 */
	FACTOR_ENVIRONMENT,	/* e, .5 */
	FACTOR_COMPLETION,	/* c, .5: an idle house is not a failing one */
	FACTOR_LOAD,		/* l, 0 */
	FACTOR_IMPROVEMENT,	/* i, .5 */
	FACTOR_LEARNING,	/* a, 0 */
	FACTOR__MAX
};

extern const char *const emotion_names[EMOTION__MAX + 1];	/* ends with NULL */
extern const char *const emotion_factor_names[FACTOR__MAX];
extern const double emotion_baselines[EMOTION__MAX];
extern const double emotion_no_data[FACTOR__MAX];

/* One that is all zero was never computed: it is at its baselines. */
struct emotions {
	bool	known;
	double	v[EMOTION__MAX];
};

double emotion_value(const struct emotions *s, enum emotion e);
/* Where the house is drawn to. */
void emotion_target(const double factors[FACTOR__MAX], double target[EMOTION__MAX]);
/* One step towards the target; now may be &s. */
void emotion_next(const struct emotions *s, const double target[EMOTION__MAX], struct emotions *now);
/*
 * The one that is farthest above its baseline relative to its room, the first of equals; but worry above .5 always
 * wins. *intensity (may be NULL) is |v - baseline| / (1 - baseline).
 */
enum emotion emotion_primary(const struct emotions *s, double *intensity);

#endif
