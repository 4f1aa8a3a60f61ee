/* SPDX-License-Identifier: ISC
 *
 * What a device class is called where nothing else names an entity.
 */
#ifndef DEVICE_CLASS_H
#define DEVICE_CLASS_H

#include "shared/base/mem.h"

/* "temperature" -> "Temperature". Text in the arena or constant. */
const char *device_class_name(const char *device_class, struct mem_arena *a);

#endif
