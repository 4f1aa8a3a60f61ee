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
	HASS_KEY(PAYLOAD_STOP_TILT, "payload_stop_tilt", HASS_NULLABLE),
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

/* The device's value in its own range as percent, and back. */
static int
to_percent(double v, double closed, double open)
{
	return (int)fmin(100, fmax(0, adapter_value_round((v - closed) * 100 / (open - closed))));
}

static struct js *
from_percent(double percent, double closed, double open)
{
	return js_new_int((int64_t)adapter_value_round(closed + percent * (open - closed) / 100));
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
	if (v < hass_binding_number(d->b, TILT_MIN) || v > hass_binding_number(d->b, TILT_MAX))
		return hass_decode_bad(d, "tilt is outside of tilt_min and tilt_max");
	hass_decode_put(d->r, "current_tilt_position", js_new_int(to_percent(v,
	    hass_binding_number(d->b, TILT_CLOSED), hass_binding_number(d->b, TILT_OPENED))));
	return REPORT_OK;
}

static enum report_result
put_position(struct hass_decode *d, double v)
{
	int percent = to_percent(v, hass_binding_number(d->b, POSITION_CLOSED),
	    hass_binding_number(d->b, POSITION_OPEN));

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

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode_state, NULL },
	{ POSITION_TOPIC, POSITION_TEMPLATE, HASS_RAW, decode_position, NULL },
	{ TILT_STATUS_TOPIC, TILT_STATUS_TEMPLATE, HASS_RAW, decode_tilt, NULL },
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	if (hass_binding_number(b, POSITION_OPEN) == hass_binding_number(b, POSITION_CLOSED))
		return fault_set(f, RC_INVALID, "position_open", "position_open is position_closed");
	if (hass_binding_number(b, TILT_OPENED) == hass_binding_number(b, TILT_CLOSED))
		return fault_set(f, RC_INVALID, "tilt_opened_value",
		    "tilt_opened_value is tilt_closed_value");
	if (hass_binding_has(b, SET_POSITION_TOPIC) && !hass_binding_has(b, POSITION_TOPIC) &&
	    !hass_binding_has(b, STATE_TOPIC))
		return fault_set(f, RC_INVALID, "position_topic",
		    "set_position_topic needs position_topic");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const struct js *config, struct js *caps)
{
	uint32_t bits = 0;

	(void)config;
	(void)caps;
	if (hass_binding_has(b, COMMAND_TOPIC)) {
		bits |= hass_binding_text(b, PAYLOAD_OPEN) != NULL ? FEATURE_COVER_OPEN : 0;
		bits |= hass_binding_text(b, PAYLOAD_CLOSE) != NULL ? FEATURE_COVER_CLOSE : 0;
		bits |= hass_binding_text(b, PAYLOAD_STOP) != NULL ? FEATURE_COVER_STOP : 0;
		bits |= hass_binding_has(b, PAYLOAD_STOP_TILT) ? FEATURE_COVER_STOP_TILT : 0;
	}
	if (hass_binding_has(b, SET_POSITION_TOPIC))
		bits |= FEATURE_COVER_POSITION;
	if (hass_binding_has(b, TILT_COMMAND_TOPIC))
		bits |= FEATURE_COVER_OPEN_TILT | FEATURE_COVER_CLOSE_TILT |
		    FEATURE_COVER_TILT_POSITION;
	return bits;
}

static enum rc
send_position(struct hass_encode *e, int topic, int template, struct js *value)
{
	struct template_var main_value = template_var_int("value", js_int(value, 0));
	struct template_var more[] = {
		template_var_int("position", js_int(value, 0)),
		template_var_int("tilt_position", js_int(value, 0)),
		template_var_int("position_open",
		    (int64_t)hass_binding_number(e->b, POSITION_OPEN)),
		template_var_int("position_closed",
		    (int64_t)hass_binding_number(e->b, POSITION_CLOSED)),
		template_var_int("tilt_min", (int64_t)hass_binding_number(e->b, TILT_MIN)),
		template_var_int("tilt_max", (int64_t)hass_binding_number(e->b, TILT_MAX)),
	};
	enum rc rc = hass_encode_send(e, topic, template, &main_value, more,
	    sizeof(more) / sizeof(more[0]));

	js_free(value);
	return rc;
}

static enum rc
send_tilt(struct hass_encode *e, double percent)
{
	return send_position(e, TILT_COMMAND_TOPIC, TILT_COMMAND_TEMPLATE, from_percent(percent,
	    hass_binding_number(e->b, TILT_CLOSED), hass_binding_number(e->b, TILT_OPENED)));
}

static enum rc
encode(struct hass_encode *e)
{
	static const struct {
		const char	*service;
		int		 payload;
	} plain[] = {
		{ "open_cover", PAYLOAD_OPEN }, { "close_cover", PAYLOAD_CLOSE },
		{ "stop_cover", PAYLOAD_STOP }, { "stop_cover_tilt", PAYLOAD_STOP_TILT },
	};
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (hass_encode_service(e, plain[i].service))
			return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE,
			    hass_binding_text(e->b, plain[i].payload));
	if (hass_encode_service(e, "open_cover_tilt"))
		return send_tilt(e, 100);
	if (hass_encode_service(e, "close_cover_tilt"))
		return send_tilt(e, 0);
	if (hass_encode_service(e, "set_cover_tilt_position"))
		return send_tilt(e, js_real(js_get(e->data, "tilt_position"), 0));
	return send_position(e, SET_POSITION_TOPIC, SET_POSITION_TEMPLATE,
	    from_percent(js_real(js_get(e->data, "position"), 0),
	    hass_binding_number(e->b, POSITION_CLOSED), hass_binding_number(e->b, POSITION_OPEN)));
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct js *position = js_get(e->data, "position");

	if (hass_encode_service(e, "open_cover"))
		r->state = "open";
	else if (hass_encode_service(e, "close_cover"))
		r->state = "closed";
	else if (position != NULL)
		r->state = js_real(position, 0) <= 0 ? "closed" : "open";
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
	.check = check, .describe = describe, .encode = encode, .assume = assume,
};
