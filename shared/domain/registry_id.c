/* SPDX-License-Identifier: ISC
 *
 * Ids: slugs of names, made unique once and kept for ever.
 */
#include <string.h>

#include "shared/base/field.h"
#include "shared/domain/registry_int.h"
#include "shared/store/store_floor.h"
#include "shared/store/store_label.h"

#define SLUG_MAX 200	/* leaves room for a domain and a number within 255 bytes */

/* The slug of text, cut where it would be too long for an id. */
static const char *
slug(const char *text, struct mem_arena *a)
{
	size_t room = strlen(text) * 8 + 16;
	char *out = mem_alloc(a, room), *end;

	if (field_slug(text, out, room) != RC_OK)
		return "unknown";
	if (strlen(out) > SLUG_MAX) {
		out[SLUG_MAX] = '\0';
		for (end = out + SLUG_MAX; end > out && end[-1] == '_'; end--)
			end[-1] = '\0';
	}
	return out;
}

static bool
device_taken(struct db *db, const char *id, struct mem_arena *a)
{
	struct device d;

	return store_device_get(db, id, a, &d) == RC_OK;
}

static bool
area_taken(struct db *db, const char *id, struct mem_arena *a)
{
	struct area area;

	return store_area_get(db, id, a, &area) == RC_OK;
}

static bool
floor_taken(struct db *db, const char *id, struct mem_arena *a)
{
	struct floor floor;

	return store_floor_get(db, id, a, &floor) == RC_OK;
}

static bool
label_taken(struct db *db, const char *id, struct mem_arena *a)
{
	struct label label;

	return store_label_get(db, id, a, &label) == RC_OK;
}

static bool
entity_taken(struct db *db, const char *id, struct mem_arena *a)
{
	(void)a;
	return store_entity_id_taken(db, id);
}

static const char *
make_unique(struct db *db, const char *base,
    bool (*taken)(struct db *db, const char *id, struct mem_arena *a), struct mem_arena *a)
{
	const char *id = base;
	int n;

	for (n = 2; taken(db, id, a); n++)
		id = mem_printf(a, "%s_%d", base, n);
	return id;
}

const char *
registry_id_device(struct db *db, const char *name, struct mem_arena *a)
{
	return make_unique(db, slug(name, a), device_taken, a);
}

const char *
registry_id_area(struct db *db, const char *name, struct mem_arena *a)
{
	return make_unique(db, slug(name, a), area_taken, a);
}

const char *
registry_id_floor(struct db *db, const char *name, struct mem_arena *a)
{
	return make_unique(db, slug(name, a), floor_taken, a);
}

const char *
registry_id_label(struct db *db, const char *name, struct mem_arena *a)
{
	return make_unique(db, slug(name, a), label_taken, a);
}

const char *
registry_id_entity(struct db *db, const struct announced_entity *e, const char *device_name,
    struct mem_arena *a)
{
	const char *text, *dot;

	if (e->object_id != NULL) {
		dot = strchr(e->object_id, '.');
		text = dot != NULL && dot[1] != '\0' ? dot + 1 : e->object_id;
	} else if (device_name != NULL && e->name != NULL)
		text = mem_printf(a, "%s %s", device_name, e->name);
	else if (device_name != NULL || e->name != NULL)
		text = device_name != NULL ? device_name : e->name;
	else
		text = e->unique_id;
	return make_unique(db, mem_printf(a, "%s.%s", e->domain, slug(text, a)), entity_taken, a);
}
