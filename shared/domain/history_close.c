/* SPDX-License-Identifier: ISC
 *
 * See history_close.h. Buckets are made out of packed points entity by entity and written in slices;
 * the position moves when all are there, so that a run that was cut off repeats the same rows.
 */
#include "shared/domain/history_close.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/domain/history.h"
#include "shared/domain/history_bucket.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_history.h"

#define ENTITIES 256		/* rows looked up at a time */
#define PENDING 512		/* buckets in memory before they are written */
#define SLICE_US 4000

struct closer {
	struct store_writer	*w;
	struct history_pack	*p;
	struct fault		*f;
	struct db		*db;
	struct mem_arena	*a;
	int			 seconds;
	int64_t			 from, to;
	int64_t			 entity;	/* the one being read */
	struct history_buckets	 h;
	bool			 added;
	struct store_history_bucket list[PENDING];
	size_t			 n, next;
	bool			 final;		/* nothing more follows: move the position */
	enum rc			 rc;
};

static enum rc
write_buckets(struct tx *tx, void *arg, struct fault *f)
{
	struct closer *c = arg;
	int64_t begin = clock_mono_us();
	enum rc rc = RC_OK;

	(void)f;
	for (; rc == RC_OK && c->next < c->n && clock_mono_us() - begin < SLICE_US; c->next++)
		rc = store_history_put_bucket(tx, &c->list[c->next]);
	if (rc == RC_OK && c->next == c->n && c->final)
		rc = store_cursor_put(tx, history_closed_cursor(c->seconds), c->to);
	return rc;
}

static enum rc
flush(struct closer *c)
{
	enum rc rc;

	c->next = 0;
	do
		rc = history_slice(c->w, c->p, write_buckets, c, c->f);
	while (rc == RC_OK && c->next < c->n);
	c->p->buckets += (int64_t)c->n;
	c->n = 0;
	mem_arena_reset(c->a);
	return rc;
}

static bool
take_bucket(const struct store_history_bucket *b, void *arg)
{
	struct closer *c = arg;
	struct store_history_bucket *copy = &c->list[c->n++];

	*copy = *b;
	copy->entity = c->entity;
	copy->last = mem_strdup(c->a, b->last);
	copy->durations = mem_strdup(c->a, b->durations);
	return c->n < PENDING;
}

static bool
take_point(int64_t time, const char *state, size_t len, void *arg)
{
	struct closer *c = arg;

	if (time >= c->from) {
		history_buckets_add(&c->h, time, state, len);
		c->added = true;
	} else if (!c->added)
		history_buckets_carry(&c->h, state, len);
	return !c->h.stopped;
}

/* All buckets of one entity; when the list is full in the middle, it goes on behind the last one. */
static enum rc
close_entity(struct closer *c, int64_t entity)
{
	int64_t from = c->from;
	bool more;
	enum rc rc;

	c->entity = entity;
	do {
		c->added = false;
		history_buckets_init(&c->h, c->seconds, c->from, take_bucket, c);
		rc = history_each(c->db, entity, c->from, c->to, false, take_point, c);
		if (rc == RC_OK)
			history_buckets_finish(&c->h, c->to);
		more = c->h.stopped;
		history_buckets_free(&c->h);
		if (rc == RC_OK && more) {
			c->from = c->list[c->n - 1].start + c->seconds * 1000LL;
			rc = flush(c);
		}
	} while (rc == RC_OK && more);
	c->from = from;
	return rc;
}

static enum rc
close_resolution(struct closer *c)
{
	int64_t rows[ENTITIES];
	size_t n = 0, i;
	enum rc rc = RC_OK;

	do {
		rc = store_history_active(c->db, n > 0 ? rows[n - 1] : 0, c->from, rows, ENTITIES, &n);
		for (i = 0; i < n && rc == RC_OK; i++)
			rc = close_entity(c, rows[i]);
		if (rc == RC_OK && n > 0 && c->p->progress != NULL && !c->p->progress(c->p->arg, 95))
			rc = RC_TIMEOUT;
	} while (rc == RC_OK && n == ENTITIES);
	c->final = rc == RC_OK;
	return rc == RC_OK ? flush(c) : rc;
}

enum rc
history_close(struct store_writer *w, struct history_pack *p, struct fault *f)
{
	static const int seconds[] = { 300, 3600 };
	struct closer *c = mem_xcalloc(1, sizeof(*c));
	enum rc rc = RC_OK;
	int64_t seen;
	size_t i;

	c->w = w;
	c->p = p;
	c->f = f;
	c->db = store_writer_db(w);
	c->a = mem_arena_new(65536);
	seen = store_cursor_get(c->db, STORE_HISTORY_SEEN);
	for (i = 0; i < 2 && rc == RC_OK; i++) {
		c->seconds = seconds[i];
		c->final = false;
		c->from = store_cursor_get(c->db, history_closed_cursor(seconds[i]));
		c->to = history_bucket_floor(seen, seconds[i]);
		if (c->to > c->from)
			rc = close_resolution(c);
	}
	mem_arena_free(c->a);
	free(c);
	return rc;
}
