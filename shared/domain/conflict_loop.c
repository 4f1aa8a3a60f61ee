/* SPDX-License-Identifier: ISC
 *
 * Loops: a rule whose effects start, through others or not, itself. One through a state goes on only when something in
 * it makes that state another again: a lamp that is told to be on twice changes once.
 */
#include <string.h>

#include "shared/domain/conflict_int.h"

/* One step: the effect of a rule, which fires a trigger of the next one. */
struct link {
	const struct outline		*rule;
	const struct outline_effect	*effect;
	const struct outline_trigger	*fires;		/* of the next */
};

struct chain {
	struct search	*s;
	struct link	 links[CONFLICT_RULES_MAX];
	size_t		 n;
	bool		 least;
};

static bool
is_in(const struct chain *c, const struct outline *rule)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->links[i].rule == rule)
			return true;
	return false;
}

/* Something in the loop makes another state of it, so that it can come about again. */
static bool
comes_again(const struct chain *c, const struct outline_effect *e)
{
	const struct outline *rule;
	size_t i, k;

	if (e->service == NULL || conflict_is_open(e))
		return true;
	for (i = 0; i < c->n; i++) {
		rule = c->links[i].rule;
		for (k = 0; k < rule->n_effects; k++)
			if (strcmp(rule->effects[k].about, e->about) == 0 &&
			    (conflict_is_open(&rule->effects[k]) || conflict_opposite(&rule->effects[k], e)))
				return true;
	}
	return false;
}

/* Events come back while the first rule still runs, which does not start then. */
static bool
ends_at_once(const struct chain *c)
{
	bool single = false;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->links[i].effect->service != NULL || c->links[i].effect->later)
			return false;
		single |= c->links[i].rule->single || c->links[i].effect->single;
	}
	return single;
}

/* What holds for one step speaks against another, of a time, or of an entity that nobody in the loop touches. */
static bool
excluded(const struct chain *c)
{
	struct outline_facts a, b;
	size_t i, j;

	for (i = 0; i < c->n; i++)
		for (j = 0; j < i; j++) {
			a = c->links[i].effect->facts;
			b = c->links[j].effect->facts;
			if (!outline_compatible(&a, &b)) {
				a.n = b.n = 0;		/* of the time alone: states may change on the way */
				if (!outline_compatible(&a, &b))
					return true;
			}
		}
	return false;
}

static bool
is_perhaps(const struct chain *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->links[i].effect->facts.perhaps || c->links[i].fires->facts.perhaps ||
		    c->links[i].fires->kind == OUTLINE_ON_TEMPLATE || c->links[i].effect->open)
			return true;
	return false;
}

static bool
told_before(const struct chain *c)
{
	const struct conflicts *out = c->s->out;
	size_t i, k;

	for (i = 0; i < out->n; i++) {
		if (!out->list[i].loop || out->list[i].n != c->n)
			continue;
		for (k = 0; k < c->n && strcmp(out->list[i].rules[k], c->links[k].rule->id) == 0; k++)
			;
		if (k == c->n)
			return true;
	}
	return false;
}

/* "tells Lamp to turn on", "tells of the event ping" */
static void
say_effect(struct saying *t, const struct outline_effect *e)
{
	if (e->service == NULL) {
		buf_printf(&t->text, " tells of the event %s", strchr(e->about, '.') + 1);
		return;
	}
	buf_puts(&t->text, " tells ");
	conflict_say_entity(t, e->about);
	buf_putc(&t->text, ' ');
	conflict_say_effect(t, e);
}

static void
tell(const struct chain *c)
{
	struct conflict *out = conflict_add(c->s);
	struct saying t = { .s = c->s };
	size_t i;

	if (out == NULL)
		return;
	*out = (struct conflict){ .loop = true, .perhaps = is_perhaps(c), .n = c->n,
		.about = c->links[0].effect->about };
	buf_puts(&t.text, out->perhaps ? "perhaps " : "");
	for (i = 0; i < c->n; i++) {
		out->rules[i] = c->links[i].rule->id;
		out->names[i] = c->links[i].rule->name;
		buf_puts(&t.text, i > 0 ? "; " : "");
		conflict_say_rule(&t, c->links[i].rule);
		say_effect(&t, c->links[i].effect);
		if (c->n == 1) {
			buf_puts(&t.text, ", which starts it again");
			continue;
		}
		buf_puts(&t.text, ", which starts ");
		conflict_say_rule(&t, c->links[(i + 1) % c->n].rule);
		buf_puts(&t.text, i + 1 == c->n ? " again" : "");
	}
	conflict_say_end(&t, out);
}

/* The loop is closed. */
static void
judge(const struct chain *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (!comes_again(c, c->links[i].effect))
			return;
	if (!ends_at_once(c) && !excluded(c) && !told_before(c))
		tell(c);
}

static void follow(struct chain *c, const struct outline *rule, const struct outline_trigger *by);

/* That effect of the last rule fires this trigger. */
static void
go_on(struct chain *c, const struct mention *m)
{
	struct link *last = &c->links[c->n - 1];

	last->fires = m->trigger;
	if (m->rule == c->links[0].rule) {
		/* by the trigger that the first step is for */
		if (outline_compatible(&m->trigger->facts, &c->links[0].effect->facts))
			judge(c);
	} else if (c->n < CONFLICT_RULES_MAX && !is_in(c, m->rule) &&
	    !(c->least && strcmp(m->rule->id, c->links[0].rule->id) < 0))
		follow(c, m->rule, m->trigger);
}

/* by: what starts the rule; NULL: anything does. */
static void
follow(struct chain *c, const struct outline *rule, const struct outline_trigger *by)
{
	const struct mention *m;
	size_t i;

	c->n++;
	for (i = 0; i < rule->n_effects; i++) {
		if (by != NULL && !outline_compatible(&by->facts, &rule->effects[i].facts))
			continue;
		for (m = map_get(&c->s->starts, rule->effects[i].about); m != NULL; m = m->next) {
			if (!conflict_afford(c->s))
				break;
			c->links[c->n - 1] = (struct link){ .rule = rule, .effect = &rule->effects[i] };
			if (conflict_fires(&rule->effects[i], m->trigger))
				go_on(c, m);
		}
	}
	c->n--;
}

void
conflict_loops(struct search *s, const struct outline *rule, bool least)
{
	struct chain c = { .s = s, .least = least };

	follow(&c, rule, NULL);
}
