/* SPDX-License-Identifier: ISC
 *
 * Opening the house's database and bringing its schema up to date.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/store/store.h"
#include "shared/store/store_int.h"

enum rc
store_open(const struct conf *conf, enum db_mode mode, struct db **out, struct fault *f)
{
	struct db_options o = {
		.mode = mode,
		.full_durability = strcmp(conf_text(conf, CONF_DATABASE_DURABILITY), "full") == 0,
	};

	return db_open(conf_text(conf, CONF_DATABASE_URL), &o, out, f);
}

int
store_schema_newest(void)
{
	int n = 0;

	while (store_migrations[n].name != NULL)
		n++;
	return n;
}

/* One migration in its own transaction; another process may have been faster. */
static enum rc
migrate_one(struct db *db, int version, struct fault *f)
{
	char sql[64];
	enum rc rc;

	if ((rc = db_begin_write(db)) != RC_OK)
		return fault_set(f, rc, NULL, "the database is locked or cannot be written");
	if (db_schema_version(db) > version) {
		db_rollback(db);
		return RC_OK;
	}
	rc = db_script(db, store_migrations[version].sql, f);
	if (rc == RC_OK) {
		snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version + 1);
		rc = db_script(db, sql, f);
	}
	if (rc != RC_OK) {
		db_rollback(db);
		log_error("database", "migration %s failed", store_migrations[version].name);
		return rc;
	}
	if ((rc = db_commit(db)) != RC_OK)
		return fault_set(f, rc, NULL, "migration %s: cannot commit", store_migrations[version].name);
	log_info("database", "migrated to %s", store_migrations[version].name);
	return RC_OK;
}

enum rc
store_migrate(struct db *db, struct fault *f)
{
	int newest = store_schema_newest(), version;
	enum rc rc;

	for (;;) {
		version = db_schema_version(db);
		if (version > newest)
			return fault_set(f, RC_UNSUPPORTED, NULL,
			    "the database has schema %d, this program knows %d: use the newer program",
			    version, newest);
		if (version == newest)
			return RC_OK;
		if ((rc = migrate_one(db, version, f)) != RC_OK)
			return rc;
	}
}
