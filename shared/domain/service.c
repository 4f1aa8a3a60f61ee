/* SPDX-License-Identifier: ISC
 *
 * What all services have in common: parameters against their rows, expectations against reports.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/near.h"
#include "shared/base/regex.h"
#include "shared/domain/service_int.h"

static const struct service_field *
field_find(const struct service *s, const char *name)
{
	const struct service_field *p;

	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

/* Numbers also come as text, from command lines and templates. */
static bool
to_number(const struct js *v, double *out)
{
	const char *s = js_string(v, NULL);
	char *end;

	if (js_is_number(v)) {
		*out = js_real(v, 0);
		return isfinite(*out);
	}
	if (s == NULL || *s == '\0' || strlen(s) > 40)
		return false;
	*out = strtod(s, &end);
	return *end == '\0' && isfinite(*out);
}

static enum rc
out_of_range(const struct service_field *p, double low, double high, struct fault *f)
{
	return fault_set(f, RC_INVALID, p->name, "must be between %g and %g", low, high);
}

static enum rc
check_number(const struct service_field *p, const struct js *caps, const struct js *v,
    struct js **out, struct fault *f)
{
	double low = p->min, high = p->max, d;

	if (p->yes && js_type(v) == JS_TRUE) {
		*out = js_ref(v);
		return RC_OK;
	}
	if (!to_number(v, &d))
		return fault_set(f, RC_INVALID, p->name, "must be a number%s", p->yes ? " or true" : "");
	if (p->type == SERVICE_INT && d != floor(d))
		return fault_set(f, RC_INVALID, p->name, "must be a whole number");
	if (p->low != NULL)
		low = js_real(js_get(caps, p->low), caps == NULL ? -INFINITY : low);
	if (p->high != NULL)
		high = js_real(js_get(caps, p->high), caps == NULL ? INFINITY : high);
	if (d < low || d > high)
		return out_of_range(p, low, high, f);
	/* A whole number stays one: devices are told 21, not 21.0, where 21 was asked for. */
	*out = d == floor(d) && (p->type == SERVICE_INT || js_type(v) != JS_REAL) && fabs(d) < 1e15 ?
	    js_new_int((int64_t)d) : js_new_real(d);
	return RC_OK;
}

static bool
is_option(const struct js *list, const char *s)
{
	const char *item;
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if ((item = js_string(js_at(list, i), NULL)) != NULL && strcmp(item, s) == 0)
			return true;
	return false;
}

/* A pattern that cannot be used keeps nobody from setting anything. */
static bool
matches(const char *pattern, const char *s, size_t n)
{
	struct regex_match m;
	struct regex *re;
	enum rc rc;

	if (pattern == NULL || regex_compile(pattern, strlen(pattern), false, &re, NULL) != RC_OK)
		return true;
	rc = regex_search(re, s, n, 0, true, false, &m);
	regex_free(re);
	return rc != RC_NOT_FOUND;
}

static enum rc
check_text(const struct service_field *p, const struct js *caps, const struct js *v,
    struct js **out, struct fault *f)
{
	double low = p->min, high = p->max, length;
	size_t n;
	const char *s = js_string(v, &n);

	if (s == NULL)
		return fault_set(f, RC_INVALID, p->name, "must be a text");
	if (p->low != NULL)
		low = js_real(js_get(caps, p->low), low);
	if (p->high != NULL)
		high = fmin(high, js_real(js_get(caps, p->high), high));
	length = (double)field_characters(s, n);
	if (length < low || length > high)
		return fault_set(f, RC_INVALID, p->name, "must have %g to %g characters", low, high);
	if (caps == NULL)
		;
	else if (p->options != NULL && !is_option(js_get(caps, p->options), s))
		return fault_set(f, RC_INVALID, p->name, "must be one of the entity's %s", p->options);
	else if (p->pattern != NULL && !matches(js_get_string(caps, p->pattern), s, n))
		return fault_set(f, RC_INVALID, p->name, "does not match the entity's %s", p->pattern);
	*out = js_ref(v);
	return RC_OK;
}

static enum rc
check_numbers(const struct service_field *p, const struct js *v, struct js **out, struct fault *f)
{
	size_t i, n = js_size(v), most = p->count == 0 ? SERVICE_LIST_MAX : (size_t)p->count;
	double d;

	if (js_type(v) != JS_ARRAY || n > most || n < (p->count == 0 ? 1 : most))
		return fault_set(f, RC_INVALID, p->name, p->count == 0 ?
		    "must be a list of 1 to %zu numbers" : "must be a list of %zu numbers", most);
	for (i = 0; i < n; i++) {
		if (!js_is_number(js_at(v, i)))
			return fault_set(f, RC_INVALID, p->name, "must hold nothing but numbers");
		d = js_real(js_at(v, i), 0);
		if (d < p->min || d > p->max)
			return out_of_range(p, p->min, p->max, f);
	}
	*out = js_ref(v);
	return RC_OK;
}

/* caps NULL: the entity is not known. */
static enum rc
check_form(const struct service_field *p, const struct js *caps, const struct js *v, struct js **out,
    struct fault *f)
{
	switch (p->type) {
	case SERVICE_INT:
	case SERVICE_REAL:
		return check_number(p, caps, v, out, f);
	case SERVICE_TEXT:
		return check_text(p, caps, v, out, f);
	case SERVICE_NUMBERS:
		return check_numbers(p, v, out, f);
	case SERVICE_JSON:
		if (js_type(v) != JS_OBJECT && js_type(v) != JS_ARRAY)
			return fault_set(f, RC_INVALID, p->name, "must be an object or a list");
		break;
	default:
		if (js_type(v) != JS_TRUE && js_type(v) != JS_FALSE)
			return fault_set(f, RC_INVALID, p->name, "must be true or false");
	}
	*out = js_ref(v);
	return RC_OK;
}

static enum rc
no_parameter(const struct service *s, const char *name, struct fault *f)
{
	struct near n = near_to(name);
	const struct service_field *p;

	for (p = s->fields; p != NULL && p->name != NULL; p++)
		near_try(p->name, &n);
	return fault_set(f, RC_INVALID, name, "is no parameter of %s.%s%s", s->domain, s->name, near_say(&n));
}

enum rc
service_check_form(const struct service *s, const struct js *data, bool (*later)(const struct js *v),
    struct fault *f)
{
	const struct service_field *p;
	struct js *value;
	enum rc rc;
	void *it;

	for (it = data != NULL ? js_iter(data) : NULL; it != NULL; it = js_iter_next(data, it)) {
		if ((p = field_find(s, js_iter_key(it))) == NULL)
			return no_parameter(s, js_iter_key(it), f);
		if (js_any(js_iter_value(it), later))
			continue;
		value = NULL;
		rc = check_form(p, NULL, js_iter_value(it), &value, f);
		js_free(value);
		if (rc != RC_OK)
			return rc;
	}
	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (p->required && js_get(data, p->name) == NULL)
			return fault_set(f, RC_INVALID, p->name, "is required");
	return RC_OK;
}

/* Whether the entity has what the parameter is about. */
static enum rc
check_able(const struct service *s, const struct service_field *p, const struct js *caps, struct fault *f)
{
	static const char *const lacks[] = { [SERVICE_NEED_DIMMING] = "cannot be dimmed",
		[SERVICE_NEED_COLOR] = "has no colours", [SERVICE_NEED_TINT] = "has only one kind of white",
		[SERVICE_NEED_WHITE] = "has no white of its own" };
	int64_t features = js_int(js_get(caps, "supported_features"), 0);

	if (p->feature != 0 && (features & p->feature) == 0)
		return fault_set(f, RC_UNSUPPORTED, p->name, "this %s has no such setting", s->domain);
	if (!service_light_can(caps, p->need))
		return fault_set(f, RC_UNSUPPORTED, p->name, "this light %s", lacks[p->need]);
	return RC_OK;
}

/* Whether it cannot be left out: who gives no code gives an empty one. */
static bool
is_missed(const struct service_field *p, const struct js *caps)
{
	return p->required || (p->pattern != NULL && !matches(js_get_string(caps, p->pattern), "", 0));
}

static enum rc
check_members(const struct service *s, const struct js *caps, const struct js *data, struct js *out,
    struct fault *f)
{
	const struct service_field *p;
	struct js *value = NULL;
	enum rc rc;
	void *it;

	for (it = js_iter(data); it != NULL; it = js_iter_next(data, it)) {
		if ((p = field_find(s, js_iter_key(it))) == NULL)
			return no_parameter(s, js_iter_key(it), f);
		if ((rc = check_able(s, p, caps, f)) != RC_OK ||
		    (rc = check_form(p, caps, js_iter_value(it), &value, f)) != RC_OK)
			return rc;
		js_set(out, p->name, value);
	}
	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (js_get(out, p->name) == NULL && is_missed(p, caps))
			return fault_set(f, RC_INVALID, p->name, "is required");
	return RC_OK;
}

enum rc
service_possible(const struct service *s, const struct js *caps, struct fault *f)
{
	int64_t features = js_int(js_get(caps, "supported_features"), 0);

	if (s->feature != 0 && (features & s->feature) == 0)
		return fault_set(f, RC_UNSUPPORTED, "service", "this %s does not know %s.%s", s->domain, s->domain,
		    s->name);
	return RC_OK;
}

/* Whether it is done to an entity in a way of its own, however little the data say. */
static bool
says_enough(const struct service *s, const struct js *data)
{
	const struct service_field *p;

	for (p = s->fields; p != NULL && p->name != NULL; p++)
		if (p->required && js_get(data, p->name) == NULL)
			return false;
	return js_size(data) > 0 || s->expect[0] != NULL || s->then != NULL;
}

enum rc
service_fit(const struct service *s, const struct js *caps, struct js *data, struct fault *f)
{
	const struct service_field *p;
	struct fault first = { 0 };
	bool left = false;
	enum rc rc = service_possible(s, caps, f);

	for (p = s->fields; rc == RC_OK && p != NULL && p->name != NULL; p++)
		if (js_get(data, p->name) != NULL && check_able(s, p, caps, left ? NULL : &first) != RC_OK) {
			js_unset(data, p->name);
			left = true;
		}
	if (!left)
		return rc;
	*f = first;
	return says_enough(s, data) ? RC_OK : RC_UNSUPPORTED;
}

bool
service_blank(const struct service *s, struct js *data)
{
	const struct service_field *p;
	bool found = false;

	for (p = s == NULL ? NULL : s->fields; p != NULL && p->name != NULL; p++)
		if (p->secret && js_get(data, p->name) != NULL) {
			js_set(data, p->name, js_new_string("***"));
			found = true;
		}
	return found;
}

enum rc
service_check(const struct service *s, const struct js *caps, const struct js *data,
    struct js **out, struct fault *f)
{
	struct js *checked;
	enum rc rc;

	if ((rc = service_possible(s, caps, f)) != RC_OK)
		return rc;
	if (data != NULL && js_type(data) != JS_OBJECT)
		return fault_set(f, RC_INVALID, "data", "must be an object");
	checked = js_new_object();
	if ((rc = check_members(s, caps, data, checked, f)) != RC_OK) {
		js_free(checked);
		return rc;
	}
	*out = checked;
	return RC_OK;
}

static bool
near(const struct js *a, const struct js *b, double tolerance)
{
	size_t i;

	if (js_type(a) == JS_ARRAY) {
		for (i = 0; i < js_size(a); i++)
			if (!near(js_at(a, i), js_at(b, i), tolerance))
				return false;
		return true;
	}
	if (!js_is_number(a))
		return js_equal(a, b);
	return js_is_number(b) && fabs(js_real(a, 0) - js_real(b, 0)) <= tolerance + 1e-9;
}

/* The entity went up to the next step that it has. */
static bool
rounded_up(const struct service_field *p, const struct js *caps, const struct js *wanted,
    const struct js *have)
{
	double step = p->step == NULL ? 0 : js_real(js_get(caps, p->step), 0);
	double above = js_real(have, 0) - js_real(wanted, 0);

	return js_is_number(wanted) && js_is_number(have) && js_real(wanted, 0) > 0 && above >= 0 &&
	    above < step;
}

static bool
shows_value(const struct service_field *p, const struct js *caps, const struct js *wanted,
    const char *state, const struct js *attributes)
{
	const char *text = js_string(wanted, NULL), *have;
	char *end;
	double d;

	if (p->attribute[0] != '\0') {
		have = js_get_string(attributes, p->attribute);
		return text != NULL ? have != NULL && strcmp(text, have) == 0 :
		    near(wanted, js_get(attributes, p->attribute), p->tolerance) ||
		    rounded_up(p, caps, wanted, js_get(attributes, p->attribute));
	}
	if (state == NULL)
		return false;
	if (text != NULL)
		return strcmp(text, state) == 0;
	d = strtod(state, &end);
	return end != state && *end == '\0' &&
	    fabs(d - js_real(wanted, 0)) <= p->tolerance + 1e-9 * fabs(d);
}

bool
service_shows(const struct service *s, const struct js *caps, const struct js *data,
    const char *state, const struct js *attributes)
{
	const struct service_field *p;
	const struct js *wanted;
	bool met = s->expect[0] == NULL;
	int i;

	if (s->blind || (s->avoid != NULL && (state == NULL || strcmp(state, s->avoid) == 0)))
		return false;
	for (i = 0; i < 4 && s->expect[i] != NULL; i++)
		met |= state != NULL && strcmp(state, s->expect[i]) == 0;
	for (p = s->fields; met && p != NULL && p->name != NULL; p++)
		if (p->attribute != NULL && (wanted = js_get(data, p->name)) != NULL)
			met = shows_value(p, caps, wanted, state, attributes);
	return met;
}
