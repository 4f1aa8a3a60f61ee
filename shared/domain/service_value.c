/* SPDX-License-Identifier: ISC
 *
 * Things that hold one value: number, select, text.
 */
#include "shared/domain/service_int.h"

static const struct service_field number_value[] = {
	{ NUMBER("value", SERVICE_REAL, -1e15, 1e15), .required = true, .low = "min", .high = "max",
	    .attribute = "", .tolerance = 0.01 },
	{ 0 },
};
static const struct service_field select_option[] = {
	{ TEXT("option", 255), .required = true, .options = "options", .attribute = "" },
	{ 0 },
};
static const struct service_field text_value[] = {
	{ TEXT("value", 255), .required = true, .low = "min", .high = "max", .pattern = "pattern",
	    .attribute = "" },
	{ 0 },
};

const struct service service_number[] = {
	{ .domain = "number", .name = "set_value", .fields = number_value },
	{ 0 },
};

const struct service service_select[] = {
	{ .domain = "select", .name = "select_option", .fields = select_option },
	{ 0 },
};

const struct service service_text[] = {
	{ .domain = "text", .name = "set_value", .fields = text_value },
	{ 0 },
};
