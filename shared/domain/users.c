/* SPDX-License-Identifier: ISC
 *
 * The list of what refers to entities: one line each.
 */
#include "shared/domain/used.h"

const struct used_ops *const users[] = {
	&used_automation,
	&used_alert,
	&used_scenario,
	NULL
};
