/* SPDX-License-Identifier: ISC
 *
 * The rules of the outbox.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/field.h"
#include "shared/base/token.h"
#include "shared/domain/event.h"
#include "shared/domain/outbox.h"

/* Not in the middle of a character. */
static size_t
cut(const char *s, size_t most)
{
	size_t n = strlen(s);

	if (n <= most)
		return n;
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	return most;
}

void
outbox_notice(const struct notice *n, struct buf *out)
{
	struct jsw w = jsw_to(out);

	jsw_object(&w, NULL);
	jsw_string(&w, "status", n->status);
	jsw_stringn(&w, "title", n->title, cut(n->title, OUTBOX_TITLE_MAX));
	jsw_stringn(&w, "message", n->message, cut(n->message, OUTBOX_MESSAGE_MAX));
	jsw_string(&w, "severity", n->severity);
	jsw_time(&w, "time", n->time);
	if (n->rule_id != NULL)
		jsw_string(&w, "rule_id", n->rule_id);
	if (n->values != NULL)
		jsw_value(&w, "values", n->values);
	jsw_end(&w);
}

struct delivery
outbox_delivery(enum outbox_source from, const char *channel, const char *payload, int64_t now_ms,
    char key[OUTBOX_KEY])
{
	static const char *const sources[] = { "alert", "rule", "test" };

	token_text(key, OUTBOX_KEY - 1);
	return (struct delivery){ .key = key, .source = sources[from], .channel = channel,
		.payload = payload, .status = "waiting", .due = now_ms, .created = now_ms };
}

/* ---- what a payload says ---- */

/* Bytes of a url up to its path: scheme and server. */
static int
server_of(const char *url)
{
	const char *end = strstr(url, "://");

	return end != NULL ? (int)(end + 3 + strcspn(end + 3, "/?#\\") - url) : 0;
}

/* Who writes the same server in another way gives it a place more, no more than that. */
static void
find_target(const struct delivery *d, const struct js *payload, char target[OUTBOX_TARGET_MAX])
{
	const char *url = js_get_string(payload, "url");
	char *p;

	if (url == NULL) {
		strlcpy(target, d->target != NULL ? d->target : d->channel, OUTBOX_TARGET_MAX);
		return;
	}
	snprintf(target, OUTBOX_TARGET_MAX, "%.*s", server_of(url), url);
	for (p = target; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
}

static enum severity
find_severity(const struct js *payload)
{
	const char *s = js_get_string(payload, "severity");
	int i;

	for (i = SEVERITY__MAX - 1; s != NULL && i > 0; i--)
		if (strcmp(severities[i], s) == 0)
			return (enum severity)i;
	return SEVERITY_INFO;
}

/* The title of a payload, or where a request goes to without what may be secret in it. */
static void
write_title(struct jsw *w, const char *payload)
{
	struct js *v = NULL;
	const char *url;
	struct buf b = { 0 };

	js_parse(payload, strlen(payload), JS_LAX_KEYS, &v, NULL);
	url = js_get_string(v, "url");
	if (url != NULL) {
		buf_printf(&b, "%s %.*s", js_get_string(v, "method"), server_of(url), url);
		jsw_string(w, "title", buf_str(&b));
	} else
		jsw_string(w, "title", js_get_string(v, "title"));
	jsw_string(w, "severity", js_get_string(v, "severity"));
	buf_free(&b);
	js_free(v);
}

/* ---- telling how it went ---- */

static enum rc
tell(struct tx *tx, const struct delivery *d, const char *status, const char *reason)
{
	struct tx as = *tx;
	struct buf data = { 0 };
	struct jsw w = jsw_to(&data);
	char subject[64];
	enum rc rc;

	jsw_object(&w, NULL);
	if (d->id != 0)
		jsw_int(&w, "delivery", d->id);
	jsw_string(&w, "channel", d->channel);
	jsw_string(&w, "status", status);
	write_title(&w, d->payload);
	jsw_int(&w, "attempts", d->attempts);
	if (d->unsure > 0)
		jsw_bool(&w, "perhaps_twice", true);
	if (reason != NULL)
		jsw_string(&w, "reason", reason);
	jsw_end(&w);
	snprintf(subject, sizeof(subject), "notification.%s", d->channel);
	as.cause = d->cause;
	as.actor = d->actor;
	rc = event_append(&as, EVENT_NOTIFICATION, 0, subject, buf_str(&data), NULL);
	tx->events = as.events;
	buf_free(&data);
	return rc;
}

static bool
has_place(struct db *db, const struct delivery *d)
{
	return store_outbox_like(db, d) < OUTBOX_LIKE_MAX && (channel_parse(d->channel) != CHANNEL_REQUEST ||
	    store_outbox_on(db, d->channel) < OUTBOX_REQUESTS_MAX);
}

enum rc
outbox_put(struct tx *tx, struct delivery *d)
{
	char target[OUTBOX_TARGET_MAX];
	struct delivery put = *d;
	struct js *payload = NULL;
	enum rc rc;

	js_parse(d->payload, strlen(d->payload), JS_LAX_KEYS, &payload, NULL);
	find_target(d, payload, target);
	put.target = target;
	put.severity = find_severity(payload);
	js_free(payload);
	if (has_place(tx->db, &put)) {
		rc = store_outbox_insert(tx, &put);
		d->id = put.id;
		return rc;
	}
	rc = tell(tx, d, "refused", "too many deliveries like it wait already");
	return rc == RC_OK ? RC_LIMITED : rc;
}

enum rc
outbox_test(struct tx *tx, enum channel c, struct delivery *d, char key[OUTBOX_KEY], struct fault *f)
{
	struct notice n = { .status = "test", .title = "Test of House Consciousness", .severity = "info",
		.message = "If you read this, the house can reach you this way.", .time = tx->now_ms };
	struct buf payload = { 0 };
	enum rc rc;

	outbox_notice(&n, &payload);
	*d = outbox_delivery(OUTBOX_TEST, channel_name(c), buf_str(&payload), tx->now_ms, key);
	d->actor = tx->actor;
	d->cause = tx->cause;
	rc = outbox_put(tx, d);
	if (rc == RC_OK)
		rc = tell(tx, d, "waiting", NULL);
	d->payload = "{\"title\":\"Test of House Consciousness\",\"severity\":\"info\"}";
	buf_free(&payload);
	return rc == RC_OK ? rc : fault_set(f, rc, NULL, rc == RC_LIMITED ? "too many deliveries wait already" :
	    "the test cannot be stored");
}

/* ---- delivering ---- */

int64_t
outbox_retry_ms(int64_t attempts)
{
	int64_t ms = OUTBOX_RETRY_MS;

	while (--attempts > 0 && ms < OUTBOX_RETRY_MOST_MS)
		ms *= 2;
	return ms < OUTBOX_RETRY_MOST_MS ? ms : OUTBOX_RETRY_MOST_MS;
}

enum rc
outbox_begin(struct tx *tx, struct delivery *d, bool *unsure)
{
	struct delivery now = *d;
	enum rc rc;

	*unsure = strcmp(d->status, "sending") == 0;
	now.status = "sending";
	now.attempts++;
	now.unsure += *unsure;
	now.due = tx->now_ms + outbox_retry_ms(now.attempts);
	if ((rc = store_outbox_update(tx, &now)) == RC_OK)
		*d = now;
	return rc;
}

enum rc
outbox_end(struct tx *tx, struct delivery *d, enum rc outcome, const char *reason, int64_t wait_ms, int64_t most)
{
	struct delivery now = *d;
	bool never = outcome == RC_REFUSED || outcome == RC_INVALID || d->attempts >= most;
	enum rc rc;

	now.status = outcome == RC_OK ? "delivered" : never ? "failed" : "waiting";
	now.reason = outcome == RC_OK ? NULL : reason;
	if (outcome == RC_OK || never)
		now.done = tx->now_ms;
	else
		now.due = tx->now_ms + (wait_ms > 0 ? wait_ms : outbox_retry_ms(d->attempts));
	rc = store_outbox_update(tx, &now);
	if (rc == RC_OK && now.done != 0)
		rc = tell(tx, &now, now.status, now.reason);
	if (rc == RC_OK)
		*d = now;
	return rc;
}

/* ---- as people see them ---- */

void
outbox_write(struct jsw *w, const char *key, const struct delivery *d)
{
	jsw_object(w, key);
	jsw_int(w, "id", d->id);
	jsw_string(w, "channel", d->channel);
	write_title(w, d->payload);
	jsw_string(w, "status", d->status);
	jsw_int(w, "attempts", d->attempts);
	jsw_time(w, "due", d->done != 0 ? 0 : d->due);
	jsw_time(w, "created", d->created);
	jsw_time(w, "done", d->done);
	jsw_string(w, "reason", d->reason);
	if (d->alert != 0)
		jsw_int(w, "alert_id", d->alert);
	else
		jsw_null(w, "alert_id");
	jsw_end(w);
}

void
outbox_write_channel(struct jsw *w, const char *key, enum channel c, const struct conf *conf)
{
	const char *missing = NULL;
	bool ready = channel_ready(c, conf, &missing);

	jsw_object(w, key);
	jsw_string(w, "name", channel_name(c));
	jsw_string(w, "help", channel_help(c));
	jsw_bool(w, "ready", ready);
	jsw_string(w, "missing", missing);
	jsw_end(w);
}
