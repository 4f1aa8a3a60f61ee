/* SPDX-License-Identifier: ISC
 *
 * Entities as values: states.light.kitchen with its members, states.light and states as lists, and what started a rule.
 * Nothing is looked up, and no list is made, before somebody asks for it.
 */
#include "shared/base/clock.h"
#include "shared/base/template_int.h"

static bool
is_states_function(struct tv v)
{
	const struct ttable t = template_state_functions();

	return v.type == TV_FUNCTION && v.u.fn == template_table_find(t.rows, t.n, (struct tname){"states", 6});
}

bool
template_is_states(struct tv v)
{
	return v.type == TV_DOMAIN || is_states_function(v);
}

static bool
is_domain(struct tname name)
{
	uint32_t i;

	for (i = 0; i < name.len; i++)
		if (!((name.s[i] >= 'a' && name.s[i] <= 'z') || (name.s[i] >= '0' && name.s[i] <= '9') ||
		    name.s[i] == '_'))
			return false;
	return name.len > 0 && name.len < TEMPLATE_ID_MAX;
}

/* states.light, states["light.kitchen"], (states.light).kitchen */
struct tv
template_states_attr(struct run *r, struct tv v, struct tname name)
{
	char id[TEMPLATE_ID_MAX];
	struct tv of;

	if (v.type == TV_DOMAIN) {
		if (!is_domain(name) || v.len + name.len + 2 > sizeof(id))
			return tv_make(TV_ABSENT);
		memcpy(id, v.u.s, v.len);
		id[v.len] = '.';
		memcpy(id + v.len + 1, name.s, name.len);
		return template_state_object(r, tv_string(id, v.len + name.len + 1));
	}
	if (memchr(name.s, '.', name.len) != NULL)
		return template_state_object(r, tv_string(name.s, name.len));
	if (!is_domain(name))
		return tv_make(TV_ABSENT);
	of = tv_string(name.s, name.len);
	of.type = TV_DOMAIN;
	return of;
}

struct gathering {
	struct run	*r;
	struct tlist	 list;
};

static void
gather(const char *id, void *arg)
{
	struct gathering *g = arg;
	struct run *r = g->r;
	struct template_state s = {.state = NULL}, *kept;
	struct tv v = tv_make(TV_STATE);

	if (r->result != TEMPLATE_OK || !template_charge(r, 1) || !r->env->state(r->env->arg, id, &s))
		return;
	if (s.entity_id == NULL && tv_raised(v = template_str_copy(r, id, strlen(id))))
		return;
	s.entity_id = s.entity_id != NULL ? s.entity_id : v.u.s;
	if ((kept = template_alloc(r, sizeof(*kept))) == NULL)
		return;
	*kept = s;
	v = tv_make(TV_STATE);
	v.u.state = kept;
	template_push(r, &g->list, v);
}

struct tv
template_states_list(struct run *r, struct tv v)
{
	struct gathering g = {.r = r};
	char domain[TEMPLATE_ID_MAX] = "";

	if (v.type == TV_DOMAIN) {
		memcpy(domain, v.u.s, v.len);
		domain[v.len] = '\0';
	}
	if (r->env->members != NULL && template_charge(r, 16))
		r->env->members(r->env->arg, "states", domain, gather, &g);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, g.list.v, g.list.n) : tv_make(TV_RAISED);
}

/* ---- one entity ---- */

static const struct js *
own_attribute(const struct template_state *s, const char *name, size_t len)
{
	return s->attributes == NULL ? NULL : js_getn(s->attributes, name, len);
}

/* What people call it: Home Assistant's friendly name, else its id in words. */
static struct tv
name_of(struct run *r, const struct template_state *s)
{
	const struct js *own = own_attribute(s, "friendly_name", 13);
	const char *dot = strchr(s->entity_id, '.');
	struct tv name;
	char *words;

	if (js_string(own, NULL) != NULL)
		return template_wrap(own);
	name = template_fact(r, "name", s->entity_id);
	if (name.type != TV_ABSENT)
		return name;
	name = template_str_copy(r, dot != NULL ? dot + 1 : s->entity_id,
	    strlen(dot != NULL ? dot + 1 : s->entity_id));
	for (words = tv_raised(name) ? NULL : (char *)(uintptr_t)name.u.s; words != NULL && *words != '\0'; words++)
		if (*words == '_')
			*words = ' ';
	return name;
}

bool
template_attributes_find(struct run *r, const struct template_state *s, struct tv key, struct tv *out)
{
	struct tname name = {key.u.s, key.len};
	const struct js *own;

	if (key.type != TV_STRING)
		return false;
	if ((own = own_attribute(s, key.u.s, key.len)) != NULL)
		*out = template_wrap(own);
	else if (s->device_class != NULL && tname_is(name, "device_class"))
		*out = tv_text(s->device_class);
	else if (s->unit != NULL && tname_is(name, "unit_of_measurement"))
		*out = tv_text(s->unit);
	else if (tname_is(name, "friendly_name"))
		*out = name_of(r, s);
	else
		return false;
	return true;
}

/* Those that are no attributes of its own. */
static const char *const added[] = {"device_class", "unit_of_measurement", "friendly_name"};

static bool
is_added(const struct template_state *s, size_t i)
{
	return own_attribute(s, added[i], strlen(added[i])) == NULL &&
	    (i == 0 ? s->device_class != NULL : i == 1 ? s->unit != NULL : true);
}

int64_t
template_attributes_length(const struct template_state *s)
{
	int64_t n = s->attributes == NULL ? 0 : (int64_t)js_size(s->attributes);
	size_t i;

	for (i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		n += is_added(s, i);
	return n;
}

struct tv
template_attributes_dict(struct run *r, const struct template_state *s)
{
	struct tdict *d = template_dict_new(r, (uint32_t)template_attributes_length(s));
	struct tv v;
	size_t i;
	void *it;

	for (it = s->attributes == NULL ? NULL : js_iter(s->attributes); d != NULL && it != NULL;
	    it = js_iter_next(s->attributes, it))
		if (!template_charge(r, 1) ||
		    !template_dict_set(r, d, tv_text(js_iter_key(it)), template_wrap(js_iter_value(it))))
			return tv_make(TV_RAISED);
	for (i = 0; d != NULL && i < sizeof(added) / sizeof(added[0]); i++)
		if (is_added(s, i) && (!template_attributes_find(r, s, tv_text(added[i]), &v) || tv_raised(v) ||
		    !template_dict_set(r, d, tv_text(added[i]), v)))
			return tv_make(TV_RAISED);
	return template_dict_value(d);
}

/* None for never. */
static struct tv
moment(struct run *r, int64_t ms)
{
	return ms == 0 ? tv_make(TV_NONE) : template_time_make(r, ms * 1000, TZONE_FIXED, 0);
}

static struct tv
state_text(const struct template_state *s)
{
	return tv_text(s->state == NULL ? "unknown" : s->state);
}

/* "21.5 °C" */
static struct tv
with_unit(struct run *r, const struct template_state *s)
{
	size_t mark = r->s->text.len;
	struct tv unit;

	if (!template_attributes_find(r, s, tv_text("unit_of_measurement"), &unit) || unit.type != TV_STRING)
		return state_text(s);
	template_put_str(r, &r->s->text, state_text(s));
	buf_putc(&r->s->text, ' ');
	template_put_str(r, &r->s->text, unit);
	return template_take_text(r, mark);
}

struct tv
template_state_attr(struct run *r, const struct template_state *s, struct tname name)
{
	const char *dot = strchr(s->entity_id, '.');
	struct tv v = tv_make(TV_ATTRIBUTES);

	if (tname_is(name, "state"))
		return state_text(s);
	if (tname_is(name, "attributes")) {
		v.u.state = s;
		return v;
	}
	if (tname_is(name, "entity_id"))
		return tv_text(s->entity_id);
	if (tname_is(name, "domain"))
		return tv_string(s->entity_id, dot == NULL ? 0 : (size_t)(dot - s->entity_id));
	if (tname_is(name, "object_id"))
		return tv_text(dot == NULL ? s->entity_id : dot + 1);
	if (tname_is(name, "name"))
		return name_of(r, s);
	if (tname_is(name, "last_changed"))
		return moment(r, s->last_changed);
	if (tname_is(name, "last_updated") || tname_is(name, "last_reported"))
		return moment(r, s->last_updated);
	return tname_is(name, "state_with_unit") ? with_unit(r, s) : tv_make(TV_ABSENT);
}

struct tv
template_state_dict(struct run *r, const struct template_state *s)
{
	static const char *const members[] = {"entity_id", "state", "attributes", "last_changed", "last_updated"};
	struct tdict *d = template_dict_new(r, 8);
	size_t i, mark;
	struct tv v;

	for (i = 0; d != NULL && i < sizeof(members) / sizeof(members[0]); i++) {
		v = template_state_attr(r, s, (struct tname){members[i], (uint32_t)strlen(members[i])});
		if (v.type == TV_DATETIME) {
			mark = r->s->text.len;
			template_put_time(&r->s->text, v.u.time, 'T');
			v = template_take_text(r, mark);
		}
		if (tv_raised(v) || !template_dict_set(r, d, tv_text(members[i]), v))
			return tv_make(TV_RAISED);
	}
	return template_dict_value(d);
}

void
template_put_object(struct buf *b, struct tv v)
{
	if (v.type == TV_DOMAIN)
		buf_printf(b, "<states of %.*s>", (int)v.len, v.u.s);
	else if (v.type == TV_FUNCTION)
		buf_puts(b, "<states>");
	else
		buf_printf(b, "<state %s=%s>", v.u.state->entity_id,
		    v.u.state->state == NULL ? "unknown" : v.u.state->state);
}

/* ---- what started a rule ---- */

static int64_t
time_of(const struct js *v, const char *name)
{
	const char *text = js_get_string(v, name);
	int64_t ms = 0;

	return text != NULL && clock_parse(text, &ms) == RC_OK ? ms : 0;
}

/* As it was then, with the class and the unit that it has now. */
static struct tv
state_then(struct run *r, const struct js *v)
{
	struct template_state *s = template_alloc(r, sizeof(*s)), now = {.state = NULL};
	const char *id = js_get_string(v, "entity_id");
	const struct js *attributes = js_get(v, "attributes");
	struct tv out = tv_make(TV_STATE);

	if (s == NULL)
		return tv_make(TV_RAISED);
	if (r->env->state != NULL)
		r->env->state(r->env->arg, id, &now);
	*s = (struct template_state){.entity_id = id, .state = js_get_string(v, "state"),
	    .attributes = js_type(attributes) == JS_OBJECT ? attributes : NULL, .device_class = now.device_class,
	    .unit = now.unit, .last_changed = time_of(v, "last_changed"), .last_updated = time_of(v, "last_updated")};
	out.u.state = s;
	return out;
}

struct tv
template_trigger_member(struct run *r, struct tv key, const struct js *v)
{
	struct tname name = {key.u.s, key.len};
	struct tv out = template_wrap(v);
	int64_t ms;

	if ((tname_is(name, "from_state") || tname_is(name, "to_state")) && js_get_string(v, "entity_id") != NULL)
		return state_then(r, v);
	if (tname_is(name, "now") && out.type == TV_STRING && clock_parse(js_string(v, NULL), &ms) == RC_OK)
		return template_time_local(r, ms * 1000);
	if (tname_is(name, "for") && tv_is_number(out) && js_real(v, 0) >= 0 && js_real(v, 0) < 1e12) {
		out.type = TV_DELTA;
		out.u.i = (int64_t)(js_real(v, 0) * 1e6);
	}
	if (tname_is(name, "trigger") && out.type == TV_JSON_DICT)
		out.flag = TV_TRIGGER;
	return out;
}

struct tv
template_this_member(struct run *r, struct tv key, const struct js *v)
{
	static const char *const moments[] = {"last_changed", "last_triggered", "last_updated"};
	struct tname name = {key.u.s, key.len};
	struct tv out = template_wrap(v);
	int64_t ms;
	size_t i;

	if (tname_is(name, "attributes") && out.type == TV_JSON_DICT)
		out.flag = TV_THIS;
	for (i = 0; out.type == TV_STRING && i < sizeof(moments) / sizeof(moments[0]); i++)
		if (tname_is(name, moments[i]) && clock_parse(js_string(v, NULL), &ms) == RC_OK)
			return moment(r, ms);
	return out;
}
