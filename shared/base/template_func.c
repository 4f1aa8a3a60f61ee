/* SPDX-License-Identifier: ISC
 *
 * Functions, the methods of containers and the look-up of everything that has a name. A new filter
 * is a row in the table of its file; nothing here changes for it.
 */
#include <math.h>

#include "shared/base/template_int.h"

const struct tbuiltin *
template_table_find(const struct tbuiltin *table, size_t n, struct tname name)
{
	size_t lo = 0, hi = n, mid, len;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		len = strlen(table[mid].name);
		c = memcmp(name.s, table[mid].name, name.len < len ? name.len : len);
		if (c == 0)
			c = name.len < len ? -1 : name.len > len;
		if (c == 0)
			return &table[mid];
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

static const struct tbuiltin *
find_in(struct ttable table, struct tname name)
{
	return template_table_find(table.rows, table.n, name);
}

/* ---- functions on any value: also filters ---- */

static struct tv
value_default(struct run *r, const struct tv *a)
{
	(void)r;
	if (a[0].type == TV_UNDEFINED || (template_truth(a[2]) && !template_truth(a[0])))
		return a[1].type == TV_ABSENT ? tv_string("", 0) : a[1];
	return a[0];
}

static struct tv
value_is_defined(struct run *r, const struct tv *a)
{
	return a[0].type == TV_UNDEFINED ? template_raise_undefined(r, a[0]) : a[0];
}

/* iif(value, if_true=True, if_false=False, if_none) */
static struct tv
value_iif(struct run *r, const struct tv *a)
{
	bool yes = template_truth(a[0]);

	(void)r;
	if (a[0].type == TV_NONE && a[3].type != TV_ABSENT)
		return a[3];
	if (a[yes ? 1 : 2].type != TV_ABSENT)
		return a[yes ? 1 : 2];
	return tv_bool(yes);
}

static struct tv
value_typeof(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_text(template_type_name(a[0]));
}

static struct tv
value_attr(struct run *r, const struct tv *a)
{
	struct tv out;

	if (!template_arg_str(r, a[1], "attribute name"))
		return tv_make(TV_RAISED);
	if (a[0].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[0]);
	out = template_own_attr(r, a[0], (struct tname){a[1].u.s, a[1].len});
	if (out.type == TV_ABSENT) {
		out = a[1];
		out.type = TV_UNDEFINED;
	}
	return out;
}

static struct tv merge(struct run *r, const struct tv *parts, uint32_t n, bool recursive, int depth);

static bool
merge_one(struct run *r, struct tdict *out, struct tv dict, bool recursive, int depth)
{
	struct titer it;
	struct tv key, both[2];

	if (!template_iter(r, &it, dict))
		return false;
	while (template_next(r, &it, &key)) {
		template_dict_find(r, dict, key, &both[1]);
		if (recursive && tv_is_dict(both[1]) &&
		    template_dict_find(r, template_dict_value(out), key, &both[0]) &&
		    tv_is_dict(both[0]))
			both[1] = merge(r, both, 2, true, depth + 1);
		if (tv_raised(both[1]) || !template_dict_set(r, out, key, both[1]))
			return false;
	}
	return r->result == TEMPLATE_OK;
}

static struct tv
merge(struct run *r, const struct tv *parts, uint32_t n, bool recursive, int depth)
{
	struct tdict *out = template_dict_new(r, 8);
	uint32_t i;

	if (out == NULL)
		return tv_make(TV_RAISED);
	if (depth > TEMPLATE_VALUE_MAX)
		return template_limit(r, "values nested too deeply");
	for (i = 0; i < n; i++) {
		if (parts[i].type == TV_UNDEFINED)
			return template_raise_undefined(r, parts[i]);
		if (!tv_is_dict(parts[i]))
			return template_error(r, "combine wants mappings, not %s",
			    template_type_name(parts[i]));
		if (!merge_one(r, out, parts[i], recursive, depth))
			return tv_make(TV_RAISED);
	}
	return template_dict_value(out);
}

static struct tv
value_combine(struct run *r, struct tv self, const struct tcall *c)
{
	struct tlist l = {0};
	bool recursive = false;
	uint32_t i;

	for (i = 0; i < c->nkw; i++) {
		if (!tname_is(c->kw[i].name, "recursive"))
			return template_error(r, "combine() got an unexpected keyword argument");
		recursive = template_truth(c->kw[i].value);
	}
	if (self.type != TV_ABSENT)
		template_push(r, &l, self);
	for (i = 0; i < c->npos; i++)
		template_push(r, &l, c->pos[i]);
	return r->result == TEMPLATE_OK ? merge(r, l.v, l.n, recursive, 0) : tv_make(TV_RAISED);
}

static const struct tbuiltin value_rows[] = {
	{"combine", "value", 0, NULL, value_combine},
	{"iif", "value if_true if_false if_none", 1, value_iif, NULL},
	{"typeof", "value", 1, value_typeof, NULL}
};

/* value|apply(fn, ...) is fn(value, ...): for map, and macros. */
static struct tv
value_apply(struct run *r, struct tv self, const struct tcall *c)
{
	struct tcall call = *c;
	struct tv *pos;

	if (c->npos == 0)
		return template_error(r, "apply() wants a function");
	if ((pos = template_alloc(r, c->npos * sizeof(*pos))) == NULL)
		return tv_make(TV_RAISED);
	memcpy(pos, c->pos, c->npos * sizeof(*pos));
	pos[0] = self;
	call.pos = pos;
	return template_call_value(r, c->pos[0], &call);
}

static const struct tbuiltin filter_rows[] = {
	{"apply", "value", 1, NULL, value_apply},
	{"attr", "obj name", 2, value_attr, NULL},
	{"d", "value default_value boolean", 1, value_default, NULL},
	{"default", "value default_value boolean", 1, value_default, NULL},
	{"is_defined", "value", 1, value_is_defined, NULL}
};

struct ttable
template_value_filters(void)
{
	return (struct ttable){value_rows, sizeof(value_rows) / sizeof(value_rows[0])};
}

/* ---- functions alone ---- */

static struct tv
func_range(struct run *r, const struct tv *a)
{
	struct trange *range = template_alloc(r, sizeof(*range));
	int64_t part[3] = {0, 0, 1};
	struct tv v = tv_make(TV_RANGE);
	__int128 n;
	int i;

	if (range == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < 3 && a[i].type != TV_ABSENT; i++)
		if (!template_arg_int(r, a[i], "range() argument", &part[i]))
			return tv_make(TV_RAISED);
	if (i == 1) {
		part[1] = part[0];
		part[0] = 0;
	}
	if (part[2] == 0)
		return template_error(r, "range() arg 3 must not be zero");
	n = part[2] > 0 ? ((__int128)part[1] - part[0] + part[2] - 1) / part[2] :
	    ((__int128)part[0] - part[1] - part[2] - 1) / -(__int128)part[2];
	if (n > 100000)
		return template_error(r, "range too big: more than 100000 items");
	*range = (struct trange){part[0], part[1], part[2], n < 0 ? 0 : (int64_t)n};
	v.u.range = range;
	return v;
}

/* Pairs (or one mapping) and keywords into d. */
static bool
fill_dict(struct run *r, struct tdict *d, const struct tcall *c)
{
	struct titer it;
	struct tv item, pair;
	uint32_t i;

	if (c->npos > 1) {
		template_error(r, "dict expected at most 1 argument, got %u", c->npos);
		return false;
	}
	if (c->npos == 1 && tv_is_dict(c->pos[0])) {
		if (!merge_one(r, d, c->pos[0], false, 0))
			return false;
	} else if (c->npos == 1) {
		if (!template_iter(r, &it, c->pos[0]))
			return false;
		while (template_next(r, &it, &item)) {
			if (tv_raised(pair = template_list_of(r, item)))
				return false;
			if (pair.len != 2) {
				template_error(r, "dictionary update sequence element has length %u; 2 is required",
				    pair.len);
				return false;
			}
			if (!template_dict_set(r, d, pair.u.items[0], pair.u.items[1]))
				return false;
		}
	}
	for (i = 0; i < c->nkw && r->result == TEMPLATE_OK; i++)
		template_dict_set(r, d, tv_string(c->kw[i].name.s, c->kw[i].name.len), c->kw[i].value);
	return r->result == TEMPLATE_OK;
}

static struct tv
func_dict(struct run *r, struct tv self, const struct tcall *c)
{
	struct tdict *d = template_dict_new(r, c->nkw);

	(void)self;
	return d != NULL && fill_dict(r, d, c) ? template_dict_value(d) : tv_make(TV_RAISED);
}

static struct tv
func_namespace(struct run *r, struct tv self, const struct tcall *c)
{
	struct tv v = func_dict(r, self, c);

	if (!tv_raised(v))
		v.type = TV_NAMESPACE;
	return v;
}

static struct tv
func_set(struct run *r, const struct tv *a)
{
	struct tdict *d = template_dict_new(r, 8);
	struct titer it;
	struct tv item, *items;
	uint32_t i;

	if (d == NULL || (a[0].type != TV_ABSENT && !template_iter(r, &it, a[0])))
		return tv_make(TV_RAISED);
	while (a[0].type != TV_ABSENT && template_next(r, &it, &item))
		if (!template_dict_set(r, d, item, tv_make(TV_NONE)))
			return tv_make(TV_RAISED);
	if (r->result != TEMPLATE_OK || (items = template_alloc(r, d->n * sizeof(*items))) == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < d->n; i++)
		items[i] = d->pairs[i].key;
	return tv_items(TV_SET, items, d->n);
}

static struct tv
func_tuple(struct run *r, const struct tv *a)
{
	struct tv v = a[0].type == TV_ABSENT ? tv_items(TV_LIST, NULL, 0) : template_list_of(r, a[0]);

	if (!tv_raised(v))
		v.type = TV_TUPLE;
	return v;
}

static struct tv
func_zip(struct run *r, struct tv self, const struct tcall *c)
{
	struct titer *its = template_alloc(r, c->npos * sizeof(*its));
	struct tlist l = {0};
	struct tv *row;
	uint32_t i;

	(void)self;
	if (its == NULL || c->nkw > 0)
		return template_error(r, "zip() takes no keyword arguments");
	for (i = 0; i < c->npos; i++)
		if (!template_iter(r, &its[i], c->pos[i]))
			return tv_make(TV_RAISED);
	while (c->npos > 0) {
		if ((row = template_alloc(r, c->npos * sizeof(*row))) == NULL)
			return tv_make(TV_RAISED);
		for (i = 0; i < c->npos; i++)
			if (!template_next(r, &its[i], &row[i]))
				return template_generator(r, &l, "zip");
		if (!template_push(r, &l, tv_items(TV_TUPLE, row, c->npos)))
			return tv_make(TV_RAISED);
	}
	return template_generator(r, &l, "zip");
}

/* min(a, b, ...) or min(list), with the options of the filters. */
static struct tv
extreme(struct run *r, const struct tcall *c, bool max)
{
	struct tv options[2] = {tv_make(TV_ABSENT), tv_make(TV_ABSENT)};
	uint32_t i;

	for (i = 0; i < c->nkw; i++) {
		if (tname_is(c->kw[i].name, "case_sensitive"))
			options[0] = c->kw[i].value;
		else if (tname_is(c->kw[i].name, "attribute"))
			options[1] = c->kw[i].value;
		else
			return template_error(r, "got an unexpected keyword argument");
	}
	return template_extreme(r, c->npos == 1 ? c->pos[0] : tv_items(TV_TUPLE, c->pos, c->npos),
	    options, max);
}

static struct tv
func_min(struct run *r, struct tv self, const struct tcall *c)
{
	(void)self;
	return extreme(r, c, false);
}

static struct tv
func_max(struct run *r, struct tv self, const struct tcall *c)
{
	(void)self;
	return extreme(r, c, true);
}

static const struct tbuiltin functions[] = {
	{"dict", "value", 0, NULL, func_dict},
	{"max", "value", 0, NULL, func_max},
	{"min", "value", 0, NULL, func_min},
	{"namespace", "value", 0, NULL, func_namespace},
	{"range", "start stop step", 1, func_range, NULL},
	{"set", "value", 0, func_set, NULL},
	{"tuple", "value", 0, func_tuple, NULL},
	{"zip", "value", 0, NULL, func_zip}
};

/* ---- methods of dicts and lists ---- */

static struct tv
dict_get(struct run *r, const struct tv *a)
{
	struct tv out;

	if (!template_hashable(a[1]))
		return template_error(r, "unhashable type: '%s'", template_type_name(a[1]));
	if (template_dict_find(r, a[0], a[1], &out))
		return out;
	return a[2].type == TV_ABSENT ? tv_make(TV_NONE) : a[2];
}

static struct tv
view(struct run *r, struct tv dict, enum tview_kind kind)
{
	struct tview *w = template_alloc(r, sizeof(*w));
	struct tv v = tv_make(TV_VIEW);

	if (dict.type == TV_ATTRIBUTES)
		dict = template_attributes_dict(r, dict.u.state);
	if (w == NULL || tv_raised(dict))
		return tv_make(TV_RAISED);
	*w = (struct tview){dict, kind};
	v.u.view = w;
	return v;
}

static struct tv
dict_keys(struct run *r, const struct tv *a)
{
	return view(r, a[0], TVIEW_KEYS);
}

static struct tv
dict_values(struct run *r, const struct tv *a)
{
	return view(r, a[0], TVIEW_VALUES);
}

static struct tv
dict_items(struct run *r, const struct tv *a)
{
	return view(r, a[0], TVIEW_ITEMS);
}

static struct tv
dict_copy(struct run *r, const struct tv *a)
{
	return merge(r, a, 1, false, 0);
}

static struct tv
dict_fromkeys(struct run *r, const struct tv *a)
{
	struct tdict *d = template_dict_new(r, 8);
	struct titer it;
	struct tv key;

	if (d == NULL || !template_iter(r, &it, a[1]))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &key))
		if (!template_dict_set(r, d, key, a[2].type == TV_ABSENT ? tv_make(TV_NONE) : a[2]))
			break;
	return r->result == TEMPLATE_OK ? template_dict_value(d) : tv_make(TV_RAISED);
}

static const struct tbuiltin dict_methods[] = {
	{"copy", "self", 1, dict_copy, NULL},
	{"fromkeys", "self iterable value", 2, dict_fromkeys, NULL},
	{"get", "self key default", 2, dict_get, NULL},
	{"items", "self", 1, dict_items, NULL},
	{"keys", "self", 1, dict_keys, NULL},
	{"values", "self", 1, dict_values, NULL}
};

static struct tv
list_count(struct run *r, const struct tv *a)
{
	struct titer it;
	struct tv item;
	int64_t n = 0;

	template_iter(r, &it, a[0]);
	while (template_next(r, &it, &item))
		n += template_equal(r, item, a[1]);
	return r->result == TEMPLATE_OK ? tv_int(n) : tv_make(TV_RAISED);
}

static struct tv
list_index(struct run *r, const struct tv *a)
{
	struct titer it;
	struct tv item;
	int64_t i;

	template_iter(r, &it, a[0]);
	for (i = 0; template_next(r, &it, &item); i++)
		if (template_equal(r, item, a[1]))
			return tv_int(i);
	return template_error(r, "the value is not in the list");
}

static struct tv
list_copy(struct run *r, const struct tv *a)
{
	return template_list_of(r, a[0]);
}

static const struct tbuiltin list_methods[] = {
	{"copy", "self", 1, list_copy, NULL},
	{"count", "self value", 2, list_count, NULL},
	{"index", "self value", 2, list_index, NULL}
};

static struct tv
set_of(struct run *r, const struct tv *a, bool keep_second, bool if_in_second)
{
	struct tlist l = {0};
	struct titer it;
	struct tv item, in, other = template_list_of(r, a[1]);

	if (tv_raised(other) || !template_iter(r, &it, a[0]))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &item)) {
		in = keep_second ? tv_bool(if_in_second) : template_contains(r, other, item);
		if (tv_raised(in) || (template_truth(in) == if_in_second && !template_push(r, &l, item)))
			return tv_make(TV_RAISED);
	}
	if (keep_second && template_iter(r, &it, other))
		while (template_next(r, &it, &item))
			if (!template_push(r, &l, item))
				break;
	in = tv_items(TV_LIST, l.v, l.n);
	return r->result == TEMPLATE_OK ? func_set(r, &in) : tv_make(TV_RAISED);
}

static struct tv
set_union(struct run *r, const struct tv *a)
{
	return set_of(r, a, true, true);
}

static struct tv
set_intersection(struct run *r, const struct tv *a)
{
	return set_of(r, a, false, true);
}

static struct tv
set_difference(struct run *r, const struct tv *a)
{
	return set_of(r, a, false, false);
}

static const struct tbuiltin set_methods[] = {
	{"difference", "self other", 2, set_difference, NULL},
	{"intersection", "self other", 2, set_intersection, NULL},
	{"union", "self other", 2, set_union, NULL}
};

static struct tv
real_is_integer(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(isfinite(a[0].u.d) && a[0].u.d == floor(a[0].u.d));
}

static struct tv
int_bit_length(struct run *r, const struct tv *a)
{
	uint64_t v = a[0].u.i < 0 ? 0 - (uint64_t)a[0].u.i : (uint64_t)a[0].u.i;

	(void)r;
	return tv_int(v == 0 ? 0 : 64 - __builtin_clzll(v));
}

static const struct tbuiltin real_methods[] = {{"is_integer", "self", 1, real_is_integer, NULL}};
static const struct tbuiltin int_methods[] = {{"bit_length", "self", 1, int_bit_length, NULL}};

static struct tv
bytes_decode(struct run *r, const struct tv *a)
{
	struct tv v = a[0];

	if (memchr(v.u.s, '\0', v.len) == NULL && !template_utf8_valid(v.u.s, v.len))
		return template_error(r, "'utf-8' codec can't decode the bytes");
	v.type = TV_STRING;
	return v;
}

static struct tv
bytes_hex(struct run *r, const struct tv *a)
{
	size_t mark = r->s->text.len;
	uint32_t i;

	for (i = 0; i < a[0].len; i++)
		buf_printf(&r->s->text, "%02x", (uint8_t)a[0].u.s[i]);
	return template_take_text(r, mark);
}

static const struct tbuiltin bytes_methods[] = {
	{"decode", "self encoding errors", 1, bytes_decode, NULL},
	{"hex", "self", 1, bytes_hex, NULL}
};

#define TABLE(rows) ((struct ttable){rows, sizeof(rows) / sizeof((rows)[0])})

const struct tbuiltin *
template_find_method(struct tv self, struct tname name)
{
	switch ((enum tv_type)self.type) {
	case TV_STRING:
		return template_find_str_method(name);
	case TV_BYTES:
		return find_in(TABLE(bytes_methods), name);
	case TV_DICT:
	case TV_JSON_DICT:
	case TV_ATTRIBUTES:
		return find_in(TABLE(dict_methods), name);
	case TV_LIST:
	case TV_JSON_LIST:
		return find_in(TABLE(list_methods), name);
	case TV_TUPLE:
	case TV_RANGE:
		return tname_is(name, "copy") ? NULL : find_in(TABLE(list_methods), name);
	case TV_SET:
		return find_in(TABLE(set_methods), name);
	case TV_INT:
	case TV_BOOL:
		return find_in(TABLE(int_methods), name);
	case TV_REAL:
		return find_in(TABLE(real_methods), name);
	case TV_LOOP:
		return find_in(template_loop_methods(), name);
	case TV_DATETIME:
	case TV_DELTA:
		return template_find_time_method(name, self.type == TV_DELTA);
	default:
		return NULL;
	}
}

const struct tbuiltin *
template_find_filter(struct tname name)
{
	const struct ttable tables[] = {TABLE(filter_rows), TABLE(value_rows), template_text_filters(),
	    template_number_filters(), template_number_only_filters(), template_list_filters(),
	    template_pick_filters(), template_code_filters(), template_regex_filters(),
	    template_time_filters(), template_time_only_filters(), template_age_functions(),
	    template_digest_filters(), template_digest_only_filters(), template_sets_filters(),
	    template_range_filters(), template_duration_filters(), template_state_functions(),
	    template_house_functions()};
	const struct tbuiltin *fn = NULL;
	size_t i;

	for (i = 0; fn == NULL && i < sizeof(tables) / sizeof(tables[0]); i++)
		fn = find_in(tables[i], name);
	return fn;
}

#define FUNCTION_TABLES 10

static void
function_tables(struct ttable tables[FUNCTION_TABLES])
{
	tables[0] = (struct ttable)TABLE(functions);
	tables[1] = (struct ttable)TABLE(value_rows);
	tables[2] = template_number_filters();
	tables[3] = template_time_filters();
	tables[4] = template_time_functions();
	tables[5] = template_age_functions();
	tables[6] = template_digest_filters();
	tables[7] = template_sets_filters();
	tables[8] = template_range_filters();
	tables[9] = template_duration_filters();
}

void
template_functions(void (*fn)(const char *name, void *arg), void *arg)
{
	struct ttable tables[FUNCTION_TABLES + 2] = {template_state_functions(), template_house_functions()};
	size_t i, k;

	function_tables(tables + 2);
	for (i = 0; i < FUNCTION_TABLES + 2; i++)
		for (k = 0; k < tables[i].n; k++)
			fn(tables[i].rows[k].name, arg);
}

/* pack and unpack are functions, too; the other filters of their file are not. */
static const struct tbuiltin *
find_function(struct tname name, bool entities)
{
	struct ttable tables[FUNCTION_TABLES];
	const struct tbuiltin *fn = NULL;
	size_t i;

	if (entities && ((fn = find_in(template_state_functions(), name)) != NULL ||
	    (fn = find_in(template_house_functions(), name)) != NULL))
		return fn;
	if (tname_is(name, "pack") || tname_is(name, "unpack"))
		return template_find_filter(name);
	function_tables(tables);
	for (i = 0; fn == NULL && i < FUNCTION_TABLES; i++)
		fn = find_in(tables[i], name);
	return fn;
}

struct tv
template_global(struct tname name, bool entities)
{
	struct tv v = tv_make(TV_ABSENT);

	if (tname_is(name, "pi"))
		return tv_real(M_PI);
	if (tname_is(name, "e"))
		return tv_real(M_E);
	if (tname_is(name, "tau"))
		return tv_real(2 * M_PI);
	if ((v.u.fn = find_function(name, entities)) != NULL)
		v.type = TV_FUNCTION;
	return v;
}
