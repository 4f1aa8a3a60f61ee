/* SPDX-License-Identifier: ISC
 *
 * Reading the house from the database: everything at start, what changed meanwhile when a standby takes
 * over, and what other processes change while the engine is active (somebody rings the doorbell).
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"
#include "shared/domain/http_device.h"
#include "workers/engine.h"

#define TRIGGER_MS (10 * 60 * 1000)	/* after that nobody expects a rule to start any more */

static bool
load_entity(const struct entity_state *es, void *arg)
{
	struct engine *e = arg;
	struct live *l = house_put(&e->house, es);

	engine_rebind(e, l);
	engine_route(e, l);
	return true;
}

static void
count_devices(struct engine *e)
{
	struct live_device *d;
	size_t i = 0;

	while ((d = map_next(&e->house.devices, &i)) != NULL) {
		house_device_turned(d);
		d->met = true;
	}
}

enum rc
engine_load(struct engine *e, struct fault *f)
{
	enum rc rc;
	int i;

	e->now_ms = clock_now(&e->core.clock);
	engine_routes_open(e);
	db_begin_read(e->core.db);
	e->followed = store_event_last(e->core.db);
	for (i = 0, rc = RC_OK; adapters[i] != NULL && rc == RC_OK; i++)
		rc = store_entity_each(e->core.db, adapters[i]->name, load_entity, e);
	db_end_read(e->core.db);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the entities cannot be read");
	engine_freshness_open(e);
	count_devices(e);
	return RC_OK;
}

static bool
load_state(int64_t row, const struct state *s, void *arg)
{
	struct engine *e = arg;
	struct live *l = house_find(&e->house, row);

	if (l != NULL) {
		house_load_state(l, s);
		engine_rebind(e, l);
	}
	return true;
}

static void
drop(struct engine *e, struct live *l)
{
	engine_command_forget(l);
	engine_unroute(e, l);
	engine_untime(e, l);
	if (l->dirty)
		recorder_forget(e->recorder, l);
	house_remove(&e->house, l);
}

/* l goes, and nobody waits for it. why: NULL when its row is gone, and its commands with it. */
static void
end_waits(struct engine *e, struct live *l, const char *why)
{
	if (why != NULL)
		engine_command_fail(l, why);
	engine_hold_forget(e, l->row);
}

enum reload {
	RELOAD_ROW,	/* only what the row says */
	RELOAD_HEARD,	/* one that was not there hears what its topics said before */
	RELOAD_STATE	/* state too: other hardware, which is heard from now on */
};

/* The state of other hardware; c: what is different from before. */
static void
take_state(struct live *l, const struct state *s, struct house_change *c)
{
	c->state = s->state == NULL ? l->state != NULL :
	    l->state == NULL || strcmp(s->state, l->state) != 0;
	c->prior = l->state;
	l->state = NULL;
	house_load_state(l, s);
}

/* Rules see it as they see any change: what waits for the old state to last is over. */
static void
judge(struct engine *e, const struct house_change *c, int64_t event)
{
	struct late *cause = late_new(event);

	mem_arena_reset(e->arena);
	e->arrived_us = clock_mono_us();
	engine_rules_judge(e, c, cause);
	late_free(cause);
}

/* The entity as its row says now: new, changed, or gone. */
static void
reload(struct engine *e, int64_t row, enum reload how)
{
	struct live *l = house_find(&e->house, row);
	struct mem_arena *a = mem_arena_new(8192);
	struct house_change jump = { .live = l, .now_ms = e->now_ms };
	struct entity_state es;
	enum rc rc = store_entity_by_row(e->core.db, row, a, &es);
	bool fresh;

	if (rc != RC_OK || !es.entity.enabled || es.entity.orphaned) {
		if (rc == RC_NOT_FOUND && e->recorder != NULL)
			record_picture(e->recorder, row, NULL, 0, false);
		if (l != NULL && e->recorder != NULL)
			end_waits(e, l, rc != RC_OK ? NULL : es.entity.orphaned ?
			    "it is no longer announced by its device" : "it is not enabled any more");
		if (l != NULL)
			drop(e, l);
		mem_arena_free(a);
		return;
	}
	if (l != NULL)
		engine_unroute(e, l);
	if (l != NULL && how == RELOAD_STATE)
		take_state(l, &es.state, &jump);
	fresh = how == RELOAD_STATE || (how == RELOAD_HEARD && l == NULL);
	l = house_put(&e->house, &es);
	engine_rebind(e, l);
	engine_rules_link(e, l);
	/* A row that is right already keeps the event that it names. */
	if (fresh && e->recorder != NULL &&
	    (es.state.event == 0 || es.state.available != l->available))
		record_state(e->recorder, l);
	/* That it has still to come is no loss of what is new here. */
	if (l->device != NULL && house_device_turned(l->device) && e->recorder != NULL)
		record_device(e->recorder, l->device, !l->device->online);
	if (jump.state)
		judge(e, &jump, es.state.event);
	house_change_free(&jump);
	engine_route(e, l);
	if (fresh)
		engine_route_hear(e, l);
	mem_arena_free(a);
}

void
engine_discovered(struct engine *e, const int64_t *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		mem_arena_reset(e->arena);
		reload(e, rows[i], RELOAD_HEARD);
	}
	log_info("engine", "%zu entities were announced or changed", n);
}

struct live *
engine_follow_entity(struct engine *e, int64_t row)
{
	if (house_find(&e->house, row) == NULL)
		reload(e, row, RELOAD_HEARD);
	return house_find(&e->house, row);
}

/* ---- what others changed ---- */

static void
on_entity(struct engine *e, const struct store_event *ev)
{
	/* Announcements are this engine's own doing, or were loaded with everything else. */
	if (ev->entity != 0 && (ev->actor == NULL || strcmp(ev->actor, "mqtt") != 0))
		reload(e, ev->entity, RELOAD_HEARD);
}

static void
on_announced(struct engine *e, const struct store_event *ev)
{
	if (ev->entity != 0)
		reload(e, ev->entity, RELOAD_ROW);
}

/* subject: "device.ID" */
static void
on_replaced(struct engine *e, const struct store_event *ev)
{
	const char *dot = ev->subject == NULL ? NULL : strchr(ev->subject, '.');
	struct mem_arena *a = mem_arena_new(8192);
	struct entity_state *rows = NULL;
	struct device d;
	size_t n = 0, i;

	if (dot != NULL && store_device_get(e->core.db, dot + 1, a, &d) == RC_OK)
		store_entity_of_device(e->core.db, d.row, a, &rows, &n);
	for (i = 0; i < n; i++)
		reload(e, rows[i].entity.row, RELOAD_STATE);
	mem_arena_free(a);
}

/* Hardware that was replaced may announce itself again: the broker is asked for what it kept of it. */
static void
on_device(struct engine *e, const struct store_event *ev)
{
	const struct js *list;
	struct js *data;
	size_t i;

	if (ev->data == NULL || strstr(ev->data, "\"released\"") == NULL ||
	    js_parse(ev->data, strlen(ev->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		return;
	list = js_get(data, "released");
	for (i = 0; i < js_size(list); i++)
		if (js_string(js_at(list, i), NULL) != NULL)
			engine_ask_kept(e, js_string(js_at(list, i), NULL));
	js_free(data);
}

/* subject: "automation.ID" */
static const char *
automation_id(const struct store_event *ev)
{
	const char *dot = ev->subject == NULL ? NULL : strchr(ev->subject, '.');

	return dot == NULL ? "" : dot + 1;
}

static void
on_automation(struct engine *e, const struct store_event *ev)
{
	engine_rule_reload(e, automation_id(ev));
}

static void
on_trigger(struct engine *e, const struct store_event *ev)
{
	if (e->now_ms - ev->time > TRIGGER_MS) {
		log_warn(automation_id(ev), "was to be started, but too long ago");
		return;
	}
	engine_rule_trigger(e, automation_id(ev), ev->id);
}

/* What was asked of a scenario; the caller frees it. */
static struct js *
asked(const struct store_event *ev)
{
	struct js *v = NULL;

	if (ev->data != NULL)
		js_parse(ev->data, strlen(ev->data), JS_STRICT, &v, NULL);
	return v;
}

static void
on_scenario_run(struct engine *e, const struct store_event *ev)
{
	struct js *v = asked(ev);

	if (e->now_ms - ev->time > TRIGGER_MS)
		log_warn(automation_id(ev), "was to be run, but too long ago");
	else
		engine_scenario_run(e, automation_id(ev), js_get(v, "parameters"), ev->id);
	js_free(v);
}

static void
on_scenario_stop(struct engine *e, const struct store_event *ev)
{
	struct js *v = asked(ev);

	engine_scenario_stop(e, automation_id(ev), js_bool(js_get(v, "restore"), false));
	js_free(v);
}

static void
on_webhook(struct engine *e, const struct store_event *ev)
{
	if (e->now_ms - ev->time > TRIGGER_MS)
		log_warn("webhook", "a call came too long ago to start anything");
	else
		engine_message_called(e, ev);
}

/* subject: "device.ID"; data: what it reported over HTTP */
static void
on_reading(struct engine *e, const struct store_event *ev)
{
	const char *dot = ev->subject == NULL ? NULL : strchr(ev->subject, '.');
	const struct js *list, *value;
	struct js *data = NULL;
	struct buf topic = { 0 }, payload = { 0 };
	size_t i;

	if (dot == NULL || ev->data == NULL ||
	    js_parse(ev->data, strlen(ev->data), JS_LAX_KEYS, &data, NULL) != RC_OK)
		return;
	list = js_get(data, "readings");
	for (i = 0; i < js_size(list); i++) {
		value = js_get(js_at(list, i), "value");
		if (js_get_string(js_at(list, i), "key") == NULL || value == NULL)
			continue;
		buf_reset(&topic);
		buf_reset(&payload);
		buf_printf(&topic, "%s%s/%s", HTTP_DEVICE_TOPIC, dot + 1, js_get_string(js_at(list, i), "key"));
		js_dump(value, &payload);
		engine_mqtt_inject(e, buf_str(&topic), buf_str(&payload), payload.len, ev->id);
	}
	buf_free(&topic);
	buf_free(&payload);
	js_free(data);
}

/* The house feels something else; rules see it as anything that happens, unless it was too long ago. */
static void
on_emotion(struct engine *e, const struct store_event *ev)
{
	struct house_change c = { .now_ms = e->now_ms, .event = EVENT_EMOTION, .subject = EMOTION_SUBJECT };
	struct js *data = asked(ev);

	if (emotion_record_read(data, &e->house.emotions) && e->now_ms - ev->time <= TRIGGER_MS) {
		c.data = data;
		judge(e, &c, ev->id);
	}
	js_free(data);
}

/* subject: "device.ID" */
static void
on_inspection(struct engine *e, const struct store_event *ev)
{
	const char *dot = ev->subject == NULL ? NULL : strchr(ev->subject, '.');

	if (dot != NULL)
		engine_inspect(e, dot + 1, ev->id);
}

/* subject: "alert_rule.ID" */
static void
on_alert_rule(struct engine *e, const struct store_event *ev)
{
	engine_alert_reload(e, automation_id(ev));
}

/* Somebody else put something into the outbox, or was refused. */
static void
on_notification(struct engine *e, const struct store_event *ev)
{
	if (ev->data != NULL && strstr(ev->data, "\"waiting\"") != NULL)
		engine_courier_deliver(e);
}

struct follower {
	enum event_kind	 kind;
	void		(*fn)(struct engine *e, const struct store_event *ev);
};

static const struct follower followers[] = {
	{ EVENT_ENTITY_ADDED, on_entity },
	{ EVENT_ENTITY_CHANGED, on_entity },
	{ EVENT_ENTITY_REMOVED, on_entity },
	{ EVENT_DEVICE_REPLACED, on_replaced },
	{ EVENT_AUTOMATION_CHANGED, on_automation },
	{ EVENT_ALERT_CHANGED, on_alert_rule },
	{ EVENT_SCENARIO_CHANGED, on_automation },
	{ EVENT_NOTIFICATION, on_notification },
	{ EVENT_CALENDAR_CHANGED, engine_calendar_changed },
};
#define FOLLOWERS (sizeof(followers) / sizeof(followers[0]))

/* These ask for something: each is done once, whichever engine comes to it. */
static const struct follower servants[] = {
	{ EVENT_DEVICE_CHANGED, on_device },
	{ EVENT_AUTOMATION_TRIGGER, on_trigger },
	{ EVENT_SCENARIO_RUN, on_scenario_run },
	{ EVENT_SCENARIO_STOP, on_scenario_stop },
	{ EVENT_WEBHOOK, on_webhook },
	{ EVENT_EMOTION, on_emotion },
	{ EVENT_INSPECTION, on_inspection },
	{ EVENT_READING, on_reading },
};
#define SERVANTS (sizeof(servants) / sizeof(servants[0]))

/* What an earlier engine's announcements changed while this one was standby; rules are not loaded yet. */
static const struct follower catching_up[] = {
	{ EVENT_ENTITY_ADDED, on_announced },
	{ EVENT_ENTITY_CHANGED, on_announced },
	{ EVENT_ENTITY_REMOVED, on_announced },
};

static int64_t
follow(struct engine *e, const struct follower *list, size_t n)
{
	struct store_event_filter filter = { .since = e->followed, .limit = 1000 };
	struct mem_arena *a = mem_arena_new(8192);
	int64_t last = store_event_last(e->core.db);
	struct store_event *rows;
	size_t i, j, count;

	filter.before = last + 1;
	for (i = 0; i < n; i++) {
		filter.kind = (int)list[i].kind;
		filter.since = e->followed;
		do {
			rows = NULL;
			count = 0;
			store_event_list(e->core.db, &filter, a, &rows, &count);
			for (j = 0; j < count; j++)
				list[i].fn(e, &rows[j]);
			if (count > 0)
				filter.since = rows[count - 1].id;
		} while (count == (size_t)filter.limit);
	}
	mem_arena_free(a);
	return last;
}

/* What is asked for, and who does it. */
struct service {
	const struct store_event *ev;		/* in an arena */
	void			(*fn)(struct engine *e, const struct store_event *ev);
};

static int
service_compare(const void *a, const void *b)
{
	const struct service *x = a, *y = b;

	return (x->ev->id > y->ev->id) - (x->ev->id < y->ev->id);
}

/* All behind `since`, up to `last`, kind by kind: *n of them, for the caller to free. Their events live in a. */
static struct service *
services(struct engine *e, int64_t since, int64_t last, struct mem_arena *a, size_t *n)
{
	struct store_event_filter filter = { .before = last + 1, .limit = 1000 };
	struct service *all = NULL;
	struct store_event *rows;
	size_t i, j, count;

	*n = 0;
	for (i = 0; i < SERVANTS; i++) {
		filter.kind = (int)servants[i].kind;
		filter.since = since;
		do {
			rows = NULL;
			count = 0;
			store_event_list(e->core.db, &filter, a, &rows, &count);
			if (count > 0)
				all = mem_xrealloc(all, *n + count, sizeof(*all));
			for (j = 0; j < count; j++) {
				all[(*n)++] = (struct service){ &rows[j], servants[i].fn };
				filter.since = rows[j].id;
			}
		} while (count == (size_t)filter.limit);
	}
	return all;
}

/* In the order of the log, with the commands: who stops a scenario and runs it anew wants it to run. */
static void
serve(struct engine *e, int64_t since, int64_t last)
{
	struct mem_arena *a = mem_arena_new(8192);
	struct service *all;
	size_t n, i;

	all = services(e, since, last, a, &n);
	if (n > 0) {
		qsort(all, n, sizeof(*all), service_compare);
		for (i = 0; i < n; i++) {
			engine_command_follow_until(e, all[i].ev->id);
			all[i].fn(e, all[i].ev);
		}
		record_served(e->recorder, all[n - 1].ev->id);
	}
	free(all);
	mem_arena_free(a);
}

void
engine_follow_missed(struct engine *e)
{
	serve(e, event_served_last(e->core.db), e->followed);
}

static uint64_t
kinds_of(const struct follower *list, size_t n)
{
	uint64_t kinds = 0;

	while (n-- > 0)
		kinds |= STORE_KIND_BIT(list[n].kind);
	return kinds;
}

bool
engine_follows_own(const struct engine *e)
{
	return (e->own_kinds & (kinds_of(followers, FOLLOWERS) | kinds_of(servants, SERVANTS))) != 0;
}

void
engine_follow(struct engine *e)
{
	int64_t since = e->followed;
	bool one;

	mem_arena_reset(e->arena);
	e->own_kinds = 0;
	one = db_begin_read(e->core.db) == RC_OK;	/* moment for all, and one look at the log */
	e->followed = follow(e, followers, FOLLOWERS);
	serve(e, since, e->followed);
	engine_command_follow(e, false);
	if (one)
		db_end_read(e->core.db);
}

void
engine_follow_rung(struct engine *e)
{
	if (bell_drain(e->bell))
		engine_follow(e);
}

enum rc
engine_catch_up(struct engine *e)
{
	int64_t since = e->followed, last;
	enum rc rc;

	last = follow(e, catching_up, sizeof(catching_up) / sizeof(catching_up[0]));
	if ((rc = store_state_since(e->core.db, since, load_state, e)) != RC_OK ||
	    (rc = emotion_record_at(e->core.db, EMOTION_NOW, &e->house.emotions)) != RC_OK)
		return rc;
	e->followed = last;
	engine_battery_load(e);
	engine_freshness_catch_up(e);
	count_devices(e);
	if ((rc = engine_rules_load(e)) != RC_OK || (rc = engine_alerts_load(e)) != RC_OK)
		return rc;
	engine_command_follow(e, true);
	return RC_OK;
}
