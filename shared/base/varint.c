/* SPDX-License-Identifier: ISC
 *
 * See varint.h.
 */
#include "shared/base/varint.h"

void
varint_put(struct buf *b, uint64_t v)
{
	char out[10];
	size_t n = 0;

	while (v >= 0x80) {
		out[n++] = (char)(v | 0x80);
		v >>= 7;
	}
	out[n++] = (char)v;
	buf_put(b, out, n);
}

bool
varint_get(const unsigned char *p, size_t len, size_t *at, uint64_t *out)
{
	uint64_t v = 0;
	int shift;

	for (shift = 0; shift < 64; shift += 7) {
		if (*at == len)
			return false;
		v |= (uint64_t)(p[*at] & 0x7f) << shift;
		if ((p[(*at)++] & 0x80) == 0) {
			*out = v;
			return true;
		}
	}
	return false;
}
