/* SPDX-License-Identifier: ISC
 *
 * The broker side of the engine. One connection with a persistent session receives everything and holds
 * its acknowledgements until the commit; a second one sends, so that a reaction never waits behind an
 * acknowledgement, and asks for single retained messages. Topics lead to entities by a hash table.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "workers/engine.h"

#define PARKED_BYTES (256 * 1024)	/* of messages nobody listens to yet */
#define PARKED_ONE 16384
#define FILTERS_MAX 32
#define ASK_MS 5000
#define NOW_S 10		/* a message that waited longer for its entity tells of then, not of now */

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
	uint32_t	 len, cap;	/* of last; cap 0: none was kept */
	uint32_t	 came;		/* when last came, UTC seconds */
	bool		 retain;
	char		*last;		/* payload of its last message, for entities that come later */
};

/* The last message on a topic that no entity listens to: its announcement may come later. */
struct parked {
	char		*topic;
	char		*payload;
	size_t		 len;
	uint32_t	 came;		/* UTC seconds */
	bool		 retain;
	struct parked	*next;		/* the order they came in */
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
	struct map	 parked;
	struct parked	*oldest, **newest;
	size_t		 parked_bytes;
	struct filter	 filters[FILTERS_MAX];	/* where announcements come in */
	size_t		 n_filters;
	char		**asked;	/* topics whose retained message was asked for */
	size_t		 n_asked;
	struct timer	 unask;
};

/* ---- routes ---- */

static bool
is_wild(const char *topic)
{
	return strpbrk(topic, "+#") != NULL;
}

static struct route *
find_wild(const struct route_table *t, const char *topic)
{
	size_t i;

	for (i = 0; i < t->n_wild; i++)
		if (strcmp(t->wild[i]->topic, topic) == 0)
			return t->wild[i];
	return NULL;
}

static struct route *
route_get(struct route_table *t, const char *topic)
{
	bool wild = is_wild(topic);
	struct route *r = wild ? find_wild(t, topic) : map_get(&t->exact, topic);

	if (r != NULL)
		return r;
	r = mem_xcalloc(1, sizeof(*r));
	r->topic = topic;
	if (!wild) {
		map_put(&t->exact, r->topic, r);
		return r;
	}
	t->wild = mem_xrealloc(t->wild, t->n_wild + 1, sizeof(struct route *));
	t->wild[t->n_wild++] = r;
	return r;
}

static void
route_free(struct route *r)
{
	if (r->uses != &r->one)
		free(r->uses);
	free(r->last);
	free(r);
}

static void
route_use(struct route *r, struct live *l, size_t topic)
{
	struct route_use *old = r->uses == &r->one ? NULL : r->uses;

	if (r->room == 0) {
		r->uses = &r->one;
		r->room = 1;
	} else if (r->n == r->room) {	/* everything may listen to the state of one hub */
		r->room += r->room / 4 + 1;
		r->uses = mem_xrealloc(old, r->room, sizeof(*r->uses));
		if (old == NULL)
			r->uses[0] = r->one;
	}
	r->uses[r->n++] = (struct route_use){ l, (uint16_t)topic };
}

/* The binding that lent its topic may be gone: another use lends its own, which reads the same. */
static void
route_lend(struct route_table *t, struct route *r)
{
	const struct live *l = r->uses[0].live;

	r->topic = l->adapter->topic(l->binding, r->uses[0].topic).topic;
	if (!is_wild(r->topic))
		map_put(&t->exact, r->topic, r);
}

static void
route_drop(struct route_table *t, struct route *r)
{
	size_t i;

	if (!is_wild(r->topic))
		map_remove(&t->exact, r->topic);
	for (i = 0; i < t->n_wild; i++)
		if (t->wild[i] == r)
			t->wild[i--] = t->wild[--t->n_wild];
	route_free(r);
}

/* ---- one message ---- */

static void
deliver(struct engine *e, struct live *l, size_t topic, struct message *m)
{
	struct binding_state now = house_state(l);
	struct report r;
	struct fault f = { 0 };
	bool speaks;

	adapter_report_clear(&r);
	switch (l->adapter->decode(l->binding, topic, m, &now, e->arena, &r, &f)) {
	case REPORT_OK:
		speaks = !m->retain && (r.has_state || r.heard || r.n_attributes > 0 || r.event != 0);
		engine_report(e, l, &r, e->brought);
		if (speaks)
			engine_heard(e, l, l->last_changed == e->now_ms);
		break;
	case REPORT_BAD:
		metric_add_label(METRIC_MQTT_DROPPED, "payload", 1);
		log_debug(l->entity_id, "%s: message dropped: %s", m->topic, f.msg);
		break;
	default:
		break;
	}
}

static void
deliver_all(struct engine *e, const struct route *r, struct message *m)
{
	uint32_t i;

	for (i = 0; i < r->n; i++)
		if (r->uses[i].live->binding != NULL)
			deliver(e, r->uses[i].live, r->uses[i].topic, m);
}

static void
unpark(struct route_table *t, struct parked *p)
{
	map_remove(&t->parked, p->topic);
	t->parked_bytes -= p->len + sizeof(*p);
	free(p->topic);
	free(p->payload);
	free(p);
}

static void
unpark_oldest(struct route_table *t)
{
	struct parked *p = t->oldest;

	if ((t->oldest = p->next) == NULL)
		t->newest = &t->oldest;
	unpark(t, p);
}

static void
park(struct route_table *t, const struct mqtt_message *m, int64_t now_ms)
{
	struct parked *p = map_get(&t->parked, m->topic);

	if (m->len > PARKED_ONE)
		return;
	if (p == NULL) {
		p = mem_xcalloc(1, sizeof(*p));
		p->topic = mem_xstrdup(m->topic);
		map_put(&t->parked, p->topic, p);
		*t->newest = p;
		t->newest = &p->next;
		t->parked_bytes += sizeof(*p);
	} else {
		t->parked_bytes -= p->len;
		free(p->payload);
	}
	p->payload = mem_xbytes(m->payload, m->len);
	p->len = m->len;
	p->came = (uint32_t)(now_ms / 1000);
	p->retain = m->retain;
	t->parked_bytes += m->len;
	while (t->parked_bytes > PARKED_BYTES && t->oldest != p)
		unpark_oldest(t);
}

static void
remember(struct route *r, const struct mqtt_message *m, int64_t now_ms)
{
	if (m->len > PARKED_ONE)
		return;
	if (r->cap <= m->len) {
		r->cap = (uint32_t)m->len + 1;
		r->last = mem_xrealloc(r->last, r->cap, 1);
	}
	memcpy(r->last, m->payload, m->len);
	r->last[m->len] = '\0';
	r->len = (uint32_t)m->len;
	r->came = (uint32_t)(now_ms / 1000);
	r->retain = m->retain;
}

static bool
announced(struct engine *e, const struct mqtt_message *m)
{
	struct route_table *t = e->routes;
	size_t n = strlen(m->topic);
	const struct filter *f;

	/* Nearly every message is none: both ends tell that sooner than the match of all levels. */
	for (f = t->filters; f < t->filters + t->n_filters; f++)
		if (f->literal + f->tail_len <= n && memcmp(f->topic, m->topic, f->literal) == 0 &&
		    memcmp(f->tail, m->topic + n - f->tail_len, f->tail_len) == 0 &&
		    mqtt_topic_matches(f->topic, m->topic)) {
			record_announcement(e->recorder, f->family, m);
			return true;
		}
	return false;
}

/* Topics that begin so belong to the broker, and to what is brought to us otherwise. */
static bool
is_reserved(const char *topic)
{
	return topic[0] == '$';
}

static void
dispatch(struct engine *e, const struct mqtt_message *in)
{
	struct route_table *t = e->routes;
	struct route *r = map_get(&t->exact, in->topic);
	struct message m = {
		.topic = in->topic, .payload = in->payload, .len = in->len, .qos = in->qos,
		.retain = in->retain, .now_ms = e->now_ms,
	};
	bool taken = r != NULL;
	size_t i;

	mem_arena_reset(e->arena);
	e->topic = in->topic;
	if (r != NULL) {
		remember(r, in, e->now_ms);
		deliver_all(e, r, &m);
	}
	for (i = 0; i < t->n_wild; i++)
		if (mqtt_topic_matches(t->wild[i]->topic, in->topic)) {
			remember(t->wild[i], in, e->now_ms);
			deliver_all(e, t->wild[i], &m);
			taken = true;
		}
	js_free(m.json);
	if (e->hears_messages && !in->retain && !is_reserved(in->topic))
		engine_message(e, in);
	e->topic = NULL;
	/* Also when somebody listens there: a device that asks for # must not silence all others. */
	if (!announced(e, in) && !taken)
		park(t, in, e->now_ms);
}

void
engine_mqtt_inject(struct engine *e, const char *topic, const char *payload, size_t len, int64_t event)
{
	struct mqtt_message m = { .topic = topic, .payload = payload, .len = len };

	e->arrived_us = clock_mono_us();
	e->brought = late_new(event);
	dispatch(e, &m);
	late_free(e->brought);
	e->brought = NULL;
}

static void
on_message(void *arg, const struct mqtt_message *m)
{
	struct engine *e = arg;

	e->arrived_us = clock_mono_us();
	metric_add(METRIC_MQTT_MESSAGES, 1);
	if (m->qos > 0)
		e->held = true;
	if (!is_reserved(m->topic))
		dispatch(e, m);
}

/* On the sending connection only what the broker had kept is of interest. */
static void
on_asked(void *arg, const struct mqtt_message *m)
{
	struct engine *e = arg;

	if (!m->retain || is_reserved(m->topic))
		return;
	e->arrived_us = clock_mono_us();
	dispatch(e, m);
}

/* ---- listening ---- */

/* What was heard before the entity existed; false when nothing was. */
static bool
replay(struct engine *e, struct live *l, size_t number, const char *topic)
{
	struct route *r = map_get(&e->routes->exact, topic);
	const struct parked *p = map_get(&e->routes->parked, topic);
	struct message m = { .topic = topic, .now_ms = e->now_ms };
	uint32_t now = (uint32_t)(e->now_ms / 1000);

	if (r != NULL && r->cap > 0) {
		m.payload = r->last;
		m.len = r->len;
		m.retain = r->retain || now - r->came > NOW_S;
	} else if (p != NULL) {
		if (r != NULL)
			remember(r, &(struct mqtt_message){ .topic = topic, .payload = p->payload,
			    .len = p->len, .retain = p->retain }, (int64_t)p->came * 1000);
		m.payload = p->payload;
		m.len = p->len;
		m.retain = p->retain || now - p->came > NOW_S;
	} else
		return false;
	deliver(e, l, number, &m);
	js_free(m.json);
	return true;
}

void
engine_ask_kept(struct engine *e, const char *topic)
{
	struct route_table *t = e->routes;

	if (is_wild(topic) || !mqtt_connected(e->tx))
		return;
	if (mqtt_subscribe(e->tx, &topic, 1, 0) != RC_OK)
		return;
	t->asked = mem_xrealloc(t->asked, t->n_asked + 1, sizeof(char *));
	t->asked[t->n_asked++] = mem_xstrdup(topic);
	timer_start(&e->timers, &t->unask, e->now_ms + ASK_MS);
}

static void
unask(void *arg, int64_t now_ms)
{
	struct engine *e = arg;
	struct route_table *t = e->routes;
	size_t i;

	(void)now_ms;
	if (t->n_asked > 0 && mqtt_connected(e->tx))
		mqtt_unsubscribe(e->tx, (const char *const *)t->asked, t->n_asked);
	for (i = 0; i < t->n_asked; i++)
		free(t->asked[i]);
	t->n_asked = 0;
}

void
engine_route(struct engine *e, struct live *l, bool fresh)
{
	struct binding_info info;
	const char *topic;
	size_t i;

	if (l->binding == NULL)
		return;
	l->adapter->info(l->binding, &info);
	for (i = 0; i < info.n_topics; i++)
		route_use(route_get(e->routes, l->adapter->topic(l->binding, i).topic), l, i);
	for (i = 0; fresh && i < info.n_topics; i++) {
		topic = l->adapter->topic(l->binding, i).topic;
		if (!replay(e, l, i, topic))
			engine_ask_kept(e, topic);
	}
}

static struct route *
find_route(const struct engine *e, const char *topic)
{
	return is_wild(topic) ? find_wild(e->routes, topic) : map_get(&e->routes->exact, topic);
}

void
engine_unroute(struct engine *e, struct live *l)
{
	struct binding_info info;
	struct route *r;
	size_t i, j;

	if (l->binding == NULL)
		return;
	l->adapter->info(l->binding, &info);
	for (i = 0; i < info.n_topics; i++) {
		r = find_route(e, l->adapter->topic(l->binding, i).topic);
		for (j = 0; r != NULL && j < r->n; j++)
			if (r->uses[j].live == l)
				r->uses[j--] = r->uses[--r->n];
		if (r != NULL && r->n == 0)
			route_drop(e->routes, r);
		else if (r != NULL)
			route_lend(e->routes, r);
	}
}

static struct message
last_of(const struct route *r)
{
	return (struct message){ .topic = r->topic, .payload = r->last, .len = r->len, .retain = r->retain,
	    .now_ms = (int64_t)r->came * 1000 };
}

bool
engine_route_last(const struct engine *e, const char *topic, struct message *out)
{
	const struct route *r = find_route(e, topic);

	if (r == NULL || r->cap == 0)
		return false;
	*out = last_of(r);
	return true;
}

void
engine_route_each_last(const struct engine *e, void (*fn)(const struct message *m, void *arg), void *arg)
{
	struct message m;
	struct route *r;
	size_t i = 0;

	while ((r = map_next(&e->routes->exact, &i)) != NULL)
		if (r->cap > 0) {
			m = last_of(r);
			fn(&m, arg);
		}
	for (i = 0; i < e->routes->n_wild; i++)
		if (e->routes->wild[i]->cap > 0) {
			m = last_of(e->routes->wild[i]);
			fn(&m, arg);
		}
}

void
engine_route_keep(struct engine *e, const struct message *m)
{
	struct route *r = find_route(e, m->topic);
	struct mqtt_message in = { .topic = m->topic, .payload = m->payload, .len = m->len,
		.retain = m->retain };

	if (r != NULL && r->cap == 0)
		remember(r, &in, m->now_ms);
}

void
engine_ask(struct engine *e)
{
	struct binding_info info;
	struct binding_topic t;
	struct live *l;
	size_t i = 0, j;

	while ((l = map_next(&e->house.by_row, &i)) != NULL) {
		if (l->available || l->binding == NULL)
			continue;
		l->adapter->info(l->binding, &info);
		for (j = 0; j < info.n_topics; j++)
			if ((t = l->adapter->topic(l->binding, j)).availability)
				engine_ask_kept(e, t.topic);
	}
}

/* ---- connections ---- */

/* One connection of the two is not enough. */
static void
say_connected(const struct engine *e)
{
	metric_set(METRIC_MQTT_CONNECTED, mqtt_connected(e->rx) && mqtt_connected(e->tx));
}

static void
on_connect(void *arg, bool session_present)
{
	struct engine *e = arg;
	const char *all = conf_text(e->core.conf, CONF_MQTT_TOPICS);
	char *list = mem_xstrdup(all), *rest = list, *topic;
	const char *one;

	say_connected(e);
	log_info("mqtt", "connected, %s session", session_present ? "kept" : "new");
	while (!session_present && (topic = strsep(&rest, ",")) != NULL) {
		one = topic + strspn(topic, " ");
		if (*one != '\0' && mqtt_subscribe(e->rx, &one, 1, 1) != RC_OK)
			log_error("mqtt", "cannot subscribe to %s", one);
	}
	free(list);
}

static void
on_disconnect(void *arg)
{
	struct engine *e = arg;

	say_connected(e);
	metric_set(METRIC_LISTENING, 0);
	e->listening_ms = 0;
	e->held = e->held_writing = false;	/* what was not acknowledged comes again */
}

/* Tells hubs that are there already that somebody listens now: they report every state again. */
static void
say_hello(struct engine *e)
{
	char topic[300];

	snprintf(topic, sizeof(topic), "%s/status", conf_text(e->core.conf, CONF_MQTT_DISCOVERY_PREFIX));
	e->hello_ms = e->now_ms;
	mqtt_publish(e->tx, topic, "online", 6, 1, false, NULL);
}

static void
on_tx_connect(void *arg, bool session_present)
{
	struct engine *e = arg;

	(void)session_present;
	say_connected(e);
	if (e->hello)
		say_hello(e);
	e->hello = false;
	engine_ask(e);
	if (e->missed)
		engine_poll_all(e);
	e->missed = false;
	engine_command_resend(e);
}

static void
on_tx_disconnect(void *arg)
{
	struct engine *e = arg;

	say_connected(e);
	e->missed = true;
	engine_command_astray(e);
}

void
engine_hello(struct engine *e)
{
	if (mqtt_connected(e->tx))
		say_hello(e);
}

/* With a kept session nothing was missed, and the engine before may have listened for long. */
static void
listen_from_now(struct engine *e, bool session_present)
{
	double since = metric_get(METRIC_LISTENING, "");

	if (!session_present || since == 0)
		metric_set(METRIC_LISTENING, since = (double)e->now_ms / 1000);
	e->listening_ms = (int64_t)(since * 1000);
}

static void
on_rx_connect(void *arg, bool session_present)
{
	struct engine *e = arg;

	on_connect(arg, session_present);
	listen_from_now(e, session_present);
	if (session_present)
		return;
	if (mqtt_connected(e->tx))
		say_hello(e);
	else
		e->hello = true;
}

/* "a/#" matches "a" as well: what stands before it ends a level earlier. */
static void
set_ends(struct filter *f)
{
	const char *wild = f->topic + strcspn(f->topic, "+#"), *p;

	f->literal = (size_t)(wild - f->topic);
	if (*wild == '#' && f->literal > 0)
		f->literal--;
	f->tail = f->topic;
	for (p = f->topic; *p != '\0'; p++)
		if (*p == '+' || *p == '#')
			f->tail = p + 1;
	f->tail_len = *wild == '\0' ? 0 : strlen(f->tail);
}

static void
fill_filters(struct engine *e)
{
	const char *prefix = conf_text(e->core.conf, CONF_MQTT_DISCOVERY_PREFIX);
	struct route_table *t = e->routes;
	int i, j;

	for (i = 0; adapters[i] != NULL; i++)
		for (j = 0; t->n_filters < FILTERS_MAX && adapters[i]->announce_topic(j, prefix,
		    t->filters[t->n_filters].topic, sizeof(t->filters[0].topic)); j++) {
			set_ends(&t->filters[t->n_filters]);
			t->filters[t->n_filters++].family = adapters[i];
		}
}

void
engine_routes_open(struct engine *e)
{
	e->routes = mem_xcalloc(1, sizeof(*e->routes));
	e->routes->newest = &e->routes->oldest;
	e->routes->unask.fn = unask;
	e->routes->unask.arg = e;
	fill_filters(e);
}

enum rc
engine_mqtt_open(struct engine *e, struct fault *f)
{
	char id[200];
	struct mqtt_options rx = {
		.url = conf_text(e->core.conf, CONF_MQTT_URL),
		.client_id = conf_text(e->core.conf, CONF_MQTT_CLIENT_ID), .hold_acks = true,
		.max_message = (size_t)conf_int(e->core.conf, CONF_MQTT_MAX_MESSAGE_SIZE),
		.on_connect = on_rx_connect, .on_disconnect = on_disconnect, .on_message = on_message, .arg = e,
	}, tx = {
		.url = rx.url, .client_id = id, .clean = true, .max_message = rx.max_message,
		.on_connect = on_tx_connect, .on_disconnect = on_tx_disconnect, .on_message = on_asked, .arg = e,
	};
	enum rc rc;

	snprintf(id, sizeof(id), "%s-tx", rx.client_id);
	if ((rc = mqtt_open(&tx, &e->tx, f)) != RC_OK)
		return rc;
	return mqtt_open(&rx, &e->rx, f);
}

void
engine_mqtt_close(struct engine *e, bool committed)
{
	struct route_table *t = e->routes;
	struct route *r;
	size_t i;

	engine_poll_close(e);
	if (!committed)
		mqtt_drop(e->rx);
	mqtt_close(e->rx);
	mqtt_close(e->tx);
	e->rx = e->tx = NULL;
	if (t == NULL)
		return;
	timer_stop(&e->timers, &t->unask);
	for (i = 0; i < t->n_asked; i++)
		free(t->asked[i]);
	for (i = 0; (r = map_next(&t->exact, &i)) != NULL;)
		route_free(r);
	for (i = 0; i < t->n_wild; i++)
		route_free(t->wild[i]);
	while (t->oldest != NULL)
		unpark_oldest(t);
	map_free(&t->exact);
	map_free(&t->parked);
	free(t->wild);
	free(t->asked);
	free(t);
	e->routes = NULL;
}
