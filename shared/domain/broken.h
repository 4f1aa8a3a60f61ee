/* SPDX-License-Identifier: ISC
 *
 * Rules, scenarios and alert rules that could not be saved as they are (any more): what they refer to was removed,
 * say. Reads only.
 */
#ifndef BROKEN_H
#define BROKEN_H

#include "shared/domain/used.h"

/* One of them, with the first thing that is wrong with it. Text in the arena. */
struct broken {
	const char	*kind;		/* "automation": of its user */
	const char	*id, *name;
	const char	*place, *message;
};

/* Of those that are enabled, at most `most`. Rows live in the arena. */
enum rc broken_find(struct db *db, size_t most, struct mem_arena *a, struct broken **out, size_t *n);
void broken_write(struct jsw *w, const char *key, const struct broken *b);

#endif
