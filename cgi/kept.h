/* SPDX-License-Identifier: ISC
 *
 * Answers that depend on which devices there are and hardly on their states: rendered once and kept until
 * the registry changes, for a minute at most. Shared by the threads of a process.
 */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/buf.h"

struct kept;

struct kept *kept_new(size_t answers);		/* how many at most: 8, or a multiple of it */
void kept_free(struct kept *k);			/* NULL is legal */
/* Appends the answer that was kept under key for this revision to out; false when there is none, or it is old. */
#define KEPT_MS 60000
bool kept_get(struct kept *k, const char *key, int64_t revision, int64_t now_ms, struct buf *out);
/* Keeps a copy in place of the one that was used least lately. What is too large is not kept. */
void kept_put(struct kept *k, const char *key, int64_t revision, int64_t now_ms, const char *body,
    size_t len);

#endif
