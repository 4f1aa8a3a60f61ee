/* SPDX-License-Identifier: ISC
 *
 * How often a device is heard, learned from the gaps between its reports: a histogram over half octaves of
 * seconds. A device is late when it is quiet for longer than nearly all of its gaps, silent when for much
 * longer. Nothing is known of one that was watched for less than a day: whoever speaks only when something
 * happens is quiet at night. Pure functions of times.
 */
#ifndef RHYTHM_H
#define RHYTHM_H

#include <stdint.h>

#include "shared/store/store_freshness.h"

#define RHYTHM_LEARN_MS INT64_C(86400000)	/* before that nothing is known */
#define RHYTHM_GAPS_MIN 8			/* nor from fewer gaps */

enum rhythm_level { RHYTHM_UNKNOWN, RHYTHM_FRESH, RHYTHM_LATE, RHYTHM_SILENT, RHYTHM__MAX };

const char *rhythm_level_name(enum rhythm_level level);
enum rhythm_level rhythm_level_parse(const char *name);		/* RHYTHM_UNKNOWN for any other */

/*
 * A report at now_ms (UTC). listening_ms: since when the house hears without a gap; what was missed before is
 * no silence of the device.
 */
void rhythm_hear(struct freshness *f, int64_t now_ms, int64_t listening_ms);
/* The level at now_ms. */
enum rhythm_level rhythm_level_at(const struct freshness *f, int64_t now_ms, int64_t listening_ms);
/* Seconds between reports as people would say it, 0: no rhythm is known. */
int64_t rhythm_every(const struct freshness *f);

#endif
