/* SPDX-License-Identifier: ISC
 *
 * The tree of path segments. Literal segments win over {names}.
 */
#include <stdlib.h>
#include <string.h>

#include "cgi/router.h"
#include "shared/base/log.h"

#define SEGMENTS 12

static const char *const methods[ROUTER_METHOD__MAX] = {
	[ROUTER_GET] = "GET",
	[ROUTER_POST] = "POST",
	[ROUTER_PUT] = "PUT",
	[ROUTER_PATCH] = "PATCH",
	[ROUTER_DELETE] = "DELETE",
};

struct node {
	const char		*text;		/* of the segment; NULL for a {name} */
	size_t			 len;
	struct node		*children;
	struct node		*next;
	const struct endpoint	*ends[ROUTER_METHOD__MAX];
};

struct router {
	struct mem_arena	*arena;
	struct node		 root;
};

static int
method_of(const char *name)
{
	int i;

	if (strcmp(name, "HEAD") == 0)
		return ROUTER_GET;
	for (i = 0; i < ROUTER_METHOD__MAX; i++)
		if (strcmp(methods[i], name) == 0)
			return i;
	return -1;
}

static struct node *
child_of(const struct node *at, const char *text, size_t len)
{
	struct node *c;

	for (c = at->children; c != NULL; c = c->next)
		if (c->text == NULL ? text == NULL :
		    text != NULL && c->len == len && memcmp(c->text, text, len) == 0)
			return c;
	return NULL;
}

static struct node *
grow(struct router *r, struct node *at, const char *text, size_t len)
{
	struct node *c = child_of(at, text, len);

	if (c != NULL)
		return c;
	c = mem_zalloc(r->arena, sizeof(*c));
	c->text = text;
	c->len = len;
	c->next = at->children;
	at->children = c;
	return c;
}

static void
add_path(struct router *r, struct endpoint *e, const char *path)
{
	struct node *at = &r->root;
	const char *p = path;
	int method = method_of(e->route->method);
	size_t n;

	e->n = 0;
	while (*p == '/') {
		n = strcspn(++p, "/");
		if (*p == '{') {
			if (e->n < ROUTER_PARAMS)
				e->names[e->n++] = mem_strndup(r->arena, p + 1, n - 2);
			at = grow(r, at, NULL, 0);
		} else
			at = grow(r, at, p, n);
		p += n;
	}
	if (method == -1 || at->ends[method] != NULL) {
		log_error("router", "%s %s cannot be declared", e->route->method, path);
		abort();
	}
	at->ends[method] = e;
}

/* Series are found once, so that counting a request is two atomic additions. */
static void
add_series(struct router *r, struct endpoint *e)
{
	const struct route *route = e->route;

	e->seconds = metric_series(METRIC_REQUEST_SECONDS,
	    mem_printf(r->arena, "%s\x1f%s", route->method, route->path));
	e->ok = metric_series(METRIC_REQUESTS, mem_printf(r->arena, "%s\x1f%s\x1f%d", route->method,
	    route->path, route->status != 0 ? route->status : 200));
}

static void
add_route(const struct resource *s, const struct route *route, void *arg)
{
	struct router *r = arg;
	struct endpoint *e = mem_zalloc(r->arena, sizeof(*e));

	(void)s;
	e->route = route;
	if (route->alias != NULL)
		add_path(r, e, route->alias);
	add_path(r, e, route->path);
	add_series(r, e);
}

void
router_each(const struct resource *const *list,
    void (*fn)(const struct resource *s, const struct route *route, void *arg), void *arg)
{
	const struct route *route;

	for (; *list != NULL; list++)
		for (route = (*list)->routes; route->method != NULL; route++)
			fn(*list, route, arg);
}

struct router *
router_new(const struct resource *const *list)
{
	struct router *r = mem_xcalloc(1, sizeof(*r));

	r->arena = mem_arena_new(16384);
	router_each(list, add_route, r);
	return r;
}

void
router_free(struct router *r)
{
	if (r == NULL)
		return;
	mem_arena_free(r->arena);
	free(r);
}

/* The next segment, decoded into the arena only when it has to be. NULL: badly encoded. */
static const char *
segment(const char *p, size_t n, struct mem_arena *a, size_t *len)
{
	char *out = mem_strndup(a, p, n);

	*len = n;
	if (memchr(p, '%', n) != NULL && !field_url_decode(p, n, false, out, len))
		return NULL;
	out[*len] = '\0';
	return field_utf8(out, *len) ? out : NULL;
}

/* One step down; a {name} takes the text as its value. NULL: there is no such path. */
static const struct node *
descend(const struct node *at, const char *text, size_t len, struct match *out, int *params)
{
	const struct node *c = child_of(at, text, len);

	if (c != NULL)
		return c;
	c = child_of(at, NULL, 0);
	if (c == NULL || len == 0 || memchr(text, '/', len) != NULL || *params == ROUTER_PARAMS)
		return NULL;
	out->values[(*params)++] = text;
	return c;
}

/* Walks path[0..n); *at is the node, or NULL when there is none. */
static enum router_result
walk(const struct router *r, const char *path, size_t n, struct mem_arena *a, struct match *out,
    const struct node **at)
{
	const char *p = path, *end = path + n, *text;
	const struct node *next;
	int params = 0, depth;
	size_t len, decoded;

	*at = &r->root;
	for (depth = 0; p < end; depth++) {
		if (*p++ != '/' || depth == SEGMENTS)
			return ROUTER_NOWHERE;
		len = (size_t)(end - p);
		if (memchr(p, '/', len) != NULL)
			len = (size_t)((const char *)memchr(p, '/', len) - p);
		text = segment(p, len, a, &decoded);
		if (text == NULL)
			return ROUTER_MALFORMED;
		next = descend(*at, text, decoded, out, &params);
		/* The version may be left out. */
		if (next == NULL && depth == 1 && child_of(*at, "v1", 2) != NULL)
			next = descend(child_of(*at, "v1", 2), text, decoded, out, &params);
		if (next == NULL)
			return ROUTER_NOWHERE;
		*at = next;
		p += len;
	}
	return ROUTER_FOUND;
}

static bool
has_ends(const struct node *at)
{
	int i;

	for (i = 0; i < ROUTER_METHOD__MAX; i++)
		if (at->ends[i] != NULL)
			return true;
	return false;
}

enum router_result
router_find(const struct router *r, const char *method, const char *path, size_t n,
    struct mem_arena *a, struct match *out)
{
	const struct node *at;
	enum router_result result;
	int m = method_of(method);

	*out = (struct match){0};
	if (n > ROUTER_PATH_MAX || n == 0 || path[0] != '/')
		return ROUTER_MALFORMED;
	result = walk(r, path, n, a, out, &at);
	if (result != ROUTER_FOUND)
		return result;
	if (!has_ends(at))
		return ROUTER_NOWHERE;
	out->all = at->ends;
	if (m == -1 || at->ends[m] == NULL)
		return ROUTER_METHOD;
	out->endpoint = at->ends[m];
	return ROUTER_FOUND;
}

void
router_allow(const struct match *m, struct buf *b)
{
	int i;

	for (i = 0; i < ROUTER_METHOD__MAX; i++) {
		if (m->all[i] == NULL)
			continue;
		buf_puts(b, methods[i]);
		buf_puts(b, i == ROUTER_GET ? ", HEAD, " : ", ");
	}
	buf_puts(b, "OPTIONS");
}
