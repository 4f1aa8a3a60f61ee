/* SPDX-License-Identifier: ISC
 *
 * The walk through a rule's document.
 */
#include <math.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/outline.h"
#include "shared/domain/trigger.h"

#define EFFECTS_MAX 1000	/* of one rule that are looked at */

struct drawing {
	struct outline		*o;
	const struct outline_house *house;
	int			 depth;		/* of scenarios */
	struct mem_arena	*a;
	struct outline_trigger	*triggers;
	struct outline_effect	*effects;
};

/* Where the walk is in a sequence. */
struct spot {
	struct outline_facts	facts;
	bool			later;
	bool			single;		/* in a scenario that is not started again while it runs */
};

/* Room for one more of n. */
static void *
room(struct mem_arena *a, void *p, size_t n, size_t size)
{
	size_t more = n < 4 ? 4 : 2 * n;

	return n == 0 || (n >= 4 && (n & (n - 1)) == 0) ? mem_grow(a, p, n, more, size) : p;
}

/* ---- triggers ---- */

/* The document without what does not change when it fires. */
static const char *
key_of(const struct js *v, struct mem_arena *a)
{
	struct js *plain = js_copy(v);
	struct buf b = { 0 };
	const char *key;

	js_unset(plain, "id");
	js_unset(plain, "alias");
	js_unset(plain, "enabled");
	js_dump(plain, &b);
	key = buf_keep(&b, a);
	js_free(plain);
	return key;
}

static const char *
kind_of(const struct js *v)
{
	const char *kind = rule_trigger_kind(v);

	return kind == NULL ? "" : kind;
}

static void
draw_event(const struct js *v, struct mem_arena *a, struct outline_trigger *t)
{
	struct rule_entities types = outline_texts(js_get(v, "event_type"), &rule_shape_event_types, a);
	const char **ids = mem_alloc(a, (types.n + 1) * sizeof(*ids));
	size_t i;

	for (i = 0; i < types.n; i++)
		ids[i] = mem_printf(a, "event.%s", types.ids[i]);
	t->about = (struct rule_entities){ ids, types.n };
	t->kind = OUTLINE_ON_EVENT;
	t->facts.perhaps = js_get(v, "event_data") != NULL;
}

static void
draw_time(const struct js *v, struct mem_arena *a, struct outline_trigger *t)
{
	const char *at = js_get_string(v, "at");
	int second;

	if (at != NULL && clock_parse_time_of_day(at, &second) == RC_OK) {
		outline_at(&t->facts, second / 60);
		t->words = "";
	}
	t->facts.days &= (unsigned int)outline_number(js_get(v, "weekday"), &rule_shape_weekdays, t->facts.days, a);
}

static void
draw_state(const struct js *v, struct mem_arena *a, struct outline_trigger *t)
{
	struct rule_entities from = outline_texts(js_get(v, "from"), &rule_shape_states, a);
	struct rule_entities to = outline_texts(js_get(v, "to"), &rule_shape_states, a);

	t->facts.perhaps |= js_get(v, "not_from") != NULL || js_get(v, "not_to") != NULL;
	t->kind = OUTLINE_ON_STATE;
	t->about = outline_texts(js_get(v, "entity_id"), &rule_shape_entities, a);
	t->from = from.ids;
	t->n_from = from.n;
	t->to = to.ids;
	t->n_to = to.n;
	t->any = trigger_is_bare(v);
}

static void
draw_template(const char *source, struct mem_arena *a, struct outline_trigger *t)
{
	const struct template *compiled;

	t->kind = OUTLINE_ON_TEMPLATE;
	if (rule_template(source, a, &compiled, NULL) == RC_OK)
		rule_template_entities(source, compiled, a, &t->about, NULL);
}

/* What a template or another entity decides about depends on those, and it is not known how. */
static void
draw_number(const struct js *v, struct mem_arena *a, struct outline_trigger *t)
{
	const char *const others[] = { js_get_string(v, "above"), js_get_string(v, "below") };
	const char **ids;
	size_t i;

	t->kind = OUTLINE_ON_NUMBER;
	t->about = outline_texts(js_get(v, "entity_id"), &rule_shape_entities, a);
	if (others[0] == NULL && others[1] == NULL && js_get(v, "value_template") == NULL) {
		outline_on_state(&t->facts, t, a);
		return;
	}
	t->kind = OUTLINE_ON_TEMPLATE;
	ids = mem_alloc(a, (t->about.n + 2) * sizeof(*ids));
	for (i = 0; i < t->about.n; i++)
		ids[i] = t->about.ids[i];
	for (i = 0; i < 2; i++)
		if (others[i] != NULL)
			ids[t->about.n++] = mem_strdup(a, others[i]);
	t->about.ids = ids;
}

static void
draw_trigger(struct drawing *d, const struct js *v)
{
	const char *kind = kind_of(v), *source = js_get_string(v, "value_template");
	struct outline_trigger *t;

	if (rule_disabled(v))
		return;
	d->triggers = room(d->a, d->triggers, d->o->n_triggers, sizeof(*t));
	t = &d->triggers[d->o->n_triggers++];
	*t = (struct outline_trigger){ .kind = OUTLINE_ON_OTHER, .key = key_of(v, d->a),
		.attribute = mem_strdup(d->a, js_get_string(v, "attribute")),
		.above = js_real(js_get(v, "above"), -INFINITY), .below = js_real(js_get(v, "below"), INFINITY),
		.facts = outline_anything() };
	if (js_get(v, "for") != NULL && rule_duration(js_get(v, "for"), &t->hold_ms, NULL) != RC_OK)
		t->facts.perhaps = true;
	if (strcmp(kind, "state") == 0) {
		draw_state(v, d->a, t);
		outline_on_state(&t->facts, t, d->a);
	} else if (strcmp(kind, "numeric_state") == 0) {
		draw_number(v, d->a, t);
	} else if (strcmp(kind, "event") == 0) {
		draw_event(v, d->a, t);
	} else if (strcmp(kind, "time") == 0) {
		draw_time(v, d->a, t);
	} else if (strcmp(kind, "time_pattern") == 0) {
		t->words = rule_trigger_words(v, d->a);
	} else if (strcmp(kind, "template") == 0 && source != NULL) {
		draw_template(source, d->a, t);
	}
}

static void
draw_triggers(struct drawing *d, const struct js *v)
{
	size_t i;

	if (js_type(v) != JS_ARRAY && v != NULL)
		draw_trigger(d, v);
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++)
		draw_trigger(d, js_at(v, i));
	d->o->triggers = d->triggers;
}

/* ---- what it does ---- */

static struct outline_effect *
add_effect(struct drawing *d, const char *about, const struct spot *p)
{
	struct outline_effect *e;

	if (d->o->n_effects == EFFECTS_MAX)
		return NULL;
	d->effects = room(d->a, d->effects, d->o->n_effects, sizeof(*e));
	e = &d->effects[d->o->n_effects++];
	*e = (struct outline_effect){ .about = mem_strdup(d->a, about), .later = p->later, .single = p->single,
		.facts = p->facts };
	return e;
}

/* What a report shows of the literal data. */
static void
draw_values(struct drawing *d, struct outline_effect *e, const struct js *data)
{
	struct outline_value *values = NULL;
	const struct service_field *p;
	const struct js *v;
	bool open;

	for (p = e->service->fields; p != NULL && p->name != NULL; p++) {
		if ((v = js_get(data, p->name)) == NULL)
			continue;
		open = rule_is_template(v) || (js_type(v) != JS_STRING && !js_is_number(v));
		e->open |= open;
		if (p->attribute != NULL) {
			values = room(d->a, values, e->n_values, sizeof(*values));
			values[e->n_values++] = (struct outline_value){ p->attribute,
			    open ? NULL : mem_strdup(d->a, js_string(v, NULL)), open ? NAN : js_real(v, 0),
			    p->tolerance };
		}
	}
	e->values = values;
}

/* A service on an entity, from where. */
struct call {
	struct drawing		*d;
	const struct spot	*p;
	const struct js		*data;
	const char		*domain, *name;
	bool			 quiet;		/* those that do not have it are not meant */
};

static void
draw_call(const char *entity_id, void *arg)
{
	struct call *c = arg;
	const struct service *s = service_of_entity(entity_id, c->name);
	struct outline_effect *e;
	size_t n = strlen(c->domain);

	if (s == NULL || (strcmp(c->domain, "homeassistant") != 0 &&
	    (strncmp(entity_id, c->domain, n) != 0 || entity_id[n] != '.')) ||
	    (e = add_effect(c->d, entity_id, c->p)) == NULL)
		return;
	e->service = s;
	draw_values(c->d, e, c->data);
}

/* Those of a domain, of "homeassistant" of all that the service is of. */
static void
draw_all(struct call *c)
{
	const struct outline_house *h = c->d->house;
	const struct service *row;
	size_t i;

	if (strcmp(c->domain, "homeassistant") != 0)
		h->members(h->arg, "domain", c->domain, draw_call, c);
	else
		for (i = 0; (row = service_at(i)) != NULL; i++)
			if (strcmp(row->name, c->name) == 0 && service_find(row->domain, "turn_off") != NULL)
				h->members(h->arg, "domain", row->domain, draw_call, c);
}

static void
draw_targets(struct call *c, const char *kind, const struct js *ids)
{
	bool entity = strcmp(kind, "entity_id") == 0, list = js_type(ids) == JS_ARRAY;
	size_t n = list ? js_size(ids) : ids != NULL ? 1 : 0, i;
	const struct js *one;
	const char *id;

	for (i = 0; i < n; i++) {
		one = list ? js_at(ids, i) : ids;
		if ((id = js_string(one, NULL)) == NULL || rule_is_template(one))
			continue;
		if (entity && strcmp(id, "all") != 0)
			draw_call(id, c);
		else if (entity)
			draw_all(c);
		else
			c->d->house->members(c->d->house->arg, kind, id, draw_call, c);
	}
}

static void
draw_command(struct drawing *d, const struct js *v, const struct spot *p)
{
	static const char *const kinds[] = { "entity_id", "device_id", "area_id", "floor_id", "label_id" };
	const char *action = js_get_string(v, js_get(v, "action") != NULL ? "action" : "service");
	const char *dot = action == NULL ? NULL : strchr(action, '.');
	struct call c = { .d = d, .p = p, .data = js_get(v, "data") };
	size_t i;

	if (dot == NULL || strchr(action, '{') != NULL)
		return;
	if (js_type(c.data) == JS_STRING)
		c.data = NULL;
	c.domain = mem_strndup(d->a, action, (size_t)(dot - action));
	c.name = mem_strdup(d->a, dot + 1);
	draw_targets(&c, "entity_id", js_get(v, "entity_id"));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		draw_targets(&c, kinds[i], js_get(js_get(v, "target"), kinds[i]));
}

static bool
is_single(const struct js *config)
{
	const char *mode = js_get_string(config, "mode");

	return mode == NULL || strcmp(mode, "single") == 0;
}

static void draw_sequence(struct drawing *d, const struct js *list, struct spot *p);

/* A branch begins here; whether there was a pause in it counts behind it. */
static void
draw_branch(struct drawing *d, const struct js *list, const struct spot *from, const struct js *holds,
    const struct js *not, struct spot *behind)
{
	struct spot p = *from;

	if (holds != NULL)
		outline_require(&p.facts, holds, d->a);
	if (not != NULL)
		outline_exclude(&p.facts, not, d->a);
	draw_sequence(d, list, &p);
	behind->later |= p.later;
}

static void
draw_choose(struct drawing *d, const struct js *v, struct spot *p)
{
	const struct js *options = js_get(v, "choose"), *one = NULL;
	size_t n = js_type(options) == JS_ARRAY ? js_size(options) : 1, i;
	struct spot from = *p;

	for (i = 0; i < n; i++) {
		one = js_type(options) == JS_ARRAY ? js_at(options, i) : options;
		draw_branch(d, js_get(one, "sequence"), &from, js_get(one, "conditions"), NULL, p);
	}
	if (js_get(v, "default") != NULL)
		draw_branch(d, js_get(v, "default"), &from, NULL, n == 1 ? js_get(one, "conditions") : NULL, p);
}

static void
draw_parallel(struct drawing *d, const struct js *v, struct spot *p)
{
	const struct js *branches = js_get(v, "parallel");
	struct spot from = *p;
	size_t i;

	for (i = 0; i < js_size(branches) && js_type(branches) == JS_ARRAY; i++)
		draw_branch(d, js_at(branches, i), &from, NULL, NULL, p);
}

static void
draw_event_told(struct drawing *d, const struct js *v, const struct spot *p)
{
	const char *type = js_get_string(v, "event");

	if (type != NULL)
		add_effect(d, mem_printf(d->a, "event.%s", type), p);
}

/* It begins here and now, and goes on beside the rule: its pauses are its own. */
static void
draw_scenario(struct drawing *d, const struct js *v, const struct spot *p)
{
	const char *id = js_get_string(v, "scenario");
	const struct js *config = id != NULL ? d->house->scenario(d->house->arg, id) : NULL;
	struct spot own = *p;

	if (config == NULL || d->depth == OUTLINE_NEST_MAX)
		return;
	own.single |= is_single(config);
	outline_require(&own.facts, js_get(config, "conditions"), d->a);
	d->depth++;
	draw_sequence(d, js_get(config, "actions"), &own);
	d->depth--;
}

/* After a pause what held before need not hold any more. */
static void
pass_pause(struct spot *p)
{
	p->later = true;
	p->facts = outline_anything();
	p->facts.perhaps = true;
}

static void
draw_action(struct drawing *d, const struct js *v, struct spot *p)
{
	const struct js *repeat = js_get(v, "repeat");

	if (rule_is_condition(v))
		outline_require(&p->facts, v, d->a);
	else if (js_get(v, "action") != NULL || js_get(v, "service") != NULL)
		draw_command(d, v, p);
	else if (js_get(v, "event") != NULL)
		draw_event_told(d, v, p);
	else if (js_get(v, "scenario") != NULL)
		draw_scenario(d, v, p);
	else if (js_get(v, "delay") != NULL || js_get(v, "wait_template") != NULL ||
	    js_get(v, "wait_for_trigger") != NULL)
		pass_pause(p);
	else if (js_get(v, "choose") != NULL)
		draw_choose(d, v, p);
	else if (js_get(v, "if") != NULL) {
		struct spot from = *p;

		draw_branch(d, js_get(v, "then"), &from, js_get(v, "if"), NULL, p);
		draw_branch(d, js_get(v, "else"), &from, NULL, js_get(v, "if"), p);
	} else if (repeat != NULL)
		draw_branch(d, js_get(repeat, "sequence"), &(struct spot){ p->facts, p->later, p->single },
		    js_get(repeat, "while"), NULL, p);
	else if (js_get(v, "parallel") != NULL)
		draw_parallel(d, v, p);
	else if (js_get(v, "sequence") != NULL)
		draw_sequence(d, js_get(v, "sequence"), p);
}

static void
draw_sequence(struct drawing *d, const struct js *list, struct spot *p)
{
	size_t n = js_type(list) == JS_ARRAY ? js_size(list) : list != NULL ? 1 : 0, i;
	const struct js *one;

	for (i = 0; i < n; i++) {
		one = js_type(list) == JS_ARRAY ? js_at(list, i) : list;
		if (!rule_disabled(one) && js_get(one, "stop") != NULL)
			return;
		if (!rule_disabled(one))
			draw_action(d, one, p);
	}
}

struct outline *
outline_of(const struct js *config, const char *id, const struct outline_house *house, struct mem_arena *a)
{
	struct outline *o = mem_zalloc(a, sizeof(*o));
	struct drawing d = { .o = o, .house = house, .a = a };
	struct spot start = { .facts = outline_anything() };

	if (js_type(config) != JS_OBJECT)
		return NULL;
	o->id = mem_strdup(a, id);
	o->name = mem_strdup(a, js_get_string(config, "name"));
	o->single = is_single(config);
	draw_triggers(&d, js_get(config, "triggers"));
	outline_require(&start.facts, js_get(config, "conditions"), a);
	draw_sequence(&d, js_get(config, "actions"), &start);
	o->effects = d.effects;
	return o;
}
