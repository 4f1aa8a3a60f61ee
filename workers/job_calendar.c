/* SPDX-License-Identifier: ISC
 *
 * The calendar job: reads the calendars that are due, one after the other. What cannot be read keeps the appointments
 * that are known, and is tried again later and later. Each knows its next time before it is read, so that one that
 * ends this program stops no other.
 */
#include <stdio.h>
#include <string.h>

#include "shared/adapters/net_client.h"
#include "shared/adapters/net_feed.h"
#include "shared/base/log.h"
#include "workers/job.h"

#define CHUNK 200		/* appointments of one transaction */

struct reading {
	struct job_context	*c;
	struct calendar		 calendar;
	struct mem_arena	*a;
	struct calendar_outcome	 outcome;
	const char		*text;		/* what is there to be read, or NULL: nothing new */
	size_t			 len;
	bool			 fresh;		/* it came just now */
	struct client_document	 document;
	struct calendar_news	 news;
	size_t			 from;		/* of the news, what is written next */
};

/* ---- writing ---- */

static enum rc
write_begin(struct tx *tx, void *arg, struct fault *f)
{
	struct reading *r = arg;
	struct calendar now;
	enum rc rc = store_calendar_get(tx->db, r->calendar.id, r->a, &now);

	(void)f;
	if (rc != RC_OK)
		return rc;
	r->calendar = now;
	now.due = tx->now_ms + CALENDAR_EVERY_MS;
	return store_calendar_update(tx, &now);
}

static bool
is_same(struct tx *tx, const struct reading *r)
{
	struct calendar now;

	return store_calendar_get(tx->db, r->calendar.id, r->a, &now) == RC_OK && now.row == r->calendar.row &&
	    now.updated == r->calendar.updated;
}

static enum rc
write_text(struct tx *tx, void *arg, struct fault *f)
{
	struct reading *r = arg;

	(void)f;
	return is_same(tx, r) ? store_calendar_put_text(tx, r->calendar.row, r->text, r->len) : RC_OK;
}

static enum rc
write_chunk(struct tx *tx, void *arg, struct fault *f)
{
	struct reading *r = arg;
	const struct calendar_news *n = &r->news;
	size_t i;
	enum rc rc = RC_OK;

	(void)f;
	if (!is_same(tx, r))
		return RC_NOT_FOUND;
	for (i = r->from; rc == RC_OK && i < r->from + CHUNK && i < n->n_put + n->n_gone; i++)
		rc = i < n->n_put ? store_calendar_event_put(tx, r->calendar.row, n->put[i]) :
		    store_calendar_event_delete(tx, r->calendar.row, n->gone[i - n->n_put]->uid,
		    n->gone[i - n->n_put]->instance);
	return rc;
}

static enum rc
write_end(struct tx *tx, void *arg, struct fault *f)
{
	struct reading *r = arg;

	(void)f;
	return calendar_done(tx, &r->calendar, &r->outcome, r->a);
}

/* ---- reading ---- */

static enum rc
ask_server(struct reading *r, const char *address, struct fault *f)
{
	const char *headers[3] = { "Accept: text/calendar, */*;q=0.5" };
	const struct conf *conf = r->c->core->conf;
	struct client_request q = { .url = address, .method = "GET", .headers = headers, .n_headers = 1,
		.ca_file = conf_text(conf, CONF_CA_FILE), .document = &r->document,
		.foreign = !conf_bool(conf, CONF_WEBHOOK_LOOPBACK) };
	struct client_answer answer;
	enum rc rc;

	if (r->calendar.etag != NULL)
		headers[q.n_headers++] = mem_printf(r->a, "If-None-Match: %s", r->calendar.etag);
	else if (r->calendar.modified != NULL)
		headers[q.n_headers++] = mem_printf(r->a, "If-Modified-Since: %s", r->calendar.modified);
	r->document.max = CALENDAR_SIZE_MAX;
	rc = client_http(&q, &answer, f);
	r->outcome.retry_ms = answer.retry_ms;
	if (answer.status == 304)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	r->text = buf_str(&r->document.body);
	r->len = r->document.body.len;
	r->fresh = true;
	return RC_OK;
}

static const char *
given(struct reading *r, const char *now, const char *before)
{
	return !r->fresh ? before : *now != '\0' ? mem_strdup(r->a, now) : NULL;
}

static enum rc
get_text(struct reading *r, struct fault *f)
{
	const struct calendar *c = &r->calendar;
	int64_t now = clock_now(&r->c->core->clock);
	const char *address;
	enum rc rc = calendar_address(r->c->core->conf, c, r->a, &address, f);

	if (rc == RC_OK && address != NULL)
		rc = ask_server(r, address, f);
	r->outcome.etag = given(r, r->document.etag, c->etag);
	r->outcome.modified = given(r, r->document.modified, c->modified);
	if (rc != RC_OK || r->fresh || (c->spread != 0 && now - c->spread < CALENDAR_SPREAD_MS && c->spread <= now))
		return rc;
	rc = store_calendar_text(store_writer_db(r->c->core->writer), c->row, r->a, &r->text, &r->len);
	return rc == RC_NOT_FOUND ? fault_set(f, rc, NULL, "its file is not kept: give it again") : rc;
}

static enum rc
work_out(struct reading *r, struct fault *f)
{
	int64_t now = clock_now(&r->c->core->clock);
	struct calendar_event *known = NULL, *read = NULL;
	size_t n_known = 0, n_read = 0;
	enum rc rc = feed_read(r->text, r->len, now - CALENDAR_PAST_MS, now + CALENDAR_FUTURE_MS, r->a, &read, &n_read,
	    f);

	if (rc == RC_OK)
		rc = store_calendar_event_all(store_writer_db(r->c->core->writer), r->calendar.row, r->a, &known,
		    &n_known);
	if (rc == RC_OK)
		calendar_compare(known, n_known, read, n_read, r->a, &r->news);
	return rc;
}

static enum rc
keep(struct reading *r, struct fault *f)
{
	struct store_writer *w = r->c->core->writer;
	size_t n = r->news.n_put + r->news.n_gone;
	enum rc rc = r->fresh ? store_write(w, "system", write_text, r, f) : RC_OK;

	for (r->from = 0; rc == RC_OK && r->from < n; r->from += CHUNK)
		rc = store_write(w, "system", write_chunk, r, f);
	r->outcome.spread = true;
	r->outcome.changes = n;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* What is wrong with a calendar is written there; RC_OK unless the house itself is at fault. */
static enum rc
read_one(struct reading *r, struct fault *f)
{
	struct fault why = { 0 };
	enum rc rc = store_write(r->c->core->writer, "system", write_begin, r, f);

	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	rc = get_text(r, &why);
	if (rc == RC_OK && r->text != NULL)
		rc = work_out(r, &why);
	if (rc == RC_OK && r->text != NULL && (rc = keep(r, f)) != RC_OK)
		return rc;
	if (rc != RC_OK) {
		r->outcome.error = why.msg[0] != '\0' ? why.msg : rc_name(rc);
		log_warn("calendar", "%s cannot be read: %s", r->calendar.id, r->outcome.error);
	}
	return store_write(r->c->core->writer, "system", write_end, r, f);
}

enum rc
job_calendar(struct job_context *c, struct fault *f)
{
	struct db *db = store_writer_db(c->core->writer);
	struct mem_arena *a = mem_arena_new(65536);
	struct reading r;
	enum rc rc = RC_OK;
	int n = 0;

	while (rc == RC_OK && job_progress(c, 0)) {
		mem_arena_reset(a);
		r = (struct reading){ .c = c, .a = a };
		if ((rc = store_calendar_next(db, clock_now(&c->core->clock), a, &r.calendar)) != RC_OK)
			break;
		rc = read_one(&r, f);
		buf_free(&r.document.body);
		n++;
	}
	mem_arena_free(a);
	snprintf(c->detail, sizeof(c->detail), "%d calendars", n);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}
