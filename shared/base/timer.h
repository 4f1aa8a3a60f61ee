/* SPDX-License-Identifier: ISC
 *
 * Timers in a binary heap, embedded in what they belong to: starting, moving and stopping one costs
 * O(log n) and no allocation but the heap's own.
 */
#ifndef TIMER_H
#define TIMER_H

#include <stddef.h>
#include <stdint.h>

struct timer {
	int64_t	 due;			/* UTC ms */
	size_t	 place;			/* in the heap, 1-based; 0: not running */
	void	(*fn)(void *arg, int64_t now_ms);
	void	*arg;
};

/* All zero is a valid empty heap. */
struct timer_heap {
	struct timer	**t;
	size_t		  n, cap;
};

void timer_heap_free(struct timer_heap *h);
/* (Re)starts t for `due`; fn and arg were set by the caller. */
void timer_start(struct timer_heap *h, struct timer *t, int64_t due);
void timer_stop(struct timer_heap *h, struct timer *t);		/* legal when it is not running */
/* Calls every timer that is due at now_ms, earliest first; each is stopped before its fn is called. */
void timer_run(struct timer_heap *h, int64_t now_ms);
/* Milliseconds from now_ms until the next one, 0 when one is due, -1 when there is none. */
int64_t timer_next(const struct timer_heap *h, int64_t now_ms);

#endif
