/* SPDX-License-Identifier: ISC
 *
 * Revisions: what people made of automations, areas, floors and of the settings of devices and entities,
 * each with the thing as it was then. Edits add them in their own transaction (revision_add); they can be
 * listed, compared and gone back to, also after the thing is gone.
 */
#ifndef REVISION_H
#define REVISION_H

#include "shared/base/js.h"
#include "shared/store/store_revision.h"

/* X(KIND, name, restore): what has revisions; restore is a revision_restore_fn of its module. */
#define REVISION_KINDS(X) \
	X(REVISION_AUTOMATION, "automation", automation_edit_restore) \
	X(REVISION_ALERT, "alert_rule", alert_edit_restore) \
	X(REVISION_SCENARIO, "scenario", scenario_restore) \
	X(REVISION_AREA, "area", area_restore) \
	X(REVISION_FLOOR, "floor", floor_restore) \
	X(REVISION_LABEL, "label", label_restore) \
	X(REVISION_CALENDAR, "calendar", calendar_restore) \
	X(REVISION_ENTITY, "entity", registry_restore_entity) \
	X(REVISION_DEVICE, "device", registry_restore_device)

enum revision_kind {
#define X(kind, name, restore) kind,
	REVISION_KINDS(X)
#undef X
	REVISION__MAX
};
/* Their names, in this order; ends with NULL. */
extern const char *const revision_kinds[REVISION__MAX + 1];

/*
 * Makes the thing with that id what the snapshot says, by the edits that people use; held is what was in it when it
 * was removed, NULL: nothing. Those of held come back into it that are still there and in no other now.
 */
typedef enum rc revision_restore_fn(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f);

/* One edit. The texts are JSON objects that are equal when the thing is. */
struct revision_edit {
	enum revision_kind	 kind;
	const char		*id;		/* of the thing */
	const char		*before;	/* NULL: it was not there */
	const char		*after;		/* NULL: it is no more */
	const char		*held;		/* what was in it that is no more, or NULL */
};

/*
 * Adds the revision of an edit, with author, time and reason of tx: added, changed or removed, or restored while
 * tx->restores is set. Nothing when before and after are the same. When `before` is not what the last
 * revision left (there is none; something that leaves no revisions changed it), "found" comes first, so
 * that each revision differs from the one before by what its author did. A failure is RC_FULL, ... with *f.
 */
enum rc revision_add(struct tx *tx, const struct revision_edit *e, struct mem_arena *a, struct fault *f);

/* What differs between two, as js_diff. The caller owns *out. RC_ERROR: one is damaged. */
enum rc revision_diff(const struct revision *from, const struct revision *to, struct js **out,
    struct fault *f);
/*
 * The same against the one before, where a thing that was removed is nothing, and what was in it when it was removed
 * belongs to what is gone; NULL in *out when the one before
 * is not known: it was found like that, or the one before is no longer kept.
 */
enum rc revision_diff_before(struct db *db, const struct revision *r, struct mem_arena *a,
    struct js **out, struct fault *f);

/*
 * Makes the thing again what it was at revision `id`, by the edits that people use, and says so in *out, its
 * newest revision. An automation, area, floor or label that is gone comes back under its old id, whichever of its
 * revisions it is, with what was in it when it was removed last and is nowhere else now; so does what was in it for
 * one that is there, when revision `id` is that of a removal. RC_NOT_FOUND: no such revision, or a device or entity
 * that is gone. RC_EXISTS: it is like that already, or its name is taken; RC_INVALID, RC_REFUSED: it cannot be like
 * that now.
 */
enum rc revision_restore(struct tx *tx, int64_t id, struct mem_arena *a, struct revision *out,
    struct fault *f);

/* {"id","time","kind","subject","number","change","author","reason","name","changed":[...],"source"} */
void revision_write(struct jsw *w, const char *key, const struct revision *r);
/* The same with "snapshot", "held" and "diff", which may be NULL. */
void revision_write_full(struct jsw *w, const char *key, const struct revision *r, const struct js *diff);

#endif
