/* SPDX-License-Identifier: ISC
 *
 * The devices of the demo house: which kinds there are, what each kind can report and what can be
 * set. Everything a kind knows is a row of its property table; report, command and announcement
 * come out of it.
 */
#ifndef SIMULATOR_DEVICES_H
#define SIMULATOR_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/js.h"

/* Numbers that drift by themselves; the device decides when a change is worth a report. */
enum sim_measure {
	SIM_TEMPERATURE,    /* degrees Celsius */
	SIM_HUMIDITY,	    /* percent */
	SIM_ILLUMINANCE,    /* lux */
	SIM_POWER,	    /* W */
	SIM_CURRENT,	    /* A */
	SIM_VOLTAGE,	    /* V */
	SIM_ENERGY,	    /* kWh */
	SIM_HEATING_DEMAND, /* percent */
	SIM_POSITION,	    /* percent open */
	SIM_BATTERY,	    /* percent */
	SIM_LINKQUALITY,    /* 0..255 */
	SIM_MEASURE__MAX
};

enum sim_kind {
	SIM_LIGHT_ONOFF,
	SIM_LIGHT_DIMMABLE,
	SIM_LIGHT_COLOR,
	SIM_PLUG,
	SIM_MOTION,
	SIM_CONTACT,
	SIM_CLIMATE_SENSOR,
	SIM_THERMOSTAT,
	SIM_COVER,
	SIM_LOCK,
	SIM_LEAK,
	SIM_KIND__MAX
};

struct sim_device {
	const char *name; /* friendly name: part of its topics */
	int room;	  /* index into the rooms of the house */
	enum sim_kind kind;
	uint64_t ieee; /* radio address */
	double value[SIM_MEASURE__MAX];
	double reported[SIM_MEASURE__MAX]; /* as last sent */
	bool on;			   /* lamp, plug */
	int brightness;			   /* 1..254 */
	int color_temp;			   /* mired */
	double x, y;			   /* CIE 1931 */
	bool color_xy;			   /* the colour counts, not the temperature */
	bool active;			   /* motion seen, wet, or (contact) closed */
	double active_left;		   /* s until the motion sensor calms down */
	bool locked;
	bool heating;	    /* thermostat is not off */
	double setpoint;    /* degrees Celsius */
	double calibration; /* degrees Celsius, added to what the thermostat measures */
	int target;	    /* percent open the cover is going to */
	int sensitivity;    /* index of the motion sensor's choices */
	int power_on;	    /* index of the lamp's and plug's choices */
	bool changed;	    /* something to report at once */
	double since;	    /* s since the last report */
};

/* One thing a device reports. A row without component belongs to the entity of another row. */
struct sim_property {
	const char *key; /* in the state JSON */
	void (*write)(struct jsw *w, const struct sim_property *p,
	    const struct sim_device *d);		       /* NULL: nothing to report */
	bool (*set)(struct sim_device *d, const struct js *v); /* NULL: read only */
	enum sim_measure measure;			       /* for rows that report a number */
	const char *component;				       /* of its discovery topic, or NULL */
	const char *object_id;				       /* NULL: the key */
	void (*describe)(struct jsw *w, const char *topic);    /* more of the announcement */
	const char *name; /* NULL: left to the device class; "": the device's name */
	const char *device_class, *unit, *state_class, *category; /* or NULL */
	bool hidden;						  /* announced as not enabled */
};

struct sim_model {
	const char *manufacturer, *model, *model_id, *sw_version;
	bool battery;
	double interval;		       /* s between reports when nothing happens */
	const struct sim_property *properties; /* ends with a row without key */
};

const struct sim_model *simulator_devices_model(const struct sim_device *d);
/* First values of a new device of d->kind; d has name, room, kind and ieee. */
void simulator_devices_init(struct sim_device *d);
/* The state JSON as it goes to the device's topic. */
void simulator_devices_report(const struct sim_device *d, struct buf *out);
/* Sets one property. False when the device has none of that name or the value makes no sense. */
bool simulator_devices_set(struct sim_device *d, const char *key, const struct js *value);
/* True when the state has changed enough, or long enough ago, to be reported. */
bool simulator_devices_due(const struct sim_device *d);
/* Notes that the present state was sent. */
void simulator_devices_sent(struct sim_device *d);

#endif
