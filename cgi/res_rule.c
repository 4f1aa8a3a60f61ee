/* SPDX-License-Identifier: ISC
 *
 * The language of rules: its schema, and what is wrong with a rule or a scenario that somebody writes.
 */
#include <string.h>

#include "cgi/request.h"
#include "cgi/resources.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/conflict.h"
#include "shared/domain/rule_schema.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/sun.h"

static enum rc
schema(struct request *r)
{
	request_reply(r);
	r->reply.type = r->route->type;
	rule_schema_write(r->reply.body);
	return RC_OK;
}

/* Whatever is given is looked at, members that no rule has too: what is wrong with it is the answer. */
enum { CHECK_ID = 11 };	/* behind the members of a rule */
#define ANY(n) { .name = n, .where = FIELD_BODY, .type = FIELD_ANY }

static const struct field check_inputs[] = {
	ANY("name"), ANY("description"), ANY("mode"), ANY("max"), ANY("enabled"), ANY("variables"), ANY("triggers"),
	ANY("conditions"), ANY("actions"), ANY("missed"), ANY("missed_within"),
	[CHECK_ID] = { .name = "id", .where = FIELD_BODY, .type = FIELD_TEXT, .max = 255,
	    .help = "of the rule that it takes the place of" },
	{ .name = NULL }
};

static const struct field check_scenario_inputs[] = {
	ANY("name"), ANY("description"), ANY("icon"), ANY("mode"), ANY("max"), ANY("parameters"), ANY("variables"),
	ANY("conditions"), ANY("actions"), ANY("rollback"),
	{ .name = NULL }
};

/* Whether he may is known; nothing is written. */
static enum rc
check(struct request *r)
{
	(void)r;
	return RC_OK;
}

/* How many faults of it a name would mend. */
static size_t
nameless(const struct js *config)
{
	const struct js *name = js_get(config, "name");
	const char *text = js_get_string(config, "name");

	return js_is_null(name) || (text != NULL && *text == '\0');
}

static void
write_idle(const char *member, const char *why, void *arg)
{
	struct jsw *w = arg;

	jsw_object(w, NULL);
	jsw_string(w, "place", member);
	jsw_string(w, "message", why);
	jsw_end(w);
}

/* given: as it came, without an id; config: the same in the house's words. */
static enum rc
write_check(struct request *r, const struct js *given, const struct js *config, bool scenario, const char *id)
{
	struct jsw *w = request_reply(r);
	bool placed = sun_place(r->api->conf).known;
	struct conflicts found = { 0 };
	enum rc rc;
	size_t n;

	jsw_object(w, NULL);
	jsw_array(w, "faults");
	n = automation_faults(r->db, config, scenario, placed, r->arena, w);
	jsw_end(w);
	jsw_array(w, "warnings");
	automation_doubts(r->db, config, scenario, placed, r->arena, w);
	if (!scenario)
		rule_words_idle(given, write_idle, w);
	jsw_end(w);
	jsw_bool(w, "valid", n == 0);
	/* what cannot be saved, or does not run by itself, meets nobody; a name may come later */
	rc = n > nameless(config) || scenario || !js_bool(js_get(config, "enabled"), true) ? RC_OK :
	    conflict_check(r->db, config, id, r->arena, &found, &r->fault);
	conflict_write(w, "conflicts", &found);
	if (js_equal(given, config))
		jsw_null(w, "rule");
	else
		jsw_value(w, "rule", config);
	jsw_end(w);
	return rc;
}

/* id: of the rule that it takes the place of, or NULL. */
static enum rc
finish(struct request *r, const char *id, bool scenario)
{
	struct js *given = r->body != NULL ? js_copy(r->body) : js_new_object(), *config;
	enum rc rc;

	if (!scenario)
		js_unset(given, "id");
	config = rule_words_own(given, scenario);
	if ((rc = request_begin(r)) == RC_OK)
		rc = write_check(r, given, config, scenario, id);
	request_end(r);
	js_free(config);
	js_free(given);
	return rc;
}

static enum rc
finish_check(struct request *r)
{
	return finish(r, r->in[CHECK_ID].set ? r->in[CHECK_ID].s : NULL, false);
}

static enum rc
finish_check_scenario(struct request *r)
{
	return finish(r, NULL, true);
}

static const struct member check_members[] = {
	{ .name = "faults", .type = MEMBER_LIST, .of = "AutomationFault",
	    .help = "the first fault of each part that has one" },
	{ .name = "warnings", .type = MEMBER_LIST, .of = "AutomationFault",
	    .help = "it can be saved, but does it mean that?" },
	{ .name = "valid", .type = MEMBER_BOOL, .help = "it can be saved" },
	{ .name = "conflicts", .type = MEMBER_LIST, .of = "Conflict",
	    .help = "with which rules it would loop or fight; of a scenario none" },
	{ .name = "rule", .type = MEMBER_OBJECT, .null = true,
	    .help = "the rule in the words in which it is kept and shown, when they are others than these" },
	{ .name = NULL }
};

static const struct member fault_members[] = {
	{ .name = "place", .type = MEMBER_TEXT, .help = "such as actions[2].choose[0].sequence[0].delay" },
	{ .name = "message", .type = MEMBER_TEXT },
	{ .name = NULL }
};

static const struct schema schemas[] = {
	{ "AutomationCheck", check_members, NULL },
	{ "AutomationFault", fault_members, NULL },
	{ "AutomationSchema", NULL, "{\"type\":\"object\",\"description\":\"a JSON Schema (draft 2020-12)\"}" },
	{ .name = NULL }
};

static const struct route routes[] = {
	{ .method = "GET", .path = "/api/v1/automations/schema", .permission = PERMISSION_NONE, .handle = schema,
	    .summary = "Read the JSON Schema of automations", .reply = "AutomationSchema",
	    .type = "application/schema+json" },
	{ .method = "POST", .path = "/api/v1/automations/check", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_OPEN, .inputs = check_inputs, .handle = check, .finish = finish_check,
	    .summary = "Say all that is wrong with a rule, without saving it", .reply = "AutomationCheck" },
	{ .method = "POST", .path = "/api/v1/scenarios/check", .permission = PERMISSION_MANAGE,
	    .flags = ROUTE_WRITE | ROUTE_OPEN, .inputs = check_scenario_inputs, .handle = check,
	    .finish = finish_check_scenario,
	    .summary = "Say all that is wrong with a scenario, without saving it", .reply = "AutomationCheck" },
	{ .method = NULL }
};

const struct resource res_rule = {
	"rules", "The language of automations.", routes, schemas
};
