/* SPDX-License-Identifier: ISC
 *
 * Calendars in the iCalendar format (RFC 5545; owns libical): the appointments of a stretch of time, with everything
 * that recurs spread out. Whatever a stranger writes into one, reading it ends, within limits.
 */
#ifndef NET_FEED_H
#define NET_FEED_H

#include "shared/domain/calendar.h"

/*
 * The appointments of the n bytes at text that end after from_ms and begin before to_ms (UTC), in no order, in *out;
 * text in the arena. Days and times without a zone are those of the house. RC_INVALID: no calendar; RC_TOO_LARGE:
 * more than CALENDAR_EVENTS_MAX of them, or too much to work out.
 */
enum rc feed_read(const char *text, size_t n, int64_t from_ms, int64_t to_ms, struct mem_arena *a,
    struct calendar_event **out, size_t *n_out, struct fault *f);

/*
 * Inside: what of it the reader understands, with one line for each property, appended to out. Everything else is
 * left out: other components, other properties and parameters, recurrences that nobody plans appointments with.
 */
void feed_clean(const char *text, size_t n, struct buf *out);

#endif
