/* SPDX-License-Identifier: ISC
 *
 * Who was recognised lately, by the hash of the token: saves looking all of it up again. Knowing somebody
 * is not believing him: session_holds() still has to find the token's row. Shared by the threads of a
 * process, bounded.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "shared/domain/session.h"

struct known;

struct known *known_new(void);
void known_free(struct known *k);		/* NULL is legal */
/* A copy in the arena; false when the hash is not known or was looked up longer than KNOWN_MS ago. */
#define KNOWN_MS 60000
bool known_get(struct known *k, const char *hash, int64_t now_ms, struct mem_arena *a, struct identity *out);
/* Keeps a copy of who, as session_check just found it, in place of whom its slot held. */
void known_put(struct known *k, const char *hash, int64_t now_ms, const struct identity *who);

#endif
