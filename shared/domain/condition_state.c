/* SPDX-License-Identifier: ISC
 *
 * Condition "state": every named entity is in one of the given states, for long enough.
 */
#include "shared/domain/condition.h"

struct state_condition {
	const char	*const *states;
	size_t		 n;
	int64_t		 hold_ms;
};

enum { F_ENTITY, F_STATE, F_FOR };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", entities, "all of these"), .required = true },
	[F_STATE] = { RULE_SHAPE("state", states, "is this, or one of these"), .required = true },
	[F_FOR] = { RULE_SHAPE("for", duration, "it has been so for at least this long") },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct state_condition *s = mem_alloc(a, sizeof(*s));

	*s = (struct state_condition){ v[F_STATE].list, v[F_STATE].n, v[F_FOR].i };
	if (s->hold_ms > 0 && rule_text_in(RULE_AWAY, s->states, s->n))
		return fault_set(f, RC_INVALID, "for", "nobody knows for how long something is " RULE_AWAY
		    ": use a trigger with \"for\"");
	c->entities = rule_entities(&v[F_ENTITY]);
	c->data = s;
	return RC_OK;
}

static bool
holds_for(const struct state_condition *s, const char *id, const struct live *l, int64_t now_ms,
    struct buf *why)
{
	const char *state;

	if (l == NULL) {
		buf_printf(why, "%s does not exist", id);
		return false;
	}
	state = l->available ? l->state : RULE_AWAY;
	if (!rule_text_in(state, s->states, s->n)) {
		buf_printf(why, "%s is %s", id, state == NULL ? "unknown" : state);
		return false;
	}
	if (now_ms - l->last_changed < s->hold_ms) {
		buf_printf(why, "%s is %s only for %lld s", id, l->state,
		    (long long)(now_ms - l->last_changed) / 1000);
		return false;
	}
	return true;
}

static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const char *id;
	size_t i;

	for (i = 0; i < c->entities.n; i++) {
		id = c->entities.ids[i];
		if (!holds_for(c->data, id, house_find_id(x->house, id), x->now_ms, why))
			return false;
	}
	rule_say_seen(&c->entities, NULL, x, why);
	return true;
}

const struct condition_ops condition_state = {
	.name = "state", .title = "Something is so", .help = "entities are in a state, perhaps for a while",
	.fields = fields, .compile = compile, .holds = holds
};
