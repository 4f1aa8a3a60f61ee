/* SPDX-License-Identifier: ISC
 *
 * "{:>8.2f}".format(x): a text with fields in braces.
 */
#include <ctype.h>

#include "shared/base/template_format_int.h"

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
