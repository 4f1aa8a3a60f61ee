/* SPDX-License-Identifier: ISC
 *
 * siren: on or off, with a tone, a volume and a duration when it sounds.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, STATE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, COMMAND_OFF_TEMPLATE,
	PAYLOAD_ON, PAYLOAD_OFF, STATE_ON, STATE_OFF, TONES, VOLUME, DURATION, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(STATE_TEMPLATE, "state_value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY(COMMAND_OFF_TEMPLATE, "command_off_template", HASS_TEMPLATE),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY(STATE_ON, "state_on", HASS_TEXT),
	HASS_KEY(STATE_OFF, "state_off", HASS_TEXT),
	HASS_KEY(TONES, "available_tones", HASS_LIST),
	HASS_KEY_NUMBER(VOLUME, "support_volume_set", HASS_BOOL, 1),
	HASS_KEY_NUMBER(DURATION, "support_duration", HASS_BOOL, 1),
};

static const char *const settings[] = { "tone", "volume_level", "duration", NULL };
#define SETTINGS (sizeof(settings) / sizeof(settings[0]) - 1)

static enum report_result
set_state(struct hass_decode *d)
{
	return hass_decode_on_off(d, hass_binding_either(d->b, STATE_ON, PAYLOAD_ON),
	    hass_binding_either(d->b, STATE_OFF, PAYLOAD_OFF), "neither state_on nor state_off");
}

/* {"state": "ON", "tone": ...}, or the state alone. */
static enum report_result
decode(struct hass_decode *d)
{
	struct js *o = NULL;
	enum report_result result = REPORT_OK;
	size_t i;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (d->text[0] != '{')
		return set_state(d);
	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, d->f) != RC_OK)
		return REPORT_BAD;
	for (i = 0; i < SETTINGS; i++)
		if (js_get(o, settings[i]) != NULL)
			hass_decode_put(d->r, settings[i], js_ref(js_get(o, settings[i])));
	if ((d->text = js_string(js_get(o, "state"), &d->len)) != NULL)
		result = set_state(d);
	js_free(o);
	return result;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, STATE_TEMPLATE, HASS_RAW, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = FEATURE_SIREN_TURN_ON | FEATURE_SIREN_TURN_OFF;

	(void)device_class;
	bits |= hass_binding_has(b, TONES) ? FEATURE_SIREN_TONES : 0;
	bits |= hass_binding_number(b, VOLUME) != 0 ? FEATURE_SIREN_VOLUME : 0;
	bits |= hass_binding_number(b, DURATION) != 0 ? FEATURE_SIREN_DURATION : 0;
	if (caps != NULL && hass_binding_has(b, TONES))
		js_set(caps, "available_tones", hass_binding_list(b, TONES));
	return bits;
}

/* What Home Assistant takes as a float: a volume of 1 goes out as 1.0. */
static bool
is_real(const char *setting)
{
	return strcmp(setting, "volume_level") == 0;
}

/* Without a template the state and what was asked for go out as one object. */
static enum rc
encode_object(struct hass_encode *e, const char *state)
{
	struct js *o = js_new_object();
	const struct js *v;
	enum rc rc;
	size_t i;

	js_set(o, "state", js_new_string(state));
	for (i = 0; i < SETTINGS; i++)
		if ((v = js_get(e->data, settings[i])) != NULL)
			js_set(o, settings[i], is_real(settings[i]) ? js_new_real(js_real(v, 0)) : js_ref(v));
	rc = hass_encode_json(e, COMMAND_TOPIC, o);
	js_free(o);
	return rc;
}

/* A template says by an empty text, or None, that there is nothing to send. */
static bool
is_nothing(const struct outgoing *o)
{
	return o->len == 0 || (o->len == 4 && memcmp(o->payload, "None", 4) == 0);
}

static enum rc
encode(struct hass_encode *e)
{
	bool on = hass_encode_service(e, "turn_on");
	int template = !on && hass_binding_has(e->b, COMMAND_OFF_TEMPLATE) ? COMMAND_OFF_TEMPLATE :
	    COMMAND_TEMPLATE;
	const char *state = hass_binding_text(e->b, on ? PAYLOAD_ON : PAYLOAD_OFF);
	struct template_var value = template_var_string("value", state, strlen(state));
	struct template_var more[SETTINGS + 1];
	const struct js *v;
	size_t i, n = 0;
	enum rc rc;

	if (!hass_binding_has(e->b, template))
		return encode_object(e, state);
	for (i = 0; i < SETTINGS; i++)
		if ((v = js_get(e->data, settings[i])) != NULL)
			more[n++] = is_real(settings[i]) ? template_var_real(settings[i], js_real(v, 0)) :
			    template_var_json(settings[i], v);
	more[n++] = template_var_string("state", state, strlen(state));
	rc = hass_encode_send(e, COMMAND_TOPIC, template, &value, more, n);
	if (rc == RC_OK && is_nothing(&e->out[e->n - 1]))
		e->n--;
	return rc;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct js *v;
	size_t i;

	for (i = 0; i < SETTINGS; i++)
		if ((v = js_get(e->data, settings[i])) != NULL)
			hass_decode_put(r, settings[i], js_ref(v));
	return hass_encode_assume_onoff(e, r);
}

const struct hass_component hass_siren = {
	.name = "siren", .plain_name = "MQTT Siren",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = settings,
	.describe = describe, .encode = encode, .assume = assume,
};
