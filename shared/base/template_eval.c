/* SPDX-License-Identifier: ISC
 *
 * The evaluator: walks the tree, expressions to values and statements to text. Every node costs a
 * step, every byte comes from the scratch, so any template ends. Scopes are an undo list over one
 * array of slots, one slot per name.
 */
#include <stdarg.h>
#include <stdio.h>

#include "shared/base/template_int.h"

/* ---- exceptions and limits ---- */

static struct tv
raise_message(struct run *r, enum template_result result, const char *fmt, va_list ap)
{
	if (r->result == TEMPLATE_OK) {
		r->result = result;
		vsnprintf(r->msg, sizeof(r->msg), fmt, ap);
	}
	return tv_make(TV_RAISED);
}

struct tv
template_undefined_error(struct run *r, const char *fmt, ...)
{
	struct tv v;
	va_list ap;

	va_start(ap, fmt);
	v = raise_message(r, TEMPLATE_UNDEFINED, fmt, ap);
	va_end(ap);
	return v;
}

struct tv
template_error(struct run *r, const char *fmt, ...)
{
	struct tv v;
	va_list ap;

	va_start(ap, fmt);
	v = raise_message(r, TEMPLATE_ERROR, fmt, ap);
	va_end(ap);
	return v;
}

struct tv
template_limit(struct run *r, const char *what)
{
	r->result = TEMPLATE_LIMIT;
	snprintf(r->msg, sizeof(r->msg), "%s", what);
	return tv_make(TV_RAISED);
}

struct tv
template_raise_undefined(struct run *r, struct tv v)
{
	return template_undefined_error(r, "'%.*s' is undefined", v.len < 100 ? (int)v.len : 100,
	    v.u.s == NULL ? "" : v.u.s);
}

bool
template_charge(struct run *r, size_t n)
{
	if (n > TEMPLATE_STEPS_MAX || (r->steps += (uint32_t)n) > TEMPLATE_STEPS_MAX) {
		r->steps = TEMPLATE_STEPS_MAX;
		template_limit(r, "too many steps");
		return false;
	}
	return r->result == TEMPLATE_OK;
}

void *
template_alloc(struct run *r, size_t n)
{
	void *p = r->s->mem + r->s->used;

	if (n > TEMPLATE_MEMORY_MAX - r->s->used - 16) {
		template_limit(r, "too much memory");
		return NULL;
	}
	r->s->used += (n + 15) & ~(size_t)15;
	return p;
}

/* ---- names and scopes ---- */

static struct tv
from_var(const struct template_var *v)
{
	switch (v->type) {
	case TEMPLATE_BOOL:
		return tv_bool(v->u.b);
	case TEMPLATE_INT:
		return tv_int(v->u.i);
	case TEMPLATE_REAL:
		return tv_real(v->u.d);
	case TEMPLATE_STRING:
		return tv_string(v->u.s.p, v->u.s.len);
	case TEMPLATE_JSON:
		return template_wrap(v->u.json);
	case TEMPLATE_NONE:
		break;
	}
	return tv_make(TV_NONE);
}

static struct tv
load(struct run *r, uint32_t slot)
{
	struct tname name = r->t->names[slot];
	struct tv v;
	size_t i;

	if (r->slots[slot].type != TV_ABSENT)
		return r->slots[slot];
	for (i = 0; i < r->env->nvars; i++)
		if (tname_is(name, r->env->vars[i].name))
			return r->slots[slot] = from_var(&r->env->vars[i]);
	v = template_global(name);
	if (v.type == TV_ABSENT) {
		v = tv_string(name.s, name.len);
		v.type = TV_UNDEFINED;
	}
	return r->slots[slot] = v;
}

void
template_bind(struct run *r, uint32_t slot, struct tv v)
{
	uint32_t cap = r->capundo == 0 ? 16 : 2 * r->capundo;
	struct tundo *grown;

	if (r->scopes > 0) {
		if (r->nundo == r->capundo) {
			if ((grown = template_alloc(r, cap * sizeof(*grown))) == NULL)
				return;
			if (r->nundo > 0)
				memcpy(grown, r->undo, r->nundo * sizeof(*grown));
			r->undo = grown;
			r->capundo = cap;
		}
		r->undo[r->nundo++] = (struct tundo){slot, r->slots[slot]};
	}
	r->slots[slot] = v;
}

void
template_scope_leave(struct run *r, uint32_t mark)
{
	while (r->nundo > mark) {
		r->nundo--;
		r->slots[r->undo[r->nundo].slot] = r->undo[r->nundo].old;
	}
}

static bool
assign_tuple(struct run *r, const struct tnode *target, struct tv v)
{
	struct titer it;
	struct tv item;
	uint32_t i;

	if (!template_iter(r, &it, v))
		return false;
	for (i = 0; template_next(r, &it, &item); i++) {
		if (i == target->n) {
			template_error(r, "too many values to unpack (expected %u)", target->n);
			return false;
		}
		if (!template_assign(r, target->list[i], item))
			return false;
	}
	if (i < target->n && r->result == TEMPLATE_OK)
		template_error(r, "not enough values to unpack (expected %u, got %u)", target->n, i);
	return r->result == TEMPLATE_OK;
}

bool
template_assign(struct run *r, const struct tnode *target, struct tv v)
{
	struct tv ns;

	if (target->kind == TK_TUPLE)
		return assign_tuple(r, target, v);
	if (target->kind == TK_NAME) {
		template_bind(r, target->slot, v);
		return r->result == TEMPLATE_OK;
	}
	ns = load(r, target->slot);
	if (ns.type != TV_NAMESPACE) {
		template_undefined_error(r, "cannot assign attribute on non-namespace object");
		return false;
	}
	return template_dict_set(r, ns.u.dict, tv_string(target->u.name.s, target->u.name.len), v);
}

/* ---- calls ---- */

/* Room for n more positional arguments, the ones so far copied. */
static bool
spread(struct run *r, struct tcall *c, struct tv list)
{
	struct tv *all;

	if (c->npos + list.len > 16 * TEMPLATE_ARGS_MAX) {
		template_error(r, "too many arguments");
		return false;
	}
	if ((all = template_alloc(r, (c->npos + list.len) * sizeof(*all))) == NULL)
		return false;
	if (c->npos > 0)
		memcpy(all, c->pos, c->npos * sizeof(*all));
	if (list.len > 0)
		memcpy(all + c->npos, list.u.items, list.len * sizeof(*all));
	c->pos = all;
	c->npos += list.len;
	return true;
}

static bool
spread_keywords(struct run *r, struct tcall *c, struct tv dict)
{
	uint32_t n = c->nkw, room = (uint32_t)template_length(dict);
	struct tkwarg *kw = template_alloc(r, (n + room) * sizeof(*kw));
	struct titer it;
	struct tv key;

	if (kw == NULL || !template_iter(r, &it, dict))
		return false;
	if (n > 0)
		memcpy(kw, c->kw, n * sizeof(*kw));
	while (template_next(r, &it, &key)) {
		if (!template_arg_str(r, key, "a keyword"))
			return false;
		kw[n].name = (struct tname){key.u.s, key.len};
		template_dict_find(r, dict, key, &kw[n++].value);
	}
	c->kw = kw;
	c->nkw = n;
	return r->result == TEMPLATE_OK;
}

static bool
eval_star(struct run *r, const struct targs *args, struct tcall *c)
{
	struct tv v;

	if (args->star != NULL) {
		v = template_eval_node(r, args->star);
		if (tv_raised(v) || tv_raised(v = template_list_of(r, v)) || !spread(r, c, v))
			return false;
	}
	if (args->starstar != NULL) {
		v = template_eval_node(r, args->starstar);
		if (!tv_is_dict(v)) {
			if (!tv_raised(v))
				template_error(r, "argument after ** must be a mapping");
			return false;
		}
		return spread_keywords(r, c, v);
	}
	return true;
}

bool
template_eval_args(struct run *r, const struct targs *args, struct tcall *c)
{
	struct tkwarg *kw;
	struct tv *pos;
	uint32_t i;

	*c = (struct tcall){0};
	if (args == NULL)
		return true;
	pos = template_alloc(r, args->npos * sizeof(*pos));
	kw = template_alloc(r, args->nkw * sizeof(*kw));
	if (pos == NULL || kw == NULL)
		return false;
	for (i = 0; i < args->npos; i++)
		if (tv_raised(pos[i] = template_eval_node(r, args->pos[i])))
			return false;
	for (i = 0; i < args->nkw; i++) {
		kw[i].name = args->kwname[i];
		if (tv_raised(kw[i].value = template_eval_node(r, args->kw[i])))
			return false;
	}
	*c = (struct tcall){.pos = pos, .kw = kw, .npos = args->npos, .nkw = args->nkw};
	return eval_star(r, args, c);
}

/* The position of a parameter called `name`, -1 when there is none. */
static int
parameter(const char *params, struct tname name)
{
	size_t n;
	int i;

	for (i = 0; *params != '\0'; i++) {
		n = strcspn(params, " ");
		if (n == name.len && memcmp(params, name.s, n) == 0)
			return i;
		params += n;
		params += *params == ' ';
	}
	return -1;
}

static int
count_parameters(const char *params)
{
	int n = *params != '\0';

	for (; *params != '\0'; params++)
		n += *params == ' ';
	return n;
}

static bool
bind_arguments(struct run *r, const struct tbuiltin *fn, struct tv self, const struct tcall *c,
    struct tv a[TEMPLATE_PARAMS_MAX])
{
	int total = count_parameters(fn->params), at = 0, i;

	for (i = 0; i < TEMPLATE_PARAMS_MAX; i++)
		a[i] = tv_make(TV_ABSENT);
	if (self.type != TV_ABSENT)
		a[at++] = self;
	if (at + (int64_t)c->npos > total) {
		template_error(r, "%s() takes %d arguments", fn->name, total);
		return false;
	}
	if (c->npos > 0)
		memcpy(a + at, c->pos, c->npos * sizeof(*a));
	for (i = 0; i < (int)c->nkw; i++) {
		at = parameter(fn->params, c->kw[i].name);
		if (at < 0 || a[at].type != TV_ABSENT) {
			template_error(r, "%s() got an unexpected keyword argument '%.40s'", fn->name,
			    c->kw[i].name.s);
			return false;
		}
		a[at] = c->kw[i].value;
	}
	for (i = 0; i < fn->min; i++)
		if (a[i].type == TV_ABSENT) {
			template_error(r, "%s() misses an argument", fn->name);
			return false;
		}
	return true;
}

struct tv
template_call_builtin(struct run *r, const struct tbuiltin *fn, struct tv self, const struct tcall *c)
{
	struct tv a[TEMPLATE_PARAMS_MAX];
	struct tv v;

	if (fn->call != NULL)
		v = fn->call(r, self, c);
	else if (bind_arguments(r, fn, self, c, a))
		v = fn->fn(r, a);
	else
		return tv_make(TV_RAISED);
	return r->result == TEMPLATE_OK ? v : tv_make(TV_RAISED);
}

struct tv
template_call_value(struct run *r, struct tv callee, const struct tcall *c)
{
	switch ((enum tv_type)callee.type) {
	case TV_FUNCTION:
		return template_call_builtin(r, callee.u.fn, tv_make(TV_ABSENT), c);
	case TV_METHOD:
		return template_call_builtin(r, callee.u.method->fn, callee.u.method->self, c);
	case TV_MACRO:
		return template_call_macro(r, callee.u.macro, c);
	case TV_LOOP:
		return template_call_loop(r, callee.u.loop, c);
	case TV_UNDEFINED:
		return template_raise_undefined(r, callee);
	default:
		return template_error(r, "'%s' object is not callable", template_type_name(callee));
	}
}

/* The value of parameter i (names and defaults alternate in the macro's list). */
static struct tv
macro_argument(struct run *r, const struct tnode *macro, uint32_t i, const struct tcall *c,
    uint32_t *used)
{
	const struct tnode *param = macro->list[2 * i], *otherwise = macro->list[2 * i + 1];
	struct tname name = r->t->names[param->slot];
	struct tv v;
	uint32_t k;

	if (i < c->npos)
		return c->pos[i];
	for (k = 0; k < c->nkw; k++)
		if (c->kw[k].name.len == name.len && memcmp(c->kw[k].name.s, name.s, name.len) == 0) {
			*used += 1;
			return c->kw[k].value;
		}
	if (otherwise != NULL)
		return template_eval_node(r, otherwise);
	v = tv_string(name.s, name.len);
	v.type = TV_UNDEFINED;
	return v;
}

/* Fills the slots of a macro's parameters, and of caller when the call brought one. */
static bool
bind_macro(struct run *r, const struct tnode *macro, const struct tcall *c)
{
	uint32_t i, used = 0;
	struct tv v;

	for (i = 0; i < macro->n / 2; i++) {
		if (tv_raised(v = macro_argument(r, macro, i, c, &used)))
			return false;
		r->slots[macro->list[2 * i]->slot] = v;
	}
	for (i = 0; i < c->nkw; i++)
		if (tname_is(c->kw[i].name, "caller") && c->kw[i].value.type == TV_MACRO) {
			for (uint32_t k = 0; k < r->t->nnames; k++)
				if (tname_is(r->t->names[k], "caller"))
					r->slots[k] = c->kw[i].value;
			used++;
		}
	if (c->npos > macro->n / 2 || used < c->nkw) {
		template_error(r, "a macro got arguments it does not take");
		return false;
	}
	return true;
}

/* The slots as they are outside of all scopes: what a macro sees. */
static struct tv *
outer_slots(struct run *r)
{
	size_t size = r->t->nnames * sizeof(struct tv);
	struct tv *slots = template_alloc(r, size);
	uint32_t i;

	if (slots == NULL)
		return NULL;
	memcpy(slots, r->slots, size);
	for (i = r->nundo; i > 0; i--)
		slots[r->undo[i - 1].slot] = r->undo[i - 1].old;
	return slots;
}

struct tv
template_call_macro(struct run *r, const struct tmacro *m, const struct tcall *c)
{
	const struct tv *slots = m->slots != NULL ? m->slots : outer_slots(r);
	struct tv *kept = r->slots, *own;
	uint32_t scopes = r->scopes, nundo = r->nundo, cap = r->capundo;
	struct tundo *undo = r->undo;
	size_t mark = r->s->text.len;

	if (r->calls == TEMPLATE_CALLS_MAX)
		return template_limit(r, "too many calls inside each other");
	if (slots == NULL || (own = template_alloc(r, r->t->nnames * sizeof(*own))) == NULL)
		return tv_make(TV_RAISED);
	memcpy(own, slots, r->t->nnames * sizeof(*own));
	r->calls++;
	r->slots = own;
	r->scopes = r->nundo = r->capundo = 0;
	if (bind_macro(r, m->node, c))
		template_exec(r, m->node->a);
	r->slots = kept;
	r->scopes = scopes;
	r->nundo = nundo;
	r->capundo = cap;
	r->undo = undo;
	r->calls--;
	return template_take_text(r, mark);
}

/* ---- expressions ---- */

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

struct tv
template_eval_node(struct run *r, const struct tnode *n)
{
	if (!template_charge(r, 1))
		return tv_make(TV_RAISED);
	switch ((enum tkind)n->kind) {
	case TK_CONST:
		return n->u.k;
	case TK_NAME:
		return load(r, n->slot);
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

/* ---- statements ---- */

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
