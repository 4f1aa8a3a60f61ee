/* SPDX-License-Identifier: ISC
 *
 * Statements of labels. A label is on a row when its id stands in the row's list between quotes: an id has none.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_label.h"

enum { Q_GET, Q_BY_NAME, Q_LIST, Q_INSERT, Q_UPDATE, Q_DELETE, Q_ON, Q__MAX = Q_ON + STORE_LABELLED__MAX };

#define COLUMNS "SELECT row, id, name, icon, color FROM label "
#define HAS(labels) labels " <> '[]' AND instr(" labels ", '\"' || ?1 || '\"') > 0 "
#define ON(table, id) "SELECT " id " FROM " table " WHERE " HAS("labels") "ORDER BY " id

static const char *const sql[Q__MAX] = {
	[Q_GET] = COLUMNS "WHERE id = ?1",
	[Q_BY_NAME] = COLUMNS "WHERE lower(name) = lower(?1) ORDER BY row LIMIT 1",
	[Q_LIST] = COLUMNS "ORDER BY id",
	[Q_INSERT] = "INSERT INTO label (id, name, icon, color) VALUES (?1, ?2, ?3, ?4)",
	[Q_UPDATE] = "UPDATE label SET name = ?2, icon = ?3, color = ?4 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM label WHERE row = ?1",
	[Q_ON + STORE_LABELLED_AREA] = ON("area", "id"),
	[Q_ON + STORE_LABELLED_DEVICE] = ON("device", "id"),
	[Q_ON + STORE_LABELLED_ENTITY] = ON("entity", "entity_id"),
};

const struct db_table store_label_table = { STORE_LABEL, "label", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct label *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->name = store_text(s, 2, a);
	out->icon = store_text(s, 3, a);
	out->color = store_text(s, 4, a);
}

static enum rc
get_one(struct db *db, int q, const char *key, struct mem_arena *a, struct label *out)
{
	struct db_stmt *s = db_query(db, &store_label_table, q);

	db_bind_text(s, 1, key);
	return store_one(s, read_row, a, out);
}

enum rc
store_label_get(struct db *db, const char *id, struct mem_arena *a, struct label *out)
{
	return get_one(db, Q_GET, id, a, out);
}

enum rc
store_label_by_name(struct db *db, const char *name, struct mem_arena *a, struct label *out)
{
	return get_one(db, Q_BY_NAME, name, a, out);
}

enum rc
store_label_list(struct db *db, struct mem_arena *a, struct label **rows, size_t *n)
{
	return store_all(db_query(db, &store_label_table, Q_LIST), read_row, sizeof(**rows), a, rows, n);
}

/* What insert and update have in common: parameters 2 to 4. */
static void
bind_row(struct db_stmt *s, const struct label *label)
{
	db_bind_text(s, 2, label->name);
	db_bind_text(s, 3, label->icon);
	db_bind_text(s, 4, label->color);
}

enum rc
store_label_insert(struct tx *tx, struct label *label)
{
	struct db_stmt *s = db_query(tx->db, &store_label_table, Q_INSERT);

	db_bind_text(s, 1, label->id);
	bind_row(s, label);
	return store_insert(tx->db, s, &label->row);
}

enum rc
store_label_update(struct tx *tx, const struct label *label)
{
	struct db_stmt *s = db_query(tx->db, &store_label_table, Q_UPDATE);

	db_bind_int(s, 1, label->row);
	bind_row(s, label);
	return store_run_row(tx->db, s);
}

enum rc
store_label_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_label_table, Q_DELETE, row);
}

enum rc
store_label_on(struct db *db, const char *id, enum store_labelled what, struct mem_arena *a, const char ***ids,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_label_table, Q_ON + (int)what);

	db_bind_text(s, 1, id);
	return store_texts(s, a, ids, n);
}
