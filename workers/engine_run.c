/* SPDX-License-Identifier: ISC
 *
 * Runs of automations, with their delays. Each is a row, so that the next engine goes on where this one
 * is; what it does and why it did not come about are events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/event.h"
#include "workers/engine_rules_int.h"

void
engine_run_free(struct active_run *run)
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

void
engine_run_end(struct active_run *run, const char *status, const char *reason)
{
	run->row.ended = run->rule->e->now_ms;
	run->row.wake = 0;
	run_write(run, status, reason);
	if (strcmp(status, "done") != 0)
		run_event(run, status, reason);
	engine_run_free(run);
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
		engine_run_end(run, "done", NULL);
		break;
	case ACTION_WAIT:
		run->row.wake = x.wake_ms;
		run_write(run, "running", NULL);
		timer_start(&e->timers, &run->timer, x.wake_ms);
		break;
	case ACTION_FAILED:
		snprintf(reason, sizeof(reason), "%s%s%s", x.fault.field, *x.fault.field ? ": " : "",
		    x.fault.msg);
		engine_run_end(run, "failed", reason);
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
	engine_run_free(run);
}

static void
start_run(struct engine_rule *r, int trigger, struct late *cause)
{
	struct active_run *run;

	if (r->run != NULL)
		engine_run_end(r->run, "stopped", "it was triggered again");
	metric_add(METRIC_AUTOMATIONS, 1);
	run = run_new(r, trigger, cause);
	run_event(run, "started", NULL);
	run_step(run);
}

void
engine_run_fire(struct engine_rule *r, int trigger, struct late *cause, bool ask)
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

void
engine_run_resume(struct engine_rule *r, const struct run *row)
{
	struct late *cause = late_new(row->cause);
	struct active_run *run = run_new(r, row->trigger, cause);

	late_free(cause);
	atomic_store(&run->id->id, row->id);
	atomic_store(&run->event->id, row->event);
	run->row.started = row->started;
	run->row.wake = row->wake;
	run->position = (size_t)strtoul(row->position + 1, NULL, 10);
	timer_start(&r->e->timers, &run->timer, row->wake != 0 ? row->wake : r->e->now_ms);
}
