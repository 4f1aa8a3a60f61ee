/* SPDX-License-Identifier: ISC
 *
 * Statements about being heard.
 */
#include "shared/store/store_freshness.h"
#include "shared/store/store_int.h"

enum { Q_PUT, Q_EACH, Q_BATTERY_PUT, Q_BATTERY_DELETE, Q_BATTERY_EACH, Q_LISTS,
	Q__MAX = Q_LISTS + ATTENTION__MAX };

#define NAME "COALESCE(e.label, CASE WHEN e.name IS NULL THEN COALESCE(d.label, d.name, e.entity_id) " \
	"WHEN d.row IS NULL THEN e.name ELSE COALESCE(d.label, d.name) || ' ' || e.name END)"

/* Diagnostic entities speak for a device only when it has no others. */
#define UNHEARD(level) "SELECT e.entity_id, d.id, " NAME ", NULL, f.heard, f.every FROM freshness f " \
	"JOIN entity e ON (f.source > 0 AND e.device = f.source) OR (f.source < 0 AND e.row = -f.source) " \
	"LEFT JOIN device d ON d.row = e.device WHERE f.level = '" level "' AND e.enabled = 1 " \
	"AND e.orphaned = 0 AND e.domain NOT IN ('device_automation', 'tag') " \
	"AND (e.category IS NULL OR NOT EXISTS (SELECT 1 FROM entity o " \
	"WHERE o.device = e.device AND o.category IS NULL AND o.enabled = 1 AND o.orphaned = 0)) " \
	"ORDER BY f.heard, e.entity_id LIMIT ?2"

static const char *const sql[Q__MAX] = {
	[Q_PUT] = "INSERT INTO freshness (source, level, lost, every, heard, since, halved, mean, outages, "
	    "gaps) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (source) DO UPDATE SET "
	    "level = excluded.level, lost = excluded.lost, every = excluded.every, heard = excluded.heard, "
	    "since = excluded.since, halved = excluded.halved, mean = excluded.mean, "
	    "outages = excluded.outages, gaps = excluded.gaps",
	[Q_EACH] = "SELECT source, level, lost, every, heard, since, halved, mean, outages, gaps "
	    "FROM freshness",
	[Q_BATTERY_PUT] = "INSERT INTO battery_low (entity, since) VALUES (?1, ?2) "
	    "ON CONFLICT (entity) DO NOTHING",
	[Q_BATTERY_DELETE] = "DELETE FROM battery_low WHERE entity = ?1",
	[Q_BATTERY_EACH] = "SELECT entity, since FROM battery_low",
	[Q_LISTS + ATTENTION_FOUND] = "SELECT NULL, id, COALESCE(label, name), NULL, created, 0 FROM device "
	    "WHERE created > ?1 ORDER BY created DESC LIMIT ?2",
	[Q_LISTS + ATTENTION_LATE] = UNHEARD("late"),
	[Q_LISTS + ATTENTION_SILENT] = UNHEARD("silent"),
	[Q_LISTS + ATTENTION_ORPHANED] = "SELECT e.entity_id, d.id, " NAME ", NULL, e.updated, 0 FROM entity e "
	    "LEFT JOIN device d ON d.row = e.device WHERE e.orphaned = 1 ORDER BY e.entity_id LIMIT ?2",
	[Q_LISTS + ATTENTION_BATTERY] = "SELECT e.entity_id, d.id, " NAME ", s.state, b.since, 0 "
	    "FROM battery_low b JOIN entity e ON e.row = b.entity LEFT JOIN device d ON d.row = e.device "
	    "LEFT JOIN state s ON s.entity = e.row WHERE e.enabled = 1 AND e.orphaned = 0 "
	    "ORDER BY e.entity_id LIMIT ?2",
};

const struct db_table store_freshness_table = { STORE_FRESHNESS, "freshness", sql, Q__MAX };

enum rc
store_freshness_put(struct tx *tx, const struct freshness *f)
{
	struct db_stmt *s = db_query(tx->db, &store_freshness_table, Q_PUT);
	unsigned char gaps[2 * FRESHNESS_GAPS];
	size_t i;

	for (i = 0; i < FRESHNESS_GAPS; i++) {
		gaps[2 * i] = (unsigned char)(f->gaps[i] & 0xff);
		gaps[2 * i + 1] = (unsigned char)(f->gaps[i] >> 8);
	}
	db_bind_int(s, 1, f->source);
	db_bind_text(s, 2, f->level);
	db_bind_int(s, 3, f->lost);
	db_bind_int(s, 4, f->every);
	db_bind_int(s, 5, f->heard);
	db_bind_int(s, 6, f->since);
	db_bind_int(s, 7, f->halved);
	db_bind_real(s, 8, f->mean);
	db_bind_int(s, 9, f->outages);
	db_bind_blob(s, 10, gaps, sizeof(gaps));
	return db_run(s);
}

static void
read_freshness(struct db_stmt *s, struct freshness *f)
{
	const unsigned char *gaps;
	size_t n, i;

	*f = (struct freshness){
		.source = db_int(s, 0), .level = db_text(s, 1), .lost = db_int(s, 2) != 0,
		.every = db_int(s, 3), .heard = db_int(s, 4), .since = db_int(s, 5),
		.halved = db_int(s, 6), .mean = db_real(s, 7), .outages = (int)db_int(s, 8),
	};
	gaps = db_blob(s, 9, &n);
	for (i = 0; gaps != NULL && i < FRESHNESS_GAPS && 2 * i + 1 < n; i++)
		f->gaps[i] = (uint16_t)(gaps[2 * i] | gaps[2 * i + 1] << 8);
}

enum rc
store_freshness_each(struct db *db, bool (*fn)(const struct freshness *f, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_freshness_table, Q_EACH);
	struct freshness f;
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK) {
		read_freshness(s, &f);
		if (!fn(&f, arg))
			break;
	}
	return store_end(s, rc);
}

enum rc
store_battery_put(struct tx *tx, int64_t entity, int64_t since)
{
	struct db_stmt *s = db_query(tx->db, &store_freshness_table, Q_BATTERY_PUT);

	db_bind_int(s, 1, entity);
	db_bind_int(s, 2, since);
	return db_run(s);
}

enum rc
store_battery_delete(struct tx *tx, int64_t entity)
{
	struct db_stmt *s = db_query(tx->db, &store_freshness_table, Q_BATTERY_DELETE);

	db_bind_int(s, 1, entity);
	return db_run(s);
}

enum rc
store_battery_each(struct db *db, bool (*fn)(int64_t entity, int64_t since, void *arg), void *arg)
{
	struct db_stmt *s = db_query(db, &store_freshness_table, Q_BATTERY_EACH);
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK)
		if (!fn(db_int(s, 0), db_int(s, 1), arg))
			break;
	return store_end(s, rc);
}

static void
read_attention(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct attention_row *out = row;

	*out = (struct attention_row){
		.entity_id = store_text(s, 0, a), .device_id = store_text(s, 1, a),
		.name = store_text(s, 2, a), .level = store_text(s, 3, a), .time = db_int(s, 4),
		.every = db_int(s, 5),
	};
}

enum rc
store_attention(struct db *db, enum attention_list list, int64_t since, int limit,
    struct mem_arena *a, struct attention_row **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_freshness_table, (int)Q_LISTS + (int)list);

	if (list == ATTENTION_FOUND)
		db_bind_int(s, 1, since);
	db_bind_int(s, 2, limit);
	return store_all(s, read_attention, sizeof(**rows), a, rows, n);
}
