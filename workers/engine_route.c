/* SPDX-License-Identifier: ISC
 *
 * Topics lead to entities by a hash table; the last message of each is kept for entities that come later.
 */
#include <string.h>

#include "shared/domain/event.h"
#include "workers/engine_route.h"

#define PARKED_BYTES (256 * 1024)	/* of messages nobody listens to yet */
#define WHOLE_MAX 16384		/* bytes of a payload that is kept whole */
#define CUT 4096		/* bytes that are kept of a larger one, for people to see */
#define NOW_S 10		/* a message that waited longer for its entity tells of then, not of now */

/* ---- the last messages ---- */

size_t
route_kept(size_t len)
{
	return len <= WHOLE_MAX ? len : CUT;
}

/* What it counts against PARKED_BYTES. */
static size_t
weight(const struct parked *p)
{
	return sizeof(*p) + strlen(p->topic) + route_kept(p->len);
}

static void
unpark(struct route_table *t, struct parked *p)
{
	if (p->prev != NULL)
		p->prev->next = p->next;
	else
		t->oldest = p->next;
	if (p->next != NULL)
		p->next->prev = p->prev;
	else
		t->newest = p->prev;
	map_remove(&t->parked, p->topic);
	t->parked_bytes -= weight(p);
	free(p->topic);
	free(p->payload);
	free(p);
}

static struct parked *
park_new(struct route_table *t, const char *topic)
{
	struct parked *p = mem_xcalloc(1, sizeof(*p));

	p->topic = mem_xstrdup(topic);
	map_put(&t->parked, p->topic, p);
	p->prev = t->newest;
	if (p->prev != NULL)
		p->prev->next = p;
	else
		t->oldest = p;
	t->newest = p;
	t->parked_bytes += weight(p);
	return p;
}

static void
park(struct route_table *t, struct parked *p, const struct mqtt_message *m, int64_t now_ms)
{
	t->parked_bytes -= weight(p);
	free(p->payload);
	p->payload = mem_xbytes(m->payload, route_kept(m->len));
	p->len = m->len;
	p->came = (uint32_t)(now_ms / 1000);
	p->retain = m->retain;
	t->parked_bytes += weight(p);
	while (t->parked_bytes > PARKED_BYTES && t->oldest != p)
		unpark(t, t->oldest);
}

void
route_park(struct route_table *t, const struct mqtt_message *m, int64_t now_ms, bool taken)
{
	struct parked *p = map_get(&t->parked, m->topic);

	if (p == NULL && taken)
		return;
	if (p == NULL)
		p = park_new(t, m->topic);
	p->told = false;
	park(t, p, m, now_ms);
}

void
route_remember(struct route *r, const struct mqtt_message *m, int64_t now_ms)
{
	size_t kept = route_kept(m->len);

	if (r->cap <= kept) {
		r->cap = (uint32_t)kept + 1;
		r->last = mem_xrealloc(r->last, r->cap, 1);
	}
	memcpy(r->last, m->payload, kept);
	r->last[kept] = '\0';
	r->len = (uint32_t)m->len;
	r->came = (uint32_t)(now_ms / 1000);
	r->retain = m->retain;
	r->told = false;
}

/* Somebody listens to its topic from now on: what waited there is the route's, which keeps what comes. */
static void
adopt(struct route_table *t, struct route *r)
{
	struct parked *p = map_get(&t->parked, r->topic);

	if (p == NULL)
		return;
	route_remember(r, &(struct mqtt_message){ .topic = r->topic, .payload = p->payload, .len = p->len,
	    .retain = p->retain }, (int64_t)p->came * 1000);
	r->told = p->told;
	unpark(t, p);
}

/* Nobody listens any more: who comes later is told the newest, not what waited before. */
static void
park_last(struct route_table *t, const struct route *r)
{
	struct parked *p;

	if (r->cap == 0)
		return;
	p = park_new(t, r->topic);
	p->told = true;
	park(t, p, &(struct mqtt_message){ .payload = r->last, .len = r->len, .retain = r->retain },
	    (int64_t)r->came * 1000);
}

/* ---- routes ---- */

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
	bool wild = mqtt_topic_is_filter(topic);
	struct route *r = wild ? find_wild(t, topic) : map_get(&t->exact, topic);

	if (r != NULL)
		return r;
	r = mem_xcalloc(1, sizeof(*r));
	r->topic = topic;
	if (!wild) {
		map_put(&t->exact, r->topic, r);
		adopt(t, r);
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
	if (!mqtt_topic_is_filter(r->topic))
		map_put(&t->exact, r->topic, r);
}

static void
route_drop(struct route_table *t, struct route *r)
{
	size_t i;

	if (!mqtt_topic_is_filter(r->topic)) {
		map_remove(&t->exact, r->topic);
		park_last(t, r);
	}
	for (i = 0; i < t->n_wild; i++)
		if (t->wild[i] == r)
			t->wild[i--] = t->wild[--t->n_wild];
	route_free(r);
}

/* ---- listening ---- */

/* What was heard before the entity existed; false when nothing was, or not all of it was kept. */
static bool
replay(struct engine *e, struct live *l, size_t number, const char *topic)
{
	const struct route *r = map_get(&e->routes->exact, topic);
	struct message m;

	if (r == NULL || r->cap == 0 || r->len > WHOLE_MAX)
		return false;
	m = (struct message){ .topic = topic, .payload = r->last, .len = r->len, .now_ms = e->now_ms,
	    .retain = r->retain || r->told || (uint32_t)(e->now_ms / 1000) - r->came > NOW_S };
	engine_deliver(e, l, number, &m);
	js_free(m.json);
	return true;
}

void
engine_route(struct engine *e, struct live *l)
{
	struct binding_info info;
	size_t i;

	if (l->binding == NULL)
		return;
	l->adapter->info(l->binding, &info);
	for (i = 0; i < info.n_topics; i++)
		route_use(route_get(e->routes, l->adapter->topic(l->binding, i).topic), l, i);
}

void
engine_route_hear(struct engine *e, struct live *l)
{
	struct binding_info info;
	const char *topic;
	size_t i;

	if (l->binding == NULL)
		return;
	l->adapter->info(l->binding, &info);
	for (i = 0; i < info.n_topics; i++) {
		topic = l->adapter->topic(l->binding, i).topic;
		if (!replay(e, l, i, topic))
			engine_ask_kept(e, topic);
	}
}

/* Newest first, so that old ones are not read. */
static void
hear_missed(struct engine *e, enum event_kind kind, int64_t since_ms)
{
	struct store_event_filter filter = { .kind = (int)kind, .before = e->followed + 1, .newest_first = true,
		.limit = 100 };
	struct mem_arena *a = mem_arena_new(8192);
	struct store_event *rows;
	struct live *l;
	size_t i, n;

	do {
		rows = NULL;
		n = 0;
		mem_arena_reset(a);
		store_event_list(e->core.db, &filter, a, &rows, &n);
		for (i = 0; i < n && rows[i].time >= since_ms; i++) {
			mem_arena_reset(e->arena);
			e->arrived_us = clock_mono_us();
			l = house_find(&e->house, rows[i].entity);
			if (l != NULL && l->last_updated < rows[i].time)
				engine_route_hear(e, l);
			filter.before = rows[i].id;
		}
	} while (i == (size_t)filter.limit);
	mem_arena_free(a);
}

void
engine_hear_missed(struct engine *e, int64_t since_ms)
{
	hear_missed(e, EVENT_ENTITY_ADDED, since_ms);
	hear_missed(e, EVENT_ENTITY_CHANGED, since_ms);
}

static struct route *
find_route(const struct engine *e, const char *topic)
{
	return mqtt_topic_is_filter(topic) ? find_wild(e->routes, topic) : map_get(&e->routes->exact, topic);
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
engine_route_last(const struct engine *e, const char *topic, struct message *out, size_t *kept)
{
	const struct route *r = find_route(e, topic);

	if (r == NULL || r->cap == 0)
		return false;
	*out = last_of(r);
	*kept = route_kept(r->len);
	return true;
}

void
engine_route_each_last(const struct engine *e, void (*fn)(const struct message *m, bool told, void *arg),
    void *arg)
{
	const struct parked *p;
	struct message m;
	struct route *r;
	size_t i = 0;

	while ((r = map_next(&e->routes->exact, &i)) != NULL)
		if (r->cap > 0) {
			m = last_of(r);
			fn(&m, true, arg);
		}
	for (i = 0; i < e->routes->n_wild; i++)
		if (e->routes->wild[i]->cap > 0) {
			m = last_of(e->routes->wild[i]);
			fn(&m, true, arg);
		}
	for (p = e->routes->oldest; p != NULL; p = p->next) {
		m = (struct message){ .topic = p->topic, .payload = p->payload, .len = p->len,
			.retain = p->retain, .now_ms = (int64_t)p->came * 1000 };
		fn(&m, p->told, arg);
	}
}

/* Nobody listens to its topic. */
static void
keep_parked(struct route_table *t, const struct mqtt_message *m, int64_t now_ms, bool told)
{
	struct parked *p;

	if (mqtt_topic_is_filter(m->topic) || map_get(&t->parked, m->topic) != NULL)
		return;
	p = park_new(t, m->topic);
	p->told = told;
	park(t, p, m, now_ms);
}

void
engine_route_keep(struct engine *e, const struct message *m, bool told)
{
	struct route *r = find_route(e, m->topic);
	struct mqtt_message in = { .topic = m->topic, .payload = m->payload, .len = m->len,
		.retain = m->retain };

	if (r == NULL)
		keep_parked(e->routes, &in, m->now_ms, told);
	else if (r->cap == 0) {
		route_remember(r, &in, m->now_ms);
		r->told = told;
	}
}

void
routes_free(struct route_table *t)
{
	struct route *r;
	size_t i;

	for (i = 0; (r = map_next(&t->exact, &i)) != NULL;)
		route_free(r);
	for (i = 0; i < t->n_wild; i++)
		route_free(t->wild[i]);
	while (t->oldest != NULL)
		unpark(t, t->oldest);
	map_free(&t->exact);
	map_free(&t->parked);
	free(t->wild);
	free(t);
}
