/* SPDX-License-Identifier: ISC
 *
 * Templates in rules: what they see, and values that hold some.
 */
#include <ctype.h>
#include <string.h>

#include "shared/domain/registry.h"
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

static bool
known(const char *const *ids, size_t n, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(ids[i]) == len && memcmp(ids[i], s, len) == 0)
			return true;
	return false;
}

/* Ids stand in quotes, as the arguments of states() and the like. */
enum rc
rule_template_entities(const char *source, struct mem_arena *a, struct rule_entities *out, struct fault *f)
{
	const char **ids = mem_alloc(a, RULE_ENTITIES_MAX * sizeof(*ids)), *s;
	size_t n = 0, len;

	for (s = source; *s != '\0'; s++) {
		if (*s != '\'' && *s != '"')
			continue;
		len = id_length(s + 1);
		if (len == 0 || s[len + 1] != *s || known(ids, n, s + 1, len))
			continue;
		if (n == RULE_ENTITIES_MAX)
			return fault_set(f, RC_INVALID, NULL, "the template names more than %d entities",
			    RULE_ENTITIES_MAX);
		ids[n++] = mem_strndup(a, s + 1, len);
	}
	*out = (struct rule_entities){ ids, n };
	return RC_OK;
}

/* That it asks is enough: what it does with the answer is known only then. */
static bool
asks_the_time(const struct template *t)
{
	return template_uses(t, "now") || template_uses(t, "utcnow");
}

enum rc
rule_template_hears(const char *source, const struct template *t, struct mem_arena *a, struct rule_entities *out,
    struct fault *f)
{
	struct rule_entities named;
	const char **ids;
	enum rc rc = rule_template_entities(source, a, &named, f);

	if (rc == RC_OK && asks_the_time(t)) {
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

static bool
look_up(void *arg, const char *entity_id, struct template_state *out)
{
	const struct rule_context *x = arg;
	const struct live *l = house_find_id(x->house, entity_id);

	if (l == NULL)
		return false;
	*out = (struct template_state){ l->available ? l->state : RULE_AWAY, house_attributes(l), l->device_class,
	    l->unit };
	return true;
}

static void
look_in(void *arg, const char *kind, const char *id, void (*fn)(const char *id, void *fn_arg), void *fn_arg)
{
	const struct rule_context *x = arg;

	if (x->db == NULL)
		return;
	if (strcmp(kind, "areas") == 0)
		store_id_each(x->db, STORE_ID_AREA, fn, fn_arg);
	else
		registry_members(x->db, kind, id, fn, fn_arg);
}

static struct template_env
environment(const struct rule_context *x, struct template_var vars[VARS_MAX])
{
	struct template_env env = { .vars = vars, .now_ms = x->now_ms, .state = look_up,
		.members = look_in, .arg = (void *)(uintptr_t)x, .memo = x->memo };
	void *it;

	for (it = js_iter(x->variables); it != NULL && env.nvars < VARS_MAX; it = js_iter_next(x->variables, it))
		vars[env.nvars++] = template_var_json(js_iter_key(it), js_iter_value(it));
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
