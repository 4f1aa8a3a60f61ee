/* SPDX-License-Identifier: ISC
 *
 * Writes the rows of the services as JSON Schema. Wherever a value may stand, a template may.
 */
#include <stdio.h>

#include "shared/domain/service.h"
#include "shared/domain/service_schema.h"

#define DATA "service_data."

static void
put_name(struct jsw *w, const char *domain, const char *name)
{
	char text[96];

	snprintf(text, sizeof(text), "%s.%s", domain, name);
	jsw_string(w, NULL, text);
}

void
service_schema_names(const struct field_schema *s, const char *key)
{
	const struct service *row;
	size_t i;

	jsw_object(s->w, key);
	jsw_array(s->w, "enum");
	for (i = 0; (row = service_at(i)) != NULL; i++)
		put_name(s->w, row->domain, row->name);
	for (row = service_of("switch"); row->domain != NULL; row++)
		put_name(s->w, "homeassistant", row->name);
	jsw_end(s->w);
	jsw_end(s->w);
}

/* {"if": the action is this one, "then": its data} */
static void
write_choice(const struct field_schema *s, const struct service *row)
{
	struct jsw *w = s->w;
	char name[96], data[128];

	snprintf(name, sizeof(name), "%s.%s", row->domain, row->name);
	snprintf(data, sizeof(data), DATA "%s", name);
	jsw_object(w, NULL);
	jsw_object(w, "if");
	jsw_raw(w, "required", "[\"action\"]");
	jsw_object(w, "properties");
	jsw_object(w, "action");
	jsw_string(w, "const", name);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_object(w, "then");
	jsw_object(w, "properties");
	jsw_object(w, "data");
	jsw_array(w, "anyOf");
	field_schema_reference(s, NULL, data);
	jsw_raw(w, NULL, "{\"type\":\"null\"}");
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
}

void
service_schema_choice(const struct field_schema *s)
{
	const struct service *row;
	size_t i;

	jsw_array(s->w, "allOf");
	for (i = 0; (row = service_at(i)) != NULL; i++)
		write_choice(s, row);
	jsw_end(s->w);
}

static void
put_number(struct jsw *w, const struct service_field *p, bool ranged)
{
	jsw_object(w, NULL);
	jsw_string(w, "type", p->type == SERVICE_INT ? "integer" : "number");
	if (ranged) {
		jsw_real(w, "minimum", p->min);
		jsw_real(w, "maximum", p->max);
	}
	jsw_end(w);
}

static void
put_numbers(const struct field_schema *s, const struct service_field *p)
{
	jsw_object(s->w, NULL);
	jsw_string(s->w, "type", "array");
	jsw_int(s->w, "minItems", p->count == 0 ? 1 : p->count);
	jsw_int(s->w, "maxItems", p->count == 0 ? SERVICE_LIST_MAX : p->count);
	jsw_object(s->w, "items");
	jsw_array(s->w, "anyOf");
	put_number(s->w, p, true);
	field_schema_reference(s, NULL, "embedded_template");
	jsw_end(s->w);
	jsw_end(s->w);
	jsw_end(s->w);
}

static void
put_text(struct jsw *w, const struct service_field *p)
{
	jsw_object(w, NULL);
	jsw_string(w, "type", "string");
	if (p->max > 0 && p->high == NULL)
		jsw_int(w, "maxLength", (int64_t)p->max);
	jsw_end(w);
}

/* Numbers come as texts too. */
static void
put_value(const struct field_schema *s, const struct service_field *p)
{
	switch (p->type) {
	case SERVICE_INT:
	case SERVICE_REAL:
		put_number(s->w, p, p->low == NULL && p->high == NULL);
		jsw_raw(s->w, NULL, "{\"type\":\"string\",\"pattern\":\"^[-+]?[0-9.]\"}");
		if (p->yes)
			jsw_raw(s->w, NULL, "{\"const\":true}");
		break;
	case SERVICE_TEXT:
		put_text(s->w, p);
		break;
	case SERVICE_NUMBERS:
		put_numbers(s, p);
		break;
	case SERVICE_JSON:
		jsw_raw(s->w, NULL, "{\"type\":[\"object\",\"array\"],\"items\":{}}");
		break;
	default:
		jsw_raw(s->w, NULL, "{\"type\":\"boolean\"}");
	}
}

static void
put_hint(struct jsw *w, const char *key, const char *value)
{
	if (value != NULL)
		jsw_string(w, key, value);
}

static void
put_field(const struct field_schema *s, const struct service_field *p)
{
	static const char *const needs[] = { NULL, "dimming", "color", "tint", "white" };

	jsw_object(s->w, p->name);
	jsw_array(s->w, "anyOf");
	put_value(s, p);
	field_schema_reference(s, NULL, "embedded_template");
	jsw_end(s->w);
	if (p->feature != 0)
		jsw_int(s->w, "x-feature", p->feature);
	put_hint(s->w, "x-need", needs[p->need]);
	put_hint(s->w, "x-options", p->options);
	put_hint(s->w, "x-low", p->low);
	put_hint(s->w, "x-high", p->high);
	if (p->secret)
		jsw_bool(s->w, "x-secret", true);
	jsw_end(s->w);
}

static void
put_service(const struct field_schema *s, const char *prefix, const struct service *row)
{
	const struct service_field *p;
	struct jsw *w = s->w;
	char key[128];

	snprintf(key, sizeof(key), "%s" DATA "%s.%s", prefix, row->domain, row->name);
	jsw_object(w, key);
	jsw_string(w, "type", "object");
	jsw_bool(w, "additionalProperties", false);
	jsw_array(w, "required");
	for (p = row->fields; p != NULL && p->name != NULL; p++)
		if (p->required)
			jsw_string(w, NULL, p->name);
	jsw_end(w);
	jsw_object(w, "properties");
	for (p = row->fields; p != NULL && p->name != NULL; p++)
		put_field(s, p);
	jsw_end(w);
	if (row->feature != 0)
		jsw_int(w, "x-feature", row->feature);
	jsw_end(w);
}

void
service_schema_data(const struct field_schema *s, const char *prefix)
{
	const struct service *row;
	size_t i;

	for (i = 0; (row = service_at(i)) != NULL; i++)
		put_service(s, prefix, row);
}
