/* SPDX-License-Identifier: ISC
 *
 * valve: open, close, stop, a position.
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

#define MOVES_S 120

static const struct service_field position[] = {
	{ NUMBER("position", SERVICE_INT, 0, 100), .required = true,
	    .attribute = "current_position", .tolerance = 2 },
	{ 0 },
};

const struct service service_valve[] = {
	{ .domain = "valve", .name = "open_valve", .feature = FEATURE_VALVE_OPEN,
	    .expect = { "open", "opening" } },
	{ .domain = "valve", .name = "close_valve", .feature = FEATURE_VALVE_CLOSE,
	    .expect = { "closed", "closing" } },
	{ .domain = "valve", .name = "stop_valve", .feature = FEATURE_VALVE_STOP, .blind = true },
	{ .domain = "valve", .name = "set_valve_position", .fields = position,
	    .feature = FEATURE_VALVE_POSITION, .patience_s = MOVES_S },
	{ .domain = "valve", .name = "toggle", .feature = FEATURE_VALVE_OPEN | FEATURE_VALVE_CLOSE,
	    .once = true, .when = { "closed", "closing" }, .then = "open_valve",
	    .otherwise = "close_valve" },
	{ 0 },
};

static const struct reversal_field position_before[] = {
	{ WAS("position", "current_position") },
	{ 0 },
};

#define OPENING .why = "an open valve lets water or gas run"
const struct reversal reversal_valve[] = {
	{ .states = { "closed", "closing" }, .service = "close_valve" },
	{ .states = { "closed", "closing" }, .service = "set_valve_position", .fields = position_before },
	{ .service = "set_valve_position", .fields = position_before, OPENING },
	{ .states = { "open", "opening" }, .service = "open_valve", OPENING },
	{ .why = "how far it was open is not known" },
	{ 0 },
};
