/* SPDX-License-Identifier: ISC
 *
 * What a device answered becomes its entities.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"

void
shelly_build_add(struct shelly_build *s, const char *component, const char *suffix,
    const struct announced_entity *e, const char *kind, struct js *config)
{
	struct announced_entity named = *e;

	named.unique_id = mem_printf(s->b.a, "%s-%s%s%s", s->mac, component, suffix != NULL ? "-" : "",
	    suffix != NULL ? suffix : "");
	js_set(config, "kind", js_new_string(kind));
	js_set(config, "component", js_new_string(component));
	js_set(config, "device", js_ref(s->device));
	adapter_family_add(&s->b, &named, config, NULL);
}

/* ---- names ---- */

/* The words before the colon and what they are called; data of a meter goes by the meter's name. */
static const struct title {
	const char	*type, *title, *named_by;
} titles[] = {
	{ "switch", "Switch", NULL }, { "light", "Light", NULL }, { "rgb", "RGB", NULL },
	{ "rgbw", "RGBW", NULL }, { "cct", "CCT", NULL }, { "cover", "Cover", NULL },
	{ "input", "Input", NULL }, { "pm1", "Power meter", NULL }, { "em", "Meter", NULL },
	{ "emdata", "Meter", "em" }, { "em1", "Meter", NULL }, { "em1data", "Meter", "em1" },
	{ "temperature", "Sensor", NULL }, { "humidity", "Sensor", NULL },
	{ "illuminance", "Sensor", NULL }, { "voltmeter", "Voltmeter", NULL },
	{ "devicepower", "Supply", NULL }, { "smoke", "Sensor", NULL }, { "flood", "Sensor", NULL },
	{ "boolean", "Boolean", NULL }, { "number", "Number", NULL }, { "enum", "Enum", NULL },
	{ "text", "Text", NULL }, { "button", "Button", NULL }, { "blutrv", "TRV", NULL },
	{ "thermostat", "Thermostat", NULL },
	{ "bthomedevice", "Bluetooth", NULL },
};
#define TITLES (sizeof(titles) / sizeof(titles[0]))

static size_t
count(const struct shelly_build *s, const char *component)
{
	size_t n = strcspn(component, ":") + 1, found = 0;
	void *it;

	for (it = js_iter(s->status); it != NULL; it = js_iter_next(s->status, it))
		found += strncmp(js_iter_key(it), component, n) == 0;
	return found;
}

static const struct title *
title_of(const char *component)
{
	size_t i, n = strcspn(component, ":");

	for (i = 0; i < TITLES; i++)
		if (strlen(titles[i].type) == n && strncmp(titles[i].type, component, n) == 0)
			return &titles[i];
	return NULL;
}

const char *
shelly_build_channel(const struct shelly_build *s, const char *component)
{
	const struct title *t = title_of(component);
	const char *number = strchr(component, ':'), *name;

	if (number == NULL || t == NULL)
		return NULL;
	if (t->named_by != NULL)
		component = mem_printf(s->b.a, "%s%s", t->named_by, number);
	name = shelly_decode_text(js_get(s->config, component), "name");
	if (name != NULL || count(s, component) <= 1)
		return mem_strdup(s->b.a, name);	/* the answers do not live as long */
	return mem_printf(s->b.a, "%s %s", t->title, number + 1);
}

/* ---- components ---- */

static bool
is_lamp(const struct shelly_build *s, const char *component)
{
	const struct js *list = js_get(js_get(js_get(s->config, "sys"), "ui_data"), "consumption_types");
	const char *what;
	size_t i = (size_t)(component[strlen(component) - 1] - '0');

	what = strlen(component) == strlen("switch:0") ? js_string(js_at(list, i), NULL) : NULL;
	return what != NULL && (strcmp(what, "light") == 0 || strcmp(what, "lights") == 0);
}

static void
add_switch(struct shelly_build *s, const char *component)
{
	bool lamp = is_lamp(s, component);
	struct announced_entity e = { .domain = lamp ? "light" : "switch", .enabled = true,
		.name = shelly_build_channel(s, component) };

	shelly_build_add(s, component, NULL, &e, e.domain, js_new_object());
}

static void
add_light(struct shelly_build *s, const char *component)
{
	const struct js *range = js_get(js_get(s->config, component), "ct_range");
	struct announced_entity e = { .domain = "light", .enabled = true,
		.name = shelly_build_channel(s, component) };
	struct js *config = js_new_object();

	if (js_type(range) == JS_ARRAY && js_size(range) == 2)
		js_set(config, "ct_range", js_ref(range));
	shelly_build_add(s, component, NULL, &e, "light", config);
}

static void
add_cover(struct shelly_build *s, const char *component)
{
	const struct js *slat = js_get(js_get(s->config, component), "slat");
	struct announced_entity e = { .domain = "cover", .enabled = true, .device_class = "shutter",
		.name = shelly_build_channel(s, component) };
	struct js *config = js_new_object();

	js_set(config, "positions", js_new_bool(js_bool(js_get(js_get(s->status, component),
	    "pos_control"), false)));
	js_set(config, "slats", js_new_bool(js_bool(js_get(slat, "enable"), false)));
	shelly_build_add(s, component, NULL, &e, "cover", config);
}

/* An input of type "analog" or "count" is made of readings alone. */
static void
add_input(struct shelly_build *s, const char *component)
{
	const char *type = shelly_decode_text(js_get(s->config, component), "type");
	const char *channel = shelly_build_channel(s, component);
	struct announced_entity e = { .enabled = true, .name = channel != NULL ? channel : "Input" };

	if (type != NULL && strcmp(type, "switch") == 0) {
		e.domain = "binary_sensor";
		e.device_class = "power";
		shelly_build_add(s, component, "input", &e, "input", js_new_object());
	} else if (type != NULL && strcmp(type, "button") == 0) {
		e.domain = "event";
		e.device_class = "button";
		shelly_build_add(s, component, NULL, &e, "button", js_new_object());
	}
}

static void
add_system(struct shelly_build *s, const char *component)
{
	struct announced_entity update = { .domain = "update", .device_class = "firmware", .enabled = true,
		.category = "config", .name = "Firmware" };
	struct announced_entity restart = { .domain = "button", .device_class = "restart",
		.category = "config", .enabled = true, .name = "Restart" };
	struct announced_entity started = { .domain = "sensor", .device_class = "timestamp",
		.category = "diagnostic", .name = "Last restart" };
	const char *version = shelly_decode_text(s->info, "ver");
	struct js *config;

	/* Nobody presses a button of who is asleep. */
	if (js_int(js_get(s->device, "sleep"), 0) == 0) {
		shelly_build_add(s, component, "reboot", &restart, "restart", js_new_object());
		shelly_build_add(s, component, "uptime", &started, "started", js_new_object());
	}
	if (version == NULL)
		return;
	config = js_new_object();
	js_set(config, "version", js_new_string(version));
	shelly_build_add(s, component, "fwupdate", &update, "update", config);
}

static void
add_climate(struct shelly_build *s, const char *component)
{
	const char *type = shelly_decode_text(js_get(s->config, component), "type");
	struct js *config = js_new_object();
	struct announced_entity e = { .domain = "climate", .enabled = true,
		.name = shelly_build_channel(s, component) };

	if (type != NULL && strcmp(type, "cooling") == 0)
		js_set(config, "cools", js_new_bool(true));
	shelly_build_add(s, component, NULL, &e, "climate", config);
}

static const struct {
	const char	*type;
	void		(*add)(struct shelly_build *s, const char *component);
} adders[] = {
	{ "switch:", add_switch }, { "light:", add_light }, { "rgb:", add_light }, { "rgbw:", add_light },
	{ "cct:", add_light }, { "cover:", add_cover }, { "input:", add_input }, { "sys", add_system },
	{ "boolean:", shelly_virtual_add }, { "number:", shelly_virtual_add }, { "enum:", shelly_virtual_add },
	{ "text:", shelly_virtual_add }, { "button:", shelly_virtual_add_button },
	{ "bthomesensor:", shelly_bluetooth_add_sensor }, { "blutrv:", add_climate },
	{ "thermostat:", add_climate },
};

/* "switch:0", or a word for what a device has once. */
static bool
is_component(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz_0123456789"), digits;

	if (n == 0 || n > 32)
		return false;
	if (key[n] == '\0')
		return true;
	digits = strspn(key + n + 1, "0123456789");
	return key[n] == ':' && digits > 0 && digits <= 4 && key[n + 1 + digits] == '\0';
}

void
shelly_build_all(struct shelly_build *s)
{
	const char *key;
	size_t i;
	void *it;

	for (it = js_iter(s->status); it != NULL; it = js_iter_next(s->status, it)) {
		key = js_iter_key(it);
		if (!is_component(key) || js_type(js_iter_value(it)) != JS_OBJECT)
			continue;
		for (i = 0; i < sizeof(adders) / sizeof(adders[0]); i++)
			if (strncmp(key, adders[i].type, strlen(adders[i].type)) == 0)
				adders[i].add(s, key);
		if (shelly_dynamic_is(key, "bthomedevice"))
			shelly_bluetooth_add_device(s, key);
		else
			shelly_reading_entities(s, key, js_iter_value(it));
	}
}
