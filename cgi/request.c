/* SPDX-License-Identifier: ISC
 *
 * What handlers and the pipeline do with a request.
 */
#include <stdio.h>
#include <string.h>

#include "cgi/request.h"
#include "shared/domain/change.h"

#define BODY_MAX (1 << 20)	/* no document of this API is longer */

enum rc
request_begin(struct request *r)
{
	bool now = r->route != NULL && (r->route->flags & (ROUTE_WRITE | ROUTE_NO_DB)) != 0;
	enum rc rc;

	if ((rc = pool_get(r->api->pool, now, &r->core, &r->fault)) != RC_OK)
		return rc;
	if ((rc = db_begin_read(r->core->db)) != RC_OK) {
		pool_put(r->api->pool, r->core);
		r->core = NULL;
		return fault_set(&r->fault, rc, NULL, "the database cannot be read at the moment");
	}
	r->db = r->core->db;
	r->begun_us = clock_mono_us();
	return RC_OK;
}

void
request_end(struct request *r)
{
	if (r->core == NULL)
		return;
	db_end_read(r->core->db);
	metric_observe_us(METRIC_READ_SECONDS, clock_mono_us() - r->begun_us);
	pool_put(r->api->pool, r->core);
	r->core = NULL;
	r->db = NULL;
}

struct jsw *
request_reply(struct request *r)
{
	int status = r->route != NULL ? r->route->status : 0;

	r->reply.status = status != 0 ? status : 200;
	r->reply.type = "application/json";
	r->w = jsw_to(r->reply.body);
	return &r->w;
}

enum rc
request_reply_nothing(struct request *r)
{
	r->reply.status = 204;
	r->reply.type = NULL;
	return RC_OK;
}

void
request_header(struct request *r, const char *name, const char *value)
{
	struct reply *p = &r->reply;

	if (p->n_headers < REQUEST_HEADERS)
		p->headers[p->n_headers++] = (struct reply_header){ name, value };
}

struct jsw *
request_reply_again(struct request *r)
{
	buf_reset(r->reply.body);
	r->w = jsw_to(r->reply.body);
	return &r->w;
}

void
request_reset(struct request *r)
{
	struct buf *body = r->reply.body;

	buf_reset(body);
	r->reply = (struct reply){ .body = body };
}

enum rc
request_read_address(struct request *r, struct fault *f)
{
	static const struct field none[] = { { .name = NULL } };
	const struct endpoint *e = r->match.endpoint;
	const struct field *inputs = r->route->inputs != NULL ? r->route->inputs : none;
	enum rc rc = RC_OK;
	int i;

	r->in = mem_zalloc(r->arena, (field_count(inputs) + 1) * sizeof(*r->in));
	for (i = 0; i < e->n && rc == RC_OK; i++)
		rc = field_read_path(inputs, e->names[i], r->match.values[i], r->arena, r->in, f);
	/* What cannot be the name of a thing is not the name of one. */
	if (rc == RC_INVALID)
		return fault_set(f, RC_NOT_FOUND, f->field, "there is no such thing");
	if (rc == RC_OK && (r->route->flags & ROUTE_RAW) == 0)
		rc = field_read_query(inputs, r->http.query, r->arena, r->in, f);
	r->malformed = rc == RC_INVALID;
	return rc;
}

/* Those members of the body that inputs name. */
static enum rc
read_named(struct request *r, const struct field *inputs, const struct js *body, struct fault *f)
{
	struct js *named = js_new_object();
	const struct js *v;
	enum rc rc;

	for (const struct field *row = inputs; row->name != NULL; row++)
		if (row->where == FIELD_BODY && (v = js_get(body, row->name)) != NULL)
			js_set(named, row->name, js_ref(v));
	rc = field_read_body(inputs, named, r->arena, r->in, f);
	js_free(named);
	return rc;
}

/* All bytes of the body into the arena. */
static enum rc
read_bytes(struct request *r, size_t n, struct fault *f)
{
	char *p = mem_alloc(r->arena, n + 1);
	size_t have = 0;
	ssize_t got;

	while (have < n && (got = r->io->read(r->io->io, p + have, n - have)) > 0)
		have += (size_t)got;
	p[have] = '\0';
	r->raw = p;
	r->raw_len = have;
	if (have == n)
		return RC_OK;
	r->malformed = true;
	return fault_set(f, RC_INVALID, NULL, "the body ended after %zu of %zu bytes", have, n);
}

static bool
takes_body(const struct route *route)
{
	const struct field *row;

	for (row = route->inputs; row != NULL && row->name != NULL; row++)
		if (row->where == FIELD_BODY)
			return true;
	return false;
}

enum rc
request_read_body(struct request *r, struct fault *f)
{
	static const struct field none[] = { { .name = NULL } };
	const struct field *inputs = r->route->inputs != NULL ? r->route->inputs : none;
	int64_t n = http_length(&r->http);
	struct js *body;
	enum rc rc = RC_OK;

	if (n == -1) {
		r->malformed = true;
		return fault_set(f, RC_INVALID, "Content-Length", "Content-Length is no number");
	}
	if (n > r->api->body_max || n > BODY_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "the body is larger than %lld bytes",
		    (long long)(r->api->body_max < BODY_MAX ? r->api->body_max : BODY_MAX));
	r->raw = "";
	if (n > 0)
		rc = read_bytes(r, (size_t)n, f);
	if (rc == RC_OK && r->route->verify != NULL)
		rc = r->route->verify(r);
	if (rc != RC_OK)
		return rc;
	if (n == 0 || (r->route->flags & ROUTE_RAW) != 0)
		return field_read_body(inputs, NULL, r->arena, r->in, f);
	r->malformed = true;
	if ((rc = js_parse(r->raw, r->raw_len, JS_STRICT, &body, f)) != RC_OK)
		return rc;
	r->body = body;		/* freed when the request is done */
	if (!takes_body(r->route) && (js_type(body) != JS_OBJECT || js_size(body) > 0))
		return fault_set(f, RC_INVALID, NULL, "this request takes no body");
	r->malformed = false;
	if (r->route->reword != NULL && js_type(body) == JS_OBJECT) {
		r->body = r->route->reword(body);
		js_free(body);
		body = r->body;
	}
	if ((r->route->flags & ROUTE_OPEN) != 0 && js_type(body) == JS_OBJECT)
		return read_named(r, inputs, body, f);
	return field_read_body(inputs, body, r->arena, r->in, f);
}

bool
request_null(const struct request *r, const char *name)
{
	const struct js *v = js_get(r->body, name);

	return v != NULL && js_is_null(v);
}

int
request_limit(const struct request *r, int index)
{
	return r->in[index].set ? (int)r->in[index].i : 100;
}

bool
request_manages(const struct request *r)
{
	return r->who != NULL && r->who->most >= PERMISSION_MANAGE;
}

const char *
request_text(const struct request *r, int index)
{
	return r->in[index].set ? r->in[index].s : NULL;
}

const struct change_names *
request_names(const struct request *r, int index, const char *name)
{
	struct change_names *names;

	if (!r->in[index].set && !request_null(r, name))
		return NULL;
	names = mem_zalloc(r->arena, sizeof(*names));
	if (r->in[index].set) {
		names->list = r->in[index].list;
		names->n = r->in[index].n;
	}
	return names;
}

const char *
request_entry(const struct request *r, int index, const char *name)
{
	return request_null(r, name) ? "" : request_text(r, index);
}

const bool *
request_flag(const struct request *r, int index)
{
	bool *flag;

	if (!r->in[index].set)
		return NULL;
	flag = mem_alloc(r->arena, sizeof(*flag));
	*flag = r->in[index].i != 0;
	return flag;
}

enum rc
request_missing(struct request *r, enum rc rc, const char *field, const char *what)
{
	return rc == RC_NOT_FOUND ? fault_set(&r->fault, rc, field, "there is no such %s", what) : rc;
}

struct jsw *
request_list(struct request *r, const char *name)
{
	struct jsw *w = request_reply(r);

	jsw_object(w, NULL);
	jsw_array(w, name);
	return w;
}

void
request_list_end(struct request *r)
{
	jsw_end(&r->w);
	jsw_end(&r->w);
}

void
request_page_end(struct request *r, size_t n, int limit, const char *last)
{
	jsw_end(&r->w);
	jsw_string(&r->w, "next", n > 0 && n >= (size_t)limit ? last : NULL);
	jsw_end(&r->w);
}

const char *
request_number(struct request *r, int64_t n)
{
	return mem_printf(r->arena, "%lld", (long long)n);
}

/* Murmur-like: eight bytes at a time, good enough to tell versions of a document apart. */
void
request_etag(const struct buf *body, char out[REQUEST_ETAG])
{
	static const char hex[] = "0123456789abcdef";
	const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t hash = body->len * prime, word;
	const char *p = body->p;
	size_t n, i;

	for (n = body->len; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		hash = (hash ^ word) * prime;
		hash ^= hash >> 29;
	}
	for (word = 0; n > 0; n--)
		word = word << 8 | (unsigned char)p[n - 1];
	hash = (hash ^ word) * prime;
	hash = (hash ^ (hash >> 32)) * prime;
	for (i = 0; i < 16; i++)
		out[i + 1] = hex[hash >> (60 - 4 * i) & 15];
	out[0] = out[17] = '"';
	out[18] = '\0';
}

bool
request_etag_listed(const char *list, const char *etag)
{
	size_t n = strlen(etag);
	const char *p = list;

	for (;;) {
		p += strspn(p, ", \t");
		if (*p == '\0')
			return false;
		if (*p == '*')
			return true;
		/* A compressing proxy on the way makes a tag weak; the document is the same. */
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		if (strncmp(p, etag, n) == 0)
			return true;
		p += strcspn(p, ",");
	}
}
