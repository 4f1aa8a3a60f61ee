/* SPDX-License-Identifier: ISC
 *
 * sensor: a value as reported.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, UNIT, STATE_CLASS, EXPIRE_AFTER,
	FORCE_UPDATE, OPTIONS, PRECISION, LAST_RESET_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(UNIT, "unit_of_measurement", HASS_TEXT),
	HASS_KEY(STATE_CLASS, "state_class", HASS_TEXT),
	HASS_KEY(EXPIRE_AFTER, "expire_after", HASS_NUMBER),
	HASS_KEY(FORCE_UPDATE, "force_update", HASS_BOOL),
	HASS_KEY(OPTIONS, "options", HASS_LIST),
	HASS_KEY(PRECISION, "suggested_display_precision", HASS_NUMBER),
	HASS_KEY(LAST_RESET_TEMPLATE, "last_reset_value_template", HASS_TEMPLATE),
};

static bool
is_numeric(const struct binding *b)
{
	return hass_binding_has(b, UNIT) || hass_binding_has(b, STATE_CLASS) ||
	    hass_binding_has(b, PRECISION);
}

static enum report_result
decode(struct hass_decode *d)
{
	double v;

	if (!hass_decode_none(d)) {
		if (is_numeric(d->b) && d->len == 0)
			return REPORT_NOTHING;
		if (is_numeric(d->b) && !adapter_value_number(d->text, d->len, &v))
			return hass_decode_bad(d, "not a number");
		if (hass_binding_has(d->b, OPTIONS) &&
		    !hass_binding_lists(d->b, OPTIONS, d->text, d->len))
			return hass_decode_bad(d, "not one of the options");
	}
	d->r->force = hass_binding_number(d->b, FORCE_UPDATE) != 0;
	return hass_decode_state(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
	{ STATE_TOPIC, LAST_RESET_TEMPLATE, HASS_IF_TEMPLATE, hass_decode_attribute_text,
	    "last_reset" },
};

static uint32_t
describe(const struct binding *b, const struct js *config, struct js *caps)
{
	(void)config;
	if (caps == NULL)
		return 0;
	if (hass_binding_has(b, STATE_CLASS))
		js_set(caps, "state_class", js_new_string(hass_binding_text(b, STATE_CLASS)));
	if (hass_binding_has(b, OPTIONS))
		js_set(caps, "options", hass_binding_list(b, OPTIONS));
	if (hass_binding_has(b, PRECISION))
		js_set(caps, "suggested_display_precision",
		    js_new_int((int64_t)hass_binding_number(b, PRECISION)));
	return 0;
}

static void
info(const struct binding *b, struct binding_info *out)
{
	out->expire_ms = adapter_value_ms(hass_binding_number(b, EXPIRE_AFTER));
}

const struct hass_component hass_sensor = {
	.name = "sensor", .plain_name = "MQTT Sensor",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.describe = describe, .info = info,
};
