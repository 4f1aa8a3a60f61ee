/* SPDX-License-Identifier: ISC
 *
 * One transfer, from start to end.
 */
#include <sys/socket.h>

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "shared/adapters/net_client.h"
#include "shared/adapters/net_own.h"

/* ---- where it may go ---- */

/* Asked with the address that is really used, so that no name can turn into another one meanwhile. */
static curl_socket_t
open_foreign(void *refused, curlsocktype purpose, struct curl_sockaddr *a)
{
	(void)purpose;
	if (own_address(&a->addr)) {
		*(bool *)refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ---- what both have in common ---- */

static bool
set_common(CURL *c, const char *url, const char *protocols, const char *ca_file)
{
	bool ok = curl_easy_setopt(c, CURLOPT_URL, url) == CURLE_OK;

	ok &= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_PROXY, "") == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)CLIENT_SECONDS) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CLIENT_CONNECT_SECONDS) == CURLE_OK;
	if (ca_file != NULL)
		ok &= curl_easy_setopt(c, CURLOPT_CAINFO, ca_file) == CURLE_OK;
	return ok;
}

static enum rc
failed(CURLcode code, const char *said, struct fault *f)
{
	const char *why = *said != '\0' ? said : curl_easy_strerror(code);

	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return fault_set(f, RC_REFUSED, NULL, "%s", why);
	default:
		return fault_set(f, RC_DOWN, NULL, "%s", why);
	}
}

static void
library_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* NULL: out of memory. */
static CURL *
transfer_new(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, library_start);
	return curl_easy_init();
}

/* ---- HTTP ---- */

struct taking {
	size_t	len;
	bool	refused;
	struct client_document *document;	/* or NULL */
};

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct taking *t = arg;
	size_t max = t->document != NULL ? t->document->max : CLIENT_ANSWER_MAX;

	t->len += size * n;
	if (t->len > max)
		return 0;
	if (t->document != NULL)
		buf_put(&t->document->body, p, size * n);
	return size * n;
}

/* The value of a header line that has this name, without the blanks around it. */
static void
take_value(const char *line, size_t n, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	if (n <= len || line[len] != ':' || strncasecmp(line, name, len) != 0)
		return;
	for (line += len + 1, n -= len + 1; n > 0 && (*line == ' ' || *line == '\t'); line++, n--)
		;
	while (n > 0 && (unsigned char)line[n - 1] <= ' ')
		n--;
	if (n >= size)
		return;
	memcpy(out, line, n);
	out[n] = '\0';
}

/* Of several answers, behind redirections, the last one counts. */
static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct client_document *d = ((struct taking *)arg)->document;

	if (size * n > 5 && memcmp(p, "HTTP/", 5) == 0)
		d->etag[0] = d->modified[0] = '\0';
	take_value(p, size * n, "etag", d->etag, sizeof(d->etag));
	take_value(p, size * n, "last-modified", d->modified, sizeof(d->modified));
	return size * n;
}

static enum rc
judge(CURL *c, struct client_answer *answer, struct fault *f)
{
	curl_off_t again = 0;
	long status = answer->status;

	if (status >= 200 && status < 300)
		return RC_OK;
	if (curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &again) == CURLE_OK && again > 0 && again <= 86400)
		answer->retry_ms = (int64_t)again * 1000;
	return fault_set(f, status == 408 || status == 425 || status == 429 || status >= 500 ? RC_DOWN : RC_REFUSED,
	    NULL, "the answer is status %ld", status);
}

static bool
set_document(CURL *c, struct taking *t)
{
	bool ok = curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;

	ok &= curl_easy_setopt(c, CURLOPT_HEADERDATA, t) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK;
	return ok;
}

static bool
set_http(CURL *c, const struct client_request *r, struct curl_slist *headers, struct taking *t)
{
	bool ok = set_common(c, r->url, "http,https", r->ca_file);

	ok &= curl_easy_setopt(c, CURLOPT_USERAGENT, "House-Consciousness") == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
	if (r->body != NULL) {
		ok &= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->len) == CURLE_OK;
		ok &= curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body) == CURLE_OK;
	}
	ok &= curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method) == CURLE_OK;
	if (strcasecmp(r->method, "HEAD") == 0)
		ok &= curl_easy_setopt(c, CURLOPT_NOBODY, 1L) == CURLE_OK;
	if (r->document != NULL)
		ok &= set_document(c, t);
	if (r->foreign) {
		ok &= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_foreign) == CURLE_OK;
		ok &= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, &t->refused) == CURLE_OK;
	}
	return ok;
}

enum rc
client_http(const struct client_request *r, struct client_answer *answer, struct fault *f)
{
	char said[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = curl_slist_append(NULL, "Expect:"), *more = headers;
	struct taking t = { .document = r->document };
	CURL *c = transfer_new();
	enum rc rc = RC_ERROR;
	CURLcode code;
	size_t i;

	*answer = (struct client_answer){ 0 };
	for (i = 0; i < r->n_headers && more != NULL; i++)
		more = curl_slist_append(headers, r->headers[i]);
	if (c == NULL || more == NULL || !set_http(c, r, headers, &t) ||
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, said) != CURLE_OK) {
		fault_set(f, rc, NULL, "the request cannot be made");
		goto out;
	}
	code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer->status);
	if (t.refused && (answer->status == 0 || (r->document != NULL && code != CURLE_OK)))
		rc = fault_set(f, RC_REFUSED, NULL, "the house may not reach this machine itself or a link-local "
		    "address; WEBHOOK_LOOPBACK allows it");
	else if (r->document != NULL && t.len > r->document->max)
		rc = fault_set(f, RC_TOO_LARGE, NULL, "the answer is larger than %zu bytes", r->document->max);
	else if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && answer->status != 0))
		rc = judge(c, answer, f);
	else
		rc = failed(code, said, f);
out:
	curl_slist_free_all(headers);
	if (c != NULL)
		curl_easy_cleanup(c);
	return rc;
}

/* ---- SMTP ---- */

struct reading {
	const char	*p;
	size_t		 left;
};

static size_t
give(char *to, size_t size, size_t n, void *arg)
{
	struct reading *r = arg;
	size_t want = size * n < r->left ? size * n : r->left;

	memcpy(to, r->p, want);
	r->p += want;
	r->left -= want;
	return want;
}

static bool
set_mail(CURL *c, const struct client_mail *m, struct curl_slist *to, struct reading *r)
{
	bool ok = set_common(c, m->url, "smtp,smtps", m->ca_file);

	ok &= curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(m->starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE)) ==
	    CURLE_OK;
	if (m->user != NULL)
		ok &= curl_easy_setopt(c, CURLOPT_USERNAME, m->user) == CURLE_OK;
	if (m->user != NULL && m->password != NULL)
		ok &= curl_easy_setopt(c, CURLOPT_PASSWORD, m->password) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_MAIL_FROM, m->from) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_READFUNCTION, give) == CURLE_OK;
	ok &= curl_easy_setopt(c, CURLOPT_READDATA, r) == CURLE_OK;
	return ok;
}

enum rc
client_mail(const struct client_mail *m, struct fault *f)
{
	char said[CURL_ERROR_SIZE] = "";
	struct reading r = { m->text, m->len };
	struct curl_slist *to = NULL, *more = NULL;
	CURL *c = transfer_new();
	enum rc rc = RC_ERROR;
	long status = 0;
	CURLcode code;
	size_t i;

	for (i = 0; i < m->n_to && (i == 0 || more != NULL); i++) {
		more = curl_slist_append(to, m->to[i]);
		to = more != NULL ? more : to;
	}
	if (c == NULL || more == NULL || !set_mail(c, m, to, &r) ||
	    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, said) != CURLE_OK) {
		fault_set(f, rc, NULL, "the mail cannot be made");
		goto out;
	}
	code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK)
		rc = RC_OK;
	else if (status >= 500 && status < 600 && code != CURLE_USE_SSL_FAILED)
		rc = fault_set(f, RC_REFUSED, NULL, "the mail server says %ld: %s", status, said);
	else
		rc = failed(code, said, f);
out:
	curl_slist_free_all(to);
	if (c != NULL)
		curl_easy_cleanup(c);
	return rc;
}
