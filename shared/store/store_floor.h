/* SPDX-License-Identifier: ISC
 *
 * Rows of floors.
 */
#ifndef STORE_FLOOR_H
#define STORE_FLOOR_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct floor {
	int64_t		 row;
	const char	*id;
	const char	*name;
	bool		 has_level;
	int64_t		 level;		/* 0: the ground floor */
};

enum rc store_floor_get(struct db *db, const char *id, struct mem_arena *a, struct floor *out);
/* Whatever the case of its letters. */
enum rc store_floor_by_name(struct db *db, const char *name, struct mem_arena *a,
    struct floor *out);
/* From the lowest up; those without a level last. */
enum rc store_floor_list(struct db *db, struct mem_arena *a, struct floor **rows, size_t *n);
/* Ids of the areas on it, in order. */
enum rc store_floor_areas(struct db *db, int64_t row, struct mem_arena *a, const char ***ids,
    size_t *n);
/* Sets floor->row. RC_EXISTS: the id is taken. */
enum rc store_floor_insert(struct tx *tx, struct floor *floor);
enum rc store_floor_update(struct tx *tx, const struct floor *floor);
enum rc store_floor_delete(struct tx *tx, int64_t row);

#endif
