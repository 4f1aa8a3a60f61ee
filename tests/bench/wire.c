/* SPDX-License-Identifier: ISC
 *
 * The few packets of MQTT that a load generator needs.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/sample.h"
#include "tests/bench/wire.h"

enum { CONNECT = 0x10, CONNACK = 0x20, PUBLISH = 0x30, SUBSCRIBE = 0x82, SUBACK = 0x90 };

void
wire_flush(struct wire *w)
{
	size_t done = 0;

	while (done < w->out_len) {
		ssize_t n = send(w->fd, w->out + done, w->out_len - done, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			err(1, "broker");
		if (n > 0)
			done += (size_t)n;
	}
	w->out_len = 0;
}

static void
put(struct wire *w, const void *p, size_t n)
{
	memcpy(w->out + w->out_len, p, n);
	w->out_len += n;
}

static void
put_u16(struct wire *w, size_t v)
{
	unsigned char b[2] = {(unsigned char)(v >> 8), (unsigned char)v};

	put(w, b, 2);
}

static void
put_text(struct wire *w, const char *s)
{
	size_t n = strlen(s);

	put_u16(w, n);
	put(w, s, n);
}

/* Type and length of a packet whose rest has n bytes; makes room for all of it. */
static void
begin(struct wire *w, int type, size_t n)
{
	unsigned char head[5] = {(unsigned char)type};
	size_t used = 1, left = n;

	if (n + sizeof(head) > sizeof(w->out))
		errx(1, "packet of %zu bytes", n);
	if (w->out_len + n + sizeof(head) > sizeof(w->out))
		wire_flush(w);
	do {
		head[used] = left % 128;
		left /= 128;
		if (left > 0)
			head[used] |= 0x80;
		used++;
	} while (left > 0);
	put(w, head, used);
}

/* Bytes of the first packet in the input, 0 when incomplete; *body: where its rest begins. */
static size_t
packet(const struct wire *w, size_t *body)
{
	const unsigned char *p = w->in + w->in_used;
	size_t have = w->in_len - w->in_used, n = 0, i = 1, shift = 0;

	do {
		if (i >= have)
			return 0;
		n |= (size_t)(p[i] & 0x7f) << shift;
		shift += 7;
	} while ((p[i++] & 0x80) != 0);
	*body = i;
	return i + n <= have ? i + n : 0;
}

static bool
fill(struct wire *w, int timeout_ms)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	ssize_t n;

	memmove(w->in, w->in + w->in_used, w->in_len - w->in_used);
	w->in_len -= w->in_used;
	w->in_used = 0;
	if (w->in_len == sizeof(w->in))
		errx(1, "packet too large");
	if (poll(&p, 1, timeout_ms) <= 0)
		return false;
	if ((n = recv(w->fd, w->in + w->in_len, sizeof(w->in) - w->in_len, 0)) <= 0)
		errx(1, "the broker closed the connection");
	w->in_len += (size_t)n;
	return true;
}

/* Reads up to the first packet of the type. */
static void
expect(struct wire *w, int type)
{
	size_t n, body;

	for (;;) {
		while ((n = packet(w, &body)) == 0) {
			if (!fill(w, 5000))
				errx(1, "no answer from the broker");
		}
		w->in_used += n;
		if ((w->in[w->in_used - n] & 0xf0) == type)
			return;
	}
}

struct wire *
wire_open(int port, const char *client_id)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct wire *w = calloc(1, sizeof(*w));
	int one = 1;

	if (w == NULL || (w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		err(1, "socket");
	if (connect(w->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		err(1, "broker at port %d", port);
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	begin(w, CONNECT, 12 + strlen(client_id));
	put_text(w, "MQTT");
	put(w, "\4\2\0\0", 4);	/* 3.1.1, clean session, no keep-alive */
	put_text(w, client_id);
	wire_flush(w);
	expect(w, CONNACK);
	return w;
}

void
wire_close(struct wire *w)
{
	wire_flush(w);
	close(w->fd);
	free(w);
}

void
wire_subscribe(struct wire *w, const char *filter)
{
	begin(w, SUBSCRIBE, 5 + strlen(filter));
	put_u16(w, 1);
	put_text(w, filter);
	put(w, "\0", 1);
	wire_flush(w);
	expect(w, SUBACK);
}

void
wire_publish(struct wire *w, const char *topic, const char *payload, size_t len, bool retain)
{
	begin(w, PUBLISH | (retain ? 1 : 0), 2 + strlen(topic) + len);
	put_text(w, topic);
	put(w, payload, len);
}

bool
wire_read(struct wire *w, int timeout_ms, struct wire_message *m)
{
	int64_t end = sample_now_us() + (int64_t)timeout_ms * 1000;
	size_t n, body;
	const unsigned char *p;

	for (;;) {
		while ((n = packet(w, &body)) == 0) {
			int64_t left = (end - sample_now_us()) / 1000;

			if (left < 0 || !fill(w, (int)left))
				return false;
		}
		p = w->in + w->in_used;
		w->in_used += n;
		if ((p[0] & 0xf0) != PUBLISH)
			continue;
		m->topic_len = (size_t)p[body] << 8 | p[body + 1];
		m->topic = (const char *)p + body + 2;
		m->payload = m->topic + m->topic_len + ((p[0] & 0x06) != 0 ? 2 : 0);
		m->len = (size_t)((const char *)p + n - m->payload);
		return true;
	}
}
