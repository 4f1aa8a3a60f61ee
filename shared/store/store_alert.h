/* SPDX-License-Identifier: ISC
 *
 * Rows of alert rules, of what waits for its `for:`, and of alerts, active and past.
 */
#ifndef STORE_ALERT_H
#define STORE_ALERT_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct alert_row {
	int64_t		 row;
	const char	*id;		/* public key, a slug, for ever */
	const char	*name;
	bool		 enabled;
	const char	*severity;
	const char	*config;	/* the rule as it was given, JSON object */
	int64_t		 revision;	/* counts changes */
	int64_t		 created, updated;	/* UTC ms */
	const char	*problem;	/* why it cannot be judged, NULL: it can, or nobody tried yet */
	int64_t		 problem_since;	/* UTC ms, 0: there is none */
};

enum rc store_alert_rule_get(struct db *db, const char *id, struct mem_arena *a, struct alert_row *out);
/* In order of id, those with id > after (NULL: from the start). */
enum rc store_alert_rule_list(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct alert_row **rows, size_t *n);
/* Every one, disabled too; text is valid inside fn only. fn returns false to stop. */
enum rc store_alert_rule_each(struct db *db, bool (*fn)(const struct alert_row *r, void *arg), void *arg);
enum rc store_alert_rule_insert(struct tx *tx, struct alert_row *r);	/* sets row; RC_EXISTS */
/* name, enabled, severity, config, updated; revision goes up by one, what was a problem is none until it is judged. */
enum rc store_alert_rule_update(struct tx *tx, const struct alert_row *r);
/* NULL: it has none. RC_NOT_FOUND. */
enum rc store_alert_rule_problem(struct tx *tx, int64_t row, const char *problem);
enum rc store_alert_rule_delete(struct tx *tx, int64_t row);

struct alert {
	int64_t		 id;
	int64_t		 rule;		/* row, 0: it was removed */
	const char	*rule_id, *name, *severity;	/* as they were when it was raised */
	const char	*message;	/* as last told */
	const char	*seen;		/* JSON object: the values it was decided with */
	int64_t		 raised, cleared;	/* UTC ms, cleared 0: it is active */
	const char	*reason;	/* why it ended, or NULL: it is over */
	int64_t		 acknowledged;	/* UTC ms, 0: nobody did */
	const char	*acknowledged_by;
	int64_t		 told;		/* UTC ms: when people were told last */
	int64_t		 repeats;	/* how often they were told again */
	int64_t		 event;		/* that told of it */
};

/* Sets id. RC_NOT_FOUND: its rule is gone. RC_EXISTS: it has an active one. */
enum rc store_alert_insert(struct tx *tx, struct alert *al);
/* message, seen (NULL: as they are), cleared, reason, told, repeats. RC_NOT_FOUND: it is not active. */
enum rc store_alert_update(struct tx *tx, const struct alert *al);
/* RC_NOT_FOUND: it is not active, or somebody did. */
enum rc store_alert_acknowledge(struct tx *tx, int64_t id, const char *by);
enum rc store_alert_get(struct db *db, int64_t id, struct mem_arena *a, struct alert *out);
enum rc store_alert_active_of(struct db *db, int64_t rule, struct mem_arena *a, struct alert *out);
/* Newest first, id < before (0: from the newest); only active, only past, or (neither) all. */
enum store_alert_which { STORE_ALERT_ALL, STORE_ALERT_ACTIVE, STORE_ALERT_PAST };
enum rc store_alert_list(struct db *db, enum store_alert_which which, int64_t before, int limit, struct mem_arena *a,
    struct alert **rows, size_t *n);

struct alert_hold {
	int64_t	rule;		/* row */
	int64_t	due;		/* UTC ms */
	int64_t	cause;		/* event or 0 */
};

enum rc store_alert_hold_put(struct tx *tx, const struct alert_hold *h);
enum rc store_alert_hold_delete(struct tx *tx, int64_t rule);
/* RC_NOT_FOUND. */
enum rc store_alert_hold_get(struct db *db, int64_t rule, struct alert_hold *out);

#endif
