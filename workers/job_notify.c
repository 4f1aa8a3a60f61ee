/* SPDX-License-Identifier: ISC
 *
 * The notify job: delivers the outbox. An attempt is written down before it is made and after it was: in between
 * nothing is locked. Stays while something is to be tried again soon, so that a pause is as long as it should be.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/adapters/channels.h"
#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/outbox.h"
#include "workers/job.h"

#define STAY_US 50000000	/* the next run of cron goes on */
#define LOOK_US 250000

struct attempt {
	struct delivery	*d;
	bool		 unsure;
	enum rc		 outcome;
	const char	*reason;
	int64_t		 wait_ms;
	int64_t		 most;
};

static enum rc
write_begin(struct tx *tx, void *arg, struct fault *f)
{
	struct attempt *t = arg;
	struct delivery d = *t->d;
	enum rc rc = outbox_begin(tx, &d, &t->unsure);

	(void)f;
	if (rc == RC_OK)
		*t->d = d;
	return rc;
}

static enum rc
write_end(struct tx *tx, void *arg, struct fault *f)
{
	const struct attempt *t = arg;
	struct delivery d = *t->d;

	(void)f;
	return outbox_end(tx, &d, t->outcome, t->reason, t->wait_ms, t->most);
}

static void
attempt(struct job_context *c, struct attempt *t, struct mem_arena *a)
{
	struct sending s = { .delivery = t->d, .conf = c->core->conf, .now_ms = clock_now(&c->core->clock), .a = a };
	struct fault f = { 0 };
	struct js *payload = NULL;

	if (js_parse(t->d->payload, strlen(t->d->payload), JS_LAX_KEYS, &payload, &f) != RC_OK) {
		t->outcome = RC_REFUSED;
	} else {
		s.payload = payload;
		t->outcome = channels_send(&s, &f);
	}
	js_free(payload);
	t->reason = mem_strdup(a, f.msg);
	t->wait_ms = s.retry_ms;
}

static void
tell(const struct attempt *t)
{
	const struct delivery *d = t->d;
	bool over = t->outcome == RC_REFUSED || d->attempts >= t->most;
	char labels[64];

	snprintf(labels, sizeof(labels), "%s\x1f%s", d->channel, t->outcome == RC_OK ? "success" : "failure");
	metric_add_label(METRIC_NOTIFICATIONS, labels, 1);
	if (t->outcome == RC_OK)
		log_info("notify", "delivery %lld by %s: done", (long long)d->id, d->channel);
	else if (over)
		log_error("notify", "delivery %lld by %s: given up after %lld attempts: %s", (long long)d->id,
		    d->channel, (long long)d->attempts, t->reason);
	else
		log_warn("notify", "delivery %lld by %s: %s; it is tried again", (long long)d->id, d->channel,
		    t->reason);
}

static enum rc
deliver(struct job_context *c, struct delivery *d, struct mem_arena *a, struct fault *f)
{
	struct attempt t = { .d = d, .most = conf_int(c->core->conf, CONF_NOTIFY_ATTEMPTS) };
	enum rc rc = store_write(c->core->writer, "system", write_begin, &t, f);

	if (rc != RC_OK)
		return rc;
	if (t.unsure)
		log_warn("notify", "delivery %lld by %s: who sent it died meanwhile, it may arrive twice (key %s)",
		    (long long)d->id, d->channel, d->key);
	attempt(c, &t, a);
	tell(&t);
	return store_write(c->core->writer, "system", write_end, &t, f);
}

/* Whether there is something to wait for. */
static bool
stay(struct job_context *c, struct db *db, int64_t begun_us)
{
	int64_t left_ms = (begun_us + STAY_US - clock_mono_us()) / 1000;

	if (left_ms <= 0 || store_outbox_soonest(db) - clock_now(&c->core->clock) > left_ms)
		return false;
	usleep(LOOK_US);
	return true;
}

enum rc
job_notify(struct job_context *c, struct fault *f)
{
	struct db *db = store_writer_db(c->core->writer);
	struct mem_arena *a = mem_arena_new(8192);
	int64_t begun_us = clock_mono_us();
	long long n = 0;
	struct delivery d;
	enum rc rc = RC_OK;

	while (rc == RC_OK && job_progress(c, 0)) {
		mem_arena_reset(a);
		rc = store_outbox_next(db, clock_now(&c->core->clock), a, &d);
		if (rc == RC_OK) {
			rc = deliver(c, &d, a, f);
			n++;
		} else if (rc == RC_NOT_FOUND && stay(c, db, begun_us)) {
			rc = RC_OK;
		}
	}
	mem_arena_free(a);
	snprintf(c->detail, sizeof(c->detail), "%lld attempts", n);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}
