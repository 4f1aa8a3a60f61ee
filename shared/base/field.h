/* SPDX-License-Identifier: ISC
 *
 * Declared inputs: a table of fields (name, type, range, required) says what a JSON body or a query
 * string may hold; the values come out typed, in the table's order. Unknown names are errors. The
 * OpenAPI document is generated from the same tables.
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/js.h"
#include "shared/base/mem.h"

enum field_type {
	FIELD_TEXT,	/* string, min..max bytes */
	FIELD_INT,	/* min..max */
	FIELD_REAL,	/* min..max */
	FIELD_BOOL,
	FIELD_TIME,	/* RFC 3339 or UTC ms, comes out as UTC ms in .i */
	FIELD_CHOICE,	/* one of `choices`, comes out as index in .i and text in .s */
	FIELD_LIST,	/* query: comma-separated text; body: array of strings; in .list/.n */
	FIELD_OBJECT,	/* body only, any object, in .js */
	FIELD_ARRAY,	/* body only, any array, in .js, min..max items */
	FIELD_ANY,	/* body only, any JSON value, in .js */
	FIELD_SHAPE	/* body only, a value that its `shape` reads */
};

enum field_where { FIELD_BODY, FIELD_QUERY, FIELD_PATH };

struct field;
struct field_value;

/* A form that values of several fields have, such as a duration or a list of ids. */
struct field_shape {
	const char		*name;		/* in documents, and to whoever draws a form of them */
	/* What it is, one of these: */
	const char		*schema;	/* JSON Schema (2020-12) as text; "#/$defs/NAME" is another shape */
	const struct field	*fields;	/* an object of these; whoever takes it reads it by them */
	const struct field_shape *of;		/* one of these, or a list; what schema names, if any */
	size_t			 least, most;
	/*
	 * Checks and reads one. With `of`, .list has the texts of all when that has a read. NULL: .js is all there is
	 * to it. RC_INVALID: f->field is the place inside, such as "[2]" or "minutes", or empty.
	 */
	enum rc			(*read)(const struct js *v, struct mem_arena *a, struct field_value *out,
				    struct fault *f);
};

struct field {
	const char		*name;
	enum field_where	 where;
	enum field_type		 type;
	bool			 required;
	double			 min, max;	/* length, items or value; both 0: the type's own cap */
	const char *const	*choices;	/* FIELD_CHOICE: NULL-terminated */
	const char		*help;		/* one line for the OpenAPI document */
	const struct field_shape *shape;	/* FIELD_SHAPE: how to read it; FIELD_ARRAY: of its items */
	const char		*title;		/* as a form calls it; NULL: its name will do */
	const char		*example;	/* JSON text: what a form begins with, or NULL */
	bool			 one_of;	/* exactly one of the rows that say so is given */
	bool			 some_of;	/* at least one of the rows that say so is given */
};

struct field_value {
	bool			 set;
	bool			 null;	/* given as null, which is as not given but to those who ask */
	const char		*s;	/* FIELD_TEXT, FIELD_CHOICE */
	int64_t			 i;	/* FIELD_INT, FIELD_TIME, FIELD_CHOICE, FIELD_BOOL */
	double			 r;	/* FIELD_REAL, FIELD_INT */
	const struct js		*js;	/* FIELD_OBJECT, FIELD_ARRAY, FIELD_ANY, FIELD_SHAPE: borrowed from the body */
	const char *const	*list;	/* FIELD_LIST */
	size_t			 n;	/* items in list; bytes in s */
};

/*
 * A table ends with a row whose name is NULL; values[] has one slot per row. Each reader below
 * clears and fills the slots of its own rows only, so start with values[] zeroed.
 */
size_t field_count(const struct field *table);

/*
 * Checks the members of `body` (an object, or NULL for an empty one) against the FIELD_BODY rows.
 * Text is copied into the arena only where needed; values borrow from body. A null counts as not
 * given, but for FIELD_ANY. RC_INVALID with f->field naming the first offender, inside of a shape with its place.
 */
enum rc field_read_body(const struct field *table, const struct js *body, struct mem_arena *a,
    struct field_value *values, struct fault *f);
/* The same for a raw query string ("a=1&b=x%20y") and the FIELD_QUERY rows. */
enum rc field_read_query(const struct field *table, const char *query, struct mem_arena *a,
    struct field_value *values, struct fault *f);
/* One value of a shape. RC_INVALID: f->field is the place inside, or empty. */
enum rc field_read_shape(const struct field_shape *s, const struct js *v, struct mem_arena *a,
    struct field_value *out, struct fault *f);
/* One FIELD_PATH value, already percent-decoded. */
enum rc field_read_path(const struct field *table, const char *name, const char *value,
    struct mem_arena *a, struct field_value *values, struct fault *f);

/* %XX and, when plus is true, '+'; false for a bad escape or an encoded NUL. out may be in. */
bool field_url_decode(const char *in, size_t n, bool plus, char *out, size_t *outlen);
/* True when s[0..n) is well-formed UTF-8 (no surrogates, no overlong forms) without NUL. */
bool field_utf8(const char *s, size_t n);
size_t field_characters(const char *s, size_t n);	/* code points of such a text */
/* True for "domain.object_id": [a-z0-9_]+ "." [a-z0-9_]+, at most 255 bytes. */
bool field_entity_id(const char *s);
/*
 * Home Assistant's slugify: lower case, accents off, anything else to single '_', trimmed;
 * "unknown" when nothing is left. RC_TOO_LARGE when it does not fit.
 */
enum rc field_slug(const char *in, char *out, size_t outlen);

#endif
