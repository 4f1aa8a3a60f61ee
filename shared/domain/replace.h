/* SPDX-License-Identifier: ISC
 *
 * New hardware takes the place of a device that broke. What people know stays: device id, entity ids, names,
 * areas, other names, rules, history. What the hardware is, says and listens to becomes the new one's.
 *
 * Entities are matched by registry_match. A matched entity of the new hardware is given up: the old one gets
 * its identity, its announcement, its present state and its commands; its history and events follow with the next
 * run of the aggregate job (succession.h). What only the new hardware has joins the device;
 * what only the old one had becomes an orphan of it. The record of the new device is removed.
 *
 * The identifiers of the old hardware stay with the device, marked: while its announcement is still on the
 * broker, it is not taken for a new device. When the last of its announcements is withdrawn, or on
 * replace_release, the mark goes, and the old hardware may come again as a device of its own.
 */
#ifndef REPLACE_H
#define REPLACE_H

#include "shared/base/js.h"
#include "shared/domain/registry.h"

struct replace_pair {
	const char	*entity_id;	/* goes on */
	const char	*unique_id;	/* with this hardware */
	const char	*was;		/* id that the new hardware's had, given up */
};

struct replace {
	const char	*device;
	struct replace_pair *pairs;
	size_t		 n_pairs;
	const char	**added;	/* entity ids of what only the new hardware has */
	size_t		 n_added;
	const char	**missing;	/* entity ids of what it does not have */
	size_t		 n_missing;
};

/*
 * Device `by` takes the place of device `id`. dry_run: only tells, writes nothing. Appends device_replaced, and an
 * event for each entity and both devices, caused by it. RC_NOT_FOUND; RC_INVALID for a device by itself;
 * RC_REFUSED: nothing of the two fits, one of them reports over HTTP, or a rule uses an entity that would
 * be given up.
 */
enum rc replace_device(struct tx *tx, const char *id, const char *by, bool dry_run,
    struct mem_arena *a, struct replace *out, struct fault *f);
/* {"device","replaced":[{"entity_id","unique_id","was"}],"added":[...],"missing":[...]} */
void replace_write(struct jsw *w, const char *key, const struct replace *r);
/*
 * Lets the hardware that device `id` replaced announce itself again. *n: how many of its announcements were kept
 * back. RC_NOT_FOUND.
 */
enum rc replace_release(struct tx *tx, const char *id, struct mem_arena *a, size_t *n,
    struct fault *f);

#endif
