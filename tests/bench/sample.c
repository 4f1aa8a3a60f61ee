/* SPDX-License-Identifier: ISC
 *
 * Quantiles by sorting: exact, and only after the measurement.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench/sample.h"

int64_t
sample_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
sample_add(struct sample *s, int64_t us)
{
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 1024 : s->cap * 2;
		if ((s->us = reallocarray(s->us, s->cap, sizeof(*s->us))) == NULL)
			err(1, "samples");
	}
	s->us[s->n++] = us;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t
sample_quantile(struct sample *s, double q)
{
	size_t i;

	if (s->n == 0)
		return -1;
	qsort(s->us, s->n, sizeof(*s->us), compare);
	i = (size_t)(q * (double)s->n);
	return s->us[i < s->n ? i : s->n - 1];
}

void
sample_print(struct sample *s)
{
	printf("\"p50_us\":%lld,\"p99_us\":%lld,\"max_us\":%lld,\"n\":%zu",
	    (long long)sample_quantile(s, 0.5), (long long)sample_quantile(s, 0.99),
	    (long long)sample_quantile(s, 1), s->n);
}

void
sample_free(struct sample *s)
{
	free(s->us);
	*s = (struct sample){0};
}

long long
sample_number(const char *text, long long low, long long high)
{
	char *end;
	long long v = strtoll(text, &end, 10);

	if (end == text || *end != '\0' || v < low || v > high)
		errx(2, "\"%s\" is no number from %lld to %lld", text, low, high);
	return v;
}
