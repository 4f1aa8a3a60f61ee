/* SPDX-License-Identifier: ISC
 *
 * What happens and leaves no state: device_automation (a button was pressed) and tag (one was held
 * against a reader). A payload that was kept for a while says nothing about now.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/event.h"

enum { TOPIC = HASS_OWN, VALUE_TEMPLATE, PAYLOAD, TYPE, SUBTYPE, AUTOMATION_TYPE, TRIGGER__END };
enum { TAG__END = PAYLOAD };

static const struct hass_key trigger_keys[] = {
	HASS_KEY_MUST(TOPIC, "topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(PAYLOAD, "payload", HASS_TEXT),
	HASS_KEY_MUST(TYPE, "type", HASS_TEXT),
	HASS_KEY_MUST(SUBTYPE, "subtype", HASS_TEXT),
	HASS_KEY_MUST(AUTOMATION_TYPE, "automation_type", HASS_TEXT),
};

static const struct hass_key tag_keys[] = {
	HASS_KEY_MUST(TOPIC, "topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
};

static enum rc
check_trigger(const struct binding *b, struct fault *f)
{
	if (strcmp(hass_binding_text(b, AUTOMATION_TYPE), "trigger") != 0)
		return fault_set(f, RC_UNSUPPORTED, "automation_type",
		    "the only automation_type there is is \"trigger\"");
	return RC_OK;
}

static enum report_result
decode_trigger(struct hass_decode *d)
{
	if (d->m->retain ||
	    (hass_binding_has(d->b, PAYLOAD) && !hass_decode_is(d, hass_binding_text(d->b, PAYLOAD))))
		return REPORT_NOTHING;
	d->r->event = EVENT_DEVICE_TRIGGER;
	d->r->data = js_new_object();
	js_set(d->r->data, "type", js_new_string(hass_binding_text(d->b, TYPE)));
	js_set(d->r->data, "subtype", js_new_string(hass_binding_text(d->b, SUBTYPE)));
	return REPORT_OK;
}

static enum report_result
decode_tag(struct hass_decode *d)
{
	if (d->m->retain || d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	if (d->len > HASS_STATE_MAX)
		return hass_decode_bad(d, "the id of a tag is longer than 255 bytes");
	d->r->event = EVENT_TAG_SCANNED;
	d->r->subject = mem_printf(d->a, "tag.%.*s", (int)d->len, d->text);
	d->r->data = js_new_object();
	js_set(d->r->data, "tag_id", js_new_stringn(d->text, d->len));
	return REPORT_OK;
}

static const struct hass_read trigger_reads[] = {
	{ TOPIC, VALUE_TEMPLATE, 0, decode_trigger, NULL },
};

static const struct hass_read tag_reads[] = {
	{ TOPIC, VALUE_TEMPLATE, 0, decode_tag, NULL },
};

static uint32_t
describe_trigger(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps != NULL) {
		js_set(caps, "type", js_new_string(hass_binding_text(b, TYPE)));
		js_set(caps, "subtype", js_new_string(hass_binding_text(b, SUBTYPE)));
	}
	return 0;
}

static const char *
name_trigger(const struct binding *b, struct mem_arena *a)
{
	return mem_printf(a, "%.100s %.100s", hass_binding_text(b, TYPE), hass_binding_text(b, SUBTYPE));
}

const struct hass_component hass_device_automation = {
	.name = "device_automation",
	.keys = trigger_keys, .n_keys = TRIGGER__END - HASS_OWN,
	.reads = trigger_reads, .n_reads = sizeof(trigger_reads) / sizeof(trigger_reads[0]),
	.check = check_trigger, .describe = describe_trigger, .make_name = name_trigger,
	.needs_device = true,
};

const struct hass_component hass_tag = {
	.name = "tag", .plain_name = "MQTT Tag",
	.keys = tag_keys, .n_keys = TAG__END - HASS_OWN,
	.reads = tag_reads, .n_reads = sizeof(tag_reads) / sizeof(tag_reads[0]),
};
