/* SPDX-License-Identifier: ISC
 *
 * See history_pack.h. A batch of the log is read and packed in memory, per entity, outside of any
 * write transaction; then the entities are written in slices. Each entity remembers the last event
 * that was packed for it, the whole house the event up to which all are: a batch that was cut off
 * between two slices is therefore read again and skipped where it is done.
 */
#include "shared/domain/history_pack.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/map.h"
#include "shared/base/mem.h"
#include "shared/domain/history.h"
#include "shared/domain/history_bucket.h"
#include "shared/domain/history_chunk.h"
#include "shared/domain/history_close.h"
#include "shared/store/store_event.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_history.h"

#define BATCH 500000		/* events in memory at a time */
#define BATCH_BYTES (12 << 20)
#define ENOUGH 10000		/* so many events are packed at once, fewer when a bucket ends */
#define LATE_MS 10000		/* events may be committed this long after they happened */
#define SLICE_US 4000		/* work inside one transaction */
#define DAY_MS 86400000LL

/* What a batch holds of one entity. */
struct slot {
	int64_t			 entity;
	int64_t			 event;		/* last one packed */
	struct history_chunk	 open;
	struct history_chunk	*closed;
	size_t			 n_closed;
	bool			 dirty;
};

struct batch {
	struct db	*db;
	struct slot	**slots;
	size_t		 n, cap;
	struct map	 index;		/* entity -> slot */
	int64_t		 limit;		/* events */
	int64_t		 events;
	size_t		 bytes;
	int64_t		 last;		/* last event read */
	bool		 cut;		/* stopped before the end */
	int64_t		 earliest;	/* time of the earliest point */
	/* writing */
	size_t		 next;
	int64_t		 raw_from;
	int64_t		 chunks;
};

static bool
load_open(const struct store_history_chunk *c, void *arg)
{
	struct slot *s = arg;

	s->event = c->event;
	if (history_chunk_resume(&s->open, c->data, c->len) != RC_OK)
		log_error("history", "damaged chunk of entity %lld is replaced", (long long)c->entity);
	return true;
}

static struct slot *
find_slot(struct batch *b, int64_t entity)
{
	struct slot *s = map_get_int(&b->index, entity);

	if (s != NULL)
		return s;
	if (b->n == b->cap) {
		b->cap = b->cap == 0 ? 128 : b->cap * 2;
		b->slots = mem_xrealloc(b->slots, b->cap, sizeof(*b->slots));
	}
	s = mem_xcalloc(1, sizeof(*s));
	s->entity = entity;
	b->slots[b->n++] = s;
	map_put_int(&b->index, entity, s);
	b->bytes += sizeof(*s) + HISTORY_CHUNK_BYTES + 64;
	store_history_open(b->db, entity, load_open, s);
	return s;
}

static void
close_chunk(struct batch *b, struct slot *s)
{
	if ((s->n_closed & (s->n_closed - 1)) == 0)	/* room doubles at the powers of two */
		s->closed = mem_xrealloc(s->closed, s->n_closed == 0 ? 1 : s->n_closed * 2,
		    sizeof(*s->closed));
	s->closed[s->n_closed++] = s->open;
	memset(&s->open, 0, sizeof(s->open));
	b->bytes += sizeof(*s->closed) + s->closed[s->n_closed - 1].data.cap;
}

static bool
take_event(const struct store_history_event *e, void *arg)
{
	struct batch *b = arg;
	struct slot *s;

	if (b->events >= b->limit || b->bytes >= BATCH_BYTES) {
		b->cut = true;
		return false;
	}
	b->last = e->id;
	b->events++;
	s = find_slot(b, e->entity);
	if (e->id <= s->event)
		return true;
	if (history_chunk_full(&s->open, e->time))
		close_chunk(b, s);
	history_chunk_add(&s->open, e->time, e->state, e->len);
	s->event = e->id;
	s->dirty = true;
	if (b->earliest == 0 || e->time < b->earliest)
		b->earliest = e->time;
	return true;
}

static enum rc
write_chunk(struct tx *tx, const struct slot *s, const struct history_chunk *k, bool open)
{
	struct store_history_chunk row = {
		.entity = s->entity, .event = s->event, .start = k->start, .finish = k->finish,
		.n = k->n, .data = k->data.p, .len = k->data.len,
	};

	return open ? store_history_put_open(tx, &row) : store_history_add(tx, &row);
}

/* Late points change buckets that are closed: they are closed again. */
static enum rc
reopen(struct tx *tx, const struct batch *b)
{
	static const int seconds[] = { 300, 3600 };
	int64_t closed, to;
	size_t i;
	enum rc rc;

	for (i = 0; i < 2; i++) {
		closed = store_cursor_get(tx->db, history_closed_cursor(seconds[i]));
		to = history_bucket_floor(b->earliest, seconds[i]);
		if (to < b->raw_from)
			to = history_bucket_floor(b->raw_from, seconds[i]) + seconds[i] * 1000LL;
		if (b->earliest == 0 || to >= closed)
			continue;
		rc = store_cursor_put(tx, history_closed_cursor(seconds[i]), to);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
write_slot(struct tx *tx, const struct slot *s)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < s->n_closed && rc == RC_OK; i++)
		rc = write_chunk(tx, s, &s->closed[i], false);
	if (rc == RC_OK)
		rc = write_chunk(tx, s, &s->open, true);
	return rc;
}

static enum rc
write_slice(struct tx *tx, void *arg, struct fault *f)
{
	struct batch *b = arg;
	int64_t begin = clock_mono_us();
	enum rc rc = RC_OK;

	(void)f;
	if (b->next == 0)
		rc = reopen(tx, b);
	for (; rc == RC_OK && b->next < b->n && clock_mono_us() - begin < SLICE_US; b->next++) {
		if (b->slots[b->next]->dirty)
			rc = write_slot(tx, b->slots[b->next]);
		b->chunks += (int64_t)b->slots[b->next]->n_closed;
	}
	if (rc == RC_OK && b->next == b->n)
		rc = store_cursor_put(tx, STORE_HISTORY_PACKED, b->last);
	return rc;
}

enum rc
history_slice(struct store_writer *w, struct history_pack *p, store_fn fn, void *arg, struct fault *f)
{
	int64_t begin = clock_mono_us(), us;
	enum rc rc;

	rc = store_write(w, "system", fn, arg, f);
	us = clock_mono_us() - begin;
	p->transactions++;
	if (us > p->longest_us)
		p->longest_us = us;
	return rc;
}

static int
by_entity(const void *a, const void *b)
{
	const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;

	return (x->entity > y->entity) - (x->entity < y->entity);
}

static void
batch_free(struct batch *b)
{
	struct slot *s;
	size_t i, k;

	for (i = 0; i < b->n; i++) {
		s = b->slots[i];
		for (k = 0; k < s->n_closed; k++)
			history_chunk_free(&s->closed[k]);
		free(s->closed);
		history_chunk_free(&s->open);
		free(s);
	}
	free(b->slots);
	map_free(&b->index);
}

/* Packs one batch of events after `since`, none after `upto`. */
static enum rc
pack_batch(struct store_writer *w, struct history_pack *p, int64_t since, int64_t upto, int64_t *last,
    struct fault *f)
{
	struct batch b = { .db = store_writer_db(w), .limit = p->batch > 0 ? p->batch : BATCH };
	enum rc rc;

	b.raw_from = p->now_ms - p->raw_days * DAY_MS;
	rc = store_history_events(b.db, since, upto, 0, take_event, &b);
	if (rc != RC_OK) {
		fault_set(f, rc, NULL, "the event log cannot be read");
		goto out;
	}
	if (!b.cut)
		b.last = upto;
	if (b.n > 1)
		qsort(b.slots, b.n, sizeof(*b.slots), by_entity);
	do
		rc = history_slice(w, p, write_slice, &b, f);
	while (rc == RC_OK && b.next < b.n);
	p->events += b.events;
	p->chunks += b.chunks;
	*last = b.last;
out:
	batch_free(&b);
	return rc;
}

struct mark {
	const char	*name;
	int64_t		 value;
};

static enum rc
set_mark(struct tx *tx, void *arg, struct fault *f)
{
	const struct mark *m = arg;

	(void)f;
	return store_cursor_put(tx, m->name, m->value);
}

static enum rc
pack_all(struct store_writer *w, struct history_pack *p, int64_t since, int64_t upto, struct fault *f)
{
	struct mark seen = { STORE_HISTORY_SEEN, p->now_ms - LATE_MS };
	int64_t begin = since;
	enum rc rc;

	while (since < upto) {
		if (p->progress != NULL &&
		    !p->progress(p->arg, (int)(90 * (since - begin) / (upto - begin))))
			return RC_TIMEOUT;
		if ((rc = pack_batch(w, p, since, upto, &since, f)) != RC_OK)
			return rc;
	}
	return history_slice(w, p, set_mark, &seen, f);
}

enum rc
history_pack(struct store_writer *w, struct history_pack *p, struct fault *f)
{
	struct db *db = store_writer_db(w);
	int64_t since = store_cursor_get(db, STORE_HISTORY_PACKED);
	int64_t seen = store_cursor_get(db, STORE_HISTORY_SEEN);
	int64_t upto = store_event_last(db);
	enum rc rc;

	if (!p->force && upto - since < ENOUGH &&
	    history_bucket_floor(p->now_ms - LATE_MS, 300) == history_bucket_floor(seen, 300))
		return RC_OK;
	if ((rc = pack_all(w, p, since, upto, f)) != RC_OK)
		return rc;
	return history_close(w, p, f);
}
