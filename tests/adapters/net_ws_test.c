/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/adapters/net_ws.h"
#include "shared/base/buf.h"

struct peer {
	struct ws_pool	*pool;
	struct ws	*w;
	int		 fd;		/* the client's end */
	struct buf	 texts;		/* what came, each with a '|' behind */
	int		 broken;
};

static void
on_text(void *owner, const char *p, size_t n)
{
	struct peer *t = owner;

	buf_put(&t->texts, p, n);
	buf_putc(&t->texts, '|');
}

static void
on_broken(void *owner, int code)
{
	struct peer *t = owner;

	t->broken = code;
}

static const struct ws_events events = { on_text, on_broken };

static void
peer_open(struct peer *t, size_t max)
{
	int fds[2];

	memset(t, 0, sizeof(*t));
	ATF_REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	t->pool = ws_pool_new(&events);
	t->w = ws_new(t->pool, fds[0], t, max, NULL, 0);
	t->fd = fds[1];
}

static void
peer_close(struct peer *t)
{
	ws_free(t->w);
	ws_pool_free(t->pool);
	close(t->fd);
	buf_free(&t->texts);
}

/* A masked frame as a client sends it. */
static size_t
frame(unsigned char *out, unsigned char first, const char *payload, size_t n)
{
	static const unsigned char key[4] = { 1, 2, 3, 4 };
	size_t h = 0, i;

	out[h++] = first;
	if (n < 126)
		out[h++] = (unsigned char)(0x80 | n);
	else {
		out[h++] = 0x80 | 126;
		out[h++] = (unsigned char)(n >> 8);
		out[h++] = (unsigned char)n;
	}
	memcpy(out + h, key, 4);
	h += 4;
	for (i = 0; i < n; i++)
		out[h + i] = (unsigned char)payload[i] ^ key[i & 3];
	return h + n;
}

static void
put(struct peer *t, unsigned char first, const char *payload)
{
	unsigned char bytes[70000];
	size_t n = frame(bytes, first, payload, strlen(payload));

	ATF_REQUIRE_EQ(write(t->fd, bytes, n), (ssize_t)n);
}

static ssize_t
get(struct peer *t, void *p, size_t n)
{
	struct pollfd pfd = { .fd = t->fd, .events = POLLIN };

	ATF_REQUIRE(poll(&pfd, 1, 5000) == 1);
	return read(t->fd, p, n);
}

ATF_TC_WITHOUT_HEAD(accept__is_that_of_the_rfc);
ATF_TC_BODY(accept__is_that_of_the_rfc, tc)
{
	char out[WS_ACCEPT];

	ATF_REQUIRE(ws_accept("dGhlIHNhbXBsZSBub25jZQ==", out));
	ATF_REQUIRE_STREQ(out, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	ATF_REQUIRE(!ws_accept(NULL, out));
	ATF_REQUIRE(!ws_accept("", out));
	ATF_REQUIRE(!ws_accept("dGhlIHNhbXBsZSBub25jZQ=", out));
	ATF_REQUIRE(!ws_accept("dGhlIHNhbXBsZSBub25jZQ===", out));
	ATF_REQUIRE(!ws_accept("dGhlIHNhbXBsZSBub25j\r\nQ==", out));
}

ATF_TC_WITHOUT_HEAD(messages__arrive_whole_however_they_are_cut);
ATF_TC_BODY(messages__arrive_whole_however_they_are_cut, tc)
{
	unsigned char bytes[400];
	struct peer t;
	size_t n = 0, i;

	peer_open(&t, 4096);
	n += frame(bytes + n, 0x81, "one", 3);
	n += frame(bytes + n, 0x01, "t", 1);
	n += frame(bytes + n, 0x89, "ping", 4);
	n += frame(bytes + n, 0x00, "w", 1);
	n += frame(bytes + n, 0x80, "o", 1);
	n += frame(bytes + n, 0x81, "", 0);
	n += frame(bytes + n, 0x81, "three", 5);
	for (i = 0; i < n; i++) {
		ATF_REQUIRE_EQ(write(t.fd, bytes + i, 1), 1);
		ATF_REQUIRE(ws_read(t.w));
	}
	ATF_REQUIRE_STREQ(buf_str(&t.texts), "one|two||three|");
	ATF_REQUIRE(ws_flush(t.w));
	ATF_REQUIRE_EQ(get(&t, bytes, sizeof(bytes)), 6);
	ATF_REQUIRE(memcmp(bytes, "\x8a\x04ping", 6) == 0);
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(extra__bytes_of_the_handshake_count);
ATF_TC_BODY(extra__bytes_of_the_handshake_count, tc)
{
	unsigned char bytes[64];
	struct peer t;
	size_t n;

	peer_open(&t, 4096);
	ws_free(t.w);
	close(t.fd);
	int fds[2];
	ATF_REQUIRE_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	t.fd = fds[1];
	n = frame(bytes, 0x81, "hello", 5);
	t.w = ws_new(t.pool, fds[0], &t, 4096, (char *)bytes, 4);
	ATF_REQUIRE(ws_has_extra(t.w));
	ATF_REQUIRE(ws_read(t.w));
	ATF_REQUIRE(!ws_has_extra(t.w));
	ATF_REQUIRE_EQ(write(t.fd, bytes + 4, n - 4), (ssize_t)n - 4);
	ATF_REQUIRE(ws_read(t.w));
	ATF_REQUIRE_STREQ(buf_str(&t.texts), "hello|");
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(send__shared_text_is_framed_and_counted);
ATF_TC_BODY(send__shared_text_is_framed_and_counted, tc)
{
	static char big[70000];
	struct ws_text *head = ws_text_new("{\"event\":", 9), *body = ws_text_new("{}", 2), *large;
	unsigned char bytes[80000];
	struct peer t;
	size_t n = 0;
	ssize_t got;

	memset(big, 'x', sizeof(big));
	large = ws_text_new(big, sizeof(big));
	peer_open(&t, 4096);
	ATF_REQUIRE(ws_send(t.w, head, body));
	ATF_REQUIRE(ws_send(t.w, large, NULL));
	ATF_REQUIRE_EQ(head->refs, 2);
	ATF_REQUIRE_EQ(ws_waiting(t.w), 2);
	while (n < 14 + 10 + sizeof(big)) {
		ATF_REQUIRE(ws_flush(t.w));
		got = get(&t, bytes + n, sizeof(bytes) - n);
		ATF_REQUIRE(got > 0);
		n += (size_t)got;
	}
	ATF_REQUIRE(memcmp(bytes, "\x81\x0c{\"event\":{}}", 14) == 0);
	ATF_REQUIRE(memcmp(bytes + 14, "\x81\x7f\0\0\0\0\0\x01\x11\x70", 10) == 0);
	ATF_REQUIRE(memcmp(bytes + 24, big, sizeof(big)) == 0);
	ATF_REQUIRE_EQ(head->refs, 1);
	ATF_REQUIRE_EQ(ws_waiting_bytes(t.w), 0);
	ws_text_unref(head);
	ws_text_unref(body);
	ws_text_unref(large);
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(queue__is_bounded);
ATF_TC_BODY(queue__is_bounded, tc)
{
	static char text[5000];
	struct ws_text *small = ws_text_new("x", 1), *large;
	struct peer t;
	int n = 0;

	memset(text, 'y', sizeof(text));
	large = ws_text_new(text, sizeof(text));
	peer_open(&t, 4096);
	while (ws_send(t.w, small, NULL))
		n++;
	ATF_REQUIRE_EQ(n, WS_QUEUE_MESSAGES);
	ATF_REQUIRE(ws_flush(t.w));
	ATF_REQUIRE(ws_waiting(t.w) < WS_QUEUE_MESSAGES);
	while (ws_send(t.w, large, NULL)) {
		ATF_REQUIRE(ws_flush(t.w));
		ATF_REQUIRE(ws_waiting_bytes(t.w) <= WS_QUEUE_BYTES);
	}
	ws_close(t.w, WS_SLOW, "slow");
	ATF_REQUIRE(ws_waiting(t.w) <= 1);
	ws_text_unref(small);
	ws_text_unref(large);
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(close__comes_behind_or_instead);
ATF_TC_BODY(close__comes_behind_or_instead, tc)
{
	struct ws_text *text = ws_text_new("bye", 3);
	unsigned char bytes[64];
	struct peer t;

	peer_open(&t, 4096);
	ws_send(t.w, text, NULL);
	ws_finish(t.w, WS_UNAUTHORIZED, "no");
	ATF_REQUIRE(ws_send(t.w, text, NULL));		/* goes nowhere */
	ATF_REQUIRE(ws_flush(t.w));
	ATF_REQUIRE_EQ(get(&t, bytes, sizeof(bytes)), 5 + 6);
	ATF_REQUIRE(memcmp(bytes, "\x81\x03" "bye" "\x88\x04\x11\x31no", 11) == 0);
	ATF_REQUIRE_EQ(read(t.fd, bytes, 1), 0);
	peer_close(&t);

	peer_open(&t, 4096);
	ws_send(t.w, text, NULL);
	ws_close(t.w, WS_AWAY, "");
	ATF_REQUIRE(ws_flush(t.w));
	ATF_REQUIRE_EQ(get(&t, bytes, sizeof(bytes)), 4);
	ATF_REQUIRE(memcmp(bytes, "\x88\x02\x03\xe9", 4) == 0);
	peer_close(&t);
	ws_text_unref(text);
}

ATF_TC_WITHOUT_HEAD(close__of_the_peer_is_answered);
ATF_TC_BODY(close__of_the_peer_is_answered, tc)
{
	unsigned char bytes[64];
	struct peer t;

	peer_open(&t, 4096);
	put(&t, 0x88, "\x03\xe8");
	ATF_REQUIRE(ws_read(t.w));
	ATF_REQUIRE(ws_closing(t.w));
	ATF_REQUIRE_EQ(t.broken, 0);
	ATF_REQUIRE(!ws_flush(t.w));
	ATF_REQUIRE_EQ(get(&t, bytes, sizeof(bytes)), 4);
	ATF_REQUIRE(memcmp(bytes, "\x88\x02\x03\xe8", 4) == 0);
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(ping_flood__is_ended_when_answers_are_not_read);
ATF_TC_BODY(ping_flood__is_ended_when_answers_are_not_read, tc)
{
	char payload[120];
	struct peer t;
	int i;

	memset(payload, 'p', sizeof(payload) - 1);
	payload[sizeof(payload) - 1] = '\0';
	peer_open(&t, 4096);
	for (i = 0; i < 100000 && !ws_closing(t.w); i++) {
		put(&t, 0x89, payload);
		ATF_REQUIRE(ws_read(t.w));
		ATF_REQUIRE(ws_flush(t.w));
	}
	ATF_REQUIRE(ws_closing(t.w));
	peer_close(&t);
}

/* The code in a sample's name ("rsv1-1002.bin") is the one that the connection is closed with. */
static void
replay(const char *dir, const char *name)
{
	unsigned char bytes[200000];
	char path[512];
	struct peer t;
	ssize_t n, at = 0, out;
	int fd, code = (int)strtol(strrchr(name, '-') + 1, NULL, 10);

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ATF_REQUIRE((fd = open(path, O_RDONLY)) != -1);
	n = read(fd, bytes, sizeof(bytes));
	close(fd);
	ATF_REQUIRE_MSG(n > 0, "%s", name);
	peer_open(&t, 65536);
	while (at < n && !ws_closing(t.w)) {
		out = write(t.fd, bytes + at, (size_t)(n - at));
		at += out > 0 ? out : 0;
		ATF_REQUIRE_MSG(ws_read(t.w), "%s", name);
	}
	ATF_REQUIRE_EQ_MSG(t.broken, code, "%s: %d", name, t.broken);
	ws_flush(t.w);
	n = get(&t, bytes, sizeof(bytes));
	ATF_REQUIRE_MSG(n >= 4 && bytes[0] == 0x88 && bytes[2] * 256 + bytes[3] == code, "%s", name);
	peer_close(&t);
}

ATF_TC_WITHOUT_HEAD(hostile_frames__end_with_the_right_code);
ATF_TC_BODY(hostile_frames__end_with_the_right_code, tc)
{
	static const char dir[] = SRC_DIR "/tests/data/hostile/ws";
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	ATF_REQUIRE(d != NULL);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || strncmp(e->d_name, "json_", 5) == 0)
			continue;	/* what JSON means is the bridge's business */
		replay(dir, e->d_name);
		n++;
	}
	closedir(d);
	ATF_REQUIRE(n >= 35);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, accept__is_that_of_the_rfc);
	ATF_TP_ADD_TC(tp, messages__arrive_whole_however_they_are_cut);
	ATF_TP_ADD_TC(tp, extra__bytes_of_the_handshake_count);
	ATF_TP_ADD_TC(tp, send__shared_text_is_framed_and_counted);
	ATF_TP_ADD_TC(tp, queue__is_bounded);
	ATF_TP_ADD_TC(tp, close__comes_behind_or_instead);
	ATF_TP_ADD_TC(tp, close__of_the_peer_is_answered);
	ATF_TP_ADD_TC(tp, ping_flood__is_ended_when_answers_are_not_read);
	ATF_TP_ADD_TC(tp, hostile_frames__end_with_the_right_code);
	return atf_no_error();
}
