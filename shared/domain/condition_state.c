/* SPDX-License-Identifier: ISC
 *
 * Condition "state": every named entity, or one of them, is in one of the given states, or its attribute has one of the
 * given values, for long enough.
 */
#include "shared/domain/condition.h"

struct state_condition {
	const char	*const *states;
	size_t		 n;
	int64_t		 hold_ms;
	const char	*attribute;	/* NULL: the state itself */
	bool		 any;
};

enum { F_ENTITY, F_STATE, F_FOR, F_ATTRIBUTE, F_MATCH };

static const char *const matches[] = { "all", "any", NULL };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", entities, "all of these, or any"), .required = true },
	[F_STATE] = { RULE_SHAPE("state", states, "is this, or one of these"), .required = true },
	[F_FOR] = { RULE_SHAPE("for", duration, "it has been so for at least this long") },
	[F_ATTRIBUTE] = { RULE_SHAPE("attribute", attribute, "look at this attribute instead of the state") },
	[F_MATCH] = { .name = "match", .type = FIELD_CHOICE, .choices = matches,
	    .help = "whether all of them must be so, or any of them; all if not given" },
	CONDITION_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct condition *c, struct fault *f)
{
	struct state_condition *s = mem_alloc(a, sizeof(*s));

	*s = (struct state_condition){ .states = v[F_STATE].list, .n = v[F_STATE].n, .hold_ms = v[F_FOR].i,
		.attribute = v[F_ATTRIBUTE].s, .any = v[F_MATCH].set && v[F_MATCH].i == 1 };
	if (s->hold_ms > 0 && s->attribute != NULL)
		return fault_set(f, RC_INVALID, "for", "nobody knows for how long an attribute has been so: "
		    "use a trigger with \"for\"");
	if (s->hold_ms > 0 && rule_text_in(RULE_AWAY, s->states, s->n))
		return fault_set(f, RC_INVALID, "for", "nobody knows for how long something is " RULE_AWAY
		    ": use a trigger with \"for\"");
	c->entities = rule_entities(&v[F_ENTITY]);
	c->data = s;
	return RC_OK;
}

static bool
attribute_is(const struct state_condition *s, const struct live *l, struct buf *why)
{
	const struct js *v = js_get(house_attributes(l), s->attribute);

	if (rule_value_in(v, s->states, s->n))
		return true;
	buf_printf(why, "%s's %s is ", l->entity_id, s->attribute);
	if (v == NULL)
		buf_puts(why, "unknown");
	else
		js_dump(v, why);
	return false;
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
	if (s->attribute != NULL)
		return attribute_is(s, l, why);
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

/* Why not is said of the first, where all must be so, and of each, where any is enough. */
static bool
holds(const struct condition *c, const struct rule_context *x, struct buf *why)
{
	const struct state_condition *s = c->data;
	size_t i, start = why->len;
	bool so = !s->any;

	for (i = 0; i < c->entities.n && so != s->any; i++) {
		if (s->any && i > 0)
			buf_puts(why, " and ");
		so = holds_for(s, c->entities.ids[i], house_find_id(x->house, c->entities.ids[i]), x->now_ms, why);
	}
	if (!so)
		return false;
	buf_cut(why, start);
	rule_say_seen(&c->entities, s->attribute, x, why);
	return true;
}

const struct condition_ops condition_state = {
	.name = "state", .title = "Something is so", .help = "entities are in a state, perhaps for a while",
	.fields = fields, .compile = compile, .holds = holds
};
