/* SPDX-License-Identifier: ISC
 *
 * Reading the rules and the index by which they are compared.
 */
#include <string.h>

#include "shared/base/log.h"
#include "shared/domain/conflict_int.h"
#include "shared/domain/registry.h"
#include "shared/store/store_automation.h"

#define BUDGET 4000000		/* comparisons of all rules; about a second */

bool
conflict_afford(struct search *s)
{
	if (s->budget == 0) {
		s->out->more = true;
		return false;
	}
	s->budget--;
	return true;
}

struct conflict *
conflict_add(struct search *s)
{
	struct conflicts *o = s->out;

	if (o->n == CONFLICTS_MAX) {
		o->more = true;
		s->budget = 0;
		return NULL;
	}
	if (o->list == NULL)
		o->list = mem_zalloc(s->a, CONFLICTS_MAX * sizeof(*o->list));
	return &o->list[o->n++];
}

static void
find_members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *arg), void *fn_arg)
{
	struct search *s = arg;

	registry_members(s->db, kind, id, fn, fn_arg);
}

static const struct js *
find_scenario(void *arg, const char *id)
{
	struct search *s = arg;
	struct js *config = map_get(&s->scenarios, id);
	struct automation row;

	if (config != NULL || store_automation_get_scenario(s->db, id, s->a, &row) != RC_OK ||
	    js_parse(row.config, strlen(row.config), JS_LAX_KEYS, &config, NULL) != RC_OK)
		return config;
	map_put(&s->scenarios, row.id, config);
	return config;
}

static void
add_rule(struct search *s, const struct js *config, const char *id)
{
	struct outline_house house = { find_members, find_scenario, s };
	struct outline *o = outline_of(config, id, &house, s->a);
	size_t more = s->cap == 0 ? 64 : 2 * s->cap;

	if (o == NULL)
		return;
	if (o->name == NULL || *o->name == '\0')
		o->name = "this rule";
	if (s->n == s->cap) {
		s->rules = mem_grow(s->a, s->rules, s->cap, more, sizeof(*s->rules));
		s->cap = more;
	}
	s->rules[s->n++] = o;
}

static void
mention(struct search *s, struct map *m, const char *about, const struct mention *what)
{
	struct mention *new = mem_alloc(s->a, sizeof(*new));

	*new = *what;
	new->next = map_get(m, about);
	map_put(m, about, new);
}

static void
index_rule(struct search *s, const struct outline *o)
{
	const struct outline_trigger *t;
	size_t i, k;

	for (i = 0; i < o->n_triggers; i++)
		for (t = &o->triggers[i], k = 0; k < t->about.n; k++)
			mention(s, &s->starts, t->about.ids[k], &(struct mention){ .rule = o, .trigger = t });
	for (i = 0; i < o->n_effects; i++)
		mention(s, &s->makes, o->effects[i].about, &(struct mention){ .rule = o, .effect = &o->effects[i] });
}

struct reading {
	struct search	*s;
	const char	*but;		/* id of the rule that is left out, or NULL */
};

static bool
read_rule(const struct automation *r, void *arg)
{
	struct reading *q = arg;
	struct js *config;

	if (!r->enabled || (q->but != NULL && strcmp(r->id, q->but) == 0))
		return true;
	if (js_parse(r->config, strlen(r->config), JS_LAX_KEYS, &config, NULL) == RC_OK) {
		add_rule(q->s, config, r->id);
		js_free(config);
	}
	return true;
}

static enum rc
read_rules(struct search *s, const char *but, struct fault *f)
{
	struct reading q = { s, but };
	enum rc rc = store_automation_each(s->db, read_rule, &q);
	size_t i;

	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the other automations cannot be read");
	for (i = 0; i < s->n; i++)
		index_rule(s, s->rules[i]);
	return RC_OK;
}

static void
end(struct search *s)
{
	struct js *config;
	size_t i = 0;

	while ((config = map_next(&s->scenarios, &i)) != NULL)
		js_free(config);
	map_free(&s->scenarios);
	map_free(&s->starts);
	map_free(&s->makes);
}

enum rc
conflict_check(struct db *db, const struct js *config, const char *id, struct mem_arena *a,
    struct conflicts *out, struct fault *f)
{
	struct conflicts found = { 0 };
	struct search s = { .db = db, .a = a, .budget = BUDGET, .out = &found };
	enum rc rc;

	add_rule(&s, config, id != NULL ? id : "");
	if ((rc = read_rules(&s, id, f)) == RC_OK && s.n > 0 && s.rules[0]->id != NULL) {
		conflict_fights(&s, s.rules[0], false);
		conflict_loops(&s, s.rules[0], false);
	}
	end(&s);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

enum rc
conflict_all(struct db *db, struct mem_arena *a, struct conflicts *out, struct fault *f)
{
	struct conflicts found = { 0 };
	struct search s = { .db = db, .a = a, .budget = BUDGET, .out = &found };
	enum rc rc = read_rules(&s, NULL, f);
	size_t i;

	for (i = 0; i < s.n && rc == RC_OK; i++) {
		conflict_fights(&s, s.rules[i], true);
		conflict_loops(&s, s.rules[i], true);
	}
	end(&s);
	if (rc == RC_OK)
		*out = found;
	return rc;
}

static void
write_texts(struct jsw *w, const char *key, const char *const *list, size_t n)
{
	size_t i;

	jsw_array(w, key);
	for (i = 0; i < n; i++)
		jsw_string(w, NULL, list[i]);
	jsw_end(w);
}

static void
write_parts(struct jsw *w, const struct conflict *c)
{
	size_t i;

	jsw_array(w, "parts");
	for (i = 0; i < c->n_parts; i++) {
		jsw_object(w, NULL);
		jsw_string(w, "text", c->parts[i].text);
		jsw_string(w, "entity_id", c->parts[i].entity);
		jsw_string(w, "automation", c->parts[i].automation);
		jsw_end(w);
	}
	jsw_end(w);
}

void
conflict_write(struct jsw *w, const char *key, const struct conflicts *c)
{
	const struct conflict *one;
	size_t k;

	jsw_array(w, key);
	for (k = 0; k < c->n; k++) {
		one = &c->list[k];
		jsw_object(w, NULL);
		jsw_string(w, "kind", one->loop ? "loop" : "fight");
		jsw_bool(w, "perhaps", one->perhaps);
		write_texts(w, "automations", one->rules, one->n);
		write_texts(w, "names", one->names, one->n);
		jsw_string(w, "about", one->about);
		jsw_string(w, "message", one->message);
		write_parts(w, one);
		jsw_end(w);
	}
	jsw_end(w);
}
