/* SPDX-License-Identifier: ISC
 *
 * consciousness-bridge --data DIR: streams the house's events to browsers and agents over WebSocket.
 * One process, one thread, one epoll loop; cron starts it each minute and a second one ends at once.
 * It keeps nothing that is not in the database: clients reconnect and go on with `since`.
 *
 *	handshake -> auth -> subscribe -> events as they commit
 *
 * What the house promises here: an unknown client gets nothing but the handshake; a token that is
 * taken away closes its connections within five seconds; no client can make the bridge keep more than
 * a bounded queue for it, nor slow down the others.
 */
#include <sys/epoll.h>
#include <sys/resource.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/proc.h"
#include "workers/bridge_int.h"

#define READY 256		/* sockets looked at in one turn */
#define LAST_WORDS 20		/* turns of 50 ms to say goodbye at the end */

static int64_t
seconds(void)
{
	return clock_mono_us() / 1000000;
}

/* Descriptors for all clients, their handshakes and ourselves. */
static void
raise_limit(struct bridge *b)
{
	rlim_t want = (rlim_t)b->max_clients + 2048;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		return;
	if (r.rlim_cur < want) {
		r.rlim_cur = want;
		if (r.rlim_max < want)
			r.rlim_max = want;
		if (setrlimit(RLIMIT_NOFILE, &r) == -1 && getrlimit(RLIMIT_NOFILE, &r) == 0) {
			r.rlim_cur = r.rlim_max;
			setrlimit(RLIMIT_NOFILE, &r);
		}
	}
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < want) {
		b->max_clients = r.rlim_cur > 512 ? (int64_t)r.rlim_cur - 256 : (int64_t)r.rlim_cur / 2;
		log_warn("bridge", "only %lld clients: the limit of open files is %lld",
		    (long long)b->max_clients, (long long)r.rlim_cur);
	}
}

static enum rc
watch(struct bridge *b, int fd, void *what, struct fault *f)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = what };

	if (epoll_ctl(b->epoll, EPOLL_CTL_ADD, fd, &e) == -1)
		return fault_set(f, RC_ERROR, NULL, "epoll: %s", strerror(errno));
	return RC_OK;
}

static enum rc
bridge_open(struct bridge *b, struct fault *f)
{
	char path[PATH_MAX];
	enum rc rc;

	b->core = &b->program.core;
	b->max_clients = conf_int(b->core->conf, CONF_BRIDGE_MAX_CLIENTS);
	b->ping_every = conf_int(b->core->conf, CONF_BRIDGE_PING_SECONDS);
	b->replays_end = &b->replays;
	b->arena = mem_arena_new(8192);
	b->pool = ws_pool_new(&client_events);
	b->sent = metric_series(METRIC_WS_SENT, "");
	b->live = store_event_last(b->core->db);
	b->now = seconds();
	raise_limit(b);
	if ((b->epoll = epoll_create1(EPOLL_CLOEXEC)) == -1)
		return fault_set(f, RC_ERROR, NULL, "epoll: %s", strerror(errno));
	if ((rc = conf_path(b->core->conf, "run/bell", path, sizeof(path))) != RC_OK ||
	    (rc = bell_listen(path, "bridge", &b->bell, f)) != RC_OK ||
	    (rc = watch(b, bell_fd(b->bell), b->bell, f)) != RC_OK)
		return rc;
	rc = http_open(conf_text(b->core->conf, CONF_BRIDGE_LISTEN), bridge_request, b, &b->http, f);
	return rc == RC_OK ? watch(b, http_fd(b->http), b->http, f) : rc;
}

static void
bridge_close(struct bridge *b)
{
	clients_free(b);
	http_close(b->http);
	bell_close(b->bell);
	filter_free(b);
	ws_pool_free(b->pool);
	if (b->epoll > 0)
		close(b->epoll);
	buf_free(&b->text);
	mem_arena_free(b->arena);
}

/* Waits at most ms and serves who is ready. */
static void
turn(struct bridge *b, int ms)
{
	struct epoll_event ready[READY];
	int i, n;

	n = epoll_wait(b->epoll, ready, READY, ms);
	b->now = seconds();
	for (i = 0; i < n; i++) {
		if (ready[i].data.ptr == b->bell)
			bell_drain(b->bell);
		else if (ready[i].data.ptr == b->http)
			http_run(b->http);
		else
			client_ready(ready[i].data.ptr, ready[i].events);
	}
	clients_flush(b);
}

static void
beat(struct bridge *b)
{
	metric_set(METRIC_BRIDGE_HEARTBEAT, (double)clock_now(&b->core->clock) / 1000);
	http_run(b->http);		/* handshakes that take too long */
	clients_sweep(b);
	clients_flush(b);
	if (proc_hangup) {
		proc_hangup = 0;
		log_reopen();
	}
}

static void
serve(struct bridge *b)
{
	int64_t beaten = 0;
	bool more = false;
	int ms;

	while (!proc_stop) {
		ms = http_timeout(b->http);
		turn(b, more ? 0 : ms >= 0 && ms < 1000 ? ms : 1000);
		more = feed_live(b);
		feed_replays(b);
		clients_flush(b);
		more = more || b->replays != NULL;
		if (b->now != beaten) {
			beaten = b->now;
			beat(b);
		}
	}
}

static void
say_goodbye(struct bridge *b)
{
	struct client *c;
	int i;

	for (c = b->clients; c != NULL; c = c->next)
		client_close(c, WS_AWAY, "the bridge restarts", "restart");
	clients_flush(b);
	for (i = 0; i < LAST_WORDS && b->clients != NULL; i++)
		turn(b, 50);
}

static int
run(const struct program_options *o)
{
	struct fault f = { .rc = RC_OK };
	struct bridge b;
	char path[PATH_MAX];
	int lock = -1;
	enum rc rc;

	memset(&b, 0, sizeof(b));
	if ((rc = program_open(&b.program, o, &f)) != RC_OK) {
		log_error("start", "%s", f.msg);
		return 1;
	}
	rc = conf_path(b.program.conf, "run/bridge.lock", path, sizeof(path));
	if (rc == RC_OK)
		rc = proc_lock(path, false, &lock, &f);
	if (rc == RC_OK)
		rc = bridge_open(&b, &f);
	if (rc == RC_OK) {
		log_info("start", "listening at %s", conf_text(b.program.conf, CONF_BRIDGE_LISTEN));
		serve(&b);
		say_goodbye(&b);
		log_info("end", "stopped");
	} else if (rc != RC_BUSY)
		log_error("start", "%s", f.msg);
	bridge_close(&b);
	program_close(&b.program);
	if (lock != -1)
		close(lock);
	return rc == RC_OK || rc == RC_BUSY ? 0 : 1;
}

static int
usage(void)
{
	fprintf(stderr, "usage: consciousness-bridge --data DIR [--config FILE]\n");
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' }, { "config", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	struct program_options o = { .name = "bridge", .write = true, .read = true };
	int c;

	proc_start();
	log_open("bridge", LOG_LEVEL_INFO, NULL);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'd')
			o.data_dir = optarg;
		else if (c == 'c')
			o.config = optarg;
		else
			return usage();
	}
	if (optind != argc || o.data_dir == NULL)
		return usage();
	proc_signals();
	return run(&o);
}
