/* SPDX-License-Identifier: ISC
 *
 * Webhooks.
 */
#include <string.h>
#include <strings.h>

#include "shared/base/field.h"
#include "shared/base/js.h"
#include "shared/base/token.h"
#include "shared/domain/event.h"
#include "shared/domain/rule.h"
#include "shared/domain/webhook.h"

#define NAME 32			/* letters of the digest that stand for an id */
#define MINUTE_MS 60000

/* ---- names ---- */

const char *
webhook_name(const char *key, const char *id, struct mem_arena *a)
{
	char hash[TOKEN_HASH];

	token_hmac_sha256(key, strlen(key), id, strlen(id), hash);
	return mem_printf(a, "%.*s", NAME, hash);
}

static bool
is_trigger(const struct js *v)
{
	const char *kind = rule_trigger_kind(v);

	return kind != NULL && strcmp(kind, "webhook") == 0 && js_get_string(v, "webhook_id") != NULL;
}

static struct js *
named(const struct js *v, const char *key, struct mem_arena *a)
{
	struct js *out;
	size_t i;
	void *it;

	if (js_type(v) == JS_ARRAY) {
		out = js_new_array();
		for (i = 0; i < js_size(v); i++)
			js_append(out, named(js_at(v, i), key, a));
		return out;
	}
	if (js_type(v) != JS_OBJECT)
		return js_ref(v);
	out = js_new_object();
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		js_set(out, js_iter_key(it), named(js_iter_value(it), key, a));
	if (is_trigger(v))
		js_set(out, "webhook_id", js_new_string(webhook_name(key, js_get_string(v, "webhook_id"), a)));
	return out;
}

struct js *
webhook_named(const struct js *config, const char *key)
{
	struct mem_arena *a;
	struct js *out;

	if (!js_any(config, is_trigger))
		return js_ref(config);
	a = mem_arena_new(1024);
	out = named(config, key, a);
	mem_arena_free(a);
	return out;
}

/* ---- who may call, and how often ---- */

struct counted {
	const char	*name;
	int64_t		 most;
};

/* What a call counts for. */
static enum rc
counted_as(struct db *db, const struct webhook_call *c, struct mem_arena *a, struct counted out[2])
{
	char key[WEBHOOK_KEY];
	enum rc rc = store_webhook_key(db, key);

	if (rc == RC_OK) {
		out[0] = (struct counted){ mem_printf(a, "to %s", webhook_name(key, c->id, a)), WEBHOOK_RATE };
		out[1] = (struct counted){ mem_printf(a, "from %.64s", c->source), WEBHOOK_SOURCE_RATE };
	}
	return rc;
}

static enum rc
check_rate(struct db *db, const struct counted *of, int64_t now_ms, int *retry_s, struct fault *f)
{
	int64_t since = 0;

	if (store_webhook_calls(db, of->name, now_ms - MINUTE_MS, &since) < of->most)
		return RC_OK;
	*retry_s = (int)((since + MINUTE_MS - now_ms + 999) / 1000);
	return fault_set(f, RC_LIMITED, NULL, "more than %lld calls a minute", (long long)of->most);
}

enum rc
webhook_admit(struct db *db, const struct webhook_call *c, int64_t now_ms, struct mem_arena *a, int *retry_s,
    struct fault *f)
{
	struct counted of[2];
	enum rc rc;
	int i;

	if (!store_webhook_any(db, c->id, c->local))
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no such webhook");
	rc = counted_as(db, c, a, of);
	for (i = 0; i < 2 && rc == RC_OK; i++)
		rc = check_rate(db, &of[i], now_ms, retry_s, f);
	return rc;
}

static enum rc
count(struct tx *tx, const struct webhook_call *c, struct mem_arena *a)
{
	struct counted of[2];
	enum rc rc = counted_as(tx->db, c, a, of);
	int i;

	for (i = 0; i < 2 && rc == RC_OK; i++)
		rc = store_webhook_count(tx, of[i].name, tx->now_ms - MINUTE_MS);
	return rc;
}

/* ---- what it brought ---- */

static bool
is_type(const char *type, const char *want)
{
	size_t n = strlen(want);

	return strncasecmp(type, want, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

/* raw[0..n) decoded, or NULL when it is no clean text. */
static const char *
decoded(const char *raw, size_t n, struct mem_arena *a)
{
	char *s = mem_alloc(a, n + 1);
	size_t len;

	if (!field_url_decode(raw, n, true, s, &len) || !field_utf8(s, len) || memchr(s, '\0', len) != NULL)
		return NULL;
	s[len] = '\0';
	return s;
}

/* "a=1&b=x%20y" as an object of texts; NULL when it is badly encoded. */
static struct js *
form(const char *raw, struct mem_arena *a)
{
	struct js *o = js_new_object();
	const char *name, *value, *eq;
	size_t n;

	for (; *raw != '\0'; raw += n + (raw[n] == '&')) {
		if ((n = strcspn(raw, "&")) == 0)
			continue;
		eq = memchr(raw, '=', n);
		name = decoded(raw, eq != NULL ? (size_t)(eq - raw) : n, a);
		value = eq != NULL ? decoded(eq + 1, (size_t)(raw + n - eq - 1), a) : "";
		if (name == NULL || value == NULL) {
			js_free(o);
			return NULL;
		}
		js_set(o, name, js_new_string(value));
	}
	return o;
}

static enum rc
add_body(struct js *data, const struct webhook_call *c, struct mem_arena *a, struct fault *f)
{
	struct js *v = NULL;

	if (c->len == 0)
		return RC_OK;
	if (is_type(c->type, "application/json")) {
		if (js_parse(c->body, c->len, JS_STRICT, &v, f) != RC_OK)
			return RC_INVALID;
		js_set(data, "json", v);
	} else if (is_type(c->type, "application/x-www-form-urlencoded")) {
		if (memchr(c->body, '\0', c->len) != NULL || (v = form(c->body, a)) == NULL)
			return fault_set(f, RC_INVALID, NULL, "the form is badly encoded");
		js_set(data, "data", v);
	} else {
		if (memchr(c->body, '\0', c->len) != NULL || !field_utf8(c->body, c->len))
			return fault_set(f, RC_INVALID, NULL, "the body must be JSON, a form or text");
		js_set(data, "text", js_new_stringn(c->body, c->len));
	}
	return RC_OK;
}

enum rc
webhook_take(struct tx *tx, const struct webhook_call *c, struct mem_arena *a, int64_t *event, int *retry_s,
    struct fault *f)
{
	struct js *data, *query;
	struct buf text = { 0 };
	char key[WEBHOOK_KEY];
	enum rc rc;

	/* whoever came first may have taken the last place meanwhile */
	if ((rc = webhook_admit(tx->db, c, tx->now_ms, a, retry_s, f)) != RC_OK || (rc = count(tx, c, a)) != RC_OK ||
	    (rc = store_webhook_key(tx->db, key)) != RC_OK)
		return rc;
	if (c->len > WEBHOOK_BODY_MAX)
		return fault_set(f, RC_TOO_LARGE, NULL, "the body is larger than %d bytes", WEBHOOK_BODY_MAX);
	if ((query = form(c->query, a)) == NULL)
		return fault_set(f, RC_INVALID, NULL, "the query string is badly encoded");
	data = js_new_object();
	js_set(data, "method", js_new_string(c->method));
	js_set(data, "local", js_new_bool(c->local));
	js_set(data, "query", query);
	if ((rc = add_body(data, c, a, f)) == RC_OK) {
		js_dump(data, &text);
		rc = event_append(tx, EVENT_WEBHOOK, 0, mem_printf(a, RULE_WEBHOOK "%s", webhook_name(key, c->id, a)),
		    buf_str(&text), event);
	}
	buf_free(&text);
	js_free(data);
	return rc;
}
