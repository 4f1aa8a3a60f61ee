/* SPDX-License-Identifier: ISC
 *
 * Automations as people write them. What is stored is the rule as JSON, with its name and mode.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/event.h"
#include "shared/domain/revision.h"
#include "shared/domain/service.h"

#define ID_BYTES 128

static enum rc
tell(struct tx *tx, const char *id, const char *change)
{
	char subject[ID_BYTES + 16], data[64];

	snprintf(subject, sizeof(subject), "automation.%s", id);
	snprintf(data, sizeof(data), "{\"change\":\"%s\"}", change);
	return event_append(tx, EVENT_AUTOMATION_CHANGED, 0, subject, data, NULL);
}

static enum rc
not_stored(struct fault *f, enum rc rc)
{
	return fault_set(f, rc, NULL, "the automation cannot be stored");
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct automation *out, struct fault *f)
{
	enum rc rc = store_automation_get(tx->db, id, a, out);

	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no such automation") : rc;
}

/* What a revision keeps of it: the rule as it was given, and whether it is enabled. */
static const char *
snapshot_of(const struct automation *r, struct mem_arena *a)
{
	struct js *config = NULL, *copy;
	struct buf text = {0};
	const char *out;

	js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL);
	copy = js_type(config) == JS_OBJECT ? js_copy(config) : js_new_object();
	js_set(copy, "enabled", js_new_bool(r->enabled));
	js_dump(copy, &text);
	out = mem_strndup(a, buf_str(&text), text.len);
	buf_free(&text);
	js_free(copy);
	js_free(config);
	return out;
}

/* Tells it, with its revision. before, after: the rule, NULL for none. */
static enum rc
conclude(struct tx *tx, const char *id, const char *before, const char *after, struct mem_arena *a,
    struct fault *f)
{
	struct revision_edit e = { REVISION_AUTOMATION, id, before, after, NULL };
	enum rc rc = revision_add(tx, &e, a, f);

	return rc != RC_OK ? rc : tell(tx, id, before == NULL ? "added" : after == NULL ? "removed" :
	    "changed");
}

/* Puts what is given over what the rule has. */
static void
merge(struct js *config, const struct automation_edit *e)
{
	if (e->name != NULL)
		js_set(config, "name", js_new_string(e->name));
	if (e->description != NULL && *e->description != '\0')
		js_set(config, "description", js_new_string(e->description));
	else if (e->description != NULL)
		js_unset(config, "description");
	if (e->mode != NULL)
		js_set(config, "mode", js_new_string(e->mode));
	if (e->max != 0)
		js_set(config, "max", js_new_int(e->max));
	if (e->missed != NULL)
		js_set(config, "missed", js_new_string(e->missed));
	if (js_is_null(e->missed_within) && e->missed_within != NULL)
		js_unset(config, "missed_within");
	else if (e->missed_within != NULL)
		js_set(config, "missed_within", js_ref(e->missed_within));
	if (e->variables != NULL)
		js_set(config, "variables", js_ref(e->variables));
	if (e->triggers != NULL)
		js_set(config, "triggers", js_ref(e->triggers));
	if (e->conditions != NULL)
		js_set(config, "conditions", js_ref(e->conditions));
	if (e->actions != NULL)
		js_set(config, "actions", js_ref(e->actions));
}

/* Compiles the rule and puts its text, name and mode into the row. */
static enum rc
settle(const struct js *config, struct mem_arena *a, struct automation *r, struct fault *f)
{
	struct rule *rule = NULL;
	struct buf text = {0};
	enum rc rc;

	if ((rc = automation_compile(config, &rule, f)) != RC_OK)
		return rc;
	r->name = mem_strdup(a, rule->name);
	r->mode = automation_mode_name(rule->mode);
	automation_free(rule);
	js_dump(config, &text);
	r->config = mem_strndup(a, buf_str(&text), text.len);
	buf_free(&text);
	return RC_OK;
}

/* What was given refers to what there is. */
static enum rc
check(struct db *db, const struct automation_edit *e, struct mem_arena *a, struct fault *f)
{
	struct js *given = js_new_object();
	enum rc rc;

	if (e->triggers != NULL)
		js_set(given, "triggers", js_ref(e->triggers));
	if (e->conditions != NULL)
		js_set(given, "conditions", js_ref(e->conditions));
	if (e->actions != NULL)
		js_set(given, "actions", js_ref(e->actions));
	rc = automation_check(db, given, a, f);
	js_free(given);
	return rc;
}

/* Words that stand in the place of an id in the paths of the API. */
static bool
is_route(const char *id)
{
	return strcmp(id, "schema") == 0 || strcmp(id, "check") == 0;
}

static enum rc
make_id(struct tx *tx, const char *name, struct mem_arena *a, const char **out, struct fault *f)
{
	char slug[ID_BYTES - 8];
	const char *id;
	int n;

	if (field_slug(name, slug, sizeof(slug)) != RC_OK)
		return fault_set(f, RC_INVALID, "name", "name is too long");
	id = slug;
	for (n = 2; is_route(id) || store_automation_id_taken(tx->db, id); n++)
		id = mem_printf(a, "%s_%d", slug, n);
	*out = mem_strdup(a, id);
	return RC_OK;
}

enum rc
automation_edit_add(struct tx *tx, const struct automation_edit *e, struct mem_arena *a,
    struct automation *out, struct fault *f)
{
	struct automation r = { .enabled = e->enabled == NULL || *e->enabled, .revision = 1,
		.created = tx->now_ms, .updated = tx->now_ms };
	struct js *config = js_new_object();
	enum rc rc;

	merge(config, e);
	rc = settle(config, a, &r, f);
	js_free(config);
	if (rc == RC_OK)
		rc = check(tx->db, e, a, f);
	if (rc == RC_OK)
		rc = make_id(tx, r.name, a, &r.id, f);
	if (rc != RC_OK)
		return rc;
	rc = store_automation_insert(tx, &r);
	if (rc == RC_OK)
		rc = conclude(tx, r.id, NULL, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return not_stored(f, rc);
	*out = r;
	return RC_OK;
}

static enum rc
change(const struct automation_edit *e, struct mem_arena *a, struct automation *r, struct fault *f)
{
	struct js *config, *copy;
	enum rc rc;

	rc = js_parse(r->config, strlen(r->config), JS_STRICT, &config, f);
	if (rc != RC_OK)
		return rc;
	copy = js_copy(config);
	js_free(config);
	merge(copy, e);
	rc = settle(copy, a, r, f);
	js_free(copy);
	return rc;
}

enum rc
automation_edit_change(struct tx *tx, const char *id, const struct automation_edit *e,
    struct mem_arena *a, struct automation *out, struct fault *f)
{
	struct automation r;
	const char *before;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	before = snapshot_of(&r, a);
	if ((rc = change(e, a, &r, f)) != RC_OK || (rc = check(tx->db, e, a, f)) != RC_OK)
		return rc;
	if (e->enabled != NULL)
		r.enabled = *e->enabled;
	r.updated = tx->now_ms;
	rc = store_automation_update(tx, &r);
	if (rc == RC_OK)
		rc = conclude(tx, id, before, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return not_stored(f, rc);
	r.revision++;
	*out = r;
	return RC_OK;
}

enum rc
automation_edit_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct automation r;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	rc = store_automation_delete(tx, r.row);
	if (rc == RC_OK)
		rc = conclude(tx, id, snapshot_of(&r, a), NULL, a, f);
	return rc == RC_OK ? rc : not_stored(f, rc);
}

/* r, with the rule that is wanted, over the one that is there or as a new one. */
static enum rc
put(struct tx *tx, struct automation *r, const char *before, struct mem_arena *a, struct fault *f)
{
	const char *after = snapshot_of(r, a);
	enum rc rc;

	if (before != NULL && strcmp(before, after) == 0)
		return RC_OK;
	rc = before != NULL ? store_automation_update(tx, r) : store_automation_insert(tx, r);
	if (rc == RC_OK)
		rc = conclude(tx, r->id, before, after, a, f);
	return rc == RC_OK ? rc : not_stored(f, rc);
}

enum rc
automation_edit_restore(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f)
{
	struct automation r = { .id = id, .created = tx->now_ms };
	const char *before = NULL;
	struct js *config;
	enum rc rc;

	(void)held;
	rc = store_automation_get(tx->db, id, a, &r);
	if (rc == RC_OK)
		before = snapshot_of(&r, a);
	else if (rc != RC_NOT_FOUND)
		return rc;
	config = js_copy(snapshot);
	js_unset(config, "enabled");
	rc = settle(config, a, &r, f);
	js_free(config);
	if (rc != RC_OK)
		return rc;
	r.enabled = js_bool(js_get(snapshot, "enabled"), true);
	r.updated = tx->now_ms;
	return put(tx, &r, before, a, f);
}

enum rc
automation_edit_trigger(struct tx *tx, const char *id, struct mem_arena *a, int64_t *event,
    struct fault *f)
{
	char subject[ID_BYTES + 16];
	struct automation r;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	snprintf(subject, sizeof(subject), "automation.%s", id);
	rc = event_append(tx, EVENT_AUTOMATION_TRIGGER, 0, subject, NULL, event);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the request cannot be stored");
}

/* A member of the stored rule, or what stands for it when it is not there. */
static void
write_part(struct jsw *w, const struct js *config, const char *key, const char *otherwise)
{
	const struct js *v = js_get(config, key);

	if (v != NULL)
		jsw_value(w, key, v);
	else
		jsw_raw(w, key, otherwise);
}

/* The data of an action, without what is secret in them; NULL when nothing is. */
static struct js *
blanked_data(const struct js *action)
{
	const char *name = js_get_string(action, js_get(action, "action") != NULL ? "action" : "service");
	const char *dot = name != NULL ? strchr(name, '.') : NULL;
	struct js *data;

	if (dot == NULL || js_get(action, "data") == NULL)
		return NULL;
	data = js_copy(js_get(action, "data"));
	if (service_blank(service_of_entity(name, dot + 1), data))
		return data;
	js_free(data);
	return NULL;
}

/* A webhook's address may be a secret behind the host, its headers behind their names. */
static void
blank_webhook(struct js *action)
{
	const char *url = js_get_string(action, "webhook"), *end = url != NULL ? strstr(url, "://") : NULL;
	const struct js *headers = js_get(action, "headers");
	struct js *names = js_new_object();
	struct buf b = { 0 };
	void *it;

	if (end != NULL)
		buf_printf(&b, "%.*s/", (int)(end + 3 + strcspn(end + 3, "/?#") - url), url);
	buf_puts(&b, "***");
	for (it = headers != NULL ? js_iter(headers) : NULL; it != NULL; it = js_iter_next(headers, it))
		js_set(names, js_iter_key(it), js_new_string("***"));
	js_set(action, "webhook", js_new_string(buf_str(&b)));
	if (headers != NULL)
		js_set(action, "headers", js_ref(names));
	js_free(names);
	buf_free(&b);
}

/* Triggers and actions without what is secret in them, however deep they stand; a new reference. */
static struct js *
blanked(const struct js *v)
{
	struct js *out, *data;
	size_t i;
	void *it;

	if (js_type(v) == JS_ARRAY) {
		out = js_new_array();
		for (i = 0; i < js_size(v); i++)
			js_append(out, blanked(js_at(v, i)));
		return out;
	}
	if (js_type(v) != JS_OBJECT)
		return js_ref(v);
	out = js_new_object();
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		js_set(out, js_iter_key(it), blanked(js_iter_value(it)));
	if ((data = blanked_data(v)) != NULL)
		js_set(out, "data", data);
	if (js_get_string(v, "webhook_id") != NULL)
		js_set(out, "webhook_id", js_new_string("***"));
	if (js_get_string(v, "webhook") != NULL)
		blank_webhook(out);
	return out;
}

static void
write_open(struct jsw *w, const struct js *config, const char *key, bool secrets)
{
	struct js *blank;

	if (secrets || js_get(config, key) == NULL) {
		write_part(w, config, key, "[]");
		return;
	}
	blank = blanked(js_get(config, key));
	jsw_value(w, key, blank);
	js_free(blank);
}

struct js *
automation_edit_shown(const struct js *config, bool secrets)
{
	return secrets ? js_ref(config) : blanked(config);
}

void
automation_edit_write(struct jsw *w, const char *key, const struct automation *r, bool secrets)
{
	struct js *config = NULL;

	/* It was compiled before it was stored: if it is damaged now, it shows as empty. */
	js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL);
	jsw_object(w, key);
	jsw_string(w, "id", r->id);
	jsw_string(w, "name", r->name);
	jsw_string(w, "description", js_get_string(config, "description"));
	jsw_bool(w, "enabled", r->enabled);
	jsw_string(w, "mode", r->mode);
	write_open(w, config, "triggers", secrets);
	write_part(w, config, "conditions", "[]");
	write_open(w, config, "actions", secrets);
	write_part(w, config, "max", "null");
	write_part(w, config, "variables", "null");
	write_part(w, config, "missed", "\"run\"");
	write_part(w, config, "missed_within", "null");
	jsw_int(w, "revision", r->revision);
	jsw_time(w, "created", r->created);
	jsw_time(w, "updated", r->updated);
	jsw_end(w);
	js_free(config);
}
