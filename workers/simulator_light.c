/* SPDX-License-Identifier: ISC
 *
 * Lamps: switched, dimmed, coloured.
 */
#include "workers/simulator_color.h"
#include "workers/simulator_property.h"

static void
write_brightness(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_int(w, p->key, d->brightness);
}

static void
write_color_temp(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_int(w, p->key, d->color_temp);
}

static void
write_color(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_object(w, p->key);
	jsw_real(w, "x", simulator_property_round(d->x, 4));
	jsw_real(w, "y", simulator_property_round(d->y, 4));
	jsw_end(w);
}

static void
write_color_mode(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->color_xy ? "xy" : "color_temp");
}

static bool
set_brightness(struct sim_device *d, const struct js *v)
{
	double n;

	if (!simulator_property_number(v, 0, 255, &n))
		return false;
	d->on = n >= 1;
	if (d->on)
		d->brightness = n > 254 ? 254 : (int)n;
	return true;
}

static bool
set_color_temp(struct sim_device *d, const struct js *v)
{
	double n;

	if (!simulator_property_number(v, 150, 500, &n))
		return false;
	d->color_temp = (int)n;
	d->color_xy = false;
	simulator_color_from_mired(n, &d->x, &d->y);
	return true;
}

static bool
set_color(struct sim_device *d, const struct js *v)
{
	if (!simulator_color_parse(v, &d->x, &d->y))
		return false;
	d->color_xy = true;
	return true;
}

static void
describe_light(struct jsw *w, const char *topic, const char *const *modes, bool brightness)
{
	simulator_property_topic(w, "command_topic", topic, "/set");
	jsw_string(w, "schema", "json");
	jsw_bool(w, "brightness", brightness);
	if (brightness)
		jsw_int(w, "brightness_scale", 254);
	simulator_property_strings(w, "supported_color_modes", modes);
}

static void
describe_light_onoff(struct jsw *w, const char *topic)
{
	static const char *const modes[] = {"onoff", NULL};

	describe_light(w, topic, modes, false);
}

static void
describe_light_dimmable(struct jsw *w, const char *topic)
{
	static const char *const modes[] = {"brightness", NULL};

	describe_light(w, topic, modes, true);
}

static void
describe_light_color(struct jsw *w, const char *topic)
{
	static const char *const modes[] = {"xy", "color_temp", NULL};
	static const char *const effects[] = {
	    "blink", "breathe", "okay", "channel_change", "finish_effect", "stop_effect", NULL};

	describe_light(w, topic, modes, true);
	jsw_int(w, "min_mireds", 150);
	jsw_int(w, "max_mireds", 500);
	jsw_bool(w, "effect", true);
	simulator_property_strings(w, "effect_list", effects);
}

#define LIGHT(describe_)                                                                           \
	{                                                                                          \
		.key = "state", .write = simulator_property_write_onoff,                           \
		.set = simulator_property_set_onoff, .component = "light", .object_id = "light",   \
		.name = "", .describe = describe_                                                  \
	}
#define BRIGHTNESS                                                                                 \
	{                                                                                          \
		.key = "brightness", .write = write_brightness, .set = set_brightness              \
	}

const struct sim_property simulator_property_light_onoff[] = {
	LIGHT(describe_light_onoff),
	PROPERTY_POWER_ON,
	PROPERTY_IDENTIFY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_light_dimmable[] = {
	LIGHT(describe_light_dimmable),
	BRIGHTNESS,
	PROPERTY_POWER_ON,
	PROPERTY_IDENTIFY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_light_color[] = {
	LIGHT(describe_light_color),
	BRIGHTNESS,
	{.key = "color_temp", .write = write_color_temp, .set = set_color_temp},
	{.key = "color", .write = write_color, .set = set_color},
	{.key = "color_mode", .write = write_color_mode},
	PROPERTY_POWER_ON,
	PROPERTY_IDENTIFY,
	PROPERTY_LINKQUALITY,
	{0},
};
