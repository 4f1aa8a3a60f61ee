/* SPDX-License-Identifier: ISC
 *
 * The way of a request: host, route, permission, inputs, handler, answer, count. In this order, so that
 * nobody learns or costs more than what he may.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/api.h"
#include "cgi/problem.h"
#include "cgi/reply.h"
#include "cgi/write.h"
#include "shared/base/log.h"

#define BODY_KEPT 65536		/* bytes of a reply's buffer that a thread keeps */

void
api_workspace_open(struct workspace *ws)
{
	*ws = (struct workspace){ .arena = mem_arena_new(4096), .known = known_new() };
}

void
api_workspace_close(struct workspace *ws)
{
	mem_arena_free(ws->arena);
	buf_free(&ws->head);
	buf_free(&ws->body);
	known_free(ws->known);
}

/* The caller's id when it is a plain word, else one of our own. */
static void
name_request(struct request *r)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *given = r->http.request_id;
	size_t n = strlen(given);

	if (n > 0 && n < REQUEST_ID && strspn(given, plain) == n)
		memcpy(r->id, given, n + 1);
	else
		snprintf(r->id, sizeof(r->id), "%08x%08x", r->api->id_seed,
		    atomic_fetch_add(&r->api->id_next, 1));
}

static bool
host_allowed(const struct request *r)
{
	const char *host = r->http.host;
	size_t n;

	if (r->api->hosts == NULL)
		return true;
	n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	return network_listed(r->api->hosts, host, n);
}

static const char *
allow(struct request *r)
{
	struct buf b = {0};

	router_allow(&r->match, &b);
	return buf_keep(&b, r->arena);
}

static void
options(struct request *r)
{
	request_reply_nothing(r);
	request_header(r, "Allow", allow(r));
	if (*r->http.wants == '\0' || *r->http.origin == '\0')
		return;
	if (!network_listed(r->api->origins, r->http.origin, strlen(r->http.origin))) {
		problem_http(r, 403, "forbidden", "Origin", "this origin may not call the API");
		return;
	}
	request_header(r, "Access-Control-Allow-Methods", allow(r));
	request_header(r, "Access-Control-Allow-Headers",
	    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id");
	request_header(r, "Access-Control-Max-Age", "3600");
}

/* Finds the route; false when the answer is made already. */
static bool
find(struct request *r)
{
	const char *path;
	size_t n;

	path = http_path(&r->http, &n);
	switch (router_find(r->api->router, r->http.method, path, n, r->arena, &r->match)) {
	case ROUTER_FOUND:
		r->route = r->match.endpoint->route;
		return true;
	case ROUTER_METHOD:
		if (strcmp(r->http.method, "OPTIONS") == 0) {
			options(r);
			return false;
		}
		problem_http(r, 405, "method_not_allowed", NULL, "this path does not know the method");
		request_header(r, "Allow", allow(r));
		return false;
	case ROUTER_MALFORMED:
		problem_http(r, 400, "malformed", NULL, "the path is badly encoded or too long");
		return false;
	default:
		problem_http(r, 404, "not_found", NULL, "there is nothing at this path");
		return false;
	}
}

/* Whether the one who is asking may do this. */
static enum rc
permit(struct request *r)
{
	if (r->who->most >= r->route->permission)
		return RC_OK;
	return fault_set(&r->fault, RC_FORBIDDEN, NULL, "this token's scope does not allow to %s",
	    session_permission_name(r->route->permission));
}

/* Looks the token up, inside a read transaction. */
static enum rc
look_up(struct request *r, const char *token)
{
	struct identity *who = mem_zalloc(r->arena, sizeof(*who)), *kept;
	enum rc rc = session_check(r->db, token, r->now_ms, r->arena, who, &r->fault);

	if (rc != RC_OK)
		return rc;
	kept = known_put(r->known, token, r->now_ms, who);
	r->who = kept != NULL ? kept : who;
	return RC_OK;
}

static enum rc
no_token(struct request *r)
{
	return fault_set(&r->fault, RC_UNAUTHORIZED, NULL,
	    "this needs a token: send Authorization: Bearer TOKEN");
}

/* Who is asking, by the token, inside a read transaction. */
static enum rc
authenticate(struct request *r)
{
	const char *token = http_bearer(&r->http);
	enum rc rc;

	if (r->route->permission == PERMISSION_NONE)
		return RC_OK;
	if (token == NULL)
		return no_token(r);
	r->who = known_get(r->known, token, r->now_ms);
	rc = r->who != NULL ? session_holds(r->db, r->who, r->now_ms, &r->fault) : look_up(r, token);
	return rc == RC_OK ? permit(r) : rc;
}

/* Before a write transaction, which confirms him: nobody whom we do not know gets into its queue. */
static enum rc
recognise(struct request *r)
{
	const char *token = http_bearer(&r->http);
	enum rc rc = RC_OK;

	if (r->route->permission == PERMISSION_NONE)
		return RC_OK;
	if (token == NULL)
		return no_token(r);
	r->who = known_get(r->known, token, r->now_ms);
	if (r->who == NULL) {
		if ((rc = request_begin(r)) == RC_OK)
			rc = look_up(r, token);
		request_end(r);
	}
	return rc;
}

/* Whether he holds the token still. */
static enum rc
confirm(struct request *r)
{
	enum rc rc = request_begin(r);

	if (rc == RC_OK)
		rc = session_holds(r->db, r->who, r->now_ms, &r->fault);
	request_end(r);
	return rc;
}

static enum rc
serve_read(struct request *r)
{
	enum rc rc;

	rc = request_begin(r);
	if (rc != RC_OK && (r->route->flags & ROUTE_NO_DB) == 0)
		return rc;
	rc = authenticate(r);
	if (rc == RC_OK)
		rc = request_read_address(r, &r->fault);
	if (rc == RC_OK)
		rc = r->route->handle(r);
	request_end(r);
	return rc;
}

static enum rc
take_in(struct request *r)
{
	enum rc rc;

	if (r->who != NULL && (rc = permit(r)) != RC_OK)
		return rc;
	if ((rc = request_read_address(r, &r->fault)) != RC_OK)
		return rc;
	if (http_length(&r->http) > 0 && (r->route->flags & ROUTE_RAW) == 0 && !http_is_json(&r->http)) {
		problem_http(r, 415, "unsupported_media_type", "Content-Type",
		    "the body must be application/json");
		return RC_OK;
	}
	if ((rc = request_read_body(r, &r->fault)) != RC_OK)
		return rc;
	return write_run(r);
}

/* Who is only known learns what is wrong with his request when it is sure that he may send one. */
static enum rc
serve_write(struct request *r)
{
	enum rc rc = recognise(r), held;

	if (rc != RC_OK)
		return rc;
	rc = take_in(r);
	if (r->who == NULL || (rc == RC_OK && r->reply.status < 400))
		return rc;
	if ((held = confirm(r)) == RC_OK)
		return rc;
	request_reset(r);
	return held;
}

static void
answer(struct request *r)
{
	enum rc rc;

	if (!find(r))
		return;
	if (!host_allowed(r) && (r->route->flags & ROUTE_ANY_HOST) == 0) {
		problem_http(r, 421, "wrong_host", "Host", "this house is not called that");
		return;
	}
	if ((r->route->flags & ROUTE_LOCAL) != 0 &&
	    !network_holds(r->api->trusted, r->http.remote)) {
		problem_http(r, 403, "forbidden", NULL, "only TRUSTED_NETWORKS may read this");
		return;
	}
	rc = (r->route->flags & ROUTE_WRITE) != 0 ? serve_write(r) : serve_read(r);
	if (rc != RC_OK)
		problem_reply(r, rc);
}

static void
note(struct request *r)
{
	const char *path = r->route != NULL ? r->route->path : "unmatched";
	const char *code = r->reply.code != NULL ? r->reply.code : "ok";

	if (r->reply.status >= 500)
		log_error(path, "method=%s status=%d code=%s request_id=%s detail=\"%s\"",
		    r->http.method, r->reply.status, code, r->id, r->fault.msg);
	else if (r->reply.status >= 400)
		log_info(path, "method=%s status=%d code=%s request_id=%s peer=%s",
		    r->http.method, r->reply.status, code, r->id, r->http.remote);
}

static void
count(struct request *r, int64_t started_us)
{
	const struct endpoint *e = r->match.endpoint;
	const struct route *route = r->route;
	int status = r->reply.status;
	char labels[256];

	if (route != NULL)
		metric_series_observe_us(e->seconds, clock_mono_us() - started_us);
	if (route != NULL && status == (route->status != 0 ? route->status : 200)) {
		metric_series_add(e->ok, 1);
		return;
	}
	/* A method nobody declared and a path nobody declared must not make series without end. */
	snprintf(labels, sizeof(labels), "%s\x1f%s\x1f%d", route != NULL ? route->method : "OTHER",
	    route != NULL ? route->path : "unmatched", status);
	metric_add_label(METRIC_REQUESTS, labels, 1);
	if (status == 400 || status == 413 || status == 415 || status == 422)
		metric_add_label(METRIC_BAD_INPUT, "api", 1);
	if (status >= 500)
		metric_add_label(METRIC_ERRORS, "api", 1);
}

static enum rc
touch(struct tx *tx, void *arg, struct fault *f)
{
	(void)f;
	return session_touch(tx, arg);
}

/* When a token was last used is written once a minute, after the answer. */
static void
remember_use(struct request *r)
{
	struct fault f = {0};

	if (r->who == NULL || !session_stale(r->who, r->now_ms) ||
	    metric_get(METRIC_DISK_FULL, "") != 0)
		return;
	pool_write(r->api->pool, r->who->actor, touch, r->who, &f);
}

void
api_serve(struct api *api, struct workspace *ws, struct exchange *x)
{
	struct request r = { .api = api, .arena = ws->arena, .known = ws->known, .io = x,
		.reply = { .body = &ws->body } };
	int64_t started = clock_mono_us();

	atomic_fetch_add(&api->busy, 1);
	http_read(&r.http, x->envp);
	name_request(&r);
	r.now_ms = clock_now(&api->clock);
	answer(&r);
	reply_send(&r, &ws->head);
	note(&r);
	count(&r, started);
	remember_use(&r);
	js_free(r.body);
	buf_reset(&ws->head);
	buf_reset(&ws->body);
	if (ws->body.cap > BODY_KEPT) {
		buf_free(&ws->head);
		buf_free(&ws->body);
	}
	mem_arena_reset(ws->arena);
	atomic_fetch_sub(&api->busy, 1);
}
