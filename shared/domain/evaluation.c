/* SPDX-License-Identifier: ISC
 *
 * Evaluations as JSON and in words.
 */
#include <string.h>

#include "shared/domain/evaluation.h"
#include "shared/domain/evaluation_part.h"
#include "shared/domain/event.h"
#include "shared/domain/followup.h"
#include "shared/store/store_command.h"
#include "shared/store/store_event.h"
#include "shared/store/store_revision.h"

enum rc
evaluation_rule(struct db *db, const char *id, struct mem_arena *a, struct automation *out)
{
	struct automation gone = { .id = id };
	struct revision last;
	enum rc rc = store_automation_get(db, id, a, out), known;

	if (rc != RC_NOT_FOUND)
		return rc;
	if ((known = store_automation_get_gone(db, id, a, &gone)) != RC_OK && known != RC_NOT_FOUND)
		return known;
	if ((rc = store_revision_below(db, "automation", id, INT64_MAX, a, &last)) != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (rc == RC_OK && strcmp(last.change, "removed") == 0) {
		gone.name = last.name;
		gone.gone = last.time;
	} else if (known == RC_NOT_FOUND)
		return known;
	if (gone.name == NULL)
		gone.name = id;
	*out = gone;
	return RC_OK;
}

const char *
evaluation_status(const struct evaluation *e)
{
	static const char *const names[] = { [TRACE_NO] = "no", [TRACE_BUSY] = "busy", [TRACE_CUT] = "cut_short",
		[TRACE_MISSED] = "missed" };

	return e->status != NULL ? e->status : names[e->kind];
}

/* ---- why ---- */

static bool
holds(const struct js *condition)
{
	return js_bool(js_get(condition, "holds"), false);
}

static bool
none_holds(const struct js *conditions)
{
	size_t i;

	for (i = 0; i < js_size(conditions); i++)
		if (holds(js_at(conditions, i)))
			return false;
	return true;
}

/* What decided: of a condition made of others, what those saw that decided about it. */
static void
say_saw(const struct js *condition, struct buf *b)
{
	const struct js *inner = js_get(condition, "conditions");
	const char *saw = js_get_string(condition, "saw");
	const struct js *last;
	bool either = none_holds(inner);
	size_t i, n = 0;

	if (saw != NULL)
		buf_puts(b, saw);
	/* The last one asked ended an "and" or a "not"; an "or" failed by all of them. */
	last = js_at(inner, js_size(inner) - 1);
	for (i = 0; i < js_size(inner); i++)
		if (js_at(inner, i) == last || (either && !holds(js_at(inner, i)))) {
			if (n++ > 0)
				buf_puts(b, "; ");
			say_saw(js_at(inner, i), b);
		}
}

static const char *
failed_condition(const struct trace_view *v, struct mem_arena *a)
{
	const struct js *c = js_at(v->conditions, js_size(v->conditions) - 1);
	struct buf b = { .max = 1000 };

	if (js_size(v->conditions) == 0 || holds(c))
		return js_string(v->why, NULL) != NULL ? mem_strdup(a, js_string(v->why, NULL)) : NULL;
	buf_printf(&b, "the condition '%s' did not hold: ", js_get_string(c, "name"));
	say_saw(c, &b);
	return buf_keep(&b, a);
}

const char *
evaluation_length(struct mem_arena *a, int64_t ms)
{
	if (ms < 60000)
		return mem_printf(a, "%.3g s", (double)ms / 1000);
	if (ms < 3600000)
		return mem_printf(a, "%lld min %lld s", (long long)ms / 60000, (long long)ms / 1000 % 60);
	return mem_printf(a, "%lld h %lld min", (long long)ms / 3600000, (long long)ms / 60000 % 60);
}

/* "3 s of 30 s"; where both read the same, that it was but a moment. */
static const char *
cut_short(const struct trace_view *v, struct mem_arena *a)
{
	const char *held = evaluation_length(a, v->held), *of = evaluation_length(a, v->of);

	return strcmp(held, of) == 0 ? mem_printf(a, "the trigger ended a moment before it had held for %s", of) :
	    mem_printf(a, "the trigger held for %s of %s", held, of);
}

const char *
evaluation_reason(const struct evaluation *e, const struct trace_view *v, struct mem_arena *a)
{
	switch (e->kind) {
	case TRACE_NO:
		return failed_condition(v, a);
	case TRACE_BUSY:
		return v->busy == 1 ? "it was running already" :
		    mem_printf(a, "%lld runs were under way already", (long long)v->busy);
	case TRACE_CUT:
		return cut_short(v, a);
	case TRACE_MISSED:
		return js_string(v->why, NULL) != NULL ? mem_strdup(a, js_string(v->why, NULL)) :
		    "its time passed while the house was not running";
	default:
		return e->reason;
	}
}

/* ---- as JSON ---- */

static void
write_id(struct jsw *w, const char *key, int64_t id)
{
	if (id != 0)
		jsw_int(w, key, id);
	else
		jsw_null(w, key);
}

static void
write_ms(struct jsw *w, const char *key, int64_t ms, bool known)
{
	if (known)
		jsw_int(w, key, ms);
	else
		jsw_null(w, key);
}

static enum rc
write_head(struct jsw *w, struct db *db, const struct evaluation *e, const char *automation_id,
    const struct trace_view *v, struct mem_arena *a)
{
	const struct js *index = js_get(v->trigger, "index");
	struct followup after;
	enum rc rc = followup_find(db, e->event, a, &after);

	if (rc != RC_OK)
		return rc;
	jsw_int(w, "id", e->id);
	jsw_string(w, "automation_id", automation_id);
	jsw_string(w, "status", evaluation_status(e));
	if (e->status != NULL)
		jsw_int(w, "trigger", e->trigger);
	else
		jsw_int(w, "trigger", js_int(index, -1));
	jsw_value(w, "by", v->trigger);
	write_id(w, "cause", e->cause);
	write_id(w, "event", e->event);
	jsw_time(w, "started", e->started);
	jsw_time(w, "ended", e->ended);
	jsw_time(w, "wake", e->wake);
	jsw_string(w, "reason", evaluation_reason(e, v, a));
	followup_write(w, &after);
	return RC_OK;
}

enum rc
evaluation_write(struct jsw *w, const char *key, struct db *db, const struct evaluation *e,
    const char *automation_id, struct mem_arena *a)
{
	struct trace_view v = { 0 };
	enum rc rc;

	if (e->data != NULL)
		trace_read(&v, e->data, e->len);
	jsw_object(w, key);
	rc = write_head(w, db, e, automation_id, &v, a);
	jsw_end(w);
	trace_view_free(&v);
	return rc;
}

struct steps {
	struct jsw		*w;
	struct db		*db;
	struct mem_arena	*a;
	const struct js		*rule;		/* as it was then, or NULL */
	int64_t			 started;
	enum rc			 rc;
};

static void
write_command(struct steps *t, int64_t id)
{
	struct command c;
	enum rc rc = store_command_get(t->db, id, t->a, &c);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		t->rc = rc;
	jsw_object(t->w, NULL);
	jsw_int(t->w, "id", id);
	jsw_string(t->w, "entity_id", rc == RC_OK ? c.entity_id : NULL);
	jsw_string(t->w, "service", rc == RC_OK ? c.service : NULL);
	jsw_string(t->w, "status", rc == RC_OK ? command_status_name(c.status) : NULL);
	jsw_string(t->w, "reason", rc == RC_OK ? c.reason : NULL);
	jsw_end(t->w);
}

/* Ids of 0 never got one. */
static void
write_refs(struct steps *t, const struct js *step)
{
	bool heard = strcmp(js_get_string(step, "result"), "heard") == 0;
	const struct js *refs = js_get(step, "refs");
	size_t i;

	write_id(t->w, "cause", heard ? js_int(js_at(refs, 0), 0) : 0);
	jsw_array(t->w, "commands");
	for (i = 0; !heard && i < js_size(refs); i++)
		if (js_int(js_at(refs, i), 0) != 0)
			write_command(t, js_int(js_at(refs, i), 0));
	jsw_end(t->w);
}

static void
write_step(struct steps *t, const struct js *step)
{
	int64_t late = js_int(js_get(step, "late"), 0);

	jsw_object(t->w, NULL);
	jsw_string(t->w, "place", js_get_string(step, "place"));
	evaluation_part_write(t->w, evaluation_part(t->rule, js_get_string(step, "place")));
	jsw_time(t->w, "time", t->started + js_int(js_get(step, "after"), 0));
	jsw_string(t->w, "result", js_get_string(step, "result"));
	jsw_string(t->w, "reason", js_get_string(step, "reason"));
	write_ms(t->w, "late", late, late > 0);
	jsw_value(t->w, "conditions", js_get(step, "conditions"));
	write_refs(t, step);
	jsw_end(t->w);
}

/* What an earlier version wrote: [place, ms after the start, result, reason]. */
static void
write_old(struct steps *t, const struct js *step)
{
	jsw_object(t->w, NULL);
	jsw_string(t->w, "place", js_string(js_at(step, 0), NULL));
	evaluation_part_write(t->w, NULL);
	jsw_time(t->w, "time", t->started + js_int(js_at(step, 1), 0));
	jsw_string(t->w, "result", js_string(js_at(step, 2), NULL));
	jsw_string(t->w, "reason", js_string(js_at(step, 3), NULL));
	jsw_null(t->w, "late");
	jsw_array(t->w, "conditions");
	jsw_end(t->w);
	jsw_null(t->w, "cause");
	jsw_array(t->w, "commands");
	jsw_end(t->w);
	jsw_end(t->w);
}

static enum rc
write_steps(struct steps *t, const struct evaluation *e, const struct trace_view *v, const char *kind,
    const char *id)
{
	struct js *old = NULL, *rule = evaluation_rule_then(t->db, kind, id, e->started, t->a);
	size_t i;

	t->rule = rule;

	if (e->steps != NULL)
		js_parse(e->steps, strlen(e->steps), JS_STRICT, &old, NULL);
	jsw_array(t->w, "trace");
	for (i = 0; i < js_size(old); i++)
		write_old(t, js_at(old, i));
	for (i = 0; i < js_size(v->steps); i++)
		write_step(t, js_at(v->steps, i));
	jsw_end(t->w);
	js_free(old);
	js_free(rule);
	return t->rc;
}

/* What was taken back at its end, as the event that told of it says: of scenarios alone. */
static enum rc
write_back(struct jsw *w, struct db *db, const struct evaluation *e, struct mem_arena *a)
{
	static const char *const members[] = { "restored", "not_restored", "not_restored_because" };
	struct store_event told = { .data = NULL };
	struct js *data = NULL;
	enum rc rc = e->event == 0 ? RC_OK : store_event_caused_of(db, e->event, EVENT_SCENARIO_COMPLETE, a, &told);
	size_t i;

	if (rc == RC_OK && told.data != NULL)
		js_parse(told.data, strlen(told.data), JS_STRICT, &data, NULL);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (js_get(data, members[i]) != NULL)
			jsw_value(w, members[i], js_get(data, members[i]));
		else
			jsw_null(w, members[i]);
	js_free(data);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
evaluation_write_all(struct jsw *w, const char *key, struct db *db, const struct evaluation *e,
    const char *kind, const char *id, struct mem_arena *a)
{
	struct steps t = { .w = w, .db = db, .a = a, .started = e->started };
	struct trace_view v = { 0 };
	struct store_trace *pieces;
	int64_t late;
	size_t n, i;
	enum rc rc = store_trace_of(db, e->id, a, &pieces, &n);

	if (rc != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		trace_read(&v, pieces[i].data, pieces[i].len);
	jsw_object(w, key);
	rc = write_head(w, db, e, id, &v, a);
	write_ms(w, "held", v.held, v.of > 0);
	write_ms(w, "hold", v.of, v.of > 0);
	late = v.behind > v.late ? v.behind : v.late;
	write_ms(w, "late", late, late > 0);
	if (v.conditions != NULL)
		jsw_value(w, "conditions", v.conditions);
	else {
		jsw_array(w, "conditions");
		jsw_end(w);
	}
	if (rc == RC_OK && (rc = write_steps(&t, e, &v, kind, id)) == RC_OK)
		rc = write_back(w, db, e, a);
	jsw_end(w);
	trace_view_free(&v);
	return rc;
}
