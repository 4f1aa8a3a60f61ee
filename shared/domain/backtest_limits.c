/* SPDX-License-Identifier: ISC
 *
 * What history does not say, as far as the rule would have needed it. For people.
 */
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/backtest_int.h"
#include "shared/domain/trigger.h"
#include "shared/store/store_emotion.h"

#define ENTITIES_MAX 10		/* that are named one by one */

/* Triggers that history knows nothing of. */
static const struct {
	const struct trigger_ops *ops;
	const char		*text;
} unrecorded[] = {
	{ &trigger_start, "When the house began to listen is not recorded: that trigger did not fire." },
	{ &trigger_mqtt, "Messages of the broker are not recorded: that trigger did not fire." },
};

static void
say_late(struct jsw *w, struct backtest *b)
{
	const struct backtest_stream *s;
	char local[CLOCK_TEXT];
	struct buf text = { 0 };
	int64_t begins;
	size_t i = 0;
	int n = 0;

	while ((s = map_next(&b->streams, &i)) != NULL) {
		begins = backtest_past_begins(s);
		if (begins <= b->q->from || ++n > ENTITIES_MAX)
			continue;
		buf_reset(&text);
		if (begins == INT64_MAX)
			buf_printf(&text, "Nothing is recorded of %s.", backtest_past_entity(s));
		else
			buf_printf(&text, "Nothing is recorded of %s before %.16s.", backtest_past_entity(s),
			    clock_local(begins, local));
		jsw_string(w, NULL, buf_str(&text));
	}
	if (n > ENTITIES_MAX) {
		buf_reset(&text);
		buf_printf(&text, "The same is true of %d more.", n - ENTITIES_MAX);
		jsw_string(w, NULL, buf_str(&text));
	}
	buf_free(&text);
}

/* Whether somebody looks at an attribute. */
static bool
attribute(const struct js *v)
{
	const char *s = js_string(v, NULL);

	return js_get(v, "attribute") != NULL || (s != NULL && rule_is_template(v) &&
	    (strstr(s, "state_attr") != NULL || strstr(s, ".attributes") != NULL));
}

static bool
reachable(const struct js *v)
{
	const char *s = js_string(v, NULL);

	return s != NULL && (strstr(s, "unavailable") != NULL || strstr(s, "has_value") != NULL);
}

static bool
grouped(const struct js *v)
{
	static const char *const groups[] = { "area_id", "device_id", "floor_id", "label_id", NULL };
	size_t i;

	for (i = 0; groups[i] != NULL; i++)
		if (js_get(v, groups[i]) != NULL)
			return true;
	return false;
}

/* Calendars keep what was planned for a month, as it stands there today. */
static void
say_calendars(struct jsw *w, const struct backtest *b)
{
	size_t i;

	for (i = 0; i < b->rule->n_triggers; i++)
		if (b->rule->triggers[i].ops == &trigger_calendar) {
			jsw_string(w, NULL, "Appointments are those that the calendar holds today, of the last month.");
			return;
		}
}

static void
say_triggers(struct jsw *w, const struct backtest *b)
{
	size_t i, k;

	for (i = 0; i < sizeof(unrecorded) / sizeof(unrecorded[0]); i++)
		for (k = 0; k < b->rule->n_triggers; k++)
			if (b->rule->triggers[k].ops == unrecorded[i].ops) {
				jsw_string(w, NULL, unrecorded[i].text);
				break;
			}
}

static void
say_feelings(struct jsw *w, const struct backtest *b)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct buf text = { 0 };
	char local[CLOCK_TEXT];
	struct emotion_row first;
	enum rc rc = b->feels ? store_emotion_from(b->db, 0, a, &first) : RC_OK;

	if (rc == RC_NOT_FOUND)
		jsw_string(w, NULL, "What the house felt is not recorded: it was at its baselines.");
	else if (b->feels && rc == RC_OK && first.time > b->q->from) {
		buf_printf(&text, "What the house felt before %.16s is not recorded: it was at its baselines.",
		    clock_local(first.time, local));
		jsw_string(w, NULL, buf_str(&text));
	}
	buf_free(&text);
	mem_arena_free(a);
}

void
backtest_limits_write(struct jsw *w, struct backtest *b)
{
	struct buf text = { 0 };
	char local[CLOCK_TEXT];

	jsw_array(w, "limits");
	say_late(w, b);
	say_triggers(w, b);
	say_feelings(w, b);
	say_calendars(w, b);
	if (b->log_from > b->q->from) {
		buf_printf(&text, "Events before %.16s are no longer kept.", clock_local(b->log_from, local));
		jsw_string(w, NULL, buf_str(&text));
	}
	if (js_any(b->rule->config, attribute))
		jsw_string(w, NULL, "Attributes are not recorded: their present values were taken, and what waits for "
		    "one to change did not see it change.");
	if (js_any(b->rule->config, reachable))
		jsw_string(w, NULL, "Whether things could be reached is not recorded: all of them always could.");
	if (js_any(b->rule->config, grouped))
		jsw_string(w, NULL, "Rooms, devices and labels were taken as they are today.");
	if (b->n_started > 0)
		jsw_string(w, NULL, "Scenarios were taken as they are today; of what they wait for only states and "
		    "times came.");
	if (b->n_commands > 0)
		jsw_string(w, NULL, "Nothing that it commands was done: states are those that were recorded.");
	jsw_end(w);
	buf_free(&text);
}
