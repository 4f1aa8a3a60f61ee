/* SPDX-License-Identifier: ISC
 *
 * A rule tried against the house: what it says, and that nothing is left of it.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/rehearsal.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL

static struct conf *conf;
static struct db *db;

static void
open_house(void)
{
	struct tx tx;

	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "test" };
	house_entity(&tx, "switch.a", "{}");
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

static void
try(const char *rest, enum rc want, const char *text)
{
	struct buf rule = { 0 }, out = { 0 };
	struct fault f = { 0 };
	struct js *v;

	buf_printf(&rule, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\",\"id\":\"first\"}],%s}", rest);
	ATF_REQUIRE_EQ_MSG(js_parse(buf_str(&rule), rule.len, JS_STRICT, &v, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ_MSG(rehearsal_run(db, v, (struct place){ true, 52.5, 13.4 }, NOW, &out, &f), want, "%s: %s", f.field, f.msg);
	ATF_CHECK_MSG(strcmp(want == RC_OK ? buf_str(&out) : f.field, text) == 0, "%s is\n%s, not\n%s", rest,
	    want == RC_OK ? buf_str(&out) : f.field, text);
	js_free(v);
	buf_free(&rule);
	buf_free(&out);
}

ATF_TC_WITHOUT_HEAD(run__step_by_step);
ATF_TC_BODY(run__step_by_step, tc)
{
	int64_t last;

	(void)tc;
	open_house();
	last = store_event_last(db);
	try("\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":\"{{ 40 * 2 }}\"}},"
	    "{\"delay\":60},{\"event\":\"e\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"commands\":["
	    "{\"entity_id\":\"light.x\",\"service\":\"turn_on\",\"data\":{\"brightness\":80},\"sent\":true,\"reason\":null}],\"deliveries\":[]},"
	    "{\"place\":\"actions[1]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[],\"deliveries\":[]},"
	    "{\"place\":\"actions[1]\",\"after\":60000,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[]},"
	    "{\"place\":\"actions[2]\",\"after\":60000,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[]}]}");
	/* what would be refused, and why */
	try("\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":\"{{ 999 }}\"}}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"failed\",\"reason\":\"brightness: must be between 0 and 255\",\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"failed\",\"reason\":\"must be between 0 and 255\","
	    "\"commands\":[{\"entity_id\":\"light.x\",\"service\":\"turn_on\",\"data\":{\"brightness\":999},\"sent\":false,"
	    "\"reason\":\"brightness: must be between 0 and 255\"}],\"deliveries\":[]}]}");
	/* a time that it waits for comes */
	try("\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"state\",\"entity_id\":\"switch.a\",\"for\":5},"
	    "{\"trigger\":\"time_pattern\",\"hours\":\"*\"}]},\"{{ wait.trigger.idx == 1 }}\",{\"stop\":\"in time\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"stopped\",\"reason\":\"in time\",\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[],\"deliveries\":[]},"
	    "{\"place\":\"actions[0]\",\"after\":3600000,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[]},"
	    "{\"place\":\"actions[1]\",\"after\":3600000,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[]},"
	    "{\"place\":\"actions[2]\",\"after\":3600000,\"result\":\"stopped\",\"reason\":\"in time\",\"commands\":[],"
	    "\"deliveries\":[]}]}");
	/* what it waits for does not happen here */
	try("\"actions\":[{\"wait_template\":\"{{ is_state('switch.a', 'on') }}\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"waits\",\"reason\":null,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[],\"deliveries\":[]}]}");
	ATF_CHECK_EQ(store_event_last(db), last);
	db_close(db);
	conf_free(conf);
}

ATF_TC_WITHOUT_HEAD(run__not_now_and_not_at_all);
ATF_TC_BODY(run__not_now_and_not_at_all, tc)
{
	(void)tc;
	open_house();
	try("\"conditions\":[{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"}],\"actions\":[{\"delay\":1}]", RC_OK,
	    "{\"runs\":false,\"outcome\":\"not_run\",\"reason\":\"switch.a is unavailable\",\"steps\":[]}");
	try("\"conditions\":[\"{{ trigger.id == 'first' }}\"],\"actions\":[{\"stop\":\"so\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"stopped\",\"reason\":\"so\",\"steps\":[{\"place\":\"actions[0]\",\"after\":0,"
	    "\"result\":\"stopped\",\"reason\":\"so\",\"commands\":[],\"deliveries\":[]}]}");
	/* where the house stands, the sun is down at midnight */
	try("\"conditions\":[{\"condition\":\"sun\",\"after\":\"sunset\"},{\"condition\":\"sun\",\"before\":\"sunrise\"}],"
	    "\"actions\":[{\"stop\":\"so\"}]", RC_OK,
	    "{\"runs\":false,\"outcome\":\"not_run\",\"reason\":\"it is 00:00, not after sunset at 15:03\",\"steps\":[]}");
	try("\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.y\"}]", RC_INVALID, "actions[0].entity_id");
	try("\"actions\":[{\"dance\":1}]", RC_INVALID, "actions[0]");
	db_close(db);
	conf_free(conf);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, run__step_by_step);
	ATF_TP_ADD_TC(tp, run__not_now_and_not_at_all);
	return atf_no_error();
}
