/* SPDX-License-Identifier: ISC
 *
 * A request as it came over CGI or FastCGI: the meta-variables that count, picked in one pass, and the
 * way to its bytes. Nothing here is trusted yet.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is missing is "". Owned by the environment it was read from. */
struct http {
	const char	*method;
	const char	*uri;		/* REQUEST_URI, raw, query included */
	const char	*script, *info;	/* SCRIPT_NAME, PATH_INFO */
	const char	*query;		/* QUERY_STRING, raw */
	const char	*type, *length;	/* CONTENT_TYPE, CONTENT_LENGTH */
	const char	*remote;	/* REMOTE_ADDR */
	const char	*host;
	const char	*authorization;
	const char	*origin;
	const char	*if_match, *if_none_match;
	const char	*key;		/* Idempotency-Key */
	const char	*request_id;	/* X-Request-Id */
	const char	*signature, *timestamp, *nonce;	/* X-Signature, X-Timestamp, X-Nonce */
	const char	*wants;		/* Access-Control-Request-Method */
};

void http_read(struct http *h, char *const *envp);
/*
 * The raw path without the query, as a server or a CGI server sent it; *n is its length. A CGI server
 * that runs the program below a prefix of its own says so in SCRIPT_NAME and PATH_INFO.
 */
const char *http_path(const struct http *h, size_t *n);
/* CONTENT_LENGTH; 0 when absent, -1 when it is no number. */
int64_t http_length(const struct http *h);
/* True for "application/json", with or without parameters. */
bool http_is_json(const struct http *h);
/* The token of "Bearer TOKEN", or NULL. */
const char *http_bearer(const struct http *h);

/* The bytes of one exchange. */
struct exchange {
	char	*const *envp;
	/* Reads at most n bytes of the body; 0 at its end, -1 on error. */
	ssize_t	(*read)(void *io, char *p, size_t n);
	void	(*write)(void *io, const char *p, size_t n);
	/* What was written goes out now; false: nobody takes it any more. NULL: write sends at once. */
	bool	(*flush)(void *io);
	void	*io;
};

#endif
