/* SPDX-License-Identifier: ISC
 *
 * See net_ws.h. wslay decodes and checks what comes in and makes the answers that the protocol asks
 * for; they wait in `control`, which goes out between two messages. A wslay context takes 8 KiB, so a
 * connection has one only from the first byte of a message to its last one: when every byte it was
 * given belongs to a finished message, it goes back to the pool.
 */
#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wslay/wslay.h>

#include "shared/adapters/net_ws_int.h"
#include "shared/base/mem.h"
#include "shared/base/token.h"

#define READ_TURN 65536		/* bytes read from one connection before others have their turn */
#define CONTROL_MAX 65536	/* answers to pings may wait up to here */
#define POOL_KEEP 8

struct decoder {
	wslay_event_context_ptr	 ctx;
	struct ws_pool		*pool;
	struct ws		*ws;		/* who has it */
	uint64_t		 given, used;	/* bytes in, bytes of finished frames */
	uint64_t		 frame;		/* bytes of the frame that is being read */
	bool			 fragmented;	/* in the middle of a message of several frames */
	bool			 failed;	/* the socket did, not the protocol */
	bool			 eof;
	size_t			 turn;		/* bytes left in this turn */
	struct decoder		*next;
};

struct ws_pool {
	const struct ws_events	*events;
	struct decoder		*idle;
	int			 n_idle;
};

bool
ws_accept(const char *key, char out[WS_ACCEPT])
{
	static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	char text[24 + sizeof(guid)];

	if (key == NULL || strlen(key) != 24 || strcmp(key + 22, "==") != 0 ||
	    strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") != 22)
		return false;
	memcpy(text, key, 24);
	memcpy(text + 24, guid, sizeof(guid));
	token_sha1_base64(text, sizeof(text) - 1, out);
	return true;
}

static ssize_t
take_extra(struct ws *w, uint8_t *p, size_t len)
{
	size_t n = w->extra_len - w->extra_at;

	n = n < len ? n : len;
	memcpy(p, w->extra + w->extra_at, n);
	w->extra_at += (uint32_t)n;
	if (w->extra_at == w->extra_len) {
		free(w->extra);
		w->extra = NULL;
	}
	return (ssize_t)n;
}

static ssize_t
on_recv(wslay_event_context_ptr ctx, uint8_t *p, size_t len, int flags, void *arg)
{
	struct decoder *d = arg;
	ssize_t n;

	(void)flags;
	if (d->turn == 0) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	if (len > d->turn)
		len = d->turn;
	if (d->ws->extra != NULL)
		n = take_extra(d->ws, p, len);
	else
		do
			n = recv(d->ws->fd, p, len, MSG_DONTWAIT);
		while (n == -1 && errno == EINTR);
	if (n > 0) {
		d->given += (uint64_t)n;
		d->turn -= (size_t)n;
		return n;
	}
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	d->eof = true;
	d->failed = true;
	wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t
on_send(wslay_event_context_ptr ctx, const uint8_t *p, size_t len, int flags, void *arg)
{
	struct decoder *d = arg;

	(void)ctx;
	(void)flags;
	buf_put(&d->ws->control, (const char *)p, len);
	return (ssize_t)len;
}

static void
on_frame_start(wslay_event_context_ptr ctx, const struct wslay_event_on_frame_recv_start_arg *a,
    void *arg)
{
	struct decoder *d = arg;
	uint64_t n = a->payload_length;

	(void)ctx;
	d->frame = 2 + 4 + (n > 65535 ? 8 : n > 125 ? 2 : 0) + n;
	if (!wslay_is_ctrl_frame(a->opcode))
		d->fragmented = a->fin == 0;
}

static void
on_frame_end(wslay_event_context_ptr ctx, void *arg)
{
	struct decoder *d = arg;

	(void)ctx;
	d->used += d->frame;
}

static void
broken(struct ws *w, int code, const char *reason)
{
	if (w->closing)
		return;
	ws_close(w, code, reason);
	w->pool->events->broken(w->owner, code);
}

static void
on_message(wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *a, void *arg)
{
	struct decoder *d = arg;
	struct ws *w = d->ws;
	struct buf text = { 0 };

	(void)ctx;
	if (a->opcode == WSLAY_CONNECTION_CLOSE) {
		if (a->msg_length == 1)		/* half a code: wslay lets it pass */
			broken(w, WS_PROTOCOL, "close frame");
		else
			w->peer_closed = true;
		return;
	}
	if (w->closing)
		return;
	if (a->opcode == WSLAY_BINARY_FRAME) {
		broken(w, WS_TYPE, "text only");
		return;
	}
	if (a->opcode != WSLAY_TEXT_FRAME)
		return;
	buf_put(&text, (const char *)a->msg, a->msg_length);
	w->pool->events->text(w->owner, buf_str(&text), a->msg_length);
	buf_free(&text);
}

static struct decoder *
decoder_new(struct ws_pool *p)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_recv, .send_callback = on_send,
		.on_frame_recv_start_callback = on_frame_start,
		.on_frame_recv_end_callback = on_frame_end, .on_msg_recv_callback = on_message,
	};
	struct decoder *d = mem_xcalloc(1, sizeof(*d));

	d->pool = p;
	if (wslay_event_context_server_init(&d->ctx, &callbacks, d) != 0)
		abort();	/* out of memory */
	return d;
}

static void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	wslay_event_context_free(d->ctx);
	free(d);
}

static struct decoder *
borrow(struct ws_pool *p)
{
	struct decoder *d = p->idle;

	if (d == NULL)
		return decoder_new(p);
	p->idle = d->next;
	p->n_idle--;
	return d;
}

/* Back to the pool, when it stands between two messages. */
static void
give_back(struct ws *w)
{
	struct decoder *d = w->decoder;
	struct ws_pool *p = w->pool;

	if (d == NULL || d->failed || w->closing || w->peer_closed || d->fragmented ||
	    d->given != d->used || wslay_event_want_write(d->ctx) || !wslay_event_want_read(d->ctx))
		return;
	w->decoder = NULL;
	d->ws = NULL;
	d->given = d->used = 0;
	if (p->n_idle == POOL_KEEP) {
		decoder_free(d);
		return;
	}
	d->next = p->idle;
	p->idle = d;
	p->n_idle++;
}

struct ws_pool *
ws_pool_new(const struct ws_events *e)
{
	struct ws_pool *p = mem_xcalloc(1, sizeof(*p));

	p->events = e;
	return p;
}

void
ws_pool_free(struct ws_pool *p)
{
	struct decoder *d;

	if (p == NULL)
		return;
	while ((d = p->idle) != NULL) {
		p->idle = d->next;
		decoder_free(d);
	}
	free(p);
}

struct ws *
ws_new(struct ws_pool *p, int fd, void *owner, size_t max, const char *extra, size_t n)
{
	struct ws *w = mem_xcalloc(1, sizeof(*w));

	w->pool = p;
	w->fd = fd;
	w->owner = owner;
	w->max = (uint32_t)max;
	if (n > 0) {
		w->extra = mem_xmalloc(n);
		memcpy(w->extra, extra, n);
		w->extra_len = (uint32_t)n;
	}
	return w;
}

void
ws_free(struct ws *w)
{
	if (w == NULL)
		return;
	w->sent = 0;
	ws_forget(w);
	decoder_free(w->decoder);
	buf_free(&w->control);
	buf_free(&w->goodbye);
	free(w->extra);
	close(w->fd);
	free(w);
}

void
ws_set_max(struct ws *w, size_t max)
{
	w->max = (uint32_t)max;
	if (w->decoder != NULL)
		wslay_event_config_set_max_recv_msg_length(w->decoder->ctx, max);
}

int
ws_fd(const struct ws *w)
{
	return w->fd;
}

bool
ws_has_extra(const struct ws *w)
{
	return w->extra != NULL;
}

/* We have closed: read away what comes, so that the close frame is not lost in a reset. */
static bool
drain(struct ws *w)
{
	char junk[4096];
	ssize_t n;
	int i;

	for (i = 0; i < 16; i++) {
		n = recv(w->fd, junk, sizeof(junk), MSG_DONTWAIT);
		if (n == 0 || (n == -1 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
			return false;
		if (n == -1)
			break;
	}
	return true;
}

/* The code of the close frame that wslay has queued for a broken protocol. */
static void
report(struct ws *w)
{
	int code = wslay_event_get_status_code_sent(w->decoder->ctx);

	ws_forget(w);
	w->closing = true;
	if (!w->peer_closed)
		w->pool->events->broken(w->owner, code);
}

bool
ws_read(struct ws *w)
{
	struct decoder *d;
	int error;

	if (w->closing)
		return drain(w);
	if (w->decoder == NULL) {
		w->decoder = borrow(w->pool);
		w->decoder->ws = w;
		wslay_event_config_set_max_recv_msg_length(w->decoder->ctx, w->max);
	}
	d = w->decoder;
	d->turn = READ_TURN;
	error = wslay_event_recv(d->ctx);
	if (d->failed)
		return false;
	if (error != 0)
		broken(w, WS_PROTOCOL, "frame");
	else if (!w->closing) {
		if (wslay_event_want_write(d->ctx))
			wslay_event_send(d->ctx);
		if (!wslay_event_want_read(d->ctx) || wslay_event_get_close_sent(d->ctx))
			report(w);
		if (w->control.len - w->control_sent > CONTROL_MAX)
			ws_close(w, WS_SLOW, "slow");
	}
	give_back(w);
	return true;
}
