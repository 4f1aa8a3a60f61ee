/* SPDX-License-Identifier: ISC
 *
 * Picks the meta-variables of RFC 3875 and the headers that count out of an environment.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cgi/http.h"

#define TOKEN_MAX 256

static const struct {
	const char	*name;
	size_t		 len;
	size_t		 at;	/* offset in struct http */
} variables[] = {
#define VARIABLE(name, member) { name, sizeof(name) - 1, offsetof(struct http, member) }
	VARIABLE("REQUEST_METHOD", method),
	VARIABLE("REQUEST_URI", uri),
	VARIABLE("SCRIPT_NAME", script),
	VARIABLE("PATH_INFO", info),
	VARIABLE("QUERY_STRING", query),
	VARIABLE("CONTENT_TYPE", type),
	VARIABLE("CONTENT_LENGTH", length),
	VARIABLE("REMOTE_ADDR", remote),
	VARIABLE("HTTP_HOST", host),
	VARIABLE("HTTP_AUTHORIZATION", authorization),
	VARIABLE("HTTP_ORIGIN", origin),
	VARIABLE("HTTP_IF_MATCH", if_match),
	VARIABLE("HTTP_IF_NONE_MATCH", if_none_match),
	VARIABLE("HTTP_IDEMPOTENCY_KEY", key),
	VARIABLE("HTTP_X_REQUEST_ID", request_id),
	VARIABLE("HTTP_X_SIGNATURE", signature),
	VARIABLE("HTTP_X_TIMESTAMP", timestamp),
	VARIABLE("HTTP_X_NONCE", nonce),
	VARIABLE("HTTP_ACCESS_CONTROL_REQUEST_METHOD", wants),
#undef VARIABLE
};

#define VARIABLES (sizeof(variables) / sizeof(variables[0]))

static void
set(struct http *h, size_t at, const char *value)
{
	memcpy((char *)h + at, &value, sizeof(value));
}

void
http_read(struct http *h, char *const *envp)
{
	const char *eq;
	size_t i, n;

	for (i = 0; i < VARIABLES; i++)
		set(h, variables[i].at, "");
	for (; *envp != NULL; envp++) {
		if ((eq = strchr(*envp, '=')) == NULL)
			continue;
		n = (size_t)(eq - *envp);
		for (i = 0; i < VARIABLES; i++)
			if (variables[i].len == n && memcmp(variables[i].name, *envp, n) == 0) {
				set(h, variables[i].at, eq + 1);
				break;
			}
	}
}

const char *
http_path(const struct http *h, size_t *n)
{
	const char *p = h->uri;
	size_t prefix = strlen(h->script);

	if (*p == '\0')
		p = *h->info != '\0' ? h->info : h->script;
	else if (*h->info != '\0' && strncmp(p, h->script, prefix) == 0)
		p += prefix;
	*n = strcspn(p, "?");
	return p;
}

int64_t
http_length(const struct http *h)
{
	const char *error;
	long long n;

	if (*h->length == '\0')
		return 0;
	if (strspn(h->length, "0123456789") != strlen(h->length))
		return -1;
	n = strtonum(h->length, 0, INT64_MAX, &error);
	return error == NULL ? n : INT64_MAX;
}

bool
http_is_json(const struct http *h)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;

	if (strncasecmp(h->type, json, n) != 0)
		return false;
	return h->type[n] == '\0' || h->type[n] == ';' || h->type[n] == ' ';
}

const char *
http_bearer(const struct http *h)
{
	const char *p = h->authorization;

	if (strncasecmp(p, "Bearer ", 7) != 0)
		return NULL;
	for (p += 7; *p == ' '; p++)
		continue;
	return *p != '\0' && strnlen(p, TOKEN_MAX + 1) <= TOKEN_MAX ? p : NULL;
}
