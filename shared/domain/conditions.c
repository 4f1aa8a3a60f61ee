/* SPDX-License-Identifier: ISC
 *
 * The list of condition kinds.
 */
#include "shared/domain/condition.h"

const struct condition_ops *const conditions[] = {
	&condition_state,
	&condition_numeric,
	&condition_time,
	&condition_sun,
	&condition_zone,
	&condition_emotion,
	&condition_template,
	&condition_trigger,
	&condition_and,
	&condition_or,
	&condition_not,
	NULL
};
