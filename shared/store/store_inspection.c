/* SPDX-License-Identifier: ISC
 *
 * Statements of inspections.
 */
#include "shared/store/store_inspection.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_PUT, Q_PRUNE, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_GET] = "SELECT answer FROM inspection WHERE event = ?1",
	[Q_PUT] = "INSERT INTO inspection (event, created, answer) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (event) DO NOTHING",
	[Q_PRUNE] = "DELETE FROM inspection WHERE created < ?1",
};

const struct db_table store_inspection_table = { STORE_INSPECTION, "inspection", sql, Q__MAX };

enum rc
store_inspection_put(struct tx *tx, int64_t event, const char *answer, int64_t before)
{
	struct db_stmt *s = db_query(tx->db, &store_inspection_table, Q_PRUNE);
	enum rc rc;

	db_bind_int(s, 1, before);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	s = db_query(tx->db, &store_inspection_table, Q_PUT);
	db_bind_int(s, 1, event);
	db_bind_int(s, 2, tx->now_ms);
	db_bind_text(s, 3, answer);
	return db_run(s);
}

enum rc
store_inspection_get(struct db *db, int64_t event, struct mem_arena *a, const char **answer)
{
	struct db_stmt *s = db_query(db, &store_inspection_table, Q_GET);

	db_bind_int(s, 1, event);
	return store_one(s, store_read_text, a, answer);
}
