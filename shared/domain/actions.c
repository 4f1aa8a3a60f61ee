/* SPDX-License-Identifier: ISC
 *
 * The list of action kinds.
 */
#include "shared/domain/action.h"

const struct action_ops *const actions[] = {
	&action_command,
	&action_scene,
	&action_delay,
	&action_wait_template,
	&action_wait_trigger,
	&action_choose,
	&action_if,
	&action_repeat,
	&action_parallel,
	&action_sequence,
	&action_variables,
	&action_event,
	&action_notify,
	&action_webhook,
	&action_scenario,
	&action_presence,
	&action_stop,
	NULL
};
