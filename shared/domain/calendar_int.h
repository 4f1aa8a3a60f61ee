/* SPDX-License-Identifier: ISC
 *
 * Between the files of calendars: calendar.c (what people do), calendar_read.c (what was read), calendar_show.c.
 */
#ifndef CALENDAR_INT_H
#define CALENDAR_INT_H

#include "shared/domain/calendar.h"
#include "shared/domain/document.h"

/* Besides what edits do to one, its events tell that it was "asked" for, "read" or "failed" (with "reason"). */
extern const struct document_kind calendar_kind;

#endif
