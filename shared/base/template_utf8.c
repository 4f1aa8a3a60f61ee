/* SPDX-License-Identifier: ISC
 *
 * The little of UTF-8 that strings of code points need. Bytes that are no UTF-8 count as one code
 * point each.
 */
#include "shared/base/template_int.h"

size_t
template_utf8_get(const char *s, size_t n, uint32_t *cp)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0, i;

	*cp = p[0];
	if (len == 1)
		return 1;
	if (len == 0 || len > n) {
		*cp = 0xfffd;
		return 1;
	}
	*cp &= 0x7fu >> len;
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			*cp = 0xfffd;
			return 1;
		}
		*cp = *cp << 6 | (p[i] & 0x3fu);
	}
	return len;
}

bool
template_utf8_valid(const char *s, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t cp;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = template_utf8_get(s, n, &cp);
		if (*s == '\0' || (len == 1 && (uint8_t)*s >= 0x80))
			return false;
		if (len > 1 && (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)))
			return false;
	}
	return true;
}

size_t
template_utf8_len(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((uint8_t)s[i] & 0xc0) != 0x80;
	return count;
}

size_t
template_utf8_at(const char *s, size_t n, size_t i)
{
	size_t at = 0;

	for (; at < n; at++)
		if (((uint8_t)s[at] & 0xc0) != 0x80 && i-- == 0)
			return at;
	return n;
}

void
template_utf8_put(struct buf *b, uint32_t cp)
{
	char out[4];
	size_t n;

	if (cp >= 0xd800 && cp < 0xe000)
		cp = 0xfffd;
	if (cp < 0x80) {
		buf_putc(b, (char)cp);
		return;
	}
	n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	out[0] = (char)((0xf00u >> n & 0xff) | cp >> 6 * (n - 1));
	for (size_t i = 1; i < n; i++)
		out[i] = (char)(0x80u | (cp >> 6 * (n - 1 - i) & 0x3f));
	buf_put(b, out, n);
}

bool
template_is_space(uint32_t cp)
{
	return (cp >= 9 && cp <= 13) || (cp >= 28 && cp <= 32) || cp == 0x85 || cp == 0xa0 ||
	    cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	    cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

size_t
template_utf8_last(const char *s, size_t n)
{
	size_t len = 1;

	while (len < n && len < 4 && ((uint8_t)s[n - len] & 0xc0) == 0x80)
		len++;
	return len;
}

void
template_strip(const char **s, size_t *n, int side)
{
	uint32_t cp;
	size_t len;

	while ((side & 1) != 0 && *n > 0) {
		len = template_utf8_get(*s, *n, &cp);
		if (!template_is_space(cp))
			break;
		*s += len;
		*n -= len;
	}
	while ((side & 2) != 0 && *n > 0) {
		len = template_utf8_last(*s, *n);
		template_utf8_get(*s + *n - len, len, &cp);
		if (!template_is_space(cp))
			break;
		*n -= len;
	}
}
