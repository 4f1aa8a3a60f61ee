/* SPDX-License-Identifier: ISC
 *
 * device_tracker: where a person's phone or a tag is. The state is home, not_home, or the name of a place;
 * coordinates come as attributes.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, PAYLOAD_HOME, PAYLOAD_NOT_HOME, PAYLOAD_RESET,
	SOURCE_TYPE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_HOME, "payload_home", HASS_TEXT, "home"),
	HASS_KEY_TEXT(PAYLOAD_NOT_HOME, "payload_not_home", HASS_TEXT, "not_home"),
	HASS_KEY_TEXT(PAYLOAD_RESET, "payload_reset", HASS_TEXT, "None"),
	HASS_KEY_TEXT(SOURCE_TYPE, "source_type", HASS_TEXT, "gps"),
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	static const char *const types[] = { "gps", "router", "bluetooth", "bluetooth_le" };
	const char *type = hass_binding_text(b, SOURCE_TYPE);
	size_t i;

	if (!hass_binding_has(b, STATE_TOPIC) && !hass_binding_has(b, HASS_ATTRIBUTES_TOPIC))
		return fault_set(f, RC_INVALID, "state_topic",
		    "a device_tracker has a state_topic or a json_attributes_topic");
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i], type) == 0)
			return RC_OK;
	return fault_set(f, RC_INVALID, "source_type",
	    "source_type is gps, router, bluetooth or bluetooth_le");
}

static enum report_result
decode(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_HOME)))
		return hass_decode_set(d, "home");
	if (hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_NOT_HOME)))
		return hass_decode_set(d, "not_home");
	if (hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_RESET)))
		return hass_decode_set(d, NULL);
	return hass_decode_state(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	(void)device_class;
	if (caps != NULL)
		js_set(caps, "source_type", js_new_string(hass_binding_text(b, SOURCE_TYPE)));
	return 0;
}

const struct hass_component hass_device_tracker = {
	.name = "device_tracker", .plain_name = "MQTT Device tracker", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.check = check, .describe = describe,
};
