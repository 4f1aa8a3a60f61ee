/* SPDX-License-Identifier: ISC
 *
 * Devices that come and go. What turned within a moment is told together: when a hub dies, the loss of its
 * sixty devices is one event that names what they have in common, not sixty. The rows of states and devices
 * are written at once; only the telling waits. That it does is written too (store_untold.h): an engine that was
 * killed in that moment leaves it to the next one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/event.h"
#include "workers/engine.h"

#define COLLECT_MS 250		/* after the first */
#define MASS 8			/* devices that turn together are told as one from so many on */
#define NAMED_MAX 100		/* devices that the event names */

struct turns {
	struct engine	*e;
	struct timer	 timer;
	int64_t		*entities;	/* rows, as they came */
	size_t		 n_entities, cap_entities;
	int64_t		*devices;	/* rows, once each */
	size_t		 n_devices, cap_devices;
	char		 topic[256];	/* that all of it came by, "" when there were several or none */
	bool		 begun;
};

static void
add(int64_t **rows, size_t *n, size_t *cap, int64_t row)
{
	if (*n == *cap) {
		*cap = *cap == 0 ? 64 : *cap * 2;
		*rows = mem_xrealloc(*rows, *cap, sizeof(**rows));
	}
	(*rows)[(*n)++] = row;
}

static int
by_number(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

static void
sort_unique(int64_t *rows, size_t *n)
{
	size_t i, kept = 0;

	qsort(rows, *n, sizeof(*rows), by_number);
	for (i = 0; i < *n; i++)
		if (kept == 0 || rows[kept - 1] != rows[i])
			rows[kept++] = rows[i];
	*n = kept;
}

static void
tell_entity(struct engine *e, const struct live *l)
{
	struct recorded ev = { .kind = EVENT_AVAILABILITY, .entity = l->row };

	ev.data = mem_printf(e->arena, "{\"entity_id\":\"%s\",\"available\":%s}", l->entity_id,
	    l->available ? "true" : "false");
	record_event(e->recorder, &ev);
}

static const char *
subject_of(struct engine *e, const struct live_device *d)
{
	return mem_printf(e->arena, "device.%s", d->id);
}

static const char *
status_of(const struct live_device *d)
{
	return d->online ? "online" : "offline";
}

/* self: the event that says so. */
static void
tell_rules(struct engine *e, const struct live_device *d, struct late *self)
{
	struct house_change c = { .now_ms = e->now_ms, .event = EVENT_AVAILABILITY, .subject = subject_of(e, d) };
	struct js *data;

	if (!engine_rules_hear(e, c.subject))
		return;
	c.data = data = js_new_object();
	js_set(data, "device_id", js_new_string(d->id));
	js_set(data, "status", js_new_string(status_of(d)));
	engine_rules_judge(e, &c, self);
	js_free(data);
}

static void
tell_device(struct engine *e, const struct live_device *d)
{
	struct recorded ev = { .kind = EVENT_AVAILABILITY, .self = late_new(0) };

	ev.subject = subject_of(e, d);
	ev.data = mem_printf(e->arena, "{\"device_id\":\"%s\",\"status\":\"%s\"}", d->id, status_of(d));
	record_event(e->recorder, &ev);
	tell_rules(e, d, ev.self);
	late_free(ev.self);
}

/* It really is another than when the first of this moment came; a device that is new does not come back. */
static bool
is_mass(const struct live_device *d)
{
	return d->online != d->before && (!d->online || d->returning);
}

static struct live_device *
turned(const struct turns *t, size_t i, bool online)
{
	struct live_device *d = map_get_int(&t->e->house.devices, t->devices[i]);

	return d != NULL && is_mass(d) && d->online == online ? d : NULL;
}

static size_t
count(const struct turns *t, bool online)
{
	size_t i, n = 0;

	for (i = 0; i < t->n_devices; i++)
		n += turned(t, i, online) != NULL;
	return n;
}

static size_t
entities_of(const struct turns *t, bool online)
{
	const struct live *l;
	size_t i, n = 0;

	for (i = 0; i < t->n_entities; i++) {
		l = house_find(&t->e->house, t->entities[i]);
		n += l != NULL && l->device != NULL && is_mass(l->device) && l->device->online == online;
	}
	return n;
}

static void
tell_all_at_once(const struct turns *t, bool online, size_t n)
{
	struct engine *e = t->e;
	struct recorded ev = { .kind = EVENT_MASS_LOSS, .subject = "devices", .self = late_new(0) };
	struct jsw w = jsw_to(&e->text);
	const struct live_device *d;
	size_t i, named = 0;

	buf_reset(&e->text);
	jsw_object(&w, NULL);
	jsw_bool(&w, "lost", !online);
	jsw_int(&w, "devices", (int64_t)n);
	jsw_int(&w, "entities", (int64_t)entities_of(t, online));
	if (t->topic[0] != '\0')
		jsw_string(&w, "topic", t->topic);
	jsw_array(&w, "device_ids");
	for (i = 0; i < t->n_devices && named < NAMED_MAX; i++)
		if ((d = turned(t, i, online)) != NULL) {
			jsw_string(&w, NULL, d->id);
			named++;
		}
	jsw_end(&w);
	jsw_end(&w);
	ev.data = buf_str(&e->text);
	record_event(e->recorder, &ev);
	for (i = 0; i < t->n_devices; i++)
		if ((d = turned(t, i, online)) != NULL)
			tell_rules(e, d, ev.self);
	late_free(ev.self);
	log_warn("devices", "%zu are %s at once%s%s", n, online ? "back" : "lost",
	    t->topic[0] != '\0' ? " by " : "", t->topic);
}

/* Whether the entity's news is part of a mass event. */
static bool
is_covered(const struct live *l, const bool mass[2])
{
	return l->device != NULL && is_mass(l->device) && mass[l->device->online];
}

static void
tell_each(const struct turns *t, const bool mass[2])
{
	struct live_device *d;
	struct live *l;
	size_t i;

	for (i = 0; i < t->n_entities; i++)
		if ((l = house_find(&t->e->house, t->entities[i])) != NULL && !is_covered(l, mass))
			tell_entity(t->e, l);
	for (i = 0; i < t->n_devices; i++)
		if ((d = map_get_int(&t->e->house.devices, t->devices[i])) != NULL &&
		    d->online != d->before && !(is_mass(d) && mass[d->online]))
			tell_device(t->e, d);
}

static void
end(struct turns *t)
{
	struct live_device *d;
	size_t i;

	for (i = 0; i < t->n_entities; i++)
		record_told(t->e->recorder, -t->entities[i]);
	for (i = 0; i < t->n_devices; i++)
		record_told(t->e->recorder, t->devices[i]);
	for (i = 0; i < t->n_devices; i++)
		if ((d = map_get_int(&t->e->house.devices, t->devices[i])) != NULL)
			d->turning = false;
	t->n_entities = t->n_devices = 0;
	t->begun = false;
}

static void
tell(void *arg, int64_t now_ms)
{
	struct turns *t = arg;
	size_t n[2] = { count(t, false), count(t, true) };
	bool mass[2] = { n[0] >= MASS, n[1] >= MASS };

	(void)now_ms;
	mem_arena_reset(t->e->arena);
	sort_unique(t->entities, &t->n_entities);
	if (mass[0])
		tell_all_at_once(t, false, n[0]);
	if (mass[1])
		tell_all_at_once(t, true, n[1]);
	tell_each(t, mass);
	end(t);
	if (mass[1])
		engine_hello(t->e);	/* a hub is back: it may have forgotten what it told */
}

static struct turns *
turns_of(struct engine *e)
{
	struct turns *t = e->turns;

	if (t == NULL) {
		t = e->turns = mem_xcalloc(1, sizeof(*t));
		t->e = e;
		t->timer.fn = tell;
		t->timer.arg = t;
	}
	if (!t->begun) {
		t->begun = true;
		timer_start(&e->timers, &t->timer, e->now_ms + COLLECT_MS);
		strlcpy(t->topic, e->topic != NULL ? e->topic : "", sizeof(t->topic));
	} else if (e->topic == NULL || strcmp(t->topic, e->topic) != 0) {
		t->topic[0] = '\0';
	}
	return t;
}

/* d is NULL for one that is gone: all that is left to do is to forget it. */
static void
add_device(struct turns *t, int64_t row, struct live_device *d, bool before)
{
	if (d != NULL) {
		d->turning = true;
		d->before = before;
		d->returning = d->met;
	}
	record_untold(t->e->recorder, row, before);
	add(&t->devices, &t->n_devices, &t->cap_devices, row);
}

void
engine_turned(struct engine *e, const struct live *l, struct live_device *d)
{
	struct turns *t = turns_of(e);
	bool was = d != NULL && d->online;

	if (l != NULL) {
		add(&t->entities, &t->n_entities, &t->cap_entities, l->row);
		record_untold(e->recorder, -l->row, false);
	}
	if (d == NULL || !house_device_turned(d))
		return;
	record_device(e->recorder, d, true);
	if (!d->turning)
		add_device(t, d->row, d, was);
	d->met = d->met || d->online;
}

void
engine_turns_resume(struct engine *e)
{
	struct live_device *d;
	struct turns *t;
	struct store_untold *u;
	size_t n, i;

	mem_arena_reset(e->arena);
	if (store_untold_list(e->core.db, e->arena, &u, &n) != RC_OK || n == 0)
		return;
	t = turns_of(e);
	for (i = 0; i < n; i++) {
		if (u[i].source < 0)
			add(&t->entities, &t->n_entities, &t->cap_entities, -u[i].source);
		else if ((d = map_get_int(&e->house.devices, u[i].source)) == NULL || !d->turning)
			add_device(t, u[i].source, d, u[i].online);
	}
}

void
engine_turns_close(struct engine *e)
{
	struct turns *t = e->turns;

	if (t == NULL)
		return;
	if (t->begun && e->recorder != NULL)
		tell(t, e->now_ms);
	timer_stop(&e->timers, &t->timer);
	free(t->entities);
	free(t->devices);
	free(t);
	e->turns = NULL;
}
