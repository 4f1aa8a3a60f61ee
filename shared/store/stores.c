/* SPDX-License-Identifier: ISC
 *
 * The list of statement tables.
 */
#include "shared/store/store_int.h"

const struct db_table *const stores[STORE__MAX] = {
#define X(slot, table) [slot] = &table,
	STORE_TABLES(X)
#undef X
};
