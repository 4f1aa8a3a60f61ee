/* SPDX-License-Identifier: ISC
 *
 * Functions that ask what belongs where, and how it is called, as Home Assistant has them: areas, floors, devices and
 * labels; expand; and domain_entities, which is ours. Only where the environment knows entities.
 */
#include "shared/base/template_int.h"

/* ---- what the environment says ---- */

struct gathering {
	struct run	*r;
	struct tlist	 list;
	bool		 one;	/* the first is enough */
};

static void
gather(const char *text, void *arg)
{
	struct gathering *g = arg;
	struct tv v;

	if (g->r->result != TEMPLATE_OK || (g->one && g->list.n > 0) || !template_charge(g->r, 1))
		return;
	v = template_str_copy(g->r, text, strlen(text));
	if (!tv_raised(v))
		template_push(g->r, &g->list, v);
}

/* Steps of a question that a database answers: that of a name is the cheapest, and is asked of many. */
static size_t
cost_of(const char *function)
{
	return strcmp(function, "name") == 0 ? 16 : 64;
}

struct tv
template_fact(struct run *r, const char *function, const char *about)
{
	struct gathering g = {.r = r, .one = true};

	if (r->env->facts != NULL && template_charge(r, cost_of(function)))
		r->env->facts(r->env->arg, function, about, gather, &g);
	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	return g.list.n > 0 ? g.list.v[0] : tv_make(TV_ABSENT);
}

/* The argument as text of its own; false: it is none (the run has raised), or too long for a name. */
static bool
take_text(struct run *r, struct tv v, char text[TEMPLATE_ID_MAX])
{
	if (!template_arg_str(r, v, "id") || v.len >= TEMPLATE_ID_MAX)
		return false;
	memcpy(text, v.u.s, v.len);
	text[v.len] = '\0';
	return true;
}

static struct tv
one_fact(struct run *r, const char *function, struct tv about)
{
	char text[TEMPLATE_ID_MAX];
	struct tv v = take_text(r, about, text) ? template_fact(r, function, text) : tv_make(TV_ABSENT);

	if (r->result != TEMPLATE_OK)
		return tv_make(TV_RAISED);
	return v.type == TV_ABSENT ? tv_make(TV_NONE) : v;
}

static struct tv
all_facts(struct run *r, const char *function, struct tv about)
{
	struct gathering g = {.r = r};
	char text[TEMPLATE_ID_MAX] = "";

	if ((about.type == TV_ABSENT || take_text(r, about, text)) && r->env->facts != NULL &&
	    template_charge(r, cost_of(function)))
		r->env->facts(r->env->arg, function, text, gather, &g);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, g.list.v, g.list.n) : tv_make(TV_RAISED);
}

static struct tv
members(struct run *r, const char *kind, struct tv of)
{
	struct gathering g = {.r = r};
	char text[TEMPLATE_ID_MAX] = "";

	if ((of.type == TV_ABSENT || take_text(r, of, text)) && r->env->members != NULL && template_charge(r, 16))
		r->env->members(r->env->arg, kind, text, gather, &g);
	return r->result == TEMPLATE_OK ? tv_items(TV_LIST, g.list.v, g.list.n) : tv_make(TV_RAISED);
}

/* ---- functions ---- */

#define ONE(name) \
	static struct tv \
	func_##name(struct run *r, const struct tv *a) \
	{ \
		return one_fact(r, #name, a[0]); \
	}

#define SOME(name) \
	static struct tv \
	func_##name(struct run *r, const struct tv *a) \
	{ \
		return all_facts(r, #name, a[0]); \
	}

#define MEMBERS(name, kind) \
	static struct tv \
	func_##name(struct run *r, const struct tv *a) \
	{ \
		return members(r, kind, a[0]); \
	}

ONE(area_id)
ONE(area_name)
ONE(device_id)
ONE(device_name)
ONE(floor_id)
ONE(floor_name)
ONE(label_id)
ONE(label_name)
SOME(area_devices)
SOME(floor_areas)
SOME(floor_entities)
SOME(label_areas)
SOME(label_devices)
SOME(labels)
MEMBERS(area_entities, "area_id")
MEMBERS(device_entities, "device_id")
MEMBERS(domain_entities, "domain")
MEMBERS(label_entities, "label_id")

static struct tv
func_areas(struct run *r, const struct tv *a)
{
	(void)a;
	return members(r, "areas", tv_make(TV_ABSENT));
}

static struct tv
func_floors(struct run *r, const struct tv *a)
{
	(void)a;
	return all_facts(r, "floors", tv_make(TV_ABSENT));
}

/* ---- expand ---- */

struct expanding {
	struct tlist	 states, ids;
	struct tdict	*met;	/* by id, groups too: one that holds itself ends */
};

static bool expand(struct run *r, struct expanding *x, struct tv v, int depth);

static bool
expand_items(struct run *r, struct expanding *x, struct tv v, int depth)
{
	struct titer it;
	struct tv item;

	if (depth > TEMPLATE_VALUE_MAX) {
		template_limit(r, "values nested too deeply");
		return false;
	}
	if (!template_iter(r, &it, v))
		return false;
	while (template_next(r, &it, &item))
		if (!expand(r, x, item, depth + 1))
			return false;
	return r->result == TEMPLATE_OK;
}

static bool
expand_state(struct run *r, struct expanding *x, struct tv v, int depth)
{
	struct tv id = tv_text(v.u.state->entity_id), in;

	if (template_dict_find(r, template_dict_value(x->met), id, &in))
		return true;
	if (!template_dict_set(r, x->met, id, tv_make(TV_NONE)))
		return false;
	if (strncmp(id.u.s, "group.", 6) == 0)
		return !template_attributes_find(r, v.u.state, tv_text("entity_id"), &in) || in.type == TV_STRING ||
		    !template_iterable(in) || expand_items(r, x, in, depth);
	return template_push(r, &x->states, v) && template_push(r, &x->ids, id);
}

/* What is no entity, or none that there is, is passed over. */
static bool
expand(struct run *r, struct expanding *x, struct tv v, int depth)
{
	if (v.type == TV_STRING) {
		v = template_state_object(r, v);
		return !tv_raised(v) && (v.type != TV_STATE || expand_state(r, x, v, depth));
	}
	if (v.type == TV_STATE)
		return expand_state(r, x, v, depth);
	return !template_iterable(v) || v.type == TV_BYTES || expand_items(r, x, v, depth);
}

static struct tv
func_expand(struct run *r, struct tv self, const struct tcall *c)
{
	struct expanding x = {.met = template_dict_new(r, 8)};
	uint32_t i;

	if (c->nkw > 0)
		return template_error(r, "expand() takes no keyword arguments");
	if (x.met == NULL || (self.type != TV_ABSENT && !expand(r, &x, self, 0)))
		return tv_make(TV_RAISED);
	for (i = 0; i < c->npos; i++)
		if (!expand(r, &x, c->pos[i], 0))
			return tv_make(TV_RAISED);
	if (!template_sort(r, x.states.v, x.ids.v, x.states.n, false))
		return tv_make(TV_RAISED);
	return tv_items(TV_LIST, x.states.v, x.states.n);
}

static const struct tbuiltin functions[] = {
	{"area_devices", "area_id", 1, func_area_devices, NULL},
	{"area_entities", "area_id", 1, func_area_entities, NULL},
	{"area_id", "lookup_value", 1, func_area_id, NULL},
	{"area_name", "lookup_value", 1, func_area_name, NULL},
	{"areas", "", 0, func_areas, NULL},
	{"device_entities", "device_id", 1, func_device_entities, NULL},
	{"device_id", "lookup_value", 1, func_device_id, NULL},
	{"device_name", "lookup_value", 1, func_device_name, NULL},
	{"domain_entities", "domain", 1, func_domain_entities, NULL},
	{"expand", "entity_id", 0, NULL, func_expand},
	{"floor_areas", "floor_id", 1, func_floor_areas, NULL},
	{"floor_entities", "floor_id", 1, func_floor_entities, NULL},
	{"floor_id", "lookup_value", 1, func_floor_id, NULL},
	{"floor_name", "lookup_value", 1, func_floor_name, NULL},
	{"floors", "", 0, func_floors, NULL},
	{"label_areas", "label_id", 1, func_label_areas, NULL},
	{"label_devices", "label_id", 1, func_label_devices, NULL},
	{"label_entities", "label_id", 1, func_label_entities, NULL},
	{"label_id", "lookup_value", 1, func_label_id, NULL},
	{"label_name", "label_id", 1, func_label_name, NULL},
	{"labels", "lookup_value", 0, func_labels, NULL}
};

struct ttable
template_house_functions(void)
{
	return (struct ttable){functions, sizeof(functions) / sizeof(functions[0])};
}
