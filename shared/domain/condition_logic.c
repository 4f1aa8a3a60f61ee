/* SPDX-License-Identifier: ISC
 *
 * Conditions made of conditions: "and", "or", "not"; "not" holds when none of them does.
 */
#include "shared/domain/condition.h"

enum { F_CONDITIONS };

static const struct field fields[] = {
	[F_CONDITIONS] = { RULE_SHAPE("conditions", conditions, "these conditions"), .required = true },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct rule_conditions *list = mem_alloc(a, sizeof(*list));

	c->data = list;
	return rule_conditions(v[F_CONDITIONS].js, a, "conditions", list, f);
}

static bool
holds_and(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	return rule_hold(c->data, x, why);
}

/* Why none of them holds: all the reasons. */
static bool
holds_or(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct rule_conditions *list = c->data;
	struct buf reasons = { .max = 2000 };
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (i > 0)
			buf_puts(&reasons, "; ");
		if (rule_condition_holds(&list->list[i], x, &reasons)) {
			buf_free(&reasons);
			return true;
		}
	}
	if (list->n > 0)
		buf_printf(why, "none holds: %s", buf_str(&reasons));
	buf_free(&reasons);
	return list->n == 0;
}

static bool
holds_not(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct rule_conditions *list = c->data;
	struct buf reason = { .max = 200 };
	bool one = false;
	size_t i;

	for (i = 0; i < list->n && !one; i++) {
		buf_reset(&reason);
		one = rule_condition_holds(&list->list[i], x, &reason);
	}
	if (one)
		buf_printf(why, "condition %zu of those that must not hold does", i);
	buf_free(&reason);
	return !one;
}

#define LOGIC(id, word, t, h) \
	const struct condition_ops condition_##id = { .name = word, .title = t, .help = h, .fields = fields, \
	    .compile = compile, .holds = holds_##id }

LOGIC(and, "and", "All of these", "all of some conditions hold");
LOGIC(or, "or", "One of these", "at least one of some conditions holds");
LOGIC(not, "not", "None of these", "none of some conditions holds");
