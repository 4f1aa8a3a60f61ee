/* SPDX-License-Identifier: ISC
 *
 * Writes what a table of fields says as JSON Schema. What a form needs besides stands under names with x-.
 */
#include <stdio.h>
#include <string.h>

#include "shared/base/field_schema.h"

#define INT_CAP 9007199254740991.0
#define REFERENCE "\"#/$defs/"

static void
type(struct jsw *w, const char *name, bool null)
{
	if (!null) {
		jsw_string(w, "type", name);
		return;
	}
	jsw_array(w, "type");
	jsw_string(w, NULL, name);
	jsw_string(w, NULL, "null");
	jsw_end(w);
}

static void
put_reference(const struct field_schema *s, const char *shape)
{
	char path[160];

	snprintf(path, sizeof(path), "%s%s", s->at, shape);
	jsw_string(s->w, "$ref", path);
}

void
field_schema_reference(const struct field_schema *s, const char *key, const char *shape)
{
	jsw_object(s->w, key);
	put_reference(s, shape);
	jsw_end(s->w);
}

static void
put_type_null(struct jsw *w)
{
	jsw_object(w, NULL);
	jsw_string(w, "type", "null");
	jsw_end(w);
}

static void
put_range(struct jsw *w, const struct field *f, const char *least, const char *most)
{
	if (f->min != 0)
		jsw_int(w, least, (int64_t)f->min);
	if (f->max != 0 && f->max < INT_CAP)
		jsw_int(w, most, (int64_t)f->max);
}

static void
put_choices(struct jsw *w, const struct field *f, bool null)
{
	const char *const *c;

	jsw_array(w, "enum");
	for (c = f->choices; *c != NULL; c++)
		jsw_string(w, NULL, *c);
	if (null)
		jsw_null(w, NULL);
	jsw_end(w);
}

static void
put_items(const struct field_schema *s, const struct field *f)
{
	if (f->shape != NULL) {
		field_schema_reference(s, "items", f->shape->name);
		return;
	}
	jsw_object(s->w, "items");
	if (f->type == FIELD_LIST)
		jsw_string(s->w, "type", "string");
	jsw_end(s->w);
}

static void
put_shape(const struct field_schema *s, const struct field *f, bool null)
{
	if (!null) {
		put_reference(s, f->shape->name);
		return;
	}
	jsw_array(s->w, "anyOf");
	field_schema_reference(s, NULL, f->shape->name);
	put_type_null(s->w);
	jsw_end(s->w);
}

/* What it may hold. */
static void
put_form(const struct field_schema *s, const struct field *f)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "string", [FIELD_INT] = "integer", [FIELD_REAL] = "number",
		[FIELD_BOOL] = "boolean", [FIELD_TIME] = "string", [FIELD_CHOICE] = "string",
		[FIELD_LIST] = "array", [FIELD_OBJECT] = "object", [FIELD_ARRAY] = "array",
	};
	bool null = f->where == FIELD_BODY && !f->required;

	if (f->type == FIELD_SHAPE) {
		put_shape(s, f, null);
		return;
	}
	if (f->type != FIELD_ANY)
		type(s->w, names[f->type], null);
	if (f->type == FIELD_CHOICE)
		put_choices(s->w, f, null);
	else if (f->type == FIELD_TEXT)
		put_range(s->w, f, "minLength", "maxLength");
	else if (f->type == FIELD_INT || f->type == FIELD_REAL)
		put_range(s->w, f, "minimum", "maximum");
	else if (f->type == FIELD_LIST || f->type == FIELD_ARRAY) {
		put_items(s, f);
		put_range(s->w, f, "minItems", "maxItems");
	}
}

void
field_schema_input(const struct field_schema *s, const char *key, const struct field *f)
{
	jsw_object(s->w, key);
	put_form(s, f);
	if (f->title != NULL)
		jsw_string(s->w, "title", f->title);
	if (f->where == FIELD_BODY && f->help != NULL)
		jsw_string(s->w, "description", f->help);
	if (f->example != NULL)
		jsw_raw(s->w, "default", f->example);
	jsw_end(s->w);
}

static bool
in_group(const struct field *f, bool one_of)
{
	return one_of ? f->one_of : f->some_of;
}

/* A row counts as given when it is not null. */
static void
put_group(struct jsw *w, const struct field *table, bool one_of, const char *word)
{
	const struct field *f;
	bool any = false;

	for (f = table; f->name != NULL && !any; f++)
		any = in_group(f, one_of);
	if (!any)
		return;
	jsw_array(w, word);
	for (f = table; f->name != NULL; f++) {
		if (!in_group(f, one_of))
			continue;
		jsw_object(w, NULL);
		jsw_array(w, "required");
		jsw_string(w, NULL, f->name);
		jsw_end(w);
		jsw_object(w, "properties");
		jsw_raw(w, f->name, "{\"not\":{\"type\":\"null\"}}");
		jsw_end(w);
		jsw_end(w);
	}
	jsw_end(w);
}

void
field_schema_object(const struct field_schema *s, const struct field *table)
{
	const struct field *f;

	jsw_string(s->w, "type", "object");
	jsw_bool(s->w, "additionalProperties", false);
	jsw_array(s->w, "required");
	for (f = table; f->name != NULL; f++)
		if (f->where == FIELD_BODY && f->required)
			jsw_string(s->w, NULL, f->name);
	jsw_end(s->w);
	jsw_object(s->w, "properties");
	for (f = table; f->name != NULL; f++)
		if (f->where == FIELD_BODY)
			field_schema_input(s, f->name, f);
	jsw_end(s->w);
	put_group(s->w, table, true, "oneOf");
	put_group(s->w, table, false, "anyOf");
}

/* One, or a list of them. */
static void
put_list(const struct field_schema *s, const struct field_shape *shape)
{
	jsw_raw(s->w, "if", "{\"type\":\"array\",\"items\":{}}");
	jsw_object(s->w, "then");
	jsw_int(s->w, "minItems", (int64_t)shape->least);
	jsw_int(s->w, "maxItems", (int64_t)shape->most);
	field_schema_reference(s, "items", shape->of->name);
	jsw_end(s->w);
	field_schema_reference(s, "else", shape->of->name);
}

/* The text, with its references where the schemas of shapes stand. */
static void
put_text(const struct field_schema *s, const char *key, const char *text)
{
	struct buf b = { 0 };
	const char *p;

	while ((p = strstr(text, REFERENCE)) != NULL) {
		buf_put(&b, text, (size_t)(p - text));
		buf_printf(&b, "\"%s", s->at);
		text = p + strlen(REFERENCE);
	}
	buf_puts(&b, text);
	jsw_raw(s->w, key, buf_str(&b));
	buf_free(&b);
}

void
field_schema_shape(const struct field_schema *s, const char *key, const struct field_shape *shape)
{
	if (shape->schema != NULL) {
		put_text(s, key, shape->schema);
		return;
	}
	jsw_object(s->w, key);
	if (shape->fields != NULL)
		field_schema_object(s, shape->fields);
	else
		put_list(s, shape);
	jsw_end(s->w);
}
