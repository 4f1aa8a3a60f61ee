/* SPDX-License-Identifier: ISC
 *
 * Compiling alert rules and judging them.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/outbox.h"

enum { F_NAME, F_DESCRIPTION, F_ENABLED, F_SEVERITY, F_VARIABLES, F_EXPRESSION, F_CLEAR, F_HYSTERESIS, F_FOR, F_REPEAT,
	F_CHANNELS, F_MESSAGE };
enum { V_ENTITY, V_ATTRIBUTE, V_AGGREGATE, V_OVER, V_BASELINE, V_DAYS };

const char *const alert_aggregates[] = { "average", "min", "max", "sum", "change", NULL };
const char *const alert_baselines[] = { "hour", "weekday", NULL };

static const struct field fields[] = {
	[F_NAME] = { "name", FIELD_BODY, FIELD_TEXT, true, 1, 128, NULL, "what people call it" },
	[F_DESCRIPTION] = { "description", FIELD_BODY, FIELD_TEXT, false, 0, 1024, NULL, "why it exists" },
	[F_ENABLED] = { "enabled", FIELD_BODY, FIELD_BOOL, false, 0, 0, NULL, "whether it is looked at" },
	[F_SEVERITY] = { "severity", FIELD_BODY, FIELD_CHOICE, false, 0, 0, severities, "how much it matters" },
	[F_VARIABLES] = { "variables", FIELD_BODY, FIELD_OBJECT, false, 0, 0, NULL, "names for the expression" },
	[F_EXPRESSION] = { "expression", FIELD_BODY, FIELD_TEXT, true, 1, ALERT_EXPRESSION_MAX, NULL, "raises it" },
	[F_CLEAR] = { "clear_expression", FIELD_BODY, FIELD_TEXT, false, 1, ALERT_EXPRESSION_MAX, NULL, "ends it" },
	[F_HYSTERESIS] = { "hysteresis", FIELD_BODY, FIELD_REAL, false, 0, 100, NULL, "percent to come back by" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it has to hold" },
	[F_REPEAT] = { "repeat", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "told again so often" },
	[F_CHANNELS] = { "channels", FIELD_BODY, FIELD_ARRAY, false, 0, CHANNELS_MAX, NULL, "who is told" },
	[F_MESSAGE] = { "message", FIELD_BODY, FIELD_TEXT, false, 1, OUTBOX_MESSAGE_MAX, NULL, "what people are told" },
	{ 0 },
};

static const struct field variable_fields[] = {
	[V_ENTITY] = { "entity_id", FIELD_BODY, FIELD_TEXT, true, 3, 255, NULL, "whose value it is" },
	[V_ATTRIBUTE] = { "attribute", FIELD_BODY, FIELD_TEXT, false, 1, 255, NULL, "instead of its state" },
	[V_AGGREGATE] = { "aggregate", FIELD_BODY, FIELD_CHOICE, false, 0, 0, alert_aggregates, "of its history" },
	[V_OVER] = { "over", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long back: of an aggregate" },
	[V_BASELINE] = { "baseline", FIELD_BODY, FIELD_CHOICE, false, 0, 0, alert_baselines, "what is usual then" },
	[V_DAYS] = { "days", FIELD_BODY, FIELD_INT, false, 3, 366, NULL, "how far back: of a baseline" },
	{ 0 },
};

#define DAYS 28

/* ---- variables ---- */

static enum rc
compile_aggregate(const struct field_value *v, struct alert_variable *out, struct fault *f)
{
	enum rc rc;

	out->kind = ALERT_AGGREGATE;
	out->aggregate = (enum alert_aggregate)v[V_AGGREGATE].i;
	if (!v[V_OVER].set)
		return fault_set(f, RC_INVALID, "over", "is needed: how long back");
	if ((rc = rule_duration(v[V_OVER].js, &out->over_ms, f)) != RC_OK)
		return rule_fault_in(f, rc, "over", -1);
	if (out->over_ms < 60000 || out->over_ms > ALERT_OVER_MOST_MS)
		return fault_set(f, RC_INVALID, "over", "must be between a minute and 31 days");
	return RC_OK;
}

/* What was given does not fit to what it is. */
static enum rc
check_together(const struct field_value *v, struct fault *f)
{
	if (v[V_AGGREGATE].set && v[V_BASELINE].set)
		return fault_set(f, RC_INVALID, "baseline", "does not go with aggregate");
	if (v[V_ATTRIBUTE].set && (v[V_AGGREGATE].set || v[V_BASELINE].set))
		return fault_set(f, RC_INVALID, "attribute", "has no history");
	if (v[V_OVER].set && !v[V_AGGREGATE].set)
		return fault_set(f, RC_INVALID, "over", "belongs to aggregate");
	if (v[V_DAYS].set && !v[V_BASELINE].set)
		return fault_set(f, RC_INVALID, "days", "belongs to baseline");
	return RC_OK;
}

static enum rc
compile_source(const struct js *given, struct mem_arena *a, struct alert_variable *out, struct fault *f)
{
	struct field_value v[RULE_FIELDS_MAX] = { 0 };
	enum rc rc = field_read_body(variable_fields, given, a, v, f);

	if (rc != RC_OK || (rc = check_together(v, f)) != RC_OK)
		return rc;
	if (!field_entity_id(v[V_ENTITY].s))
		return fault_set(f, RC_INVALID, "entity_id", "\"%.80s\" is no entity id", v[V_ENTITY].s);
	out->entity_id = mem_strdup(a, v[V_ENTITY].s);
	if (v[V_AGGREGATE].set)
		return compile_aggregate(v, out, f);
	out->kind = v[V_BASELINE].set ? ALERT_BASELINE : ALERT_STATE;
	out->attribute = v[V_ATTRIBUTE].set ? mem_strdup(a, v[V_ATTRIBUTE].s) : NULL;
	out->weekday = v[V_BASELINE].set && v[V_BASELINE].i == 1;
	out->days = v[V_DAYS].set ? (int)v[V_DAYS].i : DAYS;
	return RC_OK;
}

static bool
is_name(const char *s)
{
	return *s != '\0' && strlen(s) <= 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s) &&
	    strchr("0123456789", *s) == NULL;
}

static enum rc
compile_variables(struct alert_rule *r, const struct js *object, struct fault *f)
{
	struct alert_variable *list = mem_zalloc(r->arena, (js_size(object) + 1) * sizeof(*list)), *v;
	enum rc rc = RC_OK;
	void *it;

	r->variables = list;
	if (js_size(object) > ALERT_VARIABLES_MAX)
		return fault_set(f, RC_INVALID, "variables", "holds more than %d", ALERT_VARIABLES_MAX);
	for (it = object != NULL ? js_iter(object) : NULL; it != NULL && rc == RC_OK; it = js_iter_next(object, it)) {
		v = &list[r->n_variables++];
		v->name = mem_strdup(r->arena, js_iter_key(it));
		if (!is_name(v->name))
			rc = fault_set(f, RC_INVALID, NULL, "is no name: a to z, digits and _");
		else if (js_type(js_iter_value(it)) == JS_OBJECT)
			rc = compile_source(js_iter_value(it), r->arena, v, f);
		else
			rc = rule_value(js_iter_value(it), r->arena, &v->value, f);
		if (rc != RC_OK) {
			rule_fault_in(f, rc, v->name, -1);
			return rule_fault_in(f, rc, "variables", -1);
		}
		r->measures |= v->kind == ALERT_AGGREGATE || v->kind == ALERT_BASELINE;
	}
	return rc;
}

/* ---- what changes it ---- */

static enum rc
add_entity(struct alert_rule *r, const char **ids, size_t *n, const char *id, struct fault *f)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (strcmp(ids[i], id) == 0)
			return RC_OK;
	if (*n == RULE_ENTITIES_MAX)
		return fault_set(f, RC_INVALID, "expression", "it depends on more than %d entities", RULE_ENTITIES_MAX);
	ids[(*n)++] = mem_strdup(r->arena, id);
	return RC_OK;
}

/* t: what the text was compiled to; one that asks for the time is asked each minute. */
static enum rc
add_entities_of(struct alert_rule *r, const char **ids, size_t *n, const char *text, const struct template *t,
    struct fault *f)
{
	struct rule_entities in = { 0 };
	enum rc rc = rule_template_hears(text, t, r->arena, &in, f);
	size_t i;

	for (i = 0; rc == RC_OK && i < in.n; i++)
		rc = add_entity(r, ids, n, in.ids[i], f);
	return rc;
}

static enum rc
find_entities(struct alert_rule *r, const struct field_value *v, struct fault *f)
{
	const char **ids = mem_alloc(r->arena, RULE_ENTITIES_MAX * sizeof(*ids));
	enum rc rc = add_entities_of(r, ids, &r->entities.n, v[F_EXPRESSION].s, r->expression, f);
	const struct alert_variable *x;
	size_t i;

	if (rc == RC_OK && v[F_CLEAR].set)
		rc = add_entities_of(r, ids, &r->entities.n, v[F_CLEAR].s, r->later, f);
	for (i = 0; i < r->n_variables && rc == RC_OK; i++) {
		x = &r->variables[i];
		if (x->kind == ALERT_STATE)
			rc = add_entity(r, ids, &r->entities.n, x->entity_id, f);
		else if (x->kind == ALERT_VALUE && x->value.n > 0 && js_type(x->value.js) == JS_STRING)
			rc = add_entities_of(r, ids, &r->entities.n, js_string(x->value.js, NULL),
			    x->value.templates[0], f);
	}
	r->entities.ids = ids;
	return rc;
}

/* ---- the rule ---- */

static enum rc
compile_duration(const struct field_value *v, const char *name, int64_t least, int64_t *ms, struct fault *f)
{
	enum rc rc;

	if (!v->set || v->js == NULL)
		return RC_OK;
	if ((rc = rule_duration(v->js, ms, f)) != RC_OK)
		return rule_fault_in(f, rc, name, -1);
	if (*ms != 0 && (*ms < least || *ms > 366LL * 86400000))
		return fault_set(f, RC_INVALID, name, "must be %lld seconds or more, and a year at most",
		    (long long)(least / 1000));
	return RC_OK;
}

static enum rc
compile_template(struct alert_rule *r, const char *text, const char *name, const struct template **out, struct fault *f)
{
	enum rc rc = rule_template(text, r->arena, out, f);

	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

/* What is wrong with one that is no template, without the words of the template that is made of it. */
static enum rc
compile_expression(struct alert_rule *r, const char *text, const char *name, const struct template **out,
    struct fault *f)
{
	static const char line[] = "line 1: ";
	const char *made = alert_expression(text, r->arena);
	enum rc rc = compile_template(r, made, name, out, f);

	if (rc == RC_OK || f == NULL || strcmp(made, text) == 0)
		return rc;
	if (strstr(f->msg, "}}") != NULL || text[strspn(text, " \t\r\n")] == '\0')
		return fault_set(f, rc, name, "the expression ends too early");
	if (strncmp(f->msg, line, sizeof(line) - 1) == 0)
		memmove(f->msg, f->msg + sizeof(line) - 1, strlen(f->msg) - sizeof(line) + 2);
	return rc;
}

static enum rc
compile_later(struct alert_rule *r, const struct field_value *v, struct fault *f)
{
	const char *text;
	enum rc rc;

	if (v[F_CLEAR].set && v[F_HYSTERESIS].set && v[F_HYSTERESIS].r != 0)
		return fault_set(f, RC_INVALID, "hysteresis", "does not go with clear_expression");
	if (v[F_CLEAR].set) {
		r->clears = true;
		return compile_expression(r, v[F_CLEAR].s, "clear_expression", &r->later, f);
	}
	if (!v[F_HYSTERESIS].set || v[F_HYSTERESIS].r == 0)
		return RC_OK;
	rc = alert_hysteresis(v[F_EXPRESSION].s, v[F_HYSTERESIS].r, r->arena, &text, f);
	return rc == RC_OK ? compile_template(r, text, "hysteresis", &r->later, f) : rc;
}

static void
free_js(void *arg)
{
	js_free(arg);
}

static enum rc
compile_message(struct alert_rule *r, const struct field_value *v, struct fault *f)
{
	struct js *text;
	enum rc rc;

	if (!v->set)
		return RC_OK;
	text = js_new_string(v->s);
	mem_arena_defer(r->arena, free_js, text);
	rc = rule_value(text, r->arena, &r->message, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "message", -1);
}

static enum rc
compile(struct alert_rule *r, const struct field_value *v, struct fault *f)
{
	enum rc rc;

	r->name = mem_strdup(r->arena, v[F_NAME].s);
	r->severity = v[F_SEVERITY].set ? (enum severity)v[F_SEVERITY].i : SEVERITY_WARNING;
	r->channels = v[F_CHANNELS].set ? v[F_CHANNELS].js : NULL;
	if ((rc = channel_check(r->channels, f)) != RC_OK ||
	    (rc = compile_variables(r, v[F_VARIABLES].set ? v[F_VARIABLES].js : NULL, f)) != RC_OK ||
	    (rc = compile_expression(r, v[F_EXPRESSION].s, "expression", &r->expression, f)) != RC_OK ||
	    (rc = compile_later(r, v, f)) != RC_OK ||
	    (rc = compile_message(r, &v[F_MESSAGE], f)) != RC_OK ||
	    (rc = compile_duration(&v[F_FOR], "for", 0, &r->for_ms, f)) != RC_OK ||
	    (rc = compile_duration(&v[F_REPEAT], "repeat", ALERT_REPEAT_LEAST_MS, &r->repeat_ms, f)) != RC_OK)
		return rc;
	return find_entities(r, v, f);
}

enum rc
alert_compile(const struct js *config, struct alert_rule **out, struct fault *f)
{
	struct field_value v[RULE_FIELDS_MAX] = { 0 };
	struct mem_arena *arena = mem_arena_new(1024);
	struct alert_rule *r = mem_zalloc(arena, sizeof(*r));
	enum rc rc;

	r->arena = arena;
	r->config = js_ref(config);
	rc = field_read_body(fields, config, arena, v, f);
	if (rc == RC_OK)
		rc = compile(r, v, f);
	if (rc != RC_OK) {
		alert_free(r);
		return rc;
	}
	*out = r;
	return RC_OK;
}

void
alert_free(struct alert_rule *r)
{
	struct js *config;

	if (r == NULL)
		return;
	config = r->config;
	mem_arena_free(r->arena);
	js_free(config);
}
