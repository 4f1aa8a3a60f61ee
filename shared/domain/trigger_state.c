/* SPDX-License-Identifier: ISC
 *
 * Trigger "state": an entity's state, or one of its attributes, changes, from and to given values, and stays there
 * for a while; when nothing of that is given, anything of the entity changes. That it is away ("unavailable") counts as
 * a state only for those who name it: a hub that restarts must not switch lamps. What is heard of it meanwhile is news
 * when it is back.
 */
#include <string.h>

#include "shared/domain/trigger.h"

struct state_trigger {
	const char	*const *from, *const *to;	/* NULL: any */
	const char	*const *not_from, *const *not_to;
	size_t		 n_from, n_to, n_not_from, n_not_to;
	const char	*attribute;			/* NULL: the state itself */
	bool		 bare;				/* and any attribute: nothing says that it is the state alone */
	bool		 away;				/* one of them is RULE_AWAY */
};

enum { F_ENTITY, F_FROM, F_TO, F_NOT_FROM, F_NOT_TO, F_FOR, F_ATTRIBUTE };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", entities, "whose state it is about"), .required = true },
	[F_FROM] = { RULE_SHAPE("from", states, "the state before; any if not given, and with null") },
	[F_TO] = { RULE_SHAPE("to", states, "the state after; any if not given, and with null") },
	[F_NOT_FROM] = { RULE_SHAPE("not_from", states, "any state before but these") },
	[F_NOT_TO] = { RULE_SHAPE("not_to", states, "any state after but these") },
	[F_FOR] = { RULE_SHAPE("for", duration, "how long it must stay so") },
	[F_ATTRIBUTE] = { RULE_SHAPE("attribute", attribute, "it is about this attribute, not the state") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

/* Also as null: any state, but a state. */
static bool
given(const struct field_value *v)
{
	return v->set || v->null;
}

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct state_trigger *s = mem_alloc(a, sizeof(*s));

	if (v[F_FROM].set && v[F_NOT_FROM].set)
		return fault_set(f, RC_INVALID, "not_from", "does not go with from");
	if (v[F_TO].set && v[F_NOT_TO].set)
		return fault_set(f, RC_INVALID, "not_to", "does not go with to");
	*s = (struct state_trigger){ .from = v[F_FROM].list, .to = v[F_TO].list, .not_from = v[F_NOT_FROM].list,
		.not_to = v[F_NOT_TO].list, .n_from = v[F_FROM].n, .n_to = v[F_TO].n, .n_not_from = v[F_NOT_FROM].n,
		.n_not_to = v[F_NOT_TO].n, .attribute = v[F_ATTRIBUTE].s };
	s->bare = s->attribute == NULL && v[F_FOR].i == 0 && !given(&v[F_FROM]) && !given(&v[F_TO]) &&
	    !given(&v[F_NOT_FROM]) && !given(&v[F_NOT_TO]);
	s->away = rule_text_in(RULE_AWAY, s->from, s->n_from) || rule_text_in(RULE_AWAY, s->to, s->n_to);
	t->entities = rule_entities(&v[F_ENTITY]);
	t->hold_ms = v[F_FOR].i;
	t->data = s;
	return RC_OK;
}

bool
trigger_is_bare(const struct js *v)
{
	static const char *const narrower[] = { "from", "to", "not_from", "not_to", "attribute", "for" };
	const char *kind = rule_trigger_kind(v);
	size_t i;

	if (kind == NULL || strcmp(kind, trigger_state.name) != 0)
		return false;
	for (i = 0; i < sizeof(narrower) / sizeof(narrower[0]); i++)
		if (js_get(v, narrower[i]) != NULL)
			return false;
	return true;
}

static enum trigger_verdict
judge_attribute(const struct state_trigger *s, const struct house_change *c)
{
	const struct js *after = js_get(c->changed, s->attribute), *before = js_get(c->was, s->attribute);

	if (after == NULL)
		return TRIGGER_NO;
	if (s->to != NULL && !rule_value_in(after, s->to, s->n_to))
		return TRIGGER_OFF;
	if (s->from != NULL && !rule_value_in(before, s->from, s->n_from))
		return TRIGGER_OFF;
	if (rule_value_in(after, s->not_to, s->n_not_to) || rule_value_in(before, s->not_from, s->n_not_from))
		return TRIGGER_OFF;
	return TRIGGER_YES;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct state_trigger *s = t->data;
	const char *before, *after;

	(void)x;
	if (c->event != 0)
		return TRIGGER_NO;	/* something of the same name happened, and left no state */
	if (s->attribute != NULL)
		return judge_attribute(s, c);
	if (s->bare && c->attributes && c->live->available)
		return TRIGGER_YES;
	before = c->prior;
	after = c->live->state;
	if (!c->returned && (c->repeat || !(c->state || (s->away && c->available))))
		return TRIGGER_NO;
	if (!c->live->available && !(s->away && c->available))
		return TRIGGER_NO;	/* it goes, or stays away */
	if (s->away || c->returned)
		rule_change_states(c, &before, &after);
	if (s->to != NULL && !rule_text_in(after, s->to, s->n_to))
		return TRIGGER_OFF;
	if (s->from != NULL && !rule_text_in(before, s->from, s->n_from))
		return TRIGGER_OFF;
	if (rule_text_in(after, s->not_to, s->n_not_to) || rule_text_in(before, s->not_from, s->n_not_from))
		return TRIGGER_OFF;
	return TRIGGER_YES;
}

static void
variable(const struct trigger *t, const struct house_change *c, struct js *o)
{
	const struct state_trigger *s = t->data;

	(void)c;
	if (s->attribute != NULL)
		js_set(o, "attribute", js_new_string(s->attribute));
}

const struct trigger_ops trigger_state = {
	.name = "state", .title = "Something changes", .fields = fields,
	.help = "when an entity's state changes; when it says neither from nor to nor for, also when an attribute does",
	.compile = compile, .judge = judge, .variable = variable
};
