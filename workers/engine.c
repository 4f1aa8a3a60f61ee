/* SPDX-License-Identifier: ISC
 *
 * consciousness-engine: device message in, state, automation, command out. Cron starts one every minute.
 * One is active; one waits ready for its lock; a third exits at once. The active one serves until its
 * window is over and a standby is ready, then writes what is left, lets go and begins anew as the next standby, so
 * that there always is one. Security: it reads hostile payloads and talks to the broker and the database file only.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/base/proc.h"
#include "shared/domain/event.h"
#include "shared/domain/scenario.h"
#include "workers/engine.h"

#define READ_MAX 64		/* messages of one turn, so that timers and the doorbell get theirs */
#define GAP_MS 5000		/* without an active engine for longer, messages may have been lost */
#define UNDONE_MS 3000		/* before an engine's last beat: what was being written then it may not have seen */

static void
usage(void)
{
	fprintf(stderr, "usage: consciousness-engine --data DIR [--config FILE]\n");
	exit(64);
}

static struct conf *
read_options(int argc, char **argv, const char **config)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' }, { "config", required_argument, NULL, 'c' }, { 0 },
	};
	const char *data = NULL;
	struct fault f = { 0 };
	struct conf *conf;
	int ch;

	while ((ch = getopt_long(argc, argv, "d:c:", options, NULL)) != -1) {
		if (ch == 'd')
			data = optarg;
		else if (ch == 'c')
			*config = optarg;
		else
			usage();
	}
	if (data == NULL || optind != argc)
		usage();
	if (conf_load(data, *config, &conf, &f) != RC_OK)
		errx(78, "%s: %s", f.field, f.msg);
	return conf;
}

static void
die(const struct fault *f)
{
	log_error("engine", "%s%s%s", f->field, *f->field != '\0' ? ": " : "", f->msg);
	exit(1);
}

static void
make_path(const struct engine *e, const char *name, char out[PATH_MAX])
{
	struct fault f = { .msg = "the path of the data directory is too long" };

	if (conf_path(e->core.conf, name, out, PATH_MAX) != RC_OK)
		die(&f);
}

static void
open_log(const struct conf *conf)
{
	enum log_level level = LOG_LEVEL_INFO;

	log_level_parse(conf_text(conf, CONF_LOG_LEVEL), &level);
	log_open("engine", conf_bool(conf, CONF_DEBUG) ? LOG_LEVEL_DEBUG : level,
	    conf_text(conf, CONF_LOG_FILE));
}

/* One of the two places of engines, before anything is opened; ends this process when they are taken. */
static bool
take_place(const struct engine *e, struct engine_locks *k)
{
	struct fault f = { 0 };
	char path[PATH_MAX];
	bool at_once;
	enum rc rc;

	make_path(e, "run", path);
	make_path(e, "run/engine.lock", k->active_path);
	make_path(e, "run/engine.standby.lock", k->standby_path);
	if ((rc = proc_mkdir(path, &f)) == RC_OK)
		rc = engine_take_place(k, &at_once, &f);
	if (rc == RC_BUSY)
		exit(0);
	if (rc != RC_OK)
		die(&f);
	return at_once;
}

/* The database, brought up to date, and the shared files of the house. */
static void
open_core(struct engine *e)
{
	char path[PATH_MAX];
	struct fault f = { 0 };
	struct db *db;

	make_path(e, "run/metrics", path);
	if (metric_open(path, &f) != RC_OK)
		log_warn("engine", "metrics are not shared: %s", f.msg);
	make_path(e, "run/bell", path);
	if (bell_open_ringer(path, &e->core.bus, &f) != RC_OK)
		die(&f);
	if (store_open(e->core.conf, DB_WRITE, &db, &f) != RC_OK || store_migrate(db, &f) != RC_OK ||
	    db_prepare_all(db, &f) != RC_OK || scenario_plant_all(db, clock_now(&e->core.clock), &f) != RC_OK)
		die(&f);
	db_close(db);
	if (store_open(e->core.conf, DB_READ, &e->core.db, &f) != RC_OK)
		die(&f);
	e->house.place = sun_place(e->core.conf);
	e->house.calendars = e->core.db;
	e->outlook = (struct rule_context){ .house = &e->house, .db = e->core.db };
	e->sees = rule_sees(&e->outlook);
	e->house.sees = &e->sees;
	e->arena = mem_arena_new(16384);
}

/* ---- serving ---- */

struct beat_timer {
	struct engine		*e;
	const struct engine_locks *k;
	struct timer		 timer;
	bool			 over;		/* hand over now */
};

static void
publish_gauges(const struct engine *e)
{
	struct live_device *d;
	size_t i = 0, online = 0;

	while ((d = map_next(&e->house.devices, &i)) != NULL)
		online += d->entities > 0 && d->available > 0;
	metric_set(METRIC_ENGINE_HEARTBEAT, (double)e->now_ms / 1000);
	metric_set(METRIC_ENTITIES, (double)e->house.by_row.n);
	metric_set(METRIC_DEVICES, (double)e->house.devices.n);
	metric_set(METRIC_ACTIVE_DEVICES, (double)online);
}

static void
every_second(void *arg, int64_t now_ms)
{
	struct beat_timer *b = arg;
	int64_t window = conf_int(b->e->core.conf, CONF_ENGINE_WINDOW_SECONDS) * 1000;

	timer_start(&b->e->timers, &b->timer, now_ms + 1000);
	mqtt_tick(b->e->tx);
	mqtt_tick(b->e->rx);
	publish_gauges(b->e);
	if (window > 0 && now_ms - b->e->since_ms >= window && engine_standby_ready(b->e, b->k))
		b->over = true;
	if (proc_hangup) {
		proc_hangup = 0;
		log_reopen();
	}
}

/* QoS 1 messages that were read: their batch is committed at once, and acknowledged then. */
static void
settle(struct engine *e)
{
	if (e->held && !e->held_writing) {
		if (recorder_empty(e->recorder))
			e->held = false;
		else
			e->held_writing = recorder_flush(e->recorder, true);
	}
	recorder_flush(e->recorder, false);
	if (!e->held && mqtt_want_write(e->rx))
		mqtt_write(e->rx);
	if (mqtt_want_write(e->tx))
		mqtt_write(e->tx);
}

enum { P_RX, P_TX, P_BELL, P_RECORDER, P_MEASURER, P__MAX };

static int
time_to_wait(const struct engine *e)
{
	int64_t timer = timer_next(&e->timers, clock_now(&e->core.clock));
	int batch = recorder_wait(e->recorder);

	if (timer < 0 || timer > 1000)
		timer = 1000;
	return batch >= 0 && batch < timer ? batch : (int)timer;
}

static void
wait_for_work(struct engine *e, struct pollfd p[P__MAX])
{
	bool read = !e->held && !recorder_full(e->recorder);

	p[P_RX] = (struct pollfd){ .fd = read ? mqtt_fd(e->rx) : -1, .events = POLLIN };
	p[P_TX] = (struct pollfd){ .fd = mqtt_fd(e->tx), .events = POLLIN };
	p[P_BELL] = (struct pollfd){ .fd = bell_fd(e->bell), .events = POLLIN };
	p[P_RECORDER] = (struct pollfd){ .fd = recorder_fd(e->recorder), .events = POLLIN };
	p[P_MEASURER] = (struct pollfd){ .fd = engine_measure_fd(e), .events = POLLIN };
	if (!e->held && mqtt_want_write(e->rx))
		p[P_RX].events |= POLLOUT;
	if (mqtt_want_write(e->tx))
		p[P_TX].events |= POLLOUT;
	if (poll(p, P__MAX, time_to_wait(e)) == -1 && errno != EINTR)
		err(1, "poll");
	e->now_ms = clock_now(&e->core.clock);
}

/* One at a time: how much may be kept until it is written is limited. */
static void
read_messages(struct engine *e)
{
	int i;

	for (i = 0; i < READ_MAX && !recorder_full(e->recorder) && mqtt_read(e->rx, 1) > 0; i++)
		;
}

static void
turn(struct engine *e)
{
	struct pollfd p[P__MAX];

	wait_for_work(e, p);
	if (p[P_RX].revents != 0)
		read_messages(e);
	if (p[P_TX].revents != 0)
		mqtt_read(e->tx, READ_MAX);
	if (p[P_RECORDER].revents != 0 && recorder_done(e->recorder)) {
		if (e->held_writing)
			e->held = e->held_writing = false;
	}
	if (p[P_MEASURER].revents != 0)
		engine_measured(e);
	if (p[P_BELL].revents != 0)
		engine_follow_rung(e);
	if (engine_follows_own(e))
		engine_follow(e);
	timer_run(&e->timers, e->now_ms);
	settle(e);
}

/* True when its window is over, false when it was told to stop. */
static bool
serve(struct engine *e, const struct engine_locks *k)
{
	struct beat_timer b = { .e = e, .k = k, .timer = { .fn = every_second, .arg = &b } };

	every_second(&b, e->now_ms);
	while (!proc_stop && !b.over)
		turn(e);
	timer_stop(&e->timers, &b.timer);
	log_info("engine", b.over ? "window over: handing over" : "stopping");
	return b.over;
}

/* When an engine's heart beat last, or (no metrics are left) something was written. UTC ms, 0: never. */
static int64_t
last_alive(struct engine *e)
{
	int64_t beat = (int64_t)(metric_get(METRIC_ENGINE_HEARTBEAT, "") * 1000);
	struct store_event_filter newest = { .newest_first = true, .limit = 1 };
	struct store_event *rows;
	size_t n = 0;

	if (beat == 0 && store_event_list(e->core.db, &newest, e->arena, &rows, &n) == RC_OK && n > 0)
		beat = rows[0].time;
	return beat;
}

static void
activate(struct engine *e)
{
	char path[PATH_MAX];
	struct fault f = { 0 };
	int64_t alive;

	e->now_ms = e->since_ms = clock_now(&e->core.clock);
	make_path(e, "run/bell", path);
	if (bell_listen(path, "engine", &e->bell, &f) != RC_OK || recorder_open(e, &e->recorder, &f) != RC_OK)
		die(&f);
	engine_sent_open(e);
	if (engine_catch_up(e) != RC_OK) {
		fault_set(&f, RC_ERROR, NULL, "the house cannot be read");
		die(&f);
	}
	alive = last_alive(e);
	e->missed = e->now_ms - alive > GAP_MS;
	if (engine_mqtt_open(e, &f) != RC_OK)
		die(&f);
	engine_inspect_load(e);
	engine_freshness_start(e);
	engine_follow_missed(e);
	if (alive > 0)
		engine_hear_missed(e, alive - UNDONE_MS);
	engine_turns_resume(e);
	engine_calendars_start(e);
	if (e->missed)
		engine_rules_started(e, alive);
	metric_add(METRIC_ENGINE_HANDOVERS, 1);
}

/* Commit what is left, then let go of the broker and the lock, in this order. */
static void
deactivate(struct engine *e, struct engine_locks *k)
{
	bool committed;

	engine_measure_close(e);
	engine_turns_close(e);
	engine_times_save(e);
	committed = recorder_close(e->recorder);

	e->recorder = NULL;
	engine_sent_close(e);
	engine_alerts_free(e);
	engine_rules_free(e);
	engine_courier_close(e);
	engine_calendars_close(e);
	engine_inspect_save(e);
	engine_freshness_save(e);
	engine_mqtt_close(e, committed);
	bell_close(e->bell);
	close(k->active);
}

static void
close_core(struct engine *e)
{
	struct live *l;
	size_t i = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL)
		engine_command_forget(l);
	engine_freshness_close(e);
	map_free(&e->low);
	house_free(&e->house);
	timer_heap_free(&e->timers);
	mem_arena_free(e->arena);
	buf_free(&e->text);
	db_close(e->core.db);
	e->core.bus->ops->close(e->core.bus);
	metric_close();
}

int
main(int argc, char **argv)
{
	int64_t start = clock_mono_us();
	struct engine e = { 0 };
	struct fault f = { 0 };
	struct conf *conf;
	struct engine_locks k;
	bool at_once, over;
	enum rc rc = RC_OK;

	proc_start();
	conf = read_options(argc, argv, &e.config_path);
	open_log(conf);
	proc_signals();
	e.core.conf = conf;
	e.core.clock = clock_open();
	at_once = take_place(&e, &k);
	open_core(&e);
	if (engine_load(&e, &f) != RC_OK)
		die(&f);
	metric_set(METRIC_ENGINE_START_SECONDS, (double)(clock_mono_us() - start) / 1e6);
	if (!at_once && (rc = engine_stand_by(&e, &k, &f)) == RC_TIMEOUT)
		exit(0);
	if (rc != RC_OK)
		die(&f);
	activate(&e);
	log_info("engine", "active with %zu entities, %zu automations", e.house.by_row.n, e.rules.n);
	over = serve(&e, &k);
	deactivate(&e, &k);
	close_core(&e);
	conf_free(conf);
	if (over)
		proc_again(argv);
	return 0;
}
