/* SPDX-License-Identifier: ISC
 *
 * The house as a client (owns libcurl): one request over HTTP, one mail over SMTP. Each call connects, says it and
 * waits for the answer; nothing is kept, and any thread may call. Redirections are followed only by who wants a
 * document, proxies of the environment are not used.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/base/buf.h"
#include "shared/base/rc.h"

#define CLIENT_SECONDS 15	/* for all of it */
#define CLIENT_CONNECT_SECONDS 5
#define CLIENT_HEADERS_MAX 32
#define CLIENT_ANSWER_MAX 65536	/* bytes of an answer that are taken in; what is behind them is not waited for */

/* What an answer holds, for who wants it: then redirections are followed. */
struct client_document {
	size_t		 max;		/* bytes; a longer one is RC_TOO_LARGE */
	struct buf	 body;		/* the caller frees it */
	char		 etag[256], modified[64];	/* as the server says, "" when it does not */
};

struct client_request {
	const char	*url;		/* http:// or https:// */
	const char	*method;
	const char	*const *headers;	/* "Name: value", without line breaks */
	size_t		 n_headers;
	const char	*body;		/* or NULL */
	size_t		 len;
	const char	*ca_file;	/* certificates to trust instead of the system's, or NULL */
	struct client_document *document;	/* or NULL */
	bool		 foreign;	/* not to this machine itself, nor to link-local addresses */
};

struct client_answer {
	long	status;		/* of HTTP, 0: there was none */
	int64_t	retry_ms;	/* when the other side wants to be asked again, 0: it does not say */
};

/*
 * RC_OK: a status of 2xx. RC_REFUSED: it will be the same next time (another status, an address that may not be
 * reached). RC_TOO_LARGE: a document is longer than its max. RC_DOWN: it may work later (no connection, a certificate,
 * 408, 425, 429, 5xx). *answer is always set.
 */
enum rc client_http(const struct client_request *r, struct client_answer *answer, struct fault *f);

struct client_mail {
	const char	*url;		/* smtp:// or smtps:// */
	bool		 starttls;	/* smtp:// has to go over to TLS */
	const char	*user, *password;	/* or NULL */
	const char	*from;
	const char	*const *to;
	size_t		 n_to;
	const char	*text;		/* the whole message: headers, an empty line, the body, with CR LF */
	size_t		 len;
	const char	*ca_file;
};

/* RC_OK: the server took it. RC_REFUSED: it never will (5yz, RFC 5321). RC_DOWN: it may later. */
enum rc client_mail(const struct client_mail *m, struct fault *f);

#endif
