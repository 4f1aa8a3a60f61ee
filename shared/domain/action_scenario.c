/* SPDX-License-Identifier: ISC
 *
 * Action "scenario": starts one, {"scenario": "party-mode", "parameters": {"guest_count": 8}}, and goes on.
 */
#include "shared/domain/action.h"

struct starting {
	const char		*id;
	struct rule_value	 parameters;	/* js NULL: none */
};

enum { S_SCENARIO, S_PARAMETERS };

static const struct field fields[] = {
	[S_SCENARIO] = { RULE_TEXT("scenario", 1, 128, "id of the scenario to start"), .required = true,
	    .example = "\"party-mode\"" },
	[S_PARAMETERS] = { RULE_SHAPE("parameters", values, "what it is told; templates too") },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static enum step_result
run(const struct step *s, struct action_context *x)
{
	const struct starting *t = s->data;
	struct js *parameters = NULL;
	enum rc rc = RC_OK;

	if (t->parameters.js != NULL)
		rc = rule_render(&t->parameters, &x->rule, &parameters, &x->fault);
	if (rc == RC_OK && x->scenario != NULL)
		rc = x->scenario(x->arg, t->id, parameters, &x->fault);
	js_free(parameters);
	return rc == RC_OK ? STEP_NEXT : STEP_FAILED;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct starting *t = mem_zalloc(p->arena, sizeof(*t));
	struct step *s = program_step(p);
	enum rc rc = RC_OK;

	s->run = run;
	s->data = t;
	t->id = mem_strdup(p->arena, v[S_SCENARIO].s);
	if (v[S_PARAMETERS].set)
		rc = rule_value(v[S_PARAMETERS].js, p->arena, &t->parameters, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "parameters", -1);
}

const struct action_ops action_scenario = {
	.name = "scenario", .title = "Run a scenario", .help = "starts a scenario and goes on", .fields = fields,
	.compile = compile
};
