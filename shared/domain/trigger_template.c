/* SPDX-License-Identifier: ISC
 *
 * Trigger "template": a template becomes true, because an entity that it names changed, or a minute began and it asks
 * for the time.
 */
#include "shared/domain/trigger.h"

enum { F_TEMPLATE, F_FOR };

static const struct field fields[] = {
	[F_TEMPLATE] = { RULE_SHAPE("value_template", template,
	    "fires when it becomes true; names the entities it depends on, or now()"), .required = true },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay true") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const struct template *template;
	enum rc rc = rule_template(v[F_TEMPLATE].s, a, &template, f);

	t->data = template;
	t->hold_ms = v[F_FOR].i;
	if (rc == RC_OK)
		rc = rule_template_hears(v[F_TEMPLATE].s, template, a, &t->entities, f);
	if (rc != RC_OK)
		return rule_fault_in(f, rc, "value_template", -1);
	if (t->entities.n == 0)
		return fault_set(f, RC_INVALID, "value_template",
		    "names no entity, as in states('sensor.x'), and does not ask for now(): nothing would ever "
		    "change it");
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	bool is = false;

	(void)c;
	return rule_true(t->data, x, &is, NULL) && is ? TRIGGER_YES : TRIGGER_OFF;
}

const struct trigger_ops trigger_template = {
	.name = "template", .title = "A template becomes true",
	.help = "when a template becomes true because an entity that it names changed, or with now() a minute began",
	.fields = fields,
	.compile = compile, .judge = judge, .level = true
};
