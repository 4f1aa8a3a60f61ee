/* SPDX-License-Identifier: ISC
 *
 * climate: set-points, modes, and whether it runs.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

#define TEMPERATURE(n, bit) { NUMBER(n, SERVICE_REAL, -50, 150), .feature = bit, .low = "min_temp", \
	.high = "max_temp", .attribute = n, .tolerance = 0.05 }
static const struct service_field temperature[] = {
	TEMPERATURE("temperature", FEATURE_CLIMATE_TEMPERATURE),
	TEMPERATURE("target_temp_low", FEATURE_CLIMATE_RANGE),
	TEMPERATURE("target_temp_high", FEATURE_CLIMATE_RANGE),
	{ TEXT("hvac_mode", 32), .options = "hvac_modes", .attribute = "" },
	{ 0 },
};
static const struct service_field mode[] = {
	{ TEXT("hvac_mode", 32), .required = true, .options = "hvac_modes", .attribute = "" },
	{ 0 },
};
static const struct service_field fan[] = {
	{ TEXT("fan_mode", 64), .required = true, .options = "fan_modes", .attribute = "fan_mode" },
	{ 0 },
};
static const struct service_field preset[] = {
	{ TEXT("preset_mode", 64), .required = true, .options = "preset_modes",
	    .attribute = "preset_mode" },
	{ 0 },
};
static const struct service_field swing[] = {
	{ TEXT("swing_mode", 64), .required = true, .options = "swing_modes",
	    .attribute = "swing_mode" },
	{ 0 },
};
static const struct service_field swing_horizontal[] = {
	{ TEXT("swing_horizontal_mode", 64), .required = true, .options = "swing_horizontal_modes",
	    .attribute = "swing_horizontal_mode" },
	{ 0 },
};
static const struct service_field humidity[] = {
	{ NUMBER("humidity", SERVICE_INT, 0, 100), .required = true, .low = "min_humidity",
	    .high = "max_humidity", .attribute = "humidity", .tolerance = 0.5 },
	{ 0 },
};

/* A set-point is one temperature or a pair; a mode alone has its own service. */
static enum rc
resolve(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const struct js *low = js_get(data, "target_temp_low"), *high = js_get(data, "target_temp_high");

	(void)e;
	(void)caps;
	(void)s;
	if (js_get(data, "temperature") == NULL && low == NULL && high == NULL)
		return fault_set(f, RC_INVALID, "temperature", "is required");
	if ((low == NULL) != (high == NULL))
		return fault_set(f, RC_INVALID, low == NULL ? "target_temp_low" : "target_temp_high",
		    "is required: the two limits go together");
	if (low != NULL && js_real(low, 0) > js_real(high, 0))
		return fault_set(f, RC_INVALID, "target_temp_low", "must not be above target_temp_high");
	return RC_OK;
}

const struct service service_climate[] = {
	{ .domain = "climate", .name = "set_temperature", .part = "temperature", .fields = temperature,
	    .feature = FEATURE_CLIMATE_TEMPERATURE | FEATURE_CLIMATE_RANGE,
	    .resolve = resolve },
	{ .domain = "climate", .name = "set_hvac_mode", .part = "mode", .fields = mode },
	{ .domain = "climate", .name = "set_fan_mode", .part = "fan", .fields = fan,
	    .feature = FEATURE_CLIMATE_FAN },
	{ .domain = "climate", .name = "set_preset_mode", .part = "preset", .fields = preset,
	    .feature = FEATURE_CLIMATE_PRESET },
	{ .domain = "climate", .name = "set_swing_mode", .part = "swing", .fields = swing,
	    .feature = FEATURE_CLIMATE_SWING },
	{ .domain = "climate", .name = "set_swing_horizontal_mode", .part = "swing_horizontal",
	    .fields = swing_horizontal, .feature = FEATURE_CLIMATE_SWING_HORIZONTAL },
	{ .domain = "climate", .name = "set_humidity", .part = "humidity", .fields = humidity,
	    .feature = FEATURE_CLIMATE_HUMIDITY },
	{ .domain = "climate", .name = "turn_on", .part = "mode", .feature = FEATURE_CLIMATE_TURN_ON,
	    .avoid = "off" },
	{ .domain = "climate", .name = "turn_off", .part = "mode", .feature = FEATURE_CLIMATE_TURN_OFF,
	    .expect = { "off" } },
	{ .domain = "climate", .name = "toggle", .part = "mode", .feature = FEATURE_CLIMATE_TURN_ON, .once = true,
	    .when = { "off" }, .then = "turn_on", .otherwise = "turn_off" },
	{ 0 },
};

static const struct reversal_field mode_before[] = {
	{ WAS("hvac_mode", "") },
	{ 0 },
};
static const struct reversal_field preset_before[] = {
	{ WAS("preset_mode", "preset_mode") },
	{ 0 },
};
static const struct reversal_field range_before[] = {
	{ WAS("target_temp_low", "target_temp_low") },
	{ WAS("target_temp_high", "target_temp_high") },
	{ 0 },
};
static const struct reversal_field temperature_before[] = {
	{ WAS("temperature", "temperature") },
	{ 0 },
};
static const struct reversal_field fan_before[] = {
	{ WAS("fan_mode", "fan_mode") },
	{ 0 },
};
static const struct reversal_field swing_before[] = {
	{ WAS("swing_mode", "swing_mode") },
	{ 0 },
};
static const struct reversal_field horizontal_before[] = {
	{ WAS("swing_horizontal_mode", "swing_horizontal_mode") },
	{ 0 },
};
static const struct reversal_field humidity_before[] = {
	{ WAS("humidity", "humidity") },
	{ 0 },
};

/* Off comes last: a set-point turns some of them on. A preset brings set-points of its own and comes before them. */
const struct reversal reversal_climate[] = {
	{ .part = "mode", .states = { "heat", "cool", "heat_cool", "auto", "dry", "fan_only" },
	    .service = "set_hvac_mode", .fields = mode_before },
	{ .part = "preset", .service = "set_preset_mode", .fields = preset_before },
	{ .part = "temperature", .service = "set_temperature", .fields = range_before },
	{ .part = "temperature", .service = "set_temperature", .fields = temperature_before },
	{ .part = "fan", .service = "set_fan_mode", .fields = fan_before },
	{ .part = "swing", .service = "set_swing_mode", .fields = swing_before },
	{ .part = "swing_horizontal", .service = "set_swing_horizontal_mode", .fields = horizontal_before },
	{ .part = "humidity", .service = "set_humidity", .fields = humidity_before },
	{ .part = "mode", .states = { "off" }, .service = "set_hvac_mode", .fields = mode_before },
	{ .part = "mode", .states = { "off" }, .service = "turn_off" },
	{ 0 },
};
