/* SPDX-License-Identifier: ISC
 *
 * Timers in a binary heap.
 */
#include <stdlib.h>

#include "shared/base/mem.h"
#include "shared/base/timer.h"

void
timer_heap_free(struct timer_heap *h)
{
	free(h->t);
	*h = (struct timer_heap){ 0 };
}

static void
set(struct timer_heap *h, size_t place, struct timer *t)
{
	h->t[place - 1] = t;
	t->place = place;
}

static void
sift_up(struct timer_heap *h, struct timer *t)
{
	size_t i = t->place;

	for (; i > 1 && h->t[i / 2 - 1]->due > t->due; i /= 2)
		set(h, i, h->t[i / 2 - 1]);
	set(h, i, t);
}

static void
sift_down(struct timer_heap *h, struct timer *t)
{
	size_t i = t->place, child;

	for (; (child = i * 2) <= h->n; i = child) {
		if (child < h->n && h->t[child]->due < h->t[child - 1]->due)
			child++;
		if (h->t[child - 1]->due >= t->due)
			break;
		set(h, i, h->t[child - 1]);
	}
	set(h, i, t);
}

void
timer_start(struct timer_heap *h, struct timer *t, int64_t due)
{
	if (t->place == 0) {
		if (h->n == h->cap) {
			h->cap = h->cap == 0 ? 16 : h->cap * 2;
			h->t = mem_xrealloc(h->t, h->cap, sizeof(struct timer *));
		}
		set(h, ++h->n, t);
	}
	t->due = due;
	sift_up(h, t);
	sift_down(h, t);
}

void
timer_stop(struct timer_heap *h, struct timer *t)
{
	struct timer *last;

	if (t->place == 0)
		return;
	last = h->t[--h->n];
	if (last != t) {
		set(h, t->place, last);
		sift_up(h, last);
		sift_down(h, last);
	}
	t->place = 0;
}

void
timer_run(struct timer_heap *h, int64_t now_ms)
{
	struct timer *t;

	while (h->n > 0 && h->t[0]->due <= now_ms) {
		t = h->t[0];
		timer_stop(h, t);
		t->fn(t->arg, now_ms);
	}
}

int64_t
timer_next(const struct timer_heap *h, int64_t now_ms)
{
	if (h->n == 0)
		return -1;
	return h->t[0]->due <= now_ms ? 0 : h->t[0]->due - now_ms;
}
