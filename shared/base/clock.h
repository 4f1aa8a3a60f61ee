/* SPDX-License-Identifier: ISC
 *
 * The only door to time. Wall time is UTC in milliseconds; CLOCK_OFFSET_MS in the environment moves
 * it, so that tests can look at tomorrow.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "shared/base/rc.h"

struct clock {
	int64_t	offset_ms;	/* added to the system's time */
};

struct clock clock_open(void);		/* reads CLOCK_OFFSET_MS */
int64_t clock_now(const struct clock *c);	/* UTC, ms */
int64_t clock_mono_us(void);		/* monotonic, microseconds, for durations */

#define CLOCK_TEXT 32	/* bytes for any text made here, NUL included */

/* "2026-11-20T10:15:00.123Z" (RFC 3339). Returns out. */
const char *clock_rfc3339(int64_t utc_ms, char out[CLOCK_TEXT]);
/* "2026-11-20 21:03:05" on the wall clock of the process's time zone (TZ). Returns out. */
const char *clock_local(int64_t utc_ms, char out[CLOCK_TEXT]);
/* RFC 3339 with any offset, or a plain number of UTC milliseconds. RC_INVALID. */
enum rc clock_parse(const char *s, int64_t *utc_ms);
/* Days since 1970-01-01 and back (Hinnant, "chrono-compatible low-level date algorithms"). */
int64_t clock_days(int64_t year, int month, int day);
void clock_date(int64_t days, int64_t *year, int *month, int *day);
/* "90s", "5m", "2h", "30d", or plain seconds, to milliseconds. RC_INVALID. */
enum rc clock_parse_duration(const char *s, int64_t *ms);
/* "HH:MM[:SS]" to seconds since midnight. RC_INVALID. */
enum rc clock_parse_time_of_day(const char *s, int *seconds);

/*
 * What the wall clock of the process's time zone (TZ) shows at utc_ms, as milliseconds that read so in
 * UTC; and back. What DST skips is the first moment after the gap, what it repeats the first of the two.
 */
int64_t clock_wall(int64_t utc_ms);
int64_t clock_from_wall(int64_t wall_ms);
/*
 * Makes it the zone of that name, or for NULL the system's, for good: only then is nothing looked up on the disk
 * whenever the wall clock is asked. Before there are threads.
 */
void clock_set_zone(const char *name);
const char *clock_zone(void);		/* name of that zone, "" when it has none */

/*
 * The first UTC millisecond after `after_ms` at which the wall clock of the process's time zone (TZ)
 * shows second_of_day. A time that DST skips happens at the first moment after the gap; one that DST
 * repeats happens once.
 */
int64_t clock_next_local(int64_t after_ms, int second_of_day);

#endif
