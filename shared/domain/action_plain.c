/* SPDX-License-Identifier: ISC
 *
 * Actions that are one step: "variables" for what follows, "event" for everybody, "stop".
 */
#include "shared/domain/action.h"

struct telling {
	const char		*type;
	struct rule_value	 data;		/* js NULL: none */
};

struct ending {
	const char	*why;
	bool		 failed;
};

enum { V_VARIABLES };
enum { E_EVENT, E_DATA };
enum { S_STOP, S_ERROR };

static const struct field variables_fields[] = {
	[V_VARIABLES] = { "variables", FIELD_BODY, FIELD_OBJECT, true, 0, 0, NULL, "names and values; templates too" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field event_fields[] = {
	[E_EVENT] = { "event", FIELD_BODY, FIELD_TEXT, true, 1, 64, NULL, "type of the event" },
	[E_DATA] = { "event_data", FIELD_BODY, FIELD_OBJECT, false, 0, 0, NULL, "its data; templates too" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field stop_fields[] = {
	[S_STOP] = { "stop", FIELD_BODY, FIELD_TEXT, true, 0, 200, NULL, "why the run ends here" },
	[S_ERROR] = { "error", FIELD_BODY, FIELD_BOOL, false, 0, 0, NULL, "true: the run has failed" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static enum step_result
run_variables(const struct step *s, struct action_context *x)
{
	return rule_variables_set(s->data, &x->rule, x->strand->variables, &x->fault) == RC_OK ? STEP_NEXT :
	    STEP_FAILED;
}

static enum rc
compile_variables(const struct field_value *v, struct program *p, struct fault *f)
{
	struct rule_variables *list = mem_zalloc(p->arena, sizeof(*list));
	struct step *s = program_step(p);
	enum rc rc = rule_variables(v[V_VARIABLES].js, p->arena, list, f);

	s->run = run_variables;
	s->data = list;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "variables", -1);
}

static enum step_result
run_event(const struct step *s, struct action_context *x)
{
	const struct telling *t = s->data;
	struct js *data = NULL;

	if (t->data.js == NULL)
		data = js_new_object();
	else if (rule_render(&t->data, &x->rule, &data, &x->fault) != RC_OK)
		return STEP_FAILED;
	x->event(x->arg, t->type, data);
	js_free(data);
	return STEP_NEXT;
}

static enum rc
compile_event(const struct field_value *v, struct program *p, struct fault *f)
{
	struct telling *t = mem_zalloc(p->arena, sizeof(*t));
	struct step *s = program_step(p);
	enum rc rc = RC_OK;

	s->run = run_event;
	s->data = t;
	t->type = mem_strdup(p->arena, v[E_EVENT].s);
	if (v[E_DATA].set)
		rc = rule_value(v[E_DATA].js, p->arena, &t->data, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "event_data", -1);
}

static enum step_result
run_stop(const struct step *s, struct action_context *x)
{
	const struct ending *e = s->data;

	fault_set(&x->fault, RC_ERROR, NULL, "%s", e->why);
	x->failed = e->failed;
	return STEP_STOP;
}

static enum rc
compile_stop(const struct field_value *v, struct program *p, struct fault *f)
{
	struct ending *e = mem_zalloc(p->arena, sizeof(*e));
	struct step *s = program_step(p);

	(void)f;
	s->run = run_stop;
	s->data = e;
	e->why = *v[S_STOP].s != '\0' ? mem_strdup(p->arena, v[S_STOP].s) : "the rule says so";
	e->failed = v[S_ERROR].set && v[S_ERROR].i != 0;
	return RC_OK;
}

const struct action_ops action_variables = { "variables", NULL, variables_fields, compile_variables };
const struct action_ops action_event = { "event", NULL, event_fields, compile_event };
const struct action_ops action_stop = { "stop", NULL, stop_fields, compile_stop };
