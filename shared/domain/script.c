/* SPDX-License-Identifier: ISC
 *
 * Moving through the steps of a program, and the state of that as JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/domain/event.h"
#include "shared/domain/missed.h"
#include "shared/domain/script.h"
#include "shared/domain/trace.h"

/* ---- strands ---- */

static void
free_loops(struct strand *t)
{
	while (t->n_loops > 0)
		js_free(t->loops[--t->n_loops].items);
}

static void
free_strand(struct strand *t)
{
	free_loops(t);
	script_hold_end(t);
	js_free(t->variables);
	js_free(t->broken);
	free(t);
}

static struct strand *
add(struct script *s, struct strand *t)
{
	s->strands = mem_xrealloc(s->strands, s->n + 1, sizeof(struct strand *));
	s->strands[s->n++] = t;
	return t;
}

static struct strand *
find(const struct script *s, unsigned int id)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (s->strands[i]->id == id)
			return s->strands[i];
	return NULL;
}

static struct strand *
new_strand(struct script *s, struct js *variables)
{
	struct strand *t = mem_xcalloc(1, sizeof(*t));

	t->id = ++s->last_id;
	t->variables = variables != NULL ? variables : js_new_object();
	return add(s, t);
}

struct script *
script_new(struct js *variables)
{
	struct script *s = mem_xcalloc(1, sizeof(*s));

	new_strand(s, variables);
	return s;
}

void
script_free(struct script *s)
{
	unsigned int i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		free_strand(s->strands[i]);
	free(s->strands);
	free(s);
}

/* Members of its own; what they hold is never changed, so it is shared. */
static struct js *
copy_variables(const struct js *v)
{
	struct js *out = js_new_object();
	void *it;

	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		js_set(out, js_iter_key(it), js_ref(js_iter_value(it)));
	return out;
}

struct strand *
script_branch(struct script *s, struct strand *parent, unsigned int at)
{
	struct strand *t;

	if (s->n == SCRIPT_STRANDS_MAX)
		return NULL;
	t = new_strand(s, copy_variables(parent->variables));
	t->parent = parent->id;
	t->at = at;
	parent->children++;
	return t;
}

void
script_set(struct strand *t, const char *name, struct js *value)
{
	js_set(t->variables, name, value);
}

/* Strand number i is done; the one that waited for it may go on. */
static void
end_strand(struct script *s, unsigned int i)
{
	struct strand *t = s->strands[i], *parent = find(s, t->parent);

	if (parent != NULL && --parent->children == 0)
		parent->waits = false;
	free_strand(t);
	memmove(&s->strands[i], &s->strands[i + 1], (s->n - i - 1) * sizeof(*s->strands));
	s->n--;
}

/* ---- breaking off ---- */

/* The first one counts, but a failure before a stop. */
static void
blame(struct strand *parent, bool stop, bool failed, const struct fault *f)
{
	if (parent->broken != NULL && (!failed || js_bool(js_get(parent->broken, "failed"), false)))
		return;
	js_free(parent->broken);
	parent->broken = js_new_object();
	js_set(parent->broken, "stop", js_new_bool(stop));
	js_set(parent->broken, "failed", js_new_bool(failed));
	js_set(parent->broken, "field", js_new_string(f->field));
	js_set(parent->broken, "reason", js_new_string(f->msg));
}

/*
 * A branch ends alone: the one that it came from bears it when all of them are done. That one waits at the step
 * which joins them. False: it was no branch, and the run has ended.
 */
static bool
break_off(struct strand *t, enum step_result r, struct action_context *x, enum script_result *out)
{
	bool stop = r == STEP_STOP, failed = !stop || x->failed;
	struct strand *parent = find(x->script, t->parent);

	if (parent == NULL) {
		*out = failed ? SCRIPT_FAILED : SCRIPT_STOPPED;
		return false;
	}
	if (stop || (!t->go_on && !x->program->steps[parent->at].go_on))
		blame(parent, stop, failed, &x->fault);
	t->at = x->program->n;
	return true;
}

enum step_result
script_joined(struct strand *t, struct action_context *x)
{
	struct js *v = t->broken;
	const char *why = js_get_string(v, "reason");
	bool stop;

	if (v == NULL)
		return STEP_NEXT;
	t->broken = NULL;
	stop = js_bool(js_get(v, "stop"), false);
	x->failed = js_bool(js_get(v, "failed"), true);
	fault_set(&x->fault, RC_ERROR, js_get_string(v, "field"), "%s", why != NULL ? why : "a branch failed");
	js_free(v);
	return stop ? STEP_STOP : STEP_FAILED;
}

/* ---- moving ---- */

static const char *
result_name(enum step_result r, const struct action_context *x)
{
	static const char *const names[] = { [STEP_NEXT] = "done", [STEP_NOTHING] = "nothing",
		[STEP_WAIT] = "waits", [STEP_END] = "done",
		[STEP_STOP] = "stopped", [STEP_FAILED] = "failed" };

	return r == STEP_NEXT && x->go != 0 && *x->fault.msg != '\0' ? "no" : names[r];
}

/* Reads what a step wants; false when the strand ended or the run did (then *out says how). */
static bool
take_step(struct strand *t, struct action_context *x, enum script_result *out)
{
	const struct step *s = &x->program->steps[t->at];
	enum step_result r;

	x->go = 0;
	x->fault = (struct fault){ 0 };
	x->rule.variables = t->variables;
	r = s->run(s, x);
	if (r != STEP_WAIT)
		script_hold_end(t);
	if (x->rule.trace != NULL && !s->quiet && x->woken && x->late > MISSED_GRACE_MS)
		trace_late(x->rule.trace, x->late);
	x->woken = false;
	if (x->trace != NULL && (!s->quiet || r == STEP_FAILED || r == STEP_STOP))
		x->trace(x->arg, s, result_name(r, x), x->fault.msg);
	if (r == STEP_STOP || (r == STEP_FAILED && !s->go_on))
		return break_off(t, r, x, out);
	if (r == STEP_WAIT) {
		t->waits = true;
		t->since = x->rule.now_ms;
		t->deaf = x->message;
	} else if (r == STEP_END)
		t->at = x->program->n;
	else
		t->at = x->go != 0 ? x->go : t->at + 1;
	return true;
}

/* Until the strand waits or is done. */
static bool
go(struct strand *t, struct action_context *x, unsigned int *budget, enum script_result *out)
{
	x->strand = t;
	while (!t->waits && t->at < x->program->n) {
		if ((*budget)-- == 0) {
			fault_set(&x->fault, RC_LIMITED, NULL, "%s: more than %d steps without a pause",
			    x->program->steps[t->at].path, SCRIPT_STEPS_MAX);
			*out = SCRIPT_FAILED;
			return false;
		}
		if (x->enough != NULL && x->enough(x->arg)) {
			*out = SCRIPT_STOPPED;
			return false;
		}
		if (!take_step(t, x, out))
			return false;
	}
	return true;
}

static bool
due(const struct strand *t, int64_t now_ms)
{
	return t->waits && t->wake != 0 && t->wake <= now_ms;
}

enum script_result
script_go(struct script *s, struct action_context *x)
{
	unsigned int budget = SCRIPT_STEPS_MAX, i = 0;
	enum script_result out = SCRIPT_DONE;
	struct strand *t;

	x->script = s;
	while (i < s->n) {
		t = s->strands[i];
		x->woken = due(t, x->rule.now_ms);
		if (x->woken) {
			x->late = x->rule.now_ms - t->wake;
			t->waits = false;
			t->wake = 0;
		}
		if (!go(t, x, &budget, &out))
			return out;
		if (t->at < x->program->n) {
			i++;
			continue;
		}
		end_strand(s, i);
		i = 0;		/* its parent may go on */
	}
	return s->n == 0 ? SCRIPT_DONE : SCRIPT_WAITS;
}

/* The strand goes on behind the step that waited. */
static bool
hear(struct strand *t, const struct house_change *c, struct action_context *x)
{
	const struct step *s = &x->program->steps[t->at];

	/* one message may come under several filters */
	if (!t->waits || s->hear == NULL || (c->event == EVENT_MESSAGE && x->message != 0 && t->deaf == x->message))
		return false;
	x->strand = t;
	x->rule.variables = t->variables;
	if (!s->hear(s, c, x))
		return false;
	if (x->trace != NULL)
		x->trace(x->arg, s, "heard", "");
	t->waits = false;
	t->wake = 0;
	script_hold_end(t);
	t->at++;
	return true;
}

bool
script_hear(struct script *s, const struct house_change *c, struct action_context *x)
{
	bool any = false;
	unsigned int i;

	x->script = s;
	x->remembers = false;
	for (i = 0; i < s->n; i++)
		any |= hear(s->strands[i], c, x);
	return any;
}

bool
script_runs(const struct script *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (!s->strands[i]->waits)
			return true;
	return false;
}

int64_t
script_wake(const struct script *s)
{
	int64_t wake = 0;
	unsigned int i;

	for (i = 0; i < s->n; i++)
		if (s->strands[i]->waits && s->strands[i]->wake != 0 && (wake == 0 || s->strands[i]->wake < wake))
			wake = s->strands[i]->wake;
	return wake;
}

void
script_listens(const struct script *s, const struct program *p, void (*fn)(const char *entity_id, void *arg),
    void *arg)
{
	const struct step *step;
	unsigned int i;
	size_t k;

	for (i = 0; i < s->n; i++) {
		if (!s->strands[i]->waits)
			continue;
		step = &p->steps[s->strands[i]->at];
		for (k = 0; step->hear != NULL && k < step->entities.n; k++)
			fn(step->entities.ids[k], arg);
	}
}

/* ---- as JSON ---- */

static void
write_loops(struct jsw *w, const struct strand *t)
{
	unsigned int i;

	jsw_array(w, "loops");
	for (i = 0; i < t->n_loops; i++) {
		jsw_object(w, NULL);
		jsw_int(w, "step", t->loops[i].step);
		jsw_int(w, "index", t->loops[i].index);
		jsw_int(w, "count", t->loops[i].count);
		if (t->loops[i].items != NULL)
			jsw_value(w, "items", t->loops[i].items);
		jsw_end(w);
	}
	jsw_end(w);
}

static void
write_strand(struct jsw *w, const struct strand *t)
{
	jsw_object(w, NULL);
	jsw_int(w, "id", t->id);
	jsw_int(w, "parent", t->parent);
	jsw_int(w, "at", t->at);
	jsw_int(w, "children", t->children);
	jsw_bool(w, "waits", t->waits);
	jsw_int(w, "since", t->since);
	jsw_int(w, "wake", t->wake);
	if (t->wake != 0)
		jsw_int(w, "until", t->until);
	script_hold_write(w, t);
	if (t->n_loops > 0)
		write_loops(w, t);
	if (t->go_on)
		jsw_bool(w, "go_on", true);
	if (t->broken != NULL)
		jsw_value(w, "broken", t->broken);
	jsw_value(w, "variables", t->variables);
	jsw_end(w);
}

void
script_write(struct jsw *w, const char *key, const struct script *s)
{
	unsigned int i;

	jsw_array(w, key);
	for (i = 0; i < s->n; i++)
		write_strand(w, s->strands[i]);
	jsw_end(w);
}

static bool
read_loops(const struct js *v, const struct program *p, struct strand *t)
{
	const struct js *one, *items;
	size_t i;

	if (js_size(v) > PROGRAM_NEST_MAX)
		return false;
	for (i = 0; i < js_size(v); i++) {
		one = js_at(v, i);
		items = js_get(one, "items");
		t->loops[t->n_loops++] = (struct script_loop){
			.step = (unsigned int)js_int(js_get(one, "step"), p->n),
			.index = js_int(js_get(one, "index"), 0), .count = js_int(js_get(one, "count"), 0),
			.items = items != NULL ? js_ref(items) : NULL };
		if (t->loops[i].step >= p->n)
			return false;
	}
	return true;
}

static bool
read_strand(const struct js *v, const struct program *p, struct script *s)
{
	const struct js *variables = js_get(v, "variables"), *broken = js_get(v, "broken");
	struct strand *t;

	if (js_type(variables) != JS_OBJECT)
		return false;
	t = new_strand(s, copy_variables(variables));
	t->id = (unsigned int)js_int(js_get(v, "id"), 0);
	t->parent = (unsigned int)js_int(js_get(v, "parent"), 0);
	t->at = (unsigned int)js_int(js_get(v, "at"), p->n);
	t->children = (unsigned int)js_int(js_get(v, "children"), 0);
	t->waits = js_bool(js_get(v, "waits"), false);
	t->since = js_int(js_get(v, "since"), 0);
	t->wake = js_int(js_get(v, "wake"), 0);
	t->until = js_int(js_get(v, "until"), t->wake);	/* older ones wake at their timeout alone */
	t->go_on = js_bool(js_get(v, "go_on"), false);
	t->broken = js_type(broken) == JS_OBJECT ? js_copy(broken) : NULL;
	if (t->id > s->last_id)
		s->last_id = t->id;
	if (broken != NULL && t->broken == NULL)
		return false;
	return t->at < p->n && read_loops(js_get(v, "loops"), p, t) && script_hold_read(js_get(v, "holds"), t);
}

enum rc
script_read(const struct js *v, const struct program *p, struct script **out)
{
	struct script *s = mem_xcalloc(1, sizeof(*s));
	bool good = js_size(v) > 0 && js_size(v) <= SCRIPT_STRANDS_MAX;
	size_t i;

	for (i = 0; good && i < js_size(v); i++)
		good = read_strand(js_at(v, i), p, s);
	if (!good) {
		script_free(s);
		return RC_INVALID;
	}
	*out = s;
	return RC_OK;
}
