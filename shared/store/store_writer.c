/* SPDX-License-Identifier: ISC
 *
 * The one writer of a process: threads that want to write at the same time share a transaction. The first
 * one leads: it takes what has queued up, runs the parts, commits once and wakes the others. So the cost of
 * a commit is divided by the number of those who wait for it. When a part fails after it has written, all
 * are run again, each in a savepoint of its own. Nobody who is woken takes the lock again: done is written
 * before the semaphore is posted.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/store/store.h"

#define BATCH_MAX 64
/* The engine moves the log into the file all the time; who answers people does it only without one. */
#define CHECKPOINT_PAGES 8192

struct part {
	store_fn	 fn;
	void		*arg;
	const char	*actor;
	struct fault	*fault;
	enum rc		 rc;
	int		 events;
	bool		 done;
	sem_t		 wake;		/* posted when done, or to lead the next batch */
	struct part	*next;
};

struct store_writer {
	struct db		*db;
	const struct clock	*clock;
	void			(*after_commit)(void *);
	void			*arg;
	pthread_mutex_t		 lock;
	struct part		*head, **tail;
	bool			 leading;
};

enum rc
store_writer_open(const struct conf *conf, const struct clock *clock, void (*after_commit)(void *arg),
    void *arg, struct store_writer **out, struct fault *f)
{
	struct db_options o = {
		.mode = DB_WRITE, .checkpoint_pages = CHECKPOINT_PAGES,
		.full_durability = strcmp(conf_text(conf, CONF_DATABASE_DURABILITY), "full") == 0,
	};
	struct store_writer *w;
	struct db *db;
	enum rc rc;

	if ((rc = db_open(conf_text(conf, CONF_DATABASE_URL), &o, &db, f)) != RC_OK)
		return rc;
	w = mem_xcalloc(1, sizeof(*w));
	w->db = db;
	w->clock = clock;
	w->after_commit = after_commit;
	w->arg = arg;
	w->tail = &w->head;
	pthread_mutex_init(&w->lock, NULL);
	*out = w;
	return RC_OK;
}

void
store_writer_close(struct store_writer *w)
{
	if (w == NULL)
		return;
	db_close(w->db);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

struct db *
store_writer_db(struct store_writer *w)
{
	return w->db;
}

static enum rc
run_part(struct store_writer *w, struct part *p, int64_t now)
{
	struct tx tx = { .db = w->db, .now_ms = now, .actor = p->actor };

	p->rc = p->fn(&tx, p->arg, p->fault);
	p->events = p->rc == RC_OK ? tx.events : 0;
	return p->rc;
}

/* The same inside a savepoint, so that it leaves nothing behind when it fails. */
static void
run_part_apart(struct store_writer *w, struct part *p, int64_t now)
{
	if ((p->rc = db_savepoint(w->db)) != RC_OK)
		return;
	if (run_part(w, p, now) != RC_OK)
		db_savepoint_rollback(w->db);
	else
		p->rc = db_savepoint_release(w->db);
}

/*
 * All parts, without savepoints: most that fail do so before they write. False when one has left something
 * behind, or all of them would fail.
 */
static bool
run_together(struct store_writer *w, struct part *batch, int64_t now)
{
	int64_t before;
	struct part *p;

	for (p = batch; p != NULL; p = p->next) {
		before = db_total_changes(w->db);
		if (run_part(w, p, now) != RC_OK &&
		    (rc_is_common(p->rc) || db_total_changes(w->db) != before))
			return false;
	}
	return true;
}

/* Each part by itself, after run_together has failed. */
static enum rc
run_apart(struct store_writer *w, struct part *batch, int64_t now)
{
	struct part *p;
	enum rc rc;

	db_rollback(w->db);
	/* what was said before may have been about what is taken back now */
	for (p = batch; p != NULL; p = p->next) {
		p->rc = RC_OK;
		p->events = 0;
		if (p->fault != NULL)
			*p->fault = (struct fault){ .rc = RC_OK };
	}
	if ((rc = db_begin_write(w->db)) != RC_OK)
		return rc;
	for (p = batch; p != NULL; p = p->next) {
		run_part_apart(w, p, now);
		if (rc_is_common(p->rc))
			return p->rc;
	}
	return RC_OK;
}

static void
fail_all(struct part *batch, enum rc rc)
{
	struct part *p;

	for (p = batch; p != NULL; p = p->next) {
		if (p->rc != RC_OK)
			continue;
		p->rc = fault_set(p->fault, rc, NULL, rc == RC_FULL ?
		    "the disk is full: nothing can be stored until there is space" :
		    "the database cannot be written at the moment");
		p->events = 0;
	}
}

/* Runs and commits; the parts say how it went. */
static enum rc
commit_batch(struct store_writer *w, struct part *batch)
{
	int64_t now = clock_now(w->clock);
	struct part *p;
	bool any = false;
	enum rc rc;

	if ((rc = db_begin_write(w->db)) != RC_OK)
		return rc;
	if (!run_together(w, batch, now) && batch->next != NULL && (rc = run_apart(w, batch, now)) != RC_OK)
		return rc;
	for (p = batch; p != NULL; p = p->next)
		any = any || p->rc == RC_OK;
	return any ? db_commit(w->db) : RC_OK;
}

/* Returns the number of events that were committed. */
static int
run_batch(struct store_writer *w, struct part *batch)
{
	struct part *p;
	int events = 0;
	enum rc rc;

	if ((rc = commit_batch(w, batch)) != RC_OK)
		fail_all(batch, rc);
	db_rollback(w->db);		/* nothing when it was committed */
	for (p = batch; p != NULL; p = p->next)
		events += p->rc == RC_OK ? p->events : 0;
	return events;
}

/* Cuts at most BATCH_MAX parts off the queue. Called with the lock held. */
static struct part *
take_batch(struct store_writer *w)
{
	struct part *batch = w->head, **end = &w->head;
	int n;

	for (n = 0; n < BATCH_MAX && *end != NULL; n++)
		end = &(*end)->next;
	w->head = *end;
	*end = NULL;
	if (w->head == NULL)
		w->tail = &w->head;
	return batch;
}

/* Runs what has queued up, wakes the next leader first and then those who are done. */
static void
lead(struct store_writer *w, const struct part *self)
{
	struct part *batch, *heir, *p, *next;
	int events;

	pthread_mutex_lock(&w->lock);
	batch = take_batch(w);
	pthread_mutex_unlock(&w->lock);
	events = run_batch(w, batch);
	pthread_mutex_lock(&w->lock);
	heir = w->head;
	w->leading = heir != NULL;
	pthread_mutex_unlock(&w->lock);
	if (heir != NULL)
		sem_post(&heir->wake);
	for (p = batch; p != NULL; p = next) {
		next = p->next;		/* p is gone once its owner runs */
		p->done = true;
		if (p != self)
			sem_post(&p->wake);
	}
	if (events > 0 && w->after_commit != NULL)
		w->after_commit(w->arg);
}

enum rc
store_write(struct store_writer *w, const char *actor, store_fn fn, void *arg, struct fault *f)
{
	struct part p = { .fn = fn, .arg = arg, .actor = actor, .fault = f };
	bool first;

	sem_init(&p.wake, 0, 0);
	pthread_mutex_lock(&w->lock);
	*w->tail = &p;
	w->tail = &p.next;
	first = !w->leading;
	w->leading = true;
	pthread_mutex_unlock(&w->lock);
	while (!first && sem_wait(&p.wake) == -1 && errno == EINTR)
		;
	if (!p.done)
		lead(w, &p);
	sem_destroy(&p.wake);
	return p.rc;
}
