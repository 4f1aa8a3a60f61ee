/* SPDX-License-Identifier: ISC
 *
 * One write: repeated requests get the first answer again, preconditions are checked against what the
 * transaction sees, the answer is kept in the same transaction as the effect.
 */
#include <string.h>

#include "cgi/write.h"
#include "shared/base/token.h"

#define KEY_MAX 255

/* Nobody's keys are not kept: what anybody may post, or what only asks, is harmless to repeat. */
static bool
has_key(const struct request *r)
{
	return r->http.key[0] != '\0' && r->who != NULL && strcmp(r->route->method, "POST") == 0 &&
	    (r->route->flags & ROUTE_ASKS) == 0;
}

static enum rc
check_key(struct request *r)
{
	const char *p;

	if (strlen(r->http.key) > KEY_MAX) {
		r->malformed = true;
		return fault_set(&r->fault, RC_INVALID, "Idempotency-Key",
		    "Idempotency-Key must have at most %d bytes", KEY_MAX);
	}
	for (p = r->http.key; *p != '\0'; p++)
		if (*p < ' ' || *p > '~') {
			r->malformed = true;
			return fault_set(&r->fault, RC_INVALID, "Idempotency-Key",
			    "Idempotency-Key must be printable ASCII");
		}
	return RC_OK;
}

/* What makes two requests the same: method, address and body. */
static const char *
digest(struct request *r)
{
	struct buf b = {0};
	char *out = mem_alloc(r->arena, TOKEN_HASH);

	buf_printf(&b, "%s %s\n", r->http.method, r->http.uri);
	buf_put(&b, r->raw, r->raw_len);
	token_sha256(b.p, b.len, out);
	buf_free(&b);
	return out;
}

/* RC_NOT_FOUND: the key is new. RC_OK: the first answer was given again. */
static enum rc
replay(struct request *r)
{
	struct kept_reply kept;
	enum rc rc;

	rc = store_reply_get(r->db, r->who->actor, r->http.key, r->arena, &kept);
	if (rc != RC_OK)
		return rc;
	if (strcmp(kept.request, digest(r)) != 0)
		return fault_set(&r->fault, RC_EXISTS, "Idempotency-Key",
		    "this key was used for another request");
	if (r->route->flags & ROUTE_SECRET)
		return fault_set(&r->fault, RC_EXISTS, "Idempotency-Key",
		    "this was done already, and its answer is shown only once");
	request_reply(r);
	r->reply.status = kept.status;
	if (*kept.body == '\0')
		r->reply.type = NULL;
	else if (kept.status >= 400)
		r->reply.type = "application/problem+json";
	buf_puts(r->reply.body, kept.body);
	request_header(r, "Idempotency-Replayed", "true");
	return RC_OK;
}

static enum rc
keep(struct request *r)
{
	struct kept_reply kept = {
		.actor = r->who->actor, .key = r->http.key, .request = digest(r),
		.status = r->reply.status, .body = buf_str(r->reply.body),
	};

	if (r->route->flags & ROUTE_SECRET)
		kept.body = "";
	return store_reply_put(r->tx, &kept);
}

/* The answer that a GET of the same path would give now, into *body. */
static enum rc
look(struct request *r, const struct endpoint *get, struct buf *body)
{
	struct request probe = *r;
	enum rc rc;

	probe.match.endpoint = get;
	probe.route = get->route;
	probe.http.query = "";
	probe.tx = NULL;
	probe.reply = (struct reply){ .body = body };
	rc = request_read_address(&probe, &r->fault);
	return rc == RC_OK ? get->route->handle(&probe) : rc;
}

static enum rc
precondition(struct request *r)
{
	const struct endpoint *get = r->match.all[ROUTER_GET];
	char etag[REQUEST_ETAG];
	struct buf body = {0};
	enum rc rc;

	if (r->http.if_match[0] == '\0' || get == NULL)
		return RC_OK;
	rc = look(r, get, &body);
	request_etag(&body, etag);
	buf_free(&body);
	if (rc == RC_OK && !request_etag_listed(r->http.if_match, etag))
		return fault_set(&r->fault, RC_PRECONDITION, "If-Match",
		    "it has changed since you read it: read it again");
	return rc;
}

/* Who is only known has to hold the token still; then the first answer again, or the work. */
static enum rc
work(struct request *r)
{
	enum rc rc = RC_OK;

	if (r->who != NULL)
		rc = session_holds(r->db, r->who, r->now_ms, &r->fault);
	if (rc == RC_OK)
		rc = has_key(r) ? replay(r) : RC_NOT_FOUND;
	if (rc != RC_NOT_FOUND)
		return rc;
	rc = precondition(r);
	if (rc == RC_OK)
		rc = r->route->handle(r);
	return rc == RC_OK && has_key(r) ? keep(r) : rc;
}

/* What the caller says in an input of this name (REQUEST_REASON_FIELD), or NULL. */
static const char *
reason_of(const struct request *r)
{
	const struct field *in;

	for (in = r->route->inputs; in != NULL && in->name != NULL; in++)
		if (in->where == FIELD_QUERY && strcmp(in->name, "reason") == 0)
			return request_text(r, (int)(in - r->route->inputs));
	return NULL;
}

/* Runs inside the write transaction, maybe on another thread, while r's own thread waits. */
static enum rc
run(struct tx *tx, void *arg, struct fault *f)
{
	struct request *r = arg;
	enum rc rc;

	(void)f;	/* the same as r->fault */
	r->tx = tx;
	r->db = tx->db;
	r->now_ms = tx->now_ms;
	request_reset(r);
	tx->reason = reason_of(r);
	rc = work(r);
	r->tx = NULL;
	r->db = NULL;
	return rc;
}

enum rc
write_run(struct request *r)
{
	const char *actor = r->who != NULL ? r->who->actor : "anonymous";
	enum rc rc;

	if (has_key(r) && (rc = check_key(r)) != RC_OK)
		return rc;
	if (r->route->prepare != NULL && (rc = r->route->prepare(r)) != RC_OK)
		return rc;
	if ((rc = pool_write(r->api->pool, actor, run, r, &r->fault)) != RC_OK)
		return rc;
	return r->route->finish != NULL ? r->route->finish(r) : RC_OK;
}
