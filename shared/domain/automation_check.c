/* SPDX-License-Identifier: ISC
 *
 * A walk through the JSON of a rule.
 */
#include <string.h>

#include "shared/domain/automation_check.h"
#include "shared/domain/reference.h"
#include "shared/domain/rule.h"
#include "shared/domain/scenario.h"
#include "shared/domain/service.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_entity.h"

struct check {
	struct db		*db;
	struct mem_arena	*a;
	struct js		*known;		/* variables that templates may see, as its members */
	bool			 acts;		/* it is inside of an action on something */
	struct buf		 path;
	struct fault		*f;
};

/* ---- templates ---- */

static void
know(struct js *known, const struct js *names)
{
	void *it;

	for (it = js_type(names) == JS_OBJECT ? js_iter(names) : NULL; it != NULL; it = js_iter_next(names, it))
		js_set(known, js_iter_key(it), js_new_bool(true));
}

/* The variables that any part of it sets: which part sees which is left open. */
static void
know_variables(struct js *known, const struct js *v)
{
	size_t i;
	void *it;

	know(known, js_get(v, "variables"));
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v); i++)
		know_variables(known, js_at(v, i));
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL; it = js_iter_next(v, it))
		know_variables(known, js_iter_value(it));
}

/* What the templates of a rule can see. The caller owns it. */
static struct js *
variables_of(const struct js *config)
{
	static const char *const always[] = { "trigger", "this", "wait", "repeat", "value", "value_json",
	    "presence_state" };
	struct js *known = js_new_object();
	size_t i;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		js_set(known, always[i], js_new_bool(true));
	know(known, js_get(config, "parameters"));
	know_variables(known, config);
	return known;
}

static enum rc
check_template(struct check *c, const struct js *v)
{
	if (!rule_is_template(v))
		return RC_OK;
	return reference_check_template(c->db, js_string(v, NULL), c->known, buf_str(&c->path), c->f);
}

/* The templates of what is a rule's own, and may be called as it likes. */
static enum rc
check_values(struct check *c, const struct js *v)
{
	size_t len = c->path.len, i;
	enum rc rc = check_template(c, v);
	void *it;

	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && rc == RC_OK; i++) {
		buf_printf(&c->path, "[%zu]", i);
		rc = check_values(c, js_at(v, i));
		buf_cut(&c->path, len);
	}
	for (it = js_type(v) == JS_OBJECT ? js_iter(v) : NULL; it != NULL && rc == RC_OK; it = js_iter_next(v, it)) {
		buf_printf(&c->path, ".%s", js_iter_key(it));
		rc = check_values(c, js_iter_value(it));
		buf_cut(&c->path, len);
	}
	return rc;
}

/* ---- references ---- */

/* In a rule that has compiled it stands where it may: for every entity of a domain. */
static bool
is_all(const struct js *v)
{
	const char *id = js_string(v, NULL);

	return id != NULL && strcmp(id, "all") == 0;
}

#define RULES "automation."

/* A rule may name itself only once it is there. */
static enum rc
check_rule(struct check *c, const char *id)
{
	struct automation row;

	if (store_automation_get(c->db, id, c->a, &row) == RC_OK)
		return RC_OK;
	return fault_set(c->f, RC_INVALID, buf_str(&c->path), "there is no automation %.100s", id);
}

static enum rc
check_id(struct check *c, enum store_id_kind kind, const struct js *v)
{
	const char *id = js_string(v, NULL);

	if (rule_is_template(v))
		return check_template(c, v);
	if (id == NULL || (kind == STORE_ID_ENTITY && is_all(v)))
		return RC_OK;
	if (kind == STORE_ID_ENTITY && c->acts && strncmp(id, RULES, strlen(RULES)) == 0)
		return check_rule(c, id + strlen(RULES));
	return reference_check(c->db, kind, id, buf_str(&c->path), c->f);
}

/* One id, or each of a list. */
static enum rc
check_ids(struct check *c, enum store_id_kind kind, const struct js *v)
{
	size_t len = c->path.len, i;
	enum rc rc = RC_OK;

	if (js_type(v) != JS_ARRAY)
		return check_id(c, kind, v);
	for (i = 0; i < js_size(v) && rc == RC_OK; i++) {
		buf_printf(&c->path, "[%zu]", i);
		rc = check_id(c, kind, js_at(v, i));
		buf_cut(&c->path, len);
	}
	return rc;
}

/* ---- services ---- */

/* The place of a member of what is looked at. */
static const char *
place_in(struct check *c, const char *of, const char *member)
{
	return mem_printf(c->a, "%s%s%s%s", buf_str(&c->path), c->path.len > 0 ? "." : "", of, member);
}

/* That the entity has the service, and takes the data. */
static enum rc
check_service(struct check *c, const char *entity_id, const char *name, const struct js *data)
{
	const struct service *s = service_of_entity(entity_id, name);
	struct js *caps = NULL, *out = NULL;
	struct fault why = { 0 };
	struct entity_state e;
	enum rc rc;

	if (s == NULL || store_entity_get(c->db, entity_id, c->a, &e) != RC_OK)
		return s != NULL ? RC_OK : fault_set(c->f, RC_INVALID, buf_str(&c->path), "%s has no service %s",
		    entity_id, name);
	js_parse(e.entity.capabilities, strlen(e.entity.capabilities), JS_LAX_KEYS, &caps, NULL);
	rc = service_possible(s, caps, &why);
	if (rc == RC_OK && !js_any(data, rule_is_template))
		rc = service_check(s, caps, data, &out, &why);
	js_free(out);
	js_free(caps);
	if (rc == RC_OK)
		return rc;
	return fault_set(c->f, rc, place_in(c, *why.field != '\0' ? "data." : "action", why.field), "%s: %s", entity_id,
	    why.msg);
}

/* That the data are such as the service takes, whoever gets them. */
static enum rc
check_data(struct check *c, const char *action, const char *name, const struct js *data)
{
	const struct service *s = service_of_entity(action, name);
	struct fault why = { 0 };
	enum rc rc;

	if (s == NULL || (rc = service_check_form(s, data, rule_is_template, &why)) == RC_OK)
		return RC_OK;
	return fault_set(c->f, rc, place_in(c, "data.", why.field), "%s", why.msg);
}

/* v is an action of a service: with each of its entities. */
static enum rc
check_command(struct check *c, const struct js *v)
{
	const char *action = js_get_string(v, js_get(v, "action") != NULL ? "action" : "service"), *dot, *s;
	const struct js *target = js_get(v, "target"), *ids = js_get(v, "entity_id");
	enum rc rc = RC_OK;
	size_t i;

	if (action == NULL || strchr(action, '{') != NULL || (dot = strchr(action, '.')) == NULL ||
	    rule_is_template(js_get(v, "data")))
		return RC_OK;
	rc = check_data(c, action, dot + 1, js_get(v, "data"));
	if (rc != RC_OK || js_bool(js_get(v, "where_possible"), false))
		return rc;
	if (ids == NULL)
		ids = js_get(target, "entity_id");
	if (rule_is_template(ids) || is_all(ids))
		return RC_OK;
	if ((s = js_string(ids, NULL)) != NULL)
		return check_service(c, s, dot + 1, js_get(v, "data"));
	for (i = 0; i < js_size(ids) && rc == RC_OK; i++)
		if ((s = js_string(js_at(ids, i), NULL)) != NULL && !rule_is_template(js_at(ids, i)))
			rc = check_service(c, s, dot + 1, js_get(v, "data"));
	return rc;
}

/* v is an action that starts a scenario: what it is told. */
static enum rc
check_scenario(struct check *c, const struct js *v)
{
	const char *id = js_get_string(v, "scenario");
	struct fault why = { 0 };
	struct js *config = NULL;
	struct automation row;
	enum rc rc;

	if (id == NULL || rule_is_template(js_get(v, "scenario")) ||
	    store_automation_get_scenario(c->db, id, c->a, &row) != RC_OK ||
	    js_parse(row.config, strlen(row.config), JS_STRICT, &config, NULL) != RC_OK)
		return RC_OK;
	rc = scenario_check_arguments(c->db, js_get(config, "parameters"), js_get(v, "parameters"), rule_is_template,
	    &why);
	js_free(config);
	return rc == RC_OK ? rc : fault_set(c->f, rc, place_in(c, "", why.field), "%s", why.msg);
}

/* ---- walking ---- */

static enum rc walk(struct check *c, const struct js *v);

/* In a rule that has compiled: the entity whose number it is. */
static bool
is_limit(const char *key, const struct js *v)
{
	return js_string(v, NULL) != NULL && (strcmp(key, "above") == 0 || strcmp(key, "below") == 0);
}

/* A template that makes a number of an entity sees it as `state`. */
static bool
sees_state(const struct js *v)
{
	const char *condition = js_get_string(v, "condition");
	const char *kind = condition != NULL ? condition : rule_trigger_kind(v);

	return kind != NULL && strcmp(kind, "numeric_state") == 0;
}

static enum rc
check_member(struct check *c, const char *key, const struct js *v)
{
	static const char *const own[] = { "data", "event_data", "variables", "parameters", "body", "headers",
		"metadata" };
	static const char *const words[] = { "alias", "description", "id", "name" };

	if (rule_text_in(key, own, sizeof(own) / sizeof(own[0])))
		return check_values(c, v);
	if (rule_text_in(key, words, sizeof(words) / sizeof(words[0])))
		return RC_OK;
	if (strcmp(key, "entity_id") == 0 || strcmp(key, "scene") == 0 || is_limit(key, v))
		return check_ids(c, STORE_ID_ENTITY, v);
	if (strcmp(key, "device_id") == 0)
		return check_ids(c, STORE_ID_DEVICE, v);
	if (strcmp(key, "area_id") == 0)
		return check_ids(c, STORE_ID_AREA, v);
	if (strcmp(key, "floor_id") == 0)
		return check_ids(c, STORE_ID_FLOOR, v);
	if (strcmp(key, "scenario") == 0)
		return check_ids(c, STORE_ID_SCENARIO, v);
	if (strcmp(key, "label_id") == 0)
		return check_ids(c, STORE_ID_LABEL, v);
	return walk(c, v);
}

static enum rc
walk_members(struct check *c, const struct js *v)
{
	bool state = sees_state(v) && js_get(c->known, "state") == NULL, acts = c->acts;
	size_t len = c->path.len;
	enum rc rc = RC_OK;
	void *it;

	c->acts |= js_get_string(v, "action") != NULL || js_get_string(v, "service") != NULL;
	if (state)
		js_set(c->known, "state", js_new_bool(true));
	for (it = js_iter(v); it != NULL && rc == RC_OK; it = js_iter_next(v, it)) {
		buf_printf(&c->path, "%s%s", len > 0 ? "." : "", js_iter_key(it));
		rc = check_member(c, js_iter_key(it), js_iter_value(it));
		buf_cut(&c->path, len);
	}
	c->acts = acts;
	if (state)
		js_unset(c->known, "state");
	if (rc == RC_OK)
		rc = check_scenario(c, v);
	return rc == RC_OK ? check_command(c, v) : rc;
}

static enum rc
walk(struct check *c, const struct js *v)
{
	size_t len = c->path.len, i;
	enum rc rc = RC_OK;

	if (js_type(v) == JS_OBJECT)
		return rule_disabled(v) ? RC_OK : walk_members(c, v);
	if (js_type(v) == JS_STRING)
		return check_template(c, v);
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && rc == RC_OK; i++) {
		buf_printf(&c->path, "[%zu]", i);
		rc = walk(c, js_at(v, i));
		buf_cut(&c->path, len);
	}
	return rc;
}

enum rc
automation_check(struct db *db, const struct js *part, const struct js *config, struct mem_arena *a, struct fault *f)
{
	struct js *known = variables_of(config);
	struct check c = { .db = db, .a = a, .known = known, .f = f };
	enum rc rc = walk_members(&c, part);	/* of a rule that waits as well: it may be enabled as it is */

	js_free(known);
	buf_free(&c.path);
	return rc;
}
