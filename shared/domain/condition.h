/* SPDX-License-Identifier: ISC
 *
 * The kinds of conditions, listed in conditions.c.
 */
#ifndef CONDITION_H
#define CONDITION_H

#include "shared/domain/rule.h"

extern const struct condition_ops condition_state;
extern const struct condition_ops condition_numeric;
extern const struct condition_ops condition_time;
extern const struct condition_ops condition_sun;
extern const struct condition_ops condition_zone;
extern const struct condition_ops condition_emotion;
extern const struct condition_ops condition_template;
extern const struct condition_ops condition_trigger;
extern const struct condition_ops condition_and;
extern const struct condition_ops condition_or;
extern const struct condition_ops condition_not;

#endif
