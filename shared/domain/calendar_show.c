/* SPDX-License-Identifier: ISC
 *
 * Calendars as JSON, and as an entity.
 */
#include <stdio.h>

#include "shared/base/clock.h"
#include "shared/domain/calendar.h"

#define DATE 10			/* characters of "2026-01-31" */

void
calendar_write(struct jsw *w, const char *key, const struct calendar *c)
{
	char entity_id[300];

	snprintf(entity_id, sizeof(entity_id), "%s%s", CALENDAR_DOMAIN, c->id);
	jsw_object(w, key);
	jsw_string(w, "id", c->id);
	jsw_string(w, "entity_id", entity_id);
	jsw_string(w, "name", c->name);
	jsw_string(w, "source", c->sealed != NULL ? "address" : "file");
	jsw_int(w, "events", c->events);
	jsw_time(w, "fetched", c->fetched);
	jsw_time(w, "next", c->due);
	jsw_string(w, "error", c->error);
	jsw_end(w);
}

/* A day as its date on the wall clock. */
static void
write_moment(struct jsw *w, const char *key, const struct calendar_event *e, int64_t ms)
{
	char text[CLOCK_TEXT];

	if (e->all_day)
		jsw_stringn(w, key, clock_local(ms, text), DATE);
	else
		jsw_time(w, key, ms);
}

void
calendar_event_write(struct jsw *w, const char *key, const struct calendar_event *e)
{
	jsw_object(w, key);
	jsw_string(w, "uid", e->uid);
	write_moment(w, "start", e, e->start);
	write_moment(w, "end", e, e->end);
	jsw_bool(w, "all_day", e->all_day);
	jsw_string(w, "summary", e->summary);
	jsw_string(w, "description", e->description);
	jsw_string(w, "location", e->location);
	jsw_end(w);
}

static void
write_attributes(struct jsw *w, const struct calendar_event *e)
{
	char text[CLOCK_TEXT];

	jsw_object(w, "attributes");
	jsw_string(w, "message", e->summary);
	jsw_bool(w, "all_day", e->all_day);
	jsw_string(w, "start_time", clock_local(e->start, text));
	jsw_string(w, "end_time", clock_local(e->end, text));
	jsw_string(w, "location", e->location);
	jsw_string(w, "description", e->description);
	jsw_end(w);
}

void
calendar_state_write(struct jsw *w, struct db *db, const char *id, int64_t now_ms, struct mem_arena *a)
{
	struct calendar_event e;
	bool any = store_calendar_event_now(db, id, now_ms, a, &e) == RC_OK;

	jsw_object(w, NULL);
	jsw_string(w, "state", any && e.start <= now_ms ? "on" : "off");
	if (any)
		write_attributes(w, &e);
	jsw_end(w);
}

int64_t
calendar_turns(struct db *db, const char *id, int64_t now_ms)
{
	int64_t begins = store_calendar_event_after(db, id, false, now_ms);
	int64_t ends = store_calendar_event_after(db, id, true, now_ms);

	return begins < ends ? begins : ends;
}
