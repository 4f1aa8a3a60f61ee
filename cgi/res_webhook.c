/* SPDX-License-Identifier: ISC
 *
 * Calls from outside that start automations. They need no token: the address is the secret.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/webhook.h"

enum { HOOK_ID };

static const struct field inputs[] = {
	[HOOK_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT, .required = true, .min = 1, .max = 128,
	    .help = "webhook_id of a trigger" },
	{ .name = NULL }
};

/* Not for the house's own people alone: TRUSTED_NETWORKS may be a proxy, or a friend's house. */
static bool
is_local(const struct request *r)
{
	return network_holds(r->api->local, r->http.remote) || network_holds(r->api->trusted, r->http.remote);
}

static struct webhook_call
read_call(const struct request *r)
{
	return (struct webhook_call){
		.id = r->in[HOOK_ID].s, .source = network_source(r->http.remote, r->arena),
		.local = is_local(r), .method = r->http.method, .query = r->http.query, .type = r->http.type,
		.body = r->raw, .len = r->raw_len,
	};
}

/* Whoever guesses, or calls too often, gets nothing into the queue of those who write. */
static enum rc
verify(struct request *r)
{
	struct webhook_call c = read_call(r);
	enum rc rc = request_begin(r);

	if (rc == RC_OK)
		rc = webhook_admit(r->db, &c, r->now_ms, r->arena, &r->retry_s, &r->fault);
	request_end(r);
	return rc;
}

static enum rc
call(struct request *r)
{
	struct webhook_call c = read_call(r);
	struct jsw *w;
	int64_t event;
	enum rc rc;

	if ((rc = webhook_take(r->tx, &c, r->arena, &event, &r->retry_s, &r->fault)) != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_int(w, "event", event);
	jsw_end(w);
	return RC_OK;
}

static const struct member members[] = {
	{ .name = "event", .type = MEMBER_INT, .help = "that tells of the call" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "WebhookCalled", members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/webhooks/{id}", .permission = PERMISSION_NONE,
	    .flags = ROUTE_WRITE | ROUTE_RAW | ROUTE_ANY_HOST, .inputs = inputs, .verify = verify,
	    .handle = call, .status = 202, .reply = "WebhookCalled",
	    .summary = "Start the automations that wait for this webhook; JSON, a form or text goes to them" },
	{ .method = "PUT", .path = "/api/v1/webhooks/{id}", .permission = PERMISSION_NONE,
	    .flags = ROUTE_WRITE | ROUTE_RAW | ROUTE_ANY_HOST, .inputs = inputs, .verify = verify,
	    .handle = call, .status = 202, .reply = "WebhookCalled",
	    .summary = "The same, for those who cannot POST" },
	{ .method = NULL }
};

const struct resource res_webhook = {
	"webhooks", "Calls from outside that start automations.", routes, schemas
};
