/* SPDX-License-Identifier: ISC
 *
 * Bytes written as text (RFC 4648, section 4).
 */
#ifndef BASE64_H
#define BASE64_H

#include <stdbool.h>

#include "shared/base/buf.h"

/*
 * Appends the bytes that the n characters at s stand for. White space is skipped, the padding may be
 * missing. False, with out as it was, when there is anything else or a piece is missing; out->over is
 * set, and true returned, when the bytes do not fit into out->max.
 */
bool base64_decode(const char *s, size_t n, struct buf *out);
/* Appends the text of the n bytes at p, padded, in one line. */
void base64_encode(const void *p, size_t n, struct buf *out);

#endif
