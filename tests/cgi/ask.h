/* SPDX-License-Identifier: ISC
 *
 * For tests of the API without a server: a house in the present directory, and asking it as a CGI server
 * would. For inclusion by a test program.
 */
#ifndef ASK_H
#define ASK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/api.h"
#include "shared/domain/session.h"

struct ask {
	struct conf		*conf;
	struct api		*api;
	struct workspace	 ws;
	char			 token[SESSION_TOKEN];
	struct buf		 answer;	/* head and body */
	const char		*body;		/* of the present request */
	size_t			 body_len, body_read;
};

static inline enum rc
ask_grant(struct tx *tx, void *arg, struct fault *f)
{
	struct session_grant g = { .name = "test" };
	struct token t;

	return session_grant(tx, &g, arg, &t, f);
}

/* False with *f when the house cannot be made. The environment is the configuration. */
static inline bool
ask_open(struct ask *a, const char *dir, struct fault *f)
{
	struct clock clock = clock_open();
	struct store_writer *w = NULL;
	enum rc rc;

	*a = (struct ask){ .conf = NULL };
	rc = conf_load(dir, NULL, &a->conf, f);
	if (rc == RC_OK)
		rc = store_writer_open(a->conf, &clock, NULL, NULL, &w, f);
	if (rc == RC_OK)
		rc = store_migrate(store_writer_db(w), f);
	if (rc == RC_OK)
		rc = store_write(w, "system", ask_grant, a->token, f);
	store_writer_close(w);
	if (rc == RC_OK)
		rc = api_open(a->conf, &a->api, f);
	if (rc == RC_OK)
		api_workspace_open(&a->ws);
	return rc == RC_OK;
}

static inline void
ask_close(struct ask *a)
{
	api_workspace_close(&a->ws);
	api_close(a->api);
	conf_free(a->conf);
	buf_free(&a->answer);
}

static inline ssize_t
ask_read(void *io, char *p, size_t n)
{
	struct ask *a = io;
	size_t left = a->body_len - a->body_read;

	n = n < left ? n : left;
	memcpy(p, a->body + a->body_read, n);
	a->body_read += n;
	return (ssize_t)n;
}

static inline void
ask_write(void *io, const char *p, size_t n)
{
	struct ask *a = io;

	buf_put(&a->answer, p, n);
}

/* envp is complete; returns the status. */
static inline int
ask_raw(struct ask *a, char *const *envp, const char *body, size_t len)
{
	struct exchange x = { .envp = envp, .read = ask_read, .write = ask_write, .io = a };

	buf_reset(&a->answer);
	a->body = body;
	a->body_len = len;
	a->body_read = 0;
	api_serve(a->api, &a->ws, &x);
	if (strncmp(buf_str(&a->answer), "Status: ", 8) != 0)
		return -1;
	return (int)strtol(a->answer.p + 8, NULL, 10);
}

/* more: "NAME=value" lines of further variables, or NULL. */
static inline int
ask(struct ask *a, const char *method, const char *uri, const char *body, const char *more)
{
	struct buf vars = {0};
	char *envp[32], *rest, *line;
	const char *query = strchr(uri, '?');
	int n = 0, status;

	buf_printf(&vars, "REQUEST_METHOD=%s\nREQUEST_URI=%s\nQUERY_STRING=%s\nREMOTE_ADDR=127.0.0.1\n"
	    "CONTENT_LENGTH=%zu\nCONTENT_TYPE=application/json\nHTTP_HOST=house\n"
	    "HTTP_AUTHORIZATION=Bearer %s\n%s", method, uri, query != NULL ? query + 1 : "",
	    body != NULL ? strlen(body) : 0, a->token, more != NULL ? more : "");
	rest = vars.p;
	while (n < 31 && (line = strsep(&rest, "\n")) != NULL)
		envp[n++] = line;
	envp[n] = NULL;
	status = ask_raw(a, envp, body != NULL ? body : "", body != NULL ? strlen(body) : 0);
	buf_free(&vars);
	return status;
}

/* True when the last answer holds the text. */
static inline bool
ask_has(const struct ask *a, const char *text)
{
	return strstr(buf_str(&a->answer), text) != NULL;
}

/* The body of the last answer. */
static inline const char *
ask_body(const struct ask *a)
{
	const char *end = strstr(buf_str(&a->answer), "\r\n\r\n");

	return end != NULL ? end + 4 : "";
}

#endif
