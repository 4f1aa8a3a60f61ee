/* SPDX-License-Identifier: ISC
 *
 * The ids of all things of a kind: to find out which one was meant.
 */
#ifndef STORE_ID_H
#define STORE_ID_H

#include "shared/store/store.h"

enum store_id_kind { STORE_ID_ENTITY, STORE_ID_DEVICE, STORE_ID_AREA, STORE_ID_FLOOR, STORE_ID_LABEL,
	STORE_ID_SCENARIO, STORE_ID__MAX };

bool store_id_exists(struct db *db, enum store_id_kind kind, const char *id);
/* Text is valid inside fn only. */
enum rc store_id_each(struct db *db, enum store_id_kind kind, void (*fn)(const char *id, void *arg), void *arg);

#endif
