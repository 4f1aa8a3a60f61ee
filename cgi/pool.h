/* SPDX-License-Identifier: ISC
 *
 * The database connections of an API process: a few readers that the threads take turns with, and the one
 * writer. They are opened when they are needed, all closed when the file behind them is no longer
 * the house's (moved away, restored from a backup), and opened again when it is there. Thread-safe.
 */
#ifndef POOL_H
#define POOL_H

#include "shared/domain/core.h"

#define POOL_READERS 8

struct pool;

struct pool *pool_new(const struct conf *conf, const struct clock *clock, struct bus *bus);
/* Nobody may use it any more. NULL is legal. */
void pool_free(struct pool *p);

/*
 * A core with a reader of the caller's own until pool_put; waits while all are taken. `now`: looks first
 * whether the file is still there, not just once a second. RC_DOWN with *f: the database cannot be
 * opened now. core->writer stays valid until pool_put, too.
 */
enum rc pool_get(struct pool *p, bool now, struct core **out, struct fault *f);
void pool_put(struct pool *p, struct core *core);

/* store_write() through the pool's writer. Looks first whether the file is still there. */
enum rc pool_write(struct pool *p, const char *actor, store_fn fn, void *arg, struct fault *f);

#endif
