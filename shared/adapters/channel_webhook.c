/* SPDX-License-Identifier: ISC
 *
 * The channel webhook: the notice as JSON to ALERT_WEBHOOK_URL. What is signed is the time, a full stop and the
 * body, with HMAC-SHA256, so that neither can be changed and an old request can be told from a new one.
 */
#include <string.h>

#include "shared/adapters/channels.h"
#include "shared/adapters/net_client.h"
#include "shared/base/token.h"

static const char *
body_of(const struct sending *s)
{
	struct js *o = js_copy(s->payload);
	struct buf b = { 0 };
	const char *text;

	js_set(o, "id", js_new_string(s->delivery->key));
	js_set(o, "attempt", js_new_int(s->delivery->attempts));
	if (s->delivery->alert != 0)
		js_set(o, "alert_id", js_new_int(s->delivery->alert));
	js_dump(o, &b);
	text = buf_keep(&b, s->a);
	js_free(o);
	return text;
}

static const char *
signature(const struct sending *s, const char *secret, const char *time, const char *body)
{
	const char *text = mem_printf(s->a, "%s.%s", time, body);
	char hex[TOKEN_HASH];

	token_hmac_sha256(secret, strlen(secret), text, strlen(text), hex);
	return mem_printf(s->a, "X-Signature: sha256=%s", hex);
}

static enum rc
send(struct sending *s, struct fault *f)
{
	const char *secret = conf_text(s->conf, CONF_ALERT_WEBHOOK_SECRET), *body = body_of(s), *headers[4];
	const char *time = mem_printf(s->a, "%lld", (long long)(s->now_ms / 1000));
	struct client_answer answer;
	size_t n = 0;
	enum rc rc;

	headers[n++] = "Content-Type: application/json";
	headers[n++] = mem_printf(s->a, "Idempotency-Key: %s", s->delivery->key);
	headers[n++] = mem_printf(s->a, "X-Timestamp: %s", time);
	if (secret != NULL)
		headers[n++] = signature(s, secret, time, body);
	rc = client_http(&(struct client_request){ .url = conf_text(s->conf, CONF_ALERT_WEBHOOK_URL),
	    .method = "POST", .headers = headers, .n_headers = n, .body = body, .len = strlen(body),
	    .ca_file = conf_text(s->conf, CONF_CA_FILE) }, &answer, f);
	s->retry_ms = answer.retry_ms;
	return rc;
}

const struct channel_ops channel_webhook = { send };
