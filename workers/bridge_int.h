/* SPDX-License-Identifier: ISC
 *
 * Inside the bridge: one loop, its clients, what they subscribed to, the feed of events.
 *
 *	bridge.c		start, the loop, the clock's part
 *	bridge_http.c		who may connect
 *	bridge_client.c		connections: life, writing, death
 *	bridge_message.c	what a client says, and the answers
 *	bridge_filter.c		which subscriptions want an event
 *	bridge_feed.c		the event log: live, and from `since` on
 */
#ifndef BRIDGE_INT_H
#define BRIDGE_INT_H

#include "shared/adapters/net_bell.h"
#include "shared/adapters/net_http.h"
#include "shared/adapters/net_ws.h"
#include "shared/adapters/program.h"
#include "shared/base/map.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "shared/domain/session.h"

#define CLIENT_SUBS 32		/* subscriptions of one client */
#define SUB_NAMES 1000		/* entities, areas of one subscription */
#define MESSAGE_MAX 65536	/* bytes a client may say at a time */
#define MESSAGE_MAX_STRANGER 4096	/* before it is known */
#define KINDS 64

struct bridge;
struct client;

struct sub {
	struct client	*client;
	struct sub	*next;		/* of the client */
	struct sub	*next_replay;
	char		*id;		/* as the client gave it, JSON */
	struct ws_text	*head;		/* {"type":"event","id":ID,"event": */
	uint64_t	 kinds;		/* bit per kind, 0: all */
	char		**entities, **areas;	/* sorted */
	size_t		 n_entities, n_areas;
	int64_t		 cursor;	/* last event delivered or passed over */
	bool		 live;		/* gets events as they come, else out of the log */
	bool		 queued;	/* in the list of replays */
};

struct client {
	struct bridge	*bridge;
	struct client	*next, **prev;
	struct client	*next_dirty;
	struct ws	*ws;
	struct sub	*subs;
	int64_t		 token;		/* row, 0: not known yet */
	bool		 manages;	/* may see what is secret */
	int64_t		 expires;	/* UTC ms, 0: never */
	int64_t		 heard;		/* monotonic seconds */
	int64_t		 pinged;
	int64_t		 moved;		/* when a byte last went out, or nothing waited */
	int64_t		 until;		/* closing or not known: gone by then; 0 */
	int		 n_subs;
	int		 errors;
	bool		 dirty, watching, dead;
};

struct list {
	char		*key;
	struct sub	**v;
	size_t		 n, cap;
};

struct filter {
	struct list	 any, kinds[KINDS];
	struct map	 entities, areas;	/* name -> list */
	struct map	 places;		/* entity row -> area id, "" for none */
};

struct bridge {
	struct program	 program;
	struct core	*core;
	struct http_server *http;
	struct bell	*bell;
	struct ws_pool	*pool;
	struct client	*clients, *dirty;
	struct sub	*replays, **replays_end;
	struct filter	 filter;
	struct mem_arena *arena;	/* of the message or event at hand */
	struct buf	 text;
	struct metric_series *sent;
	struct ws_text	*event[2];	/* the event at hand as JSON, once somebody wants it; 1: with what is secret */
	int64_t		 live;		/* last event that was handed out */
	bool		 recheck;	/* tokens were changed */
	int64_t		 now;		/* monotonic seconds */
	int64_t		 n_clients, max_clients;
	int64_t		 ping_every;	/* seconds; twice that without a byte from a client: it is dead */
	int		 epoll;
};

/* bridge_http.c: arg is the bridge */
void bridge_request(const struct http_request *r, struct http_answer *a, void *arg);

/* bridge_client.c */
extern const struct ws_events client_events;
/* known: NULL for one that has to say who it is. */
void client_new(struct bridge *b, int fd, const struct identity *known, const char *extra, size_t n);
void client_ready(struct client *c, uint32_t events);	/* the socket is */
void client_known(struct client *c, const struct identity *id);
void client_say(struct client *c, const struct buf *json);
void client_close(struct client *c, int code, const char *reason, const char *metric);
/* The same, but behind what was said before. */
void client_finish(struct client *c, int code, const char *reason, const char *metric);
void client_dirty(struct client *c);
void client_unsubscribe(struct client *c, struct sub *s);
/* Writes to everybody who got something, and buries the dead. */
void clients_flush(struct bridge *b);
/* Once a second: pings, deadlines, tokens that have expired. */
void clients_sweep(struct bridge *b);
/* Tokens were changed: whoever's is gone is closed. */
void clients_recheck(struct bridge *b);
void clients_free(struct bridge *b);

/* bridge_message.c */
void message_handle(struct client *c, const char *p, size_t n);
void message_auth_ok(struct client *c);

/* bridge_filter.c */
void filter_add(struct bridge *b, struct sub *s);
void filter_remove(struct bridge *b, struct sub *s);
bool filter_matches(struct bridge *b, const struct sub *s, const struct store_event *e);
/* Calls fn for each live subscription that wants e; one may be called twice. */
void filter_each(struct bridge *b, const struct store_event *e,
    void (*fn)(struct sub *s, void *arg), void *arg);
/* e tells of an entity, a device or an area: the places of what it concerns are looked up again. */
void filter_learn(struct bridge *b, const struct store_event *e);
void filter_free(struct bridge *b);

/* bridge_feed.c */
/* Hands out what was committed since. True: there is more. */
bool feed_live(struct bridge *b);
/* A turn for those who are behind. */
void feed_replays(struct bridge *b);
/* s goes on behind event `cursor`, out of the log until it has caught up. */
void feed_follow(struct bridge *b, struct sub *s, int64_t cursor);
/* Room was made in the client's queue: its subscriptions that wait go on. */
void feed_resume(struct client *c);
void feed_drop(struct bridge *b, struct sub *s);

#endif
