/* SPDX-License-Identifier: ISC
 *
 * "%05.1f" % x: a text with values, as C and Python write it.
 */
#include <math.h>

#include "shared/base/template_format_int.h"

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
	*out = template_format_count(at, end);
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
	template_format_int(&r->s->text, s, i);
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
	template_format_real(&r->s->text, s, d);
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
	template_format_text(&r->s->text, s, v);
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
	return template_format_check(p->r, s);
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
