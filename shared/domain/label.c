/* SPDX-License-Identifier: ISC
 *
 * Labels: reading them with what carries them, adding, changing, removing.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/area.h"
#include "shared/domain/document.h"
#include "shared/domain/label.h"
#include "shared/domain/registry_int.h"

static const char *const lists[STORE_LABELLED__MAX] = {
	[STORE_LABELLED_AREA] = "areas",
	[STORE_LABELLED_DEVICE] = "devices",
	[STORE_LABELLED_ENTITY] = "entities",
};

/* ---- reading ---- */

static enum rc
read_on(struct db *db, struct mem_arena *a, struct label_view *v)
{
	enum rc rc = RC_OK;
	int i;

	for (i = 0; rc == RC_OK && i < STORE_LABELLED__MAX; i++)
		rc = store_label_on(db, v->label.id, (enum store_labelled)i, a, &v->on[i], &v->n[i]);
	return rc;
}

enum rc
label_get(struct db *db, const char *id, struct mem_arena *a, struct label_view *out)
{
	struct label_view v = { 0 };
	enum rc rc = store_label_get(db, id, a, &v.label);

	if (rc == RC_OK && (rc = read_on(db, a, &v)) == RC_OK)
		*out = v;
	return rc;
}

enum rc
label_list(struct db *db, struct mem_arena *a, struct label_view **rows, size_t *n)
{
	struct label_view *views;
	struct label *list;
	size_t count, i;
	enum rc rc;

	if ((rc = store_label_list(db, a, &list, &count)) != RC_OK)
		return rc;
	views = mem_zalloc(a, (count + 1) * sizeof(*views));
	for (i = 0; i < count && rc == RC_OK; i++) {
		views[i].label = list[i];
		rc = read_on(db, a, &views[i]);
	}
	if (rc != RC_OK)
		return rc;
	*rows = views;
	*n = count;
	return RC_OK;
}

static void
write_on(struct jsw *w, const struct label_view *v)
{
	size_t k;
	int i;

	for (i = 0; i < STORE_LABELLED__MAX; i++) {
		jsw_array(w, lists[i]);
		for (k = 0; k < v->n[i]; k++)
			jsw_string(w, NULL, v->on[i][k]);
		jsw_end(w);
	}
}

void
label_write(struct jsw *w, const char *key, const struct label_view *v)
{
	jsw_object(w, key);
	jsw_string(w, "id", v->label.id);
	jsw_string(w, "name", v->label.name);
	jsw_string(w, "icon", v->label.icon);
	jsw_string(w, "color", v->label.color);
	write_on(w, v);
	jsw_end(w);
}

/* ---- events and revisions ---- */

static const struct document_kind kind = { .noun = "label", .prefix = "label.", .event = EVENT_LABEL_CHANGED,
	.revision = REVISION_LABEL };

static enum rc
edited(struct tx *tx, const struct label *label, const struct revision_edit *r, const struct change *c,
    struct mem_arena *a, struct fault *f)
{
	struct document_told t = { .name = label->name, .changed = c };

	return document_edited(tx, &kind, r, &t, a, f);
}

/* What a revision keeps of it. */
static const char *
snapshot_of(const struct label *label, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", label->name);
	jsw_string(&w, "icon", label->icon);
	jsw_string(&w, "color", label->color);
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* What it is on, as a revision keeps it. */
static const char *
held_by(const struct label_view *v, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	write_on(&w, v);
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* ---- edits ---- */

static enum rc
check_name(struct tx *tx, const char *name, int64_t mine, struct mem_arena *a, struct fault *f)
{
	struct label other;
	enum rc rc;

	if (*name == '\0')
		return fault_set(f, RC_INVALID, "name", "a label has a name");
	if ((rc = change_check(name, "name", f)) != RC_OK)
		return rc;
	if (store_label_by_name(tx->db, name, a, &other) == RC_OK && other.row != mine)
		return fault_set(f, RC_EXISTS, "name", "there is a label of that name: %.60s", other.id);
	return RC_OK;
}

static enum rc
check_color(const char *color, struct fault *f)
{
	size_t i = 1;

	if (color == NULL || *color == '\0')
		return RC_OK;
	while (*color == '#' && isxdigit((unsigned char)color[i]))
		i++;
	return i == 7 && color[7] == '\0' ? RC_OK :
	    fault_set(f, RC_INVALID, "color", "must be like #3366cc");
}

/* Puts what is given over what is there. */
static enum rc
merge(struct tx *tx, const struct label_edit *e, struct mem_arena *a, struct label *label, struct change *c,
    struct fault *f)
{
	enum rc rc;

	if (e->name != NULL && (rc = check_name(tx, e->name, label->row, a, f)) != RC_OK)
		return rc;
	if ((rc = change_check(e->icon, "icon", f)) != RC_OK || (rc = check_color(e->color, f)) != RC_OK)
		return rc;
	if (e->name != NULL)
		change_text(c, "name", &label->name, e->name);
	change_entry(c, "icon", &label->icon, e->icon);
	change_entry(c, "color", &label->color, e->color);
	return RC_OK;
}

/* id: NULL for one out of the name. */
static enum rc
add(struct tx *tx, const char *id, const struct label_edit *e, struct mem_arena *a, struct label *out,
    struct fault *f)
{
	struct revision_edit r = { 0 };
	struct label label = { 0 };
	struct change c = { 0 };
	enum rc rc;

	if (e->name == NULL)
		return fault_set(f, RC_INVALID, "name", "a label has a name");
	if ((rc = merge(tx, e, a, &label, &c, f)) != RC_OK)
		return rc;
	label.id = id != NULL ? id : registry_id_label(tx->db, label.name, a);
	r.id = label.id;
	r.after = snapshot_of(&label, a);
	if ((rc = store_label_insert(tx, &label)) == RC_OK)
		rc = edited(tx, &label, &r, &c, a, f);
	if (rc == RC_OK)
		*out = label;
	return document_stored(&kind, rc, f);
}

enum rc
label_add(struct tx *tx, const struct label_edit *e, struct mem_arena *a, struct label *out, struct fault *f)
{
	return add(tx, NULL, e, a, out, f);
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct label *out, struct fault *f)
{
	return document_found(&kind, store_label_get(tx->db, id, a, out), f);
}

enum rc
label_change(struct tx *tx, const char *id, const struct label_edit *e, struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct label label;
	struct change c = { 0 };
	enum rc rc;

	if ((rc = find(tx, id, a, &label, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&label, a);
	if ((rc = merge(tx, e, a, &label, &c, f)) != RC_OK || c.n == 0)
		return rc;
	r.after = snapshot_of(&label, a);
	if ((rc = store_label_update(tx, &label)) == RC_OK)
		rc = edited(tx, &label, &r, &c, a, f);
	return document_stored(&kind, rc, f);
}

/* ---- on and off the things that carry it ---- */

/* The labels of a thing without one and, if `on`, with it at the end; in the arena. */
static struct change_names
names_of(const char *labels, const char *id, bool on, struct mem_arena *a)
{
	struct change_names names = { 0 };
	struct js *list = NULL;
	const char **ids, *one;
	size_t i;

	if (labels != NULL)
		js_parse(labels, strlen(labels), JS_STRICT, &list, NULL);
	ids = mem_zalloc(a, (js_size(list) + 1) * sizeof(*ids));
	for (i = 0; i < js_size(list); i++)
		if ((one = js_string(js_at(list, i), NULL)) != NULL && strcmp(one, id) != 0)
			ids[names.n++] = mem_strdup(a, one);
	if (on)
		ids[names.n++] = id;
	names.list = ids;
	js_free(list);
	return names;
}

/* By the edit of a person, so that it has its revision; nothing when the thing is gone. */
static enum rc
put(struct tx *tx, enum store_labelled what, const char *thing, const char *id, bool on, struct mem_arena *a,
    struct fault *f)
{
	struct change_names names;
	struct entity_state es;
	struct device d;
	struct area area;

	if (what == STORE_LABELLED_ENTITY && store_entity_get(tx->db, thing, a, &es) == RC_OK) {
		names = names_of(es.entity.labels, id, on, a);
		return registry_edit_entity(tx, thing, &(struct registry_edit){ .labels = &names }, a, f);
	}
	if (what == STORE_LABELLED_DEVICE && store_device_get(tx->db, thing, a, &d) == RC_OK) {
		names = names_of(d.labels, id, on, a);
		return registry_edit_device(tx, thing, &(struct registry_edit){ .labels = &names }, a, f);
	}
	if (what == STORE_LABELLED_AREA && store_area_get(tx->db, thing, a, &area) == RC_OK) {
		names = names_of(area.labels, id, on, a);
		return area_change(tx, thing, &(struct area_edit){ .labels = &names }, a, &area, f);
	}
	return RC_OK;
}

static enum rc
put_back(struct tx *tx, const char *id, const struct js *held, struct mem_arena *a, struct fault *f)
{
	const struct js *things;
	const char *thing;
	enum rc rc = RC_OK;
	size_t k;
	int i;

	for (i = 0; i < STORE_LABELLED__MAX; i++) {
		things = js_get(held, lists[i]);
		for (k = 0; rc == RC_OK && k < js_size(things); k++)
			if ((thing = js_string(js_at(things, k), NULL)) != NULL)
				rc = put(tx, (enum store_labelled)i, thing, id, true, a, f);
	}
	return rc;
}

static enum rc
take_off(struct tx *tx, const struct label_view *v, struct mem_arena *a, struct fault *f)
{
	enum rc rc = RC_OK;
	size_t k;
	int i;

	for (i = 0; i < STORE_LABELLED__MAX; i++)
		for (k = 0; rc == RC_OK && k < v->n[i]; k++)
			rc = put(tx, (enum store_labelled)i, v->on[i][k], v->label.id, false, a, f);
	return rc;
}

enum rc
label_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct label_view v = { 0 };
	enum rc rc;

	if ((rc = find(tx, id, a, &v.label, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&v.label, a);
	if ((rc = read_on(tx->db, a, &v)) != RC_OK)
		return document_stored(&kind, rc, f);
	r.held = held_by(&v, a);
	if ((rc = take_off(tx, &v, a, f)) == RC_OK && (rc = store_label_delete(tx, v.label.row)) == RC_OK)
		rc = edited(tx, &v.label, &r, NULL, a, f);
	return document_stored(&kind, rc, f);
}

/* ---- restoring ---- */

/* A text for an edit: "" takes away what was not there. */
static const char *
entry(const struct js *snapshot, const char *key)
{
	const char *text = js_get_string(snapshot, key);

	return text != NULL ? text : "";
}

enum rc
label_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f)
{
	struct label_edit e = { .name = js_get_string(snapshot, "name"), .icon = entry(snapshot, "icon"),
	    .color = entry(snapshot, "color") };
	struct label label;
	enum rc rc;

	rc = store_label_get(tx->db, id, a, &label);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = rc == RC_OK ? label_change(tx, id, &e, a, f) : add(tx, id, &e, a, &label, f);
	return rc == RC_OK ? put_back(tx, id, held, a, f) : rc;
}

/* ---- on things ---- */

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

enum rc
label_names(struct db *db, const struct change_names *ids, struct mem_arena *a, const char **json,
    struct fault *f)
{
	const char **sorted = mem_zalloc(a, (ids->n + 1) * sizeof(*sorted));
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct label label;
	size_t i;

	if (ids->n > CHANGE_NAMES_MAX)
		return fault_set(f, RC_INVALID, "labels", "there are at most %d labels", CHANGE_NAMES_MAX);
	for (i = 0; i < ids->n; i++) {
		if (store_label_get(db, ids->list[i], a, &label) != RC_OK)
			return fault_set(f, RC_INVALID, "labels", "there is no label \"%.60s\"", ids->list[i]);
		sorted[i] = ids->list[i];
	}
	qsort(sorted, ids->n, sizeof(*sorted), by_text);
	jsw_array(&w, NULL);
	for (i = 0; i < ids->n; i++)
		if (i == 0 || strcmp(sorted[i - 1], sorted[i]) != 0)
			jsw_string(&w, NULL, sorted[i]);
	jsw_end(&w);
	*json = buf_keep(&b, a);
	return RC_OK;
}

struct change_names
label_names_of(struct db *db, const struct js *list, struct mem_arena *a)
{
	struct change_names all = change_names_of(list, a);
	const char **ids = mem_zalloc(a, (all.n + 1) * sizeof(*ids));
	struct change_names out = { ids, 0 };
	struct label label;
	size_t i;

	for (i = 0; i < all.n; i++)
		if (store_label_get(db, all.list[i], a, &label) == RC_OK)
			ids[out.n++] = all.list[i];
	return out;
}

void
label_write_names(struct jsw *w, const char *labels)
{
	if (labels != NULL && strcmp(labels, "[]") != 0)
		jsw_raw(w, "labels", labels);
}
