/* SPDX-License-Identifier: ISC
 *
 * Statements of device keys.
 */
#include "shared/store/store_int.h"
#include "shared/store/store_key.h"

enum { Q_PUT, Q_GET, Q_REFUSED, Q_NONCE, Q_USED, Q_PRUNE, Q_COUNT, Q__MAX };

static const char *const sql[Q__MAX] = {
	[Q_PUT] = "INSERT INTO device_key (device, sealed, created) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (device) DO UPDATE SET sealed = excluded.sealed, created = excluded.created",
	[Q_GET] = "SELECT device, sealed, refused FROM device_key WHERE device = ?1",
	[Q_REFUSED] = "UPDATE device_key SET refused = ?2 WHERE device = ?1",
	[Q_NONCE] = "INSERT INTO device_nonce (device, nonce, time) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (device, nonce) DO NOTHING RETURNING 1",
	[Q_USED] = "SELECT 1 FROM device_nonce WHERE device = ?1 AND nonce = ?2",
	[Q_PRUNE] = "DELETE FROM device_nonce WHERE device = ?1 AND time < ?2",
	[Q_COUNT] = "SELECT count(*), min(time) FROM device_nonce WHERE device = ?1 AND time >= ?2",
};

const struct db_table store_key_table = { STORE_KEY, "device_key", sql, Q__MAX };

enum rc
store_key_put(struct tx *tx, const struct device_key *key)
{
	struct db_stmt *s = db_query(tx->db, &store_key_table, Q_PUT);

	db_bind_int(s, 1, key->device);
	db_bind_blob(s, 2, key->sealed, key->len);
	db_bind_int(s, 3, tx->now_ms);
	return db_run(s);
}

enum rc
store_key_get(struct db *db, int64_t device, struct mem_arena *a, struct device_key *out)
{
	struct db_stmt *s = db_query(db, &store_key_table, Q_GET);
	const void *sealed;
	enum rc rc;
	size_t n;

	db_bind_int(s, 1, device);
	if ((rc = db_step(s)) != RC_OK)
		return rc;
	sealed = db_blob(s, 1, &n);
	*out = (struct device_key){ .device = db_int(s, 0), .len = n, .refused = db_int(s, 2),
	    .sealed = (const unsigned char *)mem_bytes(a, sealed, n) };
	db_reset(s);
	return RC_OK;
}

enum rc
store_key_refused(struct tx *tx, int64_t device)
{
	struct db_stmt *s = db_query(tx->db, &store_key_table, Q_REFUSED);

	db_bind_int(s, 1, device);
	db_bind_int(s, 2, tx->now_ms);
	return db_run(s);
}

enum rc
store_nonce_add(struct tx *tx, int64_t device, const char *nonce, int64_t before)
{
	struct db_stmt *s = db_query(tx->db, &store_key_table, Q_PRUNE);
	enum rc rc;

	db_bind_int(s, 1, device);
	db_bind_int(s, 2, before);
	if ((rc = db_run(s)) != RC_OK)
		return rc;
	s = db_query(tx->db, &store_key_table, Q_NONCE);
	db_bind_int(s, 1, device);
	db_bind_text(s, 2, nonce);
	db_bind_int(s, 3, tx->now_ms);
	rc = db_step(s);
	db_reset(s);
	return rc == RC_NOT_FOUND ? RC_EXISTS : rc;
}

bool
store_nonce_used(struct db *db, int64_t device, const char *nonce)
{
	struct db_stmt *s = db_query(db, &store_key_table, Q_USED);

	db_bind_int(s, 1, device);
	db_bind_text(s, 2, nonce);
	return store_any(s);
}

int64_t
store_nonce_count(struct db *db, int64_t device, int64_t since, int64_t *oldest)
{
	struct db_stmt *s = db_query(db, &store_key_table, Q_COUNT);
	int64_t n = 0;

	*oldest = 0;
	db_bind_int(s, 1, device);
	db_bind_int(s, 2, since);
	if (db_step(s) == RC_OK) {
		n = db_int(s, 0);
		*oldest = db_int(s, 1);
		db_reset(s);
	}
	return n;
}
