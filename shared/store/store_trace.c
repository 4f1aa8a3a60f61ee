/* SPDX-License-Identifier: ISC
 *
 * Statements of evaluations.
 */
#include "shared/store/store_trace.h"
#include "shared/store/store_int.h"

enum { Q_INSERT, Q_OF, Q_LIST, Q_GET, Q_FULL, Q_PRUNE, Q__MAX };

#define RUNS "SELECT r.id, 0, r.automation, r.status, r.trigger, r.cause, r.event, r.started, r.ended, r.wake, " \
	"r.reason, r.trace, t.data FROM run r LEFT JOIN trace t ON t.id = r.id AND t.kind = 0 "
#define OTHERS "SELECT t.id, t.kind, t.automation, NULL, 0, t.cause, 0, t.time, t.time, NULL, NULL, NULL, t.data " \
	"FROM trace t "

static const char *const sql[Q__MAX] = {
	/* Runs have their numbers out of the same row of them, and stay longer. */
	[Q_INSERT] = "INSERT INTO trace (id, automation, kind, time, run, cause, data, total) VALUES "
	    "(1 + MAX(COALESCE((SELECT MAX(id) FROM trace), 0), COALESCE((SELECT MAX(id) FROM run), 0)), "
	    "?1, ?2, ?3, ?4, ?5, ?6, "
	    "?7 + COALESCE((SELECT total FROM trace ORDER BY id DESC LIMIT 1), 0))",
	[Q_OF] = "SELECT id, automation, kind, time, run, cause, data FROM trace WHERE id = ?1 "
	    "UNION ALL SELECT id, automation, kind, time, run, cause, data FROM trace WHERE run = ?1 ORDER BY 1",
	[Q_LIST] = RUNS "WHERE r.automation = ?1 AND r.id < ?2 AND r.started >= ?3 AND r.started < ?4 AND ?5 = 1 "
	    "UNION ALL " OTHERS "WHERE t.automation = ?1 AND t.kind > 1 AND t.id < ?2 AND t.time >= ?3 "
	    "AND t.time < ?4 AND ?6 = 1 ORDER BY 1 DESC LIMIT ?7",
	[Q_GET] = RUNS "WHERE r.id = ?1 UNION ALL " OTHERS "WHERE t.id = ?1 AND t.kind > 1 LIMIT 1",
	/* The total of a row counts all that were ever written, itself too. */
	[Q_FULL] = "SELECT o.time FROM (SELECT time, total, total - LENGTH(data) - ?2 AS before FROM trace "
	    "ORDER BY id LIMIT 1) AS o, (SELECT total FROM trace ORDER BY id DESC LIMIT 1) AS n "
	    "WHERE o.before > 0 AND n.total - o.before > ?1",
	[Q_PRUNE] = "DELETE FROM trace WHERE id IN (SELECT id FROM "
	    "(SELECT id, time, total FROM trace ORDER BY id LIMIT ?3) AS oldest WHERE time < ?1 OR "
	    "total <= (SELECT total FROM trace ORDER BY id DESC LIMIT 1) - ?2)",
};

const struct db_table store_trace_table = { STORE_TRACE, "trace", sql, Q__MAX };

enum rc
store_trace_insert(struct tx *tx, struct store_trace *t)
{
	struct db_stmt *s = db_query(tx->db, &store_trace_table, Q_INSERT);

	db_bind_int(s, 1, t->automation);
	db_bind_int(s, 2, t->kind);
	db_bind_int(s, 3, t->time);
	store_bind_key(s, 4, t->run);
	store_bind_key(s, 5, t->cause);
	db_bind_blob(s, 6, t->data, t->len);
	db_bind_int(s, 7, (int64_t)t->len + STORE_TRACE_ROW);
	return store_insert(tx->db, s, &t->id);
}

static const void *
read_blob(struct db_stmt *s, int col, struct mem_arena *a, size_t *len)
{
	const void *p = db_blob(s, col, len);

	return p == NULL ? NULL : mem_bytes(a, p, *len);
}

static void
read_trace(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct store_trace *out = row;

	out->id = db_int(s, 0);
	out->automation = db_int(s, 1);
	out->kind = (enum trace_kind)db_int(s, 2);
	out->time = db_int(s, 3);
	out->run = db_int(s, 4);
	out->cause = db_int(s, 5);
	out->data = read_blob(s, 6, a, &out->len);
}

enum rc
store_trace_of(struct db *db, int64_t id, struct mem_arena *a, struct store_trace **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_trace_table, Q_OF);

	db_bind_int(s, 1, id);
	return store_all(s, read_trace, sizeof(**rows), a, rows, n);
}

static void
read_evaluation(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct evaluation *out = row;

	out->id = db_int(s, 0);
	out->kind = (enum trace_kind)db_int(s, 1);
	out->automation = db_int(s, 2);
	out->status = store_text(s, 3, a);
	out->trigger = (int)db_int(s, 4);
	out->cause = db_int(s, 5);
	out->event = db_int(s, 6);
	out->started = db_int(s, 7);
	out->ended = db_int(s, 8);
	out->wake = db_int(s, 9);
	out->reason = store_text(s, 10, a);
	out->steps = store_text(s, 11, a);
	out->data = read_blob(s, 12, a, &out->len);
}

enum rc
store_evaluation_list(struct db *db, const struct store_evaluation_filter *f, struct mem_arena *a,
    struct evaluation **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_trace_table, Q_LIST);

	db_bind_int(s, 1, f->automation);
	db_bind_int(s, 2, f->before > 0 ? f->before : INT64_MAX);
	db_bind_int(s, 3, f->from);
	db_bind_int(s, 4, f->to > 0 ? f->to : INT64_MAX);
	db_bind_int(s, 5, f->runs);
	db_bind_int(s, 6, f->others);
	db_bind_int(s, 7, f->limit > 0 ? f->limit : -1);
	return store_all(s, read_evaluation, sizeof(**rows), a, rows, n);
}

enum rc
store_evaluation_get(struct db *db, int64_t id, struct mem_arena *a, struct evaluation *out)
{
	struct db_stmt *s = db_query(db, &store_trace_table, Q_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_evaluation, a, out);
}

int64_t
store_trace_full(struct db *db, int64_t bytes)
{
	struct db_stmt *s = db_query(db, &store_trace_table, Q_FULL);
	int64_t time = 0;

	db_bind_int(s, 1, bytes);
	db_bind_int(s, 2, STORE_TRACE_ROW);
	if (db_step(s) == RC_OK)
		time = db_int(s, 0);
	db_reset(s);
	return time;
}

enum rc
store_trace_prune(struct tx *tx, int64_t time, int64_t bytes, int max, int *removed)
{
	struct db_stmt *s = db_query(tx->db, &store_trace_table, Q_PRUNE);
	enum rc rc;

	db_bind_int(s, 1, time);
	db_bind_int(s, 2, bytes);
	db_bind_int(s, 3, max);
	if ((rc = db_run(s)) == RC_OK)
		*removed = db_changes(tx->db);
	return rc;
}
