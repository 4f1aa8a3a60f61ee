/* SPDX-License-Identifier: ISC
 *
 * Calls from outside that start automations. Whoever knows the id of a webhook may call it; so the log and those
 * who may only read see a digest instead.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

#define WEBHOOK_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
#define WEBHOOK_SECRET_MIN 16	/* letters of one that may be called from everywhere */
#define WEBHOOK_BODY_MAX 16384

struct webhook_call {
	const char	*id;
	bool		 local;			/* out of the house's own network */
	const char	*method;
	const char	*query;			/* raw, "" when there is none */
	const char	*type;			/* media type, "" when not said */
	const char	*body;
	size_t		 len;
};

/* The subject of its events, in the arena. */
const char *webhook_subject(const char *id, struct mem_arena *a);
/* RC_NOT_FOUND: no enabled automation has it, or it may not be called from there. */
enum rc webhook_find(struct db *db, const char *id, bool local);
/*
 * Writes the event that the engine waits for: data has "method", "query" (object), "local" and, by the type of the
 * body, "json" (its value), "data" (object of a form) or "text". RC_INVALID: it is not what its type says.
 * RC_TOO_LARGE.
 */
enum rc webhook_take(struct tx *tx, const struct webhook_call *c, struct mem_arena *a, int64_t *event,
    struct fault *f);

#endif
