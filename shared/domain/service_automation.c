/* SPDX-License-Identifier: ISC
 *
 * automation: what a rule does to other rules, which its target names as automation.ID. The house does it itself: no
 * device has this domain, and no command is sent.
 */
#include "shared/domain/service_int.h"

static const struct service_field start[] = {
	{ .name = "skip_condition", .type = SERVICE_BOOL, .max = 1 },
	{ 0 },
};

const struct service service_automation[] = {
	{ .domain = "automation", .name = "turn_on", .expect = { "on" } },
	{ .domain = "automation", .name = "turn_off", .expect = { "off" } },
	{ .domain = "automation", .name = "trigger", .fields = start, .once = true, .blind = true },
	{ 0 },
};

const struct reversal reversal_automation[] = {
	{ .why = "a rule is brought back by its versions" },
	{ 0 },
};
