/* SPDX-License-Identifier: ISC
 *
 * JSON text out of trees.
 */
#include <string.h>

#include "shared/base/js.h"

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
