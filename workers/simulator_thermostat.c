/* SPDX-License-Identifier: ISC
 *
 * The radiator thermostat.
 */
#include <math.h>

#include "workers/simulator_property.h"

static void
write_setpoint(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_real(w, p->key, d->setpoint);
}

static void
write_calibration(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_real(w, p->key, d->calibration);
}

static void
write_local_temperature(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_real(
	    w, p->key, simulator_property_round(d->value[SIM_TEMPERATURE] + d->calibration, 2));
}

static void
write_system_mode(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->heating ? "heat" : "off");
}

static void
write_running_state(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->value[SIM_HEATING_DEMAND] >= 5 ? "heat" : "idle");
}

static bool
set_setpoint(struct sim_device *d, const struct js *v)
{
	double n;

	if (!simulator_property_number(v, 5, 30, &n))
		return false;
	d->setpoint = round(n * 2) / 2;
	return true;
}

static bool
set_calibration(struct sim_device *d, const struct js *v)
{
	return simulator_property_number(v, -12.8, 12.7, &d->calibration);
}

static bool
set_system_mode(struct sim_device *d, const struct js *v)
{
	static const char *const words[] = {"off", "heat", NULL};
	int i = simulator_property_choice(v, words);

	if (i < 0)
		return false;
	d->heating = i == 1;
	return true;
}

static void
describe_thermostat(struct jsw *w, const char *topic)
{
	static const char *const modes[] = {"off", "heat", NULL};

	jsw_string(w, "temperature_unit", "C");
	jsw_string(w, "min_temp", "5");
	jsw_string(w, "max_temp", "30");
	jsw_real(w, "temp_step", 0.5);
	simulator_property_strings(w, "modes", modes);
	jsw_string(w, "mode_state_topic", topic);
	jsw_string(w, "mode_state_template", "{{ value_json[\"system_mode\"] }}");
	simulator_property_topic(w, "mode_command_topic", topic, "/set/system_mode");
	jsw_string(w, "action_topic", topic);
	jsw_string(w, "action_template",
	    "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling',"
	    "'fan_only':'fan'} %}{{ values[value_json[\"running_state\"]] }}");
	jsw_string(w, "temperature_state_topic", topic);
	jsw_string(
	    w, "temperature_state_template", "{{ value_json[\"occupied_heating_setpoint\"] }}");
	simulator_property_topic(
	    w, "temperature_command_topic", topic, "/set/occupied_heating_setpoint");
	jsw_string(w, "current_temperature_topic", topic);
	jsw_string(w, "current_temperature_template", "{{ value_json[\"local_temperature\"] }}");
}

static void
describe_calibration(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set/local_temperature_calibration");
	jsw_real(w, "min", -12.8);
	jsw_real(w, "max", 12.7);
	jsw_real(w, "step", 0.1);
	jsw_string(w, "icon", "mdi:math-compass");
}

const struct sim_property simulator_property_thermostat[] = {
	{.key = "occupied_heating_setpoint", .write = write_setpoint, .set = set_setpoint,
	    .component = "climate", .object_id = "climate", .name = "",
	    .describe = describe_thermostat},
	{.key = "local_temperature", .write = write_local_temperature, .component = "sensor",
	    .name = "Local temperature", .device_class = "temperature", .unit = "\302\260C",
	    .state_class = "measurement"},
	{.key = "local_temperature_calibration", .write = write_calibration,
	    .set = set_calibration, .component = "number",
	    .name = "Local temperature calibration", .unit = "\302\260C", .category = "config",
	    .describe = describe_calibration},
	{.key = "system_mode", .write = write_system_mode, .set = set_system_mode},
	{.key = "running_state", .write = write_running_state},
	{.key = "pi_heating_demand", .write = simulator_property_write_measure,
	    .measure = SIM_HEATING_DEMAND, .component = "sensor", .name = "PI heating demand",
	    .unit = "%", .state_class = "measurement"},
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};
