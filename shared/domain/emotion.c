/* SPDX-License-Identifier: ISC
 *
 * See emotion.h.
 */
#include <math.h>
#include <stddef.h>

#include "shared/domain/emotion.h"

#define STEP_MOST 0.3		/* towards the target in one step */
#define DECAY 0.05		/* of what is left to the baseline, each step */
#define WORRY_WINS 0.5

const char *const emotion_names[EMOTION__MAX + 1] = {
	[EMOTION_HAPPINESS] = "happiness", [EMOTION_WORRY] = "worry", [EMOTION_BOREDOM] = "boredom",
	[EMOTION_EXCITEMENT] = "excitement",
};

const char *const emotion_factor_names[FACTOR__MAX] = {
	[FACTOR_HEALTH] = "system_health", [FACTOR_SATISFACTION] = "satisfaction",
	[FACTOR_INTERACTION] = "interaction_frequency", [FACTOR_ENVIRONMENT] = "environment",
	[FACTOR_COMPLETION] = "task_completion", [FACTOR_LOAD] = "task_load", [FACTOR_IMPROVEMENT] = "improvement",
	[FACTOR_LEARNING] = "learning_activity",
};

const double emotion_baselines[EMOTION__MAX] = {
	[EMOTION_HAPPINESS] = 0.6, [EMOTION_WORRY] = 0.2, [EMOTION_BOREDOM] = 0.3, [EMOTION_EXCITEMENT] = 0.4,
};

const double emotion_no_data[FACTOR__MAX] = {
	[FACTOR_HEALTH] = 1, [FACTOR_SATISFACTION] = 0.7, [FACTOR_INTERACTION] = 0, [FACTOR_ENVIRONMENT] = 0.5,
	[FACTOR_COMPLETION] = 0.5, [FACTOR_LOAD] = 0, [FACTOR_IMPROVEMENT] = 0.5, [FACTOR_LEARNING] = 0,
};

static double
clamp(double v, double low, double high)
{
	return fmin(fmax(v, low), high);
}

double
emotion_value(const struct emotions *s, enum emotion e)
{
	return s->known ? s->v[e] : emotion_baselines[e];
}

void
emotion_target(const double factors[FACTOR__MAX], double target[EMOTION__MAX])
{
	double h = factors[FACTOR_HEALTH], s = factors[FACTOR_SATISFACTION], f = factors[FACTOR_INTERACTION];
	double e = factors[FACTOR_ENVIRONMENT], c = factors[FACTOR_COMPLETION], l = factors[FACTOR_LOAD];
	double i = factors[FACTOR_IMPROVEMENT], a = factors[FACTOR_LEARNING];
	int k;

	target[EMOTION_HAPPINESS] = 0.6 + 0.4 * (h - 0.5) + 0.3 * (s - 0.5) + 0.2 * (e - 0.5) + 0.3 * (c - 0.5) +
	    0.2 * (i - 0.5);
	target[EMOTION_WORRY] = 0.2 + 0.6 * (0.5 - h) + 0.3 * (0.5 - e) + 0.4 * (0.5 - c);
	target[EMOTION_BOREDOM] = 0.3 + 0.5 * (0.3 - f) + 0.4 * (0.5 - a);
	target[EMOTION_EXCITEMENT] = 0.4 + 0.4 * (f - 0.3) + 0.2 * l + 0.3 * a;
	for (k = 0; k < EMOTION__MAX; k++)
		target[k] = clamp(target[k], 0, 1);
}

void
emotion_next(const struct emotions *s, const double target[EMOTION__MAX], struct emotions *now)
{
	struct emotions next = { .known = true };
	int k;

	for (k = 0; k < EMOTION__MAX; k++) {
		next.v[k] = target[k];
		if (!s->known)
			continue;
		next.v[k] = s->v[k] + clamp(target[k] - s->v[k], -STEP_MOST, STEP_MOST);
		next.v[k] -= DECAY * (next.v[k] - emotion_baselines[k]);
	}
	*now = next;
}

enum emotion
emotion_primary(const struct emotions *s, double *intensity)
{
	double above[EMOTION__MAX];
	enum emotion best = EMOTION_HAPPINESS;
	int k;

	for (k = 0; k < EMOTION__MAX; k++) {
		above[k] = (emotion_value(s, (enum emotion)k) - emotion_baselines[k]) / (1 - emotion_baselines[k]);
		if (above[k] > above[best])
			best = (enum emotion)k;
	}
	if (emotion_value(s, EMOTION_WORRY) > WORRY_WINS)
		best = EMOTION_WORRY;
	if (intensity != NULL)
		*intensity = fabs(above[best]);
	return best;
}
