/* SPDX-License-Identifier: ISC
 *
 * See job_record.h.
 */
#include "shared/domain/job_record.h"

#include "shared/domain/event.h"

struct record {
	const char	*name;
	int		 percent;
	bool		 success;
	const char	*detail;
	bool		 died;
};

static enum rc
write_begin(struct tx *tx, void *arg, struct fault *f)
{
	struct record *r = arg;

	(void)f;
	return store_job_begin(tx, r->name, &r->died);
}

enum rc
job_record_begin(struct store_writer *w, const char *name, bool *died, struct fault *f)
{
	struct record r = { .name = name };
	enum rc rc = store_write(w, "system", write_begin, &r, f);

	if (rc == RC_OK)
		*died = r.died;
	return rc;
}

static enum rc
write_progress(struct tx *tx, void *arg, struct fault *f)
{
	const struct record *r = arg;

	(void)f;
	return store_job_progress(tx, r->name, r->percent, NULL);
}

enum rc
job_record_progress(struct store_writer *w, const char *name, int percent)
{
	struct record r = { .name = name, .percent = percent };

	return store_write(w, "system", write_progress, &r, NULL);
}

static enum rc
write_end(struct tx *tx, void *arg, struct fault *f)
{
	const struct record *r = arg;
	struct buf data = { 0 }, subject = { 0 };
	struct jsw w = jsw_to(&data);
	enum rc rc;

	(void)f;
	rc = store_job_end(tx, r->name, r->success, r->detail);
	if (rc == RC_OK && !r->success) {
		buf_printf(&subject, "job.%s", r->name);
		jsw_object(&w, NULL);
		jsw_string(&w, "status", "failed");
		jsw_string(&w, "detail", r->detail);
		jsw_end(&w);
		rc = event_append(tx, EVENT_JOB, 0, buf_str(&subject), buf_str(&data), NULL);
	}
	buf_free(&data);
	buf_free(&subject);
	return rc;
}

enum rc
job_record_end(struct store_writer *w, const char *name, bool success, const char *detail)
{
	struct record r = { .name = name, .success = success, .detail = detail };

	return store_write(w, "system", write_end, &r, NULL);
}

enum rc
job_record_list(struct db *db, struct mem_arena *a, struct job_row **rows, size_t *n)
{
	return store_job_list(db, a, rows, n);
}

void
job_record_write(struct jsw *w, const char *key, const struct job_row *j)
{
	jsw_object(w, key);
	jsw_string(w, "name", j->name);
	jsw_string(w, "status", j->status);
	jsw_int(w, "percent", j->percent);
	jsw_string(w, "detail", j->detail);
	jsw_time(w, "started", j->started);
	jsw_time(w, "ended", j->ended);
	jsw_time(w, "last_success", j->last_success);
	jsw_int(w, "runs", j->runs);
	jsw_int(w, "failures", j->failures);
	jsw_end(w);
}
