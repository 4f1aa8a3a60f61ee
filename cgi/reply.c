/* SPDX-License-Identifier: ISC
 *
 * See reply.h.
 */
#include <string.h>

#include "cgi/problem.h"
#include "cgi/reply.h"
#include "shared/base/clock.h"

#define BODY_SMALL 4096		/* bytes that are copied to be written with the head */

/* Adds the CORS headers for an origin that may call. */
static void
cross_origin(struct request *r)
{
	const char *origin = r->http.origin;

	if (*origin == '\0' || !network_listed(r->api->origins, origin, strlen(origin)))
		return;
	request_header(r, "Access-Control-Allow-Origin", origin);
	request_header(r, "Vary", "Origin");
	request_header(r, "Access-Control-Expose-Headers",
	    "ETag, Location, X-Request-Id, X-Time-Zone, Retry-After, Idempotency-Replayed");
}

/* On which clock the times of the house are read: for those who may know where it stands, about. */
static void
zone(const struct request *r, struct buf *head)
{
	const char *name;

	if (r->route == NULL || r->route->permission == PERMISSION_NONE || r->reply.status >= 400)
		return;
	name = clock_zone();
	if (*name == '\0')
		return;
	buf_puts(head, "\r\nX-Time-Zone: ");
	buf_puts(head, name);
}

/* A GET that was answered gets its tag, and nothing else when the caller has it already. */
static void
tag(struct request *r, char etag[REQUEST_ETAG])
{
	*etag = '\0';
	if (r->route == NULL || strcmp(r->route->method, "GET") != 0 || r->reply.status != 200 ||
	    (r->route->flags & ROUTE_NO_DB) != 0)
		return;
	request_etag(r->reply.body, etag);
	if (*r->http.if_none_match != '\0' && request_etag_listed(r->http.if_none_match, etag)) {
		r->reply.status = 304;
		r->reply.type = NULL;
		buf_reset(r->reply.body);
	}
}

static const char *
cache_rule(const struct request *r)
{
	if (r->route != NULL && (r->route->flags & (ROUTE_SECRET | ROUTE_NO_DB)) != 0)
		return "no-store";
	return "private, no-cache";
}

static void
write_head(struct request *r, struct buf *head)
{
	const struct reply *p = &r->reply;
	char etag[REQUEST_ETAG];
	int i;

	tag(r, etag);
	buf_puts(head, "Status: ");
	buf_put_int(head, p->status);
	buf_putc(head, ' ');
	buf_puts(head, problem_phrase(p->status));
	if (p->type != NULL) {
		buf_puts(head, "\r\nContent-Type: ");
		buf_puts(head, p->type);
	}
	if (p->type != NULL && !p->streamed) {
		buf_puts(head, "\r\nContent-Length: ");
		buf_put_int(head, (long long)p->body->len);
	}
	if (*etag != '\0') {
		buf_puts(head, "\r\nETag: ");
		buf_puts(head, etag);
	}
	buf_puts(head, "\r\nCache-Control: ");
	buf_puts(head, cache_rule(r));
	buf_puts(head, "\r\nX-Request-Id: ");
	buf_puts(head, r->id);
	zone(r, head);
	for (i = 0; i < p->n_headers; i++) {
		buf_puts(head, "\r\n");
		buf_puts(head, p->headers[i].name);
		buf_puts(head, ": ");
		buf_puts(head, p->headers[i].value);
	}
	buf_puts(head, "\r\n\r\n");
}

void
reply_send(struct request *r, struct buf *head)
{
	const struct reply *p = &r->reply;
	bool body;

	if (p->streamed)
		return;
	cross_origin(r);
	write_head(r, head);
	body = p->type != NULL && strcmp(r->http.method, "HEAD") != 0;

	if (body && p->body->len <= BODY_SMALL)
		buf_put(head, p->body->p, p->body->len);
	r->io->write(r->io->io, head->p, head->len);
	if (body && p->body->len > BODY_SMALL)
		r->io->write(r->io->io, p->body->p, p->body->len);
}

static void
begin_stream(struct request *r)
{
	struct buf head = { 0 };

	r->reply.status = r->route->status != 0 ? r->route->status : 200;
	r->reply.type = r->route->type;
	r->reply.streamed = true;
	request_header(r, "X-Accel-Buffering", "no");
	cross_origin(r);
	write_head(r, &head);
	r->io->write(r->io->io, head.p, head.len);
	buf_free(&head);
}

bool
reply_line(struct request *r, struct buf *line)
{
	if (!r->reply.streamed)
		begin_stream(r);
	buf_putc(line, '\n');
	r->io->write(r->io->io, line->p, line->len);
	buf_reset(line);
	return r->io->flush == NULL || r->io->flush(r->io->io);
}
