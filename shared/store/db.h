/* SPDX-License-Identifier: ISC
 *
 * The database port: connections, prepared statements, transactions. db_sqlite.c is the driver. SQL
 * text lives in the statement tables of shared/store/store_*.c, indexed by enum; a statement is
 * prepared on first use per connection (db_prepare_all at start proves that every one is right).
 * One connection belongs to one thread at a time.
 */
#ifndef DB_H
#define DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/rc.h"

struct db;
struct db_stmt;

enum db_mode {
	DB_READ,	/* a handle that cannot write: GET routes, readers */
	DB_WRITE
};

/* A file's statements: db_query(db, &table, Q_SOMETHING). Listed in stores.c. */
struct db_table {
	int			 slot;	/* its place in stores.c, enum store_slot */
	const char		*name;
	const char *const	*sql;
	int			 n;
};

struct db_options {
	enum db_mode	mode;
	bool		full_durability;	/* synchronous=FULL instead of NORMAL */
	int		cache_kib;		/* page cache, 0: 256 KiB */
	int		busy_ms;		/* wait for a lock, 0: 5000 */
	bool		no_checkpoint;		/* commits leave the checkpoint to somebody else */
	int		checkpoint_pages;	/* else a commit does it when the log is so long, 0: 1000 */
};

/*
 * url: sqlite:///path. The one place where connections are made and pragmas are set. RC_DOWN when
 * the file cannot be opened, RC_UNSUPPORTED for another scheme.
 */
enum rc db_open(const char *url, const struct db_options *o, struct db **out, struct fault *f);
void db_close(struct db *db);			/* NULL is legal */
void db_interrupt(struct db *db);	/* from any thread: what is being read there ends with an error */
/* Prepares every statement of every table in stores.c. RC_ERROR names the bad one in *f. */
enum rc db_prepare_all(struct db *db, struct fault *f);

/* Ready to bind: reset, bindings cleared. A statement is used by one caller at a time. Ends the
 * process when the text is wrong (db_prepare_all would have found it). */
struct db_stmt *db_query(struct db *db, const struct db_table *t, int q);
/* Parameters are ?1, ?2, ... Text is borrowed until db_reset or the next db_query of the statement. */
void db_bind_int(struct db_stmt *s, int i, int64_t v);
void db_bind_real(struct db_stmt *s, int i, double v);
void db_bind_text(struct db_stmt *s, int i, const char *v);	/* NULL binds null */
void db_bind_textn(struct db_stmt *s, int i, const char *v, size_t n);
void db_bind_blob(struct db_stmt *s, int i, const void *v, size_t n);
void db_bind_null(struct db_stmt *s, int i);
/* RC_OK: a row is there. RC_NOT_FOUND: no more rows (the statement is reset). Else an error, logged. */
enum rc db_step(struct db_stmt *s);
/* Runs a statement that gives no row to its end. RC_OK, RC_EXISTS (constraint), RC_FULL, RC_BUSY, ... */
enum rc db_run(struct db_stmt *s);
/* Ends reading before the last row. */
void db_reset(struct db_stmt *s);

bool db_is_null(struct db_stmt *s, int col);
int64_t db_int(struct db_stmt *s, int col);
double db_real(struct db_stmt *s, int col);
const char *db_text(struct db_stmt *s, int col);	/* borrowed until the next step; NULL for null */
const char *db_textn(struct db_stmt *s, int col, size_t *n);
const void *db_blob(struct db_stmt *s, int col, size_t *n);

int64_t db_last_id(struct db *db);	/* row id of the last insert */
int db_changes(struct db *db);		/* rows touched by the last statement */
int64_t db_total_changes(struct db *db);	/* rows touched since it was opened, also what was taken back */

/* A read transaction: everything until db_end_read sees one moment of the house. */
enum rc db_begin_read(struct db *db);
void db_end_read(struct db *db);

/* Differs when another connection has committed since: inside a read transaction, after its first statement. */
uint32_t db_version(struct db *db);

/*
 * A write transaction (BEGIN IMMEDIATE), in order of arrival among all processes (a lock file next to the
 * database queues them; sqlite's own lock only guards). Nesting ends the process, naming both places.
 */
#define db_begin_write(db) db_begin_write_at(db, __FILE__, __LINE__)
enum rc db_begin_write_at(struct db *db, const char *file, int line);
/* RC_FULL, RC_ERROR: rolled back. */
enum rc db_commit(struct db *db);
void db_rollback(struct db *db);
/* Inside a write transaction: a part that can fail alone. */
enum rc db_savepoint(struct db *db);
enum rc db_savepoint_release(struct db *db);
void db_savepoint_rollback(struct db *db);

/* Runs SQL text of the store layer itself (migrations, pragmas). */
enum rc db_script(struct db *db, const char *sql, struct fault *f);
/* Moves committed pages from the log into the file as far as readers allow. Writers wait a moment only
 * when the log has become long. A connection that writes. */
enum rc db_checkpoint(struct db *db);
/* "ok" or the first complaint of the integrity check. */
enum rc db_integrity(struct db *db, char *out, size_t outlen);
/* The number of migrations that were applied, 0 for an empty file. */
int db_schema_version(struct db *db);
/* The file behind the connection is no longer the one at its path: moved, deleted or replaced. */
bool db_moved(struct db *db);
int64_t db_size(struct db *db);		/* bytes of the database file */
int64_t db_wal_size(struct db *db);	/* bytes of its write-ahead log */

/* The statements that took longest at least once (more than 5 ms), in any process; seconds 0: no more. */
#define DB_SLOW 5
struct db_slow {
	char		 name[64];	/* "entity.3", "commit" */
	const char	*sql;		/* or NULL */
	double		 seconds;
};
void db_slowest(struct db_slow list[DB_SLOW]);
/* For drivers: a statement ran so long. */
void db_slow_note(const char *sql, int64_t ns);

#endif
