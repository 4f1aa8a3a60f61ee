/* SPDX-License-Identifier: ISC
 *
 * libmosquitto behind simulator_mqtt.h.
 */
#include <errno.h>
#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/clock.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "workers/simulator_mqtt.h"

#define KEEPALIVE 30  /* s */
#define RETRY 1000000 /* us between attempts to connect */

struct simulator_mqtt {
	struct simulator_mqtt_options options;
	struct mosquitto *mosq;
	char *host;
	int port;
	bool connected;
	bool tried;	  /* mosquitto knows the address */
	bool complained;  /* about a broker that is not there */
	int64_t next_try; /* clock_mono_us */
	unsigned long published, delivered;
};

static void
on_connect(struct mosquitto *mosq, void *arg, int code)
{
	struct simulator_mqtt *m = arg;

	(void)mosq;
	if (code != 0) {
		log_error("mqtt", "%s: %s", m->options.url, mosquitto_connack_string(code));
		return;
	}
	log_info("mqtt", "connected to %s:%d", m->host, m->port);
	m->connected = true;
	m->complained = false;
	m->published = m->delivered = 0;
	m->options.connected(m->options.arg);
}

static void
on_disconnect(struct mosquitto *mosq, void *arg, int code)
{
	struct simulator_mqtt *m = arg;

	(void)mosq;
	if (m->connected && code != 0)
		log_warn("mqtt", "connection lost: %s", mosquitto_strerror(code));
	m->connected = false;
}

static void
on_publish(struct mosquitto *mosq, void *arg, int id)
{
	struct simulator_mqtt *m = arg;

	(void)mosq;
	(void)id;
	m->delivered++;
}

static void
on_message(struct mosquitto *mosq, void *arg, const struct mosquitto_message *message)
{
	struct simulator_mqtt *m = arg;
	char *text = mem_xstrndup(
	    message->payload != NULL ? message->payload : "", (size_t)message->payloadlen);

	(void)mosq;
	m->options.message(
	    m->options.arg, message->topic, text, (size_t)message->payloadlen, message->retain);
	free(text);
}

/* [user[:password]@]host[:port] behind the scheme; text is cut to pieces. */
static enum rc
parse_authority(struct simulator_mqtt *m, char *text, int port, struct fault *f)
{
	char *at = strrchr(text, '@'), *colon, *end, *password = NULL;
	long n;

	if (at != NULL) {
		*at = '\0';
		if ((password = strchr(text, ':')) != NULL)
			*password++ = '\0';
		if (mosquitto_username_pw_set(m->mosq, text, password) != MOSQ_ERR_SUCCESS)
			return fault_set(f, RC_INVALID, "mqtt", "bad user name or password");
		text = at + 1;
	}
	text[strcspn(text, "/")] = '\0';
	m->port = port;
	if ((colon = strrchr(text, ':')) != NULL) {
		*colon++ = '\0';
		errno = 0;
		n = strtol(colon, &end, 10);
		if (*end != '\0' || end == colon || n < 1 || n > 65535)
			return fault_set(f, RC_INVALID, "mqtt", "bad port \"%s\"", colon);
		m->port = (int)n;
	}
	if (*text == '\0')
		return fault_set(f, RC_INVALID, "mqtt", "no host in the url");
	m->host = mem_xstrdup(text);
	return RC_OK;
}

static enum rc
parse_url(struct simulator_mqtt *m, const char *url, struct fault *f)
{
	bool tls = strncmp(url, "mqtts://", 8) == 0;
	char *text;
	enum rc rc;

	if (!tls && strncmp(url, "mqtt://", 7) != 0)
		return fault_set(
		    f, RC_INVALID, "mqtt", "\"%s\" is no mqtt:// or mqtts:// url", url);
	text = mem_xstrdup(url + (tls ? 8 : 7));
	rc = parse_authority(m, text, tls ? 8883 : 1883, f);
	free(text);
	if (rc == RC_OK && tls &&
	    mosquitto_tls_set(m->mosq, NULL, "/etc/ssl/certs", NULL, NULL, NULL) != 0)
		return fault_set(f, RC_UNSUPPORTED, "mqtt", "TLS is not available");
	return rc;
}

enum rc
simulator_mqtt_open(
    const struct simulator_mqtt_options *o, struct simulator_mqtt **out, struct fault *f)
{
	struct simulator_mqtt *m = mem_xcalloc(1, sizeof(*m));
	enum rc rc;

	mosquitto_lib_init();
	m->options = *o;
	if ((m->mosq = mosquitto_new(NULL, true, m)) == NULL) {
		free(m);
		return fault_set(f, RC_ERROR, NULL, "libmosquitto: %s", strerror(errno));
	}
	if ((rc = parse_url(m, o->url, f)) != RC_OK) {
		simulator_mqtt_close(m);
		return rc;
	}
	mosquitto_connect_callback_set(m->mosq, on_connect);
	mosquitto_disconnect_callback_set(m->mosq, on_disconnect);
	mosquitto_publish_callback_set(m->mosq, on_publish);
	mosquitto_message_callback_set(m->mosq, on_message);
	mosquitto_int_option(m->mosq, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_will_set(m->mosq, o->will_topic, (int)strlen(o->will), o->will, 1, true);
	*out = m;
	return RC_OK;
}

void
simulator_mqtt_close(struct simulator_mqtt *m)
{
	if (m == NULL)
		return;
	mosquitto_disconnect(m->mosq);
	mosquitto_destroy(m->mosq);
	mosquitto_lib_cleanup();
	free(m->host);
	free(m);
}

void
simulator_mqtt_subscribe(struct simulator_mqtt *m, const char *filter)
{
	mosquitto_subscribe(m->mosq, NULL, filter, 1);
}

void
simulator_mqtt_publish(struct simulator_mqtt *m, const char *topic, const void *payload, size_t len,
    int qos, bool retain)
{
	if (!m->connected)
		return;
	if (mosquitto_publish(m->mosq, NULL, topic, (int)len, payload, qos, retain) ==
	    MOSQ_ERR_SUCCESS)
		m->published++;
}

static void
reconnect(struct simulator_mqtt *m)
{
	int64_t now = clock_mono_us();
	int code;

	if (now < m->next_try)
		return;
	m->next_try = now + RETRY;
	code = m->tried ? mosquitto_reconnect(m->mosq)
			: mosquitto_connect(m->mosq, m->host, m->port, KEEPALIVE);
	m->tried = true;
	if (code != MOSQ_ERR_SUCCESS && !m->complained) {
		log_warn("mqtt", "no broker at %s:%d: %s (trying again every second)", m->host,
		    m->port, code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code));
		m->complained = true;
	}
}

void
simulator_mqtt_wait(struct simulator_mqtt *m, int ms)
{
	int code = mosquitto_loop(m->mosq, ms, 1);

	if (code == MOSQ_ERR_SUCCESS)
		return;
	m->connected = false;
	reconnect(m);
	if (mosquitto_socket(m->mosq) < 0)
		nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

bool
simulator_mqtt_drained(const struct simulator_mqtt *m)
{
	return m->connected && m->delivered >= m->published && !mosquitto_want_write(m->mosq);
}
