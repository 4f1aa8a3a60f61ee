/* SPDX-License-Identifier: ISC
 *
 * One transfer, from start to end.
 */
#include <sys/socket.h>

#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "shared/adapters/net_client.h"

/* ---- where it may go ---- */

static bool
is_own4(uint32_t a)
{
	return a >> 24 == 127 || a >> 24 == 0 || a >> 16 == 0xa9fe || a >> 28 >= 0xe;
}

/* This machine, what is reached without a router alone (169.254/16, where clouds keep secrets), many at once. */
static bool
is_own(const struct sockaddr *sa)
{
	const struct in6_addr *six;
	uint32_t four;

	if (sa->sa_family == AF_INET)
		return is_own4(ntohl(((const struct sockaddr_in *)(const void *)sa)->sin_addr.s_addr));
	if (sa->sa_family != AF_INET6)
		return true;
	six = &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	if (IN6_IS_ADDR_V4MAPPED(six) || IN6_IS_ADDR_V4COMPAT(six)) {
		memcpy(&four, six->s6_addr + 12, sizeof(four));
		return is_own4(ntohl(four));
	}
	return IN6_IS_ADDR_LOOPBACK(six) || IN6_IS_ADDR_UNSPECIFIED(six) || IN6_IS_ADDR_LINKLOCAL(six) ||
	    IN6_IS_ADDR_MULTICAST(six);
}

/* Asked with the address that is really used, so that no name can turn into another one meanwhile. */
static curl_socket_t
open_foreign(void *refused, curlsocktype purpose, struct curl_sockaddr *a)
{
	(void)purpose;
	if (is_own(&a->addr)) {
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

/* ---- HTTP ---- */

struct taking {
	size_t	len;
	bool	refused;
};

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct taking *t = arg;

	(void)p;
	t->len += size * n;
	return t->len > CLIENT_ANSWER_MAX ? 0 : size * n;
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
	struct taking t = { 0 };
	CURL *c = curl_easy_init();
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
	if (t.refused && answer->status == 0)
		rc = fault_set(f, RC_REFUSED, NULL, "a webhook may not reach this machine itself or a link-local "
		    "address; WEBHOOK_LOOPBACK allows it");
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
	CURL *c = curl_easy_init();
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
