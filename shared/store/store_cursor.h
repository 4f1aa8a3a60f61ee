/* SPDX-License-Identifier: ISC
 *
 * How far a reader of the log or a worker has come, by name.
 */
#ifndef STORE_CURSOR_H
#define STORE_CURSOR_H

#include "shared/store/store.h"

int64_t store_cursor_get(struct db *db, const char *name);	/* 0 when it was never set */
enum rc store_cursor_put(struct tx *tx, const char *name, int64_t value);

#endif
