/* SPDX-License-Identifier: ISC
 *
 * What a template names: a walk through its tree. A name that is set anywhere in it counts as known everywhere, and one
 * that is asked for being defined, or has a default, is excused everywhere: better one slip too few than a false one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

struct seeking {
	const struct template		*t;
	const struct template_names	*names;
	bool				*excused;	/* by slot: nothing is to be said of it */
	bool				 time;		/* it asks for the time */
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
static void tell(struct seeking *s, const struct tnode *n);

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

/* A function has no members. */
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
	static const char *const kinds[] = {"entity_id", "area_id", "device_id", "floor_id", "label_id",
	    "lookup_value"};
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

/* One that asks for entities, or for what belongs where. */
static const struct tbuiltin *
house_function(struct tname name)
{
	struct ttable t = template_state_functions(), h = template_house_functions();
	const struct tbuiltin *fn = template_table_find(t.rows, t.n, name);

	return fn != NULL ? fn : template_table_find(h.rows, h.n, name);
}

/* Of expand each may be an id, or a list of ids. */
static void
tell_expanded(struct seeking *s, const struct tnode *n)
{
	uint32_t i;

	tell_id(s, (struct tname){"entity_id", 9}, n);
	for (i = 0; (n->kind == TK_LIST || n->kind == TK_TUPLE) && i < n->n; i++)
		tell_expanded(s, n->list[i]);
}

static void
tell_argument(struct seeking *s, const struct tbuiltin *fn, uint8_t place, const struct tnode *n)
{
	if (fn->call != NULL)
		tell_expanded(s, n);
	else
		tell_id(s, parameter(fn, place), n);
}

static bool
is_text(const struct tnode *n, const char *text)
{
	return n->kind == TK_CONST && n->u.k.type == TV_STRING &&
	    tname_is((struct tname){n->u.k.u.s, n->u.k.len}, text);
}

/* Those whose entities nobody knows before: what is in an area, a group, the members that an entity says it has. */
static void
tell_members(struct seeking *s, const struct tbuiltin *fn, const struct tnode *first, const struct targs *a)
{
	static const char *const lists[] = {"area_entities", "device_entities", "domain_entities", "floor_entities",
	    "label_entities"};
	struct tname name = {fn->name, (uint32_t)strlen(fn->name)};
	bool open = tname_is(name, "expand") && (first == NULL || first->kind != TK_CONST ||
	    (first->u.k.type == TV_STRING && first->u.k.len > 6 && memcmp(first->u.k.u.s, "group.", 6) == 0));
	size_t i;

	if (first != NULL && (first->kind == TK_CONCAT || first->kind == TK_BINARY))
		open = true;	/* states("sensor." ~ room) */
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		open = open || tname_is(name, lists[i]);
	for (i = 0; a != NULL && i < a->npos && !open; i++)
		open = tname_is(name, "state_attr") && is_text(a->pos[i], "entity_id");
	if (open && s->names->states != NULL)
		s->names->states(s->names->arg, NULL);
}

static void
tell_ids_of_call(struct seeking *s, const struct tnode *n)
{
	const struct targs *a = n->v.args;
	const struct tbuiltin *fn;
	uint8_t i;

	if (a == NULL || n->a->kind != TK_NAME || s->excused[n->a->slot] ||
	    (fn = house_function(s->t->names[n->a->slot])) == NULL)
		return;
	for (i = 0; i < a->npos; i++)
		tell_argument(s, fn, i, a->pos[i]);
	for (i = 0; i < a->nkw; i++)
		tell_id(s, a->kwname[i], a->kw[i]);
	tell_members(s, fn, a->npos > 0 ? a->pos[0] : NULL, a);
}

/* "light.a" | area_name */
static void
tell_ids_of_house_filter(struct seeking *s, const struct tnode *n)
{
	const struct targs *a = n->v.args;
	const struct tbuiltin *fn = n->w.fn == NULL ? NULL :
	    house_function((struct tname){n->w.fn->name, (uint32_t)strlen(n->w.fn->name)});
	uint8_t i;

	if (fn == NULL || fn != n->w.fn || n->a == NULL)
		return;
	tell_argument(s, fn, 0, n->a);
	for (i = 0; a != NULL && i < a->npos; i++)
		tell_argument(s, fn, (uint8_t)(i + 1), a->pos[i]);
	tell_members(s, fn, n->a, a);
}

/* ---- states.light.kitchen ---- */

/* The text by which n takes a member of what is below it: .name, ["name"]. Length 0: it is known only when it runs. */
static struct tname
member_name(const struct tnode *n)
{
	if (n->kind == TK_ATTR)
		return n->u.name;
	if (n->kind == TK_ITEM && n->v.b->kind == TK_CONST && n->v.b->u.k.type == TV_STRING)
		return (struct tname){n->v.b->u.k.u.s, n->v.b->u.k.len};
	return (struct tname){"", 0};
}

static bool
is_member(const struct tnode *n)
{
	return n->kind == TK_ATTR || n->kind == TK_ITEM;
}

static bool
is_states(const struct seeking *s, const struct tnode *n)
{
	return n->kind == TK_NAME && !s->excused[n->slot] && tname_is(s->t->names[n->slot], "states");
}

/* The members that n takes of `states`, the outermost last; 0: it takes none of it. */
static size_t
states_path(const struct seeking *s, const struct tnode *n, const struct tnode *path[3])
{
	const struct tnode *at = n;
	size_t depth = 0, i;

	while (is_member(at) && !is_states(s, at)) {
		depth++;
		at = at->a;
	}
	if (depth == 0 || !is_states(s, at))
		return 0;
	for (at = n, i = depth; i > 0; i--, at = at->a)
		if (i <= 3)
			path[i - 1] = at;
	return depth;
}

static void
tell_states(struct seeking *s, struct tname domain)
{
	char text[TEMPLATE_ID_MAX] = "";

	if (s->names->states == NULL || domain.len >= sizeof(text))
		return;
	memcpy(text, domain.s, domain.len);
	text[domain.len] = '\0';
	s->names->states(s->names->arg, domain.len > 0 ? text : NULL);
}

/* An entity has these members and no others. */
static void
tell_state_member(struct seeking *s, const char *id, struct tname name)
{
	static const char *const members[] = {"attributes", "domain", "entity_id", "last_changed", "last_reported",
	    "last_updated", "name", "object_id", "state", "state_with_unit"};
	char text[2 * TEMPLATE_ID_MAX];
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (tname_is(name, members[i]))
			return;
	if (name.len == 0 || name.len >= 64 || s->names->unknown == NULL)
		return;
	snprintf(text, sizeof(text), "states.%s.%.*s", id, (int)name.len, name.s);
	s->names->unknown(s->names->arg, text, false);
}

/* The entity that the path names, and how many members of it do; 0: it names none. */
static size_t
entity_of_path(const struct tnode *const *path, size_t depth, char id[TEMPLATE_ID_MAX])
{
	struct tname first = member_name(path[0]), second = depth > 1 ? member_name(path[1]) : (struct tname){"", 0};
	bool whole = first.len > 0 && memchr(first.s, '.', first.len) != NULL;

	if (first.len == 0 || first.len + second.len + 2 > TEMPLATE_ID_MAX || (!whole && second.len == 0))
		return 0;
	if (whole)
		snprintf(id, TEMPLATE_ID_MAX, "%.*s", (int)first.len, first.s);
	else
		snprintf(id, TEMPLATE_ID_MAX, "%.*s.%.*s", (int)first.len, first.s, (int)second.len, second.s);
	return whole ? 1 : 2;
}

/* False: n has nothing to do with it. */
static bool
tell_states_path(struct seeking *s, const struct tnode *n)
{
	const struct tnode *path[3];
	size_t depth = is_member(n) ? states_path(s, n, path) : 0, named;
	char id[TEMPLATE_ID_MAX];

	if (depth == 0)
		return false;
	named = entity_of_path(path, depth, id);
	if (named == 0)
		tell_states(s, member_name(path[0]));
	else if (s->names->id != NULL)
		s->names->id(s->names->arg, "entity_id", id);
	if (named > 0 && depth > named)
		tell_state_member(s, id, member_name(path[named]));
	for (; is_member(n); n = n->a)
		if (n->kind == TK_ITEM)
			tell(s, n->v.b);
	return true;
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

/* ---- this.attributes.last_triggered ---- */

static bool
is_word(struct tname name, const char *const *words, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (tname_is(name, words[i]))
			return true;
	return false;
}

/* A rule has these members, and these attributes, and no others. */
static void
tell_this(struct seeking *s, const struct tnode *n)
{
	static const char *const members[] = {"attributes", "entity_id", "id", "last_changed", "last_updated", "name",
	    "state"};
	static const char *const attributes[] = {"current", "friendly_name", "id", "last_triggered", "max", "mode"};
	const struct tnode *of = is_member(n) ? n->a : NULL, *root = of;
	struct tname name = member_name(n);
	bool inner = of != NULL && is_member(of) && tname_is(member_name(of), "attributes");
	char text[128];

	if (inner)
		root = of->a;
	if (root == NULL || root->kind != TK_NAME || !tname_is(s->t->names[root->slot], "this") ||
	    s->excused[root->slot] || name.len == 0 || name.len >= 64 || s->names->unknown == NULL)
		return;
	if (inner ? is_word(name, attributes, sizeof(attributes) / sizeof(attributes[0])) :
	    is_word(name, members, sizeof(members) / sizeof(members[0])))
		return;
	snprintf(text, sizeof(text), "this.%s%.*s", inner ? "attributes." : "", (int)name.len, name.s);
	s->names->unknown(s->names->arg, text, false);
}

static void
tell(struct seeking *s, const struct tnode *n)
{
	const struct tnode *called = n->kind == TK_CALL && n->a->kind == TK_NAME ? n->a : NULL;

	if (tell_states_path(s, n))
		return;
	if (n->kind == TK_NAME)
		tell_unknown(s, n, false);
	if (is_states(s, n))
		tell_states(s, (struct tname){"", 0});
	if (n->kind == TK_ATTR && n->a->kind == TK_NAME)
		tell_member(s, n);
	if (is_member(n))
		tell_this(s, n);
	if (called != NULL) {
		tell_unknown(s, called, true);
		tell_ids_of_call(s, n);
		visit_args(s, n->v.args, tell);
		return;
	}
	if (n->kind == TK_FILTER)
		tell_ids_of_filter(s, n);
	if (n->kind == TK_FILTER || n->kind == TK_TEST)
		tell_ids_of_house_filter(s, n);
	visit_children(s, n, tell);
}

void
template_names(const struct template *given, const struct template_names *names)
{
	const struct template *t = template_is_literal(given) ? given : template_full(given);
	struct seeking s = {.t = t, .names = names};

	if (t == NULL || t->body == NULL)
		return;
	s.excused = mem_xcalloc(t->nnames + 1, sizeof(*s.excused));
	learn(&s, t->body);
	tell(&s, t->body);
	free(s.excused);
}

/* ---- the time ---- */

static bool
is_clock(struct tname name)
{
	static const char *const words[] = {"now", "relative_time", "time_since", "time_until", "today_at", "utcnow"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (tname_is(name, words[i]))
			return true;
	return false;
}

static void
seek_time(struct seeking *s, const struct tnode *n)
{
	if (n->kind == TK_NAME)
		s->time = s->time || is_clock(s->t->names[n->slot]);
	if (n->kind == TK_FILTER && n->w.fn != NULL)
		s->time = s->time || is_clock((struct tname){n->w.fn->name, (uint32_t)strlen(n->w.fn->name)});
	visit_children(s, n, seek_time);
}

bool
template_asks_time(const struct template *given)
{
	const struct template *t = template_is_literal(given) ? given : template_full(given);
	struct seeking s = {.t = t};

	if (t != NULL && t->body != NULL)
		seek_time(&s, t->body);
	return s.time;
}
