/* SPDX-License-Identifier: ISC
 *
 * Trigger "homeassistant", in Home Assistant's words: the house began to listen after nobody had for a while.
 */
#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

enum { F_EVENT };

static const char *const events[] = { "start", NULL };

static const struct field fields[] = {
	[F_EVENT] = { .name = "event", .type = FIELD_CHOICE, .required = true, .choices = events,
	    .help = "what happened to the house", .example = "\"start\"" },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	static const char *const subject[] = { "house.start" };

	(void)v;
	(void)a;
	(void)f;
	t->entities = (struct rule_entities){ subject, 1 };
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	(void)t;
	(void)x;
	return c->event == EVENT_SYSTEM ? TRIGGER_YES : TRIGGER_NO;
}

const struct trigger_ops trigger_start = {
	.name = "homeassistant", .title = "The house starts",
	.help = "when the house listens again after nobody did for a while", .fields = fields,
	.compile = compile, .judge = judge
};
