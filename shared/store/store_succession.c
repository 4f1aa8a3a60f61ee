/* SPDX-License-Identifier: ISC
 *
 * Statements of successions.
 */
#include "shared/store/store_block.h"
#include "shared/store/store_int.h"
#include "shared/store/store_succession.h"

enum { Q_ADD, Q_FIRST, Q_PUT, Q_REMOVE, Q_COMMANDS, Q_EVENTS, Q_CHUNKS, Q_BUCKETS, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_ADD] = "INSERT INTO succession (was, heir, event) VALUES (?1, ?2, ?3)",
	[Q_FIRST] = "SELECT was, heir, event, after, moved FROM succession ORDER BY event, was LIMIT 1",
	[Q_PUT] = "UPDATE succession SET after = ?2, moved = ?3 WHERE was = ?1",
	[Q_REMOVE] = "DELETE FROM succession WHERE was = ?1",
	[Q_COMMANDS] = "UPDATE command SET entity = ?2 WHERE entity = ?1",
	/* entity_added, _changed and _removed (shared/domain/event.def) stay where they are */
	[Q_EVENTS] = "UPDATE event SET entity = ?2 WHERE id > ?3 AND id < ?4 AND entity = ?1 "
	    "AND kind NOT IN (6, 7, 8)",
	[Q_CHUNKS] = "UPDATE OR REPLACE history_chunk SET entity = ?2 WHERE entity = ?1 AND start > ?3",
	[Q_BUCKETS] = "UPDATE OR REPLACE history_bucket SET entity = ?2 WHERE (resolution, entity, start) IN "
	    "(SELECT resolution, entity, start FROM history_bucket WHERE resolution IN (300, 3600) "
	    "AND entity = ?1 AND start > ?3 LIMIT ?4)",
};

const struct db_table store_succession_table = { STORE_SUCCESSION, "succession", sql, Q__MAX };

/* Runs q with the two rows and up to two more numbers. */
static enum rc
run(struct tx *tx, int q, int64_t was, int64_t heir, const int64_t *more, int n)
{
	struct db_stmt *s = db_query(tx->db, &store_succession_table, q);
	int i;

	db_bind_int(s, 1, was);
	db_bind_int(s, 2, heir);
	for (i = 0; i < n; i++)
		db_bind_int(s, i + 3, more[i]);
	return db_run(s);
}

enum rc
store_succession_add(struct tx *tx, int64_t was, int64_t heir, int64_t event)
{
	enum rc rc = run(tx, Q_COMMANDS, was, heir, NULL, 0);

	return rc == RC_OK ? run(tx, Q_ADD, was, heir, &event, 1) : rc;
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *out)
{
	struct store_succession *x = out;

	(void)a;
	x->was = db_int(s, 0);
	x->heir = db_int(s, 1);
	x->event = db_int(s, 2);
	x->merged = !db_is_null(s, 3);
	x->after = db_int(s, 3);
	x->moved = db_int(s, 4);
}

enum rc
store_succession_first(struct db *db, struct store_succession *out)
{
	return store_one(db_query(db, &store_succession_table, Q_FIRST), read_row, NULL, out);
}

enum rc
store_succession_put(struct tx *tx, const struct store_succession *x)
{
	struct db_stmt *s = db_query(tx->db, &store_succession_table, Q_PUT);

	db_bind_int(s, 1, x->was);
	if (x->merged)
		db_bind_int(s, 2, x->after);
	db_bind_int(s, 3, x->moved);
	return db_run(s);
}

enum rc
store_succession_remove(struct tx *tx, int64_t was)
{
	struct db_stmt *s = db_query(tx->db, &store_succession_table, Q_REMOVE);

	db_bind_int(s, 1, was);
	return db_run(s);
}

enum rc
store_succession_events(struct tx *tx, const struct store_succession *x, int64_t since, int64_t before)
{
	const int64_t part[] = { since, before };
	enum rc rc = run(tx, Q_EVENTS, x->was, x->heir, part, 2);

	return rc == RC_OK && db_changes(tx->db) > 0 ? store_block_refresh(tx, since, before) : rc;
}

enum rc
store_succession_chunks(struct tx *tx, const struct store_succession *x, int *moved)
{
	enum rc rc = run(tx, Q_CHUNKS, x->was, x->heir, &x->after, 1);

	if (rc == RC_OK)
		*moved = db_changes(tx->db);
	return rc;
}

enum rc
store_succession_buckets(struct tx *tx, const struct store_succession *x, int max, int *moved)
{
	const int64_t part[] = { x->after, max };
	enum rc rc = run(tx, Q_BUCKETS, x->was, x->heir, part, 2);

	if (rc == RC_OK)
		*moved = db_changes(tx->db);
	return rc;
}
