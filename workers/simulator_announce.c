/* SPDX-License-Identifier: ISC
 *
 * Discovery payloads. The property tables of the devices say what there is; this file knows the
 * frame around it: identity, availability, device and origin blocks.
 */
#include <inttypes.h>
#include <string.h>

#include "workers/simulator_announce.h"

#define SOFTWARE "2.6.3" /* the release of Zigbee2MQTT whose announcements these are */
#define BRIDGE_IEEE "0x00124b0024c8e5a1"

static void
write_origin(struct jsw *w)
{
	jsw_object(w, "origin");
	jsw_string(w, "name", "Zigbee2MQTT");
	jsw_string(w, "sw", SOFTWARE);
	jsw_string(w, "url", "https://www.zigbee2mqtt.io");
	jsw_end(w);
}

static void
write_availability(struct jsw *w, const struct sim_names *names, const char *device)
{
	struct buf b = {0};

	jsw_array(w, "availability");
	buf_printf(&b, "%s/bridge/state", names->base);
	jsw_object(w, NULL);
	jsw_string(w, "topic", buf_str(&b));
	jsw_string(w, "value_template", "{{ value_json.state }}");
	jsw_end(w);
	if (device != NULL) {
		buf_reset(&b);
		buf_printf(&b, "%s/%s/availability", names->base, device);
		jsw_object(w, NULL);
		jsw_string(w, "topic", buf_str(&b));
		jsw_string(w, "value_template", "{{ value_json.state }}");
		jsw_end(w);
	}
	jsw_end(w);
	jsw_string(w, "availability_mode", "all");
	buf_free(&b);
}

static void
write_device(struct jsw *w, const struct sim_device *d, const char *room)
{
	const struct sim_model *m = simulator_devices_model(d);
	struct buf id = {0};

	buf_printf(&id, "zigbee2mqtt_0x%016" PRIx64, d->ieee);
	jsw_object(w, "device");
	jsw_array(w, "identifiers");
	jsw_string(w, NULL, buf_str(&id));
	jsw_end(w);
	jsw_string(w, "manufacturer", m->manufacturer);
	jsw_string(w, "model", m->model);
	jsw_string(w, "model_id", m->model_id);
	jsw_string(w, "name", d->name);
	jsw_string(w, "suggested_area", room);
	jsw_string(w, "sw_version", m->sw_version);
	jsw_string(w, "via_device", "zigbee2mqtt_bridge_" BRIDGE_IEEE);
	jsw_end(w);
	buf_free(&id);
}

static void
write_optional(struct jsw *w, const char *key, const char *value)
{
	if (value != NULL)
		jsw_string(w, key, value);
}

/* "light.hallway_light", "sensor.hallway_motion_battery" */
static void
write_ids(struct jsw *w, const struct sim_names *names, const struct sim_device *d,
    const struct sim_property *p, const char *object)
{
	struct buf b = {0};

	buf_printf(&b, "%s.", p->component);
	for (const char *c = d->name; *c != '\0'; c++)
		buf_putc(&b, *c == ' ' ? '_' : *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c);
	if (strcmp(object, p->component) != 0)
		buf_printf(&b, "_%s", object);
	jsw_string(w, "default_entity_id", buf_str(&b));
	buf_reset(&b);
	buf_printf(&b, "0x%016" PRIx64 "_%s_%s", d->ieee, object, names->base);
	jsw_string(w, "unique_id", buf_str(&b));
	buf_free(&b);
}

/* The columns of the property's row. */
static void
write_property(struct jsw *w, const struct sim_property *p)
{
	if (p->name != NULL && *p->name == '\0')
		jsw_null(w, "name");
	else
		write_optional(w, "name", p->name);
	write_optional(w, "device_class", p->device_class);
	write_optional(w, "unit_of_measurement", p->unit);
	write_optional(w, "state_class", p->state_class);
	write_optional(w, "entity_category", p->category);
	if (p->hidden)
		jsw_bool(w, "enabled_by_default", false);
}

static void
write_state(struct jsw *w, const struct sim_property *p, const char *topic)
{
	struct buf b = {0};

	if (p->write == NULL || strcmp(p->component, "climate") == 0)
		return;
	jsw_string(w, "state_topic", topic);
	if (strcmp(p->component, "light") == 0)
		return; /* the JSON schema reads the whole message */
	buf_printf(&b, "{{ value_json[\"%s\"] }}", p->key);
	jsw_string(w, "value_template", buf_str(&b));
	buf_free(&b);
}

static void
announce(const struct sim_names *names, const struct sim_device *d, const char *room,
    const struct sim_property *p, struct buf *payload)
{
	struct jsw w = jsw_to(payload);
	struct buf topic = {0};

	buf_printf(&topic, "%s/%s", names->base, d->name);
	jsw_object(&w, NULL);
	write_availability(&w, names, d->name);
	write_property(&w, p);
	write_state(&w, p, buf_str(&topic));
	if (p->describe != NULL)
		p->describe(&w, buf_str(&topic));
	write_ids(&w, names, d, p, p->object_id != NULL ? p->object_id : p->key);
	write_device(&w, d, room);
	write_origin(&w);
	jsw_end(&w);
	buf_free(&topic);
}

void
simulator_announce_device(const struct sim_names *names, const struct sim_device *d,
    const char *room, simulator_announce_fn emit, void *arg)
{
	const struct sim_model *m = simulator_devices_model(d);
	struct buf topic = {0}, payload = {0};

	for (const struct sim_property *p = m->properties; p->key != NULL; p++) {
		if (p->component == NULL)
			continue;
		buf_reset(&topic);
		buf_reset(&payload);
		buf_printf(&topic, "%s/%s/0x%016" PRIx64 "/%s/config", names->prefix, p->component,
		    d->ieee, p->object_id != NULL ? p->object_id : p->key);
		announce(names, d, room, p, &payload);
		emit(buf_str(&topic), &payload, arg);
	}
	buf_free(&topic);
	buf_free(&payload);
}

void
simulator_announce_bridge(const struct sim_names *names, simulator_announce_fn emit, void *arg)
{
	struct buf topic = {0}, payload = {0}, state = {0};
	struct jsw w = jsw_to(&payload);

	buf_printf(&state, "%s/bridge/state", names->base);
	buf_printf(&topic, "%s/binary_sensor/bridge_%s/connection_state/config", names->prefix,
	    BRIDGE_IEEE);
	jsw_object(&w, NULL);
	write_availability(&w, names, NULL);
	jsw_string(&w, "name", "Connection state");
	jsw_string(&w, "device_class", "connectivity");
	jsw_string(&w, "entity_category", "diagnostic");
	jsw_string(&w, "state_topic", buf_str(&state));
	jsw_string(&w, "value_template", "{{ value_json.state }}");
	jsw_string(&w, "payload_on", "online");
	jsw_string(&w, "payload_off", "offline");
	jsw_string(&w, "default_entity_id", "binary_sensor.zigbee2mqtt_bridge_connection_state");
	buf_reset(&state);
	buf_printf(&state, "bridge_%s_connection_state_%s", BRIDGE_IEEE, names->base);
	jsw_string(&w, "unique_id", buf_str(&state));
	jsw_object(&w, "device");
	jsw_array(&w, "identifiers");
	jsw_string(&w, NULL, "zigbee2mqtt_bridge_" BRIDGE_IEEE);
	jsw_end(&w);
	jsw_string(&w, "manufacturer", "Zigbee2MQTT");
	jsw_string(&w, "model", "Bridge");
	jsw_string(&w, "name", "Zigbee2MQTT Bridge");
	jsw_string(&w, "hw_version", "zStack3x0 20240710");
	jsw_string(&w, "sw_version", SOFTWARE);
	jsw_end(&w);
	write_origin(&w);
	jsw_end(&w);
	emit(buf_str(&topic), &payload, arg);
	buf_free(&topic);
	buf_free(&payload);
	buf_free(&state);
}
