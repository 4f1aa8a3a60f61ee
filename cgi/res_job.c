/* SPDX-License-Identifier: ISC
 *
 * /jobs: what the house does in the background and how far it is.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/job_record.h"

static enum rc
list(struct request *r)
{
	struct job_row *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = job_record_list(r->db, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "jobs");
	for (i = 0; i < n; i++)
		job_record_write(w, NULL, &rows[i]);
	request_list_end(r);
	return RC_OK;
}

static const struct member job_members[] = {
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "status", .type = MEMBER_TEXT, .help = "running, done or failed" },
	{ .name = "percent", .type = MEMBER_INT },
	{ .name = "detail", .type = MEMBER_TEXT, .null = true, .help = "what it did or why it failed" },
	{ .name = "started", .type = MEMBER_TIME },
	{ .name = "ended", .type = MEMBER_TIME, .null = true },
	{ .name = "last_success", .type = MEMBER_TIME, .null = true },
	{ .name = "runs", .type = MEMBER_INT },
	{ .name = "failures", .type = MEMBER_INT },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "jobs", .type = MEMBER_LIST, .of = "Job", .help = "all that ever ran" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Job", job_members, NULL },
	{ "JobList", list_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/jobs", .permission = PERMISSION_READ, .handle = list,
	    .summary = "List background jobs", .reply = "JobList" },
	{ .method = NULL }
};

const struct resource res_job = { "jobs", "What runs in the background.", routes, schemas };
