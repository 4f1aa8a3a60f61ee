/* SPDX-License-Identifier: ISC
 *
 * light, the schema of plain topics: one for each thing a lamp can do.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/adapters/adapter_hass_light_int.h"
#include "shared/domain/color.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, STATE_TEMPLATE, COMMAND_TOPIC, PAYLOAD_ON, PAYLOAD_OFF,
	ON_COMMAND_TYPE, BRIGHTNESS_STATE_TOPIC, BRIGHTNESS_STATE_TEMPLATE, BRIGHTNESS_COMMAND_TOPIC,
	BRIGHTNESS_COMMAND_TEMPLATE, BRIGHTNESS_SCALE, TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE,
	TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE, IN_KELVIN, MIN_MIREDS, MAX_MIREDS, MIN_KELVIN,
	MAX_KELVIN, HS_STATE_TOPIC, HS_STATE_TEMPLATE, HS_COMMAND_TOPIC, HS_COMMAND_TEMPLATE,
	XY_STATE_TOPIC, XY_STATE_TEMPLATE, XY_COMMAND_TOPIC, XY_COMMAND_TEMPLATE, RGB_STATE_TOPIC,
	RGB_STATE_TEMPLATE, RGB_COMMAND_TOPIC, RGB_COMMAND_TEMPLATE, RGBW_STATE_TOPIC, RGBW_STATE_TEMPLATE,
	RGBW_COMMAND_TOPIC, RGBW_COMMAND_TEMPLATE, RGBWW_STATE_TOPIC, RGBWW_STATE_TEMPLATE,
	RGBWW_COMMAND_TOPIC, RGBWW_COMMAND_TEMPLATE, WHITE_COMMAND_TOPIC, WHITE_SCALE,
	MODE_STATE_TOPIC, MODE_TEMPLATE, EFFECT_STATE_TOPIC, EFFECT_STATE_TEMPLATE, EFFECT_COMMAND_TOPIC,
	EFFECT_COMMAND_TEMPLATE, EFFECT_LIST, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(STATE_TEMPLATE, "state_value_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY_TEXT(PAYLOAD_ON, "payload_on", HASS_TEXT, "ON"),
	HASS_KEY_TEXT(PAYLOAD_OFF, "payload_off", HASS_TEXT, "OFF"),
	HASS_KEY_TEXT(ON_COMMAND_TYPE, "on_command_type", HASS_TEXT, "last"),
	HASS_KEY_QUARTET(BRIGHTNESS, "brightness", "_value_template"),
	HASS_KEY_NUMBER(BRIGHTNESS_SCALE, "brightness_scale", HASS_NUMBER, 255),
	HASS_KEY_QUARTET(TEMP, "color_temp", "_value_template"),
	HASS_KEY(IN_KELVIN, "color_temp_kelvin", HASS_BOOL),
	HASS_KEY(MIN_MIREDS, "min_mireds", HASS_NUMBER),
	HASS_KEY(MAX_MIREDS, "max_mireds", HASS_NUMBER),
	HASS_KEY(MIN_KELVIN, "min_kelvin", HASS_NUMBER),
	HASS_KEY(MAX_KELVIN, "max_kelvin", HASS_NUMBER),
	HASS_KEY_QUARTET(HS, "hs", "_value_template"),
	HASS_KEY_QUARTET(XY, "xy", "_value_template"),
	HASS_KEY_QUARTET(RGB, "rgb", "_value_template"),
	HASS_KEY_QUARTET(RGBW, "rgbw", "_value_template"),
	HASS_KEY_QUARTET(RGBWW, "rgbww", "_value_template"),
	HASS_KEY(WHITE_COMMAND_TOPIC, "white_command_topic", HASS_PUBLISH),
	HASS_KEY_NUMBER(WHITE_SCALE, "white_scale", HASS_NUMBER, 255),
	HASS_KEY(MODE_STATE_TOPIC, "color_mode_state_topic", HASS_SUBSCRIBE),
	HASS_KEY(MODE_TEMPLATE, "color_mode_value_template", HASS_TEMPLATE),
	HASS_KEY_QUARTET(EFFECT, "effect", "_value_template"),
	HASS_KEY(EFFECT_LIST, "effect_list", HASS_LIST),
};

/* One row per colour: how it is read and how it is sent. */
static const struct color {
	enum adapter_light_mode	mode;
	int			state_topic, command_topic, command_template, n;
	bool			whole;		/* channels 0..255 that carry the brightness */
	const char		*names[5];	/* of its parts in command templates */
} colors[] = {
	{ ADAPTER_LIGHT_HS, HS_STATE_TOPIC, HS_COMMAND_TOPIC, HS_COMMAND_TEMPLATE, 2, false,
	    { "hue", "sat" } },
	{ ADAPTER_LIGHT_XY, XY_STATE_TOPIC, XY_COMMAND_TOPIC, XY_COMMAND_TEMPLATE, 2, false,
	    { "x", "y" } },
	{ ADAPTER_LIGHT_RGB, RGB_STATE_TOPIC, RGB_COMMAND_TOPIC, RGB_COMMAND_TEMPLATE, 3, true,
	    { "red", "green", "blue" } },
	{ ADAPTER_LIGHT_RGBW, RGBW_STATE_TOPIC, RGBW_COMMAND_TOPIC, RGBW_COMMAND_TEMPLATE, 4, true,
	    { "red", "green", "blue", "white" } },
	{ ADAPTER_LIGHT_RGBWW, RGBWW_STATE_TOPIC, RGBWW_COMMAND_TOPIC, RGBWW_COMMAND_TEMPLATE, 5, true,
	    { "red", "green", "blue", "cold_white", "warm_white" } },
};
#define COLORS (sizeof(colors) / sizeof(colors[0]))

#define MOST_NUMBERS 17		/* of all modes together */

/* What is remembered: with a topic for the mode, also colours of other modes than the present one. */
struct own {
	struct adapter_light	light;		/* first: what all schemas share */
	float			numbers[MOST_NUMBERS];
	uint16_t		seen;		/* bit per mode whose numbers are known */
};

static enum report_result
report(struct hass_decode *d)
{
	adapter_light_report(hass_light_of(d->b, d->now), d->r);
	return REPORT_OK;
}

static enum report_result
decode_state(struct hass_decode *d)
{
	struct adapter_light *l = hass_light_of(d->b, d->now);
	bool on = hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_ON));

	if (d->len == 0)
		return REPORT_NOTHING;
	if (!on && !hass_decode_is(d, hass_binding_text(d->b, PAYLOAD_OFF)) && !hass_decode_none(d))
		return hass_decode_bad(d, "neither payload_on nor payload_off");
	l->on = on;
	hass_decode_set(d, on ? "on" : hass_decode_none(d) ? NULL : "off");
	return report(d);
}

static enum report_result
decode_brightness(struct hass_decode *d)
{
	double v, scale = fmax(1, hass_binding_number(d->b, BRIGHTNESS_SCALE));

	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	if (!adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "brightness is no number");
	if (v == 0)
		return REPORT_NOTHING;
	hass_light_of(d->b, d->now)->brightness =
	    (int16_t)fmin(255, fmax(1, adapter_value_round(v * 255 / scale)));
	return report(d);
}

static float *
numbers_of(struct own *own, enum adapter_light_mode mode)
{
	int i, at = 0;

	for (i = 0; i < (int)mode; i++)
		at += adapter_light_numbers((enum adapter_light_mode)i);
	return own->numbers + at;
}

/* A colour is the present one, unless a topic of its own tells the mode. */
static void
take_color(struct hass_decode *d, enum adapter_light_mode mode, const double *v)
{
	struct adapter_light *l = hass_light_of(d->b, d->now);
	struct own *own = hass_binding_own(d->b);
	int i, n = adapter_light_numbers(mode);

	if (hass_binding_has(d->b, MODE_STATE_TOPIC)) {
		for (i = 0; i < n; i++)
			numbers_of(own, mode)[i] = (float)v[i];
		own->seen |= (uint16_t)(1u << mode);
	}
	if (!hass_binding_has(d->b, MODE_STATE_TOPIC) || l->mode == mode)
		adapter_light_color(l, mode, v, n);
}

/* Back in a mode: with the colour that was reported for it, if any. */
static void
recall_color(struct own *own, enum adapter_light_mode mode)
{
	int i, n = adapter_light_numbers(mode);
	double v[5];

	own->light.mode = (uint8_t)mode;
	own->light.n_color = 0;
	if ((own->seen & 1u << mode) == 0)
		return;
	for (i = 0; i < n; i++)
		v[i] = numbers_of(own, mode)[i];
	adapter_light_color(&own->light, mode, v, n);
}

static enum report_result
decode_temperature(struct hass_decode *d)
{
	double v;

	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	if (!adapter_value_number(d->text, d->len, &v) || v < 1)
		return hass_decode_bad(d, "colour temperature is no number");
	if (hass_binding_number(d->b, IN_KELVIN) == 0)
		v = color_mired_to_kelvin(v);
	take_color(d, ADAPTER_LIGHT_COLOR_TEMP, &v);
	return report(d);
}

/* Channels without a brightness topic of their own carry the brightness as their largest. */
static void
unscale(struct hass_decode *d, double *v, int n)
{
	double max = 0;
	int i;

	if (hass_binding_has(d->b, BRIGHTNESS_STATE_TOPIC))
		return;
	for (i = 0; i < n; i++)
		max = fmax(max, v[i]);
	if (max <= 0)
		return;
	hass_light_of(d->b, d->now)->brightness = (int16_t)fmin(255, fmax(1, max));
	for (i = 0; i < n; i++)
		v[i] = adapter_value_round(v[i] * 255 / max);
}

static enum report_result
decode_color(struct hass_decode *d)
{
	const struct color *c = colors;
	double v[5];

	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	while (c->state_topic != d->read->topic)
		c++;
	if (!adapter_value_numbers(d->text, d->len, v, c->n))
		return hass_decode_bad(d, "no colour");
	if (c->whole)
		unscale(d, v, c->n);
	take_color(d, c->mode, v);
	return report(d);
}

static enum report_result
decode_mode(struct hass_decode *d)
{
	struct adapter_light *l = hass_light_of(d->b, d->now);
	enum adapter_light_mode mode;

	if (d->len == 0 || hass_decode_none(d))
		return REPORT_NOTHING;
	mode = adapter_light_mode_parse(d->text, d->len);
	if (mode == ADAPTER_LIGHT_UNKNOWN || !adapter_light_supports(l, mode))
		return hass_decode_bad(d, "no colour mode of this lamp");
	if (l->mode != mode)
		recall_color(hass_binding_own(d->b), mode);
	return report(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, STATE_TEMPLATE, 0, decode_state, NULL },
	{ BRIGHTNESS_STATE_TOPIC, BRIGHTNESS_STATE_TEMPLATE, 0, decode_brightness, NULL },
	{ TEMP_STATE_TOPIC, TEMP_STATE_TEMPLATE, 0, decode_temperature, NULL },
	{ HS_STATE_TOPIC, HS_STATE_TEMPLATE, 0, decode_color, NULL },
	{ XY_STATE_TOPIC, XY_STATE_TEMPLATE, 0, decode_color, NULL },
	{ RGB_STATE_TOPIC, RGB_STATE_TEMPLATE, 0, decode_color, NULL },
	{ RGBW_STATE_TOPIC, RGBW_STATE_TEMPLATE, 0, decode_color, NULL },
	{ RGBWW_STATE_TOPIC, RGBWW_STATE_TEMPLATE, 0, decode_color, NULL },
	{ MODE_STATE_TOPIC, MODE_TEMPLATE, 0, decode_mode, NULL },
	{ EFFECT_STATE_TOPIC, EFFECT_STATE_TEMPLATE, 0, hass_decode_attribute_text, "effect" },
};

static enum rc
check(const struct binding *b, struct fault *f)
{
	struct adapter_light *l = hass_binding_own(b);
	const char *type = hass_binding_text(b, ON_COMMAND_TYPE);
	unsigned int modes = 0;
	size_t i;

	if (strcmp(type, "first") != 0 && strcmp(type, "last") != 0 && strcmp(type, "brightness") != 0)
		return fault_set(f, RC_INVALID, "on_command_type",
		    "on_command_type is first, last or brightness");
	for (i = 0; i < COLORS; i++)
		if (hass_binding_has(b, colors[i].command_topic))
			modes |= 1u << colors[i].mode;
	if (hass_binding_has(b, TEMP_COMMAND_TOPIC))
		modes |= 1u << ADAPTER_LIGHT_COLOR_TEMP;
	if (modes != 0 && hass_binding_has(b, WHITE_COMMAND_TOPIC))
		modes |= 1u << ADAPTER_LIGHT_WHITE;
	if (modes == 0)
		modes = 1u << (hass_binding_has(b, BRIGHTNESS_COMMAND_TOPIC) ? ADAPTER_LIGHT_BRIGHTNESS :
		    ADAPTER_LIGHT_ONOFF);
	l->modes = (uint16_t)modes;
	hass_light_range(b, MIN_KELVIN, MAX_MIREDS, MAX_KELVIN, MIN_MIREDS);
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = hass_binding_has(b, EFFECT_COMMAND_TOPIC) ? FEATURE_LIGHT_EFFECT : 0;

	(void)device_class;
	if (caps != NULL)
		hass_light_describe(b, MIN_KELVIN, MAX_MIREDS, MAX_KELVIN, MIN_MIREDS, EFFECT_LIST, caps);
	return bits;
}

static const struct color *
color_of(enum adapter_light_mode mode)
{
	size_t i;

	for (i = 0; i < COLORS; i++)
		if (colors[i].mode == mode)
			return &colors[i];
	return NULL;
}

/* The brightness that is asked for, 0 for none; where it takes the place of "on", the one it had. */
static double
wanted_brightness(struct hass_encode *e)
{
	struct adapter_light *l = hass_light_of(e->b, e->now);

	if (js_get(e->data, "brightness") != NULL)
		return js_real(js_get(e->data, "brightness"), 255);
	if (strcmp(hass_binding_text(e->b, ON_COMMAND_TYPE), "brightness") != 0 ||
	    js_get(e->data, "white") != NULL)
		return 0;
	return l->brightness > 0 ? l->brightness : 255;
}

/* "255,0,64" with its parts as variables of the template. */
static enum rc
send_color(struct hass_encode *e, const struct color *c, double *v)
{
	double wanted = wanted_brightness(e), brightness =
	    hass_binding_has(e->b, BRIGHTNESS_COMMAND_TOPIC) || wanted == 0 ? 255 : wanted;
	struct template_var value, parts[5];
	struct buf b = { 0 };
	enum rc rc;
	int i;

	for (i = 0; i < c->n; i++) {
		buf_puts(&b, i > 0 ? "," : "");
		if (c->whole) {
			v[i] = floor(v[i] * brightness / 255);
			buf_put_int(&b, (long long)v[i]);
			parts[i] = template_var_int(c->names[i], (int64_t)v[i]);
		} else {
			adapter_value_real(v[i], &b);
			parts[i] = template_var_real(c->names[i], v[i]);
		}
	}
	value = template_var_string("value", buf_str(&b), b.len);
	rc = hass_encode_send(e, c->command_topic, c->command_template, &value, parts, (size_t)c->n);
	buf_free(&b);
	return rc;
}

static enum rc
encode_color(struct hass_encode *e)
{
	double v[5];
	int n = 0;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);

	return mode == ADAPTER_LIGHT_UNKNOWN || mode == ADAPTER_LIGHT_COLOR_TEMP ? RC_OK :
	    send_color(e, color_of(mode), v);
}

static enum rc
encode_temperature(struct hass_encode *e)
{
	const struct js *kelvin = js_get(e->data, "color_temp_kelvin");
	double v = js_real(kelvin, 0);
	struct template_var value = template_var_int("value",
	    hass_binding_number(e->b, IN_KELVIN) != 0 ? (int64_t)v : color_kelvin_to_mired(v));

	return kelvin == NULL ? RC_OK :
	    hass_encode_send(e, TEMP_COMMAND_TOPIC, TEMP_COMMAND_TEMPLATE, &value, NULL, 0);
}

/* 1..255 in the lamp's own scale; never down to 0. */
static enum rc
send_scaled(struct hass_encode *e, int topic, int template, double brightness, int scale_key)
{
	double scale = fmax(1, hass_binding_number(e->b, scale_key));
	struct template_var value = template_var_int("value", (int64_t)fmin(scale, fmax(1,
	    adapter_value_round(brightness * scale / 255))));

	return hass_encode_send(e, topic, template, &value, NULL, 0);
}

/* A lamp that dims only by its channels gets its present colour again, darker. */
static enum rc
encode_brightness(struct hass_encode *e, double brightness)
{
	struct adapter_light *l = hass_light_of(e->b, e->now);
	double v[5] = { 255, 255, 255, 255, 255 };
	const struct color *c;
	size_t i;

	if (hass_binding_has(e->b, BRIGHTNESS_COMMAND_TOPIC))
		return send_scaled(e, BRIGHTNESS_COMMAND_TOPIC, BRIGHTNESS_COMMAND_TEMPLATE,
		    brightness, BRIGHTNESS_SCALE);
	for (i = 2; i < COLORS; i++) {
		c = &colors[i];
		if (!hass_binding_has(e->b, c->command_topic) || adapter_light_wanted(e->data, v,
		    &(int){ 0 }) != ADAPTER_LIGHT_UNKNOWN)
			continue;
		if (l->mode == c->mode && l->n_color == c->n)
			memcpy(v, l->color, sizeof(v));
		return send_color(e, c, v);
	}
	return RC_OK;
}

static enum rc
encode_on(struct hass_encode *e)
{
	const struct js *effect = js_get(e->data, "effect"), *white = js_get(e->data, "white");
	double brightness = wanted_brightness(e);
	enum rc rc = encode_color(e);

	if (rc == RC_OK && brightness > 0)
		rc = encode_brightness(e, brightness);
	if (rc == RC_OK)
		rc = encode_temperature(e);
	if (rc == RC_OK && effect != NULL)
		rc = hass_encode_text(e, EFFECT_COMMAND_TOPIC, EFFECT_COMMAND_TEMPLATE,
		    js_string(effect, NULL));
	if (rc == RC_OK && white != NULL)
		rc = send_scaled(e, WHITE_COMMAND_TOPIC, HASS_NONE, js_real(white, 255), WHITE_SCALE);
	return rc;
}

static enum rc
encode(struct hass_encode *e)
{
	const char *type = hass_binding_text(e->b, ON_COMMAND_TYPE);
	const char *on = hass_binding_text(e->b, PAYLOAD_ON);
	enum rc rc = RC_OK;

	if (!hass_encode_service(e, "turn_on"))
		return hass_encode_text(e, COMMAND_TOPIC, HASS_NONE,
		    hass_binding_text(e->b, PAYLOAD_OFF));
	if (strcmp(type, "first") == 0)
		rc = hass_encode_text(e, COMMAND_TOPIC, HASS_NONE, on);
	if (rc == RC_OK)
		rc = encode_on(e);
	if (rc == RC_OK && strcmp(type, "last") == 0)
		rc = hass_encode_text(e, COMMAND_TOPIC, HASS_NONE, on);
	return rc;
}

/* Nothing reports it, or it is not to be waited for. */
static bool
assumed(const struct binding *b, int command_topic, int state_topic)
{
	return hass_binding_has(b, command_topic) &&
	    (hass_binding_number(b, HASS_OPTIMISTIC) != 0 || !hass_binding_has(b, state_topic));
}

/* Each thing a lamp can do by itself: one has a topic that reports it, the other has not. */
static void
info(const struct binding *b, struct binding_info *out)
{
	size_t i;

	out->optimistic = assumed(b, COMMAND_TOPIC, STATE_TOPIC) ||
	    assumed(b, BRIGHTNESS_COMMAND_TOPIC, BRIGHTNESS_STATE_TOPIC) ||
	    assumed(b, TEMP_COMMAND_TOPIC, TEMP_STATE_TOPIC) ||
	    assumed(b, EFFECT_COMMAND_TOPIC, EFFECT_STATE_TOPIC) ||
	    assumed(b, WHITE_COMMAND_TOPIC, MODE_STATE_TOPIC);
	for (i = 0; i < COLORS; i++)
		out->optimistic |= assumed(b, colors[i].command_topic, colors[i].state_topic);
}

/* The colour and the brightness that its channels carry, unless there is a topic for that. */
static void
assume_color(struct hass_encode *e, struct adapter_light *l)
{
	double v[5], brightness = js_real(js_get(e->data, "brightness"), 0);
	int n = 0;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);
	const struct color *c = color_of(mode);
	bool mine = c != NULL ? assumed(e->b, c->command_topic, c->state_topic) :
	    mode == ADAPTER_LIGHT_COLOR_TEMP && assumed(e->b, TEMP_COMMAND_TOPIC, TEMP_STATE_TOPIC);

	if (mine)
		adapter_light_color(l, mode, v, n);
	if (brightness > 0 && (assumed(e->b, BRIGHTNESS_COMMAND_TOPIC, BRIGHTNESS_STATE_TOPIC) ||
	    (mine && !hass_binding_has(e->b, BRIGHTNESS_COMMAND_TOPIC))))
		l->brightness = (int16_t)brightness;
}

static enum report_result
assume(struct hass_encode *e, struct report *r)
{
	struct adapter_light *l = hass_light_of(e->b, e->now);
	const struct js *effect = js_get(e->data, "effect"), *white = js_get(e->data, "white");

	if (assumed(e->b, COMMAND_TOPIC, STATE_TOPIC)) {
		if (hass_encode_assume_onoff(e, r) != REPORT_OK)
			return REPORT_NOTHING;
		l->on = strcmp(r->state, "on") == 0;
	}
	assume_color(e, l);
	if (white != NULL && assumed(e->b, WHITE_COMMAND_TOPIC, MODE_STATE_TOPIC) &&
	    adapter_light_color(l, ADAPTER_LIGHT_WHITE, NULL, 0))
		l->brightness = (int16_t)js_real(white, 0);
	if (effect != NULL && assumed(e->b, EFFECT_COMMAND_TOPIC, EFFECT_STATE_TOPIC))
		adapter_report_put(r, "effect", js_ref(effect));
	adapter_light_report(l, r);
	return REPORT_OK;
}

const struct hass_component hass_light_basic = {
	.name = "light", .schema = "basic", .plain_name = "MQTT LightEntity",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = hass_light_attributes,
	.own = sizeof(struct own),
	.check = check, .describe = describe, .encode = encode,
	.assumes_parts = true, .assume = assume, .info = info,
};
