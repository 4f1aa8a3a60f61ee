/* SPDX-License-Identifier: ISC
 *
 * Triggers of the clock of the house's time zone. "time": at a time of day. "time_pattern" and "cron": whenever
 * the clock matches. "sun": when it rises or sets, or so long before or after.
 */
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

enum { T_AT, T_WEEKDAY };
enum { P_HOURS, P_MINUTES, P_SECONDS };
enum { C_EXPRESSION };
enum { S_EVENT, S_OFFSET };

static const char *const sun_events[] = { "sunrise", "sunset", NULL };

static const struct field time_fields[] = {
	[T_AT] = { RULE_SHAPE("at", times, "time of the day, or several"), .required = true },
	[T_WEEKDAY] = { RULE_SHAPE("weekday", weekdays, "only on these days") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static const struct field pattern_fields[] = {
	[P_HOURS] = { RULE_SHAPE("hours", clock_pattern, "*, /N or a number; any hour if not given"), .some_of = true },
	[P_MINUTES] = { RULE_SHAPE("minutes", clock_pattern, "the same; any minute if not given, or 0 under hours"),
	    .some_of = true, .example = "\"/5\"" },
	[P_SECONDS] = { RULE_SHAPE("seconds", clock_pattern, "the same; 0 if not given"), .some_of = true },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static const struct field cron_fields[] = {
	[C_EXPRESSION] = { RULE_SHAPE("expression", cron,
	    "minute hour day-of-month month day-of-week, or @daily and the like"), .required = true,
	    .example = "\"0 7 * * mon-fri\"" },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static const struct field sun_fields[] = {
	[S_EVENT] = { .name = "event", .type = FIELD_CHOICE, .required = true, .choices = sun_events,
	    .help = "what the sun does", .example = "\"sunset\"" },
	[S_OFFSET] = { RULE_SHAPE("offset", offset, "so much later; with a minus sign earlier") },
	TRIGGER_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile_time(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct time_trigger *s = mem_zalloc(a, sizeof(*s));
	int *at = mem_alloc(a, v[T_AT].n * sizeof(*at));
	size_t i;

	(void)f;
	for (i = 0; i < v[T_AT].n; i++)
		clock_parse_time_of_day(v[T_AT].list[i], &at[i]);
	*s = (struct time_trigger){ at, v[T_AT].n, (unsigned int)v[T_WEEKDAY].i };
	t->data = s;
	return RC_OK;
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

/* `otherwise` when it is not given. */
static enum rc
read_pattern(const struct field_value *v, const char *name, int most, const char *otherwise, uint64_t *bits,
    struct fault *f)
{
	enum rc rc = cron_parse_pattern(v->set ? v->s : otherwise, most, bits, f);

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
	rc = read_pattern(&v[P_HOURS], "hours", 23, "*", &hours, f);
	if (rc == RC_OK)
		rc = read_pattern(&v[P_MINUTES], "minutes", 59, v[P_HOURS].set && !v[P_SECONDS].set ? "0" : "*",
		    &c->minutes, f);
	if (rc == RC_OK)
		rc = read_pattern(&v[P_SECONDS], "seconds", 59, "0", &c->seconds, f);
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
	struct sun_trigger *s = mem_alloc(a, sizeof(*s));

	(void)f;
	*s = (struct sun_trigger){ v[S_EVENT].i == 0 ? SUN_RISE : SUN_SET, v[S_OFFSET].i };
	t->data = s;
	return RC_OK;
}

static int64_t
next_sun(const struct trigger *t, const struct house *h, int64_t after_ms)
{
	const struct sun_trigger *s = t->data;
	int64_t at = sun_next(&h->place, s->event, after_ms - s->offset_ms);

	return at == INT64_MAX ? at : at + s->offset_ms;
}

static void
sun_variable(const struct trigger *t, const struct house_change *c, struct js *o)
{
	const struct sun_trigger *s = t->data;

	(void)c;
	js_set(o, "event", js_new_string(s->event == SUN_RISE ? "sunrise" : "sunset"));
	js_set(o, "offset", js_new_real((double)s->offset_ms / 1000));
}

const struct trigger_ops trigger_time = {
	.name = "time", .title = "A time of the day", .help = "at a time of the day, perhaps only on some days",
	.fields = time_fields, .compile = compile_time, .next = next_time
};
const struct trigger_ops trigger_pattern = {
	.name = "time_pattern", .title = "Again and again", .help = "every so many hours, minutes or seconds",
	.fields = pattern_fields, .compile = compile_pattern, .next = next_match
};
const struct trigger_ops trigger_cron = {
	.name = "cron", .title = "A cron expression", .help = "whenever the clock matches an expression",
	.fields = cron_fields, .compile = compile_cron, .next = next_match
};
const struct trigger_ops trigger_sun = {
	.name = "sun", .title = "Sunrise or sunset", .help = "when the sun rises or sets, or so long before or after",
	.fields = sun_fields, .compile = compile_sun, .next = next_sun, .variable = sun_variable, .sun = true
};
