/* SPDX-License-Identifier: ISC
 *
 * Repeating moments of the wall clock, as crontab(5) and Home Assistant's time_pattern write them.
 */
#ifndef CRON_H
#define CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/base/rc.h"

/* A bit for each value that matches. */
struct cron {
	uint64_t	seconds, minutes;
	uint32_t	hours, days;		/* of the month: bit 1 is the first */
	uint16_t	months;			/* bit 1 is January */
	uint8_t		weekdays;		/* bit 0 is Sunday */
	bool		either;			/* a day of the month or of the week is enough */
};

/*
 * "minute hour day-of-month month day-of-week" with lists, ranges, steps and names, or @hourly, @daily, @weekly,
 * @monthly, @yearly. When both days are restricted either is enough, as everywhere. RC_INVALID: it is wrong, or
 * such a day never comes.
 */
enum rc cron_parse(const char *text, struct cron *out, struct fault *f);
/* One field of a time_pattern: "*", "/5" or a number from 0 to most. RC_INVALID. */
enum rc cron_parse_pattern(const char *text, int most, uint64_t *out, struct fault *f);
/*
 * The first UTC millisecond after `after_ms` at which the wall clock of the process's time zone matches; INT64_MAX:
 * none in ten years. What DST skips happens at the first moment after the gap, what it repeats once; but what matches
 * in every hour matches in every real one.
 */
int64_t cron_next(const struct cron *c, int64_t after_ms);

#endif
