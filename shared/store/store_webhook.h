/* SPDX-License-Identifier: ISC
 *
 * Webhooks: which rules wait for them, the key of their names, how often they are called.
 */
#ifndef STORE_WEBHOOK_H
#define STORE_WEBHOOK_H

#include "shared/store/store.h"

#define WEBHOOK_KEY 65		/* bytes of the key, NUL included */

/*
 * Rule number `automation` waits for the webhooks that its config names, and for no other; written whenever the rule
 * is: store_automation.c.
 */
enum rc store_webhook_put(struct tx *tx, int64_t automation, const char *config);
/* Whether an enabled rule waits for it; local false: and may be called from outside. */
bool store_webhook_any(struct db *db, const char *id, bool local);
/* The key of this house, for ever the same. */
enum rc store_webhook_key(struct db *db, char out[WEBHOOK_KEY]);

/* Calls under this name since *since, which is later than `after`; 0: none. */
int64_t store_webhook_calls(struct db *db, const char *name, int64_t after, int64_t *since);
/* One more at tx->now_ms; what is older than `after` is forgotten, of all names. */
enum rc store_webhook_count(struct tx *tx, const char *name, int64_t after);

#endif
