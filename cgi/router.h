/* SPDX-License-Identifier: ISC
 *
 * Finds the route of a method and a path: the patterns of all resources compiled once into a tree of
 * segments. "/api/x" is taken for "/api/v1/x".
 */
#ifndef ROUTER_H
#define ROUTER_H

#include "cgi/route.h"
#include "shared/base/buf.h"
#include "shared/base/mem.h"
#include "shared/base/metric.h"

#define ROUTER_PATH_MAX 2048	/* bytes of a path */
#define ROUTER_PARAMS 4		/* {names} in a path */

enum router_method {
	ROUTER_GET, ROUTER_POST, ROUTER_PUT, ROUTER_PATCH, ROUTER_DELETE, ROUTER_METHOD__MAX
};

/* A route with what is remembered about it. */
struct endpoint {
	const struct route	*route;
	const char		*names[ROUTER_PARAMS];	/* of the {names}, owned by the router */
	int			 n;
	struct metric_series	*seconds;	/* request duration */
	struct metric_series	*ok;		/* requests answered with the status of success */
};

enum router_result {
	ROUTER_FOUND,
	ROUTER_NOWHERE,		/* no such path */
	ROUTER_MALFORMED,	/* the path is badly encoded or too long */
	ROUTER_METHOD		/* the path is there, but not with this method */
};

struct match {
	const struct endpoint	*const *all;	/* of this path, ROUTER_METHOD__MAX of them, NULL: none */
	const struct endpoint	*endpoint;	/* ROUTER_FOUND only */
	const char		*values[ROUTER_PARAMS];	/* decoded, in the arena */
};

struct router;

/* Compiles resources[]; a path that is declared twice ends the process. */
struct router *router_new(const struct resource *const *list);
void router_free(struct router *r);	/* NULL is legal */

/* method: HEAD finds what GET finds. path[0..n) is raw. */
enum router_result router_find(const struct router *r, const char *method, const char *path,
    size_t n, struct mem_arena *a, struct match *out);
/* "GET, HEAD, OPTIONS": what the path of m can do. */
void router_allow(const struct match *m, struct buf *b);
/* Calls fn for each route in the order of the list. */
void router_each(const struct resource *const *list,
    void (*fn)(const struct resource *s, const struct route *route, void *arg), void *arg);

#endif
