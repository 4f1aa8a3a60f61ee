/* SPDX-License-Identifier: ISC
 *
 * What devices know of their entities without reading them whole: which there are, which is meant, their
 * triggers, how battery and link are.
 */
#ifndef STORE_DEVICE_ENTITY_H
#define STORE_DEVICE_ENTITY_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/* What tells which of a device's entities is meant. */
struct entity_choice {
	int64_t		 row;
	const char	*entity_id, *domain;
	const char	*category;	/* or NULL */
	bool		 orphaned;
};

bool store_entity_any(struct db *db, int64_t device);	/* the device has one at all */
/* The enabled entities of the device with this id that have a state, in order. None: n is 0. */
enum rc store_entity_choice(struct db *db, const char *device, struct mem_arena *a,
    struct entity_choice **rows, size_t *n);
/* Only the ids of a device's enabled entities that have a state, in order. */
enum rc store_entity_ids(struct db *db, int64_t device, struct mem_arena *a,
    const char ***ids, size_t *n);
/*
 * The ids of the enabled entities of all devices with first <= id <= last, in order of device and id; text is
 * valid inside fn only.
 */
enum rc store_entity_ids_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, const char *entity_id, void *arg), void *arg);
/* What the sensors of battery (else of link quality) of a device say, or of all between two, in order of device. */
enum rc store_entity_vitals(struct db *db, int64_t device,
    bool (*fn)(int64_t device, bool battery, const char *state, void *arg), void *arg);
enum rc store_entity_vitals_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, bool battery, const char *state, void *arg), void *arg);
/* The capabilities of the triggers (device_automation) of one device, or of all between two, in the same order. */
enum rc store_entity_triggers(struct db *db, int64_t device,
    bool (*fn)(int64_t device, const char *capabilities, void *arg), void *arg);
enum rc store_entity_triggers_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, const char *capabilities, void *arg), void *arg);

#endif
