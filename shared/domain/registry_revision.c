/* SPDX-License-Identifier: ISC
 *
 * What revisions keep of devices and entities: what people set, and how it is set like that again.
 */
#include <string.h>

#include "shared/domain/label.h"
#include "shared/domain/registry_int.h"

const char *
registry_snapshot_device(const struct device *d, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", d->label);
	jsw_string(&w, "area_id", d->area_id);
	jsw_bool(&w, "enabled", d->enabled);
	label_write_names(&w, d->labels);
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* An entity that is off with its device is enabled by itself; an area that it has from there is not its own. */
const char *
registry_snapshot_entity(const struct entity *e, struct mem_arena *a)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);

	jsw_object(&w, NULL);
	jsw_string(&w, "name", e->label);
	jsw_string(&w, "area_id", e->area != 0 ? e->area_id : NULL);
	jsw_string(&w, "icon", e->own_icon);
	jsw_raw(&w, "aliases", e->aliases != NULL ? e->aliases : "[]");
	jsw_bool(&w, "hidden", e->hidden);
	jsw_bool(&w, "enabled", e->enabled || e->with_device);
	label_write_names(&w, e->labels);
	jsw_end(&w);
	return buf_keep(&b, a);
}

/* ---- setting it again ---- */

/* A text for an edit: "" takes away what was not there, NULL leaves what is the same. */
static const char *
entry(const struct js *now, const struct js *then, const char *key)
{
	const char *text = js_get_string(then, key);

	if (js_equal(js_get(now, key), js_get(then, key)))
		return NULL;
	return text != NULL ? text : "";
}

/* A truth for an edit, put into *value; NULL leaves what is the same. */
static const bool *
flag(const struct js *now, const struct js *then, const char *key, bool *value)
{
	if (js_equal(js_get(now, key), js_get(then, key)))
		return NULL;
	*value = js_bool(js_get(then, key), false);
	return value;
}

/* What makes `then` out of what it is now: what did not change since is not asked for, and so cannot fail. */
static enum rc
set_again(struct tx *tx, const char *id, const char *now, const struct js *then,
    enum rc (*edit)(struct tx *tx, const char *id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f), struct mem_arena *a, struct fault *f)
{
	struct change_names aliases = change_names_of(js_get(then, "aliases"), a);
	struct change_names labels = label_names_of(tx->db, js_get(then, "labels"), a);
	struct registry_edit e = { 0 };
	bool enabled, hidden;
	struct js *js;
	enum rc rc;

	if ((rc = js_parse(now, strlen(now), JS_STRICT, &js, f)) != RC_OK)
		return rc;
	e.label = entry(js, then, "name");
	e.area_id = entry(js, then, "area_id");
	e.icon = entry(js, then, "icon");
	e.enabled = flag(js, then, "enabled", &enabled);
	e.hidden = flag(js, then, "hidden", &hidden);
	if (!js_equal(js_get(js, "aliases"), js_get(then, "aliases")))
		e.aliases = &aliases;
	if (!js_equal(js_get(js, "labels"), js_get(then, "labels")))
		e.labels = &labels;
	js_free(js);
	return edit(tx, id, &e, a, f);
}

enum rc
registry_restore_device(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f)
{
	struct device d;
	enum rc rc = store_device_get(tx->db, id, a, &d);

	(void)held;
	if (rc == RC_NOT_FOUND)
		return fault_set(f, rc, NULL, "the device %.60s is gone: announced again, it can be set "
		    "like that", id);
	return rc != RC_OK ? rc :
	    set_again(tx, id, registry_snapshot_device(&d, a), snapshot, registry_edit_device, a, f);
}

enum rc
registry_restore_entity(struct tx *tx, const char *entity_id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f)
{
	struct entity_state es;
	enum rc rc = store_entity_get(tx->db, entity_id, a, &es);

	(void)held;
	if (rc == RC_NOT_FOUND)
		return fault_set(f, rc, NULL, "the entity %.100s is gone: announced again, it can be set "
		    "like that", entity_id);
	return rc != RC_OK ? rc : set_again(tx, entity_id, registry_snapshot_entity(&es.entity, a),
	    snapshot, registry_edit_entity, a, f);
}

/* ---- gone and back ---- */

static enum rc
set_as_then(struct tx *tx, enum revision_kind kind, const struct revision *r, struct mem_arena *a)
{
	const char *area;
	struct fault why = { 0 };
	struct js *then;
	struct area row;
	enum rc rc;

	if ((rc = js_parse(r->snapshot, strlen(r->snapshot), JS_STRICT, &then, NULL)) != RC_OK)
		return rc;
	area = js_get_string(then, "area_id");
	if (area != NULL && store_area_get(tx->db, area, a, &row) != RC_OK)
		js_unset(then, "area_id");
	tx->restores = r->id;
	rc = kind == REVISION_DEVICE ? registry_restore_device(tx, r->subject, then, NULL, a, &why) :
	    registry_restore_entity(tx, r->subject, then, NULL, a, &why);
	tx->restores = 0;
	js_free(then);
	/* what cannot be like that any more is no reason to refuse a device */
	return rc == RC_INVALID || rc == RC_REFUSED ? RC_OK : rc;
}

bool
registry_is_removed(struct db *db, enum revision_kind kind, const char *id, struct mem_arena *a)
{
	struct revision r;

	return store_revision_below(db, revision_kinds[kind], id, INT64_MAX, a, &r) == RC_OK &&
	    strcmp(r.change, "removed") == 0;
}

enum rc
registry_back(struct tx *tx, enum revision_kind kind, const char *id, const char *now, struct mem_arena *a)
{
	struct revision_edit e = { .kind = kind, .id = id, .after = now };
	struct revision r;
	enum rc rc = store_revision_below(tx->db, revision_kinds[kind], id, INT64_MAX, a, &r);

	if (rc == RC_NOT_FOUND || (rc == RC_OK && strcmp(r.change, "removed") != 0))
		return RC_OK;
	if (rc == RC_OK)
		rc = revision_add(tx, &e, a, NULL);
	return rc == RC_OK ? set_as_then(tx, kind, &r, a) : rc;
}

/* ---- what is in an area ---- */

static void
write_held(struct jsw *w, const struct area *area, const struct device *devices, size_t n,
    const struct entity_state *entities, size_t m)
{
	size_t i;

	jsw_object(w, NULL);
	jsw_array(w, "devices");
	for (i = 0; i < n; i++)
		jsw_string(w, NULL, devices[i].id);
	jsw_end(w);
	jsw_array(w, "entities");
	for (i = 0; i < m; i++)
		if (entities[i].entity.area == area->row)
			jsw_string(w, NULL, entities[i].entity.entity_id);
	jsw_end(w);
	jsw_end(w);
}

enum rc
registry_area_held(struct tx *tx, const struct area *area, struct mem_arena *a, const char **out)
{
	struct store_device_filter of = { .area = area->id };
	struct store_entity_filter in = { .area = area->id, .disabled_too = true };
	struct entity_state *entities;
	struct device *devices;
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	size_t n, m;
	enum rc rc;

	if ((rc = store_device_list(tx->db, &of, a, &devices, &n)) != RC_OK ||
	    (rc = store_entity_list(tx->db, &in, a, &entities, &m)) != RC_OK)
		return rc;
	write_held(&w, area, devices, n, entities, m);
	*out = buf_keep(&b, a);
	return RC_OK;
}

enum rc
registry_area_put_back(struct tx *tx, const char *area_id, const struct js *held, struct mem_arena *a,
    struct fault *f)
{
	const struct js *devices = js_get(held, "devices"), *entities = js_get(held, "entities");
	struct registry_edit e = { .area_id = area_id };
	struct entity_state es;
	struct device d;
	const char *id;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < js_size(devices); i++) {
		id = js_string(js_at(devices, i), NULL);
		if (id != NULL && store_device_get(tx->db, id, a, &d) == RC_OK && d.area == 0)
			rc = registry_edit_device(tx, id, &e, a, f);
	}
	for (i = 0; rc == RC_OK && i < js_size(entities); i++) {
		id = js_string(js_at(entities, i), NULL);
		if (id != NULL && store_entity_get(tx->db, id, a, &es) == RC_OK && es.entity.area == 0)
			rc = registry_edit_entity(tx, id, &e, a, f);
	}
	return rc;
}
