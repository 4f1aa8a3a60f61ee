/* SPDX-License-Identifier: ISC
 *
 * Lamps as every family shows them.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_light.h"
#include "shared/domain/color.h"

/* One row per mode: its name, the attribute that holds its colour, and of how many numbers that is. */
static const struct mode {
	const char	*name, *attribute;
	int		 n;
} modes[] = {
	[ADAPTER_LIGHT_UNKNOWN] = { "unknown", NULL, 0 },
	[ADAPTER_LIGHT_ONOFF] = { "onoff", NULL, 0 },
	[ADAPTER_LIGHT_BRIGHTNESS] = { "brightness", NULL, 0 },
	[ADAPTER_LIGHT_COLOR_TEMP] = { "color_temp", "color_temp_kelvin", 1 },
	[ADAPTER_LIGHT_HS] = { "hs", "hs_color", 2 },
	[ADAPTER_LIGHT_XY] = { "xy", "xy_color", 2 },
	[ADAPTER_LIGHT_RGB] = { "rgb", "rgb_color", 3 },
	[ADAPTER_LIGHT_RGBW] = { "rgbw", "rgbw_color", 4 },
	[ADAPTER_LIGHT_RGBWW] = { "rgbww", "rgbww_color", 5 },
	[ADAPTER_LIGHT_WHITE] = { "white", NULL, 0 },
};
static_assert(sizeof(modes) / sizeof(modes[0]) == ADAPTER_LIGHT__MAX, "a row per mode");

const char *
adapter_light_mode_name(enum adapter_light_mode mode)
{
	return modes[mode].name;
}

enum adapter_light_mode
adapter_light_mode_parse(const char *name, size_t len)
{
	int i;

	for (i = ADAPTER_LIGHT_ONOFF; i < ADAPTER_LIGHT__MAX; i++)
		if (strlen(modes[i].name) == len && memcmp(modes[i].name, name, len) == 0)
			return (enum adapter_light_mode)i;
	return ADAPTER_LIGHT_UNKNOWN;
}

int
adapter_light_numbers(enum adapter_light_mode mode)
{
	return modes[mode].n;
}

bool
adapter_light_supports(const struct adapter_light *l, enum adapter_light_mode mode)
{
	return (l->modes & (1u << mode)) != 0;
}

bool
adapter_light_dims(const struct adapter_light *l)
{
	return (l->modes & ~((1u << ADAPTER_LIGHT_ONOFF) | (1u << ADAPTER_LIGHT_UNKNOWN))) != 0;
}

bool
adapter_light_color(struct adapter_light *l, enum adapter_light_mode mode, const double *v, int n)
{
	int i;

	if (!adapter_light_supports(l, mode) || modes[mode].n != n)
		return false;
	l->mode = (uint8_t)mode;
	l->n_color = (uint8_t)n;
	for (i = 0; i < n; i++)
		l->color[i] = fmin(1e6, fmax(-1e6, v[i]));
	return true;
}

void
adapter_light_recall(struct adapter_light *l, const struct binding_state *now)
{
	const char *name = js_get_string(now->attributes, "color_mode");
	enum adapter_light_mode mode = name == NULL ? ADAPTER_LIGHT_UNKNOWN :
	    adapter_light_mode_parse(name, strlen(name));
	const struct js *color;
	double v[5];
	int i;

	l->known = true;
	l->on = now->state != NULL && strcmp(now->state, "on") == 0;
	l->brightness = (int16_t)js_int(js_get(now->attributes, "brightness"), 0);
	if (mode == ADAPTER_LIGHT_UNKNOWN || !adapter_light_supports(l, mode))
		return;
	l->mode = (uint8_t)mode;
	if (modes[mode].n == 0)
		return;
	color = js_get(now->attributes, modes[mode].attribute);
	for (i = 0; i < modes[mode].n; i++)
		v[i] = js_real(modes[mode].n == 1 ? color : js_at(color, (size_t)i), 0);
	if (!js_is_null(color))
		adapter_light_color(l, mode, v, modes[mode].n);
}

static void
put_list(struct report *r, const char *name, const double *v, int n, bool whole)
{
	struct js *list = js_new_array();
	int i;

	for (i = 0; i < n; i++)
		js_append(list, whole ? js_new_int((int64_t)v[i]) : js_new_real(v[i]));
	adapter_report_put(r, name, list);
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
put_color(const struct adapter_light *l, struct report *r)
{
	struct color_rgb rgb = { (int)l->color[0], (int)l->color[1], (int)l->color[2] };
	struct color_hs hs = { l->color[0], l->color[1] };
	struct color_xy xy = { l->color[0], l->color[1] };
	struct color_range range = { l->min_kelvin != 0 ? l->min_kelvin : 2000,
		l->max_kelvin != 0 ? l->max_kelvin : 6535 };

	switch (l->mode) {
	case ADAPTER_LIGHT_COLOR_TEMP:
		hs = color_kelvin_to_hs(l->color[0]);
		/* FALLTHROUGH */
	case ADAPTER_LIGHT_HS:
		rgb = color_hs_to_rgb(hs);
		xy = color_hs_to_xy(hs);
		break;
	case ADAPTER_LIGHT_XY:
		rgb = color_xy_to_rgb(xy);
		hs = color_xy_to_hs(xy);
		break;
	default:
		if (l->mode == ADAPTER_LIGHT_RGBW)
			rgb = color_rgbw_to_rgb(l->color);
		if (l->mode == ADAPTER_LIGHT_RGBWW)
			rgb = color_rgbww_to_rgb(l->color, range);
		hs = color_rgb_to_hs(rgb);
		xy = color_rgb_to_xy(rgb);
	}
	put_pair(r, "hs_color", hs.h, hs.s);
	put_rgb(r, rgb);
	put_pair(r, "xy_color", xy.x, xy.y);
}

/* The modes with white channels of their own. */
static void
put_channels(const struct adapter_light *l, bool on, struct report *r)
{
	static const enum adapter_light_mode white[] = { ADAPTER_LIGHT_RGBW, ADAPTER_LIGHT_RGBWW };
	size_t i;

	for (i = 0; i < sizeof(white) / sizeof(white[0]); i++) {
		if (!adapter_light_supports(l, white[i]))
			continue;
		if (on && l->mode == white[i] && l->n_color > 0)
			put_list(r, modes[white[i]].attribute, l->color, l->n_color, true);
		else
			adapter_report_put(r, modes[white[i]].attribute, js_new_null());
	}
}

static void
put_temperature(const struct adapter_light *l, struct report *r)
{
	bool known = l->mode == ADAPTER_LIGHT_COLOR_TEMP && l->n_color == 1;

	if (!adapter_light_supports(l, ADAPTER_LIGHT_COLOR_TEMP))
		return;
	adapter_report_put(r, "color_temp_kelvin",
	    known ? js_new_int((int64_t)l->color[0]) : js_new_null());
	adapter_report_put(r, "color_temp",
	    known ? js_new_int(color_kelvin_to_mired(l->color[0])) : js_new_null());
}

static bool
has_color(const struct adapter_light *l)
{
	return (l->modes & ((1u << ADAPTER_LIGHT_COLOR_TEMP) | (1u << ADAPTER_LIGHT_HS) |
	    (1u << ADAPTER_LIGHT_XY) | (1u << ADAPTER_LIGHT_RGB) | (1u << ADAPTER_LIGHT_RGBW) |
	    (1u << ADAPTER_LIGHT_RGBWW))) != 0;
}

static enum adapter_light_mode
mode_now(const struct adapter_light *l)
{
	int i;

	if (l->mode != ADAPTER_LIGHT_UNKNOWN)
		return (enum adapter_light_mode)l->mode;
	for (i = ADAPTER_LIGHT_ONOFF; i < ADAPTER_LIGHT__MAX; i++)
		if (l->modes == 1u << i)
			return (enum adapter_light_mode)i;
	return ADAPTER_LIGHT_UNKNOWN;
}

static void
put_no_color(struct report *r)
{
	static const char *const names[] = { "hs_color", "rgb_color", "xy_color" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		adapter_report_put(r, names[i], js_new_null());
}

static void
report_off(const struct adapter_light *l, struct report *r)
{
	adapter_report_put(r, "color_mode", js_new_null());
	if (adapter_light_dims(l))
		adapter_report_put(r, "brightness", js_new_null());
	if (adapter_light_supports(l, ADAPTER_LIGHT_COLOR_TEMP)) {
		adapter_report_put(r, "color_temp_kelvin", js_new_null());
		adapter_report_put(r, "color_temp", js_new_null());
	}
	put_channels(l, false, r);
	if (has_color(l))
		put_no_color(r);
}

void
adapter_light_report(const struct adapter_light *l, struct report *r)
{
	enum adapter_light_mode mode = mode_now(l);

	if (!l->on) {
		report_off(l, r);
		return;
	}
	adapter_report_put(r, "color_mode", mode == ADAPTER_LIGHT_UNKNOWN ? js_new_null() :
	    js_new_string(modes[mode].name));
	if (adapter_light_dims(l))
		adapter_report_put(r, "brightness",
		    l->brightness > 0 ? js_new_int(l->brightness) : js_new_null());
	put_temperature(l, r);
	put_channels(l, true, r);
	if (l->n_color > 0)
		put_color(l, r);
	else if (has_color(l))
		put_no_color(r);
}

void
adapter_light_describe(const struct adapter_light *l, int min_kelvin, int max_kelvin, struct js *caps)
{
	struct js *list = js_new_array();
	int i;

	for (i = ADAPTER_LIGHT_ONOFF; i < ADAPTER_LIGHT__MAX; i++)
		if (adapter_light_supports(l, (enum adapter_light_mode)i))
			js_append(list, js_new_string(modes[i].name));
	js_set(caps, "supported_color_modes", list);
	if (!adapter_light_supports(l, ADAPTER_LIGHT_COLOR_TEMP))
		return;
	js_set(caps, "min_color_temp_kelvin", js_new_int(min_kelvin));
	js_set(caps, "max_color_temp_kelvin", js_new_int(max_kelvin));
	js_set(caps, "min_mireds", js_new_int(color_kelvin_to_mired(max_kelvin)));
	js_set(caps, "max_mireds", js_new_int(color_kelvin_to_mired(min_kelvin)));
}

enum adapter_light_mode
adapter_light_wanted(const struct js *data, double *v, int *n)
{
	const struct js *color;
	int i, k;

	for (i = ADAPTER_LIGHT_COLOR_TEMP; i <= ADAPTER_LIGHT_RGBWW; i++) {
		if ((color = js_get(data, modes[i].attribute)) == NULL)
			continue;
		*n = modes[i].n;
		for (k = 0; k < *n; k++)
			v[k] = js_real(*n == 1 ? color : js_at(color, (size_t)k), 0);
		return (enum adapter_light_mode)i;
	}
	return ADAPTER_LIGHT_UNKNOWN;
}
