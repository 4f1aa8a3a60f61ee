/* SPDX-License-Identifier: ISC
 *
 * What people do with areas (rooms), with the events that tell the others.
 */
#ifndef AREA_H
#define AREA_H

#include "shared/base/js.h"
#include "shared/domain/change.h"
#include "shared/store/store_area.h"

/* NULL leaves a member as it is; "" takes floor or icon away. */
struct area_edit {
	const char			*name;
	const char			*floor;		/* its name; made when there is no such floor */
	const char			*floor_id;	/* or its id; wins */
	const char			*icon;		/* "mdi:sofa" */
	const struct change_names	*aliases;	/* all of them */
	const struct change_names	*labels;	/* ids, all of them */
};

/* Id from the name's slug, made unique. RC_INVALID. */
enum rc area_add(struct tx *tx, const struct area_edit *e, struct mem_arena *a, struct area *out,
    struct fault *f);
/* RC_NOT_FOUND, RC_INVALID. */
enum rc area_change(struct tx *tx, const char *id, const struct area_edit *e, struct mem_arena *a,
    struct area *out, struct fault *f);
/* Devices and entities that were in it are in none afterwards. RC_NOT_FOUND. */
enum rc area_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/*
 * As its revision says it was (revision.h); one that is gone comes back under its old id. The devices and
 * entities of held are in it again that are in none now. RC_INVALID: its floor is gone.
 */
enum rc area_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);
/* {"id","name","floor_id","floor","icon","aliases":[...],"labels":[...]} */
void area_write(struct jsw *w, const char *key, const struct area *area);

#endif
