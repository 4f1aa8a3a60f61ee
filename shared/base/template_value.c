/* SPDX-License-Identifier: ISC
 *
 * Values of the template language: truth, length, equality and order with Python's rules. JSON is
 * wrapped on the way out, one level at a time.
 */
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
	case TV_ATTRIBUTES:
		return template_attributes_length(v.u.state);
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
		[TV_MACRO] = "Macro", [TV_DATETIME] = "datetime", [TV_DELTA] = "timedelta",
		[TV_STATE] = "TemplateState", [TV_ATTRIBUTES] = "dict", [TV_DOMAIN] = "DomainStates"
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

void
template_say(struct tv v, char out[TEMPLATE_SAID])
{
	size_t n = v.len > TEMPLATE_SAID - 16 ? TEMPLATE_SAID - 16 : v.len;

	if (v.type == TV_STRING) {
		while (n < v.len && n > 0 && ((unsigned char)v.u.s[n] & 0xc0) == 0x80)
			n--;		/* where a character of UTF-8 begins */
		snprintf(out, TEMPLATE_SAID, "the text \"%.*s%s\"", (int)n, v.u.s, n < v.len ? "..." : "");
	} else
		strlcpy(out, v.type == TV_NONE ? "nothing (none)" : tv_is_number(v) ? "a number" :
		    tv_is_list(v) || v.type == TV_TUPLE ? "a list" : tv_is_dict(v) ? "an object" :
		    v.type == TV_DATETIME ? "a time" : v.type == TV_DELTA ? "a length of time" :
		    v.type == TV_STATE ? "an entity, not its state" : template_type_name(v), TEMPLATE_SAID);
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

struct tv
template_index(struct tv v, uint32_t i)
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
	if (a.type == TV_STATE)
		return strcmp(a.u.state->entity_id, b.u.state->entity_id) == 0;
	if (!is_indexed(a))
		return a.type == TV_UNDEFINED || a.type == TV_NONE || a.u.i == b.u.i;
	if (template_length(a) != template_length(b))
		return false;
	for (i = 0; i < template_length(a); i++)
		if (!equal(r, template_index(a, i), template_index(b, i), depth + 1))
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
		if (!equal(r, template_index(a, i), template_index(b, i), depth + 1))
			return r->result == TEMPLATE_OK &&
			    order(r, template_index(a, i), template_index(b, i), op, cmp, depth + 1);
	*cmp = sign(na - nb);
	return r->result == TEMPLATE_OK;
}

static bool
order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp, int depth)
{
	char left[TEMPLATE_SAID], right[TEMPLATE_SAID];
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
	template_say(a, left);
	template_say(b, right);
	template_error(r, "%s needs two of a kind, and got %s and %s", op, left, right);
	return false;
}

bool
template_order(struct run *r, struct tv a, struct tv b, const char *op, int *cmp)
{
	return order(r, a, b, op, cmp, 0);
}
