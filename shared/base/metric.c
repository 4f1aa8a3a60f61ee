/* SPDX-License-Identifier: ISC
 *
 * Counting. A series is made by filling a fresh slot and publishing its number in the index with one
 * compare-and-swap: whoever dies on the way leaves a slot unused and nobody waiting.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/metric_int.h"

#define MAGIC UINT64_C(0x31636972746d4348)

const struct metric_row metric_rows[METRIC__MAX] = {
#define X(id, type, name, labels, help) {METRIC_TYPE_##type, name, labels, help},
#include "shared/base/metric.def"
#undef X
};
static_assert(METRIC__MAX < METRIC_HISTOGRAMS / 2, "room for series with labels");

const double metric_bounds[METRIC_BUCKETS] = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
    0.01, 0.025, 0.1, 0.25, 1, 2.5, 10};

/* The metric array: untouched pages of the scratch area cost nothing. */
static struct metric_file scratch;
static struct metric_file *mapped = &scratch;

struct metric_file *
metric_mapped(void)
{
	return mapped;
}

/* FNV-1a */
static uint64_t
hash(uint64_t h, const void *p, size_t n)
{
	const unsigned char *s = p;

	while (n-- > 0)
		h = (h ^ *s++) * UINT64_C(0x100000001b3);
	return h;
}

#define HASH_START UINT64_C(0xcbf29ce484222325)

static uint64_t
layout(void)
{
	static const uint32_t sizes[] = {sizeof(struct metric_file), METRIC__MAX, METRIC_SLOTS,
	    METRIC_INDEX, METRIC_LABELS, offsetof(struct metric_file, histograms)};
	uint64_t h = hash(HASH_START, sizes, sizeof(sizes));
	size_t i;

	h = hash(h, metric_bounds, sizeof(metric_bounds));
	for (i = 0; i < METRIC__MAX; i++) {
		h = hash(h, &metric_rows[i].type, sizeof(metric_rows[i].type));
		h = hash(h, metric_rows[i].name, strlen(metric_rows[i].name) + 1);
		h = hash(h, metric_rows[i].labels, strlen(metric_rows[i].labels) + 1);
	}
	return h;
}

static enum rc
system_fault(struct fault *f, const char *what, const char *path, int error)
{
	return fault_set(f, error == ENOSPC || error == EDQUOT ? RC_FULL : RC_ERROR, NULL,
	    "cannot %s the metrics file %.120s: %s", what, path, strerror(error));
}

/* Real blocks at once: a full disk later would be a SIGBUS in whoever counts. */
static enum rc
fill(int fd, const char *path, struct fault *f)
{
	uint64_t head[2] = {MAGIC, layout()};
	int error;

	error = posix_fallocate(fd, 0, sizeof(struct metric_file));
	if (error != 0)
		return system_fault(f, "make", path, error);
	if (pwrite(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head))
		return system_fault(f, "write", path, errno);
	return RC_OK;
}

static bool
fits(int fd, off_t size)
{
	uint64_t head[2];

	return size == (off_t)sizeof(struct metric_file) &&
	    pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && head[0] == MAGIC &&
	    head[1] == layout();
}

/* With fd locked: RC_OK when it is a good file, RC_BUSY when path has to be opened again. */
static enum rc
prepare(int fd, const char *path, struct fault *f)
{
	struct stat st, now;
	enum rc rc;

	if (fstat(fd, &st) == -1)
		return system_fault(f, "read", path, errno);
	if (stat(path, &now) == -1 || now.st_ino != st.st_ino || now.st_dev != st.st_dev)
		return RC_BUSY;
	if (fits(fd, st.st_size))
		return RC_OK;
	if (st.st_size == 0) {
		rc = fill(fd, path, f);
		if (rc != RC_OK)
			unlink(path);
		return rc;
	}
	/* Older programs may still count in it: it is replaced, not changed. */
	return unlink(path) == 0 ? RC_BUSY : system_fault(f, "replace", path, errno);
}

static enum rc
map(int fd, const char *path, struct fault *f)
{
	void *p = mmap(NULL, sizeof(struct metric_file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return system_fault(f, "map", path, errno);
	metric_close();
	mapped = p;
	return RC_OK;
}

enum rc
metric_open(const char *path, struct fault *f)
{
	enum rc rc = RC_BUSY;
	int fd;

	while (rc == RC_BUSY) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
		if (fd == -1)
			return system_fault(f, "open", path, errno);
		if (flock(fd, LOCK_EX) == 0)
			rc = prepare(fd, path, f);
		else if (errno != EINTR)
			rc = system_fault(f, "lock", path, errno);
		if (rc == RC_OK)
			rc = map(fd, path, f);
		/* The mapping keeps the open file, and with it the lock. */
		flock(fd, LOCK_UN);
		close(fd);
	}
	return rc;
}

void
metric_close(void)
{
	if (mapped != &scratch)
		munmap(mapped, sizeof(*mapped));
	mapped = &scratch;
}

static struct metric_series *
base_series(struct metric_file *file, enum metric m)
{
	return &file->series[m];
}

static bool
is_series(const struct metric_series *s, enum metric m, const char *labels, size_t n)
{
	return s->metric == m && memcmp(s->labels, labels, n) == 0 && s->labels[n] == '\0';
}

/*
 * The index entry where the series is or, when *number comes back 0, would go; NULL when the table
 * is full.
 */
static _Atomic uint32_t *
find_entry(struct metric_file *file, enum metric m, const char *labels, size_t n, uint32_t *number)
{
	uint64_t h = hash(hash(HASH_START, &m, sizeof(m)), labels, n);
	uint32_t i;

	for (i = 0; i < METRIC_INDEX; i++) {
		_Atomic uint32_t *entry = &file->index[(h + i) & (METRIC_INDEX - 1)];

		*number = atomic_load_explicit(entry, memory_order_acquire);
		if (*number == 0)
			return entry;
		if (*number < METRIC_SLOTS && is_series(&file->series[*number], m, labels, n))
			return entry;
	}
	return NULL;
}

/* A number below `end` that nobody else has, 0 when there is none left. */
static uint32_t
take_number(_Atomic uint32_t *used, uint32_t end)
{
	uint32_t n = atomic_load(used);

	do
		if (n >= end - METRIC__MAX)
			return 0;
	while (!atomic_compare_exchange_weak(used, &n, n + 1));
	return METRIC__MAX + n;
}

/* Fills a fresh slot that nobody sees yet; 0 when the file is full. */
static uint32_t
new_series(struct metric_file *file, enum metric m, const char *labels, size_t n)
{
	struct metric_series *s;
	uint32_t number, buckets = 0;

	if (metric_rows[m].type == METRIC_TYPE_histogram) {
		buckets = take_number(&file->histograms_used, METRIC_HISTOGRAMS);
		if (buckets == 0)
			return 0;
	}
	number = take_number(&file->series_used, METRIC_SLOTS);
	if (number == 0)
		return 0;
	s = &file->series[number];
	s->metric = (uint16_t)m;
	s->histogram = (uint16_t)buckets;
	memcpy(s->labels, labels, n);
	s->labels[n] = '\0';
	return number;
}

struct metric_series *
metric_series(enum metric m, const char *labels)
{
	struct metric_file *file = mapped;
	uint32_t number, fresh = 0, expected;
	_Atomic uint32_t *entry;
	size_t n = strlen(labels);

	if (metric_rows[m].labels[0] == '\0' || n >= METRIC_LABELS)
		return base_series(file, m);
	for (;;) {
		entry = find_entry(file, m, labels, n, &number);
		if (entry == NULL)
			return base_series(file, m);
		if (number != 0)
			return number < METRIC_SLOTS ? &file->series[number] : base_series(file, m);
		if (fresh == 0)
			fresh = new_series(file, m, labels, n);
		if (fresh == 0)
			return base_series(file, m);
		expected = 0;
		if (atomic_compare_exchange_strong(entry, &expected, fresh))
			return &file->series[fresh];
	}
}

/* The buckets of a series: base series have those of their own number. */
static struct metric_histogram *
buckets_of(struct metric_series *s)
{
	size_t number = (size_t)(s - mapped->series);

	if (number >= METRIC__MAX)
		number = s->histogram < METRIC_HISTOGRAMS ? s->histogram : 0;
	return &mapped->histograms[number];
}

static void
touch(struct metric_series *s)
{
	if (atomic_load_explicit(&s->touched, memory_order_relaxed) == 0)
		atomic_store_explicit(&s->touched, 1, memory_order_relaxed);
}

void
metric_series_add(struct metric_series *s, uint64_t n)
{
	atomic_fetch_add_explicit(&s->value, n, memory_order_relaxed);
	touch(s);
}

void
metric_series_set(struct metric_series *s, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	atomic_store_explicit(&s->value, bits, memory_order_relaxed);
	touch(s);
}

void
metric_series_observe_us(struct metric_series *s, int64_t us)
{
	struct metric_histogram *h = buckets_of(s);
	int i = 0;

	if (us < 0)
		us = 0;
	while (i < METRIC_BUCKETS && (double)us > metric_bounds[i] * 1e6)
		i++;
	atomic_fetch_add_explicit(&h->bucket[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->sum_us, (uint64_t)us, memory_order_relaxed);
	touch(s);
}

void
metric_add(enum metric m, uint64_t n)
{
	metric_series_add(base_series(mapped, m), n);
}

void
metric_add_label(enum metric m, const char *labels, uint64_t n)
{
	metric_series_add(metric_series(m, labels), n);
}

void
metric_set(enum metric m, double v)
{
	metric_series_set(base_series(mapped, m), v);
}

void
metric_set_label(enum metric m, const char *labels, double v)
{
	metric_series_set(metric_series(m, labels), v);
}

void
metric_observe_us(enum metric m, int64_t us)
{
	metric_series_observe_us(base_series(mapped, m), us);
}

/* The series without making it: NULL when there is none. */
static struct metric_series *
find_series(enum metric m, const char *labels)
{
	size_t n = strlen(labels);
	uint32_t number;

	if (metric_rows[m].labels[0] == '\0')
		return base_series(mapped, m);
	if (n >= METRIC_LABELS || find_entry(mapped, m, labels, n, &number) == NULL)
		return NULL;
	return number != 0 && number < METRIC_SLOTS ? &mapped->series[number] : NULL;
}

double
metric_get(enum metric m, const char *labels)
{
	struct metric_series *s = find_series(m, labels);
	uint64_t bits;
	double v;

	if (s == NULL)
		return 0;
	bits = atomic_load_explicit(&s->value, memory_order_relaxed);
	if (metric_rows[m].type == METRIC_TYPE_counter)
		return (double)bits;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

double
metric_quantile(enum metric m, const char *labels, double q)
{
	struct metric_series *s = find_series(m, labels);
	uint64_t counts[METRIC_BUCKETS + 1], total = 0;
	double rank, below = 0, low;
	int i;

	if (s == NULL)
		return 0;
	for (i = 0; i <= METRIC_BUCKETS; i++) {
		counts[i] = atomic_load_explicit(&buckets_of(s)->bucket[i], memory_order_relaxed);
		total += counts[i];
	}
	if (total == 0)
		return 0;
	rank = q * (double)total;
	for (i = 0; i < METRIC_BUCKETS; below += (double)counts[i++]) {
		if (counts[i] == 0 || below + (double)counts[i] < rank)
			continue;
		low = i != 0 ? metric_bounds[i - 1] : 0;
		return low + (metric_bounds[i] - low) * (rank - below) / (double)counts[i];
	}
	return metric_bounds[METRIC_BUCKETS - 1];
}
