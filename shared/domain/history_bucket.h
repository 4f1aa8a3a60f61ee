/* SPDX-License-Identifier: ISC
 *
 * Raw points into buckets of equal length: how long which value held, its extremes, how many points.
 * A value holds until the next one, so it is carried over the edges of buckets. Buckets without a
 * point of their own are left out. Pure: points go in, finished buckets come out of a callback.
 */
#ifndef HISTORY_BUCKET_H
#define HISTORY_BUCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/store/store_history.h"

#define HISTORY_STATES 32	/* different texts told apart in a bucket; the rest is "other" */

struct history_span {
	char	*state;		/* owned; "unknown" for no state */
	int64_t	 ms;
};

struct history_buckets {
	int64_t	 length;	/* of a bucket, ms */
	bool	 (*emit)(const struct store_history_bucket *b, void *arg);
	void	*arg;
	bool	 stopped;	/* emit returned false */

	struct buf held;	/* the value that holds now */
	bool	 known;		/* there is one at all */
	bool	 null;		/* it is the unknown state */
	bool	 number;	/* it is a number: value */
	double	 value;

	int64_t	 start;		/* of the bucket in the making */
	int64_t	 at;		/* accounted for up to here */
	int64_t	 n;		/* points in it */
	int64_t	 n_number;
	double	 weight, sum;	/* ms with a number; value times ms */
	double	 plain;		/* sum of the numbers without weight */
	double	 min, max;
	struct history_span spans[HISTORY_STATES + 1];
	int	 n_spans;
};

/* Buckets of `resolution` seconds from the one that holds `from` on. emit returns false to stop. */
void history_buckets_init(struct history_buckets *h, int resolution, int64_t from,
    bool (*emit)(const struct store_history_bucket *b, void *arg), void *arg);
/* The state (NULL: unknown) that holds when `from` begins. Before the first add, the last call wins. */
void history_buckets_carry(struct history_buckets *h, const char *state, size_t len);
/* A point; in order of time (an earlier time counts as the latest so far). */
void history_buckets_add(struct history_buckets *h, int64_t time, const char *state, size_t len);
/* Time passed up to `to` (exclusive) without another point; emits what is left. */
void history_buckets_finish(struct history_buckets *h, int64_t to);
void history_buckets_free(struct history_buckets *h);

/* The start of the bucket of `resolution` seconds that holds `time`. */
int64_t history_bucket_floor(int64_t time, int resolution);

#endif
