/* SPDX-License-Identifier: ISC
 *
 * Allocation that cannot fail (out of memory ends the process: the database rolls back, cron
 * restarts) and arenas: memory that is given back all at once when a request or message is done.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* What the allocators do when there is no memory: says so in the log and ends the process. */
_Noreturn void mem_exhausted(void);

void *mem_xmalloc(size_t n);
void *mem_xcalloc(size_t n, size_t size);
/* Like reallocarray(3): an overflow of n * size ends the process. */
void *mem_xrealloc(void *p, size_t n, size_t size);
char *mem_xstrdup(const char *s);
char *mem_xstrndup(const char *s, size_t n);
/* All n bytes, whatever they are, and a NUL behind them. */
char *mem_xbytes(const void *p, size_t n);
char *mem_xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

struct mem_arena;

/* block: bytes asked from malloc at a time; the first block is kept over resets. */
struct mem_arena *mem_arena_new(size_t block);
void mem_arena_free(struct mem_arena *a);	/* NULL is legal */
/* Forgets everything that was allocated; keeps the first block. */
void mem_arena_reset(struct mem_arena *a);
/* Calls fn(arg) when the arena is reset or freed, the last one first: for what pieces of it own elsewhere. */
void mem_arena_defer(struct mem_arena *a, void (*fn)(void *arg), void *arg);
/* Bytes handed out since the last reset. */
size_t mem_arena_used(const struct mem_arena *a);

/* Aligned for any type, not zeroed. Lives until the reset. */
void *mem_alloc(struct mem_arena *a, size_t n);
void *mem_zalloc(struct mem_arena *a, size_t n);
/* Grows the array p of n_old items to n_new items by copying (p NULL when n_old is 0). */
void *mem_grow(struct mem_arena *a, void *p, size_t n_old, size_t n_new, size_t size);
char *mem_strdup(struct mem_arena *a, const char *s);	/* NULL in, NULL out */
char *mem_strndup(struct mem_arena *a, const char *s, size_t n);	/* ends at the first NUL */
char *mem_bytes(struct mem_arena *a, const void *p, size_t n);	/* as mem_xbytes */
char *mem_printf(struct mem_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
