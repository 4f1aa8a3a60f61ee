/* SPDX-License-Identifier: ISC
 *
 * Statements of what devices know of their entities.
 */
#include "shared/store/store_device_entity.h"
#include "shared/store/store_int.h"

enum { Q_CHOICE, Q_HAS, Q_MEMBERS, Q_MEMBERS_EACH, Q_VITALS, Q_VITALS_EACH, Q__MAX };

/* Only columns of the index entity_device, but for the few triggers. */
#define MEMBER "SELECT e.device, e.entity_id, CASE WHEN e.domain = 'device_automation' " \
	"THEN (SELECT t.capabilities FROM entity t WHERE t.row = e.row) END "
#define IS_MEMBER "e.enabled = 1 AND e.domain <> 'tag' AND " \
	"(e.domain <> 'device_automation' OR e.orphaned = 0) "
/* The condition is that of the index entity_vital, word for word. */
#define IS_VITAL "e.domain = 'sensor' AND e.orphaned = 0 AND " \
	"(e.device_class = 'battery' OR e.unit = 'lqi' OR lower(e.name) = 'linkquality') "

static const char *const sql[Q__MAX] = {
	[Q_CHOICE] = "SELECT row, entity_id, domain, category, orphaned FROM entity e "
	    "WHERE device = (SELECT row FROM device WHERE id = ?1) AND enabled = 1 " STORE_SHOWN
	    "ORDER BY entity_id",
	[Q_HAS] = "SELECT 1 FROM entity WHERE device = ?1 LIMIT 1",
	[Q_MEMBERS] = MEMBER "FROM entity e WHERE e.device = ?1 AND " IS_MEMBER "ORDER BY e.entity_id",
	[Q_MEMBERS_EACH] = MEMBER "FROM device d CROSS JOIN entity e ON e.device = d.row AND " IS_MEMBER
	    "WHERE d.id >= ?1 AND d.id <= ?2 ORDER BY d.id, e.entity_id",
	[Q_VITALS] = "SELECT d.row, d.status, e.device_class = 'battery', s.state FROM device d "
	    "LEFT JOIN entity e ON e.device = d.row AND " IS_VITAL "LEFT JOIN state s ON s.entity = e.row "
	    "WHERE d.id = ?1",
	[Q_VITALS_EACH] = "SELECT d.row, d.status, e.device_class = 'battery', s.state FROM device d "
	    "CROSS JOIN entity e ON e.device = d.row CROSS JOIN state s ON s.entity = e.row "
	    "WHERE d.id >= ?1 AND d.id <= ?2 AND " IS_VITAL "AND s.state IS NOT NULL ORDER BY d.id",
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

static enum rc
members(struct db_stmt *s, bool (*fn)(const struct entity_member *m, void *arg), void *arg)
{
	struct entity_member m;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		m = (struct entity_member){ db_int(s, 0), db_text(s, 1), db_text(s, 2) };
		if (!fn(&m, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_entity_members(struct db *db, int64_t device,
    bool (*fn)(const struct entity_member *m, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_MEMBERS);

	db_bind_int(s, 1, device);
	return members(s, fn, arg);
}

enum rc
store_entity_members_each(struct db *db, const char *first, const char *last,
    bool (*fn)(const struct entity_member *m, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_MEMBERS_EACH);

	db_bind_text(s, 1, first);
	db_bind_text(s, 2, last);
	return members(s, fn, arg);
}

static enum rc
vitals(struct db_stmt *s, bool (*fn)(const struct entity_vital *v, void *arg), void *arg)
{
	struct entity_vital v;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		v = (struct entity_vital){ db_int(s, 0), db_text(s, 1), db_int(s, 2) != 0, db_text(s, 3) };
		if (!fn(&v, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_entity_vitals(struct db *db, const char *device,
    bool (*fn)(const struct entity_vital *v, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_VITALS);

	db_bind_text(s, 1, device);
	return vitals(s, fn, arg);
}

enum rc
store_entity_vitals_each(struct db *db, const char *first, const char *last,
    bool (*fn)(const struct entity_vital *v, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_device_entity_table, Q_VITALS_EACH);

	db_bind_text(s, 1, first);
	db_bind_text(s, 2, last);
	return vitals(s, fn, arg);
}
