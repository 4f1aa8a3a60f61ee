/* SPDX-License-Identifier: ISC
 *
 * A report becomes state, the change becomes an event, the event goes to the rules. Also what happens when
 * nothing is heard: expire_after and off_delay.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/event.h"
#include "shared/domain/update.h"
#include "shared/domain/zone.h"
#include "workers/engine.h"

#define TOUCH_MS 5000		/* a report without news is written this often */

static void
expired(void *arg, int64_t now_ms)
{
	struct live_timers *t = arg;
	struct report r = { .has_available = true, .available = false };

	(void)now_ms;
	engine_report(t->engine, t->live, &r, NULL);
}

static void
off_again(void *arg, int64_t now_ms)
{
	struct live_timers *t = arg;
	struct report r = { .has_state = true, .state = "off" };

	(void)now_ms;
	engine_report(t->engine, t->live, &r, NULL);
}

static bool
is_on(const char *state)
{
	return state != NULL && strcmp(state, "on") == 0;
}

void
engine_untime(struct engine *e, struct live *l)
{
	if (l->timers == NULL)
		return;
	timer_stop(&e->timers, &l->timers->expire);
	timer_stop(&e->timers, &l->timers->off);
	free(l->timers);
	l->timers = NULL;
}

void
engine_rebind(struct engine *e, struct live *l)
{
	struct binding_info info = { 0 };
	struct live_timers *t;

	engine_untime(e, l);
	if (l->binding != NULL)
		l->adapter->info(l->binding, &info);
	if (info.expire_ms <= 0 && info.off_delay_ms <= 0)
		return;
	l->timers = t = mem_xcalloc(1, sizeof(*t));
	*t = (struct live_timers){ .engine = e, .live = l, .expire_ms = info.expire_ms,
	    .off_delay_ms = info.off_delay_ms, .expire = { .fn = expired, .arg = t },
	    .off = { .fn = off_again, .arg = t } };
	if (t->expire_ms > 0 && l->available && l->last_updated > 0)
		timer_start(&e->timers, &t->expire, l->last_updated + t->expire_ms);
	if (t->off_delay_ms > 0 && is_on(l->state))
		timer_start(&e->timers, &t->off, l->last_updated + t->off_delay_ms);
}

void
engine_times_save(struct engine *e)
{
	struct live *l;
	size_t i = 0;

	while ((l = map_next(&e->house.by_row, &i)) != NULL)
		if (l->timers != NULL && l->last_updated > l->recorded)
			record_state(e->recorder, l);
}

static void
set_timers(struct engine *e, struct live *l, struct report *r)
{
	struct live_timers *t = l->timers;
	struct binding_info info;

	if (t == NULL || !(r->has_state || r->heard))
		return;
	if (t->expire_ms > 0) {
		if (!house_changed_away(l))
			l->last_updated = e->now_ms;
		timer_start(&e->timers, &t->expire, e->now_ms + t->expire_ms);
		l->adapter->info(l->binding, &info);
		r->has_available = true;
		r->available = info.available;
	}
	if (!r->has_state)
		return;
	if (t->off_delay_ms > 0 && is_on(r->state))
		timer_start(&e->timers, &t->off, e->now_ms + t->off_delay_ms);
	else
		timer_stop(&e->timers, &t->off);
}

/* {"attributes": {...}, "unit": "..."}: what the columns of the row do not say. */
static const char *
change_data(struct engine *e, const struct house_change *c)
{
	struct jsw w = jsw_to(&e->text);

	if (c->changed == NULL)
		return NULL;
	buf_reset(&e->text);
	jsw_object(&w, NULL);
	jsw_value(&w, "attributes", c->changed);
	jsw_end(&w);
	return mem_strndup(e->arena, e->text.p, e->text.len);
}

static void
record_change(struct engine *e, const struct house_change *c, struct late *self, struct late *cause)
{
	struct recorded ev = {
		.kind = EVENT_STATE_CHANGED, .entity = c->live->row, .state = c->live->state,
		.prior = c->prior, .data = change_data(e, c), .cause = cause, .self = self,
	};

	c->live->event = record_event(e->recorder, &ev);
}

static void
react(struct engine *e, const struct house_change *c, struct late *cause)
{
	struct live *l = c->live;
	struct late *self = NULL;
	bool changed = c->state || c->attributes;

	if (changed) {
		/* Only what may have effects needs to be named as a cause before it has an id. */
		if (engine_rules_listened(e, l) || l->pending != NULL)
			self = engine_follows(e, cause != NULL ? cause : engine_chain_told(e, (uint64_t)l->row));
		record_change(e, c, self, cause);
	}
	if (c->available)
		engine_turned(e, l, l->device);
	record_state(e->recorder, l);
	if (c->state)
		engine_battery(e, l);
	if (l->pending != NULL)
		engine_command_confirm(l);
	if (!engine_rules_listened(e, l)) {
		late_free(self);
		return;
	}
	/* The event of who comes or goes is told later, see engine_turns.c. */
	engine_rules_judge(e, c, changed ? self : cause);
	late_free(self);
}

/* What it is about: said by the report, else the device, else the entity. */
static const char *
subject_of(struct engine *e, const struct live *l, const struct report *r)
{
	if (r->subject != NULL)
		return r->subject;
	return l->device != NULL ? mem_printf(e->arena, "device.%s", l->device->id) : l->entity_id;
}

static const char *
event_data(struct engine *e, const struct live *l, struct js *data)
{
	if (l->device != NULL)
		js_set(data, "device_id", js_new_string(l->device->id));
	buf_reset(&e->text);
	js_dump(data, &e->text);
	return mem_strndup(e->arena, e->text.p, e->text.len);
}

/* Something that leaves no state: an event, and whoever listens to its subject. */
static void
happen(struct engine *e, struct live *l, struct report *r, struct late *cause)
{
	struct house_change c = { .live = l, .now_ms = e->now_ms, .event = r->event,
		.subject = subject_of(e, l, r), .data = r->data };
	struct late *self = engine_rules_hear(e, c.subject) ? engine_follows(e, cause) : NULL;
	struct recorded ev = { .kind = r->event, .entity = l->row, .subject = c.subject,
		.data = event_data(e, l, r->data), .cause = cause, .self = self };

	record_event(e->recorder, &ev);
	if (self != NULL)
		engine_rules_judge(e, &c, self);
	late_free(self);
	js_free(r->data);
	r->data = NULL;
}

void
engine_report(struct engine *e, struct live *l, struct report *r, struct late *cause)
{
	struct house_change c;
	struct late *by_command = NULL;
	bool changed;

	if (r->event != 0)
		happen(e, l, r, cause);
	zone_locate(&e->house.place, l, r);
	update_judge(l, r);
	set_timers(e, l, r);
	if (r->picture != NULL)
		record_picture(e->recorder, l->row, r->picture, r->picture_len, r->picture_text);
	changed = house_apply(l, r, e->now_ms, &c);
	if (cause == NULL && l->pending != NULL)
		cause = by_command = engine_command_cause(l);
	engine_message_reports(e, l, cause);
	if (changed) {
		react(e, &c, cause);
	} else {
		if (l->pending != NULL)
			engine_command_confirm(l);
		if (l->last_updated - l->recorded >= TOUCH_MS)
			record_state(e->recorder, l);
	}
	late_free(by_command);
	house_change_free(&c);
	if (r->poll)
		engine_poll(e, l);
}
