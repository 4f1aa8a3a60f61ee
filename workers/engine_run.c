/* SPDX-License-Identifier: ISC
 *
 * Runs of automations, with their delays and waits. Each is a row, so that the next engine goes on where this one
 * is; what it does and why it did not come about are events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "shared/domain/firing.h"
#include "shared/domain/registry.h"
#include "shared/domain/scenario.h"
#include "workers/engine_rules_int.h"

#define PACE_MS 10000
#define PACES_MAX 2000		/* pauses of a run that end within that time */
#define TOO_FAST "it went on after a pause more than 2,000 times within 10 seconds: an endless loop"
#define NOTHING_FITS "nothing in this house fits it: it told no device anything"

void
engine_run_free(struct active_run *run)
{
	struct active_run **at;

	timer_stop(&run->rule->e->timers, &run->timer);
	engine_rules_deafen(run);
	for (at = &run->rule->runs; *at != NULL && *at != run; at = &(*at)->next)
		;
	if (*at == run) {
		*at = run->next;
		run->rule->n_runs--;
	}
	script_free(run->script);
	trace_free(&run->trace);
	late_free(run->id);
	late_free(run->event);
	late_free(run->cause);
	free(run);
}

/* Where it is: the revision of the rule, and the strands, or that it waits for its turn. */
static void
run_write(struct active_run *run, const char *status, const char *reason)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_int(&w, "revision", run->rule->revision);
	if (run->queued)
		jsw_bool(&w, "queued", true);
	if (strcmp(status, "running") == 0) {
		jsw_int(&w, "steps", run->steps);
		if (run->commands > 0)
			jsw_int(&w, "commands", run->commands);
		script_write(&w, "strands", run->script);
	}
	jsw_end(&w);
	run->row.position = buf_str(&b);
	run->row.status = status;
	run->row.reason = reason;
	record_run(run->rule->e->recorder, &run->row, run->id, run->event, run->cause, &run->trace);
	buf_free(&b);
}

/* {"scenario", "name", "status", "reason"} or, of its start, "parameters". Its end is told with its row. */
static void
scenario_event(struct active_run *run, const char *status, const char *reason)
{
	struct engine_rule *r = run->rule;
	const struct js *variables = run->script != NULL ? run->script->strands[0]->variables : NULL;
	bool start = strcmp(status, "started") == 0;
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);

	jsw_object(&w, NULL);
	jsw_string(&w, "scenario", r->id);
	jsw_string(&w, "name", r->rule->name);
	jsw_string(&w, "status", status);
	if (reason != NULL)
		jsw_string(&w, "reason", reason);
	if (start)
		scenario_write_parameters(&w, js_get(r->rule->config, "parameters"), variables);
	jsw_end(&w);
	buf_printf(&subject, "scenario.%s", r->id);
	record_event(r->e->recorder, &(struct recorded){
		.kind = start ? EVENT_SCENARIO_START : EVENT_SCENARIO_COMPLETE, .subject = buf_str(&subject),
		.actor = r->actor, .data = buf_str(&data), .cause = start ? run->cause : run->event,
		.self = start ? run->event : NULL });
	buf_free(&data);
	buf_free(&subject);
}

/* A run of the rule that starts, by the trigger of that number, becomes self; of one that ends self is NULL. */
static void
rule_event(struct engine_rule *r, int place, const char *status, int trigger, const char *reason, struct late *cause,
    struct late *self)
{
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);

	jsw_object(&w, NULL);
	jsw_string(&w, "automation_id", r->id);
	jsw_string(&w, "name", r->rule->name);
	jsw_string(&w, "status", status);
	if (self != NULL)
		jsw_int(&w, "trigger", trigger);
	if (reason != NULL)
		jsw_string(&w, "reason", reason);
	jsw_end(&w);
	buf_puts(&subject, "automation.");
	buf_puts(&subject, r->id);
	record_event_at(r->e->recorder, place, &(struct recorded){
		.kind = EVENT_AUTOMATION_RUN, .subject = buf_str(&subject), .actor = r->actor,
		.data = buf_str(&data), .cause = cause, .self = self });
	buf_free(&data);
	buf_free(&subject);
}

static void run_begin(struct active_run *run);

/* The next one that waits for its turn. */
static void
next_turn(struct engine_rule *r)
{
	struct active_run *run, *oldest = NULL;

	for (run = r->runs; run != NULL; run = run->next) {
		if (!run->queued)
			return;
		oldest = run;		/* the newest is the first */
	}
	if (oldest != NULL)
		run_begin(oldest);
}

void
engine_run_end(struct active_run *run, const char *status, const char *reason)
{
	struct engine_rule *r = run->rule;

	run->row.ended = r->e->now_ms;
	run->row.wake = 0;
	run_write(run, status, reason);
	if (strcmp(status, "done") != 0 && !r->rule->scenario)
		rule_event(r, record_place(r->e->recorder), status, 0, reason, run->event, NULL);
	engine_run_free(run);
}

/* ---- what a run may do ---- */

static enum rc
run_command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct active_run *run = arg;
	enum rc rc = engine_chain_acts(run, f);

	if (rc == RC_OK)
		rc = engine_command(run->rule->e, l, service, data, run->rule->actor, run->event, &run->trace, f);

	run->commands += rc == RC_OK;
	return rc;
}

/* What a step set or told, for the trace; readers of it may not see what the rule may. */
static void
run_sets(void *arg, const struct js *values)
{
	struct active_run *run = arg;

	if (run->steps < TRACE_STEPS_MAX && !run->rule->rule->discreet)
		trace_values(&run->trace, values);
}

static enum rc
run_tell(void *arg, const char *type, const struct js *data, struct fault *f)
{
	struct active_run *run = arg;
	enum rc rc = engine_chain_acts(run, f);

	if (rc == RC_OK)
		rc = engine_rules_tell(run->rule->e, type, data, run->rule->actor, run->event, f);
	if (rc == RC_OK)
		run_sets(run, data);
	return rc;
}

static enum rc
run_scenario(void *arg, const char *id, const struct js *parameters, struct fault *f)
{
	struct active_run *run = arg;

	return engine_scenario_start(run->rule->e, id, parameters, run->event, f);
}

static enum rc
run_automation(void *arg, const char *id, const char *service, const struct js *data, struct fault *f)
{
	struct active_run *run = arg;
	enum rc rc = engine_chain_acts(run, f);

	return rc != RC_OK ? rc : engine_rule_act(run->rule, id, service,
	    js_bool(js_get(data, "skip_condition"), true), run->event, f);
}

struct putting {
	struct active_run	*run;
	const char		*payload;
};

static void
put_delivery(const char *channel, const char *target, void *arg)
{
	struct putting *p = arg;
	struct engine_rule *r = p->run->rule;
	char key[OUTBOX_KEY];
	struct delivery d = outbox_delivery(OUTBOX_RULE, channel, p->payload, r->e->now_ms, key);

	d.actor = r->actor;
	d.target = target;
	record_delivery(r->e->recorder, &d, NULL, p->run->event);
}

static enum rc
run_deliver(void *arg, const struct js *channels, const char *payload, struct fault *f)
{
	struct putting p = { arg, payload };
	enum rc rc = engine_chain_acts(p.run, f);

	if (rc == RC_OK)
		channel_each(channels, p.run->rule->e->core.conf, put_delivery, &p);
	return rc;
}

static void
run_members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *fn_arg),
    void *fn_arg)
{
	struct active_run *run = arg;

	registry_members(run->rule->e->core.db, kind, id, fn, fn_arg);
}

/* The first steps; of a run that goes on and on the rest is like them. */
static void
run_trace(void *arg, const struct step *s, const char *result, const char *why)
{
	struct active_run *run = arg;

	if (run->steps < TRACE_STEPS_MAX && strcmp(result, "heard") == 0)
		trace_ref(&run->trace, run->heard);
	if (run->steps++ < TRACE_STEPS_MAX)
		trace_step(&run->trace, s->path, run->rule->e->now_ms - run->row.started, result, why);
}

static struct action_context
context(struct active_run *run)
{
	struct engine *e = run->rule->e;

	return (struct action_context){
		.rule = { .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch,
		    .db = e->core.db, .trace = run->steps < TRACE_STEPS_MAX ? &run->trace : NULL },
		.message = e->messages, .program = &run->rule->rule->program, .command = run_command, .event = run_tell,
		.sets = run_sets, .deliver = run_deliver, .scenario = run_scenario, .automation = run_automation,
		.members = run_members, .trace = run_trace, .arg = run,
	};
}

static void
hear_entity(const char *entity_id, void *arg)
{
	engine_rules_listen(arg, entity_id);
}

/* Written down with when it goes on by itself. */
static void
write_wait(struct active_run *run)
{
	run->row.wake = script_wake(run->script);
	run_write(run, "running", NULL);
	if (run->row.wake != 0)
		timer_start(&run->rule->e->timers, &run->timer, run->row.wake);
	else
		timer_stop(&run->rule->e->timers, &run->timer);
}

static void
wait(struct active_run *run)
{
	write_wait(run);
	engine_rules_deafen(run);
	script_listens(run->script, &run->rule->rule->program, hear_entity, run);
}

/* The run may be gone afterwards. */
static void
run_step(struct active_run *run)
{
	struct action_context x = context(run);
	struct engine_rule *r = run->rule;
	char reason[sizeof(x.fault.field) + sizeof(x.fault.msg) + 4];
	enum script_result result;

	run->moving = true;
	result = script_go(run->script, &x);
	run->moving = false;
	snprintf(reason, sizeof(reason), "%s%s%s", x.fault.field, *x.fault.field ? ": " : "", x.fault.msg);
	switch (run->over != NULL ? SCRIPT_STOPPED : result) {
	case SCRIPT_WAITS:
		wait(run);
		return;
	case SCRIPT_DONE:
		engine_run_end(run, "done", r->rule->scenario && run->commands == 0 ? NOTHING_FITS : NULL);
		break;
	case SCRIPT_STOPPED:
		engine_run_end(run, "stopped", run->over != NULL ? run->over : reason);
		break;
	case SCRIPT_FAILED:
		engine_run_end(run, "failed", reason);
		break;
	}
	next_turn(r);
}

/* One that is in the middle of a step ends behind it. */
static void
run_stop(struct active_run *run, const char *why)
{
	if (run->moving)
		run->over = why;
	else
		engine_run_end(run, "stopped", why);
}

/* The event that it started stands before what it does, and is written out behind it: devices come first. */
static void
run_begin(struct active_run *run)
{
	struct engine_rule *r = run->rule;
	struct late *self = late_ref(run->event), *cause = late_ref(run->cause);
	int trigger = run->row.trigger, place = r->rule->scenario ? 0 : record_place(r->e->recorder);

	run->queued = false;
	metric_add(METRIC_AUTOMATIONS, 1);
	if (r->rule->scenario)
		scenario_event(run, "started", NULL);
	run_step(run);
	if (!r->rule->scenario)
		rule_event(r, place, "started", trigger, NULL, cause, self);
	late_free(self);
	late_free(cause);
}

/* After a pause. One that does so without end has none that are worth the name: the house has other things to do. */
static void
move_on(struct active_run *run)
{
	struct engine_rule *r = run->rule;

	if (r->e->now_ms - run->counted > PACE_MS) {
		run->counted = r->e->now_ms;
		run->paces = 0;
	}
	if (++run->paces <= PACES_MAX) {
		run_step(run);
		return;
	}
	log_error(r->actor, TOO_FAST);
	engine_run_end(run, "failed", TOO_FAST);
	next_turn(r);
}

static void
run_wake(void *arg, int64_t now_ms)
{
	struct active_run *run = arg;

	(void)now_ms;
	mem_arena_reset(run->rule->e->arena);
	run->rule->e->arrived_us = clock_mono_us();
	if (run->queued)
		run_begin(run);
	else
		move_on(run);
}

void
engine_run_hear(struct active_run *run, const struct house_change *c, struct late *cause)
{
	struct action_context x = context(run);

	run->heard = cause;
	if (run->moving)
		return;
	if (script_hear(run->script, c, &x))
		move_on(run);
	else if (x.remembers)
		write_wait(run);
}

/* ---- how runs begin ---- */

static struct active_run *
run_new(struct engine_rule *r, int trigger, struct late *cause, struct js *variables, struct trace *t)
{
	struct active_run *run = mem_xcalloc(1, sizeof(*run));

	run->rule = r;
	run->row.automation = r->row;
	run->row.trigger = trigger;
	run->row.started = r->e->now_ms;
	run->row.scenario = r->rule->scenario;
	run->script = variables != NULL ? script_new(variables) : NULL;
	run->id = late_new(0);
	run->event = late_new(0);
	late_follow(run->event, cause, r->e->now_ms);
	late_rule(run->event, r->row);
	run->event->depth += r->rule->scenario;
	run->cause = late_ref(cause);
	if (t != NULL) {
		run->trace = *t;
		*t = (struct trace){ 0 };
	}
	run->timer.fn = run_wake;
	run->timer.arg = run;
	run->next = r->runs;
	r->runs = run;
	r->n_runs++;
	return run;
}

/* Others hear that a scenario did not come about; of a rule its trace alone tells. */
static void
not_run(struct engine_rule *r, struct late *cause, const char *why)
{
	struct active_run *run;

	if (!r->rule->scenario)
		return;
	run = run_new(r, -1, cause, NULL, NULL);
	late_free(run->event);
	run->event = late_ref(cause);
	scenario_event(run, "not_run", why);
	engine_run_free(run);
}

static void
start(struct engine_rule *r, int trigger, struct late *cause, struct js *variables, struct trace *t)
{
	struct active_run *run;

	if (r->rule->mode == AUTOMATION_RESTART)
		while (r->runs != NULL && !r->runs->moving)
			run_stop(r->runs, "it was triggered again");
	if (r->rule->mode == AUTOMATION_RESTART && r->runs != NULL)
		run_stop(r->runs, "it was triggered again");
	run = run_new(r, trigger, cause, variables, t);
	r->last_run = r->e->now_ms;
	run->queued = r->rule->mode == AUTOMATION_QUEUED && r->n_runs > 1;
	if (run->queued)
		run_write(run, "running", NULL);
	else
		run_begin(run);
}

static struct firing_self
self_of(struct engine_rule *r)
{
	if (r->last_run < 0)
		r->last_run = store_run_last(r->e->core.db, r->row);
	return (struct firing_self){ .id = r->id, .changed = r->updated, .last = r->last_run, .runs = r->n_runs };
}

void
engine_run_fire(struct engine_rule *r, int trigger, const struct house_change *c, struct late *cause, bool ask)
{
	struct rule_context x = { .house = &r->e->house, .now_ms = r->e->now_ms, .scratch = r->e->scratch,
	    .db = r->e->core.db };
	struct buf why = { .max = 200 };
	struct trace t = { 0 };
	struct firing_self self;
	struct js *variables;

	if (r->off)
		return;
	if (!engine_chain_reacts(r, c == NULL ? r->actor : c->event != 0 ? c->subject :
	    c->live != NULL ? c->live->entity_id : r->actor, cause))
		return;
	trace_trigger(&t, r->revision, trigger, trigger < 0 ? NULL : &r->rule->triggers[trigger], c);
	if (trigger >= 0 && r->states[trigger].late > 0)
		trace_late(&t, r->states[trigger].late);
	if (firing_full(r->rule, r->n_runs)) {
		trace_busy(&t, r->n_runs);
		record_trace(r->e->recorder, r->row, TRACE_BUSY, cause, &t);
		return;
	}
	x.trace = &t;
	self = self_of(r);
	variables = firing_variables(r->rule, &self, trigger, c, r->e->now_ms);
	if (firing_runs(r->rule, &x, variables, ask, &why))
		start(r, trigger, cause, variables, &t);
	else {
		not_run(r, cause, buf_str(&why));
		record_trace(r->e->recorder, r->row, TRACE_NO, cause, &t);
		js_free(variables);
	}
	buf_free(&why);
}

/* ---- scenarios ---- */

enum rc
engine_run_call(struct engine_rule *r, const struct js *parameters, struct late *cause, struct fault *f)
{
	struct rule_context x = { .house = &r->e->house, .now_ms = r->e->now_ms, .scratch = r->e->scratch,
	    .db = r->e->core.db };
	struct firing_self self = self_of(r);
	struct js *variables = firing_call_variables(r->rule, &self, parameters);
	struct buf why = { .max = 200 };
	struct trace t = { 0 };
	enum rc rc = RC_OK;

	trace_trigger(&t, r->revision, -1, NULL, NULL);
	x.trace = &t;
	if (firing_full(r->rule, r->n_runs))
		rc = fault_set(f, RC_BUSY, NULL, "the scenario runs already");
	else if (!firing_runs(r->rule, &x, variables, true, &why))
		rc = fault_set(f, RC_REFUSED, NULL, "%s", buf_str(&why));
	else {
		start(r, -1, cause, variables, &t);
		variables = NULL;
	}
	if (rc != RC_OK) {
		not_run(r, cause, f->msg);
		record_trace(r->e->recorder, r->row, rc == RC_BUSY ? TRACE_BUSY : TRACE_NO, cause, &t);
	}
	js_free(variables);
	buf_free(&why);
	return rc;
}

void
engine_run_stop_all(struct engine_rule *r, bool restore)
{
	struct active_run *run, *next;

	for (run = r->runs; run != NULL; run = next) {
		next = run->next;
		run->row.restore = restore;
		run_stop(run, restore ? "it was stopped, and what it did is taken back" : "it was stopped");
	}
}

/* ---- what an earlier engine ran ---- */

/* "[3]": the action after the delay that it waits in, as rules without branches were written once. */
static struct script *
read_plain(const struct js *v, const struct program *p, int64_t wake)
{
	int64_t next = js_int(js_at(v, 0), -1);
	struct script *s;

	if (js_type(v) != JS_ARRAY || next < 0 || next > p->n)
		return NULL;
	s = script_new(NULL);
	s->strands[0]->at = (unsigned int)(wake != 0 && next > 0 ? next - 1 : next);
	s->strands[0]->waits = wake != 0;
	s->strands[0]->wake = wake;
	return s;
}

static struct script *
read_position(struct engine_rule *r, const struct run *row, struct active_run *run)
{
	const struct program *p = &r->rule->program;
	struct script *s = NULL;
	struct js *v = NULL;

	if (js_parse(row->position, strlen(row->position), JS_STRICT, &v, NULL) != RC_OK)
		return NULL;
	run->queued = js_bool(js_get(v, "queued"), false);
	run->steps = (unsigned int)js_int(js_get(v, "steps"), 0);
	run->commands = (unsigned int)js_int(js_get(v, "commands"), 0);
	if (js_type(v) == JS_ARRAY)
		s = read_plain(v, p, row->wake);
	else if (js_int(js_get(v, "revision"), 0) == r->revision)
		script_read(js_get(v, "strands"), p, &s);
	js_free(v);
	return s;
}

void
engine_run_resume(struct engine_rule *r, const struct run *row)
{
	struct late *cause = late_new(row->cause);
	struct active_run *run = run_new(r, row->trigger, cause, NULL, NULL);

	late_free(cause);
	late_free(run->event);
	run->event = engine_recall(r->e, row->event);
	atomic_store(&run->id->id, row->id);
	run->row.id = row->id;
	run->row.started = row->started;
	run->row.wake = row->wake;
	run->script = read_position(r, row, run);
	if (run->script == NULL) {
		engine_run_end(run, "stopped", "the rule was changed while no engine ran");
		return;
	}
	if (run->queued)
		return;
	script_listens(run->script, &r->rule->program, hear_entity, run);
	if (row->wake != 0)
		timer_start(&r->e->timers, &run->timer, row->wake);
	else if (script_runs(run->script))
		timer_start(&r->e->timers, &run->timer, r->e->now_ms);
}

void
engine_run_resumed(struct engine_rule *r)
{
	next_turn(r);
}
