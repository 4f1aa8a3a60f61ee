/* SPDX-License-Identifier: ISC
 *
 * /scenarios: named sequences, shipped and people's own, and running them.
 */
#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/automation.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/scenario.h"
#include "shared/domain/sun.h"

#define PARTS_MAX 100

static void
write_one(struct jsw *w, const struct request *r, const struct automation *s)
{
	scenario_write(w, NULL, s, request_manages(r));
}

enum { LIST_LIMIT, LIST_AFTER };

static const struct field list_inputs[] = {
	[LIST_LIMIT] = REQUEST_LIMIT_FIELD,
	[LIST_AFTER] = REQUEST_AFTER_FIELD,
	{ .name = NULL }
};

static enum rc
list(struct request *r)
{
	int limit = request_limit(r, LIST_LIMIT);
	struct automation *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	rc = store_automation_list_scenarios(r->db, request_text(r, LIST_AFTER), limit, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "scenarios");
	for (i = 0; i < n; i++)
		write_one(w, r, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? rows[n - 1].id : NULL);
	return RC_OK;
}

enum { ONE_ID, ONE_REASON, ONE_NAME, ONE_DESCRIPTION, ONE_ICON, ONE_MODE, ONE_MAX, ONE_PARAMETERS, ONE_VARIABLES,
	ONE_CONDITIONS, ONE_ACTIONS, ONE_ROLLBACK };

#define SCENARIO_FIELDS(must) \
	[ONE_REASON] = REQUEST_REASON_FIELD, \
	[ONE_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = must, \
	    .min = 1, .max = 128, .help = "as people call it" }, \
	[ONE_DESCRIPTION] = { .name = "description", .where = FIELD_BODY, .type = FIELD_TEXT, \
	    .max = 1024, .help = "what it does; null: nothing is said" }, \
	[ONE_ICON] = { .name = "icon", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 64, \
	    .help = "such as mdi:party-popper; null: none" }, \
	[ONE_MODE] = { .name = "mode", .where = FIELD_BODY, .type = FIELD_CHOICE, \
	    .choices = automation_modes, .help = "what a start does while it runs; single when not given" }, \
	[ONE_MAX] = { .name = "max", .where = FIELD_BODY, .type = FIELD_INT, .min = 1, \
	    .max = AUTOMATION_MAX_MOST, .help = "runs at the same time when it is queued or parallel" }, \
	[ONE_PARAMETERS] = { .name = "parameters", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "what a run is told: name: {type, default, min, max, options, description}" }, \
	[ONE_VARIABLES] = { .name = "variables", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "what conditions and actions see; templates too" }, \
	[ONE_CONDITIONS] = { .name = "conditions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .max = PARTS_MAX, .help = "what must hold when it starts" }, \
	[ONE_ACTIONS] = { .name = "actions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .required = must, .max = PARTS_MAX, .help = "what is done, in order" }, \
	[ONE_ROLLBACK] = { .name = "rollback", .where = FIELD_BODY, .type = FIELD_BOOL, \
	    .help = "false: a run that fails leaves what it did" }

/* The path of the first has no {id}; the slot stays empty. */
static const struct field add_inputs[] = {
	[ONE_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT },
	SCENARIO_FIELDS(true),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("scenario"),
	SCENARIO_FIELDS(false),
	{ .name = NULL }
};

enum { GET_ID, GET_REASON };

static const struct field get_inputs[] = {
	[GET_ID] = REQUEST_ID_FIELD("scenario"),
	{ .name = NULL }
};

static const struct field change_inputs[] = {
	[GET_ID] = REQUEST_ID_FIELD("scenario"),
	[GET_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static struct js *
words(const struct js *body)
{
	return rule_words_own(body, true);
}

static enum rc
get(struct request *r)
{
	struct automation s;
	enum rc rc = store_automation_get_scenario(r->db, r->in[GET_ID].s, r->arena, &s);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "scenario");
	write_one(request_reply(r), r, &s);
	return RC_OK;
}

static enum rc
add(struct request *r)
{
	struct automation s;
	enum rc rc = automation_check_sun(r->body, sun_place(r->api->conf).known, &r->fault);

	if (rc != RC_OK || (rc = scenario_add(r->tx, NULL, r->body, r->arena, &s, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/scenarios/%s", s.id));
	write_one(request_reply(r), r, &s);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct automation s;
	enum rc rc = automation_check_sun(r->body, sun_place(r->api->conf).known, &r->fault);

	if (rc == RC_OK)
		rc = scenario_change(r->tx, r->in[ONE_ID].s, r->body, r->arena, &s, &r->fault);
	if (rc == RC_OK)
		write_one(request_reply(r), r, &s);
	return rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = scenario_delete(r->tx, r->in[GET_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static enum rc
reset(struct request *r)
{
	struct automation s;
	enum rc rc = scenario_reset(r->tx, r->in[GET_ID].s, r->arena, &s, &r->fault);

	if (rc == RC_OK)
		write_one(request_reply(r), r, &s);
	return rc;
}

/* The parameters of the shipped ones may also stand beside "parameters". */
enum { RUN_ID, RUN_PARAMETERS, RUN_FIRST };

#define PARAMETER(n) { .name = n, .where = FIELD_BODY, .type = FIELD_ANY, .help = "short for parameters." n }

static const struct field run_inputs[] = {
	[RUN_ID] = REQUEST_ID_FIELD("scenario"),
	[RUN_PARAMETERS] = { .name = "parameters", .where = FIELD_BODY, .type = FIELD_OBJECT,
	    .help = "what it is told; what is not given has its default" },
	[RUN_FIRST] = PARAMETER("guest_count"), PARAMETER("duration_days"), PARAMETER("simulate_presence"),
	PARAMETER("trigger"), PARAMETER("location"),
	{ .name = NULL }
};

static enum rc
run(struct request *r)
{
	const char *id = r->in[RUN_ID].s;
	struct js *given;
	struct jsw *w;
	int64_t event;
	enum rc rc;
	int i;

	given = r->in[RUN_PARAMETERS].set ? js_copy(r->in[RUN_PARAMETERS].js) : js_new_object();
	for (i = RUN_FIRST; run_inputs[i].name != NULL; i++)
		if (r->in[i].set)
			js_set(given, run_inputs[i].name, js_ref(r->in[i].js));
	rc = scenario_run(r->tx, id, given, r->arena, &event, &r->fault);
	js_free(given);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "scenario", id);
	jsw_int(w, "event", event);
	jsw_end(w);
	return RC_OK;
}

enum { STOP_ID, STOP_RESTORE };

static const struct field stop_inputs[] = {
	[STOP_ID] = REQUEST_ID_FIELD("scenario"),
	[STOP_RESTORE] = { .name = "restore", .where = FIELD_BODY, .type = FIELD_BOOL,
	    .help = "true: what it did is taken back" },
	{ .name = NULL }
};

static enum rc
stop(struct request *r)
{
	enum rc rc = scenario_stop(r->tx, r->in[STOP_ID].s, r->in[STOP_RESTORE].set && r->in[STOP_RESTORE].i != 0,
	    r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

enum { RUNS_ID, RUNS_LIMIT, RUNS_AFTER };

static const struct field runs_inputs[] = {
	[RUNS_ID] = REQUEST_ID_FIELD("scenario"),
	[RUNS_LIMIT] = REQUEST_LIMIT_FIELD,
	[RUNS_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	{ .name = NULL }
};

static enum rc
runs(struct request *r)
{
	struct store_evaluation_filter f = { .limit = request_limit(r, RUNS_LIMIT), .before = r->in[RUNS_AFTER].i,
		.runs = true, .others = true };
	struct automation s;
	struct evaluation *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	if ((rc = store_automation_get_scenario(r->db, r->in[RUNS_ID].s, r->arena, &s)) != RC_OK)
		return request_missing(r, rc, NULL, "scenario");
	f.automation = s.row;
	if ((rc = store_evaluation_list(r->db, &f, r->arena, &rows, &n)) != RC_OK)
		return rc;
	w = request_list(r, "runs");
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = evaluation_write(w, NULL, r->db, &rows[i], s.id, r->arena);
	request_page_end(r, n, f.limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return rc;
}

enum { ROW_ID, ROW_RUN };

static const struct field row_inputs[] = {
	[ROW_ID] = REQUEST_ID_FIELD("scenario"),
	[ROW_RUN] = { .name = "run", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991.0, .help = "id of the run" },
	{ .name = NULL }
};

static enum rc
one_run(struct request *r)
{
	struct automation s;
	struct evaluation e;
	enum rc rc = store_automation_get_scenario(r->db, r->in[ROW_ID].s, r->arena, &s);

	if (rc == RC_OK)
		rc = store_evaluation_get(r->db, r->in[ROW_RUN].i, r->arena, &e);
	if (rc == RC_OK && e.automation != s.row)
		rc = RC_NOT_FOUND;
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "run");
	return evaluation_write_all(request_reply(r), NULL, r->db, &e, "scenario", s.id, r->arena);
}

static const struct member scenario_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "description", .type = MEMBER_TEXT, .null = true },
	{ .name = "icon", .type = MEMBER_TEXT, .null = true },
	{ .name = "mode", .type = MEMBER_TEXT },
	{ .name = "max", .type = MEMBER_INT, .null = true, .help = "of queued and parallel" },
	{ .name = "parameters", .type = MEMBER_ANY },
	{ .name = "variables", .type = MEMBER_ANY },
	{ .name = "conditions", .type = MEMBER_ANY },
	{ .name = "actions", .type = MEMBER_ANY },
	{ .name = "rollback", .type = MEMBER_BOOL, .help = "a run that fails takes back what it did" },
	{ .name = "shipped", .type = MEMBER_BOOL, .help = "the product brings it" },
	{ .name = "changed", .type = MEMBER_BOOL, .help = "it is not as the product brings it" },
	{ .name = "revision", .type = MEMBER_INT, .help = "counts changes" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "updated", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "scenarios", .type = MEMBER_LIST, .of = "Scenario" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member asked_members[] = {
	{ .name = "scenario", .type = MEMBER_TEXT },
	{ .name = "event", .type = MEMBER_INT, .help = "cause of the run that follows" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Scenario", scenario_members, NULL },
	{ "ScenarioList", list_members, NULL },
	{ "ScenarioAsked", asked_members, NULL },
	{ .name = NULL }
};

#define ONE "/api/v1/scenarios/{id}"

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/scenarios", .permission = PERMISSION_READ, .inputs = list_inputs,
	    .handle = list, .summary = "List scenarios", .reply = "ScenarioList" },
	{ .method = "POST", .path = "/api/v1/scenarios", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = add_inputs, .reword = words, .handle = add, .status = 201, .summary = "Add a scenario",
	    .reply = "Scenario" },
	{ .method = "GET", .path = ONE, .permission = PERMISSION_READ, .inputs = get_inputs, .handle = get,
	    .summary = "Read one scenario", .reply = "Scenario" },
	{ .method = "PATCH", .path = ONE, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = edit_inputs, .reword = words, .handle = edit, .summary = "Change a scenario",
	    .reply = "Scenario" },
	{ .method = "DELETE", .path = ONE, .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = change_inputs, .handle = delete, .status = 204, .summary = "Remove a scenario" },
	{ .method = "POST", .path = ONE "/reset", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = change_inputs, .handle = reset,
	    .summary = "Make a shipped scenario again what the product brings, also a removed one",
	    .reply = "Scenario" },
	{ .method = "POST", .path = ONE "/run", .permission = PERMISSION_CONTROL, .flags = ROUTE_WRITE,
	    .inputs = run_inputs, .handle = run, .status = 202, .summary = "Run a scenario",
	    .reply = "ScenarioAsked" },
	{ .method = "POST", .path = ONE "/stop", .permission = PERMISSION_CONTROL, .flags = ROUTE_WRITE,
	    .inputs = stop_inputs, .handle = stop, .status = 204, .summary = "End the runs of a scenario" },
	{ .method = "GET", .path = ONE "/runs", .permission = PERMISSION_READ, .inputs = runs_inputs,
	    .handle = runs, .summary = "List the runs of a scenario, newest first", .reply = "RunList" },
	{ .method = "GET", .path = ONE "/runs/{run}", .permission = PERMISSION_READ, .inputs = row_inputs,
	    .handle = one_run, .summary = "Read one run of a scenario with its steps", .reply = "RunTraced" },
	{ .method = NULL }
};

const struct resource res_scenario = { "scenarios", "Named sequences that somebody runs.", routes, schemas };
