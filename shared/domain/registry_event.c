/* SPDX-License-Identifier: ISC
 *
 * The events that tell everybody what the registry changed.
 */
#include "shared/domain/registry_int.h"

enum rc
registry_event_device(struct tx *tx, enum event_kind kind, const struct device *d,
    const struct change *c, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "device_id", d->id);
	jsw_string(&w, "name", d->label != NULL ? d->label : d->name);
	jsw_string(&w, "manufacturer", d->manufacturer);
	jsw_string(&w, "model", d->model);
	jsw_string(&w, "area_id", d->area_id);
	jsw_bool(&w, "enabled", d->enabled);
	if (c != NULL)
		change_write(&w, c);
	jsw_end(&w);
	rc = event_append(tx, kind, 0, mem_printf(a, "device.%s", d->id), buf_str(&b), NULL);
	buf_free(&b);
	return rc;
}

enum rc
registry_event_entity(struct tx *tx, enum event_kind kind, const struct entity *e,
    const struct change *c, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "entity_id", e->entity_id);
	jsw_string(&w, "name", registry_entity_name(e, a));
	jsw_string(&w, "device_id", e->device_id);
	jsw_string(&w, "area_id", e->area_id);
	jsw_bool(&w, "enabled", e->enabled);
	jsw_bool(&w, "orphaned", e->orphaned);
	if (c != NULL)
		change_write(&w, c);
	jsw_end(&w);
	rc = event_append(tx, kind, e->row, e->entity_id, buf_str(&b), NULL);
	buf_free(&b);
	return rc;
}

static int64_t
newest_change(struct db *db)
{
	static const enum event_kind kinds[] = { EVENT_AVAILABILITY, EVENT_DEVICE_ADDED,
		EVENT_DEVICE_CHANGED, EVENT_DEVICE_REMOVED, EVENT_ENTITY_ADDED, EVENT_ENTITY_CHANGED,
		EVENT_ENTITY_REMOVED, EVENT_AREA_CHANGED, EVENT_LABEL_CHANGED,
		EVENT_DEVICE_REPLACED };
	int64_t newest = 0, id;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((id = store_event_last_of(db, (int)kinds[i])) > newest)
			newest = id;
	return newest;
}

int64_t
registry_revision(struct core *core)
{
	uint32_t version = db_version(core->db);

	if (!core->registry.known || core->registry.version != version) {
		core->registry.revision = newest_change(core->db);
		core->registry.version = version;
		core->registry.known = true;
	}
	return core->registry.revision;
}
