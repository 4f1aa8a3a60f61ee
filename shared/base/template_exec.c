/* SPDX-License-Identifier: ISC
 *
 * The evaluator's statements: runs {% ... %} and writes text.
 */
#include "shared/base/template_int.h"

static bool
output_fits(struct run *r)
{
	if (r->s->text.len <= TEMPLATE_OUTPUT_MAX)
		return true;
	template_limit(r, "too much output");
	return false;
}

static enum tflow
exec_print(struct run *r, const struct tnode *n)
{
	struct tv v = n->kind == TK_TEXT ? n->u.k : template_eval_node(r, n->a);

	if (tv_raised(v) || !template_put_str(r, &r->s->text, v) || !output_fits(r))
		return TFLOW_RAISED;
	return TFLOW_NEXT;
}

static enum tflow
exec_if(struct run *r, const struct tnode *n)
{
	struct tv v;
	uint32_t i;

	for (i = 0; i < n->n; i += 2) {
		if (tv_raised(v = template_eval_node(r, n->list[i])))
			return TFLOW_RAISED;
		if (template_truth(v))
			return template_exec(r, n->list[i + 1]);
	}
	return n->a != NULL ? template_exec(r, n->a) : TFLOW_NEXT;
}

/* Runs a body in its own scope; its text becomes *out. */
static enum tflow
capture(struct run *r, const struct tnode *body, struct tv *out)
{
	size_t mark = r->s->text.len;
	uint32_t undo = r->nundo;
	enum tflow flow;

	r->scopes++;
	flow = template_exec(r, body);
	r->scopes--;
	template_scope_leave(r, undo);
	*out = template_take_text(r, mark);
	return tv_raised(*out) ? TFLOW_RAISED : flow;
}

static enum tflow
exec_set_block(struct run *r, const struct tnode *n)
{
	const struct tnode *filter = n->kind == TK_SET_BLOCK ? n->w.c : n->a;
	struct tv v, kept = r->captured;
	enum tflow flow = capture(r, n->v.b, &v);

	if (flow != TFLOW_NEXT)
		return flow;
	if (filter != NULL) {
		r->captured = v;
		v = template_eval_node(r, filter);
		r->captured = kept;
	}
	if (tv_raised(v))
		return TFLOW_RAISED;
	if (n->kind == TK_SET_BLOCK)
		return template_assign(r, n->a, v) ? TFLOW_NEXT : TFLOW_RAISED;
	return template_put_str(r, &r->s->text, v) && output_fits(r) ? TFLOW_NEXT : TFLOW_RAISED;
}

static enum tflow
exec_set(struct run *r, const struct tnode *n)
{
	struct tv v = template_eval_node(r, n->v.b);

	return !tv_raised(v) && template_assign(r, n->a, v) ? TFLOW_NEXT : TFLOW_RAISED;
}

static enum tflow
exec_with(struct run *r, const struct tnode *n)
{
	struct tv *values = template_alloc(r, n->n * sizeof(*values));
	enum tflow flow = TFLOW_NEXT;
	uint32_t i, mark = r->nundo;

	if (values == NULL)
		return TFLOW_RAISED;
	for (i = 0; i < n->n; i += 2)
		if (tv_raised(values[i] = template_eval_node(r, n->list[i + 1])))
			return TFLOW_RAISED;
	r->scopes++;
	for (i = 0; i < n->n && flow == TFLOW_NEXT; i += 2)
		if (!template_assign(r, n->list[i], values[i]))
			flow = TFLOW_RAISED;
	if (flow == TFLOW_NEXT)
		flow = template_exec(r, n->a);
	r->scopes--;
	template_scope_leave(r, mark);
	return flow;
}

static struct tv
make_macro(struct run *r, const struct tnode *n, bool closure)
{
	struct tmacro *m = template_alloc(r, sizeof(*m));
	struct tv v = tv_make(TV_MACRO);

	if (m == NULL)
		return tv_make(TV_RAISED);
	*m = (struct tmacro){.node = n, .slots = closure ? r->slots : NULL};
	v.u.macro = m;
	return v;
}

static enum tflow
exec_macro(struct run *r, const struct tnode *n)
{
	struct tv v = make_macro(r, n, false);

	if (tv_raised(v))
		return TFLOW_RAISED;
	template_bind(r, n->slot, v);
	return TFLOW_NEXT;
}

static enum tflow
exec_call_block(struct run *r, const struct tnode *n)
{
	struct tv caller = make_macro(r, n->v.b, true), callee, out;
	struct tkwarg *kw;
	struct tcall c;

	if (tv_raised(caller) || tv_raised(callee = template_eval_node(r, n->a->a)) ||
	    !template_eval_args(r, n->a->v.args, &c) ||
	    (kw = template_alloc(r, (c.nkw + 1) * sizeof(*kw))) == NULL)
		return TFLOW_RAISED;
	if (c.nkw > 0)
		memcpy(kw, c.kw, c.nkw * sizeof(*kw));
	kw[c.nkw++] = (struct tkwarg){{"caller", 6}, caller};
	c.kw = kw;
	out = template_call_value(r, callee, &c);
	if (tv_raised(out) || !template_put_str(r, &r->s->text, out) || !output_fits(r))
		return TFLOW_RAISED;
	return TFLOW_NEXT;
}

static enum tflow
exec_body(struct run *r, const struct tnode *n)
{
	enum tflow flow = TFLOW_NEXT;
	uint32_t i;

	for (i = 0; i < n->n && flow == TFLOW_NEXT; i++)
		flow = template_exec(r, n->list[i]);
	return flow;
}

static enum tflow
exec_for(struct run *r, const struct tnode *n)
{
	struct tv v = template_eval_node(r, n->list[1]);

	return tv_raised(v) ? TFLOW_RAISED : template_exec_for(r, n, v, 0);
}

enum tflow
template_exec(struct run *r, const struct tnode *n)
{
	if (!template_charge(r, 1))
		return TFLOW_RAISED;
	switch ((enum tkind)n->kind) {
	case TK_TEXT:
	case TK_PRINT:
		return exec_print(r, n);
	case TK_BODY:
		return exec_body(r, n);
	case TK_IF:
		return exec_if(r, n);
	case TK_FOR:
		return exec_for(r, n);
	case TK_SET:
		return exec_set(r, n);
	case TK_SET_BLOCK:
	case TK_FILTER_BLOCK:
		return exec_set_block(r, n);
	case TK_DO:
		return tv_raised(template_eval_node(r, n->a)) ? TFLOW_RAISED : TFLOW_NEXT;
	case TK_BREAK:
		return TFLOW_BREAK;
	case TK_CONTINUE:
		return TFLOW_CONTINUE;
	case TK_WITH:
		return exec_with(r, n);
	case TK_MACRO:
		return exec_macro(r, n);
	case TK_CALL_BLOCK:
		return exec_call_block(r, n);
	default:
		return TFLOW_RAISED;
	}
}
