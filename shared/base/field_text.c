/* SPDX-License-Identifier: ISC
 *
 * Checks and conversions of input text: percent-decoding, UTF-8, entity ids.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/base_int.h"
#include "shared/base/field.h"

#define ENTITY_ID_MAX 255

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
field_url_decode(const char *in, size_t n, bool plus, char *out, size_t *outlen)
{
	size_t i, o = 0;
	int high, low;

	for (i = 0; i < n; i++) {
		if (in[i] != '%') {
			out[o++] = plus && in[i] == '+' ? ' ' : in[i];
			continue;
		}
		if (n - i < 3)
			return false;
		high = hex_value(in[i + 1]);
		low = hex_value(in[i + 2]);
		if (high < 0 || low < 0 || (high == 0 && low == 0))
			return false;
		out[o++] = (char)(high * 16 + low);
		i += 2;
	}
	*outlen = o;
	return true;
}

bool
field_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	size_t len;

	for (; p < end; p += len) {
		len = *p < 0x80 ? *p != 0 : base_utf8(p, end);
		if (len == 0)
			return false;
	}
	return true;
}

size_t
field_characters(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

bool
field_entity_id(const char *s)
{
	static const char legal[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t domain = strspn(s, legal), object;

	if (domain == 0 || s[domain] != '.')
		return false;
	object = strspn(s + domain + 1, legal);
	return object != 0 && s[domain + 1 + object] == '\0' &&
	    domain + 1 + object <= ENTITY_ID_MAX;
}
