/* SPDX-License-Identifier: ISC
 *
 * A lamp: a plain output, a dimmer, or one with colours or shades of white.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_light.h"
#include "shared/adapters/adapter_shelly_kinds.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/feature.h"

#define MODE(m) (1u << ADAPTER_LIGHT_##m)
#define MIN_KELVIN 2700
#define MAX_KELVIN 6500

/* By the name of the component. */
static const struct type {
	const char			*component, *method;
	uint16_t			 modes;
	enum adapter_light_mode		 mode;	/* the one it is always in */
} types[] = {
	{ "switch", "Switch.Set", MODE(ONOFF), ADAPTER_LIGHT_ONOFF },
	{ "light", "Light.Set", MODE(BRIGHTNESS), ADAPTER_LIGHT_BRIGHTNESS },
	{ "rgb", "RGB.Set", MODE(RGB), ADAPTER_LIGHT_RGB },
	{ "rgbw", "RGBW.Set", MODE(RGBW), ADAPTER_LIGHT_RGBW },
	{ "cct", "CCT.Set", MODE(COLOR_TEMP), ADAPTER_LIGHT_COLOR_TEMP },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

struct light {
	struct adapter_light	 l;
	const struct type	*type;
};

static int
kelvin(const struct js *range, size_t i, int otherwise)
{
	double v = js_real(js_at(range, i), otherwise);

	return v >= 1000 && v <= 20000 ? (int)v : otherwise;
}

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *component = js_get_string(config, "component");
	const struct js *range = js_get(config, "ct_range");
	struct light *l = b->own = mem_xcalloc(1, sizeof(*l));
	size_t i, n = strcspn(component, ":");

	for (i = 0; i < TYPES; i++)
		if (strlen(types[i].component) == n && strncmp(types[i].component, component, n) == 0)
			break;
	if (i == TYPES)
		return fault_set(f, RC_INVALID, "component", "no kind of lamp that we know");
	l->type = &types[i];
	l->l.modes = types[i].modes;
	l->l.min_kelvin = (uint16_t)kelvin(range, 0, MIN_KELVIN);
	l->l.max_kelvin = (uint16_t)kelvin(range, 1, MAX_KELVIN);
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct light *l = b->own;

	adapter_light_describe(&l->l, l->l.min_kelvin, l->l.max_kelvin, caps);
	js_set(caps, "supported_features", js_new_int(l->type->mode == ADAPTER_LIGHT_ONOFF ? 0 :
	    FEATURE_LIGHT_TRANSITION));
}

static bool
read_numbers(const struct js *list, double *v, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!js_is_number(js_at(list, (size_t)i)))
			return false;
		v[i] = fmax(0, fmin(255, js_real(js_at(list, (size_t)i), 0)));
	}
	return true;
}

/* The parts that a message lacks stay as they are. */
static bool
read_color(struct light *l, const struct js *o)
{
	const struct js *rgb = js_get(o, "rgb"), *white = js_get(o, "white"), *ct = js_get(o, "ct");
	enum adapter_light_mode mode = l->type->mode;
	double v[5] = { 0 };

	if (mode == ADAPTER_LIGHT_COLOR_TEMP)
		return js_is_number(ct) && js_real(ct, 0) >= 1000 &&
		    (v[0] = fmin(20000, js_real(ct, 0)), adapter_light_color(&l->l, mode, v, 1));
	if (mode == ADAPTER_LIGHT_RGB)
		return read_numbers(rgb, v, 3) && adapter_light_color(&l->l, mode, v, 3);
	if (mode != ADAPTER_LIGHT_RGBW || (rgb == NULL && white == NULL))
		return false;
	memcpy(v, l->l.color, sizeof(v));
	if (rgb != NULL && !read_numbers(rgb, v, 3))
		return false;
	if (js_is_number(white))
		v[3] = fmax(0, fmin(255, js_real(white, 0)));
	return adapter_light_color(&l->l, mode, v, 4);
}

static enum report_result
decode(struct shelly_decode *d)
{
	struct light *l = d->b->own;
	const struct js *output = js_get(d->o, "output"), *brightness = js_get(d->o, "brightness");
	bool changed = false;

	if (!l->l.known)
		adapter_light_recall(&l->l, d->now);
	l->l.mode = (uint8_t)l->type->mode;
	if (js_type(output) == JS_TRUE || js_type(output) == JS_FALSE) {
		l->l.on = js_bool(output, false);
		changed = true;
	}
	if (js_is_number(brightness)) {
		l->l.brightness = (int16_t)fmax(0, fmin(255,
		    adapter_value_round(fmin(100, js_real(brightness, 0)) * 255 / 100)));
		changed = true;
	}
	changed |= read_color(l, d->o);
	if (!changed)
		return REPORT_NOTHING;
	adapter_light_report(&l->l, d->r);
	if (d->now->state == NULL && output == NULL)
		return REPORT_OK;
	return adapter_family_set(d->r, l->l.on ? "on" : "off");
}

static void
put_color(const struct light *l, const struct js *data, struct js *params)
{
	double v[5];
	int n = 0, i;
	enum adapter_light_mode mode = adapter_light_wanted(data, v, &n);
	struct js *rgb;

	if (n == 0 || mode != l->type->mode)
		return;
	if (mode == ADAPTER_LIGHT_COLOR_TEMP) {
		js_set(params, "ct", js_new_int((int64_t)fmax(l->l.min_kelvin,
		    fmin(l->l.max_kelvin, v[0]))));
		return;
	}
	rgb = js_new_array();
	for (i = 0; i < 3; i++)
		js_append(rgb, js_new_int((int64_t)v[i]));
	js_set(params, "rgb", rgb);
	if (n == 4)
		js_set(params, "white", js_new_int((int64_t)v[3]));
}

static const char *
encode(struct shelly_encode *e, struct js *params)
{
	const struct light *l = e->b->own;
	const struct js *brightness = js_get(e->data, "brightness");
	const struct js *transition = js_get(e->data, "transition");
	bool on = shelly_encode_is(e, "turn_on");

	js_set(params, "id", js_new_int(e->b->id));
	js_set(params, "on", js_new_bool(on));
	if (l->type->mode == ADAPTER_LIGHT_ONOFF)
		return l->type->method;
	if (on && js_is_number(brightness))
		js_set(params, "brightness", js_new_int((int64_t)fmax(1,
		    adapter_value_round(js_real(brightness, 255) * 100 / 255))));
	if (on)
		put_color(l, e->data, params);
	if (js_is_number(transition))	/* faster than that the firmware refuses */
		js_set(params, "transition_duration", js_new_real(fmax(0.5, js_real(transition, 0))));
	return l->type->method;
}

const struct shelly_kind shelly_light = {
	.name = "light", .setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
