/* SPDX-License-Identifier: ISC
 *
 * Values as text and text as numbers, as Python's str(), repr(), int() and float() do it, and the
 * little of UTF-8 that strings of code points need.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <wctype.h>

#include "shared/base/template_int.h"

/* ---- UTF-8 ---- */

size_t
template_utf8_get(const char *s, size_t n, uint32_t *cp)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0, i;

	*cp = p[0];
	if (len == 1)
		return 1;
	if (len == 0 || len > n) {
		*cp = 0xfffd;
		return 1;
	}
	*cp &= 0x7fu >> len;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			*cp = 0xfffd;
			return 1;
		}
		*cp = *cp << 6 | (p[i] & 0x3fu);
	}
	return len;
}

bool
template_utf8_valid(const char *s, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t cp;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = template_utf8_get(s, n, &cp);
		if (*s == '\0' || (len == 1 && (uint8_t)*s >= 0x80))
			return false;
		if (len > 1 && (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)))
			return false;
	}
	return true;
}

size_t
template_utf8_len(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((uint8_t)s[i] & 0xc0) != 0x80;
	return count;
}

size_t
template_utf8_at(const char *s, size_t n, size_t i)
{
	size_t at = 0;

	for (; at < n; at++)
		if (((uint8_t)s[at] & 0xc0) != 0x80 && i-- == 0)
			return at;
	return n;
}

void
template_utf8_put(struct buf *b, uint32_t cp)
{
	char out[4];
	size_t n;

	if (cp >= 0xd800 && cp < 0xe000)
		cp = 0xfffd;
	if (cp < 0x80) {
		buf_putc(b, (char)cp);
		return;
	}
	n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	out[0] = (char)((0xf00u >> n & 0xff) | cp >> 6 * (n - 1));
	for (size_t i = 1; i < n; i++)
		out[i] = (char)(0x80u | (cp >> 6 * (n - 1 - i) & 0x3f));
	buf_put(b, out, n);
}

bool
template_is_space(uint32_t cp)
{
	return (cp >= 9 && cp <= 13) || (cp >= 28 && cp <= 32) || cp == 0x85 || cp == 0xa0 ||
	    cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	    cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

size_t
template_utf8_last(const char *s, size_t n)
{
	size_t len = 1;

	while (len < n && len < 4 && ((uint8_t)s[n - len] & 0xc0) == 0x80)
		len++;
	return len;
}

void
template_strip(const char **s, size_t *n, int side)
{
	uint32_t cp;
	size_t len;

	while ((side & 1) != 0 && *n > 0) {
		len = template_utf8_get(*s, *n, &cp);
		if (!template_is_space(cp))
			break;
		*s += len;
		*n -= len;
	}
	while ((side & 2) != 0 && *n > 0) {
		len = template_utf8_last(*s, *n);
		template_utf8_get(*s + *n - len, len, &cp);
		if (!template_is_space(cp))
			break;
		*n -= len;
	}
}

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

/* ---- str() and repr() ---- */

static void
put_quoted(struct buf *b, struct tv v, uint32_t cp, size_t at, size_t n)
{
	bool bytes = v.type == TV_BYTES;

	if (cp == '\\')
		buf_puts(b, "\\\\");
	else if (cp == '\n')
		buf_puts(b, "\\n");
	else if (cp == '\r')
		buf_puts(b, "\\r");
	else if (cp == '\t')
		buf_puts(b, "\\t");
	else if (cp < 32 || cp == 127 || (bytes && cp > 127) || (cp > 127 && cp <= 0xa0) || cp == 0xad)
		buf_printf(b, "\\x%02x", cp);
	else if ((cp > 0xff && template_is_space(cp)) || (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	    (cp >= 0xe000 && cp <= 0xf8ff) || cp == 0xfeff || (cp >= 0xfff0 && cp <= 0xfffb))
		buf_printf(b, "\\u%04x", cp);
	else
		buf_put(b, v.u.s + at, n);
}

static void
put_repr_string(struct buf *b, struct tv v)
{
	bool apostrophe = v.len > 0 && memchr(v.u.s, '\'', v.len) != NULL;
	bool quote = v.len > 0 && memchr(v.u.s, '"', v.len) != NULL;
	char mark = apostrophe && !quote ? '"' : '\'';
	size_t i, n;
	uint32_t cp;

	if (v.type == TV_BYTES)
		buf_putc(b, 'b');
	buf_putc(b, mark);
	for (i = 0; i < v.len; i += n) {
		n = 1;
		cp = (uint8_t)v.u.s[i];
		if (v.type == TV_STRING)
			n = template_utf8_get(v.u.s + i, v.len - i, &cp);
		if (cp == (uint32_t)mark)
			buf_putc(b, '\\');
		put_quoted(b, v, cp, i, n);
	}
	buf_putc(b, mark);
}

static bool
put_repr_dict(struct run *r, struct buf *b, struct tv v, int depth)
{
	struct titer it;
	struct tv key, value;
	bool first = true;

	buf_putc(b, '{');
	if (!template_iter(r, &it, v))
		return false;
	while (template_next(r, &it, &key)) {
		if (!first)
			buf_puts(b, ", ");
		first = false;
		if (!template_dict_find(r, v, key, &value) || !template_put_repr(r, b, key, depth))
			return false;
		buf_puts(b, ": ");
		if (!template_put_repr(r, b, value, depth))
			return false;
	}
	buf_putc(b, '}');
	return r->result == TEMPLATE_OK;
}

static bool
put_repr_items(struct run *r, struct buf *b, struct tv v, const char *around, int depth)
{
	struct titer it;
	struct tv item;
	uint32_t n = 0;

	if (!template_iter(r, &it, v))
		return false;
	buf_putc(b, around[0]);
	while (template_next(r, &it, &item)) {
		if (n++ > 0)
			buf_puts(b, ", ");
		if (!template_put_repr(r, b, item, depth))
			return false;
	}
	if (v.type == TV_TUPLE && n == 1)
		buf_putc(b, ',');
	buf_putc(b, around[1]);
	return r->result == TEMPLATE_OK;
}

static bool
put_object(struct run *r, struct buf *b, struct tv v, int depth)
{
	switch ((enum tv_type)v.type) {
	case TV_NAMESPACE:
		buf_puts(b, "<Namespace ");
		v.type = TV_DICT;
		if (!template_put_repr(r, b, v, depth))
			return false;
		buf_putc(b, '>');
		return true;
	case TV_RANGE:
		buf_printf(b, "range(%lld, %lld", (long long)v.u.range->start, (long long)v.u.range->stop);
		if (v.u.range->step != 1)
			buf_printf(b, ", %lld", (long long)v.u.range->step);
		buf_putc(b, ')');
		return true;
	case TV_VIEW:
		buf_printf(b, "%s(", template_type_name(v));
		if (!put_repr_items(r, b, v, "[]", depth))
			return false;
		buf_putc(b, ')');
		return true;
	case TV_MACRO:
		buf_puts(b, "<Macro>");
		return true;
	default:
		buf_printf(b, "<%s object>", template_type_name(v));
		return true;
	}
}

static bool
put_container(struct run *r, struct buf *b, struct tv v, int depth)
{
	if (depth > TEMPLATE_VALUE_MAX) {
		template_limit(r, "values nested too deeply");
		return false;
	}
	if (b->len > TEMPLATE_MEMORY_MAX) {
		template_limit(r, "too much memory");
		return false;
	}
	if (tv_is_list(v))
		return put_repr_items(r, b, v, "[]", depth + 1);
	if (v.type == TV_TUPLE)
		return put_repr_items(r, b, v, "()", depth + 1);
	if (tv_is_dict(v))
		return put_repr_dict(r, b, v, depth + 1);
	if (v.type == TV_SET && v.len > 0)
		return put_repr_items(r, b, v, "{}", depth + 1);
	return put_object(r, b, v, depth + 1);
}

bool
template_put_repr(struct run *r, struct buf *b, struct tv v, int depth)
{
	if (!template_charge(r, 1 + (v.type == TV_STRING ? v.len / 64 : 0)))
		return false;
	switch ((enum tv_type)v.type) {
	case TV_STRING:
		if ((v.flag & TV_MARKUP) != 0)
			buf_puts(b, "Markup(");
		put_repr_string(b, v);
		if ((v.flag & TV_MARKUP) != 0)
			buf_putc(b, ')');
		return true;
	case TV_BYTES:
		put_repr_string(b, v);
		return true;
	case TV_UNDEFINED:
		buf_puts(b, "Undefined");
		return true;
	case TV_SET:
		if (v.len > 0)
			break;
		buf_puts(b, "set()");
		return true;
	case TV_DATETIME:
	case TV_DELTA:
		template_repr_time(b, v);
		return true;
	case TV_NONE:
	case TV_BOOL:
	case TV_INT:
	case TV_REAL:
		return template_put_str(r, b, v);
	default:
		break;
	}
	return put_container(r, b, v, depth);
}

bool
template_put_str(struct run *r, struct buf *b, struct tv v)
{
	switch ((enum tv_type)v.type) {
	case TV_STRING:
		if (!template_charge(r, v.len / 64))
			return false;
		buf_put(b, v.u.s, v.len);
		break;
	case TV_UNDEFINED:
		return true;
	case TV_NONE:
		buf_puts(b, "None");
		return true;
	case TV_BOOL:
		buf_puts(b, v.u.i != 0 ? "True" : "False");
		return true;
	case TV_INT:
		buf_put_int(b, v.u.i);
		return true;
	case TV_REAL:
		template_put_real(b, v.u.d);
		return true;
	case TV_DATETIME:
		template_put_time(b, v.u.time, ' ');
		return true;
	case TV_DELTA:
		template_put_delta(b, v.u.i);
		return true;
	default:
		if (!template_put_repr(r, b, v, 0))
			return false;
	}
	if (b->len > TEMPLATE_MEMORY_MAX) {
		template_limit(r, "too much text");
		return false;
	}
	return true;
}

struct tv
template_str_copy(struct run *r, const char *s, size_t n)
{
	char *copy = template_alloc(r, n + 1);

	if (copy == NULL)
		return tv_make(TV_RAISED);
	if (n > 0)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return tv_string(copy, n);
}

struct tv
template_take_text(struct run *r, size_t mark)
{
	struct buf *b = &r->s->text;
	struct tv v;

	if (r->result != TEMPLATE_OK) {
		b->len = mark;
		return tv_make(TV_RAISED);
	}
	v = template_str_copy(r, b->p == NULL ? "" : b->p + mark, b->len - mark);
	b->len = mark;
	if (!template_charge(r, v.len / 64))
		return tv_make(TV_RAISED);
	return v;
}

struct tv
template_to_str(struct run *r, struct tv v)
{
	size_t mark = r->s->text.len;

	if (v.type == TV_STRING) {
		v.flag = 0;
		return v;
	}
	template_put_str(r, &r->s->text, v);
	return template_take_text(r, mark);
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
