/* SPDX-License-Identifier: ISC
 *
 * Values of the template language: truth, equality, order, hashing, dictionaries, iteration and
 * sorting, all with Python's rules. JSON is wrapped on the way out, one level at a time.
 */
#include <math.h>
#include <stdio.h>

#include "shared/base/template_int.h"

struct tv
template_wrap(const struct js *v)
{
	struct tv out = tv_make(TV_NONE);
	size_t len;

	switch (js_type(v)) {
	case JS_NULL:
		return out;
	case JS_FALSE:
	case JS_TRUE:
		return tv_bool(js_type(v) == JS_TRUE);
	case JS_INT:
		return tv_int(js_int(v, 0));
	case JS_REAL:
		return tv_real(js_real(v, 0));
	case JS_STRING:
		out.u.s = js_string(v, &len);
		return tv_string(out.u.s, len);
	case JS_ARRAY:
	case JS_OBJECT:
		out.type = js_type(v) == JS_ARRAY ? TV_JSON_LIST : TV_JSON_DICT;
		out.len = (uint32_t)js_size(v);
		out.u.js = v;
		return out;
	}
	return out;
}

bool
template_truth(struct tv v)
{
	switch ((enum tv_type)v.type) {
	case TV_RAISED:
	case TV_ABSENT:
	case TV_UNDEFINED:
	case TV_NONE:
		return false;
	case TV_BOOL:
	case TV_INT:
	case TV_DELTA:
		return v.u.i != 0;
	case TV_REAL:
		return v.u.d != 0;
	default:
		return template_length(v) != 0;
	}
}

int64_t
template_length(struct tv v)
{
	switch ((enum tv_type)v.type) {
	case TV_UNDEFINED:
		return 0;
	case TV_STRING:
		return (int64_t)template_utf8_len(v.u.s, v.len);
	case TV_BYTES:
	case TV_LIST:
	case TV_TUPLE:
	case TV_SET:
	case TV_JSON_LIST:
	case TV_JSON_DICT:
		return v.len;
	case TV_DICT:
		return v.u.dict->n;
	case TV_RANGE:
		return v.u.range->n;
	case TV_VIEW:
		return template_length(v.u.view->dict);
	default:
		return -1;
	}
}

const char *
template_type_name(struct tv v)
{
	static const char *const names[] = {
		[TV_RAISED] = "error", [TV_ABSENT] = "nothing", [TV_UNDEFINED] = "Undefined",
		[TV_NONE] = "NoneType", [TV_BOOL] = "bool", [TV_INT] = "int", [TV_REAL] = "float",
		[TV_STRING] = "str", [TV_BYTES] = "bytes", [TV_LIST] = "list", [TV_TUPLE] = "tuple",
		[TV_SET] = "set", [TV_DICT] = "dict", [TV_JSON_LIST] = "list", [TV_JSON_DICT] = "dict",
		[TV_RANGE] = "range", [TV_GENERATOR] = "generator", [TV_VIEW] = "dict_view",
		[TV_NAMESPACE] = "Namespace", [TV_LOOP] = "LoopContext",
		[TV_FUNCTION] = "function", [TV_METHOD] = "builtin_function_or_method",
		[TV_MACRO] = "Macro", [TV_DATETIME] = "datetime", [TV_DELTA] = "timedelta"
	};
	static const char *const views[] = {"dict_keys", "dict_values", "dict_items"};

	if (v.type == TV_VIEW)
		return views[v.u.view->kind];
	if (v.type == TV_GENERATOR)
		return v.u.gen->kind;
	if (v.type == TV_STRING && (v.flag & TV_MARKUP) != 0)
		return "Markup";
	return names[v.type];
}

/* ---- equality and order ---- */

static long double
number(struct tv v)
{
	return v.type == TV_REAL ? (long double)v.u.d : (long double)v.u.i;
}

static bool
is_indexed(struct tv v)
{
	return v.type == TV_LIST || v.type == TV_JSON_LIST || v.type == TV_TUPLE || v.type == TV_RANGE;
}

static struct tv
at(struct tv v, uint32_t i)
{
	if (v.type == TV_JSON_LIST)
		return template_wrap(js_at(v.u.js, i));
	if (v.type == TV_RANGE)
		return tv_int(v.u.range->start + v.u.range->step * (int64_t)i);
	return v.u.items[i];
}

/* list and tuple are never equal; our two kinds of list are one. */
static bool
same_class(struct tv a, struct tv b)
{
	if (tv_is_list(a))
		return tv_is_list(b);
	if (tv_is_dict(a))
		return tv_is_dict(b);
	return a.type == b.type;
}

static bool equal(struct run *r, struct tv a, struct tv b, int depth);

static bool
equal_dicts(struct run *r, struct tv a, struct tv b, int depth)
{
	struct titer it;
	struct tv key, x, y;

	if (template_length(a) != template_length(b) || !template_iter(r, &it, a))
		return false;
	while (template_next(r, &it, &key))
		if (!template_dict_find(r, a, key, &x) || !template_dict_find(r, b, key, &y) ||
		    !equal(r, x, y, depth + 1))
			return false;
	return r->result == TEMPLATE_OK;
}

static bool
equal_sets(struct run *r, struct tv a, struct tv b)
{
	uint32_t i;

	if (a.len != b.len)
		return false;
	for (i = 0; i < a.len; i++)
		if (!template_truth(template_contains(r, b, a.u.items[i])))
			return false;
	return true;
}

static bool
equal(struct run *r, struct tv a, struct tv b, int depth)
{
	uint32_t i;

	if (tv_is_number(a) && tv_is_number(b))
		return number(a) == number(b);
	if (!same_class(a, b) || !template_charge(r, 1))
		return false;
	if (depth > TEMPLATE_VALUE_MAX) {
		template_limit(r, "values nested too deeply");
		return false;
	}
	if (a.type == TV_STRING || a.type == TV_BYTES)
		return a.len == b.len && template_charge(r, a.len / 64) &&
		    (a.len == 0 || memcmp(a.u.s, b.u.s, a.len) == 0);
	if (tv_is_dict(a))
		return equal_dicts(r, a, b, depth);
	if (a.type == TV_SET)
		return equal_sets(r, a, b);
	if (a.type == TV_DATETIME)
		return (a.u.time->zone == TZONE_NAIVE) == (b.u.time->zone == TZONE_NAIVE) &&
		    template_time_utc(a.u.time) == template_time_utc(b.u.time);
	if (!is_indexed(a))
		return a.type == TV_UNDEFINED || a.type == TV_NONE || a.u.i == b.u.i;
	if (template_length(a) != template_length(b))
		return false;
	for (i = 0; i < template_length(a); i++)
		if (!equal(r, at(a, i), at(b, i), depth + 1))
			return false;
	return true;
}

bool
template_equal(struct run *r, struct tv a, struct tv b)
{
	return equal(r, a, b, 0);
}

static int
sign(int64_t v)
{
	return v < 0 ? -1 : v > 0;
}

static bool order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp, int depth);

static bool
order_sequences(struct run *r, struct tv a, struct tv b, const char *op, int *cmp, int depth)
{
	int64_t na = template_length(a), nb = template_length(b);
	uint32_t i;

	for (i = 0; i < na && i < nb; i++)
		if (!equal(r, at(a, i), at(b, i), depth + 1))
			return r->result == TEMPLATE_OK && order(r, at(a, i), at(b, i), op, cmp, depth + 1);
	*cmp = sign(na - nb);
	return r->result == TEMPLATE_OK;
}

static bool
order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp, int depth)
{
	uint32_t n = a.len < b.len ? a.len : b.len;
	int c;

	if (!template_charge(r, 1))
		return false;
	if (tv_is_number(a) && tv_is_number(b)) {
		long double x = number(a), y = number(b);

		*cmp = x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
		return true;
	}
	if (a.type == TV_UNDEFINED || b.type == TV_UNDEFINED) {
		template_raise_undefined(r, a.type == TV_UNDEFINED ? a : b);
		return false;
	}
	if (depth > TEMPLATE_VALUE_MAX) {
		template_limit(r, "values nested too deeply");
		return false;
	}
	if (same_class(a, b) && (a.type == TV_STRING || a.type == TV_BYTES)) {
		c = n == 0 ? 0 : memcmp(a.u.s, b.u.s, n);
		*cmp = c != 0 ? sign(c) : sign((int64_t)a.len - (int64_t)b.len);
		return template_charge(r, n / 64);
	}
	if (same_class(a, b) && (tv_is_list(a) || a.type == TV_TUPLE))
		return order_sequences(r, a, b, op, cmp, depth);
	if (same_class(a, b) && (a.type == TV_DELTA || (a.type == TV_DATETIME &&
	    (a.u.time->zone == TZONE_NAIVE) == (b.u.time->zone == TZONE_NAIVE)))) {
		*cmp = sign(a.type == TV_DELTA ? a.u.i - b.u.i :
		    template_time_utc(a.u.time) - template_time_utc(b.u.time));
		return true;
	}
	template_error(r, "'%s' not supported between '%s' and '%s'", op, template_type_name(a),
	    template_type_name(b));
	return false;
}

bool
template_order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp)
{
	return order(r, a, b, op, cmp, 0);
}

/* ---- dictionaries ---- */

bool
template_hashable(struct tv v)
{
	uint32_t i;

	if (tv_is_list(v) || tv_is_dict(v) || v.type == TV_SET || v.type == TV_VIEW)
		return false;
	if (v.type == TV_TUPLE)
		for (i = 0; i < v.len; i++)
			if (!template_hashable(v.u.items[i]))
				return false;
	return true;
}

static uint32_t
mix(uint64_t h)
{
	h ^= h >> 31;
	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static uint32_t
hash(struct tv v)
{
	uint64_t h = 0xcbf29ce484222325u;
	uint32_t i;

	switch ((enum tv_type)v.type) {
	case TV_BOOL:
	case TV_INT:
		return mix((uint64_t)v.u.i);
	case TV_REAL:
		if (v.u.d == floor(v.u.d) && fabs(v.u.d) < 9e18)
			return mix((uint64_t)(int64_t)v.u.d);
		return mix((uint64_t)v.u.i);
	case TV_STRING:
	case TV_BYTES:
		for (i = 0; i < v.len; i++)
			h = (h ^ (uint8_t)v.u.s[i]) * 0x100000001b3u;
		return mix(h);
	case TV_TUPLE:
		for (i = 0; i < v.len; i++)
			h = (h ^ hash(v.u.items[i])) * 0x100000001b3u;
		return mix(h);
	case TV_NONE:
	case TV_UNDEFINED:
	case TV_DATETIME:	/* equal moments may be written in many ways */
		return v.type;
	default:
		return mix((uint64_t)v.u.i);
	}
}

struct tdict *
template_dict_new(struct run *r, uint32_t room)
{
	struct tdict *d = template_alloc(r, sizeof(*d));

	if (d == NULL)
		return NULL;
	*d = (struct tdict){.cap = room < 4 ? 4 : room};
	d->pairs = template_alloc(r, d->cap * sizeof(*d->pairs));
	return d->pairs == NULL ? NULL : d;
}

struct tv
template_dict_value(struct tdict *d)
{
	struct tv v = tv_make(TV_DICT);

	if (d == NULL)
		return tv_make(TV_RAISED);
	v.u.dict = d;
	return v;
}

/* The pair with this key, or NULL. */
static struct tpair *
find(struct run *r, const struct tdict *d, struct tv key)
{
	uint32_t i, at_slot;

	if (d->index == NULL) {
		for (i = 0; i < d->n; i++)
			if (equal(r, d->pairs[i].key, key, 0))
				return &d->pairs[i];
		return NULL;
	}
	template_charge(r, key.type == TV_STRING ? key.len / 64 : 0);
	for (i = hash(key);; i++) {
		at_slot = d->index[i & (d->nindex - 1)];
		if (at_slot == 0)
			return NULL;
		if (equal(r, d->pairs[at_slot - 1].key, key, 0))
			return &d->pairs[at_slot - 1];
		if (r->result != TEMPLATE_OK)
			return NULL;
	}
}

static void
index_pair(struct tdict *d, uint32_t pair)
{
	uint32_t i = hash(d->pairs[pair].key);

	while (d->index[i & (d->nindex - 1)] != 0)
		i++;
	d->index[i & (d->nindex - 1)] = pair + 1;
}

static bool
grow(struct run *r, struct tdict *d)
{
	struct tpair *pairs = template_alloc(r, 2 * d->cap * sizeof(*pairs));
	uint32_t i;

	if (pairs == NULL)
		return false;
	memcpy(pairs, d->pairs, d->n * sizeof(*pairs));
	d->pairs = pairs;
	d->cap *= 2;
	for (d->nindex = 16; d->nindex < 2 * d->cap; d->nindex *= 2)
		continue;
	if ((d->index = template_alloc(r, d->nindex * sizeof(*d->index))) == NULL)
		return false;
	memset(d->index, 0, d->nindex * sizeof(*d->index));
	for (i = 0; i < d->n; i++)
		index_pair(d, i);
	return true;
}

bool
template_dict_set(struct run *r, struct tdict *d, struct tv key, struct tv value)
{
	struct tpair *p;

	if (!template_hashable(key)) {
		template_error(r, "unhashable type: '%s'", template_type_name(key));
		return false;
	}
	if ((p = find(r, d, key)) != NULL) {
		p->value = value;
		return true;
	}
	if (r->result != TEMPLATE_OK || (d->n == d->cap && !grow(r, d)))
		return false;
	d->pairs[d->n] = (struct tpair){key, value};
	if (d->index != NULL)
		index_pair(d, d->n);
	d->n++;
	return true;
}

bool
template_dict_find(struct run *r, struct tv dict, struct tv key, struct tv *out)
{
	const struct js *v;
	struct tpair *p;

	if (dict.type == TV_JSON_DICT) {
		v = key.type == TV_STRING ? js_getn(dict.u.js, key.u.s, key.len) : NULL;
		if (v != NULL)
			*out = template_wrap(v);
		return v != NULL;
	}
	p = find(r, dict.u.dict, key);
	if (p != NULL)
		*out = p->value;
	return p != NULL;
}

/* ---- iteration ---- */

bool
template_iterable(struct tv v)
{
	return v.type == TV_GENERATOR || template_length(v) >= 0;
}

bool
template_iter(struct run *r, struct titer *it, struct tv v)
{
	*it = (struct titer){.src = v};
	if (v.type == TV_VIEW)
		it->src = v.u.view->dict;
	if (it->src.type == TV_JSON_DICT)
		it->js = js_iter(it->src.u.js);
	if (template_iterable(v)) {
		it->src = v;
		return true;
	}
	template_error(r, "'%s' object is not iterable", template_type_name(v));
	return false;
}

static bool
next_char(struct titer *it, struct tv *out)
{
	uint32_t cp;
	size_t n;

	if (it->pos >= it->src.len)
		return false;
	if (it->src.type == TV_BYTES) {
		*out = tv_int((uint8_t)it->src.u.s[it->pos++]);
		return true;
	}
	n = template_utf8_get(it->src.u.s + it->pos, it->src.len - it->pos, &cp);
	*out = tv_string(it->src.u.s + it->pos, n);
	it->pos += (uint32_t)n;
	return true;
}

/* The next key and value of a dict. */
static bool
next_pair(struct titer *it, struct tv dict, struct tv pair[2])
{
	if (dict.type == TV_JSON_DICT) {
		if (it->js == NULL)
			return false;
		pair[0] = tv_text(js_iter_key(it->js));
		pair[1] = template_wrap(js_iter_value(it->js));
		it->js = js_iter_next(dict.u.js, it->js);
		return true;
	}
	if (it->pos >= dict.u.dict->n)
		return false;
	pair[0] = dict.u.dict->pairs[it->pos].key;
	pair[1] = dict.u.dict->pairs[it->pos++].value;
	return true;
}

static bool
next_view(struct run *r, struct titer *it, struct tv *out)
{
	const struct tview *view = it->src.u.view;
	struct tv pair[2], *both;

	if (!next_pair(it, view->dict, pair))
		return false;
	if (view->kind != TVIEW_ITEMS) {
		*out = pair[view->kind == TVIEW_VALUES];
		return true;
	}
	if ((both = template_alloc(r, sizeof(pair))) == NULL)
		return false;
	memcpy(both, pair, sizeof(pair));
	*out = tv_items(TV_TUPLE, both, 2);
	return true;
}

static bool
next_generated(struct run *r, struct tgen *g, struct tv *out)
{
	if (g->pos < g->n) {
		*out = g->items[g->pos++];
		return true;
	}
	if (g->result != TEMPLATE_OK) {
		r->result = g->result;
		snprintf(r->msg, sizeof(r->msg), "%s", g->msg);
		g->result = TEMPLATE_OK;
	}
	return false;
}

static bool
next_item(struct run *r, struct titer *it, struct tv *out)
{
	struct tv pair[2];

	switch ((enum tv_type)it->src.type) {
	case TV_STRING:
	case TV_BYTES:
		return next_char(it, out);
	case TV_LIST:
	case TV_TUPLE:
	case TV_SET:
	case TV_JSON_LIST:
	case TV_RANGE:
		if (it->pos >= template_length(it->src))
			return false;
		*out = it->src.type == TV_SET ? it->src.u.items[it->pos] : at(it->src, it->pos);
		it->pos++;
		return true;
	case TV_DICT:
	case TV_JSON_DICT:
		if (!next_pair(it, it->src, pair))
			return false;
		*out = pair[0];
		return true;
	case TV_VIEW:
		return next_view(r, it, out);
	case TV_GENERATOR:
		return next_generated(r, it->src.u.gen, out);
	default:
		return false;
	}
}

bool
template_next(struct run *r, struct titer *it, struct tv *out)
{
	*out = tv_make(TV_ABSENT);
	if (!template_charge(r, 1))
		return false;
	return next_item(r, it, out);
}

bool
template_push(struct run *r, struct tlist *l, struct tv v)
{
	uint32_t cap = l->cap == 0 ? 8 : 2 * l->cap;
	struct tv *grown;

	if (l->n == l->cap) {
		if ((grown = template_alloc(r, cap * sizeof(*grown))) == NULL)
			return false;
		if (l->n > 0)
			memcpy(grown, l->v, l->n * sizeof(*grown));
		l->v = grown;
		l->cap = cap;
	}
	l->v[l->n++] = v;
	return true;
}

struct tv
template_list_of(struct run *r, struct tv v)
{
	struct tlist l = {0};
	struct titer it;
	struct tv item;

	if (!template_iter(r, &it, v))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &item))
		if (!template_push(r, &l, item))
			break;
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, l.v, l.n) : tv_make(TV_RAISED);
}

/* An error so far (but no limit) waits at the end of the items, as it would in a lazy generator. */
struct tv
template_generator(struct run *r, const struct tlist *l, const char *kind)
{
	struct tv v = tv_make(TV_GENERATOR);
	char *msg = NULL;

	if (r->result == TEMPLATE_LIMIT)
		return tv_make(TV_RAISED);
	if (r->result != TEMPLATE_OK) {
		if ((msg = template_alloc(r, sizeof(r->msg))) == NULL)
			return tv_make(TV_RAISED);
		memcpy(msg, r->msg, sizeof(r->msg));
	}
	if ((v.u.gen = template_alloc(r, sizeof(*v.u.gen))) == NULL)
		return tv_make(TV_RAISED);
	*v.u.gen = (struct tgen){
	    .items = l->v, .n = l->n, .result = r->result, .msg = msg, .kind = kind};
	r->result = TEMPLATE_OK;
	return v;
}

/* Merges from[lo..mid) and from[mid..hi) into to. */
static bool
merge(struct run *r, const struct tv *keys, const uint32_t *from, uint32_t *to, const uint32_t at3[3],
    bool reverse)
{
	uint32_t i = at3[0], j = at3[1], k = at3[0];
	int cmp;

	while (i < at3[1] && j < at3[2]) {
		if (!template_order(r, keys[from[j]], keys[from[i]], "<", &cmp))
			return false;
		to[k++] = (reverse ? cmp == 1 : cmp == -1) ? from[j++] : from[i++];
	}
	while (i < at3[1])
		to[k++] = from[i++];
	while (j < at3[2])
		to[k++] = from[j++];
	return true;
}

bool
template_sort(struct run *r, struct tv *items, const struct tv *keys, uint32_t n, bool reverse)
{
	uint32_t *a = template_alloc(r, n * sizeof(*a)), *b = template_alloc(r, n * sizeof(*b)), *swap;
	struct tv *sorted = template_alloc(r, n * sizeof(*sorted));
	uint32_t i, width, at3[3];

	if (a == NULL || b == NULL || sorted == NULL)
		return false;
	for (i = 0; i < n; i++)
		a[i] = i;
	for (width = 1; width < n; width *= 2) {
		for (i = 0; i < n; i += 2 * width) {
			at3[0] = i;
			at3[1] = i + width < n ? i + width : n;
			at3[2] = i + 2 * width < n ? i + 2 * width : n;
			if (!merge(r, keys, a, b, at3, reverse))
				return false;
		}
		swap = a;
		a = b;
		b = swap;
	}
	for (i = 0; i < n; i++)
		sorted[i] = items[a[i]];
	if (n > 0)
		memcpy(items, sorted, n * sizeof(*items));
	return true;
}
