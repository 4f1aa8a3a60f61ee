/* SPDX-License-Identifier: ISC
 *
 * MQTT against a real mosquitto: acknowledgements wait for mqtt_write, sessions survive, a broker that is
 * away comes back.
 */
#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <atf-c.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/adapters/net_mqtt.h"
#include "shared/base/clock.h"
#include "shared/base/metric.h"

#define MAX_MESSAGE 1000

struct peer {
	struct mqtt	*m;
	int		 connects, present, messages;
	char		 last[64];
};

static void
on_connect(void *arg, bool session_present)
{
	struct peer *p = arg;

	p->connects++;
	p->present = session_present;
}

static void
on_message(void *arg, const struct mqtt_message *m)
{
	struct peer *p = arg;

	p->messages++;
	strlcpy(p->last, m->payload, sizeof(p->last));
}

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ATF_REQUIRE(bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	ATF_REQUIRE(getsockname(fd, (struct sockaddr *)&a, &len) == 0);
	close(fd);
	return ntohs(a.sin_port);
}

static pid_t
start_broker(int port)
{
	FILE *f = fopen("broker.conf", "w");
	pid_t pid;

	fprintf(f, "listener %d 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
	    "queue_qos0_messages true\nuser root\n", port);
	fclose(f);
	if ((pid = fork()) == 0) {
		execl("/usr/sbin/mosquitto", "mosquitto", "-c", "broker.conf", NULL);
		_exit(127);
	}
	return pid;
}

static void
open_peer(struct peer *p, int port, const char *id, bool clean)
{
	static char url[64];
	struct mqtt_options o = { .url = url, .client_id = id, .clean = clean, .hold_acks = !clean,
		.max_message = MAX_MESSAGE,
		.on_connect = on_connect, .on_message = on_message, .arg = p };
	struct fault f = { 0 };

	snprintf(url, sizeof(url), "mqtt://127.0.0.1:%d", port);
	memset(p, 0, sizeof(*p));
	ATF_REQUIRE_EQ_MSG(RC_OK, mqtt_open(&o, &p->m, &f), "%s", f.msg);
}

/* Turns both peers' loops until *what reaches n; acks tells whether p may write. */
static void
turn_until(struct peer *p, struct peer *q, const int *what, int n, bool write)
{
	int64_t end = clock_mono_us() + 20000000;

	while (*what < n) {
		struct pollfd fds[2];

		ATF_REQUIRE_MSG(clock_mono_us() < end, "timed out waiting for %d, have %d", n, *what);
		mqtt_tick(p->m);
		if (q != NULL)
			mqtt_tick(q->m);
		fds[0] = (struct pollfd){ .fd = mqtt_fd(p->m), .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = q == NULL ? -1 : mqtt_fd(q->m), .events = POLLIN };
		poll(fds, 2, 20);
		if (fds[0].revents != 0)
			mqtt_read(p->m, 64);
		if (write && mqtt_want_write(p->m))
			mqtt_write(p->m);
		if (q != NULL && fds[1].revents != 0)
			mqtt_read(q->m, 64);
		if (q != NULL && mqtt_want_write(q->m))
			mqtt_write(q->m);
	}
}

/* Another process receives one message and dies, having acknowledged or not. */
static void
receive_and_die(int port, bool acknowledge)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct peer p;

		open_peer(&p, port, "house", false);
		turn_until(&p, NULL, &p.connects, 1, true);
		turn_until(&p, NULL, &p.messages, 1, false);
		if (acknowledge)
			mqtt_write(p.m);
		kill(getpid(), SIGKILL);
	}
	ATF_REQUIRE(waitpid(pid, &status, 0) == pid);
	ATF_REQUIRE(WIFSIGNALED(status));
}

static void
subscribe_and_leave(int port)
{
	const char *topic = "t/#";
	struct peer p;

	open_peer(&p, port, "house", false);
	turn_until(&p, NULL, &p.connects, 1, true);
	ATF_REQUIRE_EQ(RC_OK, mqtt_subscribe(p.m, &topic, 1, 1));
	mqtt_write(p.m);
	mqtt_close(p.m);
}

static void
publish(int port, const char *text)
{
	struct peer q;

	open_peer(&q, port, "device", true);
	turn_until(&q, NULL, &q.connects, 1, true);
	ATF_REQUIRE_EQ(RC_OK, mqtt_publish(q.m, "t/x", text, strlen(text), 1, false, NULL));
	mqtt_close(q.m);
}

ATF_TC_WITHOUT_HEAD(hold_acks__death_before_write_gets_it_again);
ATF_TC_BODY(hold_acks__death_before_write_gets_it_again, tc)
{
	int port = free_port();
	pid_t broker = start_broker(port);
	struct peer p;

	(void)tc;
	subscribe_and_leave(port);
	publish(port, "one");
	receive_and_die(port, false);
	open_peer(&p, port, "house", false);
	turn_until(&p, NULL, &p.messages, 1, true);
	ATF_CHECK_STREQ("one", p.last);
	ATF_CHECK_EQ(1, p.present);
	mqtt_close(p.m);
	kill(broker, SIGTERM);
}

ATF_TC_WITHOUT_HEAD(hold_acks__death_after_write_does_not);
ATF_TC_BODY(hold_acks__death_after_write_does_not, tc)
{
	int port = free_port();
	pid_t broker = start_broker(port);
	struct peer p;

	(void)tc;
	subscribe_and_leave(port);
	publish(port, "one");
	receive_and_die(port, true);
	publish(port, "two");
	open_peer(&p, port, "house", false);
	turn_until(&p, NULL, &p.messages, 1, true);
	ATF_CHECK_STREQ("two", p.last);
	mqtt_close(p.m);
	kill(broker, SIGTERM);
}

/* QoS 1 as well: what is dropped is acknowledged all the same, or it would come again for ever. */
ATF_TC_WITHOUT_HEAD(message__too_long_is_dropped);
ATF_TC_BODY(message__too_long_is_dropped, tc)
{
	int port = free_port();
	pid_t broker = start_broker(port);
	const char *topic = "house/x";
	char text[MAX_MESSAGE + 2];
	struct peer p, q;

	(void)tc;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	open_peer(&p, port, "house", false);
	open_peer(&q, port, "other", true);
	turn_until(&p, &q, &p.connects, 1, true);
	turn_until(&q, &p, &q.connects, 1, true);
	ATF_REQUIRE_EQ(mqtt_publish(q.m, topic, "kept", 4, 1, true, NULL), RC_OK);
	ATF_REQUIRE_EQ(mqtt_subscribe(p.m, &topic, 1, 1), RC_OK);
	turn_until(&p, &q, &p.messages, 1, true);
	ATF_REQUIRE_EQ(mqtt_publish(q.m, topic, text, MAX_MESSAGE + 1, 1, false, NULL), RC_OK);
	ATF_REQUIRE_EQ(mqtt_publish(q.m, topic, "short", 5, 1, false, NULL), RC_OK);
	turn_until(&p, &q, &p.messages, 2, true);
	ATF_CHECK_STREQ("short", p.last);
	ATF_CHECK_EQ(metric_get(METRIC_MQTT_DROPPED, "size"), 1);
	ATF_REQUIRE_EQ(mqtt_publish(q.m, topic, text, MAX_MESSAGE, 1, false, NULL), RC_OK);
	turn_until(&p, &q, &p.messages, 3, true);
	mqtt_close(p.m);
	mqtt_close(q.m);
	/* nothing comes again */
	open_peer(&p, port, "house", false);
	turn_until(&p, NULL, &p.connects, 1, true);
	ATF_CHECK_EQ(p.present, 1);
	ATF_CHECK_EQ(mqtt_read(p.m, 10), 0);
	mqtt_close(p.m);
	kill(broker, SIGTERM);
}

ATF_TC_WITHOUT_HEAD(broker__away_then_back);
ATF_TC_BODY(broker__away_then_back, tc)
{
	int port = free_port();
	struct peer p;
	pid_t broker;

	(void)tc;
	open_peer(&p, port, "house", true);
	mqtt_tick(p.m);
	ATF_CHECK(!mqtt_connected(p.m));
	ATF_CHECK_EQ(RC_DOWN, mqtt_publish(p.m, "a", "b", 1, 0, false, NULL));
	broker = start_broker(port);
	turn_until(&p, NULL, &p.connects, 1, true);
	kill(broker, SIGKILL);
	waitpid(broker, NULL, 0);
	broker = start_broker(port);
	turn_until(&p, NULL, &p.connects, 2, true);
	mqtt_close(p.m);
	kill(broker, SIGTERM);
}

ATF_TC_WITHOUT_HEAD(url__bad_ones_are_refused);
ATF_TC_BODY(url__bad_ones_are_refused, tc)
{
	static const char *const bad[] = { "http://x", "mqtt://", "mqtt://h:0", "mqtt://h:99999", "mqtt://:1", NULL };
	struct mqtt_options o = { .client_id = "x", .clean = true };
	struct fault f = { 0 };
	struct mqtt *m;
	int i;

	(void)tc;
	for (i = 0; bad[i] != NULL; i++) {
		o.url = bad[i];
		ATF_CHECK_EQ_MSG(RC_INVALID, mqtt_open(&o, &m, &f), "%s", bad[i]);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, hold_acks__death_before_write_gets_it_again);
	ATF_TP_ADD_TC(tp, hold_acks__death_after_write_does_not);
	ATF_TP_ADD_TC(tp, message__too_long_is_dropped);
	ATF_TP_ADD_TC(tp, broker__away_then_back);
	ATF_TP_ADD_TC(tp, url__bad_ones_are_refused);
	return atf_no_error();
}
