/* SPDX-License-Identifier: ISC
 *
 * Rows of inspections: what the engine answered to a question about a device's messages.
 */
#ifndef STORE_INSPECTION_H
#define STORE_INSPECTION_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/* event: of the question. Answers older than `before` (UTC ms) go. */
enum rc store_inspection_put(struct tx *tx, int64_t event, const char *answer, int64_t before);
/* JSON in the arena. RC_NOT_FOUND: not answered yet, or long ago. */
enum rc store_inspection_get(struct db *db, int64_t event, struct mem_arena *a, const char **answer);

#endif
