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

enum { F_TRIGGER, F_ENTITY, F_ZONE, F_EVENT, F_FOR, F_ID };

static const char *const events[] = { "enter", "leave", NULL };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "zone" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "device_tracker or list of them" },
	[F_ZONE] = { "zone", FIELD_BODY, FIELD_TEXT, true, 1, 255, NULL, "zone.home or another place" },
	[F_EVENT] = { "event", FIELD_BODY, FIELD_CHOICE, false, 0, 0, events, "absent: enter" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it must stay so" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct zone_trigger *z = mem_zalloc(a, sizeof(*z));
	enum rc rc = zone_read(&v[F_ENTITY], &v[F_ZONE], a, &t->entities, &z->zone, f);

	if (rc == RC_OK && v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &t->hold_ms, f)) != RC_OK)
		return fault_set(f, rc, "for", "must be seconds, \"HH:MM:SS\" or an object of units");
	z->leave = v[F_EVENT].set && v[F_EVENT].i == 1;
	t->data = z;
	return rc;
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

const struct trigger_ops trigger_zone = { "zone", fields, compile, judge, NULL, false };
