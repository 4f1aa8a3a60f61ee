/* SPDX-License-Identifier: ISC
 *
 * Appointments out of a clean calendar. Those with one UID belong together: the one without RECURRENCE-ID recurs, the
 * others take the place of single ones of it.
 */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "shared/adapters/net_feed.h"
#include "shared/base/clock.h"

#define STEPS_MAX 2000000	/* of all recurrences together */
#define WORK_US 20000000
#define DAY_MS 86400000

/* An appointment of the file. */
struct item {
	icalcomponent	*c;
	const char	*uid;
	bool		 moved;		/* has a RECURRENCE-ID: takes the place of one at `at` */
	int64_t		 at;
};

/* A moment as the file has it. */
struct when {
	struct icaltimetype	 t;
	icaltimezone		*zone;		/* NULL: the house's, unless it is UTC */
};

struct reading {
	int64_t			 from, to;
	struct mem_arena	*a;
	struct fault		*f;
	icalcomponent		*calendar;
	struct item		*items;
	size_t			 n_items;
	struct calendar_event	*events;
	size_t			 n, cap;
	int64_t			 steps, begun_us;
};

/* ---- moments ---- */

/* By the name of its end, since many write their own name before it: "/example.org/20240101/Europe/Berlin". */
static icaltimezone *
named_zone(const char *tzid)
{
	icaltimezone *zone = NULL;
	const char *s;

	for (s = tzid; s != NULL && zone == NULL; s = strchr(s, '/')) {
		s += *s == '/';
		zone = icaltimezone_get_builtin_timezone(s);
	}
	return zone;
}

static icaltimezone *
zone_of(const struct reading *r, icalproperty *p)
{
	icalparameter *param = icalproperty_get_first_parameter(p, ICAL_TZID_PARAMETER);
	const char *tzid = param != NULL ? icalparameter_get_tzid(param) : NULL;
	icaltimezone *zone;

	if (tzid == NULL || strcmp(tzid, clock_zone()) == 0)
		return NULL;
	zone = icalcomponent_get_timezone(r->calendar, tzid);
	return zone != NULL ? zone : named_zone(tzid);
}

/* False: it says no moment. */
static bool
when_of(const struct reading *r, icalproperty *p, struct when *out)
{
	icalvalue *v = icalproperty_get_value(p);

	if (v == NULL)
		return false;
	switch (icalvalue_isa(v)) {
	case ICAL_DATE_VALUE:
		out->t = icalvalue_get_date(v);
		break;
	case ICAL_DATETIME_VALUE:
		out->t = icalvalue_get_datetime(v);
		break;
	case ICAL_DATETIMEPERIOD_VALUE:
		out->t = icalvalue_get_datetimeperiod(v).time;
		if (icaltime_is_null_time(out->t))
			out->t = icalvalue_get_datetimeperiod(v).period.start;
		break;
	case ICAL_PERIOD_VALUE:
		out->t = icalvalue_get_period(v).start;
		break;
	default:
		return false;
	}
	out->zone = out->t.is_date || icaltime_is_utc(out->t) ? NULL : zone_of(r, p);
	return !icaltime_is_null_time(out->t) && icaltime_is_valid_time(out->t) && out->t.year >= 1900 &&
	    out->t.year <= 2200 && out->t.month >= 1 && out->t.month <= 12 && out->t.day >= 1 && out->t.day <= 31;
}

/* Of what a clock shows twice, the first (RFC 5545, section 3.3.5). */
static int64_t
utc_in(const struct icaltimetype *t, icaltimezone *zone)
{
	time_t at = icaltime_as_timet_with_zone(*t, zone), before = at - 3600;
	struct icaltimetype shown = icaltime_from_timet_with_zone(before, 0, zone);

	return (int64_t)(shown.hour == t->hour && shown.minute == t->minute && shown.day == t->day ? before : at) *
	    1000;
}

static int64_t
utc_of(const struct icaltimetype *t, icaltimezone *zone)
{
	int64_t wall = clock_days(t->year, t->month, t->day) * DAY_MS;

	if (!t->is_date)
		wall += ((int64_t)t->hour * 3600 + t->minute * 60 + t->second) * 1000;
	if (t->is_date || (zone == NULL && !icaltime_is_utc(*t)))
		return clock_from_wall(wall);
	return zone == NULL ? wall : utc_in(t, zone);
}

static bool
moment_of(const struct reading *r, icalcomponent *c, icalproperty_kind kind, struct when *out)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);

	return p != NULL && when_of(r, p, out);
}

/* ---- texts ---- */

/* The value as text, at most max bytes of it; NULL: none, or an empty one. */
static const char *
text_of(const struct reading *r, icalcomponent *c, icalproperty_kind kind, size_t max)
{
	icalproperty *p = icalcomponent_get_first_property(c, kind);
	icalvalue *v = p != NULL ? icalproperty_get_value(p) : NULL;
	const char *s = v != NULL && icalvalue_isa(v) == ICAL_TEXT_VALUE ? icalvalue_get_text(v) : NULL;
	size_t n = s != NULL ? strlen(s) : 0;

	if (n > max)
		for (n = max; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			;
	return n == 0 ? NULL : mem_strndup(r->a, s, n);
}

static bool
is_cancelled(icalcomponent *c)
{
	icalproperty *p = icalcomponent_get_first_property(c, ICAL_STATUS_PROPERTY);

	return p != NULL && icalproperty_get_status(p) == ICAL_STATUS_CANCELLED;
}

/* ---- one appointment ---- */

/* What all of a recurrence have in common. */
struct shape {
	struct calendar_event	 event;
	struct when		 start;
	int64_t			 length;	/* ms; of whole days, days */
};

static int64_t
length_of(const struct reading *r, icalcomponent *c, const struct shape *s)
{
	icalproperty *p = icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
	bool day = s->start.t.is_date != 0;
	struct when end;
	int64_t n = day ? 1 : 0;

	if (moment_of(r, c, ICAL_DTEND_PROPERTY, &end) && (end.t.is_date != 0) == day) {
		if (day)
			n = clock_days(end.t.year, end.t.month, end.t.day) -
			    clock_days(s->start.t.year, s->start.t.month, s->start.t.day);
		else
			n = utc_of(&end.t, end.zone) - utc_of(&s->start.t, s->start.zone);
	} else if (p != NULL) {
		n = icaldurationtype_as_int(icalproperty_get_duration(p));
		n = day ? n / 86400 : n * 1000;
	}
	if (n < 0 || (day && n == 0))
		n = day ? 1 : 0;
	return n;
}

static bool
shape_of(const struct reading *r, const struct item *i, struct shape *s)
{
	*s = (struct shape){ .event.uid = i->uid };
	if (!moment_of(r, i->c, ICAL_DTSTART_PROPERTY, &s->start))
		return false;
	s->length = length_of(r, i->c, s);
	s->event.all_day = s->start.t.is_date != 0;
	s->event.summary = text_of(r, i->c, ICAL_SUMMARY_PROPERTY, CALENDAR_NAME_MAX);
	s->event.location = text_of(r, i->c, ICAL_LOCATION_PROPERTY, CALENDAR_NAME_MAX);
	s->event.description = text_of(r, i->c, ICAL_DESCRIPTION_PROPERTY, CALENDAR_TEXT_MAX);
	return true;
}

static int64_t
end_of(const struct shape *s, const struct icaltimetype *t, int64_t start)
{
	if (!t->is_date)
		return start + s->length;
	return clock_from_wall((clock_days(t->year, t->month, t->day) + s->length) * DAY_MS);
}

static enum rc
put(struct reading *r, const struct shape *s, const struct icaltimetype *t, int64_t start, int64_t instance)
{
	struct calendar_event *e;
	int64_t end = end_of(s, t, start);

	if (start >= r->to || end < r->from || (end == r->from && end > start))
		return RC_OK;
	if (r->n == CALENDAR_EVENTS_MAX)
		return fault_set(r->f, RC_TOO_LARGE, NULL,
		    "there are more than %d appointments in it for the next year", CALENDAR_EVENTS_MAX);
	if (r->n == r->cap) {
		r->events = mem_grow(r->a, r->events, r->cap, r->cap == 0 ? 64 : r->cap * 2, sizeof(*r->events));
		r->cap = r->cap == 0 ? 64 : r->cap * 2;
	}
	e = &r->events[r->n++];
	*e = s->event;
	e->instance = instance;
	e->start = start;
	e->end = end;
	return RC_OK;
}

/* ---- recurrences ---- */

struct moments {
	int64_t	*list;
	size_t	 n;
};

static int
by_time(const void *x, const void *y)
{
	int64_t a, b;

	memcpy(&a, x, sizeof(a));
	memcpy(&b, y, sizeof(b));
	return (a > b) - (a < b);
}

static bool
among(const struct moments *m, int64_t at)
{
	return m->n > 0 && bsearch(&at, m->list, m->n, sizeof(at), by_time) != NULL;
}

/* What is left out of the recurrence of i: its exceptions, and those that something else takes the place of. */
static struct moments
left_out(const struct reading *r, const struct item *i)
{
	struct moments m = { 0 };
	size_t cap = (size_t)icalcomponent_count_properties(i->c, ICAL_EXDATE_PROPERTY);
	const struct item *other;
	icalproperty *p;
	struct when w;

	for (other = i + 1; other < r->items + r->n_items && strcmp(other->uid, i->uid) == 0; other++)
		cap++;
	m.list = mem_alloc(r->a, (cap + 1) * sizeof(*m.list));
	for (p = icalcomponent_get_first_property(i->c, ICAL_EXDATE_PROPERTY); p != NULL;
	    p = icalcomponent_get_next_property(i->c, ICAL_EXDATE_PROPERTY))
		if (when_of(r, p, &w) && m.n < cap)
			m.list[m.n++] = utc_of(&w.t, w.zone);
	for (other = i + 1; other < r->items + r->n_items && strcmp(other->uid, i->uid) == 0; other++)
		if (other->moved)
			m.list[m.n++] = other->at;
	qsort(m.list, m.n, sizeof(*m.list), by_time);
	return m;
}

static enum rc
one(struct reading *r, const struct shape *s, const struct moments *out, const struct icaltimetype *t)
{
	int64_t at = utc_of(t, s->start.zone), day;

	if (out->n > 0 && !t->is_date) {
		/* an exception may name the day alone */
		day = clock_wall(at);
		day = clock_from_wall(day - (day % DAY_MS + DAY_MS) % DAY_MS);
		if (day != at && among(out, day))
			return RC_OK;
	}
	return among(out, at) ? RC_OK : put(r, s, t, at, at);
}

static enum rc
step(struct reading *r)
{
	if (++r->steps <= STEPS_MAX && (r->steps % 1024 != 0 || clock_mono_us() - r->begun_us < WORK_US))
		return RC_OK;
	return fault_set(r->f, RC_TOO_LARGE, NULL, "its recurrences are too much to work out");
}

static bool
is_over(const struct icaltimetype *until, const struct icaltimetype *t, int64_t at, icaltimezone *zone)
{
	if (icaltime_is_null_time(*until))
		return false;
	if (until->is_date || t->is_date)
		return icaltime_compare_date_only(*t, *until) > 0;
	return at > utc_of(until, zone);
}

/* The rule is followed on the wall clock of the zone, whatever that clock does; its end is looked for here. */
static enum rc
follow_rule(struct reading *r, const struct shape *s, const struct moments *out, icalproperty *p)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(p);
	struct icaltimetype t, until = rule.until;
	icalrecur_iterator *it;
	enum rc rc = RC_OK;
	int64_t at;

	rule.until = icaltime_null_time();
	if ((it = icalrecur_iterator_new(rule, s->start.t)) == NULL)	/* one that cannot be: it happens once */
		return one(r, s, out, &s->start.t);
	for (t = icalrecur_iterator_next(it); rc == RC_OK && !icaltime_is_null_time(t);
	    t = icalrecur_iterator_next(it)) {
		at = utc_of(&t, s->start.zone);
		if (t.year > 2200 || at >= r->to || is_over(&until, &t, at, s->start.zone))
			break;
		if ((rc = step(r)) == RC_OK)
			rc = one(r, s, out, &t);
	}
	icalrecur_iterator_free(it);
	return rc;
}

static enum rc
recur(struct reading *r, const struct item *i, const struct shape *s)
{
	struct moments out = left_out(r, i);
	icalproperty *p = icalcomponent_get_first_property(i->c, ICAL_RRULE_PROPERTY);
	struct when w;
	enum rc rc;

	rc = p == NULL ? one(r, s, &out, &s->start.t) : follow_rule(r, s, &out, p);
	for (p = icalcomponent_get_first_property(i->c, ICAL_RDATE_PROPERTY); rc == RC_OK && p != NULL;
	    p = icalcomponent_get_next_property(i->c, ICAL_RDATE_PROPERTY)) {
		if (!when_of(r, p, &w) || (w.t.is_date != 0) != s->event.all_day)
			continue;
		if ((rc = step(r)) == RC_OK && !among(&out, utc_of(&w.t, w.zone)))
			rc = put(r, s, &w.t, utc_of(&w.t, w.zone), utc_of(&w.t, w.zone));
	}
	return rc;
}

static enum rc
read_item(struct reading *r, const struct item *i)
{
	struct shape s;
	enum rc rc = step(r);

	if (rc != RC_OK || is_cancelled(i->c) || !shape_of(r, i, &s))
		return rc;
	if (!i->moved)
		return recur(r, i, &s);
	return put(r, &s, &s.start.t, utc_of(&s.start.t, s.start.zone), i->at);
}

/* ---- a calendar ---- */

/* Those that recur come before those that take the place of some. */
static int
by_uid(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int d = strcmp(a->uid, b->uid);

	return d != 0 ? d : a->moved != b->moved ? (a->moved ? 1 : -1) : (a->at > b->at) - (a->at < b->at);
}

static void
collect(struct reading *r)
{
	icalcomponent *c;
	struct when w;
	struct item *i;

	r->items = mem_zalloc(r->a, ((size_t)icalcomponent_count_components(r->calendar, ICAL_VEVENT_COMPONENT) + 1) *
	    sizeof(*r->items));
	r->n_items = 0;
	for (c = icalcomponent_get_first_component(r->calendar, ICAL_VEVENT_COMPONENT); c != NULL;
	    c = icalcomponent_get_next_component(r->calendar, ICAL_VEVENT_COMPONENT)) {
		i = &r->items[r->n_items++];
		i->c = c;
		i->uid = text_of(r, c, ICAL_UID_PROPERTY, CALENDAR_NAME_MAX);
		if (i->uid == NULL)
			i->uid = "";
		if (moment_of(r, c, ICAL_RECURRENCEID_PROPERTY, &w)) {
			i->moved = true;
			i->at = utc_of(&w.t, w.zone);
		}
	}
	qsort(r->items, r->n_items, sizeof(*r->items), by_uid);
}

static enum rc
read_calendar(struct reading *r, icalcomponent *calendar)
{
	enum rc rc = RC_OK;
	size_t i;

	r->calendar = calendar;
	collect(r);
	for (i = 0; i < r->n_items && rc == RC_OK; i++)
		rc = read_item(r, &r->items[i]);
	return rc;
}

/* A file may hold several, one behind the other. */
static enum rc
read_all(struct reading *r, icalcomponent *root)
{
	icalcomponent *c;
	enum rc rc = RC_OK;

	if (root != NULL && icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT)
		return read_calendar(r, root);
	c = root != NULL ? icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT) : NULL;
	if (c == NULL)
		return fault_set(r->f, RC_INVALID, NULL, "there is no calendar in it (BEGIN:VCALENDAR)");
	for (; c != NULL && rc == RC_OK; c = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT))
		rc = read_calendar(r, c);
	return rc;
}

enum rc
feed_read(const char *text, size_t n, int64_t from_ms, int64_t to_ms, struct mem_arena *a,
    struct calendar_event **out, size_t *n_out, struct fault *f)
{
	struct reading r = { .from = from_ms, .to = to_ms, .a = a, .f = f, .begun_us = clock_mono_us() };
	struct buf clean = { 0 };
	icalcomponent *root;
	enum rc rc;

	feed_clean(text, n, &clean);
	icalerror_set_errors_are_fatal(false);
	root = icalparser_parse_string(buf_str(&clean));
	rc = read_all(&r, root);
	if (root != NULL)
		icalcomponent_free(root);
	icaltimezone_free_builtin_timezones();
	icalmemory_free_ring();
	buf_free(&clean);
	if (rc == RC_OK) {
		*out = r.events;
		*n_out = r.n;
	}
	return rc;
}
