/* SPDX-License-Identifier: ISC
 *
 * Statements of revisions.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_revision.h"

enum { Q_INSERT, Q_PRUNE, Q_GET, Q_BELOW, Q_LIST, Q_LIST_KIND, Q_LIST_SUBJECT, Q__MAX };

#define COLUMNS "SELECT id, time, kind, subject, number, change, author, reason, name, members, source, "
#define FULL COLUMNS "snapshot, held FROM revision "
#define LISTED COLUMNS "NULL, NULL FROM revision "

static const char *const sql[Q__MAX] = {
	[Q_INSERT] = "INSERT INTO revision (time, kind, subject, number, change, author, reason, name, "
	    "members, snapshot, held, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
	/* Each addition looks at the oldest few alone: a thing that nobody changes keeps what it has. */
	[Q_PRUNE] = "DELETE FROM revision WHERE id IN (SELECT id FROM revision WHERE kind = ?1 "
	    "AND subject = ?2 ORDER BY number LIMIT 8) AND number <= ?3 AND time < ?4",
	[Q_GET] = FULL "WHERE id = ?1",
	[Q_BELOW] = FULL "WHERE kind = ?1 AND subject = ?2 AND number < ?3 ORDER BY number DESC LIMIT 1",
	[Q_LIST] = LISTED "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
	[Q_LIST_KIND] = LISTED "WHERE id < ?1 AND kind = ?3 ORDER BY id DESC LIMIT ?2",
	[Q_LIST_SUBJECT] = LISTED "WHERE id < ?1 AND kind = ?3 AND subject = ?4 "
	    "ORDER BY number DESC LIMIT ?2",
};

const struct db_table store_revision_table = { STORE_REVISION, "revision", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct revision *out = row;

	out->id = db_int(s, 0);
	out->time = db_int(s, 1);
	out->kind = store_text(s, 2, a);
	out->subject = store_text(s, 3, a);
	out->number = db_int(s, 4);
	out->change = store_text(s, 5, a);
	out->author = store_text(s, 6, a);
	out->reason = store_text(s, 7, a);
	out->name = store_text(s, 8, a);
	out->members = store_text(s, 9, a);
	out->source = db_int(s, 10);
	out->snapshot = store_text(s, 11, a);
	out->held = store_text(s, 12, a);
}

static enum rc
prune(struct tx *tx, const struct revision *r)
{
	struct db_stmt *s = db_query(tx->db, &store_revision_table, Q_PRUNE);

	db_bind_text(s, 1, r->kind);
	db_bind_text(s, 2, r->subject);
	db_bind_int(s, 3, r->number - STORE_REVISION_KEPT);
	db_bind_int(s, 4, r->time - STORE_REVISION_KEPT_MS);
	return db_run(s);
}

enum rc
store_revision_add(struct tx *tx, struct revision *r)
{
	struct db_stmt *s = db_query(tx->db, &store_revision_table, Q_INSERT);
	enum rc rc;

	db_bind_int(s, 1, r->time);
	db_bind_text(s, 2, r->kind);
	db_bind_text(s, 3, r->subject);
	db_bind_int(s, 4, r->number);
	db_bind_text(s, 5, r->change);
	db_bind_text(s, 6, r->author);
	db_bind_text(s, 7, r->reason);
	db_bind_text(s, 8, r->name);
	db_bind_text(s, 9, r->members);
	db_bind_text(s, 10, r->snapshot);
	db_bind_text(s, 11, r->held);
	store_bind_key(s, 12, r->source);
	rc = store_insert(tx->db, s, &r->id);
	return rc == RC_OK ? prune(tx, r) : rc;
}

enum rc
store_revision_get(struct db *db, int64_t id, struct mem_arena *a, struct revision *out)
{
	struct db_stmt *s = db_query(db, &store_revision_table, Q_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_row, a, out);
}

enum rc
store_revision_below(struct db *db, const char *kind, const char *subject, int64_t number,
    struct mem_arena *a, struct revision *out)
{
	struct db_stmt *s = db_query(db, &store_revision_table, Q_BELOW);

	db_bind_text(s, 1, kind);
	db_bind_text(s, 2, subject);
	db_bind_int(s, 3, number);
	return store_one(s, read_row, a, out);
}

enum rc
store_revision_list(struct db *db, const struct store_revision_filter *filter, struct mem_arena *a,
    struct revision **rows, size_t *n)
{
	int q = filter->kind == NULL ? Q_LIST : filter->subject == NULL ? Q_LIST_KIND : Q_LIST_SUBJECT;
	struct db_stmt *s = db_query(db, &store_revision_table, q);

	db_bind_int(s, 1, filter->before > 0 ? filter->before : INT64_MAX);
	db_bind_int(s, 2, filter->limit > 0 ? filter->limit : -1);
	if (q != Q_LIST)
		db_bind_text(s, 3, filter->kind);
	if (q == Q_LIST_SUBJECT)
		db_bind_text(s, 4, filter->subject);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}
