/* SPDX-License-Identifier: ISC
 *
 * Statements of what devices know of their entities.
 */
#include "shared/store/store_device_entity.h"
#include "shared/store/store_int.h"

enum { Q_CHOICE, Q_HAS, Q_IDS, Q_IDS_EACH, Q_TRIGGERS, Q_TRIGGERS_EACH, Q_VITALS, Q_VITALS_EACH, Q__MAX };

/* STORE_SHOWN, where an index can tell by the id. */
#define BEGINS(id, domain) "(" id " >= '" domain ".' AND " id " < '" domain "/') "
#define SHOWN_BY_ID(id) "AND NOT " BEGINS(id, "device_automation") "AND NOT " BEGINS(id, "tag")
#define IS_TRIGGER "e.enabled = 1 AND e.orphaned = 0 AND " BEGINS("e.entity_id", "device_automation")
/* The condition is that of the index entity_vital, word for word. */
#define IS_VITAL "e.domain = 'sensor' AND e.orphaned = 0 AND " \
	"(e.device_class = 'battery' OR e.unit = 'lqi' OR lower(e.name) = 'linkquality') " \
	"AND s.state IS NOT NULL "

static const char *const sql[Q__MAX] = {
	[Q_CHOICE] = "SELECT row, entity_id, domain, category, orphaned FROM entity e "
	    "WHERE device = (SELECT row FROM device WHERE id = ?1) AND enabled = 1 " STORE_SHOWN
	    "ORDER BY entity_id",
	[Q_HAS] = "SELECT 1 FROM entity WHERE device = ?1 LIMIT 1",
	[Q_IDS] = "SELECT entity_id FROM entity WHERE device = ?1 AND enabled = 1 " SHOWN_BY_ID("entity_id")
	    "ORDER BY entity_id",
	[Q_IDS_EACH] = "SELECT e.device, e.entity_id FROM device d CROSS JOIN entity e "
	    "ON e.device = d.row AND e.enabled = 1 WHERE d.id >= ?1 AND d.id <= ?2 "
	    SHOWN_BY_ID("e.entity_id") "ORDER BY d.id, e.entity_id",
	[Q_TRIGGERS] = "SELECT e.device, e.capabilities FROM entity e WHERE e.device = ?1 AND " IS_TRIGGER
	    "ORDER BY e.entity_id",
	[Q_TRIGGERS_EACH] = "SELECT e.device, e.capabilities FROM device d CROSS JOIN entity e "
	    "ON e.device = d.row AND " IS_TRIGGER "WHERE d.id >= ?1 AND d.id <= ?2 "
	    "ORDER BY d.id, e.entity_id",
	[Q_VITALS] = "SELECT e.device, e.device_class = 'battery', s.state FROM entity e "
	    "CROSS JOIN state s ON s.entity = e.row WHERE e.device = ?1 AND " IS_VITAL,
	[Q_VITALS_EACH] = "SELECT e.device, e.device_class = 'battery', s.state FROM device d "
	    "CROSS JOIN entity e ON e.device = d.row CROSS JOIN state s ON s.entity = e.row "
	    "WHERE d.id >= ?1 AND d.id <= ?2 AND " IS_VITAL "ORDER BY d.id",
};

const struct db_table store_device_entity_table = { STORE_DEVICE_ENTITY, "device_entity", sql, Q__MAX };

static void
read_choice(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct entity_choice *out = row;

	*out = (struct entity_choice){ .row = db_int(s, 0), .entity_id = store_text(s, 1, a),
		.domain = store_text(s, 2, a), .category = store_text(s, 3, a),
		.orphaned = db_int(s, 4) != 0 };
}

enum rc
store_entity_choice(struct db *db, const char *device, struct mem_arena *a,
    struct entity_choice **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_CHOICE);

	db_bind_text(s, 1, device);
	return store_all(s, read_choice, sizeof(**rows), a, rows, n);
}

bool
store_entity_any(struct db *db, int64_t device)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_HAS);

	db_bind_int(s, 1, device);
	return store_any(s);
}

enum rc
store_entity_ids(struct db *db, int64_t device, struct mem_arena *a, const char ***ids, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_IDS);

	db_bind_int(s, 1, device);
	return store_texts(s, a, ids, n);
}

static enum rc
each(struct db_stmt *s, bool (*fn)(int64_t device, const char *text, void *arg), void *arg)
{
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK)
		if (!fn(db_int(s, 0), db_text(s, 1), arg))
			break;
	return store_end(s, rc);
}

enum rc
store_entity_ids_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, const char *entity_id, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_IDS_EACH);

	db_bind_text(s, 1, first);
	db_bind_text(s, 2, last);
	return each(s, fn, arg);
}

static enum rc
vitals(struct db_stmt *s, bool (*fn)(int64_t device, bool battery, const char *state, void *arg), void *arg)
{
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK)
		if (!fn(db_int(s, 0), db_int(s, 1) != 0, db_text(s, 2), arg))
			break;
	return store_end(s, rc);
}

enum rc
store_entity_vitals(struct db *db, int64_t device,
    bool (*fn)(int64_t device, bool battery, const char *state, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_VITALS);

	db_bind_int(s, 1, device);
	return vitals(s, fn, arg);
}

enum rc
store_entity_vitals_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, bool battery, const char *state, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_VITALS_EACH);

	db_bind_text(s, 1, first);
	db_bind_text(s, 2, last);
	return vitals(s, fn, arg);
}

enum rc
store_entity_triggers(struct db *db, int64_t device,
    bool (*fn)(int64_t device, const char *capabilities, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_TRIGGERS);

	db_bind_int(s, 1, device);
	return each(s, fn, arg);
}

enum rc
store_entity_triggers_each(struct db *db, const char *first, const char *last,
    bool (*fn)(int64_t device, const char *capabilities, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_TRIGGERS_EACH);

	db_bind_text(s, 1, first);
	db_bind_text(s, 2, last);
	return each(s, fn, arg);
}
