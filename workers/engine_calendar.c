/* SPDX-License-Identifier: ISC
 *
 * Calendars in the engine: their entities turn when an appointment begins or ends, and rules hear that appointments
 * are others now. They are read by consciousness-job calendar; nothing of them is kept here but the next turn.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/calendar.h"
#include "shared/domain/event.h"
#include "shared/domain/rule.h"
#include "workers/engine.h"

struct watched {
	struct engine	*e;
	char		*id;
	char		*topic;		/* of its entity */
	struct timer	 timer;		/* when it turns next */
	struct watched	*next;
};

/* What the entity is now, and when that is something else. */
static void
show(struct watched *w, int64_t event)
{
	struct engine *e = w->e;
	struct mem_arena *a = mem_arena_new(4096);
	struct buf b = { 0 };
	struct jsw json = jsw_to(&b);
	int64_t next = calendar_turns(e->core.db, w->id, e->now_ms);

	calendar_state_write(&json, e->core.db, w->id, e->now_ms, a);
	timer_stop(&e->timers, &w->timer);
	if (next != INT64_MAX)
		timer_start(&e->timers, &w->timer, next);
	engine_mqtt_inject(e, w->topic, buf_str(&b), b.len, event);
	buf_free(&b);
	mem_arena_free(a);
}

static void
turn(void *arg, int64_t now_ms)
{
	(void)now_ms;
	show(arg, 0);
}

static struct watched **
find(struct engine *e, const char *id)
{
	struct watched **at;

	for (at = &e->calendars; *at != NULL && strcmp((*at)->id, id) != 0; at = &(*at)->next)
		;
	return at;
}

static void
drop(struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	timer_stop(&w->e->timers, &w->timer);
	free(w->id);
	free(w->topic);
	free(w);
}

static struct watched *
add(struct engine *e, const struct calendar *c)
{
	struct watched *w = mem_xcalloc(1, sizeof(*w));

	*w = (struct watched){ .e = e, .id = mem_xstrdup(c->id),
		.topic = mem_xprintf("%s%s", CALENDAR_TOPIC, c->unique_id), .timer = { .fn = turn, .arg = w },
		.next = e->calendars };
	e->calendars = w;
	return w;
}

void
engine_calendars_start(struct engine *e)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct calendar *rows = NULL;
	size_t n = 0, i;

	store_calendar_list(e->core.db, a, &rows, &n);
	for (i = 0; i < n; i++)
		show(add(e, &rows[i]), 0);
	mem_arena_free(a);
	if (store_calendar_soonest(e->core.db) <= e->now_ms)
		engine_courier_fetch(e);
}

void
engine_calendars_close(struct engine *e)
{
	while (e->calendars != NULL)
		drop(&e->calendars);
}

/* Those who wait for its appointments look again when the next one is. */
static void
tell_rules(struct engine *e, const struct store_event *ev)
{
	char *subject = mem_xprintf("%s%s", RULE_CALENDAR, ev->subject);
	struct late *cause = late_new(ev->id);

	engine_rules_judge(e, &(struct house_change){ .now_ms = e->now_ms, .event = EVENT_CALENDAR_CHANGED,
		.subject = subject }, cause);
	late_free(cause);
	free(subject);
}

void
engine_calendar_changed(struct engine *e, const struct store_event *ev)
{
	struct mem_arena *a = mem_arena_new(4096);
	const char *id;
	struct watched **at;
	struct calendar c;

	if (ev->subject == NULL || strncmp(ev->subject, CALENDAR_DOMAIN, strlen(CALENDAR_DOMAIN)) != 0)
		goto out;
	id = ev->subject + strlen(CALENDAR_DOMAIN);
	at = find(e, id);
	if (*at != NULL)
		drop(at);
	if (store_calendar_get(e->core.db, id, a, &c) == RC_OK) {
		show(add(e, &c), ev->id);
		if (c.due <= e->now_ms)
			engine_courier_fetch(e);
	}
	tell_rules(e, ev);
out:
	mem_arena_free(a);
}
