/* SPDX-License-Identifier: ISC
 *
 * Trigger "device_status": a device is lost, or heard again.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

enum { F_TRIGGER, F_DEVICE, F_TO, F_FOR, F_ID };

static const char *const statuses[] = { "offline", "online", NULL };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "device_status" },
	[F_DEVICE] = { "device_id", FIELD_BODY, FIELD_TEXT, true, 1, 255, NULL, "id of the device" },
	[F_TO] = { "to", FIELD_BODY, FIELD_CHOICE, false, 0, 0, statuses, "what it becomes; absent: offline" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it must stay so" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char **ids = mem_alloc(a, sizeof(*ids));
	enum rc rc;

	if (v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &t->hold_ms, f)) != RC_OK)
		return fault_set(f, rc, "for", "must be seconds, \"HH:MM:SS\" or an object of units");
	ids[0] = mem_printf(a, "device.%s", v[F_DEVICE].s);
	t->entities = (struct rule_entities){ ids, 1 };
	t->data = statuses[v[F_TO].set ? v[F_TO].i : 0];
	return RC_OK;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const char *status = js_get_string(c->data, "status");

	(void)x;
	if (c->event != EVENT_AVAILABILITY || status == NULL)
		return TRIGGER_NO;
	return strcmp(status, t->data) == 0 ? TRIGGER_YES : TRIGGER_OFF;
}

const struct trigger_ops trigger_status = { "device_status", fields, compile, judge, NULL, false };
