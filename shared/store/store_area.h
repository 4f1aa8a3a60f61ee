/* SPDX-License-Identifier: ISC
 *
 * Rows of areas (rooms).
 */
#ifndef STORE_AREA_H
#define STORE_AREA_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct area {
	int64_t		 row;
	const char	*id;
	const char	*name;
	int64_t		 floor;		/* row or 0 */
	const char	*floor_id, *floor_name;	/* read only, or NULL */
	const char	*icon;		/* or NULL */
	const char	*aliases;	/* JSON array of other names, NULL: none */
	const char	*labels;	/* JSON array of ids of labels, NULL: none */
};

enum rc store_area_get(struct db *db, const char *id, struct mem_arena *a, struct area *out);
enum rc store_area_by_name(struct db *db, const char *name, struct mem_arena *a, struct area *out);
enum rc store_area_list(struct db *db, struct mem_arena *a, struct area **rows, size_t *n);
/* Sets area->row. RC_EXISTS: the id is taken. */
enum rc store_area_insert(struct tx *tx, struct area *area);
enum rc store_area_update(struct tx *tx, const struct area *area);
enum rc store_area_delete(struct tx *tx, int64_t row);

#endif
