/* SPDX-License-Identifier: ISC
 *
 * Statements of the cursors.
 */
#include "shared/store/store_cursor.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_PUT, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_GET] = "SELECT value FROM cursor WHERE name = ?1",
	[Q_PUT] = "INSERT INTO cursor (name, value) VALUES (?1, ?2) "
	    "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
};

const struct db_table store_cursor_table = { STORE_CURSOR, "cursor", sql, Q__MAX };

int64_t
store_cursor_get(struct db *db, const char *name)
{
	struct db_stmt *s = db_query(db, &store_cursor_table, Q_GET);
	int64_t value = 0;

	db_bind_text(s, 1, name);
	if (db_step(s) == RC_OK) {
		value = db_int(s, 0);
		db_reset(s);
	}
	return value;
}

enum rc
store_cursor_put(struct tx *tx, const char *name, int64_t value)
{
	struct db_stmt *s = db_query(tx->db, &store_cursor_table, Q_PUT);

	db_bind_text(s, 1, name);
	db_bind_int(s, 2, value);
	return db_run(s);
}
