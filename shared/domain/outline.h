/* SPDX-License-Identifier: ISC
 *
 * The outline of a rule: when it starts, what holds then, and what it makes of which entity, as far as its document
 * alone says so. Not for running rules, but for comparing many of them (conflict.h). Everything lives in an arena.
 */
#ifndef OUTLINE_H
#define OUTLINE_H

#include "shared/domain/rule.h"
#include "shared/domain/rule_shape.h"
#include "shared/domain/service.h"

#define OUTLINE_DAY 1440	/* minutes */

enum outline_fact_kind {
	OUTLINE_STATE,		/* the entity's state is one of these; with `not`: none of them */
	OUTLINE_RANGE		/* its number, of an attribute or the state (NULL), is between */
};

/* What is known of an entity. */
struct outline_fact {
	enum outline_fact_kind	 kind;
	const char		*entity;
	const char		*const *states;
	size_t			 n;
	bool			 not;
	const char		*attribute;
	double			 above, below;
};

/* What holds at a moment. All zero but the times says nothing: outline_anything(). */
struct outline_facts {
	const struct outline_fact **list;
	size_t		 n;
	uint64_t	 minutes[(OUTLINE_DAY + 63) / 64];	/* bit per minute of the day at which it may be */
	unsigned int	 days;		/* bits, 0 is Sunday */
	unsigned int	 sun;		/* bits: before sunrise, by day, after sunset */
	bool		 perhaps;	/* there is more to it that cannot be decided */
};

enum outline_trigger_kind {
	OUTLINE_ON_STATE,	/* of `about`, from and to (NULL: any), or an attribute */
	OUTLINE_ON_NUMBER,	/* of `about` comes between */
	OUTLINE_ON_EVENT,	/* `about` is "event.TYPE" */
	OUTLINE_ON_TEMPLATE,	/* depends on `about` */
	OUTLINE_ON_OTHER	/* whatever `key` says */
};

struct outline_trigger {
	enum outline_trigger_kind kind;
	struct rule_entities	 about;
	const char		*const *from, *const *to;
	size_t			 n_from, n_to;
	const char		*attribute;
	bool			 any;		/* of its attributes counts as well */
	double			 above, below;
	int64_t			 hold_ms;
	const char		*key;		/* its document without names: two that are equal fire together */
	const char		*words;		/* of the clock: "every 5 minutes", "" when facts say it; else NULL */
	struct outline_facts	 facts;		/* what holds when it fires, of the time */
};

/* A value that the service shows afterwards: of an attribute, "" for the state. */
struct outline_value {
	const char		*attribute;
	const char		*text;		/* or NULL: a number; not a number: a template says it */
	double			 number, tolerance;
};

/* What it does to an entity, or an event that it tells ("event.TYPE": no service). */
struct outline_effect {
	const char		*about;
	const struct service	*service;
	const struct outline_value *values;
	size_t			 n_values;
	bool			 open;		/* templates say the rest */
	bool			 later;		/* after a pause */
	bool			 single;	/* of a scenario that is not started again while it runs */
	struct outline_facts	 facts;		/* what holds then, beside what the trigger says */
};

struct outline {
	const char		*id, *name;
	bool			 single;	/* not started again while it runs */
	const struct outline_trigger *triggers;
	size_t			 n_triggers;
	const struct outline_effect *effects;
	size_t			 n_effects;
};

/* Nothing is known. */
struct outline_facts outline_anything(void);
/* Whether both can hold at once. */
bool outline_compatible(const struct outline_facts *a, const struct outline_facts *b);

/* The ids of those that a target means, as registry_members. */
typedef void outline_members_fn(void *arg, const char *kind, const char *id,
    void (*fn)(const char *entity_id, void *arg), void *fn_arg);

#define OUTLINE_NEST_MAX 5	/* scenarios that start each other are looked into so deep */

struct outline_house {
	outline_members_fn	*members;
	/* The document of a scenario, or NULL: there is none. Borrowed as long as the house. */
	const struct js		*(*scenario)(void *arg, const char *id);
	void			*arg;
};

/*
 * Out of the document of a rule that compiles; what the scenarios do that it starts is its own. NULL when it is no
 * object.
 */
struct outline *outline_of(const struct js *config, const char *id, const struct outline_house *house,
    struct mem_arena *a);

/* outline_fact.c: the texts of a list of that shape, copied; none when it is none. */
struct rule_entities outline_texts(const struct js *v, const struct field_shape *shape, struct mem_arena *a);
/* A number of that shape; `otherwise` when it is none. */
int64_t outline_number(const struct js *v, const struct field_shape *shape, int64_t otherwise, struct mem_arena *a);
/* Adds what a list of conditions says (all must hold). */
void outline_require(struct outline_facts *f, const struct js *asked, struct mem_arena *a);
/* That they do not hold. */
void outline_exclude(struct outline_facts *f, const struct js *asked, struct mem_arena *a);
/* What a trigger on a state or a number says of its entity, when it has but one. */
void outline_on_state(struct outline_facts *f, const struct outline_trigger *t, struct mem_arena *a);
/* That it is a time of the day, in minutes. */
void outline_at(struct outline_facts *f, int minute);

#endif
