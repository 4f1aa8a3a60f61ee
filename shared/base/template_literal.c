/* SPDX-License-Identifier: ISC
 *
 * Text that reads as a list, tuple, set or dict of Python, as printing them writes it, becomes JSON text, and that is
 * read. What JSON cannot hold (a NUL, an endless number, a dict with a list as key) is no literal here.
 */
#include <stdlib.h>

#include "shared/base/template_int.h"

struct reader {
	const char	*p, *end;
	struct buf	 out;		/* JSON of what was read */
	int		 depth;
};

static bool read_value(struct reader *r);

static void
skip_space(struct reader *r)
{
	while (r->p < r->end && strchr(" \t\r\n", *r->p) != NULL && *r->p != '\0')
		r->p++;
}

/* Takes it when it is next. */
static bool
take(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	skip_space(r);
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return false;
	r->p += n;
	return true;
}

/* n hexadecimal digits that name a character. */
static bool
read_code(struct reader *r, int n)
{
	uint32_t cp = 0;

	for (; n > 0 && r->p < r->end; n--, r->p++) {
		if (!((*r->p >= '0' && *r->p <= '9') || ((*r->p | 32) >= 'a' && (*r->p | 32) <= 'f')))
			return false;
		cp = cp << 4 | (uint32_t)(*r->p <= '9' ? *r->p - '0' : (*r->p | 32) - 'a' + 10);
	}
	if (n > 0 || cp == 0 || cp > 0x10ffff)
		return false;
	if (cp > 0xffff)
		buf_printf(&r->out, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + (cp & 0x3ff));
	else
		buf_printf(&r->out, "\\u%04x", cp);
	return true;
}

/* Behind a backslash. */
static bool
read_escape(struct reader *r)
{
	static const char kept[] = "\\\"nrtbf";
	char c = r->p < r->end ? *r->p++ : '\0';

	if (c == 'x' || c == 'u' || c == 'U')
		return read_code(r, c == 'x' ? 2 : c == 'u' ? 4 : 8);
	if (c == '\0' || (c != '\'' && strchr(kept, c) == NULL))
		return false;
	if (c != '\'')
		buf_putc(&r->out, '\\');
	buf_putc(&r->out, c);
	return true;
}

static bool
read_string(struct reader *r)
{
	char mark = *r->p++;

	buf_putc(&r->out, '"');
	for (; r->p < r->end && *r->p != mark; ) {
		if (*r->p == '\\') {
			r->p++;
			if (!read_escape(r))
				return false;
			continue;
		}
		if (*r->p == '"')
			buf_putc(&r->out, '\\');
		buf_putc(&r->out, *r->p++);	/* a bare control character is refused by JSON too */
	}
	buf_putc(&r->out, '"');
	return r->p++ < r->end;
}

static size_t
digits(struct reader *r)
{
	const char *from = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return (size_t)(r->p - from);
}

/* Of JSON's form, which is how Python prints them. */
static bool
read_number(struct reader *r)
{
	const char *from = r->p, *first;
	size_t n;

	r->p += r->p < r->end && *r->p == '-';
	first = r->p;
	n = digits(r);
	if (n == 0 || (n > 1 && *first == '0'))
		return false;
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		if (digits(r) == 0)
			return false;
	}
	if (r->p < r->end && (*r->p | 32) == 'e') {
		r->p++;
		r->p += r->p < r->end && (*r->p == '-' || *r->p == '+');
		if (digits(r) == 0)
			return false;
	}
	buf_put(&r->out, from, (size_t)(r->p - from));
	return true;
}

/* What was read behind `mark`, as a key: JSON has text alone there, as to_json writes it. */
static bool
make_key(struct reader *r, size_t mark)
{
	char first = r->out.p[mark], *word;
	size_t n = r->out.len - mark;

	if (first == '"')
		return true;
	if (first == '[' || first == '{')
		return false;
	word = mem_xmalloc(n);
	memcpy(word, r->out.p + mark, n);
	buf_cut(&r->out, mark);
	buf_putc(&r->out, '"');
	buf_put(&r->out, word, n);
	buf_putc(&r->out, '"');
	free(word);
	return true;
}

/* Behind "{": whether it is a set or a dict shows behind its first item. */
static bool
read_braces(struct reader *r)
{
	size_t start = r->out.len, mark;
	bool dict = true;
	size_t n;

	buf_putc(&r->out, '{');
	for (n = 0; !take(r, "}"); n++) {
		if (n > 0)
			buf_putc(&r->out, ',');
		mark = r->out.len;
		if (!read_value(r))
			return false;
		if (n == 0)
			dict = take(r, ":");
		else if (dict && !take(r, ":"))
			return false;
		if (dict) {
			if (!make_key(r, mark))
				return false;
			buf_putc(&r->out, ':');
			if (!read_value(r))
				return false;
		}
		if (!take(r, ",") && (skip_space(r), r->p == r->end || *r->p != '}'))
			return false;
	}
	if (!dict)
		r->out.p[start] = '[';
	buf_putc(&r->out, dict ? '}' : ']');
	return true;
}

/* Behind "[" or "(". One value in brackets alone is no tuple. */
static bool
read_items(struct reader *r, const char *close)
{
	bool comma = true;
	size_t n;

	buf_putc(&r->out, '[');
	for (n = 0; !take(r, close); n++) {
		if (!comma)
			return false;
		if (n > 0)
			buf_putc(&r->out, ',');
		if (!read_value(r))
			return false;
		comma = take(r, ",");
	}
	buf_putc(&r->out, ']');
	return *close == ']' || n != 1 || comma;
}

static bool
read_container(struct reader *r)
{
	bool ok;

	if (++r->depth > JS_DEPTH_MAX)
		return false;
	ok = *r->p++ == '{' ? read_braces(r) : read_items(r, r->p[-1] == '(' ? ")" : "]");
	r->depth--;
	return ok;
}

static bool
read_value(struct reader *r)
{
	static const char *const words[][2] = {
		{ "True", "true" }, { "False", "false" }, { "None", "null" }, { "set()", "[]" }
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (take(r, words[i][0])) {
			buf_puts(&r->out, words[i][1]);
			return true;
		}
	}
	if (r->p == r->end || *r->p == '\0')
		return false;
	if (strchr("[({", *r->p) != NULL)
		return read_container(r);
	return *r->p == '\'' || *r->p == '"' ? read_string(r) : read_number(r);
}

struct js *
template_literal(const char *s, size_t n)
{
	struct reader r = {.p = s, .end = s + n};
	struct js *v = NULL;

	if (n > 0 && (strchr("[({", *s) != NULL || (n == 5 && memcmp(s, "set()", 5) == 0)) && read_value(&r) &&
	    (skip_space(&r), r.p == r.end))
		js_parse(r.out.p, r.out.len, JS_LAX_KEYS, &v, NULL);
	buf_free(&r.out);
	return v;
}
