/* SPDX-License-Identifier: ISC
 *
 * What the property tables of the devices share: common rows, reading values, writing
 * announcements.
 */
#ifndef SIMULATOR_PROPERTY_H
#define SIMULATOR_PROPERTY_H

#include "workers/simulator_devices.h"

/* The tables themselves, each ending with a row without key. */
extern const struct sim_property simulator_property_light_onoff[];
extern const struct sim_property simulator_property_light_dimmable[];
extern const struct sim_property simulator_property_light_color[];
extern const struct sim_property simulator_property_plug[];
extern const struct sim_property simulator_property_motion[];
extern const struct sim_property simulator_property_contact[];
extern const struct sim_property simulator_property_climate_sensor[];
extern const struct sim_property simulator_property_thermostat[];
extern const struct sim_property simulator_property_cover[];
extern const struct sim_property simulator_property_lock[];
extern const struct sim_property simulator_property_leak[];

/* Number or text of a number between low and high; else false and *out untouched. */
bool simulator_property_number(const struct js *v, double low, double high, double *out);
/* Index of the text among choices (NULL-terminated, case does not matter), or -1. */
int simulator_property_choice(const struct js *v, const char *const *choices);
double simulator_property_round(double v, int places);

/* The member `key` of an announcement with the topic `topic` + `below`. */
void simulator_property_topic(struct jsw *w, const char *key, const char *topic, const char *below);
void simulator_property_strings(struct jsw *w, const char *key, const char *const *strings);

/* Members of rows that several kinds have. */
void simulator_property_write_measure(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d);
void simulator_property_write_onoff(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d);
bool simulator_property_set_onoff(struct sim_device *d, const struct js *v);
void simulator_property_write_power_on(
    struct jsw *w, const struct sim_property *p, const struct sim_device *d);
bool simulator_property_set_power_on(struct sim_device *d, const struct js *v);
bool simulator_property_set_identify(struct sim_device *d, const struct js *v);
void simulator_property_describe_power_on(struct jsw *w, const char *topic);
void simulator_property_describe_identify(struct jsw *w, const char *topic);
void simulator_property_describe_linkquality(struct jsw *w, const char *topic);

#define PROPERTY_MEASURED(key_, measure_, class_, unit_, state_class_)                             \
	{                                                                                          \
		.key = key_, .write = simulator_property_write_measure, .measure = measure_,       \
		.component = "sensor", .device_class = class_, .unit = unit_,                      \
		.state_class = state_class_                                                        \
	}
#define PROPERTY_LINKQUALITY                                                                       \
	{                                                                                          \
		.key = "linkquality", .write = simulator_property_write_measure,                   \
		.measure = SIM_LINKQUALITY, .component = "sensor", .name = "Linkquality",          \
		.unit = "lqi", .state_class = "measurement", .category = "diagnostic",             \
		.hidden = true, .describe = simulator_property_describe_linkquality                \
	}
#define PROPERTY_BATTERY                                                                           \
	{                                                                                          \
		.key = "battery", .write = simulator_property_write_measure,                       \
		.measure = SIM_BATTERY, .component = "sensor", .device_class = "battery",          \
		.unit = "%", .state_class = "measurement", .category = "diagnostic"                \
	}
#define PROPERTY_POWER_ON                                                                          \
	{                                                                                          \
		.key = "power_on_behavior", .write = simulator_property_write_power_on,            \
		.set = simulator_property_set_power_on, .component = "select",                     \
		.name = "Power-on behavior", .category = "config",                                 \
		.describe = simulator_property_describe_power_on                                   \
	}
#define PROPERTY_IDENTIFY                                                                          \
	{                                                                                          \
		.key = "identify", .set = simulator_property_set_identify, .component = "button",  \
		.name = "Identify", .device_class = "identify", .category = "config",              \
		.describe = simulator_property_describe_identify                                   \
	}

#endif
