/* SPDX-License-Identifier: ISC
 *
 * Things that only send: notify (a text), infrared (a signal).
 */
#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field message[] = {
	{ TEXT("message", 4096), .min = 1, .required = true },
	{ TEXT("title", 255) },
	{ 0 },
};
static const struct service_field signal[] = {
	{ .name = "timings", .type = SERVICE_NUMBERS, .min = -1e7, .max = 1e7, .required = true },
	{ NUMBER("modulation", SERVICE_INT, 0, 1000000) },
	{ NUMBER("repeat_count", SERVICE_INT, 0, 100) },
	{ 0 },
};

const struct service service_notify[] = {
	{ .domain = "notify", .name = "send_message", .fields = message, .once = true, .blind = true },
	{ 0 },
};

const struct service service_infrared[] = {
	{ .domain = "infrared", .name = "send_command", .fields = signal, .once = true, .blind = true,
	    .feature = FEATURE_INFRARED_SEND },
	{ 0 },
};

const struct reversal reversal_notify[] = {
	{ .why = "what was sent cannot be taken back" },
	{ 0 },
};

const struct reversal reversal_infrared[] = {
	{ .why = "what was sent cannot be taken back" },
	{ 0 },
};
