/* SPDX-License-Identifier: ISC
 *
 * Functions that ask for the state of entities, as Home Assistant has them: states, is_state, state_attr,
 * is_state_attr, has_value; and for which entities there are: area_entities, label_entities, device_entities, areas,
 * and domain_entities, which is ours. Only where the environment knows entities.
 */
#include "shared/base/template_int.h"

/* False: there is no such entity, or (the run has raised) the argument is no id. */
static bool
find(struct run *r, struct tv id, struct template_state *out)
{
	char text[TEMPLATE_ID_MAX];

	if (!template_arg_str(r, id, "entity_id") || !template_charge(r, 4) || id.len >= sizeof(text))
		return false;
	memcpy(text, id.u.s, id.len);
	text[id.len] = '\0';
	return r->env->state(r->env->arg, text, out);
}

/* The state as a text: "unknown" for none. */
static struct tv
state_of(struct run *r, struct tv id)
{
	struct template_state s;

	if (find(r, id, &s) && s.state != NULL)
		return tv_text(s.state);
	return r->result == TEMPLATE_OK ? tv_text("unknown") : tv_make(TV_RAISED);
}

static struct tv
func_states(struct run *r, const struct tv *a)
{
	return state_of(r, a[0]);
}

/* Whether v is the wanted value, or one of a list of them. */
static bool
is_one_of(struct run *r, struct tv v, struct tv wanted)
{
	struct titer it;
	struct tv item;

	if (!tv_is_list(wanted) && wanted.type != TV_TUPLE)
		return template_equal(r, v, wanted);
	if (!template_iter(r, &it, wanted))
		return false;
	while (template_next(r, &it, &item))
		if (template_equal(r, v, item))
			return true;
	return false;
}

static struct tv
func_is_state(struct run *r, const struct tv *a)
{
	struct template_state s;
	bool is;

	if (!find(r, a[0], &s))
		return r->result == TEMPLATE_OK ? tv_bool(false) : tv_make(TV_RAISED);
	is = is_one_of(r, tv_text(s.state == NULL ? "unknown" : s.state), a[1]);
	return r->result == TEMPLATE_OK ? tv_bool(is) : tv_make(TV_RAISED);
}

static bool
is_text(struct tv v, const char *text)
{
	return v.len == strlen(text) && memcmp(v.u.s, text, v.len) == 0;
}

static struct tv
attribute_of(struct run *r, struct tv id, struct tv name)
{
	struct template_state s;
	const struct js *v;

	if (!find(r, id, &s))
		return r->result == TEMPLATE_OK ? tv_make(TV_NONE) : tv_make(TV_RAISED);
	if (!template_arg_str(r, name, "attribute"))
		return tv_make(TV_RAISED);
	v = s.attributes == NULL ? NULL : js_getn(s.attributes, name.u.s, name.len);
	if (v != NULL)
		return template_wrap(v);
	if (s.device_class != NULL && is_text(name, "device_class"))
		return tv_text(s.device_class);
	return s.unit != NULL && is_text(name, "unit_of_measurement") ? tv_text(s.unit) : tv_make(TV_NONE);
}

static struct tv
func_state_attr(struct run *r, const struct tv *a)
{
	return attribute_of(r, a[0], a[1]);
}

static struct tv
func_is_state_attr(struct run *r, const struct tv *a)
{
	struct tv v = attribute_of(r, a[0], a[1]);
	bool is = !tv_raised(v) && v.type != TV_NONE && is_one_of(r, v, a[2]);

	return r->result == TEMPLATE_OK ? tv_bool(is) : tv_make(TV_RAISED);
}

static struct tv
func_has_value(struct run *r, const struct tv *a)
{
	struct tv v = state_of(r, a[0]);

	if (tv_raised(v))
		return v;
	return tv_bool(!(v.len == 7 && memcmp(v.u.s, "unknown", 7) == 0) &&
	    !(v.len == 11 && memcmp(v.u.s, "unavailable", 11) == 0));
}

/* ---- which there are ---- */

struct gathering {
	struct run	*r;
	struct tlist	 list;
};

static void
gather(const char *id, void *arg)
{
	struct gathering *g = arg;
	struct tv v;

	if (g->r->result != TEMPLATE_OK || !template_charge(g->r, 1))
		return;
	v = template_str_copy(g->r, id, strlen(id));
	if (!tv_raised(v))
		template_push(g->r, &g->list, v);
}

static struct tv
members(struct run *r, const char *kind, const char *id)
{
	struct gathering g = { .r = r };

	if (r->env->members != NULL && template_charge(r, 16))
		r->env->members(r->env->arg, kind, id, gather, &g);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, g.list.v, g.list.n) : tv_make(TV_RAISED);
}

static struct tv
members_of(struct run *r, const char *kind, struct tv id)
{
	char text[TEMPLATE_ID_MAX];

	if (!template_arg_str(r, id, "id"))
		return tv_make(TV_RAISED);
	if (id.len >= sizeof(text))
		return tv_items(TV_LIST, NULL, 0);
	memcpy(text, id.u.s, id.len);
	text[id.len] = '\0';
	return members(r, kind, text);
}

static struct tv
func_area_entities(struct run *r, const struct tv *a)
{
	return members_of(r, "area_id", a[0]);
}

static struct tv
func_device_entities(struct run *r, const struct tv *a)
{
	return members_of(r, "device_id", a[0]);
}

static struct tv
func_label_entities(struct run *r, const struct tv *a)
{
	return members_of(r, "label_id", a[0]);
}

static struct tv
func_domain_entities(struct run *r, const struct tv *a)
{
	return members_of(r, "domain", a[0]);
}

static struct tv
func_areas(struct run *r, const struct tv *a)
{
	(void)a;
	return members(r, "areas", "");
}

static const struct tbuiltin functions[] = {
	{"area_entities", "area_id", 1, func_area_entities, NULL},
	{"areas", "", 0, func_areas, NULL},
	{"device_entities", "device_id", 1, func_device_entities, NULL},
	{"domain_entities", "domain", 1, func_domain_entities, NULL},
	{"has_value", "entity_id", 1, func_has_value, NULL},
	{"is_state", "entity_id value", 2, func_is_state, NULL},
	{"is_state_attr", "entity_id name value", 3, func_is_state_attr, NULL},
	{"label_entities", "label_id", 1, func_label_entities, NULL},
	{"state_attr", "entity_id name", 2, func_state_attr, NULL},
	{"states", "entity_id", 1, func_states, NULL},
};

/* Those that answer yes or no are tests, too, as in Home Assistant. */
const struct tbuiltin *
template_state_test(struct tname name)
{
	if (!tname_is(name, "is_state") && !tname_is(name, "is_state_attr") && !tname_is(name, "has_value"))
		return NULL;
	return template_table_find(functions, sizeof(functions) / sizeof(functions[0]), name);
}

struct ttable
template_state_functions(void)
{
	return (struct ttable){functions, sizeof(functions) / sizeof(functions[0])};
}
