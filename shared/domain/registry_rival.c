/* SPDX-License-Identifier: ISC
 *
 * Two announcements of one unique id. A device may move to another topic, as one does that takes to device
 * discovery; the topic it left is remembered. Of two devices the first keeps its entity as long as its
 * announcement is there: the broker is asked for that and then for the other one again, so that a second
 * time without having heard the first means that nobody announces that any more. When the first is
 * withdrawn, whoever waited is asked for.
 */
#include <string.h>

#include "shared/domain/refusal.h"
#include "shared/domain/registry_int.h"

#define SILENT_MS 10000		/* the broker would have answered by then */
#define AGAIN_MS INT64_C(3600000)	/* it is asked again after that */

/* A look at the rivals of one announcement. */
struct look {
	struct tx		*tx;
	struct mem_arena	*a;
	const struct announcement *an;
	int64_t			 device;	/* row, 0: none, or one that is new */
	struct store_refusal	*old;		/* what was refused there before */
	size_t			 n_old;
	struct announced_refusal *refused;
	struct registry_change	*out;
};

static const char *
topic_of(const char *source, struct mem_arena *a)
{
	const char *part = strchr(source, '#');

	return part == NULL ? source : mem_printf(a, "%.*s", (int)(part - source), source);
}

static bool
same_topic(const char *a, const char *b)
{
	size_t n = strcspn(a, "#");

	return n == strcspn(b, "#") && memcmp(a, b, n) == 0;
}

static void
want(struct registry_change *out, const char *topic, struct mem_arena *a)
{
	const char **grown;
	size_t i;

	for (i = 0; i < out->n_wanted; i++)
		if (strcmp(out->wanted[i], topic) == 0)
			return;
	if ((out->n_wanted & (out->n_wanted - 1)) == 0) {	/* room for the next power of two */
		grown = mem_alloc(a, (2 * out->n_wanted + 1) * sizeof(*grown));
		if (out->n_wanted > 0)
			memcpy(grown, out->wanted, out->n_wanted * sizeof(*grown));
		out->wanted = grown;
	}
	out->wanted[out->n_wanted++] = topic;
}

static const struct store_refusal *
before(const struct look *k, const char *source)
{
	size_t i;

	for (i = 0; i < k->n_old; i++)
		if (strcmp(k->old[i].source, source) == 0)
			return &k->old[i];
	return NULL;
}

/* The one that has it is not announced any more. */
static bool
is_silent(const struct look *k, const struct announced_entity *ae, const struct entity_holder *h)
{
	const struct store_refusal *r = before(k, ae->source);

	return r != NULL && r->asked && r->holder != NULL && same_topic(r->holder, h->source) &&
	    (k->an->kept || k->tx->now_ms - r->time >= SILENT_MS);
}

/* Its device is the one that has it; what belongs to no device is told apart by nothing but its id. */
static bool
is_own(const struct look *k, const struct entity_holder *h)
{
	return k->an->device == NULL ? h->device == 0 : k->device != 0 && h->device == k->device;
}

/* The device announces it here now, and might give up this one first. */
static enum rc
move(struct look *k, const struct entity_holder *h)
{
	const char *from = topic_of(h->source, k->a);
	enum rc rc = store_refusal_move(k->tx, from, k->an->source);

	if (rc != RC_OK)
		return rc;
	return store_refusal_put(k->tx, &(struct store_refusal){ .source = from, .holder = k->an->source,
	    .time = k->tx->now_ms });
}

static void
refuse(struct look *k, const struct announced_entity *ae, const struct entity_holder *h)
{
	struct announced_refusal *r = &k->refused[k->out->n_refused++];

	r->source = ae->source;
	r->holder = topic_of(h->source, k->a);
	r->reason = mem_printf(k->a, "unique_id: \"%.100s\" is that of %s, which %.200s announces", ae->unique_id,
	    h->entity_id, r->holder);
}

/* *taken: it may be applied. */
static enum rc
judge(struct look *k, const struct announced_entity *ae, bool *taken)
{
	struct entity_holder h;
	enum rc rc = store_entity_holder(k->tx->db, k->an->adapter, ae->domain, ae->unique_id, k->a, &h);

	*taken = true;
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK || h.orphaned || same_topic(h.source, ae->source))
		return rc;
	if (is_own(k, &h) || is_silent(k, ae, &h))
		return move(k, &h);
	*taken = false;
	refuse(k, ae, &h);
	return RC_OK;
}

enum rc
registry_rivals(struct tx *tx, const struct announcement *an, struct mem_arena *a, struct announcement *mine,
    struct registry_change *out)
{
	struct look k = { .tx = tx, .a = a, .an = an, .out = out };
	struct announced_entity *kept = mem_alloc(a, (an->n + 1) * sizeof(*kept));
	enum rc rc;
	bool taken;
	size_t i, n = 0;

	k.refused = mem_alloc(a, (an->n + 1) * sizeof(*k.refused));
	if ((rc = registry_device_row(tx, an->device, a, &k.device)) == RC_OK)
		rc = store_refusal_at(tx->db, an->source, a, &k.old, &k.n_old);
	for (i = 0; i < an->n && rc == RC_OK; i++)
		if ((rc = judge(&k, &an->entities[i], &taken)) == RC_OK && taken)
			kept[n++] = an->entities[i];
	out->refused = k.refused;
	*mine = *an;
	mine->entities = kept;
	mine->n = n;
	return rc;
}

/* ---- what is written down ---- */

/* One that was refused for another's sake: the broker is asked for both, unless it was a short while ago. */
static void
ask(const struct announcement *an, const struct store_refusal *old, size_t n_old, struct mem_arena *a,
    struct store_refusal *r, struct registry_change *out)
{
	size_t i;

	for (i = 0; i < n_old; i++)
		if (strcmp(old[i].source, r->source) == 0 && old[i].holder != NULL &&
		    strcmp(old[i].holder, r->holder) == 0 && r->time - old[i].time < AGAIN_MS) {
			r->asked = old[i].asked;
			return;
		}
	r->asked = true;
	want(out, r->holder, a);
	want(out, an->source, a);
}

static enum rc
settle(struct tx *tx, const struct announcement *an, struct mem_arena *a, struct registry_change *out)
{
	struct store_refusal *now = mem_zalloc(a, (an->n_refused + out->n_refused + 1) * sizeof(*now));
	struct store_refusal *old = NULL;
	const struct announced_refusal *from;
	size_t i, n_old = 0, n = an->n_refused + out->n_refused;
	enum rc rc;

	if ((rc = store_refusal_at(tx->db, an->source, a, &old, &n_old)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		from = i < an->n_refused ? &an->refused[i] : &out->refused[i - an->n_refused];
		now[i] = (struct store_refusal){ .source = from->source, .reason = from->reason,
			.holder = from->holder, .device = an->device != NULL ? an->device->name : NULL,
			.time = tx->now_ms };
		if (from->holder != NULL)
			ask(an, old, n_old, a, &now[i], out);
	}
	return refusal_settle(tx, an->source, now, n, a);
}

enum rc
registry_rivals_settle(struct tx *tx, const struct announcement *an, struct mem_arena *a,
    struct registry_change *out)
{
	struct store_refusal *rows = NULL;
	size_t i, n = 0;
	enum rc rc;

	rc = settle(tx, an, a, out);
	if (rc == RC_OK && !an->removal)
		rc = store_refusal_heard(tx, an->source);
	if (rc == RC_OK && out->n_gone > 0)
		rc = store_refusal_held(tx->db, an->source, a, &rows, &n);
	for (i = 0; i < n; i++)
		want(out, topic_of(rows[i].source, a), a);
	return rc;
}
