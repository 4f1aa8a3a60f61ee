/* SPDX-License-Identifier: ISC
 *
 * light, schema template: one topic each way, templates take the payload apart and make the one to send.
 */
#include <math.h>
#include <string.h>

#include "shared/adapters/adapter_hass_light_int.h"
#include "shared/domain/color.h"
#include "shared/domain/feature.h"

enum { STATE_TOPIC = HASS_OWN, STATE_TEMPLATE, COMMAND_TOPIC, ON_TEMPLATE, OFF_TEMPLATE,
	BRIGHTNESS_TEMPLATE, TEMP_TEMPLATE, RED_TEMPLATE, GREEN_TEMPLATE, BLUE_TEMPLATE, EFFECT_TEMPLATE,
	EFFECT_LIST, IN_KELVIN, MIN_MIREDS, MAX_MIREDS, MIN_KELVIN, MAX_KELVIN, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(STATE_TEMPLATE, "state_template", HASS_TEMPLATE),
	HASS_KEY_MUST(COMMAND_TOPIC, "command_topic", HASS_PUBLISH),
	HASS_KEY_MUST(ON_TEMPLATE, "command_on_template", HASS_TEMPLATE),
	HASS_KEY_MUST(OFF_TEMPLATE, "command_off_template", HASS_TEMPLATE),
	HASS_KEY(BRIGHTNESS_TEMPLATE, "brightness_template", HASS_TEMPLATE),
	HASS_KEY(TEMP_TEMPLATE, "color_temp_template", HASS_TEMPLATE),
	HASS_KEY(RED_TEMPLATE, "red_template", HASS_TEMPLATE),
	HASS_KEY(GREEN_TEMPLATE, "green_template", HASS_TEMPLATE),
	HASS_KEY(BLUE_TEMPLATE, "blue_template", HASS_TEMPLATE),
	HASS_KEY(EFFECT_TEMPLATE, "effect_template", HASS_TEMPLATE),
	HASS_KEY(EFFECT_LIST, "effect_list", HASS_LIST),
	HASS_KEY(IN_KELVIN, "color_temp_kelvin", HASS_BOOL),
	HASS_KEY(MIN_MIREDS, "min_mireds", HASS_NUMBER),
	HASS_KEY(MAX_MIREDS, "max_mireds", HASS_NUMBER),
	HASS_KEY(MIN_KELVIN, "min_kelvin", HASS_NUMBER),
	HASS_KEY(MAX_KELVIN, "max_kelvin", HASS_NUMBER),
};

static bool
has_color(const struct binding *b)
{
	return hass_binding_has(b, RED_TEMPLATE) && hass_binding_has(b, GREEN_TEMPLATE) &&
	    hass_binding_has(b, BLUE_TEMPLATE);
}

static enum rc
check(const struct binding *b, struct fault *f)
{
	struct adapter_light *l = hass_binding_own(b);
	unsigned int modes = 0;

	(void)f;
	if (has_color(b))
		modes |= 1u << ADAPTER_LIGHT_HS;
	if (hass_binding_has(b, TEMP_TEMPLATE))
		modes |= 1u << ADAPTER_LIGHT_COLOR_TEMP;
	if (modes == 0)
		modes = 1u << (hass_binding_has(b, BRIGHTNESS_TEMPLATE) ? ADAPTER_LIGHT_BRIGHTNESS :
		    ADAPTER_LIGHT_ONOFF);
	l->modes = (uint16_t)modes;
	return RC_OK;
}

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	uint32_t bits = FEATURE_LIGHT_TRANSITION | FEATURE_LIGHT_FLASH |
	    (hass_binding_has(b, EFFECT_LIST) ? FEATURE_LIGHT_EFFECT : 0);

	(void)device_class;
	if (caps != NULL)
		hass_light_describe(b, MIN_KELVIN, MAX_MIREDS, MAX_KELVIN, MIN_MIREDS, EFFECT_LIST, caps);
	return bits;
}

/* What a template makes of the payload, as a number; false when it was not given or makes none. */
static bool
number_of(struct hass_decode *d, int key, double *v)
{
	const struct hass_text *t = hass_binding_shared(d->b, key);
	const struct buf *out = &d->b->shape->ad->out;

	return t != NULL && hass_decode_render(d->b, t, d->m, d->f) == TEMPLATE_OK &&
	    adapter_value_number(buf_str(out), out->len, v);
}

static void
decode_color(struct hass_decode *d, struct adapter_light *l)
{
	double rgb[3], hs[2], temp;
	struct color_hs c;
	bool color = has_color(d->b) && number_of(d, RED_TEMPLATE, &rgb[0]) &&
	    number_of(d, GREEN_TEMPLATE, &rgb[1]) && number_of(d, BLUE_TEMPLATE, &rgb[2]);

	if (color) {
		c = color_rgb_to_hs((struct color_rgb){ (int)fmin(255, fmax(0, rgb[0])),
		    (int)fmin(255, fmax(0, rgb[1])), (int)fmin(255, fmax(0, rgb[2])) });
		hs[0] = c.h;
		hs[1] = c.s;
		adapter_light_color(l, ADAPTER_LIGHT_HS, hs, 2);
	} else if (number_of(d, TEMP_TEMPLATE, &temp) && temp >= 1) {
		if (hass_binding_number(d->b, IN_KELVIN) == 0)
			temp = color_mired_to_kelvin(temp);
		adapter_light_color(l, ADAPTER_LIGHT_COLOR_TEMP, &temp, 1);
	}
}

static void
decode_effect(struct hass_decode *d)
{
	const struct hass_text *t = hass_binding_shared(d->b, EFFECT_TEMPLATE);
	const struct buf *out = &d->b->shape->ad->out;

	if (t == NULL || hass_decode_render(d->b, t, d->m, d->f) != TEMPLATE_OK)
		return;
	if (hass_binding_lists(d->b, EFFECT_LIST, buf_str(out), out->len))
		hass_decode_put(d->r, "effect", js_new_stringn(buf_str(out), out->len));
}

/* The state first: its text is in the buffer that the other templates use next. */
static enum report_result
decode(struct hass_decode *d)
{
	struct adapter_light *l = hass_light_of(d->b, d->now);
	double brightness;

	if (hass_decode_is(d, "on") || hass_decode_is(d, "off")) {
		l->on = hass_decode_is(d, "on");
		hass_decode_set(d, l->on ? "on" : "off");
	} else if (hass_decode_none(d)) {
		l->on = false;
		hass_decode_set(d, NULL);
	} else
		return hass_decode_bad(d, "state is neither on nor off");
	if (number_of(d, BRIGHTNESS_TEMPLATE, &brightness) && brightness >= 1)
		l->brightness = (int16_t)fmin(255, brightness);
	decode_color(d, l);
	adapter_light_report(l, d->r);
	decode_effect(d);
	return REPORT_OK;
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, STATE_TEMPLATE, HASS_RAW | HASS_IF_TEMPLATE, decode, NULL },
};

/* Variables on their way to a template. */
struct vars {
	struct template_var	list[10];
	size_t			n;
};

static void
add_int(struct vars *v, const char *name, double value)
{
	v->list[v->n++] = template_var_int(name, (int64_t)value);
}

/* A lamp without a brightness of its own gets it in its colour. */
static void
add_color(struct hass_encode *e, struct vars *v)
{
	struct adapter_light *l = hass_light_of(e->b, e->now);
	double c[5], value = 255;
	int n = 0;
	enum adapter_light_mode mode = adapter_light_wanted(e->data, c, &n);
	struct color_rgb rgb;

	if (mode == ADAPTER_LIGHT_COLOR_TEMP)
		add_int(v, "color_temp", hass_binding_number(e->b, IN_KELVIN) != 0 ? c[0] :
		    color_kelvin_to_mired(c[0]));
	if (mode != ADAPTER_LIGHT_HS)
		return;
	if (!hass_binding_has(e->b, BRIGHTNESS_TEMPLATE))
		value = js_real(js_get(e->data, "brightness"), l->brightness > 0 ? l->brightness : 255);
	rgb = color_hsv_to_rgb((struct color_hs){ c[0], c[1] }, value / 255);
	add_int(v, "red", rgb.r);
	add_int(v, "green", rgb.g);
	add_int(v, "blue", rgb.b);
	v->list[v->n++] = template_var_real("hue", c[0]);
	v->list[v->n++] = template_var_real("sat", c[1]);
}

static enum rc
encode(struct hass_encode *e)
{
	bool on = hass_encode_service(e, "turn_on");
	struct template_var state = template_var_bool("state", on);
	struct vars v = { .n = 0 };
	const struct js *brightness = js_get(e->data, "brightness");
	const struct js *transition = js_get(e->data, "transition");
	static const char *const rest[] = { "effect", "flash" };
	size_t i;

	if (on && js_is_number(brightness))
		add_int(&v, "brightness", js_real(brightness, 255));
	if (on)
		add_color(e, &v);
	for (i = 0; i < 2; i++)
		if (js_get(e->data, rest[i]) != NULL)
			v.list[v.n++] = template_var_json(rest[i], js_get(e->data, rest[i]));
	if (transition != NULL)
		v.list[v.n++] = template_var_real("transition", js_real(transition, 0));
	return hass_encode_send(e, COMMAND_TOPIC, on ? ON_TEMPLATE : OFF_TEMPLATE, &state, v.list, v.n);
}

/* Without a template for it the state is in no message. */
static void
info(const struct binding *b, struct binding_info *out)
{
	out->optimistic |= !hass_binding_has(b, STATE_TEMPLATE);
}

const struct hass_component hass_light_template = {
	.name = "light", .schema = "template", .plain_name = "MQTT Template Light",
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]), .attributes = hass_light_attributes,
	.own = sizeof(struct adapter_light),
	.check = check, .describe = describe, .encode = encode,
	.assumes_parts = true, .assume = hass_light_assume, .info = info,
};
