/* SPDX-License-Identifier: ISC
 *
 * JSON text out of values as they come, and out of trees.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/js.h"
#include "shared/base/log.h"

#define DEPTH_MAX 63	/* one bit of jsw.comma and jsw.array per depth */

struct jsw
jsw_to(struct buf *b)
{
	return (struct jsw){.b = b};
}

/* Everything before a value: the comma and the key. */
static void
before(struct jsw *w, const char *key)
{
	uint64_t bit = UINT64_C(1) << w->depth;

	if (w->comma & bit)
		buf_putc(w->b, ',');
	w->comma |= bit;
	if (key != NULL) {
		buf_json_string(w->b, key, strlen(key));
		buf_putc(w->b, ':');
	}
}

static void
open_container(struct jsw *w, const char *key, bool array)
{
	uint64_t bit;

	before(w, key);
	if (w->depth == DEPTH_MAX) {
		log_error("js", "the writer nests deeper than %d levels", DEPTH_MAX);
		abort();
	}
	bit = UINT64_C(1) << ++w->depth;
	w->comma &= ~bit;
	w->array = array ? w->array | bit : w->array & ~bit;
	buf_putc(w->b, array ? '[' : '{');
}

void
jsw_object(struct jsw *w, const char *key)
{
	open_container(w, key, false);
}

void
jsw_array(struct jsw *w, const char *key)
{
	open_container(w, key, true);
}

void
jsw_end(struct jsw *w)
{
	if (w->depth == 0) {
		log_error("js", "the writer has nothing to end");
		abort();
	}
	buf_putc(w->b, w->array & UINT64_C(1) << w->depth ? ']' : '}');
	w->depth--;
}

void
jsw_string(struct jsw *w, const char *key, const char *s)
{
	if (s != NULL)
		jsw_stringn(w, key, s, strlen(s));
	else
		jsw_null(w, key);
}

void
jsw_stringn(struct jsw *w, const char *key, const char *s, size_t n)
{
	before(w, key);
	buf_json_string(w->b, s, n);
}

void
jsw_int(struct jsw *w, const char *key, int64_t v)
{
	before(w, key);
	buf_put_int(w->b, v);
}

void
jsw_real(struct jsw *w, const char *key, double v)
{
	before(w, key);
	buf_json_number(w->b, v);
}

void
jsw_bool(struct jsw *w, const char *key, bool v)
{
	jsw_raw(w, key, v ? "true" : "false");
}

void
jsw_null(struct jsw *w, const char *key)
{
	jsw_raw(w, key, "null");
}

void
jsw_raw(struct jsw *w, const char *key, const char *json)
{
	before(w, key);
	buf_puts(w->b, json);
}

void
jsw_value(struct jsw *w, const char *key, const struct js *v)
{
	before(w, key);
	js_dump(v, w->b);
}

void
jsw_time(struct jsw *w, const char *key, int64_t utc_ms)
{
	char text[CLOCK_TEXT];

	if (utc_ms != 0)
		jsw_string(w, key, clock_rfc3339(utc_ms, text));
	else
		jsw_null(w, key);
}

/* A real keeps its point, so that it is a real again when it is read. */
static void
dump_real(double v, struct buf *b)
{
	size_t start = b->len;

	buf_json_number(b, v);
	if (b->len > start && strpbrk(b->p + start, ".e") == NULL)
		buf_put(b, ".0", 2);
}

static void
dump_array(const struct js *v, struct buf *b)
{
	size_t i, n = js_size(v);

	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		if (i != 0)
			buf_putc(b, ',');
		js_dump(js_at(v, i), b);
	}
	buf_putc(b, ']');
}

static void
dump_object(const struct js *v, struct buf *b)
{
	const char *key;
	void *it;

	buf_putc(b, '{');
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it)) {
		if (it != js_iter(v))
			buf_putc(b, ',');
		key = js_iter_key(it);
		buf_json_string(b, key, strlen(key));
		buf_putc(b, ':');
		js_dump(js_iter_value(it), b);
	}
	buf_putc(b, '}');
}

void
js_dump(const struct js *v, struct buf *b)
{
	const char *s;
	size_t n;

	switch (js_type(v)) {
	case JS_NULL:
		buf_puts(b, "null");
		break;
	case JS_FALSE:
		buf_puts(b, "false");
		break;
	case JS_TRUE:
		buf_puts(b, "true");
		break;
	case JS_INT:
		buf_put_int(b, js_int(v, 0));
		break;
	case JS_REAL:
		dump_real(js_real(v, 0), b);
		break;
	case JS_STRING:
		s = js_string(v, &n);
		buf_json_string(b, s, n);
		break;
	case JS_ARRAY:
		dump_array(v, b);
		break;
	case JS_OBJECT:
		dump_object(v, b);
		break;
	}
}
