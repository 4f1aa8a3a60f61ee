/* SPDX-License-Identifier: ISC
 *
 * Condition "zone": everybody who is named is at a place.
 */
#include "shared/domain/condition.h"
#include "shared/domain/zone.h"

enum { F_ENTITY, F_ZONE };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", trackers, "all of them, by their device_tracker"), .required = true },
	[F_ZONE] = { RULE_SHAPE("zone", zone, "the place"), .required = true, .example = "\"zone.home\"" },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	(void)a;
	(void)f;
	c->entities = rule_entities(&v[F_ENTITY]);
	c->data = v[F_ZONE].s;
	return RC_OK;
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
	rule_say_seen(&c->entities, NULL, x, why);
	return true;
}

const struct condition_ops condition_zone = {
	.name = "zone", .title = "Somebody is somewhere", .help = "everybody who is named is at a place",
	.fields = fields, .compile = compile, .holds = holds
};
