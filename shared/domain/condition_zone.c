/* SPDX-License-Identifier: ISC
 *
 * Condition "zone": everybody who is named is at a place.
 */
#include "shared/domain/condition.h"
#include "shared/domain/zone.h"

enum { F_CONDITION, F_ENTITY, F_ZONE };

static const struct field fields[] = {
	[F_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "zone" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "device_tracker or list: all of them" },
	[F_ZONE] = { "zone", FIELD_BODY, FIELD_TEXT, true, 1, 255, NULL, "zone.home or another place" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	const char *zone = NULL;
	enum rc rc = zone_read(&v[F_ENTITY], &v[F_ZONE], a, &c->entities, &zone, f);

	c->data = zone;
	return rc;
}

static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct live *l;
	size_t i;

	for (i = 0; i < c->entities.n; i++) {
		l = house_find_id(x->house, c->entities.ids[i]);
		if (l != NULL && zone_holds(c->data, l->state))
			continue;
		buf_printf(why, "%s is %s", c->entities.ids[i], l == NULL ? "not there" :
		    l->state == NULL ? "unknown" : l->state);
		return false;
	}
	return true;
}

const struct condition_ops condition_zone = { "zone", fields, compile, holds };
