/* SPDX-License-Identifier: ISC
 *
 * See missed.h.
 */
#include "shared/domain/missed.h"

#define LOOKED_AT 1000		/* times of one trigger: the last of more is not looked for */

/* The last time in (from, now], or 0. */
static int64_t
last_in(const struct trigger *t, const struct house *h, int64_t from, int64_t now)
{
	int64_t last = 0, at = from;
	int i;

	for (i = 0; i < LOOKED_AT && (at = t->ops->next(t, h, at)) <= now; i++)
		last = at;
	return last;
}

/* The one that counts in (from, now], or 0: the last, but of appointments the first: the others follow it. */
static int64_t
counts_in(const struct rule *r, const struct trigger *t, const struct house *h, int64_t from, int64_t now)
{
	int64_t first;

	if (t->ops->happens == NULL || r->missed != MISSED_RUN)
		return last_in(t, h, from, now);
	first = t->ops->next(t, h, from);
	return first <= now ? first : 0;
}

struct missed
missed_judge(const struct rule *r, const struct trigger *t, const struct house *h, int64_t from_ms, int64_t now_ms)
{
	int64_t grace = now_ms - MISSED_GRACE_MS, fresh = from_ms > grace ? from_ms : grace;
	struct missed m = { .next = t->ops->next(t, h, fresh) };
	int64_t since = now_ms - r->missed_within;

	if (from_ms >= grace || m.next <= now_ms || t->ops->next(t, h, from_ms) > now_ms)
		return m;
	m.due = counts_in(r, t, h, from_ms > since ? from_ms : since, now_ms);
	m.any = true;
	m.what = m.due != 0 ? r->missed : MISSED_SKIP;
	if (m.due == 0)
		m.due = t->ops->next(t, h, from_ms);
	if (m.what == MISSED_RUN)
		m.next = m.due;
	return m;
}
