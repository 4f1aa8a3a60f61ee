/* SPDX-License-Identifier: ISC
 *
 * Filters that take text and give text: case, trimming, replacing, truncating, escaping.
 */
#include <ctype.h>
#include <math.h>
#include <wctype.h>

#include "shared/base/template_int.h"

static struct tv
filter_string(struct run *r, const struct tv *a)
{
	return a[0].type == TV_STRING ? a[0] : template_to_str(r, a[0]);
}

static bool
starts_word(uint32_t cp)
{
	return cp == '-' || cp == '(' || cp == '{' || cp == '[' || cp == '<' || template_is_space(cp);
}

/* Words begin after white space and opening brackets, which differs from str.title. */
static struct tv
filter_title(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]), piece, out;
	struct tlist l = {0};
	size_t i, n, from;
	uint32_t cp;

	if (tv_raised(s))
		return s;
	for (i = 0; i < s.len;) {
		for (from = i; i < s.len; i += n) {
			n = template_utf8_get(s.u.s + i, s.len - i, &cp);
			if (!starts_word(cp))
				break;
		}
		if (i > from && !template_push(r, &l, tv_string(s.u.s + from, i - from)))
			return tv_make(TV_RAISED);
		for (from = i; i < s.len; i += n) {
			n = template_utf8_get(s.u.s + i, s.len - i, &cp);
			if (starts_word(cp))
				break;
		}
		piece = tv_string(s.u.s + from, i - from);
		out = template_str_first_upper(r, piece);
		if (tv_raised(out) || !template_push(r, &l, out))
			return tv_make(TV_RAISED);
	}
	return template_str_join(r, tv_string("", 0), tv_items(TV_LIST, l.v, l.n), false);
}

static struct tv
filter_replace(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]), old = template_to_str(r, a[1]);
	struct tv new = template_to_str(r, a[2]);
	int64_t n = -1;

	if (tv_raised(s) || tv_raised(old) || tv_raised(new))
		return tv_make(TV_RAISED);
	if (a[3].type != TV_ABSENT && a[3].type != TV_NONE && !template_arg_int(r, a[3], "count", &n))
		return tv_make(TV_RAISED);
	return template_str_replace(r, s, old, new, n);
}

static struct tv
filter_center(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]);
	int64_t width = 80;

	if (tv_raised(s) ||
	    (a[1].type != TV_ABSENT && !template_arg_int(r, a[1], "width", &width)))
		return tv_make(TV_RAISED);
	return template_str_center(r, s, width, ' ', 3);
}

static struct tv
filter_format(struct run *r, struct tv self, const struct tcall *c)
{
	struct tv format = template_to_str(r, self), args = tv_items(TV_TUPLE, c->pos, c->npos);
	struct tdict *d;
	uint32_t i;

	if (tv_raised(format))
		return format;
	if (c->nkw == 0)
		return template_percent(r, format, args);
	if (c->npos > 0)
		return template_undefined_error(r, "positional and keyword arguments at the same time");
	if ((d = template_dict_new(r, c->nkw)) == NULL)
		return tv_make(TV_RAISED);
	for (i = 0; i < c->nkw; i++)
		if (!template_dict_set(r, d, tv_string(c->kw[i].name.s, c->kw[i].name.len),
		    c->kw[i].value))
			return tv_make(TV_RAISED);
	return template_percent(r, format, template_dict_value(d));
}

/* The first n code points, without the last, broken word. */
static struct tv
cut_words(struct tv s, size_t n)
{
	size_t len = template_utf8_at(s.u.s, s.len, n), i;

	for (i = len; i > 0; i--)
		if (s.u.s[i - 1] == ' ')
			return tv_string(s.u.s, i - 1);
	return tv_string(s.u.s, len);
}

static struct tv
filter_truncate(struct run *r, const struct tv *a)
{
	struct tv end = a[3].type == TV_ABSENT ? tv_text("...") : a[3], s = a[0], cut;
	int64_t length = 255, leeway = 5, n = template_length(s), tail;

	if (a[1].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[1]);
	if (a[1].type != TV_ABSENT && !template_arg_int(r, a[1], "length", &length))
		return tv_make(TV_RAISED);
	if (a[4].type != TV_ABSENT && a[4].type != TV_NONE &&
	    !template_arg_int(r, a[4], "leeway", &leeway))
		return tv_make(TV_RAISED);
	if ((tail = template_length(end)) < 0 || n < 0)
		return template_type_error(r, n < 0 ? s : end, "has no len()");
	if (length < tail || leeway < 0)
		return template_error(r, "truncate to less than its end");
	if (n <= length + leeway)
		return s;
	if (s.type != TV_STRING || end.type != TV_STRING)
		return template_type_error(r, s, "cannot be truncated");
	if (template_truth(a[2]))
		cut = tv_string(s.u.s, template_utf8_at(s.u.s, s.len, (size_t)(length - tail)));
	else
		cut = cut_words(s, (size_t)(length - tail));
	return template_binary(r, TOP_ADD, cut, end);
}

static bool
is_word_char(struct run *r, uint32_t cp)
{
	return cp < 0x80 ? isalnum((int)cp) || cp == '_' : iswalnum_l(cp, r->s->locale) != 0;
}

static struct tv
filter_wordcount(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]);
	bool inside = false, word;
	int64_t n = 0;
	uint32_t cp;
	size_t i;

	if (tv_raised(s) || !template_charge(r, s.len / 16))
		return tv_make(TV_RAISED);
	for (i = 0; i < s.len;) {
		i += template_utf8_get(s.u.s + i, s.len - i, &cp);
		word = is_word_char(r, cp);
		n += word && !inside;
		inside = word;
	}
	return tv_int(n);
}

/* indent(width=4, first=False, blank=False) */
static struct tv
filter_indent(struct run *r, const struct tv *a)
{
	struct tv pad = a[1].type == TV_ABSENT ? tv_int(4) : a[1], lines, s[2] = {a[0]};
	bool first = template_truth(a[2]), blank = template_truth(a[3]);
	size_t mark = r->s->text.len;
	uint32_t i;

	if (a[0].type == TV_UNDEFINED)
		return template_raise_undefined(r, a[0]);
	if (pad.type != TV_STRING && tv_raised(pad = template_binary(r, TOP_MUL, tv_text(" "), pad)))
		return pad;
	if (!template_arg_str(r, a[0], "the text to indent"))
		return tv_make(TV_RAISED);
	s[0] = template_binary(r, TOP_ADD, tv_string(a[0].u.s, a[0].len), tv_text("\n"));
	s[1] = tv_make(TV_ABSENT);
	if (tv_raised(s[0]) || tv_raised(lines = template_str_splitlines(r, s)))
		return tv_make(TV_RAISED);
	for (i = 0; i < lines.len; i++) {
		if (i > 0)
			buf_putc(&r->s->text, '\n');
		if ((i == 0 && first) || (i > 0 && (blank || lines.u.items[i].len > 0)))
			template_put_str(r, &r->s->text, pad);
		if (!template_put_str(r, &r->s->text, lines.u.items[i]))
			break;
	}
	return template_take_text(r, mark);
}

/* ---- HTML ---- */

struct tv
template_escape(struct run *r, struct tv v)
{
	size_t mark = r->s->text.len;
	struct tv s = template_to_str(r, v);
	uint32_t i;

	if (tv_raised(s) || !template_charge(r, s.len / 16))
		return tv_make(TV_RAISED);
	for (i = 0; i < s.len; i++) {
		switch (s.u.s[i]) {
		case '&':
			buf_puts(&r->s->text, "&amp;");
			break;
		case '<':
			buf_puts(&r->s->text, "&lt;");
			break;
		case '>':
			buf_puts(&r->s->text, "&gt;");
			break;
		case '"':
			buf_puts(&r->s->text, "&#34;");
			break;
		case '\'':
			buf_puts(&r->s->text, "&#39;");
			break;
		default:
			buf_putc(&r->s->text, s.u.s[i]);
		}
	}
	s = template_take_text(r, mark);
	s.flag = TV_MARKUP;
	return s;
}

static struct tv
filter_escape(struct run *r, const struct tv *a)
{
	return (a[0].flag & TV_MARKUP) != 0 && a[0].type == TV_STRING ? a[0] : template_escape(r, a[0]);
}

static struct tv
filter_forceescape(struct run *r, const struct tv *a)
{
	return template_escape(r, a[0]);
}

static struct tv
filter_safe(struct run *r, const struct tv *a)
{
	struct tv s = template_to_str(r, a[0]);

	s.flag = TV_MARKUP;
	return s;
}

/* RFC 3986, UTF-8; "/" stays outside of queries. */
static void
put_quoted(struct buf *b, const char *s, size_t n, bool query)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint8_t c = (uint8_t)s[i];

		if (isalnum(c) || (c != '\0' && strchr("_.-~", c) != NULL) || (c == '/' && !query))
			buf_putc(b, (char)c);
		else if (c == ' ' && query)
			buf_putc(b, '+');
		else
			buf_printf(b, "%%%02X", c);
	}
}

static bool
put_query_pair(struct run *r, struct tv pair, bool first)
{
	struct tv part = template_list_of(r, pair), s;
	uint32_t i;

	if (tv_raised(part))
		return false;
	if (part.len != 2) {
		template_error(r, "urlencode wants pairs");
		return false;
	}
	if (!first)
		buf_putc(&r->s->text, '&');
	for (i = 0; i < 2; i++) {
		if (i > 0)
			buf_putc(&r->s->text, '=');
		if (tv_raised(s = template_to_str(r, part.u.items[i])))
			return false;
		put_quoted(&r->s->text, s.u.s, s.len, true);
	}
	return true;
}

static struct tv
filter_urlencode(struct run *r, const struct tv *a)
{
	struct tview view = {a[0], TVIEW_ITEMS};
	size_t mark = r->s->text.len;
	struct tv v = a[0], pair;
	struct titer it;
	bool first = true;

	if (v.type == TV_STRING || !template_iterable(v)) {
		if (tv_raised(v = template_to_str(r, v)))
			return v;
		put_quoted(&r->s->text, v.u.s, v.len, false);
		return template_take_text(r, mark);
	}
	if (tv_is_dict(v)) {
		v.type = TV_VIEW;
		v.u.view = &view;
	}
	if (!template_iter(r, &it, v))
		return tv_make(TV_RAISED);
	while (template_next(r, &it, &pair) && put_query_pair(r, pair, first))
		first = false;
	return template_take_text(r, mark);
}

static struct tv
filter_filesizeformat(struct run *r, const struct tv *a)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
	static const char *const binary[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
	double base = template_truth(a[1]) ? 1024 : 1000, unit = base, bytes;
	size_t mark = r->s->text.len;
	enum tnum got = template_to_real(r, a[0], &bytes);
	int i;

	if (got != TNUM_OK)
		return got == TNUM_RAISED ? tv_make(TV_RAISED) : template_type_error(r, a[0], "is no number");
	if (bytes == 1) {
		return tv_text("1 Byte");
	} else if (bytes < base) {
		buf_printf(&r->s->text, "%.0f Bytes", trunc(bytes) + 0.0);
		return template_take_text(r, mark);
	}
	for (i = 0; i < 8; i++) {
		unit *= base;
		if (bytes < unit || i == 7)
			break;
	}
	buf_printf(&r->s->text, "%.1f %s", base * bytes / unit, (base > 1000 ? binary : units)[i]);
	return template_take_text(r, mark);
}

static const struct tbuiltin filters[] = {
	{"capitalize", "s", 1, template_str_capitalize, NULL},
	{"center", "value width", 1, filter_center, NULL},
	{"e", "s", 1, filter_escape, NULL},
	{"escape", "s", 1, filter_escape, NULL},
	{"filesizeformat", "value binary", 1, filter_filesizeformat, NULL},
	{"forceescape", "value", 1, filter_forceescape, NULL},
	{"format", "value", 1, NULL, filter_format},
	{"indent", "s width first blank", 1, filter_indent, NULL},
	{"lower", "s", 1, template_str_lower, NULL},
	{"replace", "s old new count", 3, filter_replace, NULL},
	{"safe", "value", 1, filter_safe, NULL},
	{"string", "object", 1, filter_string, NULL},
	{"title", "s", 1, filter_title, NULL},
	{"trim", "value chars", 1, template_str_strip, NULL},
	{"truncate", "s length killwords end leeway", 1, filter_truncate, NULL},
	{"upper", "s", 1, template_str_upper, NULL},
	{"urlencode", "value", 1, filter_urlencode, NULL},
	{"wordcount", "s", 1, filter_wordcount, NULL}
};

struct ttable
template_text_filters(void)
{
	return (struct ttable){filters, sizeof(filters) / sizeof(filters[0])};
}
