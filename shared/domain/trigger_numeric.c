/* SPDX-License-Identifier: ISC
 *
 * Trigger "numeric_state": a number crosses into the range above < value < below (and stays for a while).
 */
#include "shared/domain/trigger.h"

enum { F_ENTITY, F_ABOVE, F_BELOW, F_FOR, F_ATTRIBUTE };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", entities, "whose number it is about"), .required = true },
	[F_ABOVE] = { RULE_REAL("above", "the value must be above"), .some_of = true },
	[F_BELOW] = { RULE_REAL("below", "the value must be below"), .some_of = true },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	[F_ATTRIBUTE] = { RULE_SHAPE("attribute", attribute, "look at this attribute instead of the state") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const struct rule_range *n = rule_range_read(&v[F_ABOVE], &v[F_BELOW], &v[F_ATTRIBUTE], a);

	if (n->above >= n->below)
		return fault_set(f, RC_INVALID, "above", "must be smaller than below");
	t->entities = rule_entities(&v[F_ENTITY]);
	t->hold_ms = v[F_FOR].i;
	t->data = n;
	return RC_OK;
}

/* The value before the change; false when there was none. */
static bool
value_before(const struct rule_range *n, const struct house_change *c, double *out)
{
	if (n->attribute != NULL)
		return rule_value_number(js_get(c->was, n->attribute), out);
	return rule_number(c->prior, out);
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct rule_range *n = t->data;
	double now, before;

	(void)x;
	if (n->attribute == NULL ? !c->state : js_get(c->changed, n->attribute) == NULL)
		return TRIGGER_NO;
	if (!rule_live_number(c->live, n->attribute, &now) || !rule_range_holds(n, now))
		return TRIGGER_OFF;
	if (value_before(n, c, &before) && rule_range_holds(n, before))
		return TRIGGER_NO;	/* it was inside already */
	return TRIGGER_YES;
}

const struct trigger_ops trigger_numeric = {
	.name = "numeric_state", .title = "A number crosses a limit",
	.help = "when a number comes above or below a limit, or between two", .fields = fields,
	.compile = compile, .judge = judge
};
