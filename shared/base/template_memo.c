/* SPDX-License-Identifier: ISC
 *
 * What parts of a template gave the last time, as far as they depend on nothing but the states of entities that are
 * named in them: after one entity changed, only the way from its name to the top is evaluated again. A part that is
 * remembered costs the steps and the memory that it cost then, so that limits are reached where they were.
 */
#include <stdlib.h>

#include "shared/base/map.h"
#include "shared/base/template_int.h"

struct part {
	const struct tnode *node;
	struct part	*parent;	/* the larger one that it belongs to, or NULL */
	struct part	*parts;		/* the first of its own, in the order in which they are evaluated */
	struct part	*beside;	/* the next one of the same larger one */
	struct part	*found;		/* of its own, the last time, or NULL */
	struct part	*next;		/* the next one about the same entity */
	struct tv	 value;
	size_t		 bytes;
	uint32_t	 steps;
	uint32_t	 depth;		/* below the largest */
	bool		 known;
};

struct template_memo {
	const struct template	*t;	/* the one that it is about, NULL: none yet */
	struct mem_arena	*arena;
	struct map		 largest; /* parts without a parent, by node */
	struct part		*at;	/* the part that is being evaluated, NULL: none */
	struct map		 named;	/* the first part by entity id */
};

struct template_memo *
template_memo_new(void)
{
	struct template_memo *m = mem_xcalloc(1, sizeof(*m));

	m->arena = mem_arena_new(4096);
	return m;
}

void
template_memo_free(struct template_memo *m)
{
	if (m == NULL)
		return;
	map_free(&m->largest);
	map_free(&m->named);
	mem_arena_free(m->arena);
	free(m);
}

void
template_memo_touch(struct template_memo *m, const char *entity_id)
{
	struct part *first = map_get(&m->named, entity_id), *p;

	for (; first != NULL; first = first->next)
		for (p = first; p != NULL; p = p->parent)
			p->known = false;
}

/* ---- which parts there are ---- */

static bool
among(struct tname name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (tname_is(name, *list))
			return true;
	return false;
}

static bool
constant_arguments(const struct targs *a)
{
	uint8_t i;

	if (a == NULL)
		return true;
	for (i = 0; i < a->npos; i++)
		if (a->pos[i]->kind != TK_CONST)
			return false;
	return a->nkw == 0 && a->star == NULL && a->starstar == NULL;
}

/* states('sensor.x') and the like. */
static bool
asks(const struct template *t, const struct tnode *n)
{
	static const char *const functions[] = { "states", "is_state", "has_value", NULL };
	const struct targs *a = n->v.args;

	return n->kind == TK_CALL && n->a->kind == TK_NAME && among(t->names[n->a->slot], functions) &&
	    a != NULL && a->npos > 0 && constant_arguments(a) && a->pos[0]->u.k.type == TV_STRING;
}

static bool
filters(const struct tnode *n)
{
	static const char *const plain[] = { "abs", "bool", "float", "int", "is_number", "number", "round", NULL };

	return (n->kind == TK_FILTER || n->kind == TK_TEST) && n->w.fn != NULL && n->w.fn->fn != NULL &&
	    among((struct tname){ n->w.fn->name, (uint32_t)strlen(n->w.fn->name) }, plain) &&
	    constant_arguments(n->v.args);
}

static bool
pure(const struct template *t, const struct tnode *n)
{
	uint32_t i;

	switch ((enum tkind)n->kind) {
	case TK_CONST:
		return true;
	case TK_CALL:
		return asks(t, n);
	case TK_FILTER:
	case TK_TEST:
		return filters(n) && pure(t, n->a);
	case TK_NOT:
	case TK_NEG:
	case TK_POS:
		return pure(t, n->a);
	case TK_BINARY:
	case TK_AND:
	case TK_OR:
		return pure(t, n->a) && pure(t, n->v.b);
	case TK_COMPARE:
		for (i = 0; i < n->n; i++)
			if (!pure(t, n->list[i]))
				return false;
		return pure(t, n->a);
	default:
		return false;
	}
}

static void
name(struct template_memo *m, struct part *p, struct tv id)
{
	char *text = mem_strndup(m->arena, id.u.s, id.len);

	p->next = map_get(&m->named, text);
	map_put(&m->named, text, p);
}

/* n is pure: it and what is below it, but for constants. Returns where the next one beside it goes. */
static struct part **
add(struct template_memo *m, const struct tnode *n, struct part *parent, struct part **at)
{
	struct part *p, **own;
	uint32_t i;

	if (n->kind == TK_CONST)
		return at;
	*at = p = mem_zalloc(m->arena, sizeof(*p));
	p->node = n;
	p->parent = parent;
	p->depth = parent != NULL ? parent->depth + 1 : 0;
	if (n->kind == TK_CALL) {
		name(m, p, n->v.args->pos[0]->u.k);
		return &p->beside;
	}
	own = add(m, n->a, p, &p->parts);
	if (n->kind == TK_BINARY || n->kind == TK_AND || n->kind == TK_OR)
		own = add(m, n->v.b, p, own);
	for (i = 0; n->kind == TK_COMPARE && i < n->n; i++)
		own = add(m, n->list[i], p, own);
	return &p->beside;
}

static void
add_largest(struct template_memo *m, const struct tnode *n)
{
	struct part *p = NULL;

	add(m, n, NULL, &p);
	if (p != NULL)
		map_put_int(&m->largest, (int64_t)(uintptr_t)n, p);
}

/* The largest parts: what is not pure itself may hold some. A template that gives names other meanings has none. */
void
template_memo_open(struct template_memo *m, const struct template *t)
{
	const struct tnode *body = t->body;
	uint32_t i;

	if (m->t != NULL || body == NULL || body->kind != TK_BODY)
		return;
	m->t = t;
	for (i = 0; i < body->n; i++)
		if (body->list[i]->kind != TK_PRINT && body->list[i]->kind != TK_TEXT)
			return;
	for (i = 0; i < body->n; i++)
		if (body->list[i]->kind == TK_PRINT && pure(t, body->list[i]->a))
			add_largest(m, body->list[i]->a);
}

/* ---- evaluating ---- */

/* Of the part that is being evaluated: most often the one behind the one that was asked for before. */
static struct part *
own_part(struct part *of, const struct tnode *n)
{
	struct part *first = of->found != NULL && of->found->beside != NULL ? of->found->beside : of->parts, *p;

	for (p = first; p != NULL && p->node != n; p = p->beside)
		;
	if (p == NULL)
		for (p = of->parts; p != NULL && p != first && p->node != n; p = p->beside)
			;
	return p == NULL || p->node != n ? NULL : (of->found = p);
}

static struct part *
find_part(struct template_memo *m, const struct tnode *n)
{
	if (n->kind == TK_CONST)
		return NULL;
	return m->at != NULL ? own_part(m->at, n) : map_get_int(&m->largest, (int64_t)(uintptr_t)n);
}

static void
remember(struct run *r, struct part *p, struct tv v, uint32_t steps, size_t used)
{
	if (v.type != TV_INT && v.type != TV_REAL && v.type != TV_BOOL)
		return;
	p->known = true;
	p->value = v;
	p->steps = r->steps - steps;
	p->bytes = r->s->used - used;
}

/* The left operand, when it is the same kind of thing and is not known either. */
static struct part *
inner(const struct part *p)
{
	struct part *left = p->parts;

	return left != NULL && left->node == p->node->a && left->node->kind == TK_BINARY && !left->known ? left : NULL;
}

/*
 * A sum of many names leans to the left, as deep as it is long: from the innermost part that is not known outwards, in
 * the order of the evaluator and with its costs, but without a call for each.
 */
static struct tv
eval_chain(struct run *r, struct part *top, struct tv (*eval)(struct run *r, const struct tnode *n))
{
	struct template_memo *m = r->memo;
	uint32_t steps = r->steps;
	size_t used = r->s->used;
	struct part *p = top, *left;
	struct tv v, b;

	while (template_charge(r, 1) && (left = inner(p)) != NULL)
		p = left;
	m->at = p;
	v = r->result == TEMPLATE_OK ? template_memo_eval(r, p->node->a, eval) : tv_make(TV_RAISED);
	for (steps += p->depth - top->depth; !tv_raised(v); p = p->parent, steps--) {
		m->at = p;
		b = template_memo_eval(r, p->node->v.b, eval);
		v = tv_raised(b) ? b : template_binary(r, p->node->op, v, b);
		remember(r, p, v, steps, used);
		if (p == top)
			break;
	}
	m->at = top->parent;
	return v;
}

struct tv
template_memo_eval(struct run *r, const struct tnode *n, struct tv (*eval)(struct run *r, const struct tnode *n))
{
	struct template_memo *m = r->memo;
	struct part *p = find_part(m, n);
	uint32_t steps = r->steps;
	size_t used = r->s->used;
	struct tv v;

	if (p == NULL)
		return eval(r, n);
	if (p->known) {
		if (!template_charge(r, p->steps) || (p->bytes > 0 && template_alloc(r, p->bytes) == NULL))
			return tv_make(TV_RAISED);
		return p->value;
	}
	if (n->kind == TK_BINARY)
		return eval_chain(r, p, eval);
	m->at = p;
	v = eval(r, n);
	m->at = p->parent;
	remember(r, p, v, steps, used);
	return v;
}
