/* SPDX-License-Identifier: ISC
 *
 * See succession.h. Packed history goes first and in one transaction: the growing chunk of the heir takes in all
 * points that are not packed yet, of both, up to the newest event; what is handed over after that is not
 * packed again.
 */
#include "shared/domain/succession.h"

#include "shared/base/clock.h"
#include "shared/domain/history_chunk.h"
#include "shared/store/store_block.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_event.h"
#include "shared/store/store_history.h"
#include "shared/store/store_succession.h"

#define SLICE_US 4000		/* work inside one transaction, but for merge */
#define STEP 500		/* events or buckets at a time */

/* A growing chunk that points are added to. */
struct growth {
	struct tx		*tx;
	int64_t			 entity;	/* row */
	int64_t			 event;		/* last one packed */
	int64_t			 after;		/* earlier points are left out */
	struct history_chunk	 open;
	enum rc			 rc;
};

static enum rc
close_chunk(struct growth *g)
{
	struct store_history_chunk row = {
		.entity = g->entity, .start = g->open.start, .finish = g->open.finish, .n = g->open.n,
		.data = g->open.data.p, .len = g->open.data.len,
	};
	enum rc rc = g->open.n > 0 ? store_history_add(g->tx, &row) : RC_OK;

	history_chunk_free(&g->open);
	return rc;
}

static bool
grow(struct growth *g, int64_t time, const char *state, size_t len)
{
	if (time <= g->after)
		return true;
	if (history_chunk_full(&g->open, time) && (g->rc = close_chunk(g)) != RC_OK)
		return false;
	history_chunk_add(&g->open, time, state, len);
	return true;
}

static bool
grow_by_event(const struct store_history_event *e, void *arg)
{
	return grow(arg, e->time, e->state, e->len);
}

static bool
grow_by_chunk(const struct store_history_chunk *c, void *arg)
{
	struct growth *g = arg;
	struct history_reader r;
	const char *state;
	int64_t time;
	size_t len;

	g->event = c->event;
	history_reader_init(&r, c->data, c->len);
	while (history_reader_next(&r, &time, &state, &len) == RC_OK)
		if (!grow(g, time, state, len))
			return false;
	return true;
}

/* The heir's own: its growing chunk and its events before the moment that are not packed. */
static enum rc
take_own(struct growth *g, const struct store_succession *x, int64_t packed)
{
	enum rc rc = store_history_open(g->tx->db, x->heir, grow_by_chunk, g);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = store_history_events(g->tx->db, packed > g->event ? packed : g->event, x->event, x->heir,
	    grow_by_event, g);
	return rc != RC_OK ? rc : g->rc;
}

/* Later than that of the one that was given up: the end of a chunk, whole chunks, the growing one, events. */
static enum rc
take_over(struct growth *g, const struct store_succession *x, int64_t packed)
{
	struct db *db = g->tx->db;
	struct store_succession later = *x;
	int moved = 0;
	enum rc rc;

	g->after = later.after;
	rc = store_history_chunks(db, x->was, g->after, g->after + 1, grow_by_chunk, g);
	if (rc == RC_OK && (rc = g->rc) == RC_OK)
		rc = store_succession_chunks(g->tx, &later, &moved);
	if (rc == RC_OK && moved > 0)
		rc = close_chunk(g);
	g->event = 0;
	if (rc == RC_OK && (rc = store_history_open(db, x->was, grow_by_chunk, g)) == RC_NOT_FOUND)
		rc = RC_OK;
	if (rc == RC_OK)
		rc = store_history_events(db, packed > g->event ? packed : g->event, INT64_MAX, x->was,
		    grow_by_event, g);
	return rc != RC_OK ? rc : g->rc;
}

static enum rc
put_open(struct growth *g)
{
	struct store_history_chunk row = {
		.entity = g->entity, .event = store_event_last(g->tx->db), .start = g->open.start,
		.finish = g->open.finish, .n = g->open.n, .data = buf_str(&g->open.data),
		.len = g->open.data.len,
	};

	return store_history_put_open(g->tx, &row);
}

static enum rc
merge(struct tx *tx, struct store_succession *x)
{
	struct growth g = { .tx = tx, .entity = x->heir, .after = INT64_MIN };
	int64_t packed = store_cursor_get(tx->db, STORE_HISTORY_PACKED), own;
	enum rc rc = take_own(&g, x, packed);

	own = packed > g.event ? packed : g.event;
	x->after = g.open.n > 0 ? g.open.finish : 0;
	if (rc == RC_OK)
		rc = take_over(&g, x, packed);
	g.after = INT64_MIN;
	if (rc == RC_OK)
		rc = store_history_events(tx->db, own > x->event ? own : x->event, INT64_MAX, x->heir,
		    grow_by_event, &g);
	if (rc == RC_OK && (rc = g.rc) == RC_OK)
		rc = put_open(&g);
	history_chunk_free(&g.open);
	x->merged = true;
	return rc != RC_OK ? rc : store_succession_put(tx, x);
}

/* The next part of the log that may hold events of the one that was given up. */
struct part {
	int64_t	 since, before;
	bool	 there;
};

static bool
keep_part(int64_t since, int64_t before, void *arg)
{
	struct part *p = arg;

	*p = (struct part){ since, before, true };
	return false;
}

/* *done: nothing is left. */
static enum rc
move_events(struct tx *tx, struct store_succession *x, bool *done)
{
	struct part p = { .there = false };
	struct store_block_walk walk = { x->was, x->moved, store_event_last(tx->db) + 1, false, keep_part, &p };
	enum rc rc = store_block_walk(tx->db, &walk);

	*done = !p.there;
	if (rc != RC_OK || !p.there)
		return rc;
	if (p.before - p.since > STEP + 1)
		p.before = p.since + STEP + 1;
	x->moved = p.before - 1;
	return store_succession_events(tx, x, p.since, p.before);
}

struct work {
	struct succession	*s;
	bool			 done;	/* nothing is left of any */
};

/* One step of the oldest succession. */
static enum rc
step(struct tx *tx, struct work *k)
{
	struct store_succession x;
	bool finished = false;
	int moved = 0;
	enum rc rc = store_succession_first(tx->db, &x);

	if (rc != RC_OK) {
		k->done = rc == RC_NOT_FOUND;
		return k->done ? RC_OK : rc;
	}
	if (!x.merged)
		return merge(tx, &x);
	if ((rc = store_succession_buckets(tx, &x, STEP, &moved)) != RC_OK || moved > 0)
		return rc;
	if ((rc = move_events(tx, &x, &finished)) != RC_OK || !finished)
		return rc != RC_OK ? rc : store_succession_put(tx, &x);
	k->s->n++;
	return store_succession_remove(tx, x.was);
}

static enum rc
slice(struct tx *tx, void *arg, struct fault *f)
{
	struct work *k = arg;
	int64_t begin = clock_mono_us();
	enum rc rc;

	(void)f;
	do
		rc = step(tx, k);
	while (rc == RC_OK && !k->done && clock_mono_us() - begin < SLICE_US);
	return rc;
}

enum rc
succession_run(struct store_writer *w, struct succession *s, struct fault *f)
{
	struct work k = { s, false };
	struct store_succession x;
	enum rc rc = store_succession_first(store_writer_db(w), &x);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	while (rc == RC_OK && !k.done) {
		if (s->progress != NULL && !s->progress(s->arg, 5))
			return RC_TIMEOUT;
		rc = store_write(w, "system", slice, &k, f);
	}
	return rc;
}
