/* SPDX-License-Identifier: ISC
 *
 * Trigger "device_status": a device is lost, or heard again.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

enum { F_DEVICE, F_TO, F_FOR };

static const char *const statuses[] = { "offline", "online", NULL };

static const struct field fields[] = {
	[F_DEVICE] = { RULE_SHAPE("device_id", device, "the device it is about"), .required = true },
	[F_TO] = { .name = "to", .type = FIELD_CHOICE, .choices = statuses,
	    .help = "what it becomes; offline if not given" },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char **ids = mem_alloc(a, sizeof(*ids));

	(void)f;
	ids[0] = mem_printf(a, "device.%s", v[F_DEVICE].s);
	t->entities = (struct rule_entities){ ids, 1 };
	t->hold_ms = v[F_FOR].i;
	t->data = statuses[v[F_TO].i];
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

const struct trigger_ops trigger_status = {
	.name = "device_status", .title = "A device is lost", .help = "when a device is offline, or online again",
	.fields = fields, .compile = compile, .judge = judge
};
