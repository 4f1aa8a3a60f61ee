/* SPDX-License-Identifier: ISC
 *
 * Inside the store layer: the list of statement tables and of migrations.
 */
#ifndef STORE_INT_H
#define STORE_INT_H

#include "shared/store/db.h"

/* X(SLOT, table): every file that holds SQL, in stores.c's order. */
#define STORE_TABLES(X) \
	X(STORE_EVENT, store_event_table)

enum store_slot {
#define X(slot, table) slot,
	STORE_TABLES(X)
#undef X
	STORE__MAX
};

#define X(slot, table) extern const struct db_table table;
STORE_TABLES(X)
#undef X

extern const struct db_table *const stores[STORE__MAX];

struct migration {
	const char	*name;	/* "0001_foundation" */
	const char	*sql;
};
/* Made by the build out of shared/store/migrations/, in order; ends with a NULL name. */
extern const struct migration store_migrations[];

#endif
