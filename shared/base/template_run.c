/* SPDX-License-Identifier: ISC
 *
 * One evaluation under way: its exceptions, its limits on steps and memory, its names and scopes.
 * Scopes are an undo list over one array of slots, one slot per name.
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
	struct tv made;

	switch (v->type) {
	case TEMPLATE_BOOL:
		return tv_bool(v->u.b);
	case TEMPLATE_INT:
		return tv_int(v->u.i);
	case TEMPLATE_REAL:
		return tv_real(v->u.d);
	case TEMPLATE_STRING:
		return tv_string(v->u.s.p, v->u.s.len);
	case TEMPLATE_BYTES:
		made = tv_string(v->u.s.p, v->u.s.len);
		made.type = TV_BYTES;
		return made;
	case TEMPLATE_JSON:
		return template_wrap(v->u.json);
	case TEMPLATE_STATE:
		made = tv_make(TV_STATE);
		made.u.state = v->u.state;
		return made;
	case TEMPLATE_TRIGGER:
	case TEMPLATE_THIS:
		made = template_wrap(v->u.json);
		if (made.type == TV_JSON_DICT)
			made.flag |= v->type == TEMPLATE_TRIGGER ? TV_TRIGGER : TV_THIS;
		return made;
	case TEMPLATE_NONE:
		break;
	}
	return tv_make(TV_NONE);
}

struct tv
template_load(struct run *r, uint32_t slot)
{
	struct tname name = r->t->names[slot];
	struct tv v;
	size_t i;

	if (r->slots[slot].type != TV_ABSENT)
		return r->slots[slot];
	for (i = 0; i < r->env->nvars; i++)
		if (tname_is(name, r->env->vars[i].name))
			return r->slots[slot] = from_var(&r->env->vars[i]);
	v = template_global(name, r->env->state != NULL);
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
	ns = template_load(r, target->slot);
	if (ns.type != TV_NAMESPACE) {
		template_undefined_error(r, "cannot assign attribute on non-namespace object");
		return false;
	}
	return template_dict_set(r, ns.u.dict, tv_string(target->u.name.s, target->u.name.len), v);
}
