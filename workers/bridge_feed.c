/* SPDX-License-Identifier: ISC
 *
 * The event log, handed out. Live: each new event goes once through the filter. Who asked for `since`,
 * or whose queue is full, reads the log itself up to the last event handed out, a piece at a time and
 * only as fast as its socket takes it; then it goes live, without a gap and without doubles, because
 * both happen in this one thread.
 */
#include <string.h>

#include "shared/base/log.h"
#include "workers/bridge_int.h"

#define LIVE_STEP 256		/* events between two writings */
#define LIVE_STEPS 8		/* before other things have their turn */
#define REPLAY_STEP 500		/* rows of the log in one turn of one subscription */
#define REPLAY_TURNS 4		/* subscriptions in one turn of the loop */
#define QUEUE_HALF (WS_QUEUE_MESSAGES / 2)
#define QUEUE_BYTES_HALF (WS_QUEUE_BYTES / 2)

/* The event as JSON, made once for all who want it, and once more when some may see more of it than others. */
static struct ws_text *
text_of(struct bridge *b, const struct store_event *e, bool manages)
{
	bool secrets = manages && event_guarded(e);
	struct ws_text **text = &b->event[secrets];
	struct jsw w;

	if (*text != NULL)
		return *text;
	buf_reset(&b->text);
	w = jsw_to(&b->text);
	event_write(&w, NULL, e, secrets);
	*text = ws_text_new(b->text.p, b->text.len);
	return *text;
}

static void
forget_text(struct bridge *b)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		ws_text_unref(b->event[i]);
		b->event[i] = NULL;
	}
}

static void
enqueue(struct bridge *b, struct sub *s)
{
	if (s->queued || s->live)
		return;
	s->queued = true;
	s->next_replay = NULL;
	*b->replays_end = s;
	b->replays_end = &s->next_replay;
}

void
feed_drop(struct bridge *b, struct sub *s)
{
	struct sub **p = &b->replays;

	if (!s->queued)
		return;
	while (*p != s)
		p = &(*p)->next_replay;
	*p = s->next_replay;
	if (*p == NULL)
		b->replays_end = p;
	s->queued = false;
}

/* False: there is no room in the client's queue. */
static bool
deliver(struct bridge *b, struct sub *s, const struct store_event *e)
{
	struct client *c = s->client;

	if (!ws_send(c->ws, s->head, text_of(b, e, c->manages)))
		return false;
	s->cursor = e->id;
	metric_series_add(b->sent, 1);
	client_dirty(c);
	return true;
}

struct at_hand {
	struct bridge			*b;
	const struct store_event	*e;
	int				 n;
};

static void
deliver_live(struct sub *s, void *arg)
{
	struct at_hand *h = arg;

	if (s->cursor >= h->e->id || ws_closing(s->client->ws))
		return;
	if (deliver(h->b, s, h->e))
		return;
	filter_remove(h->b, s);
	s->live = false;
	s->cursor = h->e->id - 1;
	enqueue(h->b, s);
}

/* What the bridge itself has to know. */
static void
learn(struct bridge *b, const struct store_event *e)
{
	switch (e->kind) {
	case EVENT_TOKEN_CHANGED:
	case EVENT_USER_CHANGED:
		b->recheck = true;
		break;
	default:
		filter_learn(b, e);
		break;
	}
}

static bool
on_live(const struct store_event *e, void *arg)
{
	struct at_hand *h = arg;

	h->e = e;
	h->n++;
	learn(h->b, e);
	filter_each(h->b, e, deliver_live, h);
	forget_text(h->b);
	h->b->live = e->id;
	return true;
}

bool
feed_live(struct bridge *b)
{
	struct at_hand h = { .b = b };
	int i;

	if (b->n_clients == 0) {
		b->live = store_event_last(b->core->db);
		return false;
	}
	for (i = 0; i < LIVE_STEPS; i++) {
		h.n = 0;
		if (store_event_each(b->core->db, b->live, LIVE_STEP, on_live, &h) != RC_OK)
			return false;
		if (b->recheck)
			clients_recheck(b);
		clients_flush(b);
		if (h.n < LIVE_STEP)
			return false;
	}
	return true;
}

static bool
has_room(const struct client *c)
{
	return ws_waiting(c->ws) < QUEUE_HALF && ws_waiting_bytes(c->ws) < QUEUE_BYTES_HALF;
}

struct replay {
	struct bridge	*b;
	struct sub	*s;
	int		 n;
	bool		 end;		/* reached what was handed out live */
};

static bool
on_replay(const struct store_event *e, void *arg)
{
	struct replay *r = arg;

	r->n++;
	if (e->id > r->b->live) {
		r->end = true;
		return false;
	}
	if (filter_matches(r->b, r->s, e)) {
		if (!has_room(r->s->client) || !deliver(r->b, r->s, e))
			return false;
		forget_text(r->b);
	}
	r->s->cursor = e->id;
	return true;
}

static void
go_live(struct bridge *b, struct sub *s)
{
	s->cursor = b->live;
	s->live = true;
	filter_add(b, s);
}

static void
replay(struct bridge *b, struct sub *s)
{
	struct replay r = { .b = b, .s = s };
	enum rc rc;

	if (ws_closing(s->client->ws) || !has_room(s->client))
		return;			/* feed_resume brings it back */
	rc = store_event_each(b->core->db, s->cursor, REPLAY_STEP, on_replay, &r);
	forget_text(b);
	if (rc != RC_OK)
		client_close(s->client, WS_INTERNAL, "the log cannot be read", "error");
	else if (r.end || (r.n < REPLAY_STEP && s->cursor >= b->live) || r.n == 0)
		go_live(b, s);
	else if (has_room(s->client))
		enqueue(b, s);
}

void
feed_replays(struct bridge *b)
{
	struct sub *s;
	int i;

	for (i = 0; i < REPLAY_TURNS && (s = b->replays) != NULL; i++) {
		feed_drop(b, s);
		replay(b, s);
	}
}

void
feed_follow(struct bridge *b, struct sub *s, int64_t cursor)
{
	int64_t last;

	s->cursor = cursor;
	if (cursor == b->live) {
		go_live(b, s);
		return;
	}
	if (cursor > b->live) {		/* knows more than was handed out yet, or than there is */
		last = store_event_last(b->core->db);
		go_live(b, s);
		s->cursor = cursor < last ? cursor : last;
		return;
	}
	enqueue(b, s);
}

void
feed_resume(struct client *c)
{
	struct sub *s;

	if (!has_room(c) || ws_closing(c->ws))
		return;
	for (s = c->subs; s != NULL; s = s->next)
		enqueue(c->bridge, s);
}
