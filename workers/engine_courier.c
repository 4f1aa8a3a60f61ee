/* SPDX-License-Identifier: ISC
 *
 * Couriers: jobs that the engine starts as soon as there is something for them, so that nobody waits for cron's
 * minute. consciousness-job notify delivers what is in the outbox, once the rows are committed; consciousness-job
 * calendar reads calendars. Cron starts both as well: one that runs takes on what comes, and none is started beside
 * it. What is missed here is late, not lost.
 */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/proc.h"
#include "shared/domain/calendar.h"
#include "shared/domain/outbox.h"
#include "workers/engine.h"

#define LOOK_MS 500		/* whether it is done */
#define PAUSE_MS 2000		/* from one start to the next */

struct courier {
	struct engine	*e;
	const char	*job;
	int64_t		(*soonest)(struct db *db);	/* when there is something to do next, UTC ms */
	struct timer	 timer;
	pid_t		 pid;		/* 0: none runs */
	int64_t		 started_ms;
	bool		 again;		/* there is more since it was started */
	bool		 broken;	/* it cannot be started: said once */
};

/* Beside this program. */
static bool
job_path(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	if (n <= 0)
		return false;
	out[n] = '\0';
	if ((slash = strrchr(out, '/')) == NULL)
		return false;
	n = slash + 1 - out;
	return strlcpy(slash + 1, "consciousness-job", (size_t)(PATH_MAX - n)) < (size_t)(PATH_MAX - n);
}

static void
start(struct courier *c)
{
	const char *config = c->e->config_path, *data = conf_data_dir(c->e->core.conf);
	char path[PATH_MAX];
	const char *argv[] = { path, c->job, "--data", data, config != NULL ? "--config" : NULL, config, NULL };
	struct fault f = { 0 };

	c->again = false;
	c->started_ms = c->e->now_ms;
	if (!job_path(path) || proc_spawn(argv, &c->pid, &f) != RC_OK) {
		if (!c->broken)
			log_warn("engine", "%s; the job %s waits for cron", *f.msg != '\0' ? f.msg : "no path",
			    c->job);
		c->broken = true;
		return;
	}
	timer_start(&c->e->timers, &c->timer, c->e->now_ms + LOOK_MS);
}

/* Cron's is at work: a second one would end at once. */
static bool
others_at_work(const struct courier *c)
{
	char path[PATH_MAX], name[64];

	snprintf(name, sizeof(name), "run/job-%s.lock", c->job);
	return conf_path(c->e->core.conf, name, path, sizeof(path)) == RC_OK && proc_locked(path);
}

/* Whoever was at work may have overlooked what came at its end: the rows say. */
static void
look(void *arg, int64_t now_ms)
{
	struct courier *c = arg;

	if (c->pid != 0 && waitpid(c->pid, NULL, WNOHANG) == 0) {
		timer_start(&c->e->timers, &c->timer, now_ms + LOOK_MS);
		return;
	}
	c->pid = 0;
	if (!c->again && c->soonest(c->e->core.db) > now_ms)
		return;
	c->again = !others_at_work(c);
	if (!c->again)
		timer_start(&c->e->timers, &c->timer, now_ms + LOOK_MS);
	else if (now_ms < c->started_ms + PAUSE_MS)
		timer_start(&c->e->timers, &c->timer, c->started_ms + PAUSE_MS);
	else
		start(c);
}

static void
call(struct engine *e, struct courier **at, const char *job, int64_t (*soonest)(struct db *db))
{
	struct courier *c = *at;

	if (c == NULL) {
		c = *at = mem_xcalloc(1, sizeof(*c));
		*c = (struct courier){ .e = e, .job = job, .soonest = soonest, .timer = { .fn = look, .arg = c } };
	}
	c->again = true;
	if (c->pid == 0 && c->timer.place == 0)
		look(c, e->now_ms);
}

void
engine_courier_deliver(struct engine *e)
{
	call(e, &e->deliverer, "notify", store_outbox_soonest);
}

void
engine_courier_fetch(struct engine *e)
{
	call(e, &e->fetcher, "calendar", store_calendar_soonest);
}

static void
end(struct courier **at)
{
	if (*at == NULL)
		return;
	timer_stop(&(*at)->e->timers, &(*at)->timer);
	free(*at);
	*at = NULL;
}

void
engine_courier_close(struct engine *e)
{
	end(&e->deliverer);
	end(&e->fetcher);
}
