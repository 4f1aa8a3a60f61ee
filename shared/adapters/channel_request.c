/* SPDX-License-Identifier: ISC
 *
 * What the webhook action of a rule asks for: {"url","method","headers","body"} as action_webhook.c checked it.
 */
#include <string.h>

#include "shared/adapters/channels.h"
#include "shared/adapters/net_client.h"

static const char *
body_of(const struct sending *s, const struct js *body, size_t *len)
{
	const char *plain = js_string(body, len);
	struct buf b = { 0 };

	if (body == NULL || plain != NULL)
		return plain;
	js_dump(body, &b);
	*len = b.len;
	return buf_keep(&b, s->a);
}

static enum rc
send(struct sending *s, struct fault *f)
{
	const struct js *headers = js_get(s->payload, "headers"), *body = js_get(s->payload, "body");
	const char *list[CLIENT_HEADERS_MAX + 2];
	struct client_request r = { .url = js_get_string(s->payload, "url"),
		.method = js_get_string(s->payload, "method"), .headers = list,
		.ca_file = conf_text(s->conf, CONF_CA_FILE),
		.foreign = !conf_bool(s->conf, CONF_WEBHOOK_LOOPBACK) };
	struct client_answer answer;
	enum rc rc;
	void *it;

	list[r.n_headers++] = mem_printf(s->a, "Idempotency-Key: %s", s->delivery->key);
	if (js_type(body) == JS_OBJECT || js_type(body) == JS_ARRAY)
		list[r.n_headers++] = "Content-Type: application/json";
	for (it = headers != NULL ? js_iter(headers) : NULL; it != NULL && r.n_headers < CLIENT_HEADERS_MAX + 2;
	    it = js_iter_next(headers, it))
		list[r.n_headers++] = mem_printf(s->a, "%s: %s", js_iter_key(it), js_string(js_iter_value(it), NULL));
	r.body = body_of(s, body, &r.len);
	rc = client_http(&r, &answer, f);
	s->retry_ms = answer.retry_ms;
	return rc;
}

const struct channel_ops channel_request = { send };
