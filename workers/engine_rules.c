/* SPDX-License-Identifier: ISC
 *
 * Automations in motion: which triggers listen to which entities, what the time triggers, and loading.
 * What follows a trigger is in engine_hold.c and engine_run.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "shared/domain/missed.h"
#include "shared/domain/firing.h"
#include "shared/domain/scenario.h"
#include "workers/engine_rules_int.h"

/* Who listens to one subject, whether it exists or not. */
struct link_list {
	char			*entity_id;
	struct rule_link	*first;
};

/* ---- links ---- */

static struct link_list *
links_of(struct engine *e, const char *entity_id)
{
	struct link_list *list = map_get(&e->links, entity_id);

	if (list == NULL) {
		list = mem_xcalloc(1, sizeof(*list));
		list->entity_id = mem_xstrdup(entity_id);
		map_put(&e->links, list->entity_id, list);
		engine_message_listen(e, list->entity_id);
		e->hears_states |= strncmp(entity_id, RULE_STATES, strlen(RULE_STATES)) == 0;
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

static struct rule_link *
add_link(struct engine *e, struct engine_rule *r, const char *subject)
{
	struct link_list *list = links_of(e, subject);
	struct rule_link *link = mem_xcalloc(1, sizeof(*link));

	link->rule = r;
	link->list = list;
	link->next = list->first;
	list->first = link;
	relink(e, list);
	return link;
}

/* It stays until nobody walks along a list any more. */
static void
bury(struct engine *e, struct rule_link *link)
{
	struct rule_link **at;

	for (at = &link->list->first; *at != link; at = &(*at)->next)
		;
	*at = link->next;
	relink(e, link->list);
	link->gone = true;
	link->next_own = e->gone_links;
	e->gone_links = link;
}

static void
free_buried(struct engine *e)
{
	struct rule_link *link;

	while (e->judging == 0 && (link = e->gone_links) != NULL) {
		e->gone_links = link->next_own;
		free(link);
	}
}

static void
link_trigger(struct engine_rule *r, int trigger)
{
	const struct rule_entities *who = &r->rule->triggers[trigger].entities;
	size_t i;

	for (i = 0; i < who->n; i++)
		add_link(r->e, r, who->ids[i])->trigger = trigger;
}

static void
unlink_trigger(struct engine_rule *r, int trigger)
{
	const struct rule_entities *who = &r->rule->triggers[trigger].entities;
	struct rule_link *link, *next;
	size_t i;

	for (i = 0; i < who->n; i++)
		for (link = links_of(r->e, who->ids[i])->first; link != NULL; link = next) {
			next = link->next;
			if (link->rule == r && link->run == NULL && link->trigger == trigger)
				bury(r->e, link);
		}
	free_buried(r->e);
}

void
engine_rules_listen(struct active_run *run, const char *subject)
{
	struct rule_link *link = add_link(run->rule->e, run->rule, subject);

	link->run = run;
	link->next_own = run->links;
	run->links = link;
}

void
engine_rules_listen_alert(struct engine *e, struct engine_alert *al, const char *subject, struct rule_link **own)
{
	struct rule_link *link = add_link(e, NULL, subject);

	link->alert = al;
	link->next_own = *own;
	*own = link;
}

void
engine_rules_deafen_alert(struct engine *e, struct rule_link **own)
{
	struct rule_link *link;

	while ((link = *own) != NULL) {
		*own = link->next_own;
		bury(e, link);
	}
	free_buried(e);
}

void
engine_rules_deafen(struct active_run *run)
{
	engine_rules_deafen_alert(run->rule->e, &run->links);
}

struct late *
engine_follows(struct engine *e, struct late *cause)
{
	struct late *self = late_new(0);

	late_follow(self, cause, e->now_ms);
	self->depth++;
	return self;
}

/* ---- triggers ---- */

static struct rule_context
context(struct engine *e)
{
	return (struct rule_context){ .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch,
	    .db = e->core.db };
}

/* For its next time, when there is one. */
static void
start_timer(struct trigger_state *s, int64_t next)
{
	struct engine *e = s->rule->e;

	if (next != INT64_MAX)
		timer_start(&e->timers, &s->timer, next);
	else if (s->rule->rule->triggers[s->trigger].ops->sun && !e->house.place.known)
		log_warn(s->rule->id, "the sun does not start it: set LATITUDE and LONGITUDE in the configuration");
}

/* Its times are others now; one that is due already comes in this turn of the loop. */
static void
times_changed(struct trigger_state *s)
{
	struct engine *e = s->rule->e;
	const struct trigger *t = &s->rule->rule->triggers[s->trigger];

	if (s->timer.place != 0 && s->timer.due <= e->now_ms)
		return;
	timer_stop(&e->timers, &s->timer);
	start_timer(s, t->ops->next(t, &e->house, e->now_ms));
}

/* A change is shown to a trigger. */
struct showing {
	struct engine_rule	*r;
	int			 trigger;
	struct late		*cause;
};

static void
judge_change(const struct house_change *c, void *arg)
{
	const struct showing *s = arg;
	struct engine_rule *r = s->r;
	int trigger = s->trigger;
	struct late *cause = s->cause;
	const struct trigger *t = &r->rule->triggers[trigger];
	const struct house_change *told = rule_is_minute(c) ? NULL : c;
	int64_t entity = t->ops->level || c->live == NULL ? 0 : c->live->row;
	struct rule_context x = context(r->e);
	struct waiting **at;

	switch (firing_judge(t, c, &x, &r->states[trigger].on)) {
	case TRIGGER_YES:
		if (t->hold_ms > 0)
			engine_hold(r, trigger, entity, told, cause);
		else
			engine_run_fire(r, trigger, told, cause, true);
		break;
	case TRIGGER_OFF:
		at = engine_hold_find(r, trigger, entity);
		if (*at != NULL) {
			engine_hold_cut(at, told);
			engine_hold_drop(at);
		}
		break;
	case TRIGGER_NO:
		break;
	}
}

static void
judge_one(struct engine_rule *r, int trigger, const struct house_change *c, struct late *cause)
{
	const struct trigger *t = &r->rule->triggers[trigger];
	struct showing s = { r, trigger, cause };

	if (t->ops->happens != NULL)
		times_changed(&r->states[trigger]);
	else
		firing_each(t, c, &r->e->house, judge_change, &s);
}

bool
engine_rules_hear(struct engine *e, const char *subject)
{
	const struct link_list *list = map_get(&e->links, subject);

	return list != NULL && list->first != NULL;
}

bool
engine_rules_listened(const struct engine *e, const struct live *l)
{
	return l->links != NULL || e->hears_states;
}

static const struct rule_link *
listeners_to(struct engine *e, const char *subject)
{
	const struct link_list *list = map_get(&e->links, subject);

	return list == NULL ? NULL : list->first;
}

#define LISTENERS 3	/* lists of those that hear of one change */

/* Those that listen to the entity, to all of its domain, to all there are; of what happened, to its subject. */
static void
listeners(struct engine *e, const struct house_change *c, const struct rule_link *lists[LISTENERS])
{
	char domain[sizeof(RULE_STATES) + 64];

	lists[0] = c->event == 0 ? c->live->links : listeners_to(e, c->subject);
	lists[1] = lists[2] = NULL;
	if (c->event != 0 || !e->hears_states)
		return;
	snprintf(domain, sizeof(domain), "%s%s", RULE_STATES, c->live->domain);
	lists[1] = listeners_to(e, domain);
	lists[2] = listeners_to(e, RULE_STATES_ALL);
}

/* Whether a trigger would fire. */
struct asking {
	const struct trigger	*t;
	const struct rule_context *x;
	bool			 yes;
};

static void
ask(const struct house_change *c, void *arg)
{
	struct asking *a = arg;

	a->yes = a->yes || a->t->ops->judge(a->t, c, a->x) == TRIGGER_YES;
}

bool
engine_rules_would(struct engine *e, const struct house_change *c)
{
	struct rule_context x = context(e);
	struct asking a = { NULL, &x, false };
	const struct rule_link *lists[LISTENERS], *link;
	size_t i;

	listeners(e, c, lists);
	for (i = 0; i < LISTENERS; i++)
		for (link = lists[i]; link != NULL && !a.yes; link = link->next) {
			if (link->gone || link->run != NULL || link->alert != NULL)
				continue;
			a.t = &link->rule->rule->triggers[link->trigger];
			firing_each(a.t, c, &e->house, ask, &a);
		}
	return a.yes;
}

static void
show_all(const struct rule_link *link, const struct house_change *c, struct late *cause)
{
	for (; link != NULL; link = link->next)
		if (link->gone)
			continue;
		else if (link->run != NULL)
			engine_run_hear(link->run, c, cause);
		else if (link->alert != NULL)
			engine_alert_hear(link->alert, cause);
		else
			judge_one(link->rule, link->trigger, c, cause);
}

void
engine_rules_judge(struct engine *e, const struct house_change *c, struct late *cause)
{
	const struct rule_link *lists[LISTENERS];
	size_t i;

	if (cause != NULL && cause->ms == 0)
		cause->ms = e->now_ms;		/* others brought it about */
	listeners(e, c, lists);
	e->judging++;
	for (i = 0; i < LISTENERS; i++)
		show_all(lists[i], c, cause);
	e->judging--;
	free_buried(e);
}

/* Something that no entity says, for those who listen to its subject. */
static void
happen(struct engine *e, int kind, const char *subject, const struct js *data, struct late *cause)
{
	struct house_change c = { .now_ms = e->now_ms, .event = kind, .subject = subject, .data = data };

	engine_rules_judge(e, &c, cause);
}

enum rc
engine_rules_tell(struct engine *e, const char *type, const struct js *data, const char *actor, struct late *cause,
    struct fault *f)
{
	enum rc rc = RC_OK;
	char *subject = mem_xprintf("event.%s", type);
	struct late *self = engine_follows(e, cause);
	struct buf text = { 0 };

	js_dump(data, &text);
	record_event(e->recorder, &(struct recorded){ .kind = EVENT_CUSTOM, .subject = subject, .actor = actor,
		.data = buf_str(&text), .cause = cause, .self = self });
	happen(e, EVENT_CUSTOM, subject, data, self);
	if (self->ended)
		rc = fault_set(f, RC_LIMITED, NULL, CHAIN_ENDED);
	late_free(self);
	buf_free(&text);
	free(subject);
	return rc;
}

void
engine_rules_started(struct engine *e, int64_t since_ms)
{
	struct late *self = late_new(0);
	struct buf data = { 0 };
	struct jsw w = jsw_to(&data);

	jsw_object(&w, NULL);
	jsw_time(&w, "since", since_ms);
	jsw_end(&w);
	record_event(e->recorder, &(struct recorded){ .kind = EVENT_SYSTEM, .subject = "house.start",
		.actor = "engine", .data = buf_str(&data), .self = self });
	happen(e, EVENT_SYSTEM, "house.start", NULL, self);
	late_free(self);
	buf_free(&data);
}

static void
fire(const struct house_change *c, void *arg)
{
	struct trigger_state *t = arg;

	engine_run_fire(t->rule, t->trigger, c, NULL, true);
}

static void
time_comes(void *arg, int64_t now_ms)
{
	struct trigger_state *t = arg;
	struct engine_rule *r = t->rule;
	const struct trigger *by = &r->rule->triggers[t->trigger];
	int64_t due = t->timer.due;

	mem_arena_reset(r->e->arena);
	r->e->arrived_us = clock_mono_us();
	record_time_triggers(r->e->recorder, due);
	t->late = now_ms - due > MISSED_GRACE_MS ? now_ms - due : 0;
	start_timer(t, rule_trigger_after(by, &r->e->house, due, now_ms));
	rule_trigger_come(by, &r->e->house, due, fire, t);
	t->late = 0;
}

/* As one that is late is asked too, none is left out: what is true now and was not counts. */
static void
minute_comes(void *arg, int64_t now_ms)
{
	struct engine *e = arg;
	struct house_change c = rule_minute(now_ms);
	int64_t due = e->minute.due;

	timer_start(&e->timers, &e->minute, rule_minute_after(now_ms));
	if (!engine_rules_hear(e, RULE_MINUTE))
		return;
	mem_arena_reset(e->arena);
	e->arrived_us = clock_mono_us();
	record_time_triggers(e->recorder, due);
	engine_rules_judge(e, &c, NULL);
}

/* Up to when the times of the rule are done. */
static int64_t
done_until(const struct engine_rule *r)
{
	return r->updated > r->e->time_from ? r->updated : r->e->time_from;
}

/* Times that passed while no engine ran are made up for, asked about, or told as missed. */
static void
start_times(struct trigger_state *s)
{
	struct engine_rule *r = s->rule;
	const struct trigger *t = &r->rule->triggers[s->trigger];
	struct engine *e = r->e;
	struct missed m = missed_judge(r->rule, t, &e->house, done_until(r), e->now_ms);
	struct trace trace = { 0 };

	start_timer(s, m.next);
	if (!m.any || m.what == MISSED_RUN)
		return;
	trace_trigger(&trace, r->revision, s->trigger, t, NULL);
	trace_late(&trace, e->now_ms - m.due);
	trace_why(&trace, m.what == MISSED_ASK ?
	    "its time passed while the house was not running, and people are asked" :
	    r->rule->missed == MISSED_SKIP ? "its time passed while the house was not running, and the rule leaves it" :
	    "its time passed while the house was not running, too long ago to make up for it");
	record_trace(e->recorder, r->row, TRACE_MISSED, NULL, &trace);
	if (m.what == MISSED_ASK)
		record_question(e->recorder, &(struct question){ .automation = r->row, .automation_id = r->id,
		    .name = r->rule->name, .trigger = s->trigger, .due = m.due, .asked = e->now_ms });
}

static void
start_triggers(struct engine_rule *r)
{
	struct rule_context x = context(r->e);
	const struct trigger *t;
	size_t i;

	x.now_ms = done_until(r);	/* what the clock has changed since is news */
	r->states = mem_xcalloc(r->rule->n_triggers + 1, sizeof(*r->states));
	for (i = 0; i < r->rule->n_triggers; i++) {
		t = &r->rule->triggers[i];
		r->states[i] = (struct trigger_state){ .rule = r, .trigger = (int)i,
		    .timer = { .fn = time_comes, .arg = &r->states[i] } };
		if (t->ops->level)
			r->states[i].on = t->ops->judge(t, NULL, &x) == TRIGGER_YES;
		if (t->ops->next != NULL)
			start_times(&r->states[i]);
	}
}

/* ---- loading ---- */

/* stopped: why what it does ends; NULL: another engine goes on with it. */
static void
rule_free(struct engine_rule *r, const char *stopped)
{
	size_t i;

	for (i = 0; i < r->rule->n_triggers; i++) {
		unlink_trigger(r, (int)i);
		timer_stop(&r->e->timers, &r->states[i].timer);
	}
	while (r->waiting != NULL) {
		if (stopped != NULL)
			engine_hold_drop(&r->waiting);
		else
			engine_hold_end(&r->waiting);
	}
	while (r->runs != NULL) {
		if (stopped != NULL)
			engine_run_end(r->runs, "stopped", stopped);
		else
			engine_run_free(r->runs);
	}
	map_remove_int(&r->e->rules, r->row);
	automation_free(r->rule);
	free(r->states);
	free(r->id);
	free(r->actor);
	free(r);
}

static enum rc
compile(struct engine *e, const struct automation *row, struct rule **rule, struct fault *f)
{
	struct js *config = NULL, *named;
	enum rc rc = js_parse(row->config, strlen(row->config), JS_STRICT, &config, f);

	if (rc != RC_OK)
		return rc;
	named = webhook_named(config, e->webhook_key);
	rc = row->scenario ? automation_compile_scenario(named, rule, f) : automation_compile(named, rule, f);
	js_free(named);
	js_free(config);
	return rc;
}

static struct engine_rule *
rule_add(struct engine *e, const struct automation *row)
{
	struct fault f = { 0 };
	struct engine_rule *r;
	struct rule *rule = NULL;
	size_t i;

	if (compile(e, row, &rule, &f) != RC_OK) {
		log_error(row->id, "cannot be used: %s: %s", f.field, f.msg);
		return NULL;
	}
	r = mem_xcalloc(1, sizeof(*r));
	r->e = e;
	r->row = row->row;
	r->id = mem_xstrdup(row->id);
	r->actor = mem_xprintf("%s:%s", row->scenario ? "scenario" : "automation", row->id);
	r->rule = rule;
	r->revision = row->revision;
	r->updated = row->updated;
	r->last_run = rule->looks_at_itself ? -1 : 0;
	map_put_int(&e->rules, r->row, r);
	for (i = 0; i < rule->n_triggers; i++)
		link_trigger(r, (int)i);
	start_triggers(r);
	return r;
}

static bool
load_rule(const struct automation *row, void *arg)
{
	if (row->enabled)
		rule_add(arg, row);
	return true;
}

/* Of the change that it began with the log says the states. */
static struct js *
held_since(const struct hold *h, struct engine *e)
{
	const struct live *l = house_find(&e->house, h->entity);
	struct store_event ev;

	if (l == NULL || h->cause == 0 || store_event_get(e->core.db, h->cause, e->arena, &ev) != RC_OK ||
	    ev.kind != EVENT_STATE_CHANGED || ev.entity != h->entity)
		return NULL;
	return rule_held_since(l, ev.prior, ev.state, ev.time);
}

static bool
load_hold(const struct hold *h, void *arg)
{
	struct engine *e = arg;
	struct engine_rule *r = map_get_int(&e->rules, h->automation);
	struct late *cause;

	if (r == NULL || (size_t)h->trigger >= r->rule->n_triggers)
		return true;
	if (r->rule->triggers[h->trigger].ops->level && !r->states[h->trigger].on) {
		record_unhold(e->recorder, h);	/* it ended while no engine ran */
		return true;
	}
	cause = engine_recall(e, h->cause);
	engine_hold_start(r, h->trigger, h->entity, h->due, held_since(h, e), cause);
	late_free(cause);
	return true;
}

static bool
load_run(const struct run *row, void *arg)
{
	struct engine *e = arg;
	struct engine_rule *r = map_get_int(&e->rules, row->automation);

	if (r != NULL)
		engine_run_resume(r, row);
	return true;
}

enum rc
engine_rules_load(struct engine *e)
{
	struct engine_rule *r;
	size_t i = 0;
	enum rc rc;

	e->scratch = template_scratch_new();
	e->time_from = run_time_from(e->core.db,
	    (int64_t)(metric_get(METRIC_ENGINE_HEARTBEAT, "") * 1000), e->now_ms);
	if ((rc = store_webhook_key(e->core.db, e->webhook_key)) == RC_OK)
		rc = store_automation_each(e->core.db, load_rule, e);
	if (rc == RC_OK)
		rc = store_hold_each(e->core.db, load_hold, e);
	if (rc == RC_OK)
		rc = store_run_each_open(e->core.db, load_run, e);
	while (rc == RC_OK && (r = map_next(&e->rules, &i)) != NULL)
		engine_run_resumed(r);
	e->minute.fn = minute_comes;
	e->minute.arg = e;
	timer_start(&e->timers, &e->minute, rule_minute_after(e->time_from));
	e->time_from = e->now_ms;
	return rc;
}

struct engine_rule *
engine_rule_find(struct engine *e, const char *id)
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
	struct engine_rule *r = engine_rule_find(e, id);
	struct mem_arena *a = mem_arena_new(4096);
	struct automation now;
	enum rc rc = store_automation_get(e->core.db, id, a, &now);
	bool there;

	if (rc == RC_NOT_FOUND)
		rc = store_automation_get_scenario(e->core.db, id, a, &now);
	if (rc != RC_OK && rc != RC_NOT_FOUND) {	/* the database has said why */
		log_error(id, "cannot be read: the house goes on with what it knows of it");
		mem_arena_free(a);
		return;
	}
	there = rc == RC_OK;
	if (r != NULL)
		rule_free(r, !there ? RUN_RULE_REMOVED :
		    now.enabled ? "the rule was changed" : "the rule was disabled");
	e->time_from = e->now_ms;
	if (there && now.enabled)
		rule_add(e, &now);
	mem_arena_free(a);
}

void
engine_rule_trigger(struct engine *e, const char *id, int64_t event)
{
	struct engine_rule *r = engine_rule_find(e, id);
	struct late *cause;

	if (r == NULL) {
		log_warn(id, "was to be started but is disabled or gone");
		return;
	}
	cause = late_new(event);
	engine_run_fire(r, -1, NULL, cause, false);
	late_free(cause);
}

/* As a reaction of its own, with an event between the two: else rules that start each other were no chain. */
static enum rc
start_other(struct engine_rule *by, struct engine_rule *r, bool skip, struct late *cause, struct fault *f)
{
	struct engine *e = by->e;
	struct late *self = engine_follows(e, cause);
	char *data = mem_xprintf("{\"entity_id\":\"automation.%s\"}", r->id), *subject = mem_xprintf("%s", by->actor);
	struct house_change c = { .now_ms = e->now_ms, .event = EVENT_CUSTOM, .subject = subject };
	bool ended;

	*strchr(subject, ':') = '.';
	record_event(e->recorder, &(struct recorded){ .kind = EVENT_CUSTOM, .subject = "event.automation_triggered",
		.actor = by->actor, .data = data, .cause = cause, .self = self });
	engine_run_fire(r, -1, &c, self, !skip);
	ended = self->ended;
	late_free(self);
	free(data);
	free(subject);
	return ended ? fault_set(f, RC_LIMITED, NULL, CHAIN_ENDED) : RC_OK;
}

enum rc
engine_rule_act(struct engine_rule *by, const char *id, const char *service, bool skip, struct late *cause,
    struct fault *f)
{
	struct engine *e = by->e;
	struct engine_rule *r = engine_rule_find(e, id);
	struct mem_arena *a = mem_arena_new(4096);
	struct automation row;
	enum rc rc = store_automation_get(e->core.db, id, a, &row);

	mem_arena_free(a);
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "there is no automation %.100s", id);
	if (strcmp(service, "trigger") == 0)
		return r == NULL || r->off ? fault_set(f, RC_REFUSED, NULL, "automation.%.100s is turned off", id) :
		    start_other(by, r, skip, cause, f);
	if (r != NULL)	/* what follows at once finds it so */
		r->off = strcmp(service, "turn_off") == 0;
	record_turn(e->recorder, id, strcmp(service, "turn_on") == 0, by->actor, cause);
	return RC_OK;
}

void
engine_scenario_run(struct engine *e, const char *id, const struct js *parameters, int64_t event)
{
	struct engine_rule *r = engine_rule_find(e, id);
	struct fault f = { 0 };
	struct late *cause;

	if (r == NULL || !r->rule->scenario) {
		log_warn(id, "was to be run but is gone");
		return;
	}
	cause = late_new(event);
	engine_run_call(r, parameters, cause, &f);
	late_free(cause);
}

enum rc
engine_scenario_start(struct engine *e, const char *id, const struct js *parameters, struct late *cause,
    struct fault *f)
{
	struct engine_rule *r = engine_rule_find(e, id);
	struct js *arguments = NULL;
	enum rc rc;

	if (r == NULL || !r->rule->scenario)
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no scenario %.60s", id);
	if (!engine_chain_reacts(r, r->actor, cause))
		return fault_set(f, RC_LIMITED, NULL, CHAIN_ENDED);
	rc = scenario_arguments(e->core.db, js_get(r->rule->config, "parameters"), parameters, &arguments, f);
	if (rc != RC_OK)
		return rc;
	rc = engine_run_call(r, arguments, cause, f);
	js_free(arguments);
	return rc;
}

void
engine_scenario_stop(struct engine *e, const char *id, bool restore)
{
	struct engine_rule *r = engine_rule_find(e, id);

	if (r != NULL && r->rule->scenario)
		engine_run_stop_all(r, restore);
}

void
engine_rules_free(struct engine *e)
{
	struct engine_rule *r;
	struct link_list *list;
	size_t i;

	for (i = 0; (r = map_next(&e->rules, &i)) != NULL;)
		rule_free(r, NULL);
	for (i = 0; (list = map_next(&e->links, &i)) != NULL;) {
		free(list->entity_id);
		free(list);
	}
	timer_stop(&e->timers, &e->minute);
	map_free(&e->rules);
	map_free(&e->links);
	engine_chain_free(e);
	free(e->heard_filters);
	e->heard_filters = NULL;
	e->n_heard_filters = 0;
	e->hears_messages = e->hears_states = false;
	template_scratch_free(e->scratch);
	e->scratch = NULL;
}
