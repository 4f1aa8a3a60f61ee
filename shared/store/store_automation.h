/* SPDX-License-Identifier: ISC
 *
 * Rows of automations, of their runs, and of triggers that wait for their `for:` to pass.
 */
#ifndef STORE_AUTOMATION_H
#define STORE_AUTOMATION_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct automation {
	int64_t		 row;
	const char	*id;		/* public key, a slug, for ever */
	const char	*name;
	bool		 enabled;
	const char	*mode;		/* "single", "restart" */
	const char	*config;	/* the rule as it was given, JSON object */
	int64_t		 revision;	/* counts changes */
	int64_t		 created, updated;	/* UTC ms */
	bool		 scenario;	/* it is no automation: nothing starts it by itself */
	int64_t		 gone;		/* when it was removed, UTC ms; 0: it is there */
};

enum rc store_automation_get(struct db *db, const char *id, struct mem_arena *a,
    struct automation *out);
/* The same for scenarios. */
enum rc store_automation_get_scenario(struct db *db, const char *id, struct mem_arena *a,
    struct automation *out);
enum rc store_automation_list_scenarios(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct automation **rows, size_t *n);
/* Of either kind, as what follows. */
enum rc store_automation_by_row(struct db *db, int64_t row, struct mem_arena *a,
    struct automation *out);
/* In order of id, those with id > after (NULL: from the start). */
enum rc store_automation_list(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct automation **rows, size_t *n);
/* Every one, disabled too; text is valid inside fn only. fn returns false to stop. */
enum rc store_automation_each(struct db *db, bool (*fn)(const struct automation *r, void *arg),
    void *arg);
bool store_automation_id_taken(struct db *db, const char *id);
/* Sets row: of an id that was removed that of before, so that what it did belongs to it again. RC_EXISTS. */
enum rc store_automation_insert(struct tx *tx, struct automation *r);
/* name, enabled, mode, config, updated; revision goes up by one. */
enum rc store_automation_update(struct tx *tx, const struct automation *r);
/* Its runs end and stay for as long as all others do. */
enum rc store_automation_delete(struct tx *tx, int64_t row);
/* When one that was removed had been created, UTC ms; 0: there is none that somebody remembers. */
int64_t store_automation_gone_created(struct db *db, const char *id, bool scenario);
/* An automation that was removed while something of what it did is kept: row, id, created and gone. RC_NOT_FOUND. */
enum rc store_automation_get_gone(struct db *db, const char *id, struct mem_arena *a, struct automation *out);

#define RUN_RULE_REMOVED "the rule was removed"	/* the reason of a run that its rule's end ended */

struct run {
	int64_t		 id;
	int64_t		 automation;	/* row */
	const char	*automation_id;	/* read only */
	const char	*status;	/* "running", "done", "stopped", "failed" */
	const char	*position;	/* JSON path of the next action: "[0]" */
	int64_t		 wake;		/* when its delay ends, UTC ms, 0: it waits for nothing */
	int64_t		 cause;		/* event that triggered it, or 0 */
	int64_t		 event;		/* its own event */
	int		 trigger;	/* index of the trigger */
	int64_t		 started, ended;	/* UTC ms, 0 for not yet */
	const char	*reason;	/* why it stopped or failed, or NULL */
	bool		 scenario;	/* read only: of one */
	bool		 restore;	/* not stored: what it did is to be taken back */
};

enum rc store_run_insert(struct tx *tx, const struct run *run);	/* its id is that of its trace */
/* status, position, wake, event, ended, reason. */
enum rc store_run_update(struct tx *tx, const struct run *run);
enum rc store_run_get(struct db *db, int64_t id, struct mem_arena *a, struct run *out);
/* Whether one of its runs is under way. */
bool store_run_is_open(struct db *db, int64_t automation);
/* When its last run began, UTC ms; 0: none is kept. */
int64_t store_run_last(struct db *db, int64_t automation);
/* Those still running, in id order; text is valid inside fn only. */
enum rc store_run_each_open(struct db *db, bool (*fn)(const struct run *run, void *arg), void *arg);
struct hold {
	int64_t	automation;	/* row */
	int	trigger;	/* index */
	int64_t	entity;		/* row */
	int64_t	due;		/* UTC ms */
	int64_t	cause;		/* event or 0 */
};

enum rc store_hold_put(struct tx *tx, const struct hold *h);
enum rc store_hold_delete(struct tx *tx, int64_t automation, int trigger, int64_t entity);
/* All holds of an automation. */
enum rc store_hold_clear(struct tx *tx, int64_t automation);
enum rc store_hold_each(struct db *db, bool (*fn)(const struct hold *h, void *arg), void *arg);

#endif
