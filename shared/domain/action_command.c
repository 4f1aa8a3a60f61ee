/* SPDX-License-Identifier: ISC
 *
 * Action "action": a service on some entities, {"action": "light.turn_on", "target": {"entity_id": ...}}; of a device,
 * an area, a floor or a label on all of them that have the service. Action "scene": short for scene.turn_on.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/action.h"
#include "shared/domain/reference.h"
#include "shared/domain/service.h"

struct command_action {
	struct rule_value	 name;		/* a template says the service; js NULL: the next two do */
	const char		*domain;	/* "homeassistant" stands for each entity's own */
	const char		*service;	/* without the domain */
	struct rule_value	 data;		/* object; js NULL: none */
	struct rule_entities	 entities, devices, areas, floors, labels;	/* named in the rule */
	struct rule_value	 named, in_area, on_floor, with_label;	/* what templates name; js NULL: none */
	bool			 all;		/* all entities of the domain */
	bool			 lenient;	/* where_possible is true */
	bool			 strict;	/* where_possible is false: also of a group everybody must take all */
};

enum { F_ACTION, F_SERVICE, F_TARGET, F_DATA, F_ENTITY, F_METADATA, F_POSSIBLE };
enum { T_ENTITY, T_DEVICE, T_AREA, T_FLOOR, T_LABEL };
enum { S_SCENE };

static const struct field target_fields[] = {
	[T_ENTITY] = { RULE_SHAPE("entity_id", targets, "these entities"), .some_of = true },
	[T_DEVICE] = { RULE_SHAPE("device_id", devices, "whatever of these devices has the service"), .some_of = true },
	[T_AREA] = { RULE_SHAPE("area_id", areas, "whatever in these areas has the service"), .some_of = true },
	[T_FLOOR] = { RULE_SHAPE("floor_id", floors, "whatever on these floors has the service"), .some_of = true },
	[T_LABEL] = { RULE_SHAPE("label_id", labels, "whatever with these labels has the service"), .some_of = true },
	{ 0 },
};
static const struct field_shape target = { .name = "target", .fields = target_fields };

static const struct field fields[] = {
	[F_ACTION] = { RULE_SHAPE("action", service, "what is done"), .one_of = true },
	[F_SERVICE] = { RULE_SHAPE("service", service, "older word for action"), .one_of = true },
	[F_TARGET] = { .name = "target", .type = FIELD_SHAPE, .shape = &target, .some_of = true,
	    .help = "what it is done to" },
	[F_DATA] = { RULE_SHAPE("data", service_data, "how it is done; templates too") },
	[F_ENTITY] = { RULE_SHAPE("entity_id", targets, "short for target.entity_id"), .some_of = true },
	[F_METADATA] = { .name = "metadata", .type = FIELD_OBJECT, .help = "of editors; not looked at" },
	[F_POSSIBLE] = { .name = "where_possible", .type = FIELD_BOOL,
	    .help = "true: pass over whom it does not fit, leave away what an entity does not take; false: that is a "
	    "failure, also in an area or another group" },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

static const struct field scene_fields[] = {
	[S_SCENE] = { RULE_SHAPE("scene", scenes, "the scene that is turned on"), .required = true },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* ---- running ---- */

struct target {
	const struct command_action	*s;
	struct action_context		*x;
	const struct js			*data;		/* what the service is told, or NULL */
	struct fault			 first;		/* the first failure */
	unsigned int			 n;		/* entities that were reached */
	unsigned int			 done;		/* of them: that took it */
	bool				 member;	/* the present one is reached as one of a group */
	struct fault			 left;		/* what the first member of these has nothing for */
	unsigned int			 n_left;	/* members that were passed over, or told less */
};

/* "light.attic: this light cannot be dimmed (brightness_pct)"; what is not about the entity stays as it is. */
static void
name_entity(struct fault *f, const char *id)
{
	const struct fault was = *f;

	if (strcmp(was.field, id) == 0 || ((was.rc == RC_INVALID || was.rc == RC_UNSUPPORTED) &&
	    (*was.field == '\0' || strcmp(was.field, "service") == 0 || strcmp(was.field, "entity_id") == 0)))
		fault_set(f, was.rc, NULL, "%s: %s", id, was.msg);
	else if (was.rc == RC_INVALID || was.rc == RC_UNSUPPORTED)
		fault_set(f, was.rc, NULL, "%s: %s (%s)", id, was.msg, was.field);
}

/* What it does not take, it is not told. */
static enum rc
command_as_able(struct target *t, struct live *l)
{
	struct js *data = js_type(t->data) == JS_OBJECT ? js_copy(t->data) : NULL;
	struct fault *f = &t->x->fault;
	enum rc rc;

	while ((rc = t->x->command(t->x->arg, l, t->s->service, data, f)) == RC_INVALID || rc == RC_UNSUPPORTED) {
		if (js_get(data, f->field) == NULL)
			break;
		js_unset(data, f->field);
	}
	js_free(data);
	return rc;
}

/* One of a group does what it can; nobody asked for it by its name. RC_UNSUPPORTED: it is passed over. */
static enum rc
command_member(struct target *t, struct live *l)
{
	struct js *data = js_type(t->data) == JS_OBJECT ? js_copy(t->data) : NULL;
	const struct service *s = service_find(l->domain, t->s->service);
	struct fault left = { 0 };
	enum rc rc = s == NULL ? RC_OK : service_fit(s, house_capabilities(l), data, &left);

	name_entity(&left, l->entity_id);
	if (left.rc != RC_OK && t->n_left++ == 0)
		t->left = left;
	if (rc == RC_OK)
		rc = t->x->command(t->x->arg, l, t->s->service, js_type(t->data) == JS_OBJECT ? data : t->data,
		    &t->x->fault);
	else
		t->x->fault = (struct fault){ 0 };
	js_free(data);
	return rc;
}

/* automation.ID: another rule, which is no entity. */
static enum rc
command_rule(struct target *t, const char *id)
{
	const struct service *s = service_of_entity(id, t->s->service);
	struct action_context *x = t->x;
	struct js *data = NULL;
	enum rc rc;

	if (s == NULL)
		return fault_set(&x->fault, RC_INVALID, id, "has no service %s", t->s->service);
	rc = service_check(s, NULL, t->data, &data, &x->fault);
	if (rc == RC_OK && x->automation != NULL)
		rc = x->automation(x->arg, strchr(id, '.') + 1, s->name, data, &x->fault);
	js_free(data);
	return rc;
}

static enum rc
command_one(struct target *t, const char *id)
{
	struct live *l = house_find_id(t->x->rule.house, id);
	const struct command_action *s = t->s;

	if (l == NULL && strncmp(id, "automation.", strlen("automation.")) == 0)
		return command_rule(t, id);
	if (l == NULL)
		return fault_set(&t->x->fault, RC_NOT_FOUND, id, "does not exist");
	if (strcmp(s->domain, "homeassistant") != 0 && strcmp(s->domain, l->domain) != 0)
		return fault_set(&t->x->fault, RC_INVALID, id, "is no %s", s->domain);
	if (!s->lenient && !s->strict && t->member)
		return command_member(t, l);
	if (!s->lenient)
		return t->x->command(t->x->arg, l, s->service, t->data, &t->x->fault);
	return l->available ? command_as_able(t, l) :
	    fault_set(&t->x->fault, RC_DOWN, id, "is not available");
}

static void
reach(const char *id, void *arg)
{
	struct target *t = arg;
	enum rc rc = command_one(t, id);

	t->n++;
	if (rc == RC_OK)
		t->done++;
	else if (t->first.rc == RC_OK && t->x->fault.rc != RC_OK) {
		name_entity(&t->x->fault, id);
		t->first = t->x->fault;
	}
}

static void
reach_member(const char *entity_id, void *arg)
{
	struct target *t = arg;
	const struct command_action *s = t->s;
	const struct live *l = house_find_id(t->x->rule.house, entity_id);

	if (l != NULL && service_find(l->domain, s->service) != NULL &&
	    (strcmp(s->domain, "homeassistant") == 0 || strcmp(s->domain, l->domain) == 0)) {
		t->member = true;
		reach(entity_id, t);
		t->member = false;
	}
}

/* What was removed since the rule was saved is a failure that says its name. */
static void
reach_members(struct target *t, const char *kind, const struct rule_entities *who)
{
	struct fault f = { 0 };
	unsigned int before;
	size_t i;

	for (i = 0; i < who->n; i++) {
		before = t->n;
		t->x->members(t->x->arg, kind, who->ids[i], reach_member, t);
		if (t->n == before && t->first.rc == RC_OK && t->x->rule.db != NULL &&
		    reference_check_kind(t->x->rule.db, kind, who->ids[i], kind, &f) != RC_OK)
			t->first = f;
	}
}

/*
 * Those that a template names: by their ids, or by that of what they are in; a blank text names nobody. A list that one
 * template makes is a group: nobody wrote down who is in it.
 */
static enum rc
reach_rendered(struct target *t, const struct rule_value *named, const char *kind)
{
	struct field_value who = { 0 };
	struct mem_arena *a;
	struct js *v = NULL;
	enum rc rc;
	size_t i;

	if (named->js == NULL)
		return RC_OK;
	if ((rc = rule_render(named, &t->x->rule, &v, &t->x->fault)) != RC_OK)
		return rc;
	a = mem_arena_new(1024);
	if (js_string(v, NULL) != NULL && *js_string(v, NULL) == '\0')
		;
	else if (js_size(v) + (js_type(v) != JS_ARRAY) > 0)
		rc = field_read_shape(kind == NULL ? &rule_shape_entities : &rule_shape_areas, v, a, &who,
		    &t->x->fault);
	t->member = js_string(named->js, NULL) != NULL && js_type(v) == JS_ARRAY;
	for (i = 0; rc == RC_OK && kind == NULL && i < who.n; i++)
		reach(who.list[i], t);
	t->member = false;
	if (rc == RC_OK && kind != NULL)
		reach_members(t, kind, &(struct rule_entities){ who.list, who.n });
	mem_arena_free(a);
	js_free(v);
	return rc;
}

/* Of "homeassistant" everything of the domains with the service that can be turned off: no scenes. */
static void
reach_domains(struct target *t)
{
	const struct service *row;
	size_t i;

	if (strcmp(t->s->domain, "homeassistant") != 0)
		reach_members(t, "domain", &(struct rule_entities){ (const char **)&t->s->domain, 1 });
	else
		for (i = 0; (row = service_at(i)) != NULL; i++)
			if (strcmp(row->name, t->s->service) == 0 && service_find(row->domain, "turn_off") != NULL)
				t->x->members(t->x->arg, "domain", row->domain, reach_member, t);
}

static enum rc
reach_all(struct target *t)
{
	const struct command_action *s = t->s;
	enum rc rc;
	size_t i;

	for (i = 0; i < s->entities.n; i++)
		reach(s->entities.ids[i], t);
	if ((rc = reach_rendered(t, &s->named, NULL)) != RC_OK)
		return rc;
	if (s->all)
		reach_domains(t);
	reach_members(t, "device_id", &s->devices);
	reach_members(t, "area_id", &s->areas);
	reach_members(t, "floor_id", &s->floors);
	reach_members(t, "label_id", &s->labels);
	if ((rc = reach_rendered(t, &s->in_area, "area_id")) != RC_OK ||
	    (rc = reach_rendered(t, &s->on_floor, "floor_id")) != RC_OK)
		return rc;
	return reach_rendered(t, &s->with_label, "label_id");
}

/* What members were not told is said, also when all went well. */
static void
say_left(const struct target *t, struct fault *f)
{
	char more[32] = "";

	if (t->n_left > 1)
		snprintf(more, sizeof(more), ", and %u more", t->n_left - 1);
	fault_set(f, t->done > 0 ? RC_OK : RC_UNSUPPORTED, NULL, "%s%s", t->left.msg, more);
}

/* Every entity was tried; the first failure ends the run, unless what is possible was to be done. */
static enum step_result
conclude(struct target *t)
{
	struct fault *f = &t->x->fault;

	*f = t->first;
	if (t->n == 0 && f->rc == RC_OK)
		fault_set(f, RC_NOT_FOUND, NULL, "nothing there has the service %s.%s", t->s->domain,
		    t->s->service);
	if (f->rc == RC_OK && t->n_left > 0)
		say_left(t, f);
	if (f->rc == RC_OK)
		return STEP_NEXT;
	if (!t->s->lenient)
		return STEP_FAILED;
	return t->done > 0 ? STEP_NEXT : STEP_NOTHING;
}

static bool
fits(const struct command_action *s, const char *entity_id)
{
	size_t n = strlen(s->domain);

	return strcmp(s->domain, "homeassistant") == 0 ||
	    (strncmp(entity_id, s->domain, n) == 0 && entity_id[n] == '.');
}

static enum rc
check(const struct command_action *s, struct fault *f)
{
	size_t i;

	if (s->all && strcmp(s->domain, "automation") == 0)
		return fault_set(f, RC_INVALID, "target", "must name the automations, as automation.ID");
	for (i = 0; i < s->entities.n; i++)
		if (!fits(s, s->entities.ids[i]))
			return fault_set(f, RC_INVALID, "target", "%s is no %s", s->entities.ids[i],
			    s->domain);
	return RC_OK;
}

static enum rc
render_data(const struct command_action *s, struct action_context *x, struct js **data)
{
	enum rc rc = s->data.js != NULL ? rule_render(&s->data, &x->rule, data, &x->fault) : RC_OK;

	if (rc == RC_OK && !js_is_null(*data) && js_type(*data) != JS_OBJECT)
		return fault_set(&x->fault, RC_INVALID, "data", "its template says no object of names and values");
	return rc;
}

/* What the template of its name says, in the arena. */
static enum rc
read_name(struct command_action *s, struct action_context *x, struct mem_arena *a)
{
	struct field_value v = { 0 };
	struct js *name = NULL;
	enum rc rc = rule_render(&s->name, &x->rule, &name, &x->fault);

	if (rc == RC_OK && rule_is_template(name))
		rc = fault_set(&x->fault, RC_INVALID, "action", "its template says a template");
	if (rc == RC_OK && (rc = field_read_shape(&rule_shape_service, name, a, &v, &x->fault)) == RC_OK) {
		s->domain = mem_strndup(a, v.s, strcspn(v.s, "."));
		s->service = strchr(v.s, '.') + 1;
		rc = check(s, &x->fault);
	}
	js_free(name);
	return rc;
}

static enum step_result
run_service(const struct command_action *s, struct action_context *x)
{
	struct target t = { .s = s, .x = x };
	struct js *data = NULL;
	enum rc rc = render_data(s, x, &data);

	t.data = data;
	if (rc == RC_OK)
		rc = reach_all(&t);
	js_free(data);
	return rc == RC_OK ? conclude(&t) : STEP_FAILED;
}

static enum step_result
run(const struct step *step, struct action_context *x)
{
	const struct command_action *s = step->data;
	struct command_action named = *s;
	struct mem_arena *a;
	enum step_result result = STEP_FAILED;

	if (s->name.js == NULL)
		return run_service(s, x);
	a = mem_arena_new(1024);
	if (read_name(&named, x, a) == RC_OK)
		result = run_service(&named, x);
	mem_arena_free(a);
	return result;
}

/* ---- compiling ---- */

/* Ids; or with templates among them: then what all of them say is asked for when it runs. */
static enum rc
read_named(const struct field_value *v, struct program *p, const char *name, struct rule_entities *ids,
    struct rule_value *named, struct fault *f)
{
	enum rc rc;

	if (!v->set || !js_any(v->js, rule_is_template)) {
		*ids = rule_entities(v);
		return RC_OK;
	}
	rc = rule_value(v->js, p->arena, named, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

static enum rc
read_entities(const struct field_value *v, struct program *p, struct command_action *s, struct fault *f)
{
	s->all = v->s != NULL;
	if (s->all)
		return RC_OK;
	return read_named(v, p, "entity_id", &s->entities, &s->named, f);
}

static enum rc
read_target(const struct js *v, struct program *p, struct command_action *s, struct fault *f)
{
	struct field_value t[RULE_FIELDS_MAX];
	enum rc rc = rule_read(target_fields, v, p->arena, t, f);

	if (rc == RC_OK && t[T_ENTITY].set)
		rc = read_entities(&t[T_ENTITY], p, s, f);
	s->devices = rule_entities(&t[T_DEVICE]);
	if (rc == RC_OK)
		rc = read_named(&t[T_AREA], p, "area_id", &s->areas, &s->in_area, f);
	if (rc == RC_OK)
		rc = read_named(&t[T_FLOOR], p, "floor_id", &s->floors, &s->on_floor, f);
	if (rc == RC_OK)
		rc = read_named(&t[T_LABEL], p, "label_id", &s->labels, &s->with_label, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "target", -1);
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct command_action *s = mem_zalloc(p->arena, sizeof(*s));
	struct step *step = program_step(p);
	const struct field_value *given = v[F_ACTION].set ? &v[F_ACTION] : &v[F_SERVICE];
	const char *name = given->s;
	enum rc rc = RC_OK;

	step->run = run;
	step->data = s;
	if (rule_is_template(given->js)) {
		if ((rc = rule_value(given->js, p->arena, &s->name, f)) != RC_OK)
			rule_fault_in(f, rc, "action", -1);
	} else {
		s->domain = mem_strndup(p->arena, name, strcspn(name, "."));
		s->service = strchr(name, '.') + 1;
	}
	if (rc == RC_OK && v[F_TARGET].set)
		rc = read_target(v[F_TARGET].js, p, s, f);
	if (rc == RC_OK && v[F_ENTITY].set)
		rc = read_entities(&v[F_ENTITY], p, s, f);
	if (rc == RC_OK && v[F_DATA].set && (rc = rule_value(v[F_DATA].js, p->arena, &s->data, f)) != RC_OK)
		rule_fault_in(f, rc, "data", -1);
	s->lenient = v[F_POSSIBLE].set && v[F_POSSIBLE].i != 0;
	s->strict = v[F_POSSIBLE].set && v[F_POSSIBLE].i == 0;
	step->entities = s->entities;
	return rc == RC_OK && s->domain != NULL ? check(s, f) : rc;
}

static enum rc
compile_scene(const struct field_value *v, struct program *p, struct fault *f)
{
	struct command_action *s = mem_zalloc(p->arena, sizeof(*s));
	struct step *step = program_step(p);
	enum rc rc;

	s->domain = "scene";
	s->service = "turn_on";
	step->run = run;
	step->data = s;
	if ((rc = read_entities(&v[S_SCENE], p, s, f)) != RC_OK)
		return rule_fault_in(f, rc, "scene", -1);
	step->entities = s->entities;
	return check(s, f);
}

const struct action_ops action_command = {
	.name = "action", .other_name = "service", .title = "Control devices",
	.help = "turns things on and off, or sets them", .fields = fields, .compile = compile
};
const struct action_ops action_scene = {
	.name = "scene", .title = "Turn on a scene", .help = "turns on a scene", .fields = scene_fields,
	.compile = compile_scene
};
