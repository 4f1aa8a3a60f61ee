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
	[V_VARIABLES] = { RULE_SHAPE("variables", values, "names and values for what follows; templates too"),
	    .required = true },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field event_fields[] = {
	[E_EVENT] = { RULE_TEXT("event", 1, 64, "type of the event"), .required = true },
	[E_DATA] = { RULE_SHAPE("event_data", values, "its data; templates too") },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field stop_fields[] = {
	[S_STOP] = { RULE_TEXT("stop", 0, 200, "why the run ends here"), .required = true },
	[S_ERROR] = { .name = "error", .type = FIELD_BOOL, .help = "true: the run has failed" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static enum step_result
run_variables(const struct step *s, struct action_context *x)
{
	struct js *values;

	if (rule_variables_set(s->data, &x->rule, x->strand->variables, &x->fault) != RC_OK)
		return STEP_FAILED;
	if (x->sets != NULL) {
		values = rule_variables_values(s->data, x->strand->variables);
		x->sets(x->arg, values);
		js_free(values);
	}
	return STEP_NEXT;
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
	enum rc rc = RC_OK;

	if (t->data.js == NULL)
		data = js_new_object();
	else
		rc = rule_render(&t->data, &x->rule, &data, &x->fault);
	if (rc == RC_OK)
		rc = x->event(x->arg, t->type, data, &x->fault);
	js_free(data);
	return rc == RC_OK ? STEP_NEXT : STEP_FAILED;
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

const struct action_ops action_variables = {
	.name = "variables", .title = "Set variables", .help = "names values for what follows",
	.fields = variables_fields, .compile = compile_variables
};
const struct action_ops action_event = {
	.name = "event", .title = "Tell of an event", .help = "tells other automations of an event",
	.fields = event_fields, .compile = compile_event
};
const struct action_ops action_stop = {
	.name = "stop", .title = "Stop", .help = "ends the run here", .fields = stop_fields, .compile = compile_stop
};
