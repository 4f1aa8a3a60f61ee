/* SPDX-License-Identifier: ISC
 *
 * What payloads are written in: text in one of a few encodings, by the names and aliases that Python gives
 * them, or bytes that nobody reads as text.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

#define NAME_MAX_LEN 24
#define REPLACEMENT 0xfffd

static const struct {
	const char		*name;		/* lower case, '-' for '_' and ' ' */
	enum hass_encoding	 encoding;
} names[] = {
	{ "", HASS_BYTES_ONLY }, { "utf-8", HASS_UTF8 }, { "utf8", HASS_UTF8 }, { "u8", HASS_UTF8 },
	{ "b64", HASS_UTF8 },	/* how cameras said image_encoding once */
	{ "ascii", HASS_ASCII }, { "us-ascii", HASS_ASCII }, { "646", HASS_ASCII },
	{ "latin-1", HASS_LATIN1 }, { "latin1", HASS_LATIN1 }, { "l1", HASS_LATIN1 },
	{ "iso-8859-1", HASS_LATIN1 }, { "iso8859-1", HASS_LATIN1 }, { "8859", HASS_LATIN1 },
	{ "cp819", HASS_LATIN1 },
	{ "utf-16", HASS_UTF16 }, { "utf16", HASS_UTF16 }, { "u16", HASS_UTF16 },
	{ "utf-16-le", HASS_UTF16LE }, { "utf-16le", HASS_UTF16LE },
	{ "utf-16-be", HASS_UTF16BE }, { "utf-16be", HASS_UTF16BE },
};

enum rc
hass_encoding_parse(const char *name, uint8_t *out, struct fault *f)
{
	char plain[NAME_MAX_LEN];
	size_t i;

	for (i = 0; i + 1 < sizeof(plain) && name[i] != '\0'; i++)
		plain[i] = name[i] == '_' || name[i] == ' ' ? '-' : (char)tolower((unsigned char)name[i]);
	plain[i] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, plain) == 0) {
			*out = (uint8_t)names[i].encoding;
			return RC_OK;
		}
	return fault_set(f, RC_UNSUPPORTED, "encoding",
	    "encoding is one of utf-8, ascii, latin-1, utf-16, utf-16-le, utf-16-be, or empty for bytes");
}

/* One character as UTF-8; false for what is none. */
static bool
put(struct buf *b, uint32_t c)
{
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return false;
	if (c < 0x80) {
		buf_putc(b, (char)c);
		return true;
	}
	if (c >= 0x10000)
		buf_putc(b, (char)(0xf0 | c >> 18));
	if (c >= 0x800)
		buf_putc(b, (char)(c < 0x10000 ? 0xe0 | c >> 12 : 0x80 | (c >> 12 & 0x3f)));
	buf_putc(b, (char)(c < 0x800 ? 0xc0 | c >> 6 : 0x80 | (c >> 6 & 0x3f)));
	buf_putc(b, (char)(0x80 | (c & 0x3f)));
	return true;
}

static uint32_t
unit(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static bool
from_utf16(const unsigned char *p, size_t n, bool big, struct buf *b)
{
	uint32_t c, low;
	size_t i;

	for (i = 0; i + 1 < n; i += 2) {
		c = unit(p + i, big);
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < n) {
			low = unit(p + i + 2, big);
			if (low < 0xdc00 || low > 0xdfff)
				return false;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		if (!put(b, c))
			return false;
	}
	return i == n;
}

/* A byte order mark decides and is no part of the text; without one the machine's order is meant. */
static bool
from_marked(const unsigned char *p, size_t n, struct buf *b)
{
	if (n >= 2 && (unit(p, true) == 0xfeff || unit(p, false) == 0xfeff))
		return from_utf16(p + 2, n - 2, unit(p, true) == 0xfeff, b);
	return from_utf16(p, n, false, b);
}

static bool
from_narrow(const unsigned char *p, size_t n, unsigned int most, struct buf *b)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] > most || !put(b, p[i]))
			return false;
	return true;
}

static bool
decode(enum hass_encoding encoding, const char *text, size_t n, struct buf *b)
{
	const unsigned char *p = (const unsigned char *)text;

	switch (encoding) {
	case HASS_ASCII:
		return from_narrow(p, n, 0x7f, b);
	case HASS_LATIN1:
		return from_narrow(p, n, 0xff, b);
	case HASS_UTF16:
		return from_marked(p, n, b);
	case HASS_UTF16LE:
	case HASS_UTF16BE:
		return from_utf16(p, n, encoding == HASS_UTF16BE, b);
	default:
		buf_put(b, p, n);
		return true;
	}
}

bool
hass_encoding_decode(uint8_t encoding, const char *p, size_t n, struct mem_arena *a,
    const char **out, size_t *len)
{
	struct buf b = { 0 };
	bool ok = decode((enum hass_encoding)encoding, p, n, &b);

	if (ok) {
		*out = mem_bytes(a, buf_str(&b), b.len);
		*len = b.len;
	}
	buf_free(&b);
	return ok;
}

/* The next character of valid UTF-8. */
static uint32_t
next(const unsigned char **p)
{
	uint32_t c = *(*p)++;
	int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if (more > 0)
		c &= 0x3fu >> more;
	for (; more > 0 && (**p & 0xc0) == 0x80; more--)
		c = c << 6 | (*(*p)++ & 0x3f);
	return more == 0 ? c : REPLACEMENT;
}

static void
put_unit(struct buf *b, uint32_t c, bool big)
{
	buf_putc(b, (char)(big ? c >> 8 : c));
	buf_putc(b, (char)(big ? c : c >> 8));
}

static bool
put_encoded(struct buf *b, enum hass_encoding encoding, uint32_t c)
{
	bool big = encoding == HASS_UTF16BE;

	if (encoding == HASS_ASCII || encoding == HASS_LATIN1) {
		buf_putc(b, (char)c);
		return c <= (encoding == HASS_ASCII ? 0x7fu : 0xffu);
	}
	if (c >= 0x10000) {
		put_unit(b, 0xd800 + ((c - 0x10000) >> 10), big);
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	put_unit(b, c, big);
	return true;
}

bool
hass_encoding_is_plain(uint8_t encoding)
{
	return encoding == HASS_UTF8 || encoding == HASS_BYTES_ONLY;
}

bool
hass_encoding_encode(uint8_t encoding, const char *p, size_t n, struct buf *out)
{
	const unsigned char *at = (const unsigned char *)p, *end = at + n;
	bool ok = true;

	if (hass_encoding_is_plain(encoding)) {
		buf_put(out, p, n);
		return true;
	}
	if (encoding == HASS_UTF16)
		put_unit(out, 0xfeff, false);
	while (ok && at < end)
		ok = put_encoded(out, (enum hass_encoding)encoding, next(&at));
	return ok;
}
