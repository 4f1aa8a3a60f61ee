/* SPDX-License-Identifier: ISC
 *
 * MQTT 3.1.1 at its barest, so that the load generator costs less than what it loads: packets are
 * built into one buffer and written many at a time. QoS 0 out, anything in; blocking.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	int		 fd;
	unsigned char	 out[65536];	/* packets not written yet */
	size_t		 out_len;
	unsigned char	 in[65536];
	size_t		 in_len, in_used;
};

struct wire_message {
	const char	*topic;
	size_t		 topic_len;
	const char	*payload;
	size_t		 len;
};

/* Connects to 127.0.0.1:port with a clean session; ends the program when that fails. */
struct wire *wire_open(int port, const char *client_id);
void wire_close(struct wire *w);
/* Waits for the acknowledgement. */
void wire_subscribe(struct wire *w, const char *filter);
/* Queued until wire_flush or a full buffer. */
void wire_publish(struct wire *w, const char *topic, const char *payload, size_t len, bool retain);
void wire_flush(struct wire *w);
/* The next message, text valid until the next call. False when none came for timeout_ms. */
bool wire_read(struct wire *w, int timeout_ms, struct wire_message *m);

#endif
