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
	X(STORE_BLOCK, store_block_table) \
	X(STORE_SUCCESSION, store_succession_table) \
	X(STORE_CURSOR, store_cursor_table) \
	X(STORE_FLOOR, store_floor_table) \
	X(STORE_KEY, store_key_table) \
	X(STORE_INSPECTION, store_inspection_table) \
	X(STORE_AREA, store_area_table) \
	X(STORE_LABEL, store_label_table) \
	X(STORE_CALENDAR, store_calendar_table) \
	X(STORE_MEMBER, store_member_table) \
	X(STORE_DEVICE, store_device_table) \
	X(STORE_ENTITY, store_entity_table) \
	X(STORE_DEVICE_ENTITY, store_device_entity_table) \
	X(STORE_COMMAND, store_command_table) \
	X(STORE_SESSION, store_session_table) \
	X(STORE_AUTOMATION, store_automation_table) \
	X(STORE_WEBHOOK, store_webhook_table) \
	X(STORE_TRACE, store_trace_table) \
	X(STORE_QUESTION, store_question_table) \
	X(STORE_REVISION, store_revision_table) \
	X(STORE_ALERT, store_alert_table) \
	X(STORE_OUTBOX, store_outbox_table) \
	X(STORE_EMOTION, store_emotion_table) \
	X(STORE_HISTORY, store_history_table) \
	X(STORE_JOB, store_job_table) \
	X(STORE_PRUNE, store_prune_table) \
	X(STORE_UNTOLD, store_untold_table) \
	X(STORE_REFUSAL, store_refusal_table) \
	X(STORE_ID, store_id_table) \
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

/* Rows of entities e that have no state are in no list but one that asks for their domain. */
#define STORE_SHOWN "AND e.domain NOT IN ('device_automation', 'tag') "

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

/* Reads the row that a statement is at into *out; the arena as in store_text. */
typedef void store_reader(struct db_stmt *s, struct mem_arena *a, void *out);

/* The first row that is left; RC_NOT_FOUND: there is none. */
static inline enum rc
store_one(struct db_stmt *s, store_reader *read, struct mem_arena *a, void *out)
{
	enum rc rc = db_step(s);

	if (rc != RC_OK)
		return rc;
	read(s, a, out);
	db_reset(s);
	return RC_OK;
}

/* Whether there is a row. */
static inline bool
store_any(struct db_stmt *s)
{
	bool any = db_step(s) == RC_OK;

	if (any)
		db_reset(s);
	return any;
}

/* What a loop over rows returns that ended with rc, or with RC_OK because no more rows are wanted. */
static inline enum rc
store_end(struct db_stmt *s, enum rc rc)
{
	if (rc == RC_OK)
		db_reset(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
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

/* Every row that is left, each of `size` bytes; rows: where the list is put, a pointer to a pointer to them. */
static inline enum rc
store_all(struct db_stmt *s, store_reader *read, size_t size, struct mem_arena *a, void *rows, size_t *n)
{
	size_t count = 0, cap = 0;
	char *list = NULL;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		list = store_grow(a, list, count, &cap, size);
		read(s, a, list + count++ * size);
	}
	if (rc != RC_NOT_FOUND)
		return rc;
	memcpy(rows, &list, sizeof(list));
	*n = count;
	return RC_OK;
}

/* A row that is its first column alone. */
static inline void
store_read_text(struct db_stmt *s, struct mem_arena *a, void *out)
{
	const char **text = out;

	*text = store_text(s, 0, a);
}

/* The first column of every row that is left. */
static inline enum rc
store_texts(struct db_stmt *s, struct mem_arena *a, const char ***texts, size_t *n)
{
	return store_all(s, store_read_text, sizeof(**texts), a, texts, n);
}

/* Runs one with one number or, where second is not 0, two. */
static inline enum rc
store_run_two(struct db *db, const struct db_table *t, int q, int64_t first, int64_t second)
{
	struct db_stmt *s = db_query(db, t, q);

	db_bind_int(s, 1, first);
	if (second != 0)
		db_bind_int(s, 2, second);
	return db_run(s);
}

/* Runs a statement that adds a row, whose id goes into *row. */
static inline enum rc
store_insert(struct db *db, struct db_stmt *s, int64_t *row)
{
	enum rc rc = db_run(s);

	if (rc == RC_OK)
		*row = db_last_id(db);
	return rc;
}

/* Runs a statement that has to touch a row: RC_NOT_FOUND when there was none. */
static inline enum rc
store_run_row(struct db *db, struct db_stmt *s)
{
	enum rc rc = db_run(s);

	return rc == RC_OK && db_changes(db) == 0 ? RC_NOT_FOUND : rc;
}

/* Runs a statement that deletes the row ?1: RC_NOT_FOUND when there was none. */
static inline enum rc
store_delete(struct db *db, const struct db_table *t, int q, int64_t row)
{
	struct db_stmt *s = db_query(db, t, q);

	db_bind_int(s, 1, row);
	return store_run_row(db, s);
}

struct migration {
	const char	*name;	/* "0001_foundation" */
	const char	*sql;
};
/* Made by the build out of shared/store/migrations/, in order; ends with a NULL name. */
extern const struct migration store_migrations[];

#endif
