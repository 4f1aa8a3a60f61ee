/* SPDX-License-Identifier: ISC
 *
 * See numeric.h.
 */
#include <string.h>

#include "shared/domain/numeric.h"

static struct numeric_limit
limit(const struct field_value *v, struct mem_arena *a)
{
	return (struct numeric_limit){ v->set, v->r, v->set && v->s != NULL ? mem_strdup(a, v->s) : NULL };
}

/* The limits that are entities, and what the template looks at besides. */
static enum rc
find_others(struct numeric *n, const char *source, struct mem_arena *a, struct fault *f)
{
	struct rule_entities named = { 0 };
	const char **ids;
	enum rc rc = RC_OK;
	size_t i;

	if (source != NULL && (rc = rule_template_entities(source, n->value, a, &named, f)) != RC_OK)
		return rule_fault_in(f, rc, "value_template", -1);
	ids = mem_alloc(a, (named.n + 2) * sizeof(*ids));
	for (i = 0; i < named.n; i++)
		ids[n->others.n++] = named.ids[i];
	if (n->above.entity_id != NULL && !rule_text_in(n->above.entity_id, ids, n->others.n))
		ids[n->others.n++] = n->above.entity_id;
	if (n->below.entity_id != NULL && !rule_text_in(n->below.entity_id, ids, n->others.n))
		ids[n->others.n++] = n->below.entity_id;
	n->others.ids = ids;
	return RC_OK;
}

enum rc
numeric_read(const struct field_value *v, struct mem_arena *a, const struct numeric **out, struct fault *f)
{
	struct numeric *n = mem_zalloc(a, sizeof(*n));
	const char *source = v[NUMERIC_TEMPLATE].set ? v[NUMERIC_TEMPLATE].s : NULL;
	enum rc rc;

	n->who = rule_entities(&v[NUMERIC_ENTITY]);
	n->above = limit(&v[NUMERIC_ABOVE], a);
	n->below = limit(&v[NUMERIC_BELOW], a);
	n->attribute = v[NUMERIC_ATTRIBUTE].s;
	if (n->above.set && n->below.set && n->above.entity_id == NULL && n->below.entity_id == NULL &&
	    n->above.number >= n->below.number)
		return fault_set(f, RC_INVALID, "above", "must be smaller than below");
	if (n->above.entity_id != NULL && n->below.entity_id != NULL &&
	    strcmp(n->above.entity_id, n->below.entity_id) == 0)
		return fault_set(f, RC_INVALID, "above", "must be another entity than below");
	if (source != NULL && n->attribute != NULL)
		return fault_set(f, RC_INVALID, "attribute", "does not go with value_template, which sees all "
		    "attributes");
	if (source != NULL && (rc = rule_template(source, a, &n->value, f)) != RC_OK)
		return rule_fault_in(f, rc, "value_template", -1);
	*out = n;
	return find_others(n, source, a, f);
}

/* ---- numbers ---- */

/* The state as it is, or was before the change that is looked at. away: "unavailable" is one. */
static const char *
state_of(const struct live *l, const struct rule_context *x, bool away)
{
	const struct house_change *c = x->before;
	const char *before, *after;

	if (c == NULL || c->live != l || c->event != 0)
		return away && !l->available ? RULE_AWAY : l->state;
	if (!away && !c->returned)
		return c->state || c->changed != NULL ? c->prior : l->state;
	rule_change_states(c, &before, &after);
	return before;
}

static void
say(struct buf *why, const char *entity_id, const char *attribute, const char *what)
{
	if (why == NULL)
		return;
	buf_puts(why, entity_id);
	if (attribute != NULL)
		buf_printf(why, "'s %s", attribute);
	buf_puts(why, what);
}

static bool
number_of_attribute(const struct numeric *n, const struct live *l, const struct rule_context *x, double *out,
    struct buf *why)
{
	if (rule_value_number(js_get(rule_seen(l, x).attributes, n->attribute), out))
		return true;
	say(why, l->entity_id, n->attribute, " is no number");
	return false;
}

static bool
number_of_template(const struct numeric *n, const struct live *l, const struct rule_context *x, bool away, double *out,
    struct buf *why)
{
	struct template_state s = rule_seen(l, x);
	struct buf text = { 0 };
	struct fault f = { 0 };
	bool is;

	s.state = state_of(l, x, away);
	is = rule_text_about(n->value, x, &s, &text, &f) && rule_number(buf_str(&text), out);
	if (!is && why != NULL)
		buf_printf(why, "value_template makes no number of %s: %.120s", l->entity_id,
		    *f.msg != '\0' ? f.msg : buf_str(&text));
	buf_free(&text);
	return is;
}

static bool
number(const struct numeric *n, const struct live *l, const struct rule_context *x, bool away, double *out,
    struct buf *why)
{
	const char *state;

	if (away && !l->available && x->before == NULL) {
		say(why, l->entity_id, NULL, " is unavailable");
		return false;
	}
	if (n->value != NULL)
		return number_of_template(n, l, x, away, out, why);
	if (n->attribute != NULL)
		return number_of_attribute(n, l, x, out, why);
	state = state_of(l, x, away);
	if (rule_number(state, out))
		return true;
	say(why, l->entity_id, NULL, " is no number: ");
	say(why, state != NULL ? state : "unknown", NULL, "");
	return false;
}

/* ---- limits ---- */

/* False: it has no number now. */
static bool
limit_value(const struct numeric_limit *m, const struct rule_context *x, bool away, double *out, struct buf *why)
{
	const struct live *l = m->entity_id == NULL ? NULL : house_find_id(x->house, m->entity_id);
	const char *state;

	*out = m->number;
	if (m->entity_id == NULL)
		return true;
	if (l == NULL) {
		say(why, m->entity_id, NULL, ", its limit, does not exist");
		return false;
	}
	state = state_of(l, x, away);
	if (rule_number(state, out))
		return true;
	say(why, m->entity_id, NULL, ", its limit, is no number: ");
	say(why, state != NULL ? state : "unknown", NULL, "");
	return false;
}

static void
say_limit(const struct numeric_limit *m, const char *word, double v, struct buf *why)
{
	if (!m->set)
		return;
	if (m->entity_id != NULL)
		buf_printf(why, " %s %s (%g)", word, m->entity_id, v);
	else
		buf_printf(why, " %s %g", word, v);
}

bool
numeric_holds(const struct numeric *n, const struct live *l, const struct rule_context *x, bool away, struct buf *why)
{
	double v, above = 0, below = 0;

	if (!number(n, l, x, away, &v, why) ||
	    (n->above.set && !limit_value(&n->above, x, away, &above, why)) ||
	    (n->below.set && !limit_value(&n->below, x, away, &below, why)))
		return false;
	if ((!n->above.set || v > above) && (!n->below.set || v < below))
		return true;
	if (why == NULL)
		return false;
	if (n->value != NULL)
		buf_printf(why, "value_template makes %g of %s, not", v, l->entity_id);
	else
		buf_printf(why, "%s is %g, not", l->entity_id, v);
	say_limit(&n->above, "above", above, why);
	if (n->above.set && n->below.set)
		buf_puts(why, " and");
	say_limit(&n->below, "below", below, why);
	return false;
}

void
numeric_say_limits(const struct numeric *n, const struct rule_context *x, struct buf *saw)
{
	const struct numeric_limit *const limits[] = { &n->above, &n->below };
	const struct live *l;
	size_t i;

	for (i = 0; x->trace != NULL && i < 2; i++)
		if (limits[i]->entity_id != NULL && (l = house_find_id(x->house, limits[i]->entity_id)) != NULL)
			buf_printf(saw, ", %s is %s", l->entity_id, l->state != NULL ? l->state : "unknown");
}
