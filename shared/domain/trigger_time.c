/* SPDX-License-Identifier: ISC
 *
 * Trigger "time": at a time of day of the house's time zone.
 */
#include "shared/base/clock.h"
#include "shared/domain/trigger.h"

struct time_trigger {
	const int	*at;		/* seconds since midnight */
	size_t		 n;
};

enum { F_TRIGGER, F_AT, F_ID };

static const struct field fields[] = {
	[F_TRIGGER] = { "trigger", FIELD_BODY, FIELD_TEXT, true, 1, 32, NULL, "time" },
	[F_AT] = { "at", FIELD_BODY, FIELD_ANY, true, 0, 0, NULL, "HH:MM[:SS] or list of them" },
	[F_ID] = { "id", FIELD_BODY, FIELD_TEXT, false, 1, 64, NULL, "name of this trigger" },
	RULE_COMMON_FIELDS,
	{ 0 },
};

static enum rc
compile(const struct field_value *v, struct mem_arena *a, struct trigger *t, struct fault *f)
{
	struct time_trigger *s = mem_zalloc(a, sizeof(*s));
	const char *const *texts;
	size_t i;
	int *at;

	if (rule_texts(v[F_AT].js, a, &texts, &s->n, f) != RC_OK)
		return fault_set(f, RC_INVALID, "at", "must be \"HH:MM[:SS]\" or a list of them");
	at = mem_alloc(a, s->n * sizeof(*at));
	for (i = 0; i < s->n; i++)
		if (clock_parse_time_of_day(texts[i], &at[i]) != RC_OK)
			return fault_set(f, RC_INVALID, "at", "must be \"HH:MM[:SS]\", not \"%.32s\"", texts[i]);
	s->at = at;
	t->data = s;
	return RC_OK;
}

static int64_t
next(const struct trigger *t, int64_t after_ms)
{
	const struct time_trigger *s = t->data;
	int64_t best = INT64_MAX, one;
	size_t i;

	for (i = 0; i < s->n; i++)
		if ((one = clock_next_local(after_ms, s->at[i])) < best)
			best = one;
	return best;
}

const struct trigger_ops trigger_time = { "time", fields, compile, NULL, next, false };
