/* SPDX-License-Identifier: ISC
 *
 * Devices and entities as people see them: reading with what belongs to them, and the one JSON form
 * that REST and the command line show.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include "shared/base/js.h"
#include "shared/store/store_device.h"
#include "shared/store/store_entity.h"

/* What changes with its states. */
struct device_now {
	const char	*status;
	bool		 has_battery, has_link_quality;
	double		 battery;	/* percent, the lowest when it has several */
	double		 link_quality;	/* as the device's network measures it; 255 is best in Zigbee */
};

struct device_view {
	struct device	 device;
	struct device_now now;
	const char	**entities;	/* ids of the enabled ones, in order */
	size_t		 n;
	const char	**triggers;	/* JSON objects: {"type", "subtype"} */
	size_t		 n_triggers;
};

enum rc device_get(struct db *db, const char *id, struct mem_arena *a, struct device_view *out);
enum rc device_now(struct db *db, const char *id, struct mem_arena *a, struct device_now *out);
enum rc device_list(struct db *db, const struct store_device_filter *filter, struct mem_arena *a,
    struct device_view **rows, size_t *n);

/* {"id","status","link_quality","battery","name","manufacturer","model",...,"area_id","entities":[...]} */
void device_write(struct jsw *w, const char *key, const struct device_view *d);
/* The members of that object, first those that change with its states, then those that registry_revision covers. */
void device_write_now(struct jsw *w, const char *id, const struct device_now *now);
void device_write_rest(struct jsw *w, const struct device_view *d);
/* {"entity_id","unique_id","name","device_id","area_id","domain","device_class","unit","state", ...} */
void device_write_entity(struct jsw *w, const char *key, const struct entity_state *e,
    struct mem_arena *a);
/* {"entity_id","state","attributes","unit","available","last_changed","last_updated"} */
void device_write_state(struct jsw *w, const char *key, const struct entity_state *e);

#endif
