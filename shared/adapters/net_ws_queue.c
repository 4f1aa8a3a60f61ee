/* SPDX-License-Identifier: ISC
 *
 * What waits in a connection and goes out: shared texts, behind them goodbye; answers to pings between
 * two messages. Many messages go with one call of the kernel.
 */
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/net_ws_int.h"
#include "shared/base/mem.h"

#define HEADER_MAX 10
#define BATCH 24		/* messages in one writev */

struct ws_text *
ws_text_new(const char *p, size_t len)
{
	struct ws_text *t = mem_xmalloc(sizeof(*t) + len);

	t->refs = 1;
	t->len = len;
	memcpy(t->p, p, len);
	return t;
}

struct ws_text *
ws_text_ref(struct ws_text *t)
{
	t->refs++;
	return t;
}

void
ws_text_unref(struct ws_text *t)
{
	if (t != NULL && --t->refs == 0)
		free(t);
}

static void
pop(struct ws *w)
{
	struct item *i = &w->queue[w->first];

	ws_text_unref(i->head);
	ws_text_unref(i->body);
	w->first = (w->first + 1) % w->cap;
	w->sent = 0;
	if (--w->n == 0) {
		free(w->queue);
		w->queue = NULL;
		w->cap = w->first = 0;
	}
}

static size_t
item_bytes(const struct item *i)
{
	size_t n = i->head->len + (i->body != NULL ? i->body->len + 1 : 0);

	return n + (n > 65535 ? 10 : n > 125 ? 4 : 2);
}

bool
ws_send(struct ws *w, struct ws_text *head, struct ws_text *body)
{
	struct item item = { head, body }, *queue;
	size_t bytes = item_bytes(&item);
	uint32_t cap, i;

	if (w->closing)
		return true;
	if (w->n > 0 && (w->n >= WS_QUEUE_MESSAGES || w->bytes + bytes > WS_QUEUE_BYTES))
		return false;
	if (w->n == w->cap) {
		cap = w->cap == 0 ? 4 : w->cap * 2;
		queue = mem_xrealloc(NULL, cap, sizeof(*queue));
		for (i = 0; i < w->n; i++)
			queue[i] = w->queue[(w->first + i) % w->cap];
		free(w->queue);
		w->queue = queue;
		w->cap = cap;
		w->first = 0;
	}
	ws_text_ref(head);
	if (body != NULL)
		ws_text_ref(body);
	w->queue[(w->first + w->n++) % w->cap] = item;
	w->bytes += bytes;
	return true;
}

void
ws_ping(struct ws *w)
{
	if (!w->closing)
		buf_put(&w->control, "\x89\0", 2);
}

void
ws_forget(struct ws *w)
{
	struct item *i;

	while (w->n > (w->sent > 0 ? 1 : 0)) {
		i = &w->queue[(w->first + w->n - 1) % w->cap];
		w->bytes -= item_bytes(i);
		ws_text_unref(i->head);
		ws_text_unref(i->body);
		w->n--;
	}
	if (w->n == 0) {
		free(w->queue);
		w->queue = NULL;
		w->cap = w->first = 0;
	}
}

void
ws_finish(struct ws *w, int code, const char *reason)
{
	size_t n = strlen(reason);

	if (w->closing)
		return;
	w->closing = true;
	n = n < 100 ? n : 100;
	buf_putc(&w->goodbye, (char)0x88);
	buf_putc(&w->goodbye, (char)(2 + n));
	buf_putc(&w->goodbye, (char)(code >> 8));
	buf_putc(&w->goodbye, (char)code);
	buf_put(&w->goodbye, reason, n);
}

void
ws_close(struct ws *w, int code, const char *reason)
{
	if (w->closing)
		return;
	ws_forget(w);
	ws_finish(w, code, reason);
}

bool
ws_closing(const struct ws *w)
{
	return w->closing;
}

/* The parts of one message from `skip` bytes on into v; returns how many. */
static int
parts(const struct item *i, unsigned char header[HEADER_MAX], size_t skip, struct iovec *v)
{
	size_t n = i->head->len + (i->body != NULL ? i->body->len + 1 : 0), h = 0, k;
	struct iovec all[4];
	int count = 0, j, bits;

	header[h++] = 0x81;
	if (n < 126)
		header[h++] = (unsigned char)n;
	else {
		header[h++] = n > 65535 ? 127 : 126;
		for (bits = n > 65535 ? 56 : 8; bits >= 0; bits -= 8)
			header[h++] = (unsigned char)((uint64_t)n >> bits);
	}
	all[0] = (struct iovec){ header, h };
	all[1] = (struct iovec){ i->head->p, i->head->len };
	all[2] = (struct iovec){ i->body != NULL ? i->body->p : NULL, i->body != NULL ? i->body->len : 0 };
	all[3] = (struct iovec){ (char *)(uintptr_t)"}", i->body != NULL ? 1 : 0 };
	for (j = 0; j < 4; j++) {
		k = skip < all[j].iov_len ? skip : all[j].iov_len;
		skip -= k;
		if (all[j].iov_len > k)
			v[count++] = (struct iovec){ (char *)all[j].iov_base + k, all[j].iov_len - k };
	}
	return count;
}

static ssize_t
send_parts(struct ws *w, struct iovec *v, int n)
{
	struct msghdr m = { .msg_iov = v, .msg_iovlen = (size_t)n };
	ssize_t out;

	do
		out = sendmsg(w->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (out == -1 && errno == EINTR);
	return out;
}

/* Writes up to `most` messages. Returns what sendmsg said. */
static ssize_t
flush_items(struct ws *w, uint32_t most)
{
	unsigned char headers[BATCH][HEADER_MAX];
	struct iovec v[BATCH * 4];
	size_t left, size;
	uint32_t i;
	ssize_t out;
	int n = 0;

	most = most < w->n ? most : w->n;
	for (i = 0; i < most; i++)
		n += parts(&w->queue[(w->first + i) % w->cap], headers[i], i == 0 ? w->sent : 0, v + n);
	out = send_parts(w, v, n);
	for (left = out > 0 ? (size_t)out : 0; left > 0; left -= size) {
		size = item_bytes(&w->queue[w->first]) - w->sent;
		if (left < size) {
			w->sent += (uint32_t)left;
			break;
		}
		w->bytes -= size + w->sent;
		pop(w);
	}
	return out;
}

static ssize_t
flush_control(struct ws *w)
{
	struct iovec v = { w->control.p + w->control_sent, w->control.len - w->control_sent };
	ssize_t out = send_parts(w, &v, 1);

	if (out > 0)
		w->control_sent += (size_t)out;
	if (w->control_sent == w->control.len) {
		buf_free(&w->control);
		w->control_sent = 0;
	}
	return out;
}

bool
ws_flush(struct ws *w)
{
	ssize_t out = 0;

	while (out >= 0 && ws_wants_write(w)) {
		if (w->sent > 0)
			out = flush_items(w, 1);
		else if (w->control.len > 0)
			out = flush_control(w);
		else if (w->n > 0)
			out = flush_items(w, BATCH);
		else {
			w->control = w->goodbye;
			memset(&w->goodbye, 0, sizeof(w->goodbye));
		}
	}
	if (out == -1 && errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	if (w->closing && !w->shut && !ws_wants_write(w)) {
		if (w->peer_closed)
			return false;
		shutdown(w->fd, SHUT_WR);
		w->shut = true;
	}
	return true;
}

bool
ws_wants_write(const struct ws *w)
{
	return w->n > 0 || w->control.len > 0 || w->goodbye.len > 0;
}

size_t
ws_waiting(const struct ws *w)
{
	return w->n;
}

size_t
ws_waiting_bytes(const struct ws *w)
{
	return w->bytes;
}
