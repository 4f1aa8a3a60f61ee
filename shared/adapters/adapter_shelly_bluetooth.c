/* SPDX-License-Identifier: ISC
 *
 * Bluetooth devices behind a gateway: their sensors, told by the numbers that BTHome gives them, and their
 * buttons. Those of a radiator valve are left out: its own component says all they do.
 */
#include <string.h>

#include "shared/adapters/adapter_shelly_kinds.h"

static const struct object {
	int		 id;
	const char	*name, *unit, *device_class, *state_class;
	bool		 binary, inverted;
} objects[] = {
#define Q(id, name, unit, class, state_class) { id, name, unit, class, state_class, false, false },
#define F(id, name, class) { id, name, NULL, class, NULL, true, false },
#define N(id, name, class) { id, name, NULL, class, NULL, true, true },
#include "shared/adapters/adapter_shelly_object.def"
};
#define BUTTON 0x3A
#define OBJECTS (sizeof(objects) / sizeof(objects[0]))

/* The given name of the component of that type with this address, or NULL. */
static const char *
name_at(const struct shelly_build *s, const char *type, const char *address, bool *found)
{
	const char *at;
	void *it;

	*found = false;
	for (it = js_iter(s->config); address != NULL && it != NULL; it = js_iter_next(s->config, it)) {
		at = js_get_string(js_iter_value(it), "addr");
		if (at == NULL || strcmp(at, address) != 0 || !shelly_dynamic_is(js_iter_key(it), type))
			continue;
		*found = true;
		return shelly_decode_text(js_iter_value(it), "name");
	}
	return NULL;
}

static bool
is_valve(const struct shelly_build *s, const char *component)
{
	bool found;

	name_at(s, "blutrv", js_get_string(js_get(s->config, component), "addr"), &found);
	return found;
}

/* The name of its device and the quantity; a device without a name goes by its address. */
static const char *
name_of(const struct shelly_build *s, const struct js *config, const char *quantity)
{
	const char *address = shelly_decode_text(config, "addr"), *device;
	bool found;

	device = name_at(s, "bthomedevice", address, &found);
	if (device == NULL)
		device = address != NULL ? address : "Bluetooth";
	return mem_printf(s->b.a, "%s %s", device, quantity);
}

void
shelly_bluetooth_add_device(struct shelly_build *s, const char *component)
{
	struct announced_entity e = { .domain = "event", .enabled = true, .device_class = "button" };

	if (is_valve(s, component))
		return;
	e.name = name_of(s, js_get(s->config, component), "button");
	shelly_build_add(s, component, NULL, &e, "button", js_new_object());
	shelly_reading_entities(s, component, js_get(s->status, component));
}

void
shelly_bluetooth_add_sensor(struct shelly_build *s, const char *component)
{
	const struct js *config = js_get(s->config, component);
	int64_t id = js_int(js_get(config, "obj_id"), -1);
	const char *name = shelly_decode_text(config, "name");
	struct announced_entity e = { .enabled = true };
	struct js *o, *about;
	size_t i;

	for (i = 0; i < OBJECTS && objects[i].id != id; i++)
		continue;
	if (is_valve(s, component) || (i == OBJECTS && id != BUTTON))
		return;
	if (id == BUTTON) {
		e.domain = "event";
		e.device_class = "button";
		e.name = name != NULL ? mem_strdup(s->b.a, name) : name_of(s, config, "button");
		shelly_build_add(s, component, NULL, &e, "button", js_new_object());
		return;
	}
	e.domain = objects[i].binary ? "binary_sensor" : "sensor";
	e.name = name != NULL ? mem_strdup(s->b.a, name) : name_of(s, config, objects[i].name);
	e.unit = objects[i].unit;
	e.device_class = objects[i].device_class;
	o = js_new_object();
	about = js_new_object();
	if (objects[i].state_class != NULL)
		js_set(about, "state_class", js_new_string(objects[i].state_class));
	js_set(o, "about", about);
	if (objects[i].inverted)
		js_set(o, "inverted", js_new_bool(true));
	shelly_build_add(s, component, NULL, &e, "shown", o);
}
