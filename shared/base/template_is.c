/* SPDX-License-Identifier: ISC
 *
 * Tests: what may stand behind `is`, and what select and reject take by name.
 */
#include "shared/base/template_int.h"

static struct tv
is_defined(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type != TV_UNDEFINED);
}

static struct tv
is_undefined(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_UNDEFINED);
}

static struct tv
is_none(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_NONE);
}

static struct tv
is_boolean(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_BOOL);
}

static struct tv
is_true(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_BOOL && a[0].u.i != 0);
}

static struct tv
is_false(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_BOOL && a[0].u.i == 0);
}

static struct tv
is_integer(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_INT);
}

static struct tv
is_float(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_REAL);
}

static struct tv
is_some_number(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(tv_is_number(a[0]));
}

static struct tv
is_string(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_STRING);
}

static struct tv
is_string_like(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_STRING || a[0].type == TV_BYTES);
}

static struct tv
is_mapping(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(tv_is_dict(a[0]));
}

static struct tv
is_list(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(tv_is_list(a[0]));
}

static struct tv
is_set(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_SET);
}

static struct tv
is_tuple(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_TUPLE);
}

static struct tv
is_datetime(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_DATETIME);
}

static struct tv
is_sequence(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(template_length(a[0]) >= 0 && a[0].type != TV_SET && a[0].type != TV_VIEW);
}

static struct tv
is_iterable(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(template_iterable(a[0]));
}

static struct tv
is_callable(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_FUNCTION || a[0].type == TV_METHOD || a[0].type == TV_MACRO ||
	    a[0].type == TV_LOOP || a[0].type == TV_UNDEFINED);
}

static struct tv
is_escaped(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_STRING && (a[0].flag & TV_MARKUP) != 0);
}

static struct tv
is_lower(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]);

	return tv_raised(s) ? s : tv_bool(template_str_cased(r, s, false));
}

static struct tv
is_upper(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]);

	return tv_raised(s) ? s : tv_bool(template_str_cased(r, s, true));
}

/* value % by == rest */
static struct tv
remainder_is(struct run *r, struct tv value, struct tv by, int64_t rest)
{
	struct tv m = template_binary(r, TOP_MOD, value, by);

	return tv_raised(m) ? m : template_compare(r, TOP_EQ, m, tv_int(rest));
}

static struct tv
is_even(struct run *r, const struct tv *a)
{
	return remainder_is(r, a[0], tv_int(2), 0);
}

static struct tv
is_odd(struct run *r, const struct tv *a)
{
	return remainder_is(r, a[0], tv_int(2), 1);
}

static struct tv
is_divisibleby(struct run *r, const struct tv *a)
{
	return remainder_is(r, a[0], a[1], 0);
}

static struct tv
is_eq(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_EQ, a[0], a[1]);
}

static struct tv
is_ne(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_NE, a[0], a[1]);
}

static struct tv
is_lt(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_LT, a[0], a[1]);
}

static struct tv
is_le(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_LE, a[0], a[1]);
}

static struct tv
is_gt(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_GT, a[0], a[1]);
}

static struct tv
is_ge(struct run *r, const struct tv *a)
{
	return template_compare(r, TOP_GE, a[0], a[1]);
}

static struct tv
is_in(struct run *r, const struct tv *a)
{
	return template_contains(r, a[1], a[0]);
}

static struct tv
is_containing(struct run *r, const struct tv *a)
{
	return template_contains(r, a[0], a[1]);
}

/* The same object: for plain values, an equal one of the same type. */
static struct tv
is_sameas(struct run *r, const struct tv *a)
{
	if (a[0].type != a[1].type)
		return tv_bool(false);
	switch ((enum tv_type)a[0].type) {
	case TV_NONE:
		return tv_bool(true);
	case TV_BOOL:
	case TV_INT:
	case TV_REAL:
	case TV_STRING:
		return tv_bool(template_equal(r, a[0], a[1]));
	default:
		return tv_bool(a[0].u.i == a[1].u.i && a[0].len == a[1].len);
	}
}

static struct tv
is_filter(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_STRING &&
	    template_find_filter((struct tname){a[0].u.s, a[0].len}) != NULL);
}

static struct tv
is_test(struct run *r, const struct tv *a)
{
	(void)r;
	return tv_bool(a[0].type == TV_STRING &&
	    template_find_test((struct tname){a[0].u.s, a[0].len}) != NULL);
}

static struct tv
is_match(struct run *r, const struct tv *a)
{
	return template_find_filter((struct tname){"regex_match", 11})->fn(r, a);
}

static struct tv
is_search(struct run *r, const struct tv *a)
{
	return template_find_filter((struct tname){"regex_search", 12})->fn(r, a);
}

static const struct tbuiltin tests[] = {
	{"!=", "a b", 2, is_ne, NULL},
	{"<", "a b", 2, is_lt, NULL},
	{"<=", "a b", 2, is_le, NULL},
	{"==", "a b", 2, is_eq, NULL},
	{">", "a b", 2, is_gt, NULL},
	{">=", "a b", 2, is_ge, NULL},
	{"boolean", "value", 1, is_boolean, NULL},
	{"callable", "obj", 1, is_callable, NULL},
	{"contains", "seq value", 2, is_containing, NULL},
	{"datetime", "value", 1, is_datetime, NULL},
	{"defined", "value", 1, is_defined, NULL},
	{"divisibleby", "value num", 2, is_divisibleby, NULL},
	{"eq", "a b", 2, is_eq, NULL},
	{"equalto", "a b", 2, is_eq, NULL},
	{"escaped", "value", 1, is_escaped, NULL},
	{"even", "value", 1, is_even, NULL},
	{"false", "value", 1, is_false, NULL},
	{"filter", "value", 1, is_filter, NULL},
	{"float", "value", 1, is_float, NULL},
	{"ge", "a b", 2, is_ge, NULL},
	{"greaterthan", "a b", 2, is_gt, NULL},
	{"gt", "a b", 2, is_gt, NULL},
	{"in", "value seq", 2, is_in, NULL},
	{"integer", "value", 1, is_integer, NULL},
	{"is_number", "value", 1, template_is_number, NULL},
	{"iterable", "value", 1, is_iterable, NULL},
	{"le", "a b", 2, is_le, NULL},
	{"lessthan", "a b", 2, is_lt, NULL},
	{"list", "value", 1, is_list, NULL},
	{"lower", "value", 1, is_lower, NULL},
	{"lt", "a b", 2, is_lt, NULL},
	{"mapping", "value", 1, is_mapping, NULL},
	{"match", "value find ignorecase", 1, is_match, NULL},
	{"ne", "a b", 2, is_ne, NULL},
	{"none", "value", 1, is_none, NULL},
	{"number", "value", 1, is_some_number, NULL},
	{"odd", "value", 1, is_odd, NULL},
	{"sameas", "value other", 2, is_sameas, NULL},
	{"search", "value find ignorecase", 1, is_search, NULL},
	{"sequence", "value", 1, is_sequence, NULL},
	{"set", "value", 1, is_set, NULL},
	{"string", "value", 1, is_string, NULL},
	{"string_like", "value", 1, is_string_like, NULL},
	{"test", "value", 1, is_test, NULL},
	{"true", "value", 1, is_true, NULL},
	{"tuple", "value", 1, is_tuple, NULL},
	{"undefined", "value", 1, is_undefined, NULL},
	{"upper", "value", 1, is_upper, NULL}
};

const struct tbuiltin *
template_find_test(struct tname name)
{
	const struct tbuiltin *fn = template_table_find(tests, sizeof(tests) / sizeof(tests[0]), name);

	return fn != NULL ? fn : template_state_test(name);
}
