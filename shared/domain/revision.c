/* SPDX-License-Identifier: ISC
 *
 * Adding revisions, comparing them, and their JSON form.
 */
#include <string.h>

#include "shared/base/js_diff.h"
#include "shared/domain/revision.h"

const char *const revision_kinds[REVISION__MAX + 1] = {
#define X(kind, name, restore) [kind] = name,
	REVISION_KINDS(X)
#undef X
};

static bool
is(const struct revision *r, const char *change)
{
	return strcmp(r->change, change) == 0;
}

static bool
same(const struct js *a, const struct js *b)
{
	return a == NULL || b == NULL ? a == b : js_equal(a, b);
}

static void
write_changed(struct jsw *w, const struct js *from, const struct js *to)
{
	void *it;

	for (it = js_iter(from); it != NULL; it = js_iter_next(from, it))
		if (!same(js_iter_value(it), js_get(to, js_iter_key(it))))
			jsw_string(w, NULL, js_iter_key(it));
	for (it = js_iter(to); it != NULL; it = js_iter_next(to, it))
		if (js_get(from, js_iter_key(it)) == NULL)
			jsw_string(w, NULL, js_iter_key(it));
}

/* The names of the members that differ; none when one is not there. */
static const char *
members_of(const struct js *from, const struct js *to, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_array(&w, NULL);
	if (from != NULL && to != NULL)
		write_changed(&w, from, to);
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* A snapshot's text as a tree; NULL for NULL. */
static struct js *
tree(const char *text)
{
	struct js *v = NULL;

	if (text != NULL)
		js_parse(text, strlen(text), JS_STRICT, &v, NULL);
	return v;
}

/* The thing as it was before the edit, when nobody has written that down. */
static enum rc
add_found(struct tx *tx, const struct revision_edit *e, const struct js *before, int64_t *number,
    struct mem_arena *a)
{
	struct revision last, found = {
		.time = tx->now_ms, .kind = revision_kinds[e->kind], .subject = e->id, .change = "found",
		.name = mem_strdup(a, js_get_string(before, "name")), .members = "[]", .snapshot = e->before,
	};
	struct js *from;
	enum rc rc = store_revision_below(tx->db, found.kind, e->id, INT64_MAX, a, &last);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	*number = rc == RC_OK ? last.number + 1 : 1;
	if (before == NULL)
		return RC_OK;
	if (rc == RC_OK && !is(&last, "removed")) {
		from = tree(last.snapshot);
		found.members = members_of(from, before, a);
		js_free(from);
		if (strcmp(found.members, "[]") == 0)
			return RC_OK;
	}
	found.number = (*number)++;
	return store_revision_add(tx, &found);
}

static const char *
change_of(const struct tx *tx, const struct revision_edit *e)
{
	if (tx->restores != 0)
		return "restored";
	return e->before == NULL ? "added" : e->after == NULL ? "removed" : "changed";
}

static enum rc
add(struct tx *tx, const struct revision_edit *e, const struct js *before, const struct js *after,
    struct mem_arena *a)
{
	const char *name = mem_strdup(a, js_get_string(after != NULL ? after : before, "name"));
	struct revision r = {
		.time = tx->now_ms, .kind = revision_kinds[e->kind], .subject = e->id,
		.change = change_of(tx, e), .author = tx->actor, .reason = tx->reason, .name = name,
		.members = members_of(before, after, a), .held = e->held, .source = tx->restores,
		.snapshot = e->after != NULL ? e->after : e->before,
	};
	enum rc rc = add_found(tx, e, before, &r.number, a);

	return rc == RC_OK ? store_revision_add(tx, &r) : rc;
}

enum rc
revision_add(struct tx *tx, const struct revision_edit *e, struct mem_arena *a, struct fault *f)
{
	struct js *before = tree(e->before), *after = tree(e->after);
	enum rc rc = same(before, after) ? RC_OK : add(tx, e, before, after, a);

	js_free(before);
	js_free(after);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the revision cannot be stored");
}

/* from and to: texts, NULL for nothing. */
static enum rc
diff_texts(const char *from, const char *to, struct js **out, struct fault *f)
{
	struct js *a = tree(from), *b = tree(to);
	bool whole = (a != NULL || from == NULL) && (b != NULL || to == NULL);

	if (whole)
		*out = js_diff(a, b);
	js_free(a);
	js_free(b);
	return whole ? RC_OK : fault_set(f, RC_ERROR, NULL, "the revision is damaged");
}

enum rc
revision_diff(const struct revision *from, const struct revision *to, struct js **out,
    struct fault *f)
{
	return diff_texts(from->snapshot, to->snapshot, out, f);
}

/* What is gone with a removed thing: itself, and the lists of those that were in it. */
static enum rc
diff_removed(const struct revision *r, struct js **out, struct fault *f)
{
	struct js *all = tree(r->snapshot), *held = tree(r->held);
	const struct js *list;
	void *it;

	if (all == NULL || (held == NULL && r->held != NULL)) {
		js_free(all);
		return fault_set(f, RC_ERROR, NULL, "the revision is damaged");
	}
	for (it = js_iter(held); it != NULL; it = js_iter_next(held, it)) {
		list = js_iter_value(it);
		if (js_size(list) > 0)
			js_set(all, js_iter_key(it), js_copy(list));
	}
	*out = js_diff(all, NULL);
	js_free(all);
	js_free(held);
	return RC_OK;
}

enum rc
revision_diff_before(struct db *db, const struct revision *r, struct mem_arena *a, struct js **out,
    struct fault *f)
{
	struct revision before;
	enum rc rc;

	if (is(r, "added"))
		return diff_texts(NULL, r->snapshot, out, f);
	if (is(r, "removed"))
		return diff_removed(r, out, f);
	rc = store_revision_below(db, r->kind, r->subject, r->number, a, &before);
	if (rc == RC_OK)
		return diff_texts(is(&before, "removed") ? NULL : before.snapshot, r->snapshot, out, f);
	if (rc != RC_NOT_FOUND)
		return rc;
	*out = NULL;
	return RC_OK;
}

static void
write_members(struct jsw *w, const struct revision *r)
{
	jsw_int(w, "id", r->id);
	jsw_time(w, "time", r->time);
	jsw_string(w, "kind", r->kind);
	jsw_string(w, "subject", r->subject);
	jsw_int(w, "number", r->number);
	jsw_string(w, "change", r->change);
	jsw_string(w, "author", r->author);
	jsw_string(w, "reason", r->reason);
	jsw_string(w, "name", r->name);
	jsw_raw(w, "changed", r->members);
	if (r->source != 0)
		jsw_int(w, "source", r->source);
	else
		jsw_null(w, "source");
}

void
revision_write(struct jsw *w, const char *key, const struct revision *r)
{
	jsw_object(w, key);
	write_members(w, r);
	jsw_end(w);
}

void
revision_write_full(struct jsw *w, const char *key, const struct revision *r, const struct js *diff)
{
	jsw_object(w, key);
	write_members(w, r);
	jsw_raw(w, "snapshot", r->snapshot);
	jsw_raw(w, "held", r->held != NULL ? r->held : "null");
	jsw_value(w, "diff", diff);
	jsw_end(w);
}
