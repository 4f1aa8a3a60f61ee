/* SPDX-License-Identifier: ISC
 *
 * /templates: those of rules, tried.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/base/template.h"
#include "shared/domain/rehearsal.h"

enum { RENDER_TEMPLATE, RENDER_VARIABLES };

static const struct field render_inputs[] = {
	[RENDER_TEMPLATE] = { .name = "template", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .max = TEMPLATE_SOURCE_MAX, .help = "as it would stand in a rule" },
	[RENDER_VARIABLES] = { .name = "variables", .where = FIELD_BODY, .type = FIELD_OBJECT,
	    .help = "what it sees; templates too" },
	{ .name = NULL }
};

/* Whether he may is known; nothing is written. */
static enum rc
render(struct request *r)
{
	(void)r;
	return RC_OK;
}

/* Outside of the write: it reads the whole house. */
static enum rc
finish_render(struct request *r)
{
	const struct js *variables = r->in[RENDER_VARIABLES].js;
	struct js *source = js_new_string(r->in[RENDER_TEMPLATE].s);
	struct buf text = { 0 };
	enum rc rc;

	if ((rc = request_begin(r)) == RC_OK)
		rc = rehearsal_template(r->db, source, variables, sun_place(r->api->conf), r->now_ms, &text);
	request_end(r);
	if (rc == RC_OK)
		jsw_raw(request_reply(r), NULL, buf_str(&text));
	buf_free(&text);
	js_free(source);
	return rc;
}

static const struct member render_members[] = {
	{ .name = "value", .type = MEMBER_ANY, .null = true, .help = "what it says now, of the type that a rule gets" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true, .help = "why it says nothing" },
	{ .name = "unknown", .type = MEMBER_TEXTS,
	    .help = "variables that it uses and that are not given: it says nothing without them" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "TemplateRendered", render_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/templates/render", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_ASKS, .inputs = render_inputs, .handle = render, .finish = finish_render,
	    .summary = "Try a template of a rule against the house as it is", .reply = "TemplateRendered" },
	{ .method = NULL }
};

const struct resource res_template = {
	"templates", "The templates of rules.", routes, schemas
};
