/* SPDX-License-Identifier: ISC
 *
 * alarm_control_panel: arm in one of several ways, disarm, trigger; with a code where it wants one. All
 * are sent once: a repetition would start a delay again, or count as another wrong code.
 */
#include <string.h>

#include "shared/domain/feature.h"
#include "shared/domain/service_int.h"

static const struct service_field code[] = {
	{ TEXT("code", 64), .secret = true },
	{ 0 },
};

/* Which capability says that a service needs the code. */
static const char *
code_needed_by(const char *service)
{
	if (strcmp(service, "alarm_disarm") == 0)
		return "code_disarm_required";
	return strcmp(service, "alarm_trigger") == 0 ? "code_trigger_required" : "code_arm_required";
}

static enum rc
resolve(const struct entity_state *e, const struct js *caps, const struct service **s,
    struct js *data, struct fault *f)
{
	const char *given = js_get_string(data, "code");

	(void)e;
	if ((given == NULL || given[0] == '\0') &&
	    js_bool(js_get(caps, code_needed_by((*s)->name)), false))
		return fault_set(f, RC_INVALID, "code", "is required");
	return RC_OK;
}

#define ALARM(n, ...) { .domain = "alarm_control_panel", .name = n, .fields = code, .once = true, \
	.resolve = resolve, __VA_ARGS__ }

const struct service service_alarm_control_panel[] = {
	ALARM("alarm_disarm", .expect = { "disarmed" }),
	ALARM("alarm_arm_home", .feature = FEATURE_ALARM_HOME,
	    .expect = { "armed_home", "arming", "pending" }),
	ALARM("alarm_arm_away", .feature = FEATURE_ALARM_AWAY,
	    .expect = { "armed_away", "arming", "pending" }),
	ALARM("alarm_arm_night", .feature = FEATURE_ALARM_NIGHT,
	    .expect = { "armed_night", "arming", "pending" }),
	ALARM("alarm_arm_vacation", .feature = FEATURE_ALARM_VACATION,
	    .expect = { "armed_vacation", "arming", "pending" }),
	ALARM("alarm_arm_custom_bypass", .feature = FEATURE_ALARM_BYPASS,
	    .expect = { "armed_custom_bypass", "arming", "pending" }),
	ALARM("alarm_trigger", .feature = FEATURE_ALARM_TRIGGER, .expect = { "triggered", "pending" }),
	{ 0 },
};

const struct reversal reversal_alarm_control_panel[] = {
	{ .why = "an alarm is armed and disarmed by people alone" },
	{ 0 },
};
