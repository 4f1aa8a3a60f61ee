/* SPDX-License-Identifier: ISC
 *
 * The operators of the template language on any two values, as Python's: + - * / // % ** and the
 * comparisons. Whole numbers stay whole as long as they fit into 64 bits; beyond, they are an error.
 */
#include <math.h>

#include "shared/base/template_int.h"

static const char *const symbols[] = {
	[TOP_ADD] = "+", [TOP_SUB] = "-", [TOP_MUL] = "*", [TOP_DIV] = "/", [TOP_FLOORDIV] = "//",
	[TOP_MOD] = "%", [TOP_POW] = "**", [TOP_EQ] = "==", [TOP_NE] = "!=", [TOP_LT] = "<",
	[TOP_LE] = "<=", [TOP_GT] = ">", [TOP_GE] = ">=", [TOP_IN] = "in", [TOP_NOT_IN] = "not in"
};

static struct tv
overflow(struct run *r)
{
	return template_error(r, "an integer of more than 64 bits");
}

static struct tv
int_power(struct run *r, int64_t base, int64_t exponent)
{
	int64_t out = 1;

	if (exponent < 0)
		return base == 0 ? template_error(r, "0 cannot be raised to a negative power") :
		    tv_real(pow((double)base, (double)exponent));
	while (exponent > 0) {
		if ((exponent & 1) != 0 && __builtin_mul_overflow(out, base, &out))
			return overflow(r);
		exponent >>= 1;
		if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
			return overflow(r);
	}
	return tv_int(out);
}

static struct tv
int_divide(struct run *r, enum top op, int64_t a, int64_t b)
{
	int64_t q, m;

	if (b == 0)
		return template_error(r, "division by zero");
	if (op == TOP_DIV)
		return tv_real((double)((long double)a / (long double)b));
	if (b == -1) {
		if (op == TOP_MOD)
			return tv_int(0);
		return a == INT64_MIN ? overflow(r) : tv_int(-a);
	}
	q = a / b;
	m = a % b;
	if (m != 0 && (m < 0) != (b < 0)) {
		q--;
		m += b;
	}
	return tv_int(op == TOP_MOD ? m : q);
}

static struct tv
int_binary(struct run *r, enum top op, int64_t a, int64_t b)
{
	int64_t out;
	bool over;

	switch (op) {
	case TOP_ADD:
		over = __builtin_add_overflow(a, b, &out);
		break;
	case TOP_SUB:
		over = __builtin_sub_overflow(a, b, &out);
		break;
	case TOP_MUL:
		over = __builtin_mul_overflow(a, b, &out);
		break;
	case TOP_POW:
		return int_power(r, a, b);
	default:
		return int_divide(r, op, a, b);
	}
	return over ? overflow(r) : tv_int(out);
}

/* float // and %, as Python's floatobject.c. */
static struct tv
real_divide(struct run *r, enum top op, double a, double b)
{
	double mod, div, floored;

	if (b == 0)
		return template_error(r, op == TOP_MOD ? "float modulo" : "float division by zero");
	if (op == TOP_DIV)
		return tv_real(a / b);
	mod = fmod(a, b);
	div = (a - mod) / b;
	if (mod != 0 && (b < 0) != (mod < 0)) {
		mod += b;
		div -= 1;
	} else if (mod == 0) {
		mod = copysign(0, b);
	}
	if (op == TOP_MOD)
		return tv_real(mod);
	if (div == 0)
		return tv_real(copysign(0, a / b));
	floored = floor(div);
	return tv_real(div - floored > 0.5 ? floored + 1 : floored);
}

static struct tv
real_power(struct run *r, double a, double b)
{
	double out;

	if (a == 0 && b < 0)
		return template_error(r, "0.0 cannot be raised to a negative power");
	if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b))
		return template_error(r, "a negative number to a fraction is no real number");
	out = pow(a, b);
	if (isinf(out) && isfinite(a) && isfinite(b))
		return template_error(r, "result too large");
	return tv_real(out);
}

static struct tv
real_binary(struct run *r, enum top op, double a, double b)
{
	switch (op) {
	case TOP_ADD:
		return tv_real(a + b);
	case TOP_SUB:
		return tv_real(a - b);
	case TOP_MUL:
		return tv_real(a * b);
	case TOP_POW:
		return real_power(r, a, b);
	default:
		return real_divide(r, op, a, b);
	}
}

static struct tv
concat_strings(struct run *r, struct tv a, struct tv b)
{
	struct tv out;
	char *p;

	if (((a.flag | b.flag) & TV_MARKUP) != 0) {	/* the other side is escaped */
		a = (a.flag & TV_MARKUP) != 0 ? a : template_escape(r, a);
		b = (b.flag & TV_MARKUP) != 0 ? b : template_escape(r, b);
		if (tv_raised(a) || tv_raised(b))
			return tv_make(TV_RAISED);
	}
	if (!template_charge(r, (a.len + b.len) / 64) ||
	    (p = template_alloc(r, (size_t)a.len + b.len + 1)) == NULL)
		return tv_make(TV_RAISED);
	if (a.len > 0)
		memcpy(p, a.u.s, a.len);
	if (b.len > 0)
		memcpy(p + a.len, b.u.s, b.len);
	out = tv_string(p, (size_t)a.len + b.len);
	out.type = a.type;
	out.flag = a.flag | b.flag;
	return out;
}

static struct tv
concat_lists(struct run *r, struct tv a, struct tv b)
{
	enum tv_type type = a.type == TV_TUPLE ? TV_TUPLE : TV_LIST;
	struct tv *items;

	a = template_list_of(r, a);
	b = template_list_of(r, b);
	if (tv_raised(a) || tv_raised(b) ||
	    (items = template_alloc(r, ((size_t)a.len + b.len) * sizeof(*items))) == NULL)
		return tv_make(TV_RAISED);
	if (a.len > 0)
		memcpy(items, a.u.items, a.len * sizeof(*items));
	if (b.len > 0)
		memcpy(items + a.len, b.u.items, b.len * sizeof(*items));
	return tv_items(type, items, (size_t)a.len + b.len);
}

/* "ab" * 3, [1] * 3 */
static struct tv
repeat(struct run *r, struct tv a, int64_t n)
{
	size_t size = a.type == TV_STRING || a.type == TV_BYTES ? 1 : sizeof(struct tv), one, total, done;
	struct tv out;
	char *p;

	if (tv_is_list(a)) {
		a = template_list_of(r, a);
		if (tv_raised(a))
			return a;
	}
	if (n <= 0 || a.len == 0)
		n = 0;
	one = a.len * size;
	if (n > 0 && (size_t)n > TEMPLATE_MEMORY_MAX / one)
		return template_limit(r, "too much memory");
	total = (size_t)n * one;
	if (!template_charge(r, total / 64) || (p = template_alloc(r, total + 1)) == NULL)
		return tv_make(TV_RAISED);
	if (total > 0)
		memcpy(p, a.u.s, one);
	for (done = one; done < total; done *= 2)
		memcpy(p + done, p, done < total - done ? done : total - done);
	out = a;
	out.u.s = p;
	out.len = (uint32_t)((size_t)n * a.len);
	return out;
}

static bool
repeatable(struct tv v)
{
	return v.type == TV_STRING || v.type == TV_BYTES || tv_is_list(v) || v.type == TV_TUPLE;
}

struct tv
template_binary(struct run *r, enum top op, struct tv a, struct tv b)
{
	char left[TEMPLATE_SAID], right[TEMPLATE_SAID];

	if (a.type == TV_INT && b.type == TV_INT)
		return int_binary(r, op, a.u.i, b.u.i);
	if (tv_is_number(a) && tv_is_number(b)) {
		if (a.type != TV_REAL && b.type != TV_REAL)
			return int_binary(r, op, a.u.i, b.u.i);
		return real_binary(r, op, a.type == TV_REAL ? a.u.d : (double)a.u.i,
		    b.type == TV_REAL ? b.u.d : (double)b.u.i);
	}
	if (op == TOP_MOD && a.type == TV_STRING)
		return template_percent(r, a, b);
	if ((a.flag & TV_MARKUP) != 0 && a.type == TV_STRING && op == TOP_MUL && !tv_is_integer(b))
		return template_error(r, "can't multiply Markup by '%s'", template_type_name(b));
	if (a.type == TV_UNDEFINED || b.type == TV_UNDEFINED)
		return template_raise_undefined(r, a.type == TV_UNDEFINED ? a : b);
	if (op == TOP_ADD && a.type == b.type && (a.type == TV_STRING || a.type == TV_BYTES))
		return concat_strings(r, a, b);
	if (op == TOP_ADD && ((tv_is_list(a) && tv_is_list(b)) ||
	    (a.type == TV_TUPLE && b.type == TV_TUPLE)))
		return concat_lists(r, a, b);
	if (op == TOP_MUL && repeatable(a) && tv_is_integer(b))
		return repeat(r, a, b.u.i);
	if (op == TOP_MUL && repeatable(b) && tv_is_integer(a))
		return repeat(r, b, a.u.i);
	if (a.type == TV_DATETIME || a.type == TV_DELTA || b.type == TV_DELTA)
		return template_time_binary(r, op, a, b);
	template_say(a, left);
	template_say(b, right);
	return template_error(r, "%s needs %s, and got %s and %s", symbols[op],
	    op == TOP_ADD ? "two numbers, texts or lists" : "two numbers", left, right);
}

struct tv
template_contains(struct run *r, struct tv container, struct tv item)
{
	struct titer it;
	struct tv one;

	if (container.type == TV_VIEW && container.u.view->kind == TVIEW_KEYS)
		container = container.u.view->dict;
	if (container.type == TV_STRING) {
		if (item.type != TV_STRING)
			return template_error(r, "'in <string>' requires string as left operand, not %s",
			    template_type_name(item));
		if (!template_charge(r, container.len / 32))
			return tv_make(TV_RAISED);
		return tv_bool(template_find(container.u.s, container.len, item.u.s, item.len) != SIZE_MAX);
	}
	if ((tv_is_dict(container) || container.type == TV_SET) && !template_hashable(item))
		return template_error(r, "unhashable type: '%s'", template_type_name(item));
	if (tv_is_dict(container)) {
		one = tv_bool(template_dict_find(r, container, item, &one));
		return r->result == TEMPLATE_OK ? one : tv_make(TV_RAISED);
	}
	if (!template_iterable(container))
		return template_error(r, "argument of type '%s' is not iterable",
		    template_type_name(container));
	template_iter(r, &it, container);
	while (template_next(r, &it, &one))
		if (template_equal(r, one, item))
			return tv_bool(true);
	return r->result == TEMPLATE_OK ? tv_bool(false) : tv_make(TV_RAISED);
}

struct tv
template_compare(struct run *r, enum top op, struct tv a, struct tv b)
{
	struct tv found;
	bool yes;
	int cmp;

	switch (op) {
	case TOP_IN:
	case TOP_NOT_IN:
		found = template_contains(r, b, a);
		return tv_raised(found) ? found : tv_bool((found.u.i != 0) == (op == TOP_IN));
	case TOP_EQ:
	case TOP_NE:
		yes = template_equal(r, a, b) == (op == TOP_EQ);
		return r->result == TEMPLATE_OK ? tv_bool(yes) : tv_make(TV_RAISED);
	default:
		break;
	}
	if (!template_order(r, a, b, symbols[op], &cmp))
		return tv_make(TV_RAISED);
	if (cmp == 2)	/* not a number */
		return tv_bool(false);
	return tv_bool(op == TOP_LT ? cmp < 0 : op == TOP_LE ? cmp <= 0 : op == TOP_GT ? cmp > 0 : cmp >= 0);
}

struct tv
template_negate(struct run *r, struct tv a)
{
	char said[TEMPLATE_SAID];

	if (tv_is_integer(a))
		return a.u.i == INT64_MIN ? overflow(r) : tv_int(-a.u.i);
	if (a.type == TV_REAL)
		return tv_real(-a.u.d);
	if (a.type == TV_UNDEFINED)
		return template_raise_undefined(r, a);
	if (a.type == TV_DELTA) {
		a.u.i = -a.u.i;
		return a;
	}
	template_say(a, said);
	return template_error(r, "- needs a number, and got %s", said);
}

struct tv
template_plus(struct run *r, struct tv a)
{
	char said[TEMPLATE_SAID];

	if (tv_is_integer(a))
		return tv_int(a.u.i);
	if (a.type == TV_REAL || a.type == TV_DELTA)
		return a;
	if (a.type == TV_UNDEFINED)
		return template_raise_undefined(r, a);
	template_say(a, said);
	return template_error(r, "+ needs a number, and got %s", said);
}
