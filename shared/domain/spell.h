/* SPDX-License-Identifier: ISC
 *
 * What a rule was over time, as its revisions tell: there or not yet, ready to run, disabled, gone.
 */
#ifndef SPELL_H
#define SPELL_H

#include "shared/domain/period.h"
#include "shared/store/store_revision.h"

enum spell_kind { SPELL_UNKNOWN, SPELL_NOT_YET, SPELL_READY, SPELL_DISABLED, SPELL_GONE };

/* A time of a rule, until the next one. */
struct spell {
	enum spell_kind		 being;
	const struct revision	*by;	/* what made it so; NULL: it is the first, of all before */
};

struct spells {
	struct spell		*list;	/* oldest first */
	size_t			 n;	/* 1 or more */
	const struct spell	*last;	/* of the period that was asked about */
	bool			 off;	/* all that period it could not run */
	bool			 partly;	/* some of it */
	struct revision		*revisions;	/* newest first, as lists have them */
	size_t			 n_revisions;
};

/* Of an automation, about a period: its moment, else all of it. All is in the arena. */
enum rc spell_find(struct db *db, const char *automation, const struct period *p, struct mem_arena *a,
    struct spells *out);
/* Whether the revision enabled or disabled it. */
bool spell_switches(const struct revision *r);
/* Whether it was enabled behind this one: 1 or 0; -1: not known. */
int spell_enabled(struct db *db, const struct revision *listed, struct mem_arena *a);

#endif
