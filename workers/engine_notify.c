/* SPDX-License-Identifier: ISC
 *
 * Who delivers what the engine put into the outbox: consciousness-job notify, started when the rows are committed,
 * so that nobody waits for cron's minute. Cron starts it as well: what is missed here is late, not lost.
 */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/proc.h"
#include "shared/domain/outbox.h"
#include "workers/engine.h"

#define LOOK_MS 500		/* whether it is done */
#define PAUSE_MS 2000		/* from one start to the next */

struct courier {
	struct engine	*e;
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
	const char *argv[] = { path, "notify", "--data", data, config != NULL ? "--config" : NULL, config, NULL };
	struct fault f = { 0 };

	c->again = false;
	c->started_ms = c->e->now_ms;
	if (!job_path(path) || proc_spawn(argv, &c->pid, &f) != RC_OK) {
		if (!c->broken)
			log_warn("engine", "%s; notices wait for cron", *f.msg != '\0' ? f.msg : "no path");
		c->broken = true;
		return;
	}
	timer_start(&c->e->timers, &c->timer, c->e->now_ms + LOOK_MS);
}

/* One that was started by cron may have overlooked what came at its end: the outbox says. */
static void
look(void *arg, int64_t now_ms)
{
	struct courier *c = arg;

	if (c->pid != 0 && waitpid(c->pid, NULL, WNOHANG) == 0) {
		timer_start(&c->e->timers, &c->timer, now_ms + LOOK_MS);
		return;
	}
	c->pid = 0;
	if (!c->again && store_outbox_soonest(c->e->core.db) > now_ms)
		return;
	c->again = true;
	if (now_ms < c->started_ms + PAUSE_MS)
		timer_start(&c->e->timers, &c->timer, c->started_ms + PAUSE_MS);
	else
		start(c);
}

void
engine_notify(struct engine *e)
{
	struct courier *c = e->courier;

	if (c == NULL) {
		c = e->courier = mem_xcalloc(1, sizeof(*c));
		c->e = e;
		c->timer.fn = look;
		c->timer.arg = c;
	}
	c->again = true;
	if (c->pid == 0 && c->timer.place == 0)
		look(c, e->now_ms);
}

void
engine_notify_close(struct engine *e)
{
	if (e->courier == NULL)
		return;
	timer_stop(&e->timers, &e->courier->timer);
	free(e->courier);
	e->courier = NULL;
}
