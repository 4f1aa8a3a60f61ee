/* SPDX-License-Identifier: ISC
 *
 * Filters on lists and other iterables: first, sort, sum, join, groupby, ...
 */
#include "shared/base/template_int.h"
#include "shared/base/token.h"

static struct tv
undefined(const char *what)
{
	struct tv v = tv_text(what);

	v.type = TV_UNDEFINED;
	return v;
}

static bool
given(struct tv v)
{
	return v.type != TV_ABSENT && v.type != TV_NONE;
}

/* One step of a path: a number in it is an index. */
static struct tv
path_step(struct run *r, struct tv item, const char *s, size_t n)
{
	size_t digits = 0;
	int64_t i;

	while (digits < n && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	if (n > 0 && digits == n && template_parse_int(s, n, 10, &i) == 1)
		return template_item(r, item, tv_int(i));
	return template_item(r, item, tv_string(s, n));
}

struct tv
template_attribute(struct run *r, struct tv item, struct tv attribute)
{
	const char *s, *end, *stop;

	if (!given(attribute))
		return item;
	if (attribute.type != TV_STRING)
		return template_item(r, item, attribute);
	s = attribute.u.s;
	end = s + attribute.len;
	for (;; s = stop + 1) {
		stop = memchr(s, '.', (size_t)(end - s));
		item = path_step(r, item, s, (size_t)((stop == NULL ? end : stop) - s));
		if (tv_raised(item) || stop == NULL || !template_charge(r, 1))
			return r->result == TEMPLATE_OK ? item : tv_make(TV_RAISED);
	}
}

static struct tv
fold_case(struct run *r, struct tv v, bool case_sensitive)
{
	return v.type == TV_STRING && !case_sensitive ? template_str_lower(r, &v) : v;
}

/* The keys to sort by: an attribute of each item, text in lower case. */
static struct tv *
sort_keys(struct run *r, struct tv list, struct tv attribute, struct tv otherwise, bool case_sensitive)
{
	struct tv *keys = template_alloc(r, list.len * sizeof(*keys));
	uint32_t i;

	for (i = 0; keys != NULL && i < list.len; i++) {
		keys[i] = template_attribute(r, list.u.items[i], attribute);
		if (keys[i].type == TV_UNDEFINED && given(otherwise))
			keys[i] = otherwise;
		keys[i] = fold_case(r, keys[i], case_sensitive);
		if (tv_raised(keys[i]))
			return NULL;
	}
	return keys;
}

/* As sort_keys, by several attributes separated by commas: each key is a list. */
static struct tv *
multi_keys(struct run *r, struct tv list, struct tv attribute, bool case_sensitive)
{
	struct tv part = attribute, *one, *keys = template_alloc(r, list.len * sizeof(*keys));
	const char *s = attribute.u.s, *end = s + attribute.len, *comma;
	struct tlist *lists = template_alloc(r, list.len * sizeof(*lists));
	uint32_t i;

	if (keys == NULL || lists == NULL)
		return NULL;
	memset(lists, 0, list.len * sizeof(*lists));
	do {
		comma = memchr(s, ',', (size_t)(end - s));
		part.u.s = s;
		part.len = (uint32_t)((comma == NULL ? end : comma) - s);
		one = sort_keys(r, list, part, tv_make(TV_ABSENT), case_sensitive);
		for (i = 0; one != NULL && i < list.len; i++)
			template_push(r, &lists[i], one[i]);
		s = comma == NULL ? end : comma + 1;
	} while (comma != NULL && one != NULL);
	for (i = 0; i < list.len; i++)
		keys[i] = tv_items(TV_LIST, lists[i].v, lists[i].n);
	return r->result == TEMPLATE_OK ? keys : NULL;
}

/* A list around each key, too: equal items need not have an order then. */
static struct tv *
single_keys(struct run *r, struct tv list, struct tv attribute, bool case_sensitive)
{
	struct tv *keys = sort_keys(r, list, attribute, tv_make(TV_ABSENT), case_sensitive);
	struct tv *lists = template_alloc(r, list.len * sizeof(*lists));
	uint32_t i;

	for (i = 0; keys != NULL && lists != NULL && i < list.len; i++)
		lists[i] = tv_items(TV_LIST, &keys[i], 1);
	return keys == NULL ? NULL : lists;
}

static struct tv
filter_sort(struct run *r, const struct tv *a)
{
	struct tv list = template_list_of(r, a[0]), *keys;
	bool sensitive = template_truth(a[2]);

	if (tv_raised(list))
		return list;
	if (a[3].type == TV_STRING && memchr(a[3].u.s, ',', a[3].len) != NULL)
		keys = multi_keys(r, list, a[3], sensitive);
	else
		keys = single_keys(r, list, a[3], sensitive);
	if (keys == NULL ||
	    !template_sort(r, (struct tv *)(uintptr_t)list.u.items, keys, list.len, template_truth(a[1])))
		return tv_make(TV_RAISED);
	return list;
}

static struct tv
filter_unique(struct run *r, const struct tv *a)
{
	struct tdict *seen = template_dict_new(r, 8);
	struct tlist l = {0};
	struct titer it;
	struct tv item, key;
	uint32_t n;

	if (seen == NULL || !template_iter(r, &it, a[0]))
		return template_generator(r, &l, "generator");
	while (template_next(r, &it, &item)) {
		key = fold_case(r, template_attribute(r, item, a[2]), template_truth(a[1]));
		n = seen->n;
		if (tv_raised(key) || !template_dict_set(r, seen, key, tv_make(TV_NONE)))
			break;
		if (seen->n > n && !template_push(r, &l, item))
			break;
	}
	return template_generator(r, &l, "generator");
}

/* options: case_sensitive, attribute */
struct tv
template_extreme(struct run *r, struct tv value, const struct tv *options, bool max)
{
	bool sensitive = template_truth(options[0]), better;
	struct tv item, key, best, best_key;
	struct titer it;
	int cmp;

	if (!template_iter(r, &it, value))
		return tv_make(TV_RAISED);
	if (!template_next(r, &it, &best))
		return r->result == TEMPLATE_OK ? undefined("the largest of nothing") : tv_make(TV_RAISED);
	best_key = fold_case(r, template_attribute(r, best, options[1]), sensitive);
	while (!tv_raised(best_key) && template_next(r, &it, &item)) {
		key = fold_case(r, template_attribute(r, item, options[1]), sensitive);
		if (tv_raised(key) || !template_order(r, key, best_key, max ? ">" : "<", &cmp))
			break;
		better = max ? cmp == 1 : cmp == -1;
		best = better ? item : best;
		best_key = better ? key : best_key;
	}
	return r->result == TEMPLATE_OK ? best : tv_make(TV_RAISED);
}

static struct tv
filter_min(struct run *r, const struct tv *a)
{
	return template_extreme(r, a[0], a + 1, false);
}

static struct tv
filter_max(struct run *r, const struct tv *a)
{
	return template_extreme(r, a[0], a + 1, true);
}

static struct tv
filter_sum(struct run *r, const struct tv *a)
{
	struct tv sum = a[2].type == TV_ABSENT ? tv_int(0) : a[2], item;
	struct titer it;

	if (sum.type == TV_STRING || sum.type == TV_BYTES)
		return template_error(r, "sum() can't sum strings [use ''.join(seq) instead]");
	if (!template_iter(r, &it, a[0]))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &item)) {
		item = template_attribute(r, item, a[1]);
		if (tv_raised(item) || tv_raised(sum = template_binary(r, TOP_ADD, sum, item)))
			break;
	}
	return r->result == TEMPLATE_OK ? sum : tv_make(TV_RAISED);
}

static struct tv
filter_first(struct run *r, const struct tv *a)
{
	struct titer it;
	struct tv item;

	if (!template_iter(r, &it, a[0]))
		return tv_make(TV_RAISED);
	if (template_next(r, &it, &item))
		return item;
	return r->result == TEMPLATE_OK ? undefined("the first of nothing") : tv_make(TV_RAISED);
}

static bool
reversible(struct tv v)
{
	return template_length(v) >= 0 && v.type != TV_SET;
}

static struct tv
filter_last(struct run *r, const struct tv *a)
{
	struct tv list;

	if (!template_is_states(a[0]) && !reversible(a[0]))
		return template_error(r, "'%s' object is not reversible", template_type_name(a[0]));
	if (a[0].type == TV_STRING && a[0].len > 0)
		return template_item(r, a[0], tv_int(-1));
	if (tv_raised(list = template_list_of(r, a[0])))
		return list;
	return list.len > 0 ? list.u.items[list.len - 1] : undefined("the last of nothing");
}

static struct tv
filter_random(struct run *r, const struct tv *a)
{
	struct tv list = a[0].type == TV_UNDEFINED ? tv_items(TV_LIST, NULL, 0) : a[0];
	size_t at;

	if (tv_is_dict(a[0]) || tv_raised(list = template_list_of(r, list)))
		return template_error(r, "random wants a list");
	if (list.len == 0)
		return undefined("one of nothing");
	token_random(&at, sizeof(at));
	return list.u.items[at % list.len];
}

static struct tv
filter_length(struct run *r, const struct tv *a)
{
	struct tv v = template_is_states(a[0]) ? template_states_list(r, a[0]) : a[0];
	int64_t n = tv_raised(v) ? 0 : template_length(v);

	if (n < 0)
		return template_error(r, "object of type '%s' has no len()", template_type_name(a[0]));
	return tv_int(n);
}

static struct tv
filter_list(struct run *r, const struct tv *a)
{
	return template_list_of(r, a[0]);
}

static struct tv
filter_reverse(struct run *r, const struct tv *a)
{
	static const struct tv no[3] = {{.type = TV_NONE}, {.type = TV_NONE}, {.type = TV_INT, .u.i = -1}};
	struct tlist l;
	struct tv list;

	if (a[0].type == TV_STRING)
		return template_slice(r, a[0], no);
	if (!template_iterable(a[0]))
		return template_undefined_error(r, "argument must be iterable");
	list = template_list_of(r, a[0]);
	if (tv_raised(list) || tv_raised(list = template_slice(r, list, no)))
		return list;
	if (!reversible(a[0]))
		return list;
	l = (struct tlist){(struct tv *)(uintptr_t)list.u.items, list.len, list.len};
	return template_generator(r, &l, "list_reverseiterator");
}

static struct tv
filter_join(struct run *r, const struct tv *a)
{
	struct tv sep = a[1].type == TV_ABSENT ? tv_string("", 0) : template_to_str(r, a[1]), item;
	struct tlist l = {0};
	struct titer it;

	if (tv_raised(sep) || !template_iter(r, &it, a[0]))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &item)) {
		item = template_attribute(r, item, a[2]);
		if (tv_raised(item) || !template_push(r, &l, item))
			break;
	}
	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	return template_str_join(r, sep, tv_items(TV_LIST, l.v, l.n), true);
}

/* items[from..to), then `fill` up to n entries, as a list. */
static struct tv
row(struct run *r, struct tv list, int64_t from, int64_t to, struct tv fill, int64_t n)
{
	struct tlist l = {0};

	for (; from < to; from++)
		template_push(r, &l, list.u.items[from]);
	while (given(fill) && l.n < n && template_charge(r, 1) && template_push(r, &l, fill))
		continue;
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

static struct tv
filter_batch(struct run *r, const struct tv *a)
{
	struct tv list = template_list_of(r, a[0]), one;
	struct tlist l = {0};
	int64_t n, i, to;

	if (tv_raised(list) || !template_arg_int(r, a[1], "linecount", &n))
		return template_generator(r, &l, "generator");
	for (i = 0; i < list.len; i = to) {
		to = n > 0 && n < list.len - i ? i + n : list.len;
		one = row(r, list, i, to, a[2], n);
		if (tv_raised(one) || !template_push(r, &l, one))
			break;
	}
	return template_generator(r, &l, "generator");
}

static struct tv
filter_slice(struct run *r, const struct tv *a)
{
	struct tv list = template_list_of(r, a[0]), one;
	int64_t n, i, each, extra, offset = 0, from, to;
	struct tlist l = {0};

	if (tv_raised(list) || !template_arg_int(r, a[1], "slices", &n))
		return template_generator(r, &l, "generator");
	if (n == 0)
		template_error(r, "integer division or modulo by zero");
	each = n > 0 ? list.len / n : 0;
	extra = n > 0 ? list.len % n : 0;
	for (i = 0; i < n && template_charge(r, 1); i++) {
		from = offset + i * each;
		offset += i < extra;
		to = offset + (i + 1) * each;
		one = row(r, list, from, to, i >= extra ? a[2] : tv_make(TV_NONE), to - from + 1);
		if (tv_raised(one) || !template_push(r, &l, one))
			break;
	}
	return template_generator(r, &l, "generator");
}

/* (grouper, list) */
static struct tv
group(struct run *r, struct tv key, struct tv list, uint32_t from, uint32_t to)
{
	struct tv *pair = template_alloc(r, 2 * sizeof(*pair)), out;

	if (pair == NULL)
		return tv_make(TV_RAISED);
	pair[0] = key;
	pair[1] = row(r, list, from, to, tv_make(TV_NONE), 0);
	out = tv_items(TV_TUPLE, pair, 2);
	out.flag = TV_GROUP;
	return tv_raised(pair[1]) ? pair[1] : out;
}

static struct tv
filter_groupby(struct run *r, const struct tv *a)
{
	struct tv list = template_list_of(r, a[0]), *keys, one, real;
	bool sensitive = template_truth(a[3]);
	struct tlist l = {0};
	uint32_t i, from;

	if (tv_raised(list) || (keys = sort_keys(r, list, a[1], a[2], sensitive)) == NULL ||
	    !template_sort(r, (struct tv *)(uintptr_t)list.u.items, keys, list.len, false) ||
	    (keys = sort_keys(r, list, a[1], a[2], sensitive)) == NULL)
		return tv_make(TV_RAISED);
	for (from = 0; from < list.len; from = i) {
		for (i = from + 1; i < list.len && template_equal(r, keys[from], keys[i]);)
			i++;
		real = template_attribute(r, list.u.items[from], a[1]);
		if (real.type == TV_UNDEFINED && given(a[2]))
			real = a[2];
		one = group(r, real, list, from, i);
		if (tv_raised(one) || !template_push(r, &l, one))
			return tv_make(TV_RAISED);
	}
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

static struct tv
pairs_of(struct run *r, struct tv dict)
{
	struct tview view = {dict, TVIEW_ITEMS};
	struct tv v = tv_make(TV_VIEW);

	v.u.view = &view;
	return template_list_of(r, v);
}

static struct tv
filter_items(struct run *r, const struct tv *a)
{
	struct tlist l = {0};
	struct tv list;

	if (tv_is_dict(a[0])) {
		if (tv_raised(list = pairs_of(r, a[0])))
			return list;
		l = (struct tlist){(struct tv *)(uintptr_t)list.u.items, list.len, list.len};
	} else if (a[0].type != TV_UNDEFINED) {
		template_error(r, "can only get item pairs from a mapping");
	}
	return template_generator(r, &l, "generator");
}

/* dictsort(case_sensitive=False, by='key', reverse=False) */
static struct tv
filter_dictsort(struct run *r, const struct tv *a)
{
	struct tname by = {"key", 3};
	struct tv list, *keys;
	uint32_t i;

	if (a[2].type != TV_ABSENT)
		by = a[2].type == TV_STRING ? (struct tname){a[2].u.s, a[2].len} : (struct tname){"", 0};
	if (!tname_is(by, "key") && !tname_is(by, "value"))
		return template_undefined_error(r, "you can only sort by either \"key\" or \"value\"");
	if (a[0].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[0]);
	if (!tv_is_dict(a[0]))
		return template_error(r, "'%s' object has no attribute 'items'", template_type_name(a[0]));
	list = pairs_of(r, a[0]);
	if (tv_raised(list) || (keys = template_alloc(r, list.len * sizeof(*keys))) == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < list.len; i++) {
		keys[i] = list.u.items[i].u.items[tname_is(by, "value")];
		if (tv_raised(keys[i] = fold_case(r, keys[i], template_truth(a[1]))))
			return keys[i];
	}
	if (!template_sort(r, (struct tv *)(uintptr_t)list.u.items, keys, list.len, template_truth(a[3])))
		return tv_make(TV_RAISED);
	return list;
}

static const struct tbuiltin filters[] = {
	{"batch", "value linecount fill_with", 2, filter_batch, NULL},
	{"count", "value", 1, filter_length, NULL},
	{"dictsort", "value case_sensitive by reverse", 1, filter_dictsort, NULL},
	{"first", "seq", 1, filter_first, NULL},
	{"groupby", "value attribute default case_sensitive", 2, filter_groupby, NULL},
	{"items", "value", 1, filter_items, NULL},
	{"join", "value d attribute", 1, filter_join, NULL},
	{"last", "seq", 1, filter_last, NULL},
	{"length", "value", 1, filter_length, NULL},
	{"list", "value", 1, filter_list, NULL},
	{"max", "value case_sensitive attribute", 1, filter_max, NULL},
	{"min", "value case_sensitive attribute", 1, filter_min, NULL},
	{"random", "seq", 1, filter_random, NULL},
	{"reverse", "value", 1, filter_reverse, NULL},
	{"slice", "value slices fill_with", 2, filter_slice, NULL},
	{"sort", "value reverse case_sensitive attribute", 1, filter_sort, NULL},
	{"sum", "iterable attribute start", 1, filter_sum, NULL},
	{"unique", "value case_sensitive attribute", 1, filter_unique, NULL}
};

struct ttable
template_list_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
