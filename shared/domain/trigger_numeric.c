/* SPDX-License-Identifier: ISC
 *
 * Trigger "numeric_state": a number crosses into the range above < value < below (and stays for a while).
 */
#include "shared/domain/trigger.h"

enum { F_TRIGGER, F_ENTITY, F_ABOVE, F_BELOW, F_FOR, F_ATTRIBUTE, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "numeric_state" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "entity id or list of them" },
	[F_ABOVE] = { "above", FIELD_BODY, FIELD_REAL, false, -1e15, 1e15, NULL, "value must be above" },
	[F_BELOW] = { "below", FIELD_BODY, FIELD_REAL, false, -1e15, 1e15, NULL, "value must be below" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it must stay so" },
	[F_ATTRIBUTE] = { "attribute", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL,
	    "look at this attribute instead of the state" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const struct rule_range *n;
	enum rc rc = rule_entities(v[F_ENTITY].js, a, &t->entities, f);

	if (rc == RC_OK)
		rc = rule_range_read(&v[F_ABOVE], &v[F_BELOW], &v[F_ATTRIBUTE], a, &n, f);
	if (rc != RC_OK)
		return rc;
	if (n->above >= n->below)
		return fault_set(f, RC_INVALID, "above", "must be smaller than below");
	if (v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &t->hold_ms, f)) != RC_OK)
		return fault_set(f, rc, "for", "must be seconds, \"HH:MM:SS\" or an object of units");
	t->data = n;
	return RC_OK;
}

/* The value before the change; false when there was none. */
static bool
value_before(const struct rule_range *n, const struct house_change *c, double *out)
{
	if (n->attribute != NULL)
		return false;		/* an attribute that changes into the range counts as crossing */
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

const struct trigger_ops trigger_numeric = { "numeric_state", fields, compile, judge, NULL, false };
