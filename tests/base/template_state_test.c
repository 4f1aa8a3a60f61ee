/* SPDX-License-Identifier: ISC
 *
 * What templates see of entities, and templates as values.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/template.h"

#define LAMP "{\"brightness\":102,\"rgb_color\":[1,2,3]}"

static bool
look(void *arg, const char *id, struct template_state *out)
{
	if (strcmp(id, "light.lamp") == 0)
		*out = (struct template_state){ "on", arg, "plug", "W" };
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
	else if (strcmp(id, "hall") == 0 || strcmp(kind, "label_id") == 0) {
		fn(text, fn_arg);
		memset(text, 'x', sizeof(text) - 1);
		fn("switch.plug", fn_arg);
	}
}

static struct js *
value(const char *source, enum template_result want)
{
	struct template_scratch *s = template_scratch_new();
	struct js *attributes = NULL, *out = NULL;
	struct template_var vars[] = { template_var_int("n", 3) };
	struct template_env env = { .vars = vars, .nvars = 1, .state = look, .members = members };
	struct template *t = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(js_parse(LAMP, sizeof(LAMP) - 1, JS_STRICT, &attributes, NULL), RC_OK);
	env.arg = attributes;
	ATF_REQUIRE_EQ_MSG(template_compile(source, strlen(source), &t, &f), RC_OK, "%s: %s", source, f.msg);
	ATF_CHECK_EQ_MSG(template_eval_value(t, s, &env, &out, &f), want, "%s: %s", source, f.msg);
	js_free(attributes);
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

ATF_TC_WITHOUT_HEAD(names__of_what_is_asked_for);
ATF_TC_BODY(names__of_what_is_asked_for, tc)
{
	static const struct { const char *source, *said; } cases[] = {
		{ "plain text", "" },
		{ "{{ states('light.a') }}", "entity_id=light.a " },
		{ "{{ is_state(value='on', entity_id=\"light.a\") and state_attr('light.b', 'x') }}",
		    "entity_id=light.a entity_id=light.b " },
		{ "{{ area_entities('hall') + label_entities('warm') + device_entities('d') }}{{ domain_entities('light') }}",
		    "area_id=hall label_id=warm device_id=d " },
		{ "{{ ['light.b', 'light.c']|select('is_state', 'on')|list }}",
		    "entity_id=light.b entity_id=light.c " },
		{ "{{ states(which) }}{{ stetes('light.a') }}{{ now() }}{{ pi }}", "which stetes() " },
		{ "{{ states.light.a }}", "states.light " },
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
	struct template_names names = { tell_unknown, tell_id, &said };
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

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, memo__changes_nothing);
	ATF_TP_ADD_TC(tp, states__of_entities);
	ATF_TP_ADD_TC(tp, members__of_areas_and_labels);
	ATF_TP_ADD_TC(tp, states__only_where_entities_are_known);
	ATF_TP_ADD_TC(tp, value__keeps_its_type);
	ATF_TP_ADD_TC(tp, names__of_what_is_asked_for);
	return atf_no_error();
}
