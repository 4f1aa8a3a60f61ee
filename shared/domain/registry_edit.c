/* SPDX-License-Identifier: ISC
 *
 * What people change: labels, areas, icons, other names, what is hidden and what is used at all.
 */
#include <string.h>

#include "shared/domain/label.h"
#include "shared/domain/registry_int.h"
#include "shared/domain/revision.h"

/* Puts the area that is meant over the row and id at hand; "" is no area: row 0. */
static enum rc
merge_area(struct tx *tx, const char *area_id, struct mem_arena *a, int64_t *row, const char **id,
    struct change *c, struct fault *f)
{
	struct area area = { 0 };

	if (area_id == NULL)
		return RC_OK;
	if (*area_id != '\0' && store_area_get(tx->db, area_id, a, &area) != RC_OK)
		return fault_set(f, RC_INVALID, "area_id", "there is no area \"%.60s\"", area_id);
	if (*row == area.row)
		return RC_OK;
	*row = area.row;
	*id = area.id;
	change_add(c, "area_id");
	return RC_OK;
}

/* The same for labels, as ids. */
static enum rc
merge_labels(struct tx *tx, const struct change_names *ids, struct mem_arena *a, const char **labels,
    struct change *c, struct fault *f)
{
	const char *now = *labels != NULL ? *labels : "[]", *json;
	enum rc rc;

	if (ids == NULL)
		return RC_OK;
	if ((rc = label_names(tx->db, ids, a, &json, f)) == RC_OK && strcmp(now, json) != 0)
		change_text(c, "labels", labels, json);
	return rc;
}

static enum rc
stored(enum rc rc, struct fault *f)
{
	return rc == RC_OK ? RC_OK : fault_set(f, rc, NULL, "the change could not be stored");
}

enum rc
registry_entity_store(struct tx *tx, struct entity *e, const struct change *c, struct mem_arena *a)
{
	enum rc rc;

	if (c->n == 0)
		return RC_OK;
	e->updated = tx->now_ms;
	rc = store_entity_update(tx, e);
	return rc == RC_OK ? registry_event_entity(tx, EVENT_ENTITY_CHANGED, e, c, a) : rc;
}

/* Entities go off with their device; those that did come back with it. */
static enum rc
switch_entity(struct tx *tx, struct entity *e, bool enabled, struct mem_arena *a)
{
	struct change c = { 0 };

	if (enabled ? !e->with_device : !e->enabled)
		return RC_OK;
	e->with_device = !enabled;
	change_bool(&c, "enabled", &e->enabled, enabled);
	return registry_entity_store(tx, e, &c, a);
}

static enum rc
switch_entities(struct tx *tx, const struct device *d, struct mem_arena *a)
{
	struct entity_state *rows;
	size_t n, i;
	enum rc rc;

	rc = store_entity_of_device(tx->db, d->row, a, &rows, &n);
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = switch_entity(tx, &rows[i].entity, d->enabled, a);
	return rc;
}

enum rc
registry_edit_device(struct tx *tx, const char *id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .kind = REVISION_DEVICE, .id = id };
	struct device d;
	struct change c = { 0 };
	bool was;
	enum rc rc;

	if (store_device_get(tx->db, id, a, &d) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "id", "there is no device \"%.60s\"", id);
	r.before = registry_snapshot_device(&d, a);
	if ((rc = change_check(e->label, "name", f)) != RC_OK ||
	    (rc = merge_area(tx, e->area_id, a, &d.area, &d.area_id, &c, f)) != RC_OK ||
	    (rc = merge_labels(tx, e->labels, a, &d.labels, &c, f)) != RC_OK)
		return rc;
	change_entry(&c, "name", &d.label, e->label);
	was = d.enabled;
	if (e->enabled != NULL)
		change_bool(&c, "enabled", &d.enabled, *e->enabled);
	if (!d.enabled)
		d.status = "unknown";	/* nobody listens to it any more */
	r.after = registry_snapshot_device(&d, a);
	rc = registry_device_store(tx, &d, &c, a);
	if (rc == RC_OK)
		rc = revision_add(tx, &r, a, f);
	if (rc == RC_OK && d.enabled != was)
		rc = switch_entities(tx, &d, a);
	return stored(rc, f);
}

static enum rc
merge_enabled(struct tx *tx, struct entity *e, bool enabled, struct mem_arena *a, struct change *c,
    struct fault *f)
{
	struct device d;

	if (enabled && e->device != 0 && store_device_by_row(tx->db, e->device, a, &d) == RC_OK &&
	    !d.enabled)
		return fault_set(f, RC_REFUSED, "enabled", "its device %.60s is not enabled", d.id);
	/* Who switches it off means it: it does not come back with its device. */
	if (e->with_device)
		change_add(c, "enabled");
	e->with_device = false;
	change_bool(c, "enabled", &e->enabled, enabled);
	return RC_OK;
}

static enum rc
merge_entity(struct tx *tx, const struct registry_edit *e, struct mem_arena *a, struct entity *into,
    struct change *c, struct fault *f)
{
	const char *aliases;
	enum rc rc;

	if ((rc = change_check(e->label, "name", f)) != RC_OK ||
	    (rc = change_check(e->icon, "icon", f)) != RC_OK ||
	    (rc = merge_area(tx, e->area_id, a, &into->area, &into->area_id, c, f)) != RC_OK ||
	    (rc = merge_labels(tx, e->labels, a, &into->labels, c, f)) != RC_OK)
		return rc;
	change_entry(c, "name", &into->label, e->label);
	change_entry(c, "icon", &into->own_icon, e->icon);
	if (e->hidden != NULL)
		change_bool(c, "hidden", &into->hidden, *e->hidden);
	if (e->aliases != NULL && (rc = change_aliases(e->aliases, a, &aliases, f)) != RC_OK)
		return rc;
	if (e->aliases != NULL)
		change_text(c, "aliases", &into->aliases, aliases);
	return e->enabled != NULL ? merge_enabled(tx, into, *e->enabled, a, c, f) : RC_OK;
}

enum rc
registry_edit_entity(struct tx *tx, const char *entity_id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .kind = REVISION_ENTITY, .id = entity_id };
	struct entity_state es;
	struct change c = { 0 };
	enum rc rc;

	if (store_entity_get(tx->db, entity_id, a, &es) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "entity_id", "there is no entity \"%.60s\"",
		    entity_id);
	r.before = registry_snapshot_entity(&es.entity, a);
	if ((rc = merge_entity(tx, e, a, &es.entity, &c, f)) != RC_OK)
		return rc;
	r.after = registry_snapshot_entity(&es.entity, a);
	if ((rc = registry_entity_store(tx, &es.entity, &c, a)) == RC_OK)
		rc = revision_add(tx, &r, a, f);
	return stored(rc, f);
}
