/* SPDX-License-Identifier: ISC
 *
 * Robots that come home: vacuum and lawn_mower.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field speed[] = {
	{ TEXT("fan_speed", 64), .required = true, .options = "fan_speed_list",
	    .attribute = "fan_speed" },
	{ 0 },
};
static const struct service_field command[] = {
	{ TEXT("command", 1024), .required = true },
	{ .name = "params", .type = SERVICE_JSON },
	{ 0 },
};

const struct service service_vacuum[] = {
	{ .domain = "vacuum", .name = "start", .feature = FEATURE_VACUUM_START, .expect = { "cleaning" } },
	{ .domain = "vacuum", .name = "pause", .feature = FEATURE_VACUUM_PAUSE,
	    .expect = { "paused", "idle" } },
	{ .domain = "vacuum", .name = "stop", .feature = FEATURE_VACUUM_STOP,
	    .expect = { "idle", "paused", "docked" } },
	{ .domain = "vacuum", .name = "return_to_base", .feature = FEATURE_VACUUM_RETURN,
	    .expect = { "returning", "docked" } },
	{ .domain = "vacuum", .name = "clean_spot", .feature = FEATURE_VACUUM_SPOT, .once = true,
	    .expect = { "cleaning" } },
	{ .domain = "vacuum", .name = "locate", .part = "sound", .feature = FEATURE_VACUUM_LOCATE,
	    .once = true, .blind = true },
	{ .domain = "vacuum", .name = "set_fan_speed", .part = "speed", .fields = speed,
	    .feature = FEATURE_VACUUM_SPEED },
	{ .domain = "vacuum", .name = "send_command", .part = "command", .fields = command,
	    .feature = FEATURE_VACUUM_SEND, .once = true, .blind = true },
	{ 0 },
};

const struct service service_lawn_mower[] = {
	{ .domain = "lawn_mower", .name = "start_mowing", .feature = FEATURE_MOWER_START,
	    .expect = { "mowing" } },
	{ .domain = "lawn_mower", .name = "pause", .feature = FEATURE_MOWER_PAUSE, .expect = { "paused" } },
	{ .domain = "lawn_mower", .name = "dock", .feature = FEATURE_MOWER_DOCK,
	    .expect = { "returning", "docked" } },
	{ 0 },
};

static const struct reversal_field speed_before[] = {
	{ WAS("fan_speed", "fan_speed") },
	{ 0 },
};

const struct reversal reversal_vacuum[] = {
	{ .part = "speed", .service = "set_fan_speed", .fields = speed_before },
	{ .states = { "docked", "returning" }, .service = "return_to_base" },
	{ .states = { "cleaning" }, .service = "start" },
	{ .states = { "paused", "idle" }, .service = "pause" },
	{ .states = { "paused", "idle" }, .service = "stop" },
	{ .why = "it was in trouble before" },
	{ 0 },
};

const struct reversal reversal_lawn_mower[] = {
	{ .states = { "docked", "returning" }, .service = "dock" },
	{ .states = { "paused" }, .service = "pause" },
	{ .states = { "mowing" }, .service = "start_mowing", .why = "a mower that starts may hurt somebody" },
	{ .why = "it was in trouble before" },
	{ 0 },
};
