/* SPDX-License-Identifier: ISC
 *
 * Triggers of what leaves no state. "device": a device reports a trigger that it was announced with, such
 * as a button that was pressed. "tag": a tag was held against a reader.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

struct device_trigger {
	const char	*type, *subtype;	/* NULL: any */
};

enum { F_DEVICE, F_TYPE, F_SUBTYPE, F_DOMAIN };
enum { T_TAG, T_DEVICE };

static const char *const domains[] = { "mqtt", NULL };

static const struct field device_fields[] = {
	[F_DEVICE] = { RULE_SHAPE("device_id", device, "the device that reports it"), .required = true },
	[F_TYPE] = { RULE_TEXT("type", 1, 255, "as the device's triggers list it; any if not given") },
	[F_SUBTYPE] = { RULE_TEXT("subtype", 1, 255, "as the device's triggers list it; any if not given") },
	[F_DOMAIN] = { .name = "domain", .type = FIELD_CHOICE, .choices = domains,
	    .help = "the only one with device triggers" },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static const struct field tag_fields[] = {
	[T_TAG] = { RULE_SHAPE("tag_id", tags, "what was read"), .required = true },
	[T_DEVICE] = { RULE_SHAPE("device_id", device, "only when this device read it") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

/* t listens to "<kind>.<name>" for each name. */
static void
listen(struct trigger *t, const char *kind, const char *const *names, size_t n, struct mem_arena *a)
{
	const char **ids = mem_alloc(a, n * sizeof(*ids));
	size_t i;

	for (i = 0; i < n; i++)
		ids[i] = mem_printf(a, "%s.%s", kind, names[i]);
	t->entities.ids = ids;
	t->entities.n = n;
}

static enum rc
compile_device(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct device_trigger *d = mem_zalloc(a, sizeof(*d));

	(void)f;
	d->type = v[F_TYPE].set ? mem_strdup(a, v[F_TYPE].s) : NULL;
	d->subtype = v[F_SUBTYPE].set ? mem_strdup(a, v[F_SUBTYPE].s) : NULL;
	listen(t, "device", &v[F_DEVICE].s, 1, a);
	t->data = d;
	return RC_OK;
}

static enum rc
compile_tag(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	(void)f;
	t->data = v[T_DEVICE].s;
	listen(t, "tag", v[T_TAG].list, v[T_TAG].n, a);
	return RC_OK;
}

static bool
says(const struct house_change *c, const char *member, const char *want)
{
	const char *have = js_get_string(c->data, member);

	return want == NULL || (have != NULL && strcmp(have, want) == 0);
}

static enum trigger_verdict
judge_device(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct device_trigger *d = t->data;

	(void)x;
	return c->event == EVENT_DEVICE_TRIGGER && says(c, "type", d->type) &&
	    says(c, "subtype", d->subtype) ? TRIGGER_YES : TRIGGER_NO;
}

static enum trigger_verdict
judge_tag(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	(void)x;
	return c->event == EVENT_TAG_SCANNED && says(c, "device_id", t->data) ? TRIGGER_YES : TRIGGER_NO;
}

const struct trigger_ops trigger_device = {
	.name = "device", .title = "A button or remote control", .help = "when a device reports one of its triggers",
	.fields = device_fields, .compile = compile_device, .judge = judge_device
};
const struct trigger_ops trigger_tag = {
	.name = "tag", .title = "A tag is read", .help = "when a tag is held against a reader",
	.fields = tag_fields, .compile = compile_tag, .judge = judge_tag
};
