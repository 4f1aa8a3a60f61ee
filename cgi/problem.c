/* SPDX-License-Identifier: ISC
 *
 * Outcomes to HTTP, once.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cgi/problem.h"

static const int statuses[RC__MAX] = {
	[RC_OK] = 200,
	[RC_INVALID] = 422,
	[RC_TOO_LARGE] = 413,
	[RC_UNAUTHORIZED] = 401,
	[RC_FORBIDDEN] = 403,
	[RC_NOT_FOUND] = 404,
	[RC_EXISTS] = 409,
	[RC_PRECONDITION] = 412,
	[RC_REFUSED] = 409,
	[RC_UNSUPPORTED] = 422,
	[RC_LIMITED] = 429,
	[RC_BUSY] = 503,
	[RC_TIMEOUT] = 504,
	[RC_DOWN] = 503,
	[RC_FULL] = 507,
	[RC_ERROR] = 500,
};

static const struct {
	int		 status;
	const char	*text;
} phrases[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" },
	{ 304, "Not Modified" }, { 400, "Bad Request" }, { 401, "Unauthorized" },
	{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 409, "Conflict" }, { 412, "Precondition Failed" }, { 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" }, { 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" }, { 429, "Too Many Requests" },
	{ 500, "Internal Server Error" }, { 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" }, { 507, "Insufficient Storage" },
};

const char problem_schema[] =
	"{\"type\":\"object\",\"description\":\"RFC 9457 problem\",\"required\":[\"type\",\"title\","
	"\"status\",\"detail\",\"code\",\"request_id\"],\"additionalProperties\":false,\"properties\":{"
	"\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
	"\"status\":{\"type\":\"integer\"},"
	"\"detail\":{\"type\":\"string\",\"description\":\"one sentence for a person\"},"
	"\"code\":{\"type\":\"string\",\"description\":\"stable name for programs\"},"
	"\"field\":{\"type\":[\"string\",\"null\"],\"description\":\"the input that was wrong\"},"
	"\"faults\":{\"type\":\"array\",\"description\":\"of a rule: all that is wrong with it\","
	"\"items\":{\"$ref\":\"#/components/schemas/AutomationFault\"}},"
	"\"request_id\":{\"type\":\"string\",\"description\":\"also in the log\"}}}";

int
problem_status(enum rc rc)
{
	return statuses[rc];
}

const char *
problem_phrase(int status)
{
	size_t i;

	for (i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (phrases[i].status == status)
			return phrases[i].text;
	return "Unknown";
}

/* The items of "faults", in the arena; NULL: there are none to tell. */
static const char *
faults_of(struct request *r, int status)
{
	struct buf text = { 0 };
	struct jsw w = jsw_to(&text);

	if (status != 422 || r->route == NULL || r->route->faults == NULL || r->body == NULL)
		return NULL;
	jsw_array(&w, NULL);
	r->route->faults(r, &w);
	jsw_end(&w);
	return buf_keep(&text, r->arena);
}

static void
document(struct request *r, int status, const char *code, const char *field, const char *detail)
{
	const char *faults = faults_of(r, status);
	struct jsw *w;

	request_reset(r);
	w = request_reply(r);
	r->reply.status = status;
	r->reply.type = "application/problem+json";
	r->reply.code = code;
	jsw_object(w, NULL);
	jsw_string(w, "type", "about:blank");
	jsw_string(w, "title", problem_phrase(status));
	jsw_int(w, "status", status);
	jsw_string(w, "detail", detail);
	jsw_string(w, "code", code);
	jsw_string(w, "field", field != NULL && *field != '\0' ? field : NULL);
	if (faults != NULL)
		jsw_raw(w, "faults", faults);
	jsw_string(w, "request_id", r->id);
	jsw_end(w);
	if (status == 401)
		request_header(r, "WWW-Authenticate", "Bearer realm=\"house\"");
	else if (status == 503 || status == 429)
		request_header(r, "Retry-After", mem_printf(r->arena, "%d", r->retry_s > 0 ? r->retry_s : 1));
}

/* What is said when nobody said anything. */
static const char *
standard(enum rc rc)
{
	switch (rc) {
	case RC_NOT_FOUND:
		return "there is no such thing";
	case RC_FULL:
		return "the disk is full: reading still works";
	case RC_DOWN:
	case RC_BUSY:
		return "the database is not available at the moment: try again";
	default:
		return "this cannot be done";
	}
}

void
problem_reply(struct request *r, enum rc rc)
{
	int status = rc == RC_INVALID && r->malformed ? 400 : statuses[rc];
	const char *code = status == 400 ? "malformed" : rc_name(rc);
	const char *detail = *r->fault.msg != '\0' ? r->fault.msg : standard(rc);

	document(r, status, code, r->fault.field, detail);
}

void
problem_http(struct request *r, int status, const char *code, const char *field,
    const char *fmt, ...)
{
	char detail[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	document(r, status, code, field, detail);
}

void
problem_write(struct jsw *w, enum rc rc, const struct fault *f)
{
	jsw_string(w, "code", rc_name(rc));
	jsw_string(w, "detail", *f->msg != '\0' ? f->msg : standard(rc));
	jsw_string(w, "field", *f->field != '\0' ? f->field : NULL);
}
