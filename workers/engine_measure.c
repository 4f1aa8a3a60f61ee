/* SPDX-License-Identifier: ISC
 *
 * Measuring history for alert rules, in a thread of its own with its own connection: a month of a meter's reports
 * takes a while to read, and nobody in the house waits for that. The thread begins with the first question.
 */
#include <sys/eventfd.h>

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "workers/engine.h"

struct measurer {
	struct engine	*e;
	int		 fd;		/* eventfd: something is measured */
	pthread_t	 thread;
	struct db	*db;		/* the thread's */
	int64_t		 raw_days;

	pthread_mutex_t	 lock;
	pthread_cond_t	 wake;
	struct measuring *todo, **last;	/* under lock */
	struct measuring *done;		/* under lock; order does not matter */
	bool		 stop;		/* under lock */
};

void
measuring_free(struct measuring *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		js_free(m->asks[i].value);
	free(m->asks);
	free(m);
}

static void
free_all(struct measuring *m)
{
	struct measuring *next;

	for (; m != NULL; m = next) {
		next = m->next;
		measuring_free(m);
	}
}

/* ---- the measuring thread ---- */

static struct measuring *
next_one(struct measurer *r)
{
	struct measuring *m = NULL;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->todo == NULL)
		pthread_cond_wait(&r->wake, &r->lock);
	if (!r->stop) {
		m = r->todo;
		if ((r->todo = m->next) == NULL)
			r->last = &r->todo;
	}
	pthread_mutex_unlock(&r->lock);
	return m;
}

static void *
measure(void *arg)
{
	struct measurer *r = arg;
	struct measuring *m;
	struct measure_ask *q;
	uint64_t one = 1;

	while ((m = next_one(r)) != NULL) {
		for (q = m->asks; q < m->asks + m->n; q++)
			q->failed = alert_measure(&q->what, r->db, q->entity, m->now_ms, r->raw_days,
			    &q->value) != RC_OK;
		pthread_mutex_lock(&r->lock);
		m->next = r->done;
		r->done = m;
		pthread_mutex_unlock(&r->lock);
		if (write(r->fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
			log_error("engine", "cannot wake the reacting thread");
	}
	return NULL;
}

/* ---- the reacting thread ---- */

static struct measurer *
begin(struct engine *e)
{
	struct measurer *r = mem_xcalloc(1, sizeof(*r));
	struct fault f = { 0 };

	r->e = e;
	r->last = &r->todo;
	r->raw_days = conf_int(e->core.conf, CONF_RAW_HISTORY_DAYS);
	r->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	if (store_open(e->core.conf, DB_READ, &r->db, &f) == RC_OK && r->fd != -1 &&
	    pthread_create(&r->thread, NULL, measure, r) == 0)
		return r;
	log_error("engine", "history cannot be measured for alerts: %s", f.msg);
	db_close(r->db);
	if (r->fd != -1)
		close(r->fd);
	free(r);
	return NULL;
}

bool
engine_measure(struct engine *e, struct measuring *m)
{
	struct measurer *r = e->measurer;

	if (r == NULL && (r = e->measurer = begin(e)) == NULL) {
		measuring_free(m);
		return false;
	}
	m->next = NULL;
	pthread_mutex_lock(&r->lock);
	*r->last = m;
	r->last = &m->next;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	return true;
}

int
engine_measure_fd(const struct engine *e)
{
	return e->measurer != NULL ? e->measurer->fd : -1;
}

void
engine_measured(struct engine *e)
{
	struct measurer *r = e->measurer;
	struct measuring *m, *next;
	uint64_t n;

	if (read(r->fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return;
	pthread_mutex_lock(&r->lock);
	m = r->done;
	r->done = NULL;
	pthread_mutex_unlock(&r->lock);
	for (; m != NULL; m = next) {
		next = m->next;
		engine_alert_measured(e, m);
		measuring_free(m);
	}
}

void
engine_measure_close(struct engine *e)
{
	struct measurer *r = e->measurer;

	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	db_interrupt(r->db);
	pthread_join(r->thread, NULL);
	free_all(r->todo);
	free_all(r->done);
	db_close(r->db);
	close(r->fd);
	pthread_cond_destroy(&r->wake);
	pthread_mutex_destroy(&r->lock);
	free(r);
	e->measurer = NULL;
}
