/* SPDX-License-Identifier: ISC
 *
 * /devices/{id}/replace: new hardware in the place of a device.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/replace.h"

enum { REPLACE_ID, REPLACE_DRY_RUN, REPLACE_BY };

static const struct field replace_inputs[] = {
	[REPLACE_ID] = REQUEST_ID_FIELD("device that goes on"),
	[REPLACE_DRY_RUN] = { .name = "dry_run", .where = FIELD_QUERY, .type = FIELD_BOOL,
	    .help = "true: only tell what would become of what" },
	[REPLACE_BY] = { .name = "by", .where = FIELD_BODY, .type = FIELD_TEXT, .required = true,
	    .min = 1, .max = 255, .help = "id of the device that takes its place" },
	{ .name = NULL }
};

static enum rc
replace(struct request *r)
{
	struct replace done;
	enum rc rc;

	rc = replace_device(r->tx, r->in[REPLACE_ID].s, r->in[REPLACE_BY].s,
	    r->in[REPLACE_DRY_RUN].i != 0, r->arena, &done, &r->fault);
	if (rc == RC_OK)
		replace_write(request_reply(r), NULL, &done);
	return rc;
}

enum { RELEASE_ID };

static const struct field release_inputs[] = {
	[RELEASE_ID] = REQUEST_ID_FIELD("device that goes on"),
	{ .name = NULL }
};

static enum rc
release(struct request *r)
{
	size_t n = 0;
	struct jsw *w;
	enum rc rc;

	rc = replace_release(r->tx, r->in[RELEASE_ID].s, r->arena, &n, &r->fault);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_int(w, "released", (int64_t)n);
	jsw_end(w);
	return RC_OK;
}

static const struct member replaced_members[] = {
	{ .name = "device", .type = MEMBER_TEXT, .help = "id of the device that goes on" },
	{ .name = "replaced", .type = MEMBER_LIST, .of = "ReplacedEntity", .help = "entities that go on" },
	{ .name = "added", .type = MEMBER_TEXTS, .help = "entities that only the new hardware has" },
	{ .name = "missing", .type = MEMBER_TEXTS, .help = "entities that it does not have: orphans" },
	{ .name = NULL }
};

static const struct member entity_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT, .help = "goes on" },
	{ .name = "unique_id", .type = MEMBER_TEXT, .help = "with this hardware" },
	{ .name = "was", .type = MEMBER_TEXT, .help = "id that the new hardware's had, given up" },
	{ .name = NULL }
};

static const struct member released_members[] = {
	{ .name = "released", .type = MEMBER_INT, .help = "announcements that were kept back" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Replaced", replaced_members, NULL },
	{ "ReplacedEntity", entity_members, NULL },
	{ "Released", released_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/devices/{id}/replace", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = replace_inputs, .handle = replace,
	    .summary = "Let new hardware go on as a device: ids, names, rules and history stay",
	    .reply = "Replaced" },
	{ .method = "DELETE", .path = "/api/v1/devices/{id}/replace",
	    .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE, .inputs = release_inputs,
	    .handle = release,
	    .summary = "Let hardware that was replaced announce itself as a device of its own",
	    .reply = "Released" },
	{ .method = NULL }
};

const struct resource res_replace = {
	"replace", "New hardware in the place of what broke.", routes, schemas
};
