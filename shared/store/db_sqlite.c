/* SPDX-License-Identifier: ISC
 *
 * The SQLite driver of the database port; owns libsqlite3. The only place that makes connections and sets
 * pragmas. Called by the store layer and, for opening and transactions, by whoever holds a struct core.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/store/store_int.h"

#define LOG_PAGES 2000	/* of the write-ahead log: 8 MB, as long as it should get */
#define RESTART_MS 50	/* what writers may wait for it to be started anew */

enum own { OWN_BEGIN, OWN_WRITE, OWN_COMMIT, OWN_ROLLBACK, OWN_SAVE, OWN_RELEASE, OWN_UNSAVE, OWN__MAX };

static const char *const own_sql[OWN__MAX] = {
	[OWN_BEGIN] = "BEGIN",
	[OWN_WRITE] = "BEGIN IMMEDIATE",
	[OWN_COMMIT] = "COMMIT",
	[OWN_ROLLBACK] = "ROLLBACK",
	[OWN_SAVE] = "SAVEPOINT part",
	[OWN_RELEASE] = "RELEASE part",
	[OWN_UNSAVE] = "ROLLBACK TO part",
};

struct db {
	sqlite3		*handle;
	sqlite3_stmt	*own[OWN__MAX];
	sqlite3_stmt	**stmts[STORE__MAX];	/* made on first use of a table */
	char		*path;
	int		 queue_fd;		/* orders the writers of all processes, -1 for readers */
	int		 busy_ms;		/* wait for a lock */
	int		 wal_pages;		/* in the log after the last commit */
	int		 checkpoint_pages;	/* a commit that leaves more moves them, 0: never */
	const char	*file;			/* where the open write transaction began */
	int		 line;
};

static enum rc
rc_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return RC_OK;
	case SQLITE_CONSTRAINT:
		return RC_EXISTS;
	case SQLITE_FULL:
		return RC_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return RC_BUSY;
	case SQLITE_CANTOPEN:
	case SQLITE_NOTADB:
	case SQLITE_READONLY:
	case SQLITE_IOERR:
		return RC_DOWN;
	default:
		return RC_ERROR;
	}
}

static enum rc
failed(struct db *db, const char *what, int code)
{
	enum rc rc = rc_of(code);

	if (rc != RC_OK && rc != RC_EXISTS)
		log_error("database", "%s: %s", what, sqlite3_errmsg(db->handle));
	return rc;
}

/* Called by SQLite when a statement has ended. */
static int
profiled(unsigned int type, void *arg, void *stmt, void *ns)
{
	(void)type;
	(void)arg;
	db_slow_note(sqlite3_sql(stmt), *(const sqlite3_int64 *)ns);
	return 0;
}

static void
library_start(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

static enum rc
set_pragmas(struct db *db, const struct db_options *o, struct fault *f)
{
	char sql[512];
	bool write = o->mode == DB_WRITE;

	snprintf(sql, sizeof(sql),
	    "PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
	    "PRAGMA foreign_keys = ON;%s%s%s", o->cache_kib > 0 ? o->cache_kib : 256,
	    write ? "PRAGMA journal_size_limit = 67108864;" : "",
	    write && o->full_durability ? "PRAGMA synchronous = FULL;" : "",
	    write && !o->full_durability ? "PRAGMA synchronous = NORMAL;" : "");
	return db_script(db, sql, f);
}

/* False as well when it cannot be told now. */
static bool
has_wal(struct db *db)
{
	sqlite3_stmt *s = NULL;
	bool yes;

	yes = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode", -1, &s, NULL) == SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
	sqlite3_finalize(s);
	return yes;
}

/*
 * All programs start together with a new house, and sqlite does not wait when others look at the file
 * while its journal's mode changes: here it is waited for, one after the other in the writers' queue.
 */
static enum rc
set_wal(struct db *db, struct fault *f)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	int64_t end = clock_mono_us() + (int64_t)db->busy_ms * 1000;
	enum rc rc;

	while (flock(db->queue_fd, LOCK_EX) == -1)
		if (errno != EINTR)
			return fault_set(f, RC_ERROR, NULL, "%s-queue: %s", db->path, strerror(errno));
	while ((rc = db_script(db, "PRAGMA journal_mode = WAL", f)) == RC_BUSY && clock_mono_us() < end)
		nanosleep(&pause, NULL);
	flock(db->queue_fd, LOCK_UN);
	return rc;
}

/* In place of sqlite's automatic checkpoint, which would happen while others wait in the queue. */
static int
on_wal(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct db *db = arg;

	(void)handle;
	(void)name;
	db->wal_pages = pages;
	return SQLITE_OK;
}

static enum rc
open_queue(struct db *db, struct fault *f)
{
	char *path = mem_xprintf("%s-queue", db->path);

	db->queue_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	free(path);
	if (db->queue_fd == -1)
		return fault_set(f, RC_DOWN, NULL, "%s-queue: %s", db->path, strerror(errno));
	return RC_OK;
}

enum rc
db_open(const char *url, const struct db_options *o, struct db **out, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct db *db;
	enum rc rc = RC_OK;
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	if (strncmp(url, "sqlite:///", 10) != 0)
		return fault_set(f, RC_UNSUPPORTED, "DATABASE_URL",
		    "only sqlite:///PATH is supported, not %.64s", url);
	pthread_once(&once, library_start);
	db = mem_xcalloc(1, sizeof(*db));
	db->queue_fd = -1;
	db->path = mem_xstrdup(url[10] == '/' || url[10] == '.' ? url + 10 : url + 9);
	flags |= o->mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	if (sqlite3_open_v2(db->path, &db->handle, flags, NULL) != SQLITE_OK)
		rc = fault_set(f, RC_DOWN, NULL, "cannot open %s: %s", db->path,
		    db->handle == NULL ? "out of memory" : sqlite3_errmsg(db->handle));
	if (rc == RC_OK) {
		sqlite3_db_config(db->handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, 256, 64);
		db->busy_ms = o->busy_ms > 0 ? o->busy_ms : 5000;
		sqlite3_busy_timeout(db->handle, db->busy_ms);
		sqlite3_trace_v2(db->handle, SQLITE_TRACE_PROFILE, profiled, NULL);
		rc = set_pragmas(db, o, f);
	}
	if (rc == RC_OK && o->mode == DB_WRITE) {
		if (!o->no_checkpoint)
			db->checkpoint_pages = o->checkpoint_pages > 0 ? o->checkpoint_pages : 1000;
		sqlite3_wal_hook(db->handle, on_wal, db);
		if ((rc = open_queue(db, f)) == RC_OK && !has_wal(db))
			rc = set_wal(db, f);
	}
	if (rc != RC_OK) {
		db_close(db);
		return rc;
	}
	*out = db;
	return RC_OK;
}

void
db_interrupt(struct db *db)
{
	sqlite3_interrupt(db->handle);
}

void
db_close(struct db *db)
{
	int i, j;

	if (db == NULL)
		return;
	for (i = 0; i < STORE__MAX; i++) {
		for (j = 0; db->stmts[i] != NULL && j < stores[i]->n; j++)
			sqlite3_finalize(db->stmts[i][j]);
		free(db->stmts[i]);
	}
	for (i = 0; i < OWN__MAX; i++)
		sqlite3_finalize(db->own[i]);
	sqlite3_close(db->handle);
	if (db->queue_fd != -1)
		close(db->queue_fd);
	free(db->path);
	free(db);
}

enum rc
db_prepare_all(struct db *db, struct fault *f)
{
	sqlite3_stmt *s;
	int i, j;

	for (i = 0; i < STORE__MAX; i++)
		for (j = 0; j < stores[i]->n; j++) {
			if (sqlite3_prepare_v2(db->handle, stores[i]->sql[j], -1, &s, NULL) != SQLITE_OK)
				return fault_set(f, RC_ERROR, stores[i]->name, "statement %d: %s", j,
				    sqlite3_errmsg(db->handle));
			sqlite3_finalize(s);
		}
	return RC_OK;
}

static sqlite3_stmt *
prepare(struct db *db, const char *sql)
{
	sqlite3_stmt *s = NULL;
	int code;

	code = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
	if (code != SQLITE_OK && rc_of(code) == RC_ERROR) {
		log_error("database", "%s: %s", sqlite3_errmsg(db->handle), sql);
		abort();
	}
	return s;
}

struct db_stmt *
db_query(struct db *db, const struct db_table *t, int q)
{
	sqlite3_stmt **s;

	if (db->stmts[t->slot] == NULL)
		db->stmts[t->slot] = mem_xcalloc((size_t)t->n, sizeof(sqlite3_stmt *));
	s = &db->stmts[t->slot][q];
	if (*s == NULL)
		*s = prepare(db, t->sql[q]);	/* NULL while the file cannot be read: db_step says so */
	else {
		sqlite3_reset(*s);
		sqlite3_clear_bindings(*s);
	}
	return (struct db_stmt *)*s;
}

void
db_bind_int(struct db_stmt *s, int i, int64_t v)
{
	sqlite3_bind_int64((sqlite3_stmt *)s, i, v);
}

void
db_bind_real(struct db_stmt *s, int i, double v)
{
	sqlite3_bind_double((sqlite3_stmt *)s, i, v);
}

void
db_bind_text(struct db_stmt *s, int i, const char *v)
{
	if (v == NULL)
		sqlite3_bind_null((sqlite3_stmt *)s, i);
	else
		sqlite3_bind_text((sqlite3_stmt *)s, i, v, -1, SQLITE_STATIC);
}

void
db_bind_textn(struct db_stmt *s, int i, const char *v, size_t n)
{
	sqlite3_bind_text64((sqlite3_stmt *)s, i, v, n, SQLITE_STATIC, SQLITE_UTF8);
}

void
db_bind_blob(struct db_stmt *s, int i, const void *v, size_t n)
{
	sqlite3_bind_blob64((sqlite3_stmt *)s, i, v, n, SQLITE_STATIC);
}

void
db_bind_null(struct db_stmt *s, int i)
{
	sqlite3_bind_null((sqlite3_stmt *)s, i);
}

enum rc
db_step(struct db_stmt *s)
{
	sqlite3_stmt *stmt = (sqlite3_stmt *)s;
	enum rc rc;
	int code;

	if (stmt == NULL) {
		log_error("database", "cannot be read: statement not prepared");
		return RC_DOWN;
	}
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		return RC_OK;
	if (code == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return RC_NOT_FOUND;
	}
	rc = rc_of(code);
	if (rc != RC_EXISTS)
		log_error("database", "%s: %s", sqlite3_errmsg(sqlite3_db_handle(stmt)), sqlite3_sql(stmt));
	sqlite3_reset(stmt);
	return rc;
}

enum rc
db_run(struct db_stmt *s)
{
	enum rc rc = db_step(s);

	if (rc == RC_OK)
		db_reset(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

void
db_reset(struct db_stmt *s)
{
	sqlite3_reset((sqlite3_stmt *)s);
}

bool
db_is_null(struct db_stmt *s, int col)
{
	return sqlite3_column_type((sqlite3_stmt *)s, col) == SQLITE_NULL;
}

int64_t
db_int(struct db_stmt *s, int col)
{
	return sqlite3_column_int64((sqlite3_stmt *)s, col);
}

double
db_real(struct db_stmt *s, int col)
{
	return sqlite3_column_double((sqlite3_stmt *)s, col);
}

const char *
db_text(struct db_stmt *s, int col)
{
	return (const char *)sqlite3_column_text((sqlite3_stmt *)s, col);
}

const char *
db_textn(struct db_stmt *s, int col, size_t *n)
{
	const char *p = (const char *)sqlite3_column_text((sqlite3_stmt *)s, col);

	*n = p != NULL ? (size_t)sqlite3_column_bytes((sqlite3_stmt *)s, col) : 0;
	return p;
}

const void *
db_blob(struct db_stmt *s, int col, size_t *n)
{
	const void *p = sqlite3_column_blob((sqlite3_stmt *)s, col);

	*n = p != NULL ? (size_t)sqlite3_column_bytes((sqlite3_stmt *)s, col) : 0;
	return p;
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int
db_changes(struct db *db)
{
	return sqlite3_changes(db->handle);
}

int64_t
db_total_changes(struct db *db)
{
	return sqlite3_total_changes64(db->handle);
}

static enum rc
own(struct db *db, enum own what)
{
	int code;

	if (db->own[what] == NULL)
		db->own[what] = prepare(db, own_sql[what]);
	code = sqlite3_step(db->own[what]);
	sqlite3_reset(db->own[what]);
	return failed(db, own_sql[what], code);
}

enum rc
db_begin_read(struct db *db)
{
	return own(db, OWN_BEGIN);
}

void
db_end_read(struct db *db)
{
	if (sqlite3_get_autocommit(db->handle) == 0)
		own(db, OWN_COMMIT);
}

uint32_t
db_version(struct db *db)
{
	unsigned int version = 0;

	sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_DATA_VERSION, &version);
	return version;
}

enum rc
db_begin_write_at(struct db *db, const char *file, int line)
{
	enum rc rc;

	if (db->file != NULL) {
		log_error("database", "write transaction of %s:%d nested in %s:%d", file, line, db->file,
		    db->line);
		abort();
	}
	while (flock(db->queue_fd, LOCK_EX) == -1)
		if (errno != EINTR) {
			log_error("database", "%s-queue: %s", db->path, strerror(errno));
			return RC_DOWN;
		}
	rc = own(db, OWN_WRITE);
	if (rc != RC_OK) {
		flock(db->queue_fd, LOCK_UN);
		return rc;
	}
	db->file = file;
	db->line = line;
	return RC_OK;
}

static void
end_write(struct db *db)
{
	db->file = NULL;
	flock(db->queue_fd, LOCK_UN);
}

enum rc
db_commit(struct db *db)
{
	enum rc rc = own(db, OWN_COMMIT);

	if (rc != RC_OK) {
		db_rollback(db);
		return rc;
	}
	end_write(db);
	if (db->checkpoint_pages > 0 && db->wal_pages >= db->checkpoint_pages)
		db_checkpoint(db);
	return RC_OK;
}

void
db_rollback(struct db *db)
{
	if (db->file == NULL)
		return;
	if (sqlite3_get_autocommit(db->handle) == 0)
		own(db, OWN_ROLLBACK);
	end_write(db);
}

enum rc
db_savepoint(struct db *db)
{
	return own(db, OWN_SAVE);
}

enum rc
db_savepoint_release(struct db *db)
{
	return own(db, OWN_RELEASE);
}

void
db_savepoint_rollback(struct db *db)
{
	if (sqlite3_get_autocommit(db->handle) != 0)
		return;		/* a full disk has rolled back everything already */
	own(db, OWN_UNSAVE);
	own(db, OWN_RELEASE);
}

enum rc
db_script(struct db *db, const char *sql, struct fault *f)
{
	char *msg = NULL;
	int code;

	code = sqlite3_exec(db->handle, sql, NULL, NULL, &msg);
	if (code != SQLITE_OK)
		fault_set(f, rc_of(code), NULL, "%s: %s", db->path, msg != NULL ? msg : sqlite3_errstr(code));
	sqlite3_free(msg);
	return rc_of(code);
}

/*
 * A log that is written and read all the time never comes to its end, so it would grow, and every
 * commit would try to carry it further. When it is long, the writers wait for the few pages that came
 * meanwhile and, at most RESTART_MS, for readers to leave it: the next writer starts it anew.
 */
static int
restart_log(struct db *db)
{
	int code;

	if (flock(db->queue_fd, LOCK_EX) == -1)
		return SQLITE_BUSY;
	sqlite3_busy_timeout(db->handle, RESTART_MS);
	code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
	sqlite3_busy_timeout(db->handle, db->busy_ms);
	flock(db->queue_fd, LOCK_UN);
	return code;
}

enum rc
db_checkpoint(struct db *db)
{
	int pages = 0, code;

	code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);
	if (code == SQLITE_OK && pages > LOG_PAGES)
		code = restart_log(db);
	return (code & 0xff) == SQLITE_BUSY ? RC_BUSY : failed(db, "checkpoint", code);
}

/* The first column of the first row of a pragma, as text. */
static enum rc
pragma_text(struct db *db, const char *sql, char *out, size_t outlen)
{
	sqlite3_stmt *s = prepare(db, sql);
	enum rc rc = RC_DOWN;

	if (s != NULL && sqlite3_step(s) == SQLITE_ROW) {
		strlcpy(out, (const char *)sqlite3_column_text(s, 0), outlen);
		rc = RC_OK;
	}
	sqlite3_finalize(s);
	return rc;
}

enum rc
db_integrity(struct db *db, char *out, size_t outlen)
{
	return pragma_text(db, "PRAGMA integrity_check(1)", out, outlen);
}

bool
db_moved(struct db *db)
{
	int moved = 0;

	return sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    moved != 0;
}

int64_t
db_size(struct db *db)
{
	struct stat st;

	return stat(db->path, &st) == 0 ? st.st_size : 0;
}

int64_t
db_wal_size(struct db *db)
{
	char *path = mem_xprintf("%s-wal", db->path);
	struct stat st;
	int64_t size = stat(path, &st) == 0 ? st.st_size : 0;

	free(path);
	return size;
}

int
db_schema_version(struct db *db)
{
	char text[32] = "0";

	pragma_text(db, "PRAGMA user_version", text, sizeof(text));
	return (int)strtol(text, NULL, 10);
}
