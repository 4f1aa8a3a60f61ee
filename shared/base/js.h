/* SPDX-License-Identifier: ISC
 *
 * JSON: reading and trees (owns jansson), and a writer that streams into a buf. Values are immutable
 * once parsed; what a function returns from inside a tree is borrowed and lives as long as the root.
 */
#ifndef JS_H
#define JS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/rc.h"

struct js;	/* opaque: one JSON value */

enum js_type { JS_NULL, JS_FALSE, JS_TRUE, JS_INT, JS_REAL, JS_STRING, JS_ARRAY, JS_OBJECT };

#define JS_DEPTH_MAX 32		/* deeper input is refused */

/* What js_parse accepts beyond plain RFC 8259. */
enum js_flag {
	JS_STRICT = 0,		/* duplicate keys are an error: for the API */
	JS_LAX_KEYS = 1		/* the last of duplicate keys wins: for device payloads */
};

/*
 * Parses one whole JSON value (scalars included) from text[0..len). Refuses NUL characters, bad
 * UTF-8, trailing bytes, nesting over JS_DEPTH_MAX: RC_INVALID or RC_TOO_LARGE with *f filled (f
 * may be NULL). The caller owns *out (js_free).
 */
enum rc js_parse(const char *text, size_t len, int flags, struct js **out, struct fault *f);
void js_free(struct js *v);			/* drops one reference; NULL is legal */
struct js *js_ref(const struct js *v);		/* one more reference to the same value */

enum js_type js_type(const struct js *v);	/* JS_NULL for NULL */
bool js_is_null(const struct js *v);		/* also true for NULL, the absent value */
/* Member of an object; NULL when v is no object or has no such key. */
const struct js *js_get(const struct js *v, const char *key);
const struct js *js_getn(const struct js *v, const char *key, size_t keylen);
const struct js *js_at(const struct js *v, size_t i);	/* array item or NULL */
size_t js_size(const struct js *v);		/* items or members, 0 for others */
/* NULL when v is no string. *len may be NULL. */
const char *js_string(const struct js *v, size_t *len);
const char *js_get_string(const struct js *v, const char *key);	/* or NULL */
int64_t js_int(const struct js *v, int64_t otherwise);	/* JS_INT only */
double js_real(const struct js *v, double otherwise);	/* JS_INT or JS_REAL */
bool js_bool(const struct js *v, bool otherwise);
bool js_is_number(const struct js *v);

/* for (it = js_iter(o); it != NULL; it = js_iter_next(o, it)): members in insertion order. */
void *js_iter(const struct js *object);
void *js_iter_next(const struct js *object, void *it);
const char *js_iter_key(void *it);
const struct js *js_iter_value(void *it);

/*
 * Building trees. The setters take over the reference of `value` (NULL counts as null, as everywhere)
 * and end the process on misuse.
 */
struct js *js_new_null(void);
struct js *js_new_bool(bool b);
struct js *js_new_int(int64_t i);
struct js *js_new_real(double d);		/* not finite becomes null */
struct js *js_new_string(const char *s);	/* as buf_json_string; NULL becomes null */
struct js *js_new_stringn(const char *s, size_t n);
struct js *js_new_array(void);
struct js *js_new_object(void);
void js_set(struct js *object, const char *key, struct js *value);
void js_unset(struct js *object, const char *key);
void js_append(struct js *array, struct js *value);
void js_set_at(struct js *array, size_t i, struct js *value);	/* i: of an item that is there */
struct js *js_copy(const struct js *v);		/* deep */
bool js_equal(const struct js *a, const struct js *b);
/* Whether fn is true of v or of anything in it. */
bool js_any(const struct js *v, bool (*fn)(const struct js *v));

/* Compact text (",", ":", UTF-8, insertion order); js_parse reads back an equal tree. */
void js_dump(const struct js *v, struct buf *b);

/*
 * The writer. Commas and nesting are its business; key is NULL inside arrays and at the top.
 *	struct jsw w = jsw_to(&buf);
 *	jsw_object(&w, NULL); jsw_string(&w, "id", "light.x"); jsw_end(&w);
 */
struct jsw {
	struct buf	*b;
	uint64_t	 comma;	/* bit per depth: a value was already written there */
	uint64_t	 array;	/* bit per depth: the container is an array */
	int		 depth;	/* open containers, at most 63 */
};

struct jsw jsw_to(struct buf *b);
void jsw_object(struct jsw *w, const char *key);
void jsw_array(struct jsw *w, const char *key);
void jsw_end(struct jsw *w);
void jsw_string(struct jsw *w, const char *key, const char *s);	/* NULL s writes null */
void jsw_stringn(struct jsw *w, const char *key, const char *s, size_t n);
void jsw_int(struct jsw *w, const char *key, int64_t v);
void jsw_real(struct jsw *w, const char *key, double v);
void jsw_bool(struct jsw *w, const char *key, bool v);
void jsw_null(struct jsw *w, const char *key);
void jsw_raw(struct jsw *w, const char *key, const char *json);	/* json is valid JSON text */
void jsw_value(struct jsw *w, const char *key, const struct js *v);
void jsw_time(struct jsw *w, const char *key, int64_t utc_ms);	/* RFC 3339, null when 0 */

#endif
