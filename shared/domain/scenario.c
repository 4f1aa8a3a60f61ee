/* SPDX-License-Identifier: ISC
 *
 * What scenarios are told: their parameters, declared and given. And which of them the product brings.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/near.h"
#include "shared/domain/scenario.h"
#include "shared/store/store_id.h"

#define NAME_MAX_BYTES 64
#define TEXT_MAX 255

enum type { TYPE_TEXT, TYPE_INTEGER, TYPE_NUMBER, TYPE_BOOLEAN, TYPE_AREA };

static const char *const types[] = { "text", "integer", "number", "boolean", "area", NULL };

enum { P_TYPE, P_DEFAULT, P_MIN, P_MAX, P_OPTIONS, P_DESCRIPTION };

static const struct field fields[] = {
	[P_TYPE] = { "type", FIELD_BODY, FIELD_CHOICE, true, 0, 0, types, "what it is" },
	[P_DEFAULT] = { "default", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "when it is not given" },
	[P_MIN] = { "min", FIELD_BODY, FIELD_REAL, false, -1e9, 1e9, NULL, "of a number" },
	[P_MAX] = { "max", FIELD_BODY, FIELD_REAL, false, -1e9, 1e9, NULL, "of a number" },
	[P_OPTIONS] = { "options", FIELD_BODY, FIELD_LIST, false, 1, 50, NULL, "the texts that it may be" },
	[P_DESCRIPTION] = { "description", FIELD_BODY, FIELD_TEXT, false, 0, TEXT_MAX, NULL, "what it does" },
	{ 0 },
};

const struct scenario_shipped *
scenario_shipped_find(const char *id)
{
	const struct scenario_shipped *s;

	for (s = scenarios_shipped; s->id != NULL; s++)
		if (strcmp(s->id, id) == 0)
			return s;
	return NULL;
}

/* ---- one value ---- */

static enum rc
check_text(const struct field_value *d, const char *name, const char *text, struct fault *f)
{
	size_t i;

	if (text == NULL || strlen(text) > TEXT_MAX)
		return fault_set(f, RC_INVALID, name, "must be a text of at most %d bytes", TEXT_MAX);
	for (i = 0; d[P_OPTIONS].set && i < d[P_OPTIONS].n; i++)
		if (strcmp(d[P_OPTIONS].list[i], text) == 0)
			return RC_OK;
	return d[P_OPTIONS].set ? fault_set(f, RC_INVALID, name, "must be one of its options") : RC_OK;
}

static enum rc
check_number(const struct field_value *d, const char *name, const struct js *v, struct fault *f)
{
	double n = js_real(v, 0);

	if (!js_is_number(v) || (d[P_TYPE].i == TYPE_INTEGER && js_type(v) != JS_INT))
		return fault_set(f, RC_INVALID, name, d[P_TYPE].i == TYPE_INTEGER ? "must be a whole number" :
		    "must be a number");
	if (d[P_MIN].set && n < d[P_MIN].r)
		return fault_set(f, RC_INVALID, name, "must be at least %g", d[P_MIN].r);
	if (d[P_MAX].set && n > d[P_MAX].r)
		return fault_set(f, RC_INVALID, name, "must be at most %g", d[P_MAX].r);
	return RC_OK;
}

static enum rc
check_area(struct db *db, const char *name, const char *id, struct fault *f)
{
	if (id == NULL)
		return fault_set(f, RC_INVALID, name, "must be the id of an area, or empty");
	if (db == NULL || *id == '\0' || store_id_exists(db, STORE_ID_AREA, id))
		return RC_OK;
	return fault_set(f, RC_INVALID, name, "there is no area \"%.60s\"", id);
}

static enum rc
check_value(struct db *db, const struct field_value *d, const char *name, const struct js *v, struct fault *f)
{
	switch ((enum type)d[P_TYPE].i) {
	case TYPE_TEXT:
		return check_text(d, name, js_string(v, NULL), f);
	case TYPE_INTEGER:
	case TYPE_NUMBER:
		return check_number(d, name, v, f);
	case TYPE_BOOLEAN:
		return js_type(v) == JS_TRUE || js_type(v) == JS_FALSE ? RC_OK :
		    fault_set(f, RC_INVALID, name, "must be true or false");
	case TYPE_AREA:
		return check_area(db, name, js_string(v, NULL), f);
	}
	return RC_OK;
}

/* What stands for one that is not given and has no default. */
static struct js *
nothing(const struct field_value *d)
{
	switch ((enum type)d[P_TYPE].i) {
	case TYPE_INTEGER:
	case TYPE_NUMBER:
		return js_new_int(d[P_MIN].set && d[P_MIN].r > 0 ? (int64_t)d[P_MIN].r : 0);
	case TYPE_BOOLEAN:
		return js_new_bool(false);
	default:
		return js_new_string("");
	}
}

/* ---- all of them ---- */

/* As a template can say it. */
static bool
is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n < NAME_MAX_BYTES && s[n] == '\0' && (*s == '_' || (*s >= 'a' && *s <= 'z'));
}

/* "parameters.NAME", or "parameters.NAME.min". */
static enum rc
in_parameter(struct fault *f, enum rc rc, const char *name)
{
	struct fault why = f != NULL ? *f : (struct fault){ 0 };
	char place[sizeof(why.field) + NAME_MAX_BYTES + 16];

	snprintf(place, sizeof(place), "parameters.%.*s%s%s", NAME_MAX_BYTES, name, *why.field != '\0' ? "." : "",
	    why.field);
	return fault_set(f, rc, place, "%s", why.msg);
}

enum rc
scenario_check_parameters(const struct js *parameters, struct fault *f)
{
	struct field_value d[sizeof(fields) / sizeof(fields[0])];
	struct mem_arena *a;
	enum rc rc = RC_OK;
	void *it;

	if (js_size(parameters) > SCENARIO_PARAMETERS_MAX)
		return fault_set(f, RC_INVALID, "parameters", "there are at most %d", SCENARIO_PARAMETERS_MAX);
	a = mem_arena_new(1024);
	for (it = js_iter(parameters); it != NULL && rc == RC_OK; it = js_iter_next(parameters, it)) {
		memset(d, 0, sizeof(d));
		if (!is_name(js_iter_key(it)))
			rc = fault_set(f, RC_INVALID, "parameters", "a name has small letters, digits and _ alone");
		else if ((rc = field_read_body(fields, js_iter_value(it), a, d, f)) == RC_OK && d[P_DEFAULT].set)
			rc = check_value(NULL, d, "default", d[P_DEFAULT].js, f);
		if (rc != RC_OK)
			in_parameter(f, rc, js_iter_key(it));
	}
	mem_arena_free(a);
	return rc;
}

static enum rc
argument(struct db *db, const struct js *declared, const char *name, const struct js *given, struct mem_arena *a,
    struct js *out, struct fault *f)
{
	struct field_value d[sizeof(fields) / sizeof(fields[0])] = { 0 };
	const struct js *v = js_get(given, name);
	enum rc rc;

	if ((rc = field_read_body(fields, declared, a, d, f)) != RC_OK)
		return rc;
	if (v == NULL || js_is_null(v))
		v = d[P_DEFAULT].set ? d[P_DEFAULT].js : NULL;
	if (v == NULL)
		js_set(out, name, nothing(d));
	else if ((rc = check_value(db, d, "", v, f)) == RC_OK)
		js_set(out, name, js_ref(v));
	return rc;
}

/* What is given is among what is declared. */
static enum rc
check_names(const struct js *parameters, const struct js *given, struct fault *f)
{
	struct near n;
	void *it, *each;

	for (it = js_iter(given); it != NULL; it = js_iter_next(given, it)) {
		if (js_get(parameters, js_iter_key(it)) != NULL)
			continue;
		n = near_to(js_iter_key(it));
		for (each = js_iter(parameters); each != NULL; each = js_iter_next(parameters, each))
			near_try(js_iter_key(each), &n);
		fault_set(f, RC_INVALID, "", "the scenario has no such parameter%s", near_say(&n));
		return in_parameter(f, RC_INVALID, js_iter_key(it));
	}
	return RC_OK;
}

/* later: true for values that are not known yet; NULL: all are. */
static enum rc
arguments(struct db *db, const struct js *parameters, const struct js *given, bool (*later)(const struct js *v),
    struct js *out, struct fault *f)
{
	struct mem_arena *a = mem_arena_new(1024);
	enum rc rc = check_names(parameters, given, f);
	void *it;

	for (it = js_iter(parameters); it != NULL && rc == RC_OK; it = js_iter_next(parameters, it)) {
		if (later != NULL && js_any(js_get(given, js_iter_key(it)), later))
			continue;
		if ((rc = argument(db, js_iter_value(it), js_iter_key(it), given, a, out, f)) != RC_OK)
			in_parameter(f, rc, js_iter_key(it));
	}
	mem_arena_free(a);
	return rc;
}

enum rc
scenario_arguments(struct db *db, const struct js *parameters, const struct js *given, struct js **out,
    struct fault *f)
{
	struct js *o = js_new_object();
	enum rc rc = arguments(db, parameters, given, NULL, o, f);

	if (rc != RC_OK) {
		js_free(o);
		return rc;
	}
	*out = o;
	return RC_OK;
}

enum rc
scenario_check_arguments(struct db *db, const struct js *parameters, const struct js *given,
    bool (*later)(const struct js *v), struct fault *f)
{
	struct js *o = js_new_object();
	enum rc rc = arguments(db, parameters, given, later, o, f);

	js_free(o);
	return rc;
}

void
scenario_write_parameters(struct jsw *w, const struct js *declared, const struct js *variables)
{
	const struct js *v;
	void *it;

	jsw_object(w, "parameters");
	for (it = js_iter(declared); it != NULL; it = js_iter_next(declared, it))
		if ((v = js_get(variables, js_iter_key(it))) != NULL)
			jsw_value(w, js_iter_key(it), v);
	jsw_end(w);
}
