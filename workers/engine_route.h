/* SPDX-License-Identifier: ISC
 *
 * Topics and who listens to them: what engine_route.c keeps and engine_mqtt.c walks with each message.
 */
#ifndef ENGINE_ROUTE_H
#define ENGINE_ROUTE_H

#include "workers/engine.h"

#define FILTERS_MAX 32

/* There are several of each entity, so they stand close together. */
struct route_use {
	struct live	*live;
	uint16_t	 topic;		/* number in its binding's list */
} __attribute__((packed));

struct route {
	const char	*topic;		/* may hold wildcards; of a binding that uses the route */
	struct route_use *uses;		/* &one while there is one */
	struct route_use one;
	uint32_t	 n, room;	/* entries of uses, and how many fit */
	uint32_t	 len;		/* of its last message, all of it */
	uint32_t	 cap;		/* of last; 0: none was kept */
	uint32_t	 came;		/* when last came, UTC seconds */
	bool		 retain;
	bool		 told;		/* before this route was there, to whoever listened then */
	char		*last;		/* route_kept(len) bytes and a NUL, for entities that come later */
};

/* The last message on a topic that no entity listens to: its announcement may come later. */
struct parked {
	char		*topic;
	char		*payload;	/* route_kept(len) bytes and a NUL */
	size_t		 len;
	uint32_t	 came;		/* UTC seconds */
	bool		 retain;
	bool		 told;		/* somebody listened when it came */
	struct parked	*prev, *next;	/* the order they came in */
};

struct filter {
	char			 topic[256];
	size_t			 literal;	/* bytes before its first wildcard */
	const struct adapter_ops *family;
	const char	*tail;		/* what follows the last wildcard, in topic */
	size_t		 tail_len;
};

struct route_table {
	struct map	 exact;		/* struct route by topic */
	struct route	**wild;		/* those with wildcards */
	size_t		 n_wild;
	struct map	 parked;	/* by topic; none that is in exact */
	struct parked	*oldest, *newest;
	size_t		 parked_bytes;
	struct filter	 filters[FILTERS_MAX];	/* where announcements come in */
	size_t		 n_filters;
	struct map	 asked;		/* topics whose retained message was asked for, or will be once connected */
	struct timer	 unask;
};

/* How many bytes of a payload of len are kept: all, or the beginning of one that is large. */
size_t route_kept(size_t len);
/* Keeps it as the last one of its topic. */
void route_remember(struct route *r, const struct mqtt_message *m, int64_t now_ms);
/* Nobody listens to just its topic yet. taken: a wildcard does, so only what waits already is renewed. */
void route_park(struct route_table *t, const struct mqtt_message *m, int64_t now_ms, bool taken);
void routes_free(struct route_table *t);

/* ---- engine_mqtt.c ---- */

/* Has l decode a message on its topic of that number. */
void engine_deliver(struct engine *e, struct live *l, size_t topic, struct message *m);

#endif
