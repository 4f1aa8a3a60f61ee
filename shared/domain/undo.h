/* SPDX-License-Identifier: ISC
 *
 * Undo: what commands made of entities is taken back, as far as that is possible and safe. The commands are those
 * of one run and of all that it started (consequence.h), of one earlier undo, of one person's last action, or a single
 * one. What brings an entity back is the
 * business of reversal.h; here it is looked whether anything else happened to it since, and the new commands go
 * through the one door like any others, with an event that names what is undone as its cause.
 */
#ifndef UNDO_H
#define UNDO_H

#include "shared/base/js.h"
#include "shared/domain/command.h"
#include "shared/store/store_automation.h"

#define UNDO_COMMANDS_MAX 500	/* that are undone at once */

enum undo_result {
	UNDO_REVERSED,		/* told to be again what it was */
	UNDO_ALREADY,		/* it is like that already, or was never told anything */
	UNDO_CHANGED,		/* somebody or something changed it since: only when somebody insists */
	UNDO_ASK,		/* not safe by itself: only when somebody insists */
	UNDO_IMPOSSIBLE,	/* nothing brings it back */
	UNDO_REFUSED,		/* a rule of the house forbids it */
	UNDO__MAX
};
extern const char *const undo_results[UNDO__MAX + 1];	/* their names; ends with NULL */

struct undo_how {
	bool		 force;		/* also what changed since, and what is not safe by itself */
	const struct js	*only;		/* array of entity ids: these alone; NULL: all */
	int64_t		 timeout_ms;	/* of the commands, as command_request */
};

/* One command that was given, or one entity that got none. */
struct undo_item {
	const char	*entity_id;
	enum undo_result result;
	const char	*reason;	/* for people, NULL with UNDO_REVERSED */
	struct command	 command;	/* id 0: none */
};

struct undone {
	int64_t		 event;		/* cause of the commands, 0: none was given */
	bool		 cut;		/* more followed from it than is looked at: that stays as it is */
	struct undo_item *items;	/* in the arena */
	size_t		 n;
};

/*
 * Undoes a run, with what the scenarios and rules did that it started; what one that goes on does afterwards is its
 * own. RC_NOT_FOUND: no command was given. tx->actor is who wants it. RC_TOO_LARGE.
 */
enum rc undo_run(struct tx *tx, const struct run *run, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f);
/* A single command. RC_NOT_FOUND: there is none. */
enum rc undo_command(struct tx *tx, int64_t id, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f);
/* All commands that the event led to: of a run and what followed, or of an undo. RC_NOT_FOUND: it led to none. */
enum rc undo_event(struct tx *tx, int64_t event, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f);
/* What actor did last; NULL: the house, by itself: an automation or a scenario. RC_NOT_FOUND. */
enum rc undo_last(struct tx *tx, const char *actor, const struct undo_how *how, struct mem_arena *a,
    struct undone *out, struct fault *f);

/* {"event", "complete", "results": [{"entity_id","result","reason","id","service","data","status","detail"}]} */
void undo_write(struct jsw *w, const char *key, const struct undone *u);

#endif
