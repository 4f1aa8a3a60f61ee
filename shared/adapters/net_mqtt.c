/* SPDX-License-Identifier: ISC
 *
 * MQTT over libmosquitto for an outer event loop.
 */
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/adapters/net_mqtt.h"
#include "shared/base/clock.h"
#include "shared/base/field.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/metric.h"
#include "shared/base/token.h"

#define KEEPALIVE_SECONDS 15
#define CONNECT_MS 1000
#define LINGER_MS 500
#define PAUSE_MAX_US (30 * 1000000LL)
#define REFUSED 0x80			/* granted QoS of a subscription that is refused */
#define COMPLAIN_US (60 * 1000000LL)	/* at least between two lines about messages that are too long */

struct mqtt {
	struct mosquitto	*mosq;
	struct mqtt_options	 o;
	char			 host[256];
	char			 port[8];
	bool			 connected;
	bool			 said_down;	/* the log knows already */
	int			 subscribing;	/* packets that the broker has not acknowledged */
	bool			 refused;	/* one of them was */
	int			 dispatched;	/* messages of the present mqtt_read */
	int64_t			 complain_at;	/* monotonic, us: the next line about a message that is too long */
	int64_t			 retry_at;	/* monotonic, us */
	int64_t			 pause;		/* us until the next attempt */
};

static void
on_connect(struct mosquitto *mosq, void *arg, int code, int flags)
{
	struct mqtt *m = arg;

	(void)mosq;
	if (code != 0) {
		log_error("mqtt", "%s:%s refused us: %s", m->host, m->port, mosquitto_connack_string(code));
		return;
	}
	m->connected = true;
	m->said_down = false;
	m->pause = 0;
	if (m->o.on_connect != NULL)
		m->o.on_connect(m->o.arg, (flags & 1) != 0);
}

static void
on_disconnect(struct mosquitto *mosq, void *arg, int code)
{
	struct mqtt *m = arg;

	(void)mosq;
	if (m->connected && code != 0)
		log_warn("mqtt", "%s:%s: connection lost: %s", m->host, m->port, mosquitto_strerror(code));
	m->connected = false;
	m->subscribing = 0;
	m->refused = false;
	if (m->o.on_disconnect != NULL)
		m->o.on_disconnect(m->o.arg);
}

static void
on_subscribe(struct mosquitto *mosq, void *arg, int mid, int n, const int *granted)
{
	struct mqtt *m = arg;
	int i;

	(void)mosq;
	(void)mid;
	for (i = 0; i < n; i++)
		if (granted[i] >= REFUSED) {
			log_error("mqtt", "%s:%s refuses a subscription: its access rules do not let us listen",
			    m->host, m->port);
			m->refused = true;
		}
	if (--m->subscribing == 0 && m->o.on_subscribed != NULL)
		m->o.on_subscribed(m->o.arg, !m->refused);
}

/* It is in memory already, but goes no further: what it would cost to read it is unknown. */
static void
refuse(struct mqtt *m, const struct mosquitto_message *in)
{
	metric_add_label(METRIC_MQTT_DROPPED, "size", 1);
	if (clock_mono_us() < m->complain_at)
		return;
	m->complain_at = clock_mono_us() + COMPLAIN_US;
	log_warn("mqtt", "%.200s: message of %d bytes dropped: at most %zu are read (MQTT_MAX_MESSAGE_SIZE)",
	    in->topic, in->payloadlen, m->o.max_message);
}

static void
on_message(struct mosquitto *mosq, void *arg, const struct mosquitto_message *in)
{
	struct mqtt *m = arg;
	struct mqtt_message out = {
		.topic = in->topic, .payload = in->payloadlen > 0 ? in->payload : "",
		.len = (size_t)in->payloadlen, .qos = in->qos, .retain = in->retain,
	};

	(void)mosq;
	m->dispatched++;
	if (m->o.max_message > 0 && out.len > m->o.max_message)
		refuse(m, in);
	else if (m->o.on_message != NULL)
		m->o.on_message(m->o.arg, &out);
}

static void
on_publish(struct mosquitto *mosq, void *arg, int mid)
{
	struct mqtt *m = arg;

	(void)mosq;
	if (m->o.on_publish != NULL)
		m->o.on_publish(m->o.arg, mid);
}

/* Splits the URL; user and password go to the library. */
static enum rc
parse_url(struct mqtt *m, const char *url, bool *tls, struct fault *f)
{
	char text[512], *rest, *at, *colon, *password;

	*tls = strncmp(url, "mqtts://", 8) == 0;
	if (!*tls && strncmp(url, "mqtt://", 7) != 0)
		return fault_set(f, RC_INVALID, "MQTT_URL", "must begin with mqtt:// or mqtts://");
	if (strlcpy(text, url + (*tls ? 8 : 7), sizeof(text)) >= sizeof(text))
		return fault_set(f, RC_INVALID, "MQTT_URL", "is too long");
	rest = text;
	if ((at = strrchr(text, '@')) != NULL) {
		*at = '\0';
		rest = at + 1;
		if ((password = strchr(text, ':')) != NULL)
			*password++ = '\0';
		mosquitto_username_pw_set(m->mosq, text, password);
	}
	rest[strcspn(rest, "/")] = '\0';
	colon = strrchr(rest, ':');
	if (colon != NULL && strchr(colon, ']') == NULL)
		*colon++ = '\0';
	else
		colon = NULL;
	if (rest[0] == '[' && rest[strlen(rest) - 1] == ']') {
		rest[strlen(rest) - 1] = '\0';
		rest++;
	}
	strlcpy(m->host, rest, sizeof(m->host));
	strlcpy(m->port, colon != NULL ? colon : *tls ? "8883" : "1883", sizeof(m->port));
	token_wipe(text, sizeof(text));
	if (m->host[0] == '\0' || strtonum(m->port, 1, 65535, NULL) == 0)
		return fault_set(f, RC_INVALID, "MQTT_URL", "must name a host and a port from 1 to 65535");
	return RC_OK;
}

static void
library_start(void)
{
	mosquitto_lib_init();
}

enum rc
mqtt_open(const struct mqtt_options *o, struct mqtt **out, struct fault *f)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct mqtt *m;
	bool tls;
	enum rc rc;

	pthread_once(&once, library_start);
	m = mem_xcalloc(1, sizeof(*m));
	m->o = *o;
	m->mosq = mosquitto_new(o->client_id, o->clean, m);
	if (m->mosq == NULL) {
		free(m);
		return fault_set(f, RC_INVALID, "MQTT_CLIENT_ID", "is no client id: %s", strerror(errno));
	}
	if ((rc = parse_url(m, o->url, &tls, f)) != RC_OK) {
		mqtt_close(m);
		return rc;
	}
	if (tls)
		mosquitto_tls_set(m->mosq, NULL, "/etc/ssl/certs", NULL, NULL, NULL);
	mosquitto_int_option(m->mosq, MOSQ_OPT_TCP_NODELAY, 1);
	/* In its threaded mode the library only queues packets; mqtt_write sends them. */
	if (o->hold_acks)
		mosquitto_threaded_set(m->mosq, true);
	mosquitto_connect_with_flags_callback_set(m->mosq, on_connect);
	mosquitto_disconnect_callback_set(m->mosq, on_disconnect);
	mosquitto_subscribe_callback_set(m->mosq, on_subscribe);
	mosquitto_message_callback_set(m->mosq, on_message);
	mosquitto_publish_callback_set(m->mosq, on_publish);
	*out = m;
	return RC_OK;
}

/*
 * Waits until the broker has read all and closed: a socket that is closed while messages lie unread in it
 * resets the connection, and acknowledgements that the broker has not read yet would be lost.
 */
static void
linger(int fd)
{
	int64_t end = clock_mono_us() + LINGER_MS * 1000;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char unread[4096];

	shutdown(fd, SHUT_WR);
	while (clock_mono_us() < end && poll(&p, 1, LINGER_MS) == 1)
		if (recv(fd, unread, sizeof(unread), 0) <= 0)
			break;
	close(fd);
}

void
mqtt_close(struct mqtt *m)
{
	int fd;

	if (m == NULL)
		return;
	if (m->connected) {
		fd = dup(mqtt_fd(m));	/* the library closes its own behind the last packet */
		m->o.on_disconnect = NULL;
		mosquitto_disconnect(m->mosq);
		mqtt_write(m);
		if (fd != -1)
			linger(fd);
	}
	mosquitto_destroy(m->mosq);
	free(m);
}

void
mqtt_drop(struct mqtt *m)
{
	int fd = mqtt_fd(m);

	if (fd != -1)
		shutdown(fd, SHUT_RDWR);
	m->connected = false;
}

/* Whether somebody accepts TCP connections there: the library's own attempt could block for minutes. */
static bool
probe(const struct mqtt *m)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *list, *i;
	struct pollfd p = { .events = POLLOUT };
	socklen_t len = sizeof(int);
	int error = -1;

	if (getaddrinfo(m->host, m->port, &hints, &list) != 0)
		return false;
	for (i = list; i != NULL && error != 0; i = i->ai_next) {
		p.fd = socket(i->ai_family, i->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (p.fd == -1)
			continue;
		if (connect(p.fd, i->ai_addr, i->ai_addrlen) == 0)
			error = 0;
		else if (errno == EINPROGRESS && poll(&p, 1, CONNECT_MS) == 1)
			getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &error, &len);
		close(p.fd);
	}
	freeaddrinfo(list);
	return error == 0;
}

static void
try_connect(struct mqtt *m)
{
	int code = MOSQ_ERR_CONN_REFUSED;

	if (probe(m))
		code = mosquitto_connect(m->mosq, m->host, (int)strtonum(m->port, 1, 65535, NULL),
		    KEEPALIVE_SECONDS);
	m->pause = m->pause == 0 ? 250000 : m->pause * 2 > PAUSE_MAX_US ? PAUSE_MAX_US : m->pause * 2;
	m->retry_at = clock_mono_us() + m->pause;
	if (code == MOSQ_ERR_SUCCESS) {
		mqtt_write(m);
		return;
	}
	if (!m->said_down)
		log_warn("mqtt", "%s:%s cannot be reached: %s; trying again", m->host, m->port,
		    mosquitto_strerror(code));
	m->said_down = true;
}

void
mqtt_tick(struct mqtt *m)
{
	if (mqtt_fd(m) == -1) {
		if (clock_mono_us() >= m->retry_at)
			try_connect(m);
		return;
	}
	mosquitto_loop_misc(m->mosq);
}

bool
mqtt_connected(const struct mqtt *m)
{
	return m != NULL && m->connected;
}

int
mqtt_fd(const struct mqtt *m)
{
	return mosquitto_socket(m->mosq);
}

bool
mqtt_want_write(const struct mqtt *m)
{
	return mosquitto_want_write(m->mosq);
}

int
mqtt_read(struct mqtt *m, int max)
{
	int before;

	m->dispatched = 0;
	do {
		before = m->dispatched;
		if (mosquitto_loop_read(m->mosq, 1) != MOSQ_ERR_SUCCESS)
			break;
	} while (m->dispatched > before && m->dispatched < max);
	return m->dispatched;
}

void
mqtt_write(struct mqtt *m)
{
	mosquitto_loop_write(m->mosq, 1);
}

enum rc
mqtt_subscribe(struct mqtt *m, const char *const *topics, size_t n, int qos)
{
	int code = MOSQ_ERR_SUCCESS;
	size_t i, step;

	for (i = 0; i < n && code == MOSQ_ERR_SUCCESS; i += step) {
		step = n - i < 100 ? n - i : 100;
		code = mosquitto_subscribe_multiple(m->mosq, NULL, (int)step, (char *const *)(topics + i),
		    qos, 0, NULL);
		m->subscribing += code == MOSQ_ERR_SUCCESS;
	}
	return code == MOSQ_ERR_SUCCESS ? RC_OK : RC_DOWN;
}

enum rc
mqtt_unsubscribe(struct mqtt *m, const char *const *topics, size_t n)
{
	int code = MOSQ_ERR_SUCCESS;
	size_t i, step;

	for (i = 0; i < n && code == MOSQ_ERR_SUCCESS; i += step) {
		step = n - i < 100 ? n - i : 100;
		code = mosquitto_unsubscribe_multiple(m->mosq, NULL, (int)step, (char *const *)(topics + i),
		    NULL);
	}
	return code == MOSQ_ERR_SUCCESS ? RC_OK : RC_DOWN;
}

enum rc
mqtt_publish(struct mqtt *m, const char *topic, const void *payload, size_t len, int qos, bool retain,
    int *mid)
{
	if (!m->connected)
		return RC_DOWN;
	switch (mosquitto_publish(m->mosq, mid, topic, (int)len, payload, qos, retain)) {
	case MOSQ_ERR_SUCCESS:
		return RC_OK;
	case MOSQ_ERR_INVAL:
	case MOSQ_ERR_MALFORMED_UTF8:
	case MOSQ_ERR_PAYLOAD_SIZE:
		return RC_INVALID;
	default:
		return RC_DOWN;
	}
}

bool
mqtt_topic_matches(const char *filter, const char *topic)
{
	bool yes = false;

	return mosquitto_topic_matches_sub(filter, topic, &yes) == MOSQ_ERR_SUCCESS && yes;
}

bool
mqtt_topic_is_filter(const char *topic)
{
	return strpbrk(topic, "+#") != NULL;
}
