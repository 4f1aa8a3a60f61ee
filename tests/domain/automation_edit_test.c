/* SPDX-License-Identifier: ISC
 *
 * Adding, changing, removing and starting automations.
 */
#include <atf-c.h>
#include <string.h>

#include "shared/domain/automation_edit.h"
#include "shared/domain/event.h"
#include "shared/domain/run.h"
#include "shared/store/store_prune.h"
#include "shared/store/store_area.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767225600000)

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
	ATF_REQUIRE_EQ(store_area_insert(&tx, &(struct area){ .id = "hall", .name = "Hall" }), RC_OK);
	house_entity(&tx, "a.b", "{}");
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
	house_entity(&tx, "light.y", "{\"supported_color_modes\":[\"onoff\"]}");
	house_entity(&tx, "lock.x", "{}");
	house_entity(&tx, "alarm_control_panel.x", "{\"supported_features\":63}");
}

/* Lives as long as the case, as what is made of it does. */
static struct js *
keep(struct js *v)
{
	static struct js *kept[160];
	static size_t n;

	ATF_REQUIRE(n < sizeof(kept) / sizeof(kept[0]));
	return kept[n++] = v;
}

static const struct js *
parse(const char *text)
{
	struct js *v;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &v, NULL), RC_OK, "%s", text);
	return keep(v);
}

/* A rule, and what else there is to it: members as JSON, the later one counts. */
static const struct js *
rule_with(const char *name, const char *more)
{
	struct js *rule = keep(js_copy(parse("{\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"to\":\"on\"}],"
	    "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.x\"}}]}")));
	const struct js *members = parse(mem_printf(arena, "{%s}", more));
	void *it;

	if (name != NULL)
		js_set(rule, "name", js_new_string(name));
	for (it = js_iter(members); it != NULL; it = js_iter_next(members, it))
		js_set(rule, js_iter_key(it), js_ref(js_iter_value(it)));
	return rule;
}

static const struct js *
rule_of(const char *name)
{
	return rule_with(name, "");
}

static enum rc
add(const struct js *members, struct automation *out)
{
	return automation_edit_add(&tx, members, arena, out, &fault);
}

static enum rc
change(const char *id, const char *members, struct automation *out)
{
	return automation_edit_change(&tx, id, parse(members), arena, out, &fault);
}

/* Kind, subject and data of the newest event. */
static const char *
last_event(void)
{
	struct store_event e;

	ATF_REQUIRE_EQ(store_event_get(db, store_event_last(db), arena, &e), RC_OK);
	return mem_printf(arena, "%s %s %s %s", event_kind_name(e.kind), e.subject, e.actor,
	    e.data != NULL ? e.data : "-");
}

ATF_TC_WITHOUT_HEAD(add__id_from_name);
ATF_TC_BODY(add__id_from_name, tc)
{
	struct automation r;

	open_house();
	ATF_REQUIRE_EQ_MSG(add(rule_of("Flur: Licht an!"), &r), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ("flur_licht_an", r.id);
	ATF_CHECK_STREQ("single", r.mode);
	ATF_CHECK(r.enabled);
	ATF_CHECK_STREQ("automation_changed automation.flur_licht_an user:anna {\"change\":\"added\"}",
	    last_event());
	ATF_REQUIRE_EQ(add(rule_of("Flur: Licht an!"), &r), RC_OK);
	ATF_CHECK_STREQ("flur_licht_an_2", r.id);
}

ATF_TC_WITHOUT_HEAD(add__nothing_that_cannot_run);
ATF_TC_BODY(add__nothing_that_cannot_run, tc)
{
	struct automation r, *rows;
	size_t n;

	open_house();
	ATF_CHECK_EQ(add(rule_with("x", "\"triggers\":[{\"trigger\":\"moon\"}]"), &r), RC_INVALID);
	ATF_CHECK_MSG(strncmp(fault.field, "triggers[0]", 11) == 0, "%s", fault.field);
	ATF_CHECK_EQ(add(rule_of(NULL), &r), RC_INVALID);
	ATF_CHECK_STREQ("name", fault.field);
	ATF_REQUIRE_EQ(store_automation_list(db, NULL, 0, arena, &rows, &n), RC_OK);
	ATF_CHECK_EQ(n, 0);
	ATF_CHECK_EQ(store_event_last(db), 0);
}

static const struct { const char *actions, *field, *msg; } bad[] = {
	{ "[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":[\"light.x\",\"light.xy\"]}}]",
	    "actions[0].target.entity_id[1]", "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[{\"delay\":1},{\"if\":{\"condition\":\"state\",\"entity_id\":\"lamp.far_away\",\"state\":\"on\"},"
	    "\"then\":[]}]", "actions[1].if.entity_id", "no such entity \"lamp.far_away\"" },
	{ "[{\"choose\":[{\"conditions\":[],\"sequence\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.y\","
	    "\"data\":{\"brightness\":10}}]}]}]", "actions[0].choose[0].sequence[0].data.brightness", NULL },
	{ "[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":300}}]",
	    "actions[0].data.brightness", NULL },
	{ "[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"britness\":3}}]",
	    "actions[0].data.britness",
	    "is no parameter of light.turn_on; did you mean \"brightness\"?" },
	{ "[{\"action\":\"light.turn_no\",\"target\":{\"area_id\":\"hall\"}}]", "actions[0].action",
	    "there is no service light.turn_no; did you mean \"light.turn_on\"?" },
	{ "[{\"action\":\"ligth.turn_on\",\"entity_id\":\"light.x\"}]", "actions[0].action",
	    "there is no service ligth.turn_on; did you mean \"light.turn_on\"?" },
	{ "[{\"action\":\"homeassistant.explode\",\"entity_id\":\"a.b\"}]", "actions[0].action",
	    "there is no service homeassistant.explode" },
	{ "[{\"action\":\"light.turn_no\",\"entity_id\":\"light.x\"}]", "actions[0].action",
	    "there is no service light.turn_no; did you mean \"light.turn_on\"?" },
	{ "[{\"action\":\"light.turn_no\",\"entity_id\":\"{{ this.id }}\"}]", "actions[0].action",
	    "there is no service light.turn_no; did you mean \"light.turn_on\"?" },
	{ "[{\"actoin\":\"light.turn_on\",\"entity_id\":\"light.x\"}]", "actions[0].actoin",
	    "marks no action; did you mean \"action\"?" },
	{ "[{\"action\":\"light.turn_on\",\"entity\":\"light.x\"}]", "actions[0].entity", "unknown field" },
	{ "[{\"delay\":1,\"allias\":\"x\"}]", "actions[0].allias", "unknown field; did you mean \"alias\"?" },
	{ "[{\"condition\":\"stat\",\"entity_id\":\"light.x\",\"state\":\"on\"}]", "actions[0].condition",
	    "there is no condition \"stat\"; did you mean \"state\"?" },
	{ "[{\"wait_for_trigger\":{\"trigger\":\"sunn\"}}]", "actions[0].wait_for_trigger[0].trigger",
	    "there is no trigger \"sunn\"; did you mean \"sun\"?" },
	/* templates */
	{ "[\"{{ is_state('light.xy', 'on') }}\"]", "actions[0]",
	    "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\",\"data\":{\"brightness\":"
	    "\"{{ state_attr('light.z1', 'b') }}\"}}]", "actions[0].data.brightness", NULL },
	{ "[{\"event\":\"e\",\"event_data\":{\"a\":[1,{\"b\":\"{{ foo_bar(1) }}\"}]}}]",
	    "actions[0].event_data.a[1].b", "the template calls foo_bar, which is no function" },
	{ "[{\"event\":\"e\",\"event_data\":{\"a\":\"{{ is_stat('light.x', 'on') }}\"}}]",
	    "actions[0].event_data.a",
	    "the template calls is_stat, which is no function; did you mean \"is_state\"?" },
	{ "[{\"variables\":{\"room\":1}},{\"delay\":\"{{ rom }}\"}]", "actions[1].delay",
	    "the template uses rom, which nothing sets; did you mean \"room\"?" },
	{ "[{\"delay\":\"{{ states.light.xy.state }}\"}]", "actions[0].delay",
	    "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[{\"delay\":\"{{ states['light.x'].stat }}\"}]", "actions[0].delay",
	    "the template asks for \"stat\" of light.x, which no entity has; did you mean \"state\"?" },
	{ "[{\"delay\":\"{{ this.stat }}\"}]", "actions[0].delay",
	    "the template asks for \"stat\" of this rule, which has none; did you mean \"state\"?" },
	{ "[\"{{ this.attributes.last_trigered }}\"]", "actions[0]", "the template asks for \"attributes.last_trigered\" "
	    "of this rule, which has none; did you mean \"attributes.last_triggered\"?" },
	{ "[{\"delay\":\"{{ now.hour }}\"}]", "actions[0].delay",
	    "the template asks for now.hour: a function has no members" },
	{ "[\"{{ today_ad('7:00') }}\"]", "actions[0]",
	    "the template calls today_ad, which is no function; did you mean \"today_at\"?" },
	{ "[\"{{ expand('light.xy') }}\"]", "actions[0]", "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[\"{{ area_name('light.xy') }}\"]", "actions[0]", "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[\"{{ 'hal' | area_name }}\"]", "actions[0]",
	    "nothing is called \"hal\", no area, device, floor or label; did you mean \"hall\"?" },
	{ "[\"{{ area_entities('hal') }}\"]", "actions[0]", "no such area \"hal\"; did you mean \"hall\"?" },
	{ "[\"{{ floor_areas('attic') }}\"]", "actions[0]", "no such floor \"attic\"" },
	{ "[{\"condition\":\"numeric_state\",\"entity_id\":\"light.x\",\"above\":\"light.xy\"}]", "actions[0].above",
	    "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[{\"wait_for_trigger\":{\"trigger\":\"numeric_state\",\"entity_id\":\"light.x\",\"below\":\"light.xy\"}}]",
	    "actions[0].wait_for_trigger.below", "no such entity \"light.xy\"; did you mean \"light.x\"?" },
	{ "[{\"condition\":\"numeric_state\",\"entity_id\":\"light.x\",\"above\":1,\"value_template\":\"{{ stat.state }}\"}]",
	    "actions[0].value_template", "the template uses stat, which nothing sets; did you mean \"state\"?" },
	{ "[{\"condition\":\"numeric_state\",\"entity_id\":\"light.x\",\"above\":1,\"value_template\":\"{{ state.state }}\"},"
	    "\"{{ state.state }}\"]", "actions[1]",
	    "the template uses state, which nothing sets; did you mean \"states\"?" },
	{ "[{\"condition\":\"numeric_state\",\"entity_id\":\"light.x\",\"above\":\"{{ 5 }}\"}]", "actions[0].above",
	    "must be a number, or an entity such as input_number.limit whose number it is, not a template: value_template "
	    "can hold one" },
	{ "[{\"repeat\":{\"while\":\"{{ trigger.id == rpeat.index }}\",\"sequence\":[]}}]",
	    "actions[0].repeat.while", "the template uses rpeat, which nothing sets; did you mean \"repeat\"?" },
	{ "[{\"action\":\"homeassistant.turn_on\",\"entity_id\":\"a.b\"}]", "actions[0]", "a.b has no service turn_on" },
	{ "[{\"action\":\"light.turn_on\",\"target\":{\"area_id\":\"kitchen\"}}]", "actions[0].target.area_id",
	    "no such area \"kitchen\"" },
	{ "[{\"action\":\"light.turn_on\",\"target\":{\"device_id\":\"lamp\"}}]", "actions[0].target.device_id",
	    "no such device \"lamp\"" },
};

/* What it refers to, and what its services are told. */
ATF_TC_WITHOUT_HEAD(add__says_what_was_meant);
ATF_TC_BODY(add__says_what_was_meant, tc)
{
	struct automation r;
	size_t i;

	open_house();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_MSG(add(rule_with("x", mem_printf(arena, "\"actions\":%s", bad[i].actions)), &r) != RC_OK,
		    "%s", bad[i].actions);
		ATF_CHECK_MSG(strcmp(fault.field, bad[i].field) == 0, "%s: %s: %s", bad[i].actions, fault.field, fault.msg);
		ATF_CHECK_MSG(bad[i].msg == NULL || strcmp(fault.msg, bad[i].msg) == 0, "%s", fault.msg);
	}
	/* what a template makes is known when it runs; what is a rule's own may be called as it likes */
	ATF_CHECK_EQ_MSG(add(rule_with("x", "\"variables\":{\"n\":\"{{ trigger.id }}\"},\"actions\":["
	    "{\"action\":\"light.turn_on\",\"entity_id\":\"{{ 'light.z' }}\",\"data\":{\"brightness\":\"{{ 3 }}\"}},"
	    "{\"event\":\"e\",\"alias\":\"{{ no }}\",\"event_data\":{\"entity_id\":\"light.z\","
	    "\"a\":\"{{ n + m|default(0) }}\"}}]"), &r), RC_OK, "%s", fault.msg);
	/* areas by their name too, entities as objects */
	ATF_CHECK_EQ_MSG(add(rule_with("x", "\"actions\":[\"{{ area_entities('Hall') | expand | map(attribute='name') | list + "
	    "states.light.x.attributes.keys() | list + [area_id('hall'), now() - states['light.x'].last_changed] }}\","
	    "{\"condition\":\"numeric_state\",\"entity_id\":\"light.x\",\"above\":\"a.b\",\"value_template\":"
	    "\"{{ state.attributes.power }}\"}]"), &r), RC_OK, "%s: %s", fault.field, fault.msg);
	/* so may what another program is told */
	ATF_CHECK_EQ_MSG(add(rule_with("x", "\"variables\":{\"n\":1},\"actions\":[{\"webhook\":\"http://h.example/x\","
	    "\"headers\":{\"scenario\":\"s\"},\"body\":{\"entity_id\":\"light.theirs\",\"action\":\"light.glow\","
	    "\"a\":\"{{ n }}\"}}]"), &r), RC_OK, "%s", fault.msg);
	/* a part that is changed alone sees what the rest sets */
	ATF_CHECK_EQ_MSG(change("x", "{\"actions\":[{\"delay\":\"{{ n }}\"}]}", &r), RC_OK, "%s", fault.msg);
	/* a rule that lost an entity can still be switched off */
	ATF_REQUIRE_EQ(db_script(db, "DELETE FROM entity WHERE entity_id = 'a.b'", &fault), RC_OK);
	ATF_CHECK_EQ_MSG(change("x", "{\"mode\":\"restart\"}", &r), RC_OK, "%s", fault.msg);
}

ATF_TC_WITHOUT_HEAD(change__part_by_part);
ATF_TC_BODY(change__part_by_part, tc)
{
	struct automation r;
	struct buf b = {0};
	struct jsw w = jsw_to(&b);

	open_house();
	ATF_REQUIRE_EQ(add(rule_with("x", "\"description\":\"why\""), &r), RC_OK);
	ATF_REQUIRE_EQ(change("x", "{\"mode\":\"restart\",\"enabled\":false}", &r), RC_OK);
	ATF_CHECK(!r.enabled && r.revision == 2);
	ATF_CHECK_STREQ("restart", r.mode);
	ATF_REQUIRE_EQ(change("x", "{\"name\":\"y\",\"description\":\"\"}", &r), RC_OK);
	ATF_REQUIRE_EQ(store_automation_get(db, "x", arena, &r), RC_OK);
	ATF_CHECK_STREQ("y", r.name);
	ATF_CHECK(!r.enabled && r.revision == 3);
	automation_edit_write(&w, NULL, &r, true);
	ATF_CHECK_MSG(strstr(buf_str(&b), "\"description\":null,\"enabled\":false,\"mode\":\"restart\","
	    "\"triggers\":[{\"trigger\":\"state\"") != NULL, "%s", buf_str(&b));
	ATF_CHECK_EQ(change("x", "{\"actions\":[]}", &r), RC_INVALID);
	ATF_CHECK_EQ(change("none", "{\"actions\":[]}", &r), RC_NOT_FOUND);
	buf_free(&b);
}

/* As RFC 7396 says: null takes a member away, and then it is what it is for a rule that does not name it. */
ATF_TC_WITHOUT_HEAD(change__null_takes_away);
ATF_TC_BODY(change__null_takes_away, tc)
{
	struct automation r, bare;

	open_house();
	ATF_REQUIRE_EQ(add(rule_of("x"), &bare), RC_OK);
	ATF_REQUIRE_EQ_MSG(add(rule_with("x", "\"description\":\"why\",\"mode\":\"queued\",\"max\":3,\"missed\":\"ask\","
	    "\"missed_within\":60,\"variables\":{\"n\":1},\"enabled\":false,\"conditions\":[{\"condition\":\"state\","
	    "\"entity_id\":\"a.b\",\"state\":\"on\"}]"), &r), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ_MSG(change(r.id, "{\"max\":null}", &r), RC_OK, "%s", fault.msg);
	ATF_CHECK_MSG(strstr(r.config, "\"max\"") == NULL && strstr(r.config, "\"missed\"") != NULL, "%s", r.config);
	ATF_REQUIRE_EQ_MSG(change(r.id, "{\"description\":null,\"mode\":null,\"missed\":null,\"missed_within\":null,"
	    "\"variables\":null,\"conditions\":null,\"enabled\":null}", &r), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ(bare.config, r.config);
	ATF_CHECK_STREQ("single", r.mode);
	ATF_CHECK(r.enabled);
	/* what it cannot be without stays */
	ATF_CHECK_EQ(change(r.id, "{\"name\":null}", &r), RC_INVALID);
	ATF_CHECK_STREQ("name", fault.field);
	ATF_CHECK_EQ(change(r.id, "{\"actions\":null}", &r), RC_INVALID);
	ATF_CHECK_STREQ("actions", fault.field);
}

ATF_TC_WITHOUT_HEAD(trigger__asks_the_engine);
ATF_TC_BODY(trigger__asks_the_engine, tc)
{
	struct automation r;
	int64_t event = 0;

	open_house();
	ATF_CHECK_EQ(automation_edit_trigger(&tx, "x", arena, &event, &fault), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(add(rule_of("x"), &r), RC_OK);
	ATF_REQUIRE_EQ(automation_edit_trigger(&tx, "x", arena, &event, &fault), RC_OK);
	ATF_CHECK_EQ(event, store_event_last(db));
	ATF_CHECK_STREQ("automation_trigger automation.x user:anna -", last_event());
	ATF_REQUIRE_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_OK);
	ATF_CHECK_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_NOT_FOUND);
}

static int64_t
run_of(const struct automation *r, const char *status)
{
	struct store_trace piece = { .data = "D", .len = 1 };
	struct run run = { .automation = r->row, .status = status, .position = "[1]", .started = tx.now_ms };

	ATF_REQUIRE_EQ(run_put(&tx, &run, &piece), RC_OK);
	return run.id;
}

static int
prune(enum store_prune_kind kind, int64_t before)
{
	int n = 0;

	ATF_REQUIRE_EQ(store_prune_rows(&tx, kind, before, 100, &n), RC_OK);
	return n;
}

ATF_TC_WITHOUT_HEAD(delete__what_it_did_stays);
ATF_TC_BODY(delete__what_it_did_stays, tc)
{
	struct automation r, again, y;
	int64_t open, late;
	struct run run;

	open_house();
	ATF_REQUIRE_EQ(add(rule_of("x"), &r), RC_OK);
	open = run_of(&r, "running");
	tx.now_ms = NOW + 5;
	ATF_REQUIRE_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_OK);
	ATF_CHECK_EQ(store_run_get(db, open, arena, &run), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(add(rule_of("y"), &y), RC_OK);
	ATF_CHECK(y.row != r.row);
	/* an engine that has not heard of it yet begins another one */
	late = run_of(&r, "running");
	ATF_REQUIRE_EQ(add(rule_of("x"), &again), RC_OK);
	ATF_CHECK_EQ(again.row, r.row);
	ATF_CHECK_EQ(again.created, NOW + 5);
	ATF_REQUIRE_EQ(store_run_get(db, open, arena, &run), RC_OK);
	ATF_CHECK_STREQ(run.status, "stopped");
	ATF_CHECK_STREQ(run.reason, "the rule was removed");
	ATF_CHECK_EQ(run.ended, NOW + 5);
	ATF_REQUIRE_EQ(store_run_get(db, late, arena, &run), RC_OK);
	ATF_CHECK_STREQ(run.status, "stopped");
	ATF_CHECK(!store_run_is_open(db, r.row));
}

ATF_TC_WITHOUT_HEAD(delete__what_it_did_ages);
ATF_TC_BODY(delete__what_it_did_ages, tc)
{
	struct automation r;

	open_house();
	ATF_REQUIRE_EQ(add(rule_of("x"), &r), RC_OK);
	run_of(&r, "running");
	ATF_CHECK_EQ(prune(PRUNE_RUNS, NOW + 1), 0);
	ATF_REQUIRE_EQ(automation_edit_delete(&tx, "x", arena, &fault), RC_OK);
	tx.now_ms = NOW + 1;
	run_of(&r, "running");
	ATF_CHECK_EQ(prune(PRUNE_RULES, NOW + 9), 0);
	ATF_CHECK_EQ(store_automation_gone_created(db, "x", false), NOW);
	ATF_CHECK_EQ(store_automation_gone_created(db, "x", true), 0);
	ATF_CHECK_EQ(prune(PRUNE_RUNS, NOW + 9), 2);
	ATF_CHECK_EQ(prune(PRUNE_RULES, NOW), 0);
	ATF_CHECK_EQ(prune(PRUNE_RULES, NOW + 9), 1);
	ATF_CHECK_EQ(store_automation_gone_created(db, "x", false), 0);
}

/* A code in a rule is for those who may change the rule. */
ATF_TC_WITHOUT_HEAD(write__codes_are_not_for_all);
ATF_TC_BODY(write__codes_are_not_for_all, tc)
{
	struct buf b = { 0 };
	struct jsw w = jsw_to(&b);
	struct automation r;

	open_house();
	ATF_REQUIRE_EQ_MSG(add(rule_with("Leave", "\"actions\":[{\"delay\":1},"
	    "{\"action\":\"lock.unlock\",\"entity_id\":\"lock.x\",\"data\":"
	    "{\"code\":\"4711\"}},{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\"},"
	    "{\"action\":\"alarm_control_panel.alarm_disarm\",\"entity_id\":\"alarm_control_panel.x\","
	    "\"data\":{\"code\":\"4711\"}}]"), &r), RC_OK, "%s", fault.msg);
	automation_edit_write(&w, NULL, &r, false);
	ATF_CHECK_MSG(strstr(buf_str(&b), "4711") == NULL, "%s", buf_str(&b));
	ATF_CHECK_MSG(strstr(buf_str(&b), "[{\"delay\":1},{\"action\":\"lock.unlock\",\"entity_id\":\"lock.x\","
	    "\"data\":{\"code\":\"***\"}},{\"action\":\"light.turn_on\",\"entity_id\":\"light.x\"},") != NULL,
	    "%s", buf_str(&b));
	buf_reset(&b);
	w = jsw_to(&b);
	automation_edit_write(&w, NULL, &r, true);
	ATF_CHECK(strstr(buf_str(&b), "4711") != NULL);
	buf_free(&b);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, add__id_from_name);
	ATF_TP_ADD_TC(tp, add__nothing_that_cannot_run);
	ATF_TP_ADD_TC(tp, add__says_what_was_meant);
	ATF_TP_ADD_TC(tp, change__part_by_part);
	ATF_TP_ADD_TC(tp, change__null_takes_away);
	ATF_TP_ADD_TC(tp, trigger__asks_the_engine);
	ATF_TP_ADD_TC(tp, delete__what_it_did_stays);
	ATF_TP_ADD_TC(tp, delete__what_it_did_ages);
	ATF_TP_ADD_TC(tp, write__codes_are_not_for_all);
	return atf_no_error();
}
