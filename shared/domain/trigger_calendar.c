/* SPDX-License-Identifier: ISC
 *
 * Trigger "calendar": an appointment begins or ends, or it is so long before or after that. Its moments are read from
 * the calendar when one is looked for, so a moved appointment comes at its new time.
 */
#include <stdio.h>
#include <string.h>

#include "shared/domain/calendar.h"
#include "shared/domain/event.h"
#include "shared/domain/trigger.h"

struct calendar_trigger {
	struct rule_entities	 calendars;
	bool			 ends;
	int64_t			 offset_ms;
};

enum { F_ENTITY, F_EVENT, F_OFFSET };

static const char *const events[] = { "start", "end", NULL };

static const struct field fields[] = {
	[F_ENTITY] = { RULE_SHAPE("entity_id", calendars, "in which calendar"), .required = true,
	    .title = "Calendar" },
	[F_EVENT] = { .name = "event", .type = FIELD_CHOICE, .choices = events, .help = "start if not given" },
	[F_OFFSET] = { RULE_SHAPE("offset", offset, "so much later; with a minus sign earlier"),
	    .example = "\"-00:15:00\"" },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct calendar_trigger *c = mem_alloc(a, sizeof(*c));
	const char **subjects;
	size_t i;

	(void)f;
	*c = (struct calendar_trigger){ rule_entities(&v[F_ENTITY]), v[F_EVENT].i == 1, v[F_OFFSET].i };
	subjects = mem_alloc(a, (c->calendars.n + 1) * sizeof(*subjects));
	for (i = 0; i < c->calendars.n; i++)
		subjects[i] = mem_printf(a, "%s%s", RULE_CALENDAR, c->calendars.ids[i]);
	t->entities = (struct rule_entities){ subjects, c->calendars.n };
	t->data = c;
	return RC_OK;
}

static int64_t
next(const struct trigger *t, const struct house *h, int64_t after_ms)
{
	const struct calendar_trigger *c = t->data;
	int64_t best = INT64_MAX, at;
	size_t i;

	for (i = 0; h->calendars != NULL && i < c->calendars.n; i++) {
		at = store_calendar_event_after(h->calendars, c->calendars.ids[i] + strlen(CALENDAR_DOMAIN), c->ends,
		    after_ms - c->offset_ms);
		if (at != INT64_MAX && at + c->offset_ms < best)
			best = at + c->offset_ms;
	}
	return best;
}

/* {"calendar_event", "event", "offset" (seconds), "entity_id"} */
static struct js *
data_of(const struct calendar_trigger *c, const char *entity_id, const struct calendar_event *e)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *o = NULL;

	jsw_object(&w, NULL);
	jsw_string(&w, "entity_id", entity_id);
	jsw_string(&w, "event", events[c->ends]);
	jsw_int(&w, "offset", c->offset_ms / 1000);
	calendar_event_write(&w, "calendar_event", e);
	jsw_end(&w);
	js_parse(buf_str(&b), b.len, JS_STRICT, &o, NULL);
	buf_free(&b);
	return o;
}

static void
happens(const struct trigger *t, const struct house *h, int64_t at_ms,
    void (*fn)(const struct house_change *c, void *arg), void *arg)
{
	const struct calendar_trigger *c = t->data;
	struct mem_arena *a = mem_arena_new(4096);
	struct house_change change = { .now_ms = at_ms, .event = EVENT_CALENDAR_CHANGED };
	struct calendar_event *rows;
	struct js *data;
	size_t i, k, n;

	for (i = 0; h->calendars != NULL && i < c->calendars.n; i++) {
		n = 0;
		store_calendar_event_at(h->calendars, c->calendars.ids[i] + strlen(CALENDAR_DOMAIN), c->ends,
		    at_ms - c->offset_ms, a, &rows, &n);
		for (k = 0; k < n; k++) {
			data = data_of(c, c->calendars.ids[i], &rows[k]);
			change.subject = c->calendars.ids[i];
			change.data = data;
			fn(&change, arg);
			js_free(data);
		}
	}
	mem_arena_free(a);
}

const struct trigger_ops trigger_calendar = {
	.name = "calendar", .title = "An appointment",
	.help = "when an appointment of a calendar begins or ends, or so long before or after",
	.fields = fields, .compile = compile, .next = next, .happens = happens
};
