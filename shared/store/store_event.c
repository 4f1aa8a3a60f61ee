/* SPDX-License-Identifier: ISC
 *
 * Statements of the event log.
 */
#include "shared/store/store_block.h"
#include "shared/store/store_event.h"
#include "shared/store/store_int.h"

enum { Q_APPEND, Q_GET, Q_LAST, Q_LAST_OF, Q_SINCE, Q_SINCE_ENTITY, Q_SINCE_KIND, Q_BEFORE, Q_BEFORE_ENTITY,
	Q_BEFORE_KIND, Q_CAUSED, Q_CAUSED_OF, Q__MAX };

#define COLUMNS "SELECT v.id, v.time, v.kind, v.entity, COALESCE(n.entity_id, g.entity_id), v.subject, " \
	"v.cause, v.actor, v.state, v.prior, v.data FROM event v LEFT JOIN entity n ON n.row = v.entity " \
	"LEFT JOIN entity_gone g ON g.row = v.entity AND n.row IS NULL "

static const char *const sql[Q__MAX] = {
	[Q_APPEND] = "INSERT INTO event (time, kind, entity, subject, cause, actor, state, prior, data) "
	    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[Q_GET] = COLUMNS "WHERE v.id = ?1",
	[Q_LAST] = "SELECT COALESCE(MAX(id), 0) FROM event",
	[Q_LAST_OF] = "SELECT COALESCE(MAX(id), 0) FROM event WHERE kind <> 1 AND kind = ?1",
	[Q_SINCE] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND (?5 = 0 OR v.kind = ?5) "
	    "ORDER BY v.id LIMIT ?3",
	[Q_SINCE_ENTITY] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND v.entity = ?4 "
	    "AND (?5 = 0 OR v.kind = ?5) ORDER BY v.id LIMIT ?3",
	[Q_SINCE_KIND] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND v.kind <> 1 AND v.kind = ?5 "
	    "ORDER BY v.id LIMIT ?3",
	[Q_BEFORE] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND (?5 = 0 OR v.kind = ?5) "
	    "ORDER BY v.id DESC LIMIT ?3",
	[Q_BEFORE_ENTITY] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND v.entity = ?4 "
	    "AND (?5 = 0 OR v.kind = ?5) ORDER BY v.id DESC LIMIT ?3",
	[Q_BEFORE_KIND] = COLUMNS "WHERE v.id > ?1 AND v.id < ?2 AND v.kind <> 1 AND v.kind = ?5 "
	    "ORDER BY v.id DESC LIMIT ?3",
	[Q_CAUSED] = "SELECT id, kind FROM event WHERE cause = ?1 ORDER BY id LIMIT ?2",
	[Q_CAUSED_OF] = "SELECT id FROM event WHERE cause = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1",
};

const struct db_table store_event_table = { STORE_EVENT, "event", sql, Q__MAX };

static void
bind_id(struct db_stmt *s, int i, int64_t v)
{
	if (v == 0)
		db_bind_null(s, i);
	else
		db_bind_int(s, i, v);
}

enum rc
store_event_append(struct tx *tx, const struct store_event *e, int64_t *id)
{
	struct db_stmt *s = db_query(tx->db, &store_event_table, Q_APPEND);
	enum rc rc;

	db_bind_int(s, 1, e->time != 0 ? e->time : tx->now_ms);
	db_bind_int(s, 2, e->kind);
	bind_id(s, 3, e->entity);
	db_bind_text(s, 4, e->subject);
	bind_id(s, 5, e->cause);
	db_bind_text(s, 6, e->actor);
	db_bind_text(s, 7, e->state);
	db_bind_text(s, 8, e->prior);
	db_bind_text(s, 9, e->data);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	tx->events++;
	tx->kinds |= STORE_KIND_BIT(e->kind);
	*id = tx->newest = db_last_id(tx->db);
	return RC_OK;
}

/* The row under s; text is the statement's. */
static void
read_row(struct db_stmt *s, struct store_event *e)
{
	e->id = db_int(s, 0);
	e->time = db_int(s, 1);
	e->kind = (int)db_int(s, 2);
	e->entity = db_int(s, 3);
	e->entity_id = db_text(s, 4);
	e->subject = db_text(s, 5);
	e->cause = db_int(s, 6);
	e->actor = db_text(s, 7);
	e->state = db_text(s, 8);
	e->prior = db_text(s, 9);
	e->data = db_text(s, 10);
}

static void
keep_text(struct mem_arena *a, struct store_event *e)
{
	e->entity_id = mem_strdup(a, e->entity_id);
	e->subject = mem_strdup(a, e->subject);
	e->actor = mem_strdup(a, e->actor);
	e->state = mem_strdup(a, e->state);
	e->prior = mem_strdup(a, e->prior);
	e->data = mem_strdup(a, e->data);
}

enum rc
store_event_get(struct db *db, int64_t id, struct mem_arena *a, struct store_event *e)
{
	struct db_stmt *s = db_query(db, &store_event_table, Q_GET);
	enum rc rc;

	db_bind_int(s, 1, id);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	read_row(s, e);
	keep_text(a, e);
	db_reset(s);
	return RC_OK;
}

/* The one number of the one row under s. */
static int64_t
read_id(struct db_stmt *s)
{
	int64_t id = 0;

	if (db_step(s) == RC_OK) {
		id = db_int(s, 0);
		db_reset(s);
	}
	return id;
}

int64_t
store_event_last(struct db *db)
{
	return read_id(db_query(db, &store_event_table, Q_LAST));
}

int64_t
store_event_last_of(struct db *db, int kind)
{
	struct db_stmt *s = db_query(db, &store_event_table, Q_LAST_OF);

	db_bind_int(s, 1, kind);
	return read_id(s);
}

static struct db_stmt *
bind_filter(struct db *db, const struct store_event_filter *f)
{
	int q = f->newest_first ? Q_BEFORE : Q_SINCE;
	struct db_stmt *s;

	if (f->entity != 0)
		q++;
	else if (f->kind > 1)
		q += 2;		/* state changes are most of the log: read it as it lies */
	s = db_query(db, &store_event_table, q);
	db_bind_int(s, 1, f->since);
	db_bind_int(s, 2, f->before > 0 ? f->before : INT64_MAX);
	db_bind_int(s, 3, f->limit);
	if (f->entity != 0)
		db_bind_int(s, 4, f->entity);
	db_bind_int(s, 5, f->kind);
	return s;
}

/* Rows that are being collected; those of one entity part by part. */
struct list {
	struct db		*db;
	struct mem_arena	*a;
	struct store_event_filter f;
	struct store_event	*rows;
	size_t			 n, cap;
	enum rc			 rc;
};

static enum rc
add_rows(struct list *l)
{
	struct db_stmt *s = bind_filter(l->db, &l->f);
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		l->rows = store_grow(l->a, l->rows, l->n, &l->cap, sizeof(*l->rows));
		read_row(s, &l->rows[l->n]);
		keep_text(l->a, &l->rows[l->n++]);
	}
	return store_end(s, rc);
}

static bool
add_part(int64_t since, int64_t before, void *arg)
{
	struct list *l = arg;
	size_t had = l->n;

	l->f.since = since;
	l->f.before = before;
	l->rc = add_rows(l);
	l->f.limit -= (int)(l->n - had);
	return l->rc == RC_OK && l->f.limit > 0;
}

enum rc
store_event_list(struct db *db, const struct store_event_filter *filter, struct mem_arena *a,
    struct store_event **rows, size_t *n)
{
	struct list l = { .db = db, .a = a, .f = *filter };
	struct store_block_walk w = { filter->entity, filter->since,
		filter->before > 0 ? filter->before : INT64_MAX, filter->newest_first, add_part, &l };
	enum rc rc = filter->entity == 0 ? add_rows(&l) : store_block_walk(db, &w);

	if (rc == RC_OK)
		rc = l.rc;
	if (rc != RC_OK)
		return rc;
	*rows = l.rows;
	*n = l.n;
	return RC_OK;
}

enum rc
store_event_each(struct db *db, int64_t since, int limit,
    bool (*fn)(const struct store_event *e, void *arg), void *arg)
{
	struct store_event_filter filter = { .since = since, .limit = limit };
	struct db_stmt *s = bind_filter(db, &filter);
	struct store_event e;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		read_row(s, &e);
		if (!fn(&e, arg)) {
			db_reset(s);
			return RC_OK;
		}
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
store_event_caused(struct db *db, int64_t cause, int limit, struct mem_arena *a, struct store_effect **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_event_table, Q_CAUSED);
	struct store_effect *list = NULL;
	size_t count = 0, cap = 0;
	enum rc rc;

	db_bind_int(s, 1, cause);
	db_bind_int(s, 2, limit);
	while ((rc = db_step(s)) == RC_OK) {
		list = store_grow(a, list, count, &cap, sizeof(*list));
		list[count++] = (struct store_effect){ db_int(s, 0), (int)db_int(s, 1) };
	}
	if ((rc = store_end(s, rc)) != RC_OK)
		return rc;
	*rows = list;
	*n = count;
	return RC_OK;
}

enum rc
store_event_caused_of(struct db *db, int64_t cause, int kind, struct mem_arena *a, struct store_event *e)
{
	struct db_stmt *s = db_query(db, &store_event_table, Q_CAUSED_OF);
	int64_t id = 0;
	enum rc rc;

	db_bind_int(s, 1, cause);
	db_bind_int(s, 2, kind);
	if ((rc = db_step(s)) == RC_OK)
		id = db_int(s, 0);
	db_reset(s);
	return rc == RC_OK ? store_event_get(db, id, a, e) : rc;
}
