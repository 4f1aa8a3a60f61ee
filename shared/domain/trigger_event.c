/* SPDX-License-Identifier: ISC
 *
 * Trigger "event": somebody told of an event of this type, with these data.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

enum { F_TYPE, F_DATA };

static const struct field fields[] = {
	[F_TYPE] = { RULE_SHAPE("event_type", event_types, "type of the event"), .required = true },
	[F_DATA] = { RULE_SHAPE("event_data", values, "members that its data must have") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char **ids = mem_alloc(a, v[F_TYPE].n * sizeof(*ids));
	size_t i;

	(void)f;
	for (i = 0; i < v[F_TYPE].n; i++)
		ids[i] = mem_printf(a, "event.%s", v[F_TYPE].list[i]);
	t->entities = (struct rule_entities){ ids, v[F_TYPE].n };
	t->data = v[F_DATA].js;
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct js *want = t->data;
	void *it;

	(void)x;
	if (c->event != EVENT_CUSTOM)
		return TRIGGER_NO;
	for (it = want != NULL ? js_iter(want) : NULL; it != NULL; it = js_iter_next(want, it))
		if (!js_equal(js_get(c->data, js_iter_key(it)), js_iter_value(it)))
			return TRIGGER_NO;
	return TRIGGER_YES;
}

const struct trigger_ops trigger_event = {
	.name = "event", .title = "An event", .help = "when an automation tells of an event", .fields = fields,
	.compile = compile, .judge = judge
};
