/* SPDX-License-Identifier: ISC
 *
 * Automations: what compiles and what does not, when triggers fire, what conditions say, how a run steps.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/event.h"

static struct js *
parse(const char *text)
{
	struct js *v = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(RC_OK, js_parse(text, strlen(text), JS_STRICT, &v, &f), "%s", f.msg);
	return v;
}

static struct rule *
compile(const char *text)
{
	struct js *v = parse(text);
	struct rule *r = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(RC_OK, automation_compile(v, &r, &f), "%s: %s", f.field, f.msg);
	js_free(v);
	return r;
}

/* An entity without a device family behind it: state comes by hand. */
static struct live *
entity(struct house *h, int64_t row, const char *id, const char *state)
{
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id,
		    .domain = strncmp(id, "switch.", 7) == 0 ? "switch" : "sensor",
		    .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{}", .available = true, .last_changed = 1000,
		    .last_updated = 1000 },
	};

	return house_put(h, &es);
}

static enum trigger_verdict
report(struct live *l, const struct rule *r, const char *state)
{
	struct report rep = { .has_state = true, .state = state };
	enum trigger_verdict v = TRIGGER_NO;
	struct house_change c;

	if (house_apply(l, &rep, 2000, &c))
		v = r->triggers[0].ops->judge(&r->triggers[0], &c, &(struct rule_context){ 0 });
	house_change_free(&c);
	return v;
}

#define ACTIONS "\"actions\":[{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"switch.a\"}}]"
#define TRIGGER "\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"sensor.a\"}]"

/* What the first trigger of a rule says to something that happened. */
static enum trigger_verdict
happened(const char *trigger, int event, const char *data)
{
	char text[400];
	struct rule *r;
	struct js *o = parse(data);
	struct house_change c = { .event = event, .data = o };
	enum trigger_verdict v;

	snprintf(text, sizeof(text), "{\"name\":\"x\",\"triggers\":[%s]," ACTIONS "}", trigger);
	r = compile(text);
	v = r->triggers[0].ops->judge(&r->triggers[0], &c, &(struct rule_context){ 0 });
	automation_free(r);
	js_free(o);
	return v;
}

#define PRESSED "{\"type\":\"action\",\"subtype\":\"single\",\"device_id\":\"remote\"}"
#define DEVICE "{\"trigger\":\"device\",\"device_id\":\"remote\""

ATF_TC_WITHOUT_HEAD(device__type_and_subtype);
ATF_TC_BODY(device__type_and_subtype, tc)
{
	struct rule *r = compile("{\"name\":\"x\",\"triggers\":[" DEVICE "}]," ACTIONS "}");

	ATF_CHECK_EQ(r->triggers[0].entities.n, 1);
	ATF_CHECK_STREQ(r->triggers[0].entities.ids[0], "device.remote");
	automation_free(r);
	ATF_CHECK_EQ(happened(DEVICE "}", EVENT_DEVICE_TRIGGER, PRESSED), TRIGGER_YES);
	ATF_CHECK_EQ(happened(DEVICE ",\"type\":\"action\",\"subtype\":\"single\"}", EVENT_DEVICE_TRIGGER,
	    PRESSED), TRIGGER_YES);
	ATF_CHECK_EQ(happened(DEVICE ",\"subtype\":\"double\"}", EVENT_DEVICE_TRIGGER, PRESSED), TRIGGER_NO);
	ATF_CHECK_EQ(happened(DEVICE ",\"type\":\"hold\"}", EVENT_DEVICE_TRIGGER, PRESSED), TRIGGER_NO);
	ATF_CHECK_EQ(happened(DEVICE "}", EVENT_TAG_SCANNED, PRESSED), TRIGGER_NO);
	ATF_CHECK_EQ(happened(DEVICE ",\"type\":\"a\"}", EVENT_DEVICE_TRIGGER, "{}"), TRIGGER_NO);
}

#define TAG "{\"trigger\":\"tag\",\"tag_id\":[\"7\",8]"

ATF_TC_WITHOUT_HEAD(tag__of_a_reader);
ATF_TC_BODY(tag__of_a_reader, tc)
{
	struct rule *r = compile("{\"name\":\"x\",\"triggers\":[" TAG "}]," ACTIONS "}");

	ATF_CHECK_EQ(r->triggers[0].entities.n, 2);
	ATF_CHECK_STREQ(r->triggers[0].entities.ids[1], "tag.8");
	automation_free(r);
	ATF_CHECK_EQ(happened(TAG "}", EVENT_TAG_SCANNED, "{\"tag_id\":\"7\"}"), TRIGGER_YES);
	ATF_CHECK_EQ(happened(TAG ",\"device_id\":\"door\"}", EVENT_TAG_SCANNED,
	    "{\"tag_id\":\"7\",\"device_id\":\"door\"}"), TRIGGER_YES);
	ATF_CHECK_EQ(happened(TAG ",\"device_id\":\"door\"}", EVENT_TAG_SCANNED, "{\"tag_id\":\"7\"}"),
	    TRIGGER_NO);
	ATF_CHECK_EQ(happened(TAG "}", 0, "{}"), TRIGGER_NO);
}

ATF_TC_WITHOUT_HEAD(compile__faults_name_the_place);
ATF_TC_BODY(compile__faults_name_the_place, tc)
{
	static const struct {
		const char *text, *field;
	} bad[] = {
		{ "{}", "name" },
		{ "{\"name\":\"x\"," ACTIONS "}", "triggers" },
		{ "{\"name\":\"x\",\"triggers\":[]," ACTIONS "}", "triggers" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[],\"mode\":\"single\"}", "actions" },
		{ "{\"name\":\"x\"," TRIGGER "," ACTIONS ",\"mode\":\"never\"}", "mode" },
		{ "{\"name\":\"x\"," TRIGGER "," ACTIONS ",\"colour\":1}", "colour" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"moon\"}]," ACTIONS "}", "triggers[0].trigger" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"Kitchen\"}]," ACTIONS "}",
		    "triggers[0].entity_id" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"for\":\"soon\"}],"
		    ACTIONS "}", "triggers[0].for" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\"}]," ACTIONS "}",
		    "triggers[0].above" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":5,"
		    "\"below\":4}]," ACTIONS "}", "triggers[0].above" },
		{ "{\"name\":\"x\"," TRIGGER ",\"conditions\":[{\"condition\":\"numeric_state\",\"entity_id\":\"a.b\","
		    "\"above\":10,\"below\":5}]," ACTIONS "}", "conditions[0].above" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"time\",\"at\":\"25:00\"}]," ACTIONS "}",
		    "triggers[0].at" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"device\",\"type\":\"a\"}]," ACTIONS "}",
		    "triggers[0].device_id" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"device\",\"device_id\":\"d\",\"domain\":\"zha\"}],"
		    ACTIONS "}", "triggers[0].domain" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"tag\",\"tag_id\":[]}]," ACTIONS "}",
		    "triggers[0].tag_id" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"action\":\"turn_on\"}]}", "actions[0].action" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"action\":\"light.turn_on\"}]}", "actions[0].target" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"action\":\"light.fly\",\"entity_id\":"
		    "\"light.a\"}]}", "actions[0].action" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"action\":\"homeassistant.fly\",\"entity_id\":"
		    "\"light.a\"}]}", "actions[0].action" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"action\":\"switch.turn_on\",\"entity_id\":"
		    "[\"switch.a\",\"light.a\"]}]}", "actions[0].target" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"delay\":1},{\"delay\":-1}]}", "actions[1].delay" },
		{ "{\"name\":\"x\"," TRIGGER ",\"actions\":[{\"sing\":1}]}", "actions[0]" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"for\":\"-1:00:00\"}],"
		    ACTIONS "}", "triggers[0].for" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"to\":[\"on\",{}]}],"
		    ACTIONS "}", "triggers[0].to[1]" },
		{ "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"time\",\"at\":\"07:00\",\"weekday\":[\"mon\",\"day\"]}],"
		    ACTIONS "}", "triggers[0].weekday[1]" },
		{ "{\"name\":\"x\"," TRIGGER "," ACTIONS ",\"conditions\":[{\"condition\":\"state\","
		    "\"entity_id\":\"a.b\"}]}", "conditions[0].state" },
	};
	struct rule *r = NULL;
	struct fault f;
	struct js *v;
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		v = parse(bad[i].text);
		ATF_CHECK_MSG(automation_compile(v, &r, &f) != RC_OK, "%s", bad[i].text);
		ATF_CHECK_STREQ_MSG(bad[i].field, f.field, "%s: %s", bad[i].text, f.msg);
		ATF_CHECK_MSG(*f.msg != '\0', "%s", bad[i].text);
		js_free(v);
	}
}

ATF_TC_WITHOUT_HEAD(state__from_to_and_repeats);
ATF_TC_BODY(state__from_to_and_repeats, tc)
{
	struct rule *r = compile("{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":"
	    "[\"sensor.a\"],\"from\":\"off\",\"to\":[\"on\",\"open\"]}]," ACTIONS "}");
	struct house h = { 0 };
	struct live *l = entity(&h, 1, "sensor.a", "off");

	(void)tc;
	ATF_CHECK_EQ(TRIGGER_YES, report(l, r, "on"));
	ATF_CHECK_EQ(TRIGGER_NO, report(l, r, "on"));		/* no change */
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, "open"));	/* to fits, from does not */
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, "off"));
	ATF_CHECK_EQ(TRIGGER_YES, report(l, r, "open"));
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, NULL));
	automation_free(r);
	house_free(&h);
}

ATF_TC_WITHOUT_HEAD(numeric__fires_on_crossing_only);
ATF_TC_BODY(numeric__fires_on_crossing_only, tc)
{
	struct rule *r = compile("{\"name\":\"x\",\"triggers\":[{\"trigger\":\"numeric_state\","
	    "\"entity_id\":\"sensor.a\",\"above\":20,\"below\":30}]," ACTIONS "}");
	struct house h = { 0 };
	struct live *l = entity(&h, 1, "sensor.a", "19.5");

	(void)tc;
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, "20"));		/* above means above */
	ATF_CHECK_EQ(TRIGGER_YES, report(l, r, "20.1"));
	ATF_CHECK_EQ(TRIGGER_NO, report(l, r, "25"));
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, "30"));
	ATF_CHECK_EQ(TRIGGER_OFF, report(l, r, "warm"));
	ATF_CHECK_EQ(TRIGGER_YES, report(l, r, "29.9"));
	automation_free(r);
	house_free(&h);
}

ATF_TC_WITHOUT_HEAD(conditions__say_which_one_fails);
ATF_TC_BODY(conditions__say_which_one_fails, tc)
{
	struct rule *r = compile("{\"name\":\"x\"," TRIGGER "," ACTIONS ",\"conditions\":["
	    "{\"condition\":\"state\",\"entity_id\":\"sensor.a\",\"state\":\"on\",\"for\":10},"
	    "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.b\",\"below\":10}]}");
	struct house h = { 0 };
	struct rule_context x = { .house = &h, .now_ms = 20000 };
	struct buf why = { 0 };

	(void)tc;
	ATF_CHECK(!rule_hold(&r->conditions, &x, &why));
	ATF_CHECK_STREQ("sensor.a does not exist", buf_str(&why));
	buf_reset(&why);
	entity(&h, 1, "sensor.a", "on");
	x.now_ms = 10999;
	ATF_CHECK(!rule_hold(&r->conditions, &x, &why));
	ATF_CHECK_STREQ("sensor.a is on only for 9 s", buf_str(&why));
	buf_reset(&why);
	entity(&h, 2, "sensor.b", "12");
	x.now_ms = 11000;
	ATF_CHECK(!rule_hold(&r->conditions, &x, &why));
	ATF_CHECK_STREQ("sensor.b is 12, not below 10", buf_str(&why));
	automation_free(r);
	house_free(&h);
	buf_free(&why);
}

static void
asked_about(const char *id, const char *what_started, bool holds, const char *text)
{
	struct mem_arena *a = mem_arena_new(256);
	struct rule *r = compile(mem_printf(a, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"webhook\",\"webhook_id\":\"q\"}],"
	    ACTIONS ",\"conditions\":[{\"condition\":\"trigger\",\"id\":\"%s\"}]}", id));
	struct rule_context x = { .now_ms = 1 };
	struct js *variables = NULL;
	struct buf why = { 0 };

	ATF_REQUIRE_EQ(js_parse(what_started, strlen(what_started), JS_STRICT, &variables, NULL), RC_OK);
	x.variables = variables;
	ATF_CHECK_EQ(rule_hold(&r->conditions, &x, &why), holds);
	ATF_CHECK_STREQ(text, buf_str(&why));
	buf_free(&why);
	js_free(variables);
	automation_free(r);
	mem_arena_free(a);
}

ATF_TC_WITHOUT_HEAD(condition_trigger__says_what_started_it);
ATF_TC_BODY(condition_trigger__says_what_started_it, tc)
{
	(void)tc;
	asked_about("nope", "{\"trigger\":null}", false, "it was started by hand");
	asked_about("nope", "{\"trigger\":{\"platform\":\"webhook\",\"id\":0,\"idx\":0}}", false,
	    "it was started by trigger 0 (webhook), which has no id of its own");
	asked_about("nope", "{\"trigger\":{\"platform\":\"webhook\",\"id\":\"bell\",\"idx\":0}}", false,
	    "it was started by bell");
	asked_about("bell", "{\"trigger\":{\"platform\":\"webhook\",\"id\":\"bell\",\"idx\":0}}", true, "");
	asked_about("1", "{\"trigger\":{\"platform\":\"webhook\",\"id\":1,\"idx\":1}}", true, "");
}

ATF_TC_WITHOUT_HEAD(house__applies_only_what_differs);
ATF_TC_BODY(house__applies_only_what_differs, tc)
{
	struct house h = { 0 };
	struct live *l = entity(&h, 1, "sensor.a", "on");
	struct report r = { .has_state = true, .state = "on", .n_attributes = 1 };
	struct house_change c;

	(void)tc;
	r.attributes[0] = (struct report_attribute){ "brightness", js_new_int(10) };
	ATF_CHECK(house_apply(l, &r, 2000, &c));
	ATF_CHECK(!c.state && c.attributes);
	ATF_CHECK_EQ(10, js_int(js_get(c.changed, "brightness"), 0));
	ATF_CHECK_EQ(1000, l->last_changed);
	ATF_CHECK_EQ(2000, l->last_updated);
	house_change_free(&c);
	r = (struct report){ .has_state = true, .state = "on", .n_attributes = 1 };
	r.attributes[0] = (struct report_attribute){ "brightness", js_new_int(10) };
	ATF_CHECK(!house_apply(l, &r, 3000, &c));
	house_change_free(&c);
	r = (struct report){ .n_attributes = 1 };
	r.attributes[0] = (struct report_attribute){ "brightness", NULL };
	ATF_CHECK(house_apply(l, &r, 4000, &c));
	ATF_CHECK(js_is_null(js_get(c.changed, "brightness")));
	ATF_CHECK(js_get(house_attributes(l), "brightness") == NULL);
	house_change_free(&c);
	house_free(&h);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, compile__faults_name_the_place);
	ATF_TP_ADD_TC(tp, device__type_and_subtype);
	ATF_TP_ADD_TC(tp, tag__of_a_reader);
	ATF_TP_ADD_TC(tp, state__from_to_and_repeats);
	ATF_TP_ADD_TC(tp, numeric__fires_on_crossing_only);
	ATF_TP_ADD_TC(tp, conditions__say_which_one_fails);
	ATF_TP_ADD_TC(tp, condition_trigger__says_what_started_it);
	ATF_TP_ADD_TC(tp, house__applies_only_what_differs);
	return atf_no_error();
}
