/* SPDX-License-Identifier: ISC
 *
 * Compiling triggers and conditions. Which kinds there are is the business of triggers.c and conditions.c.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/cron.h"
#include "shared/base/cron_words.h"
#include "shared/base/near.h"
#include "shared/domain/rule.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/trace.h"

enum rc
rule_fault_in(struct fault *f, enum rc rc, const char *list, int i)
{
	return fault_in(f, rc, list, i);
}

enum rc
rule_read(const struct field *table, const struct js *v, struct mem_arena *a, struct field_value *values,
    struct fault *f)
{
	memset(values, 0, RULE_FIELDS_MAX * sizeof(*values));
	return field_read_body(table, v, a, values, f);
}

bool
rule_disabled(const struct js *v)
{
	return js_type(v) == JS_OBJECT && !js_bool(js_get(v, "enabled"), true);
}

/* ---- triggers ---- */

const char *
rule_trigger_kind(const struct js *v)
{
	return js_get_string(v, js_get(v, "trigger") != NULL ? "trigger" : "platform");
}

/* A field of a time_pattern as text, which may be a number; NULL: it is not given, or none that is taken. */
static const char *
pattern_part(const struct js *v, const char *name, int most, struct mem_arena *a)
{
	const struct js *part = js_get(v, name);
	const char *text = js_string(part, NULL);
	uint64_t bits;

	if (js_type(part) == JS_INT)
		text = mem_printf(a, "%lld", (long long)js_int(part, 0));
	return text != NULL && cron_parse_pattern(text, most, &bits, NULL) == RC_OK ? mem_strdup(a, text) : NULL;
}

const char *
rule_trigger_words(const struct js *v, struct mem_arena *a)
{
	const char *kind = rule_trigger_kind(v), *hours, *minutes, *seconds;
	struct buf b = { 0 };

	if (kind == NULL || strcmp(kind, "time_pattern") != 0)
		return NULL;
	hours = pattern_part(v, "hours", 23, a);
	minutes = pattern_part(v, "minutes", 59, a);
	seconds = pattern_part(v, "seconds", 59, a);
	if (hours == NULL && minutes == NULL && seconds == NULL)
		return NULL;
	cron_words_pattern(&b, hours, minutes, seconds);
	return buf_keep(&b, a);
}

static void
free_js(void *arg)
{
	js_free(arg);
}

static enum rc
unknown_trigger(const char *kind, struct fault *f)
{
	struct near n = near_to(kind == NULL ? "" : kind);
	int i;

	for (i = 0; triggers[i] != NULL; i++)
		near_try(triggers[i]->name, &n);
	return fault_set(f, RC_INVALID, "trigger", "there is no trigger \"%.32s\"%s", n.wanted, near_say(&n));
}

enum rc
rule_trigger(const struct js *given, struct mem_arena *a, struct trigger *out, struct fault *f)
{
	const char *kind = rule_trigger_kind(given), *id = js_get_string(given, "id");
	struct js *v = js_get(given, "platform") != NULL ? rule_words_own_trigger(given) : js_ref(given);
	struct field_value values[RULE_FIELDS_MAX];
	enum rc rc;
	int i;

	mem_arena_defer(a, free_js, v);
	*out = (struct trigger){ .id = mem_strdup(a, id), .alias = mem_strdup(a, js_get_string(v, "alias")) };
	for (i = 0; kind != NULL && triggers[i] != NULL; i++)
		if (strcmp(triggers[i]->name, kind) == 0) {
			out->ops = triggers[i];
			rc = rule_read(out->ops->fields, v, a, values, f);
			return rc != RC_OK ? rc : out->ops->compile(values, a, out, f);
		}
	return unknown_trigger(kind, f);
}

static void
set_time(struct js *o, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT];

	js_set(o, name, ms == 0 ? js_new_null() : js_new_string(clock_rfc3339(ms, text)));
}

static struct js *
state_variable(const struct live *l, const char *state, const struct js *attributes)
{
	struct js *o = js_new_object();

	js_set(o, "entity_id", js_new_string(l->entity_id));
	js_set(o, "state", js_new_string(state == NULL ? "unknown" : state));
	/* those of the entity go on changing */
	js_set(o, "attributes", attributes != NULL ? js_copy(attributes) : js_new_object());
	return o;
}

/* When what it was had begun is not known any more. */
static void
add_states(struct js *o, const struct house_change *c)
{
	const char *before, *after;
	struct js *to;

	if (c->held != NULL) {
		js_set(o, "from_state", js_ref(js_get(c->held, "from_state")));
		js_set(o, "to_state", js_ref(js_get(c->held, "to_state")));
		return;
	}
	rule_change_states(c, &before, &after);
	js_set(o, "from_state", state_variable(c->live, before, house_attributes_before(c)));
	to = state_variable(c->live, after, house_attributes(c->live));
	set_time(to, "last_changed", c->live->last_changed);
	set_time(to, "last_updated", c->live->last_updated);
	js_set(o, "to_state", to);
}

struct js *
rule_change_held(const struct house_change *c)
{
	struct js *o;

	if (c == NULL || c->live == NULL || c->event != 0)
		return NULL;
	o = js_new_object();
	add_states(o, c);
	return o;
}

struct js *
rule_held_since(const struct live *l, const char *from, const char *to, int64_t at_ms)
{
	struct js *o = js_new_object(), *state = state_variable(l, to, house_attributes(l));

	js_set(o, "from_state", state_variable(l, from, house_attributes(l)));
	set_time(state, "last_changed", at_ms);
	set_time(state, "last_updated", at_ms);
	js_set(o, "to_state", state);
	return o;
}

/* "state of light.kitchen", "time pattern", "event 'doorbell'": what Home Assistant calls it. */
static void
describe(struct js *o, const struct trigger *t, const struct house_change *c)
{
	const char *name = t->ops->name;
	struct buf b = { .max = 200 };
	char *p;

	if (c != NULL && c->event != 0 && strcmp(name, "event") == 0)
		buf_printf(&b, "event '%s'", strncmp(c->subject, "event.", 6) == 0 ? c->subject + 6 : c->subject);
	else if (c != NULL && c->event == 0 && c->live != NULL)
		buf_printf(&b, "%s%s%s", t->ops->level ? c->live->entity_id : name, t->ops->level ? " via " : " of ",
		    t->ops->level ? name : c->live->entity_id);
	else
		buf_puts(&b, name);
	for (p = b.p; p != NULL && *p != '\0' && *p != ' '; p++)
		if (*p == '_' && !t->ops->level)
			*p = ' ';
	js_set(o, "description", js_new_string(buf_str(&b)));
	buf_free(&b);
}

/* What came with it can be had by name too: trigger.payload, trigger.json. */
static void
add_members(struct js *o, const struct js *data)
{
	void *it;

	for (it = data != NULL ? js_iter(data) : NULL; it != NULL; it = js_iter_next(data, it))
		if (js_get(o, js_iter_key(it)) == NULL)
			js_set(o, js_iter_key(it), js_ref(js_iter_value(it)));
}

struct js *
rule_trigger_variable(const struct trigger *t, int index, const struct house_change *c, int64_t now_ms)
{
	struct js *o = js_new_object(), *event;

	js_set(o, "platform", js_new_string(t->ops->name));
	if (t->id != NULL)
		js_set(o, "id", js_new_string(t->id));
	else
		js_set(o, "id", js_new_int(index));
	js_set(o, "idx", js_new_int(index));
	if (t->alias != NULL)
		js_set(o, "alias", js_new_string(t->alias));
	if (t->hold_ms > 0)
		js_set(o, "for", js_new_real((double)t->hold_ms / 1000));
	if (c == NULL)
		set_time(o, "now", now_ms);
	describe(o, t, c);
	if (c != NULL && c->event != 0 && t->ops->happens != NULL)
		add_members(o, c->data);
	else if (c != NULL && c->event != 0) {
		event = js_new_object();
		js_set(event, "event_type", js_new_string(c->subject));
		js_set(event, "data", c->data != NULL ? js_ref(c->data) : js_new_object());
		js_set(o, "event", event);
		add_members(o, c->data);
	} else if (c != NULL && c->live != NULL) {
		js_set(o, "entity_id", js_new_string(c->live->entity_id));
		add_states(o, c);
	}
	if (t->ops->variable != NULL)
		t->ops->variable(t, c, o);
	return o;
}

void
rule_trigger_come(const struct trigger *t, const struct house *h, int64_t at_ms,
    void (*fn)(const struct house_change *c, void *arg), void *arg)
{
	if (t->ops->happens != NULL)
		t->ops->happens(t, h, at_ms, fn, arg);
	else
		fn(NULL, arg);
}

int64_t
rule_trigger_after(const struct trigger *t, const struct house *h, int64_t due_ms, int64_t now_ms)
{
	return t->ops->next(t, h, t->ops->happens != NULL ? due_ms : now_ms);
}

/* The parts of a list, or the one that stands alone. */
static size_t
count(const struct js *v)
{
	return v == NULL ? 0 : js_type(v) == JS_ARRAY ? js_size(v) : 1;
}

static const struct js *
part(const struct js *v, size_t i)
{
	return js_type(v) == JS_ARRAY ? js_at(v, i) : v;
}

static enum rc
too_many(const char *where, struct fault *f)
{
	return fault_set(f, RC_INVALID, where, "holds more than %d", RULE_PARTS_MAX);
}

enum rc
rule_triggers(const struct js *v, struct mem_arena *a, const char *where, const struct trigger **out, size_t *n,
    struct fault *f)
{
	size_t all = count(v), i;
	struct trigger *list;
	enum rc rc;

	if (all > RULE_PARTS_MAX)
		return too_many(where, f);
	*n = 0;
	*out = list = mem_zalloc(a, all * sizeof(*list) + 1);
	for (i = 0; i < all; i++) {
		if (rule_disabled(part(v, i)))
			continue;
		if ((rc = rule_trigger(part(v, i), a, &list[(*n)++], f)) != RC_OK)
			return rule_fault_in(f, rc, where, (int)i);
	}
	return RC_OK;
}

/* ---- conditions ---- */

/* {"and": [...]} is short for {"condition": "and", "conditions": [...]}. */
static const char *
short_form(const struct js *v)
{
	static const char *const words[] = { "and", "or", "not" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (js_get(v, words[i]) != NULL)
			return words[i];
	return NULL;
}

bool
rule_is_condition(const struct js *v)
{
	return js_type(v) == JS_STRING || js_get(v, "condition") != NULL || short_form(v) != NULL;
}

static struct js *
long_form(const struct js *v)
{
	struct js *out;
	const char *logic;

	if (js_type(v) == JS_STRING) {
		out = js_new_object();
		js_set(out, "condition", js_new_string("template"));
		js_set(out, "value_template", js_ref(v));
		return out;
	}
	if (js_get(v, "condition") != NULL || js_get(v, "conditions") != NULL || (logic = short_form(v)) == NULL)
		return js_ref(v);
	out = js_copy(v);
	js_set(out, "condition", js_new_string(logic));
	js_set(out, "conditions", js_ref(js_get(v, logic)));
	js_unset(out, logic);
	return out;
}

static enum rc
unknown_condition(const char *kind, struct fault *f)
{
	struct near n = near_to(kind == NULL ? "" : kind);
	int i;

	for (i = 0; conditions[i] != NULL; i++)
		near_try(conditions[i]->name, &n);
	return fault_set(f, RC_INVALID, "condition", "there is no condition \"%.32s\"%s", n.wanted, near_say(&n));
}

enum rc
rule_condition(const struct js *given, struct mem_arena *a, struct condition *out, struct fault *f)
{
	struct js *v = long_form(given);
	const char *kind = js_get_string(v, "condition");
	struct field_value values[RULE_FIELDS_MAX];
	enum rc rc;
	int i;

	mem_arena_defer(a, free_js, v);
	*out = (struct condition){ .alias = mem_strdup(a, js_get_string(v, "alias")) };
	for (i = 0; kind != NULL && conditions[i] != NULL; i++)
		if (strcmp(conditions[i]->name, kind) == 0) {
			out->ops = conditions[i];
			rc = rule_read(out->ops->fields, v, a, values, f);
			return rc != RC_OK ? rc : out->ops->compile(values, a, out, f);
		}
	return unknown_condition(kind, f);
}

enum rc
rule_conditions(const struct js *v, struct mem_arena *a, const char *where, struct rule_conditions *out,
    struct fault *f)
{
	size_t all = count(v), i;
	struct condition *list;
	enum rc rc;

	if (all > RULE_PARTS_MAX)
		return too_many(where, f);
	list = mem_zalloc(a, all * sizeof(*list) + 1);
	*out = (struct rule_conditions){ list, 0 };
	for (i = 0; i < all; i++) {
		if (rule_disabled(part(v, i)))
			continue;
		if ((rc = rule_condition(part(v, i), a, &list[out->n++], f)) != RC_OK)
			return rule_fault_in(f, rc, where, (int)i);
	}
	return RC_OK;
}

bool
rule_condition_holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	unsigned int asked = x->trace != NULL ? trace_ask(x->trace) : 0;
	size_t before = why->len;
	bool holds = c->ops->holds(c, x, why);

	if (x->trace != NULL)
		trace_answer(x->trace, asked, c->alias != NULL ? c->alias : c->ops->name, holds,
		    buf_str(why) + before, why->len - before);
	if (holds && why->len > before) {
		why->len = before;
		why->p[before] = '\0';
	}
	return holds;
}

bool
rule_hold(const struct rule_conditions *c, const struct rule_context *x, struct buf *why)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!rule_condition_holds(&c->list[i], x, why))
			return false;
	return true;
}
