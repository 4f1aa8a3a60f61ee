/* SPDX-License-Identifier: ISC
 *
 * Statements of announcements that are not in use.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_refusal.h"

enum { Q_PUT, Q_TRIM, Q_REMOVE, Q_HEARD, Q_MOVE, Q_AT, Q_HELD, Q_LIST, Q__MAX };

#define SELECT "SELECT source, holder, device, reason, time, asked FROM refusal "

static const char *const sql[Q__MAX] = {
	[Q_PUT] = "INSERT INTO refusal (source, holder, device, reason, time, asked) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (source) DO UPDATE SET holder = ?2, device = ?3, "
	    "reason = ?4, time = ?5, asked = ?6",
	[Q_TRIM] = "DELETE FROM refusal WHERE (SELECT count(*) FROM refusal WHERE (reason IS NULL) = ?1) > ?2 "
	    "AND source = (SELECT source FROM refusal WHERE (reason IS NULL) = ?1 ORDER BY time LIMIT 1)",
	[Q_REMOVE] = "DELETE FROM refusal WHERE source = ?1",
	[Q_HEARD] = "UPDATE refusal SET asked = 0 WHERE holder = ?1 AND asked = 1",
	[Q_MOVE] = "UPDATE refusal SET holder = ?2 WHERE holder = ?1",
	/* '$' follows '#': between ?2 and ?3 is exactly what begins with "topic#". */
	[Q_AT] = SELECT "WHERE source >= ?1 AND source < ?3 AND (source = ?1 OR source >= ?2)",
	[Q_HELD] = SELECT "WHERE holder = ?1",
	[Q_LIST] = SELECT "WHERE reason IS NOT NULL ORDER BY time DESC, source",
};

const struct db_table store_refusal_table = { STORE_REFUSAL, "refusal", sql, Q__MAX };

enum rc
store_refusal_put(struct tx *tx, const struct store_refusal *r)
{
	struct db_stmt *s = db_query(tx->db, &store_refusal_table, Q_PUT);
	enum rc rc;

	db_bind_text(s, 1, r->source);
	db_bind_text(s, 2, r->holder);
	db_bind_text(s, 3, r->device);
	db_bind_text(s, 4, r->reason);
	db_bind_int(s, 5, r->time);
	db_bind_int(s, 6, r->asked);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	s = db_query(tx->db, &store_refusal_table, Q_TRIM);
	db_bind_int(s, 1, r->reason == NULL);
	db_bind_int(s, 2, r->reason == NULL ? STORE_YIELDED_MAX : STORE_REFUSED_MAX);
	return db_run(s);
}

static enum rc
run(struct tx *tx, int query, const char *first, const char *second)
{
	struct db_stmt *s = db_query(tx->db, &store_refusal_table, query);

	db_bind_text(s, 1, first);
	if (second != NULL)
		db_bind_text(s, 2, second);
	return db_run(s);
}

enum rc
store_refusal_remove(struct tx *tx, const char *source)
{
	return run(tx, Q_REMOVE, source, NULL);
}

enum rc
store_refusal_heard(struct tx *tx, const char *holder)
{
	return run(tx, Q_HEARD, holder, NULL);
}

enum rc
store_refusal_move(struct tx *tx, const char *from, const char *to)
{
	return run(tx, Q_MOVE, from, to);
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct store_refusal *out = row;

	*out = (struct store_refusal){ .source = store_text(s, 0, a), .holder = store_text(s, 1, a),
		.device = store_text(s, 2, a), .reason = store_text(s, 3, a), .time = db_int(s, 4),
		.asked = db_int(s, 5) != 0 };
}

enum rc
store_refusal_at(struct db *db, const char *topic, struct mem_arena *a, struct store_refusal **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_refusal_table, Q_AT);

	db_bind_text(s, 1, topic);
	db_bind_text(s, 2, mem_printf(a, "%s#", topic));
	db_bind_text(s, 3, mem_printf(a, "%s$", topic));
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_refusal_held(struct db *db, const char *holder, struct mem_arena *a, struct store_refusal **rows,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_refusal_table, Q_HELD);

	db_bind_text(s, 1, holder);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_refusal_list(struct db *db, struct mem_arena *a, struct store_refusal **rows, size_t *n)
{
	return store_all(db_query(db, &store_refusal_table, Q_LIST), read_row, sizeof(**rows), a, rows, n);
}
