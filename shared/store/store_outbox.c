/* SPDX-License-Identifier: ISC
 *
 * Statements of the outbox.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_outbox.h"

enum { Q_INSERT, Q_UPDATE, Q_GET, Q_NEXT, Q_SOONEST, Q_LIKE, Q_ON, Q_LIST, Q__MAX };

#define DELIVERY "SELECT id, key, channel, payload, status, attempts, unsure, due, created, done, reason, " \
	"alert, cause, actor, source, target, severity FROM outbox "
#define OPEN "status IN ('waiting', 'sending')"
#define NEXT OPEN " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.id = outbox.behind AND b." OPEN ")"
/* The last one that a delivery to channel ?2 and target ?10 for alert ?6 goes behind. */
#define BEHIND "(SELECT MAX(b.id) FROM outbox b JOIN alert a ON a.id = b.alert WHERE b." OPEN " AND b.channel = ?2 " \
	"AND b.target = ?10 AND a.rule_id = (SELECT rule_id FROM alert WHERE id = ?6))"

static const char *const sql[Q__MAX] = {
	[Q_INSERT] = "INSERT INTO outbox (key, channel, payload, status, due, created, alert, cause, actor, "
	    "source, target, severity, behind) "
	    "VALUES (?1, ?2, ?3, 'waiting', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, " BEHIND ")",
	[Q_UPDATE] = "UPDATE outbox SET status = ?2, attempts = ?3, unsure = ?4, due = ?5, done = ?6, "
	    "reason = ?7 WHERE id = ?1",
	[Q_GET] = DELIVERY "WHERE id = ?1",
	[Q_NEXT] = DELIVERY "WHERE " NEXT " AND due <= ?1 ORDER BY severity DESC, attempts, due",
	[Q_SOONEST] = "SELECT MIN(due) FROM outbox WHERE " NEXT,
	[Q_LIKE] = "SELECT COUNT(*) FROM outbox WHERE " OPEN " AND channel = ?1 AND target = ?2 AND source = ?3 "
	    "AND severity = ?4",
	[Q_ON] = "SELECT COUNT(*) FROM outbox WHERE " OPEN " AND channel = ?1",
	[Q_LIST] = DELIVERY "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
};

const struct db_table store_outbox_table = { STORE_OUTBOX, "outbox", sql, Q__MAX };

static void
read_delivery(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct delivery *out = row;

	out->id = db_int(s, 0);
	out->key = store_text(s, 1, a);
	out->channel = store_text(s, 2, a);
	out->payload = store_text(s, 3, a);
	out->status = store_text(s, 4, a);
	out->attempts = db_int(s, 5);
	out->unsure = db_int(s, 6);
	out->due = db_int(s, 7);
	out->created = db_int(s, 8);
	out->done = db_int(s, 9);
	out->reason = store_text(s, 10, a);
	out->alert = db_int(s, 11);
	out->cause = db_int(s, 12);
	out->actor = store_text(s, 13, a);
	out->source = store_text(s, 14, a);
	out->target = store_text(s, 15, a);
	out->severity = db_int(s, 16);
}

enum rc
store_outbox_insert(struct tx *tx, struct delivery *d)
{
	struct db_stmt *s = db_query(tx->db, &store_outbox_table, Q_INSERT);

	db_bind_text(s, 1, d->key);
	db_bind_text(s, 2, d->channel);
	db_bind_text(s, 3, d->payload);
	db_bind_int(s, 4, d->due);
	db_bind_int(s, 5, d->created);
	store_bind_key(s, 6, d->alert);
	store_bind_key(s, 7, d->cause);
	db_bind_text(s, 8, d->actor);
	db_bind_text(s, 9, d->source);
	db_bind_text(s, 10, d->target);
	db_bind_int(s, 11, d->severity);
	return store_insert(tx->db, s, &d->id);
}

enum rc
store_outbox_update(struct tx *tx, const struct delivery *d)
{
	struct db_stmt *s = db_query(tx->db, &store_outbox_table, Q_UPDATE);

	db_bind_int(s, 1, d->id);
	db_bind_text(s, 2, d->status);
	db_bind_int(s, 3, d->attempts);
	db_bind_int(s, 4, d->unsure);
	db_bind_int(s, 5, d->due);
	store_bind_key(s, 6, d->done);
	db_bind_text(s, 7, d->reason);
	return store_run_row(tx->db, s);
}

enum rc
store_outbox_get(struct db *db, int64_t id, struct mem_arena *a, struct delivery *out)
{
	struct db_stmt *s = db_query(db, &store_outbox_table, Q_GET);

	db_bind_int(s, 1, id);
	return store_one(s, read_delivery, a, out);
}

enum rc
store_outbox_next(struct db *db, int64_t now_ms,
    bool (*wanted)(const char *channel, const char *target, void *arg), void *arg, struct mem_arena *a,
    struct delivery *out)
{
	struct db_stmt *s = db_query(db, &store_outbox_table, Q_NEXT);
	enum rc rc;

	db_bind_int(s, 1, now_ms);
	while ((rc = db_step(s)) == RC_OK)
		if (wanted(store_text(s, 2, NULL), store_text(s, 15, NULL), arg)) {
			read_delivery(s, a, out);
			db_reset(s);
			break;
		}
	return rc;
}

/* What the statement counts. */
static int64_t
number(struct db_stmt *s, int64_t otherwise)
{
	int64_t v = otherwise;

	if (db_step(s) == RC_OK) {
		v = db_is_null(s, 0) ? otherwise : db_int(s, 0);
		db_reset(s);
	}
	return v;
}

int64_t
store_outbox_soonest(struct db *db)
{
	return number(db_query(db, &store_outbox_table, Q_SOONEST), INT64_MAX);
}

int64_t
store_outbox_like(struct db *db, const struct delivery *d)
{
	struct db_stmt *s = db_query(db, &store_outbox_table, Q_LIKE);

	db_bind_text(s, 1, d->channel);
	db_bind_text(s, 2, d->target);
	db_bind_text(s, 3, d->source);
	db_bind_int(s, 4, d->severity);
	return number(s, 0);
}

int64_t
store_outbox_on(struct db *db, const char *channel)
{
	struct db_stmt *s = db_query(db, &store_outbox_table, Q_ON);

	db_bind_text(s, 1, channel);
	return number(s, 0);
}

enum rc
store_outbox_list(struct db *db, int64_t before, int limit, struct mem_arena *a, struct delivery **rows,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_outbox_table, Q_LIST);

	db_bind_int(s, 1, before > 0 ? before : INT64_MAX);
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	return store_all(s, read_delivery, sizeof(**rows), a, rows, n);
}
