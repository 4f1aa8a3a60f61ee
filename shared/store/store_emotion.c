/* SPDX-License-Identifier: ISC
 *
 * Statements of emotions.
 */
#include "shared/store/store_emotion.h"
#include "shared/store/store_int.h"

enum { Q_ADD, Q_LAST, Q_AT, Q_FROM, Q_LIST, Q_DEVICES, Q_ALERTS, Q_COMMANDS, Q__MAX };

#define COLUMNS "SELECT id, time, happiness, worry, boredom, excitement, main, intensity, factors, targets, reasons, " \
	"event FROM emotion "

static const char *const sql[Q__MAX] = {
	[Q_ADD] = "INSERT INTO emotion (time, happiness, worry, boredom, excitement, main, intensity, factors, "
	    "targets, reasons, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[Q_LAST] = COLUMNS "ORDER BY id DESC LIMIT 1",
	[Q_AT] = COLUMNS "WHERE time <= ?1 ORDER BY time DESC, id DESC LIMIT 1",
	[Q_FROM] = COLUMNS "WHERE time >= ?1 ORDER BY time, id LIMIT 1",
	[Q_LIST] = COLUMNS "WHERE time >= ?1 AND time < ?2 ORDER BY time, id LIMIT ?3",
	[Q_DEVICES] = "SELECT COALESCE(SUM(status = 'online'), 0), COALESCE(SUM(status = 'offline'), 0) "
	    "FROM device WHERE enabled = 1",
	[Q_ALERTS] = "SELECT COUNT(*), COALESCE(SUM(severity = 'critical'), 0) FROM alert "
	    "WHERE raised >= ?1 AND severity IN ('warning', 'critical')",
	[Q_COMMANDS] = "SELECT created, status IN ('confirmed', 'failed', 'expired', 'refused'), "
	    "status = 'confirmed' FROM command ORDER BY id DESC",
};

const struct db_table store_emotion_table = { STORE_EMOTION, "emotion", sql, Q__MAX };

enum rc
store_emotion_add(struct tx *tx, const struct emotion_row *e)
{
	struct db_stmt *s = db_query(tx->db, &store_emotion_table, Q_ADD);

	db_bind_int(s, 1, e->time);
	db_bind_real(s, 2, e->happiness);
	db_bind_real(s, 3, e->worry);
	db_bind_real(s, 4, e->boredom);
	db_bind_real(s, 5, e->excitement);
	db_bind_text(s, 6, e->primary);
	db_bind_real(s, 7, e->intensity);
	db_bind_text(s, 8, e->factors);
	db_bind_text(s, 9, e->targets);
	db_bind_text(s, 10, e->reasons);
	db_bind_int(s, 11, e->event);
	return db_run(s);
}

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct emotion_row *e = row;

	e->id = db_int(s, 0);
	e->time = db_int(s, 1);
	e->happiness = db_real(s, 2);
	e->worry = db_real(s, 3);
	e->boredom = db_real(s, 4);
	e->excitement = db_real(s, 5);
	e->primary = store_text(s, 6, a);
	e->intensity = db_real(s, 7);
	e->factors = store_text(s, 8, a);
	e->targets = store_text(s, 9, a);
	e->reasons = store_text(s, 10, a);
	e->event = db_int(s, 11);
}

enum rc
store_emotion_last(struct db *db, struct mem_arena *a, struct emotion_row *out)
{
	return store_one(db_query(db, &store_emotion_table, Q_LAST), read_row, a, out);
}

enum rc
store_emotion_at(struct db *db, int64_t time, struct mem_arena *a, struct emotion_row *out)
{
	struct db_stmt *s = db_query(db, &store_emotion_table, Q_AT);

	db_bind_int(s, 1, time);
	return store_one(s, read_row, a, out);
}

enum rc
store_emotion_from(struct db *db, int64_t time, struct mem_arena *a, struct emotion_row *out)
{
	struct db_stmt *s = db_query(db, &store_emotion_table, Q_FROM);

	db_bind_int(s, 1, time);
	return store_one(s, read_row, a, out);
}

enum rc
store_emotion_list(struct db *db, int64_t from, int64_t to, int limit, struct mem_arena *a,
    struct emotion_row **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_emotion_table, Q_LIST);

	db_bind_int(s, 1, from);
	db_bind_int(s, 2, to);
	db_bind_int(s, 3, limit);
	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

/* The two numbers of the one row. */
static enum rc
read_two(struct db_stmt *s, int64_t *first, int64_t *second)
{
	enum rc rc = db_step(s);

	if (rc != RC_OK)
		return rc;
	*first = db_int(s, 0);
	*second = db_int(s, 1);
	db_reset(s);
	return RC_OK;
}

enum rc
store_emotion_devices(struct db *db, int64_t *online, int64_t *offline)
{
	return read_two(db_query(db, &store_emotion_table, Q_DEVICES), online, offline);
}

enum rc
store_emotion_alerts(struct db *db, int64_t since, int64_t *raised, int64_t *critical)
{
	struct db_stmt *s = db_query(db, &store_emotion_table, Q_ALERTS);

	db_bind_int(s, 1, since);
	return read_two(s, raised, critical);
}

/* Along the ids, which grow with the time: an index of times would be one more for every command to write. */
enum rc
store_emotion_commands(struct db *db, int64_t since, struct emotion_commands *out)
{
	struct db_stmt *s = db_query(db, &store_emotion_table, Q_COMMANDS);
	struct emotion_commands c = { 0 };
	enum rc rc;

	while ((rc = db_step(s)) == RC_OK && db_int(s, 0) >= since) {
		c.all++;
		c.ended += db_int(s, 1);
		c.confirmed += db_int(s, 2);
	}
	if ((rc = store_end(s, rc)) == RC_OK)
		*out = c;
	return rc;
}
