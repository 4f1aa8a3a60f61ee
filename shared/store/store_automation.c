/* SPDX-License-Identifier: ISC
 *
 * Statements of automations, runs and holds.
 */
#include "shared/store/store_automation.h"
#include "shared/store/store_webhook.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_BY_ROW, Q_LIST, Q_EACH, Q_TAKEN, Q_INSERT, Q_UPDATE, Q_DELETE, Q_GO, Q_CREATED, Q_GONE, Q_COME,
	Q_RUN_STOP, Q_RUN_INSERT, Q_RUN_UPDATE, Q_RUN_GET, Q_RUN_OPEN, Q_RUN_IS_OPEN, Q_RUN_LAST, Q_HOLD_PUT,
	Q_HOLD_DELETE, Q_HOLD_CLEAR, Q_HOLD_EACH, Q__MAX };

#define RULE "SELECT row, id, name, enabled, mode, config, revision, created, updated, " \
	"kind = 'scenario' " \
	"FROM automation "
#define RUN "SELECT r.id, r.automation, a.id, r.status, r.position, r.wake, r.cause, r.event, " \
	"r.trigger, r.started, r.ended, r.reason, a.kind = 'scenario' FROM run r JOIN automation a " \
	"ON a.row = r.automation "

static const char *const sql[Q__MAX] = {
	[Q_GET] = RULE "WHERE id = ?1 AND kind = ?2",
	[Q_BY_ROW] = RULE "WHERE row = ?1",
	[Q_LIST] = RULE "WHERE id > ?1 AND kind = ?3 ORDER BY id LIMIT ?2",
	[Q_EACH] = RULE "ORDER BY row",
	[Q_TAKEN] = "SELECT 1 FROM automation WHERE id = ?1",
	[Q_INSERT] = "INSERT INTO automation (row, id, name, enabled, mode, config, created, updated, kind) VALUES "
	    "((SELECT row FROM automation_gone WHERE id = ?1 AND kind = ?8), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[Q_UPDATE] = "UPDATE automation SET name = ?2, enabled = ?3, mode = ?4, config = ?5, "
	    "updated = ?6, revision = revision + 1 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM automation WHERE row = ?1",
	[Q_GO] = "INSERT INTO automation_gone (row, id, kind, created, gone) "
	    "SELECT row, id, kind, created, ?2 FROM automation WHERE row = ?1",
	[Q_CREATED] = "SELECT created FROM automation_gone WHERE id = ?1 AND kind = ?2",
	[Q_GONE] = "SELECT row, id, created, gone FROM automation_gone WHERE id = ?1 AND kind = 'automation'",
	[Q_COME] = "DELETE FROM automation_gone WHERE row = ?1",
	[Q_RUN_STOP] = "UPDATE run SET status = 'stopped', ended = ?2, wake = NULL, "
	    "reason = '" RUN_RULE_REMOVED "' WHERE automation = ?1 AND status = 'running'",
	[Q_RUN_INSERT] = "INSERT INTO run (id, automation, status, position, wake, cause, event, trigger, "
	    "started, ended, reason) VALUES (?11, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[Q_RUN_UPDATE] = "UPDATE run SET status = ?2, position = ?3, wake = ?4, event = ?5, ended = ?6, "
	    "reason = ?7 WHERE id = ?1",
	[Q_RUN_GET] = RUN "WHERE r.id = ?1",
	[Q_RUN_OPEN] = RUN "WHERE r.status = 'running' ORDER BY r.id",
	[Q_RUN_IS_OPEN] = "SELECT 1 FROM run WHERE automation = ?1 AND status = 'running'",
	[Q_RUN_LAST] = "SELECT started FROM run WHERE automation = ?1 ORDER BY id DESC LIMIT 1",
	[Q_HOLD_PUT] = "INSERT INTO hold (automation, trigger, entity, due, cause) "
	    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (automation, trigger, entity) "
	    "DO UPDATE SET due = excluded.due, cause = excluded.cause",
	[Q_HOLD_DELETE] = "DELETE FROM hold WHERE automation = ?1 AND trigger = ?2 AND entity = ?3",
	[Q_HOLD_CLEAR] = "DELETE FROM hold WHERE automation = ?1",
	[Q_HOLD_EACH] = "SELECT automation, trigger, entity, due, cause FROM hold ORDER BY due",
};

const struct db_table store_automation_table = { STORE_AUTOMATION, "automation", sql, Q__MAX };

static void
read_rule(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct automation *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->name = store_text(s, 2, a);
	out->enabled = db_int(s, 3) != 0;
	out->mode = store_text(s, 4, a);
	out->config = store_text(s, 5, a);
	out->revision = db_int(s, 6);
	out->created = db_int(s, 7);
	out->updated = db_int(s, 8);
	out->scenario = db_int(s, 9) != 0;
	out->gone = 0;
}

static const char *
kind_name(bool scenario)
{
	return scenario ? "scenario" : "automation";
}

static enum rc
get(struct db *db, const char *id, bool scenario, struct mem_arena *a, struct automation *out)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_GET);

	db_bind_text(s, 1, id);
	db_bind_text(s, 2, kind_name(scenario));
	return store_one(s, read_rule, a, out);
}

enum rc
store_automation_get(struct db *db, const char *id, struct mem_arena *a, struct automation *out)
{
	return get(db, id, false, a, out);
}

enum rc
store_automation_get_scenario(struct db *db, const char *id, struct mem_arena *a, struct automation *out)
{
	return get(db, id, true, a, out);
}

enum rc
store_automation_by_row(struct db *db, int64_t row, struct mem_arena *a, struct automation *out)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_BY_ROW);

	db_bind_int(s, 1, row);
	return store_one(s, read_rule, a, out);
}

static enum rc
list(struct db *db, const char *after, int limit, bool scenario, struct mem_arena *a, struct automation **rows,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_LIST);

	db_bind_text(s, 1, after != NULL ? after : "");
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	db_bind_text(s, 3, kind_name(scenario));
	return store_all(s, read_rule, sizeof(**rows), a, rows, n);
}

enum rc
store_automation_list(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct automation **rows, size_t *n)
{
	return list(db, after, limit, false, a, rows, n);
}

enum rc
store_automation_list_scenarios(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct automation **rows, size_t *n)
{
	return list(db, after, limit, true, a, rows, n);
}

enum rc
store_automation_each(struct db *db, bool (*fn)(const struct automation *r, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_EACH);
	struct automation r;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		read_rule(s, NULL, &r);
		if (!fn(&r, arg))
			break;
	}
	return store_end(s, rc);
}

bool
store_automation_id_taken(struct db *db, const char *id)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_TAKEN);

	db_bind_text(s, 1, id);
	return store_any(s);
}

int64_t
store_automation_gone_created(struct db *db, const char *id, bool scenario)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_CREATED);
	int64_t created = 0;

	db_bind_text(s, 1, id);
	db_bind_text(s, 2, kind_name(scenario));
	if (db_step(s) == RC_OK)
		created = db_int(s, 0);
	db_reset(s);
	return created;
}

static void
read_gone(struct db_stmt *s, struct mem_arena *a, void *row)
{
	*(struct automation *)row = (struct automation){ .row = db_int(s, 0), .id = store_text(s, 1, a),
		.created = db_int(s, 2), .gone = db_int(s, 3) };
}

enum rc
store_automation_get_gone(struct db *db, const char *id, struct mem_arena *a, struct automation *out)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_GONE);

	db_bind_text(s, 1, id);
	return store_one(s, read_gone, a, out);
}

/* No engine goes on with what it did when it was removed. */
static enum rc
stop_runs(struct tx *tx, int64_t row)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_RUN_STOP);

	db_bind_int(s, 1, row);
	db_bind_int(s, 2, tx->now_ms);
	return db_run(s);
}

/* An engine that had not heard of the end of a rule may have written another run of it. */
static enum rc
come(struct tx *tx, int64_t row)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_COME);
	enum rc rc;

	db_bind_int(s, 1, row);
	if ((rc = db_run(s)) != RC_OK || db_changes(tx->db) == 0)
		return rc;
	return stop_runs(tx, row);
}

enum rc
store_automation_insert(struct tx *tx, struct automation *r)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_INSERT);
	enum rc rc;

	db_bind_text(s, 1, r->id);
	db_bind_text(s, 2, r->name);
	db_bind_int(s, 3, r->enabled);
	db_bind_text(s, 4, r->mode);
	db_bind_text(s, 5, r->config);
	db_bind_int(s, 6, r->created);
	db_bind_int(s, 7, r->updated);
	db_bind_text(s, 8, kind_name(r->scenario));
	if ((rc = store_insert(tx->db, s, &r->row)) == RC_OK)
		rc = come(tx, r->row);
	return rc == RC_OK ? store_webhook_put(tx, r->row, r->config) : rc;
}

enum rc
store_automation_update(struct tx *tx, const struct automation *r)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_UPDATE);
	enum rc rc;

	db_bind_int(s, 1, r->row);
	db_bind_text(s, 2, r->name);
	db_bind_int(s, 3, r->enabled);
	db_bind_text(s, 4, r->mode);
	db_bind_text(s, 5, r->config);
	db_bind_int(s, 6, r->updated);
	rc = store_run_row(tx->db, s);
	return rc == RC_OK ? store_webhook_put(tx, r->row, r->config) : rc;
}

enum rc
store_automation_delete(struct tx *tx, int64_t row)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_GO);
	enum rc rc;

	db_bind_int(s, 1, row);
	db_bind_int(s, 2, tx->now_ms);
	if ((rc = store_run_row(tx->db, s)) == RC_OK)
		rc = stop_runs(tx, row);
	return rc == RC_OK ? store_delete(tx->db, &store_automation_table, Q_DELETE, row) : rc;
}

static void
read_run(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct run *out = row;

	out->id = db_int(s, 0);
	out->automation = db_int(s, 1);
	out->automation_id = store_text(s, 2, a);
	out->status = store_text(s, 3, a);
	out->position = store_text(s, 4, a);
	out->wake = db_int(s, 5);
	out->cause = db_int(s, 6);
	out->event = db_int(s, 7);
	out->trigger = (int)db_int(s, 8);
	out->started = db_int(s, 9);
	out->ended = db_int(s, 10);
	out->reason = store_text(s, 11, a);
	out->scenario = db_int(s, 12) != 0;
}

enum rc
store_run_insert(struct tx *tx, const struct run *run)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_RUN_INSERT);

	db_bind_int(s, 1, run->automation);
	db_bind_text(s, 2, run->status);
	db_bind_text(s, 3, run->position != NULL ? run->position : "[0]");
	store_bind_key(s, 4, run->wake);
	store_bind_key(s, 5, run->cause);
	db_bind_int(s, 6, run->event);
	db_bind_int(s, 7, run->trigger);
	db_bind_int(s, 8, run->started);
	store_bind_key(s, 9, run->ended);
	db_bind_text(s, 10, run->reason);
	db_bind_int(s, 11, run->id);
	return db_run(s);
}

enum rc
store_run_update(struct tx *tx, const struct run *run)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_RUN_UPDATE);

	db_bind_int(s, 1, run->id);
	db_bind_text(s, 2, run->status);
	db_bind_text(s, 3, run->position != NULL ? run->position : "[0]");
	store_bind_key(s, 4, run->wake);
	db_bind_int(s, 5, run->event);
	store_bind_key(s, 6, run->ended);
	db_bind_text(s, 7, run->reason);
	return store_run_row(tx->db, s);
}

enum rc
store_run_get(struct db *db, int64_t id, struct mem_arena *a, struct run *out)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_RUN_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_run, a, out);
}

bool
store_run_is_open(struct db *db, int64_t automation)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_RUN_IS_OPEN);

	db_bind_int(s, 1, automation);
	return store_any(s);
}

int64_t
store_run_last(struct db *db, int64_t automation)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_RUN_LAST);
	int64_t started = 0;

	db_bind_int(s, 1, automation);
	if (db_step(s) == RC_OK)
		started = db_int(s, 0);
	db_reset(s);
	return started;
}

enum rc
store_run_each_open(struct db *db, bool (*fn)(const struct run *run, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_RUN_OPEN);
	struct run run;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		read_run(s, NULL, &run);
		if (!fn(&run, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_hold_put(struct tx *tx, const struct hold *h)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_HOLD_PUT);

	db_bind_int(s, 1, h->automation);
	db_bind_int(s, 2, h->trigger);
	db_bind_int(s, 3, h->entity);
	db_bind_int(s, 4, h->due);
	store_bind_key(s, 5, h->cause);
	return db_run(s);
}

enum rc
store_hold_delete(struct tx *tx, int64_t automation, int trigger, int64_t entity)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_HOLD_DELETE);

	db_bind_int(s, 1, automation);
	db_bind_int(s, 2, trigger);
	db_bind_int(s, 3, entity);
	return db_run(s);
}

enum rc
store_hold_clear(struct tx *tx, int64_t automation)
{
	struct db_stmt *s = db_query(tx->db, &store_automation_table, Q_HOLD_CLEAR);

	db_bind_int(s, 1, automation);
	return db_run(s);
}

enum rc
store_hold_each(struct db *db, bool (*fn)(const struct hold *h, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_automation_table, Q_HOLD_EACH);
	struct hold h;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		h.automation = db_int(s, 0);
		h.trigger = (int)db_int(s, 1);
		h.entity = db_int(s, 2);
		h.due = db_int(s, 3);
		h.cause = db_int(s, 4);
		if (!fn(&h, arg))
			break;
	}
	return store_end(s, rc);
}
