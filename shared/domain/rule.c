/* SPDX-License-Identifier: ISC
 *
 * What triggers, conditions and actions share: weekdays, texts and numbers.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/event.h"
#include "shared/domain/rule.h"

struct rule_entities
rule_entities(const struct field_value *v)
{
	return (struct rule_entities){ v->list, v->set ? v->n : 0 };
}

/* 1970-01-01 was a Thursday. */
bool
rule_on_weekday(unsigned int bits, int64_t wall_ms)
{
	return (bits >> (wall_ms / 86400000 + 4) % 7 & 1) != 0;
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

static bool
number_in(double d, const char *const *list, size_t n)
{
	double other;
	size_t i;

	for (i = 0; i < n; i++)
		if (rule_number(list[i], &other) && other == d)
			return true;
	return false;
}

bool
rule_value_in(const struct js *v, const char *const *list, size_t n)
{
	struct buf text = { 0 };
	bool in;

	if (v == NULL || js_type(v) == JS_NULL || js_type(v) == JS_STRING)
		return rule_text_in(js_string(v, NULL), list, n);
	if (js_is_number(v))
		return number_in(js_real(v, 0), list, n);
	if (js_type(v) == JS_TRUE && rule_text_in("on", list, n))
		return true;
	if (js_type(v) == JS_FALSE && rule_text_in("off", list, n))
		return true;
	js_dump(v, &text);
	in = rule_text_in(buf_str(&text), list, n);
	buf_free(&text);
	return in;
}

struct house_change
rule_minute(int64_t now_ms)
{
	return (struct house_change){ .now_ms = now_ms, .event = EVENT_SYSTEM, .subject = RULE_MINUTE };
}

bool
rule_is_minute(const struct house_change *c)
{
	return c != NULL && c->event == EVENT_SYSTEM && strcmp(c->subject, RULE_MINUTE) == 0;
}

static bool
is_of_many(const char *subject, const struct live *l)
{
	size_t n = strlen(RULE_STATES);

	return strncmp(subject, RULE_STATES, n) == 0 && (strcmp(subject, RULE_STATES_ALL) == 0 ||
	    strcmp(subject + n, l->domain) == 0);
}

bool
rule_listens(const struct rule_entities *who, const struct house_change *c)
{
	const char *about = c->event != 0 ? c->subject : c->live->entity_id;
	size_t i;

	if (about != NULL && rule_text_in(about, who->ids, who->n))
		return true;
	for (i = 0; c->event == 0 && i < who->n; i++)
		if (is_of_many(who->ids[i], c->live))
			return true;
	return false;
}

int64_t
rule_minute_after(int64_t ms)
{
	return (ms / 60000 + 1) * 60000;
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
rule_value_number(const struct js *v, double *out)
{
	if (!js_is_number(v))
		return rule_number(js_string(v, NULL), out);
	*out = js_real(v, 0);
	return true;
}

bool
rule_live_number(const struct live *l, const char *name, double *out)
{
	return name == NULL ? rule_number(l->state, out) : rule_value_number(js_get(house_attributes(l), name), out);
}

static void
say_attribute(const struct live *l, const char *name, struct buf *saw)
{
	const struct js *v = js_get(house_attributes(l), name);

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
			buf_puts(saw, !l->available ? RULE_AWAY : l->state != NULL ? l->state : "unknown");
		}
	}
}

const struct rule_range *
rule_range_read(const struct field_value *above, const struct field_value *below,
    const struct field_value *attribute, struct mem_arena *a)
{
	struct rule_range *r = mem_zalloc(a, sizeof(*r));

	r->above = above->set ? above->r : -INFINITY;
	r->below = below->set ? below->r : INFINITY;
	r->attribute = attribute->s;
	return r;
}

bool
rule_range_holds(const struct rule_range *r, double v)
{
	return v > r->above && v < r->below;
}

void
rule_range_say(const struct rule_range *r, struct buf *b)
{
	if (isfinite(r->above))
		buf_printf(b, " above %g", r->above);
	if (isfinite(r->below))
		buf_printf(b, "%s below %g", isfinite(r->above) ? " and" : "", r->below);
}
