/* SPDX-License-Identifier: ISC
 *
 * Members of an object without a tree.
 */
#include <string.h>

#include "shared/base/js_scan.h"

struct js_scan
js_scan_start(const char *text, size_t len)
{
	return (struct js_scan){ .p = text, .end = text + len };
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* Behind the closing quote of the string whose opening quote is at p; NULL: there is none. */
static const char *
skip_string(const char *p, const char *end)
{
	const char *q, *back;

	for (q = p + 1; q < end && (q = memchr(q, '"', (size_t)(end - q))) != NULL; q++) {
		for (back = q; back[-1] == '\\'; back--)
			;
		if ((q - back) % 2 == 0)
			return q + 1;
	}
	return NULL;
}

/* Behind the list or object that opens at p. */
static const char *
skip_nested(const char *p, const char *end)
{
	int depth = 0;

	while (p != NULL && p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '[' || *p == '{')
			depth++;
		else if ((*p == ']' || *p == '}') && --depth == 0)
			return p + 1;
		p++;
	}
	return NULL;
}

static const char *
skip_plain(const char *p, const char *end)
{
	while (p < end && *p != ',' && *p != '}' && *p != ' ' && *p != '\t' && *p != '\n' && *p != '\r')
		p++;
	return p;
}

/* Reads the value at p into the member; where it ends, or NULL. */
static const char *
read_value(const char *p, const char *end, struct js_member *m)
{
	const char *stop;

	switch (p < end ? *p : '\0') {
	case '"':
		m->type = JS_STRING;
		stop = skip_string(p, end);
		break;
	case '{':
	case '[':
		m->type = *p == '{' ? JS_OBJECT : JS_ARRAY;
		stop = skip_nested(p, end);
		break;
	case 't':
	case 'f':
	case 'n':
		m->type = *p == 't' ? JS_TRUE : *p == 'f' ? JS_FALSE : JS_NULL;
		stop = skip_plain(p, end);
		break;
	default:
		m->type = JS_INT;
		stop = skip_plain(p, end);
		break;
	}
	if (stop == NULL || stop == p)
		return NULL;
	m->value = p;
	m->len = (size_t)(stop - p);
	return stop;
}

/* At the next key; out->key is NULL when there is none any more. */
static enum rc
find_key(struct js_scan *s, struct js_member *out)
{
	const char *p = skip_space(s->p, s->end);
	bool first = !s->begun;

	if (first) {
		if (p == s->end || *p != '{')
			return RC_INVALID;
		s->begun = true;
		p = skip_space(p + 1, s->end);
	}
	if (p == s->end)
		return RC_INVALID;
	out->key = NULL;
	if (*p == '}') {
		s->p = p;
		return skip_space(p + 1, s->end) == s->end ? RC_OK : RC_INVALID;
	}
	if (!first && *p++ != ',')
		return RC_INVALID;
	s->p = skip_space(p, s->end);
	if (s->p == s->end || *s->p != '"')
		return RC_INVALID;
	out->key = s->p + 1;
	return RC_OK;
}

enum rc
js_scan_next(struct js_scan *s, struct js_member *out)
{
	const char *p;
	enum rc rc;

	if ((rc = find_key(s, out)) != RC_OK || out->key == NULL)
		return rc != RC_OK ? rc : RC_NOT_FOUND;
	if ((p = skip_string(s->p, s->end)) == NULL)
		return RC_INVALID;
	out->key_len = (size_t)(p - 1 - out->key);
	p = skip_space(p, s->end);
	if (p == s->end || *p != ':')
		return RC_INVALID;
	if ((p = read_value(skip_space(p + 1, s->end), s->end, out)) == NULL)
		return RC_INVALID;
	s->p = p;
	return RC_OK;
}

/* The escapes of one character; 0 for others. */
static char
escaped(char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = c == '\0' ? NULL : strchr(from, c);

	return at == NULL ? '\0' : to[at - from];
}

/* Whether each backslash begins one of the simple escapes. */
static bool
is_simple(const char *p, const char *end)
{
	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		if (p + 1 == end || escaped(p[1]) == '\0')
			return false;
		p += 2;
	}
	return true;
}

static void
unescape(const char *p, const char *end, struct buf *b)
{
	const char *slash;

	for (; (slash = memchr(p, '\\', (size_t)(end - p))) != NULL; p = slash + 2) {
		buf_put(b, p, (size_t)(slash - p));
		buf_putc(b, escaped(slash[1]));
	}
	buf_put(b, p, (size_t)(end - p));
}

enum rc
js_scan_value(const struct js_member *m, struct js **out, struct fault *f)
{
	return js_parse(m->value, m->len, JS_LAX_KEYS, out, f);
}

enum rc
js_scan_string(const struct js_member *m, struct buf *b, const char **out, size_t *len)
{
	const char *p = m->value + 1, *s;
	size_t n = m->len - 2, start = b->len;
	struct js *v;
	enum rc rc;

	if (m->type != JS_STRING)
		return RC_INVALID;
	if (memchr(p, '\\', n) == NULL) {
		*out = p;
		*len = n;
		return RC_OK;
	}
	if (is_simple(p, p + n)) {
		unescape(p, p + n, b);
	} else {
		if ((rc = js_scan_value(m, &v, NULL)) != RC_OK)
			return rc;
		s = js_string(v, &n);
		buf_put(b, s, n);
		js_free(v);
	}
	*out = buf_str(b) + start;
	*len = b->len - start;
	return RC_OK;
}
