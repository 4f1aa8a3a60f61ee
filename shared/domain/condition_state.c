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

enum { F_CONDITION, F_ENTITY, F_STATE, F_FOR };

static const struct field fields[] = {
	[F_CONDITION] = { "condition", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "state" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "entity id or list: all of them" },
	[F_STATE] = { "state", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "state or list: one of them" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "it has been so for at least this long" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct state_condition *s = mem_zalloc(a, sizeof(*s));
	enum rc rc = rule_entities(v[F_ENTITY].js, a, &c->entities, f);

	if (rc != RC_OK)
		return rc;
	if ((rc = rule_texts(v[F_STATE].js, a, &s->states, &s->n, f)) != RC_OK)
		return fault_set(f, rc, "state", "must be a state or a list of states");
	if (v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &s->hold_ms, f)) != RC_OK)
		return fault_set(f, rc, "for", "must be seconds, \"HH:MM:SS\" or an object of units");
	if (s->hold_ms > 0 && rule_text_in(RULE_AWAY, s->states, s->n))
		return fault_set(f, RC_INVALID, "for", "nobody knows for how long something is " RULE_AWAY
		    ": use a trigger with \"for\"");
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

const struct condition_ops condition_state = { "state", fields, compile, holds };
