/* SPDX-License-Identifier: ISC
 *
 * Trigger "template": a template becomes true, because an entity that it names changed.
 */
#include "shared/domain/trigger.h"

enum { F_TRIGGER, F_TEMPLATE, F_FOR, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "template" },
	[F_TEMPLATE] = { "value_template", FIELD_BODY, FIELD_TEXT, true, 1, 65536, NULL,
	    "fires when it becomes true; names the entities it depends on" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it must stay true" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const struct template *template;
	enum rc rc = rule_template(v[F_TEMPLATE].s, a, &template, f);

	t->data = template;
	if (rc == RC_OK)
		rc = rule_template_entities(v[F_TEMPLATE].s, a, &t->entities, f);
	if (rc != RC_OK)
		return rule_fault_in(f, rc, "value_template", -1);
	if (t->entities.n == 0)
		return fault_set(f, RC_INVALID, "value_template",
		    "names no entity, as in states('sensor.x'): nothing would ever change it");
	if (v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &t->hold_ms, f)) != RC_OK)
		return rule_fault_in(f, rc, "for", -1);
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	bool is = false;

	(void)c;
	return rule_true(t->data, x, &is, NULL) && is ? TRIGGER_YES : TRIGGER_OFF;
}

const struct trigger_ops trigger_template = { "template", fields, compile, judge, NULL, true };
