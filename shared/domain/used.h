/* SPDX-License-Identifier: ISC
 *
 * Where devices, entities, areas, floors and labels are used. Whatever refers to entities is a row in users.c: it
 * shows its documents and says what is wrong with one, and the search is the same for all.
 */
#ifndef USED_H
#define USED_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store.h"

/* One document of a user: an automation with its rule. Borrowed. */
struct used_document {
	const char	*id, *name;
	bool		 enabled;
	const struct js	*config;
};

struct used_ops {
	const char	*name;		/* "automations": the key of its list in the answer */
	const char	*kind;		/* "automation": one of them */
	enum rc		(*each)(struct db *db,
			    void (*fn)(const struct used_document *d, void *arg), void *arg);
	/* As saving it does: RC_INVALID, RC_UNSUPPORTED with f->field, the place, and f->msg. */
	enum rc		(*check)(struct db *db, const struct js *config, struct mem_arena *a, struct fault *f);
};
extern const struct used_ops *const users[];	/* users.c; NULL-terminated */
extern const struct used_ops used_alert, used_automation, used_scenario;

/* A document that uses what was asked for. Text in the arena. */
struct used {
	const struct used_ops *user;
	const char	*id, *name;
	const char	**where;	/* "triggers[0].entity_id" */
	size_t		 n;
};

/* What is looked for: entities by id, and what a key names, such as "device_id"; both also inside templates. */
struct used_query {
	const char *const *entities;
	size_t		   n;
	const char	  *key, *value;	/* or NULL */
};

enum rc used_find(struct db *db, const struct used_query *q, struct mem_arena *a,
    struct used **out, size_t *n);
/* A device with all of its entities. RC_NOT_FOUND. */
enum rc used_device(struct db *db, const char *id, struct mem_arena *a, struct used **out,
    size_t *n);
/* All entities that nobody announces any more. */
enum rc used_orphans(struct db *db, struct mem_arena *a, struct used **out, size_t *n);
/* {"automations":[{"id","name","where":[...]}], ...}: one list for each row of users[]. */
void used_write(struct jsw *w, const char *key, const struct used *list, size_t n);

#endif
