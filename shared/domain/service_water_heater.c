/* SPDX-License-Identifier: ISC
 *
 * water_heater: how warm, in which way, and whether at all.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

#define MODE TEXT("operation_mode", 64), .feature = FEATURE_HEATER_MODE, \
	.options = "operation_list", .attribute = ""
static const struct service_field temperature[] = {
	{ NUMBER("temperature", SERVICE_REAL, 0, 212), .required = true, .low = "min_temp",
	    .high = "max_temp", .attribute = "temperature", .tolerance = 0.05 },
	{ MODE },
	{ 0 },
};
static const struct service_field mode[] = {
	{ MODE, .required = true },
	{ 0 },
};

const struct service service_water_heater[] = {
	{ .domain = "water_heater", .name = "set_temperature", .part = "temperature",
	    .fields = temperature, .feature = FEATURE_HEATER_TEMPERATURE },
	{ .domain = "water_heater", .name = "set_operation_mode", .part = "mode", .fields = mode,
	    .feature = FEATURE_HEATER_MODE },
	{ .domain = "water_heater", .name = "turn_on", .part = "mode", .feature = FEATURE_HEATER_ON_OFF,
	    .avoid = "off" },
	{ .domain = "water_heater", .name = "turn_off", .part = "mode", .feature = FEATURE_HEATER_ON_OFF,
	    .expect = { "off" } },
	{ 0 },
};

static const struct reversal_field temperature_before[] = {
	{ WAS("temperature", "temperature") },
	{ 0 },
};
static const struct reversal_field mode_before[] = {
	{ WAS("operation_mode", "") },
	{ 0 },
};

const struct reversal reversal_water_heater[] = {
	{ .part = "temperature", .service = "set_temperature", .fields = temperature_before },
	{ .part = "mode", .states = { "off" }, .service = "turn_off" },
	{ .part = "mode", .service = "set_operation_mode", .fields = mode_before },
	{ 0 },
};
