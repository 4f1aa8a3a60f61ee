/* SPDX-License-Identifier: ISC
 *
 * Which devices, entities and areas exist: applying announcements, and what people change (names, areas).
 * Entity ids follow Home Assistant's rule and stay for ever.
 */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "shared/base/mem.h"
#include "shared/domain/announce.h"
#include "shared/domain/change.h"
#include "shared/domain/core.h"
#include "shared/store/store_area.h"
#include "shared/store/store_device.h"
#include "shared/store/store_entity.h"

/* What registry_announce did, for a caller that keeps entities in memory. Rows live in the arena. */
struct registry_change {
	int64_t		*changed;	/* entity rows added, changed or back from being orphans */
	size_t		 n_changed;
	int64_t		*gone;		/* entity rows now orphaned */
	size_t		 n_gone;
	const struct announced_refusal *refused;	/* entities that others have */
	size_t		 n_refused;
	const char	**wanted;	/* topics: what the broker keeps there is to be announced again */
	size_t		 n_wanted;
};

/*
 * Makes the house agree with the announcement: device (found by any identifier, else made), area by its
 * suggested name (made when missing; never changed afterwards), entities by (adapter, domain,
 * unique_id); entities formerly announced at the same source that are no longer in it become orphans. What
 * another device has announced elsewhere, and still does, stays that one's (out->refused).
 * Appends device_added, entity_added, entity_changed, entity_removed, ... An announcement that says nothing new writes
 * nothing; so does one of hardware that other hardware took the place of (replace.h). RC_INVALID with *f
 * for one that cannot be.
 */
enum rc registry_announce(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct registry_change *out, struct fault *f);

/*
 * NULL leaves a member as it is; "" takes a text away. RC_NOT_FOUND, RC_INVALID; RC_REFUSED for enabling an
 * entity of a device that is not. An edit that changes nothing writes nothing.
 */
struct registry_edit {
	const char	*label;
	const char	*area_id;
	const bool	*enabled;	/* of a device: with all of its entities */
	const struct change_names *labels;	/* ids, all of them */
	const bool	*hidden;	/* entities only, as what follows */
	const char	*icon;
	const struct change_names *aliases;	/* all of them */
};
enum rc registry_edit_device(struct tx *tx, const char *id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f);
enum rc registry_edit_entity(struct tx *tx, const char *entity_id, const struct registry_edit *e,
    struct mem_arena *a, struct fault *f);
/*
 * As a revision says that people had set it (revision.h; held is nothing here). RC_NOT_FOUND: it is gone. Else as
 * the edits.
 */
enum rc registry_restore_device(struct tx *tx, const char *id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f);
enum rc registry_restore_entity(struct tx *tx, const char *entity_id, const struct js *snapshot,
    const struct js *held, struct mem_arena *a, struct fault *f);
/*
 * Removes an orphaned entity, and its device when that was its last; RC_REFUSED while it is still announced.
 * What is announced again later is new: an id and a history of its own.
 */
enum rc registry_delete_entity(struct tx *tx, const char *entity_id, struct mem_arena *a,
    struct fault *f);
/* The same for all orphans; *n: how many there were. */
enum rc registry_clear_orphans(struct tx *tx, struct mem_arena *a, size_t *n, struct fault *f);
/* Removes a device with what is left of its entities; RC_REFUSED while it announces one. */
enum rc registry_delete_device(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* True for devices that nobody announces: people made them, people remove them. */
bool registry_device_stays(const struct device *d);

/*
 * Grows with every change of what devices, entities and areas there are and how devices fare. Inside a read
 * transaction, after its first statement; read again only when something was committed since.
 */
int64_t registry_revision(struct core *core);
/*
 * Gives the ids of the enabled entities of a device ("device_id"), an area ("area_id"), a floor ("floor_id"), a
 * label ("label_id") or a domain ("domain") to fn: the main ones, as people mean them. Without those for settings and
 * diagnosis, the hidden ones and those that nobody announces any more.
 */
void registry_members(struct db *db, const char *kind, const char *id,
    void (*fn)(const char *entity_id, void *arg), void *arg);
/* The name people see: label, else "device name entity name" as Home Assistant builds it. */
const char *registry_entity_name(const struct entity *e, struct mem_arena *a);

#endif
