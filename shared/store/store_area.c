/* SPDX-License-Identifier: ISC
 *
 * Statements of areas.
 */
#include "shared/store/store_area.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_BY_NAME, Q_LIST, Q_INSERT, Q_UPDATE, Q_DELETE, Q__MAX };

#define COLUMNS "SELECT a.row, a.id, a.name, a.floor, f.id, f.name, a.icon, a.aliases, a.labels " \
	"FROM area a LEFT JOIN floor f ON f.row = a.floor "

static const char *const sql[Q__MAX] = {
	[Q_GET] = COLUMNS "WHERE a.id = ?1",
	[Q_BY_NAME] = COLUMNS "WHERE lower(a.name) = lower(?1) ORDER BY a.row LIMIT 1",
	[Q_LIST] = COLUMNS "ORDER BY a.id",
	[Q_INSERT] = "INSERT INTO area (id, name, floor, icon, aliases, labels) VALUES "
	    "(?1, ?2, ?3, ?4, ?5, ?6)",
	[Q_UPDATE] = "UPDATE area SET name = ?2, floor = ?3, icon = ?4, aliases = ?5, labels = ?6 "
	    "WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM area WHERE row = ?1",
};

const struct db_table store_area_table = { STORE_AREA, "area", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct area *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->name = store_text(s, 2, a);
	out->floor = db_int(s, 3);
	out->floor_id = store_text(s, 4, a);
	out->floor_name = store_text(s, 5, a);
	out->icon = store_text(s, 6, a);
	out->aliases = store_text(s, 7, a);
	out->labels = store_text(s, 8, a);
}

static enum rc
get_one(struct db *db, int q, const char *key, struct mem_arena *a, struct area *out)
{
	struct db_stmt *s = db_query(db, &store_area_table, q);

	db_bind_text(s, 1, key);
	return store_one(s, read_row, a, out);
}

enum rc
store_area_get(struct db *db, const char *id, struct mem_arena *a, struct area *out)
{
	return get_one(db, Q_GET, id, a, out);
}

enum rc
store_area_by_name(struct db *db, const char *name, struct mem_arena *a, struct area *out)
{
	return get_one(db, Q_BY_NAME, name, a, out);
}

enum rc
store_area_list(struct db *db, struct mem_arena *a, struct area **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_area_table, Q_LIST);

	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

/* What insert and update have in common: parameters 2 to 6. */
static void
bind_row(struct db_stmt *s, const struct area *area)
{
	db_bind_text(s, 2, area->name);
	store_bind_key(s, 3, area->floor);
	db_bind_text(s, 4, area->icon);
	db_bind_text(s, 5, area->aliases != NULL ? area->aliases : "[]");
	db_bind_text(s, 6, area->labels != NULL ? area->labels : "[]");
}

enum rc
store_area_insert(struct tx *tx, struct area *area)
{
	struct db_stmt *s = db_query(tx->db, &store_area_table, Q_INSERT);

	db_bind_text(s, 1, area->id);
	bind_row(s, area);
	return store_insert(tx->db, s, &area->row);
}

enum rc
store_area_update(struct tx *tx, const struct area *area)
{
	struct db_stmt *s = db_query(tx->db, &store_area_table, Q_UPDATE);

	db_bind_int(s, 1, area->row);
	bind_row(s, area);
	return store_run_row(tx->db, s);
}

enum rc
store_area_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_area_table, Q_DELETE, row);
}
