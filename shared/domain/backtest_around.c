/* SPDX-License-Identifier: ISC
 *
 * What the things that the rule commands really did: their recorded states around each run, and by whom, as far as the
 * event log still says so.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/backtest_series.h"
#include "shared/domain/event.h"
#include "shared/store/store_prune.h"

#define TARGETS_MAX 30		/* entities that are looked at */
#define RUN_TARGETS_MAX 10	/* of one run */
#define CHANGES_MAX 5		/* of one entity after one run */
#define CAUSES_MAX 20000	/* changes of one entity whose cause is known */
#define LOOKUPS_MAX 5000	/* causes that are read */

/* A change that something led to. */
struct led {
	int64_t	 time, cause;
};

struct backtest_target {
	const struct live	*live;
	struct backtest_series	 series;
	struct led		*led;
	size_t			 n_led;
	struct backtest_use	 use;
};

struct backtest_around {
	struct map		 by_id;		/* struct backtest_target */
	struct backtest_target	*list[TARGETS_MAX];
	size_t			 n;
	int64_t			 log_from;	/* the oldest event, UTC ms */
	int			 lookups;
};

static enum rc
read_causes(struct backtest *b, struct backtest_target *t, int64_t until)
{
	struct store_event_filter filter = { .since = store_prune_first_event(b->db, b->q->from) - 1,
		.before = store_prune_first_event(b->db, until), .entity = t->live->row,
		.kind = EVENT_STATE_CHANGED, .newest_first = true, .limit = CAUSES_MAX };
	struct mem_arena *a = mem_arena_new(65536);
	struct store_event *rows;
	size_t n, i;
	enum rc rc = store_event_list(b->db, &filter, a, &rows, &n);

	if (rc == RC_OK && n > 0)
		t->led = mem_alloc(b->arena, n * sizeof(*t->led));
	for (i = n; rc == RC_OK && i > 0; i--)		/* in order of time */
		if (rows[i - 1].cause != 0)
			t->led[t->n_led++] = (struct led){ rows[i - 1].time, rows[i - 1].cause };
	mem_arena_free(a);
	return rc;
}

static enum rc
add_target(struct backtest *b, struct backtest_run *r, const char *entity_id)
{
	struct backtest_around *a = b->around;
	struct backtest_target *t;
	int64_t until = b->to + BACKTEST_AROUND_MS;
	enum rc rc;

	if (map_get(&a->by_id, entity_id) != NULL)
		return RC_OK;
	if (a->n == TARGETS_MAX) {
		r->vague = true;
		return RC_OK;
	}
	t = mem_zalloc(b->arena, sizeof(*t));
	t->live = house_find_id(&b->house, entity_id);
	a->list[a->n++] = t;
	map_put(&a->by_id, t->live->entity_id, t);
	rc = backtest_series_read(b->db, t->live->row, b->q->from, until, &t->series);
	if (rc == RC_OK && t->series.n == 0)
		backtest_series_hold(&t->series, t->live->state);
	if (rc == RC_OK)
		rc = read_causes(b, t, until);
	return rc == RC_OK ? backtest_use_read(b, t->live, &t->series, &t->use) : rc;
}

enum rc
backtest_around_open(struct backtest *b)
{
	const struct backtest_command *c;
	struct backtest_run *r;
	struct store_event oldest;
	enum rc rc = RC_OK;
	size_t i;

	b->around = mem_zalloc(b->arena, sizeof(*b->around));
	mem_arena_reset(b->brief);
	if (store_event_get(b->db, store_prune_oldest_event(b->db), b->brief, &oldest) == RC_OK)
		b->around->log_from = oldest.time;
	for (r = b->first; r != NULL && rc == RC_OK; r = r->next)
		for (c = r->first; c != NULL && rc == RC_OK; c = c->next)
			rc = add_target(b, r, c->entity_id);
	for (i = 0; rc == RC_OK && i < b->around->n; i++)
		backtest_use_weigh(b, b->around->list[i]->live, &b->around->list[i]->series,
		    &b->around->list[i]->use);
	return rc;
}

void
backtest_around_free(struct backtest *b)
{
	size_t i;

	for (i = 0; b->around != NULL && i < b->around->n; i++)
		backtest_series_free(&b->around->list[i]->series);
	if (b->around != NULL)
		map_free(&b->around->by_id);
}

/* ---- who did it ---- */

static const struct led *
led_at(const struct backtest_target *t, int64_t time)
{
	size_t low = 0, high = t->n_led, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (t->led[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low < t->n_led && t->led[low].time == time ? &t->led[low] : NULL;
}

/* Who changed it at that time: an actor, "device" (by hand there, or by itself), NULL: nobody knows any more. */
static const char *
by(struct backtest *b, const struct backtest_target *t, int64_t time)
{
	const struct led *led = led_at(t, time);
	struct store_event e;

	if (led == NULL)
		return b->around->log_from != 0 && time >= b->around->log_from ? "device" : NULL;
	mem_arena_reset(b->brief);
	if (b->around->lookups++ >= LOOKUPS_MAX || store_event_get(b->db, led->cause, b->brief, &e) != RC_OK)
		return NULL;
	return e.actor != NULL ? e.actor : "device";
}

/* ---- writing ---- */

static void
write_changes(struct jsw *w, struct backtest *b, const struct backtest_target *t, int64_t time)
{
	size_t i = backtest_series_at(&t->series, time);
	const char *before = i < t->series.n ? t->series.points[i].state : NULL;
	int n = 0;

	jsw_string(w, "before", before);
	jsw_array(w, "changes");
	for (i = i < t->series.n ? i + 1 : 0; i < t->series.n && n < CHANGES_MAX; i++) {
		if (t->series.points[i].time > time + BACKTEST_AROUND_MS)
			break;
		if (t->series.points[i].time <= time || t->series.points[i].state == before)
			continue;
		before = t->series.points[i].state;
		n++;
		jsw_object(w, NULL);
		jsw_time(w, "time", t->series.points[i].time);
		jsw_string(w, "state", before);
		jsw_string(w, "by", by(b, t, t->series.points[i].time));
		jsw_end(w);
	}
	jsw_end(w);
}

void
backtest_around_write(struct jsw *w, struct backtest *b, const struct backtest_run *r)
{
	const struct backtest_target *seen[RUN_TARGETS_MAX], *t;
	const struct backtest_command *c;
	size_t n = 0, i;

	jsw_array(w, "around");
	for (c = r->first; c != NULL && n < RUN_TARGETS_MAX; c = c->next) {
		t = map_get(&b->around->by_id, c->entity_id);
		for (i = 0; i < n && seen[i] != t; i++)
			;
		if (t == NULL || i < n)
			continue;
		seen[n++] = t;
		jsw_object(w, NULL);
		jsw_string(w, "entity_id", c->entity_id);
		write_changes(w, b, t, c->time);
		jsw_end(w);
	}
	jsw_end(w);
}

void
backtest_around_energy(struct jsw *w, const struct backtest *b)
{
	const struct backtest_around *a = b->around;
	double sum = 0;
	bool known = false;
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->list[i]->use.known) {
			known = true;
			sum += a->list[i]->use.difference_wh;
		}
	jsw_object(w, "energy");
	if (known)
		jsw_real(w, "difference_wh", sum);
	else
		jsw_null(w, "difference_wh");
	jsw_string(w, "how", known ? "What each thing used on average while it was on and while it was off, by the "
	    "sensor named beside it, for the time from the command until the thing really changed next, the next "
	    "command, or the end." : NULL);
	jsw_array(w, "targets");
	for (i = 0; i < a->n; i++)
		if (a->list[i]->use.known)
			backtest_use_write(w, a->list[i]->live->entity_id, &a->list[i]->use);
	jsw_end(w);
	jsw_end(w);
}
