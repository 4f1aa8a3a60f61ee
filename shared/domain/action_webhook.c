/* SPDX-License-Identifier: ISC
 *
 * Action "webhook": a request to another program, through the outbox: it is repeated until it arrives, under the
 * same Idempotency-Key. Only http and https; where it may go is checked when it is sent.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "shared/domain/action.h"
#include "shared/domain/outbox.h"

#define URL_MAX 2048
#define HEADERS_MAX 16
#define HEADER_MAX 1024		/* bytes of a value */
#define BODY_MAX 65536

enum { F_WEBHOOK, F_METHOD, F_HEADERS, F_BODY };

struct calling {
	struct rule_value	 url, headers, body;	/* js NULL: none */
	const char		*method;
	const struct js		*channels;		/* ["request"] */
};

static const char *const methods[] = { "POST", "GET", "PUT", "PATCH", "DELETE", "HEAD", NULL };

static const struct field fields[] = {
	[F_WEBHOOK] = { RULE_TEXT("webhook", 1, URL_MAX, "http:// or https:// address; a template too"),
	    .required = true },
	[F_METHOD] = { .name = "method", .type = FIELD_CHOICE, .choices = methods, .help = "POST when not given" },
	[F_HEADERS] = { .name = "headers", .type = FIELD_OBJECT, .max = HEADERS_MAX,
	    .help = "names and texts; templates too" },
	[F_BODY] = { RULE_SHAPE("body", anything, "sent as JSON, a text as it is; templates too") },
	ACTION_COMMON_FIELDS,
	{ 0 },
};

/* ---- what may be sent ---- */

static enum rc
check_url(const struct js *v, struct fault *f)
{
	const char *s = js_string(v, NULL), *p, *host;

	if (s == NULL || (strncasecmp(s, "http://", 7) != 0 && strncasecmp(s, "https://", 8) != 0) ||
	    strstr(s, "://")[3] == '\0')
		return fault_set(f, RC_INVALID, "webhook", "must begin with http:// or https://");
	host = strstr(s, "://") + 3;
	if (memchr(host, '@', strcspn(host, "/?#\\")) != NULL)
		return fault_set(f, RC_INVALID, "webhook", "must not hold a name and password: say them in a header");
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			return fault_set(f, RC_INVALID, "webhook", "has a space or a control character; "
			    "the filter urlencode makes one that may stand there");
	if ((size_t)(p - s) > URL_MAX)
		return fault_set(f, RC_INVALID, "webhook", "is longer than %d bytes", URL_MAX);
	return RC_OK;
}

/* Those that make the request what it is are the house's own. */
static bool
is_own(const char *name)
{
	static const char *const own[] = { "host", "content-length", "transfer-encoding", "connection", "expect",
		"upgrade", "te", "trailer", "idempotency-key" };
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcasecmp(name, own[i]) == 0)
			return true;
	return false;
}

/* A token of RFC 9110, section 5.6.2. */
static bool
is_name(const char *s)
{
	if (*s == '\0' || strlen(s) > 64)
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("!#$%&'*+-.^_`|~", *s) == NULL)
			return false;
	return true;
}

static enum rc
check_header(const char *name, const struct js *v, struct fault *f)
{
	const char *s = js_string(v, NULL), *p;

	if (!is_name(name))
		return fault_set(f, RC_INVALID, "headers", "\"%.64s\" is no name of a header", name);
	if (is_own(name))
		return fault_set(f, RC_INVALID, "headers", "%.64s is set by the house", name);
	if (s == NULL || strlen(s) > HEADER_MAX)
		return fault_set(f, RC_INVALID, "headers", "%.64s must be a text of at most %d bytes", name,
		    HEADER_MAX);
	for (p = s; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p))
			return fault_set(f, RC_INVALID, "headers", "%.64s has a control character", name);
	return RC_OK;
}

static enum rc
check_headers(const struct js *v, struct fault *f)
{
	enum rc rc = RC_OK;
	void *it;

	if (js_size(v) > HEADERS_MAX)
		return fault_set(f, RC_INVALID, "headers", "holds more than %d", HEADERS_MAX);
	for (it = v != NULL ? js_iter(v) : NULL; it != NULL && rc == RC_OK; it = js_iter_next(v, it))
		rc = check_header(js_iter_key(it), js_iter_value(it), f);
	return rc;
}

/* ---- running ---- */

/* Templates may make numbers of what is meant as a text. */
static struct js *
texts_of(const struct js *object)
{
	struct js *out = js_new_object();
	struct buf b = { 0 };
	void *it;

	for (it = object != NULL ? js_iter(object) : NULL; it != NULL; it = js_iter_next(object, it)) {
		buf_reset(&b);
		if (js_string(js_iter_value(it), NULL) == NULL)
			js_dump(js_iter_value(it), &b);
		js_set(out, js_iter_key(it), b.len > 0 ? js_new_string(buf_str(&b)) : js_ref(js_iter_value(it)));
	}
	buf_free(&b);
	return out;
}

static enum rc
deliver(const struct calling *t, const struct js *url, struct js *headers, const struct js *body,
    struct action_context *x)
{
	struct buf payload = { .max = BODY_MAX + URL_MAX + HEADERS_MAX * (HEADER_MAX + 128) };
	struct jsw w = jsw_to(&payload);
	enum rc rc = check_url(url, &x->fault);

	if (rc == RC_OK)
		rc = check_headers(headers, &x->fault);
	if (rc != RC_OK)
		return rc;
	jsw_object(&w, NULL);
	jsw_value(&w, "url", url);
	jsw_string(&w, "method", t->method);
	jsw_value(&w, "headers", headers);
	if (body != NULL)
		jsw_value(&w, "body", body);
	jsw_end(&w);
	if (payload.over)
		rc = fault_set(&x->fault, RC_INVALID, "body", "is too large");
	else if (x->deliver != NULL)
		rc = x->deliver(x->arg, t->channels, buf_str(&payload), &x->fault);
	buf_free(&payload);
	return rc;
}

static enum step_result
run(const struct step *s, struct action_context *x)
{
	const struct calling *t = s->data;
	struct js *url = NULL, *headers = NULL, *body = NULL, *texts = NULL;
	enum rc rc = rule_render(&t->url, &x->rule, &url, &x->fault);

	if (rc == RC_OK && t->headers.js != NULL)
		rc = rule_render(&t->headers, &x->rule, &headers, &x->fault);
	if (rc == RC_OK && t->body.js != NULL)
		rc = rule_render(&t->body, &x->rule, &body, &x->fault);
	if (rc == RC_OK) {
		texts = texts_of(headers);
		rc = deliver(t, url, texts, body, x);
	}
	js_free(url);
	js_free(headers);
	js_free(body);
	js_free(texts);
	return rc == RC_OK ? STEP_NEXT : STEP_FAILED;
}

/* ---- compiling ---- */

static void
free_js(void *arg)
{
	js_free(arg);
}

static enum rc
compile_part(const struct js *v, struct program *p, const char *name, struct rule_value *out, struct fault *f)
{
	enum rc rc = rule_value(v, p->arena, out, f);

	return rc == RC_OK ? rc : rule_fault_in(f, rc, name, -1);
}

static enum rc
compile_parts(const struct field_value *v, struct program *p, struct calling *t, struct fault *f)
{
	struct js *url = js_new_string(v[F_WEBHOOK].s);
	enum rc rc;

	mem_arena_defer(p->arena, free_js, url);
	rc = compile_part(url, p, "webhook", &t->url, f);
	if (rc == RC_OK && v[F_HEADERS].set)
		rc = compile_part(v[F_HEADERS].js, p, "headers", &t->headers, f);
	if (rc == RC_OK && v[F_BODY].set)
		rc = compile_part(v[F_BODY].js, p, "body", &t->body, f);
	if (rc == RC_OK && t->url.n == 0)
		rc = check_url(url, f);
	return rc == RC_OK && t->headers.n == 0 ? check_headers(t->headers.js, f) : rc;
}

static enum rc
compile(const struct field_value *v, struct program *p, struct fault *f)
{
	struct calling *t = mem_zalloc(p->arena, sizeof(*t));
	struct step *s = program_step(p);
	struct js *channels = js_new_array();

	js_append(channels, js_new_string(channel_name(CHANNEL_REQUEST)));
	mem_arena_defer(p->arena, free_js, channels);
	t->channels = channels;
	t->method = methods[v[F_METHOD].set ? v[F_METHOD].i : 0];
	s->run = run;
	s->data = t;
	return compile_parts(v, p, t, f);
}

const struct action_ops action_webhook = {
	.name = "webhook", .title = "Call another program", .help = "sends a request to an address", .fields = fields,
	.compile = compile
};
