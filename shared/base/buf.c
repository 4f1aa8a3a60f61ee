/* SPDX-License-Identifier: ISC
 *
 * Text under construction, and the escapings for the places it goes to.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/base_int.h"
#include "shared/base/buf.h"
#include "shared/base/mem.h"

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

void
buf_free(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
	b->over = false;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->over = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL, whatever max says. */
static void
grow(struct buf *b, size_t n)
{
	size_t cap = b->cap < 64 ? 64 : b->cap;

	if (n >= SIZE_MAX / 4 - b->len)
		mem_exhausted();
	if (b->len + n + 1 <= b->cap)
		return;
	while (cap < b->len + n + 1)
		cap *= 2;
	b->p = mem_xrealloc(b->p, cap, 1);
	b->cap = cap;
	b->p[b->len] = '\0';
}

/* How many of n bytes may still be added; remembers when it is not all of them. */
static size_t
admit(struct buf *b, size_t n)
{
	if (b->over)
		return 0;
	if (b->max == 0 || n <= b->max - b->len)
		return n;
	b->over = true;
	return b->max - b->len;
}

void
buf_reserve(struct buf *b, size_t n)
{
	if (b->max != 0 && n > b->max - b->len)
		n = b->max - b->len;
	grow(b, n);
}

/* Whether n more bytes and the NUL fit as it is: the way that nearly every call takes. */
static inline bool
fits(const struct buf *b, size_t n)
{
	return b->max == 0 && b->cap > n && b->len < b->cap - n;
}

void
buf_putc(struct buf *b, char c)
{
	if (fits(b, 1)) {
		b->p[b->len++] = c;
		b->p[b->len] = '\0';
		return;
	}
	if (admit(b, 1) == 0)
		return;
	grow(b, 1);
	b->p[b->len++] = c;
	b->p[b->len] = '\0';
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	if (!fits(b, n)) {
		if ((n = admit(b, n)) == 0)
			return;
		grow(b, n);
	}
	if (n == 0)
		return;
	memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	size_t room;
	int n;

	grow(b, 64);
	room = b->cap - b->len;
	va_copy(again, ap);
	n = vsnprintf(b->p + b->len, room, fmt, ap);
	if (n >= 0 && (size_t)n >= room) {
		grow(b, (size_t)n);
		vsnprintf(b->p + b->len, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->len += admit(b, (size_t)n);
	b->p[b->len] = '\0';
}

void
buf_cut(struct buf *b, size_t len)
{
	b->len = len;
	if (b->p != NULL)
		b->p[len] = '\0';
}

void
buf_put_int(struct buf *b, long long v)
{
	char text[24], *p = text + sizeof(text);
	unsigned long long u = v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v;

	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u != 0);
	if (v < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(text + sizeof(text) - p));
}

const char *
buf_str(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}

char *
buf_steal(struct buf *b)
{
	char *p = b->p != NULL ? b->p : mem_xstrdup("");

	b->p = NULL;
	b->len = b->cap = 0;
	b->over = false;
	return p;
}

char *
buf_keep(struct buf *b, struct mem_arena *a)
{
	char *text = mem_strndup(a, buf_str(b), b->len);

	buf_free(b);
	return text;
}

/* Whether one of the 8 bytes of w needs a look: below 0x20, above 0x7f, a quote or a backslash. */
static bool
any_special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';

	return ((w | ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) |
	    ((slash - ones) & ~slash)) & high) != 0;
}

/* What any_special looks for, byte by byte. */
static const bool special[256] = {
	[0 ... 0x1f] = true,
	['"'] = true,
	['\\'] = true,
	[0x80 ... 0xff] = true,
};

/* The first byte in [p, end) that cannot be copied as it is into a JSON string. */
static const unsigned char *
skip_plain(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *start = p;
	uint64_t w;
	size_t n;

	for (;;) {
		while (end - p >= 8) {
			memcpy(&w, p, 8);
			if (any_special(w))
				break;
			p += 8;
		}
		if (end - p < 8 && end - start >= 8) {	/* the rest, with what was seen before it */
			memcpy(&w, end - 8, 8);
			if (!any_special(w))
				return end;
		}
		while (p < end && !special[*p])
			p++;
		if (p == end || *p < 0x80 || (n = base_utf8(p, end)) == 0)
			return p;
		p += n;
	}
}

static void
json_escape(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char code[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

	switch (c) {
	case '"':
		buf_put(b, "\\\"", 2);
		break;
	case '\\':
		buf_put(b, "\\\\", 2);
		break;
	case '\n':
		buf_put(b, "\\n", 2);
		break;
	case '\r':
		buf_put(b, "\\r", 2);
		break;
	case '\t':
		buf_put(b, "\\t", 2);
		break;
	default:
		if (c == 0 || c >= 0x80)
			buf_puts(b, REPLACEMENT);
		else
			buf_put(b, code, sizeof(code));
	}
}

/* As it is, between `before` and `after`, in one go; false when something needs escaping. */
static inline bool
put_plain(struct buf *b, const char *before, const char *s, size_t n, const char *after)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t head = strlen(before), tail = strlen(after);
	char *to;

	if (n == 0 || !fits(b, head + n + tail) || skip_plain(p, p + n) != p + n)
		return false;
	to = b->p + b->len;
	memcpy(to, before, head);
	memcpy(to + head, s, n);
	memcpy(to + head + n, after, tail + 1);
	b->len += head + n + tail;
	return true;
}

void
buf_json_key(struct buf *b, const char *s, size_t n, bool comma)
{
	buf_reserve(b, n + 4);
	if (comma ? put_plain(b, ",\"", s, n, "\":") : put_plain(b, "\"", s, n, "\":"))
		return;
	if (comma)
		buf_putc(b, ',');
	buf_json_string(b, s, n);
	buf_putc(b, ':');
}

void
buf_json_string(struct buf *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n, *stop;

	buf_reserve(b, n + 2);
	if (put_plain(b, "\"", s, n, "\""))
		return;
	buf_putc(b, '"');
	while (p < end) {
		stop = skip_plain(p, end);
		buf_put(b, p, (size_t)(stop - p));
		if (stop < end)
			json_escape(b, *stop++);
		p = stop;
	}
	buf_putc(b, '"');
}

/*
 * Values with few decimals, which is what sensors send: r / 10^k is correctly rounded, so when it
 * equals v, the decimal text of r with k places reads back as v.
 */
static bool
put_decimal(struct buf *b, double v)
{
	static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	char text[32];
	double r;
	int k, n;

	if (!(fabs(v) < 1e9) || (v == 0 && signbit(v)))
		return false;
	for (k = 0; k < 7; k++) {
		r = nearbyint(v * scale[k]);
		if (r / scale[k] == v)
			break;
	}
	if (k == 7)
		return false;
	n = snprintf(text, sizeof(text), "%0*lld", k + 1 + (r < 0), (long long)r);
	buf_put(b, text, (size_t)(n - k));
	if (k != 0) {
		buf_putc(b, '.');
		buf_put(b, text + n - k, (size_t)k);
	}
	return true;
}

void
buf_json_number(struct buf *b, double v)
{
	char text[40];
	int digits;

	if (!isfinite(v)) {
		buf_puts(b, "null");
		return;
	}
	if (put_decimal(b, v))
		return;
	for (digits = isnormal(v) ? 15 : 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_puts(b, text);
}

void
buf_html(struct buf *b, const char *s)
{
	size_t n;

	for (;;) {
		n = strcspn(s, "&<>\"'");
		buf_put(b, s, n);
		s += n;
		if (*s == '\0')
			return;
		buf_puts(b, *s == '&' ? "&amp;" : *s == '<' ? "&lt;" : *s == '>' ? "&gt;" :
		    *s == '"' ? "&quot;" : "&#39;");
		s++;
	}
}

void
buf_url(struct buf *b, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char stays[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";
	unsigned char c;
	size_t n;

	for (;;) {
		n = strspn(s, stays);
		buf_put(b, s, n);
		s += n;
		if (*s == '\0')
			return;
		c = (unsigned char)*s++;
		buf_put(b, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
	}
}
