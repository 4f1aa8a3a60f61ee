/* SPDX-License-Identifier: ISC
 *
 * Actions that choose: "if" with "then" and "else"; "choose" with a list of options and "default"; "sequence".
 */
#include "shared/domain/action.h"

enum { I_IF, I_THEN, I_ELSE };
enum { C_CHOOSE, C_DEFAULT };
enum { S_SEQUENCE };

static const struct field if_fields[] = {
	[I_IF] = { "if", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "conditions, all of which must hold" },
	[I_THEN] = { "then", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "actions when they do" },
	[I_ELSE] = { "else", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "actions when they do not" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field choose_fields[] = {
	[C_CHOOSE] = { "choose", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL,
	    "list of {\"conditions\": ..., \"sequence\": ...}: the first that holds is done" },
	[C_DEFAULT] = { "default", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "actions when none holds" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field sequence_fields[] = {
	[S_SEQUENCE] = { "sequence", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "actions, one after the other" },
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
	unsigned int test;
	enum rc rc;

	if (js_get(v, "sequence") == NULL || js_get(v, "conditions") == NULL)
		return fault_set(f, RC_INVALID, js_get(v, "conditions") == NULL ? "conditions" : "sequence",
		    "is missing: an option has conditions and a sequence");
	rc = compile_test(p, js_get(v, "conditions"), "conditions", &test, f);
	if (rc == RC_OK)
		rc = program_sequence(p, js_get(v, "sequence"), "sequence", f);
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
	size_t n = js_type(list) == JS_ARRAY ? js_size(list) : 1, i;
	unsigned int *jumps = mem_zalloc(p->arena, (n + 1) * sizeof(*jumps));
	const char *path = p->path;
	enum rc rc = RC_OK;

	if (n > RULE_PARTS_MAX)
		return fault_set(f, RC_INVALID, "choose", "holds more than %d options", RULE_PARTS_MAX);
	for (i = 0; i < n; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		p->path = mem_printf(p->arena, "%s.choose[%zu]", path, i);
		if ((rc = compile_option(one, p, &jumps[i], f)) != RC_OK)
			return rule_fault_in(f, rc, "choose", (int)i);
	}
	p->path = path;
	rc = program_sequence(p, v[C_DEFAULT].js, "default", f);
	for (i = 0; i < n; i++)
		p->steps[jumps[i]].target = p->n;
	return rc;
}

static enum rc
compile_sequence(const struct field_value *v, struct program *p, struct fault *f)
{
	return program_sequence(p, v[S_SEQUENCE].js, "sequence", f);
}

const struct action_ops action_if = { "if", NULL, if_fields, compile_if };
const struct action_ops action_choose = { "choose", NULL, choose_fields, compile_choose };
const struct action_ops action_sequence = { "sequence", NULL, sequence_fields, compile_sequence };
