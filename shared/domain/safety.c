/* SPDX-License-Identifier: ISC
 *
 * The table of safety constraints.
 */
#include <string.h>

#include "shared/domain/safety.h"

#define SETPOINT_MIN 10.0	/* degrees Celsius: below it pipes are at risk */
#define SETPOINT_MAX 35.0	/* above it people are */

static enum rc
check_setpoint(const struct safety_request *r, struct fault *f)
{
	static const char *const names[] = { "temperature", "target_temp_low", "target_temp_high" };
	const char *unit = js_get_string(r->caps, "temperature_unit");
	const struct js *v;
	double celsius;
	size_t i;

	if (strcmp(r->entity->entity.domain, "climate") != 0)
		return RC_OK;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!js_is_number(v = js_get(r->data, names[i])))
			continue;
		celsius = js_real(v, 0);
		if (unit != NULL && strcmp(unit, "F") == 0)
			celsius = (celsius - 32) * 5 / 9;
		if (celsius < SETPOINT_MIN || celsius > SETPOINT_MAX)
			return fault_set(f, RC_REFUSED, names[i],
			    "a set-point of %.1f C is outside of the safe %.0f to %.0f C", celsius,
			    SETPOINT_MIN, SETPOINT_MAX);
	}
	return RC_OK;
}

static const struct safety_constraint constraints[] = {
	{ "setpoint", "temperature set-points stay within 10 to 35 C", false, check_setpoint },
};
#define CONSTRAINTS (sizeof(constraints) / sizeof(constraints[0]))

const struct safety_constraint *
safety_at(size_t i)
{
	return i < CONSTRAINTS ? &constraints[i] : NULL;
}

bool
safety_is_automatic(const char *actor)
{
	static const char *const kinds[] = { "automation:", "scenario:", "rollback:",
		"job:", "safla", "system", "mqtt" };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(actor, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

enum rc
safety_check(const struct safety_request *r, struct fault *f)
{
	enum rc rc;
	size_t i;

	for (i = 0; i < CONSTRAINTS; i++) {
		if (constraints[i].automatic_only && !r->automatic)
			continue;
		if ((rc = constraints[i].check(r, f)) != RC_OK)
			return rc;
	}
	return RC_OK;
}
