/* SPDX-License-Identifier: ISC
 *
 * event: something that happened; the state is when it did, the kind is an attribute.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/base/clock.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, EVENT_TYPES, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(EVENT_TYPES, "event_types", HASS_LIST),
};

/* What came with the event before and not with this one. */
static void
drop_last(struct hass_decode *d, const struct js *o)
{
	const struct js *have = d->now->attributes;
	void *it;

	if (hass_binding_has(d->b, HASS_ATTRIBUTES_TOPIC))
		return;		/* it may be from there */
	for (it = js_iter(have); it != NULL; it = js_iter_next(have, it))
		if (js_get(o, js_iter_key(it)) == NULL && d->r->n_attributes < REPORT_ATTRIBUTES)
			hass_decode_put(d->r, mem_strdup(d->a, js_iter_key(it)), NULL);
}

static enum report_result
report(struct hass_decode *d, const struct js *o, const char *type, size_t len)
{
	char when[CLOCK_TEXT];
	void *it;

	if (!hass_binding_lists(d->b, EVENT_TYPES, type, len))
		return hass_decode_bad(d, "not one of the event types");
	for (it = js_iter(o); it != NULL; it = js_iter_next(o, it))
		if (d->r->n_attributes < REPORT_ATTRIBUTES)
			hass_decode_put(d->r, mem_strdup(d->a, js_iter_key(it)),
			    js_ref(js_iter_value(it)));
	drop_last(d, o);
	d->r->action = true;
	d->r->force = true;
	return hass_decode_set(d, mem_strdup(d->a, clock_rfc3339(d->m->now_ms, when)));
}

/* A payload that the broker kept says nothing about now. */
static enum report_result
decode(struct hass_decode *d)
{
	struct js *o = NULL;
	enum report_result result;
	const char *type;
	size_t len;

	if (d->m->retain || d->len == 0 || hass_decode_none(d) || hass_decode_is(d, "{}"))
		return REPORT_NOTHING;
	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, d->f) != RC_OK)
		return REPORT_BAD;
	type = js_string(js_get(o, "event_type"), &len);
	result = type == NULL ? hass_decode_bad(d, "no event_type in it") : report(d, o, type, len);
	js_free(o);
	return result;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps != NULL)
		js_set(caps, "event_types", hass_binding_list(b, EVENT_TYPES));
	return 0;
}

static const char *const attributes[] = { "event_type", NULL };

const struct hass_component hass_event = {
	.name = "event", .plain_name = "MQTT Event",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = attributes,
	.describe = describe,
};
