/* SPDX-License-Identifier: ISC
 *
 * Numbers from and to text, as Python's repr(), int() and float() do it.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

/* ---- numbers to text ---- */

/* Few decimals: v * 10^k is whole, so the digits of that are the shortest ones. */
static bool
put_short_real(struct buf *b, double d)
{
	static const double ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	double scaled;
	int64_t i;
	char text[40];
	int k, n;

	if (!(fabs(d) < 1e9) || (fabs(d) < 1e-3 && d != 0))
		return false;
	for (k = 1; k <= 6; k++) {
		scaled = d * ten[k];
		i = llrint(scaled);
		if ((double)i / ten[k] != d)
			continue;
		n = snprintf(text, sizeof(text), "%s%lld.", signbit(d) ? "-" : "",
		    llabs((long long)i) / (long long)ten[k]);
		buf_put(b, text, (size_t)n);
		n = snprintf(text, sizeof(text), "%0*lld", k, llabs((long long)i) % (long long)ten[k]);
		buf_put(b, text, (size_t)n);
		return true;
	}
	return false;
}

/* The shortest digits that read back as d (positive, finite), and the exponent of the first one. */
static int
shortest_digits(double d, char digits[24], int *exponent)
{
	char text[40], *e;
	int precision, n = 0;

	for (precision = d < 1e-300 ? 0 : 14; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	e = strchr(text, 'e');
	*exponent = (int)strtol(e + 1, NULL, 10);
	for (const char *p = text; p < e; p++)
		if (*p != '.')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

void
template_put_real(struct buf *b, double d)
{
	char digits[24];
	int n, e, i;

	if (isnan(d)) {
		buf_puts(b, "nan");
		return;
	}
	if (put_short_real(b, d))
		return;
	if (signbit(d))
		buf_putc(b, '-');
	d = fabs(d);
	if (isinf(d)) {
		buf_puts(b, "inf");
		return;
	}
	n = shortest_digits(d, digits, &e);
	if (e < -4 || e >= 16) {
		buf_putc(b, digits[0]);
		if (n > 1)
			buf_putc(b, '.');
		buf_put(b, digits + 1, (size_t)n - 1);
		buf_printf(b, "e%c%02d", e < 0 ? '-' : '+', abs(e));
		return;
	}
	for (i = e < 0 ? e : 0; i < n || i <= e + 1; i++) {
		if (i == e + 1)
			buf_putc(b, '.');
		if (i > e + 1 && i >= n)
			break;
		buf_putc(b, i < 0 || i >= n ? '0' : digits[i]);
	}
}

/* ---- text to numbers ---- */

/* A copy without the single underscores that Python allows between digits; 0 when malformed. */
static size_t
squeeze(const char *s, size_t n, char *out, size_t room)
{
	size_t i, len = 0;

	if (n == 0 || n >= room)
		return 0;
	for (i = 0; i < n; i++) {
		if (s[i] == '_') {
			if (i == 0 || i + 1 == n || !isalnum((uint8_t)s[i - 1]) ||
			    !isalnum((uint8_t)s[i + 1]))
				return 0;
			continue;
		}
		out[len++] = s[i];
	}
	out[len] = '\0';
	return len;
}

static bool
is_word(const char *s, const char *word)
{
	size_t i;

	for (i = 0; word[i] != '\0'; i++)
		if ((s[i] | 32) != word[i])
			return false;
	return s[i] == '\0';
}

/* [+-] digits [. digits] [e digits], nan, inf, infinity: what float() takes. */
static bool
real_syntax(const char *s)
{
	bool digits = false;

	s += *s == '+' || *s == '-';
	if (is_word(s, "nan") || is_word(s, "inf") || is_word(s, "infinity"))
		return true;
	for (; isdigit((uint8_t)*s); s++)
		digits = true;
	if (*s == '.')
		for (s++; isdigit((uint8_t)*s); s++)
			digits = true;
	if (digits && (*s | 32) == 'e') {
		s++;
		s += *s == '+' || *s == '-';
		if (!isdigit((uint8_t)*s))
			return false;
		while (isdigit((uint8_t)*s))
			s++;
	}
	return digits && *s == '\0';
}

bool
template_parse_real(const char *s, size_t n, double *out)
{
	char text[512];

	template_strip(&s, &n, 3);
	if (squeeze(s, n, text, sizeof(text)) == 0 || !real_syntax(text))
		return false;
	*out = strtod(text, NULL);
	return true;
}

static int
digit(char c)
{
	return isdigit((uint8_t)c) ? c - '0' : isalpha((uint8_t)c) ? (c | 32) - 'a' + 10 : 99;
}

static const char *
skip_prefix(const char *p, int *base)
{
	char c;

	if (p[0] == '0' && p[1] != '\0') {
		c = (char)(p[1] | 32);
		if ((c == 'x' && (*base == 16 || *base == 0)) || (c == 'o' && (*base == 8 || *base == 0)) ||
		    (c == 'b' && (*base == 2 || *base == 0))) {
			*base = c == 'x' ? 16 : c == 'o' ? 8 : 2;
			return p + 2;
		}
	}
	if (*base == 0)
		*base = p[0] == '0' && p[strspn(p, "0")] != '\0' ? 1 : 10;	/* 012: no such thing */
	return p;
}

int
template_parse_int(const char *s, size_t n, int base, int64_t *out)
{
	char text[512], *p = text;
	bool negative, large = false;
	uint64_t v = 0;
	const char *q;

	template_strip(&s, &n, 3);
	if (squeeze(s, n, text, sizeof(text)) == 0)
		return 0;
	negative = *p == '-';
	p += *p == '+' || *p == '-';
	q = skip_prefix(p, &base);
	if (*q == '\0')
		return 0;
	for (; *q != '\0'; q++) {
		if (digit(*q) >= base)
			return 0;
		if (v > (UINT64_MAX - 36) / (uint64_t)base)
			large = true;
		else
			v = v * (uint64_t)base + (uint64_t)digit(*q);
	}
	if (large || v > (uint64_t)INT64_MAX + negative)
		return -1;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 1;
}

enum tnum
template_to_real(struct run *r, struct tv v, double *out)
{
	if (v.type == TV_UNDEFINED) {
		template_raise_undefined(r, v);
		return TNUM_RAISED;
	}
	if (tv_is_integer(v))
		*out = (double)v.u.i;
	else if (v.type == TV_REAL)
		*out = v.u.d;
	else if ((v.type != TV_STRING && v.type != TV_BYTES) ||
	    !template_parse_real(v.u.s, v.len, out))
		return TNUM_BAD;
	return TNUM_OK;
}

static enum tnum
real_to_int(struct run *r, double d, int64_t *out)
{
	if (isnan(d))
		return TNUM_BAD;	/* a ValueError */
	if (!(fabs(d) < 9.2233720368547758e18)) {
		template_error(r, isinf(d) ? "cannot convert float infinity to integer" :
		    "an integer of more than 64 bits");
		return TNUM_RAISED;
	}
	*out = (int64_t)d;
	return TNUM_OK;
}

enum tnum
template_to_int(struct run *r, struct tv v, int base, int64_t *out)
{
	enum tnum rc;
	double d;
	int got;

	if (v.type == TV_STRING || v.type == TV_BYTES) {
		if ((got = template_parse_int(v.u.s, v.len, base, out)) == 1)
			return TNUM_OK;
		if (got < 0) {
			template_error(r, "an integer of more than 64 bits");
			return TNUM_RAISED;
		}
	} else if (tv_is_integer(v)) {
		*out = v.u.i;
		return TNUM_OK;
	}
	if ((rc = template_to_real(r, v, &d)) != TNUM_OK)
		return rc;
	return real_to_int(r, d, out);
}

bool
template_arg_int(struct run *r, struct tv v, const char *what, int64_t *out)
{
	if (tv_is_integer(v)) {
		*out = v.u.i;
		return true;
	}
	if (!tv_raised(v))
		template_error(r, "%s must be an integer, not %s", what, template_type_name(v));
	return false;
}

bool
template_arg_str(struct run *r, struct tv v, const char *what)
{
	if (v.type == TV_STRING)
		return true;
	if (!tv_raised(v))
		template_error(r, "%s must be str, not %s", what, template_type_name(v));
	return false;
}
