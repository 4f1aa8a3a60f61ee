/* SPDX-License-Identifier: ISC
 *
 * The short form of control: an action word and a value for a device ("set_brightness", 40) become a
 * service with data for the entity of the device that is meant. Pure; command.h takes it from there.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store_device_entity.h"

struct control {
	const struct entity_choice	*entity;
	const char			*service;	/* without the domain */
	struct js			*data;		/* object, owned by the caller (js_free) */
};

/*
 * entities: all of the device's that are enabled; orphans are never chosen. entity_id: the one that is
 * meant, or NULL for the first that understands the action (main entities before configuration ones).
 * value may be NULL.
 * A word that is no action may be the name of a service, with its data as the value.
 * RC_INVALID: an action nobody knows, a value it cannot take or lacks. RC_NOT_FOUND: no such entity.
 * RC_UNSUPPORTED: the device has no entity that understands the action.
 */
enum rc control_resolve(const struct entity_choice *entities, size_t n, const char *entity_id,
    const char *action, const struct js *value, struct control *out, struct fault *f);

#endif
