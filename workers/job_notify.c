/* SPDX-License-Identifier: ISC
 *
 * The notify job: delivers the outbox, to several targets at once and to each of them one after the other, so that one
 * that is slow or dead delays nothing but what goes there. An attempt is written down before it is made and after it
 * was: in between nothing is locked. A thread makes the attempt and nothing else; the database is this one's. Stays
 * while something is to be tried again soon, so that a pause is as long as it should be.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shared/adapters/channels.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/outbox.h"
#include "workers/job.h"
#include "workers/job_notify_target.h"

#define STAY_US 50000000	/* the next run of cron goes on */
#define LOOK_US 250000
#define REQUESTS 8		/* to servers at once, besides one on each channel */
#define LANES (CHANNEL__MAX + REQUESTS)

struct courier;

struct lane {
	struct courier	*of;
	struct mem_arena *a;		/* of the attempt */
	bool		 used, threaded;
	bool		 over;		/* the attempt; under the lock */
	pthread_t	 thread;
	struct delivery	 d;
	int64_t		 begun_us, now_ms;
	bool		 unsure;
	enum rc		 outcome;
	const char	*reason;
	int64_t		 wait_ms;
};

struct courier {
	struct job_context	*c;
	struct db		*db;
	struct targets		 targets;
	struct lane		 lanes[LANES];
	size_t			 n_used;
	int64_t			 begun_us, most;
	long long		 attempts;
	pthread_mutex_t		 lock;
	pthread_cond_t		 some_over;
};

/* ---- one attempt ---- */

static enum rc
write_begin(struct tx *tx, void *arg, struct fault *f)
{
	struct lane *l = arg;
	struct delivery d = l->d;
	enum rc rc = outbox_begin(tx, &d, &l->unsure);

	(void)f;
	if (rc == RC_OK)
		l->d = d;
	return rc;
}

static enum rc
write_end(struct tx *tx, void *arg, struct fault *f)
{
	const struct lane *l = arg;
	struct delivery d = l->d;

	(void)f;
	return outbox_end(tx, &d, l->outcome, l->reason, l->wait_ms, l->of->most);
}

static void *
attempt(void *arg)
{
	struct lane *l = arg;
	struct sending s = { .delivery = &l->d, .conf = l->of->c->core->conf, .now_ms = l->now_ms, .a = l->a };
	struct fault f = { 0 };
	struct js *payload = NULL;

	if (js_parse(l->d.payload, strlen(l->d.payload), JS_LAX_KEYS, &payload, &f) != RC_OK) {
		l->outcome = RC_REFUSED;
	} else {
		s.payload = payload;
		l->outcome = channels_send(&s, &f);
	}
	js_free(payload);
	l->reason = mem_strdup(l->a, f.msg);
	l->wait_ms = s.retry_ms;
	pthread_mutex_lock(&l->of->lock);
	l->over = true;
	pthread_cond_signal(&l->of->some_over);
	pthread_mutex_unlock(&l->of->lock);
	return NULL;
}

/* Signals are for the thread that looks at what they say. */
static void
start(struct lane *l)
{
	sigset_t all, mine;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mine);
	l->threaded = pthread_create(&l->thread, NULL, attempt, l) == 0;
	pthread_sigmask(SIG_SETMASK, &mine, NULL);
	if (!l->threaded)
		attempt(l);
}

static void
tell(const struct lane *l)
{
	const struct delivery *d = &l->d;
	bool given_up = l->outcome == RC_REFUSED || d->attempts >= l->of->most;
	char labels[64];

	snprintf(labels, sizeof(labels), "%s\x1f%s", d->channel, l->outcome == RC_OK ? "success" : "failure");
	metric_add_label(METRIC_NOTIFICATIONS, labels, 1);
	if (l->outcome == RC_OK)
		log_info("notify", "delivery %lld by %s: done", (long long)d->id, d->channel);
	else if (given_up)
		log_error("notify", "delivery %lld by %s: given up after %lld attempts: %s", (long long)d->id,
		    d->channel, (long long)d->attempts, l->reason);
	else
		log_warn("notify", "delivery %lld by %s: %s; it is tried again", (long long)d->id, d->channel,
		    l->reason);
}

static enum rc
end(struct lane *l, struct fault *f)
{
	struct courier *n = l->of;

	if (l->threaded)
		pthread_join(l->thread, NULL);
	l->used = false;
	n->n_used--;
	targets_end(&n->targets, l->d.target, clock_mono_us() - l->begun_us);
	tell(l);
	return store_write(n->c->core->writer, "system", write_end, l, f);
}

/* ---- which is next ---- */

static bool
window_over(const struct courier *n)
{
	return clock_mono_us() > n->begun_us + STAY_US;
}

/*
 * A channel has a lane of its own. Servers known to be slow share some lanes, and when the time is up none of them is
 * begun: what is quick goes on until they are done, and then the next run need not be waited for.
 */
static bool
wanted(const char *channel, const char *target, void *arg)
{
	const struct courier *n = arg;
	bool request = channel_parse(channel) == CHANNEL_REQUEST;

	if (targets_busy(&n->targets, target))
		return false;
	if (!targets_slow(&n->targets, target))
		return !request || n->targets.requests < REQUESTS;
	return !window_over(n) && (!request || targets_room(&n->targets, REQUESTS));
}

static struct lane *
free_lane(struct courier *n)
{
	size_t i;

	for (i = 0; i < LANES; i++)
		if (!n->lanes[i].used)
			return &n->lanes[i];
	return NULL;
}

/* RC_NOT_FOUND: nothing can be begun now. */
static enum rc
begin(struct courier *n, struct fault *f)
{
	struct lane *l = free_lane(n);
	enum rc rc;

	if (l == NULL)
		return RC_NOT_FOUND;
	if (l->a == NULL)
		l->a = mem_arena_new(8192);
	mem_arena_reset(l->a);
	l->of = n;
	l->over = false;
	l->begun_us = clock_mono_us();
	l->now_ms = clock_now(&n->c->core->clock);
	if ((rc = store_outbox_next(n->db, l->now_ms, wanted, n, l->a, &l->d)) != RC_OK ||
	    (rc = store_write(n->c->core->writer, "system", write_begin, l, f)) != RC_OK)
		return rc;
	if (l->unsure)
		log_warn("notify", "delivery %lld by %s: who sent it died meanwhile, it may arrive twice (key %s)",
		    (long long)l->d.id, l->d.channel, l->d.key);
	l->used = true;
	n->n_used++;
	n->attempts++;
	targets_begin(&n->targets, l->d.target, channel_parse(l->d.channel) == CHANNEL_REQUEST);
	start(l);
	return RC_OK;
}

/* ---- all of them ---- */

/* Until an attempt is over, or for a moment. */
static void
wait_for_some(struct courier *n)
{
	int64_t until_us = clock_mono_us() + LOOK_US;
	const struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };
	bool any = false;
	size_t i;
	int error = 0;

	pthread_mutex_lock(&n->lock);
	while (!any && error != ETIMEDOUT) {
		for (i = 0; i < LANES && !any; i++)
			any = n->lanes[i].used && n->lanes[i].over;
		if (!any)
			error = pthread_cond_timedwait(&n->some_over, &n->lock, &until);
	}
	pthread_mutex_unlock(&n->lock);
}

static bool
is_over(struct courier *n, const struct lane *l)
{
	bool over;

	pthread_mutex_lock(&n->lock);
	over = l->used && l->over;
	pthread_mutex_unlock(&n->lock);
	return over;
}

static enum rc
end_some(struct courier *n, struct fault *f)
{
	enum rc rc = RC_OK, one;
	size_t i;

	for (i = 0; i < LANES; i++)
		if (is_over(n, &n->lanes[i]) && (one = end(&n->lanes[i], f)) != RC_OK)
			rc = one;
	return rc;
}

/* Whether there is something to wait for. */
static bool
stay(const struct courier *n)
{
	int64_t left_ms = (n->begun_us + STAY_US - clock_mono_us()) / 1000;

	return n->n_used > 0 || (left_ms > 0 &&
	    store_outbox_soonest(n->db) - clock_now(&n->c->core->clock) <= left_ms);
}

/* When the time is up it goes on only beside a slow attempt, which nothing should wait for. */
static bool
may_begin(const struct courier *n)
{
	int64_t now_us = clock_mono_us();
	size_t i;

	if (!window_over(n))
		return true;
	for (i = 0; i < LANES; i++)
		if (n->lanes[i].used && now_us - n->lanes[i].begun_us > TARGET_SLOW_US)
			return true;
	return false;
}

static enum rc
deliver(struct courier *n, struct fault *f)
{
	enum rc rc = RC_OK, left;

	while (rc == RC_OK && job_progress(n->c, 0)) {
		rc = may_begin(n) ? begin(n, f) : RC_NOT_FOUND;
		if (rc == RC_NOT_FOUND && stay(n)) {
			wait_for_some(n);
			rc = RC_OK;
		}
		if (rc == RC_OK)
			rc = end_some(n, f);
	}
	while (n->n_used > 0) {
		wait_for_some(n);
		if ((left = end_some(n, f)) != RC_OK)
			rc = left;
	}
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
job_notify(struct job_context *c, struct fault *f)
{
	struct courier n = { .c = c, .db = store_writer_db(c->core->writer), .begun_us = clock_mono_us(),
		.most = conf_int(c->core->conf, CONF_NOTIFY_ATTEMPTS), .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_condattr_t attr;
	enum rc rc;
	size_t i;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&n.some_over, &attr);
	pthread_condattr_destroy(&attr);
	rc = deliver(&n, f);
	pthread_cond_destroy(&n.some_over);
	for (i = 0; i < LANES; i++)
		mem_arena_free(n.lanes[i].a);
	targets_free(&n.targets);
	snprintf(c->detail, sizeof(c->detail), "%lld attempts", n.attempts);
	return rc;
}
