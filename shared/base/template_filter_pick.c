/* SPDX-License-Identifier: ISC
 *
 * map, select, reject, selectattr and rejectattr: filters that apply another filter or test to each
 * item. What goes wrong in an item shows when the result is read that far, as in a lazy generator.
 */
#include "shared/base/template_int.h"

/* The arguments after the first n. */
static struct tcall
rest(const struct tcall *c, uint32_t n)
{
	struct tcall out = *c;

	out.pos += n;
	out.npos -= n;
	return out;
}

static const struct tbuiltin *
named(struct run *r, struct tv name, bool filter)
{
	const struct tbuiltin *fn = NULL;
	struct tname text = {name.u.s, name.len};

	if (name.type == TV_STRING)
		fn = filter ? template_find_filter(text) : template_find_test(text);
	if (fn == NULL)
		template_undefined_error(r, "no %s named '%.*s'", filter ? "filter" : "test",
		    name.type == TV_STRING ? (int)(text.len < 60 ? text.len : 60) : 0, text.s);
	return fn;
}

struct mapping { struct tv attribute, otherwise, name; struct tcall args; };

/* map(attribute=..., default=...) or map('filter', ...). */
static bool
prepare_map(struct run *r, const struct tcall *c, struct mapping *m)
{
	bool other = false;
	uint32_t i;

	*m = (struct mapping){.attribute = tv_make(TV_ABSENT), .otherwise = tv_make(TV_ABSENT)};
	for (i = 0; c->npos == 0 && i < c->nkw; i++) {
		if (tname_is(c->kw[i].name, "attribute"))
			m->attribute = c->kw[i].value;
		else if (tname_is(c->kw[i].name, "default"))
			m->otherwise = c->kw[i].value;
		else
			other = true;
	}
	if (m->attribute.type != TV_ABSENT) {
		if (other)
			template_undefined_error(r, "unexpected keyword argument");
		return !other;
	}
	if (c->npos == 0) {
		template_undefined_error(r, "map requires a filter argument");
		return false;
	}
	m->args = rest(c, 1);
	m->name = c->pos[0];
	return true;
}

static struct tv
map_one(struct run *r, const struct mapping *m, struct tv item)
{
	const struct tbuiltin *fn;
	struct tv v;

	if (m->attribute.type == TV_ABSENT) {
		fn = named(r, m->name, true);
		return fn == NULL ? tv_make(TV_RAISED) : template_call_builtin(r, fn, item, &m->args);
	}
	v = template_attribute(r, item, m->attribute);
	if (v.type == TV_UNDEFINED && m->otherwise.type != TV_ABSENT && m->otherwise.type != TV_NONE)
		return m->otherwise;
	return v;
}

static struct tv
filter_map(struct run *r, struct tv self, const struct tcall *c)
{
	struct tlist l = {0};
	struct mapping m;
	struct titer it;
	struct tv item;

	if (!template_truth(self))
		return template_generator(r, &l, "generator");
	if (prepare_map(r, c, &m) && template_iter(r, &it, self))
		while (template_next(r, &it, &item)) {
			item = map_one(r, &m, item);
			if (tv_raised(item) || !template_push(r, &l, item))
				break;
		}
	return template_generator(r, &l, "generator");
}

struct choice { struct tv attribute, test; struct tcall args; bool by_attribute; };

static bool
prepare_choice(struct run *r, const struct tcall *c, bool by_attribute, struct choice *out)
{
	uint32_t skip = by_attribute ? 1 : 0;

	*out = (struct choice){.attribute = tv_make(TV_ABSENT), .test = tv_make(TV_ABSENT),
	    .by_attribute = by_attribute};
	if (by_attribute && c->npos == 0) {
		template_undefined_error(r, "missing parameter for attribute name");
		return false;
	}
	if (by_attribute)
		out->attribute = c->pos[0];
	if (c->npos <= skip)
		return true;
	out->args = rest(c, skip + 1);
	out->test = c->pos[skip];
	return true;
}

/* 1 yes, 0 no, -1 raised */
static int
passes(struct run *r, const struct choice *choice, struct tv item)
{
	const struct tbuiltin *test;
	struct tv v = choice->by_attribute ? template_attribute(r, item, choice->attribute) : item;

	if (!tv_raised(v) && choice->test.type != TV_ABSENT) {
		if ((test = named(r, choice->test, false)) == NULL)
			return -1;
		v = template_call_builtin(r, test, v, &choice->args);
	}
	return tv_raised(v) ? -1 : template_truth(v);
}

static struct tv
pick(struct run *r, struct tv self, const struct tcall *c, bool by_attribute, bool wanted)
{
	struct choice choice;
	struct tlist l = {0};
	struct titer it;
	struct tv item;
	int yes;

	if (!template_truth(self))
		return template_generator(r, &l, "generator");
	if (prepare_choice(r, c, by_attribute, &choice) && template_iter(r, &it, self))
		while (template_next(r, &it, &item)) {
			if ((yes = passes(r, &choice, item)) < 0)
				break;
			if ((yes == 1) == wanted && !template_push(r, &l, item))
				break;
		}
	return template_generator(r, &l, "generator");
}

static struct tv
filter_select(struct run *r, struct tv self, const struct tcall *c)
{
	return pick(r, self, c, false, true);
}

static struct tv
filter_reject(struct run *r, struct tv self, const struct tcall *c)
{
	return pick(r, self, c, false, false);
}

static struct tv
filter_selectattr(struct run *r, struct tv self, const struct tcall *c)
{
	return pick(r, self, c, true, true);
}

static struct tv
filter_rejectattr(struct run *r, struct tv self, const struct tcall *c)
{
	return pick(r, self, c, true, false);
}

static const struct tbuiltin filters[] = {
	{"map", "value", 1, NULL, filter_map},
	{"reject", "value", 1, NULL, filter_reject},
	{"rejectattr", "value", 1, NULL, filter_rejectattr},
	{"select", "value", 1, NULL, filter_select},
	{"selectattr", "value", 1, NULL, filter_selectattr}
};

struct ttable
template_pick_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
