/* SPDX-License-Identifier: ISC
 *
 * Scenarios: what they are told, how people edit and reset them, and evenings as if somebody were at home.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "shared/domain/presence.h"
#include "shared/domain/revision.h"
#include "shared/domain/scenario.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)
#define DAY INT64_C(86400000)

static struct conf *conf;
static struct db *db;
static struct tx tx;
static struct mem_arena *arena;
static struct fault fault;

static void
open_house(void)
{
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	arena = mem_arena_new(4096);
	tx = (struct tx){ .db = db, .now_ms = NOW, .actor = "user:anna" };
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
}

static struct js *
parse(const char *text)
{
	struct js *v = NULL;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, &fault), RC_OK, "%s", text);
	return v;
}

#define DECLARED "{\"n\":{\"type\":\"integer\",\"default\":4,\"min\":1,\"max\":9},\"room\":{\"type\":\"area\"}," \
	"\"who\":{\"type\":\"text\",\"options\":[\"a\",\"b\"],\"default\":\"a\"},\"on\":{\"type\":\"boolean\"}}"

static void
check_arguments(const char *given, enum rc want, const char *text)
{
	struct js *declared = parse(DECLARED), *g = parse(given), *out = NULL;
	struct buf b = { 0 };

	fault = (struct fault){ 0 };
	ATF_CHECK_EQ_MSG(scenario_arguments(db, declared, g, &out, &fault), want, "%s: %s", given, fault.msg);
	js_dump(out, &b);
	ATF_CHECK_STREQ(text, want == RC_OK ? buf_str(&b) : fault.field);
	buf_free(&b);
	js_free(out);
	js_free(g);
	js_free(declared);
}

ATF_TC_WITHOUT_HEAD(arguments__as_declared);
ATF_TC_BODY(arguments__as_declared, tc)
{
	(void)tc;
	open_house();
	check_arguments("{}", RC_OK, "{\"n\":4,\"room\":\"\",\"who\":\"a\",\"on\":false}");
	check_arguments("{\"n\":9,\"who\":\"b\",\"on\":true}", RC_OK, "{\"n\":9,\"room\":\"\",\"who\":\"b\",\"on\":true}");
	check_arguments("{\"n\":null}", RC_OK, "{\"n\":4,\"room\":\"\",\"who\":\"a\",\"on\":false}");
	check_arguments("{\"n\":10}", RC_INVALID, "parameters.n");
	check_arguments("{\"n\":1.5}", RC_INVALID, "parameters.n");
	check_arguments("{\"n\":\"4\"}", RC_INVALID, "parameters.n");
	check_arguments("{\"who\":\"c\"}", RC_INVALID, "parameters.who");
	check_arguments("{\"on\":1}", RC_INVALID, "parameters.on");
	check_arguments("{\"room\":\"attic\"}", RC_INVALID, "parameters.room");
	check_arguments("{\"m\":1}", RC_INVALID, "parameters.m");
}

static enum rc
add(const char *text, struct automation *out)
{
	struct js *v = parse(text);
	enum rc rc;

	fault = (struct fault){ 0 };
	rc = scenario_add(&tx, NULL, v, arena, out, &fault);
	js_free(v);
	return rc;
}

#define LIGHT "[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.x\"}}]"

ATF_TC_WITHOUT_HEAD(add__what_cannot_be);
ATF_TC_BODY(add__what_cannot_be, tc)
{
	static const struct { const char *text, *field; } bad[] = {
		{ "{\"actions\":" LIGHT "}", "name" },
		{ "{\"name\":\"x\"}", "actions" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"triggers\":[]}", "triggers" },
		{ "{\"name\":\"x\",\"actions\":[{\"scenario\":\"y\"}]}", "actions[0].scenario" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"parameters\":{\"N\":{\"type\":\"text\"}}}", "parameters.N.parameters" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"parameters\":{\"n\":{\"type\":\"colour\"}}}", "parameters.n.type" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"parameters\":{\"n\":{\"type\":\"number\",\"default\":\"x\"}}}",
		    "parameters.n.default" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"parameters\":{\"n\":{\"type\":\"number\",\"max\":1,\"default\":2}}}",
		    "parameters.n.default" },
		{ "{\"name\":\"x\",\"actions\":" LIGHT ",\"parameters\":[]}", "parameters" },
	};
	struct automation s;
	size_t i;

	(void)tc;
	open_house();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_EQ_MSG(add(bad[i].text, &s), RC_INVALID, "%s", bad[i].text);
		ATF_CHECK_STREQ(bad[i].field, fault.field);
	}
	ATF_CHECK_EQ(store_event_last(db), 0);
}

/* What another scenario is told is looked at when it is saved, as far as it is known then. */
ATF_TC_WITHOUT_HEAD(add__tells_another_what_it_takes);
ATF_TC_BODY(add__tells_another_what_it_takes, tc)
{
	static const struct { const char *given, *field, *msg; } told[] = {
		{ "{\"n\":9,\"who\":\"b\"}", "", "" },
		{ "{\"n\":\"{{ 1 + 1 }}\",\"room\":\"{{ areas()|first }}\"}", "", "" },
		{ "{}", "", "" },
		{ "{\"n\":10}", "actions[0].parameters.n", "must be at most 9" },
		{ "{\"n\":\"two\"}", "actions[0].parameters.n", "must be a whole number" },
		{ "{\"rom\":\"hall\"}", "actions[0].parameters.rom",
		    "the scenario has no such parameter; did you mean \"room\"?" },
		{ "{\"room\":\"hall\",\"n\":1}", "actions[0].parameters.room", "there is no area \"hall\"" },
		{ "{\"n\":\"{{ wo }}\",\"room\":\"\"}", "actions[0].parameters.n",
		    "the template uses wo, which nothing sets; did you mean \"who\"?" },
	};
	struct automation s;
	size_t i;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ_MSG(add("{\"name\":\"told\",\"actions\":" LIGHT ",\"parameters\":" DECLARED "}", &s), RC_OK, "%s",
	    fault.msg);
	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		ATF_CHECK_EQ_MSG(add(mem_printf(arena, "{\"name\":\"x\",\"parameters\":{\"who\":{\"type\":\"text\"}},"
		    "\"actions\":[{\"scenario\":\"told\",\"parameters\":%s}]}", told[i].given), &s),
		    *told[i].field == '\0' ? RC_OK : RC_INVALID, "%s: %s", told[i].given, fault.msg);
		ATF_CHECK_STREQ(told[i].field, fault.field);
		ATF_CHECK_STREQ(told[i].msg, fault.msg);
	}
}

ATF_TC_WITHOUT_HEAD(edit__change_run_remove_restore);
ATF_TC_BODY(edit__change_run_remove_restore, tc)
{
	struct js *change = parse("{\"description\":\"Why\",\"mode\":\"restart\"}");
	struct revision r, made;
	struct automation s, rule;
	int64_t event;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ_MSG(add("{\"name\":\"Good night\",\"actions\":" LIGHT "}", &s), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ("good-night", s.id);
	ATF_REQUIRE_EQ(add("{\"name\":\"Good night\",\"actions\":" LIGHT "}", &s), RC_OK);
	ATF_CHECK_STREQ("good-night-2", s.id);
	ATF_CHECK_EQ(store_automation_get(db, "good-night", arena, &rule), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(scenario_change(&tx, "good-night", change, arena, &s, &fault), RC_OK);
	ATF_CHECK_STREQ("restart", s.mode);
	ATF_REQUIRE_EQ(scenario_run(&tx, "good-night", NULL, arena, &event, &fault), RC_OK);
	ATF_CHECK_EQ(scenario_run(&tx, "good-nigh", NULL, arena, &event, &fault), RC_NOT_FOUND);
	ATF_CHECK_STREQ("there is no scenario \"good-nigh\"; did you mean \"good-night\"?", fault.msg);
	ATF_CHECK(event > 0);
	ATF_CHECK_EQ(scenario_stop(&tx, "good-night", false, arena, &fault), RC_NOT_FOUND);
	ATF_CHECK_EQ(scenario_reset(&tx, "good-night", arena, &s, &fault), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(scenario_delete(&tx, "good-night", arena, &fault), RC_OK);
	ATF_CHECK_EQ(scenario_run(&tx, "good-night", NULL, arena, &event, &fault), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(store_revision_below(db, "scenario", "good-night", INT64_MAX, arena, &r), RC_OK);
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, r.id, arena, &made, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(store_automation_get_scenario(db, "good-night", arena, &s), RC_OK);
	ATF_CHECK_STREQ("restart", s.mode);
	js_free(change);
}

/* As RFC 7396 says: null takes a member away, and then it is what it is for a scenario that does not name it. */
ATF_TC_WITHOUT_HEAD(change__null_takes_away);
ATF_TC_BODY(change__null_takes_away, tc)
{
	struct js *clear = parse("{\"description\":null,\"icon\":null,\"mode\":null,\"max\":null,\"variables\":null,"
	    "\"parameters\":null,\"conditions\":null,\"rollback\":null}");
	struct js *nameless = parse("{\"name\":null}");
	struct automation bare, s;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ(add("{\"name\":\"x\",\"actions\":" LIGHT "}", &bare), RC_OK);
	ATF_REQUIRE_EQ_MSG(add("{\"name\":\"x\",\"description\":\"why\",\"icon\":\"mdi:sofa\",\"mode\":\"queued\",\"max\":3,"
	    "\"variables\":{\"n\":1},\"parameters\":{\"m\":{\"type\":\"number\"}},\"conditions\":[],\"rollback\":false,"
	    "\"actions\":" LIGHT "}", &s), RC_OK, "%s: %s", fault.field, fault.msg);
	ATF_REQUIRE_EQ_MSG(scenario_change(&tx, s.id, clear, arena, &s, &fault), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ(bare.config, s.config);
	ATF_CHECK_STREQ("single", s.mode);
	ATF_CHECK_EQ(scenario_change(&tx, s.id, nameless, arena, &s, &fault), RC_INVALID);
	ATF_CHECK_STREQ("name", fault.field);
	js_free(clear);
	js_free(nameless);
}

ATF_TC_WITHOUT_HEAD(shipped__planted_once_and_reset);
ATF_TC_BODY(shipped__planted_once_and_reset, tc)
{
	static const char *const names[] = { "energy-optimization", "party-mode", "security-alert",
		"smart-morning-routine", "vacation-mode" };
	struct js *change = parse("{\"name\":\"Fiesta\"}");
	struct automation *rows, s;
	size_t n, i;

	(void)tc;
	open_house();
	ATF_REQUIRE_EQ_MSG(scenario_plant(&tx, arena, &fault), RC_OK, "%s: %s", fault.field, fault.msg);
	ATF_REQUIRE_EQ(store_automation_list_scenarios(db, NULL, 0, arena, &rows, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 5);
	for (i = 0; i < n; i++)
		ATF_CHECK_STREQ(names[i], rows[i].id);
	ATF_CHECK_EQ(store_event_last(db), 0);	/* nobody did anything */
	ATF_REQUIRE_EQ(scenario_change(&tx, "party-mode", change, arena, &s, &fault), RC_OK);
	ATF_REQUIRE_EQ(scenario_delete(&tx, "vacation-mode", arena, &fault), RC_OK);
	/* what people made of them stays */
	ATF_REQUIRE_EQ(scenario_plant(&tx, arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(store_automation_list_scenarios(db, NULL, 0, arena, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 4);
	ATF_REQUIRE_EQ(scenario_reset(&tx, "vacation-mode", arena, &s, &fault), RC_OK);
	ATF_REQUIRE_EQ(scenario_reset(&tx, "party-mode", arena, &s, &fault), RC_OK);
	ATF_CHECK_STREQ("Party mode", s.name);
	js_free(change);
}

static void
put(struct house *h, int64_t row, const char *id)
{
	struct entity_state es = { .entity = { .row = row, .entity_id = id, .domain = "light", .adapter = "none",
	    .enabled = true }, .state = { .state = "off", .available = true } };

	house_put(h, &es);
}

ATF_TC_WITHOUT_HEAD(presence__evenings_that_the_seed_repeats);
ATF_TC_BODY(presence__evenings_that_the_seed_repeats, tc)
{
	static const char *const lights[] = { "light.a", "light.b", "light.c", "light.d" };
	struct house h = { 0 };
	struct presence p = { .house = &h, .lights = lights, .n = 4, .seed = 7, .from = NOW, .until = NOW + 5 * DAY };
	struct presence_switch s[400], again;
	bool on[4] = { false };
	int64_t after = NOW, hour;
	size_t light = PRESENCE_LIGHTS_MAX, at = 0;
	int n = 0, i;

	(void)tc;
	setenv("TZ", "UTC", 1);
	for (i = 0; i < 4; i++)
		put(&h, i + 1, lights[i]);
	while (n < 400 && presence_next(&p, after, light, &s[n], &light))
		after = s[n++].at;
	ATF_REQUIRE_MSG(n >= 20 && n < 400, "%d switches in five evenings", n);
	for (i = 0; i < n; i++) {
		hour = s[i].at / 3600000 % 24;
		ATF_CHECK_MSG(hour >= 15, "%d: at %d", i, (int)hour);
		ATF_CHECK(i == 0 || s[i].at >= s[i - 1].at);
		at = (size_t)(s[i].entity_id[6] - 'a');
		ATF_CHECK_MSG(on[at] != s[i].on, "%d: %s is so already", i, s[i].entity_id);
		on[at] = s[i].on;
	}
	ATF_CHECK(!on[0] && !on[1] && !on[2] && !on[3]);
	/* the same seed, asked in the middle of it, goes on alike; another one does not */
	light = PRESENCE_LIGHTS_MAX;
	ATF_REQUIRE(presence_next(&p, s[9].at, PRESENCE_LIGHTS_MAX, &again, &light));
	ATF_CHECK_EQ(again.at, s[10].at);
	p.seed = 8;
	light = PRESENCE_LIGHTS_MAX;
	ATF_REQUIRE(presence_next(&p, NOW, PRESENCE_LIGHTS_MAX, &again, &light));
	ATF_CHECK(again.at != s[0].at);
	house_free(&h);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, arguments__as_declared);
	ATF_TP_ADD_TC(tp, add__what_cannot_be);
	ATF_TP_ADD_TC(tp, add__tells_another_what_it_takes);
	ATF_TP_ADD_TC(tp, edit__change_run_remove_restore);
	ATF_TP_ADD_TC(tp, change__null_takes_away);
	ATF_TP_ADD_TC(tp, shipped__planted_once_and_reset);
	ATF_TP_ADD_TC(tp, presence__evenings_that_the_seed_repeats);
	return atf_no_error();
}
