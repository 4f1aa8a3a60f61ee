/* SPDX-License-Identifier: ISC
 *
 * Condition "template": a template says true. Condition "trigger": the rule was started by this trigger.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/condition.h"

struct template_condition {
	const struct template	*t;
	const char		*source;
};

struct texts { const char *const *list; size_t n; };

enum { F_TEMPLATE };
enum { T_ID };

static const struct field template_fields[] = {
	[F_TEMPLATE] = { RULE_SHAPE("value_template", template, "must say true"), .required = true },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static const struct field trigger_fields[] = {
	[T_ID] = { RULE_SHAPE("id", trigger_ids, "the name of a trigger, or one of these"), .required = true },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile_template(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct template_condition *t = mem_zalloc(a, sizeof(*t));
	enum rc rc = rule_template(v[F_TEMPLATE].s, a, &t->t, f);

	if (rc == RC_OK)
		rc = rule_template_entities(v[F_TEMPLATE].s, t->t, a, &c->entities, f);
	t->source = mem_strndup(a, v[F_TEMPLATE].s, 80);
	c->data = t;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "value_template", -1);
}

static bool
holds_template(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct template_condition *t = c->data;
	struct fault f = { 0 };
	bool is = false;

	if (!rule_true(t->t, x, &is, &f))
		buf_printf(why, "%s: %s", t->source, f.msg);
	else {
		buf_puts(why, t->source);
		buf_puts(why, is ? " is true" : " is not true");
	}
	return is;
}

static enum rc
compile_trigger(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct texts *ids = mem_alloc(a, sizeof(*ids));

	(void)f;
	*ids = (struct texts){ v[T_ID].list, v[T_ID].n };
	c->data = ids;
	return RC_OK;
}

/* A trigger that has no id of its own goes by its number, counted from 0. */
static bool
holds_trigger(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct js *by = js_get(x->variables, "trigger"), *number = js_get(by, "idx");
	const char *id = js_get_string(by, "id"), *kind = js_get_string(by, "platform");
	const struct texts *ids = c->data;
	char text[24];

	if (kind == NULL) {
		buf_puts(why, "it was started by hand");
		return false;
	}
	if (id == NULL) {
		snprintf(text, sizeof(text), "%lld", (long long)js_int(number, 0));
		buf_printf(why, "it was started by trigger %s (%s), which has no id of its own", text, kind);
		id = text;
	} else
		buf_printf(why, "it was started by %s", id);
	return rule_text_in(id, ids->list, ids->n);
}

const struct condition_ops condition_template = {
	.name = "template", .title = "A template is true", .help = "a template says true",
	.fields = template_fields, .compile = compile_template, .holds = holds_template
};
const struct condition_ops condition_trigger = {
	.name = "trigger", .title = "What started it", .help = "one of these triggers started the rule",
	.fields = trigger_fields, .compile = compile_trigger, .holds = holds_trigger
};
