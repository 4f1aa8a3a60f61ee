/* SPDX-License-Identifier: ISC
 *
 * The kinds of devices and when they report. Keys, payloads and units are those of the Zigbee2MQTT
 * definitions of the models named here.
 */
#include <math.h>
#include <string.h>

#include "workers/simulator_color.h"
#include "workers/simulator_property.h"

/* By how much a number has to change to be reported before its time. */
static const double steps[] = {
    [SIM_TEMPERATURE] = 0.1,
    [SIM_HUMIDITY] = 1.0,
    [SIM_ILLUMINANCE] = 25.0,
    [SIM_POWER] = 4.0,
    [SIM_CURRENT] = INFINITY,
    [SIM_VOLTAGE] = INFINITY,
    [SIM_ENERGY] = 0.01,
    [SIM_HEATING_DEMAND] = 5.0,
    [SIM_POSITION] = 8.0,
    [SIM_BATTERY] = 1.0,
    [SIM_LINKQUALITY] = INFINITY,
};
_Static_assert(sizeof(steps) / sizeof(steps[0]) == SIM_MEASURE__MAX, "one step per measure");

static const struct sim_model models[] = {
    [SIM_LIGHT_ONOFF] = {"OSRAM", "Lightify indoor on/off lamp", "AC03641", "V1.04.12", false, 300,
	simulator_property_light_onoff},
    [SIM_LIGHT_DIMMABLE] = {"IKEA", "TRADFRI bulb E27, warm white, 806 lm, dimmable", "LED2003G10",
	"2.3.095", false, 300, simulator_property_light_dimmable},
    [SIM_LIGHT_COLOR] = {"Philips", "Hue white and color ambiance E27", "9290022166", "1.104.2",
	false, 300, simulator_property_light_color},
    [SIM_PLUG] = {"Innr", "Smart plug with power metering", "SP 240", "1.7.6", false, 30,
	simulator_property_plug},
    [SIM_MOTION] = {"Philips", "Hue motion sensor", "9290012607", "2.53.6", true, 60,
	simulator_property_motion},
    [SIM_CONTACT] = {"Aqara", "Door and window sensor", "MCCGQ11LM", "3000-0001", true, 600,
	simulator_property_contact},
    [SIM_CLIMATE_SENSOR] = {"SONOFF", "Temperature and humidity sensor", "SNZB-02D", "2.2.0", true,
	45, simulator_property_climate_sensor},
    [SIM_THERMOSTAT] = {"SONOFF", "Zigbee thermostatic radiator valve", "TRVZB", "1.3.0", true, 60,
	simulator_property_thermostat},
    [SIM_COVER] = {"IKEA", "FYRTUR roller blind, block-out", "E1757", "24.4.13", false, 300,
	simulator_property_cover},
    [SIM_LOCK] = {"Yale", "Assure lock", "YRD226HA2619", "0x00000034", true, 600,
	simulator_property_lock},
    [SIM_LEAK] = {"Aqara", "Water leak sensor", "SJCGQ11LM", "3000-0001", true, 600,
	simulator_property_leak},
};
_Static_assert(sizeof(models) / sizeof(models[0]) == SIM_KIND__MAX, "one model per kind");

const struct sim_model *
simulator_devices_model(const struct sim_device *d)
{
	return &models[d->kind];
}

void
simulator_devices_init(struct sim_device *d)
{
	d->brightness = 200;
	d->color_temp = 370;
	simulator_color_from_mired(d->color_temp, &d->x, &d->y);
	d->active = d->kind == SIM_CONTACT;
	d->locked = true;
	d->heating = true;
	d->setpoint = 21;
	d->sensitivity = 1;
	d->power_on = 3;
	d->on = d->kind == SIM_PLUG;
	d->target = 100;
	d->value[SIM_POSITION] = 100;
	d->value[SIM_VOLTAGE] = 230;
	d->value[SIM_BATTERY] = 60 + (double)(d->ieee % 41);
	d->value[SIM_ENERGY] = 12 + (double)(d->ieee % 90) / 10;
	d->changed = true;
}

void
simulator_devices_report(const struct sim_device *d, struct buf *out)
{
	struct jsw w = jsw_to(out);

	jsw_object(&w, NULL);
	for (const struct sim_property *p = models[d->kind].properties; p->key != NULL; p++) {
		if (p->write != NULL)
			p->write(&w, p, d);
	}
	jsw_end(&w);
}

bool
simulator_devices_set(struct sim_device *d, const char *key, const struct js *value)
{
	for (const struct sim_property *p = models[d->kind].properties; p->key != NULL; p++) {
		if (strcmp(p->key, key) != 0 || p->set == NULL)
			continue;
		if (!p->set(d, value))
			return false;
		d->changed = true;
		return true;
	}
	return false;
}

bool
simulator_devices_due(const struct sim_device *d)
{
	const struct sim_model *m = &models[d->kind];

	if (d->changed || d->since >= m->interval)
		return true;
	if (d->since < 2) /* no device reports more often by itself */
		return false;
	for (const struct sim_property *p = m->properties; p->key != NULL; p++) {
		double now = d->value[p->measure], then = d->reported[p->measure];

		if (p->write != simulator_property_write_measure)
			continue;
		/* switched off is worth a report, however little it was before */
		if (fabs(now - then) >= steps[p->measure] || (now == 0 && then != 0))
			return true;
	}
	return false;
}

void
simulator_devices_sent(struct sim_device *d)
{
	memcpy(d->reported, d->value, sizeof(d->reported));
	d->changed = false;
	d->since = 0;
}
