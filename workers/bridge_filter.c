/* SPDX-License-Identifier: ISC
 *
 * Which subscriptions want an event. Those with entities or areas are found by the event's entity and
 * its area, the others by its kind, so that an event costs what its receivers cost, not what all
 * clients do.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/mem.h"
#include "shared/domain/registry.h"
#include "workers/bridge_int.h"

static void
list_add(struct list *l, struct sub *s)
{
	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 4 : l->cap * 2;
		l->v = mem_xrealloc(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = s;
}

static void
list_remove(struct list *l, const struct sub *s)
{
	size_t i;

	for (i = 0; i < l->n && l->v[i] != s; i++)
		continue;
	if (i < l->n)
		l->v[i] = l->v[--l->n];
}

static void
list_free(struct list *l)
{
	free(l->v);
	free(l->key);
	free(l);
}

static void
names_add(struct map *m, char *const *names, size_t n, struct sub *s)
{
	struct list *l;
	size_t i;

	for (i = 0; i < n; i++) {
		l = map_get(m, names[i]);
		if (l == NULL) {
			l = mem_xcalloc(1, sizeof(*l));
			l->key = mem_xstrdup(names[i]);
			map_put(m, l->key, l);
		}
		list_add(l, s);
	}
}

static void
names_remove(struct map *m, char *const *names, size_t n, const struct sub *s)
{
	struct list *l;
	size_t i;

	for (i = 0; i < n; i++) {
		l = map_get(m, names[i]);
		list_remove(l, s);
		if (l->n == 0) {
			map_remove(m, names[i]);
			list_free(l);
		}
	}
}

void
filter_add(struct bridge *b, struct sub *s)
{
	struct filter *f = &b->filter;
	int k;

	if (s->n_entities > 0 || s->n_areas > 0) {
		names_add(&f->entities, s->entities, s->n_entities, s);
		names_add(&f->areas, s->areas, s->n_areas, s);
		return;
	}
	if (s->kinds == 0)
		list_add(&f->any, s);
	for (k = 0; k < KINDS; k++) {
		if (s->kinds >> k & 1)
			list_add(&f->kinds[k], s);
	}
}

void
filter_remove(struct bridge *b, struct sub *s)
{
	struct filter *f = &b->filter;
	int k;

	if (s->n_entities > 0 || s->n_areas > 0) {
		names_remove(&f->entities, s->entities, s->n_entities, s);
		names_remove(&f->areas, s->areas, s->n_areas, s);
		return;
	}
	if (s->kinds == 0)
		list_remove(&f->any, s);
	for (k = 0; k < KINDS; k++) {
		if (s->kinds >> k & 1)
			list_remove(&f->kinds[k], s);
	}
}

/* The area of an entity, its own or its device's; "" for none. */
static const char *
place(struct bridge *b, int64_t entity)
{
	char *area = map_get_int(&b->filter.places, entity);
	struct entity_state e;

	if (area != NULL)
		return area;
	if (store_entity_by_row(b->core->db, entity, b->arena, &e) == RC_OK && e.entity.area_id != NULL)
		area = mem_xstrdup(e.entity.area_id);
	else
		area = mem_xstrdup("");
	map_put_int(&b->filter.places, entity, area);
	mem_arena_reset(b->arena);
	return area;
}

static void
forget_place(struct bridge *b, int64_t entity)
{
	free(map_remove_int(&b->filter.places, entity));
}

/* Those of a device's entities: they may stand where it stands. */
static void
forget_device(struct bridge *b, const char *id)
{
	struct entity_state *rows;
	struct device d;
	size_t n, i;

	if (store_device_get(b->core->db, id, b->arena, &d) == RC_OK &&
	    store_entity_of_device(b->core->db, d.row, b->arena, &rows, &n) == RC_OK)
		for (i = 0; i < n; i++)
			forget_place(b, rows[i].entity.row);
	mem_arena_reset(b->arena);
}

static void
forget_places(struct bridge *b)
{
	size_t i = 0;
	char *area;

	while ((area = map_next(&b->filter.places, &i)) != NULL)
		free(area);
	map_free(&b->filter.places);
	memset(&b->filter.places, 0, sizeof(b->filter.places));
}

void
filter_learn(struct bridge *b, const struct store_event *e)
{
	if (b->filter.places.n == 0)
		return;
	switch (e->kind) {
	case EVENT_ENTITY_ADDED:
	case EVENT_ENTITY_CHANGED:
	case EVENT_ENTITY_REMOVED:
		forget_place(b, e->entity);
		break;
	case EVENT_DEVICE_CHANGED:	/* the entities of one that comes or goes have events of their own */
		if (e->subject != NULL && strncmp(e->subject, "device.", 7) == 0)
			forget_device(b, e->subject + 7);
		break;
	case EVENT_AREA_CHANGED:	/* one that is gone is left by all that were in it */
		forget_places(b);
		break;
	default:
		break;
	}
}

static int
by_name(const void *key, const void *item)
{
	return strcmp(key, *(char *const *)item);
}

static bool
has(char *const *names, size_t n, const char *name)
{
	return name != NULL && n > 0 && bsearch(name, names, n, sizeof(*names), by_name) != NULL;
}

static bool
wants_kind(const struct sub *s, int kind)
{
	return s->kinds == 0 || (kind > 0 && kind < KINDS && (s->kinds >> kind & 1) != 0);
}

bool
filter_matches(struct bridge *b, const struct sub *s, const struct store_event *e)
{
	if (!wants_kind(s, e->kind))
		return false;
	if (s->n_entities == 0 && s->n_areas == 0)
		return true;
	if (e->entity == 0)
		return false;
	return has(s->entities, s->n_entities, e->entity_id) ||
	    (s->n_areas > 0 && has(s->areas, s->n_areas, place(b, e->entity)));
}

/* From the end, because fn may take the one at hand out of the list. */
static void
each(struct list *l, int kind, void (*fn)(struct sub *s, void *arg), void *arg)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = l->n; i-- > 0;) {
		if (wants_kind(l->v[i], kind))
			fn(l->v[i], arg);
	}
}

void
filter_each(struct bridge *b, const struct store_event *e, void (*fn)(struct sub *s, void *arg),
    void *arg)
{
	struct filter *f = &b->filter;

	each(&f->any, e->kind, fn, arg);
	if (e->kind > 0 && e->kind < KINDS)
		each(&f->kinds[e->kind], e->kind, fn, arg);
	if (e->entity == 0)
		return;
	if (f->entities.n > 0 && e->entity_id != NULL)
		each(map_get(&f->entities, e->entity_id), e->kind, fn, arg);
	if (f->areas.n > 0)
		each(map_get(&f->areas, place(b, e->entity)), e->kind, fn, arg);
}

void
filter_free(struct bridge *b)
{
	struct filter *f = &b->filter;
	struct list *l;
	size_t i;

	for (i = 0; (l = map_next(&f->entities, &i)) != NULL;)
		list_free(l);
	for (i = 0; (l = map_next(&f->areas, &i)) != NULL;)
		list_free(l);
	map_free(&f->entities);
	map_free(&f->areas);
	forget_places(b);
	for (i = 0; i < KINDS; i++)
		free(f->kinds[i].v);
	free(f->any.v);
}
