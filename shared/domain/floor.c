/* SPDX-License-Identifier: ISC
 *
 * Floors: reading them with their areas, adding, changing, removing.
 */
#include "shared/domain/area.h"
#include "shared/domain/document.h"
#include "shared/domain/floor.h"
#include "shared/domain/registry_int.h"

static const struct document_kind kind = { .noun = "floor", .prefix = "floor.", .event = EVENT_FLOOR_CHANGED,
	.revision = REVISION_FLOOR };

enum rc
floor_get(struct db *db, const char *id, struct mem_arena *a, struct floor_view *out)
{
	enum rc rc = store_floor_get(db, id, a, &out->floor);

	return rc != RC_OK ? rc : store_floor_areas(db, out->floor.row, a, &out->areas, &out->n);
}

enum rc
floor_list(struct db *db, struct mem_arena *a, struct floor_view **rows, size_t *n)
{
	struct floor_view *views;
	struct floor *list;
	size_t count, i;
	enum rc rc;

	if ((rc = store_floor_list(db, a, &list, &count)) != RC_OK)
		return rc;
	views = mem_zalloc(a, (count + 1) * sizeof(*views));
	for (i = 0; i < count && rc == RC_OK; i++) {
		views[i].floor = list[i];
		rc = store_floor_areas(db, list[i].row, a, &views[i].areas, &views[i].n);
	}
	if (rc != RC_OK)
		return rc;
	*rows = views;
	*n = count;
	return RC_OK;
}

static enum rc
edited(struct tx *tx, const struct floor *floor, const struct revision_edit *r, const struct change *c,
    struct mem_arena *a, struct fault *f)
{
	struct document_told t = { .name = floor->name, .changed = c };

	return document_edited(tx, &kind, r, &t, a, f);
}

/* What a revision keeps of it. */
static const char *
snapshot_of(const struct floor *floor, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", floor->name);
	if (floor->has_level)
		jsw_int(&w, "level", floor->level);
	else
		jsw_null(&w, "level");
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* The areas on it, which will be on none. */
static enum rc
held_by(struct tx *tx, const struct floor *floor, struct mem_arena *a, const char **out)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	const char **areas;
	size_t n, i;
	enum rc rc;

	if ((rc = store_floor_areas(tx->db, floor->row, a, &areas, &n)) != RC_OK)
		return rc;
	jsw_object(&w, NULL);
	jsw_array(&w, "areas");
	for (i = 0; i < n; i++)
		jsw_string(&w, NULL, areas[i]);
	jsw_end(&w);
	jsw_end(&w);
	*out = buf_keep(&b, a);
	return RC_OK;
}

static enum rc
check_name(struct tx *tx, const char *name, int64_t mine, struct mem_arena *a, struct fault *f)
{
	struct floor other;
	enum rc rc;

	if (*name == '\0')
		return fault_set(f, RC_INVALID, "name", "a floor has a name");
	if ((rc = change_check(name, "name", f)) != RC_OK)
		return rc;
	if (store_floor_by_name(tx->db, name, a, &other) == RC_OK && other.row != mine)
		return fault_set(f, RC_EXISTS, "name", "there is a floor of that name: %.60s", other.id);
	return RC_OK;
}

/* Puts what is given over what is there. */
static enum rc
merge(struct tx *tx, const struct floor_edit *e, struct mem_arena *a, struct floor *floor,
    struct change *c, struct fault *f)
{
	int64_t level = e->level != NULL ? *e->level : 0;
	enum rc rc;

	if (e->name != NULL && (rc = check_name(tx, e->name, floor->row, a, f)) != RC_OK)
		return rc;
	if (e->name != NULL)
		change_text(c, "name", &floor->name, e->name);
	if (e->level == NULL && !e->no_level)
		return RC_OK;
	if (floor->has_level != (e->level != NULL) || floor->level != level)
		change_add(c, "level");
	floor->has_level = e->level != NULL;
	floor->level = level;
	return RC_OK;
}

/* id: NULL for one out of the name. */
static enum rc
add(struct tx *tx, const char *id, const struct floor_edit *e, struct mem_arena *a,
    struct floor *out, struct fault *f)
{
	struct floor floor = { 0 };
	struct revision_edit r = { 0 };
	struct change c = { 0 };
	enum rc rc;

	if (e->name == NULL)
		return fault_set(f, RC_INVALID, "name", "a floor has a name");
	if ((rc = merge(tx, e, a, &floor, &c, f)) != RC_OK)
		return rc;
	floor.id = id != NULL ? id : registry_id_floor(tx->db, floor.name, a);
	r.id = floor.id;
	r.after = snapshot_of(&floor, a);
	if ((rc = store_floor_insert(tx, &floor)) == RC_OK)
		rc = edited(tx, &floor, &r, &c, a, f);
	if (rc == RC_OK)
		*out = floor;
	return document_stored(&kind, rc, f);
}

enum rc
floor_add(struct tx *tx, const struct floor_edit *e, struct mem_arena *a, struct floor *out,
    struct fault *f)
{
	return add(tx, NULL, e, a, out, f);
}

static enum rc
find(struct tx *tx, const char *id, struct mem_arena *a, struct floor *out, struct fault *f)
{
	return document_found(&kind, store_floor_get(tx->db, id, a, out), f);
}

enum rc
floor_change(struct tx *tx, const char *id, const struct floor_edit *e, struct mem_arena *a,
    struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct floor floor;
	struct change c = { 0 };
	enum rc rc;

	if ((rc = find(tx, id, a, &floor, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&floor, a);
	if ((rc = merge(tx, e, a, &floor, &c, f)) != RC_OK || c.n == 0)
		return rc;
	r.after = snapshot_of(&floor, a);
	if ((rc = store_floor_update(tx, &floor)) == RC_OK)
		rc = edited(tx, &floor, &r, &c, a, f);
	return document_stored(&kind, rc, f);
}

enum rc
floor_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f)
{
	struct revision_edit r = { .id = id };
	struct floor floor;
	enum rc rc;

	if ((rc = find(tx, id, a, &floor, f)) != RC_OK)
		return rc;
	r.before = snapshot_of(&floor, a);
	if ((rc = held_by(tx, &floor, a, &r.held)) == RC_OK &&
	    (rc = store_floor_delete(tx, floor.row)) == RC_OK)
		rc = edited(tx, &floor, &r, NULL, a, f);
	return document_stored(&kind, rc, f);
}

/* Those of its areas that are still there and on no other floor. */
static enum rc
put_back(struct tx *tx, const char *id, const struct js *areas, struct mem_arena *a, struct fault *f)
{
	struct area_edit e = { .floor_id = id };
	struct area area;
	const char *area_id;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < js_size(areas); i++) {
		area_id = js_string(js_at(areas, i), NULL);
		if (area_id != NULL && store_area_get(tx->db, area_id, a, &area) == RC_OK && area.floor == 0)
			rc = area_change(tx, area_id, &e, a, &area, f);
	}
	return rc;
}

enum rc
floor_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f)
{
	const struct js *level = js_get(snapshot, "level");
	int64_t number = js_int(level, 0);
	struct floor_edit e = { .name = js_get_string(snapshot, "name"), .no_level = js_is_null(level),
	    .level = js_is_null(level) ? NULL : &number };
	struct floor floor;
	enum rc rc;

	rc = store_floor_get(tx->db, id, a, &floor);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	rc = rc == RC_OK ? floor_change(tx, id, &e, a, f) : add(tx, id, &e, a, &floor, f);
	return rc == RC_OK ? put_back(tx, id, js_get(held, "areas"), a, f) : rc;
}

void
floor_write(struct jsw *w, const char *key, const struct floor_view *v)
{
	size_t i;

	jsw_object(w, key);
	jsw_string(w, "id", v->floor.id);
	jsw_string(w, "name", v->floor.name);
	if (v->floor.has_level)
		jsw_int(w, "level", v->floor.level);
	else
		jsw_null(w, "level");
	jsw_array(w, "areas");
	for (i = 0; i < v->n; i++)
		jsw_string(w, NULL, v->areas[i]);
	jsw_end(w);
	jsw_end(w);
}
