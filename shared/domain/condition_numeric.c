/* SPDX-License-Identifier: ISC
 *
 * Condition "numeric_state": every named entity's number lies in the range above < value < below.
 */
#include <math.h>

#include "shared/domain/condition.h"

enum { F_CONDITION, F_ENTITY, F_ABOVE, F_BELOW, F_ATTRIBUTE };

static const struct field fields[] = {
	[F_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "numeric_state" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "entity id or list: all of them" },
	[F_ABOVE] = { "above", FIELD_BODY, FIELD_REAL, false, -1e15, 1e15, NULL, "value must be above" },
	[F_BELOW] = { "below", FIELD_BODY, FIELD_REAL, false, -1e15, 1e15, NULL, "value must be below" },
	[F_ATTRIBUTE] = { "attribute", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL,
	    "look at this attribute instead of the state" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	const struct rule_range *range;
	enum rc rc = rule_entities(v[F_ENTITY].js, a, &c->entities, f);

	if (rc == RC_OK)
		rc = rule_range_read(&v[F_ABOVE], &v[F_BELOW], &v[F_ATTRIBUTE], a, &range, f);
	if (rc == RC_OK)
		c->data = range;
	return rc;
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
	if (isfinite(n->above))
		buf_printf(why, " above %g", n->above);
	if (isfinite(n->below))
		buf_printf(why, "%s below %g", isfinite(n->above) ? " and" : "", n->below);
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

const struct condition_ops condition_numeric = { "numeric_state", fields, compile, holds };
