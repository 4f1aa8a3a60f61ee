/* SPDX-License-Identifier: ISC
 *
 * JSON trees over jansson. A struct js * is a json_t * under another name; no other file includes
 * jansson.h.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/base_int.h"
#include "shared/base/js.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"

static json_t *
in(const struct js *v)
{
	return (json_t *)v;
}

static struct js *
out(json_t *v)
{
	if (v == NULL)
		mem_exhausted();
	return (struct js *)v;
}

static _Noreturn void
misuse(const char *what)
{
	log_error("js", "%s", what);
	abort();
}

/* The end of the string whose opening quote is at p, or end. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p;
}

/* How often c is in p, in strings too; stops counting behind max. */
static int
count(const char *p, const char *end, char c, int max)
{
	int n;

	for (n = 0; n <= max && p < end && (p = memchr(p, c, (size_t)(end - p))) != NULL; n++)
		p++;
	return n;
}

/* Whether containers nest deeper than JS_DEPTH_MAX: before anything is allocated. */
static bool
too_deep(const char *p, size_t len)
{
	const char *end = p + len;
	int depth = 0;

	/* nearly always so, and quickly seen */
	if (count(p, end, '{', JS_DEPTH_MAX) + count(p, end, '[', JS_DEPTH_MAX) <= JS_DEPTH_MAX)
		return false;
	for (; p < end; p++) {
		if (*p == '"')
			p = skip_string(p, end);
		else if (*p == '[' || *p == '{') {
			if (++depth > JS_DEPTH_MAX)
				return true;
		} else if (*p == ']' || *p == '}')
			depth--;
	}
	return false;
}

enum rc
js_parse(const char *text, size_t len, int flags, struct js **v, struct fault *f)
{
	size_t options = JSON_DECODE_ANY;
	json_error_t e;
	json_t *j;

	if (len == 0)
		text = "";
	if (too_deep(text, len))
		return fault_set(f, RC_TOO_LARGE, NULL, "the JSON nests deeper than %d levels",
		    JS_DEPTH_MAX);
	/* Behind a number jansson would skip it. */
	if (memchr(text, '\0', len) != NULL)
		return fault_set(f, RC_INVALID, NULL, "not JSON: it contains a NUL character");
	if (!(flags & JS_LAX_KEYS))
		options |= JSON_REJECT_DUPLICATES;
	j = json_loadb(text, len, options, &e);
	if (j == NULL) {
		if (json_error_code(&e) == json_error_out_of_memory)
			mem_exhausted();
		if (json_error_code(&e) == json_error_null_character ||
		    json_error_code(&e) == json_error_null_byte_in_key)
			return fault_set(f, RC_INVALID, NULL, "line %d column %d: a text must not hold \\u0000",
			    e.line, e.column);
		return fault_set(f, RC_INVALID, NULL, "not JSON: line %d column %d: %s", e.line,
		    e.column, e.text);
	}
	*v = out(j);
	return RC_OK;
}

void
js_free(struct js *v)
{
	json_decref(in(v));
}

struct js *
js_ref(const struct js *v)
{
	return (struct js *)json_incref(in(v));
}

enum js_type
js_type(const struct js *v)
{
	static const enum js_type types[] = {
		[JSON_OBJECT] = JS_OBJECT,
		[JSON_ARRAY] = JS_ARRAY,
		[JSON_STRING] = JS_STRING,
		[JSON_INTEGER] = JS_INT,
		[JSON_REAL] = JS_REAL,
		[JSON_TRUE] = JS_TRUE,
		[JSON_FALSE] = JS_FALSE,
		[JSON_NULL] = JS_NULL,
	};

	return v != NULL ? types[json_typeof(in(v))] : JS_NULL;
}

bool
js_is_null(const struct js *v)
{
	return js_type(v) == JS_NULL;
}

const struct js *
js_get(const struct js *v, const char *key)
{
	return (const struct js *)json_object_get(in(v), key);
}

const struct js *
js_getn(const struct js *v, const char *key, size_t keylen)
{
	return (const struct js *)json_object_getn(in(v), key, keylen);
}

const struct js *
js_at(const struct js *v, size_t i)
{
	return (const struct js *)json_array_get(in(v), i);
}

size_t
js_size(const struct js *v)
{
	return js_type(v) == JS_OBJECT ? json_object_size(in(v)) : json_array_size(in(v));
}

const char *
js_string(const struct js *v, size_t *len)
{
	if (js_type(v) != JS_STRING)
		return NULL;
	if (len != NULL)
		*len = json_string_length(in(v));
	return json_string_value(in(v));
}

const char *
js_get_string(const struct js *v, const char *key)
{
	return js_string(js_get(v, key), NULL);
}

int64_t
js_int(const struct js *v, int64_t otherwise)
{
	return js_type(v) == JS_INT ? json_integer_value(in(v)) : otherwise;
}

double
js_real(const struct js *v, double otherwise)
{
	return js_is_number(v) ? json_number_value(in(v)) : otherwise;
}

bool
js_bool(const struct js *v, bool otherwise)
{
	enum js_type type = js_type(v);

	return type == JS_TRUE ? true : type == JS_FALSE ? false : otherwise;
}

bool
js_is_number(const struct js *v)
{
	enum js_type type = js_type(v);

	return type == JS_INT || type == JS_REAL;
}

void *
js_iter(const struct js *object)
{
	return json_object_iter(in(object));
}

void *
js_iter_next(const struct js *object, void *it)
{
	return json_object_iter_next(in(object), it);
}

const char *
js_iter_key(void *it)
{
	return json_object_iter_key(it);
}

const struct js *
js_iter_value(void *it)
{
	return (const struct js *)json_object_iter_value(it);
}

struct js *
js_new_null(void)
{
	return out(json_null());
}

struct js *
js_new_bool(bool b)
{
	return out(json_boolean(b));
}

struct js *
js_new_int(int64_t i)
{
	return out(json_integer(i));
}

struct js *
js_new_real(double d)
{
	return out(isfinite(d) ? json_real(d) : json_null());
}

/* s with U+FFFD in place of every byte that is NUL or no UTF-8. */
static void
clean(const char *s, size_t n, struct buf *b)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	size_t len;

	for (; p < end; p += len) {
		len = *p != 0 && *p < 0x80 ? 1 : base_utf8(p, end);
		if (len != 0)
			buf_put(b, p, len);
		else {
			buf_puts(b, "\xef\xbf\xbd");
			len = 1;
		}
	}
}

struct js *
js_new_string(const char *s)
{
	return s != NULL ? js_new_stringn(s, strlen(s)) : js_new_null();
}

struct js *
js_new_stringn(const char *s, size_t n)
{
	struct buf b = {0};
	json_t *j;

	if (memchr(s, '\0', n) == NULL && (j = json_stringn(s, n)) != NULL)
		return out(j);
	clean(s, n, &b);
	j = json_stringn(buf_str(&b), b.len);
	buf_free(&b);
	return out(j);
}

struct js *
js_new_array(void)
{
	return out(json_array());
}

struct js *
js_new_object(void)
{
	return out(json_object());
}

void
js_set(struct js *object, const char *key, struct js *value)
{
	struct buf b = {0};

	if (js_type(object) != JS_OBJECT || key == NULL || object == value)
		misuse("js_set needs an object and a key");
	if (value == NULL)
		value = js_new_null();
	if (json_object_set(in(object), key, in(value)) != 0) {
		clean(key, strlen(key), &b);
		if (json_object_set(in(object), buf_str(&b), in(value)) != 0)
			mem_exhausted();
	}
	buf_free(&b);
	js_free(value);
}

void
js_unset(struct js *object, const char *key)
{
	json_object_del(in(object), key);
}

void
js_append(struct js *array, struct js *value)
{
	if (js_type(array) != JS_ARRAY || array == value)
		misuse("js_append needs an array");
	if (json_array_append_new(in(array), in(value != NULL ? value : js_new_null())) != 0)
		mem_exhausted();
}

void
js_set_at(struct js *array, size_t i, struct js *value)
{
	if (js_type(array) != JS_ARRAY || i >= js_size(array) || array == value)
		misuse("js_set_at needs an item of an array");
	if (json_array_set_new(in(array), i, in(value != NULL ? value : js_new_null())) != 0)
		mem_exhausted();
}

struct js *
js_copy(const struct js *v)
{
	return v != NULL ? out(json_deep_copy(in(v))) : js_new_null();
}

bool
js_equal(const struct js *a, const struct js *b)
{
	if (js_is_null(a) || js_is_null(b))
		return js_is_null(a) && js_is_null(b);
	return json_equal(in(a), in(b)) == 1;
}

bool
js_any(const struct js *v, bool (*fn)(const struct js *v))
{
	bool any = fn(v);
	size_t i;
	void *it;

	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && !any; i++)
		any = js_any(js_at(v, i), fn);
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL && !any; it = js_iter_next(v, it))
		any = js_any(js_iter_value(it), fn);
	return any;
}
