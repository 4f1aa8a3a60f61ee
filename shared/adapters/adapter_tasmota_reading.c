/* SPDX-License-Identifier: ISC
 *
 * The entities of a device, one after the other.
 */
#include "shared/adapters/adapter_tasmota_int.h"

void
tasmota_reading_add(struct tasmota_reading *r, const struct announced_entity *e, struct js *config,
    struct js *caps)
{
	js_set(config, "device", js_ref(r->device));
	adapter_family_add(&r->b, e, config, caps);
}
