/* SPDX-License-Identifier: ISC
 *
 * The rule that meets the past: its triggers with their `for:` and its times, on a clock of its own. What is decided
 * is decided by the parts of the rule and by firing.c, as in the engine (workers/engine_rules.c, engine_hold.c), whose
 * order is kept.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_motion.h"
#include "shared/domain/firing.h"
#include "shared/domain/trigger.h"

#define DEPTH_MAX 16		/* reactions that cause each other, as in the engine */

struct rule_context
backtest_motion_context(const struct backtest *b)
{
	return (struct rule_context){ .house = &b->house, .db = b->db, .now_ms = b->now_ms, .scratch = b->scratch };
}

static struct backtest_hold **
find_hold(struct backtest *b, int trigger, int64_t entity)
{
	struct backtest_hold **at;

	for (at = &b->motion->holds; *at != NULL; at = &(*at)->next)
		if ((*at)->cause.trigger == trigger && (*at)->entity == entity)
			break;
	return at;
}

static void
drop_hold(struct backtest_hold **at)
{
	struct backtest_hold *h = *at;

	*at = h->next;
	timer_stop(&h->b->timers, &h->timer);
	js_free(h->held);
	free(h);
}

static void
held_long_enough(void *arg, int64_t now_ms)
{
	struct backtest_hold *h = arg;
	struct backtest *b = h->b;
	struct js *held = js_ref(h->held);
	struct house_change c = { .now_ms = now_ms, .live = house_find(&b->house, h->entity), .held = held };
	struct backtest_cause cause = h->cause;

	drop_hold(find_hold(b, cause.trigger, h->entity));
	backtest_run_fire(b, &cause, &c);
	js_free(held);
}

static void
begin_hold(struct backtest *b, int trigger, int64_t entity, const struct house_change *c)
{
	struct backtest_hold **at = find_hold(b, trigger, entity), *h;

	if (*at != NULL)
		drop_hold(at);
	h = mem_xcalloc(1, sizeof(*h));
	*h = (struct backtest_hold){ .b = b, .entity = entity, .held = rule_change_held(c),
		.cause = backtest_note_cause(b, trigger, c),
		.timer = { .fn = held_long_enough, .arg = h }, .next = b->motion->holds };
	b->motion->holds = h;
	timer_start(&b->timers, &h->timer, b->now_ms + b->rule->triggers[trigger].hold_ms);
}

/* A change is shown to a trigger. */
struct showing {
	struct backtest	*b;
	int		 trigger;
};

static void
judge_change(const struct house_change *c, void *arg)
{
	const struct showing *s = arg;
	struct backtest *b = s->b;
	int trigger = s->trigger;
	const struct trigger *t = &b->rule->triggers[trigger];
	const struct house_change *told = rule_is_minute(c) ? NULL : c;
	int64_t entity = t->ops->level || c->live == NULL ? 0 : c->live->row;
	struct backtest_memory *m = &b->motion->memories[trigger];
	struct rule_context x = backtest_motion_context(b);
	struct backtest_cause cause;
	struct backtest_hold **at;

	if (m->memo != NULL) {
		x.memo = m->memo;
		template_memo_touch(m->memo, c->event != 0 ? c->subject : c->live->entity_id);
	}
	switch (firing_judge(t, c, &x, &m->on)) {
	case TRIGGER_YES:
		if (t->hold_ms > 0) {
			begin_hold(b, trigger, entity, told);
			break;
		}
		cause = backtest_note_cause(b, trigger, told);
		backtest_run_fire(b, &cause, told);
		break;
	case TRIGGER_OFF:
		at = find_hold(b, trigger, entity);
		if (*at != NULL)
			drop_hold(at);
		break;
	case TRIGGER_NO:
		break;
	}
}

static void
judge_one(struct backtest *b, int trigger, const struct house_change *c)
{
	struct showing s = { b, trigger };

	if (b->rule->triggers[trigger].ops->judge != NULL)
		firing_each(&b->rule->triggers[trigger], c, &b->house, judge_change, &s);
}

void
backtest_motion_judge(struct backtest *b, const struct house_change *c, const int *asked, size_t n)
{
	size_t i;

	if (++b->depth <= DEPTH_MAX) {
		b->judging++;
		backtest_run_hear(b, c);
		for (i = 0; i < n; i++)
			judge_one(b, asked[i], c);
		b->judging--;
		backtest_run_bury(b);
	}
	b->depth--;
}

/* One that names the subject twice is asked twice, as by an engine. */
static void
judge_named(struct backtest *b, int trigger, const struct house_change *c)
{
	const struct rule_entities *who = &b->rule->triggers[trigger].entities;
	size_t i;

	for (i = 0; i < who->n; i++)
		if (strcmp(who->ids[i], c->subject) == 0)
			judge_one(b, trigger, c);
}

void
backtest_motion_happen(struct backtest *b, const struct house_change *c)
{
	size_t i;

	if (++b->depth <= DEPTH_MAX) {
		b->judging++;
		backtest_run_hear(b, c);
		for (i = b->rule->n_triggers; i > 0; i--)
			judge_named(b, (int)i - 1, c);
		b->judging--;
		backtest_run_bury(b);
	}
	b->depth--;
}

/* ---- times ---- */

static void
start_timer(struct backtest_memory *m, int64_t after_ms)
{
	const struct trigger *t = &m->b->rule->triggers[m->trigger];
	int64_t next = t->ops->next(t, &m->b->house, after_ms);

	if (next != INT64_MAX)
		timer_start(&m->b->timers, &m->timer, next);
}

static void
fire(const struct house_change *c, void *arg)
{
	struct backtest_memory *m = arg;
	struct backtest_cause cause = backtest_note_cause(m->b, m->trigger, c);

	backtest_run_fire(m->b, &cause, c);
}

static void
time_comes(void *arg, int64_t now_ms)
{
	struct backtest_memory *m = arg;

	if (m->b->stopped != NULL)
		return;
	start_timer(m, now_ms);
	rule_trigger_come(&m->b->rule->triggers[m->trigger], &m->b->house, now_ms, fire, m);
}

static void
minute_comes(void *arg, int64_t now_ms)
{
	struct backtest *b = arg;
	struct house_change c = rule_minute(now_ms);

	if (b->stopped != NULL)
		return;
	timer_start(&b->timers, &b->motion->minute, rule_minute_after(now_ms));
	backtest_motion_happen(b, &c);
}

/* Whether anything in it asks for the time. */
static bool
hears_minutes(const struct rule *r)
{
	size_t i;

	for (i = 0; i < r->n_triggers; i++)
		if (rule_text_in(RULE_MINUTE, r->triggers[i].entities.ids, r->triggers[i].entities.n))
			return true;
	for (i = 0; i < r->program.n; i++)
		if (r->program.steps[i].hear != NULL &&
		    rule_text_in(RULE_MINUTE, r->program.steps[i].entities.ids, r->program.steps[i].entities.n))
			return true;
	return false;
}

void
backtest_motion_minutes(struct backtest *b, const struct rule *r, int64_t from_ms)
{
	struct timer *t = &b->motion->minute;

	if (t->place != 0 || !hears_minutes(r))
		return;
	t->fn = minute_comes;
	t->arg = b;
	timer_start(&b->timers, t, rule_minute_after(from_ms));
}

/* ---- all ---- */

void
backtest_motion_open(struct backtest *b)
{
	struct backtest_motion *m = b->motion = mem_xcalloc(1, sizeof(*m));
	struct rule_context x = backtest_motion_context(b);
	const struct trigger *t;
	size_t i;

	m->memories = mem_xcalloc(b->rule->n_triggers + 1, sizeof(*m->memories));
	for (i = 0; i < b->rule->n_triggers; i++) {
		t = &b->rule->triggers[i];
		m->memories[i] = (struct backtest_memory){ .b = b, .trigger = (int)i,
		    .timer = { .fn = time_comes, .arg = &m->memories[i] } };
		if (t->ops == &trigger_template)
			m->memories[i].memo = template_memo_new();
		if (t->ops->level)
			m->memories[i].on = t->ops->judge(t, NULL, &x) == TRIGGER_YES;
		if (t->ops->next != NULL)
			start_timer(&m->memories[i], b->q->from - 1);
	}
	backtest_motion_minutes(b, b->rule, b->q->from - 1);
}

void
backtest_motion_end(struct backtest *b)
{
	struct backtest_active *run;

	for (run = b->motion->runs; run != NULL; run = run->next)
		run->record->outcome = run->queued ? "queued" : "waits";
}

void
backtest_motion_free(struct backtest *b)
{
	struct backtest_motion *m = b->motion;
	size_t i;

	if (m == NULL)
		return;
	while (m->holds != NULL)
		drop_hold(&m->holds);
	backtest_run_free_all(b);
	backtest_scenario_free(b);
	for (i = 0; i < b->rule->n_triggers; i++)
		template_memo_free(m->memories[i].memo);
	timer_stop(&b->timers, &m->minute);
	free(m->memories);
	free(m);
	timer_heap_free(&b->timers);
}
