/* SPDX-License-Identifier: ISC
 *
 * Condition "emotion": an emotion of the house lies in the range above < value < below, or is its primary one.
 */
#include "shared/domain/condition.h"
#include "shared/domain/emotion_limit.h"

struct emotion_condition {
	struct emotion_limit	 limit;
	enum emotion		 primary;
};

enum { F_PRIMARY = EMOTION_LIMIT__MAX };

static const struct field fields[] = {
	EMOTION_LIMIT_FIELDS,
	[F_PRIMARY] = { .name = "primary", .type = FIELD_CHOICE, .choices = emotion_names, .some_of = true,
	    .help = "instead of a value: this is the primary emotion" },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct emotion_condition *e = mem_alloc(a, sizeof(*e));
	enum rc rc;

	if (emotion_limit_set(v) && v[F_PRIMARY].set)
		return fault_set(f, RC_INVALID, "primary", "stands alone, without above and below");
	*e = (struct emotion_condition){ .primary = (enum emotion)v[F_PRIMARY].i };
	if ((rc = emotion_limit_read(v, a, &e->limit, f)) != RC_OK)
		return rc;
	c->data = e;
	return RC_OK;
}

static bool
holds_primary(enum emotion wanted, const struct emotions *s, struct buf *why)
{
	enum emotion primary = emotion_primary(s, NULL);

	buf_printf(why, "the primary emotion is %s", emotion_names[primary]);
	if (primary != wanted)
		buf_printf(why, ", not %s", emotion_names[wanted]);
	return primary == wanted;
}

static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct emotion_condition *e = c->data;
	const struct emotions *s = &x->house->emotions;

	if (e->limit.emotion == EMOTION__MAX)
		return holds_primary(e->primary, s, why);
	buf_printf(why, "%s is %.3g", emotion_names[e->limit.emotion], emotion_value(s, e->limit.emotion));
	if (rule_range_holds(e->limit.range, emotion_value(s, e->limit.emotion)))
		return true;
	buf_puts(why, ", not");
	rule_range_say(e->limit.range, why);
	return false;
}

const struct condition_ops condition_emotion = {
	.name = "emotion", .title = "The house feels something",
	.help = "an emotion of the house is above or below a limit, or is its primary one",
	.fields = fields, .compile = compile, .holds = holds
};
