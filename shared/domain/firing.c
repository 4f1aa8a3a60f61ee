/* SPDX-License-Identifier: ISC
 *
 * See firing.h.
 */
#include <stdio.h>

#include "shared/base/clock.h"
#include "shared/domain/firing.h"
#include "shared/domain/trace.h"

enum trigger_verdict
firing_judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x, bool *on)
{
	enum trigger_verdict v = t->ops->judge(t, c, x);
	bool was = *on;

	if (!t->ops->level)
		return v;
	*on = v == TRIGGER_YES;
	return was == *on ? TRIGGER_NO : v;
}

void
firing_each(const struct trigger *t, const struct house_change *c, const struct house *h,
    void (*fn)(const struct house_change *c, void *arg), void *arg)
{
	struct house_change other = { .now_ms = c->now_ms, .by = c };
	size_t i;

	if (t->about.n == 0 || c->event != 0 || rule_text_in(c->live->entity_id, t->about.ids, t->about.n))
		fn(c, arg);
	if (t->because.n == 0 || c->event != 0 || !rule_listens(&t->because, c))
		return;
	for (i = 0; i < t->about.n; i++) {
		other.live = house_find_id(h, t->about.ids[i]);
		if (other.live != NULL && other.live != c->live)
			fn(&other, arg);
	}
}

bool
firing_full(const struct rule *r, unsigned int runs)
{
	return r->mode != AUTOMATION_RESTART && runs >= r->max;
}

static void
set_time(struct js *o, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT];

	js_set(o, name, ms == 0 ? js_new_null() : js_new_string(clock_rfc3339(ms, text)));
}

static struct js *
attributes_of(const struct rule *r, const struct firing_self *self)
{
	struct js *o = js_new_object();

	js_set(o, "friendly_name", js_new_string(r->name));
	if (self->id != NULL)
		js_set(o, "id", js_new_string(self->id));
	set_time(o, "last_triggered", self->last);
	js_set(o, "mode", js_new_string(automation_mode_name(r->mode)));
	js_set(o, "current", js_new_int(self->runs));
	if (r->mode == AUTOMATION_QUEUED || r->mode == AUTOMATION_PARALLEL)
		js_set(o, "max", js_new_int(r->max));
	return o;
}

/* An automation is on as long as something can start it, a scenario while it runs. */
static struct js *
this_of(const struct rule *r, const struct firing_self *self)
{
	struct js *o = js_new_object();
	char entity_id[160];

	if (self->id != NULL) {
		js_set(o, "id", js_new_string(self->id));
		snprintf(entity_id, sizeof(entity_id), "%s.%s", r->scenario ? "scenario" : "automation", self->id);
		js_set(o, "entity_id", js_new_string(entity_id));
	}
	js_set(o, "name", js_new_string(r->name));
	js_set(o, "state", js_new_string(!r->scenario || self->runs > 0 ? "on" : "off"));
	set_time(o, "last_changed", self->changed);
	set_time(o, "last_updated", self->changed);
	js_set(o, "attributes", attributes_of(r, self));
	return o;
}

struct js *
firing_variables(const struct rule *r, const struct firing_self *self, int trigger, const struct house_change *c,
    int64_t now_ms)
{
	struct js *o = js_new_object();

	if (!r->looks)
		return o;
	if (trigger >= 0 && (size_t)trigger < r->n_triggers)
		js_set(o, "trigger", rule_trigger_variable(&r->triggers[trigger], trigger, c, now_ms));
	else
		js_set(o, "trigger", js_new_null());
	js_set(o, "this", this_of(r, self));
	return o;
}

struct js *
firing_call_variables(const struct rule *r, const struct firing_self *self, const struct js *arguments)
{
	struct js *o = firing_variables(r, self, -1, NULL, 0);
	void *it;

	for (it = js_iter(arguments); it != NULL; it = js_iter_next(arguments, it))
		js_set(o, js_iter_key(it), js_ref(js_iter_value(it)));
	return o;
}

bool
firing_runs(const struct rule *r, const struct rule_context *x, struct js *variables, bool ask, struct buf *why)
{
	struct rule_context seen = *x;
	struct fault f = { 0 };

	seen.variables = variables;
	if (rule_variables_set(&r->variables, &seen, variables, &f) != RC_OK) {
		buf_printf(why, "variables.%s: %s", f.field, f.msg);
		if (x->trace != NULL)
			trace_why(x->trace, buf_str(why));
		return false;
	}
	if (ask && !rule_hold(&r->conditions, &seen, why))
		return false;
	if (x->trace != NULL)
		trace_decided(x->trace);
	return true;
}
