/* SPDX-License-Identifier: ISC
 *
 * What wants a person's attention.
 */
#include <stdlib.h>

#include "shared/domain/attention.h"
#include "shared/domain/event.h"
#include "shared/domain/question.h"

#define DAY_MS INT64_C(86400000)
#define LOST_MAX 50

enum rc
attention_read(struct db *db, int64_t now_ms, struct mem_arena *a, struct attention *out)
{
	struct store_event_filter filter = { .kind = EVENT_MASS_LOSS, .newest_first = true, .limit = LOST_MAX };
	struct attention at = { .n_lost = 0 };
	enum rc rc = RC_OK;
	int i;

	for (i = 0; i < ATTENTION__MAX && rc == RC_OK; i++)
		rc = store_attention(db, (enum attention_list)i, now_ms - ATTENTION_FOUND_DAYS * DAY_MS,
		    ATTENTION_LIMIT, a, &at.list[i].rows, &at.list[i].n);
	if (rc == RC_OK)
		rc = store_event_list(db, &filter, a, &at.lost, &at.n_lost);
	if (rc == RC_OK)
		rc = store_refusal_list(db, a, &at.refused, &at.n_refused);
	if (rc == RC_OK)
		rc = broken_find(db, ATTENTION_LIMIT, a, &at.broken, &at.n_broken);
	if (rc == RC_OK)
		rc = store_question_list(db, a, &at.questions, &at.n_questions);
	if (rc != RC_OK)
		return rc;
	while (at.n_lost > 0 && at.lost[at.n_lost - 1].time < now_ms - ATTENTION_LOST_DAYS * DAY_MS)
		at.n_lost--;
	while (at.n_refused > 0 &&
	    at.refused[at.n_refused - 1].time < now_ms - ATTENTION_REFUSED_DAYS * DAY_MS)
		at.n_refused--;
	*out = at;
	return RC_OK;
}

static void
write_found(struct jsw *w, const struct attention_row *r)
{
	jsw_string(w, "device_id", r->device_id);
	jsw_string(w, "name", r->name);
	jsw_time(w, "first_seen", r->time);
}

static void
write_unheard(struct jsw *w, const struct attention_row *r)
{
	jsw_string(w, "entity_id", r->entity_id);
	jsw_string(w, "device_id", r->device_id);
	jsw_string(w, "name", r->name);
	jsw_time(w, "last_seen", r->time);
	jsw_int(w, "expected_every", r->every);
}

static void
write_orphaned(struct jsw *w, const struct attention_row *r)
{
	jsw_string(w, "entity_id", r->entity_id);
	jsw_string(w, "device_id", r->device_id);
	jsw_string(w, "name", r->name);
}

/* A battery that tells no number is null. */
static void
write_battery(struct jsw *w, const struct attention_row *r)
{
	char *end;
	double level = r->level != NULL ? strtod(r->level, &end) : 0;

	jsw_string(w, "entity_id", r->entity_id);
	jsw_string(w, "device_id", r->device_id);
	jsw_string(w, "name", r->name);
	if (r->level != NULL && end != r->level && *end == '\0')
		jsw_real(w, "level", level);
	else
		jsw_null(w, "level");
	jsw_time(w, "since", r->time);
}

static const struct {
	const char	*key;
	void		(*write)(struct jsw *w, const struct attention_row *r);
} lists[ATTENTION__MAX] = {
	[ATTENTION_FOUND] = { "found", write_found },
	[ATTENTION_LATE] = { "late", write_unheard },
	[ATTENTION_SILENT] = { "silent", write_unheard },
	[ATTENTION_ORPHANED] = { "orphaned", write_orphaned },
	[ATTENTION_BATTERY] = { "low_battery", write_battery },
};

void
attention_write(struct jsw *w, const char *key, const struct attention *at)
{
	size_t i, j;

	jsw_object(w, key);
	for (i = 0; i < ATTENTION__MAX; i++) {
		jsw_array(w, lists[i].key);
		for (j = 0; j < at->list[i].n; j++) {
			jsw_object(w, NULL);
			lists[i].write(w, &at->list[i].rows[j]);
			jsw_end(w);
		}
		jsw_end(w);
	}
	jsw_array(w, "lost");
	for (j = 0; j < at->n_lost; j++)
		event_write(w, NULL, &at->lost[j], false);
	jsw_end(w);
	jsw_array(w, "refused");
	for (j = 0; j < at->n_refused; j++)
		refusal_write(w, NULL, &at->refused[j]);
	jsw_end(w);
	jsw_array(w, "rules");
	for (j = 0; j < at->n_broken; j++)
		broken_write(w, NULL, &at->broken[j]);
	jsw_end(w);
	jsw_array(w, "questions");
	for (j = 0; j < at->n_questions; j++)
		question_write(w, NULL, &at->questions[j]);
	jsw_end(w);
	jsw_end(w);
}
