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
/* An enabled entity that has a state, or a trigger (device_automation) that is announced. */
struct entity_member {
	int64_t		 device;
	const char	*entity_id;
	const char	*trigger;	/* capabilities of a trigger, else NULL */
};
/*
 * Those of one device, or of all with first <= id <= last, in order of device id and entity id; text is valid
 * inside fn only, which ends it with false.
 */
enum rc store_entity_members(struct db *db, int64_t device,
    bool (*fn)(const struct entity_member *m, void *arg), void *arg);
enum rc store_entity_members_each(struct db *db, const char *first, const char *last,
    bool (*fn)(const struct entity_member *m, void *arg), void *arg);
/* What a sensor of battery (else of link quality) of a device says. */
struct entity_vital {
	int64_t		 device;
	const char	*status;	/* of the device */
	bool		 battery;
	const char	*state;		/* or NULL */
};
/* Of the device with this id, once without a state when it has none of these; nothing when there is no such device. */
enum rc store_entity_vitals(struct db *db, const char *device,
    bool (*fn)(const struct entity_vital *v, void *arg), void *arg);
/* Of all with first <= id <= last, in order of device id. */
enum rc store_entity_vitals_each(struct db *db, const char *first, const char *last,
    bool (*fn)(const struct entity_vital *v, void *arg), void *arg);

#endif
