/* SPDX-License-Identifier: ISC
 *
 * Writing announcements: what devices say of themselves becomes rows of the registry, by the recorder's own
 * thread as all that is written; what cannot be used is written down with the reason.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/base/log.h"
#include "shared/base/metric.h"
#include "shared/domain/refusal.h"
#include "shared/domain/registry.h"
#include "workers/engine_record.h"

#define REFUSED_TOPIC_MAX 512	/* bytes; what comes in on a longer one is only logged */

static void
add_changed(struct batch *b, const int64_t *rows, size_t n)
{
	if (n == 0)
		return;
	b->changed = mem_xrealloc(b->changed, b->n_changed + n, sizeof(*rows));
	memcpy(b->changed + b->n_changed, rows, n * sizeof(*rows));
	b->n_changed += n;
}

static void
add_wanted(struct batch *b, const char *topic)
{
	b->wanted = mem_xrealloc(b->wanted, b->n_wanted + 1, sizeof(*b->wanted));
	b->wanted[b->n_wanted++] = mem_strdup(b->arena, topic);
}

static void
add_asks(struct batch *b, const struct outgoing *asks, size_t n)
{
	struct outgoing *o;
	size_t i;

	if (n == 0)
		return;
	b->asks = mem_xrealloc(b->asks, b->n_asks + n, sizeof(*b->asks));
	for (i = 0; i < n; i++) {
		o = &b->asks[b->n_asks++];
		*o = asks[i];
		o->topic = mem_strdup(b->arena, asks[i].topic);
		o->payload = mem_bytes(b->arena, asks[i].payload, asks[i].len);
	}
}

static void
refuse(const char *source, enum rc rc, const char *reason)
{
	log_warn(source, "announcement refused: %s", reason);
	metric_add_label(METRIC_MQTT_DROPPED, rc == RC_UNSUPPORTED ? "unsupported" : "announcement", 1);
}

/* All of it; a batch that is tried again finds why. */
static void
refuse_whole(struct batch *b, struct record *rec, enum rc rc, const struct fault *f)
{
	const char *reason = mem_printf(b->arena, "%s%s%s", f->field, *f->field != '\0' ? ": " : "", f->msg);

	refuse(rec->u.announce.m.topic, rc, reason);
	js_free(rec->u.announce.m.json);	/* of a large one it is much more */
	rec->u.announce.m.json = NULL;
	rec->u.announce.rc = rc;
	rec->u.announce.refused = reason;
}

static enum rc
write_refusal(struct record_writer *w, const struct record *rec, struct tx *tx)
{
	struct store_refusal r = { .source = rec->u.announce.m.topic, .reason = rec->u.announce.refused,
		.time = tx->now_ms };

	if (strlen(r.source) > REFUSED_TOPIC_MAX)
		return RC_OK;
	mem_arena_reset(w->scratch);
	return refusal_settle(tx, r.source, &r, 1, w->scratch);
}

/* Of one that is too large there is no payload. */
static enum rc
read_record(struct record_writer *w, struct batch *b, struct record *rec, struct announcement *an, struct fault *f)
{
	const struct adapter_ops *ops = rec->u.announce.family;

	if (rec->u.announce.m.len > ANNOUNCEMENT_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "more than %d bytes", ANNOUNCEMENT_MAX);
	return ops->announce(adapter_open(w->families, ops), &rec->u.announce.m, w->prefix, b->arena, an, f);
}

/* What the record announces; a batch that is tried again finds it read, and refused, already. */
static const struct announcement *
read_once(struct record_writer *w, struct batch *b, struct record *rec, struct fault *f)
{
	struct announcement *an;
	enum rc rc;

	if (rec->u.announce.read != NULL)
		return rec->u.announce.read;
	an = mem_zalloc(b->arena, sizeof(*an));
	rc = read_record(w, b, rec, an, f);
	an->kept = rec->u.announce.m.retain;
	rec->u.announce.read = an;
	rec->u.announce.rc = rc;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		refuse_whole(b, rec, rc, f);
	return an;
}

static enum rc
announce(struct record_writer *w, struct batch *b, const struct announcement *an, struct tx *tx, struct fault *f)
{
	struct registry_change change = { 0 };
	enum rc rc = registry_announce(tx, an, w->scratch, &change, f);
	size_t i;

	if (rc == RC_OK) {
		add_changed(b, change.changed, change.n_changed);
		add_changed(b, change.gone, change.n_gone);
		for (i = 0; i < change.n_wanted; i++)
			add_wanted(b, change.wanted[i]);
		for (i = 0; i < change.n_refused; i++)
			refuse(change.refused[i].source, RC_EXISTS, change.refused[i].reason);
	}
	return rc;
}

/* Inside a savepoint: what a wrong announcement has written so far is taken back. */
static enum rc
announce_apart(struct record_writer *w, struct batch *b, const struct announcement *an, struct tx *tx,
    struct fault *f)
{
	int events = tx->events;
	enum rc rc;

	if ((rc = db_savepoint(tx->db)) != RC_OK)
		return rc;
	if ((rc = announce(w, b, an, tx, f)) == RC_OK)
		return db_savepoint_release(tx->db);
	db_savepoint_rollback(tx->db);
	tx->events = events;
	return rc;
}

/*
 * Most wrong announcements are found out before anything is written. When one was not, the batch is tried
 * again with savepoints, which copy each page that changes.
 */
enum rc
record_write_announce(struct record_writer *w, struct batch *b, struct record *rec, struct tx *tx, struct fault *f)
{
	const struct announcement *an = read_once(w, b, rec, f);
	int64_t before = db_total_changes(tx->db);
	enum rc rc = rec->u.announce.rc;

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return write_refusal(w, rec, tx);
	if (an->companion != NULL)
		add_wanted(b, an->companion);
	add_asks(b, an->asks, an->n_asks);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	mem_arena_reset(w->scratch);
	tx->actor = "mqtt";
	rc = b->apart ? announce_apart(w, b, an, tx, f) : announce(w, b, an, tx, f);
	if (rc == RC_OK || rc_is_common(rc))
		return rc;
	if (!b->apart && db_total_changes(tx->db) != before) {
		b->apart = true;
		return RC_BUSY;
	}
	refuse_whole(b, rec, rc, f);
	return write_refusal(w, rec, tx);
}
