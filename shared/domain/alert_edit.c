/* SPDX-License-Identifier: ISC
 *
 * Alert rules as people write them, and acknowledging. What is stored is the rule as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/document.h"
#include "shared/domain/reference.h"

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

static bool
is_taken(struct db *db, const char *id)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct alert_row r;
	bool yes = store_alert_rule_get(db, id, a, &r) == RC_OK;

	mem_arena_free(a);
	return yes;
}

static const struct document_kind kind = { "alert rule", "alert_rule.", EVENT_ALERT_CHANGED, REVISION_ALERT, '_',
	is_taken };

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct alert_row *out, struct fault *f)
{
	return document_found(&kind, store_alert_rule_get(tx->db, id, a, out), f);
}

static const char *
snapshot_of(const struct alert_row *r, struct mem_arena *a)
{
	return document_snapshot(r->config, r->enabled, a);
}

/* ---- what was given ---- */

/* The names of its variables, which its templates see. The caller owns it. */
static struct js *
variables_of(const struct alert_rule *r)
{
	struct js *known = js_new_object();
	size_t i;

	for (i = 0; i < r->n_variables; i++)
		js_set(known, r->variables[i].name, js_new_bool(true));
	return known;
}

static enum rc
check_variable(struct db *db, const struct alert_variable *v, const struct js *known, struct mem_arena *a,
    struct fault *f)
{
	const char *place = mem_printf(a, "variables.%s", v->name);

	if (v->entity_id != NULL)
		return reference_check(db, STORE_ID_ENTITY, v->entity_id, mem_printf(a, "%s.entity_id", place), f);
	if (v->kind != ALERT_VALUE || !rule_is_template(v->value.js))
		return RC_OK;
	return reference_check_template(db, js_string(v->value.js, NULL), known, place, f);
}

/* What it refers to is there, and what its templates see is set. */
static enum rc
check(struct db *db, const struct alert_rule *r, const struct js *config, struct mem_arena *a, struct fault *f)
{
	static const char *const texts[] = { "expression", "clear_expression" };
	struct js *known = variables_of(r);
	const char *text;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < r->n_variables && rc == RC_OK; i++)
		rc = check_variable(db, &r->variables[i], known, a, f);
	for (i = 0; i < 2 && rc == RC_OK; i++)
		if ((text = js_get_string(config, texts[i])) != NULL)
			rc = reference_check_template(db, alert_expression(text, a), known, texts[i], f);
	if (rc == RC_OK && (text = js_get_string(config, "message")) != NULL)
		rc = reference_check_template(db, text, known, "message", f);
	js_free(known);
	return rc;
}

enum rc
alert_edit_check(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f)
{
	struct alert_rule *rule = NULL;
	enum rc rc;

	if ((rc = alert_compile(config, &rule, f)) == RC_OK)
		rc = check(db, rule, config, a, f);
	alert_free(rule);
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
	if ((rc = check(tx->db, rule, config, a, f)) == RC_OK) {
		r->name = mem_strdup(a, rule->name);
		r->severity = severities[rule->severity];
		r->config = document_text(config, a);
	}
	alert_free(rule);
	return rc;
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

	document_merge_enabled(config, e->members, &r.enabled);
	rc = settle(tx, config, a, &r, f);
	js_free(config);
	if (rc == RC_OK)
		rc = document_id(tx->db, &kind, r.name, a, &r.id, f);
	if (rc != RC_OK)
		return rc;
	rc = store_alert_rule_insert(tx, &r);
	if (rc == RC_OK)
		rc = document_changed(tx, &kind, r.id, NULL, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return document_stored(&kind, rc, f);
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
	config = document_read(r.config);
	document_merge_enabled(config, e->members, &r.enabled);
	rc = settle(tx, config, a, &r, f);
	js_free(config);
	if (rc != RC_OK)
		return rc;
	r.updated = tx->now_ms;
	rc = store_alert_rule_update(tx, &r);
	if (rc == RC_OK && !r.enabled)
		rc = end_alert(tx, &r, "its rule was disabled", a);
	if (rc == RC_OK)
		rc = document_changed(tx, &kind, id, before, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return document_stored(&kind, rc, f);
	r.revision++;
	r.problem = NULL;
	r.problem_since = 0;
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
		rc = document_changed(tx, &kind, id, snapshot_of(&r, a), NULL, a, f);
	return document_stored(&kind, rc, f);
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
		rc = document_changed(tx, &kind, r->id, before, after, a, f);
	return document_stored(&kind, rc, f);
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
