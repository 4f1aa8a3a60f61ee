/* SPDX-License-Identifier: ISC
 *
 * Who was recognised lately: saves hashing the token and looking all of it up again. Knowing somebody is
 * not believing him: session_holds() still has to find the token's row. One for each thread, a few entries; the
 * tokens stay in its memory until it serves somebody after their minute, or ends.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include "shared/domain/session.h"

struct known;

struct known *known_new(void);
void known_free(struct known *k);		/* NULL is legal; wipes the tokens */
/* NULL when the token is not known or was looked up longer than KNOWN_MS ago. Valid until known_put. */
#define KNOWN_MS 60000
struct identity *known_get(struct known *k, const char *token, int64_t now_ms);
/*
 * Keeps a copy of who, whom session_check just found by the token, in place of whoever came first. Returns
 * it; NULL when the token is too long to be kept.
 */
struct identity *known_put(struct known *k, const char *token, int64_t now_ms, const struct identity *who);

#endif
