/* SPDX-License-Identifier: ISC
 *
 * What SQLite can do at most: transactions of one row, and reads of one row, as the house has its
 * database (WAL, synchronous=NORMAL).
 *
 *	ceiling_sqlite FILE SECONDS
 */
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/sample.h"

#define ROWS 1000

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		errx(1, "%s: %s", sql, sqlite3_errmsg(db));
	return s;
}

static void
run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		errx(1, "%s: %s", sql, sqlite3_errmsg(db));
}

static double
writes(sqlite3 *db, double seconds)
{
	sqlite3_stmt *s = prepare(db, "INSERT INTO t (time, state) VALUES (?1, ?2)");
	int64_t start = sample_now_us(), now = start;
	long long n = 0;

	for (; now - start < (int64_t)(seconds * 1e6); n++) {
		sqlite3_bind_int64(s, 1, now);
		sqlite3_bind_text(s, 2, n % 2 ? "on" : "off", -1, SQLITE_STATIC);
		if (sqlite3_step(s) != SQLITE_DONE)
			errx(1, "insert: %s", sqlite3_errmsg(db));
		sqlite3_reset(s);
		now = sample_now_us();
	}
	sqlite3_finalize(s);
	return (double)n * 1e6 / (double)(now - start);
}

static double
reads(sqlite3 *db, double seconds)
{
	sqlite3_stmt *s = prepare(db, "SELECT time, state FROM t WHERE id = ?1");
	int64_t start = sample_now_us(), now = start;
	long long n = 0, bytes = 0;

	for (; now - start < (int64_t)(seconds * 1e6); n++) {
		sqlite3_bind_int64(s, 1, 1 + n % ROWS);
		if (sqlite3_step(s) == SQLITE_ROW)
			bytes += sqlite3_column_bytes(s, 1);
		sqlite3_reset(s);
		now = sample_now_us();
	}
	sqlite3_finalize(s);
	if (bytes < n)
		errx(1, "rows are missing");
	return (double)n * 1e6 / (double)(now - start);
}

int
main(int argc, char **argv)
{
	sqlite3 *db;
	double seconds, w;

	if (argc != 3 || (seconds = strtod(argv[2], NULL)) <= 0)
		errx(2, "usage: ceiling_sqlite FILE SECONDS");
	if (sqlite3_open(argv[1], &db) != SQLITE_OK)
		errx(1, "%s", argv[1]);
	run(db, "PRAGMA journal_mode=WAL");
	run(db, "PRAGMA synchronous=NORMAL");
	run(db, "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, time INTEGER, state TEXT)");
	w = writes(db, seconds);
	printf("{\"writes\":%.0f,\"reads\":%.0f}\n", w, reads(db, seconds / 2));
	sqlite3_close(db);
	return 0;
}
