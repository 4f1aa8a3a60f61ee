/* SPDX-License-Identifier: ISC
 *
 * Announcements become rows; entities that are no longer announced become orphans.
 */
#include <string.h>

#include "shared/domain/registry_int.h"

/* Takes over what was announced; c: what of it is different from before. */
static void
merge(struct entity *e, const struct announced_entity *ae, const struct announcement *an,
    const struct device *d, struct change *c)
{
	const struct {
		const char	*name, **mine, *theirs;
	} texts[] = {
		{ "adapter", &e->adapter, an->adapter }, { "component", &e->component, ae->component },
		{ "domain", &e->domain, ae->domain }, { "unique_id", &e->unique_id, ae->unique_id },
		{ "name", &e->name, ae->name }, { "device_class", &e->device_class, ae->device_class },
		{ "unit", &e->unit, ae->unit }, { "icon", &e->icon, ae->icon },
		{ "category", &e->category, ae->category }, { "source", &e->source, ae->source },
		{ "config", &e->config, ae->config },
		{ "capabilities", &e->capabilities, ae->capabilities },
	};
	int64_t device = d != NULL ? d->row : 0;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		change_text(c, texts[i].name, texts[i].mine, texts[i].theirs);
	change_bool(c, "orphaned", &e->orphaned, false);
	if (e->device != device)
		change_add(c, "device_id");
	e->device = device;
	e->device_id = d != NULL ? d->id : NULL;
	e->device_name = d == NULL ? NULL : d->label != NULL ? d->label : d->name;
	if (e->area == 0)
		e->area_id = d != NULL ? d->area_id : NULL;
}

/*
 * With the name that people gave its device, unless only one with the announced name was removed, which is it. A device
 * that gave no name has a made-up one, which is no part of ids.
 */
static const char *
id_of(struct db *db, const struct announced_entity *ae, const struct announcement *an, const struct device *d,
    struct mem_arena *a)
{
	const char *id = registry_id_entity(db, ae, d == NULL ? NULL : an->device->name, a), *named;

	if (d == NULL || d->label == NULL)
		return id;
	named = registry_id_entity(db, ae, d->label, a);
	return registry_is_removed(db, REVISION_ENTITY, id, a) &&
	    !registry_is_removed(db, REVISION_ENTITY, named, a) ? id : named;
}

static enum rc
add(struct tx *tx, const struct announced_entity *ae, const struct announcement *an,
    const struct device *d, struct mem_arena *a, struct entity *e)
{
	enum rc rc;

	memset(e, 0, sizeof(*e));
	merge(e, ae, an, d, &(struct change){ 0 });
	e->entity_id = id_of(tx->db, ae, an, d, a);
	e->with_device = ae->enabled && d != NULL && !d->enabled;
	e->enabled = ae->enabled && !e->with_device;
	e->created = e->updated = tx->now_ms;
	if ((rc = store_entity_insert(tx, e)) != RC_OK)
		return rc;
	rc = registry_event_entity(tx, EVENT_ENTITY_ADDED, e, NULL, a);
	return rc == RC_OK ? registry_back(tx, REVISION_ENTITY, e->entity_id, registry_snapshot_entity(e, a), a) : rc;
}

/* *row: the entity when it was added or changed, 0 otherwise. */
static enum rc
apply_entity(struct tx *tx, const struct announced_entity *ae, const struct announcement *an,
    const struct device *d, struct mem_arena *a, int64_t *row)
{
	struct entity_state es;
	struct change c = { 0 };
	enum rc rc;

	*row = 0;
	rc = store_entity_by_unique_id(tx->db, an->adapter, ae->domain, ae->unique_id, a, &es);
	if (rc == RC_NOT_FOUND)
		rc = add(tx, ae, an, d, a, &es.entity);
	else if (rc == RC_OK) {
		merge(&es.entity, ae, an, d, &c);
		if (c.n == 0)
			return RC_OK;
		es.entity.updated = tx->now_ms;
		rc = store_entity_update(tx, &es.entity);
		if (rc == RC_OK)
			rc = registry_event_entity(tx, EVENT_ENTITY_CHANGED, &es.entity, &c, a);
	}
	if (rc == RC_OK)
		*row = es.entity.row;
	return rc;
}

static bool
is_announced(const struct announcement *an, const struct entity_announced *e)
{
	size_t i;

	for (i = 0; i < an->n; i++)
		if (strcmp(an->entities[i].domain, e->domain) == 0 &&
		    strcmp(an->entities[i].unique_id, e->unique_id) == 0)
			return true;
	return false;
}

static enum rc
orphan(struct tx *tx, int64_t row, struct mem_arena *a)
{
	struct entity_state es;
	enum rc rc;

	if ((rc = store_entity_by_row(tx->db, row, a, &es)) != RC_OK)
		return rc;
	es.entity.orphaned = true;
	es.entity.updated = tx->now_ms;
	rc = store_entity_update(tx, &es.entity);
	return rc == RC_OK ? registry_event_entity(tx, EVENT_ENTITY_REMOVED, &es.entity, NULL, a) : rc;
}

/* Orphans those that were announced there and no longer are. */
static enum rc
orphan_rest(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct registry_change *out)
{
	struct entity_announced *rows = NULL;
	size_t n = 0, i;
	enum rc rc;

	rc = store_entity_announced(tx->db, an->source, a, &rows, &n);
	out->gone = mem_alloc(a, (n + 1) * sizeof(*out->gone));
	for (i = 0; i < n && rc == RC_OK; i++) {
		if (is_announced(an, &rows[i]))
			continue;
		if ((rc = orphan(tx, rows[i].row, a)) == RC_OK)
			out->gone[out->n_gone++] = rows[i].row;
	}
	return rc;
}

/* What is left of it when others have kept theirs. */
static enum rc
apply(struct tx *tx, const struct announcement *an, const struct announcement *mine, struct mem_arena *a,
    struct registry_change *out)
{
	struct device *d = NULL;
	enum rc rc = RC_OK;
	int64_t row;
	size_t i;

	if (mine->removal)
		rc = store_device_forget_replaced(tx, mine->source);
	else if (mine->n > 0 || an->n == 0)
		rc = registry_device_apply(tx, mine, a, &d);
	for (i = 0; i < mine->n && rc == RC_OK; i++) {
		rc = apply_entity(tx, &mine->entities[i], mine, d, a, &row);
		if (rc == RC_OK && row != 0)
			out->changed[out->n_changed++] = row;
	}
	return rc == RC_OK ? orphan_rest(tx, mine, a, out) : rc;
}

enum rc
registry_announce(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct registry_change *out, struct fault *f)
{
	struct registry_change change = { 0 };
	struct announcement mine = *an;
	enum rc rc = RC_OK;

	change.changed = mem_alloc(a, (an->n + 1) * sizeof(*change.changed));
	if (!an->removal)
		rc = registry_rivals(tx, an, a, &mine, &change);
	if (rc == RC_OK)
		rc = apply(tx, an, &mine, a, &change);
	if (rc == RC_OK)
		rc = registry_rivals_settle(tx, an, a, &change);
	if (rc != RC_OK && rc != RC_REFUSED)
		return fault_set(f, rc, NULL, "announcement could not be stored");
	*out = change;
	return RC_OK;
}

const char *
registry_entity_name(const struct entity *e, struct mem_arena *a)
{
	if (e->label != NULL)
		return e->label;
	if (e->name == NULL)
		return e->device_name != NULL ? e->device_name : e->entity_id;
	return e->device_name == NULL ? e->name : mem_printf(a, "%s %s", e->device_name, e->name);
}
