/* SPDX-License-Identifier: ISC
 *
 * /automations/{id}/runs: what automations did and what they did not; /automations/{id}/explain: why.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/base/metric.h"
#include "shared/domain/evaluation.h"
#include "shared/domain/explain_automation.h"

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

	rc = evaluation_rule(r->db, r->in[RUNS_ID].s, r->arena, &rule);
	if (rc == RC_NOT_FOUND)
		return request_missing(r, rc, NULL, "automation");
	f.automation = rule.row;
	if (rc == RC_OK)
		rc = store_evaluation_list(r->db, &f, r->arena, &rows, &n);
	if (rc != RC_OK)
		return rc;
	w = request_list(r, "runs");
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = evaluation_write(w, NULL, r->db, &rows[i], rule.id, r->arena);
	request_page_end(r, n, f.limit, n > 0 ? request_number(r, rows[n - 1].id) : NULL);
	return rc;
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
	enum rc rc = evaluation_rule(r->db, r->in[RUN_AUTOMATION].s, r->arena, &rule);

	if (rc == RC_OK)
		rc = store_evaluation_get(r->db, r->in[RUN_RUN].i, r->arena, &e);
	if (rc == RC_OK && e.automation != rule.row)
		rc = RC_NOT_FOUND;
	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "run");
	return evaluation_write_all(request_reply(r), NULL, r->db, &e, "automation", rule.id, r->arena);
}

enum { EXPLAIN_ID, EXPLAIN_AT };

static const struct field explain_inputs[] = {
	[EXPLAIN_ID] = REQUEST_ID_FIELD("automation"),
	[EXPLAIN_AT] = { .name = "at", .where = FIELD_QUERY, .type = FIELD_TEXT, .min = 1, .max = 60,
	    .help = "last night, yesterday 22:00, 10 minutes ago, 2026-11-28 22:00, RFC 3339, 3h, now; else the last "
	    "24 hours" },
	{ .name = NULL }
};

static enum rc
explain(struct request *r)
{
	struct explain_house house = { .now_ms = r->now_ms,
		.alive_ms = (int64_t)(metric_get(METRIC_ENGINE_HEARTBEAT, "") * 1000),
		.kept = retention_of(r->db, r->api->conf, r->now_ms), .place = sun_place(r->api->conf) };
	struct automation_explanation x;
	struct automation rule;
	struct period p;
	enum rc rc = evaluation_rule(r->db, r->in[EXPLAIN_ID].s, r->arena, &rule);

	if (rc != RC_OK)
		return request_missing(r, rc, NULL, "automation");
	if ((rc = period_parse(request_text(r, EXPLAIN_AT), r->now_ms, &p, &r->fault)) != RC_OK) {
		r->malformed = true;
		return rc;
	}
	if ((rc = explain_automation(r->db, &rule, &p, &house, r->arena, &x)) != RC_OK)
		return rc;
	return explain_automation_write(request_reply(r), NULL, r->db, &rule, &p, &x, r->arena);
}

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
	{ .name = "reason", .type = MEMBER_TEXT, .null = true }, \
	{ .name = "undoable", .type = MEMBER_BOOL, .help = "it, or what it started, told a device something that has " \
	    "a way back" }, \
	{ .name = "undone", .type = MEMBER_ONE, .of = "RunUndone", .null = true, .help = "that it was taken back" }

static const struct member undone_members[] = {
	{ .name = "event", .type = MEMBER_INT, .help = "undo that, and the run counts again" },
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = "actor", .type = MEMBER_TEXT, .null = true },
	{ .name = "left", .type = MEMBER_TEXTS, .help = "entities that no undo told anything" },
	{ .name = NULL }
};

static const struct member run_members[] = {
	RUN_MEMBERS,
	{ .name = NULL }
};

static const struct member traced_members[] = {
	RUN_MEMBERS,
	{ .name = "held", .type = MEMBER_INT, .null = true, .help = "ms that the trigger held when it was cut short" },
	{ .name = "hold", .type = MEMBER_INT, .null = true, .help = "ms that it had to hold" },
	{ .name = "late", .type = MEMBER_INT, .null = true,
	    .help = "ms after its time: that of its trigger, or the most that a pause of it ended late" },
	{ .name = "conditions", .type = MEMBER_LIST, .of = "RunCondition", .help = "those that were asked" },
	{ .name = "trace", .type = MEMBER_LIST, .of = "RunStep", .help = "its first 100 steps" },
	{ .name = "restored", .type = MEMBER_TEXTS, .null = true, .help = "entities that are again what they were, "
	    "of a scenario that took back what it did" },
	{ .name = "not_restored", .type = MEMBER_LIST, .of = "RunLeft", .null = true,
	    .help = "and those that are not" },
	{ .name = "not_restored_because", .type = MEMBER_TEXT, .null = true,
	    .help = "why nothing could be taken back" },
	{ .name = NULL }
};

static const struct member left_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct member step_members[] = {
	{ .name = "place", .type = MEMBER_TEXT, .help = "in the rule: actions[0].choose[1].sequence[0]" },
	{ .name = "alias", .type = MEMBER_TEXT, .null = true, .help = "what the rule called it when it ran" },
	{ .name = "action", .type = MEMBER_ANY, .null = true,
	    .help = "what the rule said there when it ran, without the actions in it and what is secret; null: not "
	    "known, or long" },
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = "result", .type = MEMBER_TEXT,
	    .help = "done, no (a condition does not hold), waits, heard, stopped or failed" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true,
	    .help = "why; of one that is done the variables that it set or the data of its event, cut" },
	{ .name = "late", .type = MEMBER_INT, .null = true, .help = "ms after the time at which its pause was to end" },
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

static const struct member runs_members[] = {
	{ .name = "runs", .type = MEMBER_LIST, .of = "Run", .help = "newest first" },
	RES_NEXT,
	{ .name = NULL }
};

static const struct member explain_members[] = {
	{ .name = "text", .type = MEMBER_TEXT, .help = "why it ran, or did not, in plain English" },
	{ .name = "from", .type = MEMBER_TIME, .help = "the time that was looked at" },
	{ .name = "to", .type = MEMBER_TIME },
	{ .name = "removed", .type = MEMBER_TIME, .null = true, .help = "when the automation was" },
	{ .name = "notes", .type = MEMBER_TEXTS, .help = "what else was then: changes, times without the house" },
	{ .name = "runs", .type = MEMBER_LIST, .of = "Run", .help = "of that time, also what did not come to one" },
	{ .name = "run", .type = MEMBER_ONE, .of = "RunTraced", .null = true, .help = "what the text is about" },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "Run", run_members, NULL },
	{ "RunUndone", undone_members, NULL },
	{ "RunList", runs_members, NULL },
	{ "RunTraced", traced_members, NULL },
	{ "RunStep", step_members, NULL },
	{ "RunLeft", left_members, NULL },
	{ "RunCondition", condition_members, NULL },
	{ "RunCommand", command_members, NULL },
	{ "AutomationExplanation", explain_members, NULL },
	{ .name = NULL }
};

#define ONE "/api/v1/automations/{id}"

static const struct route routes[] = {
	{ .method = "GET", .path = ONE "/runs", .permission = PERMISSION_READ,
	    .inputs = runs_inputs, .handle = runs, .summary = "List an automation's runs, and what did not come to one",
	    .reply = "RunList" },
	{ .method = "GET", .path = ONE "/runs/{run}", .permission = PERMISSION_READ,
	    .inputs = run_inputs, .handle = run, .summary = "Read a run, or what did not come to one, step by step",
	    .reply = "RunTraced" },
	{ .method = "GET", .path = ONE "/explain", .permission = PERMISSION_READ, .inputs = explain_inputs,
	    .handle = explain, .summary = "Say why an automation ran, or did not, at some time",
	    .reply = "AutomationExplanation" },
	{ .method = NULL }
};

const struct resource res_run = {
	"runs", "What automations did, what they did not, and why.", routes, schemas
};
