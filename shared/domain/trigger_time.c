/* SPDX-License-Identifier: ISC
 *
 * Triggers of the clock of the house's time zone. "time": at a time of day. "time_pattern" and "cron": whenever
 * the clock matches. "sun": when it rises or sets, or so long before or after.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/cron.h"
#include "shared/domain/trigger.h"

struct time_trigger {
	const int	*at;		/* seconds since midnight */
	size_t		 n;
	unsigned int	 weekdays;	/* bits, 0: any */
};

struct sun_trigger {
	enum sun_event	 event;
	int64_t		 offset_ms;
};

enum { T_TRIGGER, T_AT, T_WEEKDAY, T_ID };
enum { P_TRIGGER, P_HOURS, P_MINUTES, P_SECONDS, P_ID };
enum { C_TRIGGER, C_EXPRESSION, C_ID };
enum { S_TRIGGER, S_EVENT, S_OFFSET, S_ID };

static const char *const sun_events[] = { "sunrise", "sunset", NULL };

#define KIND_FIELD(help) { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, help }
#define ID_FIELD { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" }

static const struct field time_fields[] = {
	[T_TRIGGER] = KIND_FIELD("time"),
	[T_AT] = { "at", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "HH:MM[:SS] or list of them" },
	[T_WEEKDAY] = { "weekday", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "only on mon, tue, ...; a day or a list" },
	[T_ID] = ID_FIELD,
	RULE_COMMON_FIELDS,
	{ 0 },
};

static const struct field pattern_fields[] = {
	[P_TRIGGER] = KIND_FIELD("time_pattern"),
	[P_HOURS] = { "hours", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "*, /N or a number; absent: *" },
	[P_MINUTES] = { "minutes", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "the same; absent: *, or 0 under hours" },
	[P_SECONDS] = { "seconds", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "the same; absent: 0" },
	[P_ID] = ID_FIELD,
	RULE_COMMON_FIELDS,
	{ 0 },
};

static const struct field cron_fields[] = {
	[C_TRIGGER] = KIND_FIELD("cron"),
	[C_EXPRESSION] = { "expression", FIELD_BODY, FIELD_TEXT, true, 1, 128, NULL,
	    "minute hour day-of-month month day-of-week, or @daily and the like" },
	[C_ID] = ID_FIELD,
	RULE_COMMON_FIELDS,
	{ 0 },
};

static const struct field sun_fields[] = {
	[S_TRIGGER] = KIND_FIELD("sun"),
	[S_EVENT] = { "event", FIELD_BODY, FIELD_CHOICE, true, 0, 0, sun_events, "sunrise or sunset" },
	[S_OFFSET] = { "offset", FIELD_BODY, FIELD_ANY, false, 0, 0, NULL, "later; with a minus sign: earlier" },
	[S_ID] = ID_FIELD,
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile_time(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct time_trigger *s = mem_zalloc(a, sizeof(*s));
	const char *const *texts;
	size_t i;
	int *at;

	if (rule_texts(v[T_AT].js, a, &texts, &s->n, f) != RC_OK)
		return fault_set(f, RC_INVALID, "at", "must be \"HH:MM[:SS]\" or a list of them");
	at = mem_alloc(a, s->n * sizeof(*at));
	for (i = 0; i < s->n; i++)
		if (clock_parse_time_of_day(texts[i], &at[i]) != RC_OK)
			return fault_set(f, RC_INVALID, "at", "must be \"HH:MM[:SS]\", not \"%.32s\"", texts[i]);
	s->at = at;
	t->data = s;
	return v[T_WEEKDAY].set ? rule_weekdays(v[T_WEEKDAY].js, a, &s->weekdays, f) : RC_OK;
}

/* The next time of the day at which it is one of the weekdays. */
static int64_t
next_at(const struct time_trigger *s, int at, int64_t after_ms)
{
	int days;

	for (days = 0; days <= 7; days++) {
		after_ms = clock_next_local(after_ms, at);
		if (s->weekdays == 0 || rule_on_weekday(s->weekdays, clock_wall(after_ms)))
			return after_ms;
	}
	return INT64_MAX;
}

static int64_t
next_time(const struct trigger *t, const struct house *h, int64_t after_ms)
{
	const struct time_trigger *s = t->data;
	int64_t best = INT64_MAX, one;
	size_t i;

	(void)h;
	for (i = 0; i < s->n; i++)
		if ((one = next_at(s, s->at[i], after_ms)) < best)
			best = one;
	return best;
}

/* A number or a text of a pattern; `otherwise` when it is not given. */
static enum rc
read_pattern(const struct field_value *v, const char *name, int most, const char *otherwise, struct mem_arena *a,
    uint64_t *bits, struct fault *f)
{
	const char *const *text = &otherwise;
	size_t n = 1;
	enum rc rc = RC_OK;

	if (v->set)
		rc = rule_texts(v->js, a, &text, &n, f);
	if (rc == RC_OK && n == 1)
		rc = cron_parse_pattern(*text, most, bits, f);
	else
		rc = fault_set(f, RC_INVALID, NULL, "must be *, /N or a number");
	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

/* Smaller units that are not given are 0, larger ones anything. */
static enum rc
compile_pattern(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct cron *c = mem_zalloc(a, sizeof(*c));
	uint64_t hours = 0;
	enum rc rc;

	*c = (struct cron){ .days = UINT32_MAX, .months = UINT16_MAX, .weekdays = UINT8_MAX };
	t->data = c;
	if (!v[P_HOURS].set && !v[P_MINUTES].set && !v[P_SECONDS].set)
		return fault_set(f, RC_INVALID, "minutes", "hours, minutes or seconds must be given");
	rc = read_pattern(&v[P_HOURS], "hours", 23, "*", a, &hours, f);
	if (rc == RC_OK)
		rc = read_pattern(&v[P_MINUTES], "minutes", 59, v[P_HOURS].set && !v[P_SECONDS].set ? "0" : "*", a,
		    &c->minutes, f);
	if (rc == RC_OK)
		rc = read_pattern(&v[P_SECONDS], "seconds", 59, "0", a, &c->seconds, f);
	c->hours = (uint32_t)hours;
	return rc;
}

static enum rc
compile_cron(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct cron *c = mem_zalloc(a, sizeof(*c));
	enum rc rc = cron_parse(v[C_EXPRESSION].s, c, f);

	t->data = c;
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "expression", -1);
}

static int64_t
next_match(const struct trigger *t, const struct house *h, int64_t after_ms)
{
	(void)h;
	return cron_next(t->data, after_ms);
}

static enum rc
compile_sun(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct sun_trigger *s = mem_zalloc(a, sizeof(*s));
	enum rc rc;

	s->event = strcmp(v[S_EVENT].s, "sunrise") == 0 ? SUN_RISE : SUN_SET;
	t->data = s;
	if (!v[S_OFFSET].set)
		return RC_OK;
	rc = rule_offset(v[S_OFFSET].js, &s->offset_ms, f);
	return rc == RC_OK ? rc : rule_fault_in(f, rc, "offset", -1);
}

static int64_t
next_sun(const struct trigger *t, const struct house *h, int64_t after_ms)
{
	const struct sun_trigger *s = t->data;
	int64_t at = sun_next(&h->place, s->event, after_ms - s->offset_ms);

	return at == INT64_MAX ? at : at + s->offset_ms;
}

const struct trigger_ops trigger_time = { "time", time_fields, compile_time, NULL, next_time, false };
const struct trigger_ops trigger_pattern = { "time_pattern", pattern_fields, compile_pattern, NULL, next_match,
	false };
const struct trigger_ops trigger_cron = { "cron", cron_fields, compile_cron, NULL, next_match, false };
const struct trigger_ops trigger_sun = { "sun", sun_fields, compile_sun, NULL, next_sun, false };
