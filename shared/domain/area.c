/* SPDX-License-Identifier: ISC
 *
 * Adding, changing and removing areas.
 */
#include "shared/domain/area.h"
#include "shared/domain/document.h"
#include "shared/domain/floor.h"
#include "shared/domain/label.h"
#include "shared/domain/registry_int.h"

static const struct document_kind kind = { .noun = "area", .prefix = "area.", .event = EVENT_AREA_CHANGED,
	.revision = REVISION_AREA };

static enum rc
edited(struct tx *tx, const struct area *area, const struct revision_edit *r, const struct change *c,
    struct mem_arena *a, struct fault *f)
{
	struct document_told t = { area->name, c, { { "floor_id", area->floor_id }, { "floor", area->floor_name } } };

	return document_edited(tx, &kind, r, &t, a, f);
}

/* What a revision keeps of it. */
static const char *
snapshot_of(const struct area *area, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", area->name);
	jsw_string(&w, "floor_id", area->floor_id);
	jsw_string(&w, "icon", area->icon);
	jsw_raw(&w, "aliases", area->aliases != NULL ? area->aliases : "[]");
	label_write_names(&w, area->labels);
	jsw_end(&w);
	return buf_keep(&b, a);
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct area *out, struct fault *f)
{
	return document_found(&kind, store_area_get(tx->db, id, a, out), f);
}

/* The floor that is meant, made when only its name is given and nobody has it; row 0: none. */
static enum rc
find_floor(struct tx *tx, const struct area_edit *e, struct mem_arena *a, struct floor *out,
    struct fault *f)
{
	struct floor_edit new = { .name = e->floor };
	enum rc rc;

	*out = (struct floor){ 0 };
	if (e->floor_id != NULL && *e->floor_id != '\0') {
		rc = store_floor_get(tx->db, e->floor_id, a, out);
		return rc == RC_NOT_FOUND ? fault_set(f, RC_INVALID, "floor_id",
		    "there is no floor \"%.60s\"", e->floor_id) : rc;
	}
	if (e->floor_id != NULL || *e->floor == '\0')
		return RC_OK;
	rc = store_floor_by_name(tx->db, e->floor, a, out);
	return rc == RC_NOT_FOUND ? floor_add(tx, &new, a, out, f) : rc;
}

static enum rc
merge_floor(struct tx *tx, const struct area_edit *e, struct mem_arena *a, struct area *area,
    struct change *c, struct fault *f)
{
	struct floor floor;
	enum rc rc;

	if (e->floor == NULL && e->floor_id == NULL)
		return RC_OK;
	if ((rc = find_floor(tx, e, a, &floor, f)) != RC_OK)
		return rc;
	change_text(c, "floor_id", &area->floor_id, floor.id);
	area->floor = floor.row;
	area->floor_name = floor.name;
	return RC_OK;
}

/* Puts what is given over what is there. */
static enum rc
merge(struct tx *tx, const struct area_edit *e, struct mem_arena *a, struct area *area,
    struct change *c, struct fault *f)
{
	const char *aliases, *labels;
	enum rc rc;

	if (e->name != NULL && *e->name == '\0')
		return fault_set(f, RC_INVALID, "name", "an area has a name");
	if ((rc = change_check(e->name, "name", f)) != RC_OK ||
	    (rc = change_check(e->icon, "icon", f)) != RC_OK ||
	    (rc = merge_floor(tx, e, a, area, c, f)) != RC_OK)
		return rc;
	if (e->name != NULL)
		change_text(c, "name", &area->name, e->name);
	change_entry(c, "icon", &area->icon, e->icon);
	if (e->aliases != NULL && (rc = change_aliases(e->aliases, a, &aliases, f)) != RC_OK)
		return rc;
	if (e->aliases != NULL)
		change_text(c, "aliases", &area->aliases, aliases);
	if (e->labels == NULL)
		return RC_OK;
	if ((rc = label_names(tx->db, e->labels, a, &labels, f)) == RC_OK)
		change_text(c, "labels", &area->labels, labels);
	return rc;
}

/* id: NULL for one out of the name. */
static enum rc
add(struct tx *tx, const char *id, const struct area_edit *e, struct mem_arena *a,
    struct area *out, struct fault *f)
{
	struct area area = { .aliases = "[]", .labels = "[]" };
	struct revision_edit r = { 0 };
	struct change c = { 0 };
	enum rc rc;

	if (e->name == NULL)
		return fault_set(f, RC_INVALID, "name", "an area has a name");
	if ((rc = merge(tx, e, a, &area, &c, f)) != RC_OK)
		return rc;
	area.id = id != NULL ? id : registry_id_area(tx->db, area.name, a);
	r.id = area.id;
	r.after = snapshot_of(&area, a);
	if ((rc = store_area_insert(tx, &area)) == RC_OK)
		rc = edited(tx, &area, &r, &c, a, f);
	if (rc == RC_OK)
		*out = area;
	return document_stored(&kind, rc, f);
}

enum rc
area_add(struct tx *tx, const struct area_edit *e, struct mem_arena *a, struct area *out,
    struct fault *f)
{
	return add(tx, NULL, e, a, out, f);
}

enum rc
area_change(struct tx *tx, const char *id, const struct area_edit *e, struct mem_arena *a,
    struct area *out, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct area area;
	struct change c = { 0 };
	enum rc rc;

	if ((rc = find(tx, id, a, &area, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&area, a);
	if ((rc = merge(tx, e, a, &area, &c, f)) != RC_OK)
		return rc;
	r.after = snapshot_of(&area, a);
	if (c.n > 0 && (rc = store_area_update(tx, &area)) == RC_OK)
		rc = edited(tx, &area, &r, &c, a, f);
	if (rc == RC_OK)
		*out = area;
	return document_stored(&kind, rc, f);
}

enum rc
area_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct area area;
	enum rc rc;

	if ((rc = find(tx, id, a, &area, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&area, a);
	if ((rc = registry_area_held(tx, &area, a, &r.held)) == RC_OK &&
	    (rc = store_area_delete(tx, area.row)) == RC_OK)
		rc = edited(tx, &area, &r, NULL, a, f);
	return document_stored(&kind, rc, f);
}

/* A text for an edit: "" takes away what was not there. */
static const char *
entry(const struct js *snapshot, const char *key)
{
	const char *text = js_get_string(snapshot, key);

	return text != NULL ? text : "";
}

enum rc
area_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f)
{
	struct change_names aliases = change_names_of(js_get(snapshot, "aliases"), a);
	struct change_names labels = label_names_of(tx->db, js_get(snapshot, "labels"), a);
	struct area_edit e = { .name = js_get_string(snapshot, "name"), .icon = entry(snapshot, "icon"),
	    .floor_id = entry(snapshot, "floor_id"), .aliases = &aliases, .labels = &labels };
	struct area area;
	enum rc rc;

	rc = store_area_get(tx->db, id, a, &area);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = rc == RC_OK ? area_change(tx, id, &e, a, &area, f) : add(tx, id, &e, a, &area, f);
	return rc == RC_OK ? registry_area_put_back(tx, id, held, a, f) : rc;
}

void
area_write(struct jsw *w, const char *key, const struct area *area)
{
	jsw_object(w, key);
	jsw_string(w, "id", area->id);
	jsw_string(w, "name", area->name);
	jsw_string(w, "floor_id", area->floor_id);
	jsw_string(w, "floor", area->floor_name);
	jsw_string(w, "icon", area->icon);
	jsw_raw(w, "aliases", area->aliases != NULL ? area->aliases : "[]");
	jsw_raw(w, "labels", area->labels != NULL ? area->labels : "[]");
	jsw_end(w);
}
