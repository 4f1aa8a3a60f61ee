/* SPDX-License-Identifier: ISC
 *
 * /consciousness/emotions: what the house feels and why, and what it felt.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/emotion_record.h"

#define LIMIT 1000		/* of a day there are 288 */

enum { EMOTIONS_FROM, EMOTIONS_TO, EMOTIONS_LIMIT };

static const struct field inputs[] = {
	[EMOTIONS_FROM] = { .name = "from", .where = FIELD_QUERY, .type = FIELD_TIME,
	    .help = "history from then on, the oldest first; absent: none" },
	[EMOTIONS_TO] = { .name = "to", .where = FIELD_QUERY, .type = FIELD_TIME,
	    .help = "history until then; absent: now" },
	[EMOTIONS_LIMIT] = { .name = "limit", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = LIMIT,
	    .help = "at most so many of the history, 288 when absent" },
	{ .name = NULL }
};

static enum rc
write_past(struct request *r, struct jsw *w)
{
	int limit = r->in[EMOTIONS_LIMIT].set ? (int)r->in[EMOTIONS_LIMIT].i : 288;
	int64_t to = r->in[EMOTIONS_TO].set ? r->in[EMOTIONS_TO].i : INT64_MAX;
	struct emotion_row *rows = NULL;
	size_t n = 0, i;
	enum rc rc = RC_OK;

	if (r->in[EMOTIONS_FROM].set)
		rc = store_emotion_list(r->db, r->in[EMOTIONS_FROM].i, to, limit, r->arena, &rows, &n);
	jsw_array(w, "history");
	for (i = 0; i < n; i++)
		emotion_record_write_past(w, NULL, &rows[i]);
	jsw_end(w);
	return rc;
}

static enum rc
emotions(struct request *r)
{
	struct emotion_row row;
	struct jsw *w;
	enum rc rc = store_emotion_last(r->db, r->arena, &row);

	if (r->in[EMOTIONS_TO].set && !r->in[EMOTIONS_FROM].set)
		return fault_set(&r->fault, RC_INVALID, "to", "needs from");
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	emotion_record_write(w, rc == RC_OK ? &row : NULL);
	rc = write_past(r, w);
	jsw_end(w);
	return rc;
}

#define FOUR(h) \
	{ .name = "happiness", .type = MEMBER_REAL, .help = h }, \
	{ .name = "worry", .type = MEMBER_REAL }, \
	{ .name = "boredom", .type = MEMBER_REAL }, \
	{ .name = "excitement", .type = MEMBER_REAL }

static const struct member four_members[] = { FOUR("0 to 1"), { .name = NULL } };

static const struct member past_members[] = {
	{ .name = "time", .type = MEMBER_TIME },
	FOUR("0 to 1"),
	{ .name = "primary", .type = MEMBER_TEXT },
	{ .name = "intensity", .type = MEMBER_REAL },
	{ .name = "reasons", .type = MEMBER_TEXTS },
	{ .name = NULL }
};

static const struct member state_members[] = {
	{ .name = "emotions", .type = MEMBER_ONE, .of = "Emotions" },
	{ .name = "baselines", .type = MEMBER_ONE, .of = "Emotions", .help = "where they go back to" },
	{ .name = "targets", .type = MEMBER_ONE, .of = "Emotions", .null = true,
	    .help = "where the factors draw them; null: never computed yet" },
	{ .name = "primary", .type = MEMBER_TEXT, .help = "the one that is farthest above its baseline; "
	    "worry above 0.5 always" },
	{ .name = "intensity", .type = MEMBER_REAL, .help = "how far, 0 to 1" },
	{ .name = "factors", .type = MEMBER_OBJECT, .null = true, .help = "what draws them, 0 to 1 each" },
	{ .name = "reasons", .type = MEMBER_TEXTS, .help = "sentences" },
	{ .name = "updated", .type = MEMBER_TIME, .null = true },
	{ .name = "history", .type = MEMBER_LIST, .of = "PastEmotions" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Emotions", four_members, NULL },
	{ "PastEmotions", past_members, NULL },
	{ "EmotionalState", state_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/consciousness/emotions", .permission = PERMISSION_READ, .inputs = inputs,
	    .handle = emotions, .summary = "What the house feels and why", .reply = "EmotionalState" },
	{ .method = NULL }
};

const struct resource res_consciousness = { "consciousness", "What the house feels.", routes, schemas };
