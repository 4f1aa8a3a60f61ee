/* SPDX-License-Identifier: ISC
 *
 * Inside the search for conflicts:
 *
 *	conflict.c		reading the rules, the index, JSON
 *	conflict_effect.c	what an effect makes of an entity: against another, for a trigger
 *	conflict_fight.c	fights
 *	conflict_loop.c		loops
 *	conflict_say.c		their words
 */
#ifndef CONFLICT_INT_H
#define CONFLICT_INT_H

#include "shared/base/map.h"
#include "shared/domain/conflict.h"
#include "shared/domain/outline.h"

/* A rule's trigger or effect on something. */
struct mention {
	const struct outline		*rule;
	const struct outline_trigger	*trigger;
	const struct outline_effect	*effect;
	struct mention			*next;
};

struct search {
	struct db		*db;
	struct mem_arena	*a;
	struct outline		**rules;
	size_t			 n, cap;
	struct map		 starts;	/* entity or event -> struct mention of triggers */
	struct map		 makes;		/* entity -> of effects */
	struct map		 scenarios;	/* id -> document that was looked up, struct js */
	unsigned int		 budget;	/* pairs and steps that may still be looked at */
	struct conflicts	*out;
};

/* False when the budget is used up. */
bool conflict_afford(struct search *s);
/* Room in the answer; NULL when it is full. */
struct conflict *conflict_add(struct search *s);

/* Whether both make something different of the same entity. */
bool conflict_opposite(const struct outline_effect *a, const struct outline_effect *b);
/* Each time it is something else: toggle, the next option, what a template says. */
bool conflict_is_open(const struct outline_effect *e);
/* Whether what the effect makes of its entity (or its event) fires the trigger. */
bool conflict_fires(const struct outline_effect *e, const struct outline_trigger *t);
/* A message under construction: plain text goes into `text`, names are said by the functions. */
struct saying {
	struct search		*s;
	struct buf		 text;
	struct conflict_part	*parts;
	size_t			 n;
};

/* By the name that people know; one that is not there by its id. */
void conflict_say_entity(struct saying *t, const char *id);
/* In quotes. */
void conflict_say_rule(struct saying *t, const struct outline *rule);
/* "to turn on with brightness 80": what a service is told. */
void conflict_say_effect(struct saying *t, const struct outline_effect *e);
/* Sets the message and its parts; the text is given back. */
void conflict_say_end(struct saying *t, struct conflict *out);

/* Fights of that rule with others; `later`: only with those behind it in the list. */
void conflict_fights(struct search *s, const struct outline *rule, bool later);
/* Loops that go through that rule; `least`: only those in which its id is the first of all. */
void conflict_loops(struct search *s, const struct outline *rule, bool least);

#endif
