/* SPDX-License-Identifier: ISC
 *
 * MQTT over libmosquitto (owned here), for an epoll loop of the caller: no thread, no blocking beyond
 * the connection attempt (at most one second). TCP_NODELAY is set: without it a QoS 1 message
 * waits 40 ms for a delayed acknowledgement.
 *
 * With hold_acks, acknowledgements of QoS 1 messages are only queued while reading; they leave with
 * mqtt_write(). So the caller commits first and acknowledges then.
 */
#ifndef NET_MQTT_H
#define NET_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/rc.h"

struct mqtt;

struct mqtt_message {
	const char	*topic;
	const char	*payload;	/* NUL-terminated behind len; "" when empty */
	size_t		 len;
	int		 qos;
	bool		 retain;
};

struct mqtt_options {
	const char	*url;		/* mqtt[s]://[user:password@]host[:port] */
	const char	*client_id;
	bool		 clean;		/* the broker forgets us when we go */
	bool		 hold_acks;
	size_t		 max_message;	/* longer payloads are dropped, counted and logged; 0: any length */
	/* Callbacks get arg; any may be NULL. */
	void		(*on_connect)(void *arg, bool session_present);
	/* All subscriptions so far were acknowledged. granted: none of them was refused. */
	void		(*on_subscribed)(void *arg, bool granted);
	void		(*on_disconnect)(void *arg);
	void		(*on_message)(void *arg, const struct mqtt_message *m);
	void		(*on_publish)(void *arg, int mid);	/* QoS 1: acknowledged; QoS 0: written */
	void		*arg;
};

/* RC_INVALID for a bad URL. Connects with the first mqtt_tick. */
enum rc mqtt_open(const struct mqtt_options *o, struct mqtt **out, struct fault *f);
/* Says goodbye when connected (no will is sent) and frees. NULL is legal. */
void mqtt_close(struct mqtt *m);
/* Breaks the connection without a word: what is queued, held acknowledgements too, is never sent. */
void mqtt_drop(struct mqtt *m);

/* To be called about once a second: keep-alive, and reconnecting with a growing pause (1 to 30 s). */
void mqtt_tick(struct mqtt *m);
bool mqtt_connected(const struct mqtt *m);	/* the broker accepted us; false for NULL */
int mqtt_fd(const struct mqtt *m);		/* -1 while there is no connection; may change */
bool mqtt_want_write(const struct mqtt *m);
/* Reads and dispatches what is there, at most `max` messages; the number dispatched. */
int mqtt_read(struct mqtt *m, int max);
void mqtt_write(struct mqtt *m);		/* sends what is queued */

enum rc mqtt_subscribe(struct mqtt *m, const char *const *topics, size_t n, int qos);
enum rc mqtt_unsubscribe(struct mqtt *m, const char *const *topics, size_t n);
/* RC_DOWN while there is no connection. mid may be NULL. */
enum rc mqtt_publish(struct mqtt *m, const char *topic, const void *payload, size_t len, int qos,
    bool retain, int *mid);

/* MQTT 3.1.1 section 4.7. */
bool mqtt_topic_matches(const char *filter, const char *topic);
bool mqtt_topic_is_filter(const char *topic);	/* it has wildcards */

#endif
