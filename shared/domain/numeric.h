/* SPDX-License-Identifier: ISC
 *
 * "numeric_state", of triggers and conditions: a number of an entity (its state, an attribute, or what a template makes
 * of it) lies above one limit and below another. A limit is a number, or an entity whose number it is.
 */
#ifndef NUMERIC_H
#define NUMERIC_H

#include "shared/domain/rule.h"

enum { NUMERIC_ENTITY, NUMERIC_ABOVE, NUMERIC_BELOW, NUMERIC_ATTRIBUTE, NUMERIC_TEMPLATE, NUMERIC__MAX };

/* The first rows of either kind. */
#define NUMERIC_FIELDS(whose) \
	[NUMERIC_ENTITY] = { RULE_SHAPE("entity_id", entities, whose), .required = true }, \
	[NUMERIC_ABOVE] = { RULE_SHAPE("above", limit, "the value must be above this number, or that of this entity"), \
	    .some_of = true }, \
	[NUMERIC_BELOW] = { RULE_SHAPE("below", limit, "the value must be below this number, or that of this entity"), \
	    .some_of = true }, \
	[NUMERIC_ATTRIBUTE] = { RULE_SHAPE("attribute", attribute, "look at this attribute instead of the state") }, \
	[NUMERIC_TEMPLATE] = { RULE_SHAPE("value_template", template, \
	    "look at what this makes of it, as in {{ state.attributes.power / 1000 }}") }

struct numeric_limit {
	bool		 set;
	double		 number;
	const char	*entity_id;	/* or NULL: the number */
};

struct numeric {
	struct rule_entities	 who;
	struct rule_entities	 others;	/* what else it depends on: limits, and what its template looks at */
	struct numeric_limit	 above, below;
	const char		*attribute;	/* or NULL */
	const struct template	*value;		/* or NULL */
};

/* Out of the values of those rows; in the arena. RC_INVALID. */
enum rc numeric_read(const struct field_value *v, struct mem_arena *a, const struct numeric **out, struct fault *f);
/*
 * Whether l's number lies between. away: who is not available has none, else the last one counts. `why` (may be NULL)
 * gets what decided when it does not: "sensor.a is 3, not above sensor.b (5)".
 */
bool numeric_holds(const struct numeric *n, const struct live *l, const struct rule_context *x, bool away,
    struct buf *why);
/* ", sensor.b is 5" of the limits that are entities; for traces. */
void numeric_say_limits(const struct numeric *n, const struct rule_context *x, struct buf *saw);

#endif
