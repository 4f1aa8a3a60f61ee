/* SPDX-License-Identifier: ISC
 *
 * Going back to a revision: each kind of thing knows how to become what its snapshot says.
 */
#include <string.h>

#include "shared/domain/alert_edit.h"
#include "shared/domain/area.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/floor.h"
#include "shared/domain/calendar.h"
#include "shared/domain/label.h"
#include "shared/domain/registry.h"
#include "shared/domain/revision.h"
#include "shared/domain/scenario.h"

static revision_restore_fn *const restores[REVISION__MAX] = {
#define X(kind, name, restore) [kind] = restore,
	REVISION_KINDS(X)
#undef X
};

static revision_restore_fn *
restore_of(const char *kind)
{
	int i;

	for (i = 0; i < REVISION__MAX; i++)
		if (strcmp(revision_kinds[i], kind) == 0)
			return restores[i];
	return NULL;
}

/* Says first that it is the old that does not fit: "floor_id" is nothing that the caller gave. */
static enum rc
unfit(enum rc rc, struct fault *f)
{
	struct fault why = { 0 };

	if (f == NULL || (rc != RC_INVALID && rc != RC_EXISTS && rc != RC_REFUSED))
		return rc;
	why = *f;
	return fault_set(f, rc, why.field, "it cannot be like that again: %.200s", why.msg);
}

/* in: JSON of what is to be in it again, or NULL. */
static enum rc
restore(struct tx *tx, const struct revision *r, const char *in, struct mem_arena *a, struct fault *f)
{
	revision_restore_fn *fn = restore_of(r->kind);
	struct js *snapshot = NULL, *held = NULL;
	enum rc rc;

	if (fn == NULL)
		return fault_set(f, RC_UNSUPPORTED, NULL, "this version does not know what a %.60s is", r->kind);
	rc = js_parse(r->snapshot, strlen(r->snapshot), JS_STRICT, &snapshot, f);
	if (rc == RC_OK && in != NULL)
		rc = js_parse(in, strlen(in), JS_STRICT, &held, f);
	if (rc == RC_OK) {
		tx->restores = r->id;
		rc = unfit(fn(tx, r->subject, snapshot, held, a, f), f);
		tx->restores = 0;
	}
	js_free(snapshot);
	js_free(held);
	return rc;
}

static enum rc
find_newest(struct tx *tx, const struct revision *r, struct mem_arena *a, struct revision *out)
{
	return store_revision_below(tx->db, r->kind, r->subject, INT64_MAX, a, out);
}

/* The id of the newest of all: it grows with whatever an edit did, be it to what is in the thing alone. */
static enum rc
last_id(struct tx *tx, struct mem_arena *a, int64_t *id)
{
	struct store_revision_filter newest = { .limit = 1 };
	struct revision *rows;
	size_t n;
	enum rc rc = store_revision_list(tx->db, &newest, a, &rows, &n);

	if (rc == RC_OK)
		*id = n > 0 ? rows[0].id : 0;
	return rc;
}

enum rc
revision_restore(struct tx *tx, int64_t id, struct mem_arena *a, struct revision *out,
    struct fault *f)
{
	struct revision r, newest, made;
	int64_t before, after;
	const char *in;
	enum rc rc = store_revision_get(tx->db, id, a, &r);

	if (rc == RC_NOT_FOUND)
		return fault_set(f, rc, NULL, "there is no such revision");
	if (rc != RC_OK || (rc = find_newest(tx, &r, a, &newest)) != RC_OK ||
	    (rc = last_id(tx, a, &before)) != RC_OK)
		return rc;
	/* a version says what the thing was like: what was in it, its removal alone knows */
	in = newest.held != NULL ? newest.held : r.held;
	if ((rc = restore(tx, &r, in, a, f)) != RC_OK || (rc = last_id(tx, a, &after)) != RC_OK ||
	    (rc = find_newest(tx, &r, a, &made)) != RC_OK)
		return rc;
	if (after == before)
		return fault_set(f, RC_EXISTS, NULL, "it is like that already");
	*out = made;
	return RC_OK;
}
