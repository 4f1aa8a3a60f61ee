/* SPDX-License-Identifier: ISC
 *
 * Who may connect: path, method, WebSocket headers, host, origin, and a token when one is sent along.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "workers/bridge_int.h"

/* From the answer to the socket: who it is, when a token came along. */
struct admission {
	struct bridge	*bridge;
	bool		 known;
	struct identity	 identity;	/* row and expiry only */
};

static void
problem(struct http_answer *a, unsigned int status, const char *code, const char *detail)
{
	a->status = status;
	snprintf(a->body, sizeof(a->body), "{\"type\":\"about:blank\",\"status\":%u,\"code\":\"%s\","
	    "\"detail\":\"%s\"}\n", status, code, detail);
}

/* True when item is one of the comma-separated ones of list. */
static bool
in_list(const char *list, const char *item, size_t n)
{
	size_t len;

	while (list != NULL && *list != '\0') {
		list += strspn(list, ", \t");
		len = strcspn(list, ", \t");
		if (len == n && strncasecmp(list, item, n) == 0)
			return true;
		list += len;
	}
	return false;
}

/* The length of the host in "host:port", "[v6]:port" or "host". */
static size_t
host_length(const char *authority)
{
	const char *end = *authority == '[' ? strchr(authority, ']') : NULL;

	return end != NULL ? (size_t)(end + 1 - authority) : strcspn(authority, ":");
}

/* A page may connect to the host it came from, and from the origins that the house allows. */
static bool
origin_allowed(const struct bridge *b, const char *origin, const char *host)
{
	const char *authority;
	size_t n;

	if (origin == NULL)		/* no browser */
		return true;
	if (in_list(conf_text(b->core->conf, CONF_ALLOWED_ORIGINS), origin, strlen(origin)))
		return true;
	authority = strstr(origin, "://");
	if (authority == NULL || host == NULL)
		return false;
	authority += 3;
	if (strcasecmp(authority, host) == 0)
		return true;
	n = host_length(host);		/* a host without a port: any port of it */
	return host[n] == '\0' && host_length(authority) == n && strncasecmp(authority, host, n) == 0;
}

static bool
host_allowed(const struct bridge *b, const char *host)
{
	const char *list = conf_text(b->core->conf, CONF_ALLOWED_HOSTS);

	return list == NULL || *list == '\0' ||
	    (host != NULL && in_list(list, host, host_length(host)));
}

static void
taken(void *arg, int fd, const char *extra, size_t n)
{
	struct admission *ad = arg;

	if (fd != -1)
		client_new(ad->bridge, fd, ad->known ? &ad->identity : NULL, extra, n);
	free(ad);
}

/* Whether the Authorization header, if there is one, names somebody we know. */
static bool
check_bearer(struct bridge *b, const char *header, struct admission *ad)
{
	struct identity id;
	enum rc rc;

	if (header == NULL)
		return true;
	if (strncasecmp(header, "Bearer ", 7) != 0)
		return false;
	rc = session_check(b->core->db, header + 7, clock_now(&b->core->clock), b->arena, &id, NULL);
	if (rc == RC_OK) {
		ad->known = true;
		ad->identity.token.row = id.token.row;
		ad->identity.token.expires = id.token.expires;
		ad->identity.token.last_used = id.token.last_used;
	}
	mem_arena_reset(b->arena);
	return rc == RC_OK;
}

static bool
wants_websocket(const struct http_request *r)
{
	const char *upgrade = http_header(r, "Upgrade"), *connection = http_header(r, "Connection");

	return upgrade != NULL && strcasecmp(upgrade, "websocket") == 0 && connection != NULL &&
	    strcasestr(connection, "upgrade") != NULL;
}

/* False: refused, and the answer says why. */
static bool
acceptable(const struct bridge *b, const struct http_request *r, struct http_answer *a)
{
	const char *version = http_header(r, "Sec-WebSocket-Version"), *host = http_header(r, "Host");

	if (strcmp(http_path(r), "/ws") != 0 && strcmp(http_path(r), "/api/v1/realtime") != 0)
		problem(a, 404, "not_found", "there is only /ws here");
	else if (strcmp(http_method(r), "GET") != 0)
		problem(a, 405, "unsupported", "a WebSocket begins with GET");
	else if (!host_allowed(b, host))
		problem(a, 421, "forbidden", "this house does not answer to that host name");
	else if (!wants_websocket(r) || version == NULL || strcmp(version, "13") != 0) {
		problem(a, 426, "unsupported", "this address speaks WebSocket, version 13");
		a->extra_name = "Sec-WebSocket-Version";
		a->extra_value = "13";
	} else if (!ws_accept(http_header(r, "Sec-WebSocket-Key"), a->accept))
		problem(a, 400, "invalid", "Sec-WebSocket-Key is missing or malformed");
	else if (!origin_allowed(b, http_header(r, "Origin"), host))
		problem(a, 403, "forbidden", "this origin may not connect: see ALLOWED_ORIGINS");
	else if (b->n_clients >= b->max_clients) {
		problem(a, 503, "limited", "too many clients: see BRIDGE_MAX_CLIENTS");
		a->extra_name = "Retry-After";
		a->extra_value = "10";
		metric_add_label(METRIC_WS_DROPPED, "limit", 1);
	} else
		return true;
	return false;
}

void
bridge_request(const struct http_request *r, struct http_answer *a, void *arg)
{
	struct bridge *b = arg;
	struct admission *ad;

	if (!acceptable(b, r, a)) {
		if (a->status == 400 || a->status == 405)
			metric_add_label(METRIC_BAD_INPUT, "websocket", 1);
		return;
	}
	ad = mem_xcalloc(1, sizeof(*ad));
	ad->bridge = b;
	if (!check_bearer(b, http_header(r, "Authorization"), ad)) {
		problem(a, 401, "unauthorized", "this token is not known or has expired");
		a->extra_name = "WWW-Authenticate";
		a->extra_value = "Bearer";
		free(ad);
		return;
	}
	a->upgrade = true;
	a->protocol = "websocket";
	a->taken = taken;
	a->arg = ad;
}
