/* SPDX-License-Identifier: ISC
 *
 * How triggers and conditions name one emotion of the house and the range in which its value lies.
 */
#ifndef EMOTION_LIMIT_H
#define EMOTION_LIMIT_H

#include "shared/domain/rule.h"

/* The first rows of a part that has limits, and where their values are. */
enum { EMOTION_LIMIT_WHOSE, EMOTION_LIMIT_ABOVE, EMOTION_LIMIT_BELOW, EMOTION_LIMIT__MAX };
#define EMOTION_LIMIT_FIELDS \
	[EMOTION_LIMIT_WHOSE] = { .name = "emotion", .type = FIELD_CHOICE, .choices = emotion_names, \
	    .help = "whose value it is about" }, \
	[EMOTION_LIMIT_ABOVE] = { .name = "above", .type = FIELD_REAL, .min = 0, .max = 1, .some_of = true, \
	    .help = "the value must be above, between 0 and 1" }, \
	[EMOTION_LIMIT_BELOW] = { .name = "below", .type = FIELD_REAL, .min = 0, .max = 1, .some_of = true, \
	    .help = "the value must be below" }

struct emotion_limit {
	enum emotion		 emotion;	/* EMOTION__MAX: it is about the primary one */
	const struct rule_range	*range;
};

/* Whether the part is about the value of one. */
bool emotion_limit_set(const struct field_value *v);
/* The range lives as long as the arena. RC_INVALID: the emotion and its limits do not go together. */
enum rc emotion_limit_read(const struct field_value *v, struct mem_arena *a, struct emotion_limit *out,
    struct fault *f);

#endif
