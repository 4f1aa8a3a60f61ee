/* SPDX-License-Identifier: ISC
 *
 * Lists as sets, as Home Assistant has them: the result is a list without doubles, in the order in which its items are
 * met (Python leaves it open). Also flatten, shuffle and statistical_mode.
 */
#include "shared/base/template_int.h"
#include "shared/base/token.h"

/* Strings can be iterated, but are no lists. */
static bool
is_list(struct run *r, struct tv v)
{
	if (template_iterable(v) && v.type != TV_STRING && v.type != TV_BYTES)
		return true;
	template_type_error(r, v, "is no list");
	return false;
}

/* Adds those of v that are (not) in other, each once. */
static bool
add_those(struct run *r, struct tdict *met, struct tv v, struct tv other, bool in_other)
{
	struct titer it;
	struct tv item, in;

	if (!template_iter(r, &it, v))
		return false;
	while (template_next(r, &it, &item)) {
		if (!template_hashable(item)) {
			template_error(r, "unhashable type: '%s'", template_type_name(item));
			return false;
		}
		in = template_contains(r, other, item);
		if (tv_raised(in))
			return false;
		if (template_truth(in) == in_other && !template_dict_set(r, met, item, tv_make(TV_NONE)))
			return false;
	}
	return r->result == TEMPLATE_OK;
}

enum sets { SETS_DIFFERENCE, SETS_INTERSECT, SETS_SYMMETRIC, SETS_UNION };

static struct tv
combined(struct run *r, const struct tv *a, enum sets how)
{
	struct tv none = tv_items(TV_LIST, NULL, 0), one, two;
	struct tdict *met = template_dict_new(r, 8);
	bool fine;

	if (met == NULL || !is_list(r, a[0]) || !is_list(r, a[1]))
		return tv_make(TV_RAISED);
	one = template_list_of(r, a[0]);
	two = template_list_of(r, a[1]);
	if (tv_raised(one) || tv_raised(two))
		return tv_make(TV_RAISED);
	if (how == SETS_UNION)
		fine = add_those(r, met, one, none, false) && add_those(r, met, two, none, false);
	else
		fine = add_those(r, met, one, two, how == SETS_INTERSECT) &&
		    (how != SETS_SYMMETRIC || add_those(r, met, two, one, false));
	return fine ? template_list_of(r, template_dict_value(met)) : tv_make(TV_RAISED);
}

static struct tv
sets_difference(struct run *r, const struct tv *a)
{
	return combined(r, a, SETS_DIFFERENCE);
}

static struct tv
sets_intersect(struct run *r, const struct tv *a)
{
	return combined(r, a, SETS_INTERSECT);
}

static struct tv
sets_symmetric(struct run *r, const struct tv *a)
{
	return combined(r, a, SETS_SYMMETRIC);
}

static struct tv
sets_union(struct run *r, const struct tv *a)
{
	return combined(r, a, SETS_UNION);
}

static bool
flatten(struct run *r, struct tlist *l, struct tv v, int64_t levels, int depth)
{
	struct titer it;
	struct tv item;

	if (depth > TEMPLATE_VALUE_MAX) {
		template_limit(r, "values nested too deeply");
		return false;
	}
	if (!template_iter(r, &it, v))
		return false;
	while (template_next(r, &it, &item)) {
		if (levels != 0 && template_iterable(item) && item.type != TV_STRING && item.type != TV_BYTES) {
			if (!flatten(r, l, item, levels < 0 ? levels : levels - 1, depth + 1))
				return false;
		} else if (!template_push(r, l, item)) {
			return false;
		}
	}
	return r->result == TEMPLATE_OK;
}

/* flatten(value, levels=None) */
static struct tv
sets_flatten(struct run *r, const struct tv *a)
{
	struct tlist l = {0};
	int64_t levels = -1;

	if (!is_list(r, a[0]) || (a[1].type != TV_ABSENT && a[1].type != TV_NONE &&
	    !template_arg_int(r, a[1], "levels", &levels)))
		return tv_make(TV_RAISED);
	if (!flatten(r, &l, a[0], levels < 0 ? -1 : levels, 0))
		return tv_make(TV_RAISED);
	return tv_items(TV_LIST, l.v, l.n);
}

/* Fisher and Yates; the same for everybody who gives the same seed is not promised. */
static struct tv
sets_shuffle(struct run *r, const struct tv *a)
{
	struct tv list, *items, swap;
	uint32_t i, k;

	if (!is_list(r, a[0]) || tv_raised(list = template_list_of(r, a[0])))
		return tv_make(TV_RAISED);
	if (list.len == 0)
		return list;
	if ((items = template_alloc(r, list.len * sizeof(*items))) == NULL || !template_charge(r, list.len))
		return tv_make(TV_RAISED);
	memcpy(items, list.u.items, list.len * sizeof(*items));
	for (i = list.len - 1; i > 0; i--) {
		token_random(&k, sizeof(k));
		k %= i + 1;
		swap = items[i];
		items[i] = items[k];
		items[k] = swap;
	}
	return tv_items(TV_LIST, items, list.len);
}

/* The first of those that occur most often. */
static struct tv
most_often(struct run *r, struct tv list)
{
	uint32_t i, k, n, most = 0, best = 0;

	for (i = 0; i < list.len; i++) {
		for (n = 0, k = i; k < list.len; k++)
			n += template_equal(r, list.u.items[i], list.u.items[k]);
		if (!template_charge(r, list.len / 4 + 1))
			return tv_make(TV_RAISED);
		if (n > most) {
			most = n;
			best = i;
		}
	}
	return r->result == TEMPLATE_OK ? list.u.items[best] : tv_make(TV_RAISED);
}

/* statistical_mode(list, default) or statistical_mode(a, b, ...) */
static struct tv
sets_mode(struct run *r, struct tv self, const struct tcall *c)
{
	struct tlist l = {0};
	struct tv list;
	uint32_t i;

	if (self.type != TV_ABSENT && !template_push(r, &l, self))
		return tv_make(TV_RAISED);
	for (i = 0; i < c->npos; i++)
		if (!template_push(r, &l, c->pos[i]))
			return tv_make(TV_RAISED);
	list = tv_items(TV_LIST, l.v, l.n);
	if (l.n > 0 && template_iterable(l.v[0]) && l.v[0].type != TV_STRING)
		list = template_list_of(r, l.v[0]);
	if (tv_raised(list) || list.len > 0)
		return tv_raised(list) ? list : most_often(r, list);
	if (l.n == 2)
		return l.v[1];
	return template_error(r, "statistical_mode of nothing");
}

static const struct tbuiltin rows[] = {
	{"difference", "value other", 2, sets_difference, NULL},
	{"flatten", "value levels", 1, sets_flatten, NULL},
	{"intersect", "value other", 2, sets_intersect, NULL},
	{"shuffle", "value seed", 1, sets_shuffle, NULL},
	{"statistical_mode", "value", 0, NULL, sets_mode},
	{"symmetric_difference", "value other", 2, sets_symmetric, NULL},
	{"union", "value other", 2, sets_union, NULL}
};

struct ttable
template_sets_filters(void)
{
	return (struct ttable){rows, sizeof(rows) / sizeof(rows[0])};
}
