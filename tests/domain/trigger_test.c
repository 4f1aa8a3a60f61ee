/* SPDX-License-Identifier: ISC
 *
 * Triggers of what is away, who is where, what the broker and the world outside say.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/event.h"
#include "shared/domain/firing.h"
#include "shared/domain/rule_words.h"
#include "shared/domain/webhook.h"
#include "shared/domain/zone.h"

static struct mem_arena *arena;
static struct template_scratch *scratch;
static struct js *variables;	/* that conditions see */

static struct js *
parse(const char *text)
{
	struct js *v = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(RC_OK, js_parse(text, strlen(text), JS_STRICT, &v, &f), "%s: %s", text, f.msg);
	return v;
}

static void
set_up(void)
{
	arena = mem_arena_new(4096);
	scratch = template_scratch_new();
}

static void
tear_down(void)
{
	mem_arena_free(arena);
	template_scratch_free(scratch);
}

static void
drop(void *v)
{
	js_free(v);
}

/* "" or "field: what is wrong with it". */
static const char *
compile(const char *text, struct trigger *t)
{
	static char wrong[600];
	struct fault f = { 0 };
	struct js *v = parse(text);

	mem_arena_defer(arena, drop, v);
	*wrong = '\0';
	if (rule_trigger(v, arena, t, &f) != RC_OK)
		snprintf(wrong, sizeof(wrong), "%s: %s", f.field, f.msg);
	return wrong;
}

static struct trigger
trigger(const char *text)
{
	struct trigger t;

	ATF_REQUIRE_STREQ(compile(text, &t), "");
	return t;
}

static struct live *
entity(struct house *h, const char *id, const char *state)
{
	struct entity_state es = {
		.entity = { .row = 1, .entity_id = id, .domain = mem_strndup(arena, id, strcspn(id, ".")),
		    .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{}", .available = true, .last_changed = 1000,
		    .last_updated = 1000 },
	};

	return house_put(h, &es);
}

/* What the trigger says to a report, '-' when nothing changed: 'y'es, 'n'o, 'o'ff. */
static char
reported(const struct trigger *t, struct live *l, struct report *r)
{
	struct house_change c;
	char answer = '-';

	if (house_apply(l, r, 2000, &c))
		answer = "nyo"[t->ops->judge(t, &c, &(struct rule_context){ 0 })];
	house_change_free(&c);
	return answer;
}

static char
says(const struct trigger *t, struct live *l, const char *state)
{
	return reported(t, l, &(struct report){ .has_state = true, .state = state });
}

static char
available(const struct trigger *t, struct live *l, bool yes)
{
	return reported(t, l, &(struct report){ .has_available = true, .available = yes });
}

/* force: the state is reported as well, the same again. */
static char
dimmed(const struct trigger *t, struct live *l, int brightness, bool force)
{
	struct report r = { .n_attributes = 1, .has_state = force, .force = force, .state = mem_strdup(arena, l->state) };

	r.attributes[0] = (struct report_attribute){ "brightness", js_new_int(brightness) };
	return reported(t, l, &r);
}

/* What it says to something that happened. */
static char
happened(const char *text, int kind, const char *data)
{
	struct trigger t = trigger(text);
	struct js *v = parse(data);
	struct house_change c = { .event = kind, .data = v };
	struct rule_context x = { .scratch = scratch };
	char answer = "nyo"[t.ops->judge(&t, &c, &x)];

	js_free(v);
	return answer;
}

ATF_TC_WITHOUT_HEAD(state__away_counts_for_those_who_name_it);
ATF_TC_BODY(state__away_counts_for_those_who_name_it, tc)
{
	struct trigger any, on, gone, back;
	struct house h = { 0 };
	struct js *v;
	struct live *l;

	set_up();
	l = entity(&h, "light.a", "on");
	any = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\"}");
	on = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\",\"to\":\"on\"}");
	gone = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\",\"to\":\"unavailable\",\"for\":60}");
	back = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\",\"from\":\"unavailable\",\"to\":\"on\"}");
	ATF_CHECK_EQ(available(&any, l, false), 'n');
	ATF_CHECK_EQ(available(&on, l, true), 'n');
	ATF_CHECK_EQ(available(&gone, l, false), 'y');
	/* it keeps what it holds while more is heard of somebody who is away */
	ATF_CHECK_EQ(says(&gone, l, "off"), 'n');
	ATF_CHECK_EQ(available(&gone, l, true), 'o');
	ATF_CHECK_EQ(available(&gone, l, false), 'y');
	ATF_CHECK_EQ(available(&back, l, true), 'o');	/* but off */
	ATF_CHECK_EQ(says(&back, l, "on"), 'o');	/* but not from there */
	available(&back, l, false);
	ATF_CHECK_EQ(available(&back, l, true), 'y');
	v = rule_trigger_variable(&back, 0, &(struct house_change){ .live = l, .available = true }, 1000);
	ATF_CHECK_STREQ(js_get_string(js_get(v, "from_state"), "state"), "unavailable");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "to_state"), "state"), "on");
	js_free(v);
	house_free(&h);
	tear_down();
}

/* What had to hold on is told as it was when that began. */
ATF_TC_WITHOUT_HEAD(variable__of_what_held);
ATF_TC_BODY(variable__of_what_held, tc)
{
	struct report r = { .has_state = true, .state = "1", .n_attributes = 1 };
	struct house_change c, later;
	struct house h = { 0 };
	struct trigger t;
	struct js *held, *v;
	struct live *l;

	(void)tc;
	set_up();
	l = entity(&h, "sensor.a", "300");
	t = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"below\":5,\"for\":9}");
	r.attributes[0] = (struct report_attribute){ "phase", js_new_string("spin") };
	ATF_REQUIRE(house_apply(l, &r, 2000, &c));
	held = rule_change_held(&c);
	house_change_free(&c);
	dimmed(&t, l, 7, false);
	says(&t, l, "2");
	later = (struct house_change){ .live = l, .held = held, .now_ms = 9000 };
	v = rule_trigger_variable(&t, 0, &later, 9000);
	ATF_CHECK_STREQ(js_get_string(js_get(v, "from_state"), "state"), "300");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "to_state"), "state"), "1");
	ATF_CHECK_STREQ(js_get_string(js_get(js_get(v, "to_state"), "attributes"), "phase"), "spin");
	ATF_CHECK(js_get(js_get(js_get(v, "to_state"), "attributes"), "brightness") == NULL);
	ATF_CHECK(js_get(js_get(js_get(v, "from_state"), "attributes"), "phase") == NULL);
	ATF_CHECK(rule_change_held(NULL) == NULL);
	js_free(v);
	js_free(held);
	house_free(&h);
	tear_down();
}

/* Attributes count for those who say nothing of states. */
ATF_TC_WITHOUT_HEAD(state__bare_ones_hear_attributes);
ATF_TC_BODY(state__bare_ones_hear_attributes, tc)
{
	static const struct { const char *rest; char attribute, state, forced; } all[] = {
		{ "", 'y', 'y', 'y' }, { ",\"alias\":\"x\"", 'y', 'y', 'y' }, { ",\"to\":null", 'n', 'y', 'n' },
		{ ",\"from\":null", 'n', 'y', 'n' }, { ",\"not_to\":null", 'n', 'y', 'n' },
		{ ",\"to\":\"b\"", 'n', 'y', 'n' }, { ",\"not_from\":\"x\"", 'n', 'y', 'n' }, { ",\"for\":5", 'n', 'y', 'n' },
		{ ",\"attribute\":\"other\"", 'n', 'n', 'n' }
	};
	struct house h = { 0 };
	char text[200];
	struct trigger t;
	struct live *l;
	size_t i;
	int n = 0;

	(void)tc;
	set_up();
	l = entity(&h, "light.a", "a");
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		snprintf(text, sizeof(text), "{\"trigger\":\"state\",\"entity_id\":\"light.a\"%s}", all[i].rest);
		t = trigger(text);
		says(&t, l, "a");
		ATF_CHECK_EQ_MSG(dimmed(&t, l, ++n, false), all[i].attribute, "%s", text);
		ATF_CHECK_EQ_MSG(dimmed(&t, l, n, false), '-', "%s", text);
		ATF_CHECK_EQ_MSG(dimmed(&t, l, ++n, true), all[i].forced, "%s", text);
		ATF_CHECK_EQ_MSG(says(&t, l, "b"), all[i].state, "%s", text);
		available(&t, l, false);
		ATF_CHECK_EQ_MSG(dimmed(&t, l, ++n, false), 'n', "%s", text);
		available(&t, l, true);
	}
	house_free(&h);
	tear_down();
}

/* What is heard of somebody who is away is news when it is back. */
ATF_TC_WITHOUT_HEAD(state__is_news_when_it_is_back);
ATF_TC_BODY(state__is_news_when_it_is_back, tc)
{
	struct trigger any, on, from_off, below, name;
	struct house h = { 0 };
	struct live *l;

	(void)tc;
	set_up();
	l = entity(&h, "sensor.a", "50");
	any = trigger("{\"trigger\":\"state\",\"entity_id\":\"sensor.a\"}");
	on = trigger("{\"trigger\":\"state\",\"entity_id\":\"sensor.a\",\"to\":\"10\"}");
	from_off = trigger("{\"trigger\":\"state\",\"entity_id\":\"sensor.a\",\"from\":\"50\",\"to\":\"10\"}");
	name = trigger("{\"trigger\":\"state\",\"entity_id\":\"sensor.a\",\"from\":\"unavailable\",\"to\":\"10\"}");
	below = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"below\":20}");
	struct { const struct trigger *t; char back, again; } all[] = {
		{ &any, 'y', 'n' }, { &on, 'y', 'n' }, { &from_off, 'o', 'n' }, { &name, 'y', 'y' }, { &below, 'y', 'n' } };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		says(all[i].t, l, "50");
		available(all[i].t, l, false);
		ATF_CHECK(!house_changed_away(l));
		ATF_CHECK_EQ_MSG(says(all[i].t, l, "10"), 'n', "%zu", i);
		ATF_CHECK(house_changed_away(l));
		ATF_CHECK_EQ(says(all[i].t, l, "10"), '-');
		ATF_CHECK_EQ_MSG(available(all[i].t, l, true), all[i].back, "%zu", i);
		ATF_CHECK(!house_changed_away(l));
		ATF_CHECK_EQ(l->last_changed, 2000);
		/* with the same as before it is no news but to those who name it */
		available(all[i].t, l, false);
		ATF_CHECK_EQ_MSG(available(all[i].t, l, true), all[i].again, "%zu", i);
	}
	/* to go with another state is to go */
	ATF_CHECK_EQ(reported(&below, l, &(struct report){ .has_state = true, .state = "5", .has_available = true }), 'n');
	ATF_CHECK_EQ(available(&below, l, true), 'y');
	house_free(&h);
	tear_down();
}

/* "" when it holds, else why not. */
static const char *
holds(struct house *h, const char *text)
{
	static char said[600];
	struct rule_context x = { .house = h, .now_ms = 5000, .scratch = scratch, .variables = variables };
	struct buf why = { 0 };
	struct fault f = { 0 };
	struct js *v = parse(text);
	struct condition c;

	mem_arena_defer(arena, drop, v);
	*said = '\0';
	if (rule_condition(v, arena, &c, &f) != RC_OK)
		snprintf(said, sizeof(said), "%s: %s", f.field, f.msg);
	else if (!c.ops->holds(&c, &x, &why))
		strlcpy(said, buf_str(&why), sizeof(said));
	buf_free(&why);
	return said;
}

ATF_TC_WITHOUT_HEAD(condition__of_what_is_away);
ATF_TC_BODY(condition__of_what_is_away, tc)
{
	struct house h = { 0 };
	struct live *l;

	set_up();
	l = entity(&h, "light.a", "on");
	l->available = false;
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"state\",\"entity_id\":\"light.a\",\"state\":\"on\"}"),
	    "light.a is unavailable");
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"state\",\"entity_id\":\"light.a\",\"state\":\"unavailable\"}"), "");
	ATF_CHECK(strstr(holds(&h, "{\"condition\":\"state\",\"entity_id\":\"light.a\",\"state\":\"unavailable\","
	    "\"for\":10}"), "for: nobody knows") != NULL);
	house_free(&h);
	tear_down();
}

/* Somebody tells of an event "doorbell" in a house that has an entity event.doorbell. */
ATF_TC_WITHOUT_HEAD(entities__of_a_name_that_something_happens_to);
ATF_TC_BODY(entities__of_a_name_that_something_happens_to, tc)
{
	static const char *const kinds[] = {
		"{\"trigger\":\"state\",\"entity_id\":\"event.doorbell\"}",
		"{\"trigger\":\"state\",\"entity_id\":\"event.doorbell\",\"to\":\"unavailable\"}",
		"{\"trigger\":\"state\",\"entity_id\":\"event.doorbell\",\"attribute\":\"a\"}",
		"{\"trigger\":\"numeric_state\",\"entity_id\":\"event.doorbell\",\"above\":1}",
		"{\"trigger\":\"zone\",\"entity_id\":\"device_tracker.a\",\"zone\":\"zone.home\"}",
	};
	size_t i;

	set_up();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		ATF_CHECK_EQ_MSG(happened(kinds[i], EVENT_CUSTOM, "{\"a\":5}"), 'n', "%s", kinds[i]);
	tear_down();
}

/* As Home Assistant has it. */
ATF_TC_WITHOUT_HEAD(state__any_but_these);
ATF_TC_BODY(state__any_but_these, tc)
{
	struct house h = { 0 };
	struct trigger to, from;
	struct live *l;

	set_up();
	l = entity(&h, "cover.a", "open");
	to = trigger("{\"trigger\":\"state\",\"entity_id\":\"cover.a\",\"not_to\":[\"opening\",\"unavailable\"],\"for\":5}");
	from = trigger("{\"trigger\":\"state\",\"entity_id\":\"cover.a\",\"to\":\"closed\",\"not_from\":\"open\"}");
	ATF_CHECK_EQ(says(&from, l, "closed"), 'o');
	ATF_CHECK_EQ(says(&to, l, "opening"), 'o');
	ATF_CHECK_EQ(says(&from, l, "closed"), 'y');
	ATF_CHECK_EQ(says(&to, l, "open"), 'y');
	ATF_CHECK_EQ(available(&to, l, false), 'n');
	ATF_CHECK_STREQ(compile("{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"to\":\"on\",\"not_to\":\"off\"}", &to),
	    "not_to: does not go with to");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"state\",\"entity_id\":\"a.b\",\"from\":\"on\",\"not_from\":\"off\"}", &to),
	    "not_from: does not go with from");
	house_free(&h);
	tear_down();
}

/* What it says to a report of one attribute. */
static char
attribute(const struct trigger *t, struct live *l, const char *name, const char *value)
{
	struct report r = { 0 };

	adapter_report_put(&r, name, parse(value));
	return reported(t, l, &r);
}

ATF_TC_WITHOUT_HEAD(state__of_an_attribute);
ATF_TC_BODY(state__of_an_attribute, tc)
{
	struct trigger any, heat, up, not, half, on;
	struct house h = { 0 };
	struct live *l;

	set_up();
	l = entity(&h, "climate.a", "auto");
	any = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\"}");
	heat = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\",\"to\":\"heating\"}");
	up = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\","
	    "\"from\":\"idle\",\"to\":[\"heating\",\"drying\"],\"for\":5}");
	not = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\",\"not_to\":\"off\","
	    "\"not_from\":\"unknown\"}");
	half = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"level\",\"to\":[50]}");
	on = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"swing\",\"to\":true}");
	ATF_CHECK_EQ(attribute(&not, l, "hvac_action", "\"idle\""), 'o');
	ATF_CHECK_EQ(attribute(&any, l, "hvac_action", "\"off\""), 'y');
	ATF_CHECK_EQ(attribute(&any, l, "hvac_action", "\"off\""), '-');
	ATF_CHECK_EQ(attribute(&heat, l, "hvac_action", "\"idle\""), 'o');
	ATF_CHECK_EQ(attribute(&heat, l, "fan", "\"heating\""), 'n');
	ATF_CHECK_EQ(attribute(&up, l, "hvac_action", "\"drying\""), 'y');
	ATF_CHECK_EQ(attribute(&up, l, "hvac_action", "\"heating\""), 'o');	/* but not from there */
	ATF_CHECK_EQ(attribute(&not, l, "hvac_action", "\"off\""), 'o');
	ATF_CHECK_EQ(attribute(&not, l, "hvac_action", "\"idle\""), 'y');
	ATF_CHECK_EQ(says(&heat, l, "heating"), 'n');
	ATF_CHECK_EQ(attribute(&half, l, "level", "49.5"), 'o');
	ATF_CHECK_EQ(attribute(&half, l, "level", "50.0"), 'y');
	ATF_CHECK_EQ(attribute(&on, l, "swing", "false"), 'o');
	ATF_CHECK_EQ(attribute(&on, l, "swing", "true"), 'y');
	ATF_CHECK_EQ(attribute(&on, l, "swing", "[1]"), 'o');
	house_free(&h);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(numeric_state__of_an_attribute_that_was_there);
ATF_TC_BODY(numeric_state__of_an_attribute_that_was_there, tc)
{
	struct house h = { 0 };
	struct trigger t;
	struct live *l;

	set_up();
	l = entity(&h, "light.a", "on");
	t = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"light.a\",\"attribute\":\"brightness\",\"above\":100}");
	ATF_CHECK_EQ(attribute(&t, l, "brightness", "120"), 'y');
	ATF_CHECK_EQ(attribute(&t, l, "brightness", "130"), 'n');	/* it was inside already */
	ATF_CHECK_EQ(attribute(&t, l, "brightness", "null"), 'o');
	ATF_CHECK_EQ(attribute(&t, l, "brightness", "90"), 'o');
	ATF_CHECK_EQ(attribute(&t, l, "brightness", "101"), 'y');
	house_free(&h);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(condition__of_an_attribute_and_of_any);
ATF_TC_BODY(condition__of_an_attribute_and_of_any, tc)
{
	static const char heats[] = "{\"condition\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\","
	    "\"state\":[\"heating\",\"7\"]}";
	struct house h = { 0 };
	struct trigger any;
	struct live *l;

	set_up();
	l = entity(&h, "climate.a", "auto");
	any = trigger("{\"trigger\":\"state\",\"entity_id\":\"climate.a\",\"attribute\":\"hvac_action\"}");
	ATF_CHECK_STREQ(holds(&h, heats), "climate.a's hvac_action is unknown");
	attribute(&any, l, "hvac_action", "\"idle\"");
	ATF_CHECK_STREQ(holds(&h, heats), "climate.a's hvac_action is \"idle\"");
	attribute(&any, l, "hvac_action", "7.0");
	ATF_CHECK_STREQ(holds(&h, heats), "");
	ATF_CHECK_MATCH("^for: nobody knows", holds(&h, "{\"condition\":\"state\",\"entity_id\":\"climate.a\","
	    "\"attribute\":\"a\",\"state\":\"b\",\"for\":5}"));
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"state\",\"entity_id\":[\"light.b\",\"climate.a\"],\"match\":\"any\","
	    "\"state\":\"auto\"}"), "");
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"state\",\"entity_id\":[\"light.b\",\"climate.a\"],\"match\":\"any\","
	    "\"state\":\"off\"}"), "light.b does not exist and climate.a is auto");
	ATF_CHECK_MATCH("^match: ", holds(&h, "{\"condition\":\"state\",\"entity_id\":\"climate.a\",\"match\":\"some\","
	    "\"state\":\"off\"}"));
	house_free(&h);
	tear_down();
}

/* What each of those it is about says to a change: "yn" for two of them, "-" when nothing changed. */
struct answers {
	const struct trigger	*t;
	const struct rule_context *x;
	struct buf		 text;
};

static void
answer(const struct house_change *c, void *arg)
{
	struct answers *a = arg;

	buf_printf(&a->text, "%s=%c ", c->live->entity_id, "nyo"[a->t->ops->judge(a->t, c, a->x)]);
}

static const char *
all_say(struct house *h, const struct trigger *t, struct live *l, struct report *r)
{
	struct rule_context x = { .house = h, .scratch = scratch, .now_ms = 2000 };
	struct answers a = { t, &x, { 0 } };
	struct house_change c;

	if (house_apply(l, r, 2000, &c))
		firing_each(t, &c, h, answer, &a);
	house_change_free(&c);
	return buf_keep(&a.text, arena);
}

static const char *
number(struct house *h, const struct trigger *t, struct live *l, const char *state)
{
	return all_say(h, t, l, &(struct report){ .has_state = true, .state = state });
}

static struct live *
sensor(struct house *h, int64_t row, const char *id, const char *state)
{
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id, .domain = mem_strndup(arena, id, strcspn(id, ".")), .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{}", .available = true },
	};

	return house_view(h, &es);
}

ATF_TC_WITHOUT_HEAD(numeric__limit_is_an_entity);
ATF_TC_BODY(numeric__limit_is_an_entity, tc)
{
	struct house h = { 0 };
	struct live *a, *b, *m;
	struct trigger t, both;
	struct js *v;

	(void)tc;
	set_up();
	a = sensor(&h, 1, "sensor.a", "10");
	b = sensor(&h, 2, "sensor.b", "30");
	m = sensor(&h, 3, "sensor.m", "20");
	t = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":[\"sensor.a\",\"sensor.b\"],\"above\":\"sensor.m\"}");
	ATF_CHECK_EQ(t.entities.n, 3);
	ATF_CHECK_STREQ(number(&h, &t, a, "15"), "sensor.a=o ");
	ATF_CHECK_STREQ(number(&h, &t, a, "25"), "sensor.a=y ");
	ATF_CHECK_STREQ(number(&h, &t, a, "26"), "sensor.a=n ");
	ATF_CHECK_STREQ(number(&h, &t, m, "28"), "sensor.a=o sensor.b=n ");
	ATF_CHECK_STREQ(number(&h, &t, m, "5"), "sensor.a=y sensor.b=n ");
	ATF_CHECK_STREQ(number(&h, &t, m, "off"), "sensor.a=o sensor.b=o ");	/* a limit that is no number */
	ATF_CHECK_STREQ(number(&h, &t, a, "99"), "sensor.a=o ");
	ATF_CHECK_STREQ(number(&h, &t, m, "90"), "sensor.a=y sensor.b=o ");
	/* a limit that goes away and comes back starts nothing */
	ATF_CHECK_STREQ(all_say(&h, &t, m, &(struct report){ .has_available = true, .available = false }),
	    "sensor.a=n sensor.b=o ");
	ATF_CHECK_STREQ(all_say(&h, &t, m, &(struct report){ .has_available = true, .available = true }),
	    "sensor.a=n sensor.b=o ");
	/* one may be the limit of another */
	both = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":[\"sensor.a\",\"sensor.b\"],\"above\":1,\"below\":\"sensor.b\"}");
	ATF_CHECK_EQ(both.entities.n, 2);
	ATF_CHECK_STREQ(number(&h, &both, b, "100"), "sensor.b=o sensor.a=y ");
	v = rule_trigger_variable(&both, 0, &(struct house_change){ .live = a, .by = &(struct house_change){ .live = b } },
	    1000);
	ATF_CHECK_STREQ(js_get_string(v, "entity_id"), "sensor.a");
	ATF_CHECK_STREQ(js_get_string(v, "below"), "sensor.b");
	ATF_CHECK_EQ(js_real(js_get(v, "above"), 0), 1);
	ATF_CHECK_STREQ(js_get_string(v, "description"), "numeric state of sensor.a");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "from_state"), "state"), "99");
	js_free(v);
	house_free(&h);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(numeric__number_that_a_template_makes);
ATF_TC_BODY(numeric__number_that_a_template_makes, tc)
{
	struct house h = { 0 };
	struct trigger t, other;
	struct report r;
	struct live *a, *b;

	(void)tc;
	set_up();
	a = sensor(&h, 1, "sensor.a", "1000");
	b = sensor(&h, 2, "sensor.b", "1");
	t = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":2,\"value_template\":"
	    "\"{{ state.state|float / 1000 + state.attributes.get('x', 0) }}\"}");
	ATF_CHECK_EQ(t.entities.n, 1);
	ATF_CHECK_STREQ(number(&h, &t, a, "2500"), "sensor.a=y ");
	ATF_CHECK_STREQ(number(&h, &t, a, "2600"), "sensor.a=n ");
	ATF_CHECK_STREQ(number(&h, &t, a, "500"), "sensor.a=o ");
	r = (struct report){ 0 };
	adapter_report_put(&r, "x", js_new_int(4));
	ATF_CHECK_STREQ(all_say(&h, &t, a, &r), "sensor.a=y ");
	r = (struct report){ 0 };
	adapter_report_put(&r, "x", js_new_int(5));
	ATF_CHECK_STREQ(all_say(&h, &t, a, &r), "sensor.a=n ");
	ATF_CHECK_STREQ(number(&h, &t, a, "unknown"), "sensor.a=o ");
	/* what it names besides is looked at too, as it was before as well */
	other = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"below\":0,\"value_template\":"
	    "\"{{ state.state|int - states('sensor.b')|int }}\"}");
	number(&h, &other, a, "7");
	ATF_CHECK_STREQ(number(&h, &other, b, "8"), "sensor.a=y ");
	ATF_CHECK_STREQ(number(&h, &other, b, "9"), "sensor.a=n ");
	ATF_CHECK_STREQ(number(&h, &other, a, "9"), "sensor.a=o ");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":1,\"value_template\":\"{{ \"}",
	    &t), "value_template: line 1: unexpected the end of the template");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":1,\"attribute\":\"x\","
	    "\"value_template\":\"{{ state }}\"}", &t),
	    "attribute: does not go with value_template, which sees all attributes");
	house_free(&h);
	tear_down();
}

/* It crosses when the value before was outside, as the state does. */
ATF_TC_WITHOUT_HEAD(numeric__attribute_crosses);
ATF_TC_BODY(numeric__attribute_crosses, tc)
{
	static const struct { int x; const char *want; } steps[] = { { 5, "sensor.a=o " }, { 15, "sensor.a=y " },
	    { 16, "sensor.a=n " }, { 3, "sensor.a=o " }, { 12, "sensor.a=y " } };
	struct house h = { 0 };
	struct trigger t;
	struct report r;
	struct live *a;
	size_t i;

	(void)tc;
	set_up();
	a = sensor(&h, 1, "sensor.a", "1");
	t = trigger("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.a\",\"above\":10,\"attribute\":\"x\"}");
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		r = (struct report){ 0 };
		adapter_report_put(&r, "x", js_new_int(steps[i].x));
		ATF_CHECK_STREQ(all_say(&h, &t, a, &r), steps[i].want);
	}
	ATF_CHECK_STREQ(number(&h, &t, a, "100"), "sensor.a=n ");
	house_free(&h);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(numeric__what_cannot_be);
ATF_TC_BODY(numeric__what_cannot_be, tc)
{
	static const char *const limits[] = { "\"12\"", "\"\"", "\"light\"", "\"a.b c\"", "true", "[1]", "{}", "1e16", "\"-1.5\"",
	    "\"{{ 5 }}\"", "\"1.5\"", "\"A.b\"" };
	struct trigger t;
	size_t i;

	(void)tc;
	set_up();
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		ATF_CHECK_MATCH("^above: must be a number, or an entity", compile(mem_printf(arena, "{\"trigger\":"
		    "\"numeric_state\",\"entity_id\":\"a.b\",\"above\":%s}", limits[i]), &t));
	ATF_CHECK_STREQ(compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":5,\"below\":5}", &t),
	    "above: must be smaller than below");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":\"a.c\",\"below\":\"a.c\"}", &t),
	    "above: must be another entity than below");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"above\":\"a.c\",\"below\":5}", &t), "");
	ATF_CHECK(*compile("{\"trigger\":\"numeric_state\",\"entity_id\":\"a.b\",\"value_template\":\"{{ 1 }}\"}", &t) != '\0');
	tear_down();
}

#define NUMERIC(rest) "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.a\"," rest "}"

ATF_TC_WITHOUT_HEAD(condition__numeric_says_why);
ATF_TC_BODY(condition__numeric_says_why, tc)
{
	struct house h = { 0 };
	struct live *a, *m;

	(void)tc;
	set_up();
	a = sensor(&h, 1, "sensor.a", "10");
	m = sensor(&h, 2, "sensor.m", "20");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"above\":\"sensor.m\"")), "sensor.a is 10, not above sensor.m (20)");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"above\":\"sensor.m\",\"below\":50")),
	    "sensor.a is 10, not above sensor.m (20) and below 50");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.m\"")), "");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.m\",\"value_template\":\"{{ state.state|int * 3 }}\"")),
	    "value_template makes 30 of sensor.a, not below sensor.m (20)");
	/* what the run calls state is another thing */
	variables = parse("{\"state\":{\"state\":\"3\"},\"factor\":2}");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"above\":19,\"below\":21,\"value_template\":\"{{ state.state|int * factor }}\"")), "");
	js_free(variables);
	variables = NULL;
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":5,\"value_template\":\"{{ state.name }}\"")),
	    "value_template makes no number of sensor.a: a");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":5,\"value_template\":\"{{ state.attributes.x.y }}\"")),
	    "value_template makes no number of sensor.a: 'x' is undefined");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":5,\"attribute\":\"x\"")), "sensor.a's x is no number");
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.gone\"")), "sensor.gone, its limit, does not exist");
	m->available = false;
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.m\"")), "sensor.m, its limit, is no number: unavailable");
	m->available = true;
	a->available = false;
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.m\"")), "sensor.a is unavailable");
	a->available = true;
	house_apply(m, &(struct report){ .has_state = true, .state = "on" }, 1, &(struct house_change){ 0 });
	ATF_CHECK_STREQ(holds(&h, NUMERIC("\"below\":\"sensor.m\"")), "sensor.m, its limit, is no number: on");
	house_free(&h);
	tear_down();
}

/* What a template looks at is what changes it. */
ATF_TC_WITHOUT_HEAD(template__knows_what_it_depends_on);
ATF_TC_BODY(template__knows_what_it_depends_on, tc)
{
	static const struct { const char *source, *subjects; } cases[] = {
		{ "states('sensor.a')", "sensor.a " },
		{ "states.sensor.a.state", "sensor.a " },
		{ "states['sensor.a'].last_changed < states.sensor['b'].last_changed", "sensor.a sensor.b " },
		{ "states.light | list", "states.light " },
		{ "states.light.a.state == 'on' and states.light | count", "states.light " },
		{ "states('sensor.a') ~ states | count ~ states.light | count", "states.* " },
		{ "area_entities('hall') | expand | list", "states.* " },
		{ "states.sensor.a.last_changed | relative_time", "sensor.a clock.minute " },
		{ "today_at('7:00')", "clock.minute " },
	};
	struct trigger t;
	struct buf b = { 0 };
	size_t i, k;

	(void)tc;
	set_up();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		t = trigger(mem_printf(arena, "{\"trigger\":\"template\",\"value_template\":\"{{ %s }}\"}", cases[i].source));
		buf_reset(&b);
		for (k = 0; k < t.entities.n; k++)
			buf_printf(&b, "%s ", t.entities.ids[k]);
		ATF_CHECK_STREQ(cases[i].subjects, buf_str(&b));
	}
	ATF_CHECK_MATCH("names no entity", compile("{\"trigger\":\"template\",\"value_template\":\"{{ 1 + 1 }}\"}", &t));
	buf_free(&b);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(subject__of_many);
ATF_TC_BODY(subject__of_many, tc)
{
	const char *ids[] = { "sensor.b", "states.light" }, *all = "states.*";
	struct rule_entities who = { ids, 2 }, any = { &all, 1 };
	struct house h = { 0 };
	struct house_change c = { 0 };

	(void)tc;
	set_up();
	c.live = sensor(&h, 1, "sensor.a", "1");
	ATF_CHECK(!rule_listens(&who, &c));
	ATF_CHECK(rule_listens(&any, &c));
	c.live = sensor(&h, 2, "sensor.b", "1");
	ATF_CHECK(rule_listens(&who, &c));
	c.live = sensor(&h, 3, "light.a", "on");
	ATF_CHECK(rule_listens(&who, &c));
	c.event = EVENT_CUSTOM;
	c.subject = "event.x";
	ATF_CHECK(!rule_listens(&who, &c) && !rule_listens(&any, &c));
	house_free(&h);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(kind__by_its_older_word);
ATF_TC_BODY(kind__by_its_older_word, tc)
{
	struct js *config = parse("{\"triggers\":{\"platform\":\"state\"},\"actions\":[{\"if\":[],\"then\":[{\"wait_for_trigger\":"
	    "[{\"platform\":\"sun\"}]},{\"event\":\"e\",\"event_data\":{\"triggers\":[{\"platform\":\"x\"}]}}]}]}");
	struct js *fresh = rule_words_own(config, false), *want = parse("{\"triggers\":[{\"trigger\":\"state\"}],\"actions\":"
	    "[{\"if\":[],\"then\":[{\"wait_for_trigger\":[{\"trigger\":\"sun\"}]},{\"event\":\"e\",\"event_data\":"
	    "{\"triggers\":[{\"platform\":\"x\"}]}}]}]}");
	struct trigger t;

	set_up();
	ATF_CHECK_STREQ(trigger("{\"platform\":\"state\",\"entity_id\":\"a.b\",\"to\":\"on\"}").ops->name, "state");
	ATF_CHECK_STREQ(compile("{\"platform\":\"stat\"}", &t), "trigger: there is no trigger \"stat\"; did you mean \"state\"?");
	ATF_CHECK_STREQ(compile("{\"trigger\":\"state\",\"platform\":\"state\",\"entity_id\":\"a.b\"}", &t),
	    "platform: unknown field");
	ATF_CHECK(js_equal(fresh, want));
	ATF_CHECK_STREQ("state", js_get_string(js_get(config, "triggers"), "platform"));
	js_free(fresh);
	js_free(want);
	js_free(config);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(device_status__lost_and_back);
ATF_TC_BODY(device_status__lost_and_back, tc)
{
	static const char lost[] = "{\"trigger\":\"device_status\",\"device_id\":\"hub\"}";
	static const char back[] = "{\"trigger\":\"device_status\",\"device_id\":\"hub\",\"to\":\"online\"}";
	struct trigger t;

	set_up();
	ATF_CHECK_STREQ(trigger(lost).entities.ids[0], "device.hub");
	ATF_CHECK_EQ(happened(lost, EVENT_AVAILABILITY, "{\"status\":\"offline\"}"), 'y');
	ATF_CHECK_EQ(happened(lost, EVENT_AVAILABILITY, "{\"status\":\"online\"}"), 'o');
	ATF_CHECK_EQ(happened(back, EVENT_AVAILABILITY, "{\"status\":\"online\"}"), 'y');
	ATF_CHECK_EQ(happened(lost, EVENT_DEVICE_TRIGGER, "{\"status\":\"offline\"}"), 'n');
	ATF_CHECK_EQ(happened(lost, EVENT_AVAILABILITY, "{}"), 'n');
	ATF_CHECK_MATCH("^to:", compile("{\"trigger\":\"device_status\",\"device_id\":\"a\",\"to\":\"x\"}", &t));
	ATF_CHECK_MATCH("^for:", compile("{\"trigger\":\"device_status\",\"device_id\":\"a\",\"for\":\"x\"}", &t));
	tear_down();
}

#define ANNE "\"entity_id\":\"device_tracker.anne\""

ATF_TC_WITHOUT_HEAD(zone__comes_and_leaves);
ATF_TC_BODY(zone__comes_and_leaves, tc)
{
	struct trigger enter, leave, t;
	struct house h = { 0 };
	struct live *l;

	set_up();
	l = entity(&h, "device_tracker.anne", NULL);
	enter = trigger("{\"trigger\":\"zone\"," ANNE ",\"zone\":\"zone.home\"}");
	leave = trigger("{\"trigger\":\"zone\"," ANNE ",\"zone\":\"zone.work_place\",\"event\":\"leave\"}");
	ATF_CHECK_EQ(says(&enter, l, "home"), 'n');	/* where was she before? */
	ATF_CHECK_EQ(says(&enter, l, "not_home"), 'o');
	ATF_CHECK_EQ(says(&enter, l, "home"), 'y');
	ATF_CHECK_EQ(says(&leave, l, "Work Place"), 'o');
	ATF_CHECK_EQ(says(&leave, l, NULL), 'n');	/* unknown is not away */
	ATF_CHECK_EQ(says(&leave, l, "home"), 'n');
	says(&leave, l, "Work Place");
	ATF_CHECK_EQ(says(&leave, l, "home"), 'y');
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"zone\"," ANNE ",\"zone\":\"zone.home\"}"), "");
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"zone\"," ANNE ",\"zone\":\"zone.gym\"}"),
	    "device_tracker.anne is home");
	ATF_CHECK_STREQ(holds(&h, "{\"condition\":\"zone\",\"entity_id\":\"person.bob\",\"zone\":\"zone.home\"}"),
	    "person.bob is not there");
	ATF_CHECK_MATCH("^entity_id: light.a", compile("{\"trigger\":\"zone\",\"entity_id\":\"light.a\","
	    "\"zone\":\"zone.home\"}", &t));
	ATF_CHECK_MATCH("^zone: ", compile("{\"trigger\":\"zone\"," ANNE ",\"zone\":\"home\"}", &t));
	house_free(&h);
	tear_down();
}

/* Where a report of coordinates puts somebody: "" when it says nothing. */
static const char *
located(const struct place *home, const struct live *l, double latitude, double longitude, double accuracy)
{
	static struct report r;
	int i;

	r = (struct report){ 0 };
	adapter_report_put(&r, "latitude", js_new_real(latitude));
	adapter_report_put(&r, "longitude", js_new_real(longitude));
	adapter_report_put(&r, "gps_accuracy", js_new_real(accuracy));
	zone_locate(home, l, &r);
	for (i = 0; i < r.n_attributes; i++)
		js_free(r.attributes[i].value);
	return r.has_state ? r.state : "";
}

ATF_TC_WITHOUT_HEAD(zone__out_of_coordinates);
ATF_TC_BODY(zone__out_of_coordinates, tc)
{
	struct place home = { true, 52.0, 13.0 }, nowhere = { 0 };
	struct house h = { 0 }, h2 = { 0 };
	struct live *l, *lamp;

	set_up();
	l = entity(&h, "device_tracker.anne", NULL);
	lamp = entity(&h2, "light.a", NULL);
	ATF_CHECK_STREQ(located(&home, l, 52.0, 13.0, 0), "home");
	ATF_CHECK_STREQ(located(&home, l, 52.00089, 13.0, 0), "home");		/* 99 m */
	ATF_CHECK_STREQ(located(&home, l, 52.00091, 13.0, 0), "not_home");	/* 101 m */
	ATF_CHECK_STREQ(located(&home, l, 52.0, 13.00147, 0), "not_home");	/* 101 m; degrees are shorter here */
	ATF_CHECK_STREQ(located(&home, l, 52.0, 13.00145, 0), "home");
	ATF_CHECK_STREQ(located(&home, l, 52.0015, 13.0, 80), "home");		/* 167 m, perhaps 87 */
	ATF_CHECK_STREQ(located(&home, l, 52.0030, 13.0, 9000), "not_home");	/* who knows nothing is not at home */
	ATF_CHECK_STREQ(located(&home, l, -52.0, -167.0, 0), "not_home");
	ATF_CHECK_STREQ(located(&nowhere, l, 52.0, 13.0, 0), "");
	ATF_CHECK_STREQ(located(&home, lamp, 52.0, 13.0, 0), "");
	house_free(&h);
	house_free(&h2);
	tear_down();
}

#define MQTT "{\"trigger\":\"mqtt\",\"topic\":\"a/b\""

ATF_TC_WITHOUT_HEAD(mqtt__payload_and_template);
ATF_TC_BODY(mqtt__payload_and_template, tc)
{
	static const char json[] = "{\"topic\":\"a/b\",\"payload\":\"{\\\"x\\\":7}\",\"payload_json\":{\"x\":7}}";
	struct trigger t;

	set_up();
	ATF_CHECK_STREQ(trigger(MQTT "}").entities.ids[0], "mqtt.a/b");
	ATF_CHECK_EQ(happened(MQTT "}", EVENT_MESSAGE, "{\"payload\":\"\"}"), 'y');
	ATF_CHECK_EQ(happened(MQTT "}", EVENT_CUSTOM, "{\"payload\":\"\"}"), 'n');
	ATF_CHECK_EQ(happened(MQTT ",\"payload\":\"ON\"}", EVENT_MESSAGE, "{\"payload\":\"ON\"}"), 'y');
	ATF_CHECK_EQ(happened(MQTT ",\"payload\":\"ON\"}", EVENT_MESSAGE, "{\"payload\":\"on\"}"), 'n');
	ATF_CHECK_EQ(happened(MQTT ",\"payload\":\"7\",\"value_template\":\"{{ value_json.x }}\"}", EVENT_MESSAGE,
	    json), 'y');
	ATF_CHECK_EQ(happened(MQTT ",\"payload\":\"8\",\"value_template\":\"{{ value_json.x }}\"}", EVENT_MESSAGE,
	    json), 'n');
	ATF_CHECK_EQ(happened(MQTT ",\"payload\":\"7\",\"value_template\":\"{{ value_json.x }}\"}", EVENT_MESSAGE,
	    "{\"payload\":\"no json\"}"), 'n');
	ATF_CHECK_STREQ(compile("{\"trigger\":\"mqtt\",\"topic\":\"+/b/#\"}", &t), "");
	ATF_CHECK_MATCH("^topic: ", compile("{\"trigger\":\"mqtt\",\"topic\":\"a+/b\"}", &t));
	ATF_CHECK_MATCH("^topic: ", compile("{\"trigger\":\"mqtt\",\"topic\":\"a/#/b\"}", &t));
	ATF_CHECK_MATCH("^topic: ", compile("{\"trigger\":\"mqtt\",\"topic\":\"$SYS/#\"}", &t));
	ATF_CHECK_MATCH("^payload: ", compile(MQTT ",\"value_template\":\"{{ value }}\"}", &t));
	ATF_CHECK_MATCH("^value_template: ", compile(MQTT ",\"payload\":\"7\",\"value_template\":\"{{ \"}", &t));
	tear_down();
}

#define SECRET "k3-SECRET_of16letters"

ATF_TC_WITHOUT_HEAD(webhook__local_and_secret);
ATF_TC_BODY(webhook__local_and_secret, tc)
{
	static const char near[] = "{\"trigger\":\"webhook\",\"webhook_id\":\"bell\"}";
	static const char far[] = "{\"trigger\":\"webhook\",\"webhook_id\":\"" SECRET "\",\"local_only\":false}";
	struct js *config, *named;
	struct buf text = { 0 };
	struct trigger t;

	set_up();
	/* the log shows names to everybody, each house has others */
	ATF_CHECK_STREQ(trigger(near).entities.ids[0], "webhook.bell");
	ATF_CHECK_STREQ(webhook_name("a", "bell", arena), webhook_name("a", "bell", arena));
	ATF_CHECK(strcmp(webhook_name("a", "bell", arena), webhook_name("b", "bell", arena)) != 0);
	ATF_CHECK(strcmp(webhook_name("a", "bell", arena), webhook_name("a", "belt", arena)) != 0);
	config = parse("{\"triggers\":[{\"trigger\":\"webhook\",\"webhook_id\":\"bell\"}],\"variables\":"
	    "{\"webhook_id\":\"bell\"},\"actions\":[{\"wait_for_trigger\":[{\"platform\":\"webhook\","
	    "\"webhook_id\":\"bell\",\"local_only\":false}]}]}");
	named = webhook_named(config, "a");
	js_dump(named, &text);
	ATF_CHECK_STREQ(buf_str(&text), mem_printf(arena, "{\"triggers\":[{\"trigger\":\"webhook\",\"webhook_id\":"
	    "\"%s\"}],\"variables\":{\"webhook_id\":\"bell\"},\"actions\":[{\"wait_for_trigger\":[{\"platform\":"
	    "\"webhook\",\"webhook_id\":\"%s\",\"local_only\":false}]}]}", webhook_name("a", "bell", arena),
	    webhook_name("a", "bell", arena)));
	buf_free(&text);
	js_free(named);
	js_free(config);
	ATF_CHECK_EQ(happened(near, EVENT_WEBHOOK, "{\"local\":true}"), 'y');
	ATF_CHECK_EQ(happened(near, EVENT_WEBHOOK, "{\"local\":false}"), 'n');
	ATF_CHECK_EQ(happened(far, EVENT_WEBHOOK, "{\"local\":false}"), 'y');
	ATF_CHECK_EQ(happened(far, EVENT_CUSTOM, "{\"local\":false}"), 'n');
	ATF_CHECK_MATCH("^webhook_id: whoever", compile("{\"trigger\":\"webhook\",\"webhook_id\":\"short\","
	    "\"local_only\":false}", &t));
	ATF_CHECK_MATCH("^webhook_id: must", compile("{\"trigger\":\"webhook\",\"webhook_id\":\"a/b\"}", &t));
	tear_down();
}

ATF_TC_WITHOUT_HEAD(variable__has_what_came);
ATF_TC_BODY(variable__has_what_came, tc)
{
	struct trigger t;
	struct js *data, *v;

	set_up();
	t = trigger(MQTT ",\"id\":\"mine\"}");
	data = parse("{\"topic\":\"a/b\",\"payload\":\"7\",\"id\":\"theirs\",\"platform\":\"x\"}");
	v = rule_trigger_variable(&t, 0, &(struct house_change){ .event = EVENT_MESSAGE, .subject = "mqtt.a/b",
	    .data = data }, 1000);
	ATF_CHECK_STREQ(js_get_string(v, "payload"), "7");
	ATF_CHECK_STREQ(js_get_string(v, "topic"), "a/b");
	ATF_CHECK_STREQ(js_get_string(v, "id"), "mine");
	ATF_CHECK_STREQ(js_get_string(v, "platform"), "mqtt");
	js_free(v);
	js_free(data);
	tear_down();
}

ATF_TC_WITHOUT_HEAD(variable__of_states_and_moments);
ATF_TC_BODY(variable__of_states_and_moments, tc)
{
	struct house h = { 0 };
	struct house_change c;
	struct report r = { .has_state = true, .state = "off" };
	struct trigger t;
	struct buf text = { 0 };
	struct live *l;
	struct js *v, *held;

	(void)tc;
	set_up();
	l = entity(&h, "light.a", "on");
	adapter_report_put(&r, "x", js_new_int(1));
	house_apply(l, &r, 1767225600000, &c);
	house_change_free(&c);
	r = (struct report){ .has_state = true, .state = "on" };
	adapter_report_put(&r, "x", js_new_int(2));
	adapter_report_put(&r, "y", js_new_int(3));
	house_apply(l, &r, 1767225660000, &c);
	t = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\",\"for\":90,\"alias\":\"lamp\"}");
	v = rule_trigger_variable(&t, 2, &c, 1767225660000);
	js_dump(v, &text);
	ATF_CHECK_STREQ(buf_str(&text), "{\"platform\":\"state\",\"id\":2,\"idx\":2,\"alias\":\"lamp\",\"for\":90.0,\"description\":"
	    "\"state of light.a\",\"entity_id\":\"light.a\",\"from_state\":{\"entity_id\":\"light.a\",\"state\":\"off\",\"attributes\":"
	    "{\"x\":1}},\"to_state\":{\"entity_id\":\"light.a\",\"state\":\"on\",\"attributes\":{\"x\":2,\"y\":3},\"last_changed\":"
	    "\"2026-01-01T00:01:00.000Z\",\"last_updated\":\"2026-01-01T00:01:00.000Z\"}}");
	js_free(v);
	house_change_free(&c);
	t = trigger("{\"trigger\":\"time\",\"at\":\"07:00\"}");
	v = rule_trigger_variable(&t, 0, NULL, 1767225660000);
	ATF_CHECK_STREQ(js_get_string(v, "now"), "2026-01-01T00:01:00.000Z");
	ATF_CHECK_STREQ(js_get_string(v, "description"), "time");
	js_free(v);
	t = trigger("{\"trigger\":\"sun\",\"event\":\"sunset\",\"offset\":\"-00:30:00\"}");
	v = rule_trigger_variable(&t, 0, NULL, 1);
	ATF_CHECK_STREQ(js_get_string(v, "event"), "sunset");
	ATF_CHECK_EQ(js_real(js_get(v, "offset"), 0), -1800);
	js_free(v);
	t = trigger("{\"trigger\":\"zone\"," ANNE ",\"zone\":\"zone.home\",\"event\":\"leave\"}");
	v = rule_trigger_variable(&t, 0, &(struct house_change){ .live = l }, 1);
	ATF_CHECK_STREQ(js_get_string(v, "event"), "leave");
	ATF_CHECK_STREQ(js_get_string(v, "zone"), "zone.home");
	js_free(v);
	t = trigger("{\"trigger\":\"state\",\"entity_id\":\"light.a\",\"attribute\":\"x\"}");
	held = rule_held_since(l, "off", "on", 1000);
	v = rule_trigger_variable(&t, 0, &(struct house_change){ .live = l, .held = held }, 1);
	ATF_CHECK_STREQ(js_get_string(v, "attribute"), "x");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "from_state"), "state"), "off");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "to_state"), "state"), "on");
	ATF_CHECK_STREQ(js_get_string(js_get(v, "to_state"), "last_changed"), "1970-01-01T00:00:01.000Z");
	js_free(v);
	js_free(held);
	t = trigger("{\"trigger\":\"time_pattern\",\"minutes\":\"/5\"}");
	v = rule_trigger_variable(&t, 0, NULL, 1);
	ATF_CHECK_STREQ(js_get_string(v, "description"), "time pattern");
	js_free(v);
	t = trigger("{\"trigger\":\"event\",\"event_type\":\"bell\"}");
	v = rule_trigger_variable(&t, 0, &(struct house_change){ .event = EVENT_CUSTOM, .subject = "event.bell" }, 1);
	ATF_CHECK_STREQ(js_get_string(v, "description"), "event 'bell'");
	js_free(v);
	t = trigger("{\"trigger\":\"template\",\"value_template\":\"{{ states('light.a') }}\"}");
	v = rule_trigger_variable(&t, 0, &(struct house_change){ .live = l }, 1);
	ATF_CHECK_STREQ(js_get_string(v, "description"), "light.a via template");
	js_free(v);
	buf_free(&text);
	house_free(&h);
	tear_down();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, state__away_counts_for_those_who_name_it);
	ATF_TP_ADD_TC(tp, variable__of_what_held);
	ATF_TP_ADD_TC(tp, state__bare_ones_hear_attributes);
	ATF_TP_ADD_TC(tp, state__is_news_when_it_is_back);
	ATF_TP_ADD_TC(tp, condition__of_what_is_away);
	ATF_TP_ADD_TC(tp, entities__of_a_name_that_something_happens_to);
	ATF_TP_ADD_TC(tp, state__any_but_these);
	ATF_TP_ADD_TC(tp, state__of_an_attribute);
	ATF_TP_ADD_TC(tp, numeric_state__of_an_attribute_that_was_there);
	ATF_TP_ADD_TC(tp, condition__of_an_attribute_and_of_any);
	ATF_TP_ADD_TC(tp, numeric__limit_is_an_entity);
	ATF_TP_ADD_TC(tp, numeric__number_that_a_template_makes);
	ATF_TP_ADD_TC(tp, numeric__attribute_crosses);
	ATF_TP_ADD_TC(tp, numeric__what_cannot_be);
	ATF_TP_ADD_TC(tp, condition__numeric_says_why);
	ATF_TP_ADD_TC(tp, template__knows_what_it_depends_on);
	ATF_TP_ADD_TC(tp, subject__of_many);
	ATF_TP_ADD_TC(tp, variable__of_states_and_moments);
	ATF_TP_ADD_TC(tp, kind__by_its_older_word);
	ATF_TP_ADD_TC(tp, device_status__lost_and_back);
	ATF_TP_ADD_TC(tp, zone__comes_and_leaves);
	ATF_TP_ADD_TC(tp, zone__out_of_coordinates);
	ATF_TP_ADD_TC(tp, mqtt__payload_and_template);
	ATF_TP_ADD_TC(tp, webhook__local_and_secret);
	ATF_TP_ADD_TC(tp, variable__has_what_came);
	return atf_no_error();
}
