/* SPDX-License-Identifier: ISC
 *
 * humidifier, which may as well dry: on or off, a humidity to reach, a mode.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, STATE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, PAYLOAD_ON,
	PAYLOAD_OFF, TARGET_STATE_TOPIC, TARGET_STATE_TEMPLATE, TARGET_TOPIC, TARGET_TEMPLATE,
	MIN_HUMIDITY, MAX_HUMIDITY, RESET_HUMIDITY, MODE_STATE_TOPIC, MODE_STATE_TEMPLATE, MODE_TOPIC,
	MODE_TEMPLATE, MODES, RESET_MODE, CURRENT_TOPIC, CURRENT_TEMPLATE, ACTION_TOPIC,
	ACTION_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(STATE_TEMPLATE, "state_value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(TARGET_STATE_TOPIC, "target_humidity_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(TARGET_STATE_TEMPLATE, "target_humidity_state_template", HASS_TEMPLATE),
	HASS_KEY_MUST(TARGET_TOPIC, "target_humidity_command_topic", HASS_PUBLISH),
	HASS_KEY(TARGET_TEMPLATE, "target_humidity_command_template", HASS_TEMPLATE),
	HASS_KEY_NUMBER(MIN_HUMIDITY, "min_humidity", HASS_NUMBER, 0),
	HASS_KEY_NUMBER(MAX_HUMIDITY, "max_humidity", HASS_NUMBER, 100),
	HASS_KEY_TEXT(RESET_HUMIDITY, "payload_reset_humidity", HASS_TEXT, "None"),
	HASS_KEY(MODE_STATE_TOPIC, "mode_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(MODE_STATE_TEMPLATE, "mode_state_template", HASS_TEMPLATE),
	HASS_KEY(MODE_TOPIC, "mode_command_topic", HASS_PUBLISH),
	HASS_KEY(MODE_TEMPLATE, "mode_command_template", HASS_TEMPLATE),
	HASS_KEY(MODES, "modes", HASS_LIST),
	HASS_KEY_TEXT(RESET_MODE, "payload_reset_mode", HASS_TEXT, "None"),
	HASS_KEY(CURRENT_TOPIC, "current_humidity_topic", HASS_SUBSCRIBE),
	HASS_KEY(CURRENT_TEMPLATE, "current_humidity_template", HASS_TEMPLATE),
	HASS_KEY(ACTION_TOPIC, "action_topic", HASS_SUBSCRIBE),
	HASS_KEY(ACTION_TEMPLATE, "action_template", HASS_TEMPLATE),
};

static enum report_result
decode_state(struct hass_decode *d)
{
	if (d->len == 0)
		return REPORT_NOTHING;
	return hass_decode_on_off(d, hass_binding_text(d->b, PAYLOAD_ON),
	    hass_binding_text(d->b, PAYLOAD_OFF), "neither payload_on nor payload_off");
}

static enum report_result
decode_humidity(struct hass_decode *d, double low, double high)
{
	double v;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_is(d, hass_binding_text(d->b, RESET_HUMIDITY))) {
		hass_decode_put(d->r, d->read->name, js_new_null());
		return REPORT_OK;
	}
	if (!adapter_value_number(d->text, d->len, &v) || (v = adapter_value_round(v)) < low || v > high)
		return hass_decode_bad(d, "no humidity within the range");
	hass_decode_put(d->r, d->read->name, js_new_int((int64_t)v));
	return REPORT_OK;
}

static enum report_result
decode_target(struct hass_decode *d)
{
	return decode_humidity(d, hass_binding_number(d->b, MIN_HUMIDITY),
	    hass_binding_number(d->b, MAX_HUMIDITY));
}

static enum report_result
decode_current(struct hass_decode *d)
{
	return decode_humidity(d, 0, 100);
}

static enum report_result
decode_mode(struct hass_decode *d)
{
	if (hass_decode_is(d, hass_binding_text(d->b, RESET_MODE))) {
		hass_decode_put(d->r, d->read->name, js_new_null());
		return REPORT_OK;
	}
	return hass_decode_listed(d, MODES, "not one of the modes");
}

static enum report_result
decode_action(struct hass_decode *d)
{
	static const char *const actions[] = { "humidifying", "drying", "idle", "off" };

	if (hass_decode_none(d))
		return REPORT_NOTHING;
	return hass_decode_one_of(d, actions, sizeof(actions) / sizeof(actions[0]),
	    "no action of a humidifier");
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, STATE_TEMPLATE, HASS_RAW, decode_state, NULL },
	{ TARGET_STATE_TOPIC, TARGET_STATE_TEMPLATE, HASS_RAW, decode_target, "humidity" },
	{ MODE_STATE_TOPIC, MODE_STATE_TEMPLATE, HASS_RAW, decode_mode, "mode" },
	{ CURRENT_TOPIC, CURRENT_TEMPLATE, HASS_RAW, decode_current, "current_humidity" },
	{ ACTION_TOPIC, ACTION_TEMPLATE, HASS_RAW, decode_action, "action" },
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	const char *reset = hass_binding_text(b, RESET_MODE);

	if (hass_binding_number(b, MIN_HUMIDITY) < 0 || hass_binding_number(b, MAX_HUMIDITY) > 100 ||
	    hass_binding_number(b, MIN_HUMIDITY) >= hass_binding_number(b, MAX_HUMIDITY))
		return fault_set(f, RC_INVALID, "min_humidity",
		    "min_humidity is below max_humidity, both are 0 to 100");
	if (hass_binding_has(b, MODE_TOPIC) != hass_binding_has(b, MODES))
		return fault_set(f, RC_INVALID, "modes", "modes and mode_command_topic go together");
	if (hass_binding_lists(b, MODES, reset, strlen(reset)))
		return fault_set(f, RC_INVALID, "modes", "payload_reset_mode is one of the modes");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	bool modes = hass_binding_has(b, MODES);

	(void)device_class;
	if (caps == NULL)
		return modes ? FEATURE_HUMIDIFIER_MODES : 0;
	js_set(caps, "min_humidity", js_new_int((int64_t)hass_binding_number(b, MIN_HUMIDITY)));
	js_set(caps, "max_humidity", js_new_int((int64_t)hass_binding_number(b, MAX_HUMIDITY)));
	if (modes)
		js_set(caps, "available_modes", hass_binding_list(b, MODES));
	return modes ? FEATURE_HUMIDIFIER_MODES : 0;
}

static enum rc
encode(struct hass_encode *e)
{
	if (hass_encode_service(e, "set_humidity"))
		return hass_encode_number(e, TARGET_TOPIC, TARGET_TEMPLATE, js_get(e->data, "humidity"));
	if (hass_encode_service(e, "set_mode"))
		return hass_encode_text(e, MODE_TOPIC, MODE_TEMPLATE, js_get_string(e->data, "mode"));
	return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE, hass_binding_text(e->b,
	    hass_encode_service(e, "turn_on") ? PAYLOAD_ON : PAYLOAD_OFF));
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	static const char *const names[] = { "humidity", "mode" };
	const struct js *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((v = js_get(e->data, names[i])) != NULL)
			hass_decode_put(r, names[i], js_ref(v));
	return r->n_attributes > 0 ? REPORT_OK : hass_encode_assume_onoff(e, r);
}

const struct hass_component hass_humidifier = {
	.name = "humidifier", .plain_name = "MQTT Humidifier", .device_class = "humidifier",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.check = check, .describe = describe, .encode = encode, .assume = assume,
};
