/* SPDX-License-Identifier: ISC
 *
 * Inside the store layer: the list of statement tables and of migrations.
 */
#ifndef STORE_INT_H
#define STORE_INT_H

#include <string.h>

#include "shared/base/mem.h"
#include "shared/store/db.h"

/* X(SLOT, table): every file that holds SQL, in stores.c's order. */
#define STORE_TABLES(X) \
	X(STORE_EVENT, store_event_table) \
	X(STORE_CURSOR, store_cursor_table) \
	X(STORE_FLOOR, store_floor_table) \
	X(STORE_KEY, store_key_table) \
	X(STORE_INSPECTION, store_inspection_table) \
	X(STORE_AREA, store_area_table) \
	X(STORE_DEVICE, store_device_table) \
	X(STORE_ENTITY, store_entity_table) \
	X(STORE_COMMAND, store_command_table) \
	X(STORE_SESSION, store_session_table) \
	X(STORE_AUTOMATION, store_automation_table) \
	X(STORE_HISTORY, store_history_table) \
	X(STORE_JOB, store_job_table) \
	X(STORE_PRUNE, store_prune_table) \
	X(STORE_FRESHNESS, store_freshness_table)

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

/* A key of 0 is stored as null. */
static inline void
store_bind_key(struct db_stmt *s, int i, int64_t v)
{
	if (v == 0)
		db_bind_null(s, i);
	else
		db_bind_int(s, i, v);
}

/* The column's text, in the arena; a NULL arena: the statement's own, valid until the next step. */
static inline const char *
store_text(struct db_stmt *s, int col, struct mem_arena *a)
{
	size_t n;
	const char *p = db_textn(s, col, &n);

	return a == NULL || p == NULL ? p : memcpy(mem_alloc(a, n + 1), p, n + 1);
}

/* Room for one more row in a list of n rows that grows in the arena by doubling. */
static inline void *
store_grow(struct mem_arena *a, void *rows, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap == 0 ? 16 : *cap * 2;

	if (n < *cap)
		return rows;
	rows = mem_grow(a, rows, *cap, more, size);
	*cap = more;
	return rows;
}

/* The first column of every row that is left. */
static inline enum rc
store_texts(struct db_stmt *s, struct mem_arena *a, const char ***texts, size_t *n)
{
	const char **list = NULL;
	size_t count = 0, cap = 0;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		list = store_grow(a, list, count, &cap, sizeof(*list));
		list[count++] = store_text(s, 0, a);
	}
	if (rc != RC_NOT_FOUND)
		return rc;
	*texts = list;
	*n = count;
	return RC_OK;
}

/* Runs a statement that has to touch a row: RC_NOT_FOUND when there was none. */
static inline enum rc
store_run_row(struct db *db, struct db_stmt *s)
{
	enum rc rc = db_run(s);

	return rc == RC_OK && db_changes(db) == 0 ? RC_NOT_FOUND : rc;
}

struct migration {
	const char	*name;	/* "0001_foundation" */
	const char	*sql;
};
/* Made by the build out of shared/store/migrations/, in order; ends with a NULL name. */
extern const struct migration store_migrations[];

#endif
