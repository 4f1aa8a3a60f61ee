/* SPDX-License-Identifier: ISC
 *
 * Templates in rules: what they see, and values that hold some.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/registry.h"
#include "shared/domain/registry_fact.h"
#include "shared/domain/rule.h"
#include "shared/store/store_id.h"

#define VARS_MAX 64	/* variables of a run that templates see */

static void
free_template(void *arg)
{
	template_free(arg);
}

enum rc
rule_template(const char *source, struct mem_arena *a, const struct template **out, struct fault *f)
{
	struct template *t;
	enum rc rc = template_compile(source, strlen(source), &t, f);

	if (rc != RC_OK)
		return rc == RC_TOO_LARGE ? fault_set(f, RC_INVALID, NULL, "the template is too long") : rc;
	mem_arena_defer(a, free_template, t);
	*out = t;
	return RC_OK;
}

bool
rule_is_template(const struct js *v)
{
	const char *s = js_string(v, NULL);

	return s != NULL && (strstr(s, "{{") != NULL || strstr(s, "{%") != NULL);
}

static bool
word(char c)
{
	return islower((unsigned char)c) || isdigit((unsigned char)c) || c == '_';
}

/* The length of the entity id that begins at s, 0 for none. */
static size_t
id_length(const char *s)
{
	size_t domain = 0, n;

	while (word(s[domain]))
		domain++;
	if (domain == 0 || isdigit((unsigned char)*s) || s[domain] != '.')
		return 0;
	for (n = domain + 1; word(s[n]); n++)
		;
	return n > domain + 1 ? n : 0;
}

/* What is found while a template is looked through. */
struct finding {
	struct mem_arena *a;
	const char	**ids;
	size_t		 n;
	bool		 more;	/* than there is room for */
};

static void
found(struct finding *x, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (strlen(x->ids[i]) == len && memcmp(x->ids[i], s, len) == 0)
			return;
	if (x->n == RULE_ENTITIES_MAX)
		x->more = true;
	else
		x->ids[x->n++] = mem_strndup(x->a, s, len);
}

static void
on_id(void *arg, const char *kind, const char *id)
{
	if (strcmp(kind, "entity_id") == 0 && id_length(id) == strlen(id))
		found(arg, id, strlen(id));
}

static void
on_states(void *arg, const char *domain)
{
	char subject[TEMPLATE_ID_MAX + sizeof(RULE_STATES)];

	snprintf(subject, sizeof(subject), "%s%s", RULE_STATES, domain);
	found(arg, domain == NULL ? RULE_STATES_ALL : subject, strlen(domain == NULL ? RULE_STATES_ALL : subject));
}

/* The id is among those of which all are looked at anyway. */
static bool
is_covered(const struct finding *x, const char *id)
{
	size_t k, n, own = strlen(RULE_STATES);

	for (k = 0; k < x->n; k++) {
		n = strlen(x->ids[k]);
		if (x->ids[k] == id || strncmp(x->ids[k], RULE_STATES, own) != 0)
			continue;
		if (strcmp(x->ids[k], RULE_STATES_ALL) == 0 ||
		    (strncmp(id, x->ids[k] + own, n - own) == 0 && id[n - own] == '.'))
			return true;
	}
	return false;
}

static void
drop_covered(struct finding *x)
{
	size_t i, kept = 0;

	for (i = 0; i < x->n; i++)
		if (!is_covered(x, x->ids[i]))
			x->ids[kept++] = x->ids[i];
	x->n = kept;
}

/* Ids stand in quotes, as the arguments of states() and the like, or as states.light.kitchen. */
enum rc
rule_template_entities(const char *source, const struct template *t, struct mem_arena *a, struct rule_entities *out,
    struct fault *f)
{
	struct finding x = { .a = a, .ids = mem_alloc(a, RULE_ENTITIES_MAX * sizeof(*x.ids)) };
	const struct template_names names = { .id = on_id, .states = on_states, .arg = &x };
	const char *s;
	size_t len;

	for (s = source; *s != '\0'; s++) {
		len = *s == '\'' || *s == '"' ? id_length(s + 1) : 0;
		if (len > 0 && s[len + 1] == *s)
			found(&x, s + 1, len);
	}
	template_names(t, &names);
	if (x.more)
		return fault_set(f, RC_INVALID, NULL, "the template names more than %d entities", RULE_ENTITIES_MAX);
	drop_covered(&x);
	*out = (struct rule_entities){ x.ids, x.n };
	return RC_OK;
}

enum rc
rule_template_hears(const char *source, const struct template *t, struct mem_arena *a, struct rule_entities *out,
    struct fault *f)
{
	struct rule_entities named;
	const char **ids;
	enum rc rc = rule_template_entities(source, t, a, &named, f);

	if (rc == RC_OK && template_asks_time(t)) {
		ids = mem_alloc(a, (named.n + 1) * sizeof(*ids));
		memcpy(ids, named.ids, named.n * sizeof(*ids));
		ids[named.n] = RULE_MINUTE;
		named = (struct rule_entities){ ids, named.n + 1 };
	}
	if (rc == RC_OK)
		*out = named;
	return rc;
}

/* ---- evaluating ---- */

struct template_state
rule_seen(const struct live *l, const struct rule_context *x)
{
	const char *before = l->state, *after;
	struct template_state s = { .attributes = house_attributes(l), .device_class = l->device_class,
		.unit = l->unit, .entity_id = l->entity_id, .last_changed = l->last_changed,
		.last_updated = l->last_updated };

	if (x->before != NULL && x->before->live == l && x->before->event == 0) {
		rule_change_states(x->before, &before, &after);
		s.attributes = house_attributes_before(x->before);
	} else if (!l->available)
		before = RULE_AWAY;
	s.state = before;
	return s;
}

static bool
look_up(void *arg, const char *entity_id, struct template_state *out)
{
	const struct rule_context *x = arg;
	const struct live *l = house_find_id(x->house, entity_id);

	if (l == NULL)
		return false;
	*out = rule_seen(l, x);
	return true;
}

/* ---- which there are ---- */

struct listing {
	const char	**ids;
	size_t		 n, cap;
};

/* domain "": of any. */
static bool
is_of(const char *entity_id, const char *domain)
{
	size_t n = strlen(domain);

	return n == 0 || (strncmp(entity_id, domain, n) == 0 && entity_id[n] == '.');
}

static bool
has_state(const struct live *l)
{
	return strcmp(l->domain, "device_automation") != 0 && strcmp(l->domain, "tag") != 0;
}

static void
list_one(const char *entity_id, struct listing *w)
{
	if (w->n == w->cap) {
		w->cap = w->cap == 0 ? 64 : 2 * w->cap;
		w->ids = mem_xrealloc(w->ids, w->cap, sizeof(*w->ids));
	}
	w->ids[w->n++] = entity_id;
}

struct meeting {
	const struct house	*house;
	const char		*domain;
};

static void
meet(const char *entity_id, void *arg)
{
	const struct meeting *m = arg;

	if (is_of(entity_id, m->domain))
		house_find_id(m->house, entity_id);
}

static int
by_text(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* In order of their ids; of a house that is filled as it is looked at all that are known. */
static void
each_entity(const struct rule_context *x, const char *domain, void (*fn)(const char *id, void *fn_arg), void *fn_arg)
{
	struct listing w = { 0 };
	const struct live *l;
	size_t i = 0;

	if (x->house->absent != NULL && x->db != NULL)
		store_id_each(x->db, STORE_ID_ENTITY, meet, &(struct meeting){ x->house, domain });
	while ((l = map_next(&x->house->by_row, &i)) != NULL)
		if (is_of(l->entity_id, domain) && has_state(l))
			list_one(l->entity_id, &w);
	if (w.n > 1)
		qsort(w.ids, w.n, sizeof(*w.ids), by_text);
	for (i = 0; i < w.n; i++)
		fn(w.ids[i], fn_arg);
	free(w.ids);
}

static void
look_in(void *arg, const char *kind, const char *id, void (*fn)(const char *id, void *fn_arg), void *fn_arg)
{
	const struct rule_context *x = arg;
	const char *meant = NULL;
	struct mem_arena *a;

	if (strcmp(kind, "states") == 0) {
		each_entity(x, id, fn, fn_arg);
		return;
	}
	if (x->db == NULL)
		return;
	if (strcmp(kind, "areas") == 0) {
		store_id_each(x->db, STORE_ID_AREA, fn, fn_arg);
		return;
	}
	a = mem_arena_new(1024);
	if (strcmp(kind, "area_id") == 0 || strcmp(kind, "label_id") == 0)
		meant = registry_meant(x->db, kind, id, a);
	registry_members(x->db, kind, meant != NULL ? meant : id, fn, fn_arg);
	mem_arena_free(a);
}

static void
look_facts(void *arg, const char *function, const char *about, void (*fn)(const char *text, void *fn_arg), void *fn_arg)
{
	const struct rule_context *x = arg;

	if (x->db != NULL)
		registry_fact(x->db, function, about, fn, fn_arg);
}

/* What started the run, and the wait that has such in it. */
static bool
is_trigger(const char *name)
{
	return strcmp(name, "trigger") == 0 || strcmp(name, "wait") == 0;
}

struct template_env
rule_sees(const struct rule_context *x)
{
	return (struct template_env){ .now_ms = x->now_ms, .state = look_up, .members = look_in, .facts = look_facts,
		.arg = (void *)(uintptr_t)x, .memo = x->memo };
}

static struct template_env
environment(const struct rule_context *x, struct template_var vars[VARS_MAX])
{
	struct template_env env = rule_sees(x);
	void *it;

	env.vars = vars;

	for (it = js_iter(x->variables); it != NULL && env.nvars < VARS_MAX; it = js_iter_next(x->variables, it))
		vars[env.nvars++] = (is_trigger(js_iter_key(it)) ? template_var_trigger :
		    strcmp(js_iter_key(it), "this") == 0 ? template_var_this : template_var_json)(
		    js_iter_key(it), js_iter_value(it));
	return env;
}

bool
rule_true(const struct template *t, const struct rule_context *x, bool *out, struct fault *f)
{
	struct template_var vars[VARS_MAX];
	struct template_env env = environment(x, vars);

	return template_eval_bool(t, x->scratch, &env, out, f) == TEMPLATE_OK;
}

bool
rule_text(const struct template *t, const struct rule_context *x, struct buf *out, struct fault *f)
{
	struct template_var vars[VARS_MAX];
	struct template_env env = environment(x, vars);

	return template_eval(t, x->scratch, &env, out, f) == TEMPLATE_OK;
}

bool
rule_text_about(const struct template *t, const struct rule_context *x, const struct template_state *state,
    struct buf *out, struct fault *f)
{
	struct template_var vars[VARS_MAX + 1];
	struct template_env env = environment(x, vars + 1);

	vars[0] = template_var_state("state", state);	/* goes before what the run calls so */
	env.vars = vars;
	env.nvars++;
	return template_eval(t, x->scratch, &env, out, f) == TEMPLATE_OK;
}

/* ---- values ---- */

struct collecting {
	struct mem_arena	*arena;
	const struct template	**list;
	size_t			 n, cap;
};

static enum rc
collect(const struct js *v, struct collecting *c, struct fault *f)
{
	const char *s = js_string(v, NULL);
	enum rc rc = RC_OK;
	size_t i, more;
	void *it;

	if (rule_is_template(v)) {
		if (c->n == c->cap) {
			more = c->cap == 0 ? 4 : 2 * c->cap;
			c->list = mem_grow(c->arena, c->list, c->cap, more, sizeof(*c->list));
			c->cap = more;
		}
		return rule_template(s, c->arena, &c->list[c->n++], f);
	}
	if (js_type(v) == JS_ARRAY)
		for (i = 0; i < js_size(v) && rc == RC_OK; i++)
			rc = collect(js_at(v, i), c, f);
	else if (js_type(v) == JS_OBJECT)
		for (it = js_iter(v); it != NULL && rc == RC_OK; it = js_iter_next(v, it))
			rc = collect(js_iter_value(it), c, f);
	return rc;
}

enum rc
rule_value(const struct js *v, struct mem_arena *a, struct rule_value *out, struct fault *f)
{
	struct collecting c = { .arena = a };
	enum rc rc = collect(v, &c, f);

	*out = (struct rule_value){ v, c.list, c.n };
	return rc;
}

struct rendering {
	const struct rule_value	*value;
	size_t			 at;		/* the next template */
	const struct rule_context *x;
	const struct template_env *env;
	struct fault		*fault;
};

/* NULL when a template fails. */
static struct js *
render(const struct js *v, struct rendering *r)
{
	struct js *out = NULL, *part;
	size_t i;
	void *it;

	if (rule_is_template(v)) {
		template_eval_value(r->value->templates[r->at++], r->x->scratch, r->env, &out, r->fault);
		return out;
	}
	if (js_type(v) != JS_ARRAY && js_type(v) != JS_OBJECT)
		return js_ref(v);
	out = js_type(v) == JS_ARRAY ? js_new_array() : js_new_object();
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++) {
		if ((part = render(js_at(v, i), r)) == NULL)
			goto failed;
		js_append(out, part);
	}
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it)) {
		if ((part = render(js_iter_value(it), r)) == NULL)
			goto failed;
		js_set(out, js_iter_key(it), part);
	}
	return out;
failed:
	js_free(out);
	return NULL;
}

enum rc
rule_render(const struct rule_value *v, const struct rule_context *x, struct js **out, struct fault *f)
{
	struct template_var vars[VARS_MAX];
	struct template_env env;
	struct rendering r = { .value = v, .x = x, .env = &env, .fault = f };

	if (v->n == 0) {
		*out = js_ref(v->js);
		return RC_OK;
	}
	env = environment(x, vars);
	*out = render(v->js, &r);
	return *out != NULL ? RC_OK : RC_INVALID;
}

struct rule_variable {
	const char		*name;
	struct rule_value	 value;
};

enum rc
rule_variables(const struct js *object, struct mem_arena *a, struct rule_variables *out, struct fault *f)
{
	struct rule_variable *list = mem_zalloc(a, (js_size(object) + 1) * sizeof(*list));
	enum rc rc = RC_OK;
	size_t n = 0;
	void *it;

	for (it = object != NULL ? js_iter(object) : NULL; it != NULL && rc == RC_OK; it = js_iter_next(object, it)) {
		list[n].name = js_iter_key(it);
		if ((rc = rule_value(js_iter_value(it), a, &list[n++].value, f)) != RC_OK)
			rule_fault_in(f, rc, js_iter_key(it), -1);
	}
	*out = (struct rule_variables){ list, n };
	return rc;
}

enum rc
rule_variables_set(const struct rule_variables *v, const struct rule_context *x, struct js *object, struct fault *f)
{
	struct rule_context seen = *x;
	struct js *value;
	enum rc rc;
	size_t i;

	seen.variables = object;
	for (i = 0; i < v->n; i++) {
		if ((rc = rule_render(&v->list[i].value, &seen, &value, f)) != RC_OK)
			return rule_fault_in(f, rc, v->list[i].name, -1);
		js_set(object, v->list[i].name, value);
	}
	return RC_OK;
}

struct js *
rule_variables_values(const struct rule_variables *v, const struct js *object)
{
	struct js *o = js_new_object();
	size_t i;

	for (i = 0; i < v->n; i++)
		if (js_get(object, v->list[i].name) != NULL)
			js_set(o, v->list[i].name, js_ref(js_get(object, v->list[i].name)));
	return o;
}

enum rc
rule_render_duration(const struct rule_value *v, const struct rule_context *x, int64_t *ms, struct fault *f)
{
	struct js *now = NULL;
	enum rc rc = rule_render(v, x, &now, f);

	if (rc == RC_OK)
		rc = rule_duration(now, ms, f);
	js_free(now);
	return rc;
}
