/* SPDX-License-Identifier: ISC
 *
 * The states of one thing over time.
 */
#include <stdlib.h>

#include "shared/domain/backtest_series.h"
#include "shared/domain/history.h"

#define POINTS_MAX 100000	/* of one thing; what is later is not looked at */

struct reading {
	struct backtest_series	*s;
	int64_t			 from;
};

static const char *
keep(struct backtest_series *s, const char *state, size_t len)
{
	char *text;

	if (state == NULL)
		return NULL;
	if ((text = map_getn(&s->texts, state, len)) == NULL) {
		text = mem_strndup(s->arena, state, len);
		map_put(&s->texts, text, text);
	}
	return text;
}

static void
add(struct backtest_series *s, int64_t time, const char *state)
{
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 16 : s->cap * 2;
		s->points = mem_xrealloc(s->points, s->cap, sizeof(*s->points));
	}
	s->points[s->n++] = (struct backtest_point){ time, state };
}

/* Points may lie a little before one another: the later one wins. */
static bool
take(int64_t time, const char *state, size_t len, void *arg)
{
	struct reading *r = arg;
	struct backtest_series *s = r->s;

	if (s->n > 0 && time < s->points[s->n - 1].time)
		time = s->points[s->n - 1].time;
	if (s->n > 0 && time <= r->from)
		s->n--;
	add(s, time, keep(s, state, len));
	return s->n < POINTS_MAX;
}

enum rc
backtest_series_read(struct db *db, int64_t entity, int64_t from, int64_t until, struct backtest_series *out)
{
	struct reading r = { out, from };

	out->arena = mem_arena_new(4096);
	return history_each(db, entity, from, until + 1, true, take, &r);
}

void
backtest_series_hold(struct backtest_series *s, const char *state)
{
	add(s, 0, state == NULL ? NULL : mem_strdup(s->arena, state));
}

void
backtest_series_free(struct backtest_series *s)
{
	free(s->points);
	map_free(&s->texts);
	mem_arena_free(s->arena);
}

size_t
backtest_series_at(const struct backtest_series *s, int64_t time)
{
	size_t low = 0, high = s->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (s->points[middle].time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : s->n;
}
