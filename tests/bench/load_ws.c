/* SPDX-License-Identifier: ISC
 *
 * WebSocket clients of the benchmark: --idle that are only logged in, --subscribed that want one
 * entity's changes. Then values are published, and each delivery to each subscriber is timed from
 * the message of the device.
 *
 *	load_ws --http PORT --port BROKER --entity ID --topic TOPIC --token TOKEN [option...]
 */
#include <sys/epoll.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/sample.h"
#include "tests/bench/wire.h"

#define FRAME_MAX 65536
#define WINDOW 64	/* clients that are being set up at a time */

enum stage { CONNECTING, AUTH, SUBSCRIBING, READY, DEAD };

struct client {
	int		 fd;
	enum stage	 stage;
	bool		 subscriber;
	size_t		 len;		/* bytes in buf */
	char		*buf;		/* NULL while nothing is half read */
};

struct options {
	int		 http, port, idle, subscribed, count;
	double		 rate;
	const char	*entity, *topic, *token;
};

struct load {
	struct options	 o;
	int		 epoll;
	struct client	*clients;
	int		 n, opened, ready, dead;
	int64_t		 sent_at;	/* us, of the value that is under way */
	char		 value[32];
	struct sample	 delays;
	int		 missing;	/* deliveries that never came */
	int		 arrived;	/* of the present value */
};

static void
lose(struct load *l, struct client *c)
{
	if (c->stage == DEAD)
		return;
	if (c->stage == READY)
		l->ready--;
	c->stage = DEAD;
	l->dead++;
	close(c->fd);
	free(c->buf);
	c->buf = NULL;
}

static void
send_all(struct load *l, struct client *c, const void *p, size_t n)
{
	if (send(c->fd, p, n, MSG_NOSIGNAL) != (ssize_t)n)
		lose(l, c);
}

/* A masked frame with the key 0: what a client has to send, without the arithmetic. */
static void
send_frame(struct load *l, struct client *c, int opcode, const char *text, size_t n)
{
	unsigned char frame[1024] = {(unsigned char)(0x80 | opcode)};
	size_t used = 2;

	if (n > sizeof(frame) - 8)
		errx(1, "frame too long");
	if (n < 126)
		frame[1] = (unsigned char)(0x80 | n);
	else {
		frame[1] = 0x80 | 126;
		frame[used++] = (unsigned char)(n >> 8);
		frame[used++] = (unsigned char)n;
	}
	used += 4;
	memcpy(frame + used, text, n);
	send_all(l, c, frame, used + n);
}

static void
send_json(struct load *l, struct client *c, const char *fmt, const char *word)
{
	char text[512];
	int n = snprintf(text, sizeof(text), fmt, word);

	send_frame(l, c, 1, text, (size_t)n);
}

static void
become_ready(struct load *l, struct client *c)
{
	c->stage = READY;
	l->ready++;
}

static void
on_text(struct load *l, struct client *c, const char *text)
{
	if (c->stage == AUTH && strstr(text, "auth_ok") != NULL) {
		if (!c->subscriber) {
			become_ready(l, c);
			return;
		}
		c->stage = SUBSCRIBING;
		send_json(l, c, "{\"type\":\"subscribe\",\"id\":1,\"entities\":[\"%s\"],"
		    "\"kinds\":[\"state_changed\"]}", l->o.entity);
	} else if (c->stage == SUBSCRIBING && strstr(text, "\"success\":true") != NULL)
		become_ready(l, c);
	else if (c->stage == READY && *l->value != '\0' && strstr(text, l->value) != NULL) {
		sample_add(&l->delays, sample_now_us() - l->sent_at);
		l->arrived++;
	} else if (c->stage != READY && strstr(text, "auth_required") == NULL) {
		warnx("refused: %s", text);
		lose(l, c);
	}
}

/* One frame or the answer to the handshake out of the buffer; bytes used, 0 when incomplete. */
static size_t
take(struct load *l, struct client *c)
{
	unsigned char *p = (unsigned char *)c->buf;
	size_t head = 2, n;
	char *end, after;

	if (c->stage == CONNECTING) {
		if ((end = memmem(c->buf, c->len, "\r\n\r\n", 4)) == NULL)
			return 0;
		if (memcmp(c->buf, "HTTP/1.1 101", 12) != 0)
			errx(1, "no WebSocket: %.40s", c->buf);
		c->stage = AUTH;
		send_json(l, c, "{\"type\":\"auth\",\"token\":\"%s\"}", l->o.token);
		return (size_t)(end - c->buf) + 4;
	}
	if (c->len < 2)
		return 0;
	n = p[1] & 0x7f;
	if (n == 126 && c->len >= 4) {
		n = (size_t)p[2] << 8 | p[3];
		head = 4;
	} else if (n >= 126)
		return c->len < 10 ? 0 : (errx(1, "frame too large"), 0);
	if (c->len < head + n)
		return 0;
	after = c->buf[head + n];
	c->buf[head + n] = '\0';
	if ((p[0] & 0x0f) == 1)
		on_text(l, c, c->buf + head);
	else if ((p[0] & 0x0f) == 9)
		send_frame(l, c, 10, c->buf + head, n);
	else if ((p[0] & 0x0f) == 8)
		lose(l, c);
	if (c->stage != DEAD)
		c->buf[head + n] = after;
	return head + n;
}

static void
on_readable(struct load *l, struct client *c)
{
	ssize_t n;
	size_t used;

	if (c->buf == NULL && (c->buf = malloc(FRAME_MAX)) == NULL)
		err(1, NULL);
	n = recv(c->fd, c->buf + c->len, FRAME_MAX - 1 - c->len, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lose(l, c);
		return;
	}
	c->len += (size_t)n;
	while (c->stage != DEAD && c->len > 0 && (used = take(l, c)) > 0) {
		if (c->stage == DEAD)
			return;
		c->len -= used;
		memmove(c->buf, c->buf + used, c->len);
	}
	if (c->stage != DEAD && c->len == 0) {
		free(c->buf);
		c->buf = NULL;
	}
}

static void
open_client(struct load *l, struct client *c)
{
	static const char hello[] =
	    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->o.http),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	int one = 1;

	if ((c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		err(1, "socket");
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		err(1, "port %d", l->o.http);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event);
	send_all(l, c, hello, sizeof(hello) - 1);
}

static int
poll_once(struct load *l, int ms)
{
	struct epoll_event events[256];
	int n = epoll_wait(l->epoll, events, 256, ms);

	for (int i = 0; i < n; i++)
		on_readable(l, events[i].data.ptr);
	return n;
}

static void
open_all(struct load *l)
{
	int64_t end = sample_now_us() + 120000000;

	while (l->ready + l->dead < l->n && sample_now_us() < end) {
		while (l->opened < l->n && l->opened - l->ready - l->dead < WINDOW) {
			struct client *c = &l->clients[l->opened];

			c->subscriber = l->opened >= l->o.idle;
			open_client(l, c);
			l->opened++;
		}
		poll_once(l, 100);
	}
}

static void
measure(struct load *l)
{
	struct wire *w = wire_open(l->o.port, "bench-ws");
	int64_t pause = (int64_t)(1e6 / l->o.rate);
	char payload[64];

	for (int i = 0; i < l->o.count; i++) {
		int n = snprintf(payload, sizeof(payload), "{\"v\":%d.5}", 100000 + i);
		int64_t end;

		snprintf(l->value, sizeof(l->value), "\"%d.5\"", 100000 + i);
		l->arrived = 0;
		l->sent_at = sample_now_us();
		end = l->sent_at + 2000000;
		wire_publish(w, l->o.topic, payload, (size_t)n, false);
		wire_flush(w);
		while (l->arrived < l->o.subscribed && sample_now_us() < end)
			poll_once(l, 20);
		l->missing += l->o.subscribed - l->arrived;
		*l->value = '\0';
		while (sample_now_us() < l->sent_at + pause)
			poll_once(l, (int)((l->sent_at + pause - sample_now_us()) / 1000));
	}
	wire_close(w);
}

static struct options
parse_options(int argc, char **argv)
{
	static const struct option longopts[] = {{"http", required_argument, NULL, 'h'},
	    {"port", required_argument, NULL, 'p'}, {"idle", required_argument, NULL, 'i'},
	    {"subscribed", required_argument, NULL, 's'}, {"count", required_argument, NULL, 'n'},
	    {"rate", required_argument, NULL, 'r'}, {"entity", required_argument, NULL, 'e'},
	    {"topic", required_argument, NULL, 't'}, {"token", required_argument, NULL, 'k'},
	    {NULL, 0, NULL, 0}};
	struct options o = {.idle = 5000, .subscribed = 100, .count = 200, .rate = 20};
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'h': o.http = (int)sample_number(optarg, 1, 65535); break;
		case 'p': o.port = (int)sample_number(optarg, 1, 65535); break;
		case 'i': o.idle = (int)sample_number(optarg, 0, 60000); break;
		case 's': o.subscribed = (int)sample_number(optarg, 1, 60000); break;
		case 'n': o.count = (int)sample_number(optarg, 1, 1000000); break;
		case 'r': o.rate = (double)sample_number(optarg, 1, 1000); break;
		case 'e': o.entity = optarg; break;
		case 't': o.topic = optarg; break;
		case 'k': o.token = optarg; break;
		default: exit(2);
		}
	}
	if (o.http == 0 || o.port == 0 || o.entity == NULL || o.topic == NULL || o.token == NULL)
		errx(2, "--http, --port, --entity, --topic and --token are needed");
	return o;
}

int
main(int argc, char **argv)
{
	struct load l = {.o = parse_options(argc, argv)};
	int64_t start = sample_now_us();

	l.n = l.o.idle + l.o.subscribed;
	if ((l.clients = calloc((size_t)l.n, sizeof(*l.clients))) == NULL)
		err(1, NULL);
	if ((l.epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		err(1, "epoll");
	open_all(&l);
	printf("{\"clients\":%d,\"lost\":%d,\"open_seconds\":%.2f,", l.ready, l.dead,
	    (double)(sample_now_us() - start) / 1e6);
	if (l.ready == l.n)
		measure(&l);
	sample_print(&l.delays);
	printf(",\"missing\":%d,\"lost_later\":%d}\n", l.missing, l.dead);
	fflush(stdout);
	getchar();	/* stays connected, for looking at memory, until standard input ends */
	return 0;
}
