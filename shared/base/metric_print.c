/* SPDX-License-Identifier: ISC
 *
 * The Prometheus text exposition format 0.0.4 of all metrics.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/base_int.h"
#include "shared/base/mem.h"
#include "shared/base/metric_int.h"

/* The series with labels that were written, sorted by metric and label values. */
struct listing {
	struct metric_file	*file;
	struct metric_series	*series[METRIC_SLOTS];
	size_t			 n;
};

static const struct {
	const char	*name;
	enum metric	 metric;
} aliases_of[] = {
#define X(alias, id) {alias, METRIC_##id},
#include "shared/base/metric_alias.def"
#undef X
};

static int
by_metric(const void *pa, const void *pb)
{
	const struct metric_series *a = *(struct metric_series *const *)pa;
	const struct metric_series *b = *(struct metric_series *const *)pb;

	return a->metric != b->metric ? a->metric - b->metric : strcmp(a->labels, b->labels);
}

static bool
touched(struct metric_series *s)
{
	return atomic_load_explicit(&s->touched, memory_order_relaxed) != 0;
}

static void
collect(struct listing *l, struct metric_file *file)
{
	uint32_t number;
	size_t i;

	l->file = file;
	l->n = 0;
	for (i = 0; i < METRIC_INDEX && l->n < METRIC_SLOTS; i++) {
		number = atomic_load_explicit(&file->index[i], memory_order_acquire);
		if (number >= METRIC__MAX && number < METRIC_SLOTS && touched(&file->series[number]))
			l->series[l->n++] = &file->series[number];
	}
	qsort(l->series, l->n, sizeof(l->series[0]), by_metric);
}

static void
put_label_value(struct buf *b, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + n;
	size_t len;

	for (; p < end; p += len) {
		len = *p < 0x80 ? 1 : base_utf8(p, end);
		if (*p == '"' || *p == '\\')
			buf_putc(b, '\\');
		if (*p == '\n')
			buf_puts(b, "\\n");
		else if (len != 0)
			buf_put(b, p, len);
		else
			buf_puts(b, "\xef\xbf\xbd");
		if (len == 0)
			len = 1;
	}
}

/* name="value" pairs; of the series that stands in for what found no room, all are "other". */
static void
put_pairs(struct buf *b, const char *names, const char *values, bool other)
{
	size_t n, len;

	for (; *names != '\0'; names += n + (names[n] == ',')) {
		n = strcspn(names, ",");
		buf_put(b, names, n);
		buf_puts(b, "=\"");
		if (other) {
			buf_puts(b, "other");
		} else {
			len = strcspn(values, (char[]){METRIC_SEPARATOR, '\0'});
			put_label_value(b, values, len);
			values += len + (values[len] != '\0');
		}
		buf_puts(b, names[n] == ',' ? "\"," : "\"");
	}
}

struct sample {
	const char		*name;
	const struct metric_row	*row;
	struct metric_series	*series;
	bool			 other;
};

/* NAME SUFFIX {labels, le=} */
static void
put_head(struct buf *b, const struct sample *s, const char *suffix, const char *le)
{
	bool labels = s->row->labels[0] != '\0';

	buf_puts(b, s->name);
	buf_puts(b, suffix);
	if (labels || le != NULL) {
		buf_putc(b, '{');
		put_pairs(b, s->row->labels, s->series->labels, s->other);
		if (le != NULL)
			buf_printf(b, "%sle=\"%s\"", labels ? "," : "", le);
		buf_putc(b, '}');
	}
	buf_putc(b, ' ');
}

static void
put_count(struct buf *b, const struct sample *s, const char *suffix, const char *le, uint64_t v)
{
	put_head(b, s, suffix, le);
	buf_put_int(b, (long long)v);
	buf_putc(b, '\n');
}

static void
put_double(struct buf *b, double v)
{
	if (isnan(v))
		buf_puts(b, "NaN");
	else if (isinf(v))
		buf_puts(b, v > 0 ? "+Inf" : "-Inf");
	else
		buf_json_number(b, v);
	buf_putc(b, '\n');
}

static void
put_histogram(struct buf *b, const struct sample *s, struct metric_file *file)
{
	size_t number = (size_t)(s->series - file->series);
	struct metric_histogram *h;
	struct buf le = {0};
	uint64_t sum = 0;
	int i;

	if (number >= METRIC__MAX)
		number = s->series->histogram < METRIC_HISTOGRAMS ? s->series->histogram : 0;
	h = &file->histograms[number];
	for (i = 0; i <= METRIC_BUCKETS; i++) {
		buf_reset(&le);
		if (i < METRIC_BUCKETS)
			buf_json_number(&le, metric_bounds[i]);
		else
			buf_puts(&le, "+Inf");
		sum += atomic_load_explicit(&h->bucket[i], memory_order_relaxed);
		put_count(b, s, "_bucket", buf_str(&le), sum);
	}
	put_head(b, s, "_sum", NULL);
	put_double(b, (double)atomic_load_explicit(&h->sum_us, memory_order_relaxed) / 1e6);
	put_count(b, s, "_count", NULL, sum);
	buf_free(&le);
}

static void
put_sample(struct buf *b, const struct sample *s, struct metric_file *file)
{
	uint64_t bits = atomic_load_explicit(&s->series->value, memory_order_relaxed);
	double v;

	switch (s->row->type) {
	case METRIC_TYPE_counter:
		put_count(b, s, "", NULL, bits);
		break;
	case METRIC_TYPE_gauge:
	case METRIC_TYPE_untyped:
		memcpy(&v, &bits, sizeof(v));
		put_head(b, s, "", NULL);
		put_double(b, v);
		break;
	case METRIC_TYPE_histogram:
		put_histogram(b, s, file);
		break;
	}
}

static void
put_help(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\' || *s == '\n')
			buf_putc(b, '\\');
		buf_putc(b, *s == '\n' ? 'n' : *s);
	}
}

/*
 * One family. Counters and histograms without labels start at 0; a gauge that nobody wrote says
 * nothing, since 0 would be a statement.
 */
static void
put_family(struct buf *b, const char *name, enum metric m, struct listing *l)
{
	static const char *const types[] = {"counter", "gauge", "untyped", "histogram"};
	const struct metric_row *row = &metric_rows[m];
	struct sample s = {name, row, &l->file->series[m], row->labels[0] != '\0'};
	bool always = row->labels[0] == '\0' && (row->type == METRIC_TYPE_counter ||
	    row->type == METRIC_TYPE_histogram);
	size_t i = 0, end;

	while (i < l->n && l->series[i]->metric < m)
		i++;
	for (end = i; end < l->n && l->series[end]->metric == m; end++)
		;
	if (!always && i == end && !touched(s.series))
		return;
	buf_printf(b, "# HELP %s ", name);
	put_help(b, row->help);
	buf_printf(b, "\n# TYPE %s %s\n", name, types[row->type]);
	if (always || touched(s.series))
		put_sample(b, &s, l->file);
	for (s.other = false; i < end; i++) {
		s.series = l->series[i];
		put_sample(b, &s, l->file);
	}
}

void
metric_print(struct buf *b, int aliases)
{
	struct listing *l = mem_xmalloc(sizeof(*l));
	size_t i;

	collect(l, metric_mapped());
	for (i = 0; i < METRIC__MAX; i++)
		put_family(b, metric_rows[i].name, (enum metric)i, l);
	for (i = 0; aliases && i < sizeof(aliases_of) / sizeof(aliases_of[0]); i++)
		put_family(b, aliases_of[i].name, aliases_of[i].metric, l);
	free(l);
}
