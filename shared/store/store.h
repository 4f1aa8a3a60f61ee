/* SPDX-License-Identifier: ISC
 *
 * The house's database as a whole: opening it, bringing its schema up to date, and writing to it. All
 * writes of a process go through one store_writer: what several threads want written at the same
 * time shares one transaction (each part in its own savepoint), in order of arrival.
 */
#ifndef STORE_H
#define STORE_H

#include "shared/base/conf.h"
#include "shared/base/clock.h"
#include "shared/base/rc.h"
#include "shared/store/db.h"

/* A connection as the configuration says (url, durability). */
enum rc store_open(const struct conf *conf, enum db_mode mode, struct db **out, struct fault *f);
/* Brings the schema up to the newest migration, one transaction each. RC_UNSUPPORTED: the file is
 * newer than this program. Safe when several processes try at once. */
enum rc store_migrate(struct db *db, struct fault *f);
int store_schema_newest(void);

/* Of an event's kind; kinds are small numbers, and two that shared a bit would be looked at once too often. */
#define STORE_KIND_BIT(kind) (UINT64_C(1) << ((unsigned int)(kind) % 64))

/* One unit of writing, handed to everything that changes the house. */
struct tx {
	struct db	*db;		/* inside a write transaction */
	int64_t		 now_ms;	/* UTC; one moment for the whole unit */
	const char	*actor;		/* who: "user:anna", "token:ci", "automation:3", "mqtt", "system" */
	int64_t		 cause;		/* event id that led to this, 0 for none */
	int		 events;	/* events appended so far */
	uint64_t	 kinds;		/* which: their STORE_KIND_BITs */
	int64_t		 newest;	/* event of the log as far as it was asked for, 0: not yet */
	const char	*reason;	/* why, in the actor's words, or NULL: told by the revisions */
	int64_t		 restores;	/* id of the revision that is being restored, 0 for none */
};

typedef enum rc (*store_fn)(struct tx *tx, void *arg, struct fault *f);

struct store_writer;

/* after_commit (may be NULL) is called with `arg` after each commit that appended events: the doorbell. */
enum rc store_writer_open(const struct conf *conf, const struct clock *clock,
    void (*after_commit)(void *arg), void *arg, struct store_writer **out, struct fault *f);
void store_writer_close(struct store_writer *w);
/*
 * Runs fn inside a write transaction and returns after the commit, with fn's rc (its part is rolled
 * back unless RC_OK) or the commit's. fn may run on another thread, and twice: what it changes besides the
 * database must be the same then. It must not block. Thread-safe.
 */
enum rc store_write(struct store_writer *w, const char *actor, store_fn fn, void *arg,
    struct fault *f);
/* The writer's connection, for a process whose only thread is the caller. */
struct db *store_writer_db(struct store_writer *w);

#endif
