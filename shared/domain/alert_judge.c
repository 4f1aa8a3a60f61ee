/* SPDX-License-Identifier: ISC
 *
 * Whether an alert rule holds, and what people are told of it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/alert.h"

/* As the device wrote it: 500 stays 500 in what people are told, and 500.0 that. */
static bool
is_whole(const char *s, int64_t *out)
{
	const char *error;

	*out = strtonum(s, INT64_MIN, INT64_MAX, &error);
	return error == NULL;
}

/* The state of an entity as a number where it is one; NULL: it has none now. */
static struct js *
state_of(const struct alert_variable *v, const struct house *h)
{
	const struct live *l = house_find_id(h, v->entity_id);
	double number;
	int64_t whole;

	if (l == NULL || !l->available)
		return NULL;
	if (v->attribute != NULL)
		return js_ref(js_get(house_attributes(l), v->attribute));
	if (l->state == NULL)
		return NULL;
	if (!rule_number(l->state, &number))
		return js_new_string(l->state);
	return is_whole(l->state, &whole) ? js_new_int(whole) : js_new_real(number);
}

static enum rc
see(const struct alert_variable *v, const struct rule_context *x, const struct js *measured, struct js **out,
    struct fault *f)
{
	switch (v->kind) {
	case ALERT_VALUE:
		return rule_render(&v->value, x, out, f);
	case ALERT_STATE:
		*out = state_of(v, x->house);
		return RC_OK;
	default:
		*out = measured != NULL ? js_ref(measured) : NULL;
		return RC_OK;
	}
}

static enum rc
see_all(const struct alert_rule *r, struct rule_context *x, struct js *const *measured, struct js *seen,
    struct fault *f)
{
	struct js *value = NULL;
	enum rc rc;
	size_t i;

	for (i = 0; i < r->n_variables; i++) {
		rc = see(&r->variables[i], x, measured != NULL ? measured[i] : NULL, &value, f);
		if (rc != RC_OK) {
			char said[sizeof(f->msg)];

			strlcpy(said, f->msg, sizeof(said));
			return fault_set(f, rc, "variables", "%s has no value now: %.150s", r->variables[i].name, said);
		}
		js_set(seen, r->variables[i].name, value);
	}
	return RC_OK;
}

/* The first name that has no value: most likely why an expression cannot be evaluated. */
static const char *
missing(const struct alert_rule *r, const struct js *seen)
{
	size_t i;

	for (i = 0; i < r->n_variables; i++)
		if (js_is_null(js_get(seen, r->variables[i].name)))
			return r->variables[i].name;
	return NULL;
}

/* The first name whose value is a text: most likely what cannot be compared with a number. */
static const char *
textual(const struct alert_rule *r, const struct js *seen)
{
	size_t i;

	for (i = 0; i < r->n_variables; i++)
		if (js_string(js_get(seen, r->variables[i].name), NULL) != NULL)
			return r->variables[i].name;
	return NULL;
}

static void
explain(const struct alert_rule *r, const struct js *seen, struct fault *why)
{
	const char *name = missing(r, seen), *text = textual(r, seen);
	char said[sizeof(why->msg)];

	strlcpy(said, why->msg, sizeof(said));
	if (name != NULL)
		fault_set(why, RC_INVALID, "expression", "%s has no value now", name);
	else if (text != NULL && strstr(said, "the text ") != NULL)
		fault_set(why, RC_INVALID, "expression", "%s is a text, not a number: \"%.80s\"", text,
		    js_get_string(seen, text));
	else
		fault_set(why, RC_INVALID, "expression", "%.200s", said);
}

enum alert_verdict
alert_judge(const struct alert_rule *r, const struct rule_context *x, struct js *const *measured, bool active,
    struct js **seen, struct fault *why)
{
	struct js *object = js_new_object();
	struct rule_context mine = *x;
	bool holds;

	*seen = object;
	mine.variables = object;
	if (see_all(r, &mine, measured, object, why) != RC_OK)
		return ALERT_UNKNOWN;
	if (!rule_true(active && r->later != NULL ? r->later : r->expression, &mine, &holds, why)) {
		explain(r, object, why);
		return ALERT_UNKNOWN;
	}
	if (active && r->later != NULL && r->clears)
		holds = !holds;
	return holds ? ALERT_YES : ALERT_NO;
}

static void
put_value(struct buf *out, const struct js *v)
{
	const char *s = js_string(v, NULL);

	if (js_type(v) == JS_REAL)
		buf_printf(out, fabs(js_real(v, 0)) < 1e5 ? "%.6g" : "%.0f", js_real(v, 0));
	else if (s != NULL)
		buf_puts(out, s);
	else
		js_dump(v, out);
}

/* "usage 812, baseline 420" */
static void
put_values(struct buf *out, const struct js *seen)
{
	const char *comma = "";
	void *it;

	for (it = js_iter(seen); it != NULL; it = js_iter_next(seen, it)) {
		buf_printf(out, "%s%s ", comma, js_iter_key(it));
		put_value(out, js_iter_value(it));
		comma = ", ";
	}
}

void
alert_message(const struct alert_rule *r, const struct rule_context *x, const struct js *seen, struct buf *out)
{
	struct rule_context mine = *x;
	struct js *text = NULL;
	struct fault f = { 0 };

	mine.variables = seen;
	if (r->message.js != NULL && rule_render(&r->message, &mine, &text, &f) == RC_OK) {
		put_value(out, text);
	} else {
		put_values(out, seen);
		if (r->message.js != NULL)
			buf_printf(out, "%s(its message cannot be made: %s)", out->len > 0 ? " " : "", f.msg);
	}
	if (out->len == 0)
		buf_puts(out, r->name);
	js_free(text);
}
