/* SPDX-License-Identifier: ISC
 *
 * A message of a device on its way through the house.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/js.h"

/* One message as it came from the broker. */
struct message {
	const char	*topic;
	const char	*payload;	/* NUL-terminated behind len */
	size_t		 len;
	int		 qos;
	bool		 retain;	/* it was kept, by the broker or by us: it tells of then, not of now */
	int64_t		 now_ms;
	struct js	*json;		/* the payload parsed, once somebody asked: message_json() */
	bool		 json_tried;
};

/* The payload as JSON (any value), or NULL when it is none. Parsed at most once per message. */
const struct js *message_json(struct message *m);
/*
 * json, which is the payload's (or NULL when it is none), is an object. RC_INVALID, RC_TOO_LARGE with *f: why not.
 */
enum rc message_object(const struct message *m, const struct js *json, struct fault *f);

#endif
