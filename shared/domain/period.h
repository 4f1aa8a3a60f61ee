/* SPDX-License-Identifier: ISC
 *
 * Stretches of time as people name them, on the wall clock of the house.
 */
#ifndef PERIOD_H
#define PERIOD_H

#include <stdint.h>

#include "shared/base/rc.h"

struct period {
	int64_t	from, to;	/* UTC ms, from <= t < to */
	int64_t	at;		/* the moment that was meant, with half an hour around it; 0: all of it */
};

/*
 * "now", "last night", "yesterday", "yesterday 22:00", "this morning", "monday evening", "22:00" (the last one),
 * "2026-11-28", "2026-11-28 22:00", RFC 3339, "10 minutes ago", "2 days ago" (all that day), "3h" (since then);
 * NULL: the last 24 hours. The night of a day goes from 20:00 until 08:00 of the next one. RC_INVALID.
 */
enum rc period_parse(const char *s, int64_t now_ms, struct period *out, struct fault *f);

#endif
