/* SPDX-License-Identifier: ISC
 *
 * Connections of a process: last in, first out, so that few are used and their caches stay warm.
 */
#include <pthread.h>
#include <stdlib.h>

#include "cgi/pool.h"
#include "shared/base/mem.h"
#include "shared/base/metric.h"

#define LOOK_US 1000000		/* how often the file is looked at while only reading */
#define RETRY_US 200000		/* how often opening is tried again */

struct pool {
	const struct conf	*conf;
	const struct clock	*clock;
	struct bus		*bus;
	pthread_mutex_t		 lock;
	pthread_cond_t		 changed;
	struct store_writer	*writer;	/* NULL: closed */
	struct core		 cores[POOL_READERS];
	struct core		*idle[POOL_READERS];
	int			 n_idle, n_open;
	int			 users;		/* of readers and writer */
	int			 waiters;	/* threads that wait for a reader */
	bool			 stale;		/* close all once nobody uses them */
	int64_t			 looked_us, failed_us;
	struct fault		 failure;	/* why it could not be opened at failed_us */
};

static void
ring(void *arg)
{
	bus_ring(arg);
}

struct pool *
pool_new(const struct conf *conf, const struct clock *clock, struct bus *bus)
{
	struct pool *p = mem_xcalloc(1, sizeof(*p));

	p->conf = conf;
	p->clock = clock;
	p->bus = bus;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	return p;
}

/* Nobody uses anything: all open readers are idle. */
static void
close_all(struct pool *p)
{
	struct core *core;

	while (p->n_idle > 0) {
		core = p->idle[--p->n_idle];
		db_close(core->db);
		core->db = NULL;
	}
	p->n_open = 0;
	store_writer_close(p->writer);
	p->writer = NULL;
	p->stale = false;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	close_all(p);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* An older schema is brought up to date; a file that is not there is never made. */
static enum rc
open_writer(struct pool *p, struct db *reader, struct fault *f)
{
	struct db *db = NULL;
	enum rc rc = RC_OK;

	if (db_schema_version(reader) != store_schema_newest()) {
		rc = store_open(p->conf, DB_WRITE, &db, f);
		if (rc == RC_OK)
			rc = store_migrate(db, f);
		db_close(db);
	}
	if (rc == RC_OK)
		rc = store_writer_open(p->conf, p->clock, ring, p->bus, &p->writer, f);
	return rc;
}

/* One more reader, and the writer with the first one. Called with the lock held. */
static enum rc
open_one(struct pool *p, struct fault *f)
{
	struct core *core = NULL;
	struct db *db = NULL;
	enum rc rc;
	int i;

	rc = store_open(p->conf, DB_READ, &db, f);
	if (rc == RC_OK && p->writer == NULL)
		rc = open_writer(p, db, f);
	if (rc != RC_OK) {
		db_close(db);
		return rc;
	}
	for (i = 0; core == NULL; i++)
		if (p->cores[i].db == NULL)
			core = &p->cores[i];
	*core = (struct core){ .conf = p->conf, .clock = *p->clock, .db = db, .writer = p->writer, .bus = p->bus };
	p->n_open++;
	p->idle[p->n_idle++] = core;
	return RC_OK;
}

/* The file of an idle reader is looked at now and then, for each write always. */
static void
look(struct pool *p, bool now)
{
	int64_t us = clock_mono_us();

	if (p->n_idle == 0 || (!now && us - p->looked_us < LOOK_US))
		return;
	p->looked_us = us;
	if (db_moved(p->idle[p->n_idle - 1]->db))
		p->stale = true;
}

static enum rc
open_or_fail(struct pool *p, struct fault *f)
{
	int64_t us = clock_mono_us();
	enum rc rc;

	if (p->failure.rc != RC_OK && us - p->failed_us < RETRY_US) {
		*f = p->failure;
		return f->rc;
	}
	p->failure = (struct fault){0};
	if ((rc = open_one(p, f)) == RC_OK)
		return RC_OK;
	p->failed_us = us;
	p->failure = *f;
	return rc;
}

/* Until a reader is idle, or none can be had. Called with the lock held. */
static enum rc
await(struct pool *p, bool now, struct fault *f)
{
	enum rc rc;

	for (;;) {
		if (!p->stale)
			look(p, now);
		if (p->stale && p->users == 0)
			close_all(p);
		if (!p->stale && p->n_idle > 0)
			return RC_OK;
		if (p->stale || p->n_open == POOL_READERS) {
			p->waiters++;
			pthread_cond_wait(&p->changed, &p->lock);
			p->waiters--;
		} else if ((rc = open_or_fail(p, f)) != RC_OK)
			return rc;
	}
}

enum rc
pool_get(struct pool *p, bool now, struct core **out, struct fault *f)
{
	enum rc rc;

	pthread_mutex_lock(&p->lock);
	rc = await(p, now, f);
	if (rc == RC_OK) {
		*out = p->idle[--p->n_idle];
		p->users++;
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

/* One reader is enough for one waiter; when all is opened anew, all have to look. */
static void
leave(struct pool *p)
{
	bool stale = p->stale, wake = p->waiters > 0;

	p->users--;
	pthread_mutex_unlock(&p->lock);
	if (stale)
		pthread_cond_broadcast(&p->changed);
	else if (wake)
		pthread_cond_signal(&p->changed);
}

void
pool_put(struct pool *p, struct core *core)
{
	pthread_mutex_lock(&p->lock);
	p->idle[p->n_idle++] = core;
	leave(p);
}

/* The gauge that says that the house only reads, without writing it on every request. */
static void
tell_full(bool full)
{
	if (full != (metric_get(METRIC_DISK_FULL, "") != 0))
		metric_set(METRIC_DISK_FULL, full ? 1 : 0);
}

enum rc
pool_write(struct pool *p, const char *actor, store_fn fn, void *arg, struct fault *f)
{
	enum rc rc;

	pthread_mutex_lock(&p->lock);
	if ((rc = await(p, true, f)) != RC_OK) {
		pthread_mutex_unlock(&p->lock);
		return rc;
	}
	p->users++;
	pthread_mutex_unlock(&p->lock);
	rc = store_write(p->writer, actor, fn, arg, f);
	if (rc == RC_OK || rc == RC_FULL)
		tell_full(rc == RC_FULL);
	pthread_mutex_lock(&p->lock);
	leave(p);
	return rc;
}
