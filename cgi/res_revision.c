/* SPDX-License-Identifier: ISC
 *
 * /revisions: what people changed, comparing it, and going back. They hold what the codes in an automation's
 * actions are, so they are for those who may change them.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/revision.h"

#define ID_MAX 9007199254740991

enum { LIST_LIMIT, LIST_AFTER, LIST_KIND, LIST_ID };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	[LIST_KIND] = { .name = "kind", .where = FIELD_QUERY, .type = FIELD_CHOICE,
	    .choices = revision_kinds, .help = "only those of such things" },
	[LIST_ID] = { .name = "id", .where = FIELD_QUERY, .type = FIELD_TEXT, .min = 1, .max = 255,
	    .help = "only those of the thing with this id; needs kind" },
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	struct store_revision_filter filter = {
		.kind = request_text(r, LIST_KIND), .subject = request_text(r, LIST_ID),
		.before = r->in[LIST_AFTER].i, .limit = request_limit(r, LIST_LIMIT),
	};
	struct revision *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if (filter.subject != NULL && filter.kind == NULL) {
		r->malformed = true;
		return fault_set(&r->fault, RC_INVALID, "kind", "an id needs the kind of the thing");
	}
	if ((rc = store_revision_list(r->db, &filter, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "revisions");
	for (i = 0; i < n; i++)
		revision_write(w, NULL, &rows[i]);
	request_page_end(r, n, filter.limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return RC_OK;
}

enum { ONE_ID, ONE_REASON };

#define ID_FIELD \
	{ .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1, \
	    .max = ID_MAX, .help = "id of the revision" }

static const struct field get_inputs[] = {
	[ONE_ID] = ID_FIELD,
	{ .name = NULL }
};

static const struct field restore_inputs[] = {
	[ONE_ID] = ID_FIELD,
	[ONE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
reply(struct request *r, const struct revision *one)
{
	struct js *diff;
	enum rc rc = revision_diff_before(r->db, one, r->arena, &diff, &r->fault);

	if (rc != RC_OK)
		return rc;
	revision_write_full(request_reply(r), NULL, one, diff);
	js_free(diff);
	return RC_OK;
}

static enum rc
get(struct request *r)
{
	struct revision one;
	enum rc rc = store_revision_get(r->db, r->in[ONE_ID].i, r->arena, &one);

	return rc == RC_OK ? reply(r, &one) : request_missing(r, rc, NULL, "revision");
}

static enum rc
restore(struct request *r)
{
	struct revision made;
	enum rc rc = revision_restore(r->tx, r->in[ONE_ID].i, r->arena, &made, &r->fault);

	return rc == RC_OK ? reply(r, &made) : rc;
}

enum { DIFF_ID, DIFF_TO };

static const struct field diff_inputs[] = {
	[DIFF_ID] = ID_FIELD,
	[DIFF_TO] = { .name = "to", .where = FIELD_QUERY, .type = FIELD_INT, .required = true,
	    .min = 1, .max = ID_MAX, .help = "id of another revision of the same kind of thing" },
	{ .name = NULL }
};

static enum rc
diff(struct request *r)
{
	struct revision from, to;
	struct js *steps;
	struct jsw *w;
	enum rc rc;

	if ((rc = store_revision_get(r->db, r->in[DIFF_ID].i, r->arena, &from)) != RC_OK)
		return request_missing(r, rc, NULL, "revision");
	if ((rc = store_revision_get(r->db, r->in[DIFF_TO].i, r->arena, &to)) != RC_OK)
		return request_missing(r, rc, "to", "revision");
	if (strcmp(from.kind, to.kind) != 0)
		return fault_set(&r->fault, RC_INVALID, "to", "one is of a kind of thing that the other is not");
	if ((rc = revision_diff(&from, &to, &steps, &r->fault)) != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_int(w, "from", from.id);
	jsw_int(w, "to", to.id);
	jsw_value(w, "diff", steps);
	jsw_end(w);
	js_free(steps);
	return RC_OK;
}

#define REVISION_MEMBERS \
	{ .name = "id", .type = MEMBER_INT }, \
	{ .name = "time", .type = MEMBER_TIME }, \
	{ .name = "kind", .type = MEMBER_TEXT, .help = "automation, area, floor, entity or device" }, \
	{ .name = "subject", .type = MEMBER_TEXT, .help = "id of the thing" }, \
	{ .name = "number", .type = MEMBER_INT, .help = "counts the revisions of the thing" }, \
	{ .name = "change", .type = MEMBER_TEXT, .help = "added, changed, removed, restored; " \
	    "found: it had become so without a revision" }, \
	{ .name = "author", .type = MEMBER_TEXT, .null = true, .help = "user:anna, token:ci, cli, ..." }, \
	{ .name = "reason", .type = MEMBER_TEXT, .null = true, .help = "in the author's words" }, \
	{ .name = "name", .type = MEMBER_TEXT, .null = true, .help = "what people called it" }, \
	{ .name = "changed", .type = MEMBER_TEXTS, .help = "names of the members that differ from before" }, \
	{ .name = "source", .type = MEMBER_INT, .null = true, .help = "the revision that was restored" }

static const struct member revision_members[] = {
	REVISION_MEMBERS,
	{ .name = NULL }
};

static const struct member full_members[] = {
	REVISION_MEMBERS,
	{ .name = "snapshot", .type = MEMBER_OBJECT, .help = "the thing then; a removed one as it was" },
	{ .name = "held", .type = MEMBER_ANY, .help = "what was in a removed area, floor or label, else null" },
	{ .name = "diff", .type = MEMBER_LIST, .of = "RevisionStep", .null = true,
	    .help = "from the revision before to this one; null when that is not known" },
	{ .name = NULL }
};

static const struct member step_members[] = {
	{ .name = "op", .type = MEMBER_TEXT, .help = "add, remove or replace" },
	{ .name = "path", .type = MEMBER_TEXT, .help = "JSON pointer: /actions/0/data" },
	{ .name = "from", .type = MEMBER_ANY, .help = "null for what was not there" },
	{ .name = "to", .type = MEMBER_ANY, .help = "null for what is not there" },
	{ .name = NULL }
};

static const struct member diff_members[] = {
	{ .name = "from", .type = MEMBER_INT },
	{ .name = "to", .type = MEMBER_INT },
	{ .name = "diff", .type = MEMBER_LIST, .of = "RevisionStep" },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "revisions", .type = MEMBER_LIST, .of = "Revision", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Revision", revision_members, NULL },
	{ "RevisionFull", full_members, NULL },
	{ "RevisionStep", step_members, NULL },
	{ "RevisionDiff", diff_members, NULL },
	{ "RevisionList", list_members, NULL },
	{ .name = NULL }
};

#define ALL "/api/v1/revisions"

static const struct route routes[] = {
	{ .method = "GET", .path = ALL, .permission = PERMISSION_MANAGE, .inputs = list_inputs,
	    .handle = list, .summary = "List what people changed, of things that are gone too",
	    .reply = "RevisionList" },
	{ .method = "GET", .path = ALL "/{id}", .permission = PERMISSION_MANAGE, .inputs = get_inputs,
	    .handle = get, .summary = "Read one revision, with what it changed", .reply = "RevisionFull" },
	{ .method = "GET", .path = ALL "/{id}/diff", .permission = PERMISSION_MANAGE,
	    .inputs = diff_inputs, .handle = diff, .summary = "Compare two revisions",
	    .reply = "RevisionDiff" },
	{ .method = "POST", .path = ALL "/{id}/restore", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = restore_inputs, .handle = restore,
	    .summary = "Make the thing again what it was then; answers with the revision of that",
	    .reply = "RevisionFull" },
	{ .method = NULL }
};

const struct resource res_revision = {
	"revisions", "What people changed, each time with the thing as it then was.", routes, schemas
};
