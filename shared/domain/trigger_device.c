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

enum { F_TRIGGER, F_DEVICE, F_TYPE, F_SUBTYPE, F_DOMAIN, F_ID };
enum { T_TRIGGER, T_TAG, T_DEVICE, T_ID };

static const struct field device_fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "device" },
	[F_DEVICE] = { "device_id", FIELD_BODY, FIELD_TEXT, true, 1, 255, NULL, "id of the device" },
	[F_TYPE] = { "type", FIELD_BODY, FIELD_TEXT, false, 1, 255, NULL,
	    "as the device's triggers list it; absent: any" },
	[F_SUBTYPE] = { "subtype", FIELD_BODY, FIELD_TEXT, false, 1, 255, NULL, "the same" },
	[F_DOMAIN] = { "domain", FIELD_BODY, FIELD_TEXT, false, 1, 32, NULL, "mqtt" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static const struct field tag_fields[] = {
	[T_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "tag" },
	[T_TAG] = { "tag_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "id of the tag or list of them" },
	[T_DEVICE] = { "device_id", FIELD_BODY, FIELD_TEXT, false, 1, 255, NULL,
	    "only when this device read it" },
	[T_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
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

	if (v[F_DOMAIN].set && strcmp(v[F_DOMAIN].s, "mqtt") != 0)
		return fault_set(f, RC_UNSUPPORTED, "domain", "the only domain with device triggers is mqtt");
	d->type = v[F_TYPE].set ? mem_strdup(a, v[F_TYPE].s) : NULL;
	d->subtype = v[F_SUBTYPE].set ? mem_strdup(a, v[F_SUBTYPE].s) : NULL;
	listen(t, "device", &v[F_DEVICE].s, 1, a);
	t->data = d;
	return RC_OK;
}

static enum rc
compile_tag(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	const char *const *tags;
	size_t n;

	if (rule_texts(v[T_TAG].js, a, &tags, &n, f) != RC_OK || n > RULE_ENTITIES_MAX)
		return fault_set(f, RC_INVALID, "tag_id", "must be the id of a tag or a list of at most %d",
		    RULE_ENTITIES_MAX);
	t->data = v[T_DEVICE].set ? mem_strdup(a, v[T_DEVICE].s) : NULL;
	listen(t, "tag", tags, n, a);
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

const struct trigger_ops trigger_device = { "device", device_fields, compile_device, judge_device, NULL, false };
const struct trigger_ops trigger_tag = { "tag", tag_fields, compile_tag, judge_tag, NULL, false };
