/* SPDX-License-Identifier: ISC
 *
 * sensor: a value as reported.
 */
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"
#include "shared/domain/moment.h"

enum { STATE_TOPIC = HASS_OWN, VALUE_TEMPLATE, UNIT, STATE_CLASS, EXPIRE_AFTER,
	FORCE_UPDATE, OPTIONS, PRECISION, LAST_RESET_TEMPLATE, KEY__END };

static const struct hass_key keys[] = {
	HASS_KEY_MUST(STATE_TOPIC, "state_topic", HASS_SUBSCRIBE),
	HASS_KEY(VALUE_TEMPLATE, "value_template", HASS_TEMPLATE),
	HASS_KEY(UNIT, "unit_of_measurement", HASS_TEXT),
	HASS_KEY(STATE_CLASS, "state_class", HASS_TEXT),
	HASS_KEY(EXPIRE_AFTER, "expire_after", HASS_NUMBER),
	HASS_KEY(FORCE_UPDATE, "force_update", HASS_BOOL),
	HASS_KEY(OPTIONS, "options", HASS_LIST),
	HASS_KEY(PRECISION, "suggested_display_precision", HASS_NUMBER),
	HASS_KEY(LAST_RESET_TEMPLATE, "last_reset_value_template", HASS_TEMPLATE),
};

enum kind { KIND_TEXT, KIND_NUMBER, KIND_DATE, KIND_TIMESTAMP };

/* What its values are, of all the keys that say so. */
struct own {
	uint8_t	kind;
};

/* Device classes whose values are numbers, with or without a unit; one that nobody knows says nothing. */
static const char *const number_classes[] = { "absolute_humidity", "apparent_power", "aqi", "area",
	"atmospheric_pressure", "battery", "blood_glucose_concentration", "carbon_dioxide",
	"carbon_monoxide", "conductivity", "current", "data_rate", "data_size", "distance", "duration",
	"energy", "energy_distance", "energy_storage", "frequency", "gas", "humidity", "illuminance",
	"irradiance", "moisture", "monetary", "nitrogen_dioxide", "nitrogen_monoxide", "nitrous_oxide",
	"ozone", "ph", "pm1", "pm10", "pm25", "pm4", "power", "power_factor", "precipitation",
	"precipitation_intensity", "pressure", "reactive_energy", "reactive_power", "signal_strength",
	"sound_pressure", "speed", "sulphur_dioxide", "temperature", "temperature_delta",
	"volatile_organic_compounds", "volatile_organic_compounds_parts", "voltage", "volume",
	"volume_flow_rate", "volume_storage", "water", "weight", "wind_direction", "wind_speed" };

static enum kind
kind_of_class(const char *device_class)
{
	size_t i;

	if (strcmp(device_class, "date") == 0)
		return KIND_DATE;
	if (strcmp(device_class, "timestamp") == 0)
		return KIND_TIMESTAMP;
	for (i = 0; i < sizeof(number_classes) / sizeof(number_classes[0]); i++)
		if (strcmp(number_classes[i], device_class) == 0)
			return KIND_NUMBER;
	return KIND_TEXT;
}

/* A unit, a state class or a precision make it a number, unless the device class is one that is none. */
static enum kind
kind_of(const struct binding *b, const char *device_class)
{
	enum kind kind = device_class != NULL ? kind_of_class(device_class) : KIND_TEXT;

	if (kind != KIND_TEXT || (device_class != NULL && strcmp(device_class, "enum") == 0))
		return kind;
	return hass_binding_has(b, UNIT) || hass_binding_has(b, STATE_CLASS) ||
	    hass_binding_has(b, PRECISION) ? KIND_NUMBER : KIND_TEXT;
}

static enum report_result
decode_moment(struct hass_decode *d, enum moment moment)
{
	char out[CLOCK_TEXT];

	if (d->len == 0)
		return REPORT_NOTHING;
	if (moment_parse(moment, d->text, d->len, false, out))
		return hass_decode_set(d, mem_strdup(d->a, out));
	if (moment == MOMENT_DATE && moment_parse(MOMENT_DATETIME, d->text, d->len, true, out))
		return hass_decode_set(d, mem_strndup(d->a, d->text, 10));
	return hass_decode_bad(d, moment == MOMENT_DATE ? "no date" : "no date with a time of day");
}

static enum report_result
decode(struct hass_decode *d)
{
	const struct own *own = hass_binding_own(d->b);
	double v;

	d->r->force = hass_binding_number(d->b, FORCE_UPDATE) != 0;
	if (hass_decode_none(d))
		return hass_decode_set(d, NULL);
	if (own->kind == KIND_NUMBER && d->len == 0)
		return REPORT_NOTHING;
	if (own->kind == KIND_NUMBER && !adapter_value_number(d->text, d->len, &v))
		return hass_decode_bad(d, "not a number");
	if (hass_binding_has(d->b, OPTIONS) && !hass_binding_lists(d->b, OPTIONS, d->text, d->len))
		return hass_decode_bad(d, "not one of the options");
	if (own->kind == KIND_DATE || own->kind == KIND_TIMESTAMP)
		return decode_moment(d, own->kind == KIND_DATE ? MOMENT_DATE : MOMENT_DATETIME);
	return hass_decode_state(d);
}

static enum report_result
decode_reset(struct hass_decode *d)
{
	char out[CLOCK_TEXT];

	if (d->len == 0)
		return REPORT_NOTHING;
	if (!moment_parse(MOMENT_DATETIME, d->text, d->len, false, out))
		return hass_decode_bad(d, "last_reset is no date with a time of day");
	return hass_decode_attribute_text(d);
}

static const struct hass_read reads[] = {
	{ STATE_TOPIC, VALUE_TEMPLATE, 0, decode, NULL },
	{ STATE_TOPIC, LAST_RESET_TEMPLATE, HASS_IF_TEMPLATE, decode_reset, "last_reset" },
};

static uint32_t
describe(const struct binding *b, const char *device_class, struct js *caps)
{
	struct own *own = hass_binding_own(b);

	own->kind = (uint8_t)kind_of(b, device_class);
	if (caps == NULL)
		return 0;
	if (hass_binding_has(b, STATE_CLASS))
		js_set(caps, "state_class", js_new_string(hass_binding_text(b, STATE_CLASS)));
	if (hass_binding_has(b, OPTIONS))
		js_set(caps, "options", hass_binding_list(b, OPTIONS));
	if (hass_binding_has(b, PRECISION))
		js_set(caps, "suggested_display_precision",
		    js_new_int((int64_t)hass_binding_number(b, PRECISION)));
	return 0;
}

static void
info(const struct binding *b, struct binding_info *out)
{
	out->expire_ms = adapter_value_ms(hass_binding_number(b, EXPIRE_AFTER));
}

const struct hass_component hass_sensor = {
	.name = "sensor", .plain_name = "MQTT Sensor", .plain = true,
	.keys = keys, .n_keys = KEY__END - HASS_OWN,
	.reads = reads, .n_reads = sizeof(reads) / sizeof(reads[0]),
	.own = sizeof(struct own), .expire = EXPIRE_AFTER,
	.describe = describe, .info = info,
};
