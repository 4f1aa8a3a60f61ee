/* SPDX-License-Identifier: ISC
 *
 * Changing and removing areas.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/event.h"

#define NAME_MAX_BYTES 128

static enum rc
tell(struct tx *tx, const char *id, const char *change)
{
	char subject[256], data[64];

	snprintf(subject, sizeof(subject), "area.%s", id);
	snprintf(data, sizeof(data), "{\"change\":\"%s\"}", change);
	return event_append(tx, EVENT_AREA_CHANGED, 0, subject, data, NULL);
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct area *out, struct fault *f)
{
	enum rc rc = store_area_get(tx->db, id, a, out);

	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no such area") : rc;
}

enum rc
area_edit(struct tx *tx, const char *id, const char *name, const char *floor, struct mem_arena *a,
    struct area *out, struct fault *f)
{
	struct area area;
	enum rc rc;

	if ((rc = find(tx, id, a, &area, f)) != RC_OK)
		return rc;
	if (name != NULL && (*name == '\0' || strlen(name) > NAME_MAX_BYTES))
		return fault_set(f, RC_INVALID, "name", "name must have 1 to %d bytes", NAME_MAX_BYTES);
	if (name != NULL)
		area.name = name;
	if (floor != NULL)
		area.floor = *floor != '\0' ? floor : NULL;
	rc = store_area_update(tx, &area);
	if (rc == RC_OK)
		rc = tell(tx, id, "changed");
	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the area cannot be stored");
	*out = area;
	return RC_OK;
}

enum rc
area_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct area area;
	enum rc rc;

	if ((rc = find(tx, id, a, &area, f)) != RC_OK)
		return rc;
	rc = store_area_delete(tx, area.row);
	if (rc == RC_OK)
		rc = tell(tx, id, "removed");
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the area cannot be removed");
}

void
area_write(struct jsw *w, const char *key, const struct area *area)
{
	jsw_object(w, key);
	jsw_string(w, "id", area->id);
	jsw_string(w, "name", area->name);
	jsw_string(w, "floor", area->floor);
	jsw_end(w);
}
