/* SPDX-License-Identifier: ISC
 *
 * Walking through the raw points of one entity: closed chunks, the open one, the tail of the log.
 */
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/history.h"
#include "shared/domain/history_chunk.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_history.h"

#define DISORDER_MS 60000	/* points of a chunk may lie this far before one another */

struct walk {
	int64_t		 to;
	bool		 (*fn)(int64_t, const char *, size_t, void *);
	void		*arg;
	bool		 stopped;
};

struct open_chunk {
	struct buf	 data;
	int64_t		 start, event;
	bool		 there;
};

static bool
keep_open(const struct store_history_chunk *c, void *arg)
{
	struct open_chunk *o = arg;

	o->start = c->start;
	o->event = c->event;
	o->there = true;
	buf_put(&o->data, c->data, c->len);
	return true;
}

static void
walk_bytes(struct walk *w, int64_t entity, const void *data, size_t len)
{
	struct history_reader r;
	const char *state;
	int64_t time;
	size_t n;
	enum rc rc;

	history_reader_init(&r, data, len);
	while ((rc = history_reader_next(&r, &time, &state, &n)) == RC_OK && !w->stopped) {
		if (time < w->to && !w->fn(time, state, n, w->arg))
			w->stopped = true;
	}
	if (rc == RC_INVALID)
		log_error("history", "damaged chunk of entity %lld", (long long)entity);
}

static bool
walk_chunk(const struct store_history_chunk *c, void *arg)
{
	struct walk *w = arg;

	walk_bytes(w, c->entity, c->data, c->len);
	return !w->stopped;
}

static bool
walk_event(const struct store_history_event *e, void *arg)
{
	struct walk *w = arg;

	if (e->time < w->to && !w->fn(e->time, e->state, e->len, w->arg))
		w->stopped = true;
	return !w->stopped;
}

enum rc
history_each(struct db *db, int64_t entity, int64_t from, int64_t to, bool tail,
    bool (*fn)(int64_t time, const char *state, size_t len, void *arg), void *arg)
{
	struct walk w = { .to = to, .fn = fn, .arg = arg };
	struct open_chunk o = { .there = false };
	int64_t packed;
	enum rc rc;

	rc = store_history_open(db, entity, keep_open, &o);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		goto out;
	rc = RC_OK;
	if (o.there && o.start > from - DISORDER_MS)
		rc = store_history_chunks(db, entity, from - DISORDER_MS, to, walk_chunk, &w);
	if (rc == RC_OK && o.there && o.start < to && !w.stopped)
		walk_bytes(&w, entity, o.data.p, o.data.len);
	if (rc == RC_OK && tail && !w.stopped) {
		packed = store_cursor_get(db, STORE_HISTORY_PACKED);
		rc = store_history_events(db, packed > o.event ? packed : o.event, INT64_MAX, entity,
		    walk_event, &w);
	}
out:
	buf_free(&o.data);
	return rc;
}
