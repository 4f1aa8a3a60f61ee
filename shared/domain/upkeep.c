/* SPDX-License-Identifier: ISC
 *
 * See upkeep.h.
 */
#include "shared/domain/upkeep.h"

#include "shared/store/store_block.h"
#include "shared/store/store_cursor.h"
#include "shared/store/store_event.h"
#include "shared/store/store_history.h"
#include "shared/store/store_prune.h"
#include "shared/store/store_session.h"
#include "shared/store/store_trace.h"

#define DAY_MS 86400000LL
#define STATE_DAYS 2
#define REPLY_DAYS 1		/* answers kept for repeated requests */
#define SLICE_US 8000		/* work inside one transaction */
#define STEP 500		/* rows at a time */
#define PRUNED_STATES "pruned_states"

struct prune {
	struct upkeep		*u;
	int64_t			 states_end, events_end;	/* ids */
	int64_t			 raw_cutoff, rows_cutoff;	/* UTC ms */
	int64_t			 at;		/* where the present part is */
	enum store_prune_kind	 kind;
	bool			 done;		/* the present part has nothing left */
};

static bool
in_time(int64_t begin)
{
	return clock_mono_us() - begin < SLICE_US;
}

static enum rc
prune_states(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us(), end;
	int n = 0;
	enum rc rc = RC_OK;

	(void)f;
	while (rc == RC_OK && p->at < p->states_end && in_time(begin)) {
		end = p->at + STEP < p->states_end ? p->at + STEP : p->states_end;
		if ((rc = store_prune_states(tx, p->at, end, &n)) != RC_OK)
			break;
		p->u->events += n;
		p->at = end;
	}
	p->done = p->at >= p->states_end;
	return rc != RC_OK ? rc : store_cursor_put(tx, PRUNED_STATES, p->at);
}

static enum rc
prune_events(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us();
	int n = 0;
	enum rc rc;

	(void)f;
	do {
		rc = store_prune_events(tx, p->events_end, STEP, &n);
		p->u->events += n;
		p->done = n == 0;
	} while (rc == RC_OK && !p->done && in_time(begin));
	return rc;
}

/* What is left of the state changes and all else beside them, in blocks as full as those of the new events. */
static enum rc
prune_blocks(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us(), at = store_cursor_get(tx->db, STORE_BLOCK_PACKED);
	enum rc rc;

	(void)f;
	do
		rc = store_block_build(tx, at, p->states_end - 1, true, &at);
	while (rc == RC_OK && in_time(begin));
	p->done = rc == RC_NOT_FOUND;
	if (p->done)
		rc = store_block_forget(tx, p->events_end);
	return rc != RC_OK ? rc : store_cursor_put(tx, STORE_BLOCK_PACKED, at);
}

static enum rc
prune_chunks(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us(), entity = p->at;
	int n = 0;
	enum rc rc = RC_OK;

	(void)f;
	while (rc == RC_OK && in_time(begin)) {
		if (n < STEP && (rc = store_history_next_entity(tx->db, p->at, &entity)) != RC_OK)
			break;
		if ((rc = store_history_prune(tx, entity, p->raw_cutoff, STEP, &n)) == RC_OK)
			p->u->chunks += n;
		if (n < STEP)
			p->at = entity;
	}
	p->done = rc == RC_NOT_FOUND;
	return p->done ? RC_OK : rc;
}

static enum rc
prune_orphans(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t entity;
	int n = 0;
	enum rc rc = store_history_orphan(tx->db, 0, &entity);

	(void)f;
	if (rc == RC_OK) {
		rc = store_history_forget(tx, entity, STEP, &n);
		p->u->chunks += n;
		return rc;
	}
	p->done = rc == RC_NOT_FOUND;
	return p->done ? RC_OK : rc;
}

static enum rc
prune_rows(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int n = 0;
	enum rc rc = store_prune_rows(tx, p->kind, p->rows_cutoff, STEP, &n);

	(void)f;
	p->u->rows += n;
	p->done = n < STEP && p->kind + 1 == PRUNE__MAX;
	if (n < STEP && !p->done)
		p->kind++;
	return rc;
}

static enum rc
prune_traces(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us();
	int n = 0;
	enum rc rc;

	(void)f;
	do {
		rc = store_trace_prune(tx, p->u->now_ms - p->u->trace_days * DAY_MS, p->u->trace_bytes, STEP, &n);
		p->u->traces += n;
		p->done = n < STEP;
	} while (rc == RC_OK && !p->done && in_time(begin));
	return rc;
}

static enum rc
prune_sessions(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	enum rc rc = store_token_prune(tx, p->u->now_ms);

	(void)f;
	if (rc == RC_OK)
		rc = store_reply_prune(tx, p->u->now_ms - REPLY_DAYS * DAY_MS);
	p->done = true;
	return rc;
}

static const struct {
	const char	*name;
	store_fn	 fn;
} parts[] = {
	{ "state changes", prune_states }, { "events", prune_events }, { "blocks of the log", prune_blocks },
	{ "raw history", prune_chunks },
	{ "history of entities that are gone", prune_orphans }, { "commands and runs", prune_rows },
	{ "traces", prune_traces },
	{ "tokens and answers", prune_sessions },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static enum rc
run_part(struct store_writer *w, struct prune *p, size_t i, struct fault *f)
{
	enum rc rc = RC_OK;

	p->done = false;
	while (rc == RC_OK && !p->done) {
		if (p->u->progress != NULL && !p->u->progress(p->u->arg, (int)(100 * i / PARTS)))
			return RC_TIMEOUT;
		rc = store_write(w, "system", parts[i].fn, p, f);
	}
	p->at = 0;
	if (rc != RC_OK && f != NULL && f->msg[0] == '\0')
		fault_set(f, rc, NULL, "%s: %s", parts[i].name, rc_name(rc));
	return rc;
}

enum rc
upkeep_prune(struct store_writer *w, struct upkeep *u, struct fault *f)
{
	struct db *db = store_writer_db(w);
	int64_t states = u->event_days < STATE_DAYS ? u->event_days : STATE_DAYS, oldest;
	struct prune p = { .u = u };
	size_t i;
	enum rc rc = RC_OK;

	p.rows_cutoff = u->now_ms - u->event_days * DAY_MS;
	p.raw_cutoff = u->now_ms - u->raw_days * DAY_MS;
	p.events_end = store_prune_first_event(db, p.rows_cutoff);
	p.states_end = store_prune_first_event(db, u->now_ms - states * DAY_MS);
	p.at = store_cursor_get(db, PRUNED_STATES);
	oldest = store_prune_oldest_event(db);
	if (p.at < oldest)
		p.at = oldest;
	for (i = 0; i < PARTS && rc == RC_OK; i++)
		rc = run_part(w, &p, i, f);
	return rc;
}

static enum rc
index_slice(struct tx *tx, void *arg, struct fault *f)
{
	struct prune *p = arg;
	int64_t begin = clock_mono_us();
	enum rc rc;

	(void)f;
	p->at = store_block_last(tx->db);
	do {
		rc = store_block_build(tx, p->at, INT64_MAX, false, &p->at);
		p->u->blocks += rc == RC_OK;
	} while (rc == RC_OK && in_time(begin));
	p->done = rc == RC_NOT_FOUND;
	return p->done ? RC_OK : rc;
}

enum rc
upkeep_index(struct store_writer *w, struct upkeep *u, struct fault *f)
{
	struct db *db = store_writer_db(w);
	struct prune p = { .u = u };
	enum rc rc = RC_OK;

	p.done = store_event_last(db) - store_block_last(db) < STORE_BLOCK_EVENTS;
	while (rc == RC_OK && !p.done) {
		if (u->progress != NULL && !u->progress(u->arg, 95))
			return RC_TIMEOUT;
		rc = store_write(w, "system", index_slice, &p, f);
	}
	return rc;
}

enum rc
upkeep_optimize(struct db *db, struct fault *f)
{
	enum rc rc = store_optimize(db, f);

	if (rc == RC_OK)
		rc = db_checkpoint(db);
	return rc == RC_BUSY ? RC_OK : rc;	/* somebody else is at it */
}
