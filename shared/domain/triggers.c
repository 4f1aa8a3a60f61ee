/* SPDX-License-Identifier: ISC
 *
 * The list of trigger kinds.
 */
#include "shared/domain/trigger.h"

const struct trigger_ops *const triggers[] = {
	&trigger_state,
	&trigger_numeric,
	&trigger_time,
	&trigger_pattern,
	&trigger_cron,
	&trigger_sun,
	&trigger_calendar,
	&trigger_device,
	&trigger_tag,
	&trigger_status,
	&trigger_zone,
	&trigger_mqtt,
	&trigger_webhook,
	&trigger_template,
	&trigger_event,
	&trigger_emotion,
	&trigger_start,
	NULL
};
