/* SPDX-License-Identifier: ISC
 *
 * climate: a mode, set-points, and what is measured.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { MODE_STATE_TOPIC = HASS_OWN, MODE_STATE_TEMPLATE, MODE_COMMAND_TOPIC, MODE_COMMAND_TEMPLATE,
	MODES, TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE, TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE,
	LOW_STATE_TOPIC, LOW_STATE_TEMPLATE, LOW_COMMAND_TOPIC, LOW_COMMAND_TEMPLATE,
	HIGH_STATE_TOPIC, HIGH_STATE_TEMPLATE, HIGH_COMMAND_TOPIC, HIGH_COMMAND_TEMPLATE,
	HUMIDITY_STATE_TOPIC, HUMIDITY_STATE_TEMPLATE, HUMIDITY_COMMAND_TOPIC,
	HUMIDITY_COMMAND_TEMPLATE, FAN_STATE_TOPIC, FAN_STATE_TEMPLATE, FAN_COMMAND_TOPIC,
	FAN_COMMAND_TEMPLATE, FAN_MODES, SWING_STATE_TOPIC, SWING_STATE_TEMPLATE,
	SWING_COMMAND_TOPIC, SWING_COMMAND_TEMPLATE, SWING_MODES, PRESET_STATE_TOPIC,
	PRESET_STATE_TEMPLATE, PRESET_COMMAND_TOPIC, PRESET_COMMAND_TEMPLATE, PRESET_MODES,
	CURRENT_TEMP_TOPIC, CURRENT_TEMP_TEMPLATE, CURRENT_HUMIDITY_TOPIC,
	CURRENT_HUMIDITY_TEMPLATE, ACTION_TOPIC, ACTION_TEMPLATE, POWER_COMMAND_TOPIC,
	POWER_COMMAND_TEMPLATE, PAYLOAD_ON, PAYLOAD_OFF, MIN_TEMP, MAX_TEMP, TEMP_STEP, PRECISION,
	TEMP_UNIT, MIN_HUMIDITY, MAX_HUMIDITY, SWING_H_STATE_TOPIC, SWING_H_STATE_TEMPLATE,
	SWING_H_COMMAND_TOPIC, SWING_H_COMMAND_TEMPLATE, SWING_H_MODES, VALUE_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_QUARTET(MODE, "mode", "_state_template"),
	HASS_KEY_QUARTET(TEMP, "temperature", "_state_template"),
	HASS_KEY_QUARTET(LOW, "temperature_low", "_state_template"),
	HASS_KEY_QUARTET(HIGH, "temperature_high", "_state_template"),
	HASS_KEY_QUARTET(HUMIDITY, "target_humidity", "_state_template"),
	HASS_KEY_QUARTET(FAN, "fan_mode", "_state_template"),
	HASS_KEY_QUARTET(SWING, "swing_mode", "_state_template"),
	HASS_KEY_QUARTET(PRESET, "preset_mode", "_value_template"),
	HASS_KEY_TEXT(MODES, "modes", HASS_LIST,
	    "\x1f" "auto\x1foff\x1f" "cool\x1fheat\x1f" "dry\x1f" "fan_only\x1f"),
	HASS_KEY_TEXT(FAN_MODES, "fan_modes", HASS_LIST, "\x1f" "auto\x1flow\x1fmedium\x1fhigh\x1f"),
	HASS_KEY_TEXT(SWING_MODES, "swing_modes", HASS_LIST, "\x1fon\x1foff\x1f"),
	HASS_KEY(PRESET_MODES, "preset_modes", HASS_LIST),
	HASS_KEY(CURRENT_TEMP_TOPIC, "current_temperature_topic", HASS_SUBSCRIBE),
	HASS_KEY(CURRENT_TEMP_TEMPLATE, "current_temperature_template", HASS_TEMPLATE),
	HASS_KEY(CURRENT_HUMIDITY_TOPIC, "current_humidity_topic", HASS_SUBSCRIBE),
	HASS_KEY(CURRENT_HUMIDITY_TEMPLATE, "current_humidity_template", HASS_TEMPLATE),
	HASS_KEY(ACTION_TOPIC, "action_topic", HASS_SUBSCRIBE),
	HASS_KEY(ACTION_TEMPLATE, "action_template", HASS_TEMPLATE),
	HASS_KEY(POWER_COMMAND_TOPIC, "power_command_topic", HASS_PUBLISH),
	HASS_KEY(POWER_COMMAND_TEMPLATE, "power_command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(MIN_TEMP, "min_temp", HASS_NUMBER),
	HASS_KEY(MAX_TEMP, "max_temp", HASS_NUMBER),
	HASS_KEY_NUMBER(TEMP_STEP, "temp_step", HASS_NUMBER, 1),
	HASS_KEY(PRECISION, "precision", HASS_NUMBER),
	HASS_KEY(TEMP_UNIT, "temperature_unit", HASS_TEXT),
	HASS_KEY_NUMBER(MIN_HUMIDITY, "min_humidity", HASS_NUMBER, 30),
	HASS_KEY_NUMBER(MAX_HUMIDITY, "max_humidity", HASS_NUMBER, 99),
	HASS_KEY_QUARTET(SWING_H, "swing_horizontal_mode", "_state_template"),
	HASS_KEY_TEXT(SWING_H_MODES, "swing_horizontal_modes", HASS_LIST, "\x1fon\x1foff\x1f"),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
};

static enum report_result
decode_mode(struct hass_decode *d)
{
	return hass_decode_listed(d, MODES, "not one of the modes");
}

static enum report_result
decode_fan(struct hass_decode *d)
{
	return hass_decode_listed(d, FAN_MODES, "not one of the fan modes");
}

static enum report_result
decode_swing(struct hass_decode *d)
{
	return hass_decode_listed(d, SWING_MODES, "not one of the swing modes");
}

static enum report_result
decode_swing_horizontal(struct hass_decode *d)
{
	return hass_decode_listed(d, SWING_H_MODES, "not one of the horizontal swing modes");
}

static enum report_result
decode_temperature(struct hass_decode *d)
{
	return hass_decode_rounded(d, hass_binding_number(d->b, PRECISION));
}

static enum report_result
decode_action(struct hass_decode *d)
{
	static const char *const actions[] = { "off", "heating", "cooling", "drying", "idle", "fan",
		"preheating", "defrosting" };

	return hass_decode_one_of(d, actions, sizeof(actions) / sizeof(actions[0]),
	    "no action of a climate device");
}

static enum report_result
decode_preset(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d) || hass_decode_is(d, "none")) {
		hass_decode_put(d->r, d->read->name, js_new_string("none"));
		return REPORT_OK;
	}
	if (!hass_binding_lists(d->b, PRESET_MODES, d->text, d->len))
		return hass_decode_bad(d, "not one of the preset modes");
	return hass_decode_attribute_text(d);
}

static const struct hass_read reads[] = {
	{ MODE_STATE_TOPIC, MODE_STATE_TEMPLATE, 0, decode_mode, NULL },
	{ TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE, 0, decode_temperature, "temperature" },
	{ LOW_STATE_TOPIC, LOW_STATE_TEMPLATE, 0, decode_temperature, "target_temp_low" },
	{ HIGH_STATE_TOPIC, HIGH_STATE_TEMPLATE, 0, decode_temperature,
	    "target_temp_high" },
	{ HUMIDITY_STATE_TOPIC, HUMIDITY_STATE_TEMPLATE, 0, hass_decode_attribute_number,
	    "humidity" },
	{ FAN_STATE_TOPIC, FAN_STATE_TEMPLATE, 0, decode_fan, "fan_mode" },
	{ SWING_STATE_TOPIC, SWING_STATE_TEMPLATE, 0, decode_swing, "swing_mode" },
	{ PRESET_STATE_TOPIC, PRESET_STATE_TEMPLATE, 0, decode_preset, "preset_mode" },
	{ CURRENT_TEMP_TOPIC, CURRENT_TEMP_TEMPLATE, 0, decode_temperature,
	    "current_temperature" },
	{ CURRENT_HUMIDITY_TOPIC, CURRENT_HUMIDITY_TEMPLATE, 0, hass_decode_attribute_number,
	    "current_humidity" },
	{ ACTION_TOPIC, ACTION_TEMPLATE, 0, decode_action, "hvac_action" },
	{ SWING_H_STATE_TOPIC, SWING_H_STATE_TEMPLATE, 0, decode_swing_horizontal,
	    "swing_horizontal_mode" },
};

static uint32_t
features(const struct binding *b)
{
	static const struct {
		int		key;
		uint32_t	bit;
	} bits[] = {
		{ TEMP_COMMAND_TOPIC, FEATURE_CLIMATE_TEMPERATURE },
		{ LOW_COMMAND_TOPIC, FEATURE_CLIMATE_RANGE },
		{ HUMIDITY_COMMAND_TOPIC, FEATURE_CLIMATE_HUMIDITY },
		{ FAN_COMMAND_TOPIC, FEATURE_CLIMATE_FAN },
		{ SWING_COMMAND_TOPIC, FEATURE_CLIMATE_SWING },
		{ SWING_H_COMMAND_TOPIC, FEATURE_CLIMATE_SWING_HORIZONTAL },
		{ PRESET_COMMAND_TOPIC, FEATURE_CLIMATE_PRESET },
		{ POWER_COMMAND_TOPIC, FEATURE_CLIMATE_TURN_ON | FEATURE_CLIMATE_TURN_OFF },
	};
	uint32_t out = 0;
	size_t i;

	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		out |= hass_binding_has(b, bits[i].key) ? bits[i].bit : 0;
	if (hass_binding_has(b, MODE_COMMAND_TOPIC) && hass_binding_lists(b, MODES, "off", 3))
		out |= FEATURE_CLIMATE_TURN_ON | FEATURE_CLIMATE_TURN_OFF;
	return out;
}

static bool
is_fahrenheit(const struct binding *b)
{
	const char *unit = hass_binding_text(b, TEMP_UNIT);

	return unit != NULL && strcmp(unit, "F") == 0;
}

/* The presets of Home Assistant begin with "none". */
static struct js *
preset_modes(const struct binding *b)
{
	struct js *own = hass_binding_list(b, PRESET_MODES), *out = js_new_array();
	size_t i;

	js_append(out, js_new_string("none"));
	for (i = 0; i < js_size(own); i++)
		js_append(out, js_ref(js_at(own, i)));
	js_free(own);
	return out;
}

static void
describe_temperature(const struct binding *b, struct js *caps)
{
	bool f = is_fahrenheit(b);

	js_set(caps, "min_temp", js_new_real(hass_binding_has(b, MIN_TEMP) ?
	    hass_binding_number(b, MIN_TEMP) : f ? 45 : 7));
	js_set(caps, "max_temp", js_new_real(hass_binding_has(b, MAX_TEMP) ?
	    hass_binding_number(b, MAX_TEMP) : f ? 95 : 35));
	js_set(caps, "target_temp_step", js_new_real(hass_binding_number(b, TEMP_STEP)));
	if (f)
		js_set(caps, "temperature_unit", js_new_string("F"));
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = features(b);

	(void)device_class;
	if (caps == NULL)
		return bits;
	js_set(caps, "hvac_modes", hass_binding_list(b, MODES));
	describe_temperature(b, caps);
	if ((bits & FEATURE_CLIMATE_FAN) != 0)
		js_set(caps, "fan_modes", hass_binding_list(b, FAN_MODES));
	if ((bits & FEATURE_CLIMATE_SWING) != 0)
		js_set(caps, "swing_modes", hass_binding_list(b, SWING_MODES));
	if ((bits & FEATURE_CLIMATE_SWING_HORIZONTAL) != 0)
		js_set(caps, "swing_horizontal_modes", hass_binding_list(b, SWING_H_MODES));
	if ((bits & FEATURE_CLIMATE_PRESET) != 0)
		js_set(caps, "preset_modes", preset_modes(b));
	if ((bits & FEATURE_CLIMATE_HUMIDITY) != 0) {
		js_set(caps, "min_humidity", js_new_real(hass_binding_number(b, MIN_HUMIDITY)));
		js_set(caps, "max_humidity", js_new_real(hass_binding_number(b, MAX_HUMIDITY)));
	}
	return bits;
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	if (hass_binding_has(b, LOW_COMMAND_TOPIC) != hass_binding_has(b, HIGH_COMMAND_TOPIC))
		return fault_set(f, RC_INVALID, "temperature_low_command_topic",
		    "temperature_low and temperature_high go together");
	if (hass_binding_lists(b, PRESET_MODES, "none", 4))
		return fault_set(f, RC_INVALID, "preset_modes", "preset_modes must not hold none");
	if (hass_binding_number(b, MIN_HUMIDITY) >= hass_binding_number(b, MAX_HUMIDITY) ||
	    hass_binding_number(b, MAX_HUMIDITY) > 100)
		return fault_set(f, RC_INVALID, "max_humidity",
		    "max_humidity is above min_humidity and at most 100");
	if (hass_binding_has(b, HUMIDITY_STATE_TOPIC) && !hass_binding_has(b, HUMIDITY_COMMAND_TOPIC))
		return fault_set(f, RC_INVALID, "target_humidity_command_topic",
		    "target_humidity_state_topic needs target_humidity_command_topic");
	return RC_OK;
}

/* data member -> its topic. */
static const struct setting {
	const char	*field;
	int		 topic, template;
	const char	*attribute;
} settings[] = {
	{ "hvac_mode", MODE_COMMAND_TOPIC, MODE_COMMAND_TEMPLATE, NULL },
	{ "temperature", TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE, "temperature" },
	{ "target_temp_low", LOW_COMMAND_TOPIC, LOW_COMMAND_TEMPLATE, "target_temp_low" },
	{ "target_temp_high", HIGH_COMMAND_TOPIC, HIGH_COMMAND_TEMPLATE, "target_temp_high" },
	{ "humidity", HUMIDITY_COMMAND_TOPIC, HUMIDITY_COMMAND_TEMPLATE, "humidity" },
	{ "fan_mode", FAN_COMMAND_TOPIC, FAN_COMMAND_TEMPLATE, "fan_mode" },
	{ "swing_mode", SWING_COMMAND_TOPIC, SWING_COMMAND_TEMPLATE, "swing_mode" },
	{ "swing_horizontal_mode", SWING_H_COMMAND_TOPIC, SWING_H_COMMAND_TEMPLATE,
	    "swing_horizontal_mode" },
	{ "preset_mode", PRESET_COMMAND_TOPIC, PRESET_COMMAND_TEMPLATE, "preset_mode" },
};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

/* What turn_on and turn_off choose where there is no power topic. */
static const char *
power_mode(const struct binding *b, bool on)
{
	static const char *const modes[] = { "heat_cool", "heat", "cool", "auto", "fan_only", "dry" };
	size_t i;

	if (!on)
		return "off";
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (hass_binding_lists(b, MODES, modes[i], strlen(modes[i])))
			return modes[i];
	return NULL;
}

static enum rc
encode_power(struct hass_encode *e, bool on)
{
	if (hass_binding_has(e->b, POWER_COMMAND_TOPIC))
		return hass_encode_text(e, POWER_COMMAND_TOPIC, POWER_COMMAND_TEMPLATE,
		    hass_binding_text(e->b, on ? PAYLOAD_ON : PAYLOAD_OFF));
	return hass_encode_text(e, MODE_COMMAND_TOPIC, MODE_COMMAND_TEMPLATE, power_mode(e->b, on));
}

/* Temperatures go out as floats, a humidity as a whole number, all else is text. */
static enum rc
encode_setting(struct hass_encode *e, const struct setting *s, const struct js *v)
{
	if (!js_is_number(v))
		return hass_encode_text(e, s->topic, s->template, js_string(v, NULL));
	if (s->topic == HUMIDITY_COMMAND_TOPIC)
		return hass_encode_number(e, s->topic, s->template, v);
	return hass_encode_real(e, s->topic, s->template, v);
}

static enum rc
encode(struct hass_encode *e)
{
	const struct js *v;
	enum rc rc;
	size_t i;

	if (hass_encode_service(e, "turn_on") || hass_encode_service(e, "turn_off"))
		return encode_power(e, hass_encode_service(e, "turn_on"));
	for (i = 0; i < SETTINGS; i++) {
		if ((v = js_get(e->data, settings[i].field)) == NULL)
			continue;
		rc = encode_setting(e, &settings[i], v);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const char *mode = js_get_string(e->data, "hvac_mode");
	const struct js *v;
	size_t i;

	if (hass_encode_service(e, "turn_on") || hass_encode_service(e, "turn_off"))
		mode = power_mode(e->b, hass_encode_service(e, "turn_on"));
	if (mode != NULL) {
		r->has_state = true;
		r->state = mode;
	}
	for (i = 0; i < SETTINGS; i++)
		if (settings[i].attribute != NULL && (v = js_get(e->data, settings[i].field)) != NULL)
			hass_decode_put(r, settings[i].attribute, js_ref(v));
	return REPORT_OK;
}

const struct hass_component hass_climate = {
	.name = "climate", .plain_name = "MQTT HVAC",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .fallback = VALUE_TEMPLATE,
	.check = check, .describe = describe, .encode = encode, .assume = assume,
};
