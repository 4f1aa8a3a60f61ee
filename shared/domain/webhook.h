/* SPDX-License-Identifier: ISC
 *
 * Calls from outside that start automations. Whoever knows the id of a webhook may call it; so the log has a name
 * instead, which nobody can make out of an id who does not have the key of this house.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/store/store_webhook.h"

#define WEBHOOK_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
#define WEBHOOK_SECRET_MIN 16	/* letters of one that may be called from everywhere */
#define WEBHOOK_BODY_MAX 16384
#define WEBHOOK_RATE 120		/* calls of one in a minute */
#define WEBHOOK_SOURCE_RATE 300		/* calls by one address in a minute */

struct webhook_call {
	const char	*id;
	const char	*source;		/* whose calls are counted together: an address or a network */
	bool		 local;			/* it is in the house's own network */
	const char	*method;
	const char	*query;			/* raw, "" when there is none */
	const char	*type;			/* media type, "" when not said */
	const char	*body;
	size_t		 len;
};

/* Its name, in the arena; events have the subject "webhook.NAME". key: store_webhook_key. */
const char *webhook_name(const char *key, const char *id, struct mem_arena *a);
/* A rule or a scenario with names in the place of ids: compiled, it listens to those events. A new reference. */
struct js *webhook_named(const struct js *config, const char *key);

/*
 * RC_NOT_FOUND: no enabled automation has it, or it may not be called from there. RC_LIMITED: it is called too often,
 * *retry_s says when again.
 */
enum rc webhook_admit(struct db *db, const struct webhook_call *c, int64_t now_ms, struct mem_arena *a, int *retry_s,
    struct fault *f);
/*
 * The same, and then writes the event that the engine waits for: data has "method", "query" (object), "local" and,
 * by the type of the body, "json" (its value), "data" (object of a form) or "text". RC_INVALID: it is not what its
 * type says. RC_TOO_LARGE.
 */
enum rc webhook_take(struct tx *tx, const struct webhook_call *c, struct mem_arena *a, int64_t *event, int *retry_s,
    struct fault *f);

#endif
