/* SPDX-License-Identifier: ISC
 *
 * What people do with alerts and their rules: adding, changing, trying, removing, acknowledging. A rule is compiled
 * and what it refers to is looked up before it is stored; the engine hears of it by event.
 */
#ifndef ALERT_EDIT_H
#define ALERT_EDIT_H

#include "shared/base/js.h"
#include "shared/store/store_alert.h"

/* Members of the rule that are given; null takes one away. `enabled` is one of them. */
struct alert_edit {
	const struct js	*members;	/* object */
};

/* Id from the name's slug, made unique. RC_INVALID: *f names the place. */
enum rc alert_edit_add(struct tx *tx, const struct alert_edit *e, struct mem_arena *a, struct alert_row *out,
    struct fault *f);
/* RC_NOT_FOUND, RC_INVALID. One that is disabled ends its alert. */
enum rc alert_edit_change(struct tx *tx, const char *id, const struct alert_edit *e, struct mem_arena *a,
    struct alert_row *out, struct fault *f);
/* What saving says of it: RC_INVALID, *f names the place. */
enum rc alert_edit_check(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f);
/* Its alert ends; past ones stay. RC_NOT_FOUND. */
enum rc alert_edit_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* As its revision says it was (revision.h; held is nothing here). */
enum rc alert_edit_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);

/* Somebody has seen it: it is not repeated. RC_NOT_FOUND; RC_EXISTS: it is over, or somebody has. */
enum rc alert_acknowledge(struct tx *tx, int64_t id, struct mem_arena *a, struct alert *out, struct fault *f);

/*
 * Why a rule that is saved cannot be judged as the house is; NULL: it can, or it takes reading history to know. In the
 * arena. Reads in transactions of its own. RC_NOT_FOUND.
 */
enum rc alert_problem(struct db *db, const char *id, int64_t now_ms, int64_t raw_days, struct mem_arena *a,
    const char **problem);
/*
 * The rule against the house as it is, without raising anything: appends {"verdict": "yes", "no" or "unknown",
 * "reason", "values", "message"} to out. Reads in transactions of its own. RC_INVALID.
 */
enum rc alert_try(struct db *db, const struct js *config, int64_t now_ms, int64_t raw_days, struct buf *out,
    struct fault *f);

/* {"id","name","description","enabled","severity","variables","expression",...,"revision","created","updated"} */
void alert_write_rule(struct jsw *w, const char *key, const struct alert_row *r);
/* {"id","rule_id","name","severity","message","values","status","raised","cleared",...} */
void alert_write(struct jsw *w, const char *key, const struct alert *al);

/* ---- for the engine ---- */

/* The subject and the data of an event about an alert; appended to the buffers. */
void alert_event(const char *rule_id, const char *name, const char *severity, const char *status, const char *message,
    struct buf *subject, struct buf *data);

#endif
