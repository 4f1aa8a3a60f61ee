/* SPDX-License-Identifier: ISC
 *
 * The evaluator's expressions: walks the tree down to values. Every node costs a step, every byte
 * comes from the scratch, so any template ends.
 */
#include "shared/base/template_int.h"

static struct tv
eval_items(struct run *r, const struct tnode *n)
{
	struct tv *items = template_alloc(r, n->n * sizeof(*items));
	uint32_t i;

	if (items == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < n->n; i++)
		if (tv_raised(items[i] = template_eval_node(r, n->list[i])))
			return items[i];
	return tv_items(n->kind == TK_LIST ? TV_LIST : TV_TUPLE, items, n->n);
}

static struct tv
eval_dict(struct run *r, const struct tnode *n)
{
	struct tdict *d = template_dict_new(r, n->n / 2);
	struct tv key, value;
	uint32_t i;

	if (d == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < n->n; i += 2) {
		if (tv_raised(key = template_eval_node(r, n->list[i])) ||
		    tv_raised(value = template_eval_node(r, n->list[i + 1])))
			return tv_make(TV_RAISED);
		if (!template_dict_set(r, d, key, value))
			return tv_make(TV_RAISED);
	}
	return template_dict_value(d);
}

static struct tv
eval_slice(struct run *r, const struct tnode *n)
{
	struct tv obj, range[3];
	int i;

	if (n->a == NULL)
		return template_error(r, "a slice is no value");
	if (tv_raised(obj = template_eval_node(r, n->a)))
		return obj;
	for (i = 0; i < 3; i++) {
		range[i] = tv_make(TV_NONE);
		if (n->list[i] != NULL && tv_raised(range[i] = template_eval_node(r, n->list[i])))
			return range[i];
	}
	return template_slice(r, obj, range);
}

static struct tv
eval_filter(struct run *r, const struct tnode *n)
{
	struct tv value = template_eval_node(r, n->a), out;
	struct tcall c;

	if (tv_raised(value) || !template_eval_args(r, n->v.args, &c))
		return tv_make(TV_RAISED);
	if (n->w.fn == NULL && c.nkw > 0)
		return template_error(r, "an unknown filter got a keyword argument");
	if (n->w.fn == NULL)
		return template_undefined_error(r, "no filter or test named '%.60s'", n->u.name.s);
	out = template_call_builtin(r, n->w.fn, value, &c);
	return n->kind == TK_TEST && !tv_raised(out) ? tv_bool(template_truth(out)) : out;
}

static struct tv
eval_call(struct run *r, const struct tnode *n)
{
	struct tv callee = template_eval_node(r, n->a);
	struct tcall c;

	if (tv_raised(callee) || !template_eval_args(r, n->v.args, &c))
		return tv_make(TV_RAISED);
	return template_call_value(r, callee, &c);
}

static struct tv
eval_concat(struct run *r, const struct tnode *n)
{
	size_t mark = r->s->text.len;
	uint32_t i;
	struct tv *items = template_alloc(r, n->n * sizeof(*items));

	if (items == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < n->n; i++)
		if (tv_raised(items[i] = template_eval_node(r, n->list[i])))
			return items[i];
	for (i = 0; i < n->n; i++)
		if (!template_put_str(r, &r->s->text, items[i]))
			break;
	return template_take_text(r, mark);
}

static struct tv
eval_compare(struct run *r, const struct tnode *n)
{
	struct tv left = template_eval_node(r, n->a), right, out = tv_bool(true);
	uint32_t i;

	for (i = 0; i < n->n && template_truth(out); i++) {
		if (tv_raised(left) || tv_raised(right = template_eval_node(r, n->list[i])))
			return tv_make(TV_RAISED);
		out = template_compare(r, n->w.ops[i], left, right);
		left = right;
	}
	return out;
}

static struct tv
eval_logic(struct run *r, const struct tnode *n)
{
	struct tv v = template_eval_node(r, n->a);

	if (tv_raised(v))
		return v;
	if (n->kind == TK_NOT)
		return tv_bool(!template_truth(v));
	return template_truth(v) == (n->kind == TK_AND) ? template_eval_node(r, n->v.b) : v;
}

static struct tv
eval_cond(struct run *r, const struct tnode *n)
{
	struct tv v = template_eval_node(r, n->a);

	if (tv_raised(v))
		return v;
	if (template_truth(v))
		return template_eval_node(r, n->v.b);
	if (n->w.c != NULL)
		return template_eval_node(r, n->w.c);
	v = tv_text("the if without else");
	v.type = TV_UNDEFINED;
	return v;
}

static struct tv
eval_binary(struct run *r, const struct tnode *n)
{
	struct tv a = template_eval_node(r, n->a), b;

	if (tv_raised(a) || tv_raised(b = template_eval_node(r, n->v.b)))
		return tv_make(TV_RAISED);
	return n->kind == TK_ITEM ? template_item(r, a, b) : template_binary(r, n->op, a, b);
}

static struct tv
eval_unary(struct run *r, const struct tnode *n)
{
	struct tv v = template_eval_node(r, n->a);

	if (tv_raised(v))
		return v;
	if (n->kind == TK_ATTR)
		return template_attr(r, v, n->u.name);
	return n->kind == TK_NEG ? template_negate(r, v) : template_plus(r, v);
}

static struct tv
eval_node(struct run *r, const struct tnode *n)
{
	if (!template_charge(r, 1))
		return tv_make(TV_RAISED);
	switch ((enum tkind)n->kind) {
	case TK_CONST:
		return n->u.k;
	case TK_NAME:
		return template_load(r, n->slot);
	case TK_LIST:
	case TK_TUPLE:
		return eval_items(r, n);
	case TK_DICT:
		return eval_dict(r, n);
	case TK_ATTR:
	case TK_NEG:
	case TK_POS:
		return eval_unary(r, n);
	case TK_ITEM:
	case TK_BINARY:
		return eval_binary(r, n);
	case TK_SLICE:
		return eval_slice(r, n);
	case TK_CALL:
		return eval_call(r, n);
	case TK_FILTER:
	case TK_TEST:
		return eval_filter(r, n);
	case TK_NOT:
	case TK_AND:
	case TK_OR:
		return eval_logic(r, n);
	case TK_CONCAT:
		return eval_concat(r, n);
	case TK_COMPARE:
		return eval_compare(r, n);
	case TK_COND:
		return eval_cond(r, n);
	case TK_CAPTURED:
		return r->captured;
	default:
		return template_error(r, "not an expression");
	}
}

struct tv
template_eval_node(struct run *r, const struct tnode *n)
{
	return r->memo == NULL ? eval_node(r, n) : template_memo_eval(r, n, eval_node);
}
