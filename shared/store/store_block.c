/* SPDX-License-Identifier: ISC
 *
 * Statements of the event log's blocks. The entities of a block are their rows in ascending order, each
 * as a varint of its distance from the one before.
 */
#include "shared/store/store_block.h"

#include <stdlib.h>

#include "shared/base/varint.h"
#include "shared/store/store_int.h"

enum { Q_LAST, Q_EVENTS, Q_ABSORB, Q_SHRINK, Q_PUT, Q_FORGET, Q_NEXT, Q_UP, Q_DOWN, Q__MAX };

/* Blocks do not overlap: at most one reaches beyond the upper end. */
#define BLOCKS "SELECT first, last, entities FROM event_block WHERE last > ?1 AND last <= COALESCE(" \
	"(SELECT MIN(last) FROM event_block WHERE last >= ?2 - 1), ?2) AND first < ?2 ORDER BY last "

static const char *const sql[Q__MAX] = {
	[Q_LAST] = "SELECT COALESCE(MAX(last), 0) FROM event_block",
	[Q_EVENTS] = "SELECT id, entity FROM event WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
	[Q_ABSORB] = "DELETE FROM event_block WHERE last > ?1 AND last <= ?2",
	[Q_SHRINK] = "UPDATE event_block SET first = ?1 + 1 "
	    "WHERE last = (SELECT MIN(last) FROM event_block WHERE last > ?1) AND first <= ?1",
	[Q_PUT] = "INSERT INTO event_block (last, first, entities) VALUES (?1, ?2, ?3)",
	[Q_FORGET] = "DELETE FROM event_block WHERE last < ?1",
	[Q_NEXT] = "SELECT first, last FROM event_block WHERE last > ?1 ORDER BY last LIMIT 1",
	[Q_UP] = BLOCKS,
	[Q_DOWN] = BLOCKS "DESC",
};

const struct db_table store_block_table = { STORE_BLOCK, "block", sql, Q__MAX };

int64_t
store_block_last(struct db *db)
{
	struct db_stmt *s = db_query(db, &store_block_table, Q_LAST);
	int64_t last = 0;

	if (db_step(s) == RC_OK) {
		last = db_int(s, 0);
		db_reset(s);
	}
	return last;
}

struct block {
	int64_t	 last;
	int64_t	 entities[STORE_BLOCK_EVENTS];
	size_t	 n;
	int	 events;
};

static enum rc
read_events(struct db *db, int64_t since, int64_t upto, struct block *b)
{
	struct db_stmt *s = db_query(db, &store_block_table, Q_EVENTS);
	enum rc rc;

	db_bind_int(s, 1, since);
	db_bind_int(s, 2, upto);
	db_bind_int(s, 3, STORE_BLOCK_EVENTS);
	while ((rc = db_step(s)) == RC_OK) {
		b->last = db_int(s, 0);
		b->events++;
		if (!db_is_null(s, 1))
			b->entities[b->n++] = db_int(s, 1);
	}
	return store_end(s, rc);
}

static int
by_row(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
put_entities(struct block *b, struct buf *out)
{
	int64_t last = 0;
	size_t i;

	if (b->n > 1)
		qsort(b->entities, b->n, sizeof(b->entities[0]), by_row);
	for (i = 0; i < b->n; i++)
		if (b->entities[i] != last) {
			varint_put(out, (uint64_t)(b->entities[i] - last));
			last = b->entities[i];
		}
}

static enum rc
put_block(struct tx *tx, int64_t since, struct block *b)
{
	struct buf entities = { 0 };
	struct db_stmt *s;
	enum rc rc;

	if ((rc = store_run_two(tx->db, &store_block_table, Q_ABSORB, since, b->last)) != RC_OK ||
	    (rc = store_run_two(tx->db, &store_block_table, Q_SHRINK, b->last, 0)) != RC_OK)
		return rc;
	put_entities(b, &entities);
	s = db_query(tx->db, &store_block_table, Q_PUT);
	db_bind_int(s, 1, b->last);
	db_bind_int(s, 2, since + 1);
	db_bind_blob(s, 3, buf_str(&entities), entities.len);
	rc = db_run(s);
	buf_free(&entities);
	return rc;
}

enum rc
store_block_build(struct tx *tx, int64_t since, int64_t upto, bool rest, int64_t *last)
{
	struct block b = { .last = since };
	bool full;
	enum rc rc;

	if (since >= upto)
		return RC_NOT_FOUND;
	if ((rc = read_events(tx->db, since, upto, &b)) != RC_OK)
		return rc;
	full = b.events == STORE_BLOCK_EVENTS;
	if (!full && !rest)
		return RC_NOT_FOUND;
	if (!full)
		b.last = upto;
	if ((rc = put_block(tx, since, &b)) != RC_OK || !full)
		return rc != RC_OK ? rc : RC_NOT_FOUND;
	*last = b.last;
	return RC_OK;
}

enum rc
store_block_refresh(struct tx *tx, int64_t since, int64_t before)
{
	struct block b;
	struct db_stmt *s;
	int64_t first;
	enum rc rc;

	for (;;) {
		s = db_query(tx->db, &store_block_table, Q_NEXT);
		db_bind_int(s, 1, since);
		if ((rc = db_step(s)) != RC_OK)
			return store_end(s, rc);
		first = db_int(s, 0);
		since = db_int(s, 1);
		db_reset(s);
		if (first >= before)
			return RC_OK;
		b = (struct block){ 0 };
		if ((rc = read_events(tx->db, first - 1, since, &b)) != RC_OK)
			return rc;
		b.last = since;
		if ((rc = put_block(tx, first - 1, &b)) != RC_OK)
			return rc;
	}
}

enum rc
store_block_forget(struct tx *tx, int64_t end)
{
	return store_run_two(tx->db, &store_block_table, Q_FORGET, end, 0);
}

/* A list that is damaged speaks of nothing: the block is read. */
static bool
may_hold(struct db_stmt *s, int64_t entity)
{
	size_t len, at = 0;
	const unsigned char *p = db_blob(s, 2, &len);
	int64_t row = 0;
	uint64_t v;

	while (at < len && row < entity) {
		if (!varint_get(p, len, &at, &v))
			return true;
		row = (int64_t)((uint64_t)row + v);
	}
	return row == entity;
}

/* What is left of the walk: low < id < high. */
struct rest {
	const struct store_block_walk	*w;
	int64_t				 low, high;
};

/* The part of what is left within since < id < before; false: stop. */
static bool
visit(const struct rest *r, int64_t since, int64_t before)
{
	if (since < r->low)
		since = r->low;
	if (before > r->high)
		before = r->high;
	return before - 1 <= since || r->w->fn(since, before, r->w->arg);
}

/* First what lies between the block before and this one, then this one. */
static bool
visit_block(struct rest *r, struct db_stmt *s)
{
	int64_t first = db_int(s, 0), last = db_int(s, 1);
	bool down = r->w->newest_first;
	bool on = down ? visit(r, last, r->high) : visit(r, r->low, first);

	if (on && may_hold(s, r->w->entity))
		on = visit(r, first - 1, last + 1);
	if (down && first - 1 < r->high)
		r->high = first;
	else if (!down && last > r->low)
		r->low = last;
	return on;
}

enum rc
store_block_walk(struct db *db, const struct store_block_walk *w)
{
	struct db_stmt *s = db_query(db, &store_block_table, w->newest_first ? Q_DOWN : Q_UP);
	struct rest r = { w, w->since, w->before };
	enum rc rc;

	db_bind_int(s, 1, w->since);
	db_bind_int(s, 2, w->before);
	while ((rc = db_step(s)) == RC_OK && visit_block(&r, s))
		;
	if (rc == RC_NOT_FOUND)
		visit(&r, r.low, r.high);
	return store_end(s, rc);
}
