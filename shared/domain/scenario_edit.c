/* SPDX-License-Identifier: ISC
 *
 * What people do with scenarios: adding, changing, removing, resetting. What is stored has compiled.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/document.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/scenario.h"
#include "shared/domain/secret.h"
#include "shared/store/store_cursor.h"

#define PLANTED "scenarios_planted"

static const struct document_kind kind = { "scenario", "scenario.", EVENT_SCENARIO_CHANGED, REVISION_SCENARIO, '-',
	store_automation_id_taken };

static enum rc
find(struct db *db, const char *id, struct mem_arena *a, struct automation *out, struct fault *f)
{
	return document_found(&kind, store_automation_get_scenario(db, id, a, out), f);
}

static enum rc
conclude(struct tx *tx, const char *id, const char *before, const char *after, struct mem_arena *a, struct fault *f)
{
	return document_stored(&kind, document_changed(tx, &kind, id, before, after, a, f), f);
}

/* Compiles it and puts its text, name and mode into the row. */
static enum rc
settle(struct db *db, const struct js *config, struct mem_arena *a, struct automation *s, struct fault *f)
{
	struct js *own = rule_words_own(config, true);
	struct rule *rule = NULL;
	enum rc rc;

	if ((rc = automation_compile_scenario(own, &rule, f)) == RC_OK) {
		s->name = mem_strdup(a, rule->name);
		s->mode = automation_mode_name(rule->mode);
		automation_free(rule);
		rc = document_keep(own, a, &s->config, f);
	}
	if (rc == RC_OK)
		rc = automation_check(db, own, own, a, f);
	js_free(own);
	return rc;
}

static void
merge(struct js *config, const struct js *members)
{
	struct js *given = rule_words_own(members, true);

	document_merge(config, given);
	js_free(given);
}

/* created: when it was once, 0: now. */
static enum rc
insert(struct tx *tx, const char *id, int64_t created, const struct js *config, struct mem_arena *a,
    struct automation *out, struct fault *f)
{
	struct automation s = { .id = id, .enabled = true, .scenario = true, .revision = 1,
		.created = created != 0 ? created : tx->now_ms, .updated = tx->now_ms };
	enum rc rc = settle(tx->db, config, a, &s, f);

	if (rc == RC_OK && id == NULL)
		rc = document_id(tx->db, &kind, s.name, a, &s.id, f);
	if (rc == RC_OK && store_automation_id_taken(tx->db, s.id))
		rc = fault_set(f, RC_EXISTS, "id", "there is an automation or a scenario of that id");
	if (rc == RC_OK)
		rc = document_stored(&kind, store_automation_insert(tx, &s), f);
	if (rc == RC_OK)
		rc = conclude(tx, s.id, NULL, s.config, a, f);
	if (rc == RC_OK)
		*out = s;
	return rc;
}

/* s with another text, when it is another. */
static enum rc
update(struct tx *tx, struct automation *s, const struct js *config, struct mem_arena *a, struct automation *out,
    struct fault *f)
{
	const char *before = s->config;
	enum rc rc = settle(tx->db, config, a, s, f);

	if (rc == RC_OK && strcmp(before, s->config) != 0) {
		s->updated = tx->now_ms;
		s->revision++;
		if ((rc = store_automation_update(tx, s)) != RC_OK)
			return document_stored(&kind, rc, f);
		rc = conclude(tx, s->id, before, s->config, a, f);
	}
	if (rc == RC_OK && out != NULL)
		*out = *s;
	return rc;
}

enum rc
scenario_add(struct tx *tx, const char *id, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f)
{
	struct js *config = js_new_object();
	enum rc rc;

	merge(config, members);
	rc = insert(tx, id, 0, config, a, out, f);
	js_free(config);
	return rc;
}

enum rc
scenario_change(struct tx *tx, const char *id, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f)
{
	struct js *config;
	struct automation s;
	enum rc rc;

	if ((rc = find(tx->db, id, a, &s, f)) != RC_OK)
		return rc;
	config = document_read(s.config);
	merge(config, members);
	rc = update(tx, &s, config, a, out, f);
	js_free(config);
	return rc;
}

enum rc
scenario_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct automation s;
	enum rc rc;

	if ((rc = find(tx->db, id, a, &s, f)) != RC_OK)
		return rc;
	if ((rc = store_automation_delete(tx, s.row)) != RC_OK)
		return fault_set(f, rc, NULL, "the scenario cannot be removed");
	return conclude(tx, id, s.config, NULL, a, f);
}

/* As config says, whether it is there or not. */
static enum rc
put(struct tx *tx, const char *id, const struct js *config, struct mem_arena *a, struct automation *out,
    struct fault *f)
{
	struct automation s;
	enum rc rc = store_automation_get_scenario(tx->db, id, a, &s);

	if (rc == RC_NOT_FOUND)
		return insert(tx, id, store_automation_gone_created(tx->db, id, true), config, a, out, f);
	return rc == RC_OK ? update(tx, &s, config, a, out, f) : rc;
}

enum rc
scenario_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f)
{
	struct automation out;

	(void)held;
	return put(tx, id, snapshot, a, &out, f);
}

/* ---- shipped ones ---- */

static enum rc
put_shipped(struct tx *tx, const struct scenario_shipped *s, struct mem_arena *a, struct automation *out,
    struct fault *f)
{
	struct js *config = NULL;
	enum rc rc = js_parse(s->config, strlen(s->config), JS_STRICT, &config, f);

	if (rc == RC_OK)
		rc = put(tx, s->id, config, a, out, f);
	js_free(config);
	return rc;
}

enum rc
scenario_reset(struct tx *tx, const char *id, struct mem_arena *a, struct automation *out, struct fault *f)
{
	const struct scenario_shipped *s = scenario_shipped_find(id);

	return s != NULL ? put_shipped(tx, s, a, out, f) :
	    fault_set(f, RC_NOT_FOUND, NULL, "the product brings no scenario of that name");
}

/* Nobody did it, so there is neither a revision nor an event: the engine reads all when it starts. */
static enum rc
plant(struct tx *tx, const struct scenario_shipped *s, struct mem_arena *a, struct fault *f)
{
	struct automation row = { .id = s->id, .enabled = true, .scenario = true, .revision = 1,
		.created = tx->now_ms, .updated = tx->now_ms };
	struct js *config = NULL;
	enum rc rc = js_parse(s->config, strlen(s->config), JS_STRICT, &config, f);

	if (rc == RC_OK)
		rc = settle(tx->db, config, a, &row, f);
	js_free(config);
	if (rc == RC_OK && (rc = store_automation_insert(tx, &row)) != RC_OK)
		fault_set(f, rc, NULL, "the scenario %s cannot be stored", s->id);
	return rc;
}

/* Each is planted once: who removes one does not find it again tomorrow. */
enum rc
scenario_plant(struct tx *tx, struct mem_arena *a, struct fault *f)
{
	const struct scenario_shipped *s;
	const char *cursor;
	enum rc rc = RC_OK;

	for (s = scenarios_shipped; s->id != NULL && rc == RC_OK; s++) {
		cursor = mem_printf(a, PLANTED "_%s", s->id);
		if (store_cursor_get(tx->db, cursor) != 0)
			continue;
		if (!store_automation_id_taken(tx->db, s->id))
			rc = plant(tx, s, a, f);
		if (rc == RC_OK)
			rc = store_cursor_put(tx, cursor, 1);
	}
	return rc;
}

static bool
is_planted(struct db *db, struct mem_arena *a)
{
	const struct scenario_shipped *s;

	for (s = scenarios_shipped; s->id != NULL; s++)
		if (store_cursor_get(db, mem_printf(a, PLANTED "_%s", s->id)) == 0)
			return false;
	return true;
}

enum rc
scenario_plant_all(struct db *db, int64_t now_ms, struct fault *f)
{
	struct tx tx = { .db = db, .now_ms = now_ms, .actor = "system" };
	struct mem_arena *a = mem_arena_new(8192);
	enum rc rc = RC_OK;

	if (!is_planted(db, a)) {
		if ((rc = db_begin_write(db)) != RC_OK)
			fault_set(f, rc, NULL, "the database is locked or cannot be written");
		else if ((rc = scenario_plant(&tx, a, f)) != RC_OK)
			db_rollback(db);
		else if ((rc = db_commit(db)) != RC_OK)
			fault_set(f, rc, NULL, "the shipped scenarios cannot be stored");
	}
	mem_arena_free(a);
	return rc;
}

/* ---- for people ---- */

static bool
is_changed(const char *id, const struct js *config)
{
	const struct scenario_shipped *s = scenario_shipped_find(id);
	struct js *v = NULL;
	bool same;

	if (s == NULL)
		return false;
	same = js_parse(s->config, strlen(s->config), JS_STRICT, &v, NULL) == RC_OK && js_equal(v, config);
	js_free(v);
	return !same;
}

void
scenario_write(struct jsw *w, const char *key, const struct automation *s, bool secrets)
{
	struct js *config = NULL, *own, *shown;

	js_parse(s->config, strlen(s->config), JS_STRICT, &config, NULL);
	own = rule_words_own(config, true);
	shown = secrets ? js_ref(own) : secret_shown(own);
	jsw_object(w, key);
	jsw_string(w, "id", s->id);
	jsw_string(w, "name", s->name);
	document_write_member(w, shown, "description", "null");
	document_write_member(w, shown, "icon", "null");
	jsw_string(w, "mode", s->mode);
	document_write_member(w, shown, "max", "null");
	document_write_member(w, shown, "parameters", "{}");
	document_write_member(w, shown, "variables", "{}");
	document_write_member(w, shown, "conditions", "[]");
	document_write_member(w, shown, "actions", "[]");
	document_write_member(w, shown, "rollback", "true");
	jsw_bool(w, "shipped", scenario_shipped_find(s->id) != NULL);
	jsw_bool(w, "changed", is_changed(s->id, config));
	jsw_int(w, "revision", s->revision);
	jsw_time(w, "created", s->created);
	jsw_time(w, "updated", s->updated);
	jsw_end(w);
	js_free(shown);
	js_free(own);
	js_free(config);
}
