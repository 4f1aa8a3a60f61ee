/* SPDX-License-Identifier: ISC
 *
 * Formatting of single values: "%05.1f" % x and "{:>8.2f}".format(x), with Python's mini languages.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/base/template_int.h"

#define WIDTH_MAX 4096
#define PRECISION_MAX 300

struct spec {
	uint32_t fill;
	char	 align;		/* < > = ^, 0: the type's own */
	char	 sign;		/* + - or blank, 0 */
	bool	 alternate;	/* # */
	char	 group;		/* , or _, 0 */
	int	 width;		/* -1: none */
	int	 precision;	/* -1: none */
	char	 type;		/* 0: none */
};

/* A decimal number at *p, -1 when there is none, too large ones cut. */
static int
small_number(const char **p, const char *end)
{
	int v = -1;

	for (; *p < end && isdigit((unsigned char)**p); (*p)++)
		v = v > 100000 ? v : (v < 0 ? 0 : v) * 10 + (**p - '0');
	return v;
}

static bool
check_size(struct run *r, const struct spec *s)
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

static void
put_int(struct buf *b, const struct spec *s, int64_t i)
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

static void
put_real(struct buf *b, const struct spec *s, double d)
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

static void
put_text(struct buf *b, const struct spec *s, struct tv v)
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
	s->width = small_number(&p, end);
	if (p < end && (*p == ',' || *p == '_'))
		s->group = *p++;
	if (p < end && *p == '.') {
		p++;
		if ((s->precision = small_number(&p, end)) < 0)
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
		put_int(&r->s->text, s, v.u.i);
		return true;
	}
	if (v.type != TV_REAL && s->type == 'c' && v.u.i >= 0 && v.u.i <= 0x10ffff) {
		template_utf8_put(&r->s->text, (uint32_t)v.u.i);
		return true;
	}
	if (s->type != 0 && strchr("eEfFgGn%", s->type) == NULL)
		return format_bad(r, v, s->type);
	put_real(&r->s->text, s, d);
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
	if (!check_size(r, &s))
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
	put_text(&r->s->text, &s, v);
	return true;
}

/* ---- "..." % args ---- */

struct percent {
	struct run *r;
	struct tv   args;	/* tuple, dict or one value */
	uint32_t    next;	/* of a tuple or the one value */
	bool	    mapping, named;
};

static struct tv
next_arg(struct percent *p)
{
	if (p->args.type == TV_TUPLE && p->next < p->args.len)
		return p->args.u.items[p->next++];
	if (p->args.type != TV_TUPLE && p->next == 0) {
		p->next = 1;
		return p->args;
	}
	return template_error(p->r, "not enough arguments for format string");
}

/* *width or digits. */
static bool
percent_number(struct percent *p, const char **at, const char *end, int *out)
{
	struct tv v;

	if (*at < end && **at == '*') {
		(*at)++;
		v = next_arg(p);
		if (tv_raised(v))
			return false;
		if (!tv_is_integer(v)) {
			template_error(p->r, "* wants int");
			return false;
		}
		*out = v.u.i > 100000 || v.u.i < -100000 ? 100000 : (int)v.u.i;
		return true;
	}
	*out = small_number(at, end);
	return true;
}

static bool
percent_int(struct run *r, struct spec *s, struct tv v)
{
	int64_t i;

	if (v.type == TV_UNDEFINED && s->type == 'd') {
		template_raise_undefined(r, v);
		return false;
	}
	if (!tv_is_number(v) || (v.type == TV_REAL && s->type != 'd')) {
		template_error(r, "%%%c format: a number is required, not %s", s->type,
		    template_type_name(v));
		return false;
	}
	if (v.type == TV_REAL && !isfinite(v.u.d)) {
		template_error(r, "cannot convert float to integer");
		return false;
	}
	if (template_to_int(r, v, 10, &i) != TNUM_OK)
		return false;
	if (s->precision > 0) {		/* at least so many digits */
		s->fill = s->precision >= s->width ? '0' : s->fill;
		s->width = s->precision >= s->width ? s->precision + (i < 0 || s->sign != 0) : s->width;
		s->align = s->align == 0 ? '=' : s->align;
	}
	put_int(&r->s->text, s, i);
	return true;
}

static bool
percent_real(struct run *r, struct spec *s, struct tv v)
{
	double d;

	if (v.type == TV_UNDEFINED) {
		template_raise_undefined(r, v);
		return false;
	}
	if (!tv_is_number(v)) {
		template_error(r, "must be real number, not %s", template_type_name(v));
		return false;
	}
	d = v.type == TV_REAL ? v.u.d : (double)v.u.i;
	put_real(&r->s->text, s, d);
	return true;
}

static bool
percent_text(struct run *r, struct spec *s, struct tv v)
{
	size_t mark = r->s->text.len;

	if (s->type == 'c') {
		if (tv_is_integer(v) && v.u.i >= 0 && v.u.i <= 0x10ffff)
			template_utf8_put(&r->s->text, (uint32_t)v.u.i);
		else if (v.type == TV_STRING && template_utf8_len(v.u.s, v.len) == 1)
			buf_put(&r->s->text, v.u.s, v.len);
		else
			template_error(r, "%%c requires int or char");
	} else if (s->type == 's') {
		template_put_str(r, &r->s->text, v);
	} else {
		template_put_repr(r, &r->s->text, v, 0);
	}
	v = template_take_text(r, mark);
	if (tv_raised(v))
		return false;
	s->align = s->align == '<' ? '<' : '>';
	s->fill = ' ';
	put_text(&r->s->text, s, v);
	return true;
}

/* Flags, width, precision and type at *at. */
static bool
percent_spec(struct percent *p, const char **at, const char *end, struct spec *s)
{
	*s = (struct spec){.fill = ' ', .width = -1, .precision = -1};
	for (; *at < end && strchr("-+ #0", **at) != NULL && **at != '\0'; (*at)++) {
		if (**at == '-')
			s->align = '<';
		else if (**at == '0' && s->align == 0) {
			s->align = '=';
			s->fill = '0';
		} else if (**at == '#')
			s->alternate = true;
		else if (**at == '+' || (**at == ' ' && s->sign == 0))
			s->sign = **at;
	}
	if (s->align == '<')
		s->fill = ' ';
	if (!percent_number(p, at, end, &s->width))
		return false;
	if (s->width < -1) {
		s->align = '<';
		s->width = -s->width;
	}
	if (*at < end && **at == '.') {
		(*at)++;
		if (!percent_number(p, at, end, &s->precision))
			return false;
		if (s->precision < 0)
			s->precision = 0;
	}
	while (*at < end && strchr("hlL", **at) != NULL && **at != '\0')
		(*at)++;
	if (*at >= end) {
		template_error(p->r, "incomplete format");
		return false;
	}
	s->type = *(*at)++;
	return check_size(p->r, s);
}

/* (name) at *at: selects from the mapping. */
static bool
percent_name(struct percent *p, const char **at, const char *end, struct tv *v)
{
	const char *from = ++*at;
	struct tv key;

	while (*at < end && **at != ')')
		(*at)++;
	key = tv_string(from, (size_t)(*at - from));
	if (*at >= end || !p->mapping) {
		template_error(p->r, *at >= end ? "incomplete format key" : "format requires a mapping");
		return false;
	}
	(*at)++;
	p->named = true;
	if (p->args.type == TV_UNDEFINED) {
		template_raise_undefined(p->r, p->args);
		return false;
	}
	if (!tv_is_dict(p->args)) {
		template_error(p->r, "indices must be integers, not str");
		return false;
	}
	if (template_dict_find(p->r, p->args, key, v))
		return true;
	template_error(p->r, "KeyError: '%.*s'", (int)(key.len < 60 ? key.len : 60), from);
	return false;
}

static bool
percent_one(struct percent *p, const char **at, const char *end)
{
	struct tv v = tv_make(TV_ABSENT);
	struct spec s;

	if (*at < end && **at == '(' && !percent_name(p, at, end, &v))
		return false;
	if (!percent_spec(p, at, end, &s))
		return false;
	if (s.type == '%') {
		buf_putc(&p->r->s->text, '%');
		return true;
	}
	if (strchr("diuoxXeEfFgGcrsa", s.type) == NULL || s.type == '\0') {
		template_error(p->r, "unsupported format character '%c'", s.type);
		return false;
	}
	if (v.type == TV_ABSENT && tv_raised(v = next_arg(p)))
		return false;
	if (strchr("diu", s.type) != NULL)
		s.type = 'd';
	if (strchr("doxX", s.type) != NULL)
		return percent_int(p->r, &s, v);
	if (strchr("crsa", s.type) != NULL)
		return percent_text(p->r, &s, v);
	return percent_real(p->r, &s, v);
}

struct tv
template_percent(struct run *r, struct tv format, struct tv args)
{
	struct percent p = {.r = r, .args = args,
	    .mapping = args.type == TV_UNDEFINED || tv_is_dict(args) || tv_is_list(args)};
	const char *at = format.u.s, *end = at + format.len, *from;
	size_t mark = r->s->text.len;
	bool ok = true;

	while (ok && at < end) {
		for (from = at; at < end && *at != '%';)
			at++;
		buf_put(&r->s->text, from, (size_t)(at - from));
		if (at < end) {
			at++;
			ok = template_charge(r, 1) && percent_one(&p, &at, end);
		}
	}
	if (ok && !p.mapping && (args.type == TV_TUPLE ? p.next < args.len : p.next == 0))
		template_error(r, "not all arguments converted during string formatting");
	return template_take_text(r, mark);
}

/* ---- "{}".format() ---- */

struct field {
	struct run	   *r;
	const struct tcall *c;
	int64_t		    next;	/* automatic numbering; -1: numbers were given */
	int		    depth;
};

static struct tv
keyword(struct field *f, const char *s, size_t n)
{
	uint32_t i;

	for (i = 0; i < f->c->nkw; i++)
		if (f->c->kw[i].name.len == n && memcmp(f->c->kw[i].name.s, s, n) == 0)
			return f->c->kw[i].value;
	return template_error(f->r, "KeyError: '%.*s'", (int)(n < 60 ? n : 60), s);
}

/* The first part of a field: nothing, a number or a name. */
static struct tv
field_root(struct field *f, const char *s, size_t n)
{
	int64_t i;

	if (n == 0) {
		if (f->next < 0)
			return template_error(f->r, "cannot switch to automatic field numbering");
		i = f->next++;
	} else if (template_parse_int(s, n, 10, &i) == 1 && isdigit((unsigned char)*s)) {
		if (f->next > 0)
			return template_error(f->r, "cannot switch to manual field specification");
		f->next = -1;
	} else {
		return keyword(f, s, n);
	}
	if (i >= f->c->npos)
		return template_error(f->r, "IndexError: replacement index %lld out of range",
		    (long long)i);
	return f->c->pos[i];
}

/* name.attr[item]... */
static struct tv
field_value(struct field *f, const char *s, const char *end)
{
	const char *from = s;
	struct tv v;
	int64_t i;

	while (s < end && *s != '.' && *s != '[')
		s++;
	v = field_root(f, from, (size_t)(s - from));
	while (!tv_raised(v) && s < end) {
		char kind = *s++;

		from = s;
		while (s < end && (kind == '[' ? *s != ']' : *s != '.' && *s != '['))
			s++;
		if (s == from || (kind == '[' && s == end))
			return template_error(f->r, "empty attribute in format string");
		if (kind == '.')
			v = template_attr(f->r, v, (struct tname){from, (uint32_t)(s - from)});
		else if (template_parse_int(from, (size_t)(s - from), 10, &i) == 1)
			v = template_item(f->r, v, tv_int(i));
		else
			v = template_item(f->r, v, tv_string(from, (size_t)(s - from)));
		s += kind == '[';
	}
	return v;
}

static bool put_fields(struct field *f, const char *s, const char *end);

/* A field's inside: value!conversion:spec. */
static bool
put_field(struct field *f, const char *s, const char *end)
{
	const char *from = s, *stop, *spec;
	size_t mark = f->r->s->text.len;
	char conversion = 0;
	struct tv v, text;

	while (s < end && *s != '!' && *s != ':')
		s += *s == '[' && memchr(s, ']', (size_t)(end - s)) != NULL ?
		    (size_t)((const char *)memchr(s, ']', (size_t)(end - s)) - s) : 1;
	stop = s;
	if (s < end && *s == '!') {
		conversion = s + 1 < end ? s[1] : '?';
		s += 2;
	}
	spec = s < end && *s == ':' ? s + 1 : end;
	v = field_value(f, from, stop);
	if (tv_raised(v))
		return false;
	if (s < end && *s != ':') {
		template_error(f->r, "expected ':' after conversion specifier");
		return false;
	}
	if (conversion != 0) {
		if (conversion == 's' ? !template_put_str(f->r, &f->r->s->text, v) :
		    !template_put_repr(f->r, &f->r->s->text, v, 0))
			return false;
		v = template_take_text(f->r, mark);
	}
	if (tv_raised(v) || !put_fields(f, spec, end))
		return false;
	text = template_take_text(f->r, mark);
	return !tv_raised(text) && template_format_spec(f->r, v, text.u.s, text.len);
}

/* Where the field that began before s closes. */
static const char *
field_end(const char *s, const char *end)
{
	int open = 1;

	for (; s < end; s++) {
		open += (*s == '{') - (*s == '}');
		if (open == 0)
			return s;
	}
	return NULL;
}

static bool
put_fields(struct field *f, const char *s, const char *end)
{
	const char *close;

	if (++f->depth > 2) {
		template_error(f->r, "max string recursion exceeded");
		return false;
	}
	for (; s < end; s++) {
		if ((*s == '{' || *s == '}') && s + 1 < end && s[1] == *s) {
			buf_putc(&f->r->s->text, *s++);
		} else if (*s == '}') {
			template_error(f->r, "single '}' encountered in format string");
			return false;
		} else if (*s != '{') {
			buf_putc(&f->r->s->text, *s);
		} else {
			if ((close = field_end(s + 1, end)) == NULL) {
				template_error(f->r, "expected '}' before end of string");
				return false;
			}
			if (!template_charge(f->r, 1) || !put_field(f, s + 1, close))
				return false;
			s = close;
		}
	}
	f->depth--;
	return true;
}

struct tv
template_str_format(struct run *r, struct tv self, const struct tcall *c)
{
	struct field f = {.r = r, .c = c};
	size_t mark = r->s->text.len;

	put_fields(&f, self.u.s, self.u.s + self.len);
	return template_take_text(r, mark);
}
