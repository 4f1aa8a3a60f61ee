/* SPDX-License-Identifier: ISC
 *
 * What the schemas of light share.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_light_int.h"
#include "shared/domain/color.h"

/* One row per mode: its name, the attribute that holds its colour, and of how many numbers that is. */
static const struct mode {
	const char	*name, *attribute;
	int		 n;
} modes[] = {
	[HASS_MODE_UNKNOWN] = { "unknown", NULL, 0 },
	[HASS_MODE_ONOFF] = { "onoff", NULL, 0 },
	[HASS_MODE_BRIGHTNESS] = { "brightness", NULL, 0 },
	[HASS_MODE_COLOR_TEMP] = { "color_temp", "color_temp_kelvin", 1 },
	[HASS_MODE_HS] = { "hs", "hs_color", 2 },
	[HASS_MODE_XY] = { "xy", "xy_color", 2 },
	[HASS_MODE_RGB] = { "rgb", "rgb_color", 3 },
	[HASS_MODE_RGBW] = { "rgbw", "rgbw_color", 4 },
	[HASS_MODE_RGBWW] = { "rgbww", "rgbww_color", 5 },
	[HASS_MODE_WHITE] = { "white", NULL, 0 },
};
static_assert(sizeof(modes) / sizeof(modes[0]) == HASS_MODE__MAX, "a row per mode");

const char *
hass_light_mode_name(enum hass_light_mode mode)
{
	return modes[mode].name;
}

enum hass_light_mode
hass_light_mode_parse(const char *name, size_t len)
{
	int i;

	for (i = HASS_MODE_ONOFF; i < HASS_MODE__MAX; i++)
		if (strlen(modes[i].name) == len && memcmp(modes[i].name, name, len) == 0)
			return (enum hass_light_mode)i;
	return HASS_MODE_UNKNOWN;
}

bool
hass_light_supports(const struct hass_light *l, enum hass_light_mode mode)
{
	return (l->modes & (1u << mode)) != 0;
}

bool
hass_light_dims(const struct hass_light *l)
{
	return (l->modes & ~((1u << HASS_MODE_ONOFF) | (1u << HASS_MODE_UNKNOWN))) != 0;
}

bool
hass_light_color(struct hass_light *l, enum hass_light_mode mode, const double *v, int n)
{
	int i;

	if (!hass_light_supports(l, mode) || modes[mode].n != n)
		return false;
	l->mode = (uint8_t)mode;
	l->n_color = (uint8_t)n;
	for (i = 0; i < n; i++)
		l->color[i] = fmin(1e6, fmax(-1e6, v[i]));
	return true;
}

/* An engine that just took over knows the lamp by what the house shows. */
static void
recall(struct hass_light *l, const struct binding_state *now)
{
	const char *name = js_get_string(now->attributes, "color_mode");
	enum hass_light_mode mode = name == NULL ? HASS_MODE_UNKNOWN :
	    hass_light_mode_parse(name, strlen(name));
	const struct js *color;
	double v[5];
	int i;

	l->known = true;
	l->on = now->state != NULL && strcmp(now->state, "on") == 0;
	l->brightness = (int16_t)js_int(js_get(now->attributes, "brightness"), 0);
	if (mode == HASS_MODE_UNKNOWN || !hass_light_supports(l, mode))
		return;
	l->mode = (uint8_t)mode;
	if (modes[mode].n == 0)
		return;
	color = js_get(now->attributes, modes[mode].attribute);
	for (i = 0; i < modes[mode].n; i++)
		v[i] = js_real(modes[mode].n == 1 ? color : js_at(color, (size_t)i), 0);
	if (!js_is_null(color))
		hass_light_color(l, mode, v, modes[mode].n);
}

struct hass_light *
hass_light_of(struct binding *b, const struct binding_state *now)
{
	struct hass_light *l = b->own;

	if (!l->known)
		recall(l, now);
	return l;
}

static void
put_list(struct report *r, const char *name, const double *v, int n, bool whole)
{
	struct js *list = js_new_array();
	int i;

	for (i = 0; i < n; i++)
		js_append(list, whole ? js_new_int((int64_t)v[i]) : js_new_real(v[i]));
	hass_decode_put(r, name, list);
}

static void
put_rgb(struct report *r, struct color_rgb c)
{
	double v[] = { c.r, c.g, c.b };

	put_list(r, "rgb_color", v, 3, true);
}

static void
put_pair(struct report *r, const char *name, double a, double b)
{
	double v[] = { a, b };

	put_list(r, name, v, 2, false);
}

/* The colour in every form that Home Assistant shows. */
static void
put_color(const struct hass_light *l, struct report *r)
{
	struct color_rgb rgb = { (int)l->color[0], (int)l->color[1], (int)l->color[2] };
	struct color_hs hs = { l->color[0], l->color[1] };
	struct color_xy xy = { l->color[0], l->color[1] };

	switch (l->mode) {
	case HASS_MODE_COLOR_TEMP:
		hs = color_kelvin_to_hs(l->color[0]);
		/* FALLTHROUGH */
	case HASS_MODE_HS:
		rgb = color_hs_to_rgb(hs);
		xy = color_hs_to_xy(hs);
		break;
	case HASS_MODE_XY:
		rgb = color_xy_to_rgb(xy);
		hs = color_xy_to_hs(xy);
		break;
	default:
		hs = color_rgb_to_hs(rgb);
		xy = color_rgb_to_xy(rgb);
	}
	put_pair(r, "hs_color", hs.h, hs.s);
	put_rgb(r, rgb);
	put_pair(r, "xy_color", xy.x, xy.y);
}

static void
put_channels(const struct hass_light *l, struct report *r)
{
	double v[5];
	int i;

	for (i = 0; i < l->n_color; i++)
		v[i] = l->color[i];
	if (l->mode == HASS_MODE_RGBW || l->mode == HASS_MODE_RGBWW)
		put_list(r, modes[l->mode].attribute, v, l->n_color, true);
}

static void
put_temperature(const struct hass_light *l, struct report *r)
{
	bool known = l->mode == HASS_MODE_COLOR_TEMP && l->n_color == 1;

	if (!hass_light_supports(l, HASS_MODE_COLOR_TEMP))
		return;
	hass_decode_put(r, "color_temp_kelvin",
	    known ? js_new_int((int64_t)l->color[0]) : js_new_null());
	hass_decode_put(r, "color_temp",
	    known ? js_new_int(color_kelvin_to_mired(l->color[0])) : js_new_null());
}

static bool
has_color(const struct hass_light *l)
{
	return (l->modes & ((1u << HASS_MODE_COLOR_TEMP) | (1u << HASS_MODE_HS) |
	    (1u << HASS_MODE_XY) | (1u << HASS_MODE_RGB) | (1u << HASS_MODE_RGBW) |
	    (1u << HASS_MODE_RGBWW))) != 0;
}

static enum hass_light_mode
mode_now(const struct hass_light *l)
{
	int i;

	if (l->mode != HASS_MODE_UNKNOWN)
		return (enum hass_light_mode)l->mode;
	for (i = HASS_MODE_ONOFF; i < HASS_MODE__MAX; i++)
		if (l->modes == 1u << i)
			return (enum hass_light_mode)i;
	return HASS_MODE_UNKNOWN;
}

static void
report_off(const struct hass_light *l, struct report *r)
{
	static const char *const names[] = { "hs_color", "rgb_color", "xy_color" };
	size_t i;

	hass_decode_put(r, "color_mode", js_new_null());
	if (hass_light_dims(l))
		hass_decode_put(r, "brightness", js_new_null());
	if (hass_light_supports(l, HASS_MODE_COLOR_TEMP)) {
		hass_decode_put(r, "color_temp_kelvin", js_new_null());
		hass_decode_put(r, "color_temp", js_new_null());
	}
	for (i = 0; i < 3 && has_color(l); i++)
		hass_decode_put(r, names[i], js_new_null());
}

void
hass_light_report(const struct hass_light *l, struct report *r)
{
	enum hass_light_mode mode = mode_now(l);

	if (!l->on) {
		report_off(l, r);
		return;
	}
	hass_decode_put(r, "color_mode", mode == HASS_MODE_UNKNOWN ? js_new_null() :
	    js_new_string(modes[mode].name));
	if (hass_light_dims(l))
		hass_decode_put(r, "brightness",
		    l->brightness > 0 ? js_new_int(l->brightness) : js_new_null());
	put_temperature(l, r);
	put_channels(l, r);
	if (l->n_color > 0)
		put_color(l, r);
}

int
hass_light_kelvin(const struct binding *b, int kelvin, int mireds, int standard)
{
	if (hass_binding_has(b, kelvin))
		return (int)fmin(1e6, fmax(1, hass_binding_number(b, kelvin)));
	if (hass_binding_has(b, mireds) && hass_binding_number(b, mireds) >= 1)
		return color_mired_to_kelvin(hass_binding_number(b, mireds));
	return standard;
}

void
hass_light_describe(const struct hass_light *l, int min_kelvin, int max_kelvin, struct js *caps)
{
	struct js *list = js_new_array();
	int i;

	for (i = HASS_MODE_ONOFF; i < HASS_MODE__MAX; i++)
		if (hass_light_supports(l, (enum hass_light_mode)i))
			js_append(list, js_new_string(modes[i].name));
	js_set(caps, "supported_color_modes", list);
	if (!hass_light_supports(l, HASS_MODE_COLOR_TEMP))
		return;
	js_set(caps, "min_color_temp_kelvin", js_new_int(min_kelvin));
	js_set(caps, "max_color_temp_kelvin", js_new_int(max_kelvin));
	js_set(caps, "min_mireds", js_new_int(color_kelvin_to_mired(max_kelvin)));
	js_set(caps, "max_mireds", js_new_int(color_kelvin_to_mired(min_kelvin)));
}

enum hass_light_mode
hass_light_wanted(const struct js *data, double *v, int *n)
{
	const struct js *color;
	int i, k;

	for (i = HASS_MODE_COLOR_TEMP; i <= HASS_MODE_RGBWW; i++) {
		if ((color = js_get(data, modes[i].attribute)) == NULL)
			continue;
		*n = modes[i].n;
		for (k = 0; k < *n; k++)
			v[k] = js_real(*n == 1 ? color : js_at(color, (size_t)k), 0);
		return (enum hass_light_mode)i;
	}
	return HASS_MODE_UNKNOWN;
}

enum report_result
hass_light_assume(struct hass_encode *e, struct report *r)
{
	struct hass_light *l = hass_light_of(e->b, e->now);
	const struct js *brightness = js_get(e->data, "brightness"), *effect;
	double v[5];
	int n;
	enum hass_light_mode mode = hass_light_wanted(e->data, v, &n);

	if (hass_encode_assume_onoff(e, r) != REPORT_OK)
		return REPORT_NOTHING;
	l->on = strcmp(r->state, "on") == 0;
	if (js_is_number(brightness))
		l->brightness = (int16_t)js_real(brightness, 0);
	if (mode != HASS_MODE_UNKNOWN)
		hass_light_color(l, mode, v, n);
	if ((effect = js_get(e->data, "effect")) != NULL)
		hass_decode_put(r, "effect", js_ref(effect));
	hass_light_report(l, r);
	return REPORT_OK;
}
