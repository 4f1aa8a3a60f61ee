/* SPDX-License-Identifier: ISC
 *
 * tojson (Jinja2: keys sorted, ASCII, safe in HTML), to_json (Home Assistant: compact, UTF-8) and
 * from_json, written as Python's json module writes them.
 */
#include <math.h>

#include "shared/base/template_int.h"

struct style {
	bool	    ascii, sort, nan;
	int64_t	    indent;		/* -1: one line */
	const char *comma, *colon;
};

struct writer { struct run *r; struct buf *b; struct style style; int depth; };

static bool put_value(struct writer *w, struct tv v);

static void
put_escape(struct buf *b, uint32_t cp)
{
	if (cp > 0xffff) {
		cp -= 0x10000;
		buf_printf(b, "\\u%04x\\u%04x", 0xd800 + (cp >> 10), 0xdc00 + (cp & 0x3ff));
	} else {
		buf_printf(b, "\\u%04x", cp);
	}
}

static bool
put_string(struct writer *w, struct tv v)
{
	static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
	const char *hit;
	uint32_t cp;
	size_t i, n;

	if (!template_charge(w->r, v.len / 32))
		return false;
	buf_putc(w->b, '"');
	for (i = 0; i < v.len; i += n) {
		n = template_utf8_get(v.u.s + i, v.len - i, &cp);
		hit = cp != 0 && cp < 128 ? strchr(from, (int)cp) : NULL;
		if (hit != NULL) {
			buf_putc(w->b, '\\');
			buf_putc(w->b, to[hit - from]);
		} else if (cp < 32 || (w->style.ascii && cp > 126)) {
			put_escape(w->b, cp);
		} else {
			buf_put(w->b, v.u.s + i, n);
		}
	}
	buf_putc(w->b, '"');
	return true;
}

static void
new_line(struct writer *w)
{
	int64_t i;

	if (w->style.indent < 0)
		return;
	buf_putc(w->b, '\n');
	for (i = 0; i < w->style.indent * w->depth; i++)
		buf_putc(w->b, ' ');
}

static bool
put_list(struct writer *w, struct tv v)
{
	struct titer it;
	struct tv item;
	bool some = false;

	buf_putc(w->b, '[');
	w->depth++;
	if (!template_iter(w->r, &it, v))
		return false;
	while (template_next(w->r, &it, &item)) {
		if (some)
			buf_puts(w->b, w->style.comma);
		some = true;
		new_line(w);
		if (!put_value(w, item))
			return false;
	}
	w->depth--;
	if (some)
		new_line(w);
	buf_putc(w->b, ']');
	return w->r->result == TEMPLATE_OK;
}

/* Keys are text, or become it. */
static bool
put_key(struct writer *w, struct tv key)
{
	if (key.type == TV_STRING)
		return put_string(w, key);
	if (key.type != TV_NONE && !tv_is_number(key)) {
		template_error(w->r, "keys must be str, int, float, bool or None, not %s",
		    template_type_name(key));
		return false;
	}
	buf_putc(w->b, '"');
	if (!put_value(w, key))
		return false;
	buf_putc(w->b, '"');
	return true;
}

static bool
put_dict(struct writer *w, struct tv v)
{
	struct tv keys = template_list_of(w->r, v), item;
	uint32_t i;

	if (tv_raised(keys) || (w->style.sort && !template_sort(w->r, (struct tv *)(uintptr_t)keys.u.items,
	    keys.u.items, keys.len, false)))
		return false;
	buf_putc(w->b, '{');
	w->depth++;
	for (i = 0; i < keys.len; i++) {
		if (i > 0)
			buf_puts(w->b, w->style.comma);
		new_line(w);
		if (!put_key(w, keys.u.items[i]))
			return false;
		buf_puts(w->b, w->style.colon);
		if (!template_dict_find(w->r, v, keys.u.items[i], &item) || !put_value(w, item))
			return false;
	}
	w->depth--;
	if (keys.len > 0)
		new_line(w);
	buf_putc(w->b, '}');
	return true;
}

static bool
put_real(struct writer *w, double d)
{
	if (isfinite(d)) {
		template_put_real(w->b, d);
		return true;
	}
	if (!w->style.nan) {
		template_error(w->r, "out of range float values are not JSON compliant");
		return false;
	}
	buf_puts(w->b, isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity");
	return true;
}

static bool
put_value(struct writer *w, struct tv v)
{
	if (!template_charge(w->r, 1))
		return false;
	if (w->depth > TEMPLATE_VALUE_MAX || w->b->len > TEMPLATE_MEMORY_MAX) {
		template_limit(w->r, "values nested too deeply");
		return false;
	}
	if (v.type == TV_STRING)
		return put_string(w, v);
	if (v.type == TV_REAL)
		return put_real(w, v.u.d);
	if (tv_is_list(v) || v.type == TV_TUPLE)
		return put_list(w, v);
	if (v.type == TV_STATE || v.type == TV_ATTRIBUTES)
		v = v.type == TV_STATE ? template_state_dict(w->r, v.u.state) :
		    template_attributes_dict(w->r, v.u.state);
	if (tv_is_dict(v))
		return put_dict(w, v);
	if (v.type == TV_INT)
		buf_put_int(w->b, v.u.i);
	else if (v.type == TV_BOOL)
		buf_puts(w->b, v.u.i != 0 ? "true" : "false");
	else if (v.type == TV_NONE)
		buf_puts(w->b, "null");
	else
		template_error(w->r, "object of type %s is not JSON serializable",
		    template_type_name(v));
	return w->r->result == TEMPLATE_OK;
}

static struct tv
dump(struct run *r, struct tv v, struct style style)
{
	struct writer w = {.r = r, .b = &r->s->text, .style = style};
	size_t mark = r->s->text.len;

	put_value(&w, v);
	return template_take_text(r, mark);
}

/* < > & ' as escapes. */
static struct tv
html_safe(struct run *r, struct tv s)
{
	size_t mark = r->s->text.len;
	uint32_t i;

	for (i = 0; i < s.len; i++) {
		if (s.u.s[i] != '\0' && strchr("<>&'", s.u.s[i]) != NULL)
			put_escape(&r->s->text, (uint8_t)s.u.s[i]);
		else
			buf_putc(&r->s->text, s.u.s[i]);
	}
	s = template_take_text(r, mark);
	s.flag = TV_MARKUP;
	return s;
}

struct tv
template_filter_tojson(struct run *r, const struct tv *a)
{
	struct style style = {.ascii = true, .sort = true, .nan = true, .indent = -1, .comma = ", ",
	    .colon = ": "};
	struct tv out;

	if (a[1].type != TV_ABSENT && a[1].type != TV_NONE) {
		if (!template_arg_int(r, a[1], "indent", &style.indent))
			return tv_make(TV_RAISED);
		style.indent = style.indent < 0 ? 0 : style.indent > 64 ? 64 : style.indent;
		style.comma = ",";
	}
	out = dump(r, a[0], style);
	return tv_raised(out) ? out : html_safe(r, out);
}

/* to_json(ensure_ascii=False, pretty_print=False, sort_keys=False) */
struct tv
template_filter_to_json(struct run *r, const struct tv *a)
{
	struct style style = {.ascii = template_truth(a[1]), .nan = template_truth(a[1]),
	    .sort = template_truth(a[3]), .indent = template_truth(a[2]) ? 2 : -1, .comma = ",",
	    .colon = ":"};

	if (style.ascii && style.indent < 0)
		style.comma = ", ";
	if (style.ascii || style.indent >= 0)
		style.colon = ": ";
	return dump(r, a[0], style);
}

struct tv
template_filter_from_json(struct run *r, const struct tv *a)
{
	struct fault fault = {0};
	struct js *root;

	if (a[0].type != TV_STRING && a[0].type != TV_BYTES) {
		if (a[1].type != TV_ABSENT)
			return a[1];
		return template_type_error(r, a[0], "is no JSON text");
	}
	if (r->s->nroots == TEMPLATE_ROOTS_MAX)
		return template_limit(r, "from_json too often");
	if (!template_charge(r, 1 + a[0].len / 8))
		return tv_make(TV_RAISED);
	if (js_parse(a[0].u.s, a[0].len, JS_LAX_KEYS, &root, &fault) == RC_OK) {
		r->s->roots[r->s->nroots++] = root;
		return template_wrap(root);
	}
	return a[1].type != TV_ABSENT ? a[1] : template_error(r, "from_json: %s", fault.msg);
}
