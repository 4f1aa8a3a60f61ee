/* SPDX-License-Identifier: ISC
 *
 * Actions that choose: "if" with "then" and "else"; "choose" with a list of options and "default"; "sequence".
 */
#include "shared/domain/action.h"

enum { I_IF, I_THEN, I_ELSE };
enum { O_CONDITIONS, O_SEQUENCE };
enum { C_CHOOSE, C_DEFAULT };
enum { S_SEQUENCE };

static const struct field if_fields[] = {
	[I_IF] = { RULE_SHAPE("if", conditions, "when all of these hold"), .required = true },
	[I_THEN] = { RULE_SHAPE("then", actions, "what is done then"), .required = true },
	[I_ELSE] = { RULE_SHAPE("else", actions, "what is done when they do not hold") },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field option_fields[] = {
	[O_CONDITIONS] = { RULE_SHAPE("conditions", conditions, "when all of these hold"), .required = true },
	[O_SEQUENCE] = { RULE_SHAPE("sequence", actions, "what is done then"), .required = true },
	RULE_COMMON_FIELDS,
	{ 0 },
};
static const struct field_shape option = { .name = "option", .fields = option_fields };
static const struct field_shape options = { .name = "options", .of = &option, .most = RULE_PARTS_MAX };

static const struct field choose_fields[] = {
	[C_CHOOSE] = { .name = "choose", .type = FIELD_SHAPE, .shape = &options, .required = true,
	    .help = "the first of these whose conditions hold is done" },
	[C_DEFAULT] = { RULE_SHAPE("default", actions, "what is done when none holds") },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field sequence_fields[] = {
	[S_SEQUENCE] = { RULE_SHAPE("sequence", actions, "what is done, one after the other"), .required = true },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* Goes on with the next step when the conditions hold, else at the target. */
static enum step_result
run_test(const struct step *s, struct action_context *x)
{
	struct buf why = { .max = 200 };

	if (!rule_hold(s->data, &x->rule, &why)) {
		x->go = s->target;
		fault_set(&x->fault, RC_OK, NULL, "%s", buf_str(&why));
	}
	buf_free(&why);
	return STEP_NEXT;
}

static enum rc
compile_test(struct program *p, const struct js *v, const char *where, unsigned int *step, struct fault *f)
{
	struct rule_conditions *c = mem_alloc(p->arena, sizeof(*c));
	struct step *s = program_step(p);

	s->run = run_test;
	s->data = c;
	*step = p->n - 1;
	return rule_conditions(v, p->arena, where, c, f);
}

static enum rc
compile_if(const struct field_value *v, struct program *p, struct fault *f)
{
	unsigned int test, jump;
	enum rc rc = compile_test(p, v[I_IF].js, "if", &test, f);

	if (rc == RC_OK)
		rc = program_sequence(p, v[I_THEN].js, "then", f);
	if (rc != RC_OK)
		return rc;
	jump = program_jump(p, 0);
	p->steps[test].target = p->n;
	rc = program_sequence(p, v[I_ELSE].js, "else", f);
	p->steps[jump].target = p->n;
	return rc;
}

static enum rc
compile_option(const struct js *v, struct program *p, unsigned int *jump, struct fault *f)
{
	struct field_value values[RULE_FIELDS_MAX];
	unsigned int test;
	enum rc rc = rule_read(option_fields, v, p->arena, values, f);

	if (rc == RC_OK)
		rc = compile_test(p, values[O_CONDITIONS].js, "conditions", &test, f);
	if (rc == RC_OK)
		rc = program_sequence(p, values[O_SEQUENCE].js, "sequence", f);
	if (rc != RC_OK)
		return rc;
	*jump = program_jump(p, 0);
	p->steps[test].target = p->n;
	return RC_OK;
}

static enum rc
compile_choose(const struct field_value *v, struct program *p, struct fault *f)
{
	const struct js *list = v[C_CHOOSE].js, *one;
	size_t n = v[C_CHOOSE].n, jumped = 0, i;
	unsigned int *jumps = mem_zalloc(p->arena, (n + 1) * sizeof(*jumps));
	const char *path = p->path;
	enum rc rc = RC_OK;

	for (i = 0; i < n; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		if (rule_disabled(one))
			continue;
		p->path = mem_printf(p->arena, "%s.choose[%zu]", path, i);
		if ((rc = compile_option(one, p, &jumps[jumped++], f)) != RC_OK)
			return rule_fault_in(f, rc, "choose", (int)i);
	}
	p->path = path;
	rc = program_sequence(p, v[C_DEFAULT].js, "default", f);
	for (i = 0; i < jumped; i++)
		p->steps[jumps[i]].target = p->n;
	return rc;
}

static enum rc
compile_sequence(const struct field_value *v, struct program *p, struct fault *f)
{
	return program_sequence(p, v[S_SEQUENCE].js, "sequence", f);
}

const struct action_ops action_if = {
	.name = "if", .title = "If, then, else", .help = "does one thing or the other", .fields = if_fields,
	.compile = compile_if
};
const struct action_ops action_choose = {
	.name = "choose", .title = "Choose", .help = "does the first of some options whose conditions hold",
	.fields = choose_fields, .compile = compile_choose
};
const struct action_ops action_sequence = {
	.name = "sequence", .title = "One after the other", .help = "does some things in order, as one step",
	.fields = sequence_fields, .compile = compile_sequence
};
