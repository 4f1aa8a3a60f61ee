/* SPDX-License-Identifier: ISC
 *
 * The writer: JSON text out of values as they come.
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
	bool comma = (w->comma & bit) != 0;

	w->comma |= bit;
	if (key != NULL)
		buf_json_key(w->b, key, strlen(key), comma);
	else if (comma)
		buf_putc(w->b, ',');
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
