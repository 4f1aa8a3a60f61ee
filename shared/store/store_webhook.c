/* SPDX-License-Identifier: ISC
 *
 * Statements about webhooks.
 */
#include <string.h>

#include "shared/base/js.h"
#include "shared/store/store_int.h"
#include "shared/store/store_webhook.h"

enum { Q_REMOVE, Q_ADD, Q_ANY, Q_KEY, Q_CALLS, Q_FORGET, Q_COUNT, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_REMOVE] = "DELETE FROM webhook WHERE automation = ?1",
	[Q_ADD] = "INSERT INTO webhook (hook, automation, everywhere) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
	[Q_ANY] = "SELECT 1 FROM webhook AS w JOIN automation AS a ON a.row = w.automation "
	    "WHERE w.hook = ?1 AND a.enabled AND (w.everywhere OR ?2) LIMIT 1",
	[Q_KEY] = "SELECT key FROM webhook_key",
	[Q_CALLS] = "SELECT calls, since FROM webhook_rate WHERE name = ?1 AND since > ?2",
	[Q_FORGET] = "DELETE FROM webhook_rate WHERE since <= ?1",
	[Q_COUNT] = "INSERT INTO webhook_rate (name, since, calls) VALUES (?1, ?2, 1) "
	    "ON CONFLICT (name) DO UPDATE SET calls = calls + 1",
};

const struct db_table store_webhook_table = { STORE_WEBHOOK, "webhook", sql, Q__MAX };

static enum rc
add(struct tx *tx, int64_t automation, const char *id, bool everywhere)
{
	struct db_stmt *s = db_query(tx->db, &store_webhook_table, Q_ADD);

	db_bind_text(s, 1, id);
	db_bind_int(s, 2, automation);
	db_bind_int(s, 3, everywhere);
	return db_run(s);
}

/* A trigger may stand among the triggers, or in an action that waits for it. */
static enum rc
add_all(struct tx *tx, int64_t automation, const struct js *v)
{
	const char *id = js_get_string(v, "webhook_id");
	enum rc rc = RC_OK;
	size_t i;
	void *it;

	if (js_type(v) == JS_ARRAY)
		for (i = 0; i < js_size(v) && rc == RC_OK; i++)
			rc = add_all(tx, automation, js_at(v, i));
	if (js_type(v) != JS_OBJECT)
		return rc;
	if (id != NULL)
		rc = add(tx, automation, id, !js_bool(js_get(v, "local_only"), true));
	for (it = js_iter(v); it != NULL && rc == RC_OK; it = js_iter_next(v, it))
		rc = add_all(tx, automation, js_iter_value(it));
	return rc;
}

enum rc
store_webhook_put(struct tx *tx, int64_t automation, const char *config)
{
	struct db_stmt *s = db_query(tx->db, &store_webhook_table, Q_REMOVE);
	struct js *v = NULL;
	enum rc rc;

	db_bind_int(s, 1, automation);
	rc = db_run(s);
	if (rc != RC_OK || strstr(config, "\"webhook_id\"") == NULL)
		return rc;
	if ((rc = js_parse(config, strlen(config), JS_STRICT, &v, NULL)) == RC_OK)
		rc = add_all(tx, automation, v);
	js_free(v);
	return rc;
}

bool
store_webhook_any(struct db *db, const char *id, bool local)
{
	struct db_stmt *s = db_query(db, &store_webhook_table, Q_ANY);

	db_bind_text(s, 1, id);
	db_bind_int(s, 2, local);
	return store_any(s);
}

enum rc
store_webhook_key(struct db *db, char out[WEBHOOK_KEY])
{
	struct db_stmt *s = db_query(db, &store_webhook_table, Q_KEY);
	enum rc rc = db_step(s);

	if (rc == RC_OK) {
		strlcpy(out, db_text(s, 0), WEBHOOK_KEY);
		db_reset(s);
	}
	return rc;
}

int64_t
store_webhook_calls(struct db *db, const char *name, int64_t after, int64_t *since)
{
	struct db_stmt *s = db_query(db, &store_webhook_table, Q_CALLS);
	int64_t calls = 0;

	db_bind_text(s, 1, name);
	db_bind_int(s, 2, after);
	if (db_step(s) == RC_OK) {
		calls = db_int(s, 0);
		*since = db_int(s, 1);
		db_reset(s);
	}
	return calls;
}

enum rc
store_webhook_count(struct tx *tx, const char *name, int64_t after)
{
	struct db_stmt *s = db_query(tx->db, &store_webhook_table, Q_FORGET);
	enum rc rc;

	db_bind_int(s, 1, after);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	s = db_query(tx->db, &store_webhook_table, Q_COUNT);
	db_bind_text(s, 1, name);
	db_bind_int(s, 2, tx->now_ms);
	return db_run(s);
}
