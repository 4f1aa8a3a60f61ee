/* SPDX-License-Identifier: ISC
 *
 * Conditions made of conditions: "and", "or", "not"; "not" holds when none of them does.
 */
#include "shared/domain/condition.h"

enum { F_CONDITION, F_CONDITIONS };

static const struct field fields[] = {
	[F_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "and, or, not" },
	[F_CONDITIONS] = { "conditions", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "list of conditions" },
	RULE_COMMON_FIELDS,
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

const struct condition_ops condition_and = { "and", fields, compile, holds_and };
const struct condition_ops condition_or = { "or", fields, compile, holds_or };
const struct condition_ops condition_not = { "not", fields, compile, holds_not };
