/* SPDX-License-Identifier: ISC
 *
 * light: turn_on with brightness, colour or effect; whatever way brightness and colour were asked for,
 * the command holds the one that the lamp speaks.
 */
#include <math.h>
#include <string.h>

#include "shared/base/near.h"
#include "shared/domain/color.h"
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

#define COLOR(n, c, hi) .name = n, .type = SERVICE_NUMBERS, .count = c, .max = hi, \
	.need = SERVICE_NEED_COLOR

static const struct service_field on[] = {
	{ NUMBER("brightness", SERVICE_INT, 0, 255), .need = SERVICE_NEED_DIMMING,
	    .attribute = "brightness", .tolerance = 2 },
	{ NUMBER("brightness_pct", SERVICE_REAL, 0, 100), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("brightness_step", SERVICE_INT, -255, 255), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("brightness_step_pct", SERVICE_REAL, -100, 100), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("color_temp_kelvin", SERVICE_INT, 15, 1000000), .need = SERVICE_NEED_TINT,
	    .attribute = "color_temp_kelvin", .tolerance = 60 },
	{ NUMBER("color_temp", SERVICE_INT, 1, 65535), .need = SERVICE_NEED_TINT },
	{ COLOR("hs_color", 2, 360), .attribute = "hs_color", .tolerance = 10 },
	{ COLOR("rgb_color", 3, 255), .attribute = "rgb_color", .tolerance = 25 },
	{ COLOR("rgbw_color", 4, 255), .attribute = "rgbw_color", .tolerance = 25 },
	{ COLOR("rgbww_color", 5, 255), .attribute = "rgbww_color", .tolerance = 25 },
	{ COLOR("xy_color", 2, 1), .attribute = "xy_color", .tolerance = 0.05 },
	{ TEXT("color_name", 40), .need = SERVICE_NEED_COLOR },
	{ NUMBER("white", SERVICE_INT, 0, 255), .need = SERVICE_NEED_WHITE, .yes = true },
	{ TEXT("profile", 40), .need = SERVICE_NEED_DIMMING },
	{ NUMBER("transition", SERVICE_REAL, 0, 6553) },
	{ TEXT("effect", 255), .feature = FEATURE_LIGHT_EFFECT, .options = "effect_list",
	    .attribute = "effect" },
	{ TEXT("flash", 5) },
	{ 0 },
};
static const struct service_field off[] = {
	{ NUMBER("transition", SERVICE_REAL, 0, 6553) },
	{ TEXT("flash", 5) },
	{ 0 },
};

/* The forms of colour, in the order in which a lamp's modes are preferred. */
enum form { FORM_TEMP, FORM_HS, FORM_XY, FORM_RGB, FORM_RGBW, FORM_RGBWW, FORM__MAX };

static const struct {
	const char	*mode, *param;
} forms[FORM__MAX] = {
	[FORM_TEMP] = { "color_temp", "color_temp_kelvin" },
	[FORM_HS] = { "hs", "hs_color" },
	[FORM_XY] = { "xy", "xy_color" },
	[FORM_RGB] = { "rgb", "rgb_color" },
	[FORM_RGBW] = { "rgbw", "rgbw_color" },
	[FORM_RGBWW] = { "rgbww", "rgbww_color" },
};

static bool
has_mode(const struct js *caps, const char *mode)
{
	const struct js *list = js_get(caps, "supported_color_modes");
	const char *s;
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if ((s = js_string(js_at(list, i), NULL)) != NULL && strcmp(s, mode) == 0)
			return true;
	return false;
}

static bool
has_color(const struct js *caps)
{
	int i;

	for (i = FORM_HS; i < FORM__MAX; i++)
		if (has_mode(caps, forms[i].mode))
			return true;
	return false;
}

bool
service_light_can(const struct js *caps, enum service_need need)
{
	switch (need) {
	case SERVICE_NEED_DIMMING:
		return has_color(caps) || has_mode(caps, "brightness") ||
		    has_mode(caps, "color_temp") || has_mode(caps, "white");
	case SERVICE_NEED_COLOR:
		return has_color(caps);
	case SERVICE_NEED_TINT:
		return has_color(caps) || has_mode(caps, "color_temp");
	case SERVICE_NEED_WHITE:
		return has_mode(caps, "white");
	default:
		return true;
	}
}

static double
number(const struct js *data, const char *name)
{
	return js_real(js_get(data, name), 0);
}

static struct js *
list_of(const double *v, int n, bool whole)
{
	struct js *out = js_new_array();
	int i;

	for (i = 0; i < n; i++)
		js_append(out, whole ? js_new_int((int64_t)v[i]) : js_new_real(v[i]));
	return out;
}

/* Home Assistant's own profiles: a colour, and how bright. */
static const struct profile {
	const char	*name;
	struct color_xy	 color;
	int		 brightness;
} profiles[] = {
	{ "relax", { 0.5119, 0.4147 }, 144 },
	{ "energize", { 0.368, 0.3686 }, 203 },
	{ "concentrate", { 0.5119, 0.4147 }, 219 },
	{ "reading", { 0.4448, 0.4066 }, 240 },
};
#define PROFILES (sizeof(profiles) / sizeof(profiles[0]))

static bool
asks_color(const struct js *data)
{
	static const char *const others[] = { "color_name", "color_temp", "white" };
	bool asks = false;
	size_t i;

	for (i = 0; i < FORM__MAX; i++)
		asks |= js_get(data, forms[i].param) != NULL;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		asks |= js_get(data, others[i]) != NULL;
	return asks;
}

/* What is asked for beside the profile goes before it. */
static enum rc
resolve_profile(const struct js *caps, struct js *data, struct fault *f)
{
	static const char *const ways[] = { "brightness", "brightness_pct", "brightness_step", "brightness_step_pct" };
	const char *name = js_get_string(data, "profile");
	const struct profile *p = profiles;
	struct color_hs hs;
	bool asks = false;
	size_t i;

	if (name == NULL)
		return RC_OK;
	while (p < profiles + PROFILES && strcmp(p->name, name) != 0)
		p++;
	if (p == profiles + PROFILES)
		return fault_set(f, RC_INVALID, "profile", "must be relax, energize, concentrate or reading");
	if (!asks_color(data) && service_light_can(caps, SERVICE_NEED_TINT)) {
		hs = color_xy_to_hs(p->color);
		js_set(data, "hs_color", list_of((double[]){ hs.h, hs.s }, 2, false));
	}
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		asks |= js_get(data, ways[i]) != NULL;
	if (!asks)
		js_set(data, "brightness", js_new_int(p->brightness));
	js_unset(data, "profile");
	return RC_OK;
}

static enum rc
resolve_name(struct js *data, struct fault *f)
{
	const char *name = js_get_string(data, "color_name");
	struct color_rgb c;
	struct near n;

	if (name == NULL)
		return RC_OK;
	if (js_get(data, "rgb_color") != NULL)
		return fault_set(f, RC_INVALID, "color_name", "excludes rgb_color");
	if (!color_named(name, &c)) {
		n = near_to(name);
		color_names(near_try, &n);
		return fault_set(f, RC_INVALID, "color_name", "is the name of no colour%s", near_say(&n));
	}
	js_set(data, "rgb_color", list_of((double[]){ c.r, c.g, c.b }, 3, true));
	js_unset(data, "color_name");
	return RC_OK;
}

/* One brightness out of the four ways to ask for it. */
static void
resolve_brightness(const struct js *attributes, struct js *data)
{
	double now = js_real(js_get(attributes, "brightness"), 0), want = -1;

	if (js_get(data, "brightness") != NULL)
		want = number(data, "brightness");
	if (js_get(data, "brightness_pct") != NULL)
		want = number(data, "brightness_pct") * 255 / 100;
	if (js_get(data, "brightness_step") != NULL)
		want = fmax(0, now + number(data, "brightness_step"));
	if (js_get(data, "brightness_step_pct") != NULL)
		want = fmax(0, now + number(data, "brightness_step_pct") * 255 / 100);
	js_unset(data, "brightness_pct");
	js_unset(data, "brightness_step");
	js_unset(data, "brightness_step_pct");
	if (want >= 0)
		js_set(data, "brightness", js_new_int((int64_t)fmin(255, nearbyint(want))));
}

/* Which form data asks for; FORM__MAX for none. RC_INVALID for two. */
static enum rc
asked_form(const struct js *data, enum form *out, struct fault *f)
{
	int i;

	*out = FORM__MAX;
	for (i = 0; i < FORM__MAX; i++) {
		if (js_get(data, forms[i].param) == NULL)
			continue;
		if (*out != FORM__MAX)
			return fault_set(f, RC_INVALID, forms[i].param, "excludes %s",
			    forms[*out].param);
		*out = (enum form)i;
	}
	return RC_OK;
}

static double
item(const struct js *v, size_t i)
{
	return js_real(js_at(v, i), 0);
}

/* The temperatures between which the lamp's whites lie, where it says nothing the usual ones. */
static struct color_range
range_of(const struct js *caps)
{
	return (struct color_range){ (int)js_int(js_get(caps, "min_color_temp_kelvin"), 2000),
		(int)js_int(js_get(caps, "max_color_temp_kelvin"), 6535) };
}

static struct color_rgb
to_rgb(enum form form, const struct js *v, struct color_range range)
{
	double c[5];
	size_t i;

	for (i = 0; i < 5; i++)
		c[i] = item(v, i);
	switch (form) {
	case FORM_RGBW:
		return color_rgbw_to_rgb(c);
	case FORM_RGBWW:
		return color_rgbww_to_rgb(c, range);
	case FORM_TEMP:
		return color_hs_to_rgb(color_kelvin_to_hs(js_real(v, 0)));
	case FORM_HS:
		return color_hs_to_rgb((struct color_hs){ item(v, 0), item(v, 1) });
	case FORM_XY:
		return color_xy_to_rgb((struct color_xy){ item(v, 0), item(v, 1) });
	default:
		return (struct color_rgb){ (int)item(v, 0), (int)item(v, 1), (int)item(v, 2) };
	}
}

static struct js *
from_rgb(enum form form, struct color_rgb c, struct color_range range)
{
	double v[5] = { c.r, c.g, c.b, 0, 0 };
	struct color_hs hs = color_rgb_to_hs(c);
	struct color_xy xy = color_rgb_to_xy(c);

	switch (form) {
	case FORM_TEMP:
		return js_new_int((int64_t)fmax(1000, fmin(40000, color_xy_to_kelvin(xy))));
	case FORM_HS:
		return list_of((double[]){ hs.h, hs.s }, 2, false);
	case FORM_XY:
		return list_of((double[]){ xy.x, xy.y }, 2, false);
	case FORM_RGB:
		return list_of(v, 3, true);
	case FORM_RGBW:
		color_rgb_to_rgbw(c, v);
		return list_of(v, 4, true);
	default:
		color_rgb_to_rgbww(c, range, v);
		return list_of(v, 5, true);
	}
}

/* For each form the others, in the order in which Home Assistant goes to them. */
static const enum form next_best[FORM__MAX][FORM__MAX - 1] = {
	[FORM_TEMP] = { FORM_RGBWW, FORM_HS, FORM_RGB, FORM_RGBW, FORM_XY },
	[FORM_HS] = { FORM_RGB, FORM_RGBW, FORM_RGBWW, FORM_XY, FORM_TEMP },
	[FORM_XY] = { FORM_HS, FORM_RGB, FORM_RGBW, FORM_RGBWW, FORM_TEMP },
	[FORM_RGB] = { FORM_RGBW, FORM_RGBWW, FORM_HS, FORM_XY, FORM_TEMP },
	[FORM_RGBW] = { FORM_RGB, FORM_RGBWW, FORM_HS, FORM_XY, FORM_TEMP },
	[FORM_RGBWW] = { FORM_RGB, FORM_RGBW, FORM_HS, FORM_XY, FORM_TEMP },
};

static enum form
choose(enum form from, const struct js *caps)
{
	int i = 0;

	while (i < FORM__MAX - 2 && !has_mode(caps, forms[next_best[from][i]].mode))
		i++;
	return next_best[from][i];
}

/* White of a temperature needs no detour over colours where there are two whites, or hue and saturation. */
static struct js *
from_kelvin(enum form to, double kelvin, const struct js *caps, const struct js *data, double now)
{
	struct color_hs hs = color_kelvin_to_hs(kelvin);
	double v[5];

	if (to == FORM_HS)
		return list_of((double[]){ hs.h, hs.s }, 2, false);
	if (to != FORM_RGBWW)
		return NULL;
	color_kelvin_to_rgbww(kelvin, js_real(js_get(data, "brightness"), now > 0 ? now : 255),
	    range_of(caps), v);
	return list_of(v, 5, true);
}

/* now: the present brightness, 0 when it is off. */
static void
convert(enum form from, const struct js *caps, struct js *data, double now)
{
	enum form to = choose(from, caps);
	const struct js *v = js_get(data, forms[from].param);
	struct color_range range = range_of(caps);
	struct js *out = from == FORM_TEMP ? from_kelvin(to, js_real(v, 0), caps, data, now) : NULL;

	if (out == NULL)
		out = from_rgb(to, to_rgb(from, v, range), range);
	js_set(data, forms[to].param, out);
	js_unset(data, forms[from].param);
}

static void
clamp_kelvin(const struct js *caps, struct js *data)
{
	const struct js *v = js_get(data, "color_temp_kelvin");
	double low = js_real(js_get(caps, "min_color_temp_kelvin"), 0);
	double high = js_real(js_get(caps, "max_color_temp_kelvin"), 0);

	if (v != NULL && low > 0 && high >= low)
		js_set(data, "color_temp_kelvin",
		    js_new_int((int64_t)fmax(low, fmin(high, js_real(v, 0)))));
}

static enum rc
resolve_color(const struct js *caps, struct js *data, double now, struct fault *f)
{
	enum form form;
	enum rc rc;

	if (js_get(data, "color_temp") != NULL) {
		js_set(data, "color_temp_kelvin",
		    js_new_int(color_mired_to_kelvin(number(data, "color_temp"))));
		js_unset(data, "color_temp");
	}
	if ((rc = asked_form(data, &form, f)) != RC_OK)
		return rc;
	if (form != FORM__MAX && !has_mode(caps, forms[form].mode))
		convert(form, caps, data, now);
	clamp_kelvin(caps, data);
	return RC_OK;
}

/* A brightness that comes with white is that of the white; without one, white may be as bright as the lamp is now. */
static void
resolve_white(struct js *data, double now)
{
	const struct js *brightness = js_get(data, "brightness"), *white = js_get(data, "white");

	if (white != NULL && brightness != NULL) {
		js_set(data, "white", js_ref(brightness));
		js_unset(data, "brightness");
	} else if (js_type(white) == JS_TRUE) {
		js_set(data, "white", js_new_int(now > 0 ? (int64_t)now : 255));
	}
}

static bool
is_zero(const struct js *data, const char *name)
{
	return js_get(data, name) != NULL && number(data, name) == 0;
}

static enum rc
resolve(const struct entity_state *e, const struct js *caps,
    const struct service **s, struct js *data, struct fault *f)
{
	struct js *attributes = NULL;
	const char *flash = js_get_string(data, "flash");
	double now;
	enum rc rc;

	if (flash != NULL && strcmp(flash, "short") != 0 && strcmp(flash, "long") != 0)
		return fault_set(f, RC_INVALID, "flash", "must be short or long");
	if ((rc = resolve_profile(caps, data, f)) != RC_OK || (rc = resolve_name(data, f)) != RC_OK)
		return rc;
	js_parse(e->state.attributes, strlen(e->state.attributes), JS_LAX_KEYS, &attributes, NULL);
	resolve_brightness(attributes, data);
	now = js_real(js_get(attributes, "brightness"), 0);
	js_free(attributes);
	resolve_white(data, now);
	if ((rc = resolve_color(caps, data, now, f)) != RC_OK)
		return rc;
	if (is_zero(data, "brightness") || is_zero(data, "white"))
		*s = service_find("light", "turn_off");
	return RC_OK;
}

const struct service service_light[] = {
	ON_OFF("light", on, off, resolve),
	{ 0 },
};

#define IN_MODE(n, a, mode) WAS(n, a), .by = "color_mode", .is = mode, .optional = true
/* Brightness and colour in the form that the lamp was in; what it cannot be told is left. */
static const struct reversal_field as_before[] = {
	{ WAS("brightness", "brightness"), .optional = true },
	{ IN_MODE("color_temp_kelvin", "color_temp_kelvin", "color_temp") },
	{ IN_MODE("hs_color", "hs_color", "hs") },
	{ IN_MODE("xy_color", "xy_color", "xy") },
	{ IN_MODE("rgb_color", "rgb_color", "rgb") },
	{ IN_MODE("rgbw_color", "rgbw_color", "rgbw") },
	{ IN_MODE("rgbww_color", "rgbww_color", "rgbww") },
	{ IN_MODE("white", "brightness", "white") },
	{ WAS("effect", "effect"), .optional = true },
	{ 0 },
};

const struct reversal reversal_light[] = {
	{ .states = { "off" }, .service = "turn_off" },
	{ .states = { "on" }, .service = "turn_on", .fields = as_before },
	{ 0 },
};
