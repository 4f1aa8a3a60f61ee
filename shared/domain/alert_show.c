/* SPDX-License-Identifier: ISC
 *
 * Alerts and their rules as JSON, and a rule against the house as it is.
 */
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"

/* ---- trying ---- */

struct trying {
	struct house		 house;
	struct db		*db;
	struct mem_arena	*a;
	struct js		*measured[ALERT_VARIABLES_MAX];
};

static enum rc
load(struct trying *t, struct db *db)
{
	struct store_entity_filter all = { 0 };
	struct entity_state *rows;
	size_t n, i;
	enum rc rc = db_begin_read(db);

	if (rc != RC_OK)
		return rc;
	rc = store_entity_list(db, &all, t->a, &rows, &n);
	db_end_read(db);
	for (i = 0; rc == RC_OK && i < n; i++)
		house_view(&t->house, &rows[i]);
	return rc;
}

static enum rc
measure(struct trying *t, const struct alert_rule *r, struct db *db, int64_t now_ms, int64_t raw_days,
    struct fault *f)
{
	const struct live *l;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < r->n_variables && rc == RC_OK; i++) {
		if (r->variables[i].kind != ALERT_AGGREGATE && r->variables[i].kind != ALERT_BASELINE)
			continue;
		l = house_find_id(&t->house, r->variables[i].entity_id);
		if (l == NULL)
			return fault_set(f, RC_INVALID,
			    mem_printf(t->a, "variables.%s.entity_id", r->variables[i].name),
			    "no such entity \"%.80s\"", r->variables[i].entity_id);
		rc = alert_measure(&r->variables[i], db, l->row, now_ms, raw_days, &t->measured[i]);
	}
	return rc;
}

static void
write_try(struct trying *t, const struct alert_rule *r, int64_t now_ms, struct buf *out)
{
	static const char *const words[] = { [ALERT_NO] = "no", [ALERT_YES] = "yes", [ALERT_UNKNOWN] = "unknown" };
	struct template_scratch *scratch = template_scratch_new();
	struct rule_context x = { .house = &t->house, .now_ms = now_ms, .scratch = scratch, .db = t->db };
	struct buf message = { 0 };
	struct jsw w = jsw_to(out);
	struct fault why = { 0 };
	struct js *seen = NULL;
	enum alert_verdict v = alert_judge(r, &x, t->measured, false, &seen, &why);

	alert_message(r, &x, seen, &message);
	jsw_object(&w, NULL);
	jsw_string(&w, "verdict", words[v]);
	jsw_string(&w, "reason", v == ALERT_UNKNOWN ? why.msg : NULL);
	jsw_value(&w, "values", seen);
	jsw_string(&w, "message", buf_str(&message));
	jsw_end(&w);
	buf_free(&message);
	js_free(seen);
	template_scratch_free(scratch);
}

enum rc
alert_try(struct db *db, const struct js *config, int64_t now_ms, int64_t raw_days, struct buf *out, struct fault *f)
{
	struct trying t = { .db = db };
	struct alert_rule *r;
	enum rc rc = alert_compile(config, &r, f);
	size_t i;

	if (rc != RC_OK)
		return rc;
	t.a = mem_arena_new(65536);
	if ((rc = load(&t, db)) == RC_OK && (rc = measure(&t, r, db, now_ms, raw_days, f)) == RC_OK)
		write_try(&t, r, now_ms, out);
	for (i = 0; i < ALERT_VARIABLES_MAX; i++)
		js_free(t.measured[i]);
	house_free(&t.house);
	mem_arena_free(t.a);
	alert_free(r);
	return rc;
}

static bool
measures(const struct js *config)
{
	struct alert_rule *r;
	bool yes;

	if (alert_compile(config, &r, NULL) != RC_OK)
		return false;
	yes = r->measures;
	alert_free(r);
	return yes;
}

enum rc
alert_problem(struct db *db, const char *id, int64_t now_ms, int64_t raw_days, struct mem_arena *a,
    const char **problem)
{
	struct js *config = NULL, *v = NULL;
	struct buf said = { 0 };
	struct alert_row row;
	enum rc rc;

	if ((rc = store_alert_rule_get(db, id, a, &row)) == RC_OK &&
	    (rc = js_parse(row.config, strlen(row.config), JS_STRICT, &config, NULL)) == RC_OK && !measures(config) &&
	    (rc = alert_try(db, config, now_ms, raw_days, &said, NULL)) == RC_OK &&
	    (rc = js_parse(buf_str(&said), said.len, JS_STRICT, &v, NULL)) == RC_OK)
		*problem = mem_strdup(a, js_get_string(v, "reason"));
	js_free(v);
	js_free(config);
	buf_free(&said);
	return rc;
}

/* ---- writing ---- */

void
alert_write_rule(struct jsw *w, const char *key, const struct alert_row *r)
{
	static const char *const members[] = { "description", "variables", "expression", "clear_expression",
		"hysteresis", "for", "repeat", "channels", "message" };
	struct js *config = NULL;
	size_t i;

	js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL);
	jsw_object(w, key);
	jsw_string(w, "id", r->id);
	jsw_string(w, "name", r->name);
	jsw_bool(w, "enabled", r->enabled);
	jsw_string(w, "severity", r->severity);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		jsw_value(w, members[i], js_get(config, members[i]));
	jsw_string(w, "problem", r->enabled ? r->problem : NULL);
	jsw_time(w, "problem_since", r->enabled ? r->problem_since : 0);
	jsw_int(w, "revision", r->revision);
	jsw_time(w, "created", r->created);
	jsw_time(w, "updated", r->updated);
	jsw_end(w);
	js_free(config);
}

void
alert_write(struct jsw *w, const char *key, const struct alert *al)
{
	jsw_object(w, key);
	jsw_int(w, "id", al->id);
	jsw_string(w, "rule_id", al->rule_id);
	jsw_string(w, "name", al->name);
	jsw_string(w, "severity", al->severity);
	jsw_string(w, "message", al->message);
	jsw_raw(w, "values", al->seen);
	jsw_string(w, "status", al->cleared != 0 ? "past" : "active");
	jsw_time(w, "raised", al->raised);
	jsw_time(w, "cleared", al->cleared);
	jsw_string(w, "reason", al->reason);
	jsw_time(w, "acknowledged", al->acknowledged);
	jsw_string(w, "acknowledged_by", al->acknowledged_by);
	jsw_time(w, "told", al->told);
	jsw_int(w, "repeats", al->repeats);
	jsw_int(w, "event", al->event);
	jsw_end(w);
}
