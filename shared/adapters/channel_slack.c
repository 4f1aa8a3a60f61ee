/* SPDX-License-Identifier: ISC
 *
 * The channel slack: an incoming webhook, https://api.slack.com/messaging/webhooks.
 */
#include <string.h>

#include "shared/adapters/channels.h"
#include "shared/adapters/net_client.h"

/* https://api.slack.com/reference/surfaces/formatting#escaping */
static void
put_escaped(struct buf *b, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		switch (*s) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		default:
			buf_putc(b, *s);
		}
}

static const char *
sign_of(const struct js *payload)
{
	const char *severity = js_get_string(payload, "severity"), *status = js_get_string(payload, "status");

	if (status != NULL && strcmp(status, "cleared") == 0)
		return ":white_check_mark:";
	if (severity != NULL && strcmp(severity, "critical") == 0)
		return ":rotating_light:";
	return severity != NULL && strcmp(severity, "warning") == 0 ? ":warning:" : ":information_source:";
}

static enum rc
send(struct sending *s, struct fault *f)
{
	static const char *const headers[] = { "Content-Type: application/json" };
	struct client_answer answer;
	struct buf text = { 0 }, body = { 0 };
	struct jsw w = jsw_to(&body);
	enum rc rc;

	buf_printf(&text, "%s *", sign_of(s->payload));
	put_escaped(&text, js_get_string(s->payload, "title"));
	buf_puts(&text, "*\n");
	put_escaped(&text, js_get_string(s->payload, "message"));
	jsw_object(&w, NULL);
	jsw_string(&w, "text", buf_str(&text));
	jsw_end(&w);
	rc = client_http(&(struct client_request){ .url = conf_text(s->conf, CONF_SLACK_WEBHOOK_URL),
	    .method = "POST", .headers = headers, .n_headers = 1, .body = buf_str(&body), .len = body.len,
	    .ca_file = conf_text(s->conf, CONF_CA_FILE) }, &answer, f);
	s->retry_ms = answer.retry_ms;
	buf_free(&text);
	buf_free(&body);
	return rc;
}

const struct channel_ops channel_slack = { send };
