/* SPDX-License-Identifier: ISC
 *
 * Statements of calendars.
 */
#include "shared/store/store_calendar.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_LIST, Q_NEXT, Q_SOONEST, Q_INSERT, Q_UPDATE, Q_DELETE, Q_TEXT, Q_PUT_TEXT, Q_EVENT_PUT, Q_EVENT_DELETE,
	Q_EVENT_ALL, Q_EVENT_LIST, Q_STARTS_AT, Q_ENDS_AT, Q_STARTS_AFTER, Q_ENDS_AFTER, Q_GOING_ON, Q_COMING, Q__MAX };

#define CALENDAR "SELECT c.row, c.id, c.unique_id, c.name, c.sealed, c.etag, c.modified, c.due, c.fetched, c.spread, " \
	"c.failures, c.error, (SELECT count(*) FROM calendar_event e WHERE e.calendar = c.row), c.created, c.updated " \
	"FROM calendar c "
#define EVENT "SELECT e.uid, e.instance, e.start, e.finish, e.all_day, e.summary, e.description, e.location " \
	"FROM calendar_event e "
#define OF_ID "JOIN calendar c ON c.row = e.calendar WHERE c.id = ?1 "
#define AFTER(column) "SELECT min(e." column ") FROM calendar_event e " OF_ID "AND e." column " > ?2"

static const char *const sql[Q__MAX] = {
	[Q_GET] = CALENDAR "WHERE c.id = ?1",
	[Q_LIST] = CALENDAR "ORDER BY c.id",
	[Q_NEXT] = CALENDAR "WHERE c.due <= ?1 ORDER BY c.due LIMIT 1",
	[Q_SOONEST] = "SELECT min(due) FROM calendar",
	[Q_INSERT] = "INSERT INTO calendar (id, name, sealed, etag, modified, due, fetched, spread, failures, error, "
	    "updated, unique_id, created) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
	[Q_UPDATE] = "UPDATE calendar SET id = ?2, name = ?3, sealed = ?4, etag = ?5, modified = ?6, due = ?7, "
	    "fetched = ?8, spread = ?9, failures = ?10, error = ?11, updated = ?12 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM calendar WHERE row = ?1",
	[Q_TEXT] = "SELECT text FROM calendar_text WHERE calendar = ?1",
	[Q_PUT_TEXT] = "INSERT INTO calendar_text (calendar, text) VALUES (?1, ?2) "
	    "ON CONFLICT (calendar) DO UPDATE SET text = excluded.text",
	[Q_EVENT_PUT] = "INSERT INTO calendar_event (calendar, uid, instance, start, finish, all_day, summary, "
	    "description, location) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
	    "ON CONFLICT (calendar, uid, instance) DO UPDATE SET start = excluded.start, finish = excluded.finish, "
	    "all_day = excluded.all_day, summary = excluded.summary, description = excluded.description, "
	    "location = excluded.location",
	[Q_EVENT_DELETE] = "DELETE FROM calendar_event WHERE calendar = ?1 AND uid = ?2 AND instance = ?3",
	[Q_EVENT_ALL] = EVENT "WHERE e.calendar = ?1 ORDER BY e.uid, e.instance",
	[Q_EVENT_LIST] = EVENT OF_ID "AND (e.finish > ?2 OR e.start >= ?2) AND e.start < ?3 "
	    "ORDER BY e.start, e.finish, e.uid LIMIT ?4",
	[Q_STARTS_AT] = EVENT OF_ID "AND e.start = ?2 ORDER BY e.uid, e.instance",
	[Q_ENDS_AT] = EVENT OF_ID "AND e.finish = ?2 ORDER BY e.uid, e.instance",
	[Q_STARTS_AFTER] = AFTER("start"),
	[Q_ENDS_AFTER] = AFTER("finish"),
	[Q_GOING_ON] = EVENT OF_ID "AND e.start <= ?2 AND e.finish > ?2 ORDER BY e.start, e.finish, e.uid LIMIT 1",
	[Q_COMING] = EVENT OF_ID "AND e.start > ?2 ORDER BY e.start, e.finish, e.uid LIMIT 1",
};

const struct db_table store_calendar_table = { STORE_CALENDAR, "calendar", sql, Q__MAX };

/* ---- calendars ---- */

static void
read_calendar(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct calendar *out = row;

	out->row = db_int(s, 0);
	out->id = store_text(s, 1, a);
	out->unique_id = store_text(s, 2, a);
	out->name = store_text(s, 3, a);
	out->sealed = store_text(s, 4, a);
	out->etag = store_text(s, 5, a);
	out->modified = store_text(s, 6, a);
	out->due = db_int(s, 7);
	out->fetched = db_int(s, 8);
	out->spread = db_int(s, 9);
	out->failures = db_int(s, 10);
	out->error = store_text(s, 11, a);
	out->events = db_int(s, 12);
	out->created = db_int(s, 13);
	out->updated = db_int(s, 14);
}

enum rc
store_calendar_get(struct db *db, const char *id, struct mem_arena *a, struct calendar *out)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, Q_GET);

	db_bind_text(s, 1, id);
	return store_one(s, read_calendar, a, out);
}

enum rc
store_calendar_list(struct db *db, struct mem_arena *a, struct calendar **rows, size_t *n)
{
	return store_all(db_query(db, &store_calendar_table, Q_LIST), read_calendar, sizeof(**rows), a, rows, n);
}

enum rc
store_calendar_next(struct db *db, int64_t now_ms, struct mem_arena *a, struct calendar *out)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, Q_NEXT);

	db_bind_int(s, 1, now_ms);
	return store_one(s, read_calendar, a, out);
}

/* The one number of a row that there always is; INT64_MAX for null. */
static int64_t
least(struct db_stmt *s)
{
	int64_t v = INT64_MAX;

	if (db_step(s) == RC_OK) {
		v = db_is_null(s, 0) ? INT64_MAX : db_int(s, 0);
		db_reset(s);
	}
	return v;
}

int64_t
store_calendar_soonest(struct db *db)
{
	return least(db_query(db, &store_calendar_table, Q_SOONEST));
}

/* What insert and update have in common: parameters 2 to 12. */
static void
bind_calendar(struct db_stmt *s, const struct calendar *c)
{
	db_bind_text(s, 2, c->id);
	db_bind_text(s, 3, c->name);
	db_bind_text(s, 4, c->sealed);
	db_bind_text(s, 5, c->etag);
	db_bind_text(s, 6, c->modified);
	db_bind_int(s, 7, c->due);
	db_bind_int(s, 8, c->fetched);
	db_bind_int(s, 9, c->spread);
	db_bind_int(s, 10, c->failures);
	db_bind_text(s, 11, c->error);
	db_bind_int(s, 12, c->updated);
}

enum rc
store_calendar_insert(struct tx *tx, struct calendar *c)
{
	struct db_stmt *s = db_query(tx->db, &store_calendar_table, Q_INSERT);

	bind_calendar(s, c);
	db_bind_text(s, 13, c->unique_id);
	db_bind_int(s, 14, c->created);
	return store_insert(tx->db, s, &c->row);
}

enum rc
store_calendar_update(struct tx *tx, const struct calendar *c)
{
	struct db_stmt *s = db_query(tx->db, &store_calendar_table, Q_UPDATE);

	db_bind_int(s, 1, c->row);
	bind_calendar(s, c);
	return store_run_row(tx->db, s);
}

enum rc
store_calendar_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_calendar_table, Q_DELETE, row);
}

struct bytes {
	const char	*p;
	size_t		 n;
};

static void
read_bytes(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct bytes *out = row;
	const void *p = db_blob(s, 0, &out->n);

	out->p = mem_bytes(a, p != NULL ? p : "", p != NULL ? out->n : 0);
}

enum rc
store_calendar_text(struct db *db, int64_t row, struct mem_arena *a, const char **text, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, Q_TEXT);
	struct bytes b = { 0 };
	enum rc rc;

	db_bind_int(s, 1, row);
	if ((rc = store_one(s, read_bytes, a, &b)) != RC_OK)
		return rc;
	*text = b.p;
	*n = b.n;
	return RC_OK;
}

enum rc
store_calendar_put_text(struct tx *tx, int64_t row, const char *text, size_t n)
{
	struct db_stmt *s = db_query(tx->db, &store_calendar_table, Q_PUT_TEXT);

	db_bind_int(s, 1, row);
	db_bind_blob(s, 2, text, n);
	return db_run(s);
}

/* ---- appointments ---- */

static void
read_event(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct calendar_event *out = row;

	out->uid = store_text(s, 0, a);
	out->instance = db_int(s, 1);
	out->start = db_int(s, 2);
	out->end = db_int(s, 3);
	out->all_day = db_int(s, 4) != 0;
	out->summary = store_text(s, 5, a);
	out->description = store_text(s, 6, a);
	out->location = store_text(s, 7, a);
}

enum rc
store_calendar_event_put(struct tx *tx, int64_t calendar, const struct calendar_event *e)
{
	struct db_stmt *s = db_query(tx->db, &store_calendar_table, Q_EVENT_PUT);

	db_bind_int(s, 1, calendar);
	db_bind_text(s, 2, e->uid);
	db_bind_int(s, 3, e->instance);
	db_bind_int(s, 4, e->start);
	db_bind_int(s, 5, e->end);
	db_bind_int(s, 6, e->all_day);
	db_bind_text(s, 7, e->summary);
	db_bind_text(s, 8, e->description);
	db_bind_text(s, 9, e->location);
	return db_run(s);
}

enum rc
store_calendar_event_delete(struct tx *tx, int64_t calendar, const char *uid, int64_t instance)
{
	struct db_stmt *s = db_query(tx->db, &store_calendar_table, Q_EVENT_DELETE);

	db_bind_int(s, 1, calendar);
	db_bind_text(s, 2, uid);
	db_bind_int(s, 3, instance);
	return db_run(s);
}

enum rc
store_calendar_event_all(struct db *db, int64_t calendar, struct mem_arena *a, struct calendar_event **rows,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, Q_EVENT_ALL);

	db_bind_int(s, 1, calendar);
	return store_all(s, read_event, sizeof(**rows), a, rows, n);
}

enum rc
store_calendar_event_list(struct db *db, const char *calendar_id, int64_t from, int64_t to, int limit,
    struct mem_arena *a, struct calendar_event **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, Q_EVENT_LIST);

	db_bind_text(s, 1, calendar_id);
	db_bind_int(s, 2, from);
	db_bind_int(s, 3, to);
	db_bind_int(s, 4, limit > 0 ? limit : -1);
	return store_all(s, read_event, sizeof(**rows), a, rows, n);
}

static struct db_stmt *
of_moment(struct db *db, int q, const char *calendar_id, int64_t at)
{
	struct db_stmt *s = db_query(db, &store_calendar_table, q);

	db_bind_text(s, 1, calendar_id);
	db_bind_int(s, 2, at);
	return s;
}

enum rc
store_calendar_event_at(struct db *db, const char *calendar_id, bool ends, int64_t at, struct mem_arena *a,
    struct calendar_event **rows, size_t *n)
{
	return store_all(of_moment(db, ends ? Q_ENDS_AT : Q_STARTS_AT, calendar_id, at), read_event, sizeof(**rows), a,
	    rows, n);
}

int64_t
store_calendar_event_after(struct db *db, const char *calendar_id, bool ends, int64_t after)
{
	return least(of_moment(db, ends ? Q_ENDS_AFTER : Q_STARTS_AFTER, calendar_id, after));
}

enum rc
store_calendar_event_now(struct db *db, const char *calendar_id, int64_t at, struct mem_arena *a,
    struct calendar_event *out)
{
	enum rc rc = store_one(of_moment(db, Q_GOING_ON, calendar_id, at), read_event, a, out);

	return rc != RC_NOT_FOUND ? rc : store_one(of_moment(db, Q_COMING, calendar_id, at), read_event, a, out);
}
