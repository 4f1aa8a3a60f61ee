/* SPDX-License-Identifier: ISC
 *
 * fan: on or off, with a speed, a preset, oscillation and a direction.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, STATE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, PAYLOAD_ON,
	PAYLOAD_OFF, SPEED_STATE_TOPIC, SPEED_STATE_TEMPLATE, SPEED_COMMAND_TOPIC, SPEED_COMMAND_TEMPLATE,
	SPEED_MIN, SPEED_MAX, PAYLOAD_RESET_SPEED, PRESET_STATE_TOPIC, PRESET_STATE_TEMPLATE,
	PRESET_COMMAND_TOPIC, PRESET_COMMAND_TEMPLATE, PRESET_MODES, PAYLOAD_RESET_PRESET,
	SWING_STATE_TOPIC, SWING_STATE_TEMPLATE, SWING_COMMAND_TOPIC, SWING_COMMAND_TEMPLATE,
	PAYLOAD_SWING_ON, PAYLOAD_SWING_OFF, DIRECTION_STATE_TOPIC, DIRECTION_STATE_TEMPLATE,
	DIRECTION_COMMAND_TOPIC, DIRECTION_COMMAND_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(STATE_TEMPLATE, "state_value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY_QUARTET(SPEED, "percentage", "_value_template"),
	HASS_KEY_NUMBER(SPEED_MIN, "speed_range_min", HASS_NUMBER, 1),
	HASS_KEY_NUMBER(SPEED_MAX, "speed_range_max", HASS_NUMBER, 100),
	HASS_KEY_TEXT(PAYLOAD_RESET_SPEED, "payload_reset_percentage", HASS_TEXT, "None"),
	HASS_KEY_QUARTET(PRESET, "preset_mode", "_value_template"),
	HASS_KEY(PRESET_MODES, "preset_modes", HASS_LIST),
	HASS_KEY_TEXT(PAYLOAD_RESET_PRESET, "payload_reset_preset_mode", HASS_TEXT, "None"),
	HASS_KEY_QUARTET(SWING, "oscillation", "_value_template"),
	HASS_KEY_TEXT(PAYLOAD_SWING_ON, "payload_oscillation_on", HASS_TEXT, "oscillate_on"),
	HASS_KEY_TEXT(PAYLOAD_SWING_OFF, "payload_oscillation_off", HASS_TEXT, "oscillate_off"),
	HASS_KEY_QUARTET(DIRECTION, "direction", "_value_template"),
};

static enum report_result
decode_state(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	return hass_decode_on_off(d, hass_binding_text(d->b, PAYLOAD_ON),
	    hass_binding_text(d->b, PAYLOAD_OFF), "neither payload_on nor payload_off");
}

/* The range is speed_min to speed_max where there is one step more below: off. */
static enum report_result
decode_speed(struct hass_decode *d)
{
	double v, low = hass_binding_number(d->b, SPEED_MIN) - 1;
	double span = hass_binding_number(d->b, SPEED_MAX) - low;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d) || hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_RESET_SPEED))) {
		hass_decode_put(d->r, "percentage", js_new_null());
		return REPORT_OK;
	}
	if (!adapter_value_number(d->text, d->len, &v) || (v - low) / span < 0 || (v - low) / span > 1)
		return hass_decode_bad(d, "no speed within the range");
	hass_decode_put(d->r, "percentage", js_new_int((int64_t)((v - low) * 100 / span)));
	return REPORT_OK;
}

static enum report_result
decode_preset(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_none(d) || hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_RESET_PRESET))) {
		hass_decode_put(d->r, d->read->name, js_new_null());
		return REPORT_OK;
	}
	if (!hass_binding_lists(d->b, PRESET_MODES, d->text, d->len))
		return hass_decode_bad(d, "not one of the preset modes");
	return hass_decode_attribute_text(d);
}

static enum report_result
decode_swing(struct hass_decode *d)
{
	bool on = hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_SWING_ON));

	if (d->len == 0)
		return REPORT_NOTHING;
	if (!on && !hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_SWING_OFF)))
		return hass_decode_bad(d, "neither payload_oscillation_on nor _off");
	hass_decode_put(d->r, d->read->name, js_new_bool(on));
	return REPORT_OK;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, STATE_TEMPLATE, HASS_RAW, decode_state, NULL },
	{ SPEED_STATE_TOPIC, SPEED_STATE_TEMPLATE, HASS_RAW, decode_speed, "percentage" },
	{ PRESET_STATE_TOPIC, PRESET_STATE_TEMPLATE, HASS_RAW, decode_preset, "preset_mode" },
	{ SWING_STATE_TOPIC, SWING_STATE_TEMPLATE, HASS_RAW, decode_swing, "oscillating" },
	{ DIRECTION_STATE_TOPIC, DIRECTION_STATE_TEMPLATE, HASS_RAW, hass_decode_attribute_text,
	    "direction" },
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	const char *reset = hass_binding_text(b, PAYLOAD_RESET_PRESET);

	if (hass_binding_number(b, SPEED_MIN) >= hass_binding_number(b, SPEED_MAX) ||
	    hass_binding_number(b, SPEED_MIN) < 1)
		return fault_set(f, RC_INVALID, "speed_range_min",
		    "speed_range_min is at least 1 and below speed_range_max");
	if (hass_binding_has(b, PRESET_COMMAND_TOPIC) != hass_binding_has(b, PRESET_MODES))
		return fault_set(f, RC_INVALID, "preset_modes",
		    "preset_modes and preset_mode_command_topic go together");
	if (hass_binding_lists(b, PRESET_MODES, reset, strlen(reset)))
		return fault_set(f, RC_INVALID, "preset_modes",
		    "payload_reset_preset_mode is one of the preset modes");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = FEATURE_FAN_TURN_ON | FEATURE_FAN_TURN_OFF;
	double steps = hass_binding_number(b, SPEED_MAX) - hass_binding_number(b, SPEED_MIN) + 1;

	(void)device_class;
	bits |= hass_binding_has(b, SPEED_COMMAND_TOPIC) ? FEATURE_FAN_SPEED : 0;
	bits |= hass_binding_has(b, PRESET_COMMAND_TOPIC) ? FEATURE_FAN_PRESET : 0;
	bits |= hass_binding_has(b, SWING_COMMAND_TOPIC) ? FEATURE_FAN_OSCILLATE : 0;
	bits |= hass_binding_has(b, DIRECTION_COMMAND_TOPIC) ? FEATURE_FAN_DIRECTION : 0;
	if (caps == NULL)
		return bits;
	if ((bits & FEATURE_FAN_SPEED) != 0)
		js_set(caps, "percentage_step", js_new_real(100 / fmin(100, steps)));
	if ((bits & FEATURE_FAN_PRESET) != 0)
		js_set(caps, "preset_modes", hass_binding_list(b, PRESET_MODES));
	return bits;
}

static enum rc
send_speed(struct hass_encode *e, double percent)
{
	double low = hass_binding_number(e->b, SPEED_MIN) - 1;
	double span = hass_binding_number(e->b, SPEED_MAX) - low;
	struct template_var value = template_var_int("value",
	    (int64_t)ceil(percent * span / 100 + low));

	return hass_encode_send(e, SPEED_COMMAND_TOPIC, SPEED_COMMAND_TEMPLATE, &value, NULL, 0);
}

static enum rc
encode_settings(struct hass_encode *e)
{
	const struct js *speed = js_get(e->data, "percentage"), *swing;
	const char *preset = js_get_string(e->data, "preset_mode"), *direction;
	enum rc rc = RC_OK;

	if (speed != NULL)
		rc = send_speed(e, js_real(speed, 0));
	if (rc == RC_OK && preset != NULL)
		rc = hass_encode_text(e, PRESET_COMMAND_TOPIC, PRESET_COMMAND_TEMPLATE, preset);
	if (rc == RC_OK && (swing = js_get(e->data, "oscillating")) != NULL)
		rc = hass_encode_text(e, SWING_COMMAND_TOPIC, SWING_COMMAND_TEMPLATE,
		    hass_binding_text(e->b,
		    js_bool(swing, false) ? PAYLOAD_SWING_ON : PAYLOAD_SWING_OFF));
	if (rc == RC_OK && (direction = js_get_string(e->data, "direction")) != NULL)
		rc = hass_encode_text(e, DIRECTION_COMMAND_TOPIC, DIRECTION_COMMAND_TEMPLATE,
		    direction);
	return rc;
}

static enum rc
encode(struct hass_encode *e)
{
	enum rc rc = RC_OK;

	if (hass_encode_service(e, "turn_on") || hass_encode_service(e, "turn_off"))
		rc = hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, hass_binding_text(e->b,
		    hass_encode_service(e, "turn_on") ? PAYLOAD_ON : PAYLOAD_OFF));
	return rc == RC_OK ? encode_settings(e) : rc;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	static const char *const names[] = { "percentage", "preset_mode", "oscillating", "direction" };
	const struct js *v;
	size_t i;

	hass_encode_assume_onoff(e, r);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((v = js_get(e->data, names[i])) != NULL)
			hass_decode_put(r, names[i], js_ref(v));
	return REPORT_OK;
}

const struct hass_component hass_fan = {
	.name = "fan", .plain_name = "MQTT Fan",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.check = check, .describe = describe, .encode = encode, .assume = assume,
};
