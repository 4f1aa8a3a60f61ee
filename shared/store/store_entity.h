/* SPDX-License-Identifier: ISC
 *
 * Rows of entities (one thing a device can report or do) and of their current state.
 */
#ifndef STORE_ENTITY_H
#define STORE_ENTITY_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct entity {
	int64_t		 row;
	const char	*entity_id;	/* "light.kitchen", for ever */
	const char	*adapter;
	const char	*component;	/* as announced */
	const char	*domain;
	const char	*unique_id;
	int64_t		 device;	/* row or 0 */
	const char	*device_id;	/* read only, or NULL */
	const char	*device_name;	/* label or name of the device; read only, or NULL */
	int64_t		 area;		/* own area row or 0: the device's */
	const char	*area_id;	/* the one that counts; read only, or NULL */
	const char	*name;		/* own part of the name; NULL: the device's name alone */
	const char	*label;		/* as people call it, or NULL */
	const char	*device_class, *unit, *icon, *category;	/* or NULL */
	bool		 enabled, orphaned;
	const char	*source;	/* where it was announced */
	const char	*config;	/* announced JSON, expanded */
	const char	*capabilities;	/* JSON object of static attributes */
	bool		 hidden;	/* works, but is not shown by itself */
	const char	*aliases;	/* JSON array of other names, NULL: none */
	const char	*labels;	/* JSON array of ids of its own labels, NULL: none */
	const char	*own_icon;	/* as people chose it, wins over icon; or NULL */
	bool		 with_device;	/* not enabled only because its device is not */
	int64_t		 created, updated;	/* UTC ms */
};

struct state {
	const char	*state;		/* NULL: unknown */
	const char	*attributes;	/* JSON object */
	bool		 available;
	int64_t		 last_changed, last_updated;	/* UTC ms */
	int64_t		 event;		/* id of the last event about it, 0 for none */
};

struct entity_state {
	struct entity	entity;
	struct state	state;		/* state NULL and times 0 when nothing was heard yet */
	const char	*freshness;	/* as struct freshness, of its device; read only, NULL: unknown */
	int64_t		every;		/* s between reports, 0: no rhythm is known; read only */
	bool		lost;		/* silent, and nothing else tells whether it can be reached; read only */
};

struct store_entity_filter {
	const char	*after;		/* entity_id > after */
	const char	*domain;	/* NULL: all but those without a state (device_automation, tag) */
	const char	*area;		/* area id, the one that counts */
	const char	*device;	/* device id */
	int64_t		 device_row;	/* or the row, 0: any */
	bool		 disabled_too;	/* also those that are not enabled */
	int		 limit;		/* 0: all */
};

/* Lists leave out config (NULL) unless said otherwise. An entity without a state row is available. */
enum rc store_entity_get(struct db *db, const char *entity_id, struct mem_arena *a,
    struct entity_state *out);				/* config included */
enum rc store_entity_by_row(struct db *db, int64_t row, struct mem_arena *a,
    struct entity_state *out);				/* config included */
/* All that a command needs: without config, and of device, area and freshness only the rows (rest NULL, 0). */
enum rc store_entity_alone(struct db *db, int64_t row, struct mem_arena *a,
    struct entity_state *out);
enum rc store_entity_by_unique_id(struct db *db, const char *adapter, const char *domain,
    const char *unique_id, struct mem_arena *a, struct entity_state *out);	/* config included */
enum rc store_entity_list(struct db *db, const struct store_entity_filter *filter,
    struct mem_arena *a, struct entity_state **rows, size_t *n);
/* All of a device's, disabled and orphaned ones too, config included. */
enum rc store_entity_of_device(struct db *db, int64_t device, struct mem_arena *a,
    struct entity_state **rows, size_t *n);
/* Every enabled entity that is no orphan, in order of row: what listening to it takes (ids, domain, device,
 * class, unit, capabilities, config, state), the rest NULL or 0. Text is valid inside fn only. */
enum rc store_entity_each(struct db *db, const char *adapter,
    bool (*fn)(const struct entity_state *e, void *arg), void *arg);
/* What tells announced entities apart. */
struct entity_announced {
	int64_t		 row;
	const char	*domain, *unique_id;
};
/* Those that the message at `source` announced, or parts of it ("source#part"), without orphans. */
enum rc store_entity_announced(struct db *db, const char *source, struct mem_arena *a,
    struct entity_announced **rows, size_t *n);
/* Who has that unique id, and where it was announced. RC_NOT_FOUND. */
struct entity_holder {
	const char	*entity_id, *source;
	const char	*device_name;	/* label or name, or NULL */
	int64_t		 device;	/* row or 0 */
	bool		 orphaned;
};
enum rc store_entity_holder(struct db *db, const char *adapter, const char *domain, const char *unique_id,
    struct mem_arena *a, struct entity_holder *out);
/* Those whose announcement was withdrawn, in order of id. limit 0: all. */
enum rc store_entity_orphans(struct db *db, const char *after, int limit, struct mem_arena *a,
    struct entity_state **rows, size_t *n);
bool store_entity_id_taken(struct db *db, const char *entity_id);

/* Sets entity->row. RC_EXISTS: entity_id or (adapter, domain, unique_id) is taken. */
enum rc store_entity_insert(struct tx *tx, struct entity *entity);
enum rc store_entity_update(struct tx *tx, const struct entity *entity);
enum rc store_entity_delete(struct tx *tx, int64_t row);

/* s->event 0: that of before stays. */
enum rc store_state_put(struct tx *tx, int64_t entity, const struct state *s);
/* What was written since `event` was the newest, with events and without: for a reader that catches up. */
enum rc store_state_since(struct db *db, int64_t event,
    bool (*fn)(int64_t entity, const struct state *s, void *arg), void *arg);

#endif
