/* SPDX-License-Identifier: ISC
 *
 * What became of a run afterwards: whether there is anything to take back, and whether somebody did.
 */
#ifndef FOLLOWUP_H
#define FOLLOWUP_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store.h"

struct followup {
	bool		 undoable;	/* it, or what it started, told a device something that has a way back */
	/* The newest undo of it that was not undone itself; 0: there is none. */
	int64_t		 undo;		/* its event */
	int64_t		 time;		/* UTC ms */
	const char	*actor;		/* or NULL */
	const char	**left;		/* ids of those entities that none of these told anything, in the arena */
	size_t		 n_left;
};

/* event: of the run, 0: it has none. One that is no longer recorded led to nothing. */
enum rc followup_find(struct db *db, int64_t event, struct mem_arena *a, struct followup *out);
/* Whether an event, of a run or an undo, led to something that can be taken back. */
enum rc followup_undoable(struct db *db, int64_t event, struct mem_arena *a, bool *out);
/* The same of a single command; one that is no longer recorded cannot. */
enum rc followup_command(struct db *db, int64_t id, struct mem_arena *a, bool *out);
/* The members "undoable" and "undone": {"event","time","actor","left":[...]} or null. */
void followup_write(struct jsw *w, const struct followup *f);

#endif
