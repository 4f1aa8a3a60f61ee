/* SPDX-License-Identifier: ISC
 *
 * What belongs where, and how it is called: what the functions of templates of that name say.
 */
#ifndef REGISTRY_FACT_H
#define REGISTRY_FACT_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/*
 * What the function of that name (area_id, area_name, area_devices, device_id, device_name, floors, floor_id,
 * floor_name, floor_areas, floor_entities, labels, label_id, label_name, label_areas, label_devices; of an entity
 * "name", and "own_name": without that of its device) says about an entity, a device, an area, a floor or a label, by
 * its id or its name: none, one or several texts, each to fn, inside of which they are valid. Of a function that there
 * is not: none.
 */
void registry_fact(struct db *db, const char *function, const char *about, void (*fn)(const char *text, void *arg),
    void *arg);
/* The id of what a key ("area_id", "device_id", "floor_id", "label_id") has under that id or name; NULL: nothing. */
const char *registry_meant(struct db *db, const char *key, const char *id, struct mem_arena *a);
/* There is an entity, or any of the above, under that id or name. */
bool registry_known(struct db *db, const char *id);

#endif
