/* SPDX-License-Identifier: ISC
 *
 * Runs of automations, and the evaluations that led to none, as people see them: the one JSON form that REST and the
 * command line show.
 */
#ifndef EVALUATION_H
#define EVALUATION_H

#include "shared/domain/trace.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_trace.h"

/*
 * The automation whose evaluations they are: the one of that id, or what is known of one that was removed: row (0:
 * nothing that it did is kept), id, name, created (0: not known) and gone. RC_NOT_FOUND.
 */
enum rc evaluation_rule(struct db *db, const char *id, struct mem_arena *a, struct automation *out);

/* "running", "done", "stopped", "failed"; of one that led to no run "no", "busy", "cut_short", "missed". */
const char *evaluation_status(const struct evaluation *e);
/*
 * Why it ended, or why it did not run, in words: "the condition 'nobody home' did not hold: person.ada is home".
 * v: what its data say. In the arena; NULL: it did what it should.
 */
const char *evaluation_reason(const struct evaluation *e, const struct trace_view *v, struct mem_arena *a);

/* "1.5 s", "3 min 20 s", "2 h 5 min"; in the arena. */
const char *evaluation_length(struct mem_arena *a, int64_t ms);

/*
 * {"id","automation_id","status","trigger","by","cause","event","started","ended","wake","reason"} with the members of
 * followup_write.
 */
enum rc evaluation_write(struct jsw *w, const char *key, struct db *db, const struct evaluation *e,
    const char *automation_id, struct mem_arena *a);
/*
 * The same, of the rule of that kind ("automation", "scenario") and id, with "held","hold","late","conditions" and
 * "trace": [{"place","alias","action","time","result","reason","late","cause","conditions","commands"}], where alias
 * and action are what the rule said when it ran (evaluation_part.h). Of a run of a scenario that took back what it did
 * "restored","not_restored","not_restored_because" are those of its end (scenario.h), else null.
 */
enum rc evaluation_write_all(struct jsw *w, const char *key, struct db *db, const struct evaluation *e,
    const char *kind, const char *id, struct mem_arena *a);

#endif
