/* SPDX-License-Identifier: ISC
 *
 * Condition "numeric_state": every named entity's number lies in the range above < value < below.
 */
#include "shared/domain/condition.h"

enum { F_ENTITY, F_ABOVE, F_BELOW, F_ATTRIBUTE };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", entities, "all of these"), .required = true },
	[F_ABOVE] = { RULE_REAL("above", "the value must be above"), .some_of = true },
	[F_BELOW] = { RULE_REAL("below", "the value must be below"), .some_of = true },
	[F_ATTRIBUTE] = { RULE_SHAPE("attribute", attribute, "look at this attribute instead of the state") },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	const struct rule_range *n = rule_range_read(&v[F_ABOVE], &v[F_BELOW], &v[F_ATTRIBUTE], a);

	if (n->above >= n->below)
		return fault_set(f, RC_INVALID, "above", "must be smaller than below");
	c->entities = rule_entities(&v[F_ENTITY]);
	c->data = n;
	return RC_OK;
}

static bool
holds_for(const struct rule_range *n, const char *id, const struct live *l, struct buf *why)
{
	double v;

	if (l == NULL) {
		buf_printf(why, "%s does not exist", id);
		return false;
	}
	if (!rule_live_number(l, n->attribute, &v)) {
		buf_printf(why, "%s is no number: %s", id, l->state == NULL ? "unknown" : l->state);
		return false;
	}
	if (rule_range_holds(n, v))
		return true;
	buf_printf(why, "%s is %g, not", id, v);
	rule_range_say(n, why);
	return false;
}

static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	size_t i;

	for (i = 0; i < c->entities.n; i++)
		if (!holds_for(c->data, c->entities.ids[i], house_find_id(x->house, c->entities.ids[i]), why))
			return false;
	rule_say_seen(&c->entities, ((const struct rule_range *)c->data)->attribute, x, why);
	return true;
}

const struct condition_ops condition_numeric = {
	.name = "numeric_state", .title = "A number is in a range",
	.help = "numbers are above or below a limit, or between two",
	.fields = fields, .compile = compile, .holds = holds
};
