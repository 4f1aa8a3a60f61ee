/* SPDX-License-Identifier: ISC
 *
 * The list of components.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

#define COMPONENTS(X) \
	X(hass_sensor) \
	X(hass_binary_sensor) \
	X(hass_switch) \
	X(hass_light_basic) \
	X(hass_light_json) \
	X(hass_light_template) \
	X(hass_cover) \
	X(hass_climate) \
	X(hass_lock) \
	X(hass_number) \
	X(hass_select) \
	X(hass_button) \
	X(hass_text_field) \
	X(hass_scene) \
	X(hass_fan) \
	X(hass_siren) \
	X(hass_update) \
	X(hass_event) \
	X(hass_camera) \
	X(hass_image) \
	X(hass_device_automation) \
	X(hass_tag) \
	X(hass_date) \
	X(hass_time) \
	X(hass_datetime) \
	X(hass_infrared_receiver) \
	X(hass_infrared_emitter) \
	X(hass_device_tracker) \
	X(hass_notify) \
	X(hass_alarm_control_panel) \
	X(hass_vacuum) \
	X(hass_lawn_mower) \
	X(hass_valve) \
	X(hass_water_heater) \
	X(hass_humidifier)

#define X(component) extern const struct hass_component component;
COMPONENTS(X)
#undef X

static const struct hass_component *const components[] = {
#define X(component) &component,
	COMPONENTS(X)
#undef X
};

/* A component's schemas are rows of the same name; the first one is the standard. */
const struct hass_component *
hass_components_find(const char *name, const char *schema)
{
	const struct hass_component *c;
	size_t i;

	if (strcmp(schema, "default") == 0)
		schema = "";
	for (i = 0; i < sizeof(components) / sizeof(components[0]); i++) {
		c = components[i];
		if (strcmp(c->name, name) == 0 && (schema[0] == '\0' || c->schema == NULL ||
		    strcmp(c->schema, schema) == 0))
			return c;
	}
	return NULL;
}
