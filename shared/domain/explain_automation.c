/* SPDX-License-Identifier: ISC
 *
 * The words about an automation at some time.
 */
#include <ctype.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/event.h"
#include "shared/domain/explain_automation_int.h"
#include "shared/domain/registry.h"
#include "shared/domain/rule.h"

#define STARTS 100		/* of the house */
#define NEAR_MS 300000		/* times so far apart may have to do with each other */
#define DEAD_MS 60000		/* an engine without a heartbeat for so long is not running */

/* ---- words ---- */

const char *
explain_automation_moment(struct telling *t, int64_t ms)
{
	char text[CLOCK_TEXT], today[CLOCK_TEXT];

	clock_local(ms, text);
	clock_local(t->house->now_ms, today);
	return mem_strdup(t->arena, strncmp(text, today, 11) == 0 ? text + 11 : text);
}

int64_t
explain_automation_first(const struct telling *t)
{
	return t->p->at != 0 ? t->p->at : t->p->from;
}

int64_t
explain_automation_last(const struct telling *t)
{
	return t->p->at != 0 ? t->p->at : t->p->to - 1;
}

static bool
in_id(char c)
{
	return islower((unsigned char)c) || isdigit((unsigned char)c) || c == '_' || c == '.';
}

/* Entity ids in a text become the names that people know. */
static void
say_named(struct telling *t, const char *text)
{
	struct entity_state e;
	size_t n;

	for (; *text != '\0'; text += n) {
		for (n = 0; in_id(text[n]); n++)
			;
		if (n > 2 && memchr(text, '.', n) != NULL &&
		    store_entity_get(t->db, mem_strndup(t->arena, text, n), t->arena, &e) == RC_OK) {
			buf_puts(&t->text, registry_entity_name(&e.entity, t->arena));
			continue;
		}
		if (n == 0)
			n = 1;
		buf_put(&t->text, text, n);
	}
}

void
explain_automation_actor(struct telling *t, const char *actor)
{
	const char *colon = actor != NULL ? strchr(actor, ':') : NULL;

	buf_puts(&t->text, actor == NULL ? "somebody" : colon != NULL ? colon + 1 : actor);
}

/* The subject of a webhook is made out of its secret address: what tells people something is the trigger's name. */
static void
say_subject(struct telling *t, const char *subject, const char *trigger)
{
	if (strncmp(subject, RULE_WEBHOOK, strlen(RULE_WEBHOOK)) != 0)
		buf_printf(&t->text, "of %s", subject);
	else if (strcmp(trigger, "webhook") == 0)
		buf_puts(&t->text, "of a webhook");
	else
		buf_printf(&t->text, "of the webhook '%s'", trigger);
}

/* Of the enabled triggers of a rule, number n; NULL: there is none. */
static const struct js *
trigger_at(const struct js *list, int64_t n)
{
	size_t all = js_type(list) == JS_ARRAY ? js_size(list) : 1, i;
	const struct js *one;

	for (i = 0; i < all; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		if (!rule_disabled(one) && n-- == 0)
			return one;
	}
	return NULL;
}

/* " (every 5 minutes)"; nothing when the rule has changed since: it may have said something else then. */
static void
say_clock(struct telling *t, const struct trace_view *v)
{
	struct js *config = NULL;
	const char *words = NULL;

	if (t->rule->config == NULL || v->revision != t->rule->revision)
		return;
	if (js_parse(t->rule->config, strlen(t->rule->config), JS_LAX_KEYS, &config, NULL) == RC_OK)
		words = rule_trigger_words(trigger_at(js_get(config, "triggers"),
		    js_int(js_get(v->trigger, "index"), -1)), t->arena);
	if (words != NULL)
		buf_printf(&t->text, " (%s)", words);
	js_free(config);
}

/* What started it: "because Front door changed from shut to open". */
static void
say_trigger(struct telling *t, const struct evaluation *e, const struct trace_view *v)
{
	const struct js *by = v->trigger;
	const char *entity = js_get_string(by, "entity_id"), *subject = js_get_string(by, "subject");
	const char *trigger = js_get_string(by, "name");
	const char *from = js_get_string(by, "from"), *to = js_get_string(by, "to");

	if (by == NULL)
		return;
	if (trigger == NULL && subject != NULL)
		buf_printf(&t->text, " because %s started it", subject);
	else if (trigger == NULL)
		buf_puts(&t->text, " because somebody started it by hand");
	if (trigger == NULL)
		return;
	buf_puts(&t->text, " because ");
	if (entity != NULL) {
		say_named(t, entity);
		if (from != NULL)
			buf_printf(&t->text, " changed from %s to %s", from, to != NULL ? to : "unknown");
		else if (to != NULL)
			buf_printf(&t->text, " was %s", to);
		else
			buf_puts(&t->text, " changed");
	} else if (subject != NULL)
		say_subject(t, subject, trigger);
	else {
		if (v->late > 0)
			buf_printf(&t->text, "its time had come at %s while the house was not running",
			    explain_automation_moment(t, e->started - v->late));
		else
			buf_puts(&t->text, "its time came");
		say_clock(t, v);
	}
}

static void
say_end(struct telling *t, const struct evaluation *e)
{
	int64_t took = e->ended - e->started;

	if (strcmp(e->status, "running") == 0 && e->wake > 0)
		buf_printf(&t->text, "; it still runs and goes on at %s", explain_automation_moment(t, e->wake));
	else if (strcmp(e->status, "running") == 0)
		buf_puts(&t->text, "; it still runs");
	else if (strcmp(e->status, "failed") == 0)
		buf_printf(&t->text, "; it failed at %s", explain_automation_moment(t, e->ended));
	else if (strcmp(e->status, "stopped") == 0)
		buf_printf(&t->text, "; it was stopped at %s", explain_automation_moment(t, e->ended));
	else if (took >= 1000)
		buf_printf(&t->text, " and was done at %s", explain_automation_moment(t, e->ended));
	if (e->reason != NULL) {
		buf_puts(&t->text, ": ");
		say_named(t, e->reason);
	}
}

/* "at 22:58:01 the condition 'nobody home' did not hold: Ada is home"; a time that was missed is that which passed. */
static void
say_not(struct telling *t, const struct evaluation *e)
{
	struct trace_view v = { 0 };
	const char *why;

	if (e->data != NULL)
		trace_read(&v, e->data, e->len);
	why = evaluation_reason(e, &v, t->arena);
	buf_printf(&t->text, "at %s ", explain_automation_moment(t, e->started - v.late));
	say_named(t, why != NULL ? why : "its conditions did not hold");
	trace_view_free(&v);
}

static void
say_run(struct telling *t, const struct evaluation *e, size_t runs)
{
	struct trace_view v = { 0 };

	if (e->data != NULL)
		trace_read(&v, e->data, e->len);
	if (runs > 1)
		buf_printf(&t->text, "It ran %zu times%s%s at %s", runs,
		    t->out->n == EXPLAIN_ROWS_MAX ? " or more" : "", t->p->at != 0 ? ", the nearest" : ", the last",
		    explain_automation_moment(t, e->started));
	else
		buf_printf(&t->text, "It ran at %s", explain_automation_moment(t, e->started));
	say_trigger(t, e, &v);
	say_end(t, e);
	trace_view_free(&v);
}

/* What is in the buffer, as one more note. */
static void
note(struct telling *t)
{
	if (t->out->n_notes < EXPLAIN_NOTES_MAX)
		t->out->notes[t->out->n_notes++] = mem_strdup(t->arena, buf_str(&t->text));
	buf_reset(&t->text);
}

/* ---- what changed the rule ---- */

/* ": conditions, actions" */
static void
say_members(struct telling *t, const char *members)
{
	struct js *list = NULL;
	size_t i;

	js_parse(members, strlen(members), JS_LAX_KEYS, &list, NULL);
	for (i = 0; i < js_size(list); i++)
		buf_printf(&t->text, "%s%s", i == 0 ? ": " : ", ", js_string(js_at(list, i), NULL));
	js_free(list);
}

/* It was not there before, or is as it was once. */
static bool
comes(const struct revision *r)
{
	return strcmp(r->change, "added") == 0 || strcmp(r->change, "restored") == 0;
}

static void
note_change(struct telling *t, const struct revision *r)
{
	int enabled = spell_switches(r) ? spell_enabled(t->db, r, t->arena) : -1;

	explain_automation_actor(t, r->author);
	buf_printf(&t->text, " %s it at %s", enabled == 1 ? "enabled" : enabled == 0 ? "disabled" : r->change,
	    explain_automation_moment(t, r->time));
	if (strcmp(r->change, "changed") == 0 && enabled == -1)
		say_members(t, r->members);
	else if (comes(r) && spell_enabled(t->db, r, t->arena) == 0)
		buf_puts(&t->text, ", disabled");
	if (r->reason != NULL)
		buf_printf(&t->text, " (%s)", r->reason);
	note(t);
}

/* Of a rule that is gone, behind the period that was asked about. */
static void
note_removal(struct telling *t)
{
	const struct revision *last = t->was.revisions;

	if (t->rule->gone < t->p->to)
		return;
	if (t->was.n_revisions > 0 && strcmp(last->change, "removed") == 0)
		note_change(t, last);
	else {
		buf_printf(&t->text, "it was removed at %s", explain_automation_moment(t, t->rule->gone));
		note(t);
	}
}

/* Notes its changes in the period, and finds out what it was then. */
static enum rc
look_at_changes(struct telling *t)
{
	const struct revision *r;
	enum rc rc = spell_find(t->db, t->rule->id, t->p, t->arena, &t->was);
	size_t i;

	for (i = 0; i < t->was.n_revisions && t->was.revisions[i].time >= t->p->from; i++) {
		r = &t->was.revisions[i];
		if (r->time < t->p->to && strcmp(r->change, "found") != 0)
			note_change(t, r);
	}
	if (rc == RC_OK && t->rule->gone != 0)
		note_removal(t);
	return rc;
}

/* ---- when the house was not running ---- */

static bool
is_near(int64_t moment, int64_t since, int64_t until)
{
	return since <= moment + NEAR_MS && until >= moment - NEAR_MS;
}

/*
 * Whether it may have to do with the answer: it goes on, it was at about the moment that was meant or that the answer
 * is about, or nothing else is known of the period.
 */
static bool
matters(const struct telling *t, int64_t since, int64_t until)
{
	const struct evaluation *e = t->out->main;

	return until == 0 || (t->p->at != 0 && is_near(t->p->at, since, until)) ||
	    (e != NULL && is_near(e->started, since, until)) || (e == NULL && t->p->at == 0);
}

/* True when that covers all of the period. */
static bool
note_down(struct telling *t, int64_t since, int64_t until)
{
	bool now = until == 0;

	if (!matters(t, since, until))
		return false;
	if (since == 0 || since >= t->p->to || (!now && until <= t->p->from))
		return false;
	if (now)
		buf_printf(&t->text, "the house is not running since %s", explain_automation_moment(t, since));
	else {
		buf_printf(&t->text, "the house was not running from %s ", explain_automation_moment(t, since));
		buf_printf(&t->text, "to %s", explain_automation_moment(t, until));
	}
	note(t);
	return since <= explain_automation_first(t) && (now || until >= explain_automation_last(t));
}

static int64_t
since_of(const struct store_event *e)
{
	struct js *v = NULL;
	int64_t ms = 0;
	const char *since;

	if (e->data != NULL && js_parse(e->data, strlen(e->data), JS_LAX_KEYS, &v, NULL) == RC_OK &&
	    (since = js_get_string(v, "since")) != NULL && clock_parse(since, &ms) != RC_OK)
		ms = 0;
	js_free(v);
	return ms;
}

static enum rc
look_at_house(struct telling *t, bool *down)
{
	int64_t alive_ms = t->house->alive_ms;
	struct store_event_filter filter = { .kind = EVENT_SYSTEM, .newest_first = true, .limit = STARTS };
	struct store_event *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = store_event_list(t->db, &filter, t->arena, &rows, &n)) != RC_OK)
		return rc;
	if (alive_ms != 0 && t->house->now_ms - alive_ms > DEAD_MS)
		*down = note_down(t, alive_ms, 0);
	for (i = 0; i < n && rows[i].time > t->p->from; i++)
		if (rows[i].subject != NULL && strcmp(rows[i].subject, "house.start") == 0)
			*down |= note_down(t, since_of(&rows[i]), rows[i].time);
	return RC_OK;
}

/* ---- what it is about ---- */

static int64_t
distance(const struct telling *t, const struct evaluation *e)
{
	int64_t d = e->started - t->p->at;

	return t->p->at == 0 ? 0 : d < 0 ? -d : d;
}

/* A run before one that was none; of a moment the nearest, else the newest. */
static const struct evaluation *
choose(const struct telling *t, size_t *runs)
{
	const struct evaluation *best = NULL, *e;
	size_t i;

	for (i = 0; i < t->out->n; i++) {
		e = &t->out->rows[i];
		*runs += e->kind == TRACE_RUN;
		if (best == NULL || (e->kind == TRACE_RUN && best->kind != TRACE_RUN) ||
		    ((e->kind == TRACE_RUN) == (best->kind == TRACE_RUN) && distance(t, e) < distance(t, best)))
			best = e;
	}
	return best;
}

/* Those that led to no run, beside one that did. */
static void
note_others(struct telling *t, size_t n)
{
	size_t i;

	for (i = 0; i < t->out->n && t->out->rows[i].kind == TRACE_RUN; i++)
		;
	if (n == 0 || i == t->out->n)
		return;
	if (n > 1)
		buf_printf(&t->text, "it was triggered %zu more times without running, the last time ", n);
	else
		buf_puts(&t->text, "it was triggered once more without running: ");
	say_not(t, &t->out->rows[i]);
	note(t);
}

/* Beside what is known: there may have been more. */
static void
note_forgotten(struct telling *t)
{
	int64_t since = t->house->kept.traces;

	if (explain_automation_first(t) >= since || t->rule->created >= since)
		return;
	buf_printf(&t->text, "traces are kept since %s: what else was before is not known",
	    explain_automation_moment(t, since));
	note(t);
}

static enum rc
say(struct telling *t, size_t runs, bool down)
{
	enum rc rc = RC_OK;

	if (runs > 0)
		note_others(t, t->out->n - runs);
	if (t->out->main == NULL)
		rc = explain_automation_none(t, down);
	else if (runs > 0)
		say_run(t, t->out->main, runs);
	else {
		buf_puts(&t->text, "It did not run: ");
		say_not(t, t->out->main);
		if (t->out->n > 1)
			buf_printf(&t->text, " (it was triggered %zu times)", t->out->n);
	}
	buf_putc(&t->text, '.');
	t->out->text = mem_strdup(t->arena, buf_str(&t->text));
	buf_reset(&t->text);
	if (t->out->main != NULL)
		note_forgotten(t);
	return rc;
}

enum rc
explain_automation(struct db *db, const struct automation *rule, const struct period *p,
    const struct explain_house *house, struct mem_arena *a, struct automation_explanation *out)
{
	struct store_evaluation_filter all = { .automation = rule->row, .from = p->from, .to = p->to, .runs = true,
		.others = true, .limit = EXPLAIN_ROWS_MAX };
	struct telling t = { .db = db, .arena = a, .rule = rule, .p = p, .house = house,
		.out = out };
	bool down = false;
	size_t runs = 0;
	enum rc rc;

	*out = (struct automation_explanation){ 0 };
	rc = store_evaluation_list(db, &all, a, &out->rows, &out->n);
	if (rc == RC_OK) {
		out->main = choose(&t, &runs);
		rc = look_at_changes(&t);
	}
	if (rc == RC_OK)
		rc = look_at_house(&t, &down);
	if (rc == RC_OK)
		rc = say(&t, runs, down);
	buf_free(&t.text);
	return rc;
}

enum rc
explain_automation_write(struct jsw *w, const char *key, struct db *db, const struct automation *rule,
    const struct period *p, const struct automation_explanation *x, struct mem_arena *a)
{
	enum rc rc = RC_OK;
	size_t i;

	jsw_object(w, key);
	jsw_string(w, "text", x->text);
	jsw_time(w, "from", p->from);
	jsw_time(w, "to", p->to);
	jsw_time(w, "removed", rule->gone);
	jsw_array(w, "notes");
	for (i = 0; i < x->n_notes; i++)
		jsw_string(w, NULL, x->notes[i]);
	jsw_end(w);
	jsw_array(w, "runs");
	for (i = 0; i < x->n && rc == RC_OK; i++)
		rc = evaluation_write(w, NULL, db, &x->rows[i], rule->id, a);
	jsw_end(w);
	if (rc == RC_OK && x->main != NULL)
		rc = evaluation_write_all(w, "run", db, x->main, "automation", rule->id, a);
	else
		jsw_null(w, "run");
	jsw_end(w);
	return rc;
}
