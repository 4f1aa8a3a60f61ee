/* SPDX-License-Identifier: ISC
 *
 * What people change: labels, areas, whether an entity is used, and clearing what is gone.
 */
#include <string.h>

#include "shared/base/field.h"
#include "shared/domain/registry_int.h"

#define LABEL_MAX 255

static enum rc
check_label(const char *label, const char *field, struct fault *f)
{
	if (label == NULL)
		return RC_OK;
	if (strlen(label) > LABEL_MAX || !field_utf8(label, strlen(label)))
		return fault_set(f, RC_INVALID, field, "a name has at most %d bytes of UTF-8 text",
		    LABEL_MAX);
	return RC_OK;
}

/* "" is no area: row 0. */
static enum rc
find_area(struct tx *tx, const char *area_id, struct mem_arena *a, struct area *out,
    struct fault *f)
{
	memset(out, 0, sizeof(*out));
	if (area_id[0] == '\0')
		return RC_OK;
	if (store_area_get(tx->db, area_id, a, out) != RC_OK)
		return fault_set(f, RC_INVALID, "area_id", "there is no area \"%.60s\"", area_id);
	return RC_OK;
}

static enum rc
stored(enum rc rc, struct fault *f)
{
	return rc == RC_OK ? RC_OK : fault_set(f, rc, NULL, "the change could not be stored");
}

enum rc
registry_edit_device(struct tx *tx, const char *id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f)
{
	struct device d;
	struct area area;
	enum rc rc;

	if (store_device_get(tx->db, id, a, &d) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "id", "there is no device \"%.60s\"", id);
	if ((rc = check_label(e->label, "label", f)) != RC_OK)
		return rc;
	if (e->label != NULL)
		d.label = e->label[0] != '\0' ? e->label : NULL;
	if (e->area_id != NULL) {
		if ((rc = find_area(tx, e->area_id, a, &area, f)) != RC_OK)
			return rc;
		d.area = area.row;
		d.area_id = area.id;
	}
	d.updated = tx->now_ms;
	if ((rc = store_device_update(tx, &d)) == RC_OK)
		rc = registry_event_device(tx, EVENT_DEVICE_CHANGED, &d, a);
	return stored(rc, f);
}

enum rc
registry_edit_entity(struct tx *tx, const char *entity_id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f)
{
	struct entity_state es;
	struct area area;
	enum rc rc;

	if (store_entity_get(tx->db, entity_id, a, &es) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "entity_id", "there is no entity \"%.60s\"",
		    entity_id);
	if ((rc = check_label(e->label, "label", f)) != RC_OK)
		return rc;
	if (e->label != NULL)
		es.entity.label = e->label[0] != '\0' ? e->label : NULL;
	if (e->area_id != NULL) {
		if ((rc = find_area(tx, e->area_id, a, &area, f)) != RC_OK)
			return rc;
		es.entity.area = area.row;
		es.entity.area_id = area.id;
	}
	if (e->enabled != NULL)
		es.entity.enabled = *e->enabled;
	es.entity.updated = tx->now_ms;
	if ((rc = store_entity_update(tx, &es.entity)) == RC_OK)
		rc = registry_event_entity(tx, EVENT_ENTITY_CHANGED, &es.entity, a);
	return stored(rc, f);
}

enum rc
registry_delete_entity(struct tx *tx, const char *entity_id, struct mem_arena *a, struct fault *f)
{
	struct entity_state es;
	enum rc rc;

	if (store_entity_get(tx->db, entity_id, a, &es) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "entity_id", "there is no entity \"%.60s\"",
		    entity_id);
	if (!es.entity.orphaned)
		return fault_set(f, RC_REFUSED, "entity_id",
		    "%.100s is still announced by its device", entity_id);
	if ((rc = registry_event_entity(tx, EVENT_ENTITY_REMOVED, &es.entity, a)) == RC_OK)
		rc = store_entity_delete(tx, es.entity.row);
	return stored(rc, f);
}

enum rc
registry_add_area(struct tx *tx, const char *name, const char *floor, struct mem_arena *a,
    struct area *out, struct fault *f)
{
	struct area area = { .name = name, .floor = floor };
	enum rc rc;

	if (name[0] == '\0')
		return fault_set(f, RC_INVALID, "name", "an area has a name");
	if ((rc = check_label(name, "name", f)) != RC_OK ||
	    (rc = check_label(floor, "floor", f)) != RC_OK)
		return rc;
	area.id = registry_id_area(tx->db, name, a);
	if ((rc = store_area_insert(tx, &area)) == RC_OK)
		rc = registry_event_area(tx, &area, a);
	if (rc == RC_OK)
		*out = area;
	return stored(rc, f);
}
