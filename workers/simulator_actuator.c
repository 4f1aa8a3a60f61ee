/* SPDX-License-Identifier: ISC
 *
 * What is switched or moved: plugs, covers, locks.
 */
#include <math.h>

#include "workers/simulator_property.h"

static void
write_lock(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->locked ? "LOCK" : "UNLOCK");
}

static void
write_lock_state(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->locked ? "locked" : "unlocked");
}

static void
write_cover(struct jsw *w, const struct sim_property *p, const struct sim_device *d)
{
	jsw_string(w, p->key, d->value[SIM_POSITION] < 0.5 ? "CLOSE" : "OPEN");
}

static bool
set_lock(struct sim_device *d, const struct js *v)
{
	static const char *const words[] = {"UNLOCK", "LOCK", NULL};
	int i = simulator_property_choice(v, words);

	if (i < 0)
		return false;
	d->locked = i == 1;
	return true;
}

static bool
set_cover(struct sim_device *d, const struct js *v)
{
	static const char *const words[] = {"OPEN", "CLOSE", "STOP", NULL};
	int i = simulator_property_choice(v, words);

	if (i < 0)
		return false;
	d->target = i == 0 ? 100 : i == 1 ? 0 : (int)lround(d->value[SIM_POSITION]);
	return true;
}

static bool
set_position(struct sim_device *d, const struct js *v)
{
	double n;

	if (!simulator_property_number(v, 0, 100, &n))
		return false;
	d->target = (int)lround(n);
	return true;
}

static void
describe_switch(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set");
	jsw_string(w, "payload_on", "ON");
	jsw_string(w, "payload_off", "OFF");
}

static void
describe_cover(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set");
	jsw_string(w, "state_open", "OPEN");
	jsw_string(w, "state_closed", "CLOSE");
	jsw_string(w, "state_stopped", "STOP");
	jsw_string(w, "position_topic", topic);
	jsw_string(w, "position_template", "{{ value_json[\"position\"] }}");
	simulator_property_topic(w, "set_position_topic", topic, "/set");
	jsw_string(w, "set_position_template", "{ \"position\": {{ position }} }");
}

static void
describe_lock(struct jsw *w, const char *topic)
{
	simulator_property_topic(w, "command_topic", topic, "/set");
	jsw_string(w, "payload_lock", "LOCK");
	jsw_string(w, "payload_unlock", "UNLOCK");
	jsw_string(w, "state_locked", "LOCK");
	jsw_string(w, "state_unlocked", "UNLOCK");
}

const struct sim_property simulator_property_plug[] = {
	{.key = "state", .write = simulator_property_write_onoff,
	    .set = simulator_property_set_onoff, .component = "switch", .object_id = "switch",
	    .name = "", .device_class = "outlet", .describe = describe_switch},
	PROPERTY_MEASURED("power", SIM_POWER, "power", "W", "measurement"),
	PROPERTY_MEASURED("current", SIM_CURRENT, "current", "A", "measurement"),
	PROPERTY_MEASURED("voltage", SIM_VOLTAGE, "voltage", "V", "measurement"),
	PROPERTY_MEASURED("energy", SIM_ENERGY, "energy", "kWh", "total_increasing"),
	PROPERTY_POWER_ON,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_cover[] = {
	{.key = "state", .write = write_cover, .set = set_cover, .component = "cover",
	    .object_id = "cover", .name = "", .device_class = "blind",
	    .describe = describe_cover},
	{.key = "position", .write = simulator_property_write_measure, .measure = SIM_POSITION,
	    .set = set_position},
	PROPERTY_IDENTIFY,
	PROPERTY_LINKQUALITY,
	{0},
};

const struct sim_property simulator_property_lock[] = {
	{.key = "state", .write = write_lock, .set = set_lock, .component = "lock",
	    .object_id = "lock", .name = "", .describe = describe_lock},
	{.key = "lock_state", .write = write_lock_state, .component = "sensor",
	    .name = "Lock state"},
	PROPERTY_BATTERY,
	PROPERTY_LINKQUALITY,
	{0},
};
