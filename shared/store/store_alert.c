/* SPDX-License-Identifier: ISC
 *
 * Statements of alerts and their rules.
 */
#include "shared/store/store_alert.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_LIST, Q_EACH, Q_INSERT, Q_UPDATE, Q_DELETE, Q_ALERT_INSERT, Q_ALERT_UPDATE, Q_ACKNOWLEDGE, Q_ALERT_GET,
	Q_ACTIVE_OF, Q_PROBLEM, Q_ALL, Q_ACTIVE, Q_PAST, Q_HOLD_PUT, Q_HOLD_DELETE, Q_HOLD_GET, Q__MAX };

#define RULE "SELECT row, id, name, enabled, severity, config, revision, created, updated, " \
	"problem, problem_since FROM alert_rule "
#define ALERT "SELECT id, rule, rule_id, name, severity, message, seen, raised, cleared, reason, acknowledged, " \
	"acknowledged_by, told, repeats, event FROM alert "
#define PAGE "id < ?1 ORDER BY id DESC LIMIT ?2"

static const char *const sql[Q__MAX] = {
	[Q_GET] = RULE "WHERE id = ?1",
	[Q_LIST] = RULE "WHERE id > ?1 ORDER BY id LIMIT ?2",
	[Q_EACH] = RULE "ORDER BY row",
	[Q_INSERT] = "INSERT INTO alert_rule (id, name, enabled, severity, config, created, updated) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[Q_UPDATE] = "UPDATE alert_rule SET name = ?2, enabled = ?3, severity = ?4, config = ?5, "
	    "updated = ?6, revision = revision + 1, problem = NULL, problem_since = NULL WHERE row = ?1",
	[Q_PROBLEM] = "UPDATE alert_rule SET problem = ?2, problem_since = ?3 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM alert_rule WHERE row = ?1",
	[Q_ALERT_INSERT] = "INSERT INTO alert (rule, rule_id, name, severity, message, seen, raised, told, event) "
	    "SELECT row, id, name, severity, ?2, ?3, ?4, ?4, ?5 FROM alert_rule WHERE row = ?1",
	[Q_ALERT_UPDATE] = "UPDATE alert SET message = COALESCE(?2, message), seen = COALESCE(?3, seen), "
	    "cleared = ?4, reason = ?5, told = ?6, "
	    "repeats = ?7 WHERE id = ?1 AND cleared IS NULL",
	[Q_ACKNOWLEDGE] = "UPDATE alert SET acknowledged = ?2, acknowledged_by = ?3 "
	    "WHERE id = ?1 AND cleared IS NULL AND acknowledged IS NULL",
	[Q_ALERT_GET] = ALERT "WHERE id = ?1",
	[Q_ACTIVE_OF] = ALERT "WHERE rule = ?1 AND cleared IS NULL",
	[Q_ALL] = ALERT "WHERE " PAGE,
	[Q_ACTIVE] = ALERT "WHERE cleared IS NULL AND " PAGE,
	[Q_PAST] = ALERT "WHERE cleared IS NOT NULL AND " PAGE,
	[Q_HOLD_PUT] = "INSERT INTO alert_hold (rule, due, cause) SELECT row, ?2, ?3 FROM alert_rule WHERE row = ?1 "
	    "ON CONFLICT (rule) DO UPDATE SET due = excluded.due, cause = excluded.cause",
	[Q_HOLD_DELETE] = "DELETE FROM alert_hold WHERE rule = ?1",
	[Q_HOLD_GET] = "SELECT rule, due, cause FROM alert_hold WHERE rule = ?1",
};

const struct db_table store_alert_table = { STORE_ALERT, "alert", sql, Q__MAX };

/* ---- rules ---- */

static void
read_rule(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct alert_row *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->name = store_text(s, 2, a);
	out->enabled = db_int(s, 3) != 0;
	out->severity = store_text(s, 4, a);
	out->config = store_text(s, 5, a);
	out->revision = db_int(s, 6);
	out->created = db_int(s, 7);
	out->updated = db_int(s, 8);
	out->problem = store_text(s, 9, a);
	out->problem_since = db_int(s, 10);
}

enum rc
store_alert_rule_get(struct db *db, const char *id, struct mem_arena *a, struct alert_row *out)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_GET);

	db_bind_text(s, 1, id);
	return store_one(s, read_rule, a, out);
}

enum rc
store_alert_rule_list(struct db *db, const char *after, int limit, struct mem_arena *a, struct alert_row **rows,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_LIST);

	db_bind_text(s, 1, after != NULL ? after : "");
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	return store_all(s, read_rule, sizeof(**rows), a, rows, n);
}

enum rc
store_alert_rule_each(struct db *db, bool (*fn)(const struct alert_row *r, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_EACH);
	struct alert_row r;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		read_rule(s, NULL, &r);
		if (!fn(&r, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_alert_rule_insert(struct tx *tx, struct alert_row *r)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_INSERT);

	db_bind_text(s, 1, r->id);
	db_bind_text(s, 2, r->name);
	db_bind_int(s, 3, r->enabled);
	db_bind_text(s, 4, r->severity);
	db_bind_text(s, 5, r->config);
	db_bind_int(s, 6, r->created);
	db_bind_int(s, 7, r->updated);
	return store_insert(tx->db, s, &r->row);
}

enum rc
store_alert_rule_update(struct tx *tx, const struct alert_row *r)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_UPDATE);

	db_bind_int(s, 1, r->row);
	db_bind_text(s, 2, r->name);
	db_bind_int(s, 3, r->enabled);
	db_bind_text(s, 4, r->severity);
	db_bind_text(s, 5, r->config);
	db_bind_int(s, 6, r->updated);
	return store_run_row(tx->db, s);
}

enum rc
store_alert_rule_problem(struct tx *tx, int64_t row, const char *problem)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_PROBLEM);

	db_bind_int(s, 1, row);
	db_bind_text(s, 2, problem);
	if (problem != NULL)
		db_bind_int(s, 3, tx->now_ms);
	else
		db_bind_null(s, 3);
	return store_run_row(tx->db, s);
}

enum rc
store_alert_rule_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_alert_table, Q_DELETE, row);
}

/* ---- alerts ---- */

static void
read_alert(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct alert *out = row;

	out->id = db_int(s, 0);
	out->rule = db_int(s, 1);
	out->rule_id = store_text(s, 2, a);
	out->name = store_text(s, 3, a);
	out->severity = store_text(s, 4, a);
	out->message = store_text(s, 5, a);
	out->seen = store_text(s, 6, a);
	out->raised = db_int(s, 7);
	out->cleared = db_int(s, 8);
	out->reason = store_text(s, 9, a);
	out->acknowledged = db_int(s, 10);
	out->acknowledged_by = store_text(s, 11, a);
	out->told = db_int(s, 12);
	out->repeats = db_int(s, 13);
	out->event = db_int(s, 14);
}

enum rc
store_alert_insert(struct tx *tx, struct alert *al)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_ALERT_INSERT);
	enum rc rc;

	db_bind_int(s, 1, al->rule);
	db_bind_text(s, 2, al->message);
	db_bind_text(s, 3, al->seen);
	db_bind_int(s, 4, al->raised);
	db_bind_int(s, 5, al->event);
	if ((rc = store_run_row(tx->db, s)) == RC_OK)
		al->id = db_last_id(tx->db);
	return rc;
}

enum rc
store_alert_update(struct tx *tx, const struct alert *al)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_ALERT_UPDATE);

	db_bind_int(s, 1, al->id);
	db_bind_text(s, 2, al->message);
	db_bind_text(s, 3, al->seen);
	store_bind_key(s, 4, al->cleared);
	db_bind_text(s, 5, al->reason);
	db_bind_int(s, 6, al->told);
	db_bind_int(s, 7, al->repeats);
	return store_run_row(tx->db, s);
}

enum rc
store_alert_acknowledge(struct tx *tx, int64_t id, const char *by)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_ACKNOWLEDGE);

	db_bind_int(s, 1, id);
	db_bind_int(s, 2, tx->now_ms);
	db_bind_text(s, 3, by);
	return store_run_row(tx->db, s);
}

enum rc
store_alert_get(struct db *db, int64_t id, struct mem_arena *a, struct alert *out)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_ALERT_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_alert, a, out);
}

enum rc
store_alert_active_of(struct db *db, int64_t rule, struct mem_arena *a, struct alert *out)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_ACTIVE_OF);

	db_bind_int(s, 1, rule);
	return store_one(s, read_alert, a, out);
}

enum rc
store_alert_list(struct db *db, enum store_alert_which which, int64_t before, int limit, struct mem_arena *a,
    struct alert **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_ALL + (int)which);

	db_bind_int(s, 1, before > 0 ? before : INT64_MAX);
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	return store_all(s, read_alert, sizeof(**rows), a, rows, n);
}

/* ---- waiting ---- */

enum rc
store_alert_hold_put(struct tx *tx, const struct alert_hold *h)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_HOLD_PUT);

	db_bind_int(s, 1, h->rule);
	db_bind_int(s, 2, h->due);
	store_bind_key(s, 3, h->cause);
	return db_run(s);
}

enum rc
store_alert_hold_delete(struct tx *tx, int64_t rule)
{
	struct db_stmt *s = db_query(tx->db, &store_alert_table, Q_HOLD_DELETE);

	db_bind_int(s, 1, rule);
	return db_run(s);
}

static void
read_hold(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct alert_hold *out = row;

	(void)a;
	out->rule = db_int(s, 0);
	out->due = db_int(s, 1);
	out->cause = db_int(s, 2);
}

enum rc
store_alert_hold_get(struct db *db, int64_t rule, struct alert_hold *out)
{
	struct db_stmt *s = db_query(db, &store_alert_table, Q_HOLD_GET);

	db_bind_int(s, 1, rule);
	return store_one(s, read_hold, NULL, out);
}
