/* SPDX-License-Identifier: ISC
 *
 * What only reports: motion, contact, climate and leak sensors.
 */
#include "workers/simulator_property.h"

static const char *const sensitivities[] = {"low", "medium", "high", NULL};

static void
write_active(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_bool(w, p->key, d->active);
}

static void
write_sensitivity(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, sensitivities[d->sensitivity]);
}

static bool
set_sensitivity(struct sim_device *d, const struct js *v)
{
	int i = simulator_property_choice(v, sensitivities);

	if (i >= 0)
		d->sensitivity = i;
	return i >= 0;
}

static void
describe_boolean(struct jsw *w, const char *topic)
{
	(void)topic;
	jsw_bool(w, "payload_on", true);
	jsw_bool(w, "payload_off", false);
}

/* Zigbee's contact is true while the door is closed. */
static void
describe_contact(struct jsw *w, const char *topic)
{
	(void)topic;
	jsw_bool(w, "payload_on", false);
	jsw_bool(w, "payload_off", true);
}

static void
describe_sensitivity(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set/motion_sensitivity");
	simulator_property_strings(w, "options", sensitivities);
	jsw_string(w, "icon", "mdi:tune");
}

#define BOOLEAN(key_, class_, describe_)                                                           \
	{                                                                                          \
		.key = key_, .write = write_active, .component = "binary_sensor",                  \
		.device_class = class_, .describe = describe_                                      \
	}

const struct sim_property simulator_property_motion[] = {
	BOOLEAN("occupancy", "occupancy", describe_boolean),
	PROPERTY_MEASURED("illuminance", SIM_ILLUMINANCE, "illuminance", "lx", "measurement"),
	PROPERTY_MEASURED("temperature", SIM_TEMPERATURE, "temperature", "\302\260C", "measurement"),
	{.key = "motion_sensitivity", .write = write_sensitivity, .set = set_sensitivity,
	    .component = "select", .name = "Motion sensitivity", .category = "config",
	    .describe = describe_sensitivity},
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_contact[] = {
	BOOLEAN("contact", "door", describe_contact),
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_climate_sensor[] = {
	PROPERTY_MEASURED("temperature", SIM_TEMPERATURE, "temperature", "\302\260C", "measurement"),
	PROPERTY_MEASURED("humidity", SIM_HUMIDITY, "humidity", "%", "measurement"),
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_leak[] = {
	BOOLEAN("water_leak", "moisture", describe_boolean),
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};
