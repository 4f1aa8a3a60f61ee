/* SPDX-License-Identifier: ISC
 *
 * Actions "wait_template" and "wait_for_trigger": the run goes on when a template is true or a trigger fires, or
 * after the timeout. The variable `wait` says which: completed, remaining (seconds) and trigger.
 */
#include "shared/domain/action.h"

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

/* Sets `wait`; trigger is taken over, or NULL. */
static void
tell(struct action_context *x, bool completed, struct js *trigger)
{
	int64_t left = x->strand->wake == 0 ? 0 : x->strand->wake - x->rule.now_ms;
	struct js *o = js_new_object();

	js_set(o, "completed", js_new_bool(completed));
	js_set(o, "remaining", x->strand->wake == 0 ? js_new_null() : js_new_real(left > 0 ? (double)left / 1000 : 0));
	js_set(o, "trigger", trigger);
	script_set(x->strand, "wait", o);
}

static enum step_result
timed_out(const struct wait *w, struct action_context *x)
{
	tell(x, false, NULL);
	if (!w->stop)
		return STEP_NEXT;
	fault_set(&x->fault, RC_TIMEOUT, NULL, "what it waited for did not happen in time");
	return STEP_STOP;
}

static enum step_result
run(const struct step *s, struct action_context *x)
{
	const struct wait *w = s->data;
	bool is = false;
	int64_t ms;

	if (x->woken)
		return timed_out(w, x);
	x->strand->wake = 0;
	if (w->template != NULL && !rule_true(w->template, &x->rule, &is, &x->fault))
		return STEP_FAILED;
	if (w->timeout.js != NULL) {
		if (rule_render_duration(&w->timeout, &x->rule, &ms, &x->fault) != RC_OK)
			return STEP_FAILED;
		x->strand->wake = x->rule.now_ms + (ms > 0 ? ms : 1);
	}
	if (!is)
		return STEP_WAIT;
	tell(x, true, NULL);
	x->strand->wake = 0;
	return STEP_NEXT;
}

static bool
hear_template(const struct step *s, const struct house_change *c, struct action_context *x)
{
	const struct wait *w = s->data;
	bool is = false;

	(void)c;
	if (!rule_true(w->template, &x->rule, &is, NULL) || !is)
		return false;
	tell(x, true, NULL);
	return true;
}

static bool
listens(const struct trigger *t, const struct house_change *c)
{
	const char *about = c->event != 0 ? c->subject : c->live->entity_id;

	return about != NULL && rule_text_in(about, t->entities.ids, t->entities.n);
}

static bool
hear_trigger(const struct step *s, const struct house_change *c, struct action_context *x)
{
	const struct wait *w = s->data;
	const struct trigger *t;
	size_t i;

	for (i = 0; i < w->n; i++) {
		t = &w->triggers[i];
		if (listens(t, c) && t->ops->judge(t, c, &x->rule) == TRIGGER_YES) {
			tell(x, true, rule_trigger_variable(t, (int)i, c));
			return true;
		}
	}
	return false;
}

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

	s->run = run;
	s->hear = hear_template;
	s->data = w;
	if (rc == RC_OK)
		rc = rule_template_entities(v[F_WHAT].s, p->arena, &s->entities, f);
	return rc == RC_OK ? read_timeout(v, p, w, f) : rule_fault_in(f, rc, "wait_template", -1);
}

/* What any of the triggers listens to. */
static enum rc
collect(const struct wait *w, struct program *p, struct rule_entities *out, struct fault *f)
{
	const char **ids;
	size_t n = 0, i, k;

	for (i = 0; i < w->n; i++)
		n += w->triggers[i].entities.n;
	ids = mem_alloc(p->arena, (n + 1) * sizeof(*ids));
	for (n = i = 0; i < w->n; i++) {
		if (w->triggers[i].ops->judge == NULL || w->triggers[i].hold_ms > 0)
			return fault_set(f, RC_UNSUPPORTED, "wait_for_trigger",
			    "can wait for what happens in the house, not for a time or with `for`: use a timeout");
		for (k = 0; k < w->triggers[i].entities.n; k++)
			ids[n++] = w->triggers[i].entities.ids[k];
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

	s->run = run;
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
