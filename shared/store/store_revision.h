/* SPDX-License-Identifier: ISC
 *
 * Rows of revisions: what things were after each change that people made.
 */
#ifndef STORE_REVISION_H
#define STORE_REVISION_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

/* Of each thing the newest so many are kept, and all that are younger than this. */
#define STORE_REVISION_KEPT 50
#define STORE_REVISION_KEPT_MS (365 * INT64_C(86400000))

struct revision {
	int64_t		 id;
	int64_t		 time;		/* UTC ms */
	const char	*kind;		/* "automation", ... */
	const char	*subject;	/* id of the thing */
	int64_t		 number;	/* counts the revisions of a thing, from 1 */
	const char	*change;	/* "added", "changed", "removed", "restored", "found" */
	const char	*author;	/* actor; NULL for "found" */
	const char	*reason;	/* or NULL */
	const char	*name;		/* what the thing was called, or NULL */
	const char	*members;	/* JSON array: names of what differs from before */
	const char	*snapshot;	/* JSON object; NULL in lists */
	const char	*held;		/* JSON object of what was in a removed thing, or NULL; NULL in lists */
	int64_t		 source;	/* of a restored one: the revision it was made from, else 0 */
};

struct store_revision_filter {
	const char	*kind;		/* NULL: any */
	const char	*subject;	/* needs a kind; NULL: any */
	int64_t		 before;	/* id < before, 0: from the newest */
	int		 limit;		/* 0: all */
};

/* Sets id; RC_EXISTS: the number is taken. Takes away a few of the thing's that are no longer to be kept. */
enum rc store_revision_add(struct tx *tx, struct revision *r);
enum rc store_revision_get(struct db *db, int64_t id, struct mem_arena *a, struct revision *out);
/* The newest of a thing whose number is below `number`, INT64_MAX: of all. RC_NOT_FOUND. */
enum rc store_revision_below(struct db *db, const char *kind, const char *subject, int64_t number,
    struct mem_arena *a, struct revision *out);
/* Newest first. */
enum rc store_revision_list(struct db *db, const struct store_revision_filter *filter,
    struct mem_arena *a, struct revision **rows, size_t *n);

#endif
