/* SPDX-License-Identifier: ISC
 *
 * Automations as people write them. What is stored is the rule as JSON, with its name and mode.
 */
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/document.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/secret.h"

/* Words that stand in the place of an id in the paths of the API. */
static bool
is_route(const char *id)
{
	return strcmp(id, "schema") == 0 || strcmp(id, "check") == 0;
}

static bool
is_taken(struct db *db, const char *id)
{
	return is_route(id) || store_automation_id_taken(db, id);
}

static const struct document_kind kind = { "automation", "automation.", EVENT_AUTOMATION_CHANGED, REVISION_AUTOMATION,
	'_', is_taken };

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct automation *out, struct fault *f)
{
	return document_found(&kind, store_automation_get(tx->db, id, a, out), f);
}

static const char *
snapshot_of(const struct automation *r, struct mem_arena *a)
{
	return document_snapshot(r->config, r->enabled, a);
}

/* Puts what is given over what the rule has. */
static void
merge(struct js *config, const struct js *members, bool *enabled)
{
	const char *description;

	document_merge_enabled(config, members, enabled);
	description = js_get_string(config, "description");
	if (description != NULL && *description == '\0')
		js_unset(config, "description");
}

/* Compiles the rule and puts its text, name and mode into the row. */
static enum rc
settle(const struct js *config, struct mem_arena *a, struct automation *r, struct fault *f)
{
	struct rule *rule = NULL;
	enum rc rc;

	if ((rc = automation_compile(config, &rule, f)) != RC_OK)
		return rc;
	r->name = mem_strdup(a, rule->name);
	r->mode = automation_mode_name(rule->mode);
	automation_free(rule);
	return document_keep(config, a, &r->config, f);
}

/* What was given refers to what there is; config: the whole rule. */
static enum rc
check(struct db *db, const struct js *members, const struct js *config, struct mem_arena *a, struct fault *f)
{
	static const char *const parts[] = { "triggers", "conditions", "actions", "variables" };
	struct js *given = js_new_object();
	const struct js *v;
	enum rc rc;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!js_is_null(v = js_get(members, parts[i])))
			js_set(given, parts[i], js_ref(v));
	rc = automation_check(db, given, config, a, f);
	js_free(given);
	return rc;
}

/* What r is, in the words of today; the caller owns it. */
static struct js *
stored(const struct automation *r)
{
	struct js *config = r->config != NULL ? document_read(r->config) : js_new_object();
	struct js *out = rule_words_own(config, false);

	js_free(config);
	return out;
}

/* The members over what r is. */
static enum rc
put_over(struct db *db, const struct js *members, struct mem_arena *a, struct automation *r, struct fault *f)
{
	struct js *given = rule_words_own(members, false), *config = stored(r);
	enum rc rc;

	merge(config, given, &r->enabled);
	if ((rc = settle(config, a, r, f)) == RC_OK)
		rc = check(db, given, config, a, f);
	js_free(config);
	js_free(given);
	return rc;
}

void
automation_edit_faults(struct db *db, const char *id, const struct js *members, bool placed, struct mem_arena *a,
    struct jsw *w)
{
	struct js *given = rule_words_own(members, false), *config;
	struct automation r = { .enabled = true };

	if (id == NULL || store_automation_get(db, id, a, &r) == RC_OK) {
		config = stored(&r);
		merge(config, given, &r.enabled);
		automation_faults(db, config, false, placed, a, w);
		js_free(config);
	}
	js_free(given);
}

enum rc
automation_edit_add(struct tx *tx, const struct js *members, struct mem_arena *a, struct automation *out,
    struct fault *f)
{
	struct automation r = { .enabled = true, .revision = 1, .created = tx->now_ms, .updated = tx->now_ms };
	enum rc rc = put_over(tx->db, members, a, &r, f);

	if (rc == RC_OK)
		rc = document_id(tx->db, &kind, r.name, a, &r.id, f);
	if (rc != RC_OK)
		return rc;
	rc = store_automation_insert(tx, &r);
	if (rc == RC_OK)
		rc = document_changed(tx, &kind, r.id, NULL, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return document_stored(&kind, rc, f);
	*out = r;
	return RC_OK;
}

enum rc
automation_edit_change(struct tx *tx, const char *id, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f)
{
	struct automation r;
	const char *before;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	before = snapshot_of(&r, a);
	if ((rc = put_over(tx->db, members, a, &r, f)) != RC_OK)
		return rc;
	r.updated = tx->now_ms;
	rc = store_automation_update(tx, &r);
	if (rc == RC_OK)
		rc = document_changed(tx, &kind, id, before, snapshot_of(&r, a), a, f);
	if (rc != RC_OK)
		return document_stored(&kind, rc, f);
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
		rc = document_changed(tx, &kind, id, snapshot_of(&r, a), NULL, a, f);
	return document_stored(&kind, rc, f);
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
		rc = document_changed(tx, &kind, r->id, before, after, a, f);
	return document_stored(&kind, rc, f);
}

enum rc
automation_edit_restore(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f)
{
	struct automation r = { .id = id, .created = tx->now_ms };
	const char *before = NULL;
	struct js *config;
	int64_t created;
	enum rc rc;

	(void)held;
	rc = store_automation_get(tx->db, id, a, &r);
	if (rc == RC_OK)
		before = snapshot_of(&r, a);
	else if (rc != RC_NOT_FOUND)
		return rc;
	else if ((created = store_automation_gone_created(tx->db, id, false)) != 0)
		r.created = created;
	config = rule_words_own(snapshot, false);
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
	struct automation r;
	enum rc rc;

	if ((rc = find(tx, id, a, &r, f)) != RC_OK)
		return rc;
	if (!r.enabled)
		return fault_set(f, RC_REFUSED, NULL, "the automation is disabled: enable it first");
	rc = event_append(tx, EVENT_AUTOMATION_TRIGGER, 0, mem_printf(a, "%s%s", kind.prefix, id), NULL, event);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the request cannot be stored");
}

void
automation_edit_write(struct jsw *w, const char *key, const struct automation *r, bool secrets)
{
	struct js *config = stored(r), *shown;	/* compiled before it was stored: damaged, it shows as empty */

	shown = secrets ? js_ref(config) : secret_shown(config);
	jsw_object(w, key);
	jsw_string(w, "id", r->id);
	jsw_string(w, "name", r->name);
	jsw_string(w, "description", js_get_string(shown, "description"));
	jsw_bool(w, "enabled", r->enabled);
	jsw_string(w, "mode", r->mode);
	document_write_member(w, shown, "triggers", "[]");
	document_write_member(w, shown, "conditions", "[]");
	document_write_member(w, shown, "actions", "[]");
	document_write_member(w, shown, "max", "null");
	document_write_member(w, shown, "variables", "null");
	document_write_member(w, shown, "missed", "\"run\"");
	document_write_member(w, shown, "missed_within", "null");
	jsw_int(w, "revision", r->revision);
	jsw_time(w, "created", r->created);
	jsw_time(w, "updated", r->updated);
	jsw_end(w);
	js_free(shown);
	js_free(config);
}
