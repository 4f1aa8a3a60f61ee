/* SPDX-License-Identifier: ISC
 *
 * Rows of labels, and what they are on. The labels of an area, a device or an entity stand in its own row.
 */
#ifndef STORE_LABEL_H
#define STORE_LABEL_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct label {
	int64_t		 row;
	const char	*id;
	const char	*name;
	const char	*icon;		/* or NULL */
	const char	*color;		/* "#rrggbb" or NULL */
};

/* What labels are on. */
enum store_labelled { STORE_LABELLED_AREA, STORE_LABELLED_DEVICE, STORE_LABELLED_ENTITY, STORE_LABELLED__MAX };

enum rc store_label_get(struct db *db, const char *id, struct mem_arena *a, struct label *out);
enum rc store_label_by_name(struct db *db, const char *name, struct mem_arena *a, struct label *out);
enum rc store_label_list(struct db *db, struct mem_arena *a, struct label **rows, size_t *n);
/* Sets label->row. RC_EXISTS: the id is taken. */
enum rc store_label_insert(struct tx *tx, struct label *label);
enum rc store_label_update(struct tx *tx, const struct label *label);
enum rc store_label_delete(struct tx *tx, int64_t row);

/* The ids of the areas, devices or entities that carry it themselves, in order. */
enum rc store_label_on(struct db *db, const char *id, enum store_labelled what, struct mem_arena *a,
    const char ***ids, size_t *n);

#endif
