/* SPDX-License-Identifier: ISC
 *
 * Row ids that are not known yet. The engine reacts before it records, so an effect may name its cause
 * before the cause has an id: both hold a struct late, which the recorder fills when it writes the
 * row. Reference-counted; shared between the reacting and the recording thread. What follows from what is counted
 * too, by the reacting thread alone, so that reactions that cause each other without end are seen: how long a chain
 * is, and with the first event of all that follows from it how many reactions there were.
 */
#ifndef LATE_H
#define LATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"

#define LATE_RULES 4		/* rules of a chain that are remembered */
#define LATE_CHAIN_MS 5000	/* what comes later than that is no storm */

struct late {
	atomic_int		refs;
	_Atomic int64_t		id;	/* 0: not written yet */
	int			depth;	/* reactions that led to it one after the other */
	int64_t			ms;	/* UTC: when it happened; 0: unknown */
	int64_t			rules[LATE_RULES];	/* rows of the first rules of the chain, 0: none */
	bool			again;	/* a rule is in the chain more than once */
	bool			ended;	/* a reaction to it was refused */
	struct late		*root;	/* what it all began with, an owned reference; NULL: this is it */
	/* Of a root: what reactions to reactions did, and how many of these were by rules that had reacted before. */
	unsigned int		effects, returns;
	bool			told;	/* of a root: that a chain was ended is written down */
};

/* id: 0 when it is not known. The caller owns one reference. */
static inline struct late *
late_new(int64_t id)
{
	struct late *l = mem_xcalloc(1, sizeof(*l));

	atomic_init(&l->refs, 1);
	atomic_init(&l->id, id);
	return l;
}

static inline struct late *
late_ref(struct late *l)
{
	if (l != NULL)
		atomic_fetch_add(&l->refs, 1);
	return l;
}

static inline void
late_free(struct late *l)
{
	struct late *root;

	for (; l != NULL && atomic_fetch_sub(&l->refs, 1) == 1; l = root) {
		root = l->root;
		free(l);
	}
}

static inline struct late *
late_root(struct late *l)
{
	return l->root != NULL ? l->root : l;
}

/* l follows from cause (or NULL) at now_ms. */
static inline void
late_follow(struct late *l, struct late *cause, int64_t now_ms)
{
	l->ms = now_ms;
	if (cause == NULL || now_ms - cause->ms > LATE_CHAIN_MS)
		return;
	l->depth = cause->depth;
	l->again = cause->again;
	l->root = late_ref(late_root(cause));
	memcpy(l->rules, cause->rules, sizeof(l->rules));
}

/* Whether the rule is in the chain, as far as that is remembered. */
static inline bool
late_has(const struct late *l, int64_t rule)
{
	int i;

	for (i = 0; i < LATE_RULES && l->rules[i] != 0; i++)
		if (l->rules[i] == rule)
			return true;
	return false;
}

/* A rule takes part in the chain. */
static inline void
late_rule(struct late *l, int64_t rule)
{
	int i;

	for (i = 0; i < LATE_RULES && l->rules[i] != rule; i++)
		if (l->rules[i] == 0) {
			l->rules[i] = rule;
			return;
		}
	l->again |= i < LATE_RULES;
}

static inline int64_t
late_id(const struct late *l)
{
	return l == NULL ? 0 : atomic_load(&((struct late *)(uintptr_t)l)->id);
}

#endif
