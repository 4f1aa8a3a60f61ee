/* SPDX-License-Identifier: ISC
 *
 * The second engine: it has everything loaded and sleeps in the lock of the active one. Meanwhile a thread
 * says that a standby is ready, and watches: an active engine whose heart stands still while it keeps the
 * lock (a bug, a stuck system call) is killed, since the house must not wait for a person to notice.
 */
#include <sys/eventfd.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/base/proc.h"
#include "workers/engine.h"

#define READY_MS 15000		/* a standby that said it is ready this lately is alive */
#define HEART_SECONDS 5
#define PLACE_TRIES 40
#define PLACE_TRY_MS 50		/* all together well above what a standby needs to become active on a busy machine */

struct heart {
	pthread_t		 thread;
	int			 stop;		/* eventfd */
	struct clock		 clock;
	const char		*lock;		/* of the active engine */
	int			 patience;	/* beats */
	struct engine_watch	 watch;
};

bool
engine_watch_stuck(struct engine_watch *w, double heartbeat, int patience)
{
	if (heartbeat != w->heartbeat) {
		w->heartbeat = heartbeat;
		w->beats = 0;
		return false;
	}
	return ++w->beats == patience;
}

/* Beats are counted, not seconds: a machine that slept has not been waiting. */
static void
look_after(struct heart *h)
{
	struct fault f = { 0 };

	if (!engine_watch_stuck(&h->watch, metric_get(METRIC_ENGINE_HEARTBEAT, ""), h->patience))
		return;
	h->watch.beats = 0;
	if (proc_kill_holder(h->lock, SIGKILL, &f) == RC_OK)
		log_error("engine", "the active engine stood still for %d s and was killed",
		    h->patience * HEART_SECONDS);
	else
		log_warn("engine", "the active engine stands still: %s", f.msg);
}

static void *
beat(void *arg)
{
	struct heart *h = arg;
	struct pollfd p = { .fd = h->stop, .events = POLLIN };

	do {
		metric_set(METRIC_ENGINE_STANDBY, (double)clock_now(&h->clock) / 1000);
		look_after(h);
	} while (poll(&p, 1, HEART_SECONDS * 1000) == 0);
	return NULL;
}

enum rc
engine_stand_by(struct engine *e, struct engine_locks *k, struct fault *f)
{
	struct heart h = { .stop = eventfd(0, EFD_CLOEXEC), .clock = e->core.clock, .lock = k->active_path,
		.patience = (int)conf_int(e->core.conf, CONF_ENGINE_STUCK_SECONDS) / HEART_SECONDS };
	uint64_t one = 1;
	enum rc rc;
	int error;

	if (h.stop == -1 || (error = pthread_create(&h.thread, NULL, beat, &h)) != 0)
		return fault_set(f, RC_ERROR, NULL, "cannot stand by: %s",
		    strerror(h.stop == -1 ? errno : error));
	rc = proc_lock(k->active_path, true, &k->active, f);
	if (rc == RC_OK) {	/* before all else: who handed over wants the place */
		close(k->standby);
		k->standby = -1;
	}
	if (write(h.stop, &one, sizeof(one)) == -1)
		log_warn("engine", "standby: %s", strerror(errno));
	pthread_join(h.thread, NULL);
	close(h.stop);
	return rc;
}

static enum rc
try_place(struct engine_locks *k, bool *at_once, struct fault *f)
{
	enum rc rc;

	k->active = k->standby = -1;
	*at_once = (rc = proc_lock(k->active_path, false, &k->active, f)) == RC_OK;
	return rc == RC_BUSY ? proc_lock(k->standby_path, false, &k->standby, f) : rc;
}

enum rc
engine_take_place(struct engine_locks *k, bool *at_once, struct fault *f)
{
	enum rc rc = try_place(k, at_once, f);
	int i;

	for (i = 0; rc == RC_BUSY && i < PLACE_TRIES; i++) {
		poll(NULL, 0, PLACE_TRY_MS);
		rc = try_place(k, at_once, f);
	}
	return rc;
}

bool
engine_standby_ready(const struct engine *e, const struct engine_locks *k)
{
	double said = metric_get(METRIC_ENGINE_STANDBY, "") * 1000;
	int fd;

	if (said < (double)(e->now_ms - READY_MS))
		return false;
	if (proc_lock(k->standby_path, false, &fd, NULL) == RC_BUSY)
		return true;
	close(fd);
	return false;
}
