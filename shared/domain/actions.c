/* SPDX-License-Identifier: ISC
 *
 * The list of action kinds.
 */
#include "shared/domain/action.h"

const struct action_ops *const actions[] = {
	&action_command,
	&action_delay,
	NULL
};
