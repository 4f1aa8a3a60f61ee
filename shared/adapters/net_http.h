/* SPDX-License-Identifier: ISC
 *
 * A small HTTP server for handshakes (owns libmicrohttpd): short GET requests without a body, answered
 * at once, or upgraded, after which the socket belongs to the caller. Runs inside the caller's epoll
 * loop, without threads.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/rc.h"

struct http_server;
struct http_request;		/* lives during the handler's call */

const char *http_method(const struct http_request *r);
const char *http_path(const struct http_request *r);		/* without the query, decoded */
const char *http_header(const struct http_request *r, const char *name);	/* NULL when absent */

/*
 * What the handler says. upgrade: 101 with `protocol` as Upgrade and `accept` as
 * Sec-WebSocket-Accept; taken() gets the socket (non-blocking, the caller's to close) and the bytes
 * that came behind the request, or fd -1 when the upgrade did not come about.
 */
struct http_answer {
	unsigned int	 status;
	const char	*type;		/* of body */
	char		 body[512];
	const char	*extra_name, *extra_value;	/* one more header, or NULL */
	bool		 upgrade;
	const char	*protocol;
	char		 accept[32];
	void		 (*taken)(void *arg, int fd, const char *extra, size_t n);
	void		*arg;
};

typedef void (*http_handler)(const struct http_request *r, struct http_answer *a, void *arg);

/*
 * listen: "address:port", "[v6]:port" or the path of a Unix socket (made anew, mode 0660, removed at
 * close). RC_INVALID, RC_ERROR.
 */
enum rc http_open(const char *listen, http_handler fn, void *arg, struct http_server **out,
    struct fault *f);
void http_close(struct http_server *s);		/* NULL is legal */
int http_fd(const struct http_server *s);	/* for epoll: call http_run when it is readable */
void http_run(struct http_server *s);
/* Milliseconds after which http_run wants to be called anyway, -1 for never. */
int http_timeout(const struct http_server *s);
/* The port it listens on, 0 for a Unix socket. */
int http_port(const struct http_server *s);

#endif
