/* SPDX-License-Identifier: ISC
 *
 * The broker side of the engine. One connection with a persistent session receives everything and holds
 * its acknowledgements until the commit; a second one sends, so that a reaction never waits behind an
 * acknowledgement, and asks for single retained messages. engine_route.c knows who listens to a topic.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "workers/engine_route.h"

#define ASK_MS 5000
#define REPORT_MAX 32		/* bytes of a report that is an announcement too */

/* ---- one message ---- */

void
engine_deliver(struct engine *e, struct live *l, size_t topic, struct message *m)
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
			engine_deliver(e, r->uses[i].live, r->uses[i].topic, m);
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

/* What announces a thing by a few bytes, a count or a word, is its first report as well. */
static bool
is_report(const struct mqtt_message *m)
{
	return m->len > 0 && m->len <= REPORT_MAX;
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
		route_remember(r, in, e->now_ms);
		deliver_all(e, r, &m);
	}
	for (i = 0; i < t->n_wild; i++)
		if (mqtt_topic_matches(t->wild[i]->topic, in->topic)) {
			route_remember(t->wild[i], in, e->now_ms);
			deliver_all(e, t->wild[i], &m);
			taken = true;
		}
	js_free(m.json);
	if (e->hears_messages && !in->retain && !is_reserved(in->topic))
		engine_message(e, in);
	late_free(e->answered);
	e->answered = NULL;
	e->topic = NULL;
	/* Also when somebody listens there: a device that asks for # must not silence all others. */
	if ((!announced(e, in) || is_report(in)) && r == NULL)
		route_park(t, in, e->now_ms, taken);
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

	/* Whoever was told that his rule is there expects it to hear what is sent after that. */
	engine_follow_rung(e);
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

/* ---- asking ---- */

void
engine_ask_kept(struct engine *e, const char *topic)
{
	struct route_table *t = e->routes;
	char *copy;

	if (mqtt_topic_is_filter(topic))
		return;
	if (map_get(&t->asked, topic) == NULL) {
		copy = mem_xstrdup(topic);
		map_put(&t->asked, copy, copy);
	}
	if (mqtt_connected(e->tx) && mqtt_subscribe(e->tx, &topic, 1, 0) == RC_OK)
		timer_start(&e->timers, &t->unask, e->now_ms + ASK_MS);
}

/* All t->asked.n of them, for the caller to free: a packet of one topic each would be many. */
static const char **
asked_topics(const struct route_table *t)
{
	const char **all = mem_xcalloc(t->asked.n + 1, sizeof(char *));
	size_t i = 0, n = 0;

	while ((all[n] = map_next(&t->asked, &i)) != NULL)
		n++;
	return all;
}

/* A connection that broke may have taken the answers with it; and what was asked for without one comes now. */
static void
ask_again(struct engine *e)
{
	struct route_table *t = e->routes;
	const char **all = asked_topics(t);

	mqtt_subscribe(e->tx, all, t->asked.n, 0);
	timer_start(&e->timers, &t->unask, e->now_ms + ASK_MS);
	free(all);
}

static void
forget_asked(struct route_table *t)
{
	char *topic;
	size_t i = 0;

	while ((topic = map_next(&t->asked, &i)) != NULL)
		free(topic);
	map_free(&t->asked);
}

static void
unask(void *arg, int64_t now_ms)
{
	struct engine *e = arg;
	const char **all;

	(void)now_ms;
	if (!mqtt_connected(e->tx))
		return;
	all = asked_topics(e->routes);
	mqtt_unsubscribe(e->tx, all, e->routes->asked.n);
	free(all);
	forget_asked(e->routes);
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
on_disconnect(void *arg)
{
	struct engine *e = arg;

	say_connected(e);
	metric_set(METRIC_LISTENING, 0);
	e->listening_ms = 0;
	e->hello = false;
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
	ask_again(e);
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
listen_from_now(struct engine *e, bool kept)
{
	double since = metric_get(METRIC_LISTENING, "");

	if (!kept || since == 0)
		metric_set(METRIC_LISTENING, since = (double)e->now_ms / 1000);
	e->listening_ms = (int64_t)(since * 1000);
}

static void
on_rx_connect(void *arg, bool session_present)
{
	struct engine *e = arg;

	say_connected(e);
	log_info("mqtt", "connected, %s session", session_present ? "kept" : "new");
	listen_from_now(e, engine_subscribe(e, session_present));
}

/* Not before: what is sent at once in answer to the greeting would reach nobody. */
static void
on_rx_subscribed(void *arg, bool granted)
{
	struct engine *e = arg;

	engine_subscribed(e, granted);
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
	size_t i, j;

	for (i = 0; adapters[i] != NULL; i++)
		for (j = 0; t->n_filters < FILTERS_MAX && adapter_announces(adapters[i], j, prefix,
		    t->filters[t->n_filters].topic, sizeof(t->filters[0].topic)); j++) {
			set_ends(&t->filters[t->n_filters]);
			t->filters[t->n_filters++].family = adapters[i];
		}
}

void
engine_routes_open(struct engine *e)
{
	e->routes = mem_xcalloc(1, sizeof(*e->routes));
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
		.on_connect = on_rx_connect, .on_subscribed = on_rx_subscribed, .on_disconnect = on_disconnect,
		.on_message = on_message, .arg = e,
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

	engine_poll_close(e);
	if (!committed)
		mqtt_drop(e->rx);
	mqtt_close(e->rx);
	mqtt_close(e->tx);
	e->rx = e->tx = NULL;
	if (t == NULL)
		return;
	timer_stop(&e->timers, &t->unask);
	forget_asked(t);
	routes_free(t);
	e->routes = NULL;
}
