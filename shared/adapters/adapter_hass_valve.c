/* SPDX-License-Identifier: ISC
 *
 * valve: open, closed, opening or closing; or, where it reports one, at a position in percent.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, COMMAND_TOPIC, COMMAND_TEMPLATE, REPORTS_POSITION,
	POSITION_OPEN, POSITION_CLOSED, PAYLOAD_OPEN, PAYLOAD_CLOSE, PAYLOAD_STOP, STATE_OPEN,
	STATE_CLOSED, STATE_OPENING, STATE_CLOSING, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(COMMAND_TEMPLATE, "command_template", HASS_TEMPLATE),
	HASS_KEY(REPORTS_POSITION, "reports_position", HASS_BOOL),
	HASS_KEY_NUMBER(POSITION_OPEN, "position_open", HASS_NUMBER, 100),
	HASS_KEY_NUMBER(POSITION_CLOSED, "position_closed", HASS_NUMBER, 0),
	HASS_KEY_TEXT(PAYLOAD_OPEN, "payload_open", HASS_NULLABLE, "OPEN"),
	HASS_KEY_TEXT(PAYLOAD_CLOSE, "payload_close", HASS_NULLABLE, "CLOSE"),
	HASS_KEY(PAYLOAD_STOP, "payload_stop", HASS_NULLABLE),
	HASS_KEY_TEXT(STATE_OPEN, "state_open", HASS_TEXT, "open"),
	HASS_KEY_TEXT(STATE_CLOSED, "state_closed", HASS_TEXT, "closed"),
	HASS_KEY_TEXT(STATE_OPENING, "state_opening", HASS_TEXT, "opening"),
	HASS_KEY_TEXT(STATE_CLOSING, "state_closing", HASS_TEXT, "closing"),
};

static bool
is_moving(const char *state)
{
	return state != NULL && (strcmp(state, "opening") == 0 || strcmp(state, "closing") == 0);
}

static bool
is_text(const struct binding *b, int key, const char *text)
{
	return text != NULL && strcmp(hass_binding_text(b, key), text) == 0;
}

static enum report_result
report_state(struct hass_decode *d, const char *text)
{
	static const struct {
		int		 key;
		const char	*state;
	} states[] = {
		{ STATE_OPENING, "opening" }, { STATE_CLOSING, "closing" }, { STATE_OPEN, "open" },
		{ STATE_CLOSED, "closed" },
	};
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (is_text(d->b, states[i].key, text))
			return hass_decode_set(d, states[i].state);
	if (text != NULL && strcmp(text, "None") == 0)
		return hass_decode_set(d, NULL);
	return hass_decode_bad(d, "no state of a valve");
}

/* Between the ends it goes on moving until it says otherwise. */
static enum report_result
report_position(struct hass_decode *d, double v, const char *moving)
{
	int percent = hass_decode_percent(d->b, POSITION_CLOSED, POSITION_OPEN, v);

	hass_decode_put(d->r, "current_position", js_new_int(percent));
	if (moving == NULL && percent > 0 && percent < 100 && is_moving(d->now->state))
		return REPORT_OK;
	return hass_decode_set(d, moving != NULL ? moving : percent == 0 ? "closed" : "open");
}

static const char *
moving_word(const struct hass_decode *d, const char *text)
{
	if (is_text(d->b, STATE_OPENING, text))
		return "opening";
	return is_text(d->b, STATE_CLOSING, text) ? "closing" : NULL;
}

/* {"state": "opening", "position": 50}; what kind of valve it is says which of them must be there. */
static enum report_result
decode_object(struct hass_decode *d, const struct js *o)
{
	const char *state = js_get_string(o, "state");
	const struct js *position = js_get(o, "position");
	struct buf b = { 0 };
	enum report_result result;
	double v = 0;

	if (hass_binding_number(d->b, REPORTS_POSITION) == 0)
		return report_state(d, state);
	if (adapter_value_text(position, &b) && adapter_value_number(buf_str(&b), b.len, &v))
		result = report_position(d, v, moving_word(d, state));
	else
		result = hass_decode_bad(d, "no position in it");
	buf_free(&b);
	return result;
}

static enum report_result
decode_plain(struct hass_decode *d)
{
	const char *text = mem_strndup(d->a, d->text, d->len), *moving = moving_word(d, text);
	double v;

	if (hass_binding_number(d->b, REPORTS_POSITION) == 0)
		return report_state(d, text);
	if (moving != NULL)
		return hass_decode_set(d, moving);
	if (hass_decode_none(d)) {
		hass_decode_put(d->r, "current_position", js_new_null());
		return hass_decode_set(d, NULL);
	}
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "position is no number");
	return report_position(d, v, NULL);
}

static enum report_result
decode(struct hass_decode *d)
{
	struct js *o = NULL;
	enum report_result result;

	if (d->len == 0)
		return REPORT_NOTHING;
	if (d->text[0] != '{')
		return decode_plain(d);
	if (js_parse(d->text, d->len, JS_LAX_KEYS, &o, d->f) != RC_OK)
		return REPORT_BAD;
	result = decode_object(d, o);
	js_free(o);
	return result;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, HASS_RAW, decode, NULL },
};

static size_t
vars(const struct binding *b, struct template_var *out)
{
	out[0] = template_var_int("position_open", (int64_t)hass_binding_number(b, POSITION_OPEN));
	out[1] = template_var_int("position_closed", (int64_t)hass_binding_number(b, POSITION_CLOSED));
	return 2;
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	static const int plain[] = { PAYLOAD_OPEN, PAYLOAD_CLOSE, STATE_OPEN, STATE_CLOSED };
	size_t i;

	if (hass_binding_number(b, POSITION_OPEN) == hass_binding_number(b, POSITION_CLOSED))
		return fault_set(f, RC_INVALID, "position_open", "position_open is position_closed");
	for (i = 0; hass_binding_number(b, REPORTS_POSITION) != 0 &&
	    i < sizeof(plain) / sizeof(plain[0]); i++)
		if (hass_binding_has(b, plain[i]))
			return fault_set(f, RC_INVALID, keys[plain[i] - HASS_OWN].name,
			    "%s has no place where reports_position is true",
			    keys[plain[i] - HASS_OWN].name);
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = 0;

	(void)device_class;
	if (caps != NULL)
		js_set(caps, "reports_position",
		    js_new_bool(hass_binding_number(b, REPORTS_POSITION) != 0));
	if (!hass_binding_has(b, COMMAND_TOPIC))
		return 0;
	bits |= hass_binding_text(b, PAYLOAD_OPEN) != NULL ? FEATURE_VALVE_OPEN : 0;
	bits |= hass_binding_text(b, PAYLOAD_CLOSE) != NULL ? FEATURE_VALVE_CLOSE : 0;
	bits |= hass_binding_text(b, PAYLOAD_STOP) != NULL ? FEATURE_VALVE_STOP : 0;
	bits |= hass_binding_number(b, REPORTS_POSITION) != 0 ? FEATURE_VALVE_POSITION : 0;
	return bits;
}

static enum rc
encode_position(struct hass_encode *e, double percent)
{
	double closed = hass_binding_number(e->b, POSITION_CLOSED);
	double span = hass_binding_number(e->b, POSITION_OPEN) - closed;
	struct template_var more[3], value = template_var_int("value",
	    (int64_t)adapter_value_round(percent * span / 100 + closed));

	more[0] = template_var_int("position", (int64_t)percent);
	return hass_encode_send(e, COMMAND_TOPIC, COMMAND_TEMPLATE, &value, more,
	    1 + vars(e->b, more + 1));
}

/* A valve with a position is opened and closed by its position, unless it says by which payload. */
static enum rc
encode(struct hass_encode *e)
{
	static const struct {
		const char	*service;
		int		 payload;
	} plain[] = {
		{ "open_valve", PAYLOAD_OPEN }, { "close_valve", PAYLOAD_CLOSE },
		{ "stop_valve", PAYLOAD_STOP },
	};
	bool position = hass_binding_number(e->b, REPORTS_POSITION) != 0;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (!hass_encode_service(e, plain[i].service))
			continue;
		if (position && plain[i].payload != PAYLOAD_STOP)
			return encode_position(e, plain[i].payload == PAYLOAD_OPEN ? 100 : 0);
		return hass_encode_text(e, COMMAND_TOPIC, COMMAND_TEMPLATE,
		    hass_binding_text(e->b, plain[i].payload));
	}
	return encode_position(e, js_real(js_get(e->data, "position"), 0));
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	const struct js *position = js_get(e->data, "position");

	if (hass_encode_service(e, "stop_valve"))
		return REPORT_NOTHING;
	r->has_state = true;
	r->state = hass_encode_service(e, "open_valve") || (position != NULL &&
	    js_real(position, 0) > 0) ? "open" : "closed";
	if (hass_binding_number(e->b, REPORTS_POSITION) != 0)
		hass_decode_put(r, "current_position", position != NULL ? js_ref(position) :
		    js_new_int(hass_encode_service(e, "open_valve") ? 100 : 0));
	return REPORT_OK;
}

static const char *const attributes[] = { "current_position", NULL };

const struct hass_component hass_valve = {
	.name = "valve", .plain_name = "MQTT Valve",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = attributes,
	.check = check, .describe = describe, .vars = vars, .encode = encode, .assume = assume,
};
