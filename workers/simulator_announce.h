/* SPDX-License-Identifier: ISC
 *
 * How the devices of the demo house announce themselves: the topics and payloads of Home
 * Assistant's MQTT discovery as Zigbee2MQTT fills them.
 */
#ifndef SIMULATOR_ANNOUNCE_H
#define SIMULATOR_ANNOUNCE_H

#include "shared/base/buf.h"
#include "workers/simulator_devices.h"

struct sim_names {
	const char *base;   /* base topic: "zigbee2mqtt" */
	const char *prefix; /* discovery prefix: "homeassistant" */
};

typedef void (*simulator_announce_fn)(const char *topic, const struct buf *payload, void *arg);

/* Calls emit for every entity of the device. room: the name of its area. */
void simulator_announce_device(const struct sim_names *names, const struct sim_device *d,
    const char *room, simulator_announce_fn emit, void *arg);
/* The same for the coordinator itself. */
void simulator_announce_bridge(
    const struct sim_names *names, simulator_announce_fn emit, void *arg);

#endif
