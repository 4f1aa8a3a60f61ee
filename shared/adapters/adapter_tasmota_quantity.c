/* SPDX-License-Identifier: ISC
 *
 * What a reading is, by the name of its quantity.
 */
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

static const struct tasmota_quantity quantities[] = {
#define X(name, unit, device_class, state_class, icon) { name, unit, device_class, state_class, icon },
#include "shared/adapters/adapter_tasmota_quantity.def"
#undef X
};

/* Quantities whose unit the device chooses: the member that says it. */
static const struct {
	const char	*name, *member;
} chosen[] = {
	{ "DewPoint", "TempUnit" }, { "Temperature", "TempUnit" }, { "Pressure", "PressureUnit" },
	{ "SeaPressure", "PressureUnit" }, { "Speed", "SpeedUnit" },
};

static const char *
chosen_unit(const char *name, const struct js *units)
{
	const char *unit;
	size_t i;

	for (i = 0; i < sizeof(chosen) / sizeof(chosen[0]); i++) {
		if (strcmp(chosen[i].name, name) != 0)
			continue;
		unit = tasmota_config_text(units, chosen[i].member);
		if (unit == NULL || strcmp(chosen[i].member, "TempUnit") != 0)
			return unit;
		return strcmp(unit, "F") == 0 ? "°F" : strcmp(unit, "C") == 0 ? "°C" : unit;
	}
	return NULL;
}

const struct tasmota_quantity *
tasmota_quantity_find(const char *name, const struct js *units, const char **unit)
{
	size_t i;

	*unit = NULL;
	for (i = 0; i < sizeof(quantities) / sizeof(quantities[0]); i++) {
		if (strcmp(quantities[i].name, name) != 0)
			continue;
		*unit = quantities[i].unit != NULL ? quantities[i].unit : chosen_unit(name, units);
		return &quantities[i];
	}
	return NULL;
}
