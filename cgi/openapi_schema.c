/* SPDX-License-Identifier: ISC
 *
 * JSON Schema out of what resources declare: members of answers, fields of inputs.
 */
#include <stdio.h>

#include "cgi/openapi_schema.h"

static void
types(struct jsw *w, const char *type, bool null)
{
	if (!null) {
		jsw_string(w, "type", type);
		return;
	}
	jsw_array(w, "type");
	jsw_string(w, NULL, type);
	jsw_string(w, NULL, "null");
	jsw_end(w);
}

void
openapi_reference(struct jsw *w, const char *key, const char *schema)
{
	char path[128];

	snprintf(path, sizeof(path), "#/components/schemas/%s", schema);
	jsw_object(w, key);
	jsw_string(w, "$ref", path);
	jsw_end(w);
}

static void
one_or_null(struct jsw *w, const struct member *m)
{
	jsw_object(w, m->name);
	jsw_array(w, "oneOf");
	openapi_reference(w, NULL, m->of);
	jsw_object(w, NULL);
	jsw_string(w, "type", "null");
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
}

static void
write_member(struct jsw *w, const struct member *m)
{
	static const char *const names[] = {
		[MEMBER_TEXT] = "string", [MEMBER_INT] = "integer", [MEMBER_REAL] = "number",
		[MEMBER_BOOL] = "boolean", [MEMBER_TIME] = "string", [MEMBER_OBJECT] = "object",
		[MEMBER_TEXTS] = "array", [MEMBER_INTS] = "array", [MEMBER_LIST] = "array",
	};

	if (m->type == MEMBER_ONE) {
		if (m->null)
			one_or_null(w, m);
		else
			openapi_reference(w, m->name, m->of);
		return;
	}
	jsw_object(w, m->name);
	if (m->type != MEMBER_ANY)
		types(w, names[m->type], m->null);
	if (m->type == MEMBER_TIME)
		jsw_string(w, "format", "date-time");
	if (m->type == MEMBER_LIST)
		openapi_reference(w, "items", m->of);
	if (m->type == MEMBER_TEXTS || m->type == MEMBER_INTS) {
		jsw_object(w, "items");
		jsw_string(w, "type", m->type == MEMBER_TEXTS ? "string" : "integer");
		jsw_end(w);
	}
	if (m->help != NULL)
		jsw_string(w, "description", m->help);
	jsw_end(w);
}

void
openapi_schema(struct jsw *w, const struct schema *s)
{
	const struct member *m;

	if (s->members == NULL) {
		jsw_raw(w, s->name, s->json);
		return;
	}
	jsw_object(w, s->name);
	jsw_string(w, "type", "object");
	jsw_bool(w, "additionalProperties", false);
	jsw_array(w, "required");
	for (m = s->members; m->name != NULL; m++)
		jsw_string(w, NULL, m->name);
	jsw_end(w);
	jsw_object(w, "properties");
	for (m = s->members; m->name != NULL; m++)
		write_member(w, m);
	jsw_end(w);
	jsw_end(w);
}

void
openapi_input(struct jsw *w, const char *key, const struct field *f)
{
	const struct field_schema s = { w, OPENAPI_RULES };

	field_schema_input(&s, key, f);
}
