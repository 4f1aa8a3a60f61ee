/* SPDX-License-Identifier: ISC
 *
 * The kinds of entities.
 */
#include <string.h>

#include "shared/adapters/adapter_tasmota_int.h"

#define KINDS(X) \
	X(tasmota_relay) \
	X(tasmota_light) \
	X(tasmota_shutter) \
	X(tasmota_fan) \
	X(tasmota_switch) \
	X(tasmota_trigger) \
	X(tasmota_sensor) \
	X(tasmota_status) \
	X(tasmota_receiver) \
	X(tasmota_restart)

#define X(name) extern const struct tasmota_kind name;
KINDS(X)
#undef X

static const struct tasmota_kind *const kinds[] = {
#define X(name) &name,
	KINDS(X)
#undef X
};

const struct tasmota_kind *
tasmota_kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}
