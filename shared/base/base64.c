/* SPDX-License-Identifier: ISC
 *
 * Base64, the standard alphabet.
 */
#include <stdint.h>
#include <string.h>

#include "shared/base/base64.h"

/* The value of a digit, -1 for anything else. */
static int
digit(char c)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *hit = c == '\0' ? NULL : strchr(alphabet, c);

	return hit == NULL ? -1 : (int)(hit - alphabet);
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

bool
base64_decode(const char *s, size_t n, struct buf *out)
{
	size_t mark = out->len, digits = 0;
	int64_t end = body(s, n), i;
	uint32_t word = 0;
	int d = 0, bits = 0;

	for (i = 0; i < end && d >= 0; i++) {
		if (s[i] == ' ' || s[i] == '\t' || s[i] == '\r' || s[i] == '\n')
			continue;
		if ((d = digit(s[i])) < 0)
			break;
		digits++;
		word = word << 6 | (uint32_t)d;
		if ((bits += 6) < 8)
			continue;
		bits -= 8;
		buf_putc(out, (char)(word >> bits & 0xff));
	}
	if (end >= 0 && d >= 0 && digits % 4 != 1)
		return true;
	out->len = mark;
	return false;
}
