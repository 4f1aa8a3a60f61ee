/* SPDX-License-Identifier: ISC
 *
 * Values as text, as Python's str() and repr() write them.
 */
#include "shared/base/template_int.h"

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
	case TV_STATE:
		template_put_object(b, v);
		return true;
	default:
		if (template_is_states(v)) {
			template_put_object(b, v);
			return true;
		}
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
