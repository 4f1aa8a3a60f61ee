/* SPDX-License-Identifier: ISC
 *
 * switch: on or off, and told to be.
 */
#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, PAYLOAD_ON,
	PAYLOAD_OFF, STATE_ON, STATE_OFF, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(STATE_ON, "state_on", HASS_TEXT),
	HASS_KEY(STATE_OFF, "state_off", HASS_TEXT),
};

static enum report_result
decode(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	return hass_decode_on_off(d, hass_binding_either(d->b, STATE_ON, PAYLOAD_ON),
	    hass_binding_either(d->b, STATE_OFF, PAYLOAD_OFF), "neither state_on nor state_off");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static enum rc
encode(struct hass_encode *e)
{
	return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, hass_binding_text(e->b,
	    hass_encode_service(e, "turn_on") ? PAYLOAD_ON : PAYLOAD_OFF));
}

const struct hass_component hass_switch = {
	.name = "switch", .plain_name = "MQTT Switch", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.encode = encode, .assume = hass_encode_assume_onoff,
};
