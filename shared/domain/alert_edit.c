/* SPDX-License-Identifier: ISC
 *
 * Alert rules as people write them, and acknowledging. What is stored is the rule as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/event.h"
#include "shared/domain/revision.h"

#define ID_BYTES 128

void
alert_event(const char *rule_id, const char *name, const char *severity, const char *status, const char *message,
    struct buf *subject, struct buf *data)
{
	struct jsw w = jsw_to(data);

	buf_printf(subject, "alert.%s", rule_id);
	jsw_object(&w, NULL);
	jsw_string(&w, "rule_id", rule_id);
	jsw_string(&w, "name", name);
	jsw_string(&w, "status", status);
	jsw_string(&w, "severity", severity);
	jsw_string(&w, "message", message);
	jsw_end(&w);
}

/* ---- events and revisions ---- */

static enum rc
tell(struct tx *tx, const char *id, const char *change)
{
	char subject[ID_BYTES + 16], data[64];

	snprintf(subject, sizeof(subject), "alert_rule.%s", id);
	snprintf(data, sizeof(data), "{\"change\":\"%s\"}", change);
	return event_append(tx, EVENT_ALERT_CHANGED, 0, subject, data, NULL);
}

static enum rc
not_stored(struct fault *f, enum rc rc)
{
	return fault_set(f, rc, NULL, "the alert rule cannot be stored");
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct alert_row *out, struct fault *f)
{
	enum rc rc = store_alert_rule_get(tx->db, id, a, out);

	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no such alert rule") : rc;
}

static const char *
text_of(const struct js *v, struct mem_arena *a)
{
	struct buf text = { 0 };
	const char *out;

	js_dump(v, &text);
	out = mem_strndup(a, buf_str(&text), text.len);
	buf_free(&text);
	return out;
}

static struct js *
config_of(const struct alert_row *r)
{
	struct js *config = NULL, *copy;

	js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL);
	copy = js_type(config) == JS_OBJECT ? js_copy(config) : js_new_object();
	js_free(config);
	return copy;
}

/* What a revision keeps of it: the rule as it was given, and whether it is enabled. */
static const char *
snapshot_of(const struct alert_row *r, struct mem_arena *a)
{
	struct js *config = config_of(r);
	const char *out;

	js_set(config, "enabled", js_new_bool(r->enabled));
	out = text_of(config, a);
	js_free(config);
	return out;
}

static enum rc
conclude(struct tx *tx, const char *id, const char *before, const char *after, struct mem_arena *a, struct fault *f)
{
	struct revision_edit e = { REVISION_ALERT, id, before, after, NULL };
	enum rc rc = revision_add(tx, &e, a, f);

	return rc != RC_OK ? rc : tell(tx, id, before == NULL ? "added" : after == NULL ? "removed" : "changed");
}

/* ---- what was given ---- */

static void
merge(struct js *config, const struct js *members, bool *enabled)
{
	void *it;

	for (it = js_iter(members); it != NULL; it = js_iter_next(members, it))
		if (strcmp(js_iter_key(it), "enabled") == 0)
			*enabled = js_bool(js_iter_value(it), true);
		else if (js_is_null(js_iter_value(it)))
			js_unset(config, js_iter_key(it));
		else
			js_set(config, js_iter_key(it), js_ref(js_iter_value(it)));
}

static enum rc
check_entity(struct db *db, const char *id, const char *field, struct mem_arena *a, struct fault *f)
{
	struct js *o = js_new_object();
	struct fault why = { 0 };
	enum rc rc;

	js_set(o, "entity_id", js_new_string(id));
	rc = automation_check(db, o, a, &why);
	js_free(o);
	return rc == RC_OK ? rc : fault_set(f, rc, field, "%s", why.msg);
}

/* What it refers to is there. */
static enum rc
check(struct db *db, const struct alert_rule *r, struct mem_arena *a, struct fault *f)
{
	const struct alert_variable *v;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < r->n_variables && rc == RC_OK; i++) {
		v = &r->variables[i];
		if (v->entity_id != NULL)
			rc = check_entity(db, v->entity_id, mem_printf(a, "variables.%s.entity_id", v->name), a, f);
	}
	for (i = 0; i < r->entities.n && rc == RC_OK; i++)
		rc = check_entity(db, r->entities.ids[i], "expression", a, f);
	return rc;
}

/* Compiles and checks the rule, and puts its text, name and severity into the row. */
static enum rc
settle(struct tx *tx, const struct js *config, struct mem_arena *a, struct alert_row *r, struct fault *f)
{
	struct alert_rule *rule = NULL;
	enum rc rc;

	if ((rc = alert_compile(config, &rule, f)) != RC_OK)
		return rc;
	if ((rc = check(tx->db, rule, a, f)) == RC_OK) {
		r->name = mem_strdup(a, rule->name);
		r->severity = severities[rule->severity];
		r->config = text_of(config, a);
	}
	alert_free(rule);
	return rc;
}

static enum rc
make_id(struct tx *tx, const char *name, struct mem_arena *a, const char **out, struct fault *f)
{
	struct alert_row taken;
	char slug[ID_BYTES - 8];
	const char *id;
	int n;

	if (field_slug(name, slug, sizeof(slug)) != RC_OK)
		return fault_set(f, RC_INVALID, "name", "name is too long");
	id = slug;
	for (n = 2; store_alert_rule_get(tx->db, id, a, &taken) == RC_OK; n++)
		id = mem_printf(a, "%s_%d", slug, n);
	*out = mem_strdup(a, id);
	return RC_OK;
}

/* Its alert is over, because of what somebody does with the rule. */
static enum rc
end_alert(struct tx *tx, const struct alert_row *r, const char *reason, struct mem_arena *a)
{
	struct buf subject = { 0 }, data = { 0 };
	struct alert al;
	enum rc rc = store_alert_hold_delete(tx, r->row);

	if (rc != RC_OK || (rc = store_alert_active_of(tx->db, r->row, a, &al)) != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	al.cleared = tx->now_ms;
	al.reason = reason;
	alert_event(al.rule_id, al.name, al.severity, "cleared", reason, &subject, &data);
	if ((rc = store_alert_update(tx, &al)) == RC_OK)
		rc = event_append(tx, EVENT_ALERT, 0, buf_str(&subject), buf_str(&data), NULL);
	buf_free(&subject);
	buf_free(&data);
	return rc;
}

/* ---- edits ---- */

enum rc
alert_edit_add(struct tx *tx, const struct alert_edit *e, struct mem_arena *a, struct alert_row *out, struct fault *f)
{
	struct alert_row r = { .enabled = true, .revision = 1, .created = tx->now_ms, .updated = tx->now_ms };
	struct js *config = js_new_object();
	enum rc rc;

	merge(config, e->members, &r.enabled);
	rc = settle(tx, config, a, &r, f);
	js_free(config);
	if (rc == RC_OK)
		rc = make_id(tx, r.name, a, &r.id, f);
	if (rc != RC_OK)
		return rc;
	rc = store_alert_rule_insert(tx, &r);
	if (rc == RC_OK)
		rc = conclude(tx, r.id, NULL, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return not_stored(f, rc);
	*out = r;
	return RC_OK;
}

enum rc
alert_edit_change(struct tx *tx, const char *id, const struct alert_edit *e, struct mem_arena *a,
    struct alert_row *out, struct fault *f)
{
	struct alert_row r;
	const char *before;
	struct js *config;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	before = snapshot_of(&r, a);
	config = config_of(&r);
	merge(config, e->members, &r.enabled);
	rc = settle(tx, config, a, &r, f);
	js_free(config);
	if (rc != RC_OK)
		return rc;
	r.updated = tx->now_ms;
	rc = store_alert_rule_update(tx, &r);
	if (rc == RC_OK && !r.enabled)
		rc = end_alert(tx, &r, "its rule was disabled", a);
	if (rc == RC_OK)
		rc = conclude(tx, id, before, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return not_stored(f, rc);
	r.revision++;
	*out = r;
	return RC_OK;
}

enum rc
alert_edit_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct alert_row r;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	rc = end_alert(tx, &r, "its rule was removed", a);
	if (rc == RC_OK)
		rc = store_alert_rule_delete(tx, r.row);
	if (rc == RC_OK)
		rc = conclude(tx, id, snapshot_of(&r, a), NULL, a, f);
	return rc == RC_OK ? rc : not_stored(f, rc);
}

static enum rc
put(struct tx *tx, struct alert_row *r, const char *before, struct mem_arena *a, struct fault *f)
{
	const char *after = snapshot_of(r, a);
	enum rc rc;

	if (before != NULL && strcmp(before, after) == 0)
		return RC_OK;
	rc = before != NULL ? store_alert_rule_update(tx, r) : store_alert_rule_insert(tx, r);
	if (rc == RC_OK && !r->enabled)
		rc = end_alert(tx, r, "its rule was disabled", a);
	if (rc == RC_OK)
		rc = conclude(tx, r->id, before, after, a, f);
	return rc == RC_OK ? rc : not_stored(f, rc);
}

enum rc
alert_edit_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f)
{
	struct alert_row r = { .id = id, .created = tx->now_ms };
	const char *before = NULL;
	struct js *config;
	enum rc rc;

	(void)held;
	rc = store_alert_rule_get(tx->db, id, a, &r);
	if (rc == RC_OK)
		before = snapshot_of(&r, a);
	else if (rc != RC_NOT_FOUND)
		return rc;
	config = js_copy(snapshot);
	js_unset(config, "enabled");
	rc = settle(tx, config, a, &r, f);
	js_free(config);
	if (rc != RC_OK)
		return rc;
	r.enabled = js_bool(js_get(snapshot, "enabled"), true);
	r.updated = tx->now_ms;
	return put(tx, &r, before, a, f);
}

enum rc
alert_acknowledge(struct tx *tx, int64_t id, struct mem_arena *a, struct alert *out, struct fault *f)
{
	struct buf subject = { 0 }, data = { 0 };
	enum rc rc = store_alert_get(tx->db, id, a, out);

	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no such alert") : rc;
	rc = store_alert_acknowledge(tx, id, tx->actor != NULL ? tx->actor : "system");
	if (rc == RC_NOT_FOUND)
		return fault_set(f, RC_EXISTS, NULL, out->cleared != 0 ? "it is over already" :
		    "somebody acknowledged it already");
	if (rc == RC_OK) {
		alert_event(out->rule_id, out->name, out->severity, "acknowledged", out->message, &subject, &data);
		rc = event_append(tx, EVENT_ALERT, 0, buf_str(&subject), buf_str(&data), NULL);
	}
	buf_free(&subject);
	buf_free(&data);
	return rc == RC_OK ? store_alert_get(tx->db, id, a, out) : rc;
}
