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
#include "shared/domain/event.h"
#include "shared/domain/registry.h"
#include "shared/store/store_cursor.h"
#include "workers/engine.h"

#define RETRY_MS 1000
#define BATCH_AIM 500
#define BATCH_FULL 20000

enum record_kind { R_EVENT, R_STATE, R_DEVICE, R_COMMAND, R_RUN, R_HOLD, R_UNHOLD, R_TIME, R_ANNOUNCE,
	R__MAX };

struct record {
	enum record_kind	 kind;
	int64_t			 time;		/* UTC ms */
	int64_t			 id;		/* R_EVENT: once written */
	struct late		*self, *cause, *row;	/* owned references */
	union {
		struct store_event	 event;
		struct {
			int64_t		 entity;
			struct state	 state;
			int		 event;		/* 1 + place of its last event, or 0 */
		}			 state;
		struct {
			int64_t		 row;
			const char	*id;
			bool		 online;
		}			 device;
		struct command		 command;
		struct run		 run;
		struct hold		 hold;
		int64_t			 until;
		struct {
			const struct adapter_ops *family;
			struct message	 m;
		}			 announce;
	} u;
};

struct batch {
	struct mem_arena	*arena;
	struct record		*records;
	size_t			 n, cap;
	int64_t			*changed;	/* entity rows that announcements touched, malloc */
	size_t			 n_changed;
};

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
	struct adapter		*families[HOUSE_FAMILIES];
	struct mem_arena	*scratch;
	const char		*prefix;
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
		if (b->records[i].kind == R_ANNOUNCE)
			js_free(b->records[i].u.announce.m.json);
	}
	if (b->cap > 4 * BATCH_AIM) {
		free(b->records);
		b->records = NULL;
		b->cap = 0;
	}
	b->n = 0;
	free(b->changed);
	b->changed = NULL;
	b->n_changed = 0;
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
record_event(struct recorder *r, const struct recorded *ev)
{
	struct record *rec = add(r, R_EVENT);

	rec->u.event = (struct store_event){
		.time = rec->time, .kind = ev->kind, .entity = ev->entity, .subject = keep(r, ev->subject),
		.actor = keep(r, ev->actor), .state = keep(r, ev->state), .prior = keep(r, ev->prior),
		.data = keep(r, ev->data),
	};
	rec->cause = late_ref(ev->cause);
	rec->self = late_ref(ev->self);
	return (int)r->filling->n;
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
record_device(struct recorder *r, const struct live_device *d)
{
	struct record *rec = add(r, R_DEVICE);

	rec->u.device.row = d->row;
	rec->u.device.id = keep(r, d->id);
	rec->u.device.online = d->online;
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
	rec->row = late_ref(id);
	rec->self = late_ref(event);
	rec->cause = late_ref(cause);
}

void
record_run(struct recorder *r, const struct run *run, struct late *id, struct late *event,
    struct late *cause)
{
	struct record *rec = add(r, R_RUN);

	rec->u.run = *run;
	rec->u.run.automation_id = NULL;
	rec->u.run.position = keep(r, run->position);
	rec->u.run.reason = keep(r, run->reason);
	rec->row = late_ref(id);
	rec->self = late_ref(event);
	rec->cause = late_ref(cause);
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
record_time_triggers(struct recorder *r, int64_t until_ms)
{
	add(r, R_TIME)->u.until = until_ms;
}

void
record_announcement(struct recorder *r, const struct adapter_ops *family, const struct mqtt_message *m)
{
	struct record *rec = add(r, R_ANNOUNCE);

	rec->u.announce.family = family;
	rec->u.announce.m = (struct message){
		.topic = keep(r, m->topic), .payload = mem_strndup(r->filling->arena, m->payload, m->len),
		.len = m->len, .qos = m->qos, .retain = m->retain, .now_ms = rec->time,
	};
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
		if (l->attributes != NULL)
			js_dump(l->attributes, &b);
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
	return r->filling->n == 0 && r->dirty == NULL;
}

bool
recorder_full(const struct recorder *r)
{
	return r->filling->n >= BATCH_FULL;
}

int
recorder_wait(const struct recorder *r)
{
	int64_t linger = conf_int(r->e->core.conf, CONF_ENGINE_COMMIT_MS) * 1000;
	int64_t left;

	if (r->writing != NULL || recorder_empty(r))
		return -1;
	if (r->filling->n >= BATCH_AIM)
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
	if (b->n_changed > 0)
		engine_discovered(r->e, b->changed, b->n_changed);
	if (r->filling->n == 0 && r->filling->cap == 0) {
		batch_free(r->filling);		/* keep the warm one */
		batch_clear(b);
		r->filling = b;
	} else
		batch_free(b);
	return true;
}

/* ---- the writing thread ---- */

static enum rc
write_event(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	enum rc rc;

	(void)r;
	(void)b;
	(void)f;
	rec->u.event.cause = late_id(rec->cause);
	if ((rc = store_event_append(tx, &rec->u.event, &rec->id)) == RC_OK && rec->self != NULL)
		atomic_store(&rec->self->id, rec->id);
	return rc;
}

static enum rc
write_state(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)r;
	(void)f;
	if (rec->u.state.event > 0)
		rec->u.state.state.event = b->records[rec->u.state.event - 1].id;
	return store_state_put(tx, rec->u.state.entity, &rec->u.state.state);
}

static enum rc
write_device(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const char *status = rec->u.device.online ? "online" : "offline";
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);
	enum rc rc;

	(void)r;
	(void)b;
	(void)f;
	jsw_object(&w, NULL);
	jsw_string(&w, "device_id", rec->u.device.id);
	jsw_string(&w, "status", status);
	jsw_end(&w);
	buf_printf(&subject, "device.%s", rec->u.device.id);
	tx->actor = NULL;
	if ((rc = store_device_set_status(tx, rec->u.device.row, status)) == RC_OK)
		rc = event_append(tx, EVENT_AVAILABILITY, 0, buf_str(&subject), buf_str(&data), NULL);
	buf_free(&data);
	buf_free(&subject);
	return rc;
}

static enum rc
write_command(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct command *c = &rec->u.command;
	enum rc rc;

	(void)r;
	(void)b;
	(void)f;
	c->id = late_id(rec->row);
	c->event = late_id(rec->self);
	tx->actor = c->actor;
	if (c->id == 0)
		tx->cause = c->cause = late_id(rec->cause);
	else
		tx->cause = c->event;
	if ((rc = command_record(tx, c)) != RC_OK)
		return rc;
	if (rec->row != NULL)
		atomic_store(&rec->row->id, c->id);
	if (rec->self != NULL)
		atomic_store(&rec->self->id, c->event);
	metric_add_label(METRIC_COMMANDS, command_status_name(c->status), 1);
	return RC_OK;
}

static enum rc
write_run(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	struct run *run = &rec->u.run;
	enum rc rc;

	(void)r;
	(void)b;
	(void)f;
	run->id = late_id(rec->row);
	run->event = late_id(rec->self);
	run->cause = late_id(rec->cause);
	if (run->id != 0)
		return store_run_update(tx, run);
	if ((rc = store_run_insert(tx, run)) == RC_OK && rec->row != NULL)
		atomic_store(&rec->row->id, run->id);
	return rc;
}

static enum rc
write_hold(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)r;
	(void)b;
	(void)f;
	rec->u.hold.cause = late_id(rec->cause);
	return store_hold_put(tx, &rec->u.hold);
}

static enum rc
write_unhold(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const struct hold *h = &rec->u.hold;

	(void)r;
	(void)b;
	(void)f;
	return store_hold_delete(tx, h->automation, h->trigger, h->entity);
}

static enum rc
write_time(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	(void)r;
	(void)b;
	(void)f;
	return store_cursor_put(tx, "time_triggers", rec->u.until);
}

static void
add_changed(struct batch *b, const int64_t *rows, size_t n)
{
	if (n == 0)
		return;
	b->changed = mem_xrealloc(b->changed, b->n_changed + n, sizeof(*rows));
	memcpy(b->changed + b->n_changed, rows, n * sizeof(*rows));
	b->n_changed += n;
}

static struct adapter *
family(struct recorder *r, const struct adapter_ops *ops)
{
	size_t i;

	for (i = 0; i < HOUSE_FAMILIES && adapters[i] != NULL; i++)
		if (adapters[i] == ops) {
			if (r->families[i] == NULL)
				r->families[i] = ops->open();
			return r->families[i];
		}
	return NULL;
}

static enum rc
announce(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const struct adapter_ops *ops = rec->u.announce.family;
	struct registry_change change = { 0 };
	struct announcement an;
	enum rc rc;

	rc = ops->announce(family(r, ops), &rec->u.announce.m, r->prefix, r->scratch, &an, f);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = registry_announce(tx, &an, r->scratch, &change, f);
	if (rc == RC_OK) {
		add_changed(b, change.changed, change.n_changed);
		add_changed(b, change.gone, change.n_gone);
	}
	return rc;
}

/* In a part of its own: what a wrong announcement has written so far is taken back. */
static enum rc
write_announce(struct recorder *r, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	int events = tx->events;
	enum rc rc;

	mem_arena_reset(r->scratch);
	tx->actor = "mqtt";
	if ((rc = db_savepoint(tx->db)) != RC_OK)
		return rc;
	rc = announce(r, b, rec, tx, f);
	if (rc == RC_OK)
		return db_savepoint_release(tx->db);
	db_savepoint_rollback(tx->db);
	tx->events = events;
	if (rc == RC_FULL || rc == RC_BUSY || rc == RC_DOWN)
		return rc;
	log_warn(rec->u.announce.m.topic, "announcement refused: %s%s%s", f->field,
	    *f->field != '\0' ? ": " : "", f->msg);
	metric_add_label(METRIC_MQTT_DROPPED, rc == RC_UNSUPPORTED ? "unsupported" : "announcement", 1);
	return RC_OK;
}

static enum rc (*const writers[R__MAX])(struct recorder *, struct batch *, struct record *, struct tx *,
    struct fault *) = {
	[R_EVENT] = write_event, [R_STATE] = write_state, [R_DEVICE] = write_device,
	[R_COMMAND] = write_command, [R_RUN] = write_run, [R_HOLD] = write_hold,
	[R_UNHOLD] = write_unhold, [R_TIME] = write_time, [R_ANNOUNCE] = write_announce,
};

/* What would go wrong again for this record alone is left out; what concerns all of them is returned. */
static enum rc
write_records(struct recorder *r, struct batch *b, struct tx *tx)
{
	struct fault f;
	size_t i;
	enum rc rc;

	for (i = 0; i < b->n; i++) {
		f = (struct fault){ 0 };
		tx->now_ms = b->records[i].time;
		tx->actor = NULL;
		tx->cause = late_id(b->records[i].cause);
		rc = writers[b->records[i].kind](r, b, &b->records[i], tx, &f);
		if (rc == RC_FULL || rc == RC_BUSY || rc == RC_DOWN)
			return rc;
		if (rc != RC_OK) {
			log_warn("engine", "a record of kind %d was left out: %s", b->records[i].kind, rc_name(rc));
			metric_add_label(METRIC_ERRORS, "recorder", 1);
		}
	}
	return RC_OK;
}

static enum rc
write_batch(struct recorder *r, struct batch *b, int *events)
{
	struct tx tx = { .db = r->db };
	enum rc rc;

	if ((rc = db_begin_write(r->db)) != RC_OK)
		return rc;
	if ((rc = write_records(r, b, &tx)) != RC_OK) {
		db_rollback(r->db);
		return rc;
	}
	*events = tx.events;
	return db_commit(r->db);
}

static void
count_batch(struct recorder *r, const struct batch *b, int64_t us, int events)
{
	metric_observe_us(METRIC_COMMIT_SECONDS, us);
	metric_add(METRIC_COMMIT_ROWS, b->n);
	metric_set(METRIC_DISK_FULL, 0);
	if (events > 0)
		bus_ring(r->e->core.bus);
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
	int events = 0;
	enum rc rc;

	rc = write_batch(r, b, &events);
	if (rc == RC_OK) {
		count_batch(r, b, clock_mono_us() - start, events);
		return true;
	}
	if (metric_get(METRIC_DISK_FULL, "") == 0)
		log_error("engine", "cannot record: %s; what happens is kept in memory and tried again",
		    rc_name(rc));
	metric_set(METRIC_DISK_FULL, rc == RC_FULL ? 1 : 0);
	metric_add_label(METRIC_ERRORS, "recorder", 1);
	b->n_changed = 0;
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
	struct timespec t;
	bool stop;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += RETRY_MS / 1000;
	pthread_mutex_lock(&r->lock);
	if (!r->stop)
		pthread_cond_timedwait(&r->wake, &r->lock, &t);
	stop = r->stop;
	pthread_mutex_unlock(&r->lock);
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

	r->e = e;
	r->filling = batch_new();
	r->scratch = mem_arena_new(16384);
	r->prefix = conf_text(e->core.conf, CONF_MQTT_DISCOVERY_PREFIX);
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

	while ((r->writing != NULL || !recorder_empty(r)) && clock_mono_us() < until && metric_get(METRIC_DISK_FULL, "") == 0) {
		recorder_flush(r, true);
		usleep(200);
		recorder_done(r);
	}
}

void
recorder_close(struct recorder *r)
{
	size_t i;

	if (r == NULL)
		return;
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
	for (i = 0; i < HOUSE_FAMILIES && adapters[i] != NULL; i++)
		adapters[i]->close(r->families[i]);
	batch_free(r->filling);
	batch_free(r->writing);
	mem_arena_free(r->scratch);
	db_close(r->db);
	if (r->fd != -1)
		close(r->fd);
	pthread_cond_destroy(&r->wake);
	pthread_cond_destroy(&r->checkpoint);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

int
recorder_fd(const struct recorder *r)
{
	return r->fd;
}
