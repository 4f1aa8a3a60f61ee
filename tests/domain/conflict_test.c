/* SPDX-License-Identifier: ISC
 *
 * Loops and fights among rules: what is found, what is not, and how long it takes among many.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/domain/automation_edit.h"
#include "shared/domain/conflict.h"
#include "shared/domain/scenario.h"
#include "tests/lib/house.h"

static struct conf *conf;
static struct db *db;
static struct mem_arena *arena;
static struct tx tx;

static void
open_house(void)
{
	static const char *const ids[][2] = { { "light.y", "{\"supported_color_modes\":[\"brightness\"]}" },
		{ "switch.a", "{}" }, { "switch.b", "{}" }, { "binary_sensor.m", "{}" }, { "sensor.t", "{}" },
		{ "select.m", "{\"options\":[\"x\",\"z\"]}" }, { "number.n", "{\"min\":0,\"max\":100}" },
		{ "cover.c", "{\"supported_features\":255}" } };
	size_t i;

	db = house_new(&conf);
	arena = mem_arena_new(65536);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = 1767225600000LL, .actor = "test" };
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		house_entity(&tx, ids[i][0], ids[i][1]);
}

static void
close_house(void)
{
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	mem_arena_free(arena);
	db_close(db);
	conf_free(conf);
}

static struct js *
rule(const char *name, const char *text)
{
	const char *all = mem_printf(arena, "{\"name\":\"%s\",%s}", name, text);
	struct js *v;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(js_parse(all, strlen(all), JS_STRICT, &v, &f), RC_OK, "%s: %s", all, f.msg);
	return v;
}

static void
save(const char *name, const char *text)
{
	struct js *v = rule(name, text);
	struct automation made;
	struct fault f = { 0 };

	if (js_get(v, "mode") != NULL)
		js_set(v, "max", js_new_int(5));
	ATF_REQUIRE_EQ_MSG(automation_edit_add(&tx, v, arena, &made, &f), RC_OK, "%s: %s: %s", text, f.field, f.msg);
	js_free(v);
}

/* What is found when a rule comes to those that were saved, one a line. */
static const char *
found_by(const char *name, const char *text)
{
	struct js *v = rule(name, text);
	struct conflicts c;
	struct fault f = { 0 };
	struct buf b = { 0 };
	const char *out;
	size_t i;

	ATF_REQUIRE_EQ_MSG(conflict_check(db, v, NULL, arena, &c, &f), RC_OK, "%s", f.msg);
	for (i = 0; i < c.n; i++)
		buf_printf(&b, "%s%s: %s", i > 0 ? "\n" : "", c.list[i].loop ? "loop" : "fight", c.list[i].message);
	ATF_CHECK(!c.more);
	out = mem_strdup(arena, buf_str(&b));
	buf_free(&b);
	js_free(v);
	return out;
}

static const char *
found(const char *text)
{
	return found_by("New", text);
}

#define MOTION "\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.m\",\"to\":\"on\"}],"
#define ON(e) "\"actions\":[{\"action\":\"homeassistant.turn_on\",\"target\":{\"entity_id\":\"" e "\"}}]"
#define OFF(e) "\"actions\":[{\"action\":\"homeassistant.turn_off\",\"target\":{\"entity_id\":\"" e "\"}}]"
#define WHEN(e, to) "\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"" e "\",\"to\":\"" to "\"}],"
#define IF(c) "\"conditions\":[" c "],"

ATF_TC_WITHOUT_HEAD(fight__at_one_moment);
ATF_TC_BODY(fight__at_one_moment, tc)
{
	(void)tc;
	open_house();
	save("Old", MOTION IF("{\"condition\":\"time\",\"after\":\"22:00\"}") OFF("light.y"));
	ATF_CHECK_STREQ(found(MOTION ON("light.y")), "fight: \"New\" and \"Old\" run both when binary_sensor.m turns on "
	    "after 22:00: one tells light.y to turn on, the other to turn off");
	/* one that has no name yet */
	ATF_CHECK_STREQ(found_by("", MOTION ON("light.y")), "fight: \"this rule\" and \"Old\" run both when "
	    "binary_sensor.m turns on after 22:00: one tells light.y to turn on, the other to turn off");
	/* other moments, or the same thing */
	ATF_CHECK_STREQ(found(MOTION OFF("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION ON("switch.a")), "");
	ATF_CHECK_STREQ(found(WHEN("binary_sensor.m", "off") ON("light.y")), "");
	ATF_CHECK_STREQ(found(WHEN("switch.a", "on") ON("light.y")), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.m\",\"to\":\"on\","
	    "\"for\":300}]," ON("light.y")), "");
	/* never together */
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"time\",\"after\":\"06:00\",\"before\":\"22:00\"}")
	    ON("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"state\",\"entity_id\":\"binary_sensor.m\",\"state\":\"off\"}")
	    ON("light.y")), "");
	/* more of the time is known */
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"time\",\"before\":\"23:30\",\"weekday\":[\"sat\",\"sun\"]}")
	    ON("light.y")), "fight: \"New\" and \"Old\" run both when binary_sensor.m turns on between 22:00 and 23:30 on "
	    "Sunday, Saturday: one tells light.y to turn on, the other to turn off");
	/* after a pause it is another moment; a template may decide */
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"delay\":300},{\"action\":\"light.turn_on\",\"target\":"
	    "{\"entity_id\":\"light.y\"}}]"), "");
	ATF_CHECK_STREQ(found(MOTION IF("\"{{ is_state('switch.a', 'on') }}\"") ON("light.y")),
	    "fight: \"New\" and \"Old\" perhaps run both when binary_sensor.m turns on after 22:00: one tells light.y "
	    "to turn on, the other to turn off");
	close_house();
}

ATF_TC_WITHOUT_HEAD(fight__conditions_keep_apart);
ATF_TC_BODY(fight__conditions_keep_apart, tc)
{
	(void)tc;
	open_house();
	save("Old", MOTION IF("{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"},"
	    "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"below\":18},"
	    "{\"condition\":\"sun\",\"after\":\"sunset\",\"before\":\"sunrise\"}")
	    "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.y\"},\"data\":{\"brightness\":80}}]");
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"off\"}")
	    OFF("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION IF("{\"not\":[{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"}]}")
	    OFF("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":18}")
	    OFF("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION IF("{\"condition\":\"sun\",\"after\":\"sunrise\",\"before\":\"sunset\"}")
	    OFF("light.y")), "");
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"if\":{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"},"
	    "\"then\":[],\"else\":[{\"action\":\"light.turn_off\",\"target\":{\"entity_id\":\"light.y\"}}]}]"), "");
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"choose\":[{\"conditions\":[{\"condition\":\"state\",\"entity_id\":"
	    "\"switch.a\",\"state\":\"off\"}],\"sequence\":[{\"action\":\"light.turn_off\",\"target\":"
	    "{\"entity_id\":\"light.y\"}}]}]}]"), "");
	/* values differ, but not by what no lamp tells apart */
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.y\"},"
	    "\"data\":{\"brightness\":81}}]"), "");
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.y\"},"
	    "\"data\":{\"brightness\":200}}]"), "fight: \"New\" and \"Old\" run both when binary_sensor.m turns on by night "
	    "while switch.a is on and sensor.t is below 18: one tells light.y to turn on with brightness 200, the other "
	    "to turn on with brightness 80");
	close_house();
}

ATF_TC_WITHOUT_HEAD(fight__moments_of_all_kinds);
ATF_TC_BODY(fight__moments_of_all_kinds, tc)
{
	(void)tc;
	open_house();
	save("Clock", "\"triggers\":[{\"trigger\":\"time\",\"at\":\"22:00\"}]," OFF("switch.a"));
	save("Warm", "\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":20}]," OFF("switch.b"));
	save("Told", "\"triggers\":[{\"trigger\":\"event\",\"event_type\":[\"bell\",\"ring\"]}],\"actions\":"
	    "[{\"action\":\"select.select_option\",\"target\":{\"entity_id\":\"select.m\"},\"data\":{\"option\":\"x\"}}]");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"time\",\"at\":\"22:00\",\"id\":\"t\"}],"
	    IF("{\"condition\":\"time\",\"after\":\"23:00\"}") ON("switch.a")), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"time\",\"at\":\"22:00\",\"id\":\"t\"}]," ON("switch.a")),
	    "fight: \"New\" and \"Clock\" run both at 22:00: one tells switch.a to turn on, "
	    "the other to turn off");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"below\":25}],"
	    ON("switch.b")), "fight: \"New\" and \"Warm\" run both when sensor.t comes above 20 and below 25: one tells "
	    "switch.b to turn on, the other to turn off");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"below\":20}],"
	    ON("switch.b")), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"ring\"}],\"actions\":"
	    "[{\"action\":\"select.select_option\",\"target\":{\"entity_id\":\"select.m\"},\"data\":{\"option\":\"z\"}}]"),
	    "fight: \"New\" and \"Told\" run both when the event ring happens: one tells select.m to select option with z, "
	    "the other to select option with x");
	close_house();
}

/* Everything that has a name is said by it; its id is beside the word. */
ATF_TC_WITHOUT_HEAD(message__names_things);
ATF_TC_BODY(message__names_things, tc)
{
	struct entity e = { .entity_id = "light.hall", .adapter = "mqtt", .component = "light", .domain = "light",
		.unique_id = "hall", .name = "Hall lamp", .enabled = true, .source = "hall", .config = "{}",
		.capabilities = "{}" };
	struct conflicts c;
	struct fault f = { 0 };
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	size_t i;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(store_entity_insert(&tx, &e), RC_OK);
	save("Often", "\"triggers\":[{\"trigger\":\"time_pattern\",\"minutes\":\"/5\"}]," ON("light.hall"));
	save("Seldom", "\"triggers\":[{\"platform\":\"time_pattern\",\"hours\":7,\"minutes\":30}]," ON("light.hall"));
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"time_pattern\",\"minutes\":\"/5\"}]," OFF("light.hall")),
	    "fight: \"New\" and \"Often\" run both every 5 minutes: one tells Hall lamp to turn off, the other to turn on");
	ATF_CHECK_STREQ(found(WHEN("light.hall", "on") OFF("light.hall")), "");
	save("Back", WHEN("light.hall", "off") ON("light.hall"));
	ATF_CHECK_STREQ(found(WHEN("light.hall", "on") OFF("light.hall")), "loop: \"New\" tells Hall lamp to turn off, which "
	    "starts \"Back\"; \"Back\" tells Hall lamp to turn on, which starts \"New\" again");
	save("There", WHEN("light.hall", "on") OFF("light.hall"));
	ATF_REQUIRE_EQ(conflict_all(db, arena, &c, &f), RC_OK);
	ATF_REQUIRE_EQ(c.n, 1);
	for (i = 0; i < c.list[0].n_parts; i++)
		buf_printf(&b, "%s%s%s%s|", c.list[0].parts[i].text, c.list[0].parts[i].entity != NULL ? "=" : "",
		    c.list[0].parts[i].entity != NULL ? c.list[0].parts[i].entity : "",
		    c.list[0].parts[i].automation != NULL ? c.list[0].parts[i].automation : "");
	ATF_CHECK_STREQ(buf_str(&b), "\"|Backback|\" tells |Hall lamp=light.hall| to turn on, which starts \"|Therethere|\"; \"|"
	    "Therethere|\" tells |Hall lamp=light.hall| to turn off, which starts \"|Backback|\" again|");
	buf_reset(&b);
	conflict_write(&w, NULL, &c);
	ATF_CHECK(strstr(buf_str(&b), "\"about\":\"light.hall\"") != NULL);
	ATF_CHECK(strstr(buf_str(&b), "{\"text\":\"Hall lamp\",\"entity_id\":\"light.hall\",\"automation\":null}") != NULL);
	ATF_CHECK(strstr(buf_str(&b), "{\"text\":\"Back\",\"entity_id\":null,\"automation\":\"back\"}") != NULL);
	buf_free(&b);
	close_house();
}

ATF_TC_WITHOUT_HEAD(loop__through_states);
ATF_TC_BODY(loop__through_states, tc)
{
	(void)tc;
	open_house();
	save("Old", WHEN("switch.a", "on") OFF("switch.a"));
	ATF_CHECK_STREQ(found(WHEN("switch.a", "off") ON("switch.a")), "loop: \"New\" tells switch.a to turn on, which starts "
	    "\"Old\"; \"Old\" tells switch.a to turn off, which starts \"New\" again");
	/* it does not come back: nothing makes another state of it */
	ATF_CHECK_STREQ(found(WHEN("switch.a", "on") ON("switch.b")), "");
	ATF_CHECK_STREQ(found(WHEN("switch.b", "on") ON("switch.b")), "");
	save("Follow", WHEN("switch.b", "on") ON("light.y"));
	ATF_CHECK_STREQ(found(WHEN("light.y", "on") ON("switch.b")), "");
	/* itself */
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"light.y\"}],\"actions\":"
	    "[{\"action\":\"light.toggle\",\"target\":{\"entity_id\":\"light.y\"}}]"),
	    "loop: \"New\" tells light.y to toggle, which starts it again");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"light.y\"}]," OFF("light.y")), "");
	ATF_CHECK_STREQ(found(WHEN("light.y", "on") "\"actions\":[{\"delay\":60},{\"action\":\"light.turn_off\",\"target\":"
	    "{\"entity_id\":\"light.y\"}}]"), "");
	/* conditions break it */
	ATF_CHECK_STREQ(found(WHEN("switch.a", "off") IF("{\"condition\":\"state\",\"entity_id\":\"switch.a\",\"state\":\"on\"}")
	    ON("switch.a")), "");
	/* a number that templates say */
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"number.n\"}],\"actions\":"
	    "[{\"action\":\"number.set_value\",\"target\":{\"entity_id\":\"number.n\"},\"data\":"
	    "{\"value\":\"{{ states('number.n')|int + 1 }}\"}}]"),
	    "loop: perhaps \"New\" tells number.n to set value, which starts it again");
	close_house();
}

#define TILT(n) "{\"action\":\"cover.set_cover_tilt_position\",\"target\":{\"entity_id\":\"cover.c\"},\"data\":{\"tilt_position\":" n "}}"
#define TILTS "\"actions\":[" TILT("10") ",{\"delay\":1}," TILT("90") "]"

/* Where any attribute counts. */
ATF_TC_WITHOUT_HEAD(loop__through_attributes);
ATF_TC_BODY(loop__through_attributes, tc)
{
	const char *said;

	(void)tc;
	open_house();
	said = found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"cover.c\"}]," TILTS);
	ATF_CHECK_MSG(strncmp(said, "loop: ", 6) == 0 && strstr(said, "starts it again") != NULL, "%s", said);
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"cover.c\",\"to\":null}]," TILTS), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"cover.c\",\"for\":1}]," TILTS), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"cover.c\"}],\"actions\":[" TILT("10") "]"), "");
	close_house();
}

ATF_TC_WITHOUT_HEAD(loop__through_events);
ATF_TC_BODY(loop__through_events, tc)
{
	(void)tc;
	open_house();
	save("Ping", "\"mode\":\"parallel\",\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"ping\"}],\"actions\":[{\"event\":\"pong\"}]");
#define PONG "\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"pong\"}],\"actions\":[{\"event\":\"ping\"}]"
	ATF_CHECK_STREQ(found("\"mode\":\"parallel\"," PONG), "loop: \"New\" tells of the event ping, which starts \"Ping\"; "
	    "\"Ping\" tells of the event pong, which starts \"New\" again");
	/* one that still runs is not started again */
	ATF_CHECK_STREQ(found(PONG), "");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"pong\"}],"
	    "\"actions\":[{\"delay\":1},{\"event\":\"ping\"}]"), "loop: perhaps \"New\" tells of the event ping, which starts "
	    "\"Ping\"; \"Ping\" tells of the event pong, which starts \"New\" again");
	close_house();
}

/* Ten thousand, each with its own entity: the search looks only at those that have to do with each other. */
ATF_TC_WITHOUT_HEAD(conflict__among_many);
ATF_TC_BODY(conflict__among_many, tc)
{
	struct automation r = { .mode = "single", .enabled = true };
	struct conflicts c;
	struct fault f = { 0 };
	int64_t began;
	int i;

	(void)tc;
	open_house();
	for (i = 0; i < 10000; i++) {
		r.id = r.name = mem_printf(arena, "rule_%05d", i);
		r.config = mem_printf(arena, "{\"name\":\"%s\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":"
		    "\"binary_sensor.m_%d\",\"to\":\"on\"}],\"conditions\":[{\"condition\":\"time\",\"after\":\"22:00\"}],"
		    "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.l_%d\"}},{\"delay\":300},"
		    "{\"action\":\"light.turn_off\",\"target\":{\"entity_id\":\"light.l_%d\"}}]}", r.id, i / 2, i, i);
		ATF_REQUIRE_EQ(store_automation_insert(&tx, &r), RC_OK);
	}
	save("Old", MOTION OFF("light.y"));
	began = clock_mono_us();
	ATF_CHECK(strstr(found(MOTION ON("light.y")), "fight: \"New\" and \"Old\" run both") != NULL);
	printf("one among 10,000: %lld ms\n", (long long)(clock_mono_us() - began) / 1000);
	began = clock_mono_us();
	ATF_REQUIRE_EQ(conflict_all(db, arena, &c, &f), RC_OK);
	printf("all of them: %lld ms\n", (long long)(clock_mono_us() - began) / 1000);
	ATF_CHECK_EQ(c.n, 0);
	ATF_CHECK(!c.more);
	close_house();
}

static void
save_scenario(const char *id, const char *text)
{
	struct js *v = rule(id, text);
	struct automation made;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(scenario_add(&tx, id, v, arena, &made, &f), RC_OK, "%s: %s: %s", text, f.field, f.msg);
	js_free(v);
}

#define SCENARIO(id) "\"actions\":[{\"scenario\":\"" id "\"}]"
#define ON_EVENT(type) "\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"" type "\"}],"

ATF_TC_WITHOUT_HEAD(scenario__is_looked_into);
ATF_TC_BODY(scenario__is_looked_into, tc)
{
	(void)tc;
	open_house();
	save("Old", MOTION OFF("light.y"));
	save_scenario("bright", ON("light.y"));
	save_scenario("outer", SCENARIO("bright"));
	ATF_CHECK_STREQ(found(MOTION SCENARIO("outer")), "fight: \"New\" and \"Old\" run both when binary_sensor.m turns on: "
	    "one tells light.y to turn on, the other to turn off");
	/* what it asks first speaks against it */
	save_scenario("off", IF("{\"condition\":\"state\",\"entity_id\":\"binary_sensor.m\",\"state\":\"off\"}")
	    ON("light.y"));
	ATF_CHECK_STREQ(found(MOTION SCENARIO("off")), "");
	/* later than at once is no fight; a scenario's own pause is not one of the rule */
	save_scenario("late", "\"actions\":[{\"delay\":5},{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":"
	    "\"light.y\"}}]");
	ATF_CHECK_STREQ(found(MOTION SCENARIO("late")), "");
	ATF_CHECK_STREQ(found(MOTION "\"actions\":[{\"scenario\":\"late\"},{\"action\":\"light.turn_on\",\"target\":"
	    "{\"entity_id\":\"light.y\"}}]"), "fight: \"New\" and \"Old\" run both when binary_sensor.m turns on: "
	    "one tells light.y to turn on, the other to turn off");
	/* one that nobody has, and those that start each other */
	ATF_CHECK_STREQ(found(MOTION SCENARIO("nobody")), "");
	save_scenario("a", ON("switch.a"));
	save_scenario("b", SCENARIO("a"));
	close_house();
}

ATF_TC_WITHOUT_HEAD(scenario__makes_a_loop);
ATF_TC_BODY(scenario__makes_a_loop, tc)
{
	(void)tc;
	open_house();
	save_scenario("tells", "\"actions\":[{\"delay\":5},{\"event\":\"told\"}]");
	ATF_CHECK_STREQ(found(ON_EVENT("told") SCENARIO("tells")), "loop: perhaps \"New\" tells of the event told, which "
	    "starts it again");
	/* it ends when the scenario runs still */
	save_scenario("at-once", "\"actions\":[{\"event\":\"told\"}]");
	ATF_CHECK_STREQ(found("\"mode\":\"parallel\"," ON_EVENT("told") SCENARIO("at-once")), "");
	save_scenario("again", "\"mode\":\"parallel\",\"actions\":[{\"event\":\"told\"}]");
	ATF_CHECK_STREQ(found("\"mode\":\"parallel\"," ON_EVENT("told") SCENARIO("again")), "loop: \"New\" tells of the "
	    "event told, which starts it again");
	/* through a state */
	save_scenario("flips", "\"actions\":[{\"action\":\"light.toggle\",\"target\":{\"entity_id\":\"light.y\"}}]");
	ATF_CHECK_STREQ(found("\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"light.y\"}]," SCENARIO("flips")),
	    "loop: \"New\" tells light.y to toggle, which starts it again");
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fight__at_one_moment);
	ATF_TP_ADD_TC(tp, fight__conditions_keep_apart);
	ATF_TP_ADD_TC(tp, fight__moments_of_all_kinds);
	ATF_TP_ADD_TC(tp, message__names_things);
	ATF_TP_ADD_TC(tp, loop__through_states);
	ATF_TP_ADD_TC(tp, loop__through_attributes);
	ATF_TP_ADD_TC(tp, loop__through_events);
	ATF_TP_ADD_TC(tp, conflict__among_many);
	ATF_TP_ADD_TC(tp, scenario__is_looked_into);
	ATF_TP_ADD_TC(tp, scenario__makes_a_loop);
	return atf_no_error();
}
