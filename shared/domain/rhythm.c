/* SPDX-License-Identifier: ISC
 *
 * The rhythm of a device.
 */
#include <math.h>
#include <string.h>

#include "shared/domain/rhythm.h"

#define BURST_MS 1000			/* reports this close are one */
#define HALVE_MS (7 * RHYTHM_LEARN_MS)	/* what was learned weighs half after a week */
#define COUNT_MAX 60000
#define LATE 1.5			/* times the longest usual gap */
#define SILENT 3.0
#define OUTAGES_MAX 3			/* so many long gaps in a row are no outages but the rhythm */

static const char *const names[RHYTHM__MAX] = {
	[RHYTHM_UNKNOWN] = "unknown", [RHYTHM_FRESH] = "fresh", [RHYTHM_LATE] = "late",
	[RHYTHM_SILENT] = "silent",
};

const char *
rhythm_level_name(enum rhythm_level level)
{
	return names[level];
}

enum rhythm_level
rhythm_level_parse(const char *name)
{
	int i;

	for (i = 0; name != NULL && i < RHYTHM__MAX; i++)
		if (strcmp(names[i], name) == 0)
			return (enum rhythm_level)i;
	return RHYTHM_UNKNOWN;
}

/* Half octaves: bucket i holds gaps of 2^(i/2) to 2^((i+1)/2) seconds. */
static int
bucket_of(double seconds)
{
	int i = seconds <= 1 ? 0 : (int)(2 * log2(seconds));

	return i < FRESHNESS_GAPS ? i : FRESHNESS_GAPS - 1;
}

static double
upper_end(int bucket)
{
	return exp2((bucket + 1) / 2.0);
}

static long
total(const struct freshness *f)
{
	long n = 0;
	int i;

	for (i = 0; i < FRESHNESS_GAPS; i++)
		n += f->gaps[i];
	return n;
}

/* The bucket in which the given share of all gaps is reached; -1 without any. */
static int
quantile(const struct freshness *f, double share)
{
	double want = share * (double)total(f), seen = 0;
	int i;

	for (i = 0; i < FRESHNESS_GAPS; i++) {
		seen += f->gaps[i];
		if (f->gaps[i] > 0 && seen >= want)
			return i;
	}
	return -1;
}

/* Seconds of quiet that are still usual: 99 of 100 gaps are shorter. */
static double
usual(const struct freshness *f)
{
	return upper_end(quantile(f, 0.99));
}

static void
halve(struct freshness *f, int64_t now_ms)
{
	int i;

	for (i = 0; i < FRESHNESS_GAPS; i++)
		f->gaps[i] /= 2;
	f->halved = now_ms;
}

static void
count(struct freshness *f, double seconds, int64_t now_ms)
{
	int bucket = bucket_of(seconds), typical;

	if (f->gaps[bucket] >= COUNT_MAX || now_ms - f->halved >= HALVE_MS)
		halve(f, now_ms);
	f->gaps[bucket]++;
	typical = quantile(f, 0.9);
	if (bucket < typical - 1)
		return;		/* in between: the typical gap says how often to expect it */
	f->mean = f->mean == 0 || bucket_of(f->mean) < typical - 1 ? seconds :
	    f->mean + (seconds - f->mean) / 8;
}

/* Whether that was the device being off rather than its rhythm. */
static bool
is_outage(struct freshness *f, double seconds)
{
	if (total(f) < RHYTHM_GAPS_MIN || seconds <= SILENT * usual(f)) {
		f->outages = 0;
		return false;
	}
	return ++f->outages < OUTAGES_MAX;
}

void
rhythm_hear(struct freshness *f, int64_t now_ms, int64_t listening_ms)
{
	int64_t gap = now_ms - f->heard;

	if (f->heard != 0 && gap >= 0 && gap < BURST_MS)
		return;
	if (f->since == 0 || gap < 0)
		f->since = f->halved = now_ms;
	else if (f->heard >= listening_ms && !is_outage(f, (double)gap / 1000))
		count(f, (double)gap / 1000, now_ms);
	f->heard = now_ms;
}

static bool
is_known(const struct freshness *f)
{
	return f->heard - f->since >= RHYTHM_LEARN_MS && total(f) >= RHYTHM_GAPS_MIN;
}

enum rhythm_level
rhythm_level_at(const struct freshness *f, int64_t now_ms, int64_t listening_ms)
{
	double quiet = (double)(now_ms - (f->heard > listening_ms ? f->heard : listening_ms)) / 1000;

	if (!is_known(f))
		return RHYTHM_UNKNOWN;
	if (quiet > SILENT * usual(f))
		return RHYTHM_SILENT;
	return quiet > LATE * usual(f) ? RHYTHM_LATE : RHYTHM_FRESH;
}

int64_t
rhythm_every(const struct freshness *f)
{
	return is_known(f) ? (int64_t)llround(f->mean) : 0;
}
