/* SPDX-License-Identifier: ISC
 *
 * What people do with automations: adding, changing, removing, starting by hand. A rule is compiled
 * before it is stored, so that nothing is kept that cannot run; the engine hears of it by event.
 */
#ifndef AUTOMATION_EDIT_H
#define AUTOMATION_EDIT_H

#include "shared/base/js.h"
#include "shared/store/store_automation.h"

/*
 * members: of the rule as JSON, and "enabled", which is true when nothing says otherwise. Id from the name's slug, made
 * unique. RC_INVALID: the rule does not compile, *f names the place.
 */
enum rc automation_edit_add(struct tx *tx, const struct js *members, struct mem_arena *a,
    struct automation *out, struct fault *f);
/*
 * members: those that become others; null takes one away, and so does "" of the description. A list replaces the whole
 * list. RC_NOT_FOUND, RC_INVALID.
 */
enum rc automation_edit_change(struct tx *tx, const char *id, const struct js *members,
    struct mem_arena *a, struct automation *out, struct fault *f);
/* Its runs end; they and what else it did stay until they age out. RC_NOT_FOUND. */
enum rc automation_edit_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/*
 * All that keeps members from being added or, with an id, put over that automation: items of an open array, as
 * automation_faults writes them.
 */
void automation_edit_faults(struct db *db, const char *id, const struct js *members, bool placed, struct mem_arena *a,
    struct jsw *w);
/*
 * As its revision says it was (revision.h; held is nothing here); one that is gone comes back under its old id,
 * with what it did. RC_INVALID: it can no longer run.
 */
enum rc automation_edit_restore(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f);
/*
 * Asks the engine to run it now, without its triggers and conditions: appends automation_trigger, whose
 * id is the cause of the run. RC_NOT_FOUND; RC_REFUSED: it is disabled.
 */
enum rc automation_edit_trigger(struct tx *tx, const char *id, struct mem_arena *a, int64_t *event,
    struct fault *f);

/* {"id","name","enabled","mode","description","triggers","conditions","actions","revision",...}. secrets: for
 * somebody who may see what is secret in it (secret.h). */
void automation_edit_write(struct jsw *w, const char *key, const struct automation *r, bool secrets);

#endif
