/* SPDX-License-Identifier: ISC
 *
 * Statements of entities and their current state.
 */
#include "shared/store/store_entity.h"
#include "shared/store/store_event.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_BY_ROW, Q_ALONE, Q_BY_UNIQUE_ID, Q_LIST, Q_LIST_DOMAIN, Q_LIST_AREA, Q_LIST_DEVICE,
	Q_LIST_ROW, Q_OF_DEVICE, Q_EACH, Q_ANNOUNCED, Q_HOLDER, Q_ORPHANS, Q_TAKEN, Q_INSERT,
	Q_UPDATE, Q_DELETE, Q_PUT_STATE, Q_STATE_SINCE, Q__MAX };

#define COLUMNS_OF(device, area, fresh) "SELECT e.row, e.entity_id, e.adapter, e.component, " \
	"e.domain, e.unique_id, e.device, " device ", e.area, " area ", e.name, " \
	"e.label, e.device_class, e.unit, e.icon, e.category, e.enabled, e.orphaned, e.source, " \
	"e.capabilities, e.hidden, e.aliases, e.own_icon, e.with_device, e.labels, e.created, e.updated, " \
	fresh ", " \
	"s.state, s.attributes, COALESCE(s.available, 0), " \
	"s.last_changed, s.last_updated, s.event"
#define COLUMNS COLUMNS_OF("d.id, COALESCE(d.label, d.name)", "COALESCE(ea.id, da.id)", \
	"f.level, f.every, f.lost")
#define FROM " FROM entity e LEFT JOIN device d ON d.row = e.device " \
	"LEFT JOIN area ea ON ea.row = e.area LEFT JOIN area da ON da.row = d.area " \
	"LEFT JOIN state s ON s.entity = e.row " \
	"LEFT JOIN freshness f ON f.source = COALESCE(e.device, -e.row) "
#define FULL COLUMNS ", e.config" FROM
#define BRIEF COLUMNS ", NULL" FROM
#define ALONE COLUMNS_OF("NULL, NULL", "NULL", "NULL, 0, 0") ", NULL FROM entity e " \
	"LEFT JOIN state s ON s.entity = e.row "

/* A '+' keeps the planner from an index that would cut less. */

/* The filters that a list's own index does not serve: ?3 domain, ?4 area, ?5 disabled too. */
#define AND_DOMAIN "AND (?3 IS NULL OR e.domain = ?3) "
#define AND_AREA "AND (?4 IS NULL OR COALESCE(ea.id, da.id) = ?4) "
#define REST "AND e.enabled >= ?5 ORDER BY e.entity_id LIMIT ?2"
/* STORE_SHOWN, or those of a domain that is asked for. */
#define SHOWN_OR_ASKED "AND (?3 IS NOT NULL OR e.domain NOT IN ('device_automation', 'tag')) "

static const char *const sql[Q__MAX] = {
	[Q_GET] = FULL "WHERE e.entity_id = ?1",
	[Q_BY_ROW] = FULL "WHERE e.row = ?1",
	[Q_ALONE] = ALONE "WHERE e.row = ?1",
	[Q_BY_UNIQUE_ID] = FULL "WHERE e.adapter = ?1 AND e.domain = ?2 AND e.unique_id = ?3",
	[Q_LIST] = BRIEF "WHERE e.entity_id > ?1 " STORE_SHOWN REST,
	[Q_LIST_DOMAIN] = BRIEF "WHERE e.entity_id > max(?1, ?3 || '.') AND e.entity_id < ?3 || '/' " REST,
	[Q_LIST_AREA] = BRIEF "WHERE e.row IN ("
	    "SELECT row FROM entity WHERE area = (SELECT row FROM area WHERE id = ?4) UNION ALL "
	    "SELECT n.row FROM device v JOIN entity n ON n.device = v.row AND +n.area IS NULL "
	    "WHERE v.area = (SELECT row FROM area WHERE id = ?4)) "
	    "AND e.entity_id > ?1 " AND_DOMAIN SHOWN_OR_ASKED REST,
	[Q_LIST_DEVICE] = BRIEF "WHERE e.device = COALESCE(?6, (SELECT row FROM device WHERE id = ?7)) "
	    "AND e.entity_id > ?1 " AND_DOMAIN AND_AREA SHOWN_OR_ASKED REST,
	[Q_LIST_ROW] = BRIEF "WHERE e.device = ?1 AND e.enabled = 1 " STORE_SHOWN "ORDER BY e.entity_id LIMIT ?2",
	[Q_OF_DEVICE] = FULL "WHERE e.device = ?1 ORDER BY e.entity_id",
	/* All of a house at each start: what an engine needs, and no more. */
	[Q_EACH] = "SELECT e.row, e.entity_id, e.component, e.domain, e.device, d.id, e.device_class, e.unit, "
	    "e.capabilities, e.config, s.state, s.attributes, COALESCE(s.available, 0), s.last_changed, "
	    "s.last_updated, s.event FROM entity e LEFT JOIN device d ON d.row = e.device "
	    "LEFT JOIN state s ON s.entity = e.row "
	    "WHERE +e.adapter = ?1 AND e.enabled = 1 AND e.orphaned = 0 ORDER BY e.row",
	[Q_ANNOUNCED] = "SELECT row, domain, unique_id FROM entity WHERE source >= ?1 AND source < ?3 "
	    "AND (source = ?1 OR source >= ?2) AND orphaned = 0",
	[Q_HOLDER] = "SELECT e.entity_id, e.source, COALESCE(d.label, d.name), e.device, e.orphaned FROM entity e "
	    "LEFT JOIN device d ON d.row = e.device WHERE e.adapter = ?1 AND e.domain = ?2 AND e.unique_id = ?3",
	[Q_ORPHANS] = BRIEF "WHERE e.orphaned = 1 AND e.entity_id > ?1 ORDER BY e.entity_id LIMIT ?2",
	[Q_TAKEN] = "SELECT 1 FROM entity WHERE entity_id = ?1",
	[Q_INSERT] = "INSERT INTO entity (entity_id, adapter, component, domain, unique_id, device, "
	    "area, name, label, device_class, unit, icon, category, enabled, orphaned, source, "
	    "config, capabilities, hidden, aliases, own_icon, with_device, updated, labels, created) VALUES "
	    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, "
	    "?20, ?21, ?22, ?23, ?24, ?25)",
	[Q_UPDATE] = "UPDATE entity SET adapter = ?2, component = ?3, domain = ?4, unique_id = ?5, "
	    "device = ?6, area = ?7, name = ?8, label = ?9, device_class = ?10, unit = ?11, "
	    "icon = ?12, category = ?13, enabled = ?14, orphaned = ?15, source = ?16, "
	    "config = ?17, capabilities = ?18, hidden = ?19, aliases = ?20, own_icon = ?21, "
	    "with_device = ?22, updated = ?23, labels = ?24 WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM entity WHERE row = ?1",
	[Q_PUT_STATE] = "INSERT INTO state (entity, state, attributes, available, last_changed, "
	    "last_updated, event, written) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (entity) DO UPDATE "
	    "SET state = excluded.state, attributes = excluded.attributes, "
	    "available = excluded.available, last_changed = excluded.last_changed, "
	    "last_updated = excluded.last_updated, event = MAX(event, excluded.event), written = excluded.written",
	/* No index: it would cost each message something, and this is asked once a minute. event: of a program that is
	   older than the column. */
	[Q_STATE_SINCE] = "SELECT entity, state, attributes, available, last_changed, last_updated, "
	    "event FROM state WHERE written >= ?1 OR event > ?1",
};

const struct db_table store_entity_table = { STORE_ENTITY, "entity", sql, Q__MAX };

static void
read_state(struct db_stmt *s, int i, struct mem_arena *a, struct state *out)
{
	out->state = store_text(s, i++, a);
	out->attributes = store_text(s, i++, a);
	if (out->attributes == NULL)
		out->attributes = "{}";
	out->available = db_int(s, i++) != 0;
	out->last_changed = db_int(s, i++);
	out->last_updated = db_int(s, i++);
	out->event = db_int(s, i++);
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct entity_state *out = row;
	struct entity *e = &out->entity;
	int i = 0;

	e->row = db_int(s, i++);
	e->entity_id = store_text(s, i++, a);
	e->adapter = store_text(s, i++, a);
	e->component = store_text(s, i++, a);
	e->domain = store_text(s, i++, a);
	e->unique_id = store_text(s, i++, a);
	e->device = db_int(s, i++);
	e->device_id = store_text(s, i++, a);
	e->device_name = store_text(s, i++, a);
	e->area = db_int(s, i++);
	e->area_id = store_text(s, i++, a);
	e->name = store_text(s, i++, a);
	e->label = store_text(s, i++, a);
	e->device_class = store_text(s, i++, a);
	e->unit = store_text(s, i++, a);
	e->icon = store_text(s, i++, a);
	e->category = store_text(s, i++, a);
	e->enabled = db_int(s, i++) != 0;
	e->orphaned = db_int(s, i++) != 0;
	e->source = store_text(s, i++, a);
	e->capabilities = store_text(s, i++, a);
	e->hidden = db_int(s, i++) != 0;
	e->aliases = store_text(s, i++, a);
	e->own_icon = store_text(s, i++, a);
	e->with_device = db_int(s, i++) != 0;
	e->labels = store_text(s, i++, a);
	e->created = db_int(s, i++);
	e->updated = db_int(s, i++);
	out->freshness = store_text(s, i++, a);
	out->every = db_int(s, i++);
	out->lost = db_int(s, i++) != 0;
	read_state(s, i, a, &out->state);
	e->config = store_text(s, i + 6, a);
}

static void
read_each(struct db_stmt *s, const char *adapter, struct entity_state *out)
{
	struct entity *e = &out->entity;
	int i = 0;

	*out = (struct entity_state){ .entity = { .adapter = adapter, .enabled = true } };
	e->row = db_int(s, i++);
	e->entity_id = store_text(s, i++, NULL);
	e->component = store_text(s, i++, NULL);
	e->domain = store_text(s, i++, NULL);
	e->device = db_int(s, i++);
	e->device_id = store_text(s, i++, NULL);
	e->device_class = store_text(s, i++, NULL);
	e->unit = store_text(s, i++, NULL);
	e->capabilities = store_text(s, i++, NULL);
	e->config = store_text(s, i++, NULL);
	read_state(s, i, NULL, &out->state);
}

enum rc
store_entity_get(struct db *db, const char *entity_id, struct mem_arena *a,
    struct entity_state *out)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_GET);

	db_bind_text(s, 1, entity_id);
	return store_one(s, read_row, a, out);
}

enum rc
store_entity_by_row(struct db *db, int64_t row, struct mem_arena *a, struct entity_state *out)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_BY_ROW);

	db_bind_int(s, 1, row);
	return store_one(s, read_row, a, out);
}

enum rc
store_entity_alone(struct db *db, int64_t row, struct mem_arena *a, struct entity_state *out)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_ALONE);

	db_bind_int(s, 1, row);
	return store_one(s, read_row, a, out);
}

enum rc
store_entity_by_unique_id(struct db *db, const char *adapter, const char *domain,
    const char *unique_id, struct mem_arena *a, struct entity_state *out)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_BY_UNIQUE_ID);

	db_bind_text(s, 1, adapter);
	db_bind_text(s, 2, domain);
	db_bind_text(s, 3, unique_id);
	return store_one(s, read_row, a, out);
}

/* The list whose index cuts most. */
static int
pick_list(const struct store_entity_filter *f)
{
	if (f->device_row != 0 && f->after == NULL && f->domain == NULL && f->area == NULL &&
	    !f->disabled_too)
		return Q_LIST_ROW;
	if (f->device != NULL || f->device_row != 0)
		return Q_LIST_DEVICE;
	if (f->area != NULL)
		return Q_LIST_AREA;
	return f->domain != NULL ? Q_LIST_DOMAIN : Q_LIST;
}

enum rc
store_entity_list(struct db *db, const struct store_entity_filter *filter, struct mem_arena *a,
    struct entity_state **rows, size_t *n)
{
	int q = pick_list(filter);
	struct db_stmt *s = db_query(db, &store_entity_table, q);

	db_bind_int(s, 2, filter->limit > 0 ? filter->limit : -1);
	if (q == Q_LIST_ROW) {
		db_bind_int(s, 1, filter->device_row);
		return store_all(s, read_row, sizeof(**rows), a, rows, n);
	}
	db_bind_text(s, 1, filter->after != NULL ? filter->after : "");
	if (q != Q_LIST)
		db_bind_text(s, 3, filter->domain);
	if (q == Q_LIST_AREA || q == Q_LIST_DEVICE)
		db_bind_text(s, 4, filter->area);
	db_bind_int(s, 5, filter->disabled_too ? 0 : 1);
	if (q == Q_LIST_DEVICE) {
		store_bind_key(s, 6, filter->device_row);
		db_bind_text(s, 7, filter->device);
	}
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_entity_of_device(struct db *db, int64_t device, struct mem_arena *a,
    struct entity_state **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_OF_DEVICE);

	db_bind_int(s, 1, device);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_entity_each(struct db *db, const char *adapter,
    bool (*fn)(const struct entity_state *e, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_EACH);
	struct entity_state e;
	enum rc rc;

	db_bind_text(s, 1, adapter);
	while ((rc = db_step(s)) == RC_OK) {
		read_each(s, adapter, &e);
		if (!fn(&e, arg))
			break;
	}
	return store_end(s, rc);
}

static void
read_announced(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct entity_announced *out = row;

	*out = (struct entity_announced){ .row = db_int(s, 0), .domain = store_text(s, 1, a),
		.unique_id = store_text(s, 2, a) };
}

enum rc
store_entity_announced(struct db *db, const char *source, struct mem_arena *a,
    struct entity_announced **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_ANNOUNCED);

	/* '$' follows '#': between ?2 and ?3 is exactly what begins with "source#". */
	db_bind_text(s, 1, source);
	db_bind_text(s, 2, mem_printf(a, "%s#", source));
	db_bind_text(s, 3, mem_printf(a, "%s$", source));
	return store_all(s, read_announced, sizeof(**rows), a, rows, n);
}

static void
read_holder(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct entity_holder *out = row;

	*out = (struct entity_holder){ .entity_id = store_text(s, 0, a), .source = store_text(s, 1, a),
		.device_name = store_text(s, 2, a), .device = db_int(s, 3), .orphaned = db_int(s, 4) != 0 };
}

enum rc
store_entity_holder(struct db *db, const char *adapter, const char *domain, const char *unique_id,
    struct mem_arena *a, struct entity_holder *out)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_HOLDER);

	db_bind_text(s, 1, adapter);
	db_bind_text(s, 2, domain);
	db_bind_text(s, 3, unique_id);
	return store_one(s, read_holder, a, out);
}

enum rc
store_entity_orphans(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct entity_state **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_ORPHANS);

	db_bind_text(s, 1, after != NULL ? after : "");
	db_bind_int(s, 2, limit > 0 ? limit : -1);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

bool
store_entity_id_taken(struct db *db, const char *entity_id)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_TAKEN);

	db_bind_text(s, 1, entity_id);
	return store_any(s);
}

/* What insert and update have in common: parameters 2 to 24. */
static void
bind_row(struct db_stmt *s, const struct entity *e)
{
	db_bind_text(s, 2, e->adapter);
	db_bind_text(s, 3, e->component);
	db_bind_text(s, 4, e->domain);
	db_bind_text(s, 5, e->unique_id);
	store_bind_key(s, 6, e->device);
	store_bind_key(s, 7, e->area);
	db_bind_text(s, 8, e->name);
	db_bind_text(s, 9, e->label);
	db_bind_text(s, 10, e->device_class);
	db_bind_text(s, 11, e->unit);
	db_bind_text(s, 12, e->icon);
	db_bind_text(s, 13, e->category);
	db_bind_int(s, 14, e->enabled);
	db_bind_int(s, 15, e->orphaned);
	db_bind_text(s, 16, e->source);
	db_bind_text(s, 17, e->config);
	db_bind_text(s, 18, e->capabilities);
	db_bind_int(s, 19, e->hidden);
	db_bind_text(s, 20, e->aliases != NULL ? e->aliases : "[]");
	db_bind_text(s, 21, e->own_icon);
	db_bind_int(s, 22, e->with_device);
	db_bind_int(s, 23, e->updated);
	db_bind_text(s, 24, e->labels != NULL ? e->labels : "[]");
}

enum rc
store_entity_insert(struct tx *tx, struct entity *entity)
{
	struct db_stmt *s = db_query(tx->db, &store_entity_table, Q_INSERT);

	db_bind_text(s, 1, entity->entity_id);
	bind_row(s, entity);
	db_bind_int(s, 25, entity->created);
	return store_insert(tx->db, s, &entity->row);
}

enum rc
store_entity_update(struct tx *tx, const struct entity *entity)
{
	struct db_stmt *s = db_query(tx->db, &store_entity_table, Q_UPDATE);

	db_bind_int(s, 1, entity->row);
	bind_row(s, entity);
	return store_run_row(tx->db, s);
}

enum rc
store_entity_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_entity_table, Q_DELETE, row);
}

enum rc
store_state_put(struct tx *tx, int64_t entity, const struct state *state)
{
	struct db_stmt *s;

	if (tx->newest == 0)
		tx->newest = store_event_last(tx->db);
	s = db_query(tx->db, &store_entity_table, Q_PUT_STATE);
	db_bind_int(s, 1, entity);
	db_bind_text(s, 2, state->state);
	db_bind_text(s, 3, state->attributes != NULL ? state->attributes : "{}");
	db_bind_int(s, 4, state->available);
	db_bind_int(s, 5, state->last_changed);
	db_bind_int(s, 6, state->last_updated);
	db_bind_int(s, 7, state->event);
	db_bind_int(s, 8, tx->newest);
	return db_run(s);
}

enum rc
store_state_since(struct db *db, int64_t event,
    bool (*fn)(int64_t entity, const struct state *s, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_entity_table, Q_STATE_SINCE);
	struct state state;
	enum rc rc;

	db_bind_int(s, 1, event);
	while ((rc = db_step(s)) == RC_OK) {
		read_state(s, 1, NULL, &state);
		if (!fn(db_int(s, 0), &state, arg))
			break;
	}
	return store_end(s, rc);
}
