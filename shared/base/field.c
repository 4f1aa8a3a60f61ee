/* SPDX-License-Identifier: ISC
 *
 * Reads declared inputs: looks each given name up in the table, checks the value by the row's type
 * and range, and puts it, typed, into the row's slot.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/field_int.h"
#include "shared/base/near.h"

#define TEXT_CAP 4096		/* bytes of a text without its own range */
#define ITEMS_CAP 1000		/* items of a list or an array without its own range */
#define INT_CAP 9007199254740991.0	/* 2^53 - 1: what every JSON reader holds exactly */
#define TIME_CAP INT64_C(253402300799999)	/* the last millisecond of the year 9999 */

size_t
field_count(const struct field *table)
{
	size_t n = 0;

	while (table[n].name != NULL)
		n++;
	return n;
}

/* The row of a name; its slot is values[row - table]. */
static const struct field *
find(const struct field *table, enum field_where where, const char *name)
{
	for (; table->name != NULL; table++)
		if (table->where == where && strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static void
clear(const struct field *table, enum field_where where, struct field_value *values)
{
	size_t i;

	for (i = 0; table[i].name != NULL; i++)
		if (table[i].where == where)
			values[i] = (struct field_value){0};
}

static enum rc
check_required(const struct field *table, enum field_where where,
    const struct field_value *values, struct fault *f)
{
	size_t i;

	for (i = 0; table[i].name != NULL; i++)
		if (table[i].where == where && table[i].required && !values[i].set)
			return fault_set(f, RC_INVALID, table[i].name, "%s is missing",
			    table[i].name);
	return RC_OK;
}

static enum rc
wrong(const struct field *row, const char *want, struct fault *f)
{
	return fault_set(f, RC_INVALID, row->name, "%s must be %s", row->name, want);
}

/* The row's range; without one (both 0, or only a minimum) the cap of the type ends it. */
static void
range(const struct field *row, double low, double high, double *min, double *max)
{
	bool own = row->min != 0 || row->max != 0;

	*min = own ? row->min : low;
	*max = own && row->max >= row->min ? row->max : high;
}

/* Lengths and numbers of items. */
static enum rc
check_size(const struct field *row, size_t n, double cap, const char *unit, struct fault *f)
{
	double min, max;

	range(row, 0, cap, &min, &max);
	if ((double)n < min && n == 0)
		return fault_set(f, RC_INVALID, row->name, "%s must not be empty", row->name);
	if ((double)n < min || (double)n > max)
		return fault_set(f, RC_INVALID, row->name, "%s must have %.0f to %.0f %s",
		    row->name, min, max, unit);
	return RC_OK;
}

static enum rc
check_number(const struct field *row, double r, double cap, struct fault *f)
{
	double min, max;

	range(row, -cap, cap, &min, &max);
	if (r >= min && r <= max)
		return RC_OK;
	if (row->type == FIELD_INT && max >= 9e15)
		return fault_set(f, RC_INVALID, row->name, "%s must be at least %.0f", row->name, min);
	return fault_set(f, RC_INVALID, row->name, row->type == FIELD_INT ? "%s must lie between %.0f and %.0f" :
	    "%s must lie between %.15g and %.15g", row->name, min, max);
}

static enum rc
take_text(const struct field *row, const char *s, size_t n, struct field_value *v, struct fault *f)
{
	v->s = s;
	v->n = n;
	return check_size(row, n, TEXT_CAP, "bytes", f);
}

static enum rc
take_number(const struct field *row, double r, struct field_value *v, struct fault *f)
{
	v->r = r;
	if (row->type == FIELD_REAL)
		return check_number(row, r, HUGE_VAL, f);
	if (r != nearbyint(r))
		return wrong(row, "a whole number", f);
	if (fabs(r) <= INT_CAP)
		v->i = (int64_t)r;
	return check_number(row, r, INT_CAP, f);
}

static enum rc
take_time(const struct field *row, const char *s, struct field_value *v, struct fault *f)
{
	if (clock_parse(s, &v->i) != RC_OK)
		return wrong(row, "an RFC 3339 time or UTC milliseconds", f);
	return RC_OK;
}

static enum rc
take_choice(const struct field *row, const char *s, struct field_value *v, struct fault *f)
{
	char want[160];
	size_t i, n;

	for (i = 0; row->choices[i] != NULL; i++) {
		if (strcmp(row->choices[i], s) == 0) {
			v->s = row->choices[i];
			v->n = strlen(v->s);
			v->i = (int64_t)i;
			return RC_OK;
		}
	}
	n = strlcpy(want, "one of ", sizeof(want));
	for (i = 0; row->choices[i] != NULL && n < sizeof(want); i++)
		n += (size_t)snprintf(want + n, sizeof(want) - n, "%s%s", i != 0 ? ", " : "",
		    row->choices[i]);
	return wrong(row, want, f);
}

static enum rc
json_text(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	const char *s;
	size_t n;

	(void)a;
	s = js_string(js, &n);
	return s != NULL ? take_text(row, s, n, v, f) : wrong(row, "a string", f);
}

static enum rc
json_number(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	enum rc rc;

	(void)a;
	if (!js_is_number(js))
		return wrong(row, row->type == FIELD_INT ? "a whole number" : "a number", f);
	rc = take_number(row, js_real(js, 0), v, f);
	if (rc == RC_OK && row->type == FIELD_INT)
		v->i = js_int(js, v->i);
	return rc;
}

static enum rc
json_bool(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)a;
	v->i = js_type(js) == JS_TRUE;
	return v->i || js_type(js) == JS_FALSE ? RC_OK : wrong(row, "true or false", f);
}

static enum rc
json_time(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)a;
	v->i = js_int(js, 0);
	if (js_type(js) == JS_INT && v->i >= -TIME_CAP && v->i <= TIME_CAP)
		return RC_OK;
	return take_time(row, js_type(js) == JS_STRING ? js_string(js, NULL) : "", v, f);
}

static enum rc
json_choice(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)a;
	return take_choice(row, js_type(js) == JS_STRING ? js_string(js, NULL) : "", v, f);
}

static enum rc
json_list(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	const char **list;
	size_t i, len;
	enum rc rc;

	if (js_type(js) != JS_ARRAY)
		return wrong(row, "an array of strings", f);
	v->n = js_size(js);
	rc = check_size(row, v->n, ITEMS_CAP, "items", f);
	if (rc != RC_OK)
		return rc;
	list = mem_alloc(a, v->n * sizeof(*list));
	for (i = 0; i < v->n; i++) {
		list[i] = js_string(js_at(js, i), &len);
		if (list[i] == NULL || len > TEXT_CAP)
			return wrong(row, "an array of strings", f);
	}
	v->list = list;
	return RC_OK;
}

static enum rc
json_object(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)a;
	v->js = js;
	return js_type(js) == JS_OBJECT ? RC_OK : wrong(row, "an object", f);
}

static enum rc
json_array(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)a;
	v->js = js;
	v->n = js_size(js);
	if (js_type(js) != JS_ARRAY)
		return wrong(row, "an array", f);
	return check_size(row, v->n, ITEMS_CAP, "items", f);
}

static enum rc
json_any(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)row;
	(void)a;
	(void)f;
	v->js = js;
	return RC_OK;
}

static enum rc
json_shape(const struct field *row, const struct js *js, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	enum rc rc = field_read_shape(row->shape, js, a, v, f);

	return rc == RC_OK ? rc : fault_in(f, rc, row->name, -1);
}

static enum rc
text_text(const struct field *row, char *s, size_t n, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	(void)a;
	return take_text(row, s, n, v, f);
}

static enum rc
text_number(const struct field *row, char *s, size_t n, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	const char *want = row->type == FIELD_INT ? "a whole number" : "a number";
	char *end;
	double r;

	(void)a;
	/* strtod(3) also takes blanks, hexadecimal, infinities: none of them is a number here. */
	if (n == 0 || strspn(s, "0123456789+-.eE") != n)
		return wrong(row, want, f);
	r = strtod(s, &end);
	if (*end != '\0' || !isfinite(r))
		return wrong(row, want, f);
	return take_number(row, r, v, f);
}

static enum rc
text_bool(const struct field *row, char *s, size_t n, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	(void)n;
	(void)a;
	v->i = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
	if (v->i || strcmp(s, "false") == 0 || strcmp(s, "0") == 0)
		return RC_OK;
	return wrong(row, "true or false", f);
}

static enum rc
text_time(const struct field *row, char *s, size_t n, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	(void)n;
	(void)a;
	return take_time(row, s, v, f);
}

static enum rc
text_choice(const struct field *row, char *s, size_t n, struct mem_arena *a,
    struct field_value *v, struct fault *f)
{
	(void)n;
	(void)a;
	return take_choice(row, s, v, f);
}

static enum rc
text_list(const struct field *row, char *s, size_t n, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	const char **list;
	size_t i, items = n != 0;
	enum rc rc;

	for (i = 0; i < n; i++)
		items += s[i] == ',';
	rc = check_size(row, items, ITEMS_CAP, "items", f);
	if (rc != RC_OK)
		return rc;
	list = mem_alloc(a, items * sizeof(*list));
	for (i = 0; i < items; i++) {
		list[i] = strsep(&s, ",");
		if (*list[i] == '\0')
			return wrong(row, "a list without empty items", f);
	}
	v->list = list;
	v->n = items;
	return RC_OK;
}

/* How a type reads JSON, and text of a query or path (NULL: it cannot stand there). */
static const struct {
	enum rc	(*json)(const struct field *row, const struct js *js, struct mem_arena *a,
	    struct field_value *v, struct fault *f);
	enum rc	(*text)(const struct field *row, char *s, size_t n, struct mem_arena *a,
	    struct field_value *v, struct fault *f);
} types[] = {
	[FIELD_TEXT] = {json_text, text_text},
	[FIELD_INT] = {json_number, text_number},
	[FIELD_REAL] = {json_number, text_number},
	[FIELD_BOOL] = {json_bool, text_bool},
	[FIELD_TIME] = {json_time, text_time},
	[FIELD_CHOICE] = {json_choice, text_choice},
	[FIELD_LIST] = {json_list, text_list},
	[FIELD_OBJECT] = {json_object, NULL},
	[FIELD_ARRAY] = {json_array, NULL},
	[FIELD_ANY] = {json_any, NULL},
	[FIELD_SHAPE] = {json_shape, NULL},
};
static_assert(sizeof(types) / sizeof(types[0]) == FIELD_SHAPE + 1, "every type has a row");

/* name is no row of the table that is read from there. */
static enum rc
unknown(const struct field *table, enum field_where where, const char *what, const char *name, struct fault *f)
{
	struct near n = near_to(name);

	for (; table->name != NULL; table++)
		if (table->where == where)
			near_try(table->name, &n);
	return fault_set(f, RC_INVALID, name, "unknown %s%s", what, near_say(&n));
}

enum rc
field_read_body(const struct field *table, const struct js *body, struct mem_arena *a,
    struct field_value *values, struct fault *f)
{
	const struct field *row;
	const struct js *js;
	enum rc rc;
	void *it;

	clear(table, FIELD_BODY, values);
	if (body != NULL && js_type(body) != JS_OBJECT)
		return fault_set(f, RC_INVALID, NULL, "the body must be a JSON object");
	for (it = js_iter(body); it != NULL; it = js_iter_next(body, it)) {
		row = find(table, FIELD_BODY, js_iter_key(it));
		if (row == NULL)
			return unknown(table, FIELD_BODY, "field", js_iter_key(it), f);
		js = js_iter_value(it);
		if (js_is_null(js) && row->type != FIELD_ANY) {
			values[row - table].null = true;
			continue;
		}
		rc = types[row->type].json(row, js, a, &values[row - table], f);
		if (rc != RC_OK)
			return rc;
		values[row - table].set = true;
	}
	rc = check_required(table, FIELD_BODY, values, f);
	return rc == RC_OK ? field_check_groups(table, values, f) : rc;
}

static enum rc
read_text(const struct field *row, char *s, size_t n, struct mem_arena *a, struct field_value *v,
    struct fault *f)
{
	enum rc rc;

	if (v->set)
		return fault_set(f, RC_INVALID, row->name, "%s is given twice", row->name);
	if (types[row->type].text == NULL)
		return fault_set(f, RC_ERROR, row->name, "%s is declared where only text can stand",
		    row->name);
	rc = types[row->type].text(row, s, n, a, v, f);
	v->set = rc == RC_OK;
	return rc;
}

/* Decodes raw[0..n) into the arena, NULL when it is no clean text. */
static char *
decode(const char *raw, size_t n, struct mem_arena *a, size_t *len)
{
	char *s = mem_alloc(a, n + 1);

	if (!field_url_decode(raw, n, true, s, len) || !field_utf8(s, *len))
		return NULL;
	s[*len] = '\0';
	return s;
}

/* One "name=value". */
static enum rc
read_pair(const struct field *table, const char *pair, size_t n, struct mem_arena *a,
    struct field_value *values, struct fault *f)
{
	const char *eq = memchr(pair, '=', n);
	size_t namelen = eq != NULL ? (size_t)(eq - pair) : n, len;
	const char *raw = eq != NULL ? eq + 1 : pair + n;
	const struct field *row;
	char *name, *value;

	name = decode(pair, namelen, a, &len);
	if (name == NULL)
		return fault_set(f, RC_INVALID, NULL, "the query string is badly encoded");
	row = find(table, FIELD_QUERY, name);
	if (row == NULL)
		return unknown(table, FIELD_QUERY, "parameter", name, f);
	value = decode(raw, (size_t)(pair + n - raw), a, &len);
	if (value == NULL)
		return fault_set(f, RC_INVALID, row->name, "%s is badly encoded", row->name);
	return read_text(row, value, len, a, &values[row - table], f);
}

enum rc
field_read_query(const struct field *table, const char *query, struct mem_arena *a,
    struct field_value *values, struct fault *f)
{
	enum rc rc;
	size_t n;

	clear(table, FIELD_QUERY, values);
	while (query != NULL && *query != '\0') {
		n = strcspn(query, "&");
		if (n != 0) {
			rc = read_pair(table, query, n, a, values, f);
			if (rc != RC_OK)
				return rc;
		}
		query += n + (query[n] == '&');
	}
	return check_required(table, FIELD_QUERY, values, f);
}

enum rc
field_read_path(const struct field *table, const char *name, const char *value,
    struct mem_arena *a, struct field_value *values, struct fault *f)
{
	const struct field *row = find(table, FIELD_PATH, name);
	size_t n = strlen(value);

	if (row == NULL)
		return fault_set(f, RC_ERROR, name, "the path declares no such field");
	values[row - table] = (struct field_value){0};
	if (!field_utf8(value, n))
		return fault_set(f, RC_INVALID, name, "%s is badly encoded", name);
	return read_text(row, mem_strndup(a, value, n), n, a, &values[row - table], f);
}
