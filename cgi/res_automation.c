/* SPDX-License-Identifier: ISC
 *
 * /automations: the rules of the house, their runs, and starting one by hand.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/automation.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/rehearsal.h"

#define PARTS_MAX 100

/* Who may change a rule sees all of it. */
static void
write_rule(struct jsw *w, const struct request *r, const struct automation *rule)
{
	automation_edit_write(w, NULL, rule, r->who != NULL && r->who->most >= PERMISSION_MANAGE);
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

	rc = store_automation_list(r->db, request_text(r, LIST_AFTER), limit, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "automations");
	for (i = 0; i < n; i++)
		write_rule(w, r, &rows[i]);
	request_page_end(r, n, limit, n > 0 ? rows[n - 1].id : NULL);
	return RC_OK;
}

enum { ONE_ID, ONE_NAME, ONE_DESCRIPTION, ONE_MODE, ONE_ENABLED, ONE_TRIGGERS, ONE_CONDITIONS,
	ONE_ACTIONS, ONE_MAX, ONE_VARIABLES, ONE_REASON };

#define RULE_FIELDS(must) \
	[ONE_NAME] = { .name = "name", .where = FIELD_BODY, .type = FIELD_TEXT, .required = must, \
	    .min = 1, .max = 255, .help = "as people call it" }, \
	[ONE_DESCRIPTION] = { .name = "description", .where = FIELD_BODY, .type = FIELD_TEXT, \
	    .max = 4096, .help = "what it is for; empty takes it away" }, \
	[ONE_MODE] = { .name = "mode", .where = FIELD_BODY, .type = FIELD_CHOICE, \
	    .choices = automation_modes, .help = "what a trigger does while it runs: nothing, end it " \
	    "and begin again, wait for its turn, begin beside it" }, \
	[ONE_ENABLED] = { .name = "enabled", .where = FIELD_BODY, .type = FIELD_BOOL, \
	    .help = "false: it waits" }, \
	[ONE_TRIGGERS] = { .name = "triggers", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .required = must, .max = PARTS_MAX, .help = "what starts it" }, \
	[ONE_CONDITIONS] = { .name = "conditions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .max = PARTS_MAX, .help = "what must hold then" }, \
	[ONE_ACTIONS] = { .name = "actions", .where = FIELD_BODY, .type = FIELD_ARRAY, \
	    .required = must, .max = PARTS_MAX, .help = "what is done, in order" }, \
	[ONE_MAX] = { .name = "max", .where = FIELD_BODY, .type = FIELD_INT, .min = 1, \
	    .max = AUTOMATION_MAX_MOST, .help = "runs at the same time when it is queued or parallel" }, \
	[ONE_VARIABLES] = { .name = "variables", .where = FIELD_BODY, .type = FIELD_OBJECT, \
	    .help = "what conditions and actions see; templates too" }, \
	[ONE_REASON] = REQUEST_REASON_FIELD

/* The path of the first has no {id}; the slot stays empty. */
static const struct field add_inputs[] = {
	[ONE_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT },
	RULE_FIELDS(true),
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("automation"),
	RULE_FIELDS(false),
	{ .name = NULL }
};

static const struct field get_inputs[] = {
	[ONE_ID] = REQUEST_ID_FIELD("automation"),
	{ .name = NULL }
};

enum { DELETE_ID, DELETE_REASON };

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("automation"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static enum rc
get(struct request *r)
{
	struct automation rule;
	enum rc rc = store_automation_get(r->db, r->in[ONE_ID].s, r->arena, &rule);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "automation");
	write_rule(request_reply(r), r, &rule);
	return RC_OK;
}

static struct automation_edit
read_edit(struct request *r, bool *enabled)
{
	*enabled = r->in[ONE_ENABLED].i != 0;
	return (struct automation_edit){
		.name = request_text(r, ONE_NAME), .mode = request_text(r, ONE_MODE),
		.enabled = r->in[ONE_ENABLED].set ? enabled : NULL,
		.description = request_text(r, ONE_DESCRIPTION),
		.triggers = r->in[ONE_TRIGGERS].set ? r->in[ONE_TRIGGERS].js : NULL,
		.conditions = r->in[ONE_CONDITIONS].set ? r->in[ONE_CONDITIONS].js : NULL,
		.actions = r->in[ONE_ACTIONS].set ? r->in[ONE_ACTIONS].js : NULL,
		.max = r->in[ONE_MAX].set ? (int)r->in[ONE_MAX].i : 0,
		.variables = r->in[ONE_VARIABLES].set ? r->in[ONE_VARIABLES].js : NULL,
	};
}

static enum rc
add(struct request *r)
{
	bool enabled;
	struct automation_edit e = read_edit(r, &enabled);
	struct automation rule;
	enum rc rc;

	if ((rc = automation_edit_add(r->tx, &e, r->arena, &rule, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/automations/%s", rule.id));
	write_rule(request_reply(r), r, &rule);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	bool enabled;
	struct automation_edit e = read_edit(r, &enabled);
	struct automation rule;
	enum rc rc;

	rc = automation_edit_change(r->tx, r->in[ONE_ID].s, &e, r->arena, &rule, &r->fault);
	if (rc == RC_OK)
		write_rule(request_reply(r), r, &rule);
	return rc;
}

static enum rc
delete(struct request *r)
{
	enum rc rc = automation_edit_delete(r->tx, r->in[DELETE_ID].s, r->arena, &r->fault);

	return rc == RC_OK ? request_reply_nothing(r) : rc;
}

static enum rc
trigger(struct request *r)
{
	int64_t event;
	struct jsw *w;
	enum rc rc;

	rc = automation_edit_trigger(r->tx, r->in[ONE_ID].s, r->arena, &event, &r->fault);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "id", r->in[ONE_ID].s);
	jsw_int(w, "event", event);
	jsw_end(w);
	return RC_OK;
}

/* Whether he may is known; nothing is written. */
static enum rc
rehearse(struct request *r)
{
	(void)r;
	return RC_OK;
}

static void
take(struct js *config, const char *key, const struct field_value *v)
{
	if (v->set && v->js != NULL)
		js_set(config, key, js_ref(v->js));
}

/* Outside of the write: it reads the whole house. */
static enum rc
finish_rehearsal(struct request *r)
{
	struct js *config = js_new_object();
	struct buf text = { 0 };
	enum rc rc;

	js_set(config, "name", js_new_string(r->in[ONE_NAME].set ? r->in[ONE_NAME].s : "rehearsal"));
	js_set(config, "mode", js_new_string("single"));
	take(config, "triggers", &r->in[ONE_TRIGGERS]);
	take(config, "conditions", &r->in[ONE_CONDITIONS]);
	take(config, "actions", &r->in[ONE_ACTIONS]);
	take(config, "variables", &r->in[ONE_VARIABLES]);
	if ((rc = request_begin(r)) == RC_OK)
		rc = rehearsal_run(r->db, config, r->now_ms, &text, &r->fault);
	request_end(r);
	if (rc == RC_OK)
		jsw_raw(request_reply(r), NULL, buf_str(&text));
	buf_free(&text);
	js_free(config);
	return rc;
}

enum { RUNS_ID, RUNS_LIMIT, RUNS_AFTER, RUNS_OUTCOME, RUNS_FROM, RUNS_TO };
enum { OUTCOME_RAN, OUTCOME_NOT, OUTCOME_ALL };

static const char *const outcomes[] = { "ran", "not", "all", NULL };

static const struct field runs_inputs[] = {
	[RUNS_ID] = REQUEST_ID_FIELD("automation"),
	[RUNS_LIMIT] = REQUEST_LIMIT_FIELD,
	[RUNS_AFTER] = REQUEST_AFTER_NUMBER_FIELD,
	[RUNS_OUTCOME] = { .name = "outcome", .where = FIELD_QUERY, .type = FIELD_CHOICE, .choices = outcomes,
	    .help = "runs, what did not come to one, or all; ran when not given" },
	[RUNS_FROM] = { .name = "from", .where = FIELD_QUERY, .type = FIELD_TIME, .help = "not before then" },
	[RUNS_TO] = { .name = "to", .where = FIELD_QUERY, .type = FIELD_TIME, .help = "before then" },
	{ .name = NULL }
};

static enum rc
runs(struct request *r)
{
	struct store_evaluation_filter f = {
		.limit = request_limit(r, RUNS_LIMIT), .before = r->in[RUNS_AFTER].i, .from = r->in[RUNS_FROM].i,
		.to = r->in[RUNS_TO].i, .runs = r->in[RUNS_OUTCOME].i != OUTCOME_NOT,
		.others = r->in[RUNS_OUTCOME].set && r->in[RUNS_OUTCOME].i != OUTCOME_RAN,
	};
	struct automation rule;
	struct evaluation *rows;
	struct jsw *w;
	size_t n, i;
	enum rc rc;

	rc = store_automation_get(r->db, r->in[RUNS_ID].s, r->arena, &rule);
	if (rc == RC_NOT_FOUND)
		return request_missing(r, rc, NULL, "automation");
	f.automation = rule.row;
	if (rc == RC_OK)
		rc = store_evaluation_list(r->db, &f, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "runs");
	for (i = 0; i < n; i++)
		evaluation_write(w, NULL, &rows[i], rule.id, r->arena);
	request_page_end(r, n, f.limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return RC_OK;
}

enum { RUN_AUTOMATION, RUN_RUN };

static const struct field run_inputs[] = {
	[RUN_AUTOMATION] = REQUEST_ID_FIELD("automation"),
	[RUN_RUN] = { .name = "run", .where = FIELD_PATH, .type = FIELD_INT, .required = true, .min = 1,
	    .max = 9007199254740991.0, .help = "id of the run" },
	{ .name = NULL }
};

static enum rc
run(struct request *r)
{
	struct automation rule;
	struct evaluation e;
	enum rc rc = store_automation_get(r->db, r->in[RUN_AUTOMATION].s, r->arena, &rule);

	if (rc == RC_OK)
		rc = store_evaluation_get(r->db, r->in[RUN_RUN].i, r->arena, &e);
	if (rc == RC_OK && e.automation != rule.row)
		rc = RC_NOT_FOUND;
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "run");
	return evaluation_write_all(request_reply(r), NULL, r->db, &e, rule.id, r->arena);
}

static const struct member rule_members[] = {
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "description", .type = MEMBER_TEXT, .null = true },
	{ .name = "enabled", .type = MEMBER_BOOL },
	{ .name = "mode", .type = MEMBER_TEXT },
	{ .name = "triggers", .type = MEMBER_ANY },
	{ .name = "conditions", .type = MEMBER_ANY },
	{ .name = "actions", .type = MEMBER_ANY },
	{ .name = "max", .type = MEMBER_INT, .null = true, .help = "of queued and parallel" },
	{ .name = "variables", .type = MEMBER_ANY, .null = true },
	{ .name = "revision", .type = MEMBER_INT, .help = "counts changes" },
	{ .name = "created", .type = MEMBER_TIME },
	{ .name = "updated", .type = MEMBER_TIME },
	{ .name = NULL }
};

static const struct member list_members[] = {
	{ .name = "automations", .type = MEMBER_LIST, .of = "Automation" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member trigger_members[] = {
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "event", .type = MEMBER_INT, .help = "cause of the run that follows" },
	{ .name = NULL }
};

#define RUN_MEMBERS \
	{ .name = "id", .type = MEMBER_INT }, \
	{ .name = "automation_id", .type = MEMBER_TEXT }, \
	{ .name = "status", .type = MEMBER_TEXT, .help = "running, done, stopped or failed; of " \
	    "what did not come to a run no (a condition), busy, cut_short (its `for`) or missed" }, \
	{ .name = "trigger", .type = MEMBER_INT, .help = "index of the trigger that started it, -1: by hand" }, \
	{ .name = "by", .type = MEMBER_ANY, .null = true, \
	    .help = "the trigger: index, name, entity_id or subject, from, to" }, \
	{ .name = "cause", .type = MEMBER_INT, .null = true, .help = "event that triggered it" }, \
	{ .name = "event", .type = MEMBER_INT, .null = true, .help = "its own event" }, \
	{ .name = "started", .type = MEMBER_TIME }, \
	{ .name = "ended", .type = MEMBER_TIME, .null = true }, \
	{ .name = "wake", .type = MEMBER_TIME, .null = true, .help = "when it goes on by itself" }, \
	{ .name = "reason", .type = MEMBER_TEXT, .null = true }

static const struct member run_members[] = {
	RUN_MEMBERS,
	{ .name = NULL }
};

static const struct member traced_members[] = {
	RUN_MEMBERS,
	{ .name = "held", .type = MEMBER_INT, .null = true, .help = "ms that the trigger held when it was cut short" },
	{ .name = "hold", .type = MEMBER_INT, .null = true, .help = "ms that it had to hold" },
	{ .name = "late", .type = MEMBER_INT, .null = true, .help = "ms after its time" },
	{ .name = "conditions", .type = MEMBER_LIST, .of = "RunCondition", .help = "those that were asked" },
	{ .name = "trace", .type = MEMBER_LIST, .of = "RunStep", .help = "its first 100 steps" },
	{ .name = NULL }
};

static const struct member step_members[] = {
	{ .name = "place", .type = MEMBER_TEXT, .help = "in the rule: actions[0].choose[1].sequence[0]" },
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = "result", .type = MEMBER_TEXT,
	    .help = "done, no (a condition does not hold), waits, heard, stopped or failed" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "conditions", .type = MEMBER_LIST, .of = "RunCondition" },
	{ .name = "cause", .type = MEMBER_INT, .null = true, .help = "event that it heard" },
	{ .name = "commands", .type = MEMBER_LIST, .of = "RunCommand", .help = "that it sent" },
	{ .name = NULL }
};

static const struct member condition_members[] = {
	{ .name = "name", .type = MEMBER_TEXT, .help = "its alias, else its kind" },
	{ .name = "holds", .type = MEMBER_BOOL },
	{ .name = "saw", .type = MEMBER_TEXT, .null = true, .help = "the values that decided" },
	{ .name = "conditions", .type = MEMBER_LIST, .of = "RunCondition", .help = "those in it that were asked" },
	{ .name = NULL }
};

static const struct member command_members[] = {
	{ .name = "id", .type = MEMBER_INT },
	{ .name = "entity_id", .type = MEMBER_TEXT, .null = true, .help = "null: it is no longer recorded" },
	{ .name = "service", .type = MEMBER_TEXT, .null = true },
	{ .name = "status", .type = MEMBER_TEXT, .null = true },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct member rehearsal_members[] = {
	{ .name = "runs", .type = MEMBER_BOOL, .help = "whether its conditions hold now" },
	{ .name = "outcome", .type = MEMBER_TEXT, .help = "not_run, done, waits, stopped or failed" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "steps", .type = MEMBER_LIST, .of = "RehearsalStep" },
	{ .name = NULL }
};

static const struct member rehearsal_step_members[] = {
	{ .name = "place", .type = MEMBER_TEXT },
	{ .name = "after", .type = MEMBER_INT, .help = "ms of its own time; pauses are passed over" },
	{ .name = "result", .type = MEMBER_TEXT },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "commands", .type = MEMBER_LIST, .of = "RehearsalCommand" },
	{ .name = "deliveries", .type = MEMBER_LIST, .of = "RehearsalDelivery", .help = "what people would be told" },
	{ .name = NULL }
};

static const struct member rehearsal_command_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "service", .type = MEMBER_TEXT },
	{ .name = "data", .type = MEMBER_ANY },
	{ .name = "sent", .type = MEMBER_BOOL, .help = "false: it would be refused" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct member rehearsal_delivery_members[] = {
	{ .name = "channels", .type = MEMBER_TEXTS, .null = true, .help = "null: all that are set up" },
	{ .name = "payload", .type = MEMBER_OBJECT },
	{ .name = NULL }
};

static const struct member runs_members[] = {
	{ .name = "runs", .type = MEMBER_LIST, .of = "Run", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Automation", rule_members, NULL },
	{ "AutomationList", list_members, NULL },
	{ "AutomationTriggered", trigger_members, NULL },
	{ "Run", run_members, NULL },
	{ "RunList", runs_members, NULL },
	{ "RunTraced", traced_members, NULL },
	{ "RunStep", step_members, NULL },
	{ "RunCondition", condition_members, NULL },
	{ "RunCommand", command_members, NULL },
	{ "Rehearsal", rehearsal_members, NULL },
	{ "RehearsalStep", rehearsal_step_members, NULL },
	{ "RehearsalCommand", rehearsal_command_members, NULL },
	{ "RehearsalDelivery", rehearsal_delivery_members, NULL },
	{ .name = NULL }
};

#define ALL "/api/v1/automations"
#define RULES "/api/v1/automation/rules"

static const struct route routes[] = {
	{ .method = "GET", .path = ALL, .alias = RULES, .permission = PERMISSION_READ,
	    .inputs = list_inputs, .handle = list, .summary = "List automations",
	    .reply = "AutomationList" },
	{ .method = "POST", .path = ALL, .alias = RULES, .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE, .inputs = add_inputs, .handle = add, .status = 201,
	    .summary = "Add an automation", .reply = "Automation" },
	{ .method = "POST", .path = ALL "/dry-run", .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE,
	    .inputs = add_inputs, .handle = rehearse, .finish = finish_rehearsal,
	    .summary = "Try a rule against the house as it is, without acting", .reply = "Rehearsal" },
	{ .method = "GET", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_READ, .inputs = get_inputs, .handle = get,
	    .summary = "Read one automation", .reply = "Automation" },
	{ .method = "PATCH", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE, .inputs = edit_inputs,
	    .handle = edit, .summary = "Change an automation, or enable or disable it",
	    .reply = "Automation" },
	{ .method = "DELETE", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE, .inputs = delete_inputs,
	    .handle = delete, .status = 204, .summary = "Remove an automation with its runs" },
	{ .method = "POST", .path = ALL "/{id}/trigger", .permission = PERMISSION_CONTROL,
	    .flags = ROUTE_WRITE, .inputs = get_inputs, .handle = trigger, .status = 202,
	    .summary = "Run an automation now", .reply = "AutomationTriggered" },
	{ .method = "GET", .path = ALL "/{id}/runs", .permission = PERMISSION_READ,
	    .inputs = runs_inputs, .handle = runs, .summary = "List an automation's runs, and what did not come to one",
	    .reply = "RunList" },
	{ .method = "GET", .path = ALL "/{id}/runs/{run}", .permission = PERMISSION_READ,
	    .inputs = run_inputs, .handle = run, .summary = "Read a run, or what did not come to one, step by step",
	    .reply = "RunTraced" },
	{ .method = NULL }
};

const struct resource res_automation = {
	"automations", "The rules of the house and their runs.", routes, schemas
};
