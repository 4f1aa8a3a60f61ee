/* SPDX-License-Identifier: ISC
 *
 * Which entities are meant by a device, an area, a floor, a label or a domain.
 */
#include <string.h>

#include "shared/domain/registry.h"
#include "shared/store/store_member.h"

static const char *const kinds[STORE_MEMBER__MAX] = {
	[STORE_MEMBER_DEVICE] = "device_id",
	[STORE_MEMBER_AREA] = "area_id",
	[STORE_MEMBER_FLOOR] = "floor_id",
	[STORE_MEMBER_LABEL] = "label_id",
	[STORE_MEMBER_DOMAIN] = "domain",
};

void
registry_members(struct db *db, const char *kind, const char *id, void (*fn)(const char *entity_id, void *arg),
    void *arg)
{
	struct mem_arena *a = mem_arena_new(4096);
	const char **ids;
	size_t n, i;
	int of;

	for (of = 0; of < STORE_MEMBER__MAX && strcmp(kinds[of], kind) != 0; of++)
		;
	if (of < STORE_MEMBER__MAX && store_member_list(db, (enum store_member_of)of, id, a, &ids, &n) == RC_OK)
		for (i = 0; i < n; i++)
			fn(ids[i], arg);
	mem_arena_free(a);
}
