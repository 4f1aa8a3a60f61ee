/* SPDX-License-Identifier: ISC
 *
 * Filters and functions on numbers. Most take a default for input that is no number; without one,
 * such input is an error.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

struct tv
template_type_error(struct run *r, struct tv v, const char *what)
{
	struct tv text;
	size_t mark = r->s->text.len;

	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	template_put_repr(r, &r->s->text, v, 0);
	text = template_take_text(r, mark);
	if (tv_raised(text))
		return text;
	return template_error(r, "%.*s %s", (int)(text.len < 100 ? text.len : 100), text.u.s, what);
}

/* What a conversion that failed gives: the default, or the error "NAME got invalid input ...". */
static struct tv
fallback(struct run *r, enum tnum got, const char *name, struct tv input, struct tv otherwise)
{
	char what[64];

	if (got == TNUM_RAISED)
		return tv_make(TV_RAISED);
	if (otherwise.type != TV_ABSENT)
		return otherwise;
	snprintf(what, sizeof(what), "is invalid input for %s", name);
	return template_type_error(r, input, what);
}

static struct tv
number_float(struct run *r, const struct tv *a)
{
	double d;
	enum tnum got = template_to_real(r, a[0], &d);

	return got == TNUM_OK ? tv_real(d) : fallback(r, got, "float", a[0], a[1]);
}

static struct tv
number_int(struct run *r, const struct tv *a)
{
	int64_t i, base = 10;
	enum tnum got;

	if (a[2].type != TV_ABSENT && !template_arg_int(r, a[2], "base", &base))
		return tv_make(TV_RAISED);
	if (base < 0 || base == 1 || base > 36)
		base = 37;	/* no number at all */
	got = base == 37 ? TNUM_BAD : template_to_int(r, a[0], (int)base, &i);
	return got == TNUM_OK ? tv_int(i) : fallback(r, got, "int", a[0], a[1]);
}

static bool
in_words(struct tv s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (s.len == strlen(*words) && strncasecmp(s.u.s, *words, s.len) == 0)
			return true;
	return false;
}

static struct tv
number_bool(struct run *r, const struct tv *a)
{
	static const char *const yes[] = {"1", "true", "yes", "on", "enable", NULL};
	static const char *const no[] = {"0", "false", "no", "off", "disable", NULL};
	struct tv s = a[0];
	size_t n = s.len;

	if (tv_is_number(s))
		return tv_bool(template_truth(s));
	if (s.type == TV_STRING) {
		template_strip(&s.u.s, &n, 3);
		s.len = (uint32_t)n;
		if (in_words(s, yes) || in_words(s, no))
			return tv_bool(in_words(s, yes));
	}
	return fallback(r, TNUM_BAD, "bool", a[0], a[1]);
}

struct tv
template_is_number(struct run *r, const struct tv *a)
{
	double d;
	enum tnum got = template_to_real(r, a[0], &d);

	return got == TNUM_RAISED ? tv_make(TV_RAISED) : tv_bool(got == TNUM_OK && isfinite(d));
}

/* round(d, n) as Python: to the nearest decimal, halves of the exact value to even. */
static double
round_to(double d, int64_t n)
{
	char text[700];
	double ten;

	if (n > 300 || !isfinite(d))
		return d;
	if (n < 0) {
		ten = n < -308 ? INFINITY : pow(10, (double)-n);
		return isinf(ten) ? copysign(0, d) : rint(d / ten) * ten;
	}
	snprintf(text, sizeof(text), "%.*f", (int)n, d);
	return strtod(text, NULL);
}

/* Rounds *d; all methods but the common one go through an int, which there must be. */
static enum tnum
round_method(struct run *r, double *d, int64_t precision, struct tv method)
{
	struct tname name = {method.u.s, method.type == TV_STRING ? method.len : 0};
	bool up = tname_is(name, "ceil"), down = tname_is(name, "floor");
	double factor = pow(10, (double)precision), scaled = *d * (up || down ? factor : 2);

	if (!up && !down && !tname_is(name, "half")) {
		*d = round_to(*d, precision);
		return TNUM_OK;
	}
	if (isnan(scaled))
		return TNUM_BAD;
	if (isinf(scaled)) {
		template_error(r, "cannot convert float infinity to integer");
		return TNUM_RAISED;
	}
	*d = up ? ceil(scaled) / factor : down ? floor(scaled) / factor : rint(scaled) / 2;
	return TNUM_OK;
}

static struct tv
number_round(struct run *r, const struct tv *a)
{
	int64_t precision = 0, i;
	enum tnum got = TNUM_BAD;
	double d;

	if (a[1].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[1]);
	if (a[1].type == TV_REAL && isinf(pow(10, a[1].u.d)))
		return template_error(r, "numerical result out of range");
	if (a[1].type != TV_ABSENT) {
		if (!tv_is_integer(a[1])) {
			got = a[1].type == TV_REAL ? template_to_real(r, a[0], &d) : TNUM_BAD;
			return fallback(r, got == TNUM_RAISED ? got : TNUM_BAD, "round", a[0], a[3]);
		}
		precision = a[1].u.i;
		if (precision > 308 || precision < -308)
			return template_error(r, "int too large to convert to float");
	}
	if ((got = template_to_real(r, a[0], &d)) != TNUM_OK ||
	    (got = round_method(r, &d, precision, a[2])) != TNUM_OK)
		return fallback(r, got, "round", a[0], a[3]);
	if (precision != 0)
		return tv_real(d);
	got = template_to_int(r, tv_real(d), 10, &i);
	return got == TNUM_OK ? tv_int(i) : fallback(r, got, "round", a[0], a[3]);
}

static struct tv
number_abs(struct run *r, const struct tv *a)
{
	if (tv_is_integer(a[0]))
		return a[0].u.i < 0 ? template_negate(r, a[0]) : tv_int(a[0].u.i);
	if (a[0].type == TV_REAL)
		return tv_real(fabs(a[0].u.d));
	if (a[0].type == TV_DELTA)
		return a[0].u.i < 0 ? template_negate(r, a[0]) : a[0];
	return template_error(r, "bad operand type for abs(): '%s'", template_type_name(a[0]));
}

/* float(value) OP amount */
static struct tv
with_amount(struct run *r, const struct tv *a, enum top op, const char *name)
{
	double d;
	enum tnum got = template_to_real(r, a[0], &d);

	if (got == TNUM_OK && tv_is_number(a[1]))
		return template_binary(r, op, tv_real(d), a[1]);
	if (got == TNUM_OK && a[1].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[1]);
	return fallback(r, got == TNUM_RAISED ? got : TNUM_BAD, name, a[0], a[2]);
}

static struct tv
number_add(struct run *r, const struct tv *a)
{
	return with_amount(r, a, TOP_ADD, "add");
}

static struct tv
number_multiply(struct run *r, const struct tv *a)
{
	return with_amount(r, a, TOP_MUL, "multiply");
}

static struct tv
number_clamp(struct run *r, const struct tv *a)
{
	double d[3];
	enum tnum got;
	int i;

	for (i = 0; i < 3; i++)
		if ((got = template_to_real(r, a[i], &d[i])) != TNUM_OK)
			return fallback(r, got, "clamp", a[i], tv_make(TV_ABSENT));
	d[0] = d[0] < d[2] ? d[0] : d[2];
	return tv_real(d[0] > d[1] ? d[0] : d[1]);
}

static struct tv
apply(struct run *r, const struct tv *a, const char *name, double (*fn)(double), double lo, double hi)
{
	double d;
	enum tnum got = template_to_real(r, a[0], &d);

	if (got == TNUM_OK && (d < lo || d > hi || (isinf(d) && isinf(hi) && isinf(lo))))
		got = TNUM_BAD;		/* a math domain error is a ValueError */
	return got == TNUM_OK ? tv_real(fn(d)) : fallback(r, got, name, a[0], a[1]);
}

static struct tv
number_sin(struct run *r, const struct tv *a)
{
	return apply(r, a, "sin", sin, -INFINITY, INFINITY);
}

static struct tv
number_cos(struct run *r, const struct tv *a)
{
	return apply(r, a, "cos", cos, -INFINITY, INFINITY);
}

static struct tv
number_tan(struct run *r, const struct tv *a)
{
	return apply(r, a, "tan", tan, -INFINITY, INFINITY);
}

static struct tv
number_asin(struct run *r, const struct tv *a)
{
	return apply(r, a, "asin", asin, -1, 1);
}

static struct tv
number_acos(struct run *r, const struct tv *a)
{
	return apply(r, a, "acos", acos, -1, 1);
}

static struct tv
number_sqrt(struct run *r, const struct tv *a)
{
	return apply(r, a, "sqrt", sqrt, 0, INFINITY);
}

/* log(x, base), as the quotient of natural logarithms that Python computes. */
static struct tv
number_log(struct run *r, const struct tv *a)
{
	double d, base = 0;
	enum tnum got = template_to_real(r, a[0], &d);

	if (got == TNUM_OK && a[1].type != TV_ABSENT)
		got = template_to_real(r, a[1], &base);
	if (got == TNUM_OK && (d <= 0 || (a[1].type != TV_ABSENT && base <= 0)))
		got = TNUM_BAD;
	if (got != TNUM_OK)
		return fallback(r, got, "log", a[0], a[2]);
	if (a[1].type != TV_ABSENT && base == 1)
		return template_error(r, "float division by zero");
	return tv_real(log(d) / log(a[1].type == TV_ABSENT ? M_E : base));
}

/* One list, or the arguments themselves. */
static struct tv
numbers(struct run *r, struct tv self, const struct tcall *c)
{
	struct tlist l = {0};
	uint32_t i;

	if (self.type != TV_ABSENT && c->npos == 0)
		return template_list_of(r, self);
	if (self.type == TV_ABSENT && c->npos == 1)
		return template_list_of(r, c->pos[0]);
	if (self.type != TV_ABSENT && !template_push(r, &l, self))
		return tv_make(TV_RAISED);
	for (i = 0; i < c->npos; i++)
		if (!template_push(r, &l, c->pos[i]))
			return tv_make(TV_RAISED);
	return tv_items(TV_LIST, l.v, l.n);
}

static struct tv
number_average(struct run *r, struct tv self, const struct tcall *c)
{
	struct tv list = numbers(r, self, c);
	long double sum = 0;
	double d;
	uint32_t i;

	if (tv_raised(list))
		return list;
	if (list.len == 0)
		return template_error(r, "average of nothing");
	for (i = 0; i < list.len; i++) {
		if (list.u.items[i].type == TV_STRING ||
		    template_to_real(r, list.u.items[i], &d) != TNUM_OK)
			return template_type_error(r, list.u.items[i], "is no number");
		sum += d;
	}
	return tv_real((double)(sum / list.len));
}

static struct tv
number_median(struct run *r, struct tv self, const struct tcall *c)
{
	struct tv list = numbers(r, self, c), *items, sum;

	if (tv_raised(list))
		return list;
	if (list.len == 0)
		return template_error(r, "median of nothing");
	if ((items = template_alloc(r, list.len * sizeof(*items))) == NULL)
		return tv_make(TV_RAISED);
	memcpy(items, list.u.items, list.len * sizeof(*items));
	if (!template_sort(r, items, list.u.items, list.len, false))
		return tv_make(TV_RAISED);
	if (list.len % 2 == 1)
		return items[list.len / 2];
	sum = template_binary(r, TOP_ADD, items[list.len / 2 - 1], items[list.len / 2]);
	return tv_raised(sum) ? sum : template_binary(r, TOP_DIV, sum, tv_int(2));
}

static bool
two_ints(struct run *r, const struct tv *a)
{
	int64_t unused;

	return template_arg_int(r, a[0], "an operand", &unused) &&
	    template_arg_int(r, a[1], "an operand", &unused);
}

static struct tv
number_and(struct run *r, const struct tv *a)
{
	return two_ints(r, a) ? tv_int(a[0].u.i & a[1].u.i) : tv_make(TV_RAISED);
}

static struct tv
number_or(struct run *r, const struct tv *a)
{
	return two_ints(r, a) ? tv_int(a[0].u.i | a[1].u.i) : tv_make(TV_RAISED);
}

static struct tv
number_xor(struct run *r, const struct tv *a)
{
	return two_ints(r, a) ? tv_int(a[0].u.i ^ a[1].u.i) : tv_make(TV_RAISED);
}

static const struct tbuiltin rows[] = {
	{"acos", "value default", 1, number_acos, NULL},
	{"asin", "value default", 1, number_asin, NULL},
	{"average", "value", 0, NULL, number_average},
	{"bitwise_and", "a b", 2, number_and, NULL},
	{"bitwise_or", "a b", 2, number_or, NULL},
	{"bitwise_xor", "a b", 2, number_xor, NULL},
	{"bool", "value default", 1, number_bool, NULL},
	{"clamp", "v lo hi", 3, number_clamp, NULL},
	{"cos", "value default", 1, number_cos, NULL},
	{"float", "value default", 1, number_float, NULL},
	{"int", "value default base", 1, number_int, NULL},
	{"is_number", "value", 1, template_is_number, NULL},
	{"log", "value base default", 1, number_log, NULL},
	{"median", "value", 0, NULL, number_median},
	{"sin", "value default", 1, number_sin, NULL},
	{"sqrt", "value default", 1, number_sqrt, NULL},
	{"tan", "value default", 1, number_tan, NULL}
};

struct ttable
template_number_filters(void)
{
	return (struct ttable){rows, sizeof(rows) / sizeof(rows[0])};
}

static const struct tbuiltin filters[] = {
	{"abs", "x", 1, number_abs, NULL},
	{"add", "value amount default", 2, number_add, NULL},
	{"multiply", "value amount default", 2, number_multiply, NULL},
	{"round", "value precision method default", 1, number_round, NULL}
};

struct ttable
template_number_only_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
