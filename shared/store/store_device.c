/* SPDX-License-Identifier: ISC
 *
 * Statements of devices and their identifiers.
 */
#include "shared/store/store_device.h"
#include "shared/store/store_int.h"

enum { Q_GET, Q_BY_ROW, Q_BY_NAME, Q_BY_IDENTIFIER, Q_LIST, Q_LIST_AREA, Q_INSERT, Q_UPDATE, Q_SET_STATUS,
	Q_DELETE, Q_IDENTIFY, Q_IDENTIFIER, Q_IDENTIFIED, Q_WAS_REPLACED, Q_KEEP, Q_UNBIND,
	Q_REBIND, Q_ADD_SOURCE, Q_MOVE_SOURCES, Q_SOURCES, Q_FORGET_SOURCE, Q_FORGET_SOURCES,
	Q_FREE, Q_COUNTS, Q__MAX };

#define COLUMNS "SELECT d.row, d.id, d.adapter, d.name, d.label, d.manufacturer, d.model, " \
	"d.model_id, d.sw_version, d.hw_version, d.serial_number, d.configuration_url, d.area, " \
	"a.id, d.via, vd.id, d.status, d.enabled, d.labels, d.created, d.updated FROM device d " \
	"LEFT JOIN area a ON a.row = d.area " \
	"LEFT JOIN device_identifier vi ON vi.kind = 'id' AND vi.value = d.via " \
	"LEFT JOIN device vd ON vd.row = vi.device "

static const char *const sql[Q__MAX] = {
	[Q_GET] = COLUMNS "WHERE d.id = ?1",
	[Q_BY_ROW] = COLUMNS "WHERE d.row = ?1",
	[Q_BY_NAME] = COLUMNS "WHERE d.row = (SELECT row FROM device WHERE lower(coalesce(label, name)) = lower(?1) "
	    "ORDER BY id LIMIT 1)",
	[Q_BY_IDENTIFIER] = COLUMNS "WHERE d.row = "
	    "(SELECT device FROM device_identifier WHERE kind = ?1 AND value = ?2 AND replaced = 0)",
	[Q_LIST] = COLUMNS "WHERE d.id > ?1 AND (?2 IS NULL OR d.status = ?2) "
	    "ORDER BY d.id LIMIT ?3",
	[Q_LIST_AREA] = COLUMNS "WHERE d.id > ?1 AND (?2 IS NULL OR d.status = ?2) "
	    "AND d.area = (SELECT row FROM area WHERE id = ?4) ORDER BY d.id LIMIT ?3",
	[Q_INSERT] = "INSERT INTO device (id, adapter, name, label, manufacturer, model, model_id, "
	    "sw_version, hw_version, serial_number, configuration_url, area, via, status, enabled, "
	    "updated, labels, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
	    "?14, ?15, ?16, ?17, ?18)",
	[Q_UPDATE] = "UPDATE device SET adapter = ?2, name = ?3, label = ?4, manufacturer = ?5, "
	    "model = ?6, model_id = ?7, sw_version = ?8, hw_version = ?9, serial_number = ?10, "
	    "configuration_url = ?11, area = ?12, via = ?13, status = ?14, enabled = ?15, "
	    "updated = ?16, labels = ?17 "
	    "WHERE row = ?1",
	[Q_SET_STATUS] = "UPDATE device SET status = CASE enabled WHEN 1 THEN ?2 ELSE status END WHERE row = ?1",
	[Q_DELETE] = "DELETE FROM device WHERE row = ?1",
	[Q_IDENTIFIER] = "SELECT value FROM device_identifier WHERE device = ?1 AND kind = 'id' LIMIT 1",
	[Q_IDENTIFY] = "INSERT INTO device_identifier (kind, value, device) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (kind, value) DO UPDATE SET device = excluded.device",
	[Q_IDENTIFIED] = "SELECT 1 FROM device_identifier WHERE kind = ?1 AND value = ?2 "
	    "AND replaced = 0",
	[Q_WAS_REPLACED] = "SELECT 1 FROM device_identifier WHERE kind = ?1 AND value = ?2 "
	    "AND replaced = 1",
	[Q_KEEP] = "UPDATE device_identifier SET replaced = 1 WHERE device = ?1",
	[Q_UNBIND] = "DELETE FROM device_identifier WHERE device = ?1 AND replaced = 0",
	[Q_REBIND] = "UPDATE device_identifier SET device = ?1 WHERE device = ?2",
	[Q_ADD_SOURCE] = "INSERT INTO replaced_source (source, device) VALUES (?2, ?1) "
	    "ON CONFLICT (source, device) DO NOTHING",
	[Q_MOVE_SOURCES] = "INSERT INTO replaced_source (source, device) "
	    "SELECT source, ?1 FROM replaced_source WHERE device = ?2 "
	    "ON CONFLICT (source, device) DO NOTHING",
	[Q_SOURCES] = "SELECT source FROM replaced_source WHERE device = ?1 ORDER BY source",
	[Q_FORGET_SOURCE] = "DELETE FROM replaced_source WHERE source = ?1",
	[Q_FORGET_SOURCES] = "DELETE FROM replaced_source WHERE device = ?1",
	[Q_FREE] = "DELETE FROM device_identifier WHERE replaced = 1 "
	    "AND NOT EXISTS (SELECT 1 FROM replaced_source s WHERE s.device = device_identifier.device)",
	[Q_COUNTS] = "SELECT COUNT(*), COALESCE(SUM(status = 'online'), 0), "
	    "COALESCE(SUM(status = 'offline'), 0) FROM device",
};

const struct db_table store_device_table = { STORE_DEVICE, "device", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct device *out = row;
	int i = 0;

	out->row = db_int(s, i++);
	out->id = store_text(s, i++, a);
	out->adapter = store_text(s, i++, a);
	out->name = store_text(s, i++, a);
	out->label = store_text(s, i++, a);
	out->manufacturer = store_text(s, i++, a);
	out->model = store_text(s, i++, a);
	out->model_id = store_text(s, i++, a);
	out->sw_version = store_text(s, i++, a);
	out->hw_version = store_text(s, i++, a);
	out->serial_number = store_text(s, i++, a);
	out->configuration_url = store_text(s, i++, a);
	out->area = db_int(s, i++);
	out->area_id = store_text(s, i++, a);
	out->via = store_text(s, i++, a);
	out->via_device = store_text(s, i++, a);
	out->status = store_text(s, i++, a);
	out->enabled = db_int(s, i++) != 0;
	out->labels = store_text(s, i++, a);
	out->created = db_int(s, i++);
	out->updated = db_int(s, i++);
}

enum rc
store_device_get(struct db *db, const char *id, struct mem_arena *a, struct device *out)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_GET);

	db_bind_text(s, 1, id);
	return store_one(s, read_row, a, out);
}

enum rc
store_device_by_row(struct db *db, int64_t row, struct mem_arena *a, struct device *out)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_BY_ROW);

	db_bind_int(s, 1, row);
	return store_one(s, read_row, a, out);
}

enum rc
store_device_by_name(struct db *db, const char *name, struct mem_arena *a, struct device *out)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_BY_NAME);

	db_bind_text(s, 1, name);
	return store_one(s, read_row, a, out);
}

enum rc
store_device_by_identifier(struct db *db, const struct device_identifier *i, struct mem_arena *a,
    struct device *out)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_BY_IDENTIFIER);

	db_bind_text(s, 1, i->kind);
	db_bind_text(s, 2, i->value);
	return store_one(s, read_row, a, out);
}

enum rc
store_device_list(struct db *db, const struct store_device_filter *filter, struct mem_arena *a,
    struct device **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_device_table,
	    filter->area != NULL ? Q_LIST_AREA : Q_LIST);

	db_bind_text(s, 1, filter->after != NULL ? filter->after : "");
	db_bind_text(s, 2, filter->status);
	db_bind_int(s, 3, filter->limit > 0 ? filter->limit : -1);
	if (filter->area != NULL)
		db_bind_text(s, 4, filter->area);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

/* What insert and update have in common: parameters 2 to 17. */
static void
bind_row(struct db_stmt *s, const struct device *d)
{
	db_bind_text(s, 2, d->adapter);
	db_bind_text(s, 3, d->name);
	db_bind_text(s, 4, d->label);
	db_bind_text(s, 5, d->manufacturer);
	db_bind_text(s, 6, d->model);
	db_bind_text(s, 7, d->model_id);
	db_bind_text(s, 8, d->sw_version);
	db_bind_text(s, 9, d->hw_version);
	db_bind_text(s, 10, d->serial_number);
	db_bind_text(s, 11, d->configuration_url);
	store_bind_key(s, 12, d->area);
	db_bind_text(s, 13, d->via);
	db_bind_text(s, 14, d->status != NULL ? d->status : "unknown");
	db_bind_int(s, 15, d->enabled);
	db_bind_int(s, 16, d->updated);
	db_bind_text(s, 17, d->labels != NULL ? d->labels : "[]");
}

enum rc
store_device_insert(struct tx *tx, struct device *device)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_INSERT);

	db_bind_text(s, 1, device->id);
	bind_row(s, device);
	db_bind_int(s, 18, device->created);
	return store_insert(tx->db, s, &device->row);
}

enum rc
store_device_update(struct tx *tx, const struct device *device)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_UPDATE);

	bind_row(s, device);
	db_bind_int(s, 1, device->row);
	return store_run_row(tx->db, s);
}

enum rc
store_device_set_status(struct tx *tx, int64_t row, const char *status)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_SET_STATUS);

	db_bind_int(s, 1, row);
	db_bind_text(s, 2, status);
	return store_run_row(tx->db, s);
}

enum rc
store_device_delete(struct tx *tx, int64_t row)
{
	return store_delete(tx->db, &store_device_table, Q_DELETE, row);
}

enum rc
store_device_identifier(struct db *db, int64_t row, struct mem_arena *a, const char **value)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_IDENTIFIER);

	db_bind_int(s, 1, row);
	return store_one(s, store_read_text, a, value);
}

enum rc
store_device_identify(struct tx *tx, int64_t row, const struct device_identifier *i)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_IDENTIFY);

	db_bind_text(s, 1, i->kind);
	db_bind_text(s, 2, i->value);
	db_bind_int(s, 3, row);
	return db_run(s);
}

static bool
has_identifier(struct db *db, int q, const struct device_identifier *i)
{
	struct db_stmt *s = db_query(db, &store_device_table, q);

	db_bind_text(s, 1, i->kind);
	db_bind_text(s, 2, i->value);
	return store_any(s);
}

bool
store_device_identified(struct db *db, const struct device_identifier *i)
{
	return has_identifier(db, Q_IDENTIFIED, i);
}

bool
store_device_was_replaced(struct db *db, const struct device_identifier *i)
{
	return has_identifier(db, Q_WAS_REPLACED, i);
}

enum rc
store_device_replace(struct tx *tx, int64_t row, int64_t by, bool keep)
{
	enum rc rc;

	if ((rc = store_run_two(tx->db, &store_device_table, keep ? Q_KEEP : Q_UNBIND, row, 0)) != RC_OK ||
	    (rc = store_run_two(tx->db, &store_device_table, Q_REBIND, row, by)) != RC_OK)
		return rc;
	return store_run_two(tx->db, &store_device_table, Q_MOVE_SOURCES, row, by);
}

enum rc
store_device_add_replaced(struct tx *tx, int64_t row, const char *source)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_ADD_SOURCE);

	db_bind_int(s, 1, row);
	db_bind_text(s, 2, source);
	return db_run(s);
}

enum rc
store_device_replaced(struct db *db, int64_t row, struct mem_arena *a, const char ***sources,
    size_t *n)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_SOURCES);

	db_bind_int(s, 1, row);
	return store_texts(s, a, sources, n);
}

enum rc
store_device_forget_replaced(struct tx *tx, const char *source)
{
	struct db_stmt *s = db_query(tx->db, &store_device_table, Q_FORGET_SOURCE);
	enum rc rc;

	db_bind_text(s, 1, source);
	if ((rc = db_run(s)) != RC_OK || db_changes(tx->db) == 0)
		return rc;
	return db_run(db_query(tx->db, &store_device_table, Q_FREE));
}

enum rc
store_device_release(struct tx *tx, int64_t row)
{
	enum rc rc = store_run_two(tx->db, &store_device_table, Q_FORGET_SOURCES, row, 0);

	return rc == RC_OK ? db_run(db_query(tx->db, &store_device_table, Q_FREE)) : rc;
}

enum rc
store_device_counts(struct db *db, int64_t *total, int64_t *online, int64_t *offline)
{
	struct db_stmt *s = db_query(db, &store_device_table, Q_COUNTS);
	enum rc rc;

	if ((rc = db_step(s)) != RC_OK)
		return rc;
	*total = db_int(s, 0);
	*online = db_int(s, 1);
	*offline = db_int(s, 2);
	db_reset(s);
	return RC_OK;
}
