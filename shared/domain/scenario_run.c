/* SPDX-License-Identifier: ISC
 *
 * Asking for runs of scenarios, and what is told and taken back when they end.
 */
#include <string.h>

#include "shared/base/near.h"
#include "shared/domain/event.h"
#include "shared/domain/scenario.h"
#include "shared/domain/undo.h"
#include "shared/store/store_id.h"

#define UNDO_TIMEOUT_MS 30000

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct automation *out, struct fault *f)
{
	enum rc rc = store_automation_get_scenario(tx->db, id, a, out);

	struct near n = near_to(id);

	if (rc != RC_NOT_FOUND)
		return rc;
	store_id_each(tx->db, STORE_ID_SCENARIO, near_try, &n);
	return fault_set(f, rc, NULL, "there is no scenario \"%.80s\"%s", id, near_say(&n));
}

static enum rc
ask(struct tx *tx, enum event_kind kind, const char *id, const struct js *data, struct mem_arena *a,
    int64_t *event, struct fault *f)
{
	struct buf text = { 0 };
	enum rc rc;

	js_dump(data, &text);
	rc = event_append(tx, kind, 0, mem_printf(a, "scenario.%s", id), buf_str(&text), event);
	buf_free(&text);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the request cannot be stored");
}

enum rc
scenario_run(struct tx *tx, const char *id, const struct js *given, struct mem_arena *a, int64_t *event,
    struct fault *f)
{
	struct js *config = NULL, *arguments = NULL, *data;
	struct automation s;
	enum rc rc;

	if ((rc = find(tx, id, a, &s, f)) != RC_OK ||
	    (rc = js_parse(s.config, strlen(s.config), JS_STRICT, &config, f)) != RC_OK)
		return rc;
	rc = scenario_arguments(tx->db, js_get(config, "parameters"), given, &arguments, f);
	if (rc == RC_OK && strcmp(s.mode, "single") == 0 && store_run_is_open(tx->db, s.row))
		rc = fault_set(f, RC_EXISTS, NULL, "it runs already: stop it first, or wait for its end");
	if (rc == RC_OK) {
		data = js_new_object();
		js_set(data, "parameters", js_ref(arguments));
		rc = ask(tx, EVENT_SCENARIO_RUN, id, data, a, event, f);
		js_free(data);
	}
	js_free(arguments);
	js_free(config);
	return rc;
}

enum rc
scenario_stop(struct tx *tx, const char *id, bool restore, struct mem_arena *a, struct fault *f)
{
	struct automation s;
	int64_t event;
	struct js *data;
	enum rc rc;

	if ((rc = find(tx, id, a, &s, f)) != RC_OK)
		return rc;
	if (!store_run_is_open(tx->db, s.row))
		return fault_set(f, RC_NOT_FOUND, NULL, "it does not run");
	data = js_new_object();
	js_set(data, "restore", js_new_bool(restore));
	rc = ask(tx, EVENT_SCENARIO_STOP, id, data, a, &event, f);
	js_free(data);
	return rc;
}

/* ---- the end ---- */

static bool
wants_rollback(const struct automation *s)
{
	struct js *config = NULL;
	bool wants;

	js_parse(s->config, strlen(s->config), JS_STRICT, &config, NULL);
	wants = js_bool(js_get(config, "rollback"), true);
	js_free(config);
	return wants;
}

/* "restored": [ids], "not_restored": [{"entity_id", "reason"}] */
static void
write_undone(struct jsw *w, const struct undone *u)
{
	const char *last = "";
	size_t i;

	jsw_array(w, "restored");
	for (i = 0; i < u->n; i++) {
		if (u->items[i].result != UNDO_REVERSED || strcmp(last, u->items[i].entity_id) == 0)
			continue;
		jsw_string(w, NULL, last = u->items[i].entity_id);
	}
	jsw_end(w);
	jsw_array(w, "not_restored");
	for (i = 0; i < u->n; i++) {
		if (u->items[i].result == UNDO_REVERSED || u->items[i].result == UNDO_ALREADY)
			continue;
		jsw_object(w, NULL);
		jsw_string(w, "entity_id", u->items[i].entity_id);
		jsw_string(w, "reason", u->items[i].reason);
		jsw_end(w);
	}
	jsw_end(w);
}

static enum rc
tell(struct tx *tx, const struct automation *s, const struct run *run, const struct undone *u, const char *why,
    struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "scenario", s->id);
	jsw_string(&w, "name", s->name);
	jsw_int(&w, "run", run->id);
	jsw_string(&w, "status", run->status);
	if (run->reason != NULL)
		jsw_string(&w, "reason", run->reason);
	if (u != NULL)
		write_undone(&w, u);
	if (why != NULL)
		jsw_string(&w, "not_restored_because", why);
	jsw_end(&w);
	rc = event_append(tx, EVENT_SCENARIO_COMPLETE, 0, mem_printf(a, "scenario.%s", s->id), buf_str(&b), NULL);
	buf_free(&b);
	return rc;
}

enum rc
scenario_ended(struct tx *tx, const struct run *run, bool restore)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct undo_how how = { .timeout_ms = UNDO_TIMEOUT_MS };
	struct undone u = { 0 };
	struct fault f = { 0 };
	struct automation s;
	bool back = false;
	enum rc rc;

	if ((rc = store_automation_by_row(tx->db, run->automation, a, &s)) == RC_OK) {
		tx->cause = run->event;
		back = restore || (strcmp(run->status, "failed") == 0 && wants_rollback(&s));
		if (back) {
			tx->actor = mem_printf(a, "rollback:%s", s.id);
			rc = undo_run(tx, run, &how, a, &u, &f);
		}
		tx->actor = mem_printf(a, "scenario:%s", s.id);
		/* one that told nobody anything has nothing to take back; what cannot be is said */
		if (rc != RC_OK && !rc_is_common(rc)) {
			rc = tell(tx, &s, run, &u, rc == RC_NOT_FOUND ? NULL : f.msg, a);
		} else if (rc == RC_OK)
			rc = tell(tx, &s, run, back ? &u : NULL, NULL, a);
	} else if (rc == RC_NOT_FOUND)
		rc = RC_OK;		/* it was removed meanwhile */
	mem_arena_free(a);
	return rc;
}
