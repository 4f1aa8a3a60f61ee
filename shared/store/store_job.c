/* SPDX-License-Identifier: ISC
 *
 * Statements of jobs.
 */
#include "shared/store/store_job.h"

#include <string.h>

#include "shared/store/store_int.h"

enum { Q_LIST, Q_GET, Q_BEGIN, Q_PROGRESS, Q_END, Q__MAX };

#define COLUMNS "SELECT name, status, percent, detail, started, ended, last_success, runs, failures " \
	"FROM job "

static const char *const sql[Q__MAX] = {
	[Q_LIST] = COLUMNS "ORDER BY name",
	[Q_GET] = COLUMNS "WHERE name = ?1",
	[Q_BEGIN] = "INSERT INTO job (name, status, started, runs) VALUES (?1, 'running', ?2, 1) "
	    "ON CONFLICT (name) DO UPDATE SET failures = failures + (status = 'running'), "
	    "status = 'running', percent = 0, detail = NULL, started = ?2, ended = NULL, runs = runs + 1",
	[Q_PROGRESS] = "UPDATE job SET percent = ?2, detail = ?3 WHERE name = ?1",
	[Q_END] = "UPDATE job SET status = CASE ?2 WHEN 1 THEN 'done' ELSE 'failed' END, "
	    "percent = CASE ?2 WHEN 1 THEN 100 ELSE percent END, detail = ?3, ended = ?4, "
	    "last_success = CASE ?2 WHEN 1 THEN ?4 ELSE last_success END, failures = failures + 1 - ?2 "
	    "WHERE name = ?1",
};

const struct db_table store_job_table = { STORE_JOB, "job", sql, Q__MAX };

static void
read_row(struct db_stmt *s, struct mem_arena *a, void *row)
{
	struct job_row *j = row;

	j->name = store_text(s, 0, a);
	j->status = store_text(s, 1, a);
	j->percent = (int)db_int(s, 2);
	j->detail = store_text(s, 3, a);
	j->started = db_int(s, 4);
	j->ended = db_int(s, 5);
	j->last_success = db_int(s, 6);
	j->runs = db_int(s, 7);
	j->failures = db_int(s, 8);
}

enum rc
store_job_list(struct db *db, struct mem_arena *a, struct job_row **rows, size_t *n)
{
	struct db_stmt *s = db_query(db, &store_job_table, Q_LIST);

	return store_all(s, read_row, sizeof(**rows), a, rows, n);
}

enum rc
store_job_get(struct db *db, const char *name, struct mem_arena *a, struct job_row *out)
{
	struct db_stmt *s = db_query(db, &store_job_table, Q_GET);

	db_bind_text(s, 1, name);
	return store_one(s, read_row, a, out);
}

enum rc
store_job_begin(struct tx *tx, const char *name, bool *died)
{
	struct db_stmt *s = db_query(tx->db, &store_job_table, Q_GET);
	bool running = false;
	enum rc rc;

	db_bind_text(s, 1, name);
	rc = db_step(s);
	if (rc == RC_OK) {
		running = strcmp(db_text(s, 1), "running") == 0;
		db_reset(s);
	} else if (rc != RC_NOT_FOUND)
		return rc;
	s = db_query(tx->db, &store_job_table, Q_BEGIN);
	db_bind_text(s, 1, name);
	db_bind_int(s, 2, tx->now_ms);
	if ((rc = db_run(s)) == RC_OK)
		*died = running;
	return rc;
}

enum rc
store_job_progress(struct tx *tx, const char *name, int percent, const char *detail)
{
	struct db_stmt *s = db_query(tx->db, &store_job_table, Q_PROGRESS);

	db_bind_text(s, 1, name);
	db_bind_int(s, 2, percent);
	db_bind_text(s, 3, detail);
	return db_run(s);
}

enum rc
store_job_end(struct tx *tx, const char *name, bool success, const char *detail)
{
	struct db_stmt *s = db_query(tx->db, &store_job_table, Q_END);

	db_bind_text(s, 1, name);
	db_bind_int(s, 2, success);
	db_bind_text(s, 3, detail);
	db_bind_int(s, 4, tx->now_ms);
	return db_run(s);
}
