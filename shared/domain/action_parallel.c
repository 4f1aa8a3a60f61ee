/* SPDX-License-Identifier: ISC
 *
 * Action "parallel": several sequences at the same time; the run goes on when all are done.
 */
#include "shared/domain/action.h"

struct fork {
	unsigned int	*starts;
	unsigned int	 n;
};

enum { F_PARALLEL };

static const struct field fields[] = {
	[F_PARALLEL] = { "parallel", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL,
	    "list of actions or of {\"sequence\": [...]}" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* The strand waits at the step behind, until its children are done. */
static enum step_result
run_fork(const struct step *s, struct action_context *x)
{
	const struct fork *k = s->data;
	unsigned int i;

	for (i = 0; i < k->n; i++)
		if (script_branch(x->script, x->strand, k->starts[i]) == NULL) {
			fault_set(&x->fault, RC_LIMITED, NULL, "more than %d strands at the same time",
			    SCRIPT_STRANDS_MAX);
			x->failed = true;
			return STEP_STOP;
		}
	x->go = s->target;
	return STEP_NEXT;
}

static enum step_result
run_join(const struct step *s, struct action_context *x)
{
	(void)s;
	x->strand->wake = 0;
	return x->strand->children > 0 ? STEP_WAIT : STEP_NEXT;
}

static enum step_result
run_end(const struct step *s, struct action_context *x)
{
	(void)s;
	(void)x;
	return STEP_END;
}

static enum rc
compile_branches(struct program *p, const struct js *list, struct fork *k, struct fault *f)
{
	const struct js *one;
	const char *path = p->path;
	struct step *s;
	enum rc rc = RC_OK;
	unsigned int i;

	for (i = 0; i < k->n && rc == RC_OK; i++) {
		k->starts[i] = p->n;
		one = js_at(list, i);
		p->path = mem_printf(p->arena, "%s.parallel[%u]", path, i);
		if (js_get(one, "sequence") != NULL)
			one = js_get(one, "sequence");
		rc = program_sequence(p, one, "sequence", f);
		p->path = path;
		if (rc != RC_OK)
			rule_fault_in(f, rc, "parallel", (int)i);
		s = program_step(p);
		s->run = run_end;
		s->quiet = true;
	}
	return rc;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct fork *k = mem_zalloc(p->arena, sizeof(*k));
	const struct js *list = v[F_PARALLEL].js;
	unsigned int fork;
	struct step *s;
	enum rc rc;

	if (js_type(list) != JS_ARRAY || js_size(list) == 0 || js_size(list) >= SCRIPT_STRANDS_MAX)
		return fault_set(f, RC_INVALID, "parallel", "must be a list of 1 to %d", SCRIPT_STRANDS_MAX - 1);
	k->n = (unsigned int)js_size(list);
	k->starts = mem_zalloc(p->arena, k->n * sizeof(*k->starts));
	s = program_step(p);
	s->run = run_fork;
	s->data = k;
	fork = p->n - 1;
	rc = compile_branches(p, list, k, f);
	p->steps[fork].target = p->n;
	s = program_step(p);
	s->run = run_join;
	s->quiet = true;
	return rc;
}

const struct action_ops action_parallel = { "parallel", NULL, fields, compile };
