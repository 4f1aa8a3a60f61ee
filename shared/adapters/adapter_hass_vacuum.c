/* SPDX-License-Identifier: ISC
 *
 * vacuum: what the robot is doing, and the words it is told. What it can do is a list of names.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, COMMAND_TOPIC, PAYLOAD_START, PAYLOAD_PAUSE, PAYLOAD_STOP,
	PAYLOAD_RETURN, PAYLOAD_SPOT, PAYLOAD_LOCATE, SET_SPEED_TOPIC, SPEEDS, SEND_TOPIC, FEATURES,
	KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY_TEXT(PAYLOAD_START, "payload_start", HASS_TEXT, "start"),
	HASS_KEY_TEXT(PAYLOAD_PAUSE, "payload_pause", HASS_TEXT, "pause"),
	HASS_KEY_TEXT(PAYLOAD_STOP, "payload_stop", HASS_TEXT, "stop"),
	HASS_KEY_TEXT(PAYLOAD_RETURN, "payload_return_to_base", HASS_TEXT, "return_to_base"),
	HASS_KEY_TEXT(PAYLOAD_SPOT, "payload_clean_spot", HASS_TEXT, "clean_spot"),
	HASS_KEY_TEXT(PAYLOAD_LOCATE, "payload_locate", HASS_TEXT, "locate"),
	HASS_KEY(SET_SPEED_TOPIC, "set_fan_speed_topic", HASS_PUBLISH),
	HASS_KEY(SPEEDS, "fan_speed_list", HASS_LIST),
	HASS_KEY(SEND_TOPIC, "send_command_topic", HASS_PUBLISH),
	HASS_KEY_TEXT(FEATURES, "supported_features", HASS_LIST,
	    "\x1fstart\x1fstop\x1freturn_home\x1f" "battery\x1f" "clean_spot\x1f"),
};

/* Names of supported_features; those with a payload are sent to command_topic. */
static const struct feature {
	const char	*name;
	uint32_t	 bit;
	const char	*service;
	int		 payload;	/* key, 0 for none */
	const char	*state;		/* of one that reports nothing */
} features[] = {
	{ "start", FEATURE_VACUUM_START, "start", PAYLOAD_START, "cleaning" },
	{ "pause", FEATURE_VACUUM_PAUSE, "pause", PAYLOAD_PAUSE, "paused" },
	{ "stop", FEATURE_VACUUM_STOP, "stop", PAYLOAD_STOP, "idle" },
	{ "return_home", FEATURE_VACUUM_RETURN, "return_to_base", PAYLOAD_RETURN, "returning" },
	{ "clean_spot", FEATURE_VACUUM_SPOT, "clean_spot", PAYLOAD_SPOT, "cleaning" },
	{ "locate", FEATURE_VACUUM_LOCATE, "locate", PAYLOAD_LOCATE, NULL },
	{ "fan_speed", FEATURE_VACUUM_SPEED, "set_fan_speed", 0, NULL },
	{ "send_command", FEATURE_VACUUM_SEND, "send_command", 0, NULL },
	{ "battery", FEATURE_VACUUM_BATTERY, "", 0, NULL },
	{ "status", FEATURE_VACUUM_STATUS, "", 0, NULL },
};
#define FEATURES_N (sizeof(features) / sizeof(features[0]))

static const char *
known_state(const char *state)
{
	static const char *const states[] = { "cleaning", "docked", "paused", "idle", "returning",
		"error" };
	size_t i;

	for (i = 0; state != NULL && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], state) == 0)
			return states[i];
	return NULL;
}

static void
put_attributes(struct hass_decode *d, const struct js *o)
{
	const struct js *speed = js_get(o, "fan_speed"), *battery = js_get(o, "battery_level");

	if (speed != NULL)
		hass_decode_put(d->r, "fan_speed", js_ref(speed));
	if (js_is_number(battery))
		hass_decode_put(d->r, "battery_level",
		    js_new_int((int64_t)fmin(100, fmax(0, js_real(battery, 0)))));
}

/* An unknown word for what it does is no news; what else the message says is. */
static enum report_result
decode(struct hass_decode *d)
{
	const struct js *o = message_json(d->m), *state;
	const char *known;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (js_type(o) != JS_OBJECT)
		return hass_decode_bad(d, "no JSON object");
	put_attributes(d, o);
	state = js_get(o, "state");
	if ((known = known_state(js_string(state, NULL))) != NULL ||
	    (state != NULL && js_is_null(state)))
		return hass_decode_set(d, known);
	if (state != NULL && d->r->n_attributes == 0)
		return hass_decode_bad(d, "no state of a vacuum");
	return REPORT_OK;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, HASS_NONE, 0, decode, NULL },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = FEATURE_VACUUM_STATE;
	size_t i;

	(void)device_class;
	for (i = 0; i < FEATURES_N; i++)
		if (hass_binding_lists(b, FEATURES, features[i].name, strlen(features[i].name)))
			bits |= features[i].bit;
	if (caps != NULL && (bits & FEATURE_VACUUM_SPEED) != 0)
		js_set(caps, "fan_speed_list", hass_binding_has(b, SPEEDS) ?
		    hass_binding_list(b, SPEEDS) : js_new_array());
	return bits;
}

/* The parameters stand beside the command in one object. A command without any is sent as it is. */
static enum rc
encode_command(struct hass_encode *e)
{
	const struct js *params = js_get(e->data, "params");
	struct js *o;
	enum rc rc;
	void *it;

	if (js_type(params) != JS_OBJECT)
		return hass_encode_text(e, SEND_TOPIC, HASS_NONE, js_get_string(e->data, "command"));
	o = js_new_object();
	js_set(o, "command", js_ref(js_get(e->data, "command")));
	for (it = js_iter(params); it != NULL; it = js_iter_next(params, it))
		js_set(o, js_iter_key(it), js_ref(js_iter_value(it)));
	rc = hass_encode_json(e, SEND_TOPIC, o);
	js_free(o);
	return rc;
}

static const struct feature *
feature_of(const struct hass_encode *e)
{
	size_t i;

	for (i = 0; i < FEATURES_N; i++)
		if (hass_encode_service(e, features[i].service))
			return &features[i];
	return NULL;
}

static enum rc
encode(struct hass_encode *e)
{
	const struct feature *f = feature_of(e);

	if (f == NULL)
		return hass_encode_cannot(e);
	if (f->payload != 0)
		return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE,
		    hass_binding_text(e->b, f->payload));
	if (f->bit == FEATURE_VACUUM_SEND)
		return encode_command(e);
	return hass_encode_text(e, SET_SPEED_TOPIC, HASS_NONE, js_get_string(e->data, "fan_speed"));
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct feature *f = feature_of(e);
	const struct js *speed = js_get(e->data, "fan_speed");

	if (speed != NULL)
		hass_decode_put(r, "fan_speed", js_ref(speed));
	if (f != NULL && f->state != NULL) {
		r->has_state = true;
		r->state = f->state;
	}
	return r->has_state || r->n_attributes > 0 ? REPORT_OK : REPORT_NOTHING;
}

static const char *const attributes[] = { "fan_speed", "battery_level", NULL };

const struct hass_component hass_vacuum = {
	.name = "vacuum", .schema = "state", .plain_name = "MQTT Vacuum",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = attributes,
	.describe = describe, .encode = encode, .assume = assume,
};
