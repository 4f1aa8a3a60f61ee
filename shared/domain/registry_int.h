/* SPDX-License-Identifier: ISC
 *
 * Inside the registry: ids, and the events it appends.
 */
#ifndef REGISTRY_INT_H
#define REGISTRY_INT_H

#include "shared/domain/change.h"
#include "shared/domain/event.h"
#include "shared/domain/registry.h"
#include "shared/domain/revision.h"

/* registry_id.c */
/* A device id nobody has: slug of the name, then _2, _3, ... Text in the arena. */
const char *registry_id_device(struct db *db, const char *name, struct mem_arena *a);
const char *registry_id_area(struct db *db, const char *name, struct mem_arena *a);
const char *registry_id_label(struct db *db, const char *name, struct mem_arena *a);
const char *registry_id_floor(struct db *db, const char *name, struct mem_arena *a);
/* "domain.object_id": the wanted id wins, else "device name entity name". */
const char *registry_id_entity(struct db *db, const struct announced_entity *e,
    const char *device_name, struct mem_arena *a);

/* registry_event.c. c: which members are other than before, or NULL. */
enum rc registry_event_device(struct tx *tx, enum event_kind kind, const struct device *d,
    const struct change *c, struct mem_arena *a);
enum rc registry_event_entity(struct tx *tx, enum event_kind kind, const struct entity *e,
    const struct change *c, struct mem_arena *a);

/* registry_match.c: which of new goes on with which of old. */
struct registry_matching {
	struct entity_state	*old, *new;
	size_t			 n_old, n_new;
	struct entity_state	**partner;	/* of each of old: one of new, or NULL */
	bool			*taken;		/* of each of new: it is a partner */
};
void registry_match(struct registry_matching *m, struct mem_arena *a);

/* registry_device.c: finds, makes or updates the device of an announcement; *out NULL when it has none.
 * RC_REFUSED for hardware that was replaced. */
enum rc registry_device_apply(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct device **out);
/* The row of the device that would be found, 0: it would be made. RC_REFUSED as above. */
enum rc registry_device_row(struct tx *tx, const struct announced_device *ad, struct mem_arena *a,
    int64_t *row);
/* Writes d with its event, or nothing when c is empty. */
enum rc registry_device_store(struct tx *tx, struct device *d, const struct change *c,
    struct mem_arena *a);
/* registry_edit.c: the same for an entity. */
enum rc registry_entity_store(struct tx *tx, struct entity *e, const struct change *c,
    struct mem_arena *a);

/*
 * registry_rival.c: what of the announcement is to be applied, in *mine: without the entities that another
 * device has announced elsewhere. Those are in out->refused.
 */
enum rc registry_rivals(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct announcement *mine, struct registry_change *out);
/* The same, behind it: what was refused is written down; who waited for what is gone is in out->wanted. */
enum rc registry_rivals_settle(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct registry_change *out);

/* registry_remove.c: takes away the row, with its event and revision. */
enum rc registry_entity_remove(struct tx *tx, const struct entity *e, struct mem_arena *a);
enum rc registry_device_remove(struct tx *tx, const struct device *d, struct mem_arena *a);

/* registry_revision.c: what a revision keeps of what people set, JSON objects. */
const char *registry_snapshot_device(const struct device *d, struct mem_arena *a);
const char *registry_snapshot_entity(const struct entity *e, struct mem_arena *a);
/* The last that revisions say of that id is that it was removed. */
bool registry_is_removed(struct db *db, enum revision_kind kind, const char *id, struct mem_arena *a);
/* Of a new one that is `now` (a snapshot): sets again what people had set, when one of that id was removed. */
enum rc registry_back(struct tx *tx, enum revision_kind kind, const char *id, const char *now,
    struct mem_arena *a);
/* {"devices":[...],"entities":[...]}: what is in the area by itself. */
enum rc registry_area_held(struct tx *tx, const struct area *area, struct mem_arena *a,
    const char **out);
/* Into the area with what of that is still there and in none. */
enum rc registry_area_put_back(struct tx *tx, const char *area_id, const struct js *held,
    struct mem_arena *a, struct fault *f);

#endif
