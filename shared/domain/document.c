/* SPDX-License-Identifier: ISC
 *
 * Documents of people.
 */
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/mem.h"
#include "shared/domain/document.h"

#define SLUG_BYTES 120

const char *
document_text(const struct js *v, struct mem_arena *a)
{
	struct buf text = { 0 };

	js_dump(v, &text);
	return buf_keep(&text, a);
}

enum rc
document_keep(const struct js *v, struct mem_arena *a, const char **text, struct fault *f)
{
	const char *kept = document_text(v, a);
	struct js *again = NULL;
	enum rc rc = js_parse(kept, strlen(kept), JS_STRICT, &again, f);

	js_free(again);
	if (rc == RC_OK)
		*text = kept;
	return rc;
}

struct js *
document_read(const char *text)
{
	struct js *v = NULL, *copy;

	js_parse(text, strlen(text), JS_STRICT, &v, NULL);
	copy = js_type(v) == JS_OBJECT ? js_copy(v) : js_new_object();
	js_free(v);
	return copy;
}

void
document_merge(struct js *document, const struct js *members)
{
	void *it;

	for (it = js_iter(members); it != NULL; it = js_iter_next(members, it))
		if (js_is_null(js_iter_value(it)))
			js_unset(document, js_iter_key(it));
		else
			js_set(document, js_iter_key(it), js_ref(js_iter_value(it)));
}

void
document_merge_enabled(struct js *document, const struct js *members, bool *enabled)
{
	js_set(document, "enabled", js_new_bool(*enabled));
	document_merge(document, members);
	*enabled = js_bool(js_get(document, "enabled"), true);
	js_unset(document, "enabled");
}

const char *
document_snapshot(const char *text, bool enabled, struct mem_arena *a)
{
	struct js *document = document_read(text);
	const char *out;

	js_set(document, "enabled", js_new_bool(enabled));
	out = document_text(document, a);
	js_free(document);
	return out;
}

void
document_write_member(struct jsw *w, const struct js *document, const char *key, const char *otherwise)
{
	const struct js *v = js_get(document, key);

	if (v != NULL)
		jsw_value(w, key, v);
	else
		jsw_raw(w, key, otherwise);
}

enum rc
document_id(struct db *db, const struct document_kind *k, const char *name, struct mem_arena *a, const char **out,
    struct fault *f)
{
	char slug[SLUG_BYTES], *p;
	const char *id = slug;
	int n;

	if (field_slug(name, slug, sizeof(slug)) != RC_OK)
		return fault_set(f, RC_INVALID, "name", "name is too long");
	for (p = slug; *p != '\0'; p++)
		if (*p == '_')
			*p = k->joint;
	for (n = 2; k->taken(db, id); n++)
		id = mem_printf(a, "%s%c%d", slug, k->joint, n);
	*out = mem_strdup(a, id);
	return RC_OK;
}

enum rc
document_tell(struct tx *tx, const struct document_kind *k, const char *id, const char *change,
    const struct document_told *t, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	size_t i;
	enum rc rc;

	jsw_object(&w, NULL);
	jsw_string(&w, "change", change);
	if (t != NULL) {
		jsw_string(&w, mem_printf(a, "%s_id", k->noun), id);
		jsw_string(&w, "name", t->name);
		for (i = 0; i < sizeof(t->more) / sizeof(t->more[0]) && t->more[i].key != NULL; i++)
			jsw_string(&w, t->more[i].key, t->more[i].value);
		change_write(&w, t->changed != NULL ? t->changed : &(struct change){ 0 });
	}
	jsw_end(&w);
	rc = event_append(tx, k->event, 0, mem_printf(a, "%s%s", k->prefix, id), buf_str(&b), NULL);
	buf_free(&b);
	return rc;
}

enum rc
document_edited(struct tx *tx, const struct document_kind *k, const struct revision_edit *e,
    const struct document_told *t, struct mem_arena *a, struct fault *f)
{
	struct revision_edit edit = *e;
	const char *change = e->before == NULL ? "added" : e->after == NULL ? "removed" : "changed";
	enum rc rc;

	edit.kind = k->revision;
	rc = revision_add(tx, &edit, a, f);
	return rc != RC_OK ? rc : document_tell(tx, k, e->id, change, t, a);
}

enum rc
document_changed(struct tx *tx, const struct document_kind *k, const char *id, const char *before, const char *after,
    struct mem_arena *a, struct fault *f)
{
	struct revision_edit e = { .id = id, .before = before, .after = after };

	return document_edited(tx, k, &e, NULL, a, f);
}

enum rc
document_found(const struct document_kind *k, enum rc rc, struct fault *f)
{
	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "there is no such %s", k->noun) : rc;
}

enum rc
document_stored(const struct document_kind *k, enum rc rc, struct fault *f)
{
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, "the %s cannot be stored", k->noun);
}
