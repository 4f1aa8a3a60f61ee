/* SPDX-License-Identifier: ISC
 *
 * Statements of floors.
 */
#include "shared/store/store_floor.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_BY_NAME, Q_LIST, Q_AREAS, Q_INSERT, Q_UPDATE, Q_DELETE, Q__MAX };

#define COLUMNS "SELECT row, id, name, level IS NOT NULL, level FROM floor "

static const char *const sql[Q__MAX] = {
	[Q_GET] = COLUMNS "WHERE id = ?1",
	[Q_BY_NAME] = COLUMNS "WHERE lower(name) = lower(?1) ORDER BY row LIMIT 1",
	[Q_LIST] = COLUMNS "ORDER BY level IS NULL, level, id",
	[Q_AREAS] = "SELECT id FROM area WHERE floor = ?1 ORDER BY id",
	[Q_INSERT] = "INSERT INTO floor (id, name, level) VALUES (?1, ?2, ?3)",
	[Q_UPDATE] = "UPDATE floor SET name = ?2, level = ?3 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM floor WHERE row = ?1",
};

const struct db_table store_floor_table = { STORE_FLOOR, "floor", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct floor *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->name = store_text(s, 2, a);
	out->has_level = db_int(s, 3) != 0;
	out->level = db_int(s, 4);
}

static enum rc
get_one(struct db *db, int q, const char *key, struct mem_arena *a, struct floor *out)
{
	struct db_stmt *s = db_query(db, &store_floor_table, q);

	db_bind_text(s, 1, key);
	return store_one(s, read_row, a, out);
}

enum rc
store_floor_get(struct db *db, const char *id, struct mem_arena *a, struct floor *out)
{
	return get_one(db, Q_GET, id, a, out);
}

enum rc
store_floor_by_name(struct db *db, const char *name, struct mem_arena *a, struct floor *out)
{
	return get_one(db, Q_BY_NAME, name, a, out);
}

enum rc
store_floor_list(struct db *db, struct mem_arena *a, struct floor **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_floor_table, Q_LIST);

	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_floor_areas(struct db *db, int64_t row, struct mem_arena *a, const char ***ids, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_floor_table, Q_AREAS);

	db_bind_int(s, 1, row);
	return store_texts(s, a, ids, n);
}

static void
bind_row(struct db_stmt *s, const struct floor *floor)
{
	db_bind_text(s, 2, floor->name);
	if (floor->has_level)
		db_bind_int(s, 3, floor->level);
	else
		db_bind_null(s, 3);
}

enum rc
store_floor_insert(struct tx *tx, struct floor *floor)
{
	struct db_stmt *s = db_query(tx->db, &store_floor_table, Q_INSERT);

	db_bind_text(s, 1, floor->id);
	bind_row(s, floor);
	return store_insert(tx->db, s, &floor->row);
}

enum rc
store_floor_update(struct tx *tx, const struct floor *floor)
{
	struct db_stmt *s = db_query(tx->db, &store_floor_table, Q_UPDATE);

	db_bind_int(s, 1, floor->row);
	bind_row(s, floor);
	return store_run_row(tx->db, s);
}

enum rc
store_floor_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_floor_table, Q_DELETE, row);
}
