/* SPDX-License-Identifier: ISC
 *
 * What triggers, conditions and actions share: reading entities, durations, texts and numbers.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/rule.h"

static enum rc
one_entity(const struct js *v, struct mem_arena *a, const char **out, struct fault *f)
{
	const char *s = js_string(v, NULL);

	if (s == NULL || !field_entity_id(s))
		return fault_set(f, RC_INVALID, "entity_id",
		    "must be an entity id such as light.kitchen, or a list of them");
	*out = mem_strdup(a, s);
	return RC_OK;
}

enum rc
rule_entities(const struct js *v, struct mem_arena *a, struct rule_entities *out, struct fault *f)
{
	size_t n = js_type(v) == JS_ARRAY ? js_size(v) : 1, i;
	const char **ids;
	enum rc rc;

	if (n == 0 || n > RULE_ENTITIES_MAX)
		return fault_set(f, RC_INVALID, "entity_id", "must name 1 to %d entities", RULE_ENTITIES_MAX);
	ids = mem_alloc(a, n * sizeof(*ids));
	for (i = 0; i < n; i++)
		if ((rc = one_entity(js_type(v) == JS_ARRAY ? js_at(v, i) : v, a, &ids[i], f)) != RC_OK)
			return rc;
	*out = (struct rule_entities){ ids, n };
	return RC_OK;
}

static const struct {
	const char	*name;
	double		 ms;
} units[] = {
	{ "days", 86400000 }, { "hours", 3600000 }, { "minutes", 60000 }, { "seconds", 1000 },
	{ "milliseconds", 1 }, { NULL, 0 },
};

static enum rc
duration_object(const struct js *v, double *ms, struct fault *f)
{
	const struct js *part;
	size_t known = 0;
	int i;

	*ms = 0;
	for (i = 0; units[i].name != NULL; i++) {
		if ((part = js_get(v, units[i].name)) == NULL)
			continue;
		if (!js_is_number(part))
			return fault_set(f, RC_INVALID, units[i].name, "must be a number");
		*ms += js_real(part, 0) * units[i].ms;
		known++;
	}
	if (known == 0 || known != js_size(v))
		return fault_set(f, RC_INVALID, NULL,
		    "must hold days, hours, minutes, seconds or milliseconds and nothing else");
	return RC_OK;
}

enum rc
rule_duration(const struct js *v, int64_t *out, struct fault *f)
{
	const char *s = js_string(v, NULL);
	unsigned int hours, minutes, seconds;
	double ms;
	int end = 0;
	enum rc rc;

	if (js_is_number(v))
		ms = js_real(v, 0) * 1000;
	else if (js_type(v) == JS_OBJECT) {
		if ((rc = duration_object(v, &ms, f)) != RC_OK)
			return rc;
	} else if (s != NULL && sscanf(s, "%3u:%2u:%2u%n", &hours, &minutes, &seconds, &end) == 3 &&
	    s[end] == '\0' && minutes < 60 && seconds < 60)
		ms = ((hours * 60.0 + minutes) * 60 + seconds) * 1000;
	else
		return fault_set(f, RC_INVALID, NULL, "must be seconds, \"HH:MM:SS\" or an object of units");
	if (!(ms >= 0 && ms <= 366 * 86400000.0))
		return fault_set(f, RC_INVALID, NULL, "must be between 0 and a year");
	*out = (int64_t)ms;
	return RC_OK;
}

enum rc
rule_offset(const struct js *v, int64_t *ms, struct fault *f)
{
	const char *s = js_string(v, NULL);
	bool negative = s != NULL ? *s == '-' : js_real(v, 0) < 0;
	struct js *plain = NULL;
	enum rc rc;

	if (s != NULL && (*s == '-' || *s == '+'))
		plain = js_new_string(s + 1);
	else if (js_is_number(v))
		plain = js_new_real(fabs(js_real(v, 0)));
	rc = rule_duration(plain != NULL ? plain : v, ms, f);
	js_free(plain);
	if (rc == RC_OK && negative)
		*ms = -*ms;
	return rc;
}

static const char *const weekdays[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

enum rc
rule_weekdays(const struct js *v, struct mem_arena *a, unsigned int *bits, struct fault *f)
{
	const char *const *texts;
	size_t n, i, k;

	*bits = 0;
	if (rule_texts(v, a, &texts, &n, f) != RC_OK)
		n = 0;
	for (i = 0; i < n; i++) {
		for (k = 0; k < 7 && strcmp(texts[i], weekdays[k]) != 0; k++)
			;
		if (k == 7)
			return fault_set(f, RC_INVALID, "weekday",
			    "\"%.20s\" is none of mon, tue, wed, thu, fri, sat, sun", texts[i]);
		*bits |= 1U << k;
	}
	return *bits != 0 ? RC_OK : fault_set(f, RC_INVALID, "weekday",
	    "must be a day such as mon, or a list of them");
}

/* 1970-01-01 was a Thursday. */
bool
rule_on_weekday(unsigned int bits, int64_t wall_ms)
{
	return (bits >> (wall_ms / 86400000 + 4) % 7 & 1) != 0;
}

static enum rc
one_text(const struct js *v, struct mem_arena *a, const char **out, struct fault *f)
{
	struct buf b = { 0 };

	switch (js_type(v)) {
	case JS_STRING:
		*out = mem_strdup(a, js_string(v, NULL));
		return RC_OK;
	case JS_TRUE:
	case JS_FALSE:
		*out = js_bool(v, false) ? "on" : "off";
		return RC_OK;
	case JS_INT:
	case JS_REAL:
		js_dump(v, &b);
		*out = mem_strdup(a, buf_str(&b));
		buf_free(&b);
		return RC_OK;
	default:
		return fault_set(f, RC_INVALID, NULL, "must be a state or a list of states");
	}
}

enum rc
rule_texts(const struct js *v, struct mem_arena *a, const char *const **out, size_t *n, struct fault *f)
{
	size_t count = js_type(v) == JS_ARRAY ? js_size(v) : 1, i;
	const char **list;
	enum rc rc;

	if (count == 0 || count > 64)
		return fault_set(f, RC_INVALID, NULL, "must hold 1 to 64 states");
	list = mem_alloc(a, count * sizeof(*list));
	for (i = 0; i < count; i++)
		if ((rc = one_text(js_type(v) == JS_ARRAY ? js_at(v, i) : v, a, &list[i], f)) != RC_OK)
			return rc;
	*out = list;
	*n = count;
	return RC_OK;
}

bool
rule_text_in(const char *s, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(s == NULL ? "unknown" : s, list[i]) == 0)
			return true;
	return false;
}

void
rule_change_states(const struct house_change *c, const char **before, const char **after)
{
	const char *prior = c->state || c->changed != NULL ? c->prior : c->live->state;

	*after = c->live->available ? c->live->state : RULE_AWAY;
	*before = c->available == c->live->available ? RULE_AWAY : prior;
}

bool
rule_number(const char *s, double *out)
{
	char *end;
	double d;

	if (s == NULL || *s == '\0')
		return false;
	errno = 0;
	d = strtod(s, &end);
	if (*end != '\0' || !isfinite(d))
		return false;
	*out = d;
	return true;
}

bool
rule_live_number(const struct live *l, const char *name, double *out)
{
	const struct js *v;

	if (name == NULL)
		return rule_number(l->state, out);
	v = l->attributes == NULL ? NULL : js_get(l->attributes, name);
	if (!js_is_number(v))
		return rule_number(js_string(v, NULL), out);
	*out = js_real(v, 0);
	return true;
}

static void
say_attribute(const struct live *l, const char *name, struct buf *saw)
{
	const struct js *v = l->attributes != NULL ? js_get(l->attributes, name) : NULL;

	buf_puts(saw, "'s ");
	buf_puts(saw, name);
	buf_puts(saw, " is ");
	js_dump(v, saw);
}

void
rule_say_seen(const struct rule_entities *who, const char *attribute, const struct rule_context *x, struct buf *saw)
{
	const struct live *l;
	size_t i;

	for (i = 0; x->trace != NULL && i < who->n && (l = house_find_id(x->house, who->ids[i])) != NULL; i++) {
		if (i > 0)
			buf_puts(saw, ", ");
		buf_puts(saw, l->entity_id);
		if (attribute != NULL)
			say_attribute(l, attribute, saw);
		else {
			buf_puts(saw, " is ");
			buf_puts(saw, l->state != NULL ? l->state : "unknown");
		}
	}
}

enum rc
rule_range_read(const struct field_value *above, const struct field_value *below,
    const struct field_value *attribute, struct mem_arena *a, const struct rule_range **out,
    struct fault *f)
{
	struct rule_range *r = mem_zalloc(a, sizeof(*r));

	if (!above->set && !below->set)
		return fault_set(f, RC_INVALID, "above", "above, below or both must be given");
	r->above = above->set ? above->r : -INFINITY;
	r->below = below->set ? below->r : INFINITY;
	r->attribute = attribute->set ? mem_strdup(a, attribute->s) : NULL;
	*out = r;
	return RC_OK;
}

bool
rule_range_holds(const struct rule_range *r, double v)
{
	return v > r->above && v < r->below;
}
