/* SPDX-License-Identifier: ISC
 *
 * The kinds of triggers, listed in triggers.c.
 */
#ifndef TRIGGER_H
#define TRIGGER_H

#include "shared/domain/rule.h"

extern const struct trigger_ops trigger_state;
extern const struct trigger_ops trigger_numeric;
extern const struct trigger_ops trigger_time;
extern const struct trigger_ops trigger_pattern;
extern const struct trigger_ops trigger_cron;
extern const struct trigger_ops trigger_sun;
extern const struct trigger_ops trigger_calendar;
extern const struct trigger_ops trigger_device;
extern const struct trigger_ops trigger_tag;
extern const struct trigger_ops trigger_status;
extern const struct trigger_ops trigger_zone;
extern const struct trigger_ops trigger_mqtt;
extern const struct trigger_ops trigger_webhook;
extern const struct trigger_ops trigger_template;
extern const struct trigger_ops trigger_event;
extern const struct trigger_ops trigger_emotion;
extern const struct trigger_ops trigger_start;

/* Whether the document of a trigger is that of a `state` for which any attribute counts too. */
bool trigger_is_bare(const struct js *v);

#endif
