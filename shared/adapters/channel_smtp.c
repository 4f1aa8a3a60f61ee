/* SPDX-License-Identifier: ISC
 *
 * The channel email: a message (RFC 5322) with text in UTF-8, written as base64 so that no line of it means
 * anything to a mail server. Its Message-ID is the delivery's key: a mail program shows one that comes twice once.
 */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include "shared/adapters/channels.h"
#include "shared/adapters/net_client.h"
#include "shared/base/base64.h"

#define TO_MAX 32
#define WORD_BYTES 42		/* of an encoded word (RFC 2047): 56 characters of base64, 75 at most in all */
#define LINE_BYTES 57		/* 76 characters of base64 */

static void
put_date(struct buf *b, int64_t utc_ms)
{
	time_t seconds = (time_t)(utc_ms / 1000);
	char text[64];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_printf(b, "Date: %s\r\n", text);
}

static void
put_word(struct buf *b, const char *s, size_t n)
{
	buf_puts(b, "=?UTF-8?B?");
	base64_encode(s, n, b);
	buf_puts(b, "?=");
}

/* Encoded whatever it is: then it can hold no line break. Pieces end between characters. */
static void
put_subject(struct buf *b, const char *s)
{
	size_t n;

	buf_puts(b, "Subject:");
	for (; *s != '\0'; s += n) {
		n = strlen(s) < WORD_BYTES ? strlen(s) : WORD_BYTES;
		while (n > 1 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		buf_putc(b, ' ');
		put_word(b, s, n);
		if (s[n] != '\0')
			buf_puts(b, "\r\n");
	}
	buf_puts(b, "\r\n");
}

static void
put_body(struct buf *b, const char *text)
{
	size_t n = strlen(text), i;

	for (i = 0; i < n; i += LINE_BYTES) {
		base64_encode(text + i, n - i < LINE_BYTES ? n - i : LINE_BYTES, b);
		buf_puts(b, "\r\n");
	}
}

/* Configured by the operator, but nothing that could end a line. */
static bool
is_address(const char *s)
{
	for (; *s != '\0'; s++)
		if (iscntrl((unsigned char)*s) || *s == '<' || *s == '>' || *s == ' ')
			return false;
	return true;
}

static size_t
read_to(const struct sending *s, const char *to[TO_MAX])
{
	char *rest = mem_strdup(s->a, conf_text(s->conf, CONF_SMTP_TO)), *item;
	size_t n = 0;

	while ((item = strsep(&rest, ",")) != NULL && n < TO_MAX)
		if (*item != '\0')
			to[n++] = item;
	return n;
}

static void
write_message(const struct sending *s, const char *from, const char *const *to, size_t n, struct buf *b)
{
	const char *title = js_get_string(s->payload, "title"), *message = js_get_string(s->payload, "message");
	const char *severity = js_get_string(s->payload, "severity"), *status = js_get_string(s->payload, "status");
	char local[CLOCK_TEXT];
	size_t i;

	buf_printf(b, "From: House Consciousness <%s>\r\n", from);
	for (i = 0; i < n; i++)
		buf_printf(b, "%s<%s>%s", i == 0 ? "To: " : " ", to[i], i + 1 < n ? ",\r\n" : "\r\n");
	put_subject(b, title != NULL && *title != '\0' ? title : "Notice");
	put_date(b, s->now_ms);
	buf_printf(b, "Message-ID: <%s@consciousness.invalid>\r\n", s->delivery->key);
	if (severity != NULL && strcmp(severity, "critical") == 0 && status != NULL && strcmp(status, "cleared") != 0)
		buf_puts(b, "X-Priority: 1\r\nImportance: high\r\n");
	buf_puts(b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	put_body(b, mem_printf(s->a, "%s\r\n\r\n%s, %s, %s\r\n", message != NULL ? message : "",
	    severity != NULL ? severity : "", status != NULL ? status : "",
	    clock_local(s->delivery->created, local)));
}

static enum rc
send(struct sending *s, struct fault *f)
{
	const char *to[TO_MAX], *from = conf_text(s->conf, CONF_SMTP_FROM);
	size_t n = read_to(s, to), i;
	struct buf text = { 0 };
	enum rc rc;

	if (from == NULL)
		from = to[0];
	for (i = 0; i < n; i++)
		if (!is_address(to[i]) || !is_address(from))
			return fault_set(f, RC_REFUSED, NULL, "SMTP_TO and SMTP_FROM have to be plain addresses");
	write_message(s, from, to, n, &text);
	rc = client_mail(&(struct client_mail){ .url = conf_text(s->conf, CONF_SMTP_URL),
	    .starttls = conf_bool(s->conf, CONF_SMTP_STARTTLS), .user = conf_text(s->conf, CONF_SMTP_USER),
	    .password = conf_text(s->conf, CONF_SMTP_PASSWORD), .from = from, .to = to, .n_to = n,
	    .text = buf_str(&text), .len = text.len, .ca_file = conf_text(s->conf, CONF_CA_FILE) }, f);
	buf_free(&text);
	return rc;
}

const struct channel_ops channel_email = { send };
