/* SPDX-License-Identifier: ISC
 *
 * Rows of who came or went and was not told yet.
 */
#ifndef STORE_UNTOLD_H
#define STORE_UNTOLD_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct store_untold {
	int64_t	 source;	/* device row; of an entity: minus its row */
	bool	 online;	/* a device: whether it was, before */
};

/* One that is there already stays as it is. */
enum rc store_untold_put(struct tx *tx, const struct store_untold *u);
enum rc store_untold_delete(struct tx *tx, int64_t source);
/* *rows live in the arena. */
enum rc store_untold_list(struct db *db, struct mem_arena *a, struct store_untold **rows, size_t *n);

#endif
