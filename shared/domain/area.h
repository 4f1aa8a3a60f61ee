/* SPDX-License-Identifier: ISC
 *
 * What people do with areas besides adding them (registry.h), with the events that tell the others.
 */
#ifndef AREA_H
#define AREA_H

#include "shared/base/js.h"
#include "shared/store/store_area.h"

/* NULL leaves a member as it is; floor "" takes it away. RC_NOT_FOUND, RC_INVALID. */
enum rc area_edit(struct tx *tx, const char *id, const char *name, const char *floor,
    struct mem_arena *a, struct area *out, struct fault *f);
/* Devices and entities that were in it are in none afterwards. RC_NOT_FOUND. */
enum rc area_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* {"id","name","floor"} */
void area_write(struct jsw *w, const char *key, const struct area *area);

#endif
