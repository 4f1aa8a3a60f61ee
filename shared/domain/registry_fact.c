/* SPDX-License-Identifier: ISC
 *
 * See registry_fact.h. A name counts whatever the case of its letters; an id goes before a name.
 */
#include <string.h>
#include <strings.h>

#include "shared/domain/registry.h"
#include "shared/domain/registry_fact.h"
#include "shared/store/store_floor.h"
#include "shared/store/store_id.h"
#include "shared/store/store_label.h"

struct asking {
	struct db	*db;
	struct mem_arena *a;
	const char	*about;
	void		(*fn)(const char *text, void *arg);
	void		*arg;
};

static void
tell(const struct asking *q, const char *text)
{
	if (text != NULL)
		q->fn(text, q->arg);
}

static void
tell_all(const struct asking *q, const char *const *texts, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		tell(q, texts[i]);
}

/* ---- by id or name ---- */

static bool
in_list(const char *json, const char *text)
{
	struct js *list = NULL;
	const char *one;
	bool is = false;
	size_t i;

	if (json != NULL)
		js_parse(json, strlen(json), JS_LAX_KEYS, &list, NULL);
	for (i = 0; i < js_size(list) && !is; i++)
		is = (one = js_string(js_at(list, i), NULL)) != NULL && strcasecmp(one, text) == 0;
	js_free(list);
	return is;
}

/* Other names of it count as well. */
static bool
find_area(const struct asking *q, struct area *out)
{
	struct area *rows;
	size_t n, i;

	if (store_area_get(q->db, q->about, q->a, out) == RC_OK ||
	    store_area_by_name(q->db, q->about, q->a, out) == RC_OK)
		return true;
	if (store_area_list(q->db, q->a, &rows, &n) != RC_OK)
		return false;
	for (i = 0; i < n; i++)
		if (in_list(rows[i].aliases, q->about)) {
			*out = rows[i];
			return true;
		}
	return false;
}

static const char *
device_name(const struct device *d)
{
	return d->label != NULL ? d->label : d->name;
}

static bool
find_device(const struct asking *q, struct device *out)
{
	return store_device_get(q->db, q->about, q->a, out) == RC_OK ||
	    store_device_by_name(q->db, q->about, q->a, out) == RC_OK;
}

static bool
find_floor(const struct asking *q, struct floor *out)
{
	return store_floor_get(q->db, q->about, q->a, out) == RC_OK ||
	    store_floor_by_name(q->db, q->about, q->a, out) == RC_OK;
}

static bool
find_label(const struct asking *q, struct label *out)
{
	return store_label_get(q->db, q->about, q->a, out) == RC_OK ||
	    store_label_by_name(q->db, q->about, q->a, out) == RC_OK;
}

/* Only what has the form of an entity id is one. */
static bool
find_entity(const struct asking *q, struct entity *out)
{
	struct entity_state e;

	if (strchr(q->about, '.') == NULL || store_entity_get(q->db, q->about, q->a, &e) != RC_OK)
		return false;
	*out = e.entity;
	return true;
}

/* The area itself, or the one that an entity or a device is in. */
static bool
area_about(const struct asking *q, struct area *out)
{
	struct asking in = *q;
	struct device d;
	struct entity e;

	if (find_entity(q, &e))
		in.about = e.area_id;
	else if (store_device_get(q->db, q->about, q->a, &d) == RC_OK)
		in.about = d.area_id;
	else
		return find_area(q, out);
	return in.about != NULL && store_area_get(q->db, in.about, q->a, out) == RC_OK;
}

/* ---- what is said ---- */

static void
say_area_id(const struct asking *q)
{
	struct area area;

	if (area_about(q, &area))
		tell(q, area.id);
}

static void
say_area_name(const struct asking *q)
{
	struct area area;

	if (area_about(q, &area))
		tell(q, area.name);
}

static void
say_area_devices(const struct asking *q)
{
	struct store_device_filter in = { .limit = 0 };
	struct device *rows;
	struct area area;
	size_t n, i;

	if (!find_area(q, &area))
		return;
	in.area = area.id;
	if (store_device_list(q->db, &in, q->a, &rows, &n) == RC_OK)
		for (i = 0; i < n; i++)
			tell(q, rows[i].id);
}

static bool
device_about(const struct asking *q, struct device *out)
{
	struct entity e;

	if (find_entity(q, &e))
		return e.device_id != NULL && store_device_get(q->db, e.device_id, q->a, out) == RC_OK;
	return find_device(q, out);
}

static void
say_device_id(const struct asking *q)
{
	struct device d;

	if (device_about(q, &d))
		tell(q, d.id);
}

static void
say_device_name(const struct asking *q)
{
	struct device d;

	if (device_about(q, &d))
		tell(q, device_name(&d));
}

static void
say_floors(const struct asking *q)
{
	struct floor *rows;
	size_t n, i;

	if (store_floor_list(q->db, q->a, &rows, &n) == RC_OK)
		for (i = 0; i < n; i++)
			tell(q, rows[i].id);
}

static void
say_floor_id(const struct asking *q)
{
	struct floor floor;
	struct area area;

	if (find_floor(q, &floor))
		tell(q, floor.id);
	else if (area_about(q, &area))
		tell(q, area.floor_id);
}

static void
say_floor_name(const struct asking *q)
{
	struct floor floor;
	struct area area;

	if (find_floor(q, &floor))
		tell(q, floor.name);
	else if (area_about(q, &area))
		tell(q, area.floor_name);
}

static size_t
areas_of_floor(const struct asking *q, const char ***ids)
{
	struct floor floor;
	size_t n = 0;

	return find_floor(q, &floor) && store_floor_areas(q->db, floor.row, q->a, ids, &n) == RC_OK ? n : 0;
}

static void
say_floor_areas(const struct asking *q)
{
	const char **ids = NULL;
	size_t n = areas_of_floor(q, &ids);

	tell_all(q, ids, n);
}

static void
say_floor_entities(const struct asking *q)
{
	const char **ids = NULL;
	size_t n = areas_of_floor(q, &ids), i;

	for (i = 0; i < n; i++)
		registry_members(q->db, "area_id", ids[i], q->fn, q->arg);
}

static void
tell_list(const struct asking *q, const char *json)
{
	struct js *list = NULL;
	size_t i;

	if (json != NULL)
		js_parse(json, strlen(json), JS_LAX_KEYS, &list, NULL);
	for (i = 0; i < js_size(list); i++)
		tell(q, js_string(js_at(list, i), NULL));
	js_free(list);
}

/* All of them, or those that something carries itself. */
static void
say_labels(const struct asking *q)
{
	struct label *rows;
	struct device d;
	struct entity e;
	struct area area;
	size_t n, i;

	if (*q->about == '\0') {
		if (store_label_list(q->db, q->a, &rows, &n) == RC_OK)
			for (i = 0; i < n; i++)
				tell(q, rows[i].id);
	} else if (find_entity(q, &e))
		tell_list(q, e.labels);
	else if (store_device_get(q->db, q->about, q->a, &d) == RC_OK)
		tell_list(q, d.labels);
	else if (find_area(q, &area))
		tell_list(q, area.labels);
}

static void
say_label_id(const struct asking *q)
{
	struct label label;

	if (find_label(q, &label))
		tell(q, label.id);
}

static void
say_label_name(const struct asking *q)
{
	struct label label;

	if (find_label(q, &label))
		tell(q, label.name);
}

static void
say_labelled(const struct asking *q, enum store_labelled what)
{
	struct label label;
	const char **ids;
	size_t n;

	if (find_label(q, &label) && store_label_on(q->db, label.id, what, q->a, &ids, &n) == RC_OK)
		tell_all(q, ids, n);
}

static void
say_label_areas(const struct asking *q)
{
	say_labelled(q, STORE_LABELLED_AREA);
}

static void
say_label_devices(const struct asking *q)
{
	say_labelled(q, STORE_LABELLED_DEVICE);
}

static void
say_name(const struct asking *q)
{
	struct entity e;

	if (find_entity(q, &e))
		tell(q, registry_entity_name(&e, q->a));
}

static void
say_own_name(const struct asking *q)
{
	struct entity e;

	if (find_entity(q, &e))
		tell(q, e.name);
}

static const struct {
	const char	*name;
	void		(*say)(const struct asking *q);
} functions[] = {
	{ "area_devices", say_area_devices }, { "area_id", say_area_id }, { "area_name", say_area_name },
	{ "device_id", say_device_id }, { "device_name", say_device_name },
	{ "floor_areas", say_floor_areas }, { "floor_entities", say_floor_entities }, { "floor_id", say_floor_id },
	{ "floor_name", say_floor_name }, { "floors", say_floors },
	{ "label_areas", say_label_areas }, { "label_devices", say_label_devices }, { "label_id", say_label_id },
	{ "label_name", say_label_name }, { "labels", say_labels }, { "name", say_name },
	{ "own_name", say_own_name },
};

void
registry_fact(struct db *db, const char *function, const char *about, void (*fn)(const char *text, void *arg),
    void *arg)
{
	struct asking q = { .db = db, .a = mem_arena_new(4096), .about = about, .fn = fn, .arg = arg };
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].name, function) == 0)
			functions[i].say(&q);
	mem_arena_free(q.a);
}

const char *
registry_meant(struct db *db, const char *key, const char *id, struct mem_arena *a)
{
	const struct asking q = { .db = db, .a = a, .about = id };
	struct floor floor;
	struct label label;
	struct device d;
	struct area area;

	if (strcmp(key, "area_id") == 0)
		return find_area(&q, &area) ? area.id : NULL;
	if (strcmp(key, "device_id") == 0)
		return find_device(&q, &d) ? d.id : NULL;
	if (strcmp(key, "floor_id") == 0)
		return find_floor(&q, &floor) ? floor.id : NULL;
	return strcmp(key, "label_id") == 0 && find_label(&q, &label) ? label.id : NULL;
}

bool
registry_known(struct db *db, const char *id)
{
	static const char *const keys[] = { "area_id", "floor_id", "label_id", "device_id" };
	struct mem_arena *a = mem_arena_new(4096);
	bool known = store_id_exists(db, STORE_ID_ENTITY, id);
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]) && !known; i++)
		known = registry_meant(db, keys[i], id, a) != NULL;
	mem_arena_free(a);
	return known;
}
