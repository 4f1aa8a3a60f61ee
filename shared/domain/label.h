/* SPDX-License-Identifier: ISC
 *
 * Labels: names that people put on areas, devices and entities, so that rules can speak of what belongs together
 * though it stands in different rooms. An entity carries also those of its device and of its area.
 */
#ifndef LABEL_H
#define LABEL_H

#include "shared/base/js.h"
#include "shared/domain/change.h"
#include "shared/store/store_label.h"

/* NULL leaves a member as it is; "" takes icon or color away. */
struct label_edit {
	const char	*name;
	const char	*icon;		/* "mdi:snowflake" */
	const char	*color;		/* "#rrggbb" */
};

/* A label with what carries it by itself. Text in the arena. */
struct label_view {
	struct label	  label;
	const char	**on[STORE_LABELLED__MAX];	/* ids of areas, devices, entities */
	size_t		  n[STORE_LABELLED__MAX];
};

enum rc label_get(struct db *db, const char *id, struct mem_arena *a, struct label_view *out);
enum rc label_list(struct db *db, struct mem_arena *a, struct label_view **rows, size_t *n);
/* Id from the name's slug, made unique. RC_INVALID; RC_EXISTS: the name is taken. */
enum rc label_add(struct tx *tx, const struct label_edit *e, struct mem_arena *a, struct label *out,
    struct fault *f);
/* RC_NOT_FOUND, RC_INVALID, RC_EXISTS. */
enum rc label_change(struct tx *tx, const char *id, const struct label_edit *e, struct mem_arena *a,
    struct fault *f);
/* It is taken off everything. RC_NOT_FOUND. */
enum rc label_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/*
 * As its revision says it was (revision.h); one that is gone comes back under its old id. It is again on those of
 * held that are still there.
 */
enum rc label_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);

/* The ids of labels for a row: sorted, each once, as a JSON array. RC_INVALID: there is no such label. */
enum rc label_names(struct db *db, const struct change_names *ids, struct mem_arena *a, const char **json,
    struct fault *f);
/* Those of a JSON array that (still) exist. */
struct change_names label_names_of(struct db *db, const struct js *list, struct mem_arena *a);
/* For a snapshot of what carries them: "labels", unless there are none. */
void label_write_names(struct jsw *w, const char *labels);

/* {"id","name","icon","color","areas":[...],"devices":[...],"entities":[...]} */
void label_write(struct jsw *w, const char *key, const struct label_view *v);

#endif
