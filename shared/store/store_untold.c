/* SPDX-License-Identifier: ISC
 *
 * Statements of what is not told yet.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_untold.h"

enum { Q_PUT, Q_DELETE, Q_LIST, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_PUT] = "INSERT INTO untold (source, online) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
	[Q_DELETE] = "DELETE FROM untold WHERE source = ?1",
	[Q_LIST] = "SELECT source, online FROM untold",
};

const struct db_table store_untold_table = { STORE_UNTOLD, "untold", sql, Q__MAX };

enum rc
store_untold_put(struct tx *tx, const struct store_untold *u)
{
	struct db_stmt *s = db_query(tx->db, &store_untold_table, Q_PUT);

	db_bind_int(s, 1, u->source);
	db_bind_int(s, 2, u->online);
	return db_run(s);
}

enum rc
store_untold_delete(struct tx *tx, int64_t source)
{
	struct db_stmt *s = db_query(tx->db, &store_untold_table, Q_DELETE);

	db_bind_int(s, 1, source);
	return db_run(s);
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *out)
{
	struct store_untold *u = out;

	(void)a;
	u->source = db_int(s, 0);
	u->online = db_int(s, 1) != 0;
}

enum rc
store_untold_list(struct db *db, struct mem_arena *a, struct store_untold **rows, size_t *n)
{
	return store_all(db_query(db, &store_untold_table, Q_LIST), read_row, sizeof(**rows), a, rows, n);
}
