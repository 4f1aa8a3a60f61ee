/* SPDX-License-Identifier: ISC
 *
 * See emotion_record.h.
 */
#include <math.h>

#include "shared/domain/emotion_factors.h"
#include "shared/domain/emotion_record.h"
#include "shared/domain/event.h"

#define EARLY_MOST_MS 5000	/* that cron starts it early */

struct update {
	int64_t		 interval_ms, now_ms;
	double		 factors[FACTOR__MAX];
	struct js	*reasons;
	struct emotions	 now;
	int64_t		 event;		/* that told of the last row, 0: there is none */
};

/* Nobody is shown more than two places of a value, and nobody is told of less. */
#define SHOWN 100
#define DETAIL 10000		/* of what values are made of */

static double
rounded(double v, int parts)
{
	return round(v * parts) / parts;
}

void
emotion_record_take(const struct emotion_row *row, struct emotions *out)
{
	*out = (struct emotions){ true, { [EMOTION_HAPPINESS] = row->happiness, [EMOTION_WORRY] = row->worry,
		[EMOTION_BOREDOM] = row->boredom, [EMOTION_EXCITEMENT] = row->excitement } };
}

enum rc
emotion_record_at(struct db *db, int64_t time, struct emotions *out)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct emotion_row row;
	enum rc rc = time == EMOTION_NOW ? store_emotion_last(db, a, &row) : store_emotion_at(db, time, a, &row);

	*out = (struct emotions){ 0 };
	if (rc == RC_OK)
		emotion_record_take(&row, out);
	mem_arena_free(a);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

bool
emotion_record_read(const struct js *data, struct emotions *out)
{
	const struct js *v;
	int k;

	for (k = 0; k < EMOTION__MAX; k++) {
		v = js_get(data, emotion_names[k]);
		if (!js_is_number(v))
			return false;
		out->v[k] = js_real(v, 0);
	}
	out->known = true;
	return true;
}

/* ---- writing ---- */

static void
write_values(struct jsw *w, const struct emotions *s)
{
	int k;

	for (k = 0; k < EMOTION__MAX; k++)
		jsw_real(w, emotion_names[k], emotion_value(s, (enum emotion)k));
}

static void
write_primary(struct jsw *w, const struct emotions *s)
{
	double intensity;

	jsw_string(w, "primary", emotion_names[emotion_primary(s, &intensity)]);
	jsw_real(w, "intensity", rounded(intensity, SHOWN));
}

/* {"NAME": VALUE, ...} */
static void
dump(struct buf *b, const char *const *names, const double *v, int n)
{
	struct jsw w = jsw_to(b);
	int k;

	jsw_object(&w, NULL);
	for (k = 0; k < n; k++)
		jsw_real(&w, names[k], rounded(v[k], DETAIL));
	jsw_end(&w);
}

static enum rc
tell(struct tx *tx, const struct emotions *was, const struct emotions *now, int64_t *event)
{
	struct buf data = { 0 };
	struct jsw w = jsw_to(&data);
	enum rc rc;

	jsw_object(&w, NULL);
	write_values(&w, now);
	write_primary(&w, now);
	jsw_object(&w, "was");
	write_values(&w, was);
	jsw_string(&w, "primary", emotion_names[emotion_primary(was, NULL)]);
	jsw_end(&w);
	jsw_end(&w);
	rc = event_append(tx, EVENT_EMOTION, 0, EMOTION_SUBJECT, buf_str(&data), event);
	buf_free(&data);
	return rc;
}

static enum rc
put(struct tx *tx, const struct update *u, const double *target, int64_t event)
{
	struct buf factors = { 0 }, targets = { 0 }, reasons = { 0 };
	const double *v = u->now.v;
	struct emotion_row row = { .time = u->now_ms, .happiness = v[EMOTION_HAPPINESS], .worry = v[EMOTION_WORRY],
		.boredom = v[EMOTION_BOREDOM], .excitement = v[EMOTION_EXCITEMENT], .event = event };
	enum rc rc;

	row.primary = emotion_names[emotion_primary(&u->now, &row.intensity)];
	row.intensity = rounded(row.intensity, SHOWN);
	dump(&factors, emotion_factor_names, u->factors, FACTOR__MAX);
	dump(&targets, emotion_names, target, EMOTION__MAX);
	js_dump(u->reasons, &reasons);
	row.factors = buf_str(&factors);
	row.targets = buf_str(&targets);
	row.reasons = buf_str(&reasons);
	rc = store_emotion_add(tx, &row);
	buf_free(&factors);
	buf_free(&targets);
	buf_free(&reasons);
	return rc;
}

/* Whether it was computed lately. A time that is yet to come is of a clock that was wrong. */
static enum rc
look(struct db *db, struct update *u, struct emotions *was, bool *lately)
{
	struct mem_arena *a = mem_arena_new(4096);
	int64_t early = u->interval_ms / 10 < EARLY_MOST_MS ? u->interval_ms / 10 : EARLY_MOST_MS;
	struct emotion_row row;
	enum rc rc = store_emotion_last(db, a, &row);

	*was = (struct emotions){ 0 };
	*lately = false;
	if (rc == RC_OK) {
		emotion_record_take(&row, was);
		u->event = row.event;
		*lately = row.time <= u->now_ms && u->now_ms - row.time < u->interval_ms - early;
	}
	mem_arena_free(a);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Whether anybody would see a difference. */
static bool
differs(const struct emotions *was, const struct emotions *now)
{
	int k;

	for (k = 0; k < EMOTION__MAX; k++)
		if (rounded(was->v[k], SHOWN) != now->v[k])
			return true;
	return false;
}

static enum rc
update(struct tx *tx, void *arg, struct fault *f)
{
	struct update *u = arg;
	double target[EMOTION__MAX];
	struct emotions was;
	bool lately;
	enum rc rc;
	int k;

	(void)f;
	u->now = (struct emotions){ 0 };
	u->event = 0;
	if ((rc = look(tx->db, u, &was, &lately)) != RC_OK || lately)
		return rc;
	emotion_target(u->factors, target);
	emotion_next(&was, target, &u->now);
	for (k = 0; k < EMOTION__MAX; k++)
		u->now.v[k] = rounded(u->now.v[k], SHOWN);
	if (u->event == 0 || differs(&was, &u->now))
		rc = tell(tx, &was, &u->now, &u->event);
	return rc == RC_OK ? put(tx, u, target, u->event) : rc;
}

enum rc
emotion_record_update(struct store_writer *w, int64_t interval, int64_t now_ms, int64_t raw_days,
    struct emotions *done, struct fault *f)
{
	struct update u = { .interval_ms = interval * 1000, .now_ms = now_ms };
	struct db *db = store_writer_db(w);
	struct emotions was;
	bool lately;
	enum rc rc;

	*done = (struct emotions){ 0 };
	if ((rc = look(db, &u, &was, &lately)) != RC_OK || lately)
		return rc;
	u.reasons = js_new_array();
	if ((rc = emotion_factors_read(db, now_ms, raw_days, u.factors, u.reasons)) == RC_OK &&
	    (rc = store_write(w, "system", update, &u, f)) == RC_OK)
		*done = u.now;
	js_free(u.reasons);
	return rc;
}

/* ---- for people ---- */

void
emotion_record_write(struct jsw *w, const struct emotion_row *row)
{
	struct emotions s = { 0 };

	if (row != NULL)
		emotion_record_take(row, &s);
	jsw_object(w, "emotions");
	write_values(w, &s);
	jsw_end(w);
	jsw_object(w, "baselines");
	write_values(w, &(struct emotions){ 0 });
	jsw_end(w);
	jsw_raw(w, "targets", row != NULL ? row->targets : "null");
	write_primary(w, &s);
	jsw_raw(w, "factors", row != NULL ? row->factors : "null");
	jsw_raw(w, "reasons", row != NULL ? row->reasons : "[]");
	jsw_time(w, "updated", row != NULL ? row->time : 0);
}

void
emotion_record_write_past(struct jsw *w, const char *key, const struct emotion_row *row)
{
	struct emotions s;

	emotion_record_take(row, &s);
	jsw_object(w, key);
	jsw_time(w, "time", row->time);
	write_values(w, &s);
	write_primary(w, &s);
	jsw_raw(w, "reasons", row->reasons);
	jsw_end(w);
}
