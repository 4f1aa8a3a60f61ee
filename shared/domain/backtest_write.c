/* SPDX-License-Identifier: ISC
 *
 * The result of a back-test as JSON.
 */
#include <stdio.h>

#include "shared/base/clock.h"
#include "shared/domain/backtest_int.h"

/* Of the i-th day, on the house's calendar. */
static void
write_date(struct jsw *w, const struct backtest *b, size_t i)
{
	char text[CLOCK_TEXT];
	int64_t year;
	int month, day;

	clock_date(b->first_day + (int64_t)i, &year, &month, &day);
	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)year, month, day);
	jsw_string(w, "date", text);
}

static void
write_time(struct jsw *w, struct backtest *b, int64_t time)
{
	jsw_time(w, "time", time);
	write_date(w, b, (size_t)(backtest_day(b, time) - b->days));
}

static void
write_cause(struct jsw *w, const struct backtest *b, const struct backtest_cause *c)
{
	const struct trigger *t = &b->rule->triggers[c->trigger];

	jsw_object(w, "trigger");
	jsw_int(w, "index", c->trigger);
	jsw_string(w, "kind", t->ops->name);
	jsw_string(w, "id", t->id);
	jsw_string(w, "entity_id", c->entity_id);
	jsw_string(w, "from", c->from);
	jsw_string(w, "to", c->to);
	jsw_string(w, "event", c->subject);
	jsw_end(w);
}

static void
write_command(struct jsw *w, const struct backtest_run *r, const struct backtest_command *c)
{
	jsw_object(w, NULL);
	jsw_int(w, "after", c->time - r->time);
	jsw_string(w, "entity_id", c->entity_id);
	jsw_string(w, "service", c->service);
	jsw_raw(w, "data", c->data);
	jsw_bool(w, "sent", c->sent);
	jsw_string(w, "reason", c->reason);
	jsw_string(w, "scenario", c->scenario);
	jsw_end(w);
}

static void
write_told(struct jsw *w, const struct backtest_run *r)
{
	const struct backtest_told *t;

	jsw_array(w, "deliveries");
	for (t = r->told; t != NULL; t = t->next) {
		jsw_object(w, NULL);
		jsw_int(w, "after", t->time - r->time);
		if (t->channels != NULL)
			jsw_raw(w, "channels", t->channels);
		else
			jsw_null(w, "channels");
		jsw_raw(w, "payload", t->payload);
		jsw_string(w, "scenario", t->scenario);
		jsw_end(w);
	}
	jsw_end(w);
	jsw_int(w, "delivery_count", r->n_told);
}

static void
write_started(struct jsw *w, const struct backtest_run *r)
{
	const struct backtest_started *s;

	jsw_array(w, "scenarios");
	for (s = r->started; s != NULL; s = s->next) {
		jsw_object(w, NULL);
		jsw_int(w, "after", s->time - r->time);
		jsw_string(w, "id", s->id);
		jsw_string(w, "name", s->name);
		jsw_string(w, "outcome", s->outcome);
		jsw_string(w, "reason", s->reason);
		jsw_end(w);
	}
	jsw_end(w);
	jsw_int(w, "scenario_count", r->n_started);
}

static void
write_run(struct jsw *w, struct backtest *b, const struct backtest_run *r)
{
	const struct backtest_command *c;

	jsw_object(w, NULL);
	write_time(w, b, r->time);
	write_cause(w, b, &r->cause);
	jsw_string(w, "outcome", r->outcome);
	jsw_string(w, "reason", r->reason);
	jsw_time(w, "begun", r->begun);
	jsw_time(w, "ended", r->ended);
	jsw_array(w, "commands");
	for (c = r->first; c != NULL; c = c->next)
		write_command(w, r, c);
	jsw_end(w);
	jsw_int(w, "command_count", r->n_commands);
	write_told(w, r);
	write_started(w, r);
	backtest_around_write(w, b, r);
	if (r->weighed && !r->vague)
		jsw_real(w, "energy_wh", r->energy_wh);
	else
		jsw_null(w, "energy_wh");
	jsw_end(w);
}

/* In the words of the rule as it was given, where those that are not enabled count too. */
static const char *
place(const struct backtest *b, size_t condition, char out[32])
{
	const struct js *list = js_get(b->rule->config, "conditions");
	size_t i;

	if (condition == b->rule->conditions.n)
		return "variables";
	for (i = 0; i < js_size(list); i++)
		if (!rule_disabled(js_at(list, i)) && condition-- == 0)
			break;
	snprintf(out, 32, "conditions[%zu]", i);
	return out;
}

static void
write_no(struct jsw *w, struct backtest *b, const struct backtest_no *no)
{
	char text[32];

	jsw_object(w, NULL);
	write_time(w, b, no->time);
	write_cause(w, b, &no->cause);
	jsw_string(w, "place", place(b, no->condition < 0 ? b->rule->conditions.n : (size_t)no->condition, text));
	jsw_string(w, "reason", no->reason);
	jsw_end(w);
}

static void
write_conditions(struct jsw *w, struct backtest *b)
{
	const struct backtest_condition *c;
	char text[32];
	size_t i;
	int k;

	jsw_array(w, "conditions");
	for (i = 0; i <= b->rule->conditions.n; i++) {
		c = &b->conditions[i];
		if (c->count == 0)
			continue;
		jsw_object(w, NULL);
		jsw_string(w, "place", place(b, i, text));
		jsw_int(w, "noes", c->count);
		jsw_array(w, "samples");
		for (k = 0; k < c->n_samples; k++)
			write_no(w, b, c->samples[k]);
		jsw_end(w);
		jsw_end(w);
	}
	jsw_end(w);
}

static void
write_days(struct jsw *w, const struct backtest *b)
{
	size_t i;

	jsw_array(w, "days");
	for (i = 0; i < b->n_days; i++) {
		jsw_object(w, NULL);
		write_date(w, b, i);
		jsw_int(w, "runs", b->days[i].runs);
		jsw_int(w, "noes", b->days[i].noes);
		jsw_int(w, "ignored", b->days[i].ignored);
		jsw_int(w, "commands", b->days[i].commands);
		jsw_end(w);
	}
	jsw_end(w);
}

/* How much there is to look back on at all. */
static void
write_history(struct jsw *w, const struct backtest *b)
{
	jsw_time(w, "history_from", b->begins);
	jsw_real(w, "history_days", b->begins == 0 ? 0 : (double)((b->q->now_ms - b->begins) / 8640000) / 10);
}

static void
write_totals(struct jsw *w, const struct backtest *b)
{
	jsw_object(w, "totals");
	jsw_int(w, "runs", b->n_runs);
	jsw_int(w, "noes", b->n_noes);
	jsw_int(w, "ignored", b->n_ignored);
	jsw_int(w, "commands", b->n_commands);
	jsw_int(w, "deliveries", b->n_told);
	jsw_int(w, "scenarios", b->n_started);
	jsw_int(w, "changes", b->n_changes);
	jsw_int(w, "entities", (int64_t)b->streams.n);
	jsw_end(w);
}

void
backtest_write(struct backtest *b, struct buf *out)
{
	struct jsw w = jsw_to(out);
	const struct backtest_run *r;
	const struct backtest_no *no;

	jsw_object(&w, NULL);
	jsw_time(&w, "from", b->q->from);
	jsw_time(&w, "until", b->to);
	write_history(&w, b);
	jsw_bool(&w, "complete", b->stopped == NULL);
	jsw_string(&w, "stopped", b->stopped);
	jsw_time(&w, "reached", b->now_ms);
	write_totals(&w, b);
	write_days(&w, b);
	write_conditions(&w, b);
	jsw_array(&w, "runs");
	for (r = b->first; r != NULL; r = r->next)
		write_run(&w, b, r);
	jsw_end(&w);
	jsw_array(&w, "noes");
	for (no = b->first_no; no != NULL; no = no->next)
		write_no(&w, b, no);
	jsw_end(&w);
	backtest_around_energy(&w, b);
	backtest_limits_write(&w, b);
	jsw_int(&w, "took_ms", (clock_mono_us() - b->begun_us) / 1000);
	jsw_end(&w);
}
