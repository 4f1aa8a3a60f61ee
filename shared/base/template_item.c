/* SPDX-License-Identifier: ISC
 *
 * x.name, x[key] and x[a:b], with the order and the fallbacks of Jinja2's immutable sandbox: an
 * attribute that would change something is undefined, and so is one that does not exist.
 */
#include "shared/base/template_int.h"

static struct tv
undefined(struct tname name)
{
	struct tv v = tv_string(name.s, name.len);

	v.type = TV_UNDEFINED;
	return v;
}

static bool
in_words(struct tname name, const char *const *words)
{
	for (; *words != NULL; words++)
		if (tname_is(name, *words))
			return true;
	return false;
}

/* Methods that change a dict, list or set: the sandbox hides them. */
static bool
is_mutation(struct tv obj, struct tname name)
{
	static const char *const dict[] = {"clear", "pop", "popitem", "setdefault", "update", NULL};
	static const char *const list[] = {
	    "append", "reverse", "insert", "sort", "extend", "remove", "clear", "pop", NULL};

	if (tv_is_dict(obj))
		return in_words(name, dict);
	return (tv_is_list(obj) || obj.type == TV_SET) && in_words(name, list);
}

bool
template_is_dict_attr(struct tname name)
{
	struct tv dict = tv_make(TV_DICT);

	return is_mutation(dict, name) || template_find_method(dict, name) != NULL;
}

static struct tv
number_attr(struct tv obj, struct tname name)
{
	static const char *const self[] = {"real", "numerator", NULL};

	if (obj.type == TV_BOOL)
		obj.type = TV_INT;
	if (tname_is(name, "imag"))
		return obj.type == TV_REAL ? tv_real(0) : tv_int(0);
	if (obj.type == TV_INT && tname_is(name, "denominator"))
		return tv_int(1);
	if (in_words(name, self) && (obj.type == TV_INT || tname_is(name, "real")))
		return obj;
	return tv_make(TV_ABSENT);
}

static struct tv
range_attr(const struct trange *range, struct tname name)
{
	if (tname_is(name, "start"))
		return tv_int(range->start);
	if (tname_is(name, "stop"))
		return tv_int(range->stop);
	return tname_is(name, "step") ? tv_int(range->step) : tv_make(TV_ABSENT);
}

/* Data members; absent when the type has none of this name. */
static struct tv
data_attr(struct run *r, struct tv obj, struct tname name)
{
	struct tv out = tv_make(TV_ABSENT), dict = tv_make(TV_DICT);

	switch ((enum tv_type)obj.type) {
	case TV_BOOL:
	case TV_INT:
	case TV_REAL:
		return number_attr(obj, name);
	case TV_RANGE:
		return range_attr(obj.u.range, name);
	case TV_NAMESPACE:
		dict.u.dict = obj.u.dict;
		template_dict_find(r, dict, tv_string(name.s, name.len), &out);
		return out;
	case TV_LOOP:
		return template_loop_attr(r, obj.u.loop, name);
	case TV_TUPLE:
		if ((obj.flag & TV_GROUP) != 0 && tname_is(name, "grouper"))
			return obj.u.items[0];
		if ((obj.flag & TV_GROUP) != 0 && tname_is(name, "list"))
			return obj.u.items[1];
		return out;
	case TV_DATETIME:
	case TV_DELTA:
		return template_time_attr(r, obj, name);
	case TV_STATE:
		return template_state_attr(r, obj.u.state, name);
	case TV_DOMAIN:
	case TV_FUNCTION:
		return template_is_states(obj) ? template_states_attr(r, obj, name) : out;
	default:
		return out;
	}
}

struct tv
template_own_attr(struct run *r, struct tv obj, struct tname name)
{
	const struct tbuiltin *fn;
	struct tmethod *method;
	struct tv out;

	if (is_mutation(obj, name))
		return undefined(name);
	out = data_attr(r, obj, name);
	if (out.type != TV_ABSENT || (fn = template_find_method(obj, name)) == NULL)
		return out;
	if ((method = template_alloc(r, sizeof(*method))) == NULL)
		return tv_make(TV_RAISED);
	*method = (struct tmethod){obj, fn};
	out.type = TV_METHOD;
	out.u.method = method;
	return out;
}

/* The types dict, set and tuple take any subscript and stay callable. */
static bool
is_generic(struct tv obj)
{
	static const char *const types[] = {"dict", "set", "tuple", NULL};

	return obj.type == TV_FUNCTION &&
	    in_words((struct tname){obj.u.fn->name, (uint32_t)strlen(obj.u.fn->name)}, types);
}

struct tv
template_attr(struct run *r, struct tv obj, struct tname name)
{
	struct tv out;

	if (obj.type == TV_UNDEFINED)
		return template_raise_undefined(r, obj);
	out = template_own_attr(r, obj, name);
	if (out.type != TV_ABSENT)
		return out;
	if (tv_is_dict(obj) && template_dict_find(r, obj, tv_string(name.s, name.len), &out))
		return out;
	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	return is_generic(obj) ? obj : undefined(name);
}

/* The item at index i, which may count from the end; absent when there is none. */
static struct tv
indexed(struct run *r, struct tv obj, int64_t i)
{
	int64_t n = template_length(obj);
	size_t from, to;

	if (i < 0)
		i += n;
	if (i < 0 || i >= n)
		return tv_make(TV_ABSENT);
	switch ((enum tv_type)obj.type) {
	case TV_LIST:
	case TV_TUPLE:
		return obj.u.items[i];
	case TV_JSON_LIST:
		return template_wrap(js_at(obj.u.js, (size_t)i));
	case TV_RANGE:
		return tv_int(obj.u.range->start + obj.u.range->step * i);
	case TV_BYTES:
		return tv_int((uint8_t)obj.u.s[i]);
	default:
		if (!template_charge(r, (size_t)i / 64))
			return tv_make(TV_RAISED);
		from = template_utf8_at(obj.u.s, obj.len, (size_t)i);
		to = from + template_utf8_at(obj.u.s + from, obj.len - from, 1);
		obj.u.s += from;
		obj.len = (uint32_t)(to - from);
		return obj;
	}
}

static bool
is_sequence(struct tv v)
{
	return tv_is_list(v) || v.type == TV_TUPLE || v.type == TV_STRING || v.type == TV_RANGE ||
	    v.type == TV_BYTES;
}

struct tv
template_item(struct run *r, struct tv obj, struct tv key)
{
	struct tv out = tv_make(TV_ABSENT);

	if (obj.type == TV_UNDEFINED)
		return template_raise_undefined(r, obj);
	if (is_generic(obj))
		return obj;
	if (is_sequence(obj) && tv_is_integer(key))
		out = indexed(r, obj, key.u.i);
	else if (tv_is_dict(obj) && template_hashable(key))
		template_dict_find(r, obj, key, &out);
	if (out.type == TV_ABSENT && r->result == TEMPLATE_OK && key.type == TV_STRING)
		out = template_own_attr(r, obj, (struct tname){key.u.s, key.len});
	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	if (out.type != TV_ABSENT)
		return out;
	return undefined(key.type == TV_STRING ? (struct tname){key.u.s, key.len} :
	    (struct tname){"item", 4});
}

/* ---- slices ---- */

struct bounds { int64_t start, stop, step, n; };

/* One end as Python's PySlice_AdjustIndices leaves it. */
static int64_t
clip(int64_t i, int64_t n, bool backwards)
{
	if (i < 0) {
		i += n;
		return i < 0 ? (backwards ? -1 : 0) : i;
	}
	return i >= n ? (backwards ? n - 1 : n) : i;
}

static bool
slice_bounds(struct run *r, const struct tv range[3], int64_t n, struct bounds *b)
{
	int64_t part[3];
	int i;

	for (i = 0; i < 3; i++)
		if (range[i].type != TV_NONE && !template_arg_int(r, range[i], "a slice index", &part[i]))
			return false;
	b->step = range[2].type == TV_NONE ? 1 : part[2];
	if (b->step == 0) {
		template_error(r, "slice step cannot be zero");
		return false;
	}
	if (b->step < -INT32_MAX || b->step > INT32_MAX)
		b->step = b->step < 0 ? -INT32_MAX : INT32_MAX;
	b->start = range[0].type == TV_NONE ? (b->step < 0 ? n - 1 : 0) : clip(part[0], n, b->step < 0);
	b->stop = range[1].type == TV_NONE ? (b->step < 0 ? -1 : n) : clip(part[1], n, b->step < 0);
	b->n = 0;
	if (b->step > 0 && b->start < b->stop)
		b->n = (b->stop - b->start - 1) / b->step + 1;
	if (b->step < 0 && b->start > b->stop)
		b->n = (b->start - b->stop - 1) / -b->step + 1;
	return true;
}

static struct tv
slice_string(struct run *r, struct tv obj, const struct bounds *b)
{
	size_t mark = r->s->text.len, from, to;
	bool ascii = obj.type == TV_BYTES || template_utf8_len(obj.u.s, obj.len) == obj.len;
	struct tv out;
	int64_t i, at;

	if (!template_charge(r, obj.len / 64))
		return tv_make(TV_RAISED);
	out = obj;
	if (b->step == 1) {
		from = ascii ? (size_t)b->start : template_utf8_at(obj.u.s, obj.len, (size_t)b->start);
		to = ascii ? (size_t)b->n : template_utf8_at(obj.u.s + from, obj.len - from, (size_t)b->n);
		out.u.s = obj.u.s + from;
		out.len = b->n == 0 ? 0 : (uint32_t)to;
		return out;
	}
	for (i = 0, at = b->start; i < b->n; i++, at += b->step) {
		from = ascii ? (size_t)at : template_utf8_at(obj.u.s, obj.len, (size_t)at);
		to = ascii ? 1 : template_utf8_at(obj.u.s + from, obj.len - from, 1);
		buf_put(&r->s->text, obj.u.s + from, to);
		if (!template_charge(r, ascii ? i % 64 == 0 : 1 + obj.len / 64))
			break;
	}
	out = template_take_text(r, mark);
	if (!tv_raised(out)) {
		out.type = obj.type;
		out.flag = obj.flag;
	}
	return out;
}

static struct tv
slice_range(struct run *r, const struct trange *range, const struct bounds *b)
{
	struct trange *out = template_alloc(r, sizeof(*out));
	struct tv v = tv_make(TV_RANGE);

	if (out == NULL)
		return tv_make(TV_RAISED);
	*out = (struct trange){.start = range->start + b->start * range->step,
	    .stop = range->start + b->stop * range->step, .step = range->step * b->step, .n = b->n};
	v.u.range = out;
	return v;
}

struct tv
template_slice(struct run *r, struct tv obj, const struct tv range[3])
{
	struct bounds b;
	struct tv *items;
	int64_t i;

	if (obj.type == TV_UNDEFINED)
		return template_raise_undefined(r, obj);
	if (!is_sequence(obj))
		return template_error(r, "'%s' object cannot be sliced", template_type_name(obj));
	if (!slice_bounds(r, range, template_length(obj), &b))
		return tv_make(TV_RAISED);
	if (obj.type == TV_STRING || obj.type == TV_BYTES)
		return slice_string(r, obj, &b);
	if (obj.type == TV_RANGE)
		return slice_range(r, obj.u.range, &b);
	if (!template_charge(r, (size_t)b.n / 4) ||
	    (items = template_alloc(r, (size_t)b.n * sizeof(*items))) == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < b.n; i++)
		items[i] = indexed(r, obj, b.start + i * b.step);
	return tv_items(obj.type == TV_TUPLE ? TV_TUPLE : TV_LIST, items, (size_t)b.n);
}
