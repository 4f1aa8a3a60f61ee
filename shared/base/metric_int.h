/* SPDX-License-Identifier: ISC
 *
 * The mapped file of the metrics, shared by metric.c (which writes it) and metric_print.c.
 */
#ifndef METRIC_INT_H
#define METRIC_INT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/base/metric.h"

#define METRIC_SLOTS 4096	/* series */
#define METRIC_HISTOGRAMS 1024	/* of them with buckets */
#define METRIC_INDEX 8192	/* entries of the hash table, a power of two */
#define METRIC_LABELS 176	/* bytes of the joined label values, NUL included */
#define METRIC_SEPARATOR '\x1f'

enum metric_type {
	METRIC_TYPE_counter,
	METRIC_TYPE_gauge,
	METRIC_TYPE_untyped,	/* as a gauge */
	METRIC_TYPE_histogram
};

struct metric_row {
	enum metric_type	 type;
	const char		*name;
	const char		*labels;	/* names with commas, "" for none */
	const char		*help;
};
extern const struct metric_row metric_rows[METRIC__MAX];

/*
 * The first METRIC__MAX series belong to the metrics themselves: the one series of a metric without
 * labels, or the "other" series of one with. All others are found through the index.
 */
struct metric_series {
	_Atomic uint64_t	 value;		/* count, or the bits of a gauge's double */
	_Atomic uint32_t	 touched;	/* it was written once */
	uint16_t		 metric;
	uint16_t		 histogram;	/* number of its buckets in the file */
	char			 labels[METRIC_LABELS];
};

struct metric_histogram {
	_Atomic uint64_t	 bucket[METRIC_BUCKETS + 1];	/* not cumulative; the last is +Inf */
	_Atomic uint64_t	 sum_us;
};

struct metric_file {
	uint64_t			magic;		/* written last */
	uint64_t			layout;		/* hash of metric.def and the sizes */
	_Atomic uint32_t		series_used;	/* beyond the first METRIC__MAX */
	_Atomic uint32_t		histograms_used;
	_Atomic uint32_t		index[METRIC_INDEX];	/* number of a series, 0: free */
	struct metric_series		series[METRIC_SLOTS];
	struct metric_histogram		histograms[METRIC_HISTOGRAMS];
};

/* The file that is mapped now, or the private scratch area. */
struct metric_file *metric_mapped(void);

#endif
