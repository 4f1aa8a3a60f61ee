/* SPDX-License-Identifier: ISC
 *
 * See emotion_limit.h.
 */
#include "shared/domain/emotion_limit.h"

bool
emotion_limit_set(const struct field_value *v)
{
	return v[EMOTION_LIMIT_ABOVE].set || v[EMOTION_LIMIT_BELOW].set;
}

enum rc
emotion_limit_read(const struct field_value *v, struct mem_arena *a, struct emotion_limit *out,
    struct fault *f)
{
	const struct field_value *whose = &v[EMOTION_LIMIT_WHOSE];
	const struct rule_range *range;

	if (emotion_limit_set(v) != whose->set)
		return fault_set(f, RC_INVALID, "emotion", whose->set ? "belongs to above or below" : "is required");
	range = rule_range_read(&v[EMOTION_LIMIT_ABOVE], &v[EMOTION_LIMIT_BELOW], &(struct field_value){ 0 }, a);
	if (range->above >= range->below)
		return fault_set(f, RC_INVALID, "above", "must be smaller than below");
	*out = (struct emotion_limit){ whose->set ? (enum emotion)whose->i : EMOTION__MAX, range };
	return RC_OK;
}
