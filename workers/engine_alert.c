/* SPDX-License-Identifier: ISC
 *
 * Alert rules in motion. One is judged when an entity that its expression names changes (by the index that automations
 * have), and once a minute when it measures history; what was measured is kept until then, and another thread reads it,
 * so that nothing waits for the database. Raised, repeated and cleared alerts are rows, as is one that waits for its
 * `for:`, so that the next engine goes on where this one is.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/event.h"
#include "workers/engine_alert_int.h"

#define LOOK_MS 60000
#define SPREAD_MS 50		/* between the looks of two rules */

/* ---- the life of an alert ---- */

static void
start_repeat(struct engine_alert *al)
{
	if (al->rule->repeat_ms > 0)
		timer_start(&al->e->timers, &al->repeat, al->alert.told + al->rule->repeat_ms);
	else
		timer_stop(&al->e->timers, &al->repeat);
}

static void
forget_alert(struct engine_alert *al)
{
	al->active = false;
	timer_stop(&al->e->timers, &al->repeat);
	late_free(al->alert_id);
	late_free(al->event);
	al->alert_id = al->event = NULL;
}

/* written: its row goes too. */
static void
drop_hold(struct engine_alert *al, bool written)
{
	if (!al->holds)
		return;
	al->holds = false;
	timer_stop(&al->e->timers, &al->hold);
	late_free(al->hold_cause);
	al->hold_cause = NULL;
	if (written)
		record_alert_unhold(al->e->recorder, al->row);
}

/* In `out`. */
static const char *
message_of(struct engine_alert *al, const struct js *seen, struct buf *out)
{
	struct engine *e = al->e;
	struct rule_context x = { .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch, .db = e->core.db };

	alert_message(al->rule, &x, seen, out);
	return buf_str(out);
}

static void
begin(struct engine_alert *al, const struct js *seen, struct late *cause)
{
	struct buf text = { 0 };
	const char *message = message_of(al, seen, &text);

	al->active = true;
	al->alert = (struct alert){ .raised = al->e->now_ms, .told = al->e->now_ms };
	al->alert_id = late_new(0);
	al->event = late_new(0);
	engine_alert_tell_house(al, "raised", message, al->event, cause);
	engine_alert_record(al, message, seen);
	engine_alert_tell_people(al, "raised", message, seen);
	start_repeat(al);
	metric_add_label(METRIC_ALERTS, engine_alert_severity(al), 1);
	buf_free(&text);
}

static void
end(struct engine_alert *al, const struct js *seen)
{
	struct buf text = { 0 };
	const char *message = message_of(al, seen, &text);

	al->alert.cleared = al->e->now_ms;
	engine_alert_tell_house(al, "cleared", message, NULL, al->event);
	engine_alert_record(al, NULL, NULL);
	engine_alert_tell_people(al, "cleared", message, seen);
	forget_alert(al);
	buf_free(&text);
}

static void
start_hold(struct engine_alert *al, int64_t due, struct late *cause)
{
	al->holds = true;
	al->hold_cause = late_ref(cause);
	timer_start(&al->e->timers, &al->hold, due);
}

/* ---- judging ---- */

/* Written down when it is another than before. */
static void
note_problem(struct engine_alert *al, const char *problem)
{
	if (al->problem_known && (al->problem == NULL ? problem == NULL :
	    problem != NULL && strcmp(al->problem, problem) == 0))
		return;
	if (problem != NULL)
		log_info(al->id, "the alert rule cannot be judged: %s", problem);
	record_alert_problem(al->e->recorder, al->row, problem);
	free(al->problem);
	al->problem = problem != NULL ? mem_xstrdup(problem) : NULL;
	al->problem_known = true;
}

static enum alert_verdict
judge(struct engine_alert *al, struct js **seen)
{
	struct engine *e = al->e;
	struct rule_context x = { .house = &e->house, .now_ms = e->now_ms, .scratch = e->scratch, .db = e->core.db };
	struct fault why = { 0 };
	enum alert_verdict v = alert_judge(al->rule, &x, al->values, al->active, seen, &why);

	note_problem(al, v == ALERT_UNKNOWN ? why.msg : NULL);
	return v;
}

/* What follows when it holds, or not, because of `cause`; lasted: it did so for as long as it has to. */
static void
decide(struct engine_alert *al, struct late *cause, bool lasted)
{
	struct js *seen = NULL;
	enum alert_verdict v = judge(al, &seen);

	if (v == ALERT_NO)
		drop_hold(al, true);
	if (v == ALERT_NO && al->active)
		end(al, seen);
	else if (v == ALERT_YES && !al->active && (lasted || al->rule->for_ms == 0))
		begin(al, seen, cause);
	else if (v == ALERT_YES && !al->active && !al->holds) {
		start_hold(al, al->e->now_ms + al->rule->for_ms, cause);
		record_alert_hold(al->e->recorder, &(struct alert_hold){ al->row, al->hold.due, 0 }, cause);
	}
	js_free(seen);
}

void
engine_alert_hear(struct engine_alert *al, struct late *cause)
{
	if (al->known)
		decide(al, cause, false);
}

static void
held_long_enough(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;
	struct late *cause;

	(void)now_ms;
	if (!al->known)
		return;		/* engine_alert_measured goes on */
	cause = late_ref(al->hold_cause);
	mem_arena_reset(al->e->arena);
	drop_hold(al, true);
	decide(al, cause, true);
	late_free(cause);
}

/* Nobody has acknowledged it; whoever does says so in its row. */
static bool
is_wanted(struct engine_alert *al)
{
	struct alert now = { 0 };

	return store_alert_get(al->e->core.db, late_id(al->alert_id), al->e->arena, &now) != RC_OK ||
	    now.acknowledged == 0;
}

static void
tell_again(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;
	struct buf message = { 0 };
	struct js *seen = NULL;

	mem_arena_reset(al->e->arena);
	if (!al->known || !is_wanted(al))
		return;
	judge(al, &seen);
	message_of(al, seen, &message);
	al->alert.told = now_ms;
	al->alert.repeats++;
	engine_alert_tell_house(al, "repeated", buf_str(&message), NULL, al->event);
	engine_alert_record(al, buf_str(&message), seen);
	engine_alert_tell_people(al, "repeated", buf_str(&message), seen);
	start_repeat(al);
	buf_free(&message);
	js_free(seen);
}

/* ---- measuring ---- */

static bool
is_old(const struct engine_alert *al, size_t i)
{
	const struct alert_variable *v = &al->rule->variables[i];
	int64_t then = al->measured[i].then;

	return (v->kind == ALERT_AGGREGATE || v->kind == ALERT_BASELINE) &&
	    (then == 0 || alert_measure_old(v, then, al->e->now_ms));
}

/* Asks history what is not known any more; false when there is nothing to ask. */
static bool
ask(struct engine_alert *al)
{
	struct measuring *m = mem_xcalloc(1, sizeof(*m));
	const struct live *l;
	struct measure_ask *q;
	size_t i;

	*m = (struct measuring){ .rule = al->row, .version = al->version, .now_ms = al->e->now_ms };
	m->asks = mem_xcalloc(al->rule->n_variables, sizeof(*m->asks));
	for (i = 0; i < al->rule->n_variables; i++) {
		if (!is_old(al, i) || (l = house_find_id(&al->e->house, al->rule->variables[i].entity_id)) == NULL)
			continue;
		q = &m->asks[m->n++];
		*q = (struct measure_ask){ .variable = i, .what = al->rule->variables[i], .entity = l->row };
		q->what.name = q->what.entity_id = q->what.attribute = NULL;
	}
	if (m->n > 0)
		return al->asked = engine_measure(al->e, m);
	measuring_free(m);
	return false;
}

static void
take_answer(struct engine_alert *al, const struct measuring *m, struct measure_ask *q)
{
	struct measured *to = &al->measured[q->variable];

	if (q->failed)
		log_warn(al->id, "the history of %s cannot be read", al->rule->variables[q->variable].entity_id);
	js_free(to->value);
	al->values[q->variable] = to->value = q->value;
	q->value = NULL;
	to->then = m->now_ms;
}

/* A hold or a repetition that was due meanwhile has waited for this. */
static void
go_on(struct engine_alert *al)
{
	bool first = !al->known;

	al->known = true;
	if (al->holds && al->hold.due <= al->e->now_ms)
		held_long_enough(al, al->e->now_ms);
	else
		decide(al, NULL, false);
	if (first && al->active)
		start_repeat(al);
}

void
engine_alert_measured(struct engine *e, struct measuring *m)
{
	struct engine_alert *al = map_get_int(&e->alerts, m->rule);
	size_t i;

	if (al == NULL || al->version != m->version)
		return;
	for (i = 0; i < m->n; i++)
		take_answer(al, m, &m->asks[i]);
	al->asked = false;
	mem_arena_reset(e->arena);
	go_on(al);
}

/* At the start, and each minute when there is something to measure. */
static void
look(void *arg, int64_t now_ms)
{
	struct engine_alert *al = arg;

	mem_arena_reset(al->e->arena);
	if (al->rule->measures)
		timer_start(&al->e->timers, &al->look,
		    now_ms - now_ms % LOOK_MS + LOOK_MS + al->row * SPREAD_MS % LOOK_MS);
	if (!al->asked && !ask(al))
		go_on(al);
}

/* ---- loading ---- */

static void
use_rule(struct engine_alert *al, struct alert_rule *rule)
{
	size_t i;

	al->rule = rule;
	al->version = ++al->e->alert_versions;
	al->asked = false;
	al->known = !rule->measures;
	al->measured = mem_xcalloc(rule->n_variables + 1, sizeof(*al->measured));
	al->values = mem_xcalloc(rule->n_variables + 1, sizeof(struct js *));
	for (i = 0; i < rule->entities.n; i++)
		engine_rules_listen_alert(al->e, al, rule->entities.ids[i], &al->links);
	al->problem_known = false;
	timer_start(&al->e->timers, &al->look, al->e->now_ms);
}

static void
leave_rule(struct engine_alert *al)
{
	size_t i;

	engine_rules_deafen_alert(al->e, &al->links);
	timer_stop(&al->e->timers, &al->look);
	for (i = 0; i < al->rule->n_variables; i++)
		js_free(al->measured[i].value);
	free(al->measured);
	free(al->values);
	alert_free(al->rule);
}

static struct alert_rule *
compile(const struct alert_row *row)
{
	struct alert_rule *rule = NULL;
	struct js *config = NULL;
	struct fault f = { 0 };

	if (js_parse(row->config, strlen(row->config), JS_STRICT, &config, &f) != RC_OK ||
	    alert_compile(config, &rule, &f) != RC_OK)
		log_error(row->id, "the alert rule cannot be used: %s: %s", f.field, f.msg);
	js_free(config);
	return rule;
}

/* What an earlier engine knew. */
static void
resume(struct engine_alert *al)
{
	struct alert_hold h;
	struct late *cause;

	if (store_alert_active_of(al->e->core.db, al->row, al->e->arena, &al->alert) == RC_OK) {
		al->active = true;
		al->alert_id = late_new(al->alert.id);
		al->event = late_new(al->alert.event);
		start_repeat(al);
	} else if (store_alert_hold_get(al->e->core.db, al->row, &h) == RC_OK) {
		cause = late_new(h.cause);
		start_hold(al, h.due, cause);
		late_free(cause);
	}
}

static void
add_rule(struct engine *e, const struct alert_row *row, struct alert_rule *rule)
{
	struct engine_alert *al = mem_xcalloc(1, sizeof(*al));

	al->e = e;
	al->row = row->row;
	al->id = mem_xstrdup(row->id);
	al->actor = mem_xprintf("alert:%s", row->id);
	al->hold.fn = held_long_enough;
	al->repeat.fn = tell_again;
	al->look.fn = look;
	al->hold.arg = al->repeat.arg = al->look.arg = al;
	map_put_int(&e->alerts, al->row, al);
	use_rule(al, rule);
	al->problem = row->problem != NULL ? mem_xstrdup(row->problem) : NULL;
	al->problem_known = true;
	resume(al);
}

/* written: what it waits for is given up for good, else the next engine goes on. */
static void
remove_rule(struct engine_alert *al, bool written)
{
	drop_hold(al, written);
	forget_alert(al);
	leave_rule(al);
	map_remove_int(&al->e->alerts, al->row);
	free(al->id);
	free(al->actor);
	free(al->problem);
	free(al);
}

static bool
load_rule(const struct alert_row *row, void *arg)
{
	struct alert_rule *rule = row->enabled ? compile(row) : NULL;

	if (rule != NULL)
		add_rule(arg, row, rule);
	return true;
}

enum rc
engine_alerts_load(struct engine *e)
{
	return store_alert_rule_each(e->core.db, load_rule, e);
}

static struct engine_alert *
find_rule(struct engine *e, const char *id)
{
	struct engine_alert *al;
	size_t i = 0;

	while ((al = map_next(&e->alerts, &i)) != NULL)
		if (strcmp(al->id, id) == 0)
			return al;
	return NULL;
}

/* One that was changed keeps its alert, but what it waited for begins anew. */
void
engine_alert_reload(struct engine *e, const char *id)
{
	struct engine_alert *al = find_rule(e, id);
	struct mem_arena *a = mem_arena_new(4096);
	struct alert_rule *rule = NULL;
	struct alert_row row;

	if (store_alert_rule_get(e->core.db, id, a, &row) == RC_OK && row.enabled)
		rule = compile(&row);
	if (al != NULL && (rule == NULL || row.row != al->row)) {
		remove_rule(al, true);
		al = NULL;
	}
	if (al != NULL) {
		drop_hold(al, true);
		leave_rule(al);
		use_rule(al, rule);
		if (al->active)
			start_repeat(al);
	} else if (rule != NULL)
		add_rule(e, &row, rule);
	mem_arena_free(a);
}

void
engine_alerts_free(struct engine *e)
{
	struct engine_alert *al;
	size_t i;

	for (i = 0; (al = map_next(&e->alerts, &i)) != NULL; i = 0)
		remove_rule(al, false);
	map_free(&e->alerts);
}
