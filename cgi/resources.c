/* SPDX-License-Identifier: ISC
 *
 * The list of resources: one line each.
 */
#include "cgi/resources.h"

const struct resource *const resources[] = {
	&res_auth,
	&res_token,
	&res_device,
	&res_inspection,
	&res_http_device,
	&res_entity,
	&res_floor,
	&res_area,
	&res_label,
	&res_calendar,
	&res_orphan,
	&res_used,
	&res_replace,
	&res_attention,
	&res_command,
	&res_undo,
	&res_history,
	&res_event,
	&res_automation,
	&res_rule,
	&res_template,
	&res_conflict,
	&res_run,
	&res_question,
	&res_back_test,
	&res_alert,
	&res_consciousness,
	&res_scenario,
	&res_revision,
	&res_webhook,
	&res_job,
	&res_health,
	&res_meta,
	NULL
};
