/* SPDX-License-Identifier: ISC
 *
 * The demo house's own connection to the broker (owns libmosquitto in this program). It comes back
 * by itself whenever the broker does. One thread: everything happens inside simulator_mqtt_wait().
 */
#ifndef SIMULATOR_MQTT_H
#define SIMULATOR_MQTT_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/rc.h"

struct simulator_mqtt;

struct simulator_mqtt_options {
	const char *url;	/* mqtt://[user[:password]@]host[:port], mqtts:// for TLS */
	const char *will_topic; /* retained, QoS 1, when the connection is lost */
	const char *will;
	void (*connected)(void *arg); /* after each successful connect */
	void (*message)(void *arg, const char *topic, const char *payload, size_t len,
	    bool retained); /* payload is NUL-terminated behind len */
	void *arg;
};

/* RC_INVALID for a url it does not understand. Does not wait for the broker. */
enum rc simulator_mqtt_open(
    const struct simulator_mqtt_options *o, struct simulator_mqtt **out, struct fault *f);
/* Says goodbye without the last will. NULL is legal. */
void simulator_mqtt_close(struct simulator_mqtt *m);
void simulator_mqtt_subscribe(struct simulator_mqtt *m, const char *filter);
/* Dropped while there is no connection: who connects sends everything again. */
void simulator_mqtt_publish(struct simulator_mqtt *m, const char *topic, const void *payload,
    size_t len, int qos, bool retain);
/* Handles what comes in for up to ms; reconnects when needed. */
void simulator_mqtt_wait(struct simulator_mqtt *m, int ms);
/* True when the broker has everything that was published. */
bool simulator_mqtt_drained(const struct simulator_mqtt *m);

#endif
