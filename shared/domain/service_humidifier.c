/* SPDX-License-Identifier: ISC
 *
 * humidifier: on, off, a humidity to reach, a mode.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field humidity[] = {
	{ NUMBER("humidity", SERVICE_INT, 0, 100), .required = true, .low = "min_humidity",
	    .high = "max_humidity", .attribute = "humidity", .tolerance = 0.5 },
	{ 0 },
};
static const struct service_field mode[] = {
	{ TEXT("mode", 64), .required = true, .options = "available_modes", .attribute = "mode" },
	{ 0 },
};

const struct service service_humidifier[] = {
	ON_OFF("humidifier", NULL, NULL, NULL),
	{ .domain = "humidifier", .name = "set_humidity", .part = "humidity", .fields = humidity },
	{ .domain = "humidifier", .name = "set_mode", .part = "mode", .fields = mode,
	    .feature = FEATURE_HUMIDIFIER_MODES },
	{ 0 },
};

static const struct reversal_field humidity_before[] = {
	{ WAS("humidity", "humidity") },
	{ 0 },
};
static const struct reversal_field mode_before[] = {
	{ WAS("mode", "mode") },
	{ 0 },
};

const struct reversal reversal_humidifier[] = {
	{ .part = "mode", .service = "set_mode", .fields = mode_before },
	{ .part = "humidity", .service = "set_humidity", .fields = humidity_before },
	{ .states = { "off" }, .service = "turn_off" },
	{ .states = { "on" }, .service = "turn_on" },
	{ 0 },
};
