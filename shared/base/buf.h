/* SPDX-License-Identifier: ISC
 *
 * Text under construction. A struct buf that is all zero is a valid empty one. With `max` set it
 * stops growing there and remembers that it overflowed, so that output caps are one check at the end.
 */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct mem_arena;

struct buf {
	char	*p;	/* always NUL-terminated once something was written; may be NULL when empty */
	size_t	 len;	/* bytes, without the NUL */
	size_t	 cap;	/* bytes allocated */
	size_t	 max;	/* most bytes it may hold, 0 for no limit */
	bool	 over;	/* something did not fit into max and was left out */
};

void buf_free(struct buf *b);		/* gives the memory back, leaves an empty buf */
void buf_reset(struct buf *b);		/* empty, memory and max kept */
void buf_reserve(struct buf *b, size_t n);	/* room for n more bytes */
void buf_putc(struct buf *b, char c);
void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_cut(struct buf *b, size_t len);	/* back to its first len bytes, which it has */
void buf_put_int(struct buf *b, long long v);
/* The text as a C string, "" when empty. Owned by b, valid until the next change. */
const char *buf_str(const struct buf *b);
/* Hands the memory to the caller (free(3)), never NULL; b is empty afterwards. */
char *buf_steal(struct buf *b);
/* The text up to its first NUL, which lives as long as the arena; b is empty afterwards. */
char *buf_keep(struct buf *b, struct mem_arena *a);

/* The bytes as the inside and the quotes of a JSON string; bad UTF-8 and NUL become U+FFFD. */
void buf_json_string(struct buf *b, const char *s, size_t n);
/* The same as the key of a member: behind a comma, when there is one, and before the colon. */
void buf_json_key(struct buf *b, const char *s, size_t n, bool comma);
/* A number as JSON: the fewest digits that read back as v; null when v is not finite. */
void buf_json_number(struct buf *b, double v);
/* For text and attribute values in HTML. */
void buf_html(struct buf *b, const char *s);
/* For one path segment or query value (RFC 3986 unreserved characters stay). */
void buf_url(struct buf *b, const char *s);

#endif
