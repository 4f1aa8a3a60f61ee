/* SPDX-License-Identifier: ISC
 *
 * What a device says about itself: how well it hears the network, since when it runs and why, its
 * firmware, its battery.
 */
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"
#include "shared/adapters/adapter_value.h"

#define LWT { 't', TASMOTA_LWT, false, "LWT" }
static const struct tasmota_read state_reads[] = {
	{ 't', TASMOTA_ROOT, false, "STATE" },
	{ 's', TASMOTA_STS, false, "STATUS11" },
	LWT,
};
static const struct tasmota_read reason_reads[] = {
	{ 's', TASMOTA_PRM, false, "STATUS1" },
	{ 't', TASMOTA_INFO3, false, "INFO3" },
	LWT,
};
static const struct tasmota_read firmware_reads[] = {
	{ 's', TASMOTA_FWR, false, "STATUS2" },
	{ 't', TASMOTA_INFO1, false, "INFO1" },
	LWT,
};
static const struct tasmota_read network_reads[] = {
	{ 's', TASMOTA_NET, false, "STATUS5" },
	{ 't', TASMOTA_INFO2, false, "INFO2" },
	LWT,
};

#define READS(list) list, sizeof(list) / sizeof(list[0])
#define WIFI READS(state_reads), "11", "Wifi"
#define STATE READS(state_reads), "11", NULL

/* One row per reading, as Home Assistant names it. */
static const struct status {
	const char	*id, *name, *unit, *device_class, *state_class, *icon;
	bool		 disabled;	/* changes fast and tells little: not in use until somebody wants it */
	const struct tasmota_read *reads;
	size_t		 n_reads;
	const char	*poll;		/* STATUS number that shows it */
	const char	*group, *key;	/* where it is */
} statuses[] = {
	{ "status_ip", "IP", NULL, NULL, NULL, "mdi:ip-network", true,
	    READS(network_reads), "5", NULL, "IPAddress" },
	{ "last_restart_time", "Last Restart Time", NULL, "timestamp", NULL, NULL, false,
	    STATE, "UptimeSec" },
	{ "status_link_count", "WiFi Connect Count", NULL, NULL, NULL, "mdi:counter", false,
	    WIFI, "LinkCount" },
	{ "status_mqtt_count", "MQTT Connect Count", NULL, NULL, NULL, "mdi:counter", false,
	    STATE, "MqttCount" },
	{ "status_restart_reason", "Restart Reason", NULL, NULL, NULL, "mdi:information-outline", false,
	    READS(reason_reads), "1", NULL, "RestartReason" },
	{ "status_rssi", "RSSI", "%", NULL, "measurement", "mdi:access-point", true,
	    WIFI, "RSSI" },
	{ "status_signal", "Signal", "dBm", "signal_strength", "measurement", NULL, true,
	    WIFI, "Signal" },
	{ "status_ssid", "SSID", NULL, NULL, NULL, "mdi:access-point-network", false,
	    WIFI, "SSId" },
	{ "status_version", "Firmware Version", NULL, NULL, NULL, NULL, true,
	    READS(firmware_reads), "2", NULL, "Version" },
	{ "status_battery_percentage", "Battery Level", "%", "battery", "measurement", NULL, false,
	    STATE, "BatteryPercentage" },
};
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

static const struct status *
status_of(const struct binding *b)
{
	return &statuses[b->index];
}

static enum rc
setup(struct binding *b, const struct js *config, struct fault *f)
{
	const char *id = tasmota_config_text(config, "status");
	size_t i;

	for (i = 0; i < STATUSES && (id == NULL || strcmp(statuses[i].id, id) != 0); i++)
		continue;
	if (i == STATUSES)
		return fault_set(f, RC_INVALID, "status", "nothing that a device says about itself");
	b->index = (uint8_t)i;
	b->reads = statuses[i].reads;
	b->n_reads = (uint8_t)statuses[i].n_reads;
	b->poll_payload = statuses[i].poll;
	return RC_OK;
}

static void
describe(const struct binding *b, struct js *caps)
{
	if (status_of(b)->state_class != NULL)
		js_set(caps, "state_class", js_new_string(status_of(b)->state_class));
}

static enum report_result
decode_start(struct tasmota_decode *d, const struct js *v)
{
	int64_t seconds = js_int(v, -1);
	const char *state = adapter_value_started(seconds, d->m->now_ms, d->now->state, d->a);

	if (seconds < 0)
		return tasmota_decode_bad(d, "no running time");
	return state == NULL ? REPORT_NOTHING : adapter_family_set(d->r, state);
}

static enum report_result
decode(struct tasmota_decode *d)
{
	const struct status *s = status_of(d->b);
	const struct js *o = s->group != NULL ? js_get(d->o, s->group) : d->o;
	const struct js *v = js_get(o, s->key);

	if (js_is_null(v))
		return REPORT_NOTHING;
	if (strcmp(s->key, "UptimeSec") == 0)
		return decode_start(d, v);
	if (s->unit != NULL && !js_is_number(v))
		return tasmota_decode_bad(d, "not a number");
	return adapter_family_set_value(d->r, v, d->a) == REPORT_OK ? REPORT_OK : REPORT_NOTHING;
}

void
tasmota_status_entities(struct tasmota_reading *r, bool battery)
{
	const struct status *s;
	struct js *config;

	for (s = statuses; s < statuses + STATUSES; s++) {
		bool is_battery = strcmp(s->id, "status_battery_percentage") == 0;
		struct announced_entity e = {
			.domain = "sensor", .name = s->name, .enabled = !s->disabled, .unit = s->unit,
			.device_class = s->device_class, .icon = s->icon,
			.category = is_battery ? NULL : "diagnostic",
			.unique_id = mem_printf(r->b.a, "%s_status_sensor_status_sensor_%s", r->mac, s->id),
		};

		if (is_battery && !battery)
			continue;
		config = js_new_object();
		js_set(config, "kind", js_new_string("status"));
		js_set(config, "status", js_new_string(s->id));
		tasmota_reading_add(r, &e, config, js_new_object());
	}
}

const struct tasmota_kind tasmota_status = {
	.name = "status",
	.reads = state_reads, .n_reads = sizeof(state_reads) / sizeof(state_reads[0]),
	.poll = "STATUS", .poll_payload = "11",
	.setup = setup, .describe = describe, .decode = decode,
};
