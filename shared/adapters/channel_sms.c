/* SPDX-License-Identifier: ISC
 *
 * The channel sms: text messages by Twilio, https://www.twilio.com/docs/messaging/api/message-resource. Each number
 * is a delivery of its own; a test alone is sent to all at once.
 */
#include <ctype.h>
#include <string.h>

#include "shared/adapters/channels.h"
#include "shared/adapters/net_client.h"
#include "shared/base/base64.h"

#define TEXT_MAX 1600		/* characters that Twilio takes; bytes are never fewer */

/* "+491701234567", or "whatsapp:+491701234567". */
static bool
is_number(const char *s)
{
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("+:-_.", *s) == NULL)
			return false;
	return true;
}

static const char *
member(const struct sending *s, const char *name)
{
	const char *text = js_get_string(s->payload, name);

	return text != NULL ? text : "";
}

/* Title and message, unless one is the beginning of the other; what is critical says so first. */
static const char *
text_of(const struct sending *s)
{
	const char *title = member(s, "title"), *message = member(s, "message");
	bool critical = strcmp(member(s, "severity"), "critical") == 0 && strcmp(member(s, "status"), "cleared") != 0;
	bool once = strncmp(message, title, strlen(title)) == 0;
	char *text = mem_printf(s->a, "%s%s%s%s", critical ? "CRITICAL: " : "", once ? "" : title, once ? "" : "\n",
	    message);
	size_t n = TEXT_MAX;

	if (strlen(text) <= n)
		return text;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	text[n] = '\0';
	return text;
}

static const char *
authorization(const struct sending *s, const char *account)
{
	const char *who = mem_printf(s->a, "%s:%s", account, conf_text(s->conf, CONF_TWILIO_AUTH_TOKEN)), *header;
	struct buf b = { 0 };

	base64_encode(who, strlen(who), &b);
	header = mem_printf(s->a, "Authorization: Basic %s", buf_str(&b));
	buf_free(&b);
	return header;
}

static const char *
form(const struct sending *s, const char *to)
{
	const char *from = conf_text(s->conf, CONF_TWILIO_FROM), *body;
	struct buf b = { 0 };

	buf_puts(&b, "To=");
	buf_url(&b, to);
	buf_puts(&b, strncmp(from, "MG", 2) == 0 ? "&MessagingServiceSid=" : "&From=");
	buf_url(&b, from);
	buf_puts(&b, "&Body=");
	buf_url(&b, text_of(s));
	body = mem_strndup(s->a, buf_str(&b), b.len);
	buf_free(&b);
	return body;
}

static enum rc
send_to(struct sending *s, const char *to, struct fault *f)
{
	const char *account = conf_text(s->conf, CONF_TWILIO_ACCOUNT_SID), *body, *headers[2];
	struct client_answer answer;
	enum rc rc;

	if (!is_number(to) || !is_number(account))
		return fault_set(f, RC_REFUSED, NULL, "TWILIO_TO has to hold numbers such as +491701234567, and "
		    "TWILIO_ACCOUNT_SID an account");
	body = form(s, to);
	headers[0] = "Content-Type: application/x-www-form-urlencoded";
	headers[1] = authorization(s, account);
	rc = client_http(&(struct client_request){ .url = mem_printf(s->a, "%s/2010-04-01/Accounts/%s/Messages.json",
	    conf_text(s->conf, CONF_TWILIO_API_URL), account), .method = "POST", .headers = headers, .n_headers = 2,
	    .body = body, .len = strlen(body), .ca_file = conf_text(s->conf, CONF_CA_FILE) }, &answer, f);
	s->retry_ms = answer.retry_ms;
	return rc;
}

/* A test: all are tried. When one was reached it is not tried again, as that one would be told twice. */
static enum rc
send_to_all(struct sending *s, struct fault *f)
{
	char *rest = mem_strdup(s->a, conf_text(s->conf, CONF_TWILIO_TO)), *to;
	struct fault first = { 0 };
	unsigned int n = 0, reached = 0;
	enum rc rc;

	for (; (to = channel_next(&rest)) != NULL; n++) {
		if ((rc = send_to(s, to, f)) == RC_OK)
			reached++;
		else if (first.rc == RC_OK)
			first = *f;
	}
	if (n == 0)
		return fault_set(f, RC_REFUSED, NULL, "TWILIO_TO holds no number");
	if (reached == n)
		return RC_OK;
	return fault_set(f, reached > 0 ? RC_REFUSED : first.rc, NULL, "%u of %u were reached: %.150s", reached, n,
	    first.msg);
}

static enum rc
send(struct sending *s, struct fault *f)
{
	const char *person = channel_person(s->delivery->target);

	return person != NULL ? send_to(s, person, f) : send_to_all(s, f);
}

const struct channel_ops channel_sms = { send };
