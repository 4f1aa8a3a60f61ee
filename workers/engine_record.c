/* SPDX-License-Identifier: ISC
 *
 * The recorder: what the engine did is collected in a batch and written by a second thread, one batch
 * one transaction. A batch that cannot be written (disk full, locked) is kept and tried again, and
 * meanwhile nothing is acknowledged to the broker. The thread owns its database connection.
 */
#include <sys/eventfd.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "workers/engine_record.h"

#define RETRY_MS 1000
#define BATCH_AIM 500
#define BATCH_FULL 20000
#define ANNOUNCED_FULL (4 * ANNOUNCEMENT_MAX)	/* bytes: what is read out of them is many times larger */

struct recorder {
	struct engine		*e;
	struct batch		*filling;	/* the reacting thread's */
	struct live		*dirty;		/* entities whose row goes with it */
	int64_t			 last_us;	/* when the last batch was handed over */
	int			 fd;		/* eventfd: a batch is done */

	pthread_t		 thread;
	pthread_mutex_t		 lock;
	pthread_cond_t		 wake;
	struct batch		*writing;	/* under lock: the writing thread's */
	bool			 done;		/* under lock: `writing` is committed */
	bool			 stop;		/* under lock */
	bool			 started;

	struct db		*db;		/* the writing thread's, as all below */
	struct record_writer	 writer;
	pthread_t		 checkpointer;
	pthread_cond_t		 checkpoint;
	bool			 checkpoint_due;	/* under lock */
	size_t			 since_checkpoint;	/* records */
};

/* ---- the reacting thread: filling a batch ---- */

static struct batch *
batch_new(void)
{
	struct batch *b = mem_xcalloc(1, sizeof(*b));

	b->arena = mem_arena_new(16384);
	return b;
}

static void
batch_clear(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		late_free(b->records[i].self);
		late_free(b->records[i].cause);
		late_free(b->records[i].row);
		if (b->records[i].trace != NULL)
			trace_free(b->records[i].trace);
		if (b->records[i].kind == R_ANNOUNCE)
			js_free(b->records[i].u.announce.m.json);
	}
	if (b->cap > 4 * BATCH_AIM) {
		free(b->records);
		b->records = NULL;
		b->cap = 0;
	}
	b->n = b->n_deliveries = b->announced = 0;
	b->kinds = 0;
	b->scenarios_end = false;
	b->apart = false;
	free(b->changed);
	b->changed = NULL;
	b->n_changed = 0;
	pictures_drop(b);
	free(b->wanted);
	b->wanted = NULL;
	b->n_wanted = 0;
	free(b->asks);
	b->asks = NULL;
	b->n_asks = 0;
	mem_arena_reset(b->arena);
}

static void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	batch_clear(b);
	mem_arena_free(b->arena);
	free(b->records);
	free(b);
}

static struct record *
add(struct recorder *r, enum record_kind kind)
{
	struct batch *b = r->filling;
	struct record *rec;

	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 64 : b->cap * 2;
		b->records = mem_xrealloc(b->records, b->cap, sizeof(*b->records));
	}
	rec = &b->records[b->n++];
	memset(rec, 0, sizeof(*rec));
	rec->kind = kind;
	rec->time = r->e->now_ms;
	return rec;
}

static const char *
keep(struct recorder *r, const char *s)
{
	return mem_strdup(r->filling->arena, s);
}

int
record_place(struct recorder *r)
{
	add(r, R_EVENT);
	return (int)r->filling->n;
}

void
record_event_at(struct recorder *r, int place, const struct recorded *ev)
{
	struct record *rec = &r->filling->records[place - 1];

	rec->u.event = (struct store_event){
		.time = rec->time, .kind = ev->kind, .entity = ev->entity, .subject = keep(r, ev->subject),
		.actor = keep(r, ev->actor), .state = keep(r, ev->state), .prior = keep(r, ev->prior),
		.data = keep(r, ev->data),
	};
	rec->cause = late_ref(ev->cause);
	rec->self = late_ref(ev->self);
}

int
record_event(struct recorder *r, const struct recorded *ev)
{
	int place = record_place(r);

	record_event_at(r, place, ev);
	return place;
}

void
record_state(struct recorder *r, struct live *l)
{
	if (l->dirty)
		return;
	l->dirty = true;
	l->next_dirty = r->dirty;
	r->dirty = l;
}

void
recorder_forget(struct recorder *r, struct live *l)
{
	struct live **at;

	for (at = &r->dirty; *at != NULL; at = &(*at)->next_dirty)
		if (*at == l) {
			*at = l->next_dirty;
			break;
		}
	l->dirty = false;
}

void
record_device(struct recorder *r, const struct live_device *d, bool quiet)
{
	struct record *rec = add(r, R_DEVICE);

	rec->u.device.row = d->row;
	rec->u.device.id = keep(r, d->id);
	rec->u.device.online = d->online;
	rec->u.device.quiet = quiet;
}

void
record_command(struct recorder *r, const struct command *c, struct late *id, struct late *event,
    struct late *cause)
{
	struct record *rec = add(r, R_COMMAND);

	rec->u.command = *c;
	rec->u.command.entity_id = keep(r, c->entity_id);
	rec->u.command.service = keep(r, c->service);
	rec->u.command.data = keep(r, c->data);
	rec->u.command.reason = keep(r, c->reason);
	rec->u.command.actor = keep(r, c->actor);
	rec->u.command.before = keep(r, c->before);
	rec->row = late_ref(id);
	rec->self = late_ref(event);
	rec->cause = late_ref(cause);
}

static void
keep_trace(struct recorder *r, struct record *rec, struct trace *t)
{
	rec->trace = mem_alloc(r->filling->arena, sizeof(*rec->trace));
	*rec->trace = *t;
	*t = (struct trace){ 0 };
}

void
record_run(struct recorder *r, const struct run *run, struct late *id, struct late *event,
    struct late *cause, struct trace *t)
{
	struct record *rec = add(r, R_RUN);

	rec->u.run = *run;
	rec->u.run.automation_id = NULL;
	rec->u.run.position = keep(r, run->position);
	rec->u.run.reason = keep(r, run->reason);
	keep_trace(r, rec, t);
	rec->row = late_ref(id);
	rec->self = late_ref(event);
	rec->cause = late_ref(cause);
}

void
record_trace(struct recorder *r, int64_t automation, enum trace_kind kind, struct late *cause, struct trace *t)
{
	struct record *rec = add(r, R_TRACE);

	rec->u.piece = (struct store_trace){ .automation = automation, .kind = kind, .time = rec->time };
	rec->cause = late_ref(cause);
	keep_trace(r, rec, t);
}

void
record_hold(struct recorder *r, const struct hold *h, struct late *cause)
{
	struct record *rec = add(r, R_HOLD);

	rec->u.hold = *h;
	rec->cause = late_ref(cause);
}

void
record_unhold(struct recorder *r, const struct hold *h)
{
	add(r, R_UNHOLD)->u.hold = *h;
}

void
record_question(struct recorder *r, const struct question *q)
{
	struct record *rec = add(r, R_QUESTION);

	rec->u.question = *q;
	rec->u.question.automation_id = keep(r, q->automation_id);
	rec->u.question.name = keep(r, q->name);
}

void
record_turn(struct recorder *r, const char *automation_id, bool on, const char *actor, struct late *cause)
{
	struct record *rec = add(r, R_TURN);

	rec->u.turn.automation_id = keep(r, automation_id);
	rec->u.turn.actor = keep(r, actor);
	rec->u.turn.on = on;
	rec->cause = late_ref(cause);
}

void
record_time_triggers(struct recorder *r, int64_t until_ms)
{
	add(r, R_TIME)->u.until = until_ms;
}

void
record_freshness(struct recorder *r, const struct freshness *f)
{
	add(r, R_FRESHNESS)->u.freshness = *f;
}

void
record_untold(struct recorder *r, int64_t source, bool online)
{
	add(r, R_UNTOLD)->u.untold = (struct store_untold){ source, online };
}

void
record_told(struct recorder *r, int64_t source)
{
	add(r, R_TOLD)->u.untold.source = source;
}

void
record_battery(struct recorder *r, int64_t entity, bool low)
{
	struct record *rec = add(r, R_BATTERY);

	rec->u.battery.entity = entity;
	rec->u.battery.low = low;
}

void
record_served(struct recorder *r, int64_t event)
{
	add(r, R_SERVED)->u.served = event;
}

void
record_delivery(struct recorder *r, const struct delivery *d, struct late *alert, struct late *cause)
{
	struct record *rec = add(r, R_DELIVERY);

	rec->u.delivery = *d;
	rec->u.delivery.key = keep(r, d->key);
	rec->u.delivery.channel = keep(r, d->channel);
	rec->u.delivery.target = keep(r, d->target);
	rec->u.delivery.payload = keep(r, d->payload);
	rec->u.delivery.actor = keep(r, d->actor);
	rec->row = late_ref(alert);
	rec->cause = late_ref(cause);
	r->filling->n_deliveries++;
}

void
record_alert(struct recorder *r, const struct alert *al, struct late *id, struct late *event)
{
	struct record *rec = add(r, R_ALERT);

	rec->u.alert = *al;
	rec->u.alert.message = keep(r, al->message);
	rec->u.alert.seen = keep(r, al->seen);
	rec->u.alert.reason = keep(r, al->reason);
	rec->row = late_ref(id);
	rec->cause = late_ref(event);
}

void
record_alert_hold(struct recorder *r, const struct alert_hold *h, struct late *cause)
{
	struct record *rec = add(r, R_ALERT_HOLD);

	rec->u.alert_hold = *h;
	rec->cause = late_ref(cause);
}

void
record_alert_unhold(struct recorder *r, int64_t rule)
{
	add(r, R_ALERT_UNHOLD)->u.alert_hold.rule = rule;
}

void
record_alert_problem(struct recorder *r, int64_t rule, const char *problem)
{
	struct record *rec = add(r, R_ALERT_PROBLEM);

	rec->u.alert_problem.rule = rule;
	rec->u.alert_problem.text = keep(r, problem);
}

void
record_inspection(struct recorder *r, int64_t event, const char *answer)
{
	struct record *rec = add(r, R_INSPECTION);

	rec->u.inspection.event = event;
	rec->u.inspection.answer = keep(r, answer);
}

void
record_announcement(struct recorder *r, const struct adapter_ops *family, const struct mqtt_message *m)
{
	struct record *rec = add(r, R_ANNOUNCE);
	size_t kept = m->len <= ANNOUNCEMENT_MAX ? m->len : 0;

	r->filling->announced += kept;
	rec->u.announce.family = family;
	rec->u.announce.m = (struct message){
		.topic = keep(r, m->topic), .payload = mem_bytes(r->filling->arena, m->payload, kept),
		.len = m->len, .qos = m->qos, .retain = m->retain, .now_ms = rec->time,
	};
}

void
record_picture(struct recorder *r, int64_t entity, const char *p, size_t n, bool text)
{
	pictures_keep(r->filling, entity, p, n, text);
}

/* Nothing was put into it. */
static bool
is_unused(const struct batch *b)
{
	return b->n == 0 && b->n_pictures == 0;
}

/* The rows of the entities that changed, as they are now: one each, however often they changed. */
static void
add_states(struct recorder *r)
{
	struct buf b = { 0 };
	struct record *rec;
	struct live *l;

	for (l = r->dirty; l != NULL; l = l->next_dirty) {
		rec = add(r, R_STATE);
		buf_reset(&b);
		house_write_attributes(l, &b);
		rec->u.state.entity = l->row;
		rec->u.state.event = l->event;
		rec->u.state.state = (struct state){
			.state = keep(r, l->state),
			.attributes = b.len == 0 ? "{}" : mem_strndup(r->filling->arena, b.p, b.len),
			.available = l->available, .last_changed = l->last_changed,
			.last_updated = l->last_updated,
		};
		l->dirty = false;
		l->event = 0;
		l->recorded = l->last_updated;
	}
	r->dirty = NULL;
	buf_free(&b);
}

bool
recorder_empty(const struct recorder *r)
{
	return r->writing == NULL && is_unused(r->filling) && r->dirty == NULL;
}

bool
recorder_full(const struct recorder *r)
{
	return r->filling->n >= BATCH_FULL || r->filling->announced >= ANNOUNCED_FULL;
}

int
recorder_wait(const struct recorder *r)
{
	int64_t linger = conf_int(r->e->core.conf, CONF_ENGINE_COMMIT_MS) * 1000;
	int64_t left;

	if (r->writing != NULL || recorder_empty(r))
		return -1;
	if (r->filling->n >= BATCH_AIM || r->filling->announced >= ANNOUNCED_FULL)
		return 0;
	left = r->last_us + linger - clock_mono_us();
	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

bool
recorder_flush(struct recorder *r, bool urgent)
{
	struct batch *b = r->filling;

	if (r->writing != NULL || recorder_empty(r) || (!urgent && recorder_wait(r) != 0))
		return false;
	add_states(r);
	r->filling = batch_new();
	r->last_us = clock_mono_us();
	engine_sent_handed(r->e);
	pthread_mutex_lock(&r->lock);
	r->writing = b;
	r->done = false;
	pthread_cond_signal(&r->wake);
	pthread_mutex_unlock(&r->lock);
	return true;
}

bool
recorder_done(struct recorder *r)
{
	struct batch *b = NULL;
	uint64_t n;
	size_t i;

	if (read(r->fd, &n, sizeof(n)) != (ssize_t)sizeof(n))
		return false;
	pthread_mutex_lock(&r->lock);
	if (r->done) {
		b = r->writing;
		r->writing = NULL;
		r->done = false;
	}
	pthread_mutex_unlock(&r->lock);
	if (b == NULL)
		return false;
	engine_sent_written(r->e);
	if (b->n_deliveries > 0)
		engine_courier_deliver(r->e);
	r->e->own_kinds |= b->kinds;
	if (b->scenarios_end)
		engine_command_follow(r->e, false);
	if (b->n_changed > 0)
		engine_discovered(r->e, b->changed, b->n_changed);
	for (i = 0; i < b->n_wanted; i++)
		engine_ask_kept(r->e, b->wanted[i]);
	for (i = 0; i < b->n_asks; i++)
		engine_poll_send(r->e, &b->asks[i]);
	if (is_unused(r->filling) && r->filling->cap == 0) {
		batch_free(r->filling);		/* keep the warm one */
		batch_clear(b);
		r->filling = b;
	} else
		batch_free(b);
	return true;
}

/* ---- the writing thread ---- */

static enum rc
write_once(struct recorder *r, struct batch *b)
{
	struct tx tx = { .db = r->db };
	enum rc rc;

	if ((rc = db_begin_write(r->db)) != RC_OK)
		return rc;
	if ((rc = record_write(&r->writer, b, &tx)) != RC_OK)
		db_rollback(r->db);
	else
		rc = db_commit(r->db);
	if (rc != RC_OK)
		record_undo(b);
	b->kinds = tx.kinds;
	return rc;
}

static enum rc
write_batch(struct recorder *r, struct batch *b)
{
	bool apart = b->apart;
	enum rc rc = write_once(r, b);

	return rc == RC_BUSY && b->apart != apart ? write_once(r, b) : rc;
}

static void
count_batch(struct recorder *r, const struct batch *b, int64_t us)
{
	metric_observe_us(METRIC_COMMIT_SECONDS, us);
	metric_add(METRIC_COMMIT_ROWS, b->n);
	metric_set(METRIC_DISK_FULL, 0);
	if (b->kinds != 0)	/* the reacting thread hears of its own by own_kinds */
		bell_ring_others(r->e->core.bus, r->e->bell);
	if ((r->since_checkpoint += b->n) < 4 * BATCH_AIM)
		return;
	r->since_checkpoint = 0;
	pthread_mutex_lock(&r->lock);
	r->checkpoint_due = true;
	pthread_cond_signal(&r->checkpoint);
	pthread_mutex_unlock(&r->lock);
}

/* False when it has to be tried again. */
static bool
try_batch(struct recorder *r, struct batch *b)
{
	int64_t start = clock_mono_us();
	enum rc rc;

	/* Before the commit: who hears of a new picture finds it. */
	pictures_write(b, r->e->core.conf);
	rc = write_batch(r, b);
	if (rc == RC_OK) {
		count_batch(r, b, clock_mono_us() - start);
		return true;
	}
	if (metric_get(METRIC_DISK_FULL, "") == 0)
		log_error("engine", "cannot record: %s; what happens is kept in memory and tried again",
		    rc_name(rc));
	metric_set(METRIC_DISK_FULL, rc == RC_FULL ? 1 : 0);
	metric_add_label(METRIC_ERRORS, "recorder", 1);
	return false;
}

static struct batch *
next_batch(struct recorder *r)
{
	struct batch *b = NULL;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && (r->writing == NULL || r->done))
		pthread_cond_wait(&r->wake, &r->lock);
	if (r->writing != NULL && !r->done)
		b = r->writing;
	pthread_mutex_unlock(&r->lock);
	return b;
}

/* Waits a moment; true when the engine is told to stop. */
static bool
pause_stopped(struct recorder *r)
{
	int64_t until = clock_mono_us() + RETRY_MS * 1000;
	bool stop = false;

	while (!stop && clock_mono_us() < until) {
		usleep(20000);
		pthread_mutex_lock(&r->lock);
		stop = r->stop;
		pthread_mutex_unlock(&r->lock);
	}
	return stop;
}

static void *
record(void *arg)
{
	struct recorder *r = arg;
	struct batch *b;
	uint64_t one = 1;

	while ((b = next_batch(r)) != NULL) {
		while (!try_batch(r, b))
			if (pause_stopped(r))
				return NULL;
		pthread_mutex_lock(&r->lock);
		r->done = true;
		pthread_mutex_unlock(&r->lock);
		if (write(r->fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
			log_error("engine", "cannot wake the reacting thread");
	}
	return NULL;
}

/* Moves the log into the file on a connection of its own, so that no commit waits for the disk. */
static void *
checkpoint(void *arg)
{
	struct recorder *r = arg;
	struct fault f = { 0 };
	struct db *db = NULL;
	bool stop = false;

	if (store_open(r->e->core.conf, DB_WRITE, &db, &f) != RC_OK) {
		log_error("engine", "checkpoints: %s", f.msg);
		return NULL;
	}
	while (!stop) {
		pthread_mutex_lock(&r->lock);
		while (!r->stop && !r->checkpoint_due)
			pthread_cond_wait(&r->checkpoint, &r->lock);
		r->checkpoint_due = false;
		stop = r->stop;
		pthread_mutex_unlock(&r->lock);
		if (!stop)
			db_checkpoint(db);
	}
	db_close(db);
	return NULL;
}

enum rc
recorder_open(struct engine *e, struct recorder **out, struct fault *f)
{
	struct db_options o = {
		.mode = DB_WRITE, .no_checkpoint = true, .cache_kib = 1024,
		.full_durability = strcmp(conf_text(e->core.conf, CONF_DATABASE_DURABILITY), "full") == 0,
	};
	struct recorder *r = mem_xcalloc(1, sizeof(*r));
	enum rc rc;

	metric_set(METRIC_DISK_FULL, 0);	/* of an earlier engine; this one will see */
	r->e = e;
	r->filling = batch_new();
	r->writer.scratch = mem_arena_new(16384);
	r->writer.prefix = conf_text(e->core.conf, CONF_MQTT_DISCOVERY_PREFIX);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->wake, NULL);
	pthread_cond_init(&r->checkpoint, NULL);
	r->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	rc = db_open(conf_text(e->core.conf, CONF_DATABASE_URL), &o, &r->db, f);
	if (rc == RC_OK && (r->fd == -1 || pthread_create(&r->thread, NULL, record, r) != 0))
		rc = fault_set(f, RC_ERROR, NULL, "cannot start the recording thread");
	else if (rc == RC_OK) {
		r->started = true;
		if (pthread_create(&r->checkpointer, NULL, checkpoint, r) != 0)
			abort();
	}
	if (rc != RC_OK) {
		recorder_close(r);
		return rc;
	}
	*out = r;
	return RC_OK;
}

/* Waits until what was handed over is written; gives up where writing fails. */
static void
drain(struct recorder *r)
{
	int64_t until = clock_mono_us() + 5000000;

	while (!recorder_empty(r) && clock_mono_us() < until && metric_get(METRIC_DISK_FULL, "") == 0) {
		recorder_flush(r, true);
		usleep(200);
		recorder_done(r);
	}
}

bool
recorder_close(struct recorder *r)
{
	bool all;

	if (r == NULL)
		return true;
	if (r->started) {
		drain(r);
		pthread_mutex_lock(&r->lock);
		r->stop = true;
		pthread_cond_broadcast(&r->wake);
		pthread_cond_broadcast(&r->checkpoint);
		pthread_mutex_unlock(&r->lock);
		pthread_join(r->thread, NULL);
		pthread_join(r->checkpointer, NULL);
	}
	all = recorder_empty(r) || (r->done && is_unused(r->filling) && r->dirty == NULL);
	adapter_close_all(r->writer.families);
	batch_free(r->filling);
	batch_free(r->writing);
	mem_arena_free(r->writer.scratch);
	buf_free(&r->writer.sealed);
	db_close(r->db);
	if (r->fd != -1)
		close(r->fd);
	pthread_cond_destroy(&r->wake);
	pthread_cond_destroy(&r->checkpoint);
	pthread_mutex_destroy(&r->lock);
	free(r);
	return all;
}

int
recorder_fd(const struct recorder *r)
{
	return r->fd;
}
