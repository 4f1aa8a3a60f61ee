/* SPDX-License-Identifier: ISC
 *
 * What a template names: a walk through its tree. A name that is set anywhere in it counts as known everywhere, and one
 * that is asked for being defined, or has a default, is excused everywhere: better one slip too few than a false one.
 */
#include <stdlib.h>

#include "shared/base/template_int.h"

struct seeking {
	const struct template		*t;
	const struct template_names	*names;
	bool				*excused;	/* by slot: nothing is to be said of it */
};

static void
excuse(struct seeking *s, const char *name)
{
	uint32_t i;

	for (i = 0; i < s->t->nnames; i++)
		if (tname_is(s->t->names[i], name))
			s->excused[i] = true;
}

/* ---- walking ---- */

typedef void (*visit)(struct seeking *s, const struct tnode *n);

static void
visit_args(struct seeking *s, const struct targs *a, visit fn)
{
	uint8_t i;

	for (i = 0; a != NULL && i < a->npos; i++)
		fn(s, a->pos[i]);
	for (i = 0; a != NULL && i < a->nkw; i++)
		fn(s, a->kw[i]);
	if (a != NULL && a->star != NULL)
		fn(s, a->star);
	if (a != NULL && a->starstar != NULL)
		fn(s, a->starstar);
}

static void
visit_second(struct seeking *s, const struct tnode *n, visit fn)
{
	switch ((enum tkind)n->kind) {
	case TK_CALL:
	case TK_FILTER:
	case TK_TEST:
		visit_args(s, n->v.args, fn);
		break;
	case TK_SET:
	case TK_SET_BLOCK:
	case TK_CALL_BLOCK:
	case TK_FILTER_BLOCK:
	case TK_ITEM:
	case TK_BINARY:
	case TK_AND:
	case TK_OR:
	case TK_COND:
		if (n->v.b != NULL)
			fn(s, n->v.b);
		break;
	default:
		break;
	}
}

/* All that is directly below n. The tree's height is bounded, and so is whoever calls this for each. */
static void
visit_children(struct seeking *s, const struct tnode *n, visit fn)
{
	uint32_t i;

	if (n->a != NULL)
		fn(s, n->a);
	visit_second(s, n, fn);
	if ((n->kind == TK_SET_BLOCK || n->kind == TK_COND) && n->w.c != NULL)
		fn(s, n->w.c);
	for (i = 0; i < n->n; i++)
		if (n->list[i] != NULL)
			fn(s, n->list[i]);
}

/* ---- what is known ---- */

static void
bind_target(struct seeking *s, const struct tnode *n)
{
	if (n->kind == TK_NAME)
		s->excused[n->slot] = true;
	else if (n->kind != TK_NS_REF)
		visit_children(s, n, bind_target);
}

/* Every second one of a list: the targets of with, the parameters of a macro. */
static void
bind_pairs(struct seeking *s, const struct tnode *n)
{
	uint32_t i;

	for (i = 0; i < n->n; i += 2)
		bind_target(s, n->list[i]);
}

/* x is defined, x is not defined, x is undefined, x|default(...). */
static bool
asks_whether_defined(const struct tnode *n)
{
	static const char *const words[] = {"defined", "undefined", "default", "d"};
	size_t i;

	if ((n->kind != TK_TEST && n->kind != TK_FILTER) || n->w.fn == NULL || n->a == NULL || n->a->kind != TK_NAME)
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(n->w.fn->name, words[i]) == 0)
			return true;
	return false;
}

static void
learn(struct seeking *s, const struct tnode *n)
{
	switch ((enum tkind)n->kind) {
	case TK_SET:
	case TK_SET_BLOCK:
		bind_target(s, n->a);
		break;
	case TK_FOR:
		bind_target(s, n->list[0]);
		s->excused[n->slot] = true;
		break;
	case TK_WITH:
		bind_pairs(s, n);
		break;
	case TK_MACRO:
		bind_pairs(s, n);
		s->excused[n->slot] = true;
		excuse(s, "caller");
		excuse(s, "varargs");
		excuse(s, "kwargs");
		break;
	default:
		if (asks_whether_defined(n))
			s->excused[n->a->slot] = true;
	}
	visit_children(s, n, learn);
}

/* ---- what is told ---- */

static void
tell_unknown(struct seeking *s, const struct tnode *n, bool called)
{
	struct tname name = s->t->names[n->slot];
	char text[TEMPLATE_ID_MAX];

	if (s->excused[n->slot] || name.len >= sizeof(text) || template_global(name, true).type != TV_ABSENT)
		return;
	memcpy(text, name.s, name.len);
	text[name.len] = '\0';
	if (s->names->unknown != NULL)
		s->names->unknown(s->names->arg, text, called);
}

/* A function has no members: states.light.kitchen is no way to ask. */
static void
tell_member(struct seeking *s, const struct tnode *n)
{
	struct tname of = s->t->names[n->a->slot];
	char text[TEMPLATE_ID_MAX];

	if (s->excused[n->a->slot] || of.len + n->u.name.len + 2 > sizeof(text) ||
	    template_global(of, true).type != TV_FUNCTION)
		return;
	memcpy(text, of.s, of.len);
	text[of.len] = '.';
	memcpy(text + of.len + 1, n->u.name.s, n->u.name.len);
	text[of.len + 1 + n->u.name.len] = '\0';
	if (s->names->unknown != NULL)
		s->names->unknown(s->names->arg, text, false);
}

/* kind: the name of the parameter that n is given as. */
static void
tell_id(struct seeking *s, struct tname kind, const struct tnode *n)
{
	static const char *const kinds[] = {"entity_id", "area_id", "device_id", "label_id"};
	char text[TEMPLATE_ID_MAX];
	size_t i;

	if (s->names->id == NULL || n->kind != TK_CONST || n->u.k.type != TV_STRING || n->u.k.len >= sizeof(text))
		return;
	memcpy(text, n->u.k.u.s, n->u.k.len);
	text[n->u.k.len] = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (tname_is(kind, kinds[i]))
			s->names->id(s->names->arg, kinds[i], text);
}

/* The word of that place among the names of the function's parameters. */
static struct tname
parameter(const struct tbuiltin *fn, uint8_t place)
{
	const char *p = fn->params;

	while (place > 0 && *p != '\0')
		place -= *p++ == ' ';
	return (struct tname){p, (uint32_t)strcspn(p, " ")};
}

static const struct tbuiltin *
state_function(struct tname name)
{
	struct ttable t = template_state_functions();

	return template_table_find(t.rows, t.n, name);
}

static void
tell_ids_of_call(struct seeking *s, const struct tnode *n)
{
	const struct targs *a = n->v.args;
	const struct tbuiltin *fn;
	uint8_t i;

	if (a == NULL || n->a->kind != TK_NAME || s->excused[n->a->slot] ||
	    (fn = state_function(s->t->names[n->a->slot])) == NULL)
		return;
	for (i = 0; i < a->npos; i++)
		tell_id(s, parameter(fn, i), a->pos[i]);
	for (i = 0; i < a->nkw; i++)
		tell_id(s, a->kwname[i], a->kw[i]);
}

/* ["light.a", "light.b"]|select("is_state", "on") */
static void
tell_ids_of_filter(struct seeking *s, const struct tnode *n)
{
	const struct targs *a = n->v.args;
	const struct tnode *first = a != NULL && a->npos > 0 ? a->pos[0] : NULL;
	const struct tbuiltin *fn;
	uint32_t i;

	if (n->a == NULL || (n->a->kind != TK_LIST && n->a->kind != TK_TUPLE) || first == NULL ||
	    first->kind != TK_CONST || first->u.k.type != TV_STRING ||
	    (fn = template_state_test((struct tname){first->u.k.u.s, first->u.k.len})) == NULL)
		return;
	for (i = 0; i < n->a->n; i++)
		tell_id(s, parameter(fn, 0), n->a->list[i]);
}

static void
tell(struct seeking *s, const struct tnode *n)
{
	const struct tnode *called = n->kind == TK_CALL && n->a->kind == TK_NAME ? n->a : NULL;

	if (n->kind == TK_NAME)
		tell_unknown(s, n, false);
	if (n->kind == TK_ATTR && n->a->kind == TK_NAME)
		tell_member(s, n);
	if (called != NULL) {
		tell_unknown(s, called, true);
		tell_ids_of_call(s, n);
		visit_args(s, n->v.args, tell);
		return;
	}
	if (n->kind == TK_FILTER)
		tell_ids_of_filter(s, n);
	visit_children(s, n, tell);
}

void
template_names(const struct template *given, const struct template_names *names)
{
	const struct template *t = template_is_literal(given) ? given : template_full(given);
	struct seeking s = {t, names, NULL};

	if (t == NULL || t->body == NULL)
		return;
	s.excused = mem_xcalloc(t->nnames + 1, sizeof(*s.excused));
	learn(&s, t->body);
	tell(&s, t->body);
	free(s.excused);
}
