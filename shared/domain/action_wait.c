/* SPDX-License-Identifier: ISC
 *
 * Actions "wait_template" and "wait_for_trigger": the run goes on when a template is true or a trigger fires, or
 * after the timeout. The variable `wait` says which: completed, remaining (seconds) and trigger. What triggers with
 * `for`, with a level or with times remember stands in the strand (script_hold.c).
 */
#include "shared/domain/action.h"
#include "shared/domain/firing.h"

struct wait {
	const struct template	*template;	/* or NULL */
	const struct trigger	*triggers;
	size_t			 n;
	struct rule_value	 timeout;	/* js NULL: none */
	bool			 stop;		/* the run ends at the timeout */
};

enum { F_WHAT, F_TIMEOUT, F_GO_ON };

#define WAIT_FIELDS(n, s, h) \
	[F_WHAT] = { RULE_SHAPE(n, s, h), .required = true }, \
	[F_TIMEOUT] = { RULE_SHAPE("timeout", pause, "how long to wait at most") }, \
	[F_GO_ON] = { .name = "continue_on_timeout", .type = FIELD_BOOL, \
	    .help = "false: the run ends at the timeout" }, \
	ACTION_COMMON_FIELDS, \
	{ 0 }

static const struct field template_fields[] = {
	WAIT_FIELDS("wait_template", template, "goes on when it is true"),
};

static const struct field trigger_fields[] = {
	WAIT_FIELDS("wait_for_trigger", triggers, "goes on when one of these fires"),
};

/* Sets `wait`, of what happened at that time; trigger is taken over, or NULL. */
static void
tell(struct action_context *x, bool completed, int64_t at, struct js *trigger)
{
	int64_t until = x->strand->until;
	struct js *o = js_new_object();

	js_set(o, "completed", js_new_bool(completed));
	js_set(o, "remaining", until == 0 ? js_new_null() : js_new_real(until > at ? (double)(until - at) / 1000 : 0));
	js_set(o, "trigger", trigger);
	script_set(x->strand, "wait", o);
}

static enum step_result
timed_out(const struct wait *w, struct action_context *x)
{
	tell(x, false, x->rule.now_ms, NULL);
	if (!w->stop)
		return STEP_NEXT;
	fault_set(&x->fault, RC_TIMEOUT, NULL, "what it waited for did not happen in time");
	return STEP_STOP;
}

static enum rc
set_timeout(const struct wait *w, struct action_context *x)
{
	int64_t ms;
	enum rc rc;

	x->strand->until = 0;
	if (w->timeout.js == NULL)
		return RC_OK;
	rc = rule_render_duration(&w->timeout, &x->rule, &ms, &x->fault);
	if (rc == RC_OK)
		x->strand->until = x->rule.now_ms + (ms > 0 ? ms : 1);
	return rc;
}

/* At what comes first, a trigger or the timeout. */
static void
set_wake(struct strand *t)
{
	const struct script_hold *h = script_hold_first(t);

	t->wake = h != NULL && (t->until == 0 || h->due < t->until) ? h->due : t->until;
}

/* ---- for a template ---- */

static enum step_result
run_template(const struct step *s, struct action_context *x)
{
	const struct wait *w = s->data;
	bool is = false;

	if (x->woken)
		return timed_out(w, x);
	if (!rule_true(w->template, &x->rule, &is, &x->fault) || set_timeout(w, x) != RC_OK)
		return STEP_FAILED;
	if (is) {
		tell(x, true, x->rule.now_ms, NULL);
		return STEP_NEXT;
	}
	set_wake(x->strand);
	return STEP_WAIT;
}

static bool
hear_template(const struct step *s, const struct house_change *c, struct action_context *x)
{
	const struct wait *w = s->data;
	bool is = false;

	(void)c;
	if (!rule_true(w->template, &x->rule, &is, NULL) || !is)
		return false;
	tell(x, true, x->rule.now_ms, NULL);
	return true;
}

/* ---- for triggers ---- */

/* Trigger number i comes next at its first time after after_ms, if it has times. */
static void
plan(const struct wait *w, unsigned int i, int64_t after_ms, struct action_context *x)
{
	const struct trigger *t = &w->triggers[i];
	int64_t next = t->ops->next == NULL ? INT64_MAX : t->ops->next(t, x->rule.house, after_ms);

	if (next != INT64_MAX)
		script_hold_put(x->strand, i, 0, next);
}

/* What holds now is remembered, so that it counts when it holds again; times say when they come. */
static void
begin(const struct wait *w, struct action_context *x)
{
	const struct trigger *t;
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		t = &w->triggers[i];
		if (t->ops->level && t->ops->judge(t, NULL, &x->rule) == TRIGGER_YES)
			script_hold_put(x->strand, i, 0, 0);
		plan(w, i, x->rule.now_ms, x);
	}
}

struct happening {
	const struct trigger	*trigger;
	int			 index;
	int64_t			 at_ms;
	struct js		*variable;	/* of the first thing that happens, NULL: nothing did */
};

static void
take_first(const struct house_change *c, void *arg)
{
	struct happening *h = arg;

	if (h->variable == NULL)
		h->variable = rule_trigger_variable(h->trigger, h->index, c, h->at_ms);
}

/* One that is due fires; false when its entity is gone, or nothing happens then any more. */
static bool
fire(const struct wait *w, const struct script_hold *h, struct action_context *x)
{
	const struct trigger *t = &w->triggers[h->trigger];
	struct happening first = { t, (int)h->trigger, h->due, NULL };
	struct house_change c = { .now_ms = h->due, .live = house_find(x->rule.house, h->entity) };

	if (h->entity != 0 && c.live == NULL)
		return false;
	if (t->ops->happens != NULL) {
		t->ops->happens(t, x->rule.house, h->due, take_first, &first);
		if (first.variable != NULL)
			tell(x, true, h->due, first.variable);
		return first.variable != NULL;
	}
	tell(x, true, h->due, rule_trigger_variable(t, (int)h->trigger, t->ops->judge != NULL ? &c : NULL,
	    h->due));
	return true;
}

/* A moment came: of what was due since, also while nobody looked, the first counts. */
static enum step_result
wake_up(const struct wait *w, struct action_context *x)
{
	struct strand *t = x->strand;
	const struct script_hold *h;
	int64_t last = x->rule.now_ms, due;
	unsigned int i;

	if (t->until != 0 && t->until < last)
		last = t->until;
	while ((h = script_hold_first(t)) != NULL && h->due <= last) {
		if (h->trigger < w->n && fire(w, h, x))
			return STEP_NEXT;
		i = h->trigger;
		due = h->due;
		script_hold_drop(t, i, h->entity);
		if (i < w->n && w->triggers[i].ops->happens != NULL)
			plan(w, i, due, x);
	}
	if (t->until != 0 && t->until <= x->rule.now_ms)
		return timed_out(w, x);
	set_wake(t);
	return STEP_WAIT;
}

/* Whether anything ends it: the timeout, a time that comes, or something that may happen. */
static bool
can_end(const struct wait *w, const struct strand *t)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->triggers[i].ops->next == NULL)
			return true;
	return t->until != 0 || script_hold_first(t) != NULL;
}

static enum step_result
never(const struct wait *w, struct action_context *x)
{
	fault_set(&x->fault, RC_INVALID, NULL, "%s", w->n > 0 && !x->rule.house->place.known ?
	    "it waits for the sun, and it is not known where the house stands: set LATITUDE and LONGITUDE in the "
	    "configuration" : "nothing that it waits for ever comes");
	return STEP_FAILED;
}

static enum step_result
run_trigger(const struct step *s, struct action_context *x)
{
	const struct wait *w = s->data;

	if (x->woken)
		return wake_up(w, x);
	if (set_timeout(w, x) != RC_OK)
		return STEP_FAILED;
	begin(w, x);
	if (!can_end(w, x->strand))
		return never(w, x);
	set_wake(x->strand);
	return STEP_WAIT;
}

/* A change is shown to trigger number i. */
struct showing {
	const struct wait	*w;
	unsigned int		 i;
	struct action_context	*x;
	struct js		*variable;	/* what it is when it fires at once, NULL: it does not */
};

/* Whether the change makes it fire at once; else it may begin to hold, or hold no more. */
static void
judge(const struct house_change *c, void *arg)
{
	struct showing *s = arg;
	struct action_context *x = s->x;
	const struct trigger *t = &s->w->triggers[s->i];
	int64_t entity = t->ops->level || c->live == NULL ? 0 : c->live->row;
	bool on = script_hold_has(x->strand, s->i, entity);

	if (s->variable != NULL)
		return;
	switch (firing_judge(t, c, &x->rule, &on)) {
	case TRIGGER_YES:
		if (t->hold_ms == 0)
			s->variable = rule_trigger_variable(t, (int)s->i, rule_is_minute(c) ? NULL : c, x->rule.now_ms);
		else
			x->remembers |= script_hold_put(x->strand, s->i, entity, x->rule.now_ms + t->hold_ms);
		break;
	case TRIGGER_OFF:
		x->remembers |= script_hold_drop(x->strand, s->i, entity);
		break;
	case TRIGGER_NO:
		break;
	}
}

/* What it is when it fires at once, NULL: it does not. */
static struct js *
show(const struct wait *w, unsigned int i, const struct house_change *c, struct action_context *x)
{
	struct showing s = { w, i, x, NULL };

	if (w->triggers[i].ops->happens != NULL) {
		script_hold_drop(x->strand, i, 0);
		plan(w, i, x->rule.now_ms, x);
		x->remembers = true;
		return NULL;
	}
	firing_each(&w->triggers[i], c, x->rule.house, judge, &s);
	return s.variable;
}

static bool
hear_trigger(const struct step *s, const struct house_change *c, struct action_context *x)
{
	const struct wait *w = s->data;
	struct js *variable;
	unsigned int i;

	for (i = 0; i < w->n; i++)
		if (rule_listens(&w->triggers[i].entities, c) && (variable = show(w, i, c, x)) != NULL) {
			tell(x, true, x->rule.now_ms, variable);
			return true;
		}
	set_wake(x->strand);
	return false;
}

/* ---- compiling ---- */

static enum rc
read_timeout(const struct field_value *v, struct program *p, struct wait *w, struct fault *f)
{
	enum rc rc;

	w->stop = v[F_GO_ON].set && v[F_GO_ON].i == 0;
	if (!v[F_TIMEOUT].set)
		return RC_OK;
	rc = rule_value(v[F_TIMEOUT].js, p->arena, &w->timeout, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "timeout", -1);
}

static enum rc
compile_template(const struct field_value *v, struct program *p, struct fault *f)
{
	struct wait *w = mem_zalloc(p->arena, sizeof(*w));
	struct step *s = program_step(p);
	enum rc rc = rule_template(v[F_WHAT].s, p->arena, &w->template, f);

	s->run = run_template;
	s->hear = hear_template;
	s->data = w;
	if (rc == RC_OK)
		rc = rule_template_hears(v[F_WHAT].s, w->template, p->arena, &s->entities, f);
	return rc == RC_OK ? read_timeout(v, p, w, f) : rule_fault_in(f, rc, "wait_template", -1);
}

/* What any of the triggers listens to. */
static enum rc
collect(const struct wait *w, struct program *p, struct rule_entities *out, struct fault *f)
{
	size_t n = 0, holds = w->n, i, k;
	const struct trigger *t;
	const char **ids;

	for (i = 0; i < w->n; i++) {
		n += w->triggers[i].entities.n;
		holds += w->triggers[i].hold_ms > 0 ? w->triggers[i].entities.n : 0;
	}
	if (holds > SCRIPT_HOLDS_MAX)
		return fault_set(f, RC_INVALID, "wait_for_trigger",
		    "holds more than %d triggers and entities with `for`: wait for fewer", SCRIPT_HOLDS_MAX);
	ids = mem_alloc(p->arena, (n + 1) * sizeof(*ids));
	for (n = i = 0; i < w->n; i++) {
		t = &w->triggers[i];
		for (k = 0; k < t->entities.n; k++)
			ids[n++] = t->entities.ids[k];
	}
	*out = (struct rule_entities){ ids, n };
	return RC_OK;
}

static enum rc
compile_trigger(const struct field_value *v, struct program *p, struct fault *f)
{
	struct wait *w = mem_zalloc(p->arena, sizeof(*w));
	struct step *s = program_step(p);
	enum rc rc = rule_triggers(v[F_WHAT].js, p->arena, "wait_for_trigger", &w->triggers, &w->n, f);

	s->run = run_trigger;
	s->hear = hear_trigger;
	s->data = w;
	if (rc == RC_OK)
		rc = collect(w, p, &s->entities, f);
	return rc == RC_OK ? read_timeout(v, p, w, f) : rc;
}

const struct action_ops action_wait_template = {
	.name = "wait_template", .title = "Wait until a template is true", .help = "goes on when a template is true",
	.fields = template_fields, .compile = compile_template
};
const struct action_ops action_wait_trigger = {
	.name = "wait_for_trigger", .title = "Wait for something to happen", .help = "goes on when a trigger fires",
	.fields = trigger_fields, .compile = compile_trigger
};
