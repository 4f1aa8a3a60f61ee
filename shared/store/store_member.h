/* SPDX-License-Identifier: ISC
 *
 * The entities that are meant when somebody names a device, an area, a floor, a label or a whole domain.
 */
#ifndef STORE_MEMBER_H
#define STORE_MEMBER_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

enum store_member_of { STORE_MEMBER_DEVICE, STORE_MEMBER_AREA, STORE_MEMBER_FLOOR, STORE_MEMBER_LABEL,
	STORE_MEMBER_DOMAIN, STORE_MEMBER__MAX };

/*
 * The ids of its entities in order, each once: enabled and still announced, without those for settings and diagnosis
 * and the hidden ones. An area has also the entities of its devices that are in no other, a floor those of its areas,
 * a label those of the devices and areas that carry it.
 */
enum rc store_member_list(struct db *db, enum store_member_of of, const char *id, struct mem_arena *a,
    const char ***ids, size_t *n);

#endif
