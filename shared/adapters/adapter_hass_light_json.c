/* SPDX-License-Identifier: ISC
 *
 * light, schema json: one JSON object says everything, in both directions.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_light_int.h"
#include "shared/domain/color.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, COMMAND_TOPIC, BRIGHTNESS, BRIGHTNESS_SCALE, WHITE_SCALE, COLOR_MODES,
	EFFECT, EFFECT_LIST, MIN_MIREDS, MAX_MIREDS, MIN_KELVIN, MAX_KELVIN, IN_KELVIN, COLOR_TEMP,
	HS, XY, RGB, FLASH_SHORT, FLASH_LONG, FLASH, TRANSITION, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY(BRIGHTNESS, "brightness", HASS_BOOL),
	HASS_KEY_NUMBER(BRIGHTNESS_SCALE, "brightness_scale", HASS_NUMBER, 255),
	HASS_KEY_NUMBER(WHITE_SCALE, "white_scale", HASS_NUMBER, 255),
	HASS_KEY(COLOR_MODES, "supported_color_modes", HASS_LIST),
	HASS_KEY(EFFECT, "effect", HASS_BOOL),
	HASS_KEY(EFFECT_LIST, "effect_list", HASS_LIST),
	HASS_KEY(MIN_MIREDS, "min_mireds", HASS_NUMBER),
	HASS_KEY(MAX_MIREDS, "max_mireds", HASS_NUMBER),
	HASS_KEY(MIN_KELVIN, "min_kelvin", HASS_NUMBER),
	HASS_KEY(MAX_KELVIN, "max_kelvin", HASS_NUMBER),
	HASS_KEY(IN_KELVIN, "color_temp_kelvin", HASS_BOOL),
	/* Flags of before supported_color_modes, still sent. */
	HASS_KEY(COLOR_TEMP, "color_temp", HASS_BOOL),
	HASS_KEY(HS, "hs", HASS_BOOL),
	HASS_KEY(XY, "xy", HASS_BOOL),
	HASS_KEY(RGB, "rgb", HASS_BOOL),
	HASS_KEY_NUMBER(FLASH_SHORT, "flash_time_short", HASS_NUMBER, 2),
	HASS_KEY_NUMBER(FLASH_LONG, "flash_time_long", HASS_NUMBER, 10),
	HASS_KEY_NUMBER(FLASH, "flash", HASS_BOOL, 1),
	HASS_KEY_NUMBER(TRANSITION, "transition", HASS_BOOL, 1),
};

static double
scale_of(const struct binding *b, int key)
{
	return fmax(1, hass_binding_number(b, key));
}

static double
kelvin_in(const struct binding *b, double v)
{
	return hass_binding_number(b, IN_KELVIN) != 0 ? v : color_mired_to_kelvin(v);
}

/* Numbers named by the letters of `members` out of an object. */
static bool
members(const struct js *color, const char *const *names, int n, double *v)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!js_is_number(js_get(color, names[i])))
			return false;
		v[i] = js_real(js_get(color, names[i]), 0);
	}
	return true;
}

static bool
take_color(const struct binding *b, struct adapter_light *l, enum adapter_light_mode mode,
    const struct js *o)
{
	static const char *const channels[] = { "r", "g", "b", "c", "w" };
	static const char *const rgbw[] = { "r", "g", "b", "w" };
	static const char *const hs[] = { "h", "s" }, *const xy[] = { "x", "y" };
	const struct js *color = js_get(o, "color");
	double v[5];

	switch (mode) {
	case ADAPTER_LIGHT_COLOR_TEMP:
		v[0] = kelvin_in(b, js_real(js_get(o, "color_temp"), 0));
		return v[0] > 0 && adapter_light_color(l, mode, v, 1);
	case ADAPTER_LIGHT_HS:
		return members(color, hs, 2, v) && adapter_light_color(l, mode, v, 2);
	case ADAPTER_LIGHT_XY:
		return members(color, xy, 2, v) && adapter_light_color(l, mode, v, 2);
	case ADAPTER_LIGHT_RGB:
		return members(color, channels, 3, v) && adapter_light_color(l, mode, v, 3);
	case ADAPTER_LIGHT_RGBW:
		return members(color, rgbw, 4, v) && adapter_light_color(l, mode, v, 4);
	case ADAPTER_LIGHT_RGBWW:
		return members(color, channels, 5, v) && adapter_light_color(l, mode, v, 5);
	default:
		return adapter_light_color(l, mode, NULL, 0);
	}
}

/* With color_mode it says which; without (older firmware) what is there tells. */
static void
decode_color(const struct binding *b, struct adapter_light *l, const struct js *o)
{
	static const enum adapter_light_mode guesses[] = { ADAPTER_LIGHT_XY, ADAPTER_LIGHT_HS, ADAPTER_LIGHT_RGBWW,
		ADAPTER_LIGHT_RGBW, ADAPTER_LIGHT_RGB, ADAPTER_LIGHT_COLOR_TEMP };
	size_t i, len;
	const char *name = js_string(js_get(o, "color_mode"), &len);

	if (name != NULL) {
		take_color(b, l, adapter_light_mode_parse(name, len), o);
		return;
	}
	for (i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++)
		if (take_color(b, l, guesses[i], o))
			return;
}

static void
decode_brightness(const struct binding *b, struct adapter_light *l, const struct js *v)
{
	double brightness;

	if (!js_is_number(v) || js_real(v, 0) == 0 || !adapter_light_dims(l))
		return;
	brightness = adapter_value_round(js_real(v, 0) * 255 / scale_of(b, BRIGHTNESS_SCALE));
	l->brightness = (int16_t)fmin(255, fmax(1, brightness));
}

static enum report_result
decode(struct hass_decode *d)
{
	const struct js *o = message_json(d->m), *state = js_get(o, "state"), *effect;
	struct adapter_light *l = hass_light_of(d->b, d->now);
	const char *s = js_string(state, NULL);

	if (js_type(o) != JS_OBJECT)
		return hass_decode_bad(d, "no JSON object");
	if (s != NULL && strcmp(s, "ON") != 0 && strcmp(s, "OFF") != 0)
		return hass_decode_bad(d, "state is neither ON nor OFF");
	if (s != NULL) {
		l->on = strcmp(s, "ON") == 0;
		hass_decode_set(d, l->on ? "on" : "off");
	} else if (state != NULL && js_is_null(state)) {
		l->on = false;
		hass_decode_set(d, NULL);
	}
	decode_color(d->b, l, o);
	decode_brightness(d->b, l, js_get(o, "brightness"));
	adapter_light_report(l, d->r);
	if (hass_binding_number(d->b, EFFECT) != 0 && (effect = js_get(o, "effect")) != NULL)
		hass_decode_put(d->r, "effect", js_ref(effect));
	return REPORT_OK;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, HASS_NONE, 0, decode, NULL },
};

/* The modes of before supported_color_modes. */
static uint16_t
legacy_modes(const struct binding *b)
{
	static const struct {
		int			key;
		enum adapter_light_mode	mode;
	} flags[] = {
		{ COLOR_TEMP, ADAPTER_LIGHT_COLOR_TEMP }, { HS, ADAPTER_LIGHT_HS }, { XY, ADAPTER_LIGHT_XY },
		{ RGB, ADAPTER_LIGHT_RGB },
	};
	unsigned int out = 0;
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (hass_binding_number(b, flags[i].key) != 0)
			out |= 1u << flags[i].mode;
	if (out == 0)
		out = 1u << (hass_binding_number(b, BRIGHTNESS) != 0 ? ADAPTER_LIGHT_BRIGHTNESS :
		    ADAPTER_LIGHT_ONOFF);
	return (uint16_t)out;
}

static uint16_t
supported_modes(const struct binding *b)
{
	unsigned int out = 0;
	int i;

	if (!hass_binding_has(b, COLOR_MODES))
		return legacy_modes(b);
	for (i = ADAPTER_LIGHT_ONOFF; i < ADAPTER_LIGHT__MAX; i++)
		if (hass_binding_lists(b, COLOR_MODES, adapter_light_mode_name(i),
		    strlen(adapter_light_mode_name(i))))
			out |= 1u << i;
	return (uint16_t)out;
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	struct adapter_light *l = hass_binding_own(b);

	l->modes = supported_modes(b);
	hass_light_range(b, MIN_KELVIN, MAX_MIREDS, MAX_KELVIN, MIN_MIREDS);
	if (l->modes == 0)
		return fault_set(f, RC_INVALID, "supported_color_modes", "no colour mode we know");
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = 0;

	(void)device_class;
	bits |= hass_binding_number(b, TRANSITION) != 0 ? FEATURE_LIGHT_TRANSITION : 0;
	bits |= hass_binding_number(b, FLASH) != 0 ? FEATURE_LIGHT_FLASH : 0;
	bits |= hass_binding_number(b, EFFECT) != 0 ? FEATURE_LIGHT_EFFECT : 0;
	if (caps != NULL)
		hass_light_describe(b, MIN_KELVIN, MAX_MIREDS, MAX_KELVIN, MIN_MIREDS, EFFECT_LIST, caps);
	return bits;
}

/* The r, g, b, ... of a message carry the brightness where the lamp has none of its own. */
static struct js *
channels_out(const struct binding *b, enum adapter_light_mode mode, const double *v, int n,
    const struct js *data)
{
	static const char *const names[] = { "r", "g", "b", "c", "w" };
	double brightness = hass_binding_number(b, BRIGHTNESS) != 0 ? 255 :
	    js_real(js_get(data, "brightness"), 255);
	struct js *color = js_new_object();
	int i;

	for (i = 0; i < n; i++)
		js_set(color, mode == ADAPTER_LIGHT_RGBW && i == 3 ? "w" : names[i],
		    js_new_int((int64_t)adapter_value_round(v[i] / 255 * brightness)));
	return color;
}

static void
encode_color(struct hass_encode *e, struct js *o)
{
	double v[5];
	int n = 0;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);
	struct js *color = NULL;

	switch (mode) {
	case ADAPTER_LIGHT_UNKNOWN:
		return;
	case ADAPTER_LIGHT_COLOR_TEMP:
		js_set(o, "color_temp", js_new_int(hass_binding_number(e->b, IN_KELVIN) != 0 ?
		    (int64_t)v[0] : color_kelvin_to_mired(v[0])));
		return;
	case ADAPTER_LIGHT_HS:
	case ADAPTER_LIGHT_XY:
		color = js_new_object();
		js_set(color, mode == ADAPTER_LIGHT_HS ? "h" : "x", js_new_real(v[0]));
		js_set(color, mode == ADAPTER_LIGHT_HS ? "s" : "y", js_new_real(v[1]));
		break;
	default:
		color = channels_out(e->b, mode, v, n, e->data);
	}
	js_set(o, "color", color);
}

static void
encode_flash(struct hass_encode *e, struct js *o)
{
	const char *flash = js_get_string(e->data, "flash");
	const struct js *transition = js_get(e->data, "transition"), *effect;

	if (flash != NULL)
		js_set(o, "flash", js_new_int((int64_t)hass_binding_number(e->b,
		    strcmp(flash, "long") == 0 ? FLASH_LONG : FLASH_SHORT)));
	if (transition != NULL)
		js_set(o, "transition", js_new_real(js_real(transition, 0)));
	if ((effect = js_get(e->data, "effect")) != NULL)
		js_set(o, "effect", js_ref(effect));
}

static enum rc
encode(struct hass_encode *e)
{
	bool on = hass_encode_service(e, "turn_on");
	const struct js *v;
	struct js *o = js_new_object();
	double scale = scale_of(e->b, BRIGHTNESS_SCALE);
	enum rc rc;

	js_set(o, "state", js_new_string(on ? "ON" : "OFF"));
	encode_flash(e, o);
	if (on)
		encode_color(e, o);
	if (on && js_is_number(v = js_get(e->data, "brightness")))
		js_set(o, "brightness", js_new_int((int64_t)fmin(scale, fmax(1,
		    adapter_value_round(js_real(v, 0) * scale / 255)))));
	if (on && js_is_number(v = js_get(e->data, "white")))
		js_set(o, "white", js_new_int((int64_t)fmin(scale_of(e->b, WHITE_SCALE), fmax(1,
		    adapter_value_round(js_real(v, 0) * scale_of(e->b, WHITE_SCALE) / 255)))));
	rc = hass_encode_json(e, COMMAND_TOPIC, o);
	js_free(o);
	return rc;
}

const struct hass_component hass_light_json = {
	.name = "light", .schema = "json", .plain_name = "MQTT JSON Light",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = hass_light_attributes,
	.own = sizeof(struct adapter_light),
	.check = check, .describe = describe, .encode = encode, .assume = hass_light_assume,
};
