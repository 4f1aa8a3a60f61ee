/* SPDX-License-Identifier: ISC
 *
 * Automations in motion: which triggers listen to which entities, what is being waited for (`for:`), and
 * runs with their delays. Holds and runs are rows, so that the next engine goes on where this one is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "workers/engine.h"

struct rule_link {
	struct engine_rule	*rule;
	int			 trigger;
	struct rule_link	*next;
};

/* The triggers that listen to one entity, whether it exists or not. */
struct link_list {
	char			*entity_id;
	struct rule_link	*first;
};

/* A trigger that holds and must hold on until the timer fires. */
struct waiting {
	struct engine_rule	*rule;
	int			 trigger;
	int64_t			 entity;
	struct late		*cause;
	struct timer		 timer;
	struct waiting		*next;
};

struct active_run {
	struct engine_rule	*rule;
	struct run		 row;
	size_t			 position;
	struct late		*id, *event, *cause;
	bool			 written;	/* a row exists or is in a batch */
	struct timer		 timer;
};

struct time_timer {
	struct engine_rule	*rule;
	int			 trigger;
	struct timer		 timer;
};

struct engine_rule {
	struct engine		*e;
	int64_t			 row;
	char			*id;
	char			*actor;		/* "automation:ID" */
	struct rule		*rule;
	struct active_run	*run;		/* at most one: single and restart */
	struct waiting		*waiting;
	struct time_timer	*times;		/* one per trigger */
};

static void fire(struct engine_rule *r, int trigger, struct late *cause, bool ask);

/* ---- links ---- */

static struct link_list *
links_of(struct engine *e, const char *entity_id)
{
	struct link_list *list = map_get(&e->links, entity_id);

	if (list == NULL) {
		list = mem_xcalloc(1, sizeof(*list));
		list->entity_id = mem_xstrdup(entity_id);
		map_put(&e->links, list->entity_id, list);
	}
	return list;
}

static void
relink(struct engine *e, struct link_list *list)
{
	struct live *l = house_find_id(&e->house, list->entity_id);

	if (l != NULL)
		l->links = list->first;
}

void
engine_rules_link(struct engine *e, struct live *l)
{
	struct link_list *list = map_get(&e->links, l->entity_id);

	l->links = list == NULL ? NULL : list->first;
}

static void
link_trigger(struct engine_rule *r, int trigger)
{
	const struct rule_entities *who = &r->rule->triggers[trigger].entities;
	struct link_list *list;
	struct rule_link *link;
	size_t i;

	for (i = 0; i < who->n; i++) {
		list = links_of(r->e, who->ids[i]);
		link = mem_xcalloc(1, sizeof(*link));
		link->rule = r;
		link->trigger = trigger;
		link->next = list->first;
		list->first = link;
		relink(r->e, list);
	}
}

static void
unlink_trigger(struct engine_rule *r, int trigger)
{
	const struct rule_entities *who = &r->rule->triggers[trigger].entities;
	struct rule_link **at, *gone;
	struct link_list *list;
	size_t i;

	for (i = 0; i < who->n; i++) {
		list = links_of(r->e, who->ids[i]);
		for (at = &list->first; (gone = *at) != NULL;) {
			if (gone->rule == r && gone->trigger == trigger) {
				*at = gone->next;
				free(gone);
			} else
				at = &gone->next;
		}
		relink(r->e, list);
	}
}

/* ---- waiting for `for:` ---- */

static struct waiting **
find_waiting(struct engine_rule *r, int trigger, int64_t entity)
{
	struct waiting **at;

	for (at = &r->waiting; *at != NULL; at = &(*at)->next)
		if ((*at)->trigger == trigger && (*at)->entity == entity)
			break;
	return at;
}

static void
end_waiting(struct waiting **at)
{
	struct waiting *w = *at;

	*at = w->next;
	timer_stop(&w->rule->e->timers, &w->timer);
	late_free(w->cause);
	free(w);
}

static void
unhold(struct waiting **at)
{
	struct waiting *w = *at;
	struct hold h = { .automation = w->rule->row, .trigger = w->trigger, .entity = w->entity };

	record_unhold(w->rule->e->recorder, &h);
	end_waiting(at);
}

void
engine_rules_unhold(struct engine *e, int64_t entity)
{
	struct engine_rule *r;
	struct waiting **at;
	size_t i = 0;

	while ((r = map_next(&e->rules, &i)) != NULL)
		for (at = &r->waiting; *at != NULL;)
			if ((*at)->entity == entity)
				unhold(at);
			else
				at = &(*at)->next;
}

static void
held_long_enough(void *arg, int64_t now_ms)
{
	struct waiting *w = arg;
	struct engine_rule *r = w->rule;
	struct late *cause = late_ref(w->cause);
	int trigger = w->trigger;

	(void)now_ms;
	mem_arena_reset(r->e->arena);
	r->e->arrived_us = clock_mono_us();
	unhold(find_waiting(r, trigger, w->entity));
	fire(r, trigger, cause, true);
	late_free(cause);
}

static void
start_waiting(struct engine_rule *r, int trigger, int64_t entity, int64_t due, struct late *cause)
{
	struct waiting *w = mem_xcalloc(1, sizeof(*w));

	w->rule = r;
	w->trigger = trigger;
	w->entity = entity;
	w->cause = late_ref(cause);
	w->timer.fn = held_long_enough;
	w->timer.arg = w;
	w->next = r->waiting;
	r->waiting = w;
	timer_start(&r->e->timers, &w->timer, due);
}

static void
hold(struct engine_rule *r, int trigger, int64_t entity, struct late *cause)
{
	struct hold h = {
		.automation = r->row, .trigger = trigger, .entity = entity,
		.due = r->e->now_ms + r->rule->triggers[trigger].hold_ms,
	};
	struct waiting **at = find_waiting(r, trigger, entity);

	if (*at != NULL)
		end_waiting(at);
	start_waiting(r, trigger, entity, h.due, cause);
	record_hold(r->e->recorder, &h, cause);
}

/* ---- runs ---- */

static void
run_free(struct active_run *run)
{
	timer_stop(&run->rule->e->timers, &run->timer);
	if (run->rule->run == run)
		run->rule->run = NULL;
	late_free(run->id);
	late_free(run->event);
	late_free(run->cause);
	free(run);
}

static void
run_write(struct active_run *run, const char *status, const char *reason)
{
	char position[32];

	snprintf(position, sizeof(position), "[%zu]", run->position);
	run->row.position = position;
	run->row.status = status;
	run->row.reason = reason;
	record_run(run->rule->e->recorder, &run->row, run->id, run->event, run->cause);
}

static void
run_event(struct active_run *run, const char *status, const char *reason)
{
	struct engine_rule *r = run->rule;
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);
	bool start = strcmp(status, "started") == 0;

	jsw_object(&w, NULL);
	jsw_string(&w, "automation_id", r->id);
	jsw_string(&w, "name", r->rule->name);
	jsw_string(&w, "status", status);
	if (start)
		jsw_int(&w, "trigger", run->row.trigger);
	if (reason != NULL)
		jsw_string(&w, "reason", reason);
	jsw_end(&w);
	buf_printf(&subject, "automation.%s", r->id);
	record_event(r->e->recorder, &(struct recorded){
		.kind = EVENT_AUTOMATION_RUN, .subject = buf_str(&subject), .actor = r->actor,
		.data = buf_str(&data), .cause = start ? run->cause : run->event,
		.self = start ? run->event : NULL });
	buf_free(&data);
	buf_free(&subject);
}

static void
run_end(struct active_run *run, const char *status, const char *reason)
{
	run->row.ended = run->rule->e->now_ms;
	run->row.wake = 0;
	run_write(run, status, reason);
	if (strcmp(status, "done") != 0)
		run_event(run, status, reason);
	run_free(run);
}

static enum rc
run_command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct active_run *run = arg;

	return engine_command(run->rule->e, l, service, data, run->rule->actor, run->event, f);
}

static void
run_step(struct active_run *run)
{
	struct engine *e = run->rule->e;
	struct action_context x = {
		.house = &e->house, .now_ms = e->now_ms, .command = run_command, .arg = run,
	};
	char reason[sizeof(x.fault.field) + sizeof(x.fault.msg) + 4];

	switch (automation_run(run->rule->rule, &run->position, &x)) {
	case ACTION_NEXT:
		run_end(run, "done", NULL);
		break;
	case ACTION_WAIT:
		run->row.wake = x.wake_ms;
		run_write(run, "running", NULL);
		timer_start(&e->timers, &run->timer, x.wake_ms);
		break;
	case ACTION_FAILED:
		snprintf(reason, sizeof(reason), "%s%s%s", x.fault.field, *x.fault.field ? ": " : "",
		    x.fault.msg);
		run_end(run, "failed", reason);
		break;
	}
}

static void
run_wake(void *arg, int64_t now_ms)
{
	struct active_run *run = arg;

	(void)now_ms;
	mem_arena_reset(run->rule->e->arena);
	run->rule->e->arrived_us = clock_mono_us();
	run_step(run);
}

static struct active_run *
run_new(struct engine_rule *r, int trigger, struct late *cause)
{
	struct active_run *run = mem_xcalloc(1, sizeof(*run));

	run->rule = r;
	run->row.automation = r->row;
	run->row.trigger = trigger;
	run->row.started = r->e->now_ms;
	run->id = late_new(0);
	run->event = late_new(0);
	run->cause = late_ref(cause);
	run->timer.fn = run_wake;
	run->timer.arg = run;
	r->run = run;
	return run;
}

/* A run that did not come about is worth an event too: somebody will ask why. */
static void
not_run(struct engine_rule *r, int trigger, struct late *cause, const char *why)
{
	struct active_run *run = run_new(r, trigger, cause);

	late_free(run->event);
	run->event = late_ref(cause);
	run_event(run, "not_run", why);
	run_free(run);
}

static void
start_run(struct engine_rule *r, int trigger, struct late *cause)
{
	struct active_run *run;

	if (r->run != NULL)
		run_end(r->run, "stopped", "it was triggered again");
	metric_add(METRIC_AUTOMATIONS, 1);
	run = run_new(r, trigger, cause);
	run_event(run, "started", NULL);
	run_step(run);
}

static void
fire(struct engine_rule *r, int trigger, struct late *cause, bool ask)
{
	struct buf why = { .max = 200 };

	if (r->run != NULL && r->rule->mode == AUTOMATION_SINGLE)
		log_debug(r->id, "triggered while it runs: ignored");
	else if (ask && !automation_may_run(r->rule, &r->e->house, r->e->now_ms, &why))
		not_run(r, trigger, cause, buf_str(&why));
	else
		start_run(r, trigger, cause);
	buf_free(&why);
}

/* ---- triggers ---- */

static void
judge_one(struct engine *e, const struct rule_link *link, const struct house_change *c,
    struct late *cause)
{
	struct engine_rule *r = link->rule;
	const struct trigger *t = &r->rule->triggers[link->trigger];
	struct waiting **at;

	switch (t->ops->judge(t, c)) {
	case TRIGGER_YES:
		if (t->hold_ms > 0)
			hold(r, link->trigger, c->live->row, cause);
		else
			fire(r, link->trigger, cause, true);
		break;
	case TRIGGER_OFF:
		at = find_waiting(r, link->trigger, c->live->row);
		if (*at != NULL)
			unhold(at);
		break;
	case TRIGGER_NO:
		break;
	}
	(void)e;
}

bool
engine_rules_hear(struct engine *e, const char *subject)
{
	const struct link_list *list = map_get(&e->links, subject);

	return list != NULL && list->first != NULL;
}

/* Those that listen to the entity; of what happened, to its subject. */
static const struct rule_link *
listeners(struct engine *e, const struct house_change *c)
{
	const struct link_list *list;

	if (c->event == 0)
		return c->live->links;
	list = map_get(&e->links, c->subject);
	return list == NULL ? NULL : list->first;
}

void
engine_rules_judge(struct engine *e, const struct house_change *c, struct late *cause)
{
	const struct rule_link *link;

	for (link = listeners(e, c); link != NULL; link = link->next)
		judge_one(e, link, c, cause);
}

static void
time_comes(void *arg, int64_t now_ms)
{
	struct time_timer *t = arg;
	struct engine_rule *r = t->rule;
	const struct trigger *trigger = &r->rule->triggers[t->trigger];

	mem_arena_reset(r->e->arena);
	r->e->arrived_us = clock_mono_us();
	record_time_triggers(r->e->recorder, t->timer.due);
	timer_start(&r->e->timers, &t->timer, trigger->ops->next(trigger, now_ms));
	fire(r, t->trigger, NULL, true);
}

static void
start_times(struct engine_rule *r)
{
	const struct trigger *t;
	size_t i;

	r->times = mem_xcalloc(r->rule->n_triggers, sizeof(*r->times));
	for (i = 0; i < r->rule->n_triggers; i++) {
		t = &r->rule->triggers[i];
		r->times[i] = (struct time_timer){ .rule = r, .trigger = (int)i,
		    .timer = { .fn = time_comes, .arg = &r->times[i] } };
		if (t->ops->next != NULL)
			timer_start(&r->e->timers, &r->times[i].timer, t->ops->next(t, r->e->time_from));
	}
}

/* ---- loading ---- */

static void
rule_free(struct engine_rule *r, bool stopped)
{
	size_t i;

	for (i = 0; i < r->rule->n_triggers; i++) {
		unlink_trigger(r, (int)i);
		timer_stop(&r->e->timers, &r->times[i].timer);
	}
	while (r->waiting != NULL) {
		if (stopped)
			unhold(&r->waiting);
		else
			end_waiting(&r->waiting);
	}
	if (r->run != NULL && stopped)
		run_end(r->run, "stopped", "the automation was changed or disabled");
	else if (r->run != NULL)
		run_free(r->run);
	map_remove_int(&r->e->rules, r->row);
	automation_free(r->rule);
	free(r->times);
	free(r->id);
	free(r->actor);
	free(r);
}

static struct engine_rule *
rule_add(struct engine *e, const struct automation *row)
{
	struct fault f = { 0 };
	struct js *config = NULL;
	struct engine_rule *r;
	struct rule *rule = NULL;
	size_t i;

	if (js_parse(row->config, strlen(row->config), JS_STRICT, &config, &f) != RC_OK ||
	    automation_compile(config, &rule, &f) != RC_OK) {
		log_error(row->id, "cannot be used: %s: %s", f.field, f.msg);
		js_free(config);
		return NULL;
	}
	js_free(config);
	r = mem_xcalloc(1, sizeof(*r));
	r->e = e;
	r->row = row->row;
	r->id = mem_xstrdup(row->id);
	r->actor = mem_xprintf("automation:%s", row->id);
	r->rule = rule;
	map_put_int(&e->rules, r->row, r);
	for (i = 0; i < rule->n_triggers; i++)
		link_trigger(r, (int)i);
	start_times(r);
	return r;
}

static bool
load_rule(const struct automation *row, void *arg)
{
	if (row->enabled)
		rule_add(arg, row);
	return true;
}

static bool
load_hold(const struct hold *h, void *arg)
{
	struct engine *e = arg;
	struct engine_rule *r = map_get_int(&e->rules, h->automation);
	struct late *cause;

	if (r == NULL || (size_t)h->trigger >= r->rule->n_triggers)
		return true;
	cause = late_new(h->cause);
	start_waiting(r, h->trigger, h->entity, h->due, cause);
	late_free(cause);
	return true;
}

static bool
load_run(const struct run *row, void *arg)
{
	struct engine *e = arg;
	struct engine_rule *r = map_get_int(&e->rules, row->automation);
	struct active_run *run;
	struct late *cause;

	if (r == NULL || r->run != NULL)
		return true;
	cause = late_new(row->cause);
	run = run_new(r, row->trigger, cause);
	late_free(cause);
	atomic_store(&run->id->id, row->id);
	atomic_store(&run->event->id, row->event);
	run->row.started = row->started;
	run->row.wake = row->wake;
	run->position = (size_t)strtoul(row->position + 1, NULL, 10);
	timer_start(&e->timers, &run->timer, row->wake != 0 ? row->wake : e->now_ms);
	return true;
}

enum rc
engine_rules_load(struct engine *e)
{
	enum rc rc;

	e->time_from = run_time_from(e->core.db,
	    (int64_t)(metric_get(METRIC_ENGINE_HEARTBEAT, "") * 1000), e->now_ms);
	rc = store_automation_each(e->core.db, load_rule, e);
	if (rc == RC_OK)
		rc = store_hold_each(e->core.db, load_hold, e);
	if (rc == RC_OK)
		rc = store_run_each_open(e->core.db, load_run, e);
	e->time_from = e->now_ms;
	return rc;
}

static struct engine_rule *
find_rule(struct engine *e, const char *id)
{
	struct engine_rule *r;
	size_t i = 0;

	while ((r = map_next(&e->rules, &i)) != NULL)
		if (strcmp(r->id, id) == 0)
			return r;
	return NULL;
}

void
engine_rule_reload(struct engine *e, const char *id)
{
	struct engine_rule *r = find_rule(e, id);
	struct mem_arena *a = mem_arena_new(4096);
	struct automation now;

	if (r != NULL)
		rule_free(r, true);
	e->time_from = e->now_ms;
	if (store_automation_get(e->core.db, id, a, &now) == RC_OK && now.enabled)
		rule_add(e, &now);
	mem_arena_free(a);
}

void
engine_rule_trigger(struct engine *e, const char *id, int64_t event)
{
	struct engine_rule *r = find_rule(e, id);
	struct late *cause;

	if (r == NULL) {
		log_warn(id, "was to be started but is disabled or gone");
		return;
	}
	cause = late_new(event);
	fire(r, -1, cause, false);
	late_free(cause);
}

void
engine_rules_free(struct engine *e)
{
	struct engine_rule *r;
	struct link_list *list;
	size_t i;

	for (i = 0; (r = map_next(&e->rules, &i)) != NULL;)
		rule_free(r, false);
	for (i = 0; (list = map_next(&e->links, &i)) != NULL;) {
		free(list->entity_id);
		free(list);
	}
	map_free(&e->rules);
	map_free(&e->links);
}
