/* SPDX-License-Identifier: ISC
 *
 * Trigger "state": an entity's state changes, from and to given states, and stays there for a while. That it is
 * away ("unavailable") counts as a state only for those who name it: a hub that restarts must not switch lamps.
 */
#include <string.h>

#include "shared/domain/trigger.h"

struct state_trigger {
	const char	*const *from, *const *to;	/* NULL: any */
	size_t		 n_from, n_to;
	const char	*attribute;			/* NULL: the state itself */
	bool		 away;				/* one of them is RULE_AWAY */
};

enum { F_TRIGGER, F_ENTITY, F_FROM, F_TO, F_FOR, F_ATTRIBUTE, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "state" },
	[F_ENTITY] = { "entity_id", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "entity id or list of them" },
	[F_FROM] = { "from", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "state before, or list; absent: any" },
	[F_TO] = { "to", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "state after, or list; absent: any" },
	[F_FOR] = { "for", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "how long it must stay so" },
	[F_ATTRIBUTE] = { "attribute", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL,
	    "react to any change of this attribute instead of the state" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct state_trigger *s = mem_zalloc(a, sizeof(*s));
	enum rc rc = rule_entities(v[F_ENTITY].js, a, &t->entities, f);

	if (rc == RC_OK && v[F_FROM].set && !js_is_null(v[F_FROM].js) &&
	    (rc = rule_texts(v[F_FROM].js, a, &s->from, &s->n_from, f)) != RC_OK)
		return fault_set(f, rc, "from", "must be a state or a list of states");
	if (rc == RC_OK && v[F_TO].set && !js_is_null(v[F_TO].js) &&
	    (rc = rule_texts(v[F_TO].js, a, &s->to, &s->n_to, f)) != RC_OK)
		return fault_set(f, rc, "to", "must be a state or a list of states");
	if (rc == RC_OK && v[F_FOR].set && (rc = rule_duration(v[F_FOR].js, &t->hold_ms, f)) != RC_OK)
		return fault_set(f, rc, "for", "must be seconds, \"HH:MM:SS\" or an object of units");
	if (v[F_ATTRIBUTE].set)
		s->attribute = mem_strdup(a, v[F_ATTRIBUTE].s);
	s->away = rule_text_in(RULE_AWAY, s->from, s->n_from) || rule_text_in(RULE_AWAY, s->to, s->n_to);
	t->data = s;
	return rc;
}

static enum trigger_verdict
judge(const struct trigger *t, const struct house_change *c, const struct rule_context *x)
{
	const struct state_trigger *s = t->data;
	const char *before = c->prior, *after = c->live->state;

	(void)x;
	if (s->attribute != NULL)
		return js_get(c->changed, s->attribute) != NULL ? TRIGGER_YES : TRIGGER_NO;
	if (c->repeat || !(c->state || (s->away && c->available)))
		return TRIGGER_NO;
	if (s->away && !c->available && !c->live->available)
		return TRIGGER_NO;	/* it stays away */
	if (s->away)
		rule_change_states(c, &before, &after);
	if (s->to != NULL && !rule_text_in(after, s->to, s->n_to))
		return TRIGGER_OFF;
	if (s->from != NULL && !rule_text_in(before, s->from, s->n_from))
		return TRIGGER_OFF;
	return TRIGGER_YES;
}

const struct trigger_ops trigger_state = { "state", fields, compile, judge, NULL, false };
