/* SPDX-License-Identifier: ISC
 *
 * Writes the OpenAPI document. What a route row does not say follows from it: a path's parameters, the
 * body out of the declared inputs, the problems it can end in.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cgi/openapi.h"
#include "cgi/openapi_schema.h"
#include "cgi/problem.h"
#include "cgi/resources.h"
#include "shared/domain/rule_schema.h"

static void
write_parameter(struct jsw *w, const struct field *f)
{
	jsw_object(w, NULL);
	jsw_string(w, "name", f->name);
	jsw_string(w, "in", f->where == FIELD_PATH ? "path" : "query");
	jsw_bool(w, "required", f->where == FIELD_PATH || f->required);
	if (f->help != NULL)
		jsw_string(w, "description", f->help);
	if (f->type == FIELD_LIST) {
		jsw_string(w, "style", "form");
		jsw_bool(w, "explode", false);
	}
	openapi_input(w, "schema", f);
	jsw_end(w);
}

static bool
in_path(const char *path, const char *name)
{
	char braced[128];

	snprintf(braced, sizeof(braced), "{%s}", name);
	return strstr(path, braced) != NULL;
}

static void
write_header_parameter(struct jsw *w, const char *name, const char *help)
{
	jsw_object(w, NULL);
	jsw_string(w, "name", name);
	jsw_string(w, "in", "header");
	jsw_bool(w, "required", false);
	jsw_string(w, "description", help);
	jsw_object(w, "schema");
	jsw_string(w, "type", "string");
	jsw_end(w);
	jsw_end(w);
}

static void
write_parameters(struct jsw *w, const struct route *route, const char *path)
{
	const struct field *f;

	jsw_array(w, "parameters");
	for (f = route->inputs; f != NULL && f->name != NULL; f++)
		if (f->where == FIELD_QUERY || (f->where == FIELD_PATH && in_path(path, f->name)))
			write_parameter(w, f);
	if (strcmp(route->method, "POST") == 0 && route->permission != PERMISSION_NONE)
		write_header_parameter(w, "Idempotency-Key",
		    "the same request with the same key is carried out once");
	if ((route->flags & ROUTE_WRITE) != 0 && strcmp(route->method, "POST") != 0)
		write_header_parameter(w, "If-Match", "only if its ETag is still this one");
	jsw_end(w);
}

static bool
has_body(const struct route *route, bool *must)
{
	const struct field *f;
	bool any = false;

	*must = false;
	for (f = route->inputs; f != NULL && f->name != NULL; f++) {
		any = any || f->where == FIELD_BODY;
		*must = *must || (f->where == FIELD_BODY && f->required);
	}
	return any;
}

static void
write_body_schema(struct jsw *w, const struct route *route)
{
	const struct field *f;

	if (route->body != NULL) {
		openapi_reference(w, "schema", route->body);
		return;
	}
	jsw_object(w, "schema");
	jsw_string(w, "type", "object");
	jsw_bool(w, "additionalProperties", (route->flags & ROUTE_OPEN) != 0);
	jsw_array(w, "required");
	for (f = route->inputs; f->name != NULL; f++)
		if (f->where == FIELD_BODY && f->required)
			jsw_string(w, NULL, f->name);
	jsw_end(w);
	jsw_object(w, "properties");
	for (f = route->inputs; f->name != NULL; f++)
		if (f->where == FIELD_BODY)
			openapi_input(w, f->name, f);
	jsw_end(w);
	jsw_end(w);
}

static void
write_body(struct jsw *w, const struct route *route)
{
	bool must;

	if (!has_body(route, &must))
		return;
	jsw_object(w, "requestBody");
	jsw_bool(w, "required", must);
	jsw_object(w, "content");
	jsw_object(w, "application/json");
	write_body_schema(w, route);
	jsw_end(w);
	jsw_end(w);
	jsw_end(w);
}

static void
write_answer(struct jsw *w, int status, const char *type, const char *schema)
{
	char key[16];

	snprintf(key, sizeof(key), "%d", status);
	jsw_object(w, key);
	jsw_string(w, "description", problem_phrase(status));
	if (schema != NULL || type != NULL) {
		jsw_object(w, "content");
		jsw_object(w, type != NULL ? type : "application/json");
		if (schema != NULL)
			openapi_reference(w, "schema", schema);
		else if (strncmp(type, "text/", 5) == 0) {
			jsw_object(w, "schema");
			jsw_string(w, "type", "string");
			jsw_end(w);
		}
		jsw_end(w);
		jsw_end(w);
	}
	jsw_end(w);
}

static bool
waits(const struct route *route)
{
	const struct field *f;

	for (f = route->inputs; f != NULL && f->name != NULL; f++)
		if (strcmp(f->name, "wait") == 0)
			return true;
	return false;
}

static void
write_answers(struct jsw *w, const struct route *route)
{
	int status = route->status != 0 ? route->status : 200;

	jsw_object(w, "responses");
	write_answer(w, status, route->type, route->reply);
	if (waits(route))
		write_answer(w, 200, route->type, route->reply);
	if ((route->flags & ROUTE_NO_DB) != 0 && route->reply != NULL)
		write_answer(w, 503, route->type, route->reply);
	jsw_object(w, "4XX");
	jsw_string(w, "$ref", "#/components/responses/Problem");
	jsw_end(w);
	jsw_object(w, "default");
	jsw_string(w, "$ref", "#/components/responses/Problem");
	jsw_end(w);
	jsw_end(w);
}

static void
write_description(struct jsw *w, const struct route *route)
{
	if ((route->flags & ROUTE_LOCAL) != 0)
		jsw_string(w, "description", "Only for TRUSTED_NETWORKS.");
	else if (route->permission == PERMISSION_NONE)
		jsw_string(w, "description", "Needs no token.");
	else
		jsw_string(w, "description", route->permission == PERMISSION_READ ?
		    "Needs a token." : route->permission == PERMISSION_CONTROL ?
		    "Needs a token that may control." : "Needs a token that may manage.");
}

/* "getDevicesById": method and path as one word. */
static void
write_operation_id(struct jsw *w, const struct route *route, const char *path)
{
	char out[160];
	size_t n = 0;
	const char *p;
	bool upper = true;

	for (p = route->method; *p != '\0' && n < sizeof(out) - 1; p++)
		out[n++] = (char)tolower((unsigned char)*p);
	for (p = path; *p != '\0' && n < sizeof(out) - 4; p++) {
		if (*p == '{') {
			memcpy(out + n, "By", 2);
			n += 2;
		}
		if (isalnum((unsigned char)*p))
			out[n++] = (char)(upper ? toupper((unsigned char)*p) : *p);
		upper = !isalnum((unsigned char)*p);
	}
	out[n] = '\0';
	jsw_string(w, "operationId", out);
}

static void
write_operation(struct jsw *w, const struct resource *s, const struct route *route,
    const char *path)
{
	char method[16];
	size_t i;

	for (i = 0; route->method[i] != '\0'; i++)
		method[i] = (char)tolower((unsigned char)route->method[i]);
	method[i] = '\0';
	jsw_object(w, method);
	jsw_array(w, "tags");
	jsw_string(w, NULL, s->name);
	jsw_end(w);
	jsw_string(w, "summary", route->summary);
	write_description(w, route);
	write_operation_id(w, route, path);
	if (path != route->path)
		jsw_bool(w, "deprecated", true);
	jsw_array(w, "security");
	if (route->permission != PERMISSION_NONE) {
		jsw_object(w, NULL);
		jsw_array(w, "token");
		jsw_end(w);
		jsw_end(w);
	}
	jsw_end(w);
	jsw_string(w, "x-permission", session_permission_name(route->permission));
	write_parameters(w, route, path);
	write_body(w, route);
	write_answers(w, route);
	jsw_end(w);
}

/* The rows of one path; the first of them writes all. */
struct gathering {
	struct jsw			*w;
	const struct resource *const	*list;
	const char			*path;
	const struct route		*first;
	bool				 write;
};

static const char *
named(const struct route *route, const char *path)
{
	if (strcmp(route->path, path) == 0)
		return route->path;
	return route->alias != NULL && strcmp(route->alias, path) == 0 ? route->alias : NULL;
}

static void
gather(const struct resource *s, const struct route *route, void *arg)
{
	struct gathering *g = arg;
	const char *path = named(route, g->path);

	if (path == NULL)
		return;
	if (g->first == NULL)
		g->first = route;
	if (g->write)
		write_operation(g->w, s, route, path);
}

static void
write_path(struct gathering *all, const struct route *route, const char *path)
{
	struct gathering g = { all->w, all->list, path, NULL, false };

	router_each(g.list, gather, &g);
	if (g.first != route)
		return;
	jsw_object(g.w, path);
	g.write = true;
	router_each(g.list, gather, &g);
	jsw_end(g.w);
}

static void
write_paths_of(const struct resource *s, const struct route *route, void *arg)
{
	(void)s;
	write_path(arg, route, route->path);
	if (route->alias != NULL)
		write_path(arg, route, route->alias);
}

static void
write_info(struct jsw *w)
{
	jsw_string(w, "openapi", "3.1.0");
	jsw_object(w, "info");
	jsw_string(w, "title", "House Consciousness");
	jsw_string(w, "version", "1");
	jsw_string(w, "description", "The house over HTTP. What stands under /api/v1/ is also found "
	    "under /api/. Errors are RFC 9457 problems: 400 for what is malformed, 422 for what is "
	    "well-formed but wrong. Unknown fields and parameters are errors.");
	jsw_object(w, "license");
	jsw_string(w, "name", "ISC");
	jsw_string(w, "identifier", "ISC");
	jsw_end(w);
	jsw_end(w);
	jsw_array(w, "servers");
	jsw_object(w, NULL);
	jsw_string(w, "url", "/");
	jsw_end(w);
	jsw_end(w);
}

static void
write_tags(struct jsw *w, const struct resource *const *list)
{
	jsw_array(w, "tags");
	for (; *list != NULL; list++) {
		jsw_object(w, NULL);
		jsw_string(w, "name", (*list)->name);
		jsw_string(w, "description", (*list)->help);
		jsw_end(w);
	}
	jsw_end(w);
}

static void
write_components(struct jsw *w, const struct resource *const *list)
{
	const struct field_schema rules = { w, OPENAPI_RULES };
	const struct schema *s;

	jsw_object(w, "components");
	jsw_raw(w, "securitySchemes", "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\","
	    "\"description\":\"from login, set-up, or made for a program\"}}");
	jsw_raw(w, "responses", "{\"Problem\":{\"description\":\"It did not work\",\"content\":{"
	    "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}}");
	jsw_object(w, "schemas");
	jsw_raw(w, "Problem", problem_schema);
	rule_schema_parts(&rules, "Rule.");
	for (; *list != NULL; list++)
		for (s = (*list)->schemas; s != NULL && s->name != NULL; s++)
			openapi_schema(w, s);
	jsw_end(w);
	jsw_end(w);
}

void
openapi_write(const struct resource *const *list, struct buf *out)
{
	struct jsw w = jsw_to(out);
	struct gathering g = { &w, list, NULL, NULL, false };

	jsw_object(&w, NULL);
	write_info(&w);
	write_tags(&w, list);
	jsw_object(&w, "paths");
	router_each(list, write_paths_of, &g);
	jsw_end(&w);
	write_components(&w, list);
	jsw_end(&w);
}
