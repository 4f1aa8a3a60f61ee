/* SPDX-License-Identifier: ISC
 *
 * binary_sensor: on or off.
 */
#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, PAYLOAD_ON, PAYLOAD_OFF, EXPIRE_AFTER, OFF_DELAY,
	FORCE_UPDATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(EXPIRE_AFTER, "expire_after", HASS_NUMBER),
	HASS_KEY(OFF_DELAY, "off_delay", HASS_NUMBER),
	HASS_KEY(FORCE_UPDATE, "force_update", HASS_BOOL),
};

static enum report_result
decode(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	d->r->force = hass_binding_number(d->b, FORCE_UPDATE) != 0;
	return hass_decode_on_off(d, hass_binding_text(d->b, PAYLOAD_ON),
	    hass_binding_text(d->b, PAYLOAD_OFF), "neither payload_on nor payload_off");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static void
info(const struct binding *b, struct binding_info *out)
{
	out->expire_ms = adapter_value_ms(hass_binding_number(b, EXPIRE_AFTER));
	out->off_delay_ms = adapter_value_ms(hass_binding_number(b, OFF_DELAY));
}

const struct hass_component hass_binary_sensor = {
	.name = "binary_sensor", .plain_name = "MQTT Binary sensor", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.expire = EXPIRE_AFTER, .info = info,
};
