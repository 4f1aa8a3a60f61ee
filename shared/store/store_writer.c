/* SPDX-License-Identifier: ISC
 *
 * The one writer of a process: threads that want to write at the same time share a transaction. The first
 * one leads: it takes what has queued up, runs each part in its own savepoint, commits once and wakes
 * the others. So the cost of a commit is divided by the number of those who wait for it.
 */
#include <pthread.h>
#include <stdlib.h>

#include "shared/base/mem.h"
#include "shared/store/store.h"

#define BATCH_MAX 64

struct part {
	store_fn	 fn;
	void		*arg;
	const char	*actor;
	struct fault	*fault;
	enum rc		 rc;
	int		 events;
	bool		 done;
	bool		 lead;		/* woken to lead the next batch */
	pthread_cond_t	 wake;
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
	struct store_writer *w;
	struct db *db;
	enum rc rc;

	if ((rc = store_open(conf, DB_WRITE, &db, f)) != RC_OK)
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

static void
run_part(struct store_writer *w, struct part *p, int64_t now, bool alone)
{
	struct tx tx = { .db = w->db, .now_ms = now, .actor = p->actor };

	if (!alone && (p->rc = db_savepoint(w->db)) != RC_OK)
		return;
	p->rc = p->fn(&tx, p->arg, p->fault);
	p->events = p->rc == RC_OK ? tx.events : 0;
	if (alone)
		return;
	if (p->rc != RC_OK)
		db_savepoint_rollback(w->db);
	else
		p->rc = db_savepoint_release(w->db);
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

/* Returns the number of events that were committed. */
static int
run_batch(struct store_writer *w, struct part *batch)
{
	int64_t now = clock_now(w->clock);
	struct part *p;
	int events = 0;
	bool any = false;
	enum rc rc;

	if ((rc = db_begin_write(w->db)) != RC_OK) {
		fail_all(batch, rc);
		return 0;
	}
	for (p = batch; p != NULL; p = p->next) {
		run_part(w, p, now, batch->next == NULL);
		any = any || p->rc == RC_OK;
	}
	if (!any) {
		db_rollback(w->db);
		return 0;
	}
	if ((rc = db_commit(w->db)) != RC_OK)
		fail_all(batch, rc);
	for (p = batch; p != NULL; p = p->next)
		events += p->events;
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

static void
lead(struct store_writer *w)
{
	struct part *batch = take_batch(w), *p, *next;
	int events;

	pthread_mutex_unlock(&w->lock);
	events = run_batch(w, batch);
	if (events > 0 && w->after_commit != NULL)
		w->after_commit(w->arg);
	pthread_mutex_lock(&w->lock);
	for (p = batch; p != NULL; p = next) {
		next = p->next;		/* p is gone once its owner runs */
		p->done = true;
		pthread_cond_signal(&p->wake);
	}
	if (w->head != NULL) {
		w->head->lead = true;
		pthread_cond_signal(&w->head->wake);
	} else
		w->leading = false;
}

enum rc
store_write(struct store_writer *w, const char *actor, store_fn fn, void *arg, struct fault *f)
{
	struct part p = { .fn = fn, .arg = arg, .actor = actor, .fault = f };

	pthread_cond_init(&p.wake, NULL);
	pthread_mutex_lock(&w->lock);
	*w->tail = &p;
	w->tail = &p.next;
	if (!w->leading) {
		w->leading = true;
		p.lead = true;
	}
	while (!p.done && !p.lead)
		pthread_cond_wait(&p.wake, &w->lock);
	if (!p.done)
		lead(w);
	pthread_mutex_unlock(&w->lock);
	pthread_cond_destroy(&p.wake);
	return p.rc;
}
