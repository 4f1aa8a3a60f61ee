/* SPDX-License-Identifier: ISC
 *
 * Statements that take old rows away.
 */
#include "shared/store/store_prune.h"
#include "shared/store/store_int.h"

enum { Q_OLDEST, Q_AT, Q_LAST, Q_STATES, Q_EVENTS, Q_ROWS, Q__MAX = Q_ROWS + PRUNE__MAX };

static const char *const sql[Q__MAX] = {
	[Q_OLDEST] = "SELECT COALESCE(MIN(id), 0) FROM event",
	[Q_LAST] = "SELECT COALESCE(MAX(id), 0) FROM event",
	[Q_AT] = "SELECT id, time FROM event WHERE id >= ?1 ORDER BY id LIMIT 1",
	[Q_STATES] = "DELETE FROM event WHERE id >= ?1 AND id < ?2 AND kind = 1 AND cause IS NULL "
	    "AND id <= (SELECT value FROM cursor WHERE name = 'history') "
	    "AND NOT EXISTS (SELECT 1 FROM event e WHERE e.cause = event.id) "
	    "AND id <> COALESCE((SELECT s.event FROM state s WHERE s.entity = event.entity), 0) "
	    "AND id < (SELECT MAX(id) FROM event)",
	[Q_EVENTS] = "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE id < ?1 "
	    "AND id < (SELECT MAX(id) FROM event) ORDER BY id LIMIT ?2)",
	[Q_ROWS + PRUNE_COMMANDS] = "DELETE FROM command WHERE id IN (SELECT id FROM command "
	    "WHERE (done < ?1 AND status NOT IN ('pending', 'sent')) OR (deadline < ?1 AND status = 'sent') "
	    "LIMIT ?2)",
	[Q_ROWS + PRUNE_RUNS] = "DELETE FROM run WHERE id IN "
	    "(SELECT id FROM run WHERE (ended < ?1 AND status <> 'running') OR (started < ?1 AND "
	    "status = 'running' AND automation NOT IN (SELECT row FROM automation)) LIMIT ?2)",
	[Q_ROWS + PRUNE_ALERTS] = "DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE cleared < ?1 LIMIT ?2)",
	[Q_ROWS + PRUNE_DELIVERIES] = "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done < ?1 LIMIT ?2)",
	[Q_ROWS + PRUNE_EMOTIONS] = "DELETE FROM emotion WHERE id IN (SELECT id FROM emotion WHERE time < ?1 "
	    "AND id < (SELECT MAX(id) FROM emotion) LIMIT ?2)",
	[Q_ROWS + PRUNE_GONE] = "DELETE FROM entity_gone WHERE row IN "
	    "(SELECT row FROM entity_gone WHERE gone < ?1 LIMIT ?2)",
	[Q_ROWS + PRUNE_RULES] = "DELETE FROM automation_gone WHERE row IN (SELECT row FROM automation_gone AS g "
	    "WHERE gone < ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE automation = g.row) "
	    "AND NOT EXISTS (SELECT 1 FROM trace WHERE automation = g.row AND kind > 1) LIMIT ?2)",
};

const struct db_table store_prune_table = { STORE_PRUNE, "prune", sql, Q__MAX };

static int64_t
one(struct db *db, int q)
{
	struct db_stmt *s = db_query(db, &store_prune_table, q);
	int64_t v = 0;

	if (db_step(s) == RC_OK) {
		v = db_int(s, 0);
		db_reset(s);
	}
	return v;
}

int64_t
store_prune_oldest_event(struct db *db)
{
	return one(db, Q_OLDEST);
}

/* Binary search over ids; gaps are skipped by asking for the next row. */
int64_t
store_prune_first_event(struct db *db, int64_t time)
{
	int64_t low = one(db, Q_OLDEST), high = one(db, Q_LAST) + 1, middle;
	struct db_stmt *s;

	while (low < high) {
		middle = low + (high - low) / 2;
		s = db_query(db, &store_prune_table, Q_AT);
		db_bind_int(s, 1, middle);
		if (db_step(s) != RC_OK)
			high = middle;
		else if (db_int(s, 1) < time)
			low = db_int(s, 0) + 1;
		else
			high = middle;
		db_reset(s);
	}
	return low;
}

enum rc
store_prune_states(struct tx *tx, int64_t first, int64_t end, int *removed)
{
	struct db_stmt *s = db_query(tx->db, &store_prune_table, Q_STATES);
	enum rc rc;

	db_bind_int(s, 1, first);
	db_bind_int(s, 2, end);
	if ((rc = db_run(s)) == RC_OK)
		*removed = db_changes(tx->db);
	return rc;
}

enum rc
store_prune_events(struct tx *tx, int64_t end, int max, int *removed)
{
	struct db_stmt *s = db_query(tx->db, &store_prune_table, Q_EVENTS);
	enum rc rc;

	db_bind_int(s, 1, end);
	db_bind_int(s, 2, max);
	if ((rc = db_run(s)) == RC_OK)
		*removed = db_changes(tx->db);
	return rc;
}

enum rc
store_prune_rows(struct tx *tx, enum store_prune_kind kind, int64_t before, int max, int *removed)
{
	struct db_stmt *s = db_query(tx->db, &store_prune_table, Q_ROWS + (int)kind);
	enum rc rc;

	db_bind_int(s, 1, before);
	db_bind_int(s, 2, max);
	if ((rc = db_run(s)) == RC_OK)
		*removed = db_changes(tx->db);
	return rc;
}

enum rc
store_optimize(struct db *db, struct fault *f)
{
	return db_script(db, "PRAGMA analysis_limit = 400; PRAGMA optimize;", f);
}
