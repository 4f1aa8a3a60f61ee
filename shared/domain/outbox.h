/* SPDX-License-Identifier: ISC
 *
 * The outbox: what people and programs outside of the house are to be told is a row, written in the transaction of
 * what it follows from, and delivered later by consciousness-job notify: at least once, and never silently twice.
 * Each delivery has a key that stays the same however often it is tried.
 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "shared/domain/channel.h"
#include "shared/store/store_outbox.h"

#define OUTBOX_KEY 23			/* bytes of a key, NUL included */
#define OUTBOX_LIKE_MAX 1000		/* that wait, of one source, target and severity; more are refused */
#define OUTBOX_REQUESTS_MAX 5000	/* that wait, of all webhooks of rules */
#define OUTBOX_TARGET_MAX 300		/* bytes of a server's name */
#define OUTBOX_TITLE_MAX 200		/* bytes */
#define OUTBOX_MESSAGE_MAX 4096
#define OUTBOX_RETRY_MS 10000		/* after the first failure; twice as long after each one, up to */
#define OUTBOX_RETRY_MOST_MS 3600000

/* What people are told. */
struct notice {
	const char	*status;	/* "raised", "repeated", "cleared" of an alert; "notice", "test" */
	const char	*title, *message;
	const char	*severity;
	const char	*rule_id;	/* of an alert, or NULL */
	const struct js	*values;	/* object, or NULL */
	int64_t		 time;		/* UTC ms */
};

/* As the payload of a delivery: a JSON object; what is too long is cut off. */
void outbox_notice(const struct notice *n, struct buf *out);

/* Who wants that people are told: each has places of its own, so that none is refused for what another one floods. */
enum outbox_source { OUTBOX_ALERT, OUTBOX_RULE, OUTBOX_TEST };

/* A new delivery of this payload, to be put into the outbox now; key is filled. Everything is borrowed. */
struct delivery outbox_delivery(enum outbox_source from, const char *channel, const char *payload, int64_t now_ms,
    char key[OUTBOX_KEY]);
/*
 * Puts it there, with its target, or the one that its payload says, and the severity.
 * RC_LIMITED: too much like it waits already; that is an event (notification), and RC_OK is what the
 * caller's transaction should go on with.
 */
enum rc outbox_put(struct tx *tx, struct delivery *d);
/* A test of one channel, for people who set it up: with an event (notification) that makes somebody deliver it. */
enum rc outbox_test(struct tx *tx, enum channel c, struct delivery *d, char key[OUTBOX_KEY], struct fault *f);

/* ---- for who delivers ---- */

/* When to try again after so many attempts, ms. */
int64_t outbox_retry_ms(int64_t attempts);
/* Somebody is about to deliver it: one more attempt. *unsure: the one before died while it did so. */
enum rc outbox_begin(struct tx *tx, struct delivery *d, bool *unsure);
/*
 * How the attempt ended. RC_OK: delivered. RC_REFUSED, RC_INVALID: it never will be. Anything else: again later
 * (wait_ms 0: as outbox_retry_ms says), unless this was the last of `most`. What ended is an event (notification).
 */
enum rc outbox_end(struct tx *tx, struct delivery *d, enum rc outcome, const char *reason, int64_t wait_ms,
    int64_t most);

/* {"id","channel","title","severity","status","attempts","due","created","done","reason","alert_id"} */
void outbox_write(struct jsw *w, const char *key, const struct delivery *d);
/* {"name","help","ready","missing"} */
void outbox_write_channel(struct jsw *w, const char *key, enum channel c, const struct conf *conf);

#endif
