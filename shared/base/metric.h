/* SPDX-License-Identifier: ISC
 *
 * Counters, gauges and histograms shared by all processes of a house through one mapped file
 * (DIR/run/metrics): atomic updates, no locks on the way, readable while anybody writes. metric.def
 * is the list. Before metric_open, updates go to a private scratch area, so tests and tools need none.
 */
#ifndef METRIC_H
#define METRIC_H

#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/rc.h"

enum metric {
#define X(id, type, name, labels, help) METRIC_##id,
#include "shared/base/metric.def"
#undef X
	METRIC__MAX
};

/* Upper bounds of the histogram buckets in seconds, +Inf not included. */
#define METRIC_BUCKETS 14
extern const double metric_bounds[METRIC_BUCKETS];	/* 50 us ... 10 s */

/* A series: remember it where the label is known in advance; finding one costs a hash look-up. */
struct metric_series;

/*
 * Maps path, makes it when it is missing or of another layout. Call it before metric_series: what was
 * counted before stays in the scratch area. RC_ERROR, RC_FULL.
 */
enum rc metric_open(const char *path, struct fault *f);
void metric_close(void);

/*
 * The series of m with these label values, joined with '\x1f' in the order of metric.def ("" for
 * none). Never NULL: when the file is full, the series with the label values "other" is returned.
 */
struct metric_series *metric_series(enum metric m, const char *labels);

void metric_add(enum metric m, uint64_t n);		/* counter without labels */
void metric_add_label(enum metric m, const char *labels, uint64_t n);
void metric_set(enum metric m, double v);		/* gauge without labels */
void metric_set_label(enum metric m, const char *labels, double v);
void metric_observe_us(enum metric m, int64_t us);	/* histogram without labels */

void metric_series_add(struct metric_series *s, uint64_t n);
void metric_series_set(struct metric_series *s, double v);
void metric_series_observe_us(struct metric_series *s, int64_t us);

double metric_get(enum metric m, const char *labels);	/* counter or gauge; 0 when never written */
/* Quantile q (0..1) of a histogram series by linear interpolation inside its bucket, in seconds. */
double metric_quantile(enum metric m, const char *labels, double q);

/*
 * Everything in the Prometheus text exposition format 0.0.4. aliases: also the older names of
 * metric_alias.def. A gauge that nobody wrote yet is left out.
 */
void metric_print(struct buf *b, int aliases);

#endif
