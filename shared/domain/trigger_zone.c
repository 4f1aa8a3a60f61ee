/* SPDX-License-Identifier: ISC
 *
 * Trigger "zone": somebody comes to a place, or leaves it.
 */
#include "shared/domain/trigger.h"
#include "shared/domain/zone.h"

struct zone_trigger {
	const char	*zone;
	bool		 leave;
};

enum { F_ENTITY, F_ZONE, F_EVENT, F_FOR };

static const char *const events[] = { "enter", "leave", NULL };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", trackers, "who, by a device_tracker"), .required = true },
	[F_ZONE] = { RULE_SHAPE("zone", zone, "the place"), .required = true, .example = "\"zone.home\"" },
	[F_EVENT] = { .name = "event", .type = FIELD_CHOICE, .choices = events, .help = "enter if not given" },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct zone_trigger *z = mem_alloc(a, sizeof(*z));

	(void)f;
	*z = (struct zone_trigger){ v[F_ZONE].s, v[F_EVENT].i == 1 };
	t->entities = rule_entities(&v[F_ENTITY]);
	t->hold_ms = v[F_FOR].i;
	t->data = z;
	return RC_OK;
}

/* Somebody of whom is not known where he was, or is, neither comes nor leaves. */
static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct zone_trigger *z = t->data;
	bool was, is;

	(void)x;
	if (!c->state || c->live->state == NULL)
		return TRIGGER_NO;
	is = zone_holds(z->zone, c->live->state);
	if (is == z->leave)
		return TRIGGER_OFF;
	was = zone_holds(z->zone, c->prior);
	return c->prior != NULL && was != is ? TRIGGER_YES : TRIGGER_NO;
}

static void
variable(const struct trigger *t, const struct house_change *c, struct js *o)
{
	const struct zone_trigger *z = t->data;
	struct buf zone = { 0 };

	(void)c;
	buf_printf(&zone, "zone.%s", z->zone);
	js_set(o, "zone", js_new_string(buf_str(&zone)));
	js_set(o, "event", js_new_string(events[z->leave]));
	buf_free(&zone);
}

const struct trigger_ops trigger_zone = {
	.name = "zone", .title = "Somebody comes or leaves", .help = "when somebody comes to a place, or leaves it",
	.fields = fields, .compile = compile, .judge = judge, .variable = variable
};
