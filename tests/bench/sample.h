/* SPDX-License-Identifier: ISC
 *
 * Measured durations and their quantiles, for the programs of the benchmark.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty one. */
struct sample {
	int64_t	*us;
	size_t	 n, cap;
};

int64_t sample_now_us(void);		/* monotonic */
void sample_add(struct sample *s, int64_t us);
/* Quantile q (0..1), nearest rank; sorts. -1 when empty. */
int64_t sample_quantile(struct sample *s, double q);
/* "p50_us":..,"p99_us":..,"max_us":..,"n":.. without braces, to standard output. */
void sample_print(struct sample *s);
void sample_free(struct sample *s);

/* For options: a whole number from low to high, or the end of the program. */
long long sample_number(const char *text, long long low, long long high);

#endif
