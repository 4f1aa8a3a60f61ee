/* SPDX-License-Identifier: ISC
 *
 * A walk through the JSON of a rule.
 */
#include <string.h>

#include "shared/domain/automation_check.h"
#include "shared/domain/rule.h"
#include "shared/domain/service.h"
#include "shared/store/store_entity.h"
#include "shared/store/store_id.h"

#define NEAR_MAX 64	/* bytes of an id that is compared with others */

struct check {
	struct db		*db;
	struct mem_arena	*a;
	struct buf		 path;
	struct fault		*f;
};

/* ---- what may have been meant ---- */

/* Edits between two texts (Levenshtein; Wagner and Fischer's table, a row at a time); most + 1 when there are more. */
static unsigned int
distance(const char *a, const char *b, unsigned int most)
{
	unsigned int n = (unsigned int)strlen(a), m = (unsigned int)strlen(b), i, k, left, cost, best;
	unsigned int row[NEAR_MAX + 1];

	if (n > NEAR_MAX || m > NEAR_MAX || n > m + most || m > n + most)
		return most + 1;
	for (k = 0; k <= m; k++)
		row[k] = k;
	for (i = 1; i <= n; i++) {
		left = row[0];
		row[0] = best = i;
		for (k = 1; k <= m; k++) {
			cost = left + (a[i - 1] != b[k - 1]);
			left = row[k];
			if (row[k] + 1 < cost)
				cost = row[k] + 1;
			if (row[k - 1] + 1 < cost)
				cost = row[k - 1] + 1;
			row[k] = cost;
			best = cost < best ? cost : best;
		}
		if (best > most)
			return most + 1;
	}
	return row[m];
}

struct nearest {
	const char	*wanted;
	unsigned int	 most;
	char		 found[NEAR_MAX + 1];
};

static void
compare(const char *id, void *arg)
{
	struct nearest *n = arg;
	unsigned int d = distance(n->wanted, id, n->most);

	if (d == 0 || d > n->most)
		return;
	strlcpy(n->found, id, sizeof(n->found));
	n->most = d - 1;
}

/* ---- references ---- */

/* In a rule that has compiled it stands where it may: for every entity of a domain. */
static bool
is_all(const struct js *v)
{
	const char *id = js_string(v, NULL);

	return id != NULL && strcmp(id, "all") == 0;
}

static enum rc
check_id(struct check *c, enum store_id_kind kind, const struct js *v)
{
	const char *id = js_string(v, NULL);
	static const char *const names[] = { "entity", "device", "area", "label", "scenario" };
	struct nearest n = { .wanted = id, .most = id != NULL && strlen(id) < 8 ? 2 : 3 };

	if (id == NULL || rule_is_template(v) || (kind == STORE_ID_ENTITY && is_all(v)) ||
	    store_id_exists(c->db, kind, id))
		return RC_OK;
	store_id_each(c->db, kind, compare, &n);
	return fault_set(c->f, RC_INVALID, buf_str(&c->path), "no such %s \"%.80s\"%s%s%s", names[kind], id,
	    *n.found != '\0' ? "; did you mean \"" : "", n.found, *n.found != '\0' ? "\"?" : "");
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
	return fault_set(c->f, rc, mem_printf(c->a, "%s%s%s%s", buf_str(&c->path), c->path.len > 0 ? "." : "",
	    *why.field != '\0' ? "data." : "action", why.field), "%s: %s", entity_id, why.msg);
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
	return fault_set(c->f, rc, mem_printf(c->a, "%s%sdata.%s", buf_str(&c->path), c->path.len > 0 ? "." : "",
	    why.field), "%s", why.msg);
}

/* v is an action of a service: with each of its entities. */
static enum rc
check_command(struct check *c, const struct js *v)
{
	const char *action = js_get_string(v, js_get(v, "action") != NULL ? "action" : "service"), *dot, *s;
	const struct js *target = js_get(v, "target"), *ids = js_get(v, "entity_id");
	enum rc rc = RC_OK;
	size_t i;

	if (action == NULL || (dot = strchr(action, '.')) == NULL)
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

/* ---- walking ---- */

static enum rc walk(struct check *c, const struct js *v);

static enum rc
check_member(struct check *c, const char *key, const struct js *v)
{
	/* what these hold is a rule's own, and may be called as it likes */
	static const char *const own[] = { "data", "event_data", "variables", "parameters" };

	if (rule_text_in(key, own, sizeof(own) / sizeof(own[0])))
		return RC_OK;
	if (strcmp(key, "entity_id") == 0 || strcmp(key, "scene") == 0)
		return check_ids(c, STORE_ID_ENTITY, v);
	if (strcmp(key, "device_id") == 0)
		return check_ids(c, STORE_ID_DEVICE, v);
	if (strcmp(key, "area_id") == 0)
		return check_ids(c, STORE_ID_AREA, v);
	if (strcmp(key, "scenario") == 0)
		return check_ids(c, STORE_ID_SCENARIO, v);
	if (strcmp(key, "label_id") == 0)
		return check_ids(c, STORE_ID_LABEL, v);
	return walk(c, v);
}

static enum rc
walk_object(struct check *c, const struct js *v)
{
	size_t len = c->path.len;
	enum rc rc = RC_OK;
	void *it;

	if (rule_disabled(v))
		return RC_OK;
	for (it = js_iter(v); it != NULL && rc == RC_OK; it = js_iter_next(v, it)) {
		buf_printf(&c->path, "%s%s", len > 0 ? "." : "", js_iter_key(it));
		rc = check_member(c, js_iter_key(it), js_iter_value(it));
		buf_cut(&c->path, len);
	}
	return rc == RC_OK ? check_command(c, v) : rc;
}

static enum rc
walk(struct check *c, const struct js *v)
{
	size_t len = c->path.len, i;
	enum rc rc = RC_OK;

	if (js_type(v) == JS_OBJECT)
		return walk_object(c, v);
	for (i = 0; js_type(v) == JS_ARRAY && i < js_size(v) && rc == RC_OK; i++) {
		buf_printf(&c->path, "[%zu]", i);
		rc = walk(c, js_at(v, i));
		buf_cut(&c->path, len);
	}
	return rc;
}

enum rc
automation_check(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f)
{
	struct check c = { .db = db, .a = a, .f = f };
	enum rc rc = walk(&c, config);

	buf_free(&c.path);
	return rc;
}
