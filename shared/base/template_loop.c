/* SPDX-License-Identifier: ISC
 *
 * {% for %}: iteration with a filter, the loop variable and recursive loops. Items are drawn as the
 * body needs them, so that a filter sees what the body did before, as in Jinja2.
 */
#include "shared/base/template_int.h"

/* The next item that passes the loop's filter; false at the end or when raised. */
static bool
draw(struct run *r, struct tloop *l, struct tv *out)
{
	const struct tnode *test = l->node->list[2];
	uint32_t mark = r->nundo;
	struct tv yes;

	while (template_next(r, &l->it, out)) {
		if (test == NULL)
			return true;
		r->scopes++;
		yes = template_assign(r, l->node->list[0], *out) ? template_eval_node(r, test) :
		    tv_make(TV_RAISED);
		r->scopes--;
		template_scope_leave(r, mark);
		if (tv_raised(yes))
			return false;
		if (template_truth(yes))
			return true;
	}
	return false;
}

static bool
advance(struct run *r, struct tloop *l)
{
	struct tv item;

	if (l->has_after) {
		item = l->after;
		l->has_after = false;
		if (item.type == TV_ABSENT)
			return false;
	} else if (!draw(r, l, &item)) {
		return false;
	}
	l->index0++;
	l->prev = l->cur;
	l->cur = item;
	return true;
}

/* The item that comes next, absent at the end. */
static struct tv
peek(struct run *r, struct tloop *l)
{
	if (!l->has_after) {
		if (!draw(r, l, &l->after))
			l->after = tv_make(TV_ABSENT);
		l->has_after = true;
	}
	return r->result == TEMPLATE_OK ? l->after : tv_make(TV_RAISED);
}

static int64_t
loop_length(struct run *r, struct tloop *l)
{
	struct tlist rest = {0};
	struct tv item, list;

	if (l->length >= 0)
		return l->length;
	if (l->node->list[2] == NULL && (l->length = template_length(l->src)) >= 0)
		return l->length;
	while (draw(r, l, &item))
		if (!template_push(r, &rest, item))
			return -1;
	if (r->result != TEMPLATE_OK)
		return -1;
	l->length = rest.n + l->index0 + 1 + (l->has_after && l->after.type != TV_ABSENT);
	list = tv_items(TV_LIST, rest.v, rest.n);
	template_iter(r, &l->it, list);
	return l->length;
}

static struct tv
undefined(const char *what)
{
	struct tv v = tv_text(what);

	v.type = TV_UNDEFINED;
	return v;
}

static struct tv
neighbour(struct run *r, struct tloop *l, bool next)
{
	struct tv v;

	if (!next)
		return l->index0 == 0 ? undefined("previtem") : l->prev;
	v = peek(r, l);
	return v.type == TV_ABSENT ? undefined("nextitem") : v;
}

struct tv
template_loop_attr(struct run *r, struct tloop *l, struct tname name)
{
	int64_t n;
	struct tv v;

	if (tname_is(name, "index"))
		return tv_int(l->index0 + 1);
	if (tname_is(name, "index0"))
		return tv_int(l->index0);
	if (tname_is(name, "first"))
		return tv_bool(l->index0 == 0);
	if (tname_is(name, "last")) {
		v = peek(r, l);
		return tv_raised(v) ? v : tv_bool(v.type == TV_ABSENT);
	}
	if (tname_is(name, "previtem") || tname_is(name, "nextitem"))
		return neighbour(r, l, name.s[0] == 'n');
	if (tname_is(name, "depth") || tname_is(name, "depth0"))
		return tv_int(l->depth + (name.len == 5));
	if (!tname_is(name, "length") && !tname_is(name, "revindex") && !tname_is(name, "revindex0"))
		return tv_make(TV_ABSENT);
	if ((n = loop_length(r, l)) < 0)
		return tv_make(TV_RAISED);
	return tv_int(name.s[0] == 'l' ? n : n - l->index0 - (name.len == 9));
}

enum tflow
template_exec_for(struct run *r, const struct tnode *n, struct tv iterable, uint32_t depth)
{
	struct tloop *l = template_alloc(r, sizeof(*l));
	struct tv loop = tv_make(TV_LOOP);
	enum tflow flow = TFLOW_NEXT;
	uint32_t mark = r->nundo;
	bool finished = false;	/* some iteration came to its end, without break or continue */

	if (l == NULL)
		return TFLOW_RAISED;
	*l = (struct tloop){.node = n, .src = iterable, .index0 = -1, .length = -1,
	    .cur = tv_make(TV_ABSENT), .prev = tv_make(TV_ABSENT), .depth = depth};
	loop.u.loop = l;
	if (!template_iter(r, &l->it, iterable))
		return TFLOW_RAISED;
	while (flow != TFLOW_BREAK && advance(r, l)) {
		r->scopes++;
		template_bind(r, n->slot, loop);
		flow = template_assign(r, n->list[0], l->cur) ? template_exec(r, n->list[3]) :
		    TFLOW_RAISED;
		r->scopes--;
		template_scope_leave(r, mark);
		if (flow == TFLOW_RAISED || r->result != TEMPLATE_OK)
			return TFLOW_RAISED;
		finished = finished || flow == TFLOW_NEXT;
	}
	if (r->result != TEMPLATE_OK)
		return TFLOW_RAISED;
	if (finished || n->list[4] == NULL)
		return TFLOW_NEXT;
	r->scopes++;
	flow = template_exec(r, n->list[4]);
	r->scopes--;
	template_scope_leave(r, mark);
	return flow;
}

struct tv
template_call_loop(struct run *r, struct tloop *l, const struct tcall *c)
{
	size_t mark = r->s->text.len;
	enum tflow flow;

	if (l->node->op == 0 || c->npos != 1 || c->nkw != 0)
		return template_error(r, "the loop must have the 'recursive' marker to be called");
	if (r->calls == TEMPLATE_CALLS_MAX)
		return template_limit(r, "too many calls inside each other");
	r->calls++;
	flow = template_exec_for(r, l->node, c->pos[0], l->depth + 1);
	r->calls--;
	if (flow == TFLOW_RAISED) {
		r->s->text.len = mark;
		return tv_make(TV_RAISED);
	}
	return template_take_text(r, mark);
}

static struct tv
loop_cycle(struct run *r, struct tv self, const struct tcall *c)
{
	if (c->npos == 0 || c->nkw > 0)
		return template_error(r, "no items for cycling given");
	return c->pos[self.u.loop->index0 % c->npos];
}

static struct tv
loop_changed(struct run *r, struct tv self, const struct tcall *c)
{
	struct tv now = tv_items(TV_TUPLE, c->pos, c->npos);
	struct tloop *l = self.u.loop;

	if (l->changed.type == TV_TUPLE && template_equal(r, l->changed, now))
		return tv_bool(false);
	l->changed = now;
	return tv_bool(true);
}

struct ttable
template_loop_methods(void)
{
	static const struct tbuiltin methods[] = {
		{"changed", "self", 1, NULL, loop_changed},
		{"cycle", "self", 1, NULL, loop_cycle}
	};

	return (struct ttable){methods, sizeof(methods) / sizeof(methods[0])};
}
