/* SPDX-License-Identifier: ISC
 *
 * One request while it is answered: what came in (checked), what a handler may use, what goes out. A
 * request owns one arena that is reset when the answer was sent; handlers free nothing.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include "cgi/api.h"
#include "cgi/http.h"
#include "cgi/router.h"
#include "shared/domain/core.h"

#define REQUEST_ID 65		/* bytes for a request id, NUL included */
#define REQUEST_HEADERS 8
#define REQUEST_ETAG 24		/* bytes for an entity tag with its quotes, NUL included */

struct reply_header {
	const char	*name;
	const char	*value;		/* checked or made here: no line breaks */
};

struct reply {
	int			 status;
	const char		*type;		/* media type, NULL: no body */
	struct buf		*body;
	struct reply_header	 headers[REQUEST_HEADERS];
	int			 n_headers;
	bool			 streamed;	/* the head is sent, the body as it comes (reply_line) */
	const char		*code;		/* of a problem, NULL for none */
};

struct request {
	struct api		*api;
	struct mem_arena	*arena;
	struct exchange		*io;
	struct http		 http;
	char			 id[REQUEST_ID];
	struct match		 match;
	const struct route	*route;		/* NULL until found */
	struct known		*known;
	struct identity		*who;		/* NULL for routes that anybody may use */
	struct field_value	*in;		/* one per row of route->inputs */
	struct js		*body;		/* parsed JSON, NULL: none came */
	const char		*raw;		/* the body's bytes */
	size_t			 raw_len;
	int64_t			 now_ms;

	struct core		*core;		/* while a reader is held */
	int64_t			 begun_us;	/* since when */
	struct db		*db;		/* inside a read or the write transaction */
	struct tx		*tx;		/* ROUTE_WRITE, inside handle */
	void			*state;		/* what prepare leaves for handle, handle for finish */

	struct reply		 reply;
	struct jsw		 w;		/* writes reply.body */
	struct fault		 fault;
	int			 retry_s;	/* of RC_LIMITED: when to come again, 0: a second */
	bool			 malformed;	/* the fault is about form (400), not about meaning (422) */
};

/* A connection and a read transaction; RC_DOWN, ... with r->fault. */
enum rc request_begin(struct request *r);
void request_end(struct request *r);		/* legal without begin */

/* Starts a JSON answer with the status of success; write it with the returned writer. */
struct jsw *request_reply(struct request *r);
/* An answer without a body: 204. */
enum rc request_reply_nothing(struct request *r);
/* value is kept by reference. */
void request_header(struct request *r, const char *name, const char *value);
/* Another body for the answer that there is; its status and headers stay. */
struct jsw *request_reply_again(struct request *r);
void request_reset(struct request *r);		/* forgets the answer so far */

/* Reads the inputs that stand in path and query; RC_INVALID. */
enum rc request_read_address(struct request *r, struct fault *f);
/* Reads, verifies, parses and checks the body; RC_TOO_LARGE, RC_INVALID, what the route's verify says. */
enum rc request_read_body(struct request *r, struct fault *f);
/* True when the body's member `name` is there and null. */
bool request_null(const struct request *r, const char *name);

/* limit from an optional input of FIELD_INT: 1 to 1000, 100 by default. */
#define REQUEST_LIMIT_MAX 1000
#define REQUEST_LIMIT_FIELD \
	{ .name = "limit", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = REQUEST_LIMIT_MAX, \
	    .help = "most items of a page, 100 when not given" }
/* Where a page begins: behind a text, or behind a number. */
#define REQUEST_AFTER_FIELD \
	{ .name = "after", .where = FIELD_QUERY, .type = FIELD_TEXT, .help = "next of the page before" }
#define REQUEST_AFTER_NUMBER_FIELD \
	{ .name = "after", .where = FIELD_QUERY, .type = FIELD_INT, .min = 1, .max = 9007199254740991, \
	    .help = "next of the page before" }
/* {id} and {entity_id} of a path. */
#define REQUEST_ID_FIELD(what) \
	{ .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT, .required = true, .min = 1, \
	    .max = 255, .help = "id of the " what }
#define REQUEST_ENTITY_FIELD \
	{ .name = "entity_id", .where = FIELD_PATH, .type = FIELD_TEXT, .required = true, .min = 3, \
	    .max = 255, .help = "domain.object_id" }
/* All labels of something; its value is that of request_names. */
#define REQUEST_LABELS_FIELD \
	{ .name = "labels", .where = FIELD_BODY, .type = FIELD_LIST, .max = CHANGE_NAMES_MAX, \
	    .help = "ids of all of its labels" }
/* Of a ROUTE_WRITE: told by the revision that it makes (revision.h), through tx->reason. */
#define REQUEST_REASON_FIELD \
	{ .name = "reason", .where = FIELD_QUERY, .type = FIELD_TEXT, .min = 1, .max = 200, \
	    .help = "why, for those who look at the revisions later" }
int request_limit(const struct request *r, int index);
/* Whether the caller may change rules: then he sees what is secret in them (secret.h). */
bool request_manages(const struct request *r);
/* An optional text input, NULL when it was not given. */
const char *request_text(const struct request *r, int index);
/* What FIELD_LIST names for an edit: NULL when it was not given, none at all for null. */
struct change_names;
const struct change_names *request_names(const struct request *r, int index, const char *name);
/* A text for an edit: NULL when it was not given, "" for null. */
const char *request_entry(const struct request *r, int index, const char *name);
/* A truth for an edit: NULL when it was not given. */
const bool *request_flag(const struct request *r, int index);
/* RC_NOT_FOUND becomes "there is no such WHAT"; field as of struct fault. Any other rc stays. */
enum rc request_missing(struct request *r, enum rc rc, const char *field, const char *what);

/* Starts {NAME: [...]}: the items follow. */
struct jsw *request_list(struct request *r, const char *name);
/* Ends it, with all there is. */
void request_list_end(struct request *r);
/* Or ends it with {"next": ...}, null on the last page; a page is full when it has limit items. */
void request_page_end(struct request *r, size_t n, int limit, const char *last);
const char *request_number(struct request *r, int64_t n);	/* as text, for last */

/* The entity tag of an answer's body. */
void request_etag(const struct buf *body, char out[REQUEST_ETAG]);
/* True when the list of an If-Match or If-None-Match header names it, or is "*". */
bool request_etag_listed(const char *list, const char *etag);

#endif
