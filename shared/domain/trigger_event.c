/* SPDX-License-Identifier: ISC
 *
 * Trigger "event": somebody told of an event of this type, with these data.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

enum { F_TRIGGER, F_TYPE, F_DATA, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "event" },
	[F_TYPE] = { "event_type", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "type of the event or list of them" },
	[F_DATA] = { "event_data", FIELD_BODY, FIELD_OBJECT, false, 0, 0, NULL, "members that its data must have" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char *const *types;
	const char **ids;
	size_t n, i;

	if (rule_texts(v[F_TYPE].js, a, &types, &n, f) != RC_OK || n > RULE_ENTITIES_MAX)
		return fault_set(f, RC_INVALID, "event_type", "must be a type or a list of at most %d",
		    RULE_ENTITIES_MAX);
	ids = mem_alloc(a, n * sizeof(*ids));
	for (i = 0; i < n; i++)
		ids[i] = mem_printf(a, "event.%s", types[i]);
	t->entities = (struct rule_entities){ ids, n };
	t->data = v[F_DATA].set ? v[F_DATA].js : NULL;
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

const struct trigger_ops trigger_event = { "event", fields, compile, judge, NULL, false };
