/* SPDX-License-Identifier: ISC
 *
 * Fights: two rules that start at the same moment and make different things of one entity, before they pause.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/conflict_int.h"

#define STATES_SAID 2

/* Two triggers that fire at once, with what the rules do then. */
struct meeting {
	const struct outline_trigger *a, *b;
	const struct outline_effect *one, *other;
};

/* An empty list stands for any. */
static bool
overlap(const char *const *a, size_t n, const char *const *b, size_t m)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (m == 0 || rule_text_in(a[i], b, m))
			return true;
	return n == 0;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A state that comes about is a number in the range. */
static bool
state_in_range(const struct outline_trigger *state, const struct outline_trigger *number)
{
	double v;
	size_t i;

	for (i = 0; i < state->n_to; i++)
		if (rule_number(state->to[i], &v) && v > number->above && v < number->below)
			return true;
	return state->n_to == 0;
}

static bool
fire_together(const struct outline_trigger *a, const struct outline_trigger *b)
{
	if (strcmp(a->key, b->key) == 0)
		return true;
	if (a->hold_ms != b->hold_ms || !same_text(a->attribute, b->attribute) || a->about.n == 0 ||
	    !overlap(a->about.ids, a->about.n, b->about.ids, b->about.n))
		return false;
	if (a->kind == OUTLINE_ON_STATE && b->kind == OUTLINE_ON_STATE)
		return overlap(a->to, a->n_to, b->to, b->n_to) && overlap(a->from, a->n_from, b->from, b->n_from);
	if (a->kind == OUTLINE_ON_NUMBER && b->kind == OUTLINE_ON_NUMBER)
		return fmax(a->above, b->above) < fmin(a->below, b->below);
	if (a->kind == OUTLINE_ON_STATE && b->kind == OUTLINE_ON_NUMBER)
		return state_in_range(a, b);
	if (a->kind == OUTLINE_ON_NUMBER && b->kind == OUTLINE_ON_STATE)
		return state_in_range(b, a);
	return a->kind == OUTLINE_ON_EVENT && b->kind == OUTLINE_ON_EVENT;
}

static bool
all_compatible(const struct meeting *m)
{
	const struct outline_facts *f[] = { &m->a->facts, &m->b->facts, &m->one->facts, &m->other->facts };
	size_t i, j;

	for (i = 0; i < 4; i++)
		for (j = i + 1; j < 4; j++)
			if (!outline_compatible(f[i], f[j]))
				return false;
	return true;
}

static bool
meet(struct search *s, const struct outline *a, const struct outline *b, struct meeting *m)
{
	size_t i, j;

	for (i = 0; i < a->n_triggers; i++)
		for (j = 0; j < b->n_triggers; j++) {
			m->a = &a->triggers[i];
			m->b = &b->triggers[j];
			if (conflict_afford(s) && fire_together(m->a, m->b) && all_compatible(m))
				return true;
		}
	return false;
}

/* ---- in words ---- */

static void
say_list(struct buf *b, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n && i < 3; i++)
		buf_printf(b, "%s%s", i > 0 ? " or " : "", list[i]);
}

static void
say_number(struct buf *b, double above, double below)
{
	if (isfinite(above))
		buf_printf(b, "above %g", above);
	if (isfinite(below))
		buf_printf(b, "%sbelow %g", isfinite(above) ? " and " : "", below);
}

/* The one that both name, else the first. */
static const char *
about_both(const struct outline_trigger *t, const struct meeting *m)
{
	const char *about = t->about.n > 0 ? t->about.ids[0] : "";
	size_t i;

	for (i = 0; i < t->about.n; i++)
		if (rule_text_in(t->about.ids[i], m->a->about.ids, m->a->about.n) &&
		    rule_text_in(t->about.ids[i], m->b->about.ids, m->b->about.n))
			about = t->about.ids[i];
	return about;
}

static void
say_entity(struct saying *t, const struct outline_trigger *at, const struct meeting *m)
{
	const char *about = about_both(at, m);

	if (at->attribute != NULL && at->kind == OUTLINE_ON_STATE)
		buf_printf(&t->text, "%s of ", at->attribute);
	conflict_say_entity(t, about);
	if (at->kind == OUTLINE_ON_NUMBER) {
		buf_puts(&t->text, " comes ");
		say_number(&t->text, fmax(m->a->above, m->b->above), fmin(m->a->below, m->b->below));
	} else if (at->attribute == NULL && at->n_to > 0) {
		buf_puts(&t->text, " turns ");
		say_list(&t->text, at->to, at->n_to);
	} else
		buf_puts(&t->text, " changes");
}

/* "when Motion turns on", "every 5 minutes"; of a time of the day nothing, as say_time() says it. */
static void
say_trigger(struct saying *t, const struct meeting *m)
{
	const struct outline_trigger *at = m->a->n_to > 0 || m->b->n_to == 0 ? m->a : m->b;

	if (at->words != NULL) {
		buf_printf(&t->text, "%s%s", *at->words != '\0' ? " " : "", at->words);
		return;
	}
	buf_puts(&t->text, " when ");
	if (at->kind == OUTLINE_ON_STATE || at->kind == OUTLINE_ON_NUMBER)
		say_entity(t, at, m);
	else if (at->kind == OUTLINE_ON_EVENT)
		buf_printf(&t->text, "the event %s happens", strchr(about_both(at, m), '.') + 1);
	else
		buf_puts(&t->text, "what starts them happens");
	if (at->hold_ms > 0)
		buf_printf(&t->text, " for %lld s", (long long)(at->hold_ms / 1000));
}

static bool
at_minute(const struct meeting *m, int minute)
{
	const struct outline_facts *f[] = { &m->a->facts, &m->b->facts, &m->one->facts, &m->other->facts };
	size_t i;

	for (i = 0; i < 4; i++)
		if ((f[i]->minutes[minute / 64] >> minute % 64 & 1) == 0)
			return false;
	return true;
}

static void
say_time(struct buf *b, const struct meeting *m)
{
	int from = 0, to;

	if (at_minute(m, 0))		/* perhaps over midnight: begin in the gap */
		for (from = 1; from < OUTLINE_DAY && at_minute(m, from); from++)
			;
	if (from == OUTLINE_DAY)
		return;			/* at any time */
	while (!at_minute(m, from % OUTLINE_DAY) && from < 2 * OUTLINE_DAY)
		from++;
	for (to = from; at_minute(m, to % OUTLINE_DAY); to++)
		;
	from %= OUTLINE_DAY;
	to %= OUTLINE_DAY;
	if ((from + 1) % OUTLINE_DAY == to)
		buf_printf(b, " at %02d:%02d", from / 60, from % 60);
	else if (to == 0)
		buf_printf(b, " after %02d:%02d", from / 60, from % 60);
	else if (from == 0)
		buf_printf(b, " before %02d:%02d", to / 60, to % 60);
	else
		buf_printf(b, " between %02d:%02d and %02d:%02d", from / 60, from % 60, to / 60, to % 60);
}

static void
say_days(struct buf *b, const struct meeting *m)
{
	static const char *const names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday" };
	unsigned int days = m->a->facts.days & m->b->facts.days & m->one->facts.days & m->other->facts.days;
	const char *comma = " on ";
	int i;

	for (i = 0; days != 0x7f && i < 7; i++)
		if ((days >> i & 1) != 0) {
			buf_printf(b, "%s%s", comma, names[i]);
			comma = ", ";
		}
}

static void
say_sun(struct buf *b, const struct meeting *m)
{
	static const char *const words[] = { "", " before sunrise", " by day", " before sunset", " after sunset",
		" by night", " after sunrise", "" };

	buf_puts(b, words[m->one->facts.sun & m->other->facts.sun & 7]);
}

static void
say_states(struct saying *t, const struct meeting *m)
{
	const struct outline_facts *f[] = { &m->one->facts, &m->other->facts };
	size_t said = 0, i, k;

	for (k = 0; k < 2; k++)
		for (i = 0; i < f[k]->n && said < STATES_SAID; i++, said++) {
			buf_puts(&t->text, said == 0 ? " while " : " and ");
			conflict_say_entity(t, f[k]->list[i]->entity);
			buf_puts(&t->text, " is ");
			if (f[k]->list[i]->kind == OUTLINE_RANGE) {
				say_number(&t->text, f[k]->list[i]->above, f[k]->list[i]->below);
				continue;
			}
			buf_puts(&t->text, f[k]->list[i]->not ? "not " : "");
			say_list(&t->text, f[k]->list[i]->states, f[k]->list[i]->n);
		}
}

static bool
is_perhaps(const struct meeting *m)
{
	return m->a->facts.perhaps || m->b->facts.perhaps || m->one->facts.perhaps || m->other->facts.perhaps ||
	    conflict_is_open(m->one) || conflict_is_open(m->other);
}

static void
tell(struct search *s, const struct outline *a, const struct outline *b, const struct meeting *m)
{
	struct conflict *c = conflict_add(s);
	struct saying t = { .s = s };

	if (c == NULL)
		return;
	*c = (struct conflict){ .perhaps = is_perhaps(m), .rules = { a->id, b->id }, .names = { a->name, b->name },
		.n = 2, .about = m->one->about };
	conflict_say_rule(&t, a);
	buf_puts(&t.text, " and ");
	conflict_say_rule(&t, b);
	buf_puts(&t.text, c->perhaps ? " perhaps run both" : " run both");
	say_trigger(&t, m);
	say_time(&t.text, m);
	say_days(&t.text, m);
	say_sun(&t.text, m);
	say_states(&t, m);
	buf_puts(&t.text, ": one tells ");
	conflict_say_entity(&t, m->one->about);
	buf_putc(&t.text, ' ');
	conflict_say_effect(&t, m->one);
	buf_puts(&t.text, ", the other ");
	conflict_say_effect(&t, m->other);
	conflict_say_end(&t, c);
}

/* ---- looking ---- */

static bool
told_before(const struct search *s, const struct outline *a, const struct outline *b, const char *about)
{
	size_t i = s->out->n;

	while (i-- > 0 && !s->out->list[i].loop && strcmp(s->out->list[i].rules[0], a->id) == 0)
		if (strcmp(s->out->list[i].rules[1], b->id) == 0 && strcmp(s->out->list[i].about, about) == 0)
			return true;
	return false;
}

void
conflict_fights(struct search *s, const struct outline *rule, bool later)
{
	const struct mention *other;
	struct meeting m;
	size_t i;

	for (i = 0; i < rule->n_effects; i++) {
		m.one = &rule->effects[i];
		if (m.one->service == NULL || m.one->later)
			continue;
		for (other = map_get(&s->makes, m.one->about); other != NULL; other = other->next) {
			m.other = other->effect;
			if (other->rule == rule || m.other->later || (later && strcmp(other->rule->id, rule->id) < 0))
				continue;
			if (conflict_afford(s) && conflict_opposite(m.one, m.other) &&
			    meet(s, rule, other->rule, &m) && !told_before(s, rule, other->rule, m.one->about))
				tell(s, rule, other->rule, &m);
		}
	}
}
