/* SPDX-License-Identifier: ISC
 *
 * What a rule is allowed to say and hardly means: each doubt, and rules about which there is none.
 */
#include <atf-c.h>
#include <stdlib.h>

#include "shared/domain/area.h"
#include "shared/domain/automation_fault.h"
#include "shared/domain/registry.h"
#include "tests/lib/house.h"

static struct db *db;
static struct mem_arena *arena;

static void
open_house(void)
{
	struct state off = { .state = "off", .attributes = "{\"brightness\":null,\"effect\":\"fire\"}", .available = true };
	struct state text = { .state = "calm", .attributes = "{}", .available = true };
	struct registry_edit in_hall = { .area_id = "hall" };
	struct fault f = { 0 };
	struct entity_state e;
	struct conf *conf;
	struct area area;
	struct tx tx;

	arena = mem_arena_new(4096);
	db = house_new(&conf);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = 1 };
	house_entity(&tx, "light.x", "{\"supported_color_modes\":[\"brightness\"]}");
	house_entity(&tx, "binary_sensor.door", "{}");
	house_entity(&tx, "sensor.mood", "{}");
	house_entity(&tx, "sensor.heat", "{}");
	ATF_REQUIRE_EQ(store_entity_get(db, "light.x", arena, &e), RC_OK);
	ATF_REQUIRE_EQ(store_state_put(&tx, e.entity.row, &off), RC_OK);
	ATF_REQUIRE_EQ(store_entity_get(db, "sensor.mood", arena, &e), RC_OK);
	ATF_REQUIRE_EQ(store_state_put(&tx, e.entity.row, &text), RC_OK);
	ATF_REQUIRE_EQ(area_add(&tx, &(struct area_edit){ .name = "Hall" }, arena, &area, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(registry_edit_entity(&tx, "light.x", &in_hall, arena, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

/* "place: message" of each, in lines. */
static void
doubts(const char *members, const char *want)
{
	char *text = mem_xprintf("{\"name\":\"x\",%s}", members);
	struct buf b = { 0 }, said = { 0 };
	struct jsw w = jsw_to(&b);
	struct js *config, *list;
	size_t i;

	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &config, NULL), RC_OK, "%s", text);
	jsw_array(&w, NULL);
	automation_doubts(db, config, false, true, arena, &w);
	jsw_end(&w);
	ATF_REQUIRE_EQ(js_parse(buf_str(&b), b.len, JS_STRICT, &list, NULL), RC_OK);
	for (i = 0; i < js_size(list); i++)
		buf_printf(&said, "%s%s: %s", i > 0 ? "\n" : "", js_get_string(js_at(list, i), "place"),
		    js_get_string(js_at(list, i), "message"));
	ATF_CHECK_STREQ(want, buf_str(&said));
	js_free(list);
	js_free(config);
	buf_free(&said);
	buf_free(&b);
	free(text);
}

#define STATE(more) "\"triggers\":[{\"trigger\":\"state\",\"entity_id\":" more "}]"
#define ACTION(more) "\"actions\":[{\"action\":" more "}]"

ATF_TC_WITHOUT_HEAD(states__that_never_are);
ATF_TC_BODY(states__that_never_are, tc)
{
	open_house();
	doubts(STATE("\"light.x\",\"to\":\"onn\""), "triggers[0].to: light.x is never \"onn\"; did you mean \"on\"?");
	doubts("\"triggers\":{\"platform\":\"state\",\"entity_id\":[\"sensor.mood\",\"binary_sensor.door\"],\"not_to\":\"opened\"}",
	    "triggers.not_to: binary_sensor.door is never \"opened\"");
	doubts("\"actions\":[{\"if\":[{\"condition\":\"state\",\"entity_id\":\"light.x\",\"state\":[\"on\",\"of\"]}],\"then\":[]}]",
	    "actions[0].if[0].state: light.x is never \"of\"; did you mean \"off\"?");
	doubts(STATE("[\"light.x\",\"binary_sensor.door\"],\"from\":[\"unavailable\",\"unknown\"],\"to\":\"on\""), "");
	doubts(STATE("\"sensor.mood\",\"to\":\"onn\""), "");
	doubts(STATE("\"light.x\",\"attribute\":\"effect\",\"to\":\"fire\""), "");
	doubts(STATE("\"light.x\",\"to\":\"onn\",\"enabled\":false"), "");
}

ATF_TC_WITHOUT_HEAD(numbers__and_attributes);
ATF_TC_BODY(numbers__and_attributes, tc)
{
	open_house();
#define NUMBER(more) "\"conditions\":{\"condition\":\"numeric_state\",\"above\":3,\"entity_id\":" more "}"
	doubts(NUMBER("\"sensor.mood\""), "conditions.entity_id: sensor.mood is no number: it is calm");
	doubts(NUMBER("[\"binary_sensor.door\"]"), "conditions.entity_id: binary_sensor.door is no number");
	doubts(NUMBER("\"sensor.heat\""), "");
	doubts(NUMBER("\"light.x\",\"attribute\":\"brightness\""), "");
	doubts(NUMBER("\"light.x\",\"attribute\":\"brightnes\""),
	    "conditions.attribute: light.x has no attribute \"brightnes\"; did you mean \"brightness\"?");
	doubts(NUMBER("\"light.x\",\"attribute\":\"power_now\""), "");
}

ATF_TC_WITHOUT_HEAD(rule__and_its_services);
ATF_TC_BODY(rule__and_its_services, tc)
{
	open_house();
	doubts(ACTION("\"lock.lock\",\"target\":{\"area_id\":\"hall\"}"),
	    "actions[0].target.area_id: nothing of \"hall\" has the service lock.lock");
	doubts(ACTION("\"lock.lock\",\"target\":{\"area_id\":\"hall\"},\"where_possible\":true"), "");
	doubts(ACTION("\"light.turn_on\",\"target\":{\"area_id\":[\"hall\"]}"), "");
	doubts(ACTION("\"light.turn_on\",\"target\":{\"area_id\":[\"hall\"]},\"data\":{\"brightness_pct\":50,"
	    "\"hs_color\":\"{{ [1, 2] }}\"}"), "actions[0].target.area_id: nothing of \"hall\" takes all of it: light.x: "
	    "this light has no colours (hs_color)");
	doubts(ACTION("\"light.turn_on\",\"target\":{\"area_id\":[\"hall\"]},\"data\":{\"brightness_pct\":50}"), "");
	doubts(ACTION("\"homeassistant.toggle\",\"target\":{\"area_id\":[\"hall\"]}"), "");
	doubts(ACTION("\"lock.lock\",\"target\":{\"area_id\":\"nowhere\"}"), "");
	doubts("\"actions\":[{\"if\":[],\"then\":[]}]", "actions[0].if: there is no condition: what stands under then is "
	    "always done");
	doubts("\"max\":5", "max: it has no meaning when the mode is single: one runs at a time");
	doubts("\"max\":5,\"mode\":\"queued\"", "");
#define ASKS(id) "\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"e\",\"id\":\"first\"},{\"trigger\":\"event\"}]," \
	"\"conditions\":[{\"condition\":\"trigger\",\"id\":" id "}]"
	doubts(ASKS("[\"first\",\"1\"]"), "");
	doubts(ASKS("\"frist\""), "conditions[0].id: no trigger has the id \"frist\"; did you mean \"first\"?");
	doubts(ASKS("\"2\""), "conditions[0].id: no trigger has the id \"2\"");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, states__that_never_are);
	ATF_TP_ADD_TC(tp, numbers__and_attributes);
	ATF_TP_ADD_TC(tp, rule__and_its_services);
	return atf_no_error();
}
