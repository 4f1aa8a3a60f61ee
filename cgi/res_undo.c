/* SPDX-License-Identifier: ISC
 *
 * /undo: what the house or a person told devices is taken back, as far as that is possible and safe.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "cgi/wait.h"
#include "shared/domain/undo.h"

#define ONLY_MAX 200

#define UNDO_FORCE_FIELD { .name = "force", .where = FIELD_BODY, .type = FIELD_BOOL, \
	.help = "also what changed since, and what is not safe by itself, such as unlocking" }
#define UNDO_ONLY_FIELD { .name = "entities", .where = FIELD_BODY, .type = FIELD_ARRAY, .min = 1, .max = ONLY_MAX, \
	.help = "ids: only these entities, not all that were told something" }

static const char *const whose[] = { "me", "house", NULL };

enum { LAST_WAIT, LAST_FORCE, LAST_ONLY, LAST_BY, LAST_EVENT };

static const struct field last_inputs[] = {
	[LAST_WAIT] = WAIT_FIELD,
	[LAST_FORCE] = UNDO_FORCE_FIELD,
	[LAST_ONLY] = UNDO_ONLY_FIELD,
	[LAST_BY] = { .name = "by", .where = FIELD_BODY, .type = FIELD_CHOICE, .choices = whose,
	    .help = "the last thing that the caller, or a rule or scenario, told devices; me when nothing is given" },
	[LAST_EVENT] = { .name = "event", .where = FIELD_BODY, .type = FIELD_INT, .min = 1, .max = 9007199254740991,
	    .help = "instead: all that this event led to, a run (with what that started) or an undo" },
	{ .name = NULL }
};

/* The first three are the same everywhere. */
static struct undo_how
read_how(const struct request *r)
{
	return (struct undo_how){
		.force = r->in[LAST_FORCE].set && r->in[LAST_FORCE].i != 0,
		.only = r->in[LAST_ONLY].set ? r->in[LAST_ONLY].js : NULL,
		.timeout_ms = conf_int(r->api->conf, CONF_COMMAND_TIMEOUT_SECONDS) * 1000,
	};
}

static enum rc
reply(struct request *r, enum rc rc, const struct undone *u)
{
	if (rc == RC_OK)
		undo_write(request_reply(r), NULL, u);
	return rc;
}

static enum rc
last(struct request *r)
{
	struct undo_how how = read_how(r);
	bool house = r->in[LAST_BY].set && strcmp(r->in[LAST_BY].s, "house") == 0;
	struct undone u;
	enum rc rc;

	if (r->in[LAST_EVENT].set && r->in[LAST_BY].set)
		return fault_set(&r->fault, RC_INVALID, "event", "excludes by");
	if (r->in[LAST_EVENT].set)
		rc = undo_event(r->tx, r->in[LAST_EVENT].i, &how, r->arena, &u, &r->fault);
	else
		rc = undo_last(r->tx, house ? NULL : r->tx->actor, &how, r->arena, &u, &r->fault);
	return reply(r, rc, &u);
}

enum { RUN_WAIT, RUN_FORCE, RUN_ONLY, RUN_AUTOMATION, RUN_RUN };

static const struct field run_inputs[] = {
	[RUN_WAIT] = WAIT_FIELD,
	[RUN_FORCE] = UNDO_FORCE_FIELD,
	[RUN_ONLY] = UNDO_ONLY_FIELD,
	[RUN_AUTOMATION] = REQUEST_ID_FIELD("automation or scenario"),
	[RUN_RUN] = { .name = "run", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991, .help = "id of the run" },
	{ .name = NULL }
};

static enum rc
run_of(struct request *r, bool scenario)
{
	struct undo_how how = read_how(r);
	struct undone u;
	struct run row;
	enum rc rc = store_run_get(r->db, r->in[RUN_RUN].i, r->arena, &row);

	if (rc == RC_OK && (row.scenario != scenario || strcmp(row.automation_id, r->in[RUN_AUTOMATION].s) != 0))
		rc = RC_NOT_FOUND;
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "run");
	rc = undo_run(r->tx, &row, &how, r->arena, &u, &r->fault);
	return reply(r, rc, &u);
}

static enum rc
run(struct request *r)
{
	return run_of(r, false);
}

static enum rc
scenario_run(struct request *r)
{
	return run_of(r, true);
}

enum { COMMAND_WAIT, COMMAND_FORCE, COMMAND_ONLY, COMMAND_ID };

static const struct field command_inputs[] = {
	[COMMAND_WAIT] = WAIT_FIELD,
	[COMMAND_FORCE] = UNDO_FORCE_FIELD,
	[COMMAND_ONLY] = UNDO_ONLY_FIELD,
	[COMMAND_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991, .help = "id of the command" },
	{ .name = NULL }
};

static enum rc
command(struct request *r)
{
	struct undo_how how = read_how(r);
	struct undone u;
	enum rc rc = undo_command(r->tx, r->in[COMMAND_ID].i, &how, r->arena, &u, &r->fault);

	return reply(r, rc, &u);
}

static const struct member undone_members[] = {
	{ .name = "event", .type = MEMBER_INT, .null = true,
	    .help = "the cause of the commands; undo that, and the undo is undone; null: none was given" },
	{ .name = "complete", .type = MEMBER_BOOL, .help = "false: more followed than is looked at, and stays" },
	{ .name = "results", .type = MEMBER_LIST, .of = "UndoResult", .help = "what was told last first" },
	{ .name = NULL }
};

static const struct member result_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "result", .type = MEMBER_TEXT, .help = "reversed; already: it is like that; changed (since) and "
	    "ask (not safe by itself): only with force; impossible; refused (by a rule of the house)" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true, .help = "for people" },
	{ .name = "id", .type = MEMBER_INT, .null = true, .help = "of the command that brings it back" },
	{ .name = "service", .type = MEMBER_TEXT, .null = true },
	{ .name = "data", .type = MEMBER_OBJECT, .null = true },
	{ .name = "status", .type = MEMBER_TEXT, .null = true, .help = "of that command" },
	{ .name = "detail", .type = MEMBER_TEXT, .null = true, .help = "why that command has this status" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Undone", undone_members, NULL },
	{ "UndoResult", result_members, NULL },
	{ .name = NULL }
};

#define ROUTE(p, in, fn, text) { .method = "POST", .path = p, .permission = PERMISSION_CONTROL, \
	.flags = ROUTE_WRITE, .inputs = in, .handle = fn, .finish = wait_finish, .status = 202, \
	.summary = text, .reply = "Undone" }
static const struct route routes[] = {
	ROUTE("/api/v1/undo", last_inputs, last, "Undo the last thing that the caller or the house did"),
	ROUTE("/api/v1/automations/{id}/runs/{run}/undo", run_inputs, run,
	    "Undo what a run, and all that it started, told devices"),
	ROUTE("/api/v1/scenarios/{id}/runs/{run}/undo", run_inputs, scenario_run,
	    "Undo what a run of a scenario, and all that it started, told devices"),
	ROUTE("/api/v1/commands/{id}/undo", command_inputs, command, "Undo a command"),
	{ .method = NULL }
};

const struct resource res_undo = {
	"undo", "The way back from what devices were told.", routes, schemas
};
