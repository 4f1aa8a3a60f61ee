/* SPDX-License-Identifier: ISC
 *
 * Dates, times of day and moments as people and devices write them (ISO 8601), and the one form in which
 * the house shows each: "2026-01-31", "08:15:00", "2026-01-31T07:15:00.000Z".
 */
#ifndef MOMENT_H
#define MOMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/base/clock.h"

enum moment { MOMENT_DATE, MOMENT_TIME, MOMENT_DATETIME };

/*
 * The n characters at s in the house's form. Seconds may be missing, fractions are cut off; a moment
 * without an offset is on the wall clock of the house's time zone, or in UTC. False: it is none.
 */
bool moment_parse(enum moment kind, const char *s, size_t n, bool utc, char out[CLOCK_TEXT]);
/* A moment (UTC ms) as its wall clock shows it: "2026-01-31T08:15:00". Returns out. */
const char *moment_wall(int64_t utc_ms, bool utc, char out[CLOCK_TEXT]);

#endif
