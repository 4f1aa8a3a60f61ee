/* SPDX-License-Identifier: ISC
 *
 * Numbers in as few bytes as they need: 7 bits a byte, low first, the eighth bit says that more follow.
 */
#ifndef VARINT_H
#define VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"

void varint_put(struct buf *b, uint64_t v);
/* Reads the number at p[*at] and moves *at behind it; false (and *at undefined) where none is complete. */
bool varint_get(const unsigned char *p, size_t len, size_t *at, uint64_t *out);

#endif
