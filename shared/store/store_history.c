/* SPDX-License-Identifier: ISC
 *
 * Statements of history.
 */
#include "shared/store/store_block.h"
#include "shared/store/store_history.h"
#include "shared/store/store_int.h"

enum { Q_EVENTS, Q_EVENTS_ENTITY, Q_OPEN, Q_PUT_OPEN, Q_ADD, Q_CHUNKS, Q_BEGINS,
	Q_ACTIVE, Q_PUT_BUCKET, Q_BUCKETS, Q_BUCKET_BEFORE, Q_PRUNE, Q_NEXT_ENTITY, Q_FORGET_CHUNK,
	Q_FORGET_BUCKET, Q_FORGET_OPEN, Q_ORPHAN, Q__MAX };

/* kind 1 is state_changed (shared/domain/event.def). */
static const char *const sql[Q__MAX] = {
	[Q_EVENTS] = "SELECT id, entity, time, state FROM event WHERE id > ?1 AND id <= ?2 AND kind = 1 "
	    "AND entity IS NOT NULL ORDER BY id",
	[Q_EVENTS_ENTITY] = "SELECT id, entity, time, state FROM event WHERE id > ?1 AND id <= ?2 "
	    "AND entity = ?3 AND kind = 1 ORDER BY id",
	[Q_OPEN] = "SELECT entity, event, start, finish, n, data FROM history_open WHERE entity = ?1",
	[Q_PUT_OPEN] = "INSERT INTO history_open (entity, event, start, finish, n, data) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (entity) DO UPDATE SET event = excluded.event, "
	    "start = excluded.start, finish = excluded.finish, n = excluded.n, data = excluded.data",
	[Q_ADD] = "INSERT INTO history_chunk (entity, start, finish, n, data) VALUES (?1, ?2, ?3, ?4, ?5) "
	    "ON CONFLICT DO NOTHING",
	[Q_CHUNKS] = "SELECT entity, 0, start, finish, n, data FROM history_chunk WHERE entity = ?1 "
	    "AND start >= COALESCE((SELECT MAX(start) FROM history_chunk WHERE entity = ?1 "
	    "AND start <= ?2), ?2) AND start < ?3 ORDER BY start",
	[Q_BEGINS] = "SELECT MIN(COALESCE((SELECT MIN(c.start) FROM history_chunk c WHERE c.entity = o.entity), "
	    "o.start)), (SELECT e.time FROM event e ORDER BY e.id LIMIT 1) FROM history_open o",
	[Q_ACTIVE] = "SELECT entity FROM history_open WHERE entity > ?1 AND finish >= ?2 "
	    "ORDER BY entity LIMIT ?3",
	[Q_PUT_BUCKET] = "INSERT INTO history_bucket (resolution, entity, start, n, min, mean, max, last, "
	    "durations) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (resolution, entity, start) "
	    "DO UPDATE SET n = excluded.n, min = excluded.min, mean = excluded.mean, max = excluded.max, "
	    "last = excluded.last, durations = excluded.durations",
	[Q_BUCKETS] = "SELECT resolution, entity, start, n, min, mean, max, last, durations "
	    "FROM history_bucket WHERE resolution = ?1 AND entity = ?2 AND start >= ?3 AND start < ?4 "
	    "ORDER BY start",
	[Q_BUCKET_BEFORE] = "SELECT resolution, entity, start, n, min, mean, max, last, durations "
	    "FROM history_bucket WHERE resolution = ?1 AND entity = ?2 AND start < ?3 "
	    "ORDER BY start DESC LIMIT 1",
	[Q_PRUNE] = "DELETE FROM history_chunk WHERE entity = ?1 AND start IN (SELECT start "
	    "FROM history_chunk WHERE entity = ?1 AND start < (SELECT MAX(start) FROM history_chunk "
	    "WHERE entity = ?1 AND start <= ?2) ORDER BY start LIMIT ?3)",
	[Q_NEXT_ENTITY] = "SELECT MIN(entity) FROM history_chunk WHERE entity > ?1",
	[Q_FORGET_CHUNK] = "DELETE FROM history_chunk WHERE entity = ?1 AND start IN "
	    "(SELECT start FROM history_chunk WHERE entity = ?1 LIMIT ?2)",
	[Q_FORGET_BUCKET] = "DELETE FROM history_bucket WHERE (resolution, entity, start) IN "
	    "(SELECT resolution, entity, start FROM history_bucket WHERE resolution IN (300, 3600) "
	    "AND entity = ?1 LIMIT ?2)",
	[Q_FORGET_OPEN] = "DELETE FROM history_open WHERE entity = ?1",
	[Q_ORPHAN] = "SELECT MIN(h.entity) FROM history_open h WHERE h.entity > ?1 "
	    "AND NOT EXISTS (SELECT 1 FROM entity e WHERE e.row = h.entity) "
	    "AND NOT EXISTS (SELECT 1 FROM succession x WHERE h.entity IN (x.was, x.heir))",
};

const struct db_table store_history_table = { STORE_HISTORY, "history", sql, Q__MAX };

/* A part of the log that is being read. */
struct reading {
	struct db	*db;
	int64_t		 entity;	/* row, 0: all */
	bool		 (*fn)(const struct store_history_event *e, void *arg);
	void		*arg;
	enum rc		 rc;
};

/* since < id < before; false: stop. */
static bool
read_part(int64_t since, int64_t before, void *arg)
{
	struct reading *r = arg;
	struct store_history_event e;
	struct db_stmt *s;
	bool on = true;
	enum rc rc;

	s = db_query(r->db, &store_history_table, r->entity != 0 ? Q_EVENTS_ENTITY : Q_EVENTS);
	db_bind_int(s, 1, since);
	db_bind_int(s, 2, before - 1);
	if (r->entity != 0)
		db_bind_int(s, 3, r->entity);
	while ((rc = db_step(s)) == RC_OK) {
		e.id = db_int(s, 0);
		e.entity = db_int(s, 1);
		e.time = db_int(s, 2);
		e.state = db_textn(s, 3, &e.len);
		if (!r->fn(&e, r->arg)) {
			on = false;
			break;
		}
	}
	r->rc = store_end(s, rc);
	return on && r->rc == RC_OK;
}

enum rc
store_history_events(struct db *db, int64_t since, int64_t upto, int64_t entity,
    bool (*fn)(const struct store_history_event *e, void *arg), void *arg)
{
	struct reading r = { db, entity, fn, arg, RC_OK };
	struct store_block_walk w = { entity, since, upto < INT64_MAX ? upto + 1 : upto, false, read_part, &r };
	enum rc rc = RC_OK;

	if (entity == 0)
		read_part(w.since, w.before, &r);
	else
		rc = store_block_walk(db, &w);
	return rc != RC_OK ? rc : r.rc;
}

static void
read_chunk(struct db_stmt *s, struct store_history_chunk *c)
{
	c->entity = db_int(s, 0);
	c->event = db_int(s, 1);
	c->start = db_int(s, 2);
	c->finish = db_int(s, 3);
	c->n = db_int(s, 4);
	c->data = db_blob(s, 5, &c->len);
}

enum rc
store_history_open(struct db *db, int64_t entity,
    bool (*fn)(const struct store_history_chunk *c, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_OPEN);
	struct store_history_chunk c;
	enum rc rc;

	db_bind_int(s, 1, entity);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	read_chunk(s, &c);
	fn(&c, arg);
	db_reset(s);
	return RC_OK;
}

enum rc
store_history_put_open(struct tx *tx, const struct store_history_chunk *c)
{
	struct db_stmt *s = db_query(tx->db, &store_history_table, Q_PUT_OPEN);

	db_bind_int(s, 1, c->entity);
	db_bind_int(s, 2, c->event);
	db_bind_int(s, 3, c->start);
	db_bind_int(s, 4, c->finish);
	db_bind_int(s, 5, c->n);
	db_bind_blob(s, 6, c->data, c->len);
	return db_run(s);
}

enum rc
store_history_add(struct tx *tx, const struct store_history_chunk *c)
{
	struct db_stmt *s;
	int64_t start;
	enum rc rc;

	for (start = c->start;; start--) {
		s = db_query(tx->db, &store_history_table, Q_ADD);
		db_bind_int(s, 1, c->entity);
		db_bind_int(s, 2, start);
		db_bind_int(s, 3, c->finish);
		db_bind_int(s, 4, c->n);
		db_bind_blob(s, 5, c->data, c->len);
		rc = db_run(s);
		if (rc != RC_OK || db_changes(tx->db) == 1)
			return rc;
	}
}

enum rc
store_history_chunks(struct db *db, int64_t entity, int64_t from, int64_t to,
    bool (*fn)(const struct store_history_chunk *c, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_CHUNKS);
	struct store_history_chunk c;
	enum rc rc;

	db_bind_int(s, 1, entity);
	db_bind_int(s, 2, from);
	db_bind_int(s, 3, to);
	while ((rc = db_step(s)) == RC_OK) {
		read_chunk(s, &c);
		if (!fn(&c, arg))
			break;
	}
	return store_end(s, rc);
}

int64_t
store_history_begins(struct db *db)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_BEGINS);
	int64_t begins = 0;
	int i;

	if (db_step(s) == RC_OK) {
		for (i = 0; i < 2; i++)
			if (!db_is_null(s, i) && (begins == 0 || db_int(s, i) < begins))
				begins = db_int(s, i);
		db_reset(s);
	}
	return begins;
}

enum rc
store_history_active(struct db *db, int64_t after, int64_t finish, int64_t *rows, size_t max,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_ACTIVE);
	size_t count = 0;
	enum rc rc;

	db_bind_int(s, 1, after);
	db_bind_int(s, 2, finish);
	db_bind_int(s, 3, (int64_t)max);
	while ((rc = db_step(s)) == RC_OK)
		rows[count++] = db_int(s, 0);
	if (rc != RC_NOT_FOUND)
		return rc;
	*n = count;
	return RC_OK;
}

enum rc
store_history_put_bucket(struct tx *tx, const struct store_history_bucket *b)
{
	struct db_stmt *s = db_query(tx->db, &store_history_table, Q_PUT_BUCKET);

	db_bind_int(s, 1, b->resolution);
	db_bind_int(s, 2, b->entity);
	db_bind_int(s, 3, b->start);
	db_bind_int(s, 4, b->n);
	if (b->number) {
		db_bind_real(s, 5, b->min);
		db_bind_real(s, 6, b->mean);
		db_bind_real(s, 7, b->max);
	}
	db_bind_text(s, 8, b->last);
	db_bind_text(s, 9, b->durations);
	return db_run(s);
}

static void
read_bucket(struct db_stmt *s, struct store_history_bucket *b)
{
	b->resolution = (int)db_int(s, 0);
	b->entity = db_int(s, 1);
	b->start = db_int(s, 2);
	b->n = db_int(s, 3);
	b->number = !db_is_null(s, 5);
	b->min = db_real(s, 4);
	b->mean = db_real(s, 5);
	b->max = db_real(s, 6);
	b->last = db_text(s, 7);
	b->durations = db_text(s, 8);
}

enum rc
store_history_buckets(struct db *db, int resolution, int64_t entity, int64_t from, int64_t to,
    bool (*fn)(const struct store_history_bucket *b, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_BUCKETS);
	struct store_history_bucket b;
	enum rc rc;

	db_bind_int(s, 1, resolution);
	db_bind_int(s, 2, entity);
	db_bind_int(s, 3, from);
	db_bind_int(s, 4, to);
	while ((rc = db_step(s)) == RC_OK) {
		read_bucket(s, &b);
		if (!fn(&b, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_history_bucket_before(struct db *db, int resolution, int64_t entity, int64_t before,
    struct mem_arena *a, struct store_history_bucket *out)
{
	struct db_stmt *s = db_query(db, &store_history_table, Q_BUCKET_BEFORE);
	enum rc rc;

	db_bind_int(s, 1, resolution);
	db_bind_int(s, 2, entity);
	db_bind_int(s, 3, before);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	read_bucket(s, out);
	out->last = mem_strdup(a, out->last);
	out->durations = mem_strdup(a, out->durations);
	db_reset(s);
	return RC_OK;
}

enum rc
store_history_prune(struct tx *tx, int64_t entity, int64_t cutoff, int max, int *removed)
{
	struct db_stmt *s = db_query(tx->db, &store_history_table, Q_PRUNE);
	enum rc rc;

	db_bind_int(s, 1, entity);
	db_bind_int(s, 2, cutoff);
	db_bind_int(s, 3, max);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	*removed = db_changes(tx->db);
	return RC_OK;
}

/* The single integer of query q after `after`. RC_NOT_FOUND when it is null. */
static enum rc
next_row(struct db *db, int q, int64_t after, int64_t *entity)
{
	struct db_stmt *s = db_query(db, &store_history_table, q);
	enum rc rc;

	db_bind_int(s, 1, after);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	if (db_is_null(s, 0))
		rc = RC_NOT_FOUND;
	else
		*entity = db_int(s, 0);
	db_reset(s);
	return rc;
}

enum rc
store_history_next_entity(struct db *db, int64_t after, int64_t *entity)
{
	return next_row(db, Q_NEXT_ENTITY, after, entity);
}

enum rc
store_history_orphan(struct db *db, int64_t after, int64_t *entity)
{
	return next_row(db, Q_ORPHAN, after, entity);
}

enum rc
store_history_forget(struct tx *tx, int64_t entity, int max, int *removed)
{
	static const int order[] = { Q_FORGET_CHUNK, Q_FORGET_BUCKET, Q_FORGET_OPEN };
	struct db_stmt *s;
	int count = 0;
	size_t i;
	enum rc rc;

	for (i = 0; i < 3 && count < max; i++) {
		s = db_query(tx->db, &store_history_table, order[i]);
		db_bind_int(s, 1, entity);
		if (order[i] != Q_FORGET_OPEN)
			db_bind_int(s, 2, max - count);
		if ((rc = db_run(s)) != RC_OK)
			return rc;
		count += db_changes(tx->db);
	}
	*removed = count;
	return RC_OK;
}
