/* SPDX-License-Identifier: ISC
 *
 * A lamp of one to five channels: brightness, colour, temperature, effects, and the time it takes to get
 * there.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_light.h"
#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/adapters/adapter_value.h"
#include "shared/domain/color.h"
#include "shared/domain/feature.h"

/* What the firmware calls lt_st. */
enum type { TYPE_NONE, TYPE_DIMMER, TYPE_COLDWARM, TYPE_RGB, TYPE_RGBW, TYPE_RGBCW, TYPE__MAX };

#define MODE(m) (1u << ADAPTER_LIGHT_##m)
static const uint16_t modes[TYPE__MAX] = {
	[TYPE_NONE] = MODE(ONOFF), [TYPE_DIMMER] = MODE(BRIGHTNESS), [TYPE_COLDWARM] = MODE(COLOR_TEMP),
	[TYPE_RGB] = MODE(HS), [TYPE_RGBW] = MODE(HS) | MODE(WHITE),
	[TYPE_RGBCW] = MODE(HS) | MODE(COLOR_TEMP),
};

/* By the number of their scheme. */
static const char *const effects[] = { "Solid", "Wake up", "Cycle up", "Cycle down", "Random" };
#define EFFECTS ((int)(sizeof(effects) / sizeof(effects[0])))

static const struct tasmota_read reads[] = {
	{ 's', TASMOTA_ROOT, false, "RESULT" },
	{ 't', TASMOTA_ROOT, false, "STATE" },
	{ 's', TASMOTA_ROOT, true, "STATE" },
	{ 's', TASMOTA_ROOT, true, "DIMMER" },
	{ 's', TASMOTA_ROOT, true, "COLOR" },
	{ 's', TASMOTA_ROOT, true, "HSBCOLOR" },
	{ 's', TASMOTA_ROOT, true, "CT" },
	{ 's', TASMOTA_ROOT, true, "WHITE" },
	{ 's', TASMOTA_ROOT, true, "SCHEME" },
	{ 's', TASMOTA_ROOT, true, "CHANNEL" },
	{ 's', TASMOTA_STS, false, "STATUS11" },
	{ 's', TASMOTA_POWER, false, "POWER%d" },
	{ 't', TASMOTA_LWT, false, "LWT" },
};

struct light {
	struct adapter_light	l;
	uint8_t			type;
	bool			fixed;		/* a fade takes as long, however far it goes */
	bool			separate;	/* setting the brightness does not turn it on */
	bool			fades;
	uint16_t		min_mireds, max_mireds;
	char			set[16];	/* command for the brightness */
	char			get[16];	/* member that shows it */
};

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *set = tasmota_config_text(config, "set"), *get = tasmota_config_text(config, "get");
	int64_t type = js_int(js_get(config, "type"), -1);
	struct light *l = b->own = mem_xcalloc(1, sizeof(*l));

	if (type < 0 || type >= TYPE__MAX)
		return fault_set(f, RC_INVALID, "type", "no type of light that we know");
	if (set == NULL || get == NULL || strlcpy(l->set, set, sizeof(l->set)) >= sizeof(l->set) ||
	    strlcpy(l->get, get, sizeof(l->get)) >= sizeof(l->get))
		return fault_set(f, RC_INVALID, "set", "no command for the brightness");
	l->type = (uint8_t)type;
	l->l.modes = modes[type];
	l->fixed = js_bool(js_get(config, "fixed_fade"), false);
	l->separate = js_bool(js_get(config, "separate_power"), false);
	l->fades = js_bool(js_get(config, "fades"), false);
	l->min_mireds = js_bool(js_get(config, "narrow"), false) ? 200 : 153;
	l->max_mireds = l->min_mireds == 200 ? 380 : 500;
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	const struct light *l = b->own;
	struct js *list;
	int i, bits = l->fades ? FEATURE_LIGHT_TRANSITION : 0;

	adapter_light_describe(&l->l, color_mired_to_kelvin(l->max_mireds),
	    color_mired_to_kelvin(l->min_mireds), caps);
	if (l->type >= TYPE_RGB) {
		bits |= FEATURE_LIGHT_EFFECT;
		list = js_new_array();
		for (i = 0; i < EFFECTS; i++)
			js_append(list, js_new_string(effects[i]));
		js_set(caps, "effect_list", list);
	}
	js_set(caps, "supported_features", js_new_int(bits));
}

/* ---- what a message says ---- */

/* "RRGGBB...", or "r,g,b,..." where SetOption17 is on. */
static bool
parse_color(const char *s, struct color_rgb *out)
{
	double v[3];
	unsigned int r, g, b;
	const char *end;

	if (strchr(s, ',') == NULL) {
		if (sscanf(s, "%2x%2x%2x", &r, &g, &b) != 3)
			return false;
		*out = (struct color_rgb){ (int)r, (int)g, (int)b };
		return true;
	}
	if ((end = strchr(s, ',')) == NULL || (end = strchr(end + 1, ',')) == NULL)
		return false;
	end += 1 + strcspn(end + 1, ",");
	if (!adapter_value_numbers(s, (size_t)(end - s), v, 3) ||
	    fmin(v[0], fmin(v[1], v[2])) < 0 || fmax(v[0], fmax(v[1], v[2])) > 255)
		return false;
	*out = (struct color_rgb){ (int)v[0], (int)v[1], (int)v[2] };
	return true;
}

static bool
read_hs(const struct js *o, double hs[2])
{
	const char *text = js_get_string(o, "HSBColor");
	struct color_rgb rgb;
	struct color_hs c;
	double v[3];

	if (text != NULL && adapter_value_numbers(text, strlen(text), v, 3)) {
		hs[0] = fmax(0, fmin(360, v[0]));
		hs[1] = fmax(0, fmin(100, v[1]));
		return true;
	}
	text = js_get_string(o, "Color");
	if (text == NULL || !parse_color(text, &rgb) || rgb.r + rgb.g + rgb.b == 0)
		return false;
	c = color_rgb_to_hs(rgb);
	hs[0] = c.h;
	hs[1] = c.s;
	return true;
}

/* The white channel tells whether a lamp with colours shows one. */
static enum adapter_light_mode
mode_of(const struct light *l, const struct js *o)
{
	const struct js *white = js_get(o, "White");

	switch (l->type) {
	case TYPE_RGB:
		return ADAPTER_LIGHT_HS;
	case TYPE_COLDWARM:
		return ADAPTER_LIGHT_COLOR_TEMP;
	case TYPE_RGBW:
	case TYPE_RGBCW:
		if (!js_is_number(white))
			return (enum adapter_light_mode)l->l.mode;
		if (js_real(white, 0) == 0)
			return ADAPTER_LIGHT_HS;
		return l->type == TYPE_RGBW ? ADAPTER_LIGHT_WHITE : ADAPTER_LIGHT_COLOR_TEMP;
	default:
		return ADAPTER_LIGHT_UNKNOWN;
	}
}

static bool
read_color(struct light *l, const struct js *o)
{
	enum adapter_light_mode mode = mode_of(l, o);
	const struct js *ct = js_get(o, "CT");
	double v[2];

	if (mode == ADAPTER_LIGHT_WHITE)
		return js_get(o, "White") != NULL && adapter_light_color(&l->l, mode, NULL, 0);
	if (mode == ADAPTER_LIGHT_HS)
		return read_hs(o, v) && adapter_light_color(&l->l, mode, v, 2);
	if (mode != ADAPTER_LIGHT_COLOR_TEMP || !js_is_number(ct) || js_real(ct, 0) < 1)
		return false;
	v[0] = color_mired_to_kelvin(js_real(ct, 0));
	return adapter_light_color(&l->l, mode, v, 1);
}

static bool
read_brightness(struct light *l, const struct js *o)
{
	const struct js *v = js_get(o, l->get);

	if (!js_is_number(v) || js_real(v, 0) <= 0 || l->type == TYPE_NONE)
		return false;
	l->l.brightness = (int16_t)fmin(255, adapter_value_round(js_real(v, 0) * 255 / 100));
	return true;
}

static bool
read_effect(const struct light *l, struct tasmota_decode *d)
{
	const struct js *v = js_get(d->o, "Scheme");
	int64_t n = js_int(v, -1);

	if (l->type < TYPE_RGB || n < 0)
		return false;
	adapter_report_put(d->r, "effect", !l->l.on ? js_new_null() : n < EFFECTS ? js_new_string(effects[n]) :
	    js_new_string(mem_printf(d->a, "Scheme %lld", (long long)n)));
	return true;
}

static enum report_result
decode(struct tasmota_decode *d)
{
	struct light *l = d->b->own;
	const char *state = tasmota_decode_power(d);
	bool said = state != NULL;

	if (!l->l.known)
		adapter_light_recall(&l->l, d->now);
	if (state != NULL)
		l->l.on = strcmp(state, "on") == 0;
	said |= read_brightness(l, d->o);
	said |= read_color(l, d->o);
	said |= read_effect(l, d);
	if (!said)
		return REPORT_NOTHING;
	if (state != NULL)
		adapter_family_set(d->r, state);
	adapter_light_report(&l->l, d->r);
	return REPORT_OK;
}

/* ---- what is sent ---- */

struct words {
	struct buf	 b;
	int		 n;		/* commands in b */
	char		 first[24];	/* of a single one: its name */
	size_t		 payload;	/* where its payload begins */
};

static void
add(struct words *w, const char *command, const char *payload)
{
	buf_printf(&w->b, "%sNoDelay;%s ", w->n == 0 ? "" : ";", command);
	if (w->n++ == 0) {
		strlcpy(w->first, command, sizeof(w->first));
		w->payload = w->b.len;
	}
	buf_puts(&w->b, payload);
}

static void
add_number(struct words *w, const char *command, double v)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)adapter_value_round(v));
	add(w, command, text);
}

static double
to_percent(const struct js *v)
{
	return fmax(1, fmin(100, adapter_value_round(js_real(v, 255) * 100 / 255)));
}

/* How far the channel that changes most has to go, 0..1. */
static double
distance(const struct light *l, const struct tasmota_encode *e, bool on)
{
	double v[5], was = l->l.brightness > 0 ? l->l.brightness / 255.0 : 1, will, range, far;
	const struct js *brightness = js_get(e->data, "brightness");
	struct color_rgb a, b;
	int n = 0;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);

	will = !on ? 0 : brightness != NULL ? js_real(brightness, 255) / 255 : was;
	was = l->l.on ? was : 0;
	if (n == 0 || l->l.mode != mode || l->l.n_color != n)
		return fabs(will - was);
	if (mode == ADAPTER_LIGHT_COLOR_TEMP) {
		range = l->max_mireds - l->min_mireds;
		far = fabs((1e6 / l->l.color[0] - l->min_mireds) * was -
		    (1e6 / v[0] - l->min_mireds) * will) / range;
		return fmin(1, fmax(far, fabs(will - was)));
	}
	a = color_hs_to_rgb((struct color_hs){ l->l.color[0], l->l.color[1] });
	b = color_hs_to_rgb((struct color_hs){ v[0], v[1] });
	return fmax(fabs(a.r * was - b.r * will), fmax(fabs(a.g * was - b.g * will),
	    fabs(a.b * was - b.b * will))) / 255;
}

/* The speed is the number of half seconds for the way from dark to full. */
static void
add_fade(struct words *w, const struct light *l, const struct tasmota_encode *e, bool on)
{
	const struct js *transition = js_get(e->data, "transition");
	double seconds = js_real(transition, 0), way = 1;

	if (!l->fades || transition == NULL)
		return;
	add(w, "Fade2", seconds > 0 ? "1" : "0");
	if (seconds <= 0)
		return;
	if (!l->fixed)
		way = distance(l, e, on);
	add_number(w, "Speed2", fmax(1, fmin(40, way > 0 ? adapter_value_round(seconds * 2 / way) : 1)));
}

static void
add_color(struct words *w, const struct light *l, const struct tasmota_encode *e)
{
	const char *effect = js_get_string(e->data, "effect");
	const struct js *white = js_get(e->data, "white");
	double v[5];
	int n = 0, i;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, v, &n);

	if (mode == ADAPTER_LIGHT_HS) {
		add_number(w, "HsbColor1", v[0]);
		add_number(w, "HsbColor2", v[1]);
	}
	if (mode == ADAPTER_LIGHT_COLOR_TEMP)
		add_number(w, "CT", fmax(l->min_mireds,
		    fmin(l->max_mireds, color_kelvin_to_mired(v[0]))));
	for (i = 0; i < EFFECTS && effect != NULL; i++)
		if (strcmp(effect, effects[i]) == 0)
			add_number(w, "Scheme", i);
	if (white != NULL)
		add_number(w, "White", to_percent(white));
}

static enum rc
encode(struct tasmota_encode *e)
{
	const struct light *l = e->b->own;
	bool on = tasmota_encode_service(e, "turn_on");
	const char *word = e->b->device->words[on];
	const struct js *brightness = on ? js_get(e->data, "brightness") : NULL;
	struct words w = { 0 };
	char power[16];
	enum rc rc;

	snprintf(power, sizeof(power), "Power%d", e->b->index + 1);
	add_fade(&w, l, e, on);
	if (brightness != NULL)
		add_number(&w, l->set, to_percent(brightness));
	else
		add(&w, power, word);
	if (on)
		add_color(&w, l, e);
	if (brightness != NULL && l->separate)
		add(&w, power, word);
	rc = w.n == 1 ? tasmota_encode_send(e, w.first, buf_str(&w.b) + w.payload) :
	    tasmota_encode_send(e, "Backlog", buf_str(&w.b));
	buf_free(&w.b);
	return rc;
}

const struct tasmota_kind tasmota_light = {
	.name = "light",
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.poll = "STATE", .poll_payload = "",
	.setup = setup, .describe = describe, .decode = decode, .encode = encode,
};
