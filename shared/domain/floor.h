/* SPDX-License-Identifier: ISC
 *
 * What people do with floors, with the events that tell the others. A floor holds areas.
 */
#ifndef FLOOR_H
#define FLOOR_H

#include "shared/base/js.h"
#include "shared/store/store_floor.h"

/* NULL leaves a member as it is. */
struct floor_edit {
	const char	*name;
	const int64_t	*level;		/* 0: the ground floor */
	bool		 no_level;	/* nobody says which */
};

struct floor_view {
	struct floor	 floor;
	const char	**areas;	/* ids of those on it, in order */
	size_t		 n;
};

enum rc floor_get(struct db *db, const char *id, struct mem_arena *a, struct floor_view *out);
enum rc floor_list(struct db *db, struct mem_arena *a, struct floor_view **rows, size_t *n);
/* Id from the name's slug, made unique. RC_INVALID; RC_EXISTS: another floor has that name. */
enum rc floor_add(struct tx *tx, const struct floor_edit *e, struct mem_arena *a,
    struct floor *out, struct fault *f);
/* As floor_add, and RC_NOT_FOUND. */
enum rc floor_change(struct tx *tx, const char *id, const struct floor_edit *e,
    struct mem_arena *a, struct fault *f);
/* The areas that were on it are on none afterwards. RC_NOT_FOUND. */
enum rc floor_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/*
 * As its revision says it was (revision.h); one that is gone comes back under its old id. The areas of held are on
 * it again that are on no floor now. RC_INVALID, RC_EXISTS.
 */
enum rc floor_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);
/* {"id","name","level","areas":[...]} */
void floor_write(struct jsw *w, const char *key, const struct floor_view *v);

#endif
