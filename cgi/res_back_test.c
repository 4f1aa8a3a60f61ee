/* SPDX-License-Identifier: ISC
 *
 * Back-tests: a rule against the recorded past. The answer is a stream of lines: how far it is, several times a second,
 * and at last the result. It holds one reader while it works; a house does one at a time.
 */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cgi/problem.h"
#include "cgi/reply.h"
#include "cgi/resources.h"
#include "cgi/rule_body.h"
#include "shared/base/proc.h"
#include "shared/domain/backtest.h"

#define DAY_MS INT64_C(86400000)
#define DAYS 30			/* when the request does not say */
#define DAYS_MAX 366
#define RETRY_S 5

enum { IN_DAYS = RULE_BODY_MORE, IN_FROM, IN_UNTIL };

static const struct field inputs[] = {
	RULE_BODY_FIELDS,
	[IN_DAYS] = { .name = "days", .where = FIELD_BODY, .type = FIELD_INT, .min = 1, .max = DAYS_MAX,
	    .help = "how many days back from until; 30 when nothing is said" },
	[IN_FROM] = { .name = "from", .where = FIELD_BODY, .type = FIELD_TIME, .help = "instead of days" },
	[IN_UNTIL] = { .name = "until", .where = FIELD_BODY, .type = FIELD_TIME, .help = "now when not given" },
	{ .name = NULL }
};

/* Whether he may is known; nothing is written. */
static enum rc
ask(struct request *r)
{
	if (r->in[IN_DAYS].set && r->in[IN_FROM].set)
		return fault_set(&r->fault, RC_INVALID, "days", "days and from exclude each other");
	return rule_body_check(r);
}

static bool
tell(void *arg, const struct backtest_progress *p)
{
	struct request *r = arg;
	struct buf line = { 0 };
	struct jsw w = jsw_to(&line);
	bool on;

	jsw_object(&w, NULL);
	jsw_object(&w, "progress");
	jsw_int(&w, "percent", p->percent);
	jsw_time(&w, "at", p->at);
	jsw_int(&w, "runs", p->runs);
	jsw_end(&w);
	jsw_end(&w);
	on = reply_line(r, &line);
	buf_free(&line);
	return on && !proc_stop;
}

static struct backtest_request
read_request(struct request *r, const struct js *config)
{
	int64_t until = r->in[IN_UNTIL].set ? r->in[IN_UNTIL].i : r->now_ms;
	int64_t days = r->in[IN_DAYS].set ? r->in[IN_DAYS].i : DAYS;

	return (struct backtest_request){ .config = config, .id = request_text(r, RULE_BODY_ID),
		.from = r->in[IN_FROM].set ? r->in[IN_FROM].i : until - days * DAY_MS, .to = until,
		.now_ms = r->now_ms, .place = sun_place(r->api->conf), .progress = tell, .arg = r };
}

static enum rc
run(struct request *r, struct buf *result)
{
	struct backtest_request q;
	struct js *config = NULL;
	enum rc rc;

	if ((rc = request_begin(r)) == RC_OK && (rc = rule_body_read(r, &config)) == RC_OK) {
		q = read_request(r, config);
		rc = backtest_run(r->db, &q, result, &r->fault);
	}
	request_end(r);
	js_free(config);
	return rc;
}

/* The last line. What failed before the first one is an answer as any other. */
static enum rc
end(struct request *r, enum rc rc, const struct buf *result)
{
	struct buf line = { 0 };
	struct jsw w = jsw_to(&line);

	if (rc != RC_OK && !r->reply.streamed)
		return rc;
	jsw_object(&w, NULL);
	if (rc == RC_OK)
		jsw_raw(&w, "result", buf_str(result));
	else {
		jsw_object(&w, "problem");
		problem_write(&w, rc, &r->fault);
		jsw_end(&w);
	}
	jsw_end(&w);
	reply_line(r, &line);
	buf_free(&line);
	return RC_OK;
}

static enum rc
finish(struct request *r)
{
	struct buf result = { 0 };
	char path[PATH_MAX];
	enum rc rc = RC_INVALID;
	int fd;

	if (conf_path(r->api->conf, "run/back-test.lock", path, sizeof(path)) == RC_OK)
		rc = proc_lock(path, false, &fd, &r->fault);
	if (rc == RC_BUSY) {
		r->retry_s = RETRY_S;
		return fault_set(&r->fault, RC_LIMITED, NULL,
		    "another back-test is under way: try again when it is done");
	}
	if (rc != RC_OK)
		return rc;
	rc = run(r, &result);
	close(fd);
	rc = end(r, rc, &result);
	buf_free(&result);
	return rc;
}

#define DATE_MEMBER { .name = "date", .type = MEMBER_TEXT, .help = "YYYY-MM-DD in the house's time zone" }

static const struct member line_members[] = {
	{ .name = "progress", .type = MEMBER_ONE, .of = "BackTestProgress" },
	{ .name = NULL }
};

static const struct member progress_members[] = {
	{ .name = "percent", .type = MEMBER_INT },
	{ .name = "at", .type = MEMBER_TIME, .help = "how far in the past it is" },
	{ .name = "runs", .type = MEMBER_INT, .help = "so far" },
	{ .name = NULL }
};

static const struct member result_line_members[] = {
	{ .name = "result", .type = MEMBER_ONE, .of = "BackTest" },
	{ .name = NULL }
};

static const struct member result_members[] = {
	{ .name = "from", .type = MEMBER_TIME, .help = "not before history_from: what the clock alone would have "
	    "started before the house was there does not count" },
	{ .name = "until", .type = MEMBER_TIME },
	{ .name = "history_from", .type = MEMBER_TIME, .null = true,
	    .help = "the oldest that is recorded of anything" },
	{ .name = "history_days", .type = MEMBER_REAL, .help = "how many days that is ago" },
	{ .name = "complete", .type = MEMBER_BOOL, .help = "false: it stopped early" },
	{ .name = "stopped", .type = MEMBER_TEXT, .null = true, .help = "why it did" },
	{ .name = "reached", .type = MEMBER_TIME, .help = "how far it came" },
	{ .name = "totals", .type = MEMBER_ONE, .of = "BackTestTotals" },
	{ .name = "days", .type = MEMBER_LIST, .of = "BackTestDay", .help = "each day of the house's calendar" },
	{ .name = "conditions", .type = MEMBER_LIST, .of = "BackTestCondition", .help = "those that said no" },
	{ .name = "runs", .type = MEMBER_LIST, .of = "BackTestRun", .help = "in order of time" },
	{ .name = "noes", .type = MEMBER_LIST, .of = "BackTestNo", .help = "the first 20 of each day" },
	{ .name = "energy", .type = MEMBER_ONE, .of = "BackTestEnergy" },
	{ .name = "limits", .type = MEMBER_TEXTS, .help = "what history does not hold of what the rule looks at" },
	{ .name = "took_ms", .type = MEMBER_INT },
	{ .name = NULL }
};

static const struct member totals_members[] = {
	{ .name = "runs", .type = MEMBER_INT },
	{ .name = "noes", .type = MEMBER_INT, .help = "conditions said no" },
	{ .name = "ignored", .type = MEMBER_INT, .help = "it ran already, and its mode lets no other begin" },
	{ .name = "commands", .type = MEMBER_INT },
	{ .name = "deliveries", .type = MEMBER_INT, .help = "messages to people and calls of other programs" },
	{ .name = "scenarios", .type = MEMBER_INT, .help = "that it would have started" },
	{ .name = "changes", .type = MEMBER_INT, .help = "recorded changes that were replayed" },
	{ .name = "entities", .type = MEMBER_INT, .help = "whose history was read" },
	{ .name = NULL }
};

static const struct member day_members[] = {
	DATE_MEMBER,
	{ .name = "runs", .type = MEMBER_INT },
	{ .name = "noes", .type = MEMBER_INT },
	{ .name = "ignored", .type = MEMBER_INT },
	{ .name = "commands", .type = MEMBER_INT },
	{ .name = NULL }
};

static const struct member condition_members[] = {
	{ .name = "place", .type = MEMBER_TEXT, .help = "conditions[0], or variables" },
	{ .name = "noes", .type = MEMBER_INT },
	{ .name = "samples", .type = MEMBER_LIST, .of = "BackTestNo", .help = "the first five" },
	{ .name = NULL }
};

static const struct member no_members[] = {
	{ .name = "time", .type = MEMBER_TIME },
	DATE_MEMBER,
	{ .name = "trigger", .type = MEMBER_ONE, .of = "BackTestTrigger" },
	{ .name = "place", .type = MEMBER_TEXT },
	{ .name = "reason", .type = MEMBER_TEXT },
	{ .name = NULL }
};

static const struct member trigger_members[] = {
	{ .name = "index", .type = MEMBER_INT },
	{ .name = "kind", .type = MEMBER_TEXT },
	{ .name = "id", .type = MEMBER_TEXT, .null = true },
	{ .name = "entity_id", .type = MEMBER_TEXT, .null = true },
	{ .name = "from", .type = MEMBER_TEXT, .null = true },
	{ .name = "to", .type = MEMBER_TEXT, .null = true },
	{ .name = "event", .type = MEMBER_TEXT, .null = true, .help = "subject of what happened" },
	{ .name = NULL }
};

static const struct member run_members[] = {
	{ .name = "time", .type = MEMBER_TIME, .help = "when its trigger fired" },
	DATE_MEMBER,
	{ .name = "trigger", .type = MEMBER_ONE, .of = "BackTestTrigger" },
	{ .name = "outcome", .type = MEMBER_TEXT, .help = "done, stopped, failed, waits or queued (at the end)" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "begun", .type = MEMBER_TIME, .null = true },
	{ .name = "ended", .type = MEMBER_TIME, .null = true },
	{ .name = "commands", .type = MEMBER_LIST, .of = "BackTestCommand", .help = "the first 50" },
	{ .name = "command_count", .type = MEMBER_INT },
	{ .name = "deliveries", .type = MEMBER_LIST, .of = "BackTestDelivery",
	    .help = "what it would have told people, and called: the first 20" },
	{ .name = "delivery_count", .type = MEMBER_INT },
	{ .name = "scenarios", .type = MEMBER_LIST, .of = "BackTestScenario",
	    .help = "that it would have started: the first 20; what they do is among the rest" },
	{ .name = "scenario_count", .type = MEMBER_INT },
	{ .name = "around", .type = MEMBER_LIST, .of = "BackTestAround", .help = "what really happened" },
	{ .name = "energy_wh", .type = MEMBER_REAL, .null = true, .help = "more, or less, than it really was" },
	{ .name = NULL }
};

static const struct member command_members[] = {
	{ .name = "after", .type = MEMBER_INT, .help = "ms after the trigger" },
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "service", .type = MEMBER_TEXT },
	{ .name = "data", .type = MEMBER_OBJECT },
	{ .name = "sent", .type = MEMBER_BOOL, .help = "false: it would be refused" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = "scenario", .type = MEMBER_TEXT, .null = true, .help = "id of the one that sends it" },
	{ .name = NULL }
};

static const struct member delivery_members[] = {
	{ .name = "after", .type = MEMBER_INT, .help = "ms after the trigger" },
	{ .name = "channels", .type = MEMBER_TEXTS, .null = true, .help = "null: all that are set up" },
	{ .name = "payload", .type = MEMBER_OBJECT },
	{ .name = "scenario", .type = MEMBER_TEXT, .null = true, .help = "id of the one that sends it" },
	{ .name = NULL }
};

static const struct member scenario_members[] = {
	{ .name = "after", .type = MEMBER_INT, .help = "ms after the trigger" },
	{ .name = "id", .type = MEMBER_TEXT },
	{ .name = "name", .type = MEMBER_TEXT },
	{ .name = "outcome", .type = MEMBER_TEXT, .help = "not_run, done, stopped, failed or waits (at the end)" },
	{ .name = "reason", .type = MEMBER_TEXT, .null = true },
	{ .name = NULL }
};

static const struct member around_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "before", .type = MEMBER_TEXT, .null = true, .help = "what it was" },
	{ .name = "changes", .type = MEMBER_LIST, .of = "BackTestChange",
	    .help = "the first five of the ten minutes after" },
	{ .name = NULL }
};

static const struct member change_members[] = {
	{ .name = "time", .type = MEMBER_TIME },
	{ .name = "state", .type = MEMBER_TEXT, .null = true },
	{ .name = "by", .type = MEMBER_TEXT, .null = true,
	    .help = "an actor; device: there or by itself; null: not known any more" },
	{ .name = NULL }
};

static const struct member energy_members[] = {
	{ .name = "difference_wh", .type = MEMBER_REAL, .null = true, .help = "null: nothing measures it" },
	{ .name = "how", .type = MEMBER_TEXT, .null = true },
	{ .name = "targets", .type = MEMBER_LIST, .of = "BackTestTarget" },
	{ .name = NULL }
};

static const struct member target_members[] = {
	{ .name = "entity_id", .type = MEMBER_TEXT },
	{ .name = "sensor", .type = MEMBER_TEXT },
	{ .name = "on_w", .type = MEMBER_REAL, .help = "mean while it was on" },
	{ .name = "off_w", .type = MEMBER_REAL },
	{ .name = "difference_wh", .type = MEMBER_REAL },
	{ .name = NULL }
};

/* What the lines are. */
static const char lines[] = "{\"type\":\"string\",\"contentMediaType\":\"application/x-ndjson\",\"description\":"
    "\"One JSON object a line: how far it is, any number of times, then the result, or {problem}.\","
    "\"contentSchema\":{\"anyOf\":[{\"$ref\":\"#/components/schemas/BackTestProgressLine\"},"
    "{\"$ref\":\"#/components/schemas/BackTestResultLine\"}]}}";

static const struct schema schemas[] = {
	{ "BackTestLines", NULL, lines },
	{ "BackTestProgressLine", line_members, NULL },
	{ "BackTestProgress", progress_members, NULL },
	{ "BackTestResultLine", result_line_members, NULL },
	{ "BackTest", result_members, NULL },
	{ "BackTestTotals", totals_members, NULL },
	{ "BackTestDay", day_members, NULL },
	{ "BackTestCondition", condition_members, NULL },
	{ "BackTestNo", no_members, NULL },
	{ "BackTestTrigger", trigger_members, NULL },
	{ "BackTestRun", run_members, NULL },
	{ "BackTestCommand", command_members, NULL },
	{ "BackTestDelivery", delivery_members, NULL },
	{ "BackTestScenario", scenario_members, NULL },
	{ "BackTestAround", around_members, NULL },
	{ "BackTestChange", change_members, NULL },
	{ "BackTestEnergy", energy_members, NULL },
	{ "BackTestTarget", target_members, NULL },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "POST", .path = "/api/v1/automations/back-test", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_ASKS, .inputs = inputs, .reword = rule_body_words, .handle = ask,
	    .finish = finish,
	    .summary = "Try a rule against the recorded past, without acting", .reply = "BackTestLines",
	    .type = "application/x-ndjson" },
	{ .method = NULL }
};

const struct resource res_back_test = {
	"back-tests", "What a rule would have done in the last days.", routes, schemas
};
