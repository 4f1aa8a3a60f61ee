/* SPDX-License-Identifier: ISC
 *
 * What templates see of entities, and templates as values.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/template.h"

#define LAMP "{\"brightness\":102,\"rgb_color\":[1,2,3],\"group\":{\"entity_id\":[\"sensor.new\",\"light.lamp\"," \
	"\"group.all\",\"light.nobody\"]}}"

#define TRIGGER "{\"platform\":\"state\",\"now\":\"2023-11-14T22:13:20Z\",\"for\":90,\"to_state\":{\"entity_id\":" \
	"\"light.lamp\",\"state\":\"off\",\"attributes\":{\"x\":1},\"last_changed\":\"2023-11-14T22:13:20Z\"}," \
	"\"trigger\":{\"for\":5},\"event\":{\"data\":{\"now\":\"x\"}},\"from_state\":null}"

#define THIS "{\"state\":\"on\",\"last_changed\":\"2023-11-14T22:00:00Z\",\"last_updated\":null," \
	"\"text\":\"2023-11-14T22:00:00Z\",\"attributes\":{\"last_triggered\":\"2023-11-14T23:15:00.000Z\"," \
	"\"mode\":\"single\",\"current\":0}}"

static bool
look(void *arg, const char *id, struct template_state *out)
{
	if (strcmp(id, "light.lamp") == 0)
		*out = (struct template_state){ .state = "on", .attributes = arg, .device_class = "plug", .unit = "W",
		    .entity_id = "light.lamp", .last_changed = INT64_C(1700000000000),
		    .last_updated = INT64_C(1700000060500) };
	else if (strcmp(id, "group.all") == 0)
		*out = (struct template_state){ .state = "on", .attributes = js_get(arg, "group") };
	else if (strcmp(id, "sensor.new") == 0)
		*out = (struct template_state){ .state = NULL };
	else if (strcmp(id, "sensor.gone") == 0)
		*out = (struct template_state){ .state = "unavailable" };
	else
		return false;
	return true;
}

/* A hall with a lamp and a plug; nothing elsewhere. */
static void
members(void *arg, const char *kind, const char *id, void (*fn)(const char *id, void *fn_arg), void *fn_arg)
{
	char text[] = "light.lamp";	/* which does not last */

	(void)arg;
	if (strcmp(kind, "areas") == 0)
		fn("hall", fn_arg);
	else if (strcmp(kind, "states") == 0) {
		if (*id == '\0' || strcmp(id, "light") == 0)
			fn(text, fn_arg);
		if (*id == '\0' || strcmp(id, "sensor") == 0) {
			fn("sensor.gone", fn_arg);
			fn("sensor.new", fn_arg);
		}
	}
	else if (strcmp(id, "hall") == 0 || strcmp(kind, "label_id") == 0) {
		fn(text, fn_arg);
		memset(text, 'x', sizeof(text) - 1);
		fn("switch.plug", fn_arg);
	}
}

/* The name of the function and what it asks about. */
static void
facts(void *arg, const char *function, const char *about, void (*fn)(const char *text, void *fn_arg), void *fn_arg)
{
	char text[300];

	(void)arg;
	if (strcmp(about, "nobody") == 0)
		return;
	snprintf(text, sizeof(text), "%s of %s", function, about);
	fn(text, fn_arg);
	if (strcmp(function, "name") != 0)
		fn("another", fn_arg);
}

#define NOW INT64_C(1700003723000)	/* an hour and 2:03 later */

static struct js *
value(const char *source, enum template_result want)
{
	struct template_scratch *s = template_scratch_new();
	struct js *attributes = NULL, *out = NULL;
	struct template_state seen = { .entity_id = "sensor.seen", .state = "7", .unit = "W" };
	struct template_var vars[] = { template_var_int("n", 3), template_var_state("state", &seen),
	    template_var_trigger("trigger", NULL), template_var_this("this", NULL) };
	struct template_env env = { .vars = vars, .nvars = 4, .state = look, .members = members, .facts = facts,
	    .now_ms = NOW };
	struct js *trigger = NULL, *self = NULL;
	struct template *t = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(js_parse(LAMP, sizeof(LAMP) - 1, JS_STRICT, &attributes, NULL), RC_OK);
	env.arg = attributes;
	ATF_REQUIRE_EQ(js_parse(TRIGGER, sizeof(TRIGGER) - 1, JS_STRICT, &trigger, NULL), RC_OK);
	vars[2].u.json = trigger;
	ATF_REQUIRE_EQ(js_parse(THIS, sizeof(THIS) - 1, JS_STRICT, &self, NULL), RC_OK);
	vars[3].u.json = self;
	ATF_REQUIRE_EQ_MSG(template_compile(source, strlen(source), &t, &f), RC_OK, "%s: %s", source, f.msg);
	ATF_CHECK_EQ_MSG(template_eval_value(t, s, &env, &out, &f), want, "%s: %s", source, f.msg);
	js_free(attributes);
	js_free(trigger);
	js_free(self);
	template_free(t);
	template_scratch_free(s);
	return out;
}

static void
is(const char *source, const char *want)
{
	struct js *v = value(source, TEMPLATE_OK);
	struct buf b = { 0 };

	js_dump(v, &b);
	ATF_CHECK_MSG(strcmp(buf_str(&b), want) == 0, "%s is %s, not %s", source, buf_str(&b), want);
	buf_free(&b);
	js_free(v);
}

ATF_TC_WITHOUT_HEAD(states__of_entities);
ATF_TC_BODY(states__of_entities, tc)
{
	(void)tc;
	is("{{ states('light.lamp') }}", "\"on\"");
	is("{{ states('sensor.new') }}", "\"unknown\"");
	is("{{ states('sensor.nobody') }}", "\"unknown\"");
	is("{{ is_state('light.lamp', 'on') }}", "true");
	is("{{ is_state('light.lamp', ['off', 'on']) }}", "true");
	is("{{ is_state('light.lamp', 'off') }}", "false");
	is("{{ is_state('sensor.nobody', 'on') }}", "false");
	is("{{ state_attr('light.lamp', 'brightness') + n }}", "105");
	is("{{ state_attr('light.lamp', 'rgb_color')[1] }}", "2");
	is("{{ state_attr('light.lamp', 'effect') }}", "null");
	is("{{ state_attr('sensor.nobody', 'x') is none }}", "true");
	is("{{ is_state_attr('light.lamp', 'brightness', 102) }}", "true");
	is("{{ is_state_attr('light.lamp', 'effect', none) }}", "false");
	is("{{ has_value('light.lamp') }},{{ has_value('sensor.gone') }},{{ has_value('sensor.nobody') }}",
	    "\"True,False,False\"");
	is("{% if is_state('light.lamp', 'on') %}yes{% else %}no{% endif %}", "\"yes\"");
	is("{{ state_attr('light.lamp', 'device_class') ~ state_attr('light.lamp', 'unit_of_measurement') }}", "\"plugW\"");
	is("{{ state_attr('sensor.new', 'device_class') }}", "null");
	ATF_CHECK(value("{{ states(5) }}", TEMPLATE_ERROR) == NULL);
}

ATF_TC_WITHOUT_HEAD(states__as_objects);
ATF_TC_BODY(states__as_objects, tc)
{
	(void)tc;
	is("{{ states.light.lamp.state }}", "\"on\"");
	is("{{ states['light.lamp'].state ~ states.light['lamp'].entity_id ~ states['light'].lamp.domain }}",
	    "\"onlight.lamplight\"");
	is("{{ states.light.lamp.object_id }}", "\"lamp\"");
	is("{{ states.light.lamp.name }}", "\"name of light.lamp\"");
	is("{{ states.light.lamp.attributes.brightness + states.light.lamp.attributes['rgb_color'][2] }}", "105");
	is("{{ states.light.lamp.attributes.device_class }}", "\"plug\"");
	is("{{ states.light.lamp.attributes.friendly_name == states.light.lamp.name }}", "true");
	is("{{ state_attr('light.lamp', 'friendly_name') }}", "\"name of light.lamp\"");
	is("{{ states.light.lamp.attributes | length }}", "6");
	is("{{ states.light.lamp.attributes.keys() | sort | join(',') }}",
	    "\"brightness,device_class,friendly_name,group,rgb_color,unit_of_measurement\"");
	is("{{ 'brightness' in states.light.lamp.attributes and 'x' not in states.light.lamp.attributes }}", "true");
	is("{{ states.light.lamp.attributes.get('x', 4) }}", "4");
	is("{% for k, v in states.light.lamp.attributes.items() if k == 'brightness' %}{{ v }}{% endfor %}", "102");
	is("{{ states.light.lamp.attributes.x is defined }}", "false");
	is("{{ states.light.lamp.state_with_unit }}", "\"on W\"");
	is("{{ states('light.lamp', with_unit=True) }},{{ states('sensor.nobody', with_unit=True) }}", "\"on W,unknown\"");
	is("{{ states.light.lamp.last_changed }}", "\"2023-11-14 22:13:20+00:00\"");
	is("{{ (states.light.lamp.last_updated - states.light.lamp.last_changed).total_seconds() }}", "60.5");
	is("{{ states.sensor.new.last_changed }}", "null");
	is("{{ states.sensor.new.state }}", "\"unknown\"");
	is("{{ states.sensor.nobody }}", "null");
	is("{{ states.sensor.nobody.state }}", "\"\"");
	is("{{ states.light.lamp == states['light.lamp'] }},{{ states.light.lamp == states.sensor.new }}", "\"True,False\"");
	is("{{ states.light.lamp.entity_id is has_value }}{{ 'sensor.gone' | states }}", "\"Trueunavailable\"");
	is("{{ state.state | float * 2 + n }} {{ state.entity_id }}", "\"17.0 sensor.seen\"");
	is("{{ states.light.lamp }}", "{\"entity_id\":\"light.lamp\",\"state\":\"on\",\"attributes\":{\"brightness\":102,"
	    "\"rgb_color\":[1,2,3],\"group\":{\"entity_id\":[\"sensor.new\",\"light.lamp\",\"group.all\",\"light.nobody\"]},"
	    "\"device_class\":\"plug\",\"unit_of_measurement\":\"W\",\"friendly_name\":\"name of light.lamp\"},"
	    "\"last_changed\":\"2023-11-14T22:13:20+00:00\",\"last_updated\":\"2023-11-14T22:14:20.500000+00:00\"}");
	is("a {{ states.light.lamp }} {{ states.light }} {{ states }}", "\"a <state light.lamp=on> <states of light> <states>\"");
	ATF_CHECK(value("{{ states.sensor.nobody.attributes.x }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states.light.lamp.nothing.x }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states.light.lamp.attributes.x.y }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states.Light.lamp.x }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states[5].x }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states.light[states] }}{{ states.light.x.y.z }}", TEMPLATE_UNDEFINED) == NULL);
}

ATF_TC_WITHOUT_HEAD(states__as_lists);
ATF_TC_BODY(states__as_lists, tc)
{
	struct buf deep = { 0 };
	int i;

	(void)tc;
	is("{{ states | map(attribute='entity_id') | list }}", "[\"light.lamp\",\"sensor.gone\",\"sensor.new\"]");
	is("{{ states.sensor | count }},{{ states | length }},{{ states.fan | list }}", "\"2,3,[]\"");
	is("{{ states | selectattr('state', 'eq', 'on') | map(attribute='name') | join }}", "\"name of light.lamp\"");
	is("{{ states | selectattr('attributes.device_class', 'defined') | list | count }}", "1");
	is("{{ states | selectattr('domain', 'in', ['sensor']) | rejectattr('state', 'eq', 'unavailable')"
	    " | map(attribute='object_id') | first }}", "\"new\"");
	is("{% for s in states.sensor %}{{ s.object_id }}{{ loop.last }} {% endfor %}", "\"goneFalse newTrue\"");
	is("{{ (states.sensor | last).entity_id }}", "\"sensor.new\"");
	is("{{ states.sensor | sort(attribute='state') | map(attribute='state') | join(',') }}", "\"unavailable,unknown\"");
	is("{{ states | groupby('domain') | map('first') | join(',') }}", "\"light,sensor\"");
	is("{{ states.light is iterable }},{{ states.light.lamp is iterable }}", "\"True,False\"");
	is("{{ expand('light.lamp', ['sensor.new', 'light.lamp', 5, none]) | map(attribute='entity_id') | list }}",
	    "[\"light.lamp\",\"sensor.new\"]");
	is("{{ expand('group.all') | map(attribute='entity_id') | list }}", "[\"light.lamp\",\"sensor.new\"]");
	is("{{ expand(states.sensor) | count }},{{ 'light.nobody' | expand }},{{ expand() }}", "\"2,[],[]\"");
	is("{{ area_entities('hall') | expand | map(attribute='state') | list }}", "[\"on\"]");
	ATF_CHECK(value("{{ states.light[0].x }}", TEMPLATE_UNDEFINED) == NULL);
	ATF_CHECK(value("{{ states.light + states.light }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ expand(entity_id='light.lamp') }}", TEMPLATE_ERROR) == NULL);
	buf_puts(&deep, "{% set ns = namespace(l=['light.lamp']) %}{% for i in range(90) %}{% set ns.l = [ns.l] %}{% endfor %}"
	    "{{ expand(ns.l) }}");
	ATF_CHECK(value(buf_str(&deep), TEMPLATE_LIMIT) == NULL);
	buf_reset(&deep);
	buf_puts(&deep, "{% for i in range(5000) %}");
	for (i = 0; i < 20; i++)
		buf_puts(&deep, "{{ states | count }}");
	buf_puts(&deep, "{% endfor %}");
	ATF_CHECK(value(buf_str(&deep), TEMPLATE_LIMIT) == NULL);
	buf_free(&deep);
}

ATF_TC_WITHOUT_HEAD(facts__of_what_belongs_where);
ATF_TC_BODY(facts__of_what_belongs_where, tc)
{
	(void)tc;
	is("{{ area_name('light.lamp') }}", "\"area_name of light.lamp\"");
	is("{{ 'light.lamp' | area_id }}{{ area_id('nobody') }}", "\"area_id of light.lampNone\"");
	is("{{ device_id('a') ~ device_name('b') ~ floor_id('c') ~ floor_name('d') ~ label_id('e') ~ label_name('f') }}",
	    "\"device_id of adevice_name of bfloor_id of cfloor_name of dlabel_id of elabel_name of f\"");
	is("{{ area_devices('a') + floors() }}", "[\"area_devices of a\",\"another\",\"floors of \",\"another\"]");
	is("{{ (floor_areas('a') + floor_entities('b') + label_areas('c') + label_devices('d') + labels('e') + labels())"
	    " | select('ne', 'another') | list }}", "[\"floor_areas of a\",\"floor_entities of b\",\"label_areas of c\","
	    "\"label_devices of d\",\"labels of e\",\"labels of \"]");
	is("{{ ['light.lamp'] | map('area_name') | list }}", "[\"area_name of light.lamp\"]");
	ATF_CHECK(value("{{ area_name(5) }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ area_name('x' * 300) }}", TEMPLATE_OK) != NULL);
}

ATF_TC_WITHOUT_HEAD(time__how_long_ago);
ATF_TC_BODY(time__how_long_ago, tc)
{
	(void)tc;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	is("{{ relative_time(states.light.lamp.last_changed) }}", "\"1 hour\"");
	is("{{ time_since(states.light.lamp.last_changed, 2) }}", "\"1 hour 2 minutes\"");
	is("{{ states.light.lamp.last_changed | time_since(precision=0) }}", "\"1 hour 2 minutes 3 seconds\"");
	is("{{ time_since(now()) }},{{ time_until(now() + timedelta(seconds=1)) }}", "\"0 seconds,1 second\"");
	is("{{ time_until(now() + timedelta(days=400), 3) }}", "\"1 year 1 month 5 days\"");
	is("{{ time_since(now() - timedelta(minutes=90)) }},{{ time_since(now() - timedelta(minutes=150)) }}",
	    "\"2 hours,2 hours\"");
	is("{{ time_since(now() - timedelta(minutes=30), 2) }}", "\"30 minutes\"");
	is("{{ relative_time('soon') }}{{ time_until(5) }}", "\"soon5\"");
	is("{{ relative_time(now() + timedelta(1)) == now() + timedelta(1) }}", "true");
	is("{{ today_at() }}", "\"2023-11-15 00:00:00+01:00\"");
	is("{{ today_at('7:05') }} {{ '23:59:59' | today_at }}", "\"2023-11-15 07:05:00+01:00 2023-11-15 23:59:59+01:00\"");
	is("{{ now() < today_at('08:00') }}", "true");
	ATF_CHECK(value("{{ today_at('24:00') }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ today_at('7') }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ today_at('07:00:00:00') }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ today_at(7) }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ time_since(now(), 'x') }}", TEMPLATE_ERROR) == NULL);
	ATF_CHECK(value("{{ relative_time(missing) }}", TEMPLATE_UNDEFINED) == NULL);
}

ATF_TC_WITHOUT_HEAD(trigger__is_more_than_json);
ATF_TC_BODY(trigger__is_more_than_json, tc)
{
	(void)tc;
	setenv("TZ", "UTC", 1);
	tzset();
	is("{{ trigger.to_state.state ~ trigger.to_state.attributes.x ~ trigger.to_state.object_id }}", "\"off1lamp\"");
	is("{{ trigger['to_state'].attributes.device_class ~ trigger.to_state.name }}", "\"plugname of light.lamp\"");
	is("{{ (now() - trigger.to_state.last_changed).total_seconds() | int }}", "3723");
	is("{{ trigger.to_state.last_updated }}", "null");
	is("{{ trigger.now.hour }} {{ trigger.for }} {{ trigger.for.total_seconds() }}", "\"22 0:01:30 90.0\"");
	is("{{ trigger.trigger.for }}{{ trigger.from_state is none }}{{ trigger.event.data.now }}", "\"0:00:05Truex\"");
	is("{% set t = trigger %}{{ t.get('now').minute }}", "13");
	ATF_CHECK(value("{{ trigger.from_state.state.x }}", TEMPLATE_UNDEFINED) == NULL);
}

ATF_TC_WITHOUT_HEAD(this__has_moments);
ATF_TC_BODY(this__has_moments, tc)
{
	(void)tc;
	is("{{ (now() - this.attributes.last_triggered).total_seconds() }}", "23.0");
	is("{{ now() - this['attributes'].get('last_triggered') > timedelta(minutes=1) }}", "false");
	is("{{ this.attributes.last_triggered or 'never' }}", "\"2023-11-14 23:15:00+00:00\"");
	is("{{ this.last_changed.hour }}{{ this.last_updated is none }}", "\"22True\"");
	is("{{ this.state ~ this.attributes.mode ~ this.attributes.current }}", "\"onsingle0\"");
	is("{{ this.text }}{{ trigger.last_triggered is defined }}", "\"2023-11-14T22:00:00ZFalse\"");
}

ATF_TC_WITHOUT_HEAD(members__of_areas_and_labels);
ATF_TC_BODY(members__of_areas_and_labels, tc)
{
	(void)tc;
	is("{{ areas() }}", "[\"hall\"]");
	is("{{ area_entities('hall') }}", "[\"light.lamp\",\"switch.plug\"]");
	is("{{ area_entities('attic') }}", "[]");
	is("{{ label_entities('x') | select('is_state', 'on') | list | count }}", "1");
	is("{{ (device_entities('x') + domain_entities('light')) | count }}", "0");
	is("{% set n = namespace(on=0) %}{% for id in area_entities('hall') if is_state(id, 'on') %}"
	    "{% set n.on = n.on + 1 %}{% endfor %}{{ n.on }}", "1");
	ATF_CHECK(value("{{ area_entities(5) }}", TEMPLATE_ERROR) == NULL);
}

ATF_TC_WITHOUT_HEAD(states__only_where_entities_are_known);
ATF_TC_BODY(states__only_where_entities_are_known, tc)
{
	struct template_scratch *s = template_scratch_new();
	struct template_env env = { .now_ms = 0 };
	struct buf b = { 0 };
	struct template *t;

	(void)tc;
	ATF_REQUIRE_EQ(template_compile("{{ states('light.lamp') }}", 26, &t, NULL), RC_OK);
	ATF_CHECK_EQ(template_eval(t, s, &env, &b, NULL), TEMPLATE_UNDEFINED);
	template_free(t);
	template_scratch_free(s);
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(value__keeps_its_type);
ATF_TC_BODY(value__keeps_its_type, tc)
{
	(void)tc;
	is("plain", "\"plain\"");
	is("12", "12");
	is("{{ 1 / 2 }}", "0.5");
	is("{{ '7' }}", "7");
	is("{{ n }}{{ n }}", "33");
	is("007", "\"007\"");
	is("{{ none }}", "null");
	is("{{ 'a' ~ n }}", "\"a3\"");
	is("{{ [1, 'b', {'c': true}] }}", "[1,\"b\",{\"c\":true}]");
	is("{{ range(3) }}", "[0,1,2]");
	is("{{ {'x': 1}.keys() }}", "[\"x\"]");
	is("{{ '[1, 2]' }}", "[1,2]");
	is("{{ missing }}", "\"\"");
	ATF_CHECK(value("{{ missing.x }}", TEMPLATE_UNDEFINED) == NULL);
}

/* What several parts print is what they print it of, as Home Assistant reads it. */
ATF_TC_WITHOUT_HEAD(value__of_a_printed_list);
ATF_TC_BODY(value__of_a_printed_list, tc)
{
	(void)tc;
	is("{% set ns = namespace(l=[]) %}{% for x in ['a', \"it's\"] %}{% set ns.l = ns.l + [x] %}{% endfor %}{{ ns.l }}",
	    "[\"a\",\"it's\"]");
	is("{% if true %}{{ {'brightness': 5, 'on': [1.5, true, none]} }}{% endif %}",
	    "{\"brightness\":5,\"on\":[1.5,true,null]}");
	is("{% if true %}{{ ['a'] + [{'b': ('c', -2e30)}] }}{% endif %}", "[\"a\",{\"b\":[\"c\",-2e+30]}]");
	is("{% if true %}{{ (1, 'x') }}{% endif %}", "[1,\"x\"]");
	is("{% if true %}{{ ('x',) }}{% endif %}", "[\"x\"]");
	is("{% if true %}{{ {1: 2, none: 3, 1.5: 4, true: 5} }}{% endif %}", "{\"1\":5,\"null\":3,\"1.5\":4}");
	is("{% if true %}{{ ['x', 'x'] | unique | list }}{{ '' }}{% endif %}", "[\"x\"]");
	is("{% if true %}{{ set(['x']) }}{% endif %}", "[\"x\"]");
	is("{% if true %}{{ set() }}{% endif %}", "[]");
	is("{% if true %}{{ {} }}{% endif %}", "{}");
	is("{% if true %}{{ ['\\n\\t\\\\ \"\\'', '\xc2\xa0\xee\x80\x80', '\xc3\xa4'] }}{% endif %}",
	    "[\"\\n\\t\\\\ \\\"'\",\"\xc2\xa0\xee\x80\x80\",\"\xc3\xa4\"]");
	is("[ 'a' , \"b\\U0001f600\",\n]", "[\"a\",\"b\xf0\x9f\x98\x80\"]");
	is("['{{ n }}', {{ n }}]", "[\"3\",3]");
	is("{{ \"['a']\" }}", "[\"a\"]");
	is("{'a': 1, 'a': 2}", "{\"a\":2}");
}

ATF_TC_WITHOUT_HEAD(value__that_is_no_literal);
ATF_TC_BODY(value__that_is_no_literal, tc)
{
	static const char *const texts[] = { "[a]", "[on, off]", "['a'", "'a'", "('a')", "(1)", "[1] and more", "(see below)",
	    "[007]", "[1-2]", "[.5]", "[1.]", "[--1]", "[nan]", "{'a': inf}", "['a' 'b']", "[,]", "['a',,]", "{'a'}x", "[1e]",
	    "{'a': 1, 'b'}", "{'a', 'b': 1}", "{['a']: 1}", "[b'a']", "['\\q']", "['\\x0']", "['\\x00']", "['\\ud800']",
	    "['\\U00110000']", "['a\\", "['a\nb']", "[Truely]", "[99999999999999999999, 'a']", "{'a' 1}", "(", "{", "['",
	    "1, 2", "1, 'a'", "set(1)" };
	struct buf want = { 0 };
	struct js *text;
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		text = js_new_stringn(texts[i], strlen(texts[i]));
		js_dump(text, &want);
		is(texts[i], buf_str(&want));
		js_free(text);
		buf_reset(&want);
	}
	buf_free(&want);
}

ATF_TC_WITHOUT_HEAD(value__of_a_deep_literal);
ATF_TC_BODY(value__of_a_deep_literal, tc)
{
	struct buf b = { 0 };
	struct js *v;
	int depth, i;

	(void)tc;
	for (depth = JS_DEPTH_MAX; depth <= JS_DEPTH_MAX + 1; depth++) {
		buf_reset(&b);
		for (i = 0; i < depth; i++)
			buf_puts(&b, "(");
		buf_puts(&b, "'x'");
		for (i = 0; i < depth; i++)
			buf_puts(&b, ",)");
		v = value(buf_str(&b), TEMPLATE_OK);
		ATF_CHECK_EQ(js_type(v), depth == JS_DEPTH_MAX ? JS_ARRAY : JS_STRING);
		js_free(v);
	}
	buf_reset(&b);
	for (i = 0; i < 20000; i++)
		buf_puts(&b, "[{(");
	v = value(buf_str(&b), TEMPLATE_OK);
	ATF_CHECK_EQ(js_type(v), JS_STRING);
	js_free(v);
	buf_free(&b);
}

/* Four sensors, "sensor.a0" and so on, whose states change. */
static char now[4][600];

static bool
look_now(void *arg, const char *id, struct template_state *out)
{
	(void)arg;
	if (strncmp(id, "sensor.a", 8) != 0 || id[8] < '0' || id[8] > '3')
		return false;
	*out = (struct template_state){ .state = now[id[8] - '0'] };
	return true;
}

static void
change_one(int i, char id[10])
{
	static const char *const states[] = { "1", "20.5", "on", "off", "-3", "unavailable", "0" };
	static unsigned int seed = 1;

	seed = seed * 1103515245 + 12345;
	if (seed >> 16 & 8)
		strlcpy(now[i], states[(seed >> 20) % 7], sizeof(now[i]));
	else	/* long text costs steps */
		memset(now[i], 'x', (seed >> 20) % 590);
	snprintf(id, 10, "sensor.a%d", i);
}

/* How often it came to a limit. */
static int
remembers(const char *source)
{
	struct template_scratch *s = template_scratch_new();
	struct template_env env = { .state = look_now }, with = env;
	struct buf plain = { 0 }, remembered = { 0 };
	enum template_result result, again;
	struct template *t = NULL;
	struct fault f = { 0 }, g = { 0 };
	char id[10];
	int i, limited = 0;

	with.memo = template_memo_new();
	ATF_REQUIRE_EQ_MSG(template_compile(source, strlen(source), &t, &f), RC_OK, "%s: %s", source, f.msg);
	for (i = 0; i < 400; i++) {
		buf_reset(&plain);
		buf_reset(&remembered);
		f = g = (struct fault){ 0 };
		result = template_eval(t, s, &env, &plain, &f);
		again = template_eval(t, s, &with, &remembered, &g);
		ATF_REQUIRE_EQ_MSG(result, again, "%s: %s, %s", source, f.msg, g.msg);
		ATF_REQUIRE_STREQ(buf_str(&plain), buf_str(&remembered));
		ATF_REQUIRE_STREQ(f.msg, g.msg);
		limited += result == TEMPLATE_LIMIT;
		change_one(i * 7 % 4, id);
		template_memo_touch(with.memo, id);
	}
	template_memo_free(with.memo);
	template_free(t);
	template_scratch_free(s);
	buf_free(&plain);
	buf_free(&remembered);
	return limited;
}

ATF_TC_WITHOUT_HEAD(memo__changes_nothing);
ATF_TC_BODY(memo__changes_nothing, tc)
{
	struct buf wide = { 0 };
	int i, n, limited = 0;

	(void)tc;
	remembers("{{ states('sensor.a0')|float(0) + states('sensor.a1')|float(0) * 2 > states('sensor.a2')|float(1) }}");
	remembers("{{ is_state('sensor.a0', 'on') and not is_state('sensor.a1', ['off', 'on']) or has_value('sensor.a2') }}");
	remembers("{{ states('sensor.a0')|int }} {{ states('sensor.a1')|float(0)|round(0)|abs }}");
	remembers("{{ 10 / states('sensor.a3')|float(1) if is_state('sensor.a0', 'on') else states('sensor.a1') }}");
	remembers("{{ 1 < states('sensor.a0')|float(0) < states('sensor.a1')|float(0) == (states('sensor.a0')|length > 3) }}");
	remembers("{% set states = is_state %}{{ states('sensor.a0', 'on') }}");
	remembers("{{ range(100)|sum + states('sensor.a0')|float(0) }}{{ states('sensor.' ~ 'a1') }}");
	/* at the limit of steps, where each counts */
	for (n = 1500; n <= 2100; n += 100) {
		buf_reset(&wide);
		for (i = 0; i < n; i++)
			buf_printf(&wide, "%s+ (states('sensor.a%d')|int(0))", i % 100 == 0 ? i == 0 ? "{{ 0" : " }}{{ 0" :
			    "", i % 4);
		buf_puts(&wide, " }}");
		limited += remembers(buf_str(&wide));
	}
	ATF_CHECK_MSG(limited > 0 && limited < 7 * 400, "%d times at the limit", limited);
	buf_free(&wide);
}

static void
tell_unknown(void *arg, const char *name, bool called)
{
	buf_printf(arg, "%s%s ", name, called ? "()" : "");
}

static void
tell_id(void *arg, const char *kind, const char *id)
{
	buf_printf(arg, "%s=%s ", kind, id);
}

static void
tell_states(void *arg, const char *domain)
{
	buf_printf(arg, "%s/ ", domain != NULL ? domain : "*");
}

ATF_TC_WITHOUT_HEAD(names__of_what_is_asked_for);
ATF_TC_BODY(names__of_what_is_asked_for, tc)
{
	static const struct { const char *source, *said; } cases[] = {
		{ "plain text", "" },
		{ "{{ states('light.a') }}", "entity_id=light.a " },
		{ "{{ is_state(value='on', entity_id=\"light.a\") and state_attr('light.b', 'x') }}",
		    "entity_id=light.a entity_id=light.b " },
		{ "{{ area_entities('hall') + label_entities('warm') + device_entities('d') }}{{ domain_entities('light') }}",
		    "area_id=hall */ label_id=warm */ device_id=d */ */ " },
		{ "{{ ['light.b', 'light.c']|select('is_state', 'on')|list }}",
		    "entity_id=light.b entity_id=light.c " },
		{ "{{ states(which) }}{{ stetes('light.a') }}{{ now() }}{{ pi }}", "which stetes() " },
		{ "{{ states.light.a }}", "entity_id=light.a " },
		{ "{{ states.light.a.state }}{{ states['light.b'].attributes.x }}{{ states.light['c'].attributes.get('y') }}",
		    "entity_id=light.a entity_id=light.b entity_id=light.c " },
		{ "{{ this.state }}{{ this.stat }}{{ this.attributes['last'] }}{{ this['attributes'].mode }}{{ this.a.b[x] }}",
		    "this this.stat this this.attributes.last this this this.a this x " },
		{ "{% set this = 1 %}{{ this.stat }}{{ that.attributes.last }}", "that " },
		{ "{{ states.light.a.stat }}", "entity_id=light.a states.light.a.stat " },
		{ "{{ states.light | list }}{{ states | count }}", "light/ */ " },
		{ "{% for s in states.sensor %}{{ s.stat }}{% endfor %}{{ states[x].y }}{{ states.light[z] }}",
		    "sensor/ */ x light/ z " },
		{ "{{ expand('light.a', ['light.b'], 'group.c') }}{{ 'light.d' | expand }}",
		    "entity_id=light.a entity_id=light.b entity_id=group.c entity_id=light.d " },
		{ "{{ expand('group.a') }}{{ state_attr('group.b', 'entity_id') }}",
		    "entity_id=group.a */ entity_id=group.b */ " },
		{ "{{ states('sensor.' ~ x) }}{{ area_name('light.a') }}{{ 'y' | device_id }}",
		    "*/ x lookup_value=light.a lookup_value=y " },
		{ "{{ floor_areas('up') + label_devices('l') + labels('a') }}", "floor_id=up label_id=l lookup_value=a " },
		{ "{{ now.hour }}{{ 'light.a' is is_state('on') }}", "now.hour entity_id=light.a " },
		{ "{% set states = 1 %}{{ states.light.a }}", "" },
		{ "{{ x }}{{ y is defined }}{{ y }}{{ z|default(1) }}{{ w|d }}{{ v is not defined }}", "x " },
		{ "{% set a = 1 %}{% set b %}b{% endset %}{% for k, v in {}.items() %}{{ k ~ v ~ loop.index }}{% endfor %}"
		    "{{ a ~ b }}{% with c = d %}{{ c }}{% endwith %}", "d " },
		{ "{% macro m(p, q=r) %}{{ p ~ q ~ caller ~ varargs }}{% endmacro %}{{ m(1) }}", "r " },
		{ "{% set ns = namespace(n=1) %}{% set ns.n = s %}{{ ns.n }}", "s " },
		{ "{% if a %}{{ b }}{% elif c %}{% else %}{{ d[e:f] }}{% endif %}{{ [g, (h, i)] }}{{ {j: k}.l }}{{ m if n else o }}"
		    "{{ p < q < r }}{{ s ~ t }}{{ u(*v, **w) }}", "d f a b c g h i j k n m o p q r s t u() v w " },
		{ "{% set area_entities = 1 %}{{ area_entities('hall') }}", "" },
		{ "{{ value_json.temperature }}", "value_json " },
	};
	struct buf said = { 0 };
	struct template *t = NULL;
	struct template_names names = { .unknown = tell_unknown, .id = tell_id, .states = tell_states,
	    .arg = &said };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&said);
		ATF_REQUIRE_EQ_MSG(template_compile(cases[i].source, strlen(cases[i].source), &t, NULL), RC_OK, "%s",
		    cases[i].source);
		template_names(t, &names);
		ATF_CHECK_MSG(strcmp(buf_str(&said), cases[i].said) == 0, "%s: %s", cases[i].source, buf_str(&said));
		template_free(t);
	}
	buf_free(&said);
}

ATF_TC_WITHOUT_HEAD(time__is_asked_for);
ATF_TC_BODY(time__is_asked_for, tc)
{
	static const struct { const char *source; bool asks; } cases[] = {
		{ "{{ now().hour }}", true }, { "{{ utcnow() }}", true }, { "{{ today_at('7:00') < now() }}", true },
		{ "{{ '7:00' | today_at }}", true }, { "{{ states.light.a.last_changed | relative_time }}", true },
		{ "{% if x %}{{ [time_since(y)] }}{% endif %}", true }, { "{{ time_until(z) }}", true },
		{ "{{ states('sensor.now') }} now() ", false }, { "now()", false }, { "{{ x.now }}", false },
	};
	struct template *t;
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ATF_REQUIRE_EQ(template_compile(cases[i].source, strlen(cases[i].source), &t, NULL), RC_OK);
		ATF_CHECK_MSG(template_asks_time(t) == cases[i].asks, "%s", cases[i].source);
		template_free(t);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, states__as_objects);
	ATF_TP_ADD_TC(tp, states__as_lists);
	ATF_TP_ADD_TC(tp, facts__of_what_belongs_where);
	ATF_TP_ADD_TC(tp, time__how_long_ago);
	ATF_TP_ADD_TC(tp, time__is_asked_for);
	ATF_TP_ADD_TC(tp, trigger__is_more_than_json);
	ATF_TP_ADD_TC(tp, this__has_moments);
	ATF_TP_ADD_TC(tp, memo__changes_nothing);
	ATF_TP_ADD_TC(tp, states__of_entities);
	ATF_TP_ADD_TC(tp, members__of_areas_and_labels);
	ATF_TP_ADD_TC(tp, states__only_where_entities_are_known);
	ATF_TP_ADD_TC(tp, value__keeps_its_type);
	ATF_TP_ADD_TC(tp, value__of_a_printed_list);
	ATF_TP_ADD_TC(tp, value__that_is_no_literal);
	ATF_TP_ADD_TC(tp, value__of_a_deep_literal);
	ATF_TP_ADD_TC(tp, names__of_what_is_asked_for);
	return atf_no_error();
}
