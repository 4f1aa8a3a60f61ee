/* SPDX-License-Identifier: ISC
 *
 * Base64, the standard alphabet.
 */
#include <stdint.h>
#include <string.h>

#include "shared/base/base64.h"

enum { SPACE = -2, WRONG = -1 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What each character is: the value of a digit, white space, or wrong. */
static void
learn(signed char is[256])
{
	int i;

	memset(is, WRONG, 256);
	for (i = 0; i < 64; i++)
		is[(unsigned char)digits[i]] = (signed char)i;
	is[' '] = is['\t'] = is['\r'] = is['\n'] = SPACE;
}

/* The characters before the padding, -1 when the padding is wrong or something follows it. */
static int64_t
body(const char *s, size_t n)
{
	size_t i, pads = 0;

	for (i = n; i > 0 && (s[i - 1] == '=' || strchr(" \t\r\n", s[i - 1]) != NULL); i--)
		if (s[i - 1] == '\0' || (pads += s[i - 1] == '=') > 2)
			return -1;
	return (int64_t)i;
}

/* Room for what n characters stand for, within the cap; how much there is. */
static size_t
make_room(struct buf *out, size_t n)
{
	size_t want = n / 4 * 3 + 3;

	if (out->max != 0 && want > out->max - out->len)
		want = out->max - out->len;
	buf_reserve(out, want);
	return want;
}

/* Pictures come this way, megabytes at a time: no call and no comparison per byte. */
bool
base64_decode(const char *s, size_t n, struct buf *out)
{
	size_t count = 0, room = make_room(out, n), len = 0;
	int64_t end = body(s, n), i;
	char *p = out->p + out->len;
	signed char is[256];
	uint32_t word = 0;
	int d = 0, bits = 0;

	learn(is);
	for (i = 0; i < end; i++) {
		if ((d = is[(unsigned char)s[i]]) == SPACE)
			continue;
		if (d < 0)
			return false;
		count++;
		word = word << 6 | (uint32_t)d;
		if ((bits += 6) < 8)
			continue;
		bits -= 8;
		if (len < room)
			p[len] = (char)(word >> bits & 0xff);
		len++;
	}
	if (end < 0 || count % 4 == 1)
		return false;
	out->over |= len > room;
	out->len += len < room ? len : room;
	out->p[out->len] = '\0';
	return true;
}

void
base64_encode(const void *p, size_t n, struct buf *out)
{
	const unsigned char *s = p;
	uint32_t word;
	size_t i, k;

	for (i = 0; i < n; i += 3) {
		word = (uint32_t)s[i] << 16;
		word |= i + 1 < n ? (uint32_t)s[i + 1] << 8 : 0;
		word |= i + 2 < n ? (uint32_t)s[i + 2] : 0;
		for (k = 0; k < 4; k++)
			buf_putc(out, i + k > n ? '=' : digits[word >> (18 - 6 * k) & 63]);
	}
}
