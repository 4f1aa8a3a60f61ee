/* SPDX-License-Identifier: ISC
 *
 * Connections of the bridge: life, writing, death. A client is only freed in clients_flush, so that
 * whoever is in the middle of something may go on.
 */
#include <sys/epoll.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "workers/bridge_int.h"

/* seconds */
#define AUTH_TIME 10		/* to say who one is */
#define STALL 10		/* without a byte taken by the client it is too slow */
#define GOODBYE 5		/* from our close frame to the end */

static void
on_text(void *owner, const char *p, size_t n)
{
	message_handle(owner, p, n);
}

static void
on_broken(void *owner, int code)
{
	struct client *c = owner;

	metric_add_label(METRIC_BAD_INPUT, "websocket", 1);
	metric_add_label(METRIC_WS_DROPPED, "protocol", 1);
	log_debug("client", "broke the protocol: %d", code);
	c->until = c->bridge->now + GOODBYE;
}

const struct ws_events client_events = { .text = on_text, .broken = on_broken };

static void
bury(struct client *c)
{
	c->dead = true;
	client_dirty(c);
}

static void
watch(struct client *c, int op, bool writing)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0), .data.ptr = c };

	if (epoll_ctl(c->bridge->epoll, op, ws_fd(c->ws), &e) == -1) {
		log_error("client", "cannot be watched");
		bury(c);
	}
	c->watching = writing;
}

void
client_new(struct bridge *b, int fd, const struct identity *known, const char *extra, size_t n)
{
	struct client *c = mem_xcalloc(1, sizeof(*c));

	c->bridge = b;
	c->ws = ws_new(b->pool, fd, c, MESSAGE_MAX_STRANGER, extra, n);
	c->heard = c->pinged = c->moved = b->now;
	c->until = b->now + AUTH_TIME;
	c->next = b->clients;
	c->prev = &b->clients;
	if (c->next != NULL)
		c->next->prev = &c->next;
	b->clients = c;
	b->n_clients++;
	metric_set(METRIC_WS_CLIENTS, (double)b->n_clients);
	watch(c, EPOLL_CTL_ADD, false);
	if (known != NULL)
		client_known(c, known);
	while (!c->dead && ws_has_extra(c->ws) && !ws_closing(c->ws)) {
		if (!ws_read(c->ws))
			bury(c);
	}
	client_dirty(c);
}

struct touch {
	const struct identity *id;
};

static enum rc
touch(struct tx *tx, void *arg, struct fault *f)
{
	const struct touch *t = arg;

	(void)f;
	return session_touch(tx, t->id);
}

void
client_known(struct client *c, const struct identity *id)
{
	struct touch t = { id };

	c->token = id->token.row;
	c->expires = id->token.expires;
	c->manages = id->most >= PERMISSION_MANAGE;
	c->until = 0;
	ws_set_max(c->ws, MESSAGE_MAX);
	if (session_stale(id, clock_now(&c->bridge->core->clock)))
		store_write(c->bridge->core->writer, "system", touch, &t, NULL);
	message_auth_ok(c);
}

static void
client_free(struct client *c)
{
	struct bridge *b = c->bridge;

	while (c->subs != NULL)
		client_unsubscribe(c, c->subs);
	*c->prev = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	b->n_clients--;
	metric_set(METRIC_WS_CLIENTS, (double)b->n_clients);
	ws_free(c->ws);		/* the last descriptor of the socket: epoll forgets it */
	free(c);
}

void
client_dirty(struct client *c)
{
	if (c->dirty)
		return;
	c->dirty = true;
	c->next_dirty = c->bridge->dirty;
	c->bridge->dirty = c;
}

void
client_say(struct client *c, const struct buf *json)
{
	struct ws_text *t = ws_text_new(json->p, json->len);

	if (ws_send(c->ws, t, NULL))
		metric_series_add(c->bridge->sent, 1);
	else
		client_close(c, WS_SLOW, "slow", "slow");
	ws_text_unref(t);
	client_dirty(c);
}

void
client_close(struct client *c, int code, const char *reason, const char *metric)
{
	if (ws_closing(c->ws))
		return;
	ws_close(c->ws, code, reason);
	metric_add_label(METRIC_WS_DROPPED, metric, 1);
	c->until = c->bridge->now + GOODBYE;
	client_dirty(c);
}

void
client_finish(struct client *c, int code, const char *reason, const char *metric)
{
	if (ws_closing(c->ws))
		return;
	ws_finish(c->ws, code, reason);
	metric_add_label(METRIC_WS_DROPPED, metric, 1);
	c->until = c->bridge->now + GOODBYE;
	client_dirty(c);
}

void
client_ready(struct client *c, uint32_t events)
{
	if (c->dead)
		return;
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		c->heard = c->bridge->now;
		if (!ws_read(c->ws)) {
			bury(c);
			return;
		}
	}
	client_dirty(c);
}

void
client_unsubscribe(struct client *c, struct sub *s)
{
	struct sub **p = &c->subs;
	size_t i;

	while (*p != s)
		p = &(*p)->next;
	*p = s->next;
	c->n_subs--;
	if (s->live)
		filter_remove(c->bridge, s);
	feed_drop(c->bridge, s);
	for (i = 0; i < s->n_entities; i++)
		free(s->entities[i]);
	for (i = 0; i < s->n_areas; i++)
		free(s->areas[i]);
	free(s->entities);
	free(s->areas);
	free(s->id);
	ws_text_unref(s->head);
	free(s);
}

/* False: it is over. */
static bool
flush(struct client *c)
{
	size_t before = ws_waiting_bytes(c->ws);
	bool writing;

	if (c->dead || !ws_flush(c->ws))
		return false;
	if (ws_waiting_bytes(c->ws) < before || !ws_wants_write(c->ws))
		c->moved = c->bridge->now;
	if (ws_closing(c->ws) && c->until == 0)
		c->until = c->bridge->now + GOODBYE;
	writing = ws_wants_write(c->ws);
	if (writing != c->watching)
		watch(c, EPOLL_CTL_MOD, writing);
	feed_resume(c);
	return !c->dead;
}

void
clients_flush(struct bridge *b)
{
	struct client *c;

	while ((c = b->dirty) != NULL) {
		b->dirty = c->next_dirty;
		c->dirty = false;
		if (!flush(c)) {
			if (c->dirty)		/* put itself back: take it out again */
				b->dirty = c->next_dirty;
			client_free(c);
		}
	}
}

static void
sweep(struct client *c, int64_t now_ms)
{
	int64_t now = c->bridge->now, patience = c->bridge->ping_every;

	if (c->until != 0 && now >= c->until) {
		if (!ws_closing(c->ws) && c->token == 0)
			client_close(c, WS_UNAUTHORIZED, "say who you are within 10 s", "auth");
		else
			bury(c);
	} else if (ws_closing(c->ws))
		return;
	else if (now - c->heard >= 2 * patience) {
		metric_add_label(METRIC_WS_DROPPED, "dead", 1);
		bury(c);
	} else if (ws_wants_write(c->ws) && now - c->moved >= STALL)
		client_close(c, WS_SLOW, "slow", "slow");
	else if (c->expires != 0 && now_ms >= c->expires)
		client_close(c, WS_UNAUTHORIZED, "token expired", "auth");
	else if (now - c->heard >= patience && now - c->pinged >= patience) {
		c->pinged = now;
		ws_ping(c->ws);
		client_dirty(c);
	}
}

void
clients_sweep(struct bridge *b)
{
	int64_t now_ms = clock_now(&b->core->clock);
	struct client *c;

	for (c = b->clients; c != NULL; c = c->next)
		sweep(c, now_ms);
}

void
clients_recheck(struct bridge *b)
{
	struct client *c;
	struct token t;

	b->recheck = false;
	for (c = b->clients; c != NULL; c = c->next) {
		if (c->token != 0 &&
		    store_token_get(b->core->db, c->token, b->arena, &t) == RC_NOT_FOUND)
			client_close(c, WS_UNAUTHORIZED, "token revoked", "auth");
		mem_arena_reset(b->arena);
	}
}

void
clients_free(struct bridge *b)
{
	while (b->clients != NULL)
		client_free(b->clients);
	b->dirty = NULL;
}
