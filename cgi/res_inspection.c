/* SPDX-License-Identifier: ISC
 *
 * /devices/{id}/messages: the last messages on a device's topics and what its entities made of them, as they
 * came: a code that was sent may stand in one, so it takes more than reading. The engine remembers them; it
 * is asked through the log and answers with a row.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "cgi/wait.h"
#include "shared/domain/inspection.h"

#define PATIENCE_US 5000000	/* an engine takes over within a second */

enum { ASK_ID };

static const struct field inputs[] = {
	[ASK_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT, .required = true, .min = 1,
	    .max = 255, .help = "id of the device" },
	{ .name = NULL }
};

struct question {
	struct request	*r;
	int64_t		 event;
	const char	*answer;
};

static enum rc
ask(struct request *r)
{
	struct question *q = mem_zalloc(r->arena, sizeof(*q));

	q->r = r;
	r->state = q;
	return inspection_ask(r->tx, r->in[ASK_ID].s, r->arena, &q->event, &r->fault);
}

static enum rc
look(void *arg, bool *done)
{
	struct question *q = arg;
	enum rc rc;

	if ((rc = request_begin(q->r)) != RC_OK)
		return rc;
	rc = store_inspection_get(q->r->db, q->event, q->r->arena, &q->answer);
	request_end(q->r);
	*done = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
await(struct request *r)
{
	struct question *q = r->state;
	struct js *answer;
	enum rc rc;

	if ((rc = wait_until(r, PATIENCE_US, look, q)) != RC_OK)
		return rc;
	if (q->answer == NULL)
		return fault_set(&r->fault, RC_DOWN, NULL, "no engine answers: is one running?");
	if ((rc = js_parse(q->answer, strlen(q->answer), JS_LAX_KEYS, &answer, &r->fault)) != RC_OK)
		return rc;
	jsw_value(request_reply(r), NULL, answer);
	js_free(answer);
	return RC_OK;
}

static const struct member list_members[] = {
	{ .name = "messages", .type = MEMBER_ANY,
	    .help = "by topic: time (null: nothing was heard), payload, encoding, size, truncated, retain, and "
	    "decoded: for each entity result (state, availability, event, nothing, dropped; unknown of a message "
	    "too large to be kept whole) with what it reads or why not" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "DeviceMessages", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/devices/{id}/messages", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = inputs, .handle = ask, .finish = await,
	    .summary = "The last messages on a device's topics, and how each was understood",
	    .reply = "DeviceMessages" },
	{ .method = NULL }
};

const struct resource res_inspection = { "messages", "What devices said last", routes, schemas };
