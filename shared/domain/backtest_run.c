/* SPDX-License-Identifier: ISC
 *
 * Runs in a back-test, with their modes, pauses and waits, in the order of the engine (workers/engine_run.c). What
 * they do is only written down.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_motion.h"
#include "shared/domain/command.h"
#include "shared/domain/event.h"
#include "shared/domain/firing.h"
#include "shared/domain/registry.h"

#define TIMEOUT_MS 10000

static const char *
keep(struct backtest *b, const char *s)
{
	return s == NULL || *s == '\0' ? NULL : mem_strdup(b->arena, s);
}

static void
run_free(struct backtest_active *run)
{
	struct backtest_active **at;
	struct backtest_motion *m = run->b->motion;
	bool own = run->started == NULL;

	timer_stop(&run->b->timers, &run->timer);
	for (at = own ? &m->runs : &m->scenarios; *at != NULL && *at != run; at = &(*at)->next)
		;
	if (*at == run) {
		*at = run->next;
		(*(own ? &m->n_runs : &m->n_scenarios))--;
	}
	run->gone = true;
	run->next_gone = m->gone;
	m->gone = run;
}

void
backtest_run_bury(struct backtest *b)
{
	struct backtest_active *run;

	while (b->judging == 0 && (run = b->motion->gone) != NULL) {
		b->motion->gone = run->next_gone;
		script_free(run->script);
		free(run);
	}
}

static void run_begin(struct backtest_active *run);

static void
next_turn(struct backtest *b)
{
	struct backtest_active *run, *oldest = NULL;

	for (run = b->motion->runs; run != NULL; run = run->next) {
		if (!run->queued)
			return;
		oldest = run;
	}
	if (oldest != NULL)
		run_begin(oldest);
}

static void
run_end(struct backtest_active *run, const char *outcome, const char *reason)
{
	if (run->started != NULL) {
		run->started->outcome = outcome;
		run->started->reason = keep(run->b, reason);
	} else {
		run->record->ended = run->b->now_ms;
		run->record->outcome = outcome;
		if (reason != NULL && *reason != '\0')
			run->record->reason = keep(run->b, reason);
	}
	run_free(run);
}

static enum rc
command(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct backtest_active *run = arg;
	struct backtest *b = run->b;
	struct entity_state e;
	struct command out;
	struct buf why = { .max = 200 };
	enum rc rc;

	mem_arena_reset(b->brief);
	house_entity_state(l, b->brief, &e);
	rc = command_admit(&(struct command_request){ .entity = &e, .service = service, .data = data,
	    .caps = house_capabilities(l), .actor = "backtest", .now_ms = b->now_ms, .timeout_ms = TIMEOUT_MS },
	    b->brief, &out, NULL, f);
	if (rc != RC_OK)
		buf_printf(&why, "%s%s%s", f->field, *f->field != '\0' ? ": " : "", f->msg);
	backtest_note_command(b, run->record, l->entity_id, service, data, rc == RC_OK ? NULL : buf_str(&why),
	    run->started != NULL ? run->started->id : NULL);
	buf_free(&why);
	return rc;
}

/* The other rule is not looked into. */
static enum rc
automation(void *arg, const char *id, const char *service, const struct js *data, struct fault *f)
{
	struct backtest_active *run = arg;

	(void)f;
	backtest_note_command(run->b, run->record, mem_printf(run->b->arena, "automation.%s", id), service, data, NULL,
	    run->started != NULL ? run->started->id : NULL);
	return RC_OK;
}

static enum rc
tell(void *arg, const char *type, const struct js *data, struct fault *f)
{
	struct backtest_active *run = arg;
	char *subject = mem_xprintf("event.%s", type);

	(void)f;
	backtest_motion_happen(run->b, &(struct house_change){ .now_ms = run->b->now_ms, .event = EVENT_CUSTOM,
	    .subject = subject, .data = data });
	free(subject);
	return RC_OK;
}

static void
members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *fn_arg), void *fn_arg)
{
	struct backtest_active *run = arg;

	registry_members(run->b->db, kind, id, fn, fn_arg);
}

static enum rc
deliver(void *arg, const struct js *channels, const char *payload, struct fault *f)
{
	struct backtest_active *run = arg;

	(void)f;
	backtest_note_told(run->b, run->record, channels, payload, run->started != NULL ? run->started->id : NULL);
	return RC_OK;
}

static enum rc
scenario(void *arg, const char *id, const struct js *parameters, struct fault *f)
{
	return backtest_scenario_start(arg, id, parameters, f);
}

#define LOOK_EVERY 256		/* steps between two looks at the clock */

/* One run may start many scenarios, of many steps each, at one moment. */
static bool
enough(void *arg)
{
	struct backtest_active *run = arg;

	if (++run->b->steps % LOOK_EVERY == 0)
		backtest_go_on(run->b);
	return run->b->full || run->b->rc != RC_OK;
}

/* Why it did nothing more, when a condition among its actions said no. */
static void
trace(void *arg, const struct step *s, const char *result, const char *why)
{
	struct backtest_active *run = arg;

	if (strcmp(result, "no") == 0 && run->started == NULL && run->record->reason == NULL)
		run->record->reason = mem_printf(run->b->arena, "%s: %s", s->path, why);
}

static struct action_context
actions_of(struct backtest_active *run)
{
	return (struct action_context){ .rule = backtest_motion_context(run->b), .program = &run->rule->program,
		.command = command, .event = tell, .deliver = deliver, .members = members, .scenario = scenario,
		.automation = automation, .trace = trace, .enough = enough, .arg = run };
}

static void
set_timer(struct backtest_active *run)
{
	int64_t wake = script_wake(run->script);

	if (wake != 0)
		timer_start(&run->b->timers, &run->timer, wake);
	else
		timer_stop(&run->b->timers, &run->timer);
}

static void
wait(struct backtest_active *run)
{
	run->heard_from = ++run->b->motion->listened;
	set_timer(run);
}

static void
run_step(struct backtest_active *run)
{
	static const char *const words[] = { [SCRIPT_DONE] = "done", [SCRIPT_STOPPED] = "stopped",
		[SCRIPT_FAILED] = "failed" };
	struct action_context x = actions_of(run);
	struct backtest *b = run->b;
	bool own = run->started == NULL;
	char reason[sizeof(x.fault.field) + sizeof(x.fault.msg) + 4];
	enum script_result result;

	run->moving = true;
	result = script_go(run->script, &x);
	run->moving = false;
	snprintf(reason, sizeof(reason), "%s%s%s", x.fault.field, *x.fault.field ? ": " : "", x.fault.msg);
	if (run->over != NULL)
		run_end(run, "stopped", run->over);
	else if (result == SCRIPT_WAITS) {
		wait(run);
		return;
	} else
		run_end(run, words[result], result == SCRIPT_DONE ? NULL : reason);
	if (own)
		next_turn(b);
}

static void
run_stop(struct backtest_active *run, const char *why)
{
	if (run->moving)
		run->over = why;
	else
		run_end(run, "stopped", why);
}

static void
run_begin(struct backtest_active *run)
{
	run->queued = false;
	run->record->begun = run->b->now_ms;
	run_step(run);
}

static void
wake_up(void *arg, int64_t now_ms)
{
	struct backtest *b = ((struct backtest_active *)arg)->b;

	(void)now_ms;
	run_step(arg);
	backtest_run_bury(b);
}

static void
start(struct backtest *b, const struct backtest_cause *cause, struct js *variables)
{
	static const char again[] = "it was triggered again";
	struct backtest_motion *m = b->motion;
	struct backtest_active *run;

	if (b->rule->mode == AUTOMATION_RESTART)
		while (m->runs != NULL && !m->runs->moving)
			run_stop(m->runs, again);
	if (b->rule->mode == AUTOMATION_RESTART && m->runs != NULL)
		run_stop(m->runs, again);
	run = mem_xcalloc(1, sizeof(*run));
	*run = (struct backtest_active){ .b = b, .rule = b->rule, .record = backtest_note_run(b, cause),
		.script = script_new(variables), .timer = { .fn = wake_up, .arg = run }, .next = m->runs };
	m->runs = run;
	m->n_runs++;
	run->queued = b->rule->mode == AUTOMATION_QUEUED && m->n_runs > 1;
	if (!run->queued)
		run_begin(run);
}

void
backtest_run_begin(struct backtest_active *by, const struct rule *rule, struct backtest_started *started,
    struct js *variables)
{
	struct backtest_active *run = mem_xcalloc(1, sizeof(*run));
	struct backtest_motion *m = by->b->motion;

	*run = (struct backtest_active){ .b = by->b, .rule = rule, .record = by->record, .started = started,
		.depth = by->depth + 1, .script = script_new(variables), .timer = { .fn = wake_up, .arg = run },
		.next = m->scenarios };
	m->scenarios = run;
	m->n_scenarios++;
	started->outcome = "waits";
	backtest_motion_minutes(by->b, rule, by->b->now_ms);
	run_step(run);
}

void
backtest_run_fire(struct backtest *b, const struct backtest_cause *cause, const struct house_change *c)
{
	struct rule_context x = backtest_motion_context(b);
	struct buf why = { .max = 200 };
	struct firing_self self;
	struct js *variables;

	if (b->stopped != NULL)
		return;
	if (firing_full(b->rule, b->motion->n_runs)) {
		backtest_note_ignored(b);
		return;
	}
	self = (struct firing_self){ .id = b->q->id, .last = b->last != NULL ? b->last->time : 0,
		.runs = b->motion->n_runs };
	variables = firing_variables(b->rule, &self, cause->trigger, c, b->now_ms);
	if (firing_runs(b->rule, &x, variables, true, &why)) {
		start(b, cause, variables);
		backtest_run_bury(b);
	} else {
		backtest_note_no(b, cause, variables, strncmp(buf_str(&why), "variables.", 10) == 0, buf_str(&why));
		js_free(variables);
	}
	buf_free(&why);
}

/* ---- those that wait for changes ---- */

struct listening {
	const struct house_change *c;
	bool		 is;
};

static void
is_about(const char *subject, void *arg)
{
	struct listening *l = arg;

	l->is |= rule_listens(&(struct rule_entities){ &subject, 1 }, l->c);
}

struct hearer {
	struct backtest_active	*run;
	uint64_t	 heard_from;
};

static int
newest_first(const void *one, const void *other)
{
	const struct hearer *x = one, *y = other;

	return (x->heard_from < y->heard_from) - (x->heard_from > y->heard_from);
}

static void
hear(struct backtest_active *run, const struct house_change *c)
{
	struct action_context x = actions_of(run);

	if (run->moving)
		return;
	if (script_hear(run->script, c, &x))
		run_step(run);
	else if (x.remembers)
		set_timer(run);
}

struct hearers {
	struct hearer	list[AUTOMATION_MAX_MOST + BACKTEST_SCENARIOS];
	size_t		n;
};

static void
add_hearers(struct hearers *h, struct backtest_active *run, const struct house_change *c)
{
	struct listening l = { .c = c };

	for (; run != NULL && h->n < sizeof(h->list) / sizeof(h->list[0]); run = run->next) {
		l.is = false;
		if (run->heard_from != 0 && !run->moving)
			script_listens(run->script, &run->rule->program, is_about, &l);
		if (l.is)
			h->list[h->n++] = (struct hearer){ run, run->heard_from };
	}
}

/* Those that wait for it now, the one that began to wait last first; who begins to meanwhile is not asked. */
void
backtest_run_hear(struct backtest *b, const struct house_change *c)
{
	struct hearers h = { .n = 0 };
	size_t i;

	add_hearers(&h, b->motion->runs, c);
	add_hearers(&h, b->motion->scenarios, c);
	if (h.n > 1)
		qsort(h.list, h.n, sizeof(h.list[0]), newest_first);
	for (i = 0; i < h.n; i++)
		if (!h.list[i].run->gone && h.list[i].run->heard_from == h.list[i].heard_from)
			hear(h.list[i].run, c);
}

void
backtest_run_free_all(struct backtest *b)
{
	while (b->motion->scenarios != NULL)
		run_free(b->motion->scenarios);
	while (b->motion->runs != NULL)
		run_free(b->motion->runs);
	b->judging = 0;
	backtest_run_bury(b);
}
