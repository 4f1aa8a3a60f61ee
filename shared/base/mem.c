/* SPDX-License-Identifier: ISC
 *
 * Allocation that ends the process instead of failing, and arenas made of a list of blocks.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"

#define ALIGN _Alignof(max_align_t)

struct block {
	struct block	*next;
	size_t		 size;	/* bytes in data */
	size_t		 used;	/* bytes of data handed out, padding included */
	_Alignas(max_align_t) unsigned char data[];
};

struct deferred {
	void		(*fn)(void *arg);
	void		*arg;
	struct deferred	*next;
};

struct mem_arena {
	struct block	*first;	/* kept over resets; the others hang behind it */
	struct block	*current; /* where small pieces come from */
	size_t		 block;	/* bytes to ask malloc for at a time */
	size_t		 used;	/* bytes handed out since the reset */
	struct deferred	*deferred;	/* pieces of the arena */
};

_Noreturn void
mem_exhausted(void)
{
	log_error("memory", "out of memory");
	_exit(EX_OSERR);
}

static void *
checked(void *p)
{
	if (p == NULL)
		mem_exhausted();
	return p;
}

void *
mem_xmalloc(size_t n)
{
	return checked(malloc(n != 0 ? n : 1));
}

/* n * size, 1 instead of 0. */
static size_t
product(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		mem_exhausted();
	return bytes != 0 ? bytes : 1;
}

void *
mem_xcalloc(size_t n, size_t size)
{
	return checked(calloc(1, product(n, size)));
}

void *
mem_xrealloc(void *p, size_t n, size_t size)
{
	return checked(realloc(p, product(n, size)));
}

char *
mem_xstrdup(const char *s)
{
	return mem_xstrndup(s, strlen(s));
}

char *
mem_xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = mem_xmalloc(len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
mem_xbytes(const void *p, size_t n)
{
	char *copy = mem_xmalloc(n + 1);

	if (n > 0)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *
mem_xprintf(const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_exhausted();
	return p;
}

struct mem_arena *
mem_arena_new(size_t block)
{
	struct mem_arena *a = mem_xcalloc(1, sizeof(*a));

	a->block = block > sizeof(struct block) ? block - sizeof(struct block) : block;
	return a;
}

static void
run_deferred(struct mem_arena *a)
{
	struct deferred *d;

	for (d = a->deferred; d != NULL; d = d->next)
		d->fn(d->arg);
	a->deferred = NULL;
}

void
mem_arena_defer(struct mem_arena *a, void (*fn)(void *arg), void *arg)
{
	struct deferred *d = mem_alloc(a, sizeof(*d));

	*d = (struct deferred){ fn, arg, a->deferred };
	a->deferred = d;
}

static void
blocks_free(struct block *b)
{
	struct block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

void
mem_arena_free(struct mem_arena *a)
{
	if (a == NULL)
		return;
	run_deferred(a);
	blocks_free(a->first);
	free(a);
}

void
mem_arena_reset(struct mem_arena *a)
{
	run_deferred(a);
	a->used = 0;
	a->current = a->first;
	if (a->first == NULL)
		return;
	blocks_free(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
}

size_t
mem_arena_used(const struct mem_arena *a)
{
	return a->used;
}

static struct block *
block_new(size_t size)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b))
		mem_exhausted();
	b = mem_xmalloc(sizeof(*b) + size);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

/* A block with room for n bytes. Big pieces get their own, so that the current one is not wasted. */
static struct block *
block_for(struct mem_arena *a, size_t n)
{
	struct block *b = a->current;

	/* The block that is kept has the ordinary size, whatever comes first. */
	if (b == NULL)
		b = a->first = a->current = block_new(a->block);
	if (b->size - b->used >= n)
		return b;
	b = block_new(n > a->block ? n : a->block);
	b->next = a->current->next;
	a->current->next = b;
	if (n <= a->block / 4)
		a->current = b;
	return b;
}

void *
mem_alloc(struct mem_arena *a, size_t n)
{
	struct block *b;
	size_t need;
	void *p;

	if (n > SIZE_MAX - ALIGN)
		mem_exhausted();
	need = n != 0 ? (n + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
	b = block_for(a, need);
	p = b->data + b->used;
	b->used += need;
	a->used += n;
	return p;
}

void *
mem_zalloc(struct mem_arena *a, size_t n)
{
	return memset(mem_alloc(a, n), 0, n);
}

void *
mem_grow(struct mem_arena *a, void *p, size_t n_old, size_t n_new, size_t size)
{
	void *q = mem_alloc(a, product(n_new, size));

	if (n_old > n_new)
		n_old = n_new;
	if (n_old != 0)
		memcpy(q, p, n_old * size);
	return q;
}

char *
mem_strdup(struct mem_arena *a, const char *s)
{
	return s != NULL ? mem_strndup(a, s, strlen(s)) : NULL;
}

char *
mem_strndup(struct mem_arena *a, const char *s, size_t n)
{
	size_t len = n > 0 ? strnlen(s, n) : 0;	/* nothing may come from nowhere */
	char *p = mem_alloc(a, len + 1);

	if (len > 0)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
mem_bytes(struct mem_arena *a, const void *p, size_t n)
{
	char *copy = mem_alloc(a, n + 1);

	if (n > 0)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

char *
mem_printf(struct mem_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_exhausted();
	p = mem_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
