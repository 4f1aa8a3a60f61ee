/* SPDX-License-Identifier: ISC
 *
 * /automations: the rules of the house, and starting one by hand.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "cgi/rule_body.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/rule_words.h"

static void
write_rule(struct jsw *w, const struct request *r, const struct automation *rule)
{
	automation_edit_write(w, NULL, rule, request_manages(r));
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

/* The path of the first has no {id}; the slot stays empty. */
static const struct field add_inputs[] = {
	[RULE_BODY_ID] = { .name = "id", .where = FIELD_PATH, .type = FIELD_TEXT },
	RULE_BODY_MEMBERS(true),
	[RULE_BODY_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field edit_inputs[] = {
	[RULE_BODY_ID] = REQUEST_ID_FIELD("automation"),
	RULE_BODY_MEMBERS(false),
	[RULE_BODY_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static const struct field get_inputs[] = {
	[RULE_BODY_ID] = REQUEST_ID_FIELD("automation"),
	{ .name = NULL }
};

enum { DELETE_ID, DELETE_REASON };

static const struct field delete_inputs[] = {
	[DELETE_ID] = REQUEST_ID_FIELD("automation"),
	[DELETE_REASON] = REQUEST_REASON_FIELD,
	{ .name = NULL }
};

static struct js *
words(const struct js *body)
{
	return rule_words_own(body, false);
}

static void
faults(struct request *r, struct jsw *w)
{
	if (request_begin(r) == RC_OK)
		automation_edit_faults(r->db, request_text(r, RULE_BODY_ID), r->body,
		    sun_place(r->api->conf).known, r->arena, w);
	request_end(r);
}

static enum rc
get(struct request *r)
{
	struct automation rule;
	enum rc rc = store_automation_get(r->db, r->in[RULE_BODY_ID].s, r->arena, &rule);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "automation");
	write_rule(request_reply(r), r, &rule);
	return RC_OK;
}

static enum rc
add(struct request *r)
{
	struct automation rule;
	enum rc rc;

	rc = automation_check_sun(r->body, sun_place(r->api->conf).known, &r->fault);
	if (rc != RC_OK || (rc = automation_edit_add(r->tx, r->body, r->arena, &rule, &r->fault)) != RC_OK)
		return rc;
	request_header(r, "Location", mem_printf(r->arena, "/api/v1/automations/%s", rule.id));
	write_rule(request_reply(r), r, &rule);
	return RC_OK;
}

static enum rc
edit(struct request *r)
{
	struct automation rule;
	enum rc rc;

	rc = automation_check_sun(r->body, sun_place(r->api->conf).known, &r->fault);
	if (rc == RC_OK)
		rc = automation_edit_change(r->tx, r->in[RULE_BODY_ID].s, r->body, r->arena, &rule, &r->fault);
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

	rc = automation_edit_trigger(r->tx, r->in[RULE_BODY_ID].s, r->arena, &event, &r->fault);
	if (rc != RC_OK)
		return rc;
	w = request_reply(r);
	jsw_object(w, NULL);
	jsw_string(w, "id", r->in[RULE_BODY_ID].s);
	jsw_int(w, "event", event);
	jsw_end(w);
	return RC_OK;
}

static const struct field rehearse_inputs[] = {
	RULE_BODY_FIELDS,
	{ .name = NULL }
};

/* Whether he may is known; nothing is written. */
static enum rc
rehearse(struct request *r)
{
	return rule_body_check(r);
}

/* Outside of the write: it reads the whole house. */
static enum rc
finish_rehearsal(struct request *r)
{
	struct js *config = NULL;
	struct buf text = { 0 };
	enum rc rc;

	if ((rc = request_begin(r)) == RC_OK && (rc = rule_body_read(r, &config)) == RC_OK)
		rc = rehearsal_run(r->db, config, request_text(r, RULE_BODY_ID), sun_place(r->api->conf), r->now_ms,
		    &text, &r->fault);
	request_end(r);
	if (rc == RC_OK)
		jsw_raw(request_reply(r), NULL, buf_str(&text));
	buf_free(&text);
	js_free(config);
	return rc;
}

/* Of every rule. */
#define RULE_MEMBERS \
	{ .name = "id", .type = MEMBER_TEXT, .help = "for ever" }, \
	{ .name = "name", .type = MEMBER_TEXT }, \
	{ .name = "description", .type = MEMBER_TEXT, .null = true }, \
	{ .name = "enabled", .type = MEMBER_BOOL }, \
	{ .name = "mode", .type = MEMBER_TEXT }, \
	{ .name = "triggers", .type = MEMBER_ANY }, \
	{ .name = "conditions", .type = MEMBER_ANY }, \
	{ .name = "actions", .type = MEMBER_ANY }, \
	{ .name = "max", .type = MEMBER_INT, .null = true, .help = "of queued and parallel" }, \
	{ .name = "variables", .type = MEMBER_ANY, .null = true }, \
	{ .name = "missed", .type = MEMBER_TEXT, .help = "what is made of a time that passed: run, skip, ask" }, \
	{ .name = "missed_within", .type = MEMBER_ANY, .null = true }, \
	{ .name = "revision", .type = MEMBER_INT, .help = "counts changes" }, \
	{ .name = "created", .type = MEMBER_TIME }, \
	{ .name = "updated", .type = MEMBER_TIME }

static const struct member rule_members[] = {
	RULE_MEMBERS,
	{ .name = NULL }
};

static const struct member saved_members[] = {
	RULE_MEMBERS,
	{ .name = "conflicts", .type = MEMBER_LIST, .of = "Conflict",
	    .help = "with which rules it loops or fights; it is saved all the same" },
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

static const struct member rehearsal_members[] = {
	{ .name = "runs", .type = MEMBER_BOOL, .help = "whether its conditions hold now" },
	{ .name = "outcome", .type = MEMBER_TEXT, .help = "not_run, done, waits, stopped or failed" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "complete", .type = MEMBER_BOOL, .help = "false: there is more to it than a dry run looks at" },
	{ .name = "steps", .type = MEMBER_LIST, .of = "RehearsalStep" },
	{ .name = NULL }
};

static const struct member rehearsal_scenario_members[] = {
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "runs", .type = MEMBER_BOOL, .help = "whether its conditions hold now" },
	{ .name = "outcome", .type = MEMBER_TEXT, .help = "as of the rule" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "steps", .type = MEMBER_LIST, .of = "RehearsalStep", .help = "of its own time" },
	{ .name = NULL }
};

static const struct member rehearsal_step_members[] = {
	{ .name = "place", .type = MEMBER_TEXT },
	{ .name = "after", .type = MEMBER_INT, .help = "ms of its own time; pauses are passed over" },
	{ .name = "result", .type = MEMBER_TEXT },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "commands", .type = MEMBER_LIST, .of = "RehearsalCommand" },
	{ .name = "deliveries", .type = MEMBER_LIST, .of = "RehearsalDelivery", .help = "what people would be told" },
	{ .name = "scenarios", .type = MEMBER_LIST, .of = "RehearsalScenario", .help = "that it would start" },
	{ .name = "events", .type = MEMBER_LIST, .of = "RehearsalEvent", .help = "that it would tell of" },
	{ .name = "variables", .type = MEMBER_ANY, .null = true, .help = "that it sets, by their names" },
	{ .name = NULL }
};

static const struct member rehearsal_event_members[] = {
	{ .name = "type", .type = MEMBER_TEXT },
	{ .name = "data", .type = MEMBER_ANY },
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

static const struct schema schemas[] = {
	{ "Automation", rule_members, NULL },
	{ "AutomationSaved", saved_members, NULL },
	{ "AutomationList", list_members, NULL },
	{ "AutomationTriggered", trigger_members, NULL },
	{ "Rehearsal", rehearsal_members, NULL },
	{ "RehearsalStep", rehearsal_step_members, NULL },
	{ "RehearsalScenario", rehearsal_scenario_members, NULL },
	{ "RehearsalEvent", rehearsal_event_members, NULL },
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
	    .flags = ROUTE_WRITE, .inputs = add_inputs, .reword = words, .handle = add,
	    .finish = res_conflict_finish, .faults = faults,
	    .status = 201, .summary = "Add an automation", .reply = "AutomationSaved" },
	{ .method = "POST", .path = ALL "/dry-run", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_ASKS, .inputs = rehearse_inputs, .reword = rule_body_words,
	    .handle = rehearse, .finish = finish_rehearsal,
	    .summary = "Try a rule against the house as it is, without acting", .reply = "Rehearsal" },
	{ .method = "GET", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_READ, .inputs = get_inputs, .handle = get,
	    .summary = "Read one automation", .reply = "Automation" },
	{ .method = "PATCH", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE, .inputs = edit_inputs,
	    .reword = words, .handle = edit, .finish = res_conflict_finish, .faults = faults,
	    .summary = "Change an automation, or enable or disable it", .reply = "AutomationSaved" },
	{ .method = "DELETE", .path = ALL "/{id}", .alias = RULES "/{id}",
	    .permission = PERMISSION_MANAGE, .flags = ROUTE_WRITE, .inputs = delete_inputs,
	    .handle = delete, .status = 204, .summary = "Remove an automation; what it did stays for a while" },
	{ .method = "POST", .path = ALL "/{id}/trigger", .permission = PERMISSION_CONTROL,
	    .flags = ROUTE_WRITE, .inputs = get_inputs, .handle = trigger, .status = 202,
	    .summary = "Run an automation now", .reply = "AutomationTriggered" },
	{ .method = NULL }
};

const struct resource res_automation = {
	"automations", "The rules of the house.", routes, schemas
};
