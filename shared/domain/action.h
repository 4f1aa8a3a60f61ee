/* SPDX-License-Identifier: ISC
 *
 * The kinds of actions, listed in actions.c.
 */
#ifndef ACTION_H
#define ACTION_H

#include "shared/domain/script.h"

extern const struct action_ops action_command;
extern const struct action_ops action_scene;
extern const struct action_ops action_delay;
extern const struct action_ops action_wait_template;
extern const struct action_ops action_wait_trigger;
extern const struct action_ops action_choose;
extern const struct action_ops action_if;
extern const struct action_ops action_repeat;
extern const struct action_ops action_parallel;
extern const struct action_ops action_sequence;
extern const struct action_ops action_variables;
extern const struct action_ops action_event;
extern const struct action_ops action_scenario;
extern const struct action_ops action_presence;
extern const struct action_ops action_stop;
extern const struct action_ops action_notify;
extern const struct action_ops action_webhook;

/* A condition in a sequence: when it does not hold the sequence ends. */
enum rc action_condition_compile(struct program *p, const struct js *v, struct fault *f);

#endif
