/* SPDX-License-Identifier: ISC
 *
 * Statements of questions.
 */
#include "shared/store/store_question.h"
#include "shared/store/store_int.h"

enum { Q_PUT, Q_GET, Q_LIST, Q_DELETE, Q__MAX };

#define QUESTION "SELECT q.id, q.automation, a.id, a.name, q.trigger, q.due, q.asked FROM question q " \
	"JOIN automation a ON a.row = q.automation "

static const char *const sql[Q__MAX] = {
	[Q_PUT] = "INSERT INTO question (automation, trigger, due, asked) VALUES (?1, ?2, ?3, ?4) "
	    "ON CONFLICT (automation, trigger) DO UPDATE SET due = excluded.due, asked = excluded.asked "
	    "WHERE excluded.due > question.due",
	[Q_GET] = QUESTION "WHERE q.id = ?1",
	[Q_LIST] = QUESTION "ORDER BY q.due, q.id",
	[Q_DELETE] = "DELETE FROM question WHERE id = ?1",
};

const struct db_table store_question_table = { STORE_QUESTION, "question", sql, Q__MAX };

enum rc
store_question_put(struct tx *tx, const struct question *q)
{
	struct db_stmt *s = db_query(tx->db, &store_question_table, Q_PUT);
	enum rc rc;

	db_bind_int(s, 1, q->automation);
	db_bind_int(s, 2, q->trigger);
	db_bind_int(s, 3, q->due);
	db_bind_int(s, 4, q->asked);
	rc = store_run_row(tx->db, s);
	return rc == RC_NOT_FOUND ? RC_EXISTS : rc;
}

static void
read_question(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct question *out = row;

	out->id = db_int(s, 0);
	out->automation = db_int(s, 1);
	out->automation_id = store_text(s, 2, a);
	out->name = store_text(s, 3, a);
	out->trigger = (int)db_int(s, 4);
	out->due = db_int(s, 5);
	out->asked = db_int(s, 6);
}

enum rc
store_question_get(struct db *db, int64_t id, struct mem_arena *a, struct question *out)
{
	struct db_stmt *s = db_query(db, &store_question_table, Q_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_question, a, out);
}

enum rc
store_question_list(struct db *db, struct mem_arena *a, struct question **rows, size_t *n)
{
	return store_all(db_query(db, &store_question_table, Q_LIST), read_question, sizeof(**rows), a, rows, n);
}

enum rc
store_question_delete(struct tx *tx, int64_t id)
{
	return store_delete(tx->db, &store_question_table, Q_DELETE, id);
}
