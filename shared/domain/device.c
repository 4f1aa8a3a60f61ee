/* SPDX-License-Identifier: ISC
 *
 * Devices and entities as people see them.
 */
#include <string.h>

#include "shared/base/metric.h"

#include "shared/domain/device.h"
#include "shared/domain/registry.h"
#include "shared/domain/rule.h"
#include "shared/store/store_device_entity.h"

/* Rows of entities on their way to the devices of a page, both in the same order. */
struct pairing {
	struct mem_arena	*arena;
	struct device_view	*rows;
	size_t			 n, at;		/* devices, and the one that is being filled */
	size_t			 cap, cap_triggers;	/* of its lists */
};

/* True when p is at the device with that row. */
static bool
go_to(struct pairing *p, int64_t device)
{
	while (p->rows[p->at].device.row != device) {
		if (++p->at == p->n)
			return false;
		p->cap = p->cap_triggers = 0;
	}
	return true;
}

static void
add(struct mem_arena *a, const char ***list, size_t *n, size_t *cap, const char *text)
{
	size_t more = *cap == 0 ? 4 : *cap * 2;

	if (*n == *cap) {
		*list = mem_grow(a, *list, *cap, more, sizeof(**list));
		*cap = more;
	}
	(*list)[(*n)++] = mem_strdup(a, text);
}

static bool
pair_member(const struct entity_member *m, void *arg)
{
	struct pairing *p = arg;
	struct device_view *v;

	if (!go_to(p, m->device))
		return false;
	v = &p->rows[p->at];
	if (m->trigger != NULL)
		add(p->arena, &v->triggers, &v->n_triggers, &p->cap_triggers, m->trigger);
	else
		add(p->arena, &v->entities, &v->n, &p->cap, m->entity_id);
	return true;
}

static void
put_lowest(bool *has, double *mine, double v)
{
	if (!*has || v < *mine)
		*mine = v;
	*has = true;
}

static void
put_vital(struct device_now *now, const struct entity_vital *v)
{
	double number;

	if (v->state == NULL || !rule_number(v->state, &number))
		return;
	if (v->battery)
		put_lowest(&now->has_battery, &now->battery, number);
	else
		put_lowest(&now->has_link_quality, &now->link_quality, number);
}

static bool
pair_vital(const struct entity_vital *v, void *arg)
{
	struct pairing *p = arg;

	if (!go_to(p, v->device))
		return false;
	put_vital(&p->rows[p->at].now, v);
	return true;
}

struct reading {
	struct mem_arena	*arena;
	struct device_now	*now;
};

static bool
read_vital(const struct entity_vital *v, void *arg)
{
	struct reading *r = arg;

	if (r->now->status == NULL)
		r->now->status = mem_strdup(r->arena, v->status);
	put_vital(r->now, v);
	return true;
}

enum rc
device_now(struct db *db, const char *id, struct mem_arena *a, struct device_now *out)
{
	struct reading r = { a, out };
	enum rc rc;

	*out = (struct device_now){ 0 };
	rc = store_entity_vitals(db, id, read_vital, &r);
	return rc == RC_OK && out->status == NULL ? RC_NOT_FOUND : rc;
}

static enum rc
add_members(struct db *db, struct mem_arena *a, struct device_view *v)
{
	struct pairing p = { .arena = a, .rows = v, .n = 1 };

	return store_entity_members(db, v->device.row, pair_member, &p);
}

enum rc
device_get(struct db *db, const char *id, struct mem_arena *a, struct device_view *out)
{
	enum rc rc;

	memset(out, 0, sizeof(*out));
	rc = store_device_get(db, id, a, &out->device);
	if (rc == RC_OK)
		rc = add_members(db, a, out);
	return rc == RC_OK ? device_now(db, id, a, &out->now) : rc;
}

/* A page without a filter holds all devices between its first and last: their entities come in one go. */
static enum rc
add_all_members(struct db *db, struct mem_arena *a, struct device_view *rows, size_t n)
{
	struct pairing p = { .arena = a, .rows = rows, .n = n }, v = p;
	const char *first = rows[0].device.id, *last = rows[n - 1].device.id;
	enum rc rc = store_entity_members_each(db, first, last, pair_member, &p);

	return rc == RC_OK ? store_entity_vitals_each(db, first, last, pair_vital, &v) : rc;
}

enum rc
device_list(struct db *db, const struct store_device_filter *filter, struct mem_arena *a,
    struct device_view **rows, size_t *n)
{
	struct device_view *views;
	struct device *list;
	size_t count, i;
	enum rc rc;

	if ((rc = store_device_list(db, filter, a, &list, &count)) != RC_OK)
		return rc;
	views = mem_zalloc(a, count * sizeof(*views));
	for (i = 0; i < count; i++) {
		views[i].device = list[i];
		views[i].now.status = list[i].status;
	}
	if (count > 0 && filter->area == NULL && filter->status == NULL)
		rc = add_all_members(db, a, views, count);
	else
		for (i = 0; i < count && rc == RC_OK; i++)
			if ((rc = add_members(db, a, &views[i])) == RC_OK)
				rc = device_now(db, list[i].id, a, &views[i].now);
	if (rc != RC_OK)
		return rc;
	*rows = views;
	*n = count;
	return RC_OK;
}

static void
write_number(struct jsw *w, const char *key, bool has, double v)
{
	if (has)
		jsw_real(w, key, v);
	else
		jsw_null(w, key);
}

void
device_write_now(struct jsw *w, const char *id, const struct device_now *now)
{
	jsw_string(w, "id", id);
	jsw_string(w, "status", now->status);
	write_number(w, "link_quality", now->has_link_quality, now->link_quality);
	write_number(w, "battery", now->has_battery, now->battery);
}

void
device_write_rest(struct jsw *w, const struct device_view *v)
{
	const struct device *d = &v->device;
	size_t i;

	jsw_string(w, "name", d->label != NULL ? d->label : d->name);
	jsw_string(w, "announced_name", d->name);
	jsw_string(w, "manufacturer", d->manufacturer);
	jsw_string(w, "model", d->model);
	jsw_string(w, "model_id", d->model_id);
	jsw_string(w, "sw_version", d->sw_version);
	jsw_string(w, "hw_version", d->hw_version);
	jsw_string(w, "serial_number", d->serial_number);
	jsw_string(w, "configuration_url", d->configuration_url);
	jsw_string(w, "area_id", d->area_id);
	jsw_raw(w, "labels", d->labels != NULL ? d->labels : "[]");
	jsw_string(w, "via", d->via);
	jsw_string(w, "via_device", d->via_device);
	jsw_bool(w, "enabled", d->enabled);
	jsw_array(w, "entities");
	for (i = 0; i < v->n; i++)
		jsw_string(w, NULL, v->entities[i]);
	jsw_end(w);
	jsw_array(w, "triggers");
	for (i = 0; i < v->n_triggers; i++)
		jsw_raw(w, NULL, v->triggers[i]);
	jsw_end(w);
	jsw_time(w, "created", d->created);
	jsw_time(w, "updated", d->updated);
}

void
device_write(struct jsw *w, const char *key, const struct device_view *v)
{
	jsw_object(w, key);
	device_write_now(w, v->device.id, &v->now);
	device_write_rest(w, v);
	jsw_end(w);
}

/* What is withdrawn, not in use or long unheard is not there, whatever was heard last. */
static bool
is_there(const struct entity_state *es)
{
	return es->state.available && !es->lost && es->entity.enabled && !es->entity.orphaned;
}

/* restored: the value is from before the house last began to listen. */
static void
write_freshness(struct jsw *w, const struct entity_state *es)
{
	double listening = 1000 * metric_get(METRIC_LISTENING, "");
	int64_t updated = es->state.last_updated;

	jsw_string(w, "freshness", es->freshness != NULL ? es->freshness : "unknown");
	if (es->every > 0)
		jsw_int(w, "expected_every", es->every);
	else
		jsw_null(w, "expected_every");
	jsw_bool(w, "restored", updated != 0 && (double)updated < listening);
}

void
device_write_entity(struct jsw *w, const char *key, const struct entity_state *es,
    struct mem_arena *a)
{
	const struct entity *e = &es->entity;
	const struct state *s = &es->state;

	jsw_object(w, key);
	jsw_string(w, "entity_id", e->entity_id);
	jsw_string(w, "unique_id", e->unique_id);
	jsw_string(w, "name", registry_entity_name(e, a));
	jsw_string(w, "device_id", e->device_id);
	jsw_string(w, "area_id", e->area_id);
	jsw_string(w, "domain", e->domain);
	jsw_string(w, "device_class", e->device_class);
	jsw_string(w, "unit", e->unit);
	jsw_string(w, "icon", e->own_icon != NULL ? e->own_icon : e->icon);
	jsw_string(w, "category", e->category);
	jsw_bool(w, "enabled", e->enabled);
	jsw_bool(w, "hidden", e->hidden);
	jsw_raw(w, "aliases", e->aliases != NULL ? e->aliases : "[]");
	jsw_raw(w, "labels", e->labels != NULL ? e->labels : "[]");
	jsw_bool(w, "orphaned", e->orphaned);
	jsw_string(w, "state", s->state);
	jsw_raw(w, "attributes", s->attributes != NULL ? s->attributes : "{}");
	jsw_raw(w, "capabilities", e->capabilities != NULL ? e->capabilities : "{}");
	jsw_bool(w, "available", is_there(es));
	jsw_time(w, "last_changed", s->last_changed);
	jsw_time(w, "last_updated", s->last_updated);
	write_freshness(w, es);
	jsw_end(w);
}

void
device_write_state(struct jsw *w, const char *key, const struct entity_state *e)
{
	jsw_object(w, key);
	jsw_string(w, "entity_id", e->entity.entity_id);
	jsw_string(w, "state", e->state.state);
	jsw_raw(w, "attributes", e->state.attributes != NULL ? e->state.attributes : "{}");
	jsw_string(w, "unit", e->entity.unit);
	jsw_bool(w, "available", is_there(e));
	jsw_time(w, "last_changed", e->state.last_changed);
	jsw_time(w, "last_updated", e->state.last_updated);
	jsw_end(w);
}
