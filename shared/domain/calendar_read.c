/* SPDX-License-Identifier: ISC
 *
 * What was read of a calendar: how it differs from what is known, and when it is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/domain/calendar_int.h"

#define MINUTE_MS INT64_C(60000)
#define AGAIN_MOST_MS (6 * 60 * MINUTE_MS)

/* ---- differences ---- */

static int
by_key(const void *x, const void *y)
{
	const struct calendar_event *a = x, *b = y;
	int d = strcmp(a->uid, b->uid);

	return d != 0 ? d : (a->instance > b->instance) - (a->instance < b->instance);
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same(const struct calendar_event *a, const struct calendar_event *b)
{
	return a->start == b->start && a->end == b->end && a->all_day == b->all_day &&
	    same_text(a->summary, b->summary) && same_text(a->description, b->description) &&
	    same_text(a->location, b->location);
}

void
calendar_compare(const struct calendar_event *known, size_t n_known, struct calendar_event *read, size_t n_read,
    struct mem_arena *a, struct calendar_news *out)
{
	size_t i = 0, k = 0;
	int d;

	if (n_read > 1)
		qsort(read, n_read, sizeof(*read), by_key);
	*out = (struct calendar_news){ .put = mem_alloc(a, (n_read + 1) * sizeof(*out->put)),
		.gone = mem_alloc(a, (n_known + 1) * sizeof(*out->gone)) };
	while (i < n_known || k < n_read) {
		if (k + 1 < n_read && by_key(&read[k], &read[k + 1]) == 0) {
			k++;
			continue;
		}
		d = i == n_known ? 1 : k == n_read ? -1 : by_key(&known[i], &read[k]);
		if (d < 0)
			out->gone[out->n_gone++] = &known[i];
		else if (d > 0 || !same(&known[i], &read[k]))
			out->put[out->n_put++] = &read[k];
		i += d <= 0;
		k += d >= 0;
	}
}

/* ---- the end of a reading ---- */

const struct document_kind calendar_kind = { .noun = "calendar", .prefix = CALENDAR_DOMAIN,
	.event = EVENT_CALENDAR_CHANGED, .revision = REVISION_CALENDAR };

/* Twice as long after each failure: 5, 10, 20, ... minutes. */
static int64_t
pause_after(int64_t failures, int64_t asked)
{
	int64_t ms = 5 * MINUTE_MS << (failures < 8 ? failures - 1 : 7);

	ms = ms < AGAIN_MOST_MS ? ms : AGAIN_MOST_MS;
	return asked > ms ? asked : ms;
}

static const char *
outcome_of(const struct calendar *before, const struct calendar_outcome *o)
{
	if (o->error != NULL)
		return before->error == NULL || strcmp(before->error, o->error) != 0 ? "failed" : NULL;
	return o->changes > 0 || before->error != NULL || before->fetched == 0 ? "read" : NULL;
}

enum rc
calendar_done(struct tx *tx, const struct calendar *c, const struct calendar_outcome *o, struct mem_arena *a)
{
	struct document_told told = { 0 };
	struct calendar now;
	const char *what;
	enum rc rc = store_calendar_get(tx->db, c->id, a, &now);

	if (rc == RC_NOT_FOUND || (rc == RC_OK && (now.row != c->row || now.updated != c->updated)))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	what = outcome_of(&now, o);
	told.name = now.name;
	now.error = o->error;
	if (o->error != NULL) {
		told.more[0].key = "reason";
		told.more[0].value = o->error;
		now.failures++;
		now.due = tx->now_ms + pause_after(now.failures, o->retry_ms);
	} else {
		now.failures = 0;
		now.fetched = tx->now_ms;
		now.due = tx->now_ms + (now.sealed != NULL ? CALENDAR_EVERY_MS : CALENDAR_SPREAD_MS);
		now.etag = o->etag;
		now.modified = o->modified;
		if (o->spread)
			now.spread = tx->now_ms;
	}
	rc = store_calendar_update(tx, &now);
	return rc == RC_OK && what != NULL ? document_tell(tx, &calendar_kind, now.id, what, &told, a) : rc;
}
