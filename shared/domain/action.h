/* SPDX-License-Identifier: ISC
 *
 * The kinds of actions, listed in actions.c.
 */
#ifndef ACTION_H
#define ACTION_H

#include "shared/domain/rule.h"

extern const struct action_ops action_command;
extern const struct action_ops action_delay;

#endif
