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
#include "shared/store/store_automation.h"

#define DIGEST 16	/* letters of it that name one */

const char *
webhook_subject(const char *id, struct mem_arena *a)
{
	char hash[TOKEN_HASH];

	token_sha256(id, strlen(id), hash);
	return mem_printf(a, RULE_WEBHOOK "%.*s", DIGEST, hash);
}

/* ---- who has it ---- */

struct search {
	const char	*id;
	bool		 local, found;
};

/* The trigger may stand among the triggers, or in an action that waits for it. */
static void
look(const struct js *v, struct search *s)
{
	const char *id = js_get_string(v, "webhook_id");
	size_t i;
	void *it;

	if (js_type(v) == JS_ARRAY)
		for (i = 0; i < js_size(v); i++)
			look(js_at(v, i), s);
	if (js_type(v) != JS_OBJECT)
		return;
	if (id != NULL && token_equal(id, s->id) && (s->local || !js_bool(js_get(v, "local_only"), true)))
		s->found = true;
	for (it = js_iter(v); it != NULL; it = js_iter_next(v, it))
		look(js_iter_value(it), s);
}

static bool
look_into(const struct automation *r, void *arg)
{
	struct js *config = NULL;

	if (js_parse(r->config, strlen(r->config), JS_STRICT, &config, NULL) == RC_OK)
		look(config, arg);
	js_free(config);
	return true;
}

enum rc
webhook_find(struct db *db, const char *id, bool local)
{
	struct search s = { .id = id, .local = local };
	enum rc rc = store_automation_each_webhook(db, look_into, &s);

	return rc != RC_OK ? rc : s.found ? RC_OK : RC_NOT_FOUND;
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
webhook_take(struct tx *tx, const struct webhook_call *c, struct mem_arena *a, int64_t *event,
    struct fault *f)
{
	struct js *data, *query;
	struct buf text = { 0 };
	enum rc rc;

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
		rc = event_append(tx, EVENT_WEBHOOK, 0, webhook_subject(c->id, a), buf_str(&text), event);
	}
	buf_free(&text);
	js_free(data);
	return rc;
}
