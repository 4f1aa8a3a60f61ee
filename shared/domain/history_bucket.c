/* SPDX-License-Identifier: ISC
 *
 * See history_bucket.h.
 */
#include "shared/domain/history_bucket.h"

#include <stdlib.h>
#include <string.h>

#include "shared/base/js.h"
#include "shared/base/mem.h"
#include "shared/domain/history_chunk.h"

int64_t
history_bucket_floor(int64_t time, int resolution)
{
	int64_t length = (int64_t)resolution * 1000, rest = time % length;

	return time - (rest < 0 ? rest + length : rest);
}

static void
clear(struct history_buckets *h, int64_t start)
{
	while (h->n_spans > 0)
		free(h->spans[--h->n_spans].state);
	h->start = start;
	h->at = start;
	h->n = h->n_number = 0;
	h->weight = h->sum = h->plain = h->min = h->max = 0;
}

void
history_buckets_init(struct history_buckets *h, int resolution, int64_t from,
    bool (*emit)(const struct store_history_bucket *b, void *arg), void *arg)
{
	memset(h, 0, sizeof(*h));
	h->length = (int64_t)resolution * 1000;
	h->emit = emit;
	h->arg = arg;
	clear(h, history_bucket_floor(from, resolution));
}

static void
hold(struct history_buckets *h, const char *state, size_t len)
{
	buf_reset(&h->held);
	if (len > 0)
		buf_put(&h->held, state, len);
	h->known = true;
	h->null = state == NULL;
	h->number = history_number(state, len, &h->value);
}

void
history_buckets_carry(struct history_buckets *h, const char *state, size_t len)
{
	hold(h, state, len);
}

static void
see_number(struct history_buckets *h)
{
	if (h->n_number++ == 0 || h->value < h->min)
		h->min = h->value;
	if (h->n_number == 1 || h->value > h->max)
		h->max = h->value;
	h->plain += h->value;
}

static int
find_span(const struct history_buckets *h, const char *state)
{
	int i;

	for (i = 0; i < h->n_spans; i++) {
		if (strcmp(h->spans[i].state, state) == 0)
			break;
	}
	return i;
}

static void
add_span(struct history_buckets *h, int64_t ms)
{
	const char *state = h->null ? "unknown" : buf_str(&h->held);
	int i = find_span(h, state);

	if (i == h->n_spans && i >= HISTORY_STATES) {
		state = "other";
		i = find_span(h, state);
	}
	if (i == h->n_spans) {
		h->spans[i].state = mem_xstrdup(state);
		h->spans[i].ms = 0;
		h->n_spans++;
	}
	h->spans[i].ms += ms;
}

/* The value held from h->at to `to`, inside one bucket. */
static void
elapse(struct history_buckets *h, int64_t to)
{
	int64_t ms = to - h->at;

	h->at = to;
	if (!h->known || ms <= 0)
		return;
	if (!h->number) {
		add_span(h, ms);
		return;
	}
	if (h->weight == 0)	/* carried in: its extremes count as well */
		see_number(h);
	h->weight += (double)ms;
	h->sum += h->value * (double)ms;
}

static void
write_durations(const struct history_buckets *h, struct buf *b)
{
	struct jsw w = jsw_to(b);
	int i;

	jsw_object(&w, NULL);
	for (i = 0; i < h->n_spans; i++)
		jsw_int(&w, h->spans[i].state, h->spans[i].ms);
	jsw_end(&w);
}

static void
emit(struct history_buckets *h)
{
	struct store_history_bucket b = {
		.resolution = (int)(h->length / 1000), .start = h->start, .n = h->n,
		.number = h->n_number > 0, .min = h->min, .max = h->max,
		.last = h->null ? NULL : buf_str(&h->held),
	};
	struct buf durations = { 0 };

	if (h->n == 0 || h->stopped)
		return;
	if (h->weight > 0)
		b.mean = h->sum / h->weight;
	else if (h->n_number > 0)
		b.mean = h->plain / (double)h->n_number;
	if (b.mean < b.min)
		b.mean = b.min;
	if (b.mean > b.max)
		b.mean = b.max;
	if (h->n_spans > 0) {
		write_durations(h, &durations);
		b.durations = buf_str(&durations);
	}
	if (!h->emit(&b, h->arg))
		h->stopped = true;
	buf_free(&durations);
}

void
history_buckets_add(struct history_buckets *h, int64_t time, const char *state, size_t len)
{
	int64_t end = h->start + h->length;

	if (time < h->at)
		time = h->at;
	if (time >= end) {
		elapse(h, end);
		emit(h);
		clear(h, history_bucket_floor(time, (int)(h->length / 1000)));
	}
	elapse(h, time);
	hold(h, state, len);
	h->n++;
	if (h->number)
		see_number(h);
}

void
history_buckets_finish(struct history_buckets *h, int64_t to)
{
	int64_t end = h->start + h->length;

	if (h->n == 0)
		return;
	elapse(h, to < end ? to : end);
	emit(h);
	clear(h, end);
}

void
history_buckets_free(struct history_buckets *h)
{
	clear(h, 0);
	buf_free(&h->held);
}
