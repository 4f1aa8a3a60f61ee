/* SPDX-License-Identifier: ISC
 *
 * Calendars: what people subscribe to by an address, or give as a file. consciousness-job calendar reads them into
 * appointments (shared/adapters/net_feed.h); here they are added, changed, removed, and what was read is taken over.
 * Each has an entity calendar.ID that belongs to no device: on while an appointment goes on.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "shared/base/conf.h"
#include "shared/base/js.h"
#include "shared/store/store_calendar.h"

#define CALENDAR_DOMAIN "calendar."
#define CALENDAR_TOPIC "$calendar/"	/* with the entity's unique id: no client of a broker publishes there */
#define CALENDARS_MAX 50
#define CALENDAR_EVENTS_MAX 10000	/* of one calendar */
#define CALENDAR_SIZE_MAX (4 << 20)	/* bytes of its text */
#define CALENDAR_NAME_MAX 255		/* bytes of a summary, a place, a UID */
#define CALENDAR_TEXT_MAX 2000		/* bytes of a description */
#define CALENDAR_ADDRESS_MAX 2000
/* Appointments are known from so long ago until then. */
#define CALENDAR_PAST_MS (32 * INT64_C(86400000))
#define CALENDAR_FUTURE_MS (400 * INT64_C(86400000))
#define CALENDAR_EVERY_MS (15 * INT64_C(60000))	/* an address is asked so often */
#define CALENDAR_SPREAD_MS INT64_C(43200000)	/* what recurs is spread out again after so long */

/* NULL leaves a member as it is. A calendar has an address or a file. */
struct calendar_edit {
	const char	*name;
	const char	*address;	/* http://, https:// or webcal:// (which is https://) */
	const char	*text;		/* of a file */
	size_t		 len;
};

/*
 * The id is that of its entity, out of the name. conf: for the key that addresses are sealed with. It is read soon.
 * RC_INVALID, RC_TOO_LARGE, RC_LIMITED.
 */
enum rc calendar_add(struct tx *tx, const struct conf *conf, const struct calendar_edit *e, struct mem_arena *a,
    struct calendar *out, struct fault *f);
/* RC_NOT_FOUND, RC_INVALID, RC_TOO_LARGE. */
enum rc calendar_change(struct tx *tx, const struct conf *conf, const char *id, const struct calendar_edit *e,
    struct mem_arena *a, struct fault *f);
/* With its appointments and its entity. RC_NOT_FOUND. */
enum rc calendar_delete(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* Has it read now. RC_NOT_FOUND. */
enum rc calendar_ask(struct tx *tx, const char *id, struct mem_arena *a, struct fault *f);
/* As its revision says it was (revision.h). What was in a file is not kept. */
enum rc calendar_restore(struct tx *tx, const char *id, const struct js *snapshot, const struct js *held,
    struct mem_arena *a, struct fault *f);

/* Its address in the clear; NULL: it is a file. RC_ERROR: it cannot be opened. */
enum rc calendar_address(const struct conf *conf, const struct calendar *c, struct mem_arena *a, const char **out,
    struct fault *f);

/* ---- what was read ---- */

/* What makes the appointments that are known those that were read. */
struct calendar_news {
	const struct calendar_event	**put, **gone;
	size_t				 n_put, n_gone;
};

/* read: sorted here, of several with one uid and instance the last stays. Everything is borrowed or in the arena. */
void calendar_compare(const struct calendar_event *known, size_t n_known, struct calendar_event *read, size_t n_read,
    struct mem_arena *a, struct calendar_news *out);
/* How a reading ended, c as it was before; nothing when somebody changed or removed it meanwhile. */
struct calendar_outcome {
	const char	*error;		/* NULL: it was read */
	const char	*etag, *modified;
	bool		 spread;	/* its appointments were worked out anew */
	size_t		 changes;	/* of them */
	int64_t		 retry_ms;	/* the server wants to be left alone for so long, 0: it does not say */
};
enum rc calendar_done(struct tx *tx, const struct calendar *c, const struct calendar_outcome *o, struct mem_arena *a);

/* ---- showing ---- */

/* {"id","entity_id","name","source","events","fetched","error",...}, without its address. */
void calendar_write(struct jsw *w, const char *key, const struct calendar *c);
/* {"uid","start","end","all_day","summary","description","location"}; days as dates, the end is the day after. */
void calendar_event_write(struct jsw *w, const char *key, const struct calendar_event *e);
/* State and attributes of the entity at that moment: what goes on, else what comes next; what its topic carries. */
void calendar_state_write(struct jsw *w, struct db *db, const char *id, int64_t now_ms, struct mem_arena *a);
/* When that is another one: something begins or ends. INT64_MAX: never. */
int64_t calendar_turns(struct db *db, const char *id, int64_t now_ms);

#endif
