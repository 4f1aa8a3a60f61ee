/* SPDX-License-Identifier: ISC
 *
 * A rule tried against the house: what it says, and that nothing is left of it.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/rehearsal.h"
#include "shared/domain/scenario.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define NOW 1767225600000LL
#define NO_MORE "\"deliveries\":[],\"scenarios\":[],\"events\":[],\"variables\":null}"

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
	ATF_CHECK_EQ_MSG(rehearsal_run(db, v, NULL, (struct place){ true, 52.5, 13.4 }, NOW, &out, &f), want, "%s: %s", f.field, f.msg);
	ATF_CHECK_MSG(strcmp(want == RC_OK ? buf_str(&out) : f.field, text) == 0, "%s is\n%s, not\n%s", rest,
	    want == RC_OK ? buf_str(&out) : f.field, text);
	js_free(v);
	buf_free(&rule);
	buf_free(&out);
}

/* Of a rule that is not saved, and of one that has run. */
ATF_TC_WITHOUT_HEAD(run__sees_itself);
ATF_TC_BODY(run__sees_itself, tc)
{
	static const char text[] = "{\"name\":\"Me\",\"mode\":\"queued\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\"}],"
	    "\"actions\":[{\"event\":\"e\",\"event_data\":{\"v\":\"{{ [this.state, this.attributes.mode, this.attributes.max, "
	    "this.attributes.current, (now() - (this.attributes.last_triggered or now())).total_seconds()] }}\"}}]}";
	struct automation row = { .id = "me", .name = "Me", .enabled = true, .mode = "queued", .config = text };
	struct run last = { .id = 7, .status = "done", .position = "", .started = NOW - 60000, .ended = NOW - 50000 };
	static const char *const want[] = { "\"data\":{\"v\":[\"on\",\"queued\",10,0,0.0]}",
		"\"data\":{\"v\":[\"on\",\"queued\",10,0,60.0]}" };
	struct fault f = { 0 };
	struct js *config;
	struct buf out;
	struct tx tx;
	int i;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "test" };
	ATF_REQUIRE_EQ(store_automation_insert(&tx, &row), RC_OK);
	last.automation = row.row;
	ATF_REQUIRE_EQ(store_run_insert(&tx, &last), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	ATF_REQUIRE_EQ(js_parse(text, sizeof(text) - 1, JS_STRICT, &config, NULL), RC_OK);
	for (i = 0; i < 2; i++) {
		out = (struct buf){ 0 };
		ATF_REQUIRE_EQ_MSG(rehearsal_run(db, config, i == 0 ? NULL : "me", (struct place){ 0 }, NOW, &out, &f), RC_OK,
		    "%s", f.msg);
		ATF_CHECK_MSG(strstr(buf_str(&out), want[i]) != NULL, "%s", buf_str(&out));
		buf_free(&out);
	}
	js_free(config);
	db_close(db);
	conf_free(conf);
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
	    "{\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"commands\":["
	    "{\"entity_id\":\"light.x\",\"service\":\"turn_on\",\"data\":{\"brightness\":80},\"sent\":true,\"reason\":null}],"
	    NO_MORE ","
	    "{\"place\":\"actions[1]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[1]\",\"after\":60000,\"result\":\"done\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[2]\",\"after\":60000,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[],\"scenarios\":[],"
	    "\"events\":[{\"type\":\"e\",\"data\":{}}],\"variables\":null}]}");
	/* what would be refused, and why */
	try("\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":\"{{ 999 }}\"}}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"failed\",\"reason\":\"light.x: must be between 0 and 255 (brightness)\",\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"failed\",\"reason\":\"light.x: must be between 0 and 255 (brightness)\","
	    "\"commands\":[{\"entity_id\":\"light.x\",\"service\":\"turn_on\",\"data\":{\"brightness\":999},\"sent\":false,"
	    "\"reason\":\"brightness: must be between 0 and 255\"}]," NO_MORE "]}");
	/* one of many is told what it can do, and that it is */
	try("\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"all\"},\"data\":{\"color_name\":\"red\"}}]",
	    RC_OK, "{\"runs\":true,\"outcome\":\"done\",\"reason\":\"light.x: this light has no colours (color_name)\","
	    "\"complete\":true,\"steps\":[{\"place\":\"actions[0]\",\"after\":0,\"result\":\"done\","
	    "\"reason\":\"light.x: this light has no colours (color_name)\",\"commands\":[{\"entity_id\":\"light.x\","
	    "\"service\":\"turn_on\",\"data\":{},\"sent\":true,\"reason\":null}]," NO_MORE "]}");
	/* other rules are left as they are */
	try("\"actions\":[{\"action\":\"automation.turn_off\",\"target\":{\"entity_id\":\"{{ 'automation.none' }}\"}}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"failed\",\"reason\":\"there is no automation none\",\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"failed\",\"reason\":\"there is no automation none\",\"commands\":["
	    "{\"entity_id\":\"automation.none\",\"service\":\"turn_off\",\"data\":{},\"sent\":false,\"reason\":\"there is no automation none\"}],"
	    NO_MORE "]}");
	try("\"actions\":[{\"action\":\"automation.turn_off\",\"target\":{\"entity_id\":\"automation.none\"}}]", RC_INVALID,
	    "actions[0].target.entity_id");
	try("\"conditions\":[{\"condition\":\"state\",\"entity_id\":\"automation.none\",\"state\":\"on\"}],\"actions\":[{\"delay\":1}]",
	    RC_INVALID, "conditions[0].entity_id");
	/* a time that it waits for comes */
	try("\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"state\",\"entity_id\":\"switch.a\",\"for\":5},"
	    "{\"trigger\":\"time_pattern\",\"hours\":\"*\"}]},\"{{ wait.trigger.idx == 1 }}\",{\"stop\":\"in time\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"stopped\",\"reason\":\"in time\",\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[0]\",\"after\":3600000,\"result\":\"done\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[1]\",\"after\":3600000,\"result\":\"done\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[2]\",\"after\":3600000,\"result\":\"stopped\",\"reason\":\"in time\",\"commands\":[],"
	    NO_MORE "]}");
	/* what it waits for does not happen here */
	try("\"actions\":[{\"wait_template\":\"{{ is_state('switch.a', 'on') }}\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"waits\",\"reason\":null,\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[]," NO_MORE "]}");
	/* but the time goes on */
	try("\"actions\":[{\"wait_template\":\"{{ utcnow().minute == 3 }}\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[]," NO_MORE ","
	    "{\"place\":\"actions[0]\",\"after\":180000,\"result\":\"heard\",\"reason\":null,\"commands\":[]," NO_MORE "]}");
	try("\"actions\":[{\"wait_template\":\"{{ now().year == 1970 }}\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"waits\",\"reason\":null,\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"waits\",\"reason\":null,\"commands\":[]," NO_MORE "]}");
	ATF_CHECK_EQ(store_event_last(db), last);
	db_close(db);
	conf_free(conf);
}

ATF_TC_WITHOUT_HEAD(run__tells_and_sets);
ATF_TC_BODY(run__tells_and_sets, tc)
{
	(void)tc;
	open_house();
	try("\"actions\":[{\"variables\":{\"n\":\"{{ 20 * 2 }}\",\"door_code\":\"4711\"}},"
	    "{\"event\":\"bell\",\"event_data\":{\"n\":\"{{ n + 1 }}\",\"pin\":\"{{ door_code }}\"}}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"complete\":true,\"steps\":["
	    "{\"place\":\"actions[0]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[],"
	    "\"scenarios\":[],\"events\":[],\"variables\":{\"n\":40,\"door_code\":\"***\"}},"
	    "{\"place\":\"actions[1]\",\"after\":0,\"result\":\"done\",\"reason\":null,\"commands\":[],\"deliveries\":[],"
	    "\"scenarios\":[],\"events\":[{\"type\":\"bell\",\"data\":{\"n\":41,\"pin\":\"***\"}}],\"variables\":null}]}");
	db_close(db);
	conf_free(conf);
}

ATF_TC_WITHOUT_HEAD(run__not_now_and_not_at_all);
ATF_TC_BODY(run__not_now_and_not_at_all, tc)
{
	(void)tc;
	open_house();
	try("\"conditions\":[{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"}],\"actions\":[{\"delay\":1}]", RC_OK,
	    "{\"runs\":false,\"outcome\":\"not_run\",\"reason\":\"switch.a is unavailable\",\"complete\":true,\"steps\":[]}");
	try("\"conditions\":[\"{{ trigger.id == 'first' }}\"],\"actions\":[{\"stop\":\"so\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"stopped\",\"reason\":\"so\",\"complete\":true,\"steps\":[{\"place\":\"actions[0]\",\"after\":0,"
	    "\"result\":\"stopped\",\"reason\":\"so\",\"commands\":[]," NO_MORE "]}");
	/* where the house stands, the sun is down at midnight */
	try("\"conditions\":[{\"condition\":\"sun\",\"after\":\"sunset\"},{\"condition\":\"sun\",\"before\":\"sunrise\"}],"
	    "\"actions\":[{\"stop\":\"so\"}]", RC_OK,
	    "{\"runs\":false,\"outcome\":\"not_run\",\"reason\":\"it is 00:00, not after sunset at 15:03\",\"complete\":true,\"steps\":[]}");
	try("\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.y\"}]", RC_INVALID, "actions[0].entity_id");
	try("\"actions\":[{\"dance\":1}]", RC_INVALID, "actions[0]");
	db_close(db);
	conf_free(conf);
}

static void
add_scenario(const char *id, const char *rest)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct tx tx = { .db = db, .now_ms = NOW, .actor = "test" };
	struct buf text = { 0 };
	struct automation made;
	struct fault f = { 0 };
	struct js *v;

	buf_printf(&text, "{\"name\":\"%s\",%s}", id, rest);
	ATF_REQUIRE_EQ_MSG(js_parse(buf_str(&text), text.len, JS_STRICT, &v, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	ATF_REQUIRE_EQ_MSG(scenario_add(&tx, id, v, a, &made, &f), RC_OK, "%s: %s", f.field, f.msg);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	js_free(v);
	buf_free(&text);
	mem_arena_free(a);
}

#define STEP(place, after, result, reason, commands, scenarios) "{\"place\":\"" place "\",\"after\":" after \
	",\"result\":\"" result "\",\"reason\":" reason ",\"commands\":[" commands "],\"deliveries\":[]," \
	"\"scenarios\":[" scenarios "],\"events\":[],\"variables\":null}"
#define LIGHT "{\"entity_id\":\"light.x\",\"service\":\"turn_on\",\"data\":{\"brightness\":70},\"sent\":true,\"reason\":null}"

ATF_TC_WITHOUT_HEAD(scenario__is_looked_into);
ATF_TC_BODY(scenario__is_looked_into, tc)
{
	(void)tc;
	open_house();
	add_scenario("dim", "\"parameters\":{\"n\":{\"type\":\"integer\",\"default\":1,\"max\":100}},\"actions\":["
	    "{\"delay\":5},{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":\"{{ n }}\"}}]");
	add_scenario("outer", "\"actions\":[{\"scenario\":\"dim\",\"parameters\":{\"n\":\"{{ 35 * 2 }}\"}}]");
	/* its pause is its own */
	try("\"actions\":[{\"scenario\":\"outer\"},{\"delay\":1},{\"stop\":\"so\"}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"stopped\",\"reason\":\"so\",\"complete\":true,\"steps\":["
	    STEP("actions[0]", "0", "done", "null", "",
	    "{\"id\":\"outer\",\"name\":\"outer\",\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"steps\":["
	    STEP("actions[0]", "0", "done", "null", "",
	    "{\"id\":\"dim\",\"name\":\"dim\",\"runs\":true,\"outcome\":\"done\",\"reason\":null,\"steps\":["
	    STEP("actions[0]", "0", "waits", "null", "", "") "," STEP("actions[0]", "5000", "done", "null", "", "") ","
	    STEP("actions[1]", "5000", "done", "null", LIGHT, "") "]}") "]}") ","
	    STEP("actions[1]", "0", "waits", "null", "", "") "," STEP("actions[1]", "1000", "done", "null", "", "") ","
	    STEP("actions[2]", "1000", "stopped", "\"so\"", "", "") "]}");
	/* what it would say */
	try("\"actions\":[{\"scenario\":\"dim\",\"parameters\":{\"n\":\"{{ 500 }}\"}}]", RC_OK,
	    "{\"runs\":true,\"outcome\":\"failed\",\"reason\":\"parameters.n: must be at most 100\",\"complete\":true,"
	    "\"steps\":[" STEP("actions[0]", "0", "failed", "\"must be at most 100\"", "", "") "]}");
	db_close(db);
	conf_free(conf);
}

/* The answer to a rule that would go on and on; it comes soon, and is not large. */
static void
cut(const char *actions)
{
	int64_t start = clock_mono_us();
	struct buf rule = { 0 }, out = { 0 };
	struct fault f = { 0 };
	struct js *v, *answer;

	buf_printf(&rule, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\"}],\"actions\":[%s]}", actions);
	ATF_REQUIRE_EQ(js_parse(buf_str(&rule), rule.len, JS_STRICT, &v, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(rehearsal_run(db, v, NULL, (struct place){ 0 }, NOW, &out, &f), RC_OK, "%s: %s", f.field, f.msg);
	ATF_REQUIRE_EQ(js_parse(buf_str(&out), out.len, JS_STRICT, &answer, &f), RC_OK);
	ATF_CHECK_MSG(!js_bool(js_get(answer, "complete"), true), "%s: nothing is said of what was left out: %.300s", actions,
	    buf_str(&out));
	ATF_CHECK_MSG(out.len < 3 * REHEARSAL_SIZE_MAX, "%s: %zu bytes", actions, out.len);
	ATF_CHECK_MSG(clock_mono_us() - start < 5 * REHEARSAL_MS_MAX * INT64_C(1000), "%s: too long", actions);
	js_free(answer);
	js_free(v);
	buf_free(&rule);
	buf_free(&out);
}

ATF_TC_WITHOUT_HEAD(run__without_end);
ATF_TC_BODY(run__without_end, tc)
{
	struct buf long_text = { 0 };
	int i;

	(void)tc;
	open_house();
	/* steps; pauses */
	cut("{\"repeat\":{\"count\":100000,\"sequence\":[{\"event\":\"a\"}]}}");
	cut("{\"repeat\":{\"count\":100000,\"sequence\":[{\"delay\":1}]}}");
	/* bytes */
	buf_puts(&long_text, "{\"repeat\":{\"count\":1000,\"sequence\":[{\"notify\":\"");
	for (i = 0; i < 4000; i++)
		buf_puts(&long_text, "x");
	buf_puts(&long_text, "\"}]}}");
	cut(buf_str(&long_text));
	buf_free(&long_text);
	/* time: each of these templates takes a while */
#define SLOW "\"{% set s = namespace(n=0) %}{% for i in range(1000) %}{% set s.n = s.n + i %}{% endfor %}{{ s.n }}\""
	cut("{\"repeat\":{\"count\":1900,\"sequence\":[{\"variables\":{\"a\":" SLOW ",\"b\":" SLOW ",\"c\":" SLOW
	    ",\"d\":" SLOW ",\"e\":" SLOW ",\"f\":" SLOW ",\"g\":" SLOW ",\"h\":" SLOW ",\"i\":" SLOW "}}]}}");
	/* scenarios inside of each other */
	add_scenario("s0", "\"mode\":\"parallel\",\"max\":10,\"actions\":[{\"event\":\"e\"}]");
	add_scenario("s1", "\"actions\":[{\"scenario\":\"s0\"}]");
	add_scenario("s2", "\"actions\":[{\"scenario\":\"s1\"}]");
	add_scenario("s3", "\"actions\":[{\"scenario\":\"s2\"}]");
	add_scenario("s4", "\"actions\":[{\"scenario\":\"s3\"}]");
	add_scenario("s5", "\"actions\":[{\"scenario\":\"s4\"}]");
	cut("{\"scenario\":\"s5\"}");
	db_close(db);
	conf_free(conf);
}

static void
say(const char *template, const char *variables, const char *want)
{
	struct js *source = js_new_string(template), *v = NULL;
	struct buf out = { 0 };
	struct fault f = { 0 };

	if (variables != NULL)
		ATF_REQUIRE_EQ_MSG(js_parse(variables, strlen(variables), JS_STRICT, &v, &f), RC_OK, "%s", f.msg);
	ATF_CHECK_EQ(rehearsal_template(db, source, v, (struct place){ true, 52.5, 13.4 }, NOW, &out), RC_OK);
	ATF_CHECK_STREQ(buf_str(&out), want);
	buf_free(&out);
	js_free(v);
	js_free(source);
}

/* Where a rule looks at what started it, the first entity of the first trigger stands for that. */
ATF_TC_WITHOUT_HEAD(run__as_if_the_first_entity_had_changed);
ATF_TC_BODY(run__as_if_the_first_entity_had_changed, tc)
{
	static const char config[] = "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":[\"switch.a\",\"light.x\"]}],"
	    "\"conditions\":[\"{{ trigger.to_state.entity_id == 'switch.a' and trigger.to_state.state == 'unavailable' and "
	    "trigger.entity_id == 'switch.a' }}\"],\"actions\":[{\"stop\":\"\"}]}";
	struct js *v, *answer;
	struct fault f = { 0 };
	struct buf out = { 0 };

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(js_parse(config, strlen(config), JS_STRICT, &v, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(rehearsal_run(db, v, NULL, (struct place){ 0 }, NOW, &out, &f), RC_OK, "%s: %s", f.field, f.msg);
	ATF_REQUIRE_EQ(js_parse(buf_str(&out), out.len, JS_STRICT, &answer, &f), RC_OK);
	ATF_CHECK_MSG(js_bool(js_get(answer, "runs"), false), "%s", buf_str(&out));
	js_free(answer);
	js_free(v);
	buf_free(&out);
	db_close(db);
	conf_free(conf);
}

ATF_TC_WITHOUT_HEAD(template__says_what_it_would);
ATF_TC_BODY(template__says_what_it_would, tc)
{
	(void)tc;
	open_house();
	say("{{ 6 * 7 }}", NULL, "{\"value\":42,\"reason\":null,\"unknown\":[]}");
	say("{{ states('light.x') }} and more", NULL, "{\"value\":\"unavailable and more\",\"reason\":null,\"unknown\":[]}");
	say("{{ [n, m] }}", "{\"n\":\"{{ 1 + 1 }}\",\"m\":\"{{ n + 1 }}\"}", "{\"value\":[2,3],\"reason\":null,\"unknown\":[]}");
	say("no template", NULL, "{\"value\":\"no template\",\"reason\":null,\"unknown\":[]}");
	/* entities as objects, alone and all of them; devices that say nothing are not there */
	say("{{ states.light.x.state }} {{ states.light.x.name }}", NULL,
	    "{\"value\":\"unavailable light.x\",\"reason\":null,\"unknown\":[]}");
	say("{{ states | map(attribute='entity_id') | list }}", NULL,
	    "{\"value\":[\"light.x\",\"switch.a\"],\"reason\":null,\"unknown\":[]}");
	say("{{ states.switch | map(attribute='domain') | list }}", NULL,
	    "{\"value\":[\"switch\"],\"reason\":null,\"unknown\":[]}");
	say("{{ area_name('light.x') }}", NULL, "{\"value\":null,\"reason\":null,\"unknown\":[]}");
	/* what only a run knows */
	say("{{ repeat.item ~ here ~ here ~ n }}", "{\"n\":1}", "{\"value\":null,\"reason\":null,\"unknown\":[\"repeat\",\"here\"]}");
	say("{{ here | default(3) }}", NULL, "{\"value\":3,\"reason\":null,\"unknown\":[]}");
	/* and what never says anything */
	say("{{ stat('light.x') }}", NULL, "{\"value\":null,\"reason\":\"'stat' is undefined\",\"unknown\":[]}");
	say("{{ 1 | gold }}", NULL, "{\"value\":null,\"reason\":\"line 1: no filter named 'gold'\",\"unknown\":[]}");
	say("{{ m }}", "{\"m\":\"{{ 1 / 0 }}\"}", "{\"value\":null,\"reason\":\"m: division by zero\",\"unknown\":[]}");
	db_close(db);
	conf_free(conf);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, run__sees_itself);
	ATF_TP_ADD_TC(tp, run__step_by_step);
	ATF_TP_ADD_TC(tp, run__tells_and_sets);
	ATF_TP_ADD_TC(tp, run__not_now_and_not_at_all);
	ATF_TP_ADD_TC(tp, scenario__is_looked_into);
	ATF_TP_ADD_TC(tp, run__without_end);
	ATF_TP_ADD_TC(tp, run__as_if_the_first_entity_had_changed);
	ATF_TP_ADD_TC(tp, template__says_what_it_would);
	return atf_no_error();
}
