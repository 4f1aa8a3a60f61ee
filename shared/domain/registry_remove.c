/* SPDX-License-Identifier: ISC
 *
 * Clearing what is gone: orphaned entities, and devices of which nothing is left.
 */
#include <string.h>

#include "shared/domain/registry_int.h"
#include "shared/store/store_device_entity.h"

static enum rc
removed(enum rc rc, struct fault *f)
{
	return rc == RC_OK ? RC_OK : fault_set(f, rc, NULL, "what is gone could not be removed");
}

enum rc
registry_entity_remove(struct tx *tx, const struct entity *e, struct mem_arena *a)
{
	struct revision_edit r = { REVISION_ENTITY, e->entity_id, registry_snapshot_entity(e, a), NULL, NULL };
	enum rc rc = registry_event_entity(tx, EVENT_ENTITY_REMOVED, e, NULL, a);

	if (rc == RC_OK)
		rc = revision_add(tx, &r, a, NULL);
	return rc == RC_OK ? store_entity_delete(tx, e->row) : rc;
}

enum rc
registry_device_remove(struct tx *tx, const struct device *d, struct mem_arena *a)
{
	struct revision_edit r = { REVISION_DEVICE, d->id, registry_snapshot_device(d, a), NULL, NULL };
	enum rc rc = registry_event_device(tx, EVENT_DEVICE_REMOVED, d, NULL, a);

	if (rc == RC_OK)
		rc = revision_add(tx, &r, a, NULL);
	return rc == RC_OK ? store_device_delete(tx, d->row) : rc;
}

/* A device that lives by its announcements goes with its last entity. */
static enum rc
remove_empty(struct tx *tx, int64_t device, struct mem_arena *a)
{
	struct device d;

	if (device == 0 || store_entity_any(tx->db, device) ||
	    store_device_by_row(tx->db, device, a, &d) != RC_OK || registry_device_stays(&d))
		return RC_OK;
	return registry_device_remove(tx, &d, a);
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
		    "%.100s is still announced by its device; it can be disabled", entity_id);
	if ((rc = registry_entity_remove(tx, &es.entity, a)) == RC_OK)
		rc = remove_empty(tx, es.entity.device, a);
	return removed(rc, f);
}

enum rc
registry_clear_orphans(struct tx *tx, struct mem_arena *a, size_t *n, struct fault *f)
{
	struct entity_state *rows;
	size_t count, i;
	enum rc rc;

	rc = store_entity_orphans(tx->db, NULL, 0, a, &rows, &count);
	for (i = 0; rc == RC_OK && i < count; i++)
		rc = registry_entity_remove(tx, &rows[i].entity, a);
	for (i = 0; rc == RC_OK && i < count; i++)
		rc = remove_empty(tx, rows[i].entity.device, a);
	if (rc == RC_OK)
		*n = count;
	return removed(rc, f);
}

bool
registry_device_stays(const struct device *d)
{
	return strcmp(d->adapter, "http") == 0;
}

enum rc
registry_delete_device(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct entity_state *rows;
	struct device d;
	size_t n, i;
	enum rc rc;

	if (store_device_get(tx->db, id, a, &d) != RC_OK)
		return fault_set(f, RC_NOT_FOUND, "id", "there is no device \"%.60s\"", id);
	rc = store_entity_of_device(tx->db, d.row, a, &rows, &n);
	for (i = 0; rc == RC_OK && !registry_device_stays(&d) && i < n; i++)
		if (!rows[i].entity.orphaned)
			return fault_set(f, RC_REFUSED, "id", "%.60s still announces %.60s: remove it where "
			    "it is paired, or disable it here", id, rows[i].entity.entity_id);
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = registry_entity_remove(tx, &rows[i].entity, a);
	if (rc == RC_OK)
		rc = registry_device_remove(tx, &d, a);
	return removed(rc, f);
}
