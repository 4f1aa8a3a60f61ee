/* SPDX-License-Identifier: ISC
 *
 * Action "parallel": several sequences at the same time; the run goes on when all are done, and only then ends when
 * one of them failed or stopped it.
 */
#include <string.h>

#include <assert.h>

#include "shared/domain/action.h"

struct branch {
	unsigned int	start;		/* its first step */
	bool		go_on;		/* also when it failed */
};

struct fork {
	struct branch	*branches;
	unsigned int	 n;
};

enum { F_PARALLEL };
enum { B_SEQUENCE };

static enum rc
read_branches(const struct js *v, struct mem_arena *a, struct field_value *out, struct fault *f)
{
	(void)a;
	out->n = js_size(v);
	if (js_type(v) != JS_ARRAY || out->n == 0 || out->n >= SCRIPT_STRANDS_MAX)
		return fault_set(f, RC_INVALID, NULL, "must be a list of 1 to %d", SCRIPT_STRANDS_MAX - 1);
	return RC_OK;
}

static const struct field_shape branches = { .name = "branches", .of = &rule_shape_actions,
	.schema = "{\"if\":{\"type\":\"array\",\"items\":{}},\"then\":{\"minItems\":1,\"maxItems\":31,\"items\":"
	    "{\"$ref\":\"#/$defs/actions\"}},\"else\":{\"$ref\":\"#/$defs/action\"}}",
	.read = read_branches };
static_assert(SCRIPT_STRANDS_MAX - 1 == 31, "the schema of branches says how many");

/* A branch of several actions. */
static const struct field branch_fields[] = {
	[B_SEQUENCE] = { RULE_SHAPE("sequence", actions, "what is done, one after the other"), .required = true },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field fields[] = {
	[F_PARALLEL] = { .name = "parallel", .type = FIELD_SHAPE, .shape = &branches, .required = true,
	    .help = "what is done at the same time" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* The strand waits at the step behind, until its children are done. */
static enum step_result
run_fork(const struct step *s, struct action_context *x)
{
	const struct fork *k = s->data;
	unsigned int i;

	x->go = s->target;
	if (x->script->n + k->n > SCRIPT_STRANDS_MAX) {
		fault_set(&x->fault, RC_LIMITED, NULL, "more than %d strands at the same time", SCRIPT_STRANDS_MAX);
		return STEP_FAILED;
	}
	for (i = 0; i < k->n; i++)
		script_branch(x->script, x->strand, k->branches[i].start)->go_on = k->branches[i].go_on;
	return STEP_NEXT;
}

static enum step_result
run_join(const struct step *s, struct action_context *x)
{
	(void)s;
	x->strand->wake = 0;
	return x->strand->children > 0 ? STEP_WAIT : script_joined(x->strand, x);
}

static enum step_result
run_end(const struct step *s, struct action_context *x)
{
	(void)s;
	(void)x;
	return STEP_END;
}

/* The place as it is in what was given, where nobody wrote this beginning of it. */
static enum rc
unnest(struct fault *f, enum rc rc, const char *beginning)
{
	size_t n = strlen(beginning);

	if (f == NULL || strncmp(f->field, beginning, n) != 0)
		return rc;
	n += f->field[n] == '.';
	memmove(f->field, f->field + n, strlen(f->field + n) + 1);
	return rc;
}

/* Nothing of one that is disabled. */
static enum rc
compile_branch(struct program *p, const struct js *one, struct fault *f)
{
	struct field_value values[RULE_FIELDS_MAX];
	enum rc rc;

	if (rule_disabled(one))
		return RC_OK;
	if (js_get(one, "sequence") == NULL) {
		rc = program_sequence(p, one, "sequence", f);
		return rc == RC_OK ? rc : unnest(f, rc, js_type(one) == JS_ARRAY ? "sequence" : "sequence[0]");
	}
	rc = rule_read(branch_fields, one, p->arena, values, f);
	return rc == RC_OK ? program_sequence(p, values[B_SEQUENCE].js, "sequence", f) : rc;
}

static enum rc
compile_branches(struct program *p, const struct js *list, struct fork *k, struct fault *f)
{
	const char *path = p->path;
	struct step *s;
	enum rc rc = RC_OK;
	unsigned int i;

	for (i = 0; i < k->n && rc == RC_OK; i++) {
		k->branches[i] = (struct branch){ p->n, js_bool(js_get(js_at(list, i), "continue_on_error"), false) };
		p->path = mem_printf(p->arena, "%s.parallel[%u]", path, i);
		rc = compile_branch(p, js_at(list, i), f);
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

	k->n = (unsigned int)v[F_PARALLEL].n;
	k->branches = mem_zalloc(p->arena, k->n * sizeof(*k->branches));
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

const struct action_ops action_parallel = {
	.name = "parallel", .title = "At the same time", .help = "does several things at the same time",
	.fields = fields, .compile = compile
};
