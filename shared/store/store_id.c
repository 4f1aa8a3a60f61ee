/* SPDX-License-Identifier: ISC
 *
 * Statements of ids alone.
 */
#include "shared/store/store_id.h"
#include "shared/store/store_int.h"

enum { Q_EXISTS, Q_EACH = Q_EXISTS + STORE_ID__MAX, Q__MAX = Q_EACH + STORE_ID__MAX };

static const char *const sql[Q__MAX] = {
	[Q_EXISTS + STORE_ID_ENTITY] = "SELECT 1 FROM entity WHERE entity_id = ?1",
	[Q_EXISTS + STORE_ID_DEVICE] = "SELECT 1 FROM device WHERE id = ?1",
	[Q_EXISTS + STORE_ID_AREA] = "SELECT 1 FROM area WHERE id = ?1",
	[Q_EXISTS + STORE_ID_LABEL] = "SELECT 1 FROM label WHERE id = ?1",
	[Q_EXISTS + STORE_ID_SCENARIO] = "SELECT 1 FROM automation WHERE id = ?1 AND kind = 'scenario'",
	[Q_EXISTS + STORE_ID_FLOOR] = "SELECT 1 FROM floor WHERE id = ?1",
	[Q_EACH + STORE_ID_ENTITY] = "SELECT entity_id FROM entity ORDER BY entity_id",
	[Q_EACH + STORE_ID_DEVICE] = "SELECT id FROM device ORDER BY id",
	[Q_EACH + STORE_ID_AREA] = "SELECT id FROM area ORDER BY id",
	[Q_EACH + STORE_ID_LABEL] = "SELECT id FROM label ORDER BY id",
	[Q_EACH + STORE_ID_SCENARIO] = "SELECT id FROM automation WHERE kind = 'scenario' ORDER BY id",
	[Q_EACH + STORE_ID_FLOOR] = "SELECT id FROM floor ORDER BY id",
};

const struct db_table store_id_table = { STORE_ID, "id", sql, Q__MAX };

bool
store_id_exists(struct db *db, enum store_id_kind kind, const char *id)
{
	struct db_stmt *s = db_query(db, &store_id_table, Q_EXISTS + (int)kind);

	db_bind_text(s, 1, id);
	return store_any(s);
}

enum rc
store_id_each(struct db *db, enum store_id_kind kind, void (*fn)(const char *id, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_id_table, Q_EACH + (int)kind);
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK)
		fn(db_text(s, 0), arg);
	return store_end(s, rc);
}
