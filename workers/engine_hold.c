/* SPDX-License-Identifier: ISC
 *
 * Triggers that hold and must hold on (`for:`). Each is a row, so that the next engine goes on where
 * this one is.
 */
#include <stdlib.h>

#include "workers/engine_rules_int.h"

struct waiting **
engine_hold_find(struct engine_rule *r, int trigger, int64_t entity)
{
	struct waiting **at;

	for (at = &r->waiting; *at != NULL; at = &(*at)->next)
		if ((*at)->trigger == trigger && (*at)->entity == entity)
			break;
	return at;
}

void
engine_hold_end(struct waiting **at)
{
	struct waiting *w = *at;

	*at = w->next;
	timer_stop(&w->rule->e->timers, &w->timer);
	late_free(w->cause);
	js_free(w->held);
	free(w);
}

void
engine_hold_drop(struct waiting **at)
{
	struct waiting *w = *at;
	struct hold h = { .automation = w->rule->row, .trigger = w->trigger, .entity = w->entity };

	record_unhold(w->rule->e->recorder, &h);
	engine_hold_end(at);
}

void
engine_hold_forget(struct engine *e, int64_t entity)
{
	struct engine_rule *r;
	struct waiting **at;
	size_t i = 0;

	while ((r = map_next(&e->rules, &i)) != NULL)
		for (at = &r->waiting; *at != NULL;)
			if ((*at)->entity == entity)
				engine_hold_drop(at);
			else
				at = &(*at)->next;
}

static void
held_long_enough(void *arg, int64_t now_ms)
{
	struct waiting *w = arg;
	struct engine_rule *r = w->rule;
	struct house_change c = { .now_ms = now_ms, .live = house_find(&r->e->house, w->entity) };
	struct late *cause = late_ref(w->cause);
	struct js *held = w->held;
	int trigger = w->trigger;

	mem_arena_reset(r->e->arena);
	r->e->arrived_us = clock_mono_us();
	c.held = held;
	w->held = NULL;
	engine_hold_drop(engine_hold_find(r, trigger, w->entity));
	engine_run_fire(r, trigger, &c, cause, true);
	js_free(held);
	late_free(cause);
}

void
engine_hold_cut(struct waiting **at, const struct house_change *c)
{
	struct waiting *w = *at;
	struct engine_rule *r = w->rule;
	const struct trigger *by = &r->rule->triggers[w->trigger];
	struct trace t = { 0 };

	trace_trigger(&t, r->revision, w->trigger, by, c);
	trace_cut(&t, by->hold_ms - (w->timer.due - r->e->now_ms), by->hold_ms);
	record_trace(r->e->recorder, r->row, TRACE_CUT, w->cause, &t);
}

void
engine_hold_start(struct engine_rule *r, int trigger, int64_t entity, int64_t due, struct js *held,
    struct late *cause)
{
	struct waiting *w = mem_xcalloc(1, sizeof(*w));

	w->rule = r;
	w->trigger = trigger;
	w->entity = entity;
	w->held = held;
	w->cause = late_ref(cause);
	w->timer.fn = held_long_enough;
	w->timer.arg = w;
	w->next = r->waiting;
	r->waiting = w;
	timer_start(&r->e->timers, &w->timer, due);
}

void
engine_hold(struct engine_rule *r, int trigger, int64_t entity, const struct house_change *c, struct late *cause)
{
	struct hold h = {
		.automation = r->row, .trigger = trigger, .entity = entity,
		.due = r->e->now_ms + r->rule->triggers[trigger].hold_ms,
	};
	struct waiting **at = engine_hold_find(r, trigger, entity);

	if (*at != NULL) {
		engine_hold_cut(at, c);
		engine_hold_end(at);
	}
	engine_hold_start(r, trigger, entity, h.due, rule_change_held(c), cause);
	record_hold(r->e->recorder, &h, cause);
}
