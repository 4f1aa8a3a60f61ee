/* SPDX-License-Identifier: ISC
 *
 * See net_http.h. libmicrohttpd polls with its own epoll descriptor, which the caller watches. An
 * upgraded socket is duplicated and libmicrohttpd's own closed, so that it keeps nothing of a client.
 */
#include "shared/adapters/net_http.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"

#define BACKLOG 4096
#define HANDSHAKES 1024		/* requests in work at a time; others wait in the backlog */
#define REQUEST_BYTES 8192	/* of one request */
#define REQUEST_SECONDS 10	/* a request that takes longer is dropped */

struct http_server {
	struct MHD_Daemon	*daemon;
	http_handler		 fn;
	void			*arg;
	char			*path;		/* of a Unix socket */
	int			 fd;		/* of epoll */
	bool			 taken;		/* sockets were handed out: let libmicrohttpd tidy up */
};

struct http_request {
	struct MHD_Connection	*connection;
	const char		*method, *path;
};

/* Between the answer and the moment the socket is ours. */
struct handover {
	struct http_server	*server;
	void			 (*taken)(void *arg, int fd, const char *extra, size_t n);
	void			*arg;
};

const char *
http_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_path(const struct http_request *r)
{
	return r->path;
}

const char *
http_header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

static void
on_upgrade(void *cls, struct MHD_Connection *connection, void *con_cls, const char *extra,
    size_t n, MHD_socket sock, struct MHD_UpgradeResponseHandle *urh)
{
	struct handover *h = cls;
	int fd, on = 1;

	(void)connection;
	(void)con_cls;
	fd = fcntl(sock, F_DUPFD_CLOEXEC, 0);
	if (fd != -1) {
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	}
	MHD_upgrade_action(urh, MHD_UPGRADE_ACTION_CLOSE);
	h->server->taken = true;
	h->taken(h->arg, fd, extra, n);
	free(h);
}

static enum MHD_Result
answer(struct http_server *s, struct MHD_Connection *connection, struct http_answer *a)
{
	struct MHD_Response *response;
	struct handover *h = NULL;
	enum MHD_Result result;

	if (a->upgrade) {
		h = mem_xmalloc(sizeof(*h));
		*h = (struct handover){ s, a->taken, a->arg };
		response = MHD_create_response_for_upgrade(on_upgrade, h);
		a->status = MHD_HTTP_SWITCHING_PROTOCOLS;
	} else
		response = MHD_create_response_from_buffer(strlen(a->body), a->body,
		    MHD_RESPMEM_MUST_COPY);
	if (response == NULL) {
		if (h != NULL)
			a->taken(a->arg, -1, NULL, 0);
		free(h);
		return MHD_NO;
	}
	if (a->upgrade) {
		MHD_add_response_header(response, "Upgrade", a->protocol);
		MHD_add_response_header(response, "Sec-WebSocket-Accept", a->accept);
	} else
		MHD_add_response_header(response, "Content-Type", a->type);
	if (a->extra_name != NULL)
		MHD_add_response_header(response, a->extra_name, a->extra_value);
	result = MHD_queue_response(connection, a->status, response);
	if (result != MHD_YES && h != NULL) {
		a->taken(a->arg, -1, NULL, 0);
		free(h);
	}
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **con_cls)
{
	static const int seen = 1;	/* its address marks a request that was announced */
	struct http_server *s = cls;
	struct http_request r = { connection, method, url };
	struct http_answer a = { .status = 404, .type = "application/problem+json" };

	(void)version;
	(void)upload;
	if (*con_cls == NULL) {
		*con_cls = (void *)(uintptr_t)&seen;
		return MHD_YES;
	}
	if (*upload_size > 0) {		/* nobody asked for a body: read it away */
		*upload_size = 0;
		return MHD_YES;
	}
	s->fn(&r, &a, s->arg);
	return answer(s, connection, &a);
}

static int
listen_unix(const char *path, struct fault *f)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >= sizeof(sun.sun_path)) {
		fault_set(f, RC_INVALID, "BRIDGE_LISTEN", "%s: longer than a socket's path may be", path);
		return -1;
	}
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chmod(path, 0660) == -1 || listen(fd, BACKLOG) == -1) {
		fault_set(f, RC_ERROR, "BRIDGE_LISTEN", "%s: %s", path, strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	return fd;
}

/* Splits "host:port" or "[host]:port". */
static bool
split(const char *text, char *host, size_t hostlen, const char **port)
{
	const char *colon = strrchr(text, ':'), *from = text, *to = colon;

	if (colon == NULL)
		return false;
	if (*text == '[' && colon > text && colon[-1] == ']') {
		from++;
		to--;
	}
	if ((size_t)(to - from) >= hostlen)
		return false;
	memcpy(host, from, (size_t)(to - from));
	host[to - from] = '\0';
	*port = colon + 1;
	return true;
}

static int
listen_tcp(const char *text, struct fault *f)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
	    AI_PASSIVE }, *list = NULL;
	const char *port;
	char host[64];
	int fd = -1, on = 1;

	if (!split(text, host, sizeof(host), &port) ||
	    getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &list) != 0) {
		fault_set(f, RC_INVALID, "BRIDGE_LISTEN", "%s: neither address:port nor a path", text);
		return -1;
	}
	fd = socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, list->ai_addr, list->ai_addrlen) == -1 || listen(fd, BACKLOG) == -1) {
		fault_set(f, RC_ERROR, "BRIDGE_LISTEN", "%s: %s", text, strerror(errno));
		if (fd != -1)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	return fd;
}

static void
on_log(void *cls, const char *fmt, va_list ap)
{
	char text[200];

	(void)cls;
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_debug("http", "%s", text);
}

enum rc
http_open(const char *where, http_handler fn, void *arg, struct http_server **out, struct fault *f)
{
	const union MHD_DaemonInfo *info;
	struct http_server *s;
	int fd;

	fd = strchr(where, '/') != NULL ? listen_unix(where, f) : listen_tcp(where, f);
	if (fd == -1)
		return f != NULL ? f->rc : RC_ERROR;
	s = mem_xcalloc(1, sizeof(*s));
	s->fn = fn;
	s->arg = arg;
	if (strchr(where, '/') != NULL)
		s->path = mem_xstrdup(where);
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_UPGRADE | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, HANDSHAKES,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, REQUEST_SECONDS, MHD_OPTION_END);
	info = s->daemon == NULL ? NULL : MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL) {
		if (s->daemon == NULL)
			close(fd);
		http_close(s);
		return fault_set(f, RC_ERROR, NULL, "libmicrohttpd does not start");
	}
	s->fd = info->epoll_fd;
	*out = s;
	return RC_OK;
}

void
http_close(struct http_server *s)
{
	if (s == NULL)
		return;
	if (s->daemon != NULL)
		MHD_stop_daemon(s->daemon);
	if (s->path != NULL)
		unlink(s->path);
	free(s->path);
	free(s);
}

int
http_fd(const struct http_server *s)
{
	return s->fd;
}

void
http_run(struct http_server *s)
{
	do {
		s->taken = false;
		MHD_run(s->daemon);
	} while (s->taken);
}

int
http_timeout(const struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(s->daemon, &ms) != MHD_YES)
		return -1;
	return ms > 1000 ? 1000 : (int)ms;
}

int
http_port(const struct http_server *s)
{
	const union MHD_DaemonInfo *info;

	if (s->path != NULL)
		return 0;
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info == NULL ? 0 : info->port;
}
