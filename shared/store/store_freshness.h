/* SPDX-License-Identifier: ISC
 *
 * Rows about being heard: the rhythm of each device, low batteries, and the lists of what wants a
 * person's attention.
 */
#ifndef STORE_FRESHNESS_H
#define STORE_FRESHNESS_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

#define FRESHNESS_GAPS 36	/* lengths of gaps that are told apart */

struct freshness {
	int64_t		 source;	/* device row; of an entity without a device: minus its row */
	const char	*level;		/* "unknown", "fresh", "late", "silent" */
	bool		 lost;		/* silent, and nothing else tells whether it can be reached */
	int64_t		 every;		/* s between reports, 0: no rhythm is known */
	int64_t		 heard, since, halved;	/* UTC ms */
	double		 mean;		/* s, of the gaps that decide */
	int		 outages;
	uint16_t	 gaps[FRESHNESS_GAPS];
};

enum rc store_freshness_put(struct tx *tx, const struct freshness *f);
/* Every row; level is valid inside fn only. */
enum rc store_freshness_each(struct db *db, bool (*fn)(const struct freshness *f, void *arg), void *arg);

enum rc store_battery_put(struct tx *tx, int64_t entity, int64_t since);
enum rc store_battery_delete(struct tx *tx, int64_t entity);
enum rc store_battery_each(struct db *db, bool (*fn)(int64_t entity, int64_t since, void *arg), void *arg);

/* A device or entity that wants attention; members that the list does not have are NULL or 0. */
struct attention_row {
	const char	*entity_id, *device_id;
	const char	*name;		/* as registry_entity_name makes it, or the device's */
	const char	*level;		/* battery: its state */
	int64_t		 time;		/* first seen, last heard, low since */
	int64_t		 every;		/* s */
};

enum attention_list {
	ATTENTION_FOUND,	/* devices first seen after `since`, newest first */
	ATTENTION_LATE, ATTENTION_SILENT,	/* their entities in use, longest unheard first */
	ATTENTION_ORPHANED, ATTENTION_BATTERY, ATTENTION__MAX
};

/* At most `limit` rows; text lives in the arena. */
enum rc store_attention(struct db *db, enum attention_list list, int64_t since, int limit,
    struct mem_arena *a, struct attention_row **rows, size_t *n);

#endif
