/* SPDX-License-Identifier: ISC
 *
 * The tree of routes.
 */
#include <atf-c.h>
#include <string.h>

#include "cgi/router.h"

#define READ PERMISSION_READ

static const struct route one_routes[] = {
	{ .method = "GET", .path = "/health", .permission = READ },
	{ .method = "GET", .path = "/api/v1/things", .alias = "/api/v1/old/things",
	    .permission = READ },
	{ .method = "POST", .path = "/api/v1/things", .permission = READ },
	{ .method = "POST", .path = "/api/v1/things/all", .permission = READ },
	{ .method = NULL }
};

static const struct route two_routes[] = {
	{ .method = "GET", .path = "/api/v1/things/{id}", .permission = READ },
	{ .method = "PUT", .path = "/api/v1/things/{id}/parts/{part}", .permission = READ },
	{ .method = NULL }
};

static const struct resource one = { "one", "", one_routes, NULL };
static const struct resource two = { "two", "", two_routes, NULL };
static const struct resource *const list[] = { &one, &two, NULL };

static struct match found;

/* The pattern that is found, or the name of the result. The arena is left to the end of the process. */
static const char *
find(const char *method, const char *path)
{
	static const char *const names[] = {
		[ROUTER_FOUND] = "found", [ROUTER_NOWHERE] = "nowhere",
		[ROUTER_MALFORMED] = "malformed", [ROUTER_METHOD] = "method",
	};
	struct router *r = router_new(list);
	enum router_result result;

	result = router_find(r, method, path, strlen(path), mem_arena_new(4096), &found);
	return result == ROUTER_FOUND ? found.endpoint->route->path : names[result];
}

ATF_TC_WITHOUT_HEAD(find__literal_and_named);
ATF_TC_BODY(find__literal_and_named, tc)
{
	ATF_CHECK_STREQ("/health", find("GET", "/health"));
	ATF_CHECK_STREQ("/api/v1/things", find("GET", "/api/v1/things"));
	ATF_CHECK_STREQ("/api/v1/things/{id}", find("GET", "/api/v1/things/lamp"));
	ATF_CHECK_STREQ("lamp", found.values[0]);
	ATF_CHECK_STREQ("id", found.endpoint->names[0]);
	ATF_CHECK_STREQ("/api/v1/things/{id}/parts/{part}", find("PUT", "/api/v1/things/a/parts/b"));
	ATF_CHECK_STREQ("a", found.values[0]);
	ATF_CHECK_STREQ("b", found.values[1]);
}

ATF_TC_WITHOUT_HEAD(find__literal_wins_over_name);
ATF_TC_BODY(find__literal_wins_over_name, tc)
{
	ATF_CHECK_STREQ("/api/v1/things/all", find("POST", "/api/v1/things/all"));
	ATF_CHECK_STREQ("method", find("GET", "/api/v1/things/all"));
	ATF_CHECK_STREQ("/api/v1/things/{id}", find("GET", "/api/v1/things/alle"));
}

ATF_TC_WITHOUT_HEAD(find__alias_and_no_version);
ATF_TC_BODY(find__alias_and_no_version, tc)
{
	ATF_CHECK_STREQ("/api/v1/things", find("GET", "/api/v1/old/things"));
	ATF_CHECK_STREQ("/api/v1/things", find("GET", "/api/things"));
	ATF_CHECK_STREQ("/api/v1/things/{id}", find("GET", "/api/things/x"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/things"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v2/things"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/health/v1"));
}

ATF_TC_WITHOUT_HEAD(find__trailing_junk);
ATF_TC_BODY(find__trailing_junk, tc)
{
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v1/things/"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v1/things//"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api//v1/things"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v1/things/a/b"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v1/things/a%2Fb"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/api/v1"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/"));
	ATF_CHECK_STREQ("nowhere", find("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"));
}

ATF_TC_WITHOUT_HEAD(find__encoded);
ATF_TC_BODY(find__encoded, tc)
{
	ATF_CHECK_STREQ("/api/v1/things/{id}", find("GET", "/api/v1/things/k%C3%BCche%20+"));
	ATF_CHECK_STREQ("k\303\274che +", found.values[0]);
	ATF_CHECK_STREQ("/api/v1/things", find("GET", "/api/v1/%74hings"));
	ATF_CHECK_STREQ("malformed", find("GET", "/api/v1/things/%00"));
	ATF_CHECK_STREQ("malformed", find("GET", "/api/v1/things/%f"));
	ATF_CHECK_STREQ("malformed", find("GET", "/api/v1/things/%ff"));
	ATF_CHECK_STREQ("malformed", find("GET", "/api/v1/things/\377"));
	ATF_CHECK_STREQ("malformed", find("GET", ""));
	ATF_CHECK_STREQ("malformed", find("GET", "api/v1/things"));
}

ATF_TC_WITHOUT_HEAD(find__long_path);
ATF_TC_BODY(find__long_path, tc)
{
	char path[ROUTER_PATH_MAX + 2];

	memset(path, 'a', sizeof(path));
	memcpy(path, "/api/v1/things/", 15);
	path[ROUTER_PATH_MAX] = '\0';
	ATF_CHECK_STREQ("/api/v1/things/{id}", find("GET", path));
	path[ROUTER_PATH_MAX] = 'a';
	path[ROUTER_PATH_MAX + 1] = '\0';
	ATF_CHECK_STREQ("malformed", find("GET", path));
}

ATF_TC_WITHOUT_HEAD(find__method);
ATF_TC_BODY(find__method, tc)
{
	struct buf b = {0};

	ATF_CHECK_STREQ("/api/v1/things", find("HEAD", "/api/v1/things"));
	ATF_CHECK_STREQ("GET", found.endpoint->route->method);
	ATF_CHECK_STREQ("method", find("DELETE", "/api/v1/things"));
	router_allow(&found, &b);
	ATF_CHECK_STREQ("GET, HEAD, POST, OPTIONS", buf_str(&b));
	ATF_CHECK_STREQ("method", find("get", "/api/v1/things"));
	ATF_CHECK_STREQ("method", find("", "/api/v1/things"));
	ATF_CHECK_STREQ("nowhere", find("DELETE", "/nothing"));
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(resources__each_compiles);
ATF_TC_BODY(resources__each_compiles, tc)
{
	struct router *r = router_new(resources);
	const struct resource *const *s;
	const struct route *route;
	size_t i;

	for (s = resources; *s != NULL; s++)
		for (route = (*s)->routes; route->method != NULL; route++) {
			ATF_CHECK_MSG(route->handle != NULL, "%s", route->path);
			ATF_CHECK_MSG(route->summary != NULL, "%s", route->path);
			ATF_CHECK_MSG(strcmp(route->method, "GET") == 0 ||
			    (route->flags & ROUTE_WRITE) != 0, "%s writes", route->path);
			for (i = 0; route->inputs != NULL && route->inputs[i].name != NULL; i++)
				ATF_CHECK_MSG(route->inputs[i].where != FIELD_PATH ||
				    route->inputs[i].type != FIELD_ANY, "%s", route->path);
		}
	router_free(r);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, find__literal_and_named);
	ATF_TP_ADD_TC(tp, find__literal_wins_over_name);
	ATF_TP_ADD_TC(tp, find__alias_and_no_version);
	ATF_TP_ADD_TC(tp, find__trailing_junk);
	ATF_TP_ADD_TC(tp, find__encoded);
	ATF_TP_ADD_TC(tp, find__long_path);
	ATF_TP_ADD_TC(tp, find__method);
	ATF_TP_ADD_TC(tp, resources__each_compiles);
	return atf_no_error();
}
