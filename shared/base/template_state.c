/* SPDX-License-Identifier: ISC
 *
 * Functions that ask for the state of entities, as Home Assistant has them: states, is_state, state_attr,
 * is_state_attr, has_value. Only where the environment knows entities.
 */
#include "shared/base/template_int.h"

bool
template_state_find(struct run *r, struct tv id, struct template_state *out)
{
	char text[TEMPLATE_ID_MAX];

	if (r->env->state == NULL) {
		template_undefined_error(r, "nothing is known of entities here");
		return false;
	}
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

	if (template_state_find(r, id, &s) && s.state != NULL)
		return tv_text(s.state);
	return r->result == TEMPLATE_OK ? tv_text("unknown") : tv_make(TV_RAISED);
}

/* states(id, rounded, with_unit); how far a state is rounded its device says. */
static struct tv
func_states(struct run *r, const struct tv *a)
{
	struct tv v;

	if (a[2].type == TV_ABSENT || !template_truth(a[2]))
		return state_of(r, a[0]);
	v = template_state_object(r, a[0]);
	if (v.type != TV_STATE)
		return tv_raised(v) ? v : tv_text("unknown");
	return template_state_attr(r, v.u.state, (struct tname){"state_with_unit", 15});
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

	if (!template_state_find(r, a[0], &s))
		return r->result == TEMPLATE_OK ? tv_bool(false) : tv_make(TV_RAISED);
	is = is_one_of(r, tv_text(s.state == NULL ? "unknown" : s.state), a[1]);
	return r->result == TEMPLATE_OK ? tv_bool(is) : tv_make(TV_RAISED);
}

static struct tv
attribute_of(struct run *r, struct tv id, struct tv name)
{
	struct template_state s = {.state = NULL};
	struct tv v;

	if (!template_state_find(r, id, &s))
		return r->result == TEMPLATE_OK ? tv_make(TV_NONE) : tv_make(TV_RAISED);
	if (!template_arg_str(r, name, "attribute"))
		return tv_make(TV_RAISED);
	if (s.entity_id == NULL && tv_raised(id = template_str_copy(r, id.u.s, id.len)))
		return id;
	s.entity_id = s.entity_id != NULL ? s.entity_id : id.u.s;
	return template_attributes_find(r, &s, name, &v) ? v : tv_make(TV_NONE);
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

struct tv
template_state_object(struct run *r, struct tv id)
{
	struct template_state s = {.state = NULL}, *kept;
	struct tv v = tv_make(TV_STATE);

	if (!template_state_find(r, id, &s))
		return r->result == TEMPLATE_OK ? tv_make(TV_NONE) : tv_make(TV_RAISED);
	if (s.entity_id == NULL) {
		if (tv_raised(id = template_str_copy(r, id.u.s, id.len)))
			return id;
		s.entity_id = id.u.s;
	}
	if ((kept = template_alloc(r, sizeof(*kept))) == NULL)
		return tv_make(TV_RAISED);
	*kept = s;
	v.u.state = kept;
	return v;
}

static const struct tbuiltin functions[] = {
	{"has_value", "entity_id", 1, func_has_value, NULL},
	{"is_state", "entity_id value", 2, func_is_state, NULL},
	{"is_state_attr", "entity_id name value", 3, func_is_state_attr, NULL},
	{"state_attr", "entity_id name", 2, func_state_attr, NULL},
	{"states", "entity_id rounded with_unit", 1, func_states, NULL},
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
