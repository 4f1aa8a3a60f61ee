/* SPDX-License-Identifier: ISC
 *
 * Rows of the keys that devices sign with, and of the nonces they used.
 */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct device_key {
	int64_t			 device;	/* row */
	const unsigned char	*sealed;
	size_t			 len;
	int64_t			 refused;	/* UTC ms, 0: never */
};

/* Sets or replaces the key of key->device. */
enum rc store_key_put(struct tx *tx, const struct device_key *key);
enum rc store_key_get(struct db *db, int64_t device, struct mem_arena *a, struct device_key *out);
enum rc store_key_refused(struct tx *tx, int64_t device);	/* now */

/* RC_EXISTS: it was used before. Older ones of the device than `before` (UTC ms) go. */
enum rc store_nonce_add(struct tx *tx, int64_t device, const char *nonce, int64_t before);
/* Whether it is still known to have been used. */
bool store_nonce_used(struct db *db, int64_t device, const char *nonce);
/* How many since then, and when the oldest of them was. */
int64_t store_nonce_count(struct db *db, int64_t device, int64_t since, int64_t *oldest);

#endif
