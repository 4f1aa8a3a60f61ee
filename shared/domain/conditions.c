/* SPDX-License-Identifier: ISC
 *
 * The list of condition kinds.
 */
#include "shared/domain/condition.h"

const struct condition_ops *const conditions[] = {
	&condition_state,
	&condition_numeric,
	NULL
};
