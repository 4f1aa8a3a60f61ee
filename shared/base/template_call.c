/* SPDX-License-Identifier: ISC
 *
 * Calls: arguments of functions, filters, tests and methods, and macros.
 */
#include "shared/base/template_int.h"

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
