/* SPDX-License-Identifier: ISC
 *
 * Action "repeat": a sequence several times (count), for each of some things (for_each), while conditions hold
 * (while) or until they do (until). The variable `repeat` has index (from 1), first, last and item.
 */
#include "shared/domain/action.h"

#define COUNT_MAX 100000	/* as rule_shape_count has it */
#define SAW_MAX 60	/* bytes that are said of what was given instead */

enum kind { BY_COUNT, BY_ITEMS, BY_WHILE, BY_UNTIL };

struct repeat {
	enum kind		kind;
	struct rule_value	value;		/* of count, for_each */
	struct rule_conditions	conditions;	/* of while, until */
};

enum { F_REPEAT };
enum { R_COUNT, R_EACH, R_WHILE, R_UNTIL, R_SEQUENCE };

static const struct field repeat_fields[] = {
	[R_COUNT] = { RULE_SHAPE("count", count, "how often"), .one_of = true, .example = "3" },
	[R_EACH] = { RULE_SHAPE("for_each", items, "once for each of these"), .one_of = true },
	[R_WHILE] = { RULE_SHAPE("while", conditions, "while these hold, asked before each time"), .one_of = true },
	[R_UNTIL] = { RULE_SHAPE("until", conditions, "until these hold, asked after each time"), .one_of = true },
	[R_SEQUENCE] = { RULE_SHAPE("sequence", actions, "what is repeated"), .required = true },
	{ 0 },
};
static const struct field_shape repeating = { .name = "repeat", .fields = repeat_fields };

static const struct field fields[] = {
	[F_REPEAT] = { .name = "repeat", .type = FIELD_SHAPE, .shape = &repeating, .required = true,
	    .help = "what is repeated, and how often" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* What it was given instead. */
static enum rc
refuse(const struct repeat *r, const struct js *v, struct fault *f)
{
	struct buf saw = { .max = SAW_MAX };

	if (js_type(v) == JS_ARRAY)
		buf_printf(&saw, "a list of %zu", js_size(v));
	else
		js_dump(v, &saw);
	fault_set(f, RC_INVALID, NULL, r->kind == BY_COUNT ? "count needs a number from 0 to %d, and got %s%s" :
	    "for_each needs a list of at most %d, and got %s%s", COUNT_MAX, buf_str(&saw), saw.over ? "..." : "");
	buf_free(&saw);
	return RC_INVALID;
}

/* How often, and over what. */
static enum rc
measure(const struct repeat *r, struct action_context *x, struct script_loop *loop)
{
	struct js *v = NULL;
	enum rc rc;
	bool fits;

	loop->count = -1;
	if (r->kind == BY_WHILE || r->kind == BY_UNTIL)
		return RC_OK;
	if ((rc = rule_render(&r->value, &x->rule, &v, &x->fault)) != RC_OK)
		return rc;
	if (r->kind == BY_COUNT)
		loop->count = js_is_number(v) ? (int64_t)js_real(v, 0) : -1;
	else if (js_type(v) == JS_ARRAY) {
		loop->count = (int64_t)js_size(v);
		loop->items = js_ref(v);
	}
	fits = loop->count >= 0 && loop->count <= COUNT_MAX;
	rc = fits ? RC_OK : refuse(r, v, &x->fault);
	js_free(v);
	return rc;
}

static enum step_result
run_begin(const struct step *s, struct action_context *x)
{
	struct strand *t = x->strand;
	struct script_loop loop = { .step = s->target };

	if (measure(s->data, x, &loop) != RC_OK) {
		x->go = x->program->steps[s->target].target;	/* where it goes on all the same */
		return STEP_FAILED;
	}
	t->loops[t->n_loops++] = loop;
	return STEP_NEXT;
}

static void
set_variable(struct strand *t)
{
	const struct script_loop *loop = &t->loops[t->n_loops - 1];
	struct js *o = js_new_object();

	js_set(o, "index", js_new_int(loop->index));
	js_set(o, "first", js_new_bool(loop->index == 1));
	if (loop->count >= 0)
		js_set(o, "last", js_new_bool(loop->index == loop->count));
	if (loop->items != NULL)
		js_set(o, "item", js_ref(js_at(loop->items, (size_t)loop->index - 1)));
	script_set(t, "repeat", o);
}

/* The variable is the outer repeat's again. */
static void
leave(struct strand *t)
{
	js_free(t->loops[--t->n_loops].items);
	if (t->n_loops > 0)
		set_variable(t);
	else
		script_set(t, "repeat", NULL);
}

static bool
once_more(const struct repeat *r, const struct script_loop *loop, struct action_context *x)
{
	struct buf why = { .max = 200 };
	bool hold = true;

	if (loop->count >= 0)
		return loop->index <= loop->count;
	if (r->kind == BY_WHILE || loop->index > 1)
		hold = rule_hold(&r->conditions, &x->rule, &why);
	else
		hold = false;	/* until is not asked before the first time */
	fault_set(&x->fault, RC_OK, NULL, "%s", buf_str(&why));
	buf_free(&why);
	return r->kind == BY_WHILE ? hold : !hold;
}

/* The conditions see the index of the time that they decide about. */
static enum step_result
run_test(const struct step *s, struct action_context *x)
{
	struct strand *t = x->strand;
	struct script_loop *loop = &t->loops[t->n_loops - 1];
	const struct repeat *r = s->data;

	loop->index++;
	if (r->kind == BY_WHILE || loop->count >= loop->index)
		set_variable(t);
	if (once_more(r, loop, x)) {
		set_variable(t);
		return STEP_NEXT;
	}
	leave(t);
	x->go = s->target;
	return STEP_NEXT;
}

static enum rc
read_kind(const struct field_value *v, struct program *p, struct repeat *r, struct fault *f)
{
	static const char *const names[] = { "count", "for_each", "while", "until" };
	int kind = R_COUNT;
	enum rc rc;

	while (!v[kind].set)
		kind++;
	r->kind = (enum kind)kind;
	if (r->kind == BY_WHILE || r->kind == BY_UNTIL)
		return rule_conditions(v[kind].js, p->arena, names[kind], &r->conditions, f);
	rc = rule_value(v[kind].js, p->arena, &r->value, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, names[kind], -1);
}

/* begin: once; test: before each time, its target is behind the repeat. */
static enum rc
compile_loop(const struct field_value *v, struct program *p, struct fault *f)
{
	struct repeat *r = mem_zalloc(p->arena, sizeof(*r));
	unsigned int test;
	struct step *s;
	enum rc rc = read_kind(v, p, r, f);

	if (rc != RC_OK)
		return rc;
	s = program_step(p);
	s->run = run_begin;
	s->quiet = true;
	s->data = r;
	s->target = test = p->n;
	s = program_step(p);
	s->run = run_test;
	s->data = r;
	p->loops++;
	rc = program_sequence(p, v[R_SEQUENCE].js, "sequence", f);
	p->loops--;
	program_jump(p, test);
	p->steps[test].target = p->n;
	return rc;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct field_value values[RULE_FIELDS_MAX];
	const char *path = p->path;
	enum rc rc;

	if (p->loops == PROGRAM_NEST_MAX)
		return fault_set(f, RC_INVALID, "repeat", "more than %d repeats inside each other", PROGRAM_NEST_MAX);
	p->path = mem_printf(p->arena, "%s.repeat", path);
	rc = rule_read(repeat_fields, v[F_REPEAT].js, p->arena, values, f);
	if (rc == RC_OK)
		rc = compile_loop(values, p, f);
	p->path = path;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "repeat", -1);
}

const struct action_ops action_repeat = {
	.name = "repeat", .title = "Repeat", .help = "does something several times", .fields = fields,
	.compile = compile
};
