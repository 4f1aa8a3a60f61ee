/* SPDX-License-Identifier: ISC
 *
 * Formatting of single values as Python's mini language for them says: "{:>8.2f}".
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/template_format_int.h"

#define WIDTH_MAX 4096
#define PRECISION_MAX 300

int
template_format_count(const char **p, const char *end)
{
	int v = -1;

	for (; *p < end && isdigit((unsigned char)**p); (*p)++)
		v = v > 100000 ? v : (v < 0 ? 0 : v) * 10 + (**p - '0');
	return v;
}

bool
template_format_check(struct run *r, const struct spec *s)
{
	if (s->width <= WIDTH_MAX && s->precision <= PRECISION_MAX)
		return template_charge(r, 1 + (size_t)(s->width > 0 ? s->width : 0) / 64);
	template_limit(r, "a format that is too wide");
	return false;
}

/* Digits in groups of three, the integer part of body (which may have a fraction behind it). */
static void
group_digits(struct buf *b, const char *body, char mark)
{
	size_t n = strspn(body, "0123456789"), i;

	for (i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buf_putc(b, mark);
		buf_putc(b, body[i]);
	}
	buf_puts(b, body + n);
}

/* sign, then body, padded to the width. */
static void
put_padded(struct buf *b, const struct spec *s, const char *prefix, const char *body, size_t len,
    char align)
{
	int64_t pad = s->width - (int64_t)(strlen(prefix) + template_utf8_len(body, len)), left;

	align = s->align != 0 ? s->align : align;
	pad = pad < 0 ? 0 : pad;
	left = align == '<' ? 0 : align == '^' ? pad / 2 : pad;
	if (align == '=')
		buf_puts(b, prefix);
	for (int64_t i = 0; i < left; i++)
		template_utf8_put(b, s->fill);
	if (align != '=')
		buf_puts(b, prefix);
	buf_put(b, body, len);
	for (int64_t i = left; i < pad; i++)
		template_utf8_put(b, s->fill);
}

static const char *
sign_text(bool negative, char sign)
{
	return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
}

/* The digits of |v| in base 2, 8, 10 or 16. */
static void
int_digits(uint64_t v, int base, bool upper, char out[72])
{
	char text[72];
	int n = 0, i;

	do {
		text[n++] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[v % (uint64_t)base];
		v /= (uint64_t)base;
	} while (v > 0);
	for (i = 0; i < n; i++)
		out[i] = text[n - 1 - i];
	out[n] = '\0';
}

void
template_format_int(struct buf *b, const struct spec *s, int64_t i)
{
	int base = s->type == 'b' ? 2 : s->type == 'o' ? 8 : (s->type | 32) == 'x' ? 16 : 10;
	uint64_t v = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	struct buf body = {0};
	char digits[72], prefix[4];
	bool alternate = s->alternate && base != 10;

	snprintf(prefix, sizeof(prefix), "%s%s", sign_text(i < 0, s->sign),
	    !alternate ? "" : base == 2 ? "0b" : base == 8 ? "0o" : s->type == 'X' ? "0X" : "0x");
	int_digits(v, base, s->type == 'X', digits);
	if (s->group != 0 && base == 10)
		group_digits(&body, digits, s->group);
	else
		buf_puts(&body, digits);
	put_padded(b, s, prefix, body.p, body.len, '>');
	buf_free(&body);
}

/* Without a type, a number that fills its digits before the point is written with an exponent. */
static bool
needs_exponent(double d, int precision)
{
	char text[400];

	snprintf(text, sizeof(text), "%.*e", precision > 0 ? precision - 1 : 0, d);
	return d != 0 && strtol(strchr(text, 'e') + 1, NULL, 10) + 1 == (precision > 0 ? precision : 1);
}

static void
put_exponent(struct buf *body, double d, int precision)
{
	char text[400], *e;
	size_t n;

	snprintf(text, sizeof(text), "%.*e", precision > 0 ? precision - 1 : 0, d);
	e = strchr(text, 'e');
	for (n = (size_t)(e - text); n > 1 && text[n - 1] == '0' && strchr(text, '.') != NULL;)
		n--;
	buf_put(body, text, n - (text[n - 1] == '.'));
	buf_puts(body, e);
}

/* |d| with a type of e f g % or none (then as repr, or %g with one digit after the point). */
static void
real_body(struct buf *body, const struct spec *s, double d)
{
	int precision = s->precision < 0 ? 6 : s->precision;
	char fmt[8], text[700], type = s->type == 0 || s->type == 'n' ? 'g' : s->type;

	if (isnan(d) || isinf(d)) {
		buf_puts(body, isnan(d) ? (isupper((unsigned char)type) ? "NAN" : "nan") :
		    isupper((unsigned char)type) ? "INF" : "inf");
	} else if (s->type == 0 && s->precision < 0) {
		template_put_real(body, d);
		return;
	} else if (s->type == 0 && needs_exponent(d, precision)) {
		put_exponent(body, d, precision);
	} else {
		snprintf(fmt, sizeof(fmt), "%%%s.*%c", s->alternate ? "#" : "", type == '%' ? 'f' : type);
		snprintf(text, sizeof(text), fmt, precision, type == '%' ? d * 100 : d);
		buf_puts(body, text);
		if (s->type == 0 && strpbrk(text, ".e") == NULL)
			buf_puts(body, ".0");
	}
	if (type == '%')
		buf_putc(body, '%');
}

void
template_format_real(struct buf *b, const struct spec *s, double d)
{
	bool negative = signbit(d) && !isnan(d);
	struct buf body = {0}, grouped = {0};

	real_body(&body, s, fabs(d));
	if (s->group != 0)
		group_digits(&grouped, buf_str(&body), s->group);
	else
		buf_puts(&grouped, buf_str(&body));
	put_padded(b, s, sign_text(negative, s->sign), grouped.p, grouped.len, '>');
	buf_free(&body);
	buf_free(&grouped);
}

void
template_format_text(struct buf *b, const struct spec *s, struct tv v)
{
	size_t len = v.len;

	if (s->precision >= 0)
		len = template_utf8_at(v.u.s, v.len, (size_t)s->precision);
	put_padded(b, s, "", v.u.s, len, '<');
}

/* [[fill]align][sign][#][0][width][,][.precision][type] */
static bool
parse_spec(const char *p, const char *end, struct spec *s)
{
	uint32_t cp = 0;
	size_t n;

	*s = (struct spec){.fill = ' ', .width = -1, .precision = -1};
	if (p < end) {
		n = template_utf8_get(p, (size_t)(end - p), &cp);
		if (p + n < end && strchr("<>=^", p[n]) != NULL && p[n] != '\0') {
			s->fill = cp;
			s->align = p[n];
			p += n + 1;
		} else if (strchr("<>=^", *p) != NULL) {
			s->align = *p++;
		}
	}
	if (p < end && (*p == '+' || *p == '-' || *p == ' '))
		s->sign = *p++;
	if (p < end && *p == '#') {
		s->alternate = true;
		p++;
	}
	if (p < end && *p == '0') {
		if (s->align == 0) {
			s->align = '=';
			s->fill = '0';
		}
		p++;
	}
	s->width = template_format_count(&p, end);
	if (p < end && (*p == ',' || *p == '_'))
		s->group = *p++;
	if (p < end && *p == '.') {
		p++;
		if ((s->precision = template_format_count(&p, end)) < 0)
			return false;
	}
	if (p < end)
		s->type = *p++;
	return p == end;
}

static bool
format_bad(struct run *r, struct tv v, char type)
{
	template_error(r, "unknown format code '%c' for object of type '%s'", type,
	    template_type_name(v));
	return false;
}

static bool
format_number(struct run *r, struct tv v, struct spec *s)
{
	double d = v.type == TV_REAL ? v.u.d : (double)v.u.i;

	if (v.type != TV_REAL && (s->type == 0 || strchr("bdoxXn", s->type) != NULL)) {
		if (s->precision >= 0) {
			template_error(r, "precision not allowed in integer format specifier");
			return false;
		}
		template_format_int(&r->s->text, s, v.u.i);
		return true;
	}
	if (v.type != TV_REAL && s->type == 'c' && v.u.i >= 0 && v.u.i <= 0x10ffff) {
		template_utf8_put(&r->s->text, (uint32_t)v.u.i);
		return true;
	}
	if (s->type != 0 && strchr("eEfFgGn%", s->type) == NULL)
		return format_bad(r, v, s->type);
	template_format_real(&r->s->text, s, d);
	return true;
}

bool
template_format_spec(struct run *r, struct tv v, const char *text, size_t len)
{
	struct spec s;

	if (len == 0)
		return template_put_str(r, &r->s->text, v);
	if (v.type == TV_DATETIME)
		return template_put_strftime(r, v.u.time, text, len);
	if (!parse_spec(text, text + len, &s)) {
		template_error(r, "invalid format specifier");
		return false;
	}
	if (!template_format_check(r, &s))
		return false;
	if (v.type == TV_BOOL && s.type == 0)
		v.type = TV_INT;
	if (tv_is_number(v))
		return format_number(r, v, &s);
	if (v.type != TV_STRING) {
		template_error(r, "unsupported format string passed to %s", template_type_name(v));
		return false;
	}
	if ((s.type != 0 && s.type != 's') || s.sign != 0 || s.align == '=' || s.alternate ||
	    s.group != 0)
		return format_bad(r, v, s.type == 0 ? '=' : s.type);
	template_format_text(&r->s->text, &s, v);
	return true;
}
