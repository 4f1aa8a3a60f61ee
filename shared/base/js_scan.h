/* SPDX-License-Identifier: ISC
 *
 * The members of a JSON object one after another, straight from its text: for text that was checked before
 * (js_parse accepted it, js_dump wrote it) and of which only some values are of interest. Nothing is
 * allocated, and no tree is made. What is broken is noticed where it matters for finding the members; a
 * value that is looked at through js_parse is checked by that.
 */
#ifndef JS_SCAN_H
#define JS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/buf.h"
#include "shared/base/js.h"

struct js_scan {
	const char	*p, *end;
	bool		 begun;
};

/* One member; the pointers go into the scanned text. */
struct js_member {
	const char	*key;		/* as written, without its quotes */
	size_t		 key_len;
	const char	*value;		/* as written: JSON text of its own */
	size_t		 len;
	enum js_type	 type;		/* JS_INT for any number */
};

/* The text has to live as long as the scan. */
struct js_scan js_scan_start(const char *text, size_t len);
/* RC_OK: *out is the next member. RC_NOT_FOUND: there is none any more. RC_INVALID: no object, or broken. */
enum rc js_scan_next(struct js_scan *s, struct js_member *out);
/*
 * The characters of a string: inside the scanned text when it is written without escapes, otherwise
 * appended to b. RC_INVALID: no string, or a broken one.
 */
enum rc js_scan_string(const struct js_member *m, struct buf *b, const char **out, size_t *len);
/* The value as a tree; as js_parse with JS_LAX_KEYS. */
enum rc js_scan_value(const struct js_member *m, struct js **out, struct fault *f);

#endif
