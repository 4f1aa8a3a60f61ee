/* SPDX-License-Identifier: ISC
 *
 * Walks the tables of triggers, conditions and actions, and writes each part and each shape that is met once.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/rule_schema.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/service_schema.h"

#define SHAPES_MAX 96
#define ID "https://house-consciousness.invalid/schemas/automation.json"

struct writing {
	const struct field_schema *s;
	const char		*prefix;
	const struct field_shape *met[SHAPES_MAX];
	size_t			 n, written;
};

/* A kind of part, whatever list it is of. */
struct kind {
	const char		*list, *name, *title, *help;
	const struct field	*fields;
	const char		*marker;	/* the member that says the kind; NULL: its name does */
};

static const char *
named(const struct writing *x, char out[96], const char *name)
{
	snprintf(out, 96, "%s%s", x->prefix, name);
	return out;
}

static void
meet(struct writing *x, const struct field_shape *shape)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (strcmp(x->met[i]->name, shape->name) == 0)
			return;
	if (x->n < SHAPES_MAX)
		x->met[x->n++] = shape;
}

static void
meet_all(struct writing *x, const struct field *table)
{
	for (; table->name != NULL; table++)
		if (table->shape != NULL)
			meet(x, table->shape);
}

/* ---- parts ---- */

static void
write_kind(struct writing *x, const struct kind *k)
{
	char name[96], own[64];

	snprintf(own, sizeof(own), "%s_%s", k->list, k->name);
	jsw_object(x->s->w, named(x, name, own));
	jsw_string(x->s->w, "title", k->title);
	jsw_string(x->s->w, "description", k->help);
	field_schema_object(x->s, k->fields);
	if (k->marker != NULL) {
		jsw_array(x->s->w, "allOf");
		jsw_object(x->s->w, NULL);
		jsw_object(x->s->w, "properties");
		jsw_object(x->s->w, k->marker);
		jsw_string(x->s->w, "const", k->name);
		jsw_end(x->s->w);
		jsw_end(x->s->w);
		jsw_end(x->s->w);
		jsw_end(x->s->w);
	} else if (strcmp(k->name, "action") == 0)
		service_schema_choice(x->s);
	jsw_end(x->s->w);
	meet_all(x, k->fields);
}

/* Calls fn with each kind of a list. */
static void
each_kind(struct writing *x, const char *list, void (*fn)(struct writing *x, const struct kind *k))
{
	struct kind k = { .list = list };
	int i;

	for (i = 0; *list == 't' && triggers[i] != NULL; i++) {
		k = (struct kind){ list, triggers[i]->name, triggers[i]->title, triggers[i]->help, triggers[i]->fields,
			"trigger" };
		fn(x, &k);
	}
	for (i = 0; *list == 'c' && conditions[i] != NULL; i++) {
		k = (struct kind){ list, conditions[i]->name, conditions[i]->title, conditions[i]->help,
			conditions[i]->fields, "condition" };
		fn(x, &k);
	}
	for (i = 0; *list == 'a' && actions[i] != NULL; i++) {
		k = (struct kind){ list, actions[i]->name, actions[i]->title, actions[i]->help, actions[i]->fields,
			NULL };
		fn(x, &k);
	}
}

static void
refer(struct writing *x, const struct kind *k)
{
	char own[64];

	snprintf(own, sizeof(own), "%s_%s", k->list, k->name);
	field_schema_reference(x->s, NULL, own);
}

/* {"and": [...]} and the like. */
static void
write_short(struct writing *x, const char *word)
{
	static const struct field rest[] = { RULE_COMMON_FIELDS, { 0 } };
	const struct field *f;
	struct jsw *w = x->s->w;

	jsw_object(w, NULL);
	jsw_string(w, "type", "object");
	jsw_bool(w, "additionalProperties", false);
	jsw_array(w, "required");
	jsw_string(w, NULL, word);
	jsw_end(w);
	jsw_object(w, "properties");
	field_schema_reference(x->s, word, "conditions");
	for (f = rest; f->name != NULL; f++)
		field_schema_input(x->s, f->name, f);
	jsw_end(w);
	jsw_end(w);
}

/* A trigger that calls its kind "platform", the older word; the house looks into the rest. */
static void
write_older(struct writing *x)
{
	struct jsw *w = x->s->w;
	int i;

	jsw_object(w, NULL);
	jsw_string(w, "type", "object");
	jsw_array(w, "required");
	jsw_string(w, NULL, "platform");
	jsw_end(w);
	jsw_object(w, "properties");
	jsw_object(w, "platform");
	jsw_array(w, "enum");
	for (i = 0; triggers[i] != NULL; i++)
		jsw_string(w, NULL, triggers[i]->name);
	jsw_end(w);
	jsw_end(w);
	jsw_raw(w, "trigger", "false");
	jsw_end(w);
	jsw_end(w);
}

/* {"required": [name]} for each. */
static void
write_given(struct jsw *w, const char *const *names)
{
	for (; *names != NULL; names++) {
		jsw_object(w, NULL);
		jsw_array(w, "required");
		jsw_string(w, NULL, *names);
		jsw_end(w);
		jsw_end(w);
	}
}

/* {"required": [name], "properties": {name: shape}} */
static void
write_alone(const struct field_schema *s, const char *name, const char *shape)
{
	struct jsw *w = s->w;

	jsw_object(w, NULL);
	jsw_array(w, "required");
	jsw_string(w, NULL, name);
	jsw_end(w);
	jsw_object(w, "properties");
	field_schema_reference(s, name, shape);
	jsw_end(w);
	jsw_end(w);
}

/* An action with older words for its members, or of which a template says more; the house looks into the rest. */
static void
write_older_action(struct writing *x)
{
	struct jsw *w = x->s->w;

	jsw_object(w, NULL);
	jsw_string(w, "type", "object");
	jsw_array(w, "anyOf");
	write_given(w, rule_words_of_action);
	write_alone(x->s, "action", "embedded_template");
	write_alone(x->s, "data", "embedded_template");
	jsw_object(w, NULL);
	jsw_raw(w, "required", "[\"data\"]");
	jsw_object(w, "properties");
	jsw_object(w, "data");
	jsw_string(w, "type", "object");
	jsw_array(w, "anyOf");
	write_given(w, rule_words_of_data);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
}

/* Any kind of a list; what is disabled is not looked into. */
static void
write_any(struct writing *x, const char *list)
{
	struct jsw *w = x->s->w;
	char name[96];

	jsw_object(w, named(x, name, list));
	jsw_array(w, "anyOf");
	each_kind(x, list, refer);
	if (*list == 'c') {
		field_schema_reference(x->s, NULL, "template");
		write_short(x, "and");
		write_short(x, "or");
		write_short(x, "not");
	}
	if (*list == 'a') {
		field_schema_reference(x->s, NULL, "condition");
		write_older_action(x);
	}
	if (*list == 't')
		write_older(x);
	field_schema_reference(x->s, NULL, "disabled");
	jsw_end(w);
	jsw_end(w);
}

/* ---- all of it ---- */

/* Of those met so far; they meet others. */
static void
write_shapes(struct writing *x)
{
	const struct field_shape *shape;
	char name[96];

	for (; x->written < x->n; x->written++) {
		shape = x->met[x->written];
		if (shape->schema != NULL || shape->fields != NULL || shape->of != NULL)
			field_schema_shape(x->s, named(x, name, shape->name), shape);
		if (shape->fields != NULL)
			meet_all(x, shape->fields);
		if (shape->of != NULL)
			meet(x, shape->of);
	}
}

void
rule_schema_parts(const struct field_schema *s, const char *prefix)
{
	struct writing x = { .s = s, .prefix = prefix };
	char name[96];

	write_any(&x, "trigger");
	write_any(&x, "condition");
	write_any(&x, "action");
	each_kind(&x, "trigger", write_kind);
	each_kind(&x, "condition", write_kind);
	each_kind(&x, "action", write_kind);
	jsw_raw(s->w, named(&x, name, "disabled"), "{\"type\":\"object\",\"required\":[\"enabled\"],"
	    "\"properties\":{\"enabled\":{\"const\":false}},\"description\":\"is not looked into\"}");
	jsw_raw(s->w, named(&x, name, "embedded_template"), "{\"type\":\"string\",\"pattern\":\"[{][{%]\","
	    "\"description\":\"a template: {{ ... }} or {% ... %}\"}");
	meet_all(&x, automation_fields);
	write_shapes(&x);
	service_schema_names(s, named(&x, name, "service"));
	service_schema_data(s, prefix);
}

/* A rule in other words of Home Assistant; the house looks into it. */
static void
write_other(const struct field_schema *s)
{
	struct jsw *w = s->w;

	jsw_object(w, "automation_in_other_words");
	jsw_string(w, "type", "object");
	jsw_string(w, "description", "in other words of Home Assistant, which become the house's own; a list may stand "
	    "for its only part");
	jsw_array(w, "anyOf");
	write_given(w, rule_words_of_rule);
	write_alone(s, "triggers", "trigger");
	write_alone(s, "conditions", "condition");
	write_alone(s, "actions", "action");
	jsw_end(w);
	jsw_end(w);
}

void
rule_schema_write(struct buf *out)
{
	struct jsw w = jsw_to(out);
	const struct field_schema s = { &w, "#/$defs/" };

	jsw_object(&w, NULL);
	jsw_string(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jsw_string(&w, "$id", ID);
	jsw_string(&w, "title", "Automation");
	jsw_string(&w, "description", "A rule of the house: what starts it, what must hold, what it does.");
	jsw_array(&w, "anyOf");
	field_schema_reference(&s, NULL, "automation");
	field_schema_reference(&s, NULL, "automation_in_other_words");
	jsw_end(&w);
	jsw_object(&w, "$defs");
	jsw_object(&w, "automation");
	field_schema_object(&s, automation_fields);
	jsw_end(&w);
	write_other(&s);
	rule_schema_parts(&s, "");
	jsw_end(&w);
	jsw_end(&w);
}
