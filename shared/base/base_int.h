/* SPDX-License-Identifier: ISC
 *
 * What the files of shared/base share among themselves and show to nobody else.
 */
#ifndef BASE_INT_H
#define BASE_INT_H

#include <stddef.h>

/*
 * The length (2..4) of the well-formed multi-byte UTF-8 sequence at p, 0 when there is none before
 * end (RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static inline size_t
base_utf8(const unsigned char *p, const unsigned char *end)
{
	size_t left = (size_t)(end - p);
	unsigned char c = p[0];

	if (c < 0xc2 || c > 0xf4 || left < 2 || (p[1] & 0xc0) != 0x80)
		return 0;
	if (c < 0xe0)
		return 2;
	if (left < 3 || (p[2] & 0xc0) != 0x80)
		return 0;
	if (c < 0xf0)
		return (c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ? 0 : 3;
	if (left < 4 || (p[3] & 0xc0) != 0x80)
		return 0;
	return (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f) ? 0 : 4;
}

#endif
