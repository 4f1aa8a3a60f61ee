/* SPDX-License-Identifier: ISC
 *
 * Which members of a row an edit or an announcement changed: what the events about it tell.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/base/rc.h"

#define CHANGE_MAX 24
#define CHANGE_NAMES_MAX 32	/* other names of one thing */
#define CHANGE_NAME_MAX 255	/* bytes of a name */

struct change {
	const char	*names[CHANGE_MAX];
	size_t		 n;
};

void change_add(struct change *c, const char *name);
/* Puts theirs over *mine and adds name when the two differ. */
void change_text(struct change *c, const char *name, const char **mine, const char *theirs);
void change_bool(struct change *c, const char *name, bool *mine, bool theirs);
/* The same for what people enter: NULL leaves *mine as it is, "" takes it away. */
void change_entry(struct change *c, const char *name, const char **mine, const char *entry);
/* "changed": ["name", ...] */
void change_write(struct jsw *w, const struct change *c);

/* RC_INVALID naming `field` for a text that is too long or no UTF-8; NULL is fine. */
enum rc change_check(const char *text, const char *field, struct fault *f);

/* Other names as people enter them. */
struct change_names {
	const char *const	*list;
	size_t			 n;
};
/* Out of a JSON array of texts; borrows them. */
struct change_names change_names_of(const struct js *list, struct mem_arena *a);
/* To a JSON array, doubles left out. RC_INVALID. */
enum rc change_aliases(const struct change_names *names, struct mem_arena *a, const char **json,
    struct fault *f);

#endif
