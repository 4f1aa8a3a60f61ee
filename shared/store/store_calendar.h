/* SPDX-License-Identifier: ISC
 *
 * Rows of calendars and of the appointments in them, each time of something that recurs a row of its own.
 */
#ifndef STORE_CALENDAR_H
#define STORE_CALENDAR_H

#include "shared/base/mem.h"
#include "shared/store/store.h"

struct calendar {
	int64_t		 row;
	const char	*id;		/* "waste" of the entity calendar.waste */
	const char	*unique_id;	/* of that entity, for ever */
	const char	*name;
	const char	*sealed;	/* its address, sealed, as base64; NULL: it is a file */
	const char	*etag, *modified;	/* as its server said last, or NULL */
	int64_t		 due;		/* UTC ms: when it is read next */
	int64_t		 fetched;	/* when it was read well, 0: never yet */
	int64_t		 spread;	/* when its appointments were worked out of the text, 0: not yet */
	int64_t		 failures;	/* in a row */
	const char	*error;		/* why it cannot be read, or NULL */
	int64_t		 events;	/* read only: how many appointments are known */
	int64_t		 created, updated;
};

struct calendar_event {
	const char	*uid;
	int64_t		 instance;	/* UTC ms: when its recurrence puts it, also when it was moved */
	int64_t		 start, end;	/* UTC ms */
	bool		 all_day;
	const char	*summary, *description, *location;	/* or NULL */
};

enum rc store_calendar_get(struct db *db, const char *id, struct mem_arena *a, struct calendar *out);
enum rc store_calendar_list(struct db *db, struct mem_arena *a, struct calendar **rows, size_t *n);
/* The one that has waited longest of those that are due at now_ms. RC_NOT_FOUND. */
enum rc store_calendar_next(struct db *db, int64_t now_ms, struct mem_arena *a, struct calendar *out);
int64_t store_calendar_soonest(struct db *db);		/* when one is due next, INT64_MAX: never */
/* Sets calendar->row. RC_EXISTS: the id is taken. */
enum rc store_calendar_insert(struct tx *tx, struct calendar *c);
enum rc store_calendar_update(struct tx *tx, const struct calendar *c);
enum rc store_calendar_delete(struct tx *tx, int64_t row);

/* What was read last. RC_NOT_FOUND: nothing yet. */
enum rc store_calendar_text(struct db *db, int64_t row, struct mem_arena *a, const char **text, size_t *n);
enum rc store_calendar_put_text(struct tx *tx, int64_t row, const char *text, size_t n);

/* Adds it, or makes the one of the same uid and instance like it. */
enum rc store_calendar_event_put(struct tx *tx, int64_t calendar, const struct calendar_event *e);
enum rc store_calendar_event_delete(struct tx *tx, int64_t calendar, const char *uid, int64_t instance);
/* All of a calendar, in order of uid and instance. */
enum rc store_calendar_event_all(struct db *db, int64_t calendar, struct mem_arena *a, struct calendar_event **rows,
    size_t *n);
/* Those that end after `from` and begin before `to`, in order of their start. */
enum rc store_calendar_event_list(struct db *db, const char *calendar_id, int64_t from, int64_t to, int limit,
    struct mem_arena *a, struct calendar_event **rows, size_t *n);
/* Those that begin (or end) at that moment. */
enum rc store_calendar_event_at(struct db *db, const char *calendar_id, bool ends, int64_t at, struct mem_arena *a,
    struct calendar_event **rows, size_t *n);
/* When one begins (or ends) next after `after`, INT64_MAX: never. */
int64_t store_calendar_event_after(struct db *db, const char *calendar_id, bool ends, int64_t after);
/* The one that goes on at that moment, else the next one. RC_NOT_FOUND: there is none. */
enum rc store_calendar_event_now(struct db *db, const char *calendar_id, int64_t at, struct mem_arena *a,
    struct calendar_event *out);

#endif
