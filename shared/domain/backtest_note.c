/* SPDX-License-Identifier: ISC
 *
 * What a back-test writes down while it goes: runs, commands, and what did not come about.
 */
#include "shared/domain/backtest_motion.h"

#define DATA_MAX 2048		/* bytes of a command's data that are shown */

struct backtest_cause
backtest_note_cause(struct backtest *b, int trigger, const struct house_change *c)
{
	struct backtest_cause out = { .trigger = trigger };

	if (c != NULL && c->event != 0)
		out.subject = mem_strdup(b->arena, c->subject);
	else if (c != NULL && c->live != NULL) {
		out.entity_id = c->live->entity_id;
		out.from = mem_strdup(b->arena, c->prior);
		out.to = mem_strdup(b->arena, c->live->state);
	}
	return out;
}

struct backtest_run *
backtest_note_run(struct backtest *b, const struct backtest_cause *cause)
{
	struct backtest_run *r = mem_zalloc(b->arena, sizeof(*r));

	r->time = b->now_ms;
	r->cause = *cause;
	if (b->last == NULL)
		b->first = r;
	else
		b->last->next = r;
	b->last = r;
	b->n_runs++;
	backtest_day(b, r->time)->runs++;
	if (b->n_runs >= (b->q->runs_max > 0 ? b->q->runs_max : BACKTEST_RUNS))
		b->stopped = "it would have run too often: the rest was not looked at";
	return r;
}

/* Which of them it was: the first that does not hold; the last place is for the variables. */
static size_t
refusing(const struct backtest *b, const struct js *variables)
{
	struct rule_context x = backtest_motion_context(b);
	struct rule_conditions one = { .n = 1 };
	struct buf why = { .max = 1 };
	size_t i;

	x.variables = variables;
	for (i = 0; i < b->rule->conditions.n; i++) {
		one.list = &b->rule->conditions.list[i];
		if (!rule_hold(&one, &x, &why))
			break;
	}
	buf_free(&why);
	return i;
}

void
backtest_note_no(struct backtest *b, const struct backtest_cause *cause, const struct js *variables, bool failed,
    const char *why)
{
	struct backtest_day *day = backtest_day(b, b->now_ms);
	size_t condition = failed ? b->rule->conditions.n : refusing(b, variables);
	struct backtest_condition *c = &b->conditions[condition];
	struct backtest_no *no;

	b->n_noes++;
	c->count++;
	if (++day->noes > BACKTEST_NOES_DAY && c->n_samples == BACKTEST_SAMPLES)
		return;
	no = mem_zalloc(b->arena, sizeof(*no));
	*no = (struct backtest_no){ .time = b->now_ms, .cause = *cause, .reason = mem_strdup(b->arena, why),
		.condition = condition < b->rule->conditions.n ? (int)condition : -1 };
	if (c->n_samples < BACKTEST_SAMPLES)
		c->samples[c->n_samples++] = no;
	if (b->last_no == NULL)
		b->first_no = no;
	else
		b->last_no->next = no;
	b->last_no = no;
}

void
backtest_note_command(struct backtest *b, struct backtest_run *r, const char *entity_id, const char *service,
    const struct js *data, const char *refused, const char *scenario)
{
	struct backtest_command *c;
	struct buf text = { .max = DATA_MAX };

	b->n_commands++;
	backtest_day(b, r->time)->commands++;
	if (++r->n_commands > BACKTEST_COMMANDS)
		return;
	if (data != NULL)
		js_dump(data, &text);
	c = mem_zalloc(b->arena, sizeof(*c));
	*c = (struct backtest_command){ .time = b->now_ms, .entity_id = entity_id,
		.service = mem_strdup(b->arena, service), .sent = refused == NULL,
		.reason = mem_strdup(b->arena, refused), .scenario = scenario,
		.data = data != NULL && text.len < DATA_MAX ? mem_strdup(b->arena, buf_str(&text)) : "{}" };
	if (r->last == NULL)
		r->first = c;
	else
		r->last->next = c;
	r->last = c;
	buf_free(&text);
}

/* What is written down counts as history does: a rule may tell much. */
static const char *
keep_text(struct backtest *b, const char *s)
{
	b->bytes += strlen(s);
	if (b->bytes >= BACKTEST_BYTES)
		backtest_stop(b, "it tells more than fits into memory: choose fewer days");
	return mem_strdup(b->arena, s);
}

void
backtest_note_told(struct backtest *b, struct backtest_run *r, const struct js *channels, const char *payload,
    const char *scenario)
{
	struct backtest_told *t;
	struct buf list = { 0 };

	b->n_told++;
	if (++r->n_told > BACKTEST_TOLD)
		return;
	if (channels != NULL)
		js_dump(channels, &list);
	t = mem_zalloc(b->arena, sizeof(*t));
	*t = (struct backtest_told){ .time = b->now_ms, .payload = keep_text(b, payload), .scenario = scenario,
		.channels = channels != NULL ? keep_text(b, buf_str(&list)) : NULL };
	if (r->last_told == NULL)
		r->told = t;
	else
		r->last_told->next = t;
	r->last_told = t;
	buf_free(&list);
}

/* Also those beyond are kept for their ends, but not in the list. */
struct backtest_started *
backtest_note_started(struct backtest *b, struct backtest_run *r, const struct rule *scenario, const char *id)
{
	struct backtest_started *s = mem_zalloc(b->arena, sizeof(*s));

	*s = (struct backtest_started){ .time = b->now_ms, .id = id, .name = scenario->name, .outcome = "not_run" };
	if (++b->n_started >= BACKTEST_STARTED)
		backtest_stop(b, "it would have started scenarios too often: the rest was not looked at");
	if (++r->n_started > BACKTEST_TOLD)
		return s;
	if (r->last_started == NULL)
		r->started = s;
	else
		r->last_started->next = s;
	r->last_started = s;
	return s;
}

void
backtest_note_ignored(struct backtest *b)
{
	b->n_ignored++;
	backtest_day(b, b->now_ms)->ignored++;
}
