/* SPDX-License-Identifier: ISC
 *
 * See backtest.h: the loop that lets the past and the rule meet, and its limits.
 */
#include <stdlib.h>

#include "shared/base/clock.h"
#include "shared/domain/automation_check.h"
#include "shared/domain/backtest_int.h"
#include "shared/domain/webhook.h"
#include "shared/store/store_history.h"

#define DAY_MS 86400000LL
#define TELL_US 100000
#define LOOK_EVERY 256		/* steps between two looks at the clock */

static int64_t
day_of(int64_t time)
{
	int64_t wall = clock_wall(time);

	return (wall - ((wall % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS;
}

struct backtest_day *
backtest_day(struct backtest *b, int64_t time)
{
	int64_t i = day_of(time) - b->first_day;

	return &b->days[i < 0 ? 0 : i < (int64_t)b->n_days ? i : (int64_t)b->n_days - 1];
}

static void
tell(struct backtest *b)
{
	int64_t whole = b->to - b->q->from, done = b->now_ms - b->q->from;
	struct backtest_progress p = { .at = b->now_ms, .runs = b->n_runs };

	p.percent = whole > 0 && done > 0 ? (int)(done * 100 / whole) : 0;
	if (b->q->progress != NULL && !b->q->progress(b->q->arg, &p))
		b->rc = RC_TIMEOUT;
}

void
backtest_stop(struct backtest *b, const char *why)
{
	b->full = true;
	if (b->stopped == NULL)
		b->stopped = why;
}

bool
backtest_go_on(struct backtest *b)
{
	int64_t budget = b->q->budget_ms > 0 ? b->q->budget_ms : BACKTEST_BUDGET_MS;
	int64_t us = clock_mono_us();

	if (us - b->begun_us > budget * 1000)
		backtest_stop(b, "it took too long: choose fewer days");
	if (us - b->told_us >= TELL_US) {
		b->told_us = us;
		tell(b);
	}
	return b->rc == RC_OK && b->stopped == NULL;
}

/* What changed comes before what is due at the same moment, as in an engine's turn. */
static void
meet(struct backtest *b)
{
	int64_t past, due;
	unsigned int steps = 0;

	for (;;) {
		if (b->rc != RC_OK || b->stopped != NULL || (steps++ % LOOK_EVERY == 0 && !backtest_go_on(b)))
			return;
		past = backtest_past_next(b);
		due = b->timers.n > 0 ? b->timers.t[0]->due : INT64_MAX;
		if ((past < due ? past : due) >= b->to)
			break;
		if (past <= due)
			backtest_past_step(b);
		else {
			b->now_ms = due;
			timer_run(&b->timers, due);
		}
	}
	b->now_ms = b->to;
}

static enum rc
range(const struct backtest_request *q, struct fault *f)
{
	if (q->from >= q->to)
		return fault_set(f, RC_INVALID, "from", "must lie before until");
	if (q->from >= q->now_ms)
		return fault_set(f, RC_INVALID, "from", "must lie in the past");
	if (q->to - q->from > BACKTEST_DAYS * DAY_MS)
		return fault_set(f, RC_INVALID, "from", "lies more than %d days before until", BACKTEST_DAYS);
	return RC_OK;
}

static void
open_days(struct backtest *b)
{
	b->first_day = day_of(b->q->from);
	b->n_days = (size_t)(day_of(b->to - 1) - b->first_day) + 1;
	b->days = mem_zalloc(b->arena, b->n_days * sizeof(*b->days));
	b->conditions = mem_zalloc(b->arena, (b->rule->conditions.n + 1) * sizeof(*b->conditions));
}

static enum rc
run(struct backtest *b, struct buf *out)
{
	enum rc rc;

	if ((rc = backtest_past_open(b)) != RC_OK)
		return rc;
	backtest_motion_open(b);
	if (b->begins != 0 && b->begins < b->to)
		meet(b);
	backtest_motion_end(b);
	if ((rc = b->rc) == RC_OK)
		rc = backtest_around_open(b);
	if (rc == RC_OK)
		backtest_write(b, out);
	return rc;
}

static enum rc
compile(struct db *db, const struct js *config, struct rule **rule, struct fault *f)
{
	char key[WEBHOOK_KEY];
	struct js *named;
	enum rc rc = store_webhook_key(db, key);

	if (rc != RC_OK)
		return fault_set(f, rc, NULL, "the house cannot be read");
	named = webhook_named(config, key);
	rc = automation_compile(named, rule, f);
	js_free(named);
	return rc;
}

enum rc
backtest_run(struct db *db, const struct backtest_request *q, struct buf *out, struct fault *f)
{
	struct backtest_request known = *q;
	struct backtest b = { .db = db, .q = &known, .begun_us = clock_mono_us() };
	enum rc rc;

	if ((rc = range(q, f)) != RC_OK || (rc = compile(db, q->config, &b.rule, f)) != RC_OK)
		return rc;
	b.to = q->to < q->now_ms ? q->to : q->now_ms;
	b.begins = store_history_begins(db);
	if (known.from < b.begins)
		known.from = b.begins < b.to ? b.begins : b.to - 1;
	b.arena = mem_arena_new(65536);
	b.brief = mem_arena_new(4096);
	if ((rc = automation_check(db, q->config, q->config, b.arena, f)) == RC_OK) {
		b.scratch = template_scratch_new();
		b.house.place = q->place;
		b.house.calendars = db;
		open_days(&b);
		rc = run(&b, out);
		if (rc != RC_OK && f->rc == RC_OK)
			fault_set(f, rc, NULL, rc == RC_TIMEOUT ? "it was stopped" : "history cannot be read");
		backtest_around_free(&b);
		backtest_motion_free(&b);
		backtest_past_free(&b);
		template_scratch_free(b.scratch);
	}
	mem_arena_free(b.brief);
	mem_arena_free(b.arena);
	automation_free(b.rule);
	return rc;
}
