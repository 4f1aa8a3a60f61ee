/* SPDX-License-Identifier: ISC
 *
 * water_heater: how it heats, and how warm the water is to be.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { MODE_STATE_TOPIC = HASS_OWN, MODE_STATE_TEMPLATE, MODE_COMMAND_TOPIC, MODE_COMMAND_TEMPLATE,
	MODES, TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE, TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE,
	CURRENT_TOPIC, CURRENT_TEMPLATE, POWER_TOPIC, POWER_TEMPLATE, PAYLOAD_ON, PAYLOAD_OFF, MIN_TEMP,
	MAX_TEMP, PRECISION, UNIT, VALUE_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(MODE_STATE_TOPIC, "mode_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(MODE_STATE_TEMPLATE, "mode_state_template", HASS_TEMPLATE),
	HASS_KEY(MODE_COMMAND_TOPIC, "mode_command_topic", HASS_PUBLISH),
	HASS_KEY(MODE_COMMAND_TEMPLATE, "mode_command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(MODES, "modes", HASS_LIST, "\x1f" "eco\x1f" "electric\x1fgas\x1fheat_pump\x1f"
	    "high_demand\x1fperformance\x1foff\x1f"),
	HASS_KEY(TEMP_STATE_TOPIC, "temperature_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(TEMP_STATE_TEMPLATE, "temperature_state_template", HASS_TEMPLATE),
	HASS_KEY(TEMP_COMMAND_TOPIC, "temperature_command_topic", HASS_PUBLISH),
	HASS_KEY(TEMP_COMMAND_TEMPLATE, "temperature_command_template", HASS_TEMPLATE),
	HASS_KEY(CURRENT_TOPIC, "current_temperature_topic", HASS_SUBSCRIBE),
	HASS_KEY(CURRENT_TEMPLATE, "current_temperature_template", HASS_TEMPLATE),
	HASS_KEY(POWER_TOPIC, "power_command_topic", HASS_PUBLISH),
	HASS_KEY(POWER_TEMPLATE, "power_command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(MIN_TEMP, "min_temp", HASS_NUMBER),
	HASS_KEY(MAX_TEMP, "max_temp", HASS_NUMBER),
	HASS_KEY(PRECISION, "precision", HASS_NUMBER),
	HASS_KEY(UNIT, "temperature_unit", HASS_TEXT),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
};

static enum report_result
decode_mode(struct hass_decode *d)
{
	return hass_decode_listed(d, MODES, "not one of the modes");
}

static enum report_result
decode_temperature(struct hass_decode *d)
{
	return hass_decode_rounded(d, hass_binding_number(d->b, PRECISION));
}

static const struct hass_read reads[] = {
	{ MODE_STATE_TOPIC, MODE_STATE_TEMPLATE, HASS_RAW, decode_mode, NULL },
	{ TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE, HASS_RAW, decode_temperature, "temperature" },
	{ CURRENT_TOPIC, CURRENT_TEMPLATE, HASS_RAW, decode_temperature, "current_temperature" },
};

static uint32_t
features(const struct binding *b)
{
	return (hass_binding_has(b, TEMP_COMMAND_TOPIC) ? FEATURE_HEATER_TEMPERATURE : 0) |
	    (hass_binding_has(b, MODE_COMMAND_TOPIC) ? FEATURE_HEATER_MODE : 0) |
	    (hass_binding_has(b, POWER_TOPIC) ? FEATURE_HEATER_ON_OFF : 0);
}

/* 110 to 140 degrees Fahrenheit, where it does not say. */
static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	const char *unit = hass_binding_text(b, UNIT);
	bool f = unit != NULL && strcmp(unit, "F") == 0;

	(void)device_class;
	if (caps == NULL)
		return features(b);
	js_set(caps, "operation_list", hass_binding_list(b, MODES));
	js_set(caps, "min_temp", js_new_real(hass_binding_has(b, MIN_TEMP) ?
	    hass_binding_number(b, MIN_TEMP) : f ? 110 : 43.3));
	js_set(caps, "max_temp", js_new_real(hass_binding_has(b, MAX_TEMP) ?
	    hass_binding_number(b, MAX_TEMP) : f ? 140 : 60));
	if (f)
		js_set(caps, "temperature_unit", js_new_string("F"));
	return features(b);
}

static enum rc
encode(struct hass_encode *e)
{
	const char *mode = js_get_string(e->data, "operation_mode");
	const struct js *temperature = js_get(e->data, "temperature");
	bool on = hass_encode_service(e, "turn_on");
	enum rc rc = RC_OK;

	if (on || hass_encode_service(e, "turn_off"))
		return hass_encode_text(e, POWER_TOPIC, POWER_TEMPLATE,
		    hass_binding_text(e->b, on ? PAYLOAD_ON : PAYLOAD_OFF));
	if (mode != NULL)
		rc = hass_encode_text(e, MODE_COMMAND_TOPIC, MODE_COMMAND_TEMPLATE, mode);
	if (rc == RC_OK && temperature != NULL)
		rc = hass_encode_real(e, TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE, temperature);
	return rc;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const char *mode = hass_encode_service(e, "turn_off") ? "off" :
	    js_get_string(e->data, "operation_mode");
	const struct js *temperature = js_get(e->data, "temperature");

	if (mode != NULL) {
		r->has_state = true;
		r->state = mode;
	}
	if (temperature != NULL)
		hass_decode_put(r, "temperature", js_ref(temperature));
	return mode != NULL || temperature != NULL ? REPORT_OK : REPORT_NOTHING;
}

const struct hass_component hass_water_heater = {
	.name = "water_heater", .plain_name = "MQTT Water Heater",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .fallback = VALUE_TEMPLATE,
	.describe = describe, .encode = encode, .assume = assume,
};
