/* SPDX-License-Identifier: ISC
 *
 * The server's side of WebSocket connections (RFC 6455; owns wslay) on non-blocking sockets. What is
 * sent is shared text that exists once for all its receivers; what a connection may keep waiting is
 * bounded. An idle connection owns no buffers: decoders are lent to those in the middle of a message.
 */
#ifndef NET_WS_H
#define NET_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/rc.h"

#define WS_QUEUE_MESSAGES 1000
#define WS_QUEUE_BYTES (1 << 20)
#define WS_ACCEPT 29			/* bytes for a Sec-WebSocket-Accept value, NUL included */

/* Close codes (RFC 6455 section 7.4, and our own from 4000 on). */
enum ws_code {
	WS_NORMAL = 1000, WS_AWAY = 1001, WS_PROTOCOL = 1002, WS_TYPE = 1003, WS_DATA = 1007,
	WS_POLICY = 1008, WS_TOO_BIG = 1009, WS_INTERNAL = 1011, WS_SLOW = 1013,
	WS_UNAUTHORIZED = 4401, WS_TIMEOUT = 4408
};

/* The Sec-WebSocket-Accept value for a client's key; false when key is none (RFC 6455 4.2.1). */
bool ws_accept(const char *key, char out[WS_ACCEPT]);

/* Text shared by the connections it waits in. */
struct ws_text {
	int	refs;
	size_t	len;
	char	p[];
};
struct ws_text *ws_text_new(const char *p, size_t len);	/* one reference, the caller's */
struct ws_text *ws_text_ref(struct ws_text *t);
void ws_text_unref(struct ws_text *t);		/* NULL is legal */

struct ws_pool;
struct ws;

struct ws_events {
	/* A whole text message, valid UTF-8, NUL-terminated behind n. */
	void	(*text)(void *owner, const char *p, size_t n);
	/* The peer broke the protocol or sent what we do not take: closing has begun with `code`. */
	void	(*broken)(void *owner, int code);
};

/* e is kept by reference. */
struct ws_pool *ws_pool_new(const struct ws_events *e);
void ws_pool_free(struct ws_pool *p);

/* Takes over fd. extra: bytes that came behind the handshake. Messages over max bytes are refused. */
struct ws *ws_new(struct ws_pool *p, int fd, void *owner, size_t max, const char *extra, size_t n);
void ws_free(struct ws *w);			/* closes fd; NULL is legal */
void ws_set_max(struct ws *w, size_t max);
int ws_fd(const struct ws *w);

/* Reads what is there, at most 64 KiB, and calls the events. False: the connection is over. */
bool ws_read(struct ws *w);
/* True when bytes wait that came with the handshake: call ws_read without waiting for the socket. */
bool ws_has_extra(const struct ws *w);
/*
 * Queues one message: head, then, when body is not NULL, body and a '}'. Takes its own references.
 * False: too much waits already, nothing was queued (the peer is slow).
 */
bool ws_send(struct ws *w, struct ws_text *head, struct ws_text *body);
void ws_ping(struct ws *w);
/* Says goodbye instead of what still waits (but a message that is half sent). Later calls do nothing. */
void ws_close(struct ws *w, int code, const char *reason);
/* The same behind all that waits. */
void ws_finish(struct ws *w, int code, const char *reason);
bool ws_closing(const struct ws *w);
/* Writes what the socket takes. False: the connection is over. */
bool ws_flush(struct ws *w);
bool ws_wants_write(const struct ws *w);
size_t ws_waiting(const struct ws *w);		/* messages */
size_t ws_waiting_bytes(const struct ws *w);

#endif
