/* SPDX-License-Identifier: ISC
 *
 * cover: open, closed, opening or closing, at a position and a tilt in percent.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, PAYLOAD_OPEN, PAYLOAD_CLOSE,
	PAYLOAD_STOP, PAYLOAD_STOP_TILT, STATE_OPEN, STATE_OPENING, STATE_CLOSED, STATE_CLOSING,
	STATE_STOPPED, POSITION_TOPIC, POSITION_TEMPLATE, SET_POSITION_TOPIC, SET_POSITION_TEMPLATE,
	POSITION_OPEN, POSITION_CLOSED, TILT_STATUS_TOPIC, TILT_STATUS_TEMPLATE, TILT_COMMAND_TOPIC,
	TILT_COMMAND_TEMPLATE, TILT_MIN, TILT_MAX, TILT_CLOSED, TILT_OPENED, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY_TEXT(PAYLOAD_OPEN, "payload_open", HASS_NULLABLE, "OPEN"),
	HASS_KEY_TEXT(PAYLOAD_CLOSE, "payload_close", HASS_NULLABLE, "CLOSE"),
	HASS_KEY_TEXT(PAYLOAD_STOP, "payload_stop", HASS_NULLABLE, "STOP"),
	HASS_KEY_TEXT(PAYLOAD_STOP_TILT, "payload_stop_tilt", HASS_NULLABLE, "STOP"),
	HASS_KEY_TEXT(STATE_OPEN, "state_open", HASS_TEXT, "open"),
	HASS_KEY_TEXT(STATE_OPENING, "state_opening", HASS_TEXT, "opening"),
	HASS_KEY_TEXT(STATE_CLOSED, "state_closed", HASS_TEXT, "closed"),
	HASS_KEY_TEXT(STATE_CLOSING, "state_closing", HASS_TEXT, "closing"),
	HASS_KEY_TEXT(STATE_STOPPED, "state_stopped", HASS_TEXT, "stopped"),
	HASS_KEY(POSITION_TOPIC, "position_topic", HASS_SUBSCRIBE),
	HASS_KEY(POSITION_TEMPLATE, "position_template", HASS_TEMPLATE),
	HASS_KEY(SET_POSITION_TOPIC, "set_position_topic", HASS_PUBLISH),
	HASS_KEY(SET_POSITION_TEMPLATE, "set_position_template", HASS_TEMPLATE),
	HASS_KEY_NUMBER(POSITION_OPEN, "position_open", HASS_NUMBER, 100),
	HASS_KEY_NUMBER(POSITION_CLOSED, "position_closed", HASS_NUMBER, 0),
	HASS_KEY(TILT_STATUS_TOPIC, "tilt_status_topic", HASS_SUBSCRIBE),
	HASS_KEY(TILT_STATUS_TEMPLATE, "tilt_status_template", HASS_TEMPLATE),
	HASS_KEY(TILT_COMMAND_TOPIC, "tilt_command_topic", HASS_PUBLISH),
	HASS_KEY(TILT_COMMAND_TEMPLATE, "tilt_command_template", HASS_TEMPLATE),
	HASS_KEY_NUMBER(TILT_MIN, "tilt_min", HASS_NUMBER, 0),
	HASS_KEY_NUMBER(TILT_MAX, "tilt_max", HASS_NUMBER, 100),
	HASS_KEY_NUMBER(TILT_CLOSED, "tilt_closed_value", HASS_NUMBER, 0),
	HASS_KEY_NUMBER(TILT_OPENED, "tilt_opened_value", HASS_NUMBER, 100),
};

/* A percentage in the range of two keys. */
static double
from_percent(const struct binding *b, int low, int high, double percent)
{
	double from = hass_binding_number(b, low);

	return adapter_value_round(percent * (hass_binding_number(b, high) - from) / 100 + from);
}

static bool
is_state(const struct hass_decode *d, const char *state)
{
	return d->now->state != NULL && strcmp(d->now->state, state) == 0;
}

/* Standing still says nothing about where: the position does, or the direction of the last move. */
static const char *
stopped(const struct hass_decode *d)
{
	const struct js *position = js_get(d->now->attributes, "current_position");

	if (hass_binding_has(d->b, POSITION_TOPIC) && js_is_number(position))
		return js_real(position, 0) <= 0 ? "closed" : "open";
	return is_state(d, "closed") || is_state(d, "closing") ? "closed" : "open";
}

static enum report_result
decode_state(struct hass_decode *d)
{
	static const struct {
		int		 key;
		const char	*state;
	} states[] = {
		{ STATE_OPEN, "open" }, { STATE_OPENING, "opening" }, { STATE_CLOSED, "closed" },
		{ STATE_CLOSING, "closing" },
	};
	size_t i;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (hass_decode_is(d, hass_binding_text(d->b, STATE_STOPPED)))
		return hass_decode_set(d, stopped(d));
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (hass_decode_is(d, hass_binding_text(d->b, states[i].key)))
			return hass_decode_set(d, states[i].state);
	if (hass_decode_none(d))
		return hass_decode_set(d, NULL);
	return hass_decode_bad(d, "no state of a cover");
}

static enum report_result
put_tilt(struct hass_decode *d, double v)
{
	double min = hass_binding_number(d->b, TILT_MIN), max = hass_binding_number(d->b, TILT_MAX);

	v = adapter_value_round(v);
	if (v < fmin(min, max) || v > fmax(min, max))
		return hass_decode_bad(d, "tilt is outside of tilt_min and tilt_max");
	hass_decode_put(d->r, "current_tilt_position",
	    js_new_int(hass_decode_percent(d->b, TILT_MIN, TILT_MAX, v)));
	return REPORT_OK;
}

static enum report_result
put_position(struct hass_decode *d, double v)
{
	int percent = hass_decode_percent(d->b, POSITION_CLOSED, POSITION_OPEN, v);

	hass_decode_put(d->r, "current_position", js_new_int(percent));
	if (!hass_binding_has(d->b, STATE_TOPIC))
		hass_decode_set(d, percent == 0 ? "closed" : "open");
	return REPORT_OK;
}

/* A template may give {"position": 40, "tilt_position": 10}. */
static enum report_result
decode_object(struct hass_decode *d)
{
	struct js *o = NULL;
	enum report_result result = REPORT_OK;

	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, NULL) != RC_OK ||
	    !js_is_number(js_get(o, "position")))
		result = hass_decode_bad(d, "no position in it");
	else if (js_is_number(js_get(o, "tilt_position")))
		result = put_tilt(d, js_real(js_get(o, "tilt_position"), 0));
	if (result == REPORT_OK)
		result = put_position(d, js_real(js_get(o, "position"), 0));
	js_free(o);
	return result;
}

static enum report_result
decode_position(struct hass_decode *d)
{
	double v;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (d->text[0] == '{')
		return decode_object(d);
	if (hass_decode_none(d)) {
		hass_decode_put(d->r, "current_position", js_new_null());
		return REPORT_OK;
	}
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "position is no number");
	return put_position(d, v);
}

static enum report_result
decode_tilt(struct hass_decode *d)
{
	double v;

	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "tilt is no number");
	return put_tilt(d, v);
}

/* The position comes first: standing still means one or the other by it. */
static const struct hass_read reads[] = {
	{ POSITION_TOPIC, POSITION_TEMPLATE, HASS_RAW | HASS_STATE, decode_position,
	    "current_position" },
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode_state, NULL },
	{ TILT_STATUS_TOPIC, TILT_STATUS_TEMPLATE, HASS_RAW, decode_tilt, "current_tilt_position" },
};

static size_t
vars(const struct binding *b, struct template_var *out)
{
	static const int names[] = { POSITION_OPEN, POSITION_CLOSED, TILT_MIN, TILT_MAX };
	size_t i, n = sizeof(names) / sizeof(names[0]);

	for (i = 0; i < n; i++)
		out[i] = template_var_int(keys[names[i] - HASS_OWN].name,
		    (int64_t)hass_binding_number(b, names[i]));
	return n;
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	if (hass_binding_number(b, POSITION_OPEN) == hass_binding_number(b, POSITION_CLOSED))
		return fault_set(f, RC_INVALID, "position_open", "position_open is position_closed");
	if (hass_binding_number(b, TILT_MIN) == hass_binding_number(b, TILT_MAX))
		return fault_set(f, RC_INVALID, "tilt_min", "tilt_min is tilt_max");
	if (hass_binding_has(b, SET_POSITION_TOPIC) && !hass_binding_has(b, POSITION_TOPIC) &&
	    !hass_binding_has(b, STATE_TOPIC))
		return fault_set(f, RC_INVALID, "position_topic",
		    "set_position_topic needs position_topic");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = 0;

	(void)device_class;
	(void)caps;
	if (hass_binding_has(b, COMMAND_TOPIC)) {
		bits |= hass_binding_text(b, PAYLOAD_OPEN) != NULL ? FEATURE_COVER_OPEN : 0;
		bits |= hass_binding_text(b, PAYLOAD_CLOSE) != NULL ? FEATURE_COVER_CLOSE : 0;
		bits |= hass_binding_text(b, PAYLOAD_STOP) != NULL ? FEATURE_COVER_STOP : 0;
	}
	if (hass_binding_has(b, SET_POSITION_TOPIC))
		bits |= FEATURE_COVER_POSITION;
	if (hass_binding_has(b, TILT_COMMAND_TOPIC))
		bits |= FEATURE_COVER_OPEN_TILT | FEATURE_COVER_CLOSE_TILT |
		    FEATURE_COVER_TILT_POSITION |
		    (hass_binding_text(b, PAYLOAD_STOP_TILT) != NULL ? FEATURE_COVER_STOP_TILT : 0);
	return bits;
}

/* `name` tells the template what was asked for, `value` what that is in the range of the cover. */
static enum rc
send_range(struct hass_encode *e, int topic, int template, const char *name, double asked, double value)
{
	struct template_var v = template_var_int("value", (int64_t)value), more[1 + HASS_VARS];

	more[0] = template_var_int(name, (int64_t)asked);
	return hass_encode_send(e, topic, template, &v, more, 1 + vars(e->b, more + 1));
}

static enum rc
send_tilt(struct hass_encode *e, double asked, double value)
{
	return send_range(e, TILT_COMMAND_TOPIC, TILT_COMMAND_TEMPLATE, "tilt_position", asked, value);
}

static enum rc
encode_tilt(struct hass_encode *e)
{
	double percent = js_real(js_get(e->data, "tilt_position"), 0);
	int end = hass_encode_service(e, "open_cover_tilt") ? TILT_OPENED : TILT_CLOSED;

	if (hass_encode_service(e, "stop_cover_tilt"))
		return hass_encode_text(e, TILT_COMMAND_TOPIC, HASS_NONE,
		    hass_binding_text(e->b, PAYLOAD_STOP_TILT));
	if (!hass_encode_service(e, "set_cover_tilt_position"))
		return send_tilt(e, hass_binding_number(e->b, end), hass_binding_number(e->b, end));
	return send_tilt(e, percent, from_percent(e->b, TILT_MIN, TILT_MAX, percent));
}

static enum rc
encode(struct hass_encode *e)
{
	static const struct {
		const char	*service;
		int		 payload;
	} plain[] = {
		{ "open_cover", PAYLOAD_OPEN }, { "close_cover", PAYLOAD_CLOSE },
		{ "stop_cover", PAYLOAD_STOP },
	};
	double percent = js_real(js_get(e->data, "position"), 0);
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (hass_encode_service(e, plain[i].service))
			return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE,
			    hass_binding_text(e->b, plain[i].payload));
	if (!hass_encode_service(e, "set_cover_position"))
		return encode_tilt(e);
	return send_range(e, SET_POSITION_TOPIC, SET_POSITION_TEMPLATE, "position", percent,
	    from_percent(e->b, POSITION_CLOSED, POSITION_OPEN, percent));
}

/* Where the slats are after a service, -1 when it does not say. */
static int
assumed_tilt(const struct hass_encode *e)
{
	if (hass_encode_service(e, "open_cover_tilt") || hass_encode_service(e, "close_cover_tilt"))
		return hass_decode_percent(e->b, TILT_MIN, TILT_MAX, hass_binding_number(e->b,
		    hass_encode_service(e, "open_cover_tilt") ? TILT_OPENED : TILT_CLOSED));
	return (int)js_int(js_get(e->data, "tilt_position"), -1);
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct js *position = js_get(e->data, "position");
	int tilt = assumed_tilt(e);

	if (tilt >= 0) {
		hass_decode_put(r, "current_tilt_position", js_new_int(tilt));
		return REPORT_OK;
	}
	if (position != NULL)
		r->state = js_real(position, 0) <= 0 ? "closed" : "open";
	else if (hass_encode_service(e, "open_cover") || hass_encode_service(e, "close_cover"))
		r->state = hass_encode_service(e, "open_cover") ? "open" : "closed";
	else
		return REPORT_NOTHING;
	r->has_state = true;
	if (position != NULL)
		hass_decode_put(r, "current_position", js_ref(position));
	return REPORT_OK;
}

const struct hass_component hass_cover = {
	.name = "cover", .plain_name = "MQTT Cover",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.check = check, .describe = describe, .vars = vars, .encode = encode, .assume = assume,
};
