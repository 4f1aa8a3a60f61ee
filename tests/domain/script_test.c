/* SPDX-License-Identifier: ISC
 *
 * What runs do: every kind of action, and that a run which is written and read again at every pause goes on as if
 * nothing had happened.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "shared/domain/automation.h"
#include "shared/domain/event.h"
#include "shared/domain/script.h"

struct bench {
	struct house		 house;
	struct rule		*rule;
	struct script		*script;
	struct template_scratch	*scratch;
	struct action_context	 x;
	struct js		*variables;
	char			 log[1024];
	char			 traced[256];	/* the last step that said something */
	bool			 fail;		/* commands fail */
	bool			 durable;	/* written and read again at every pause */
};

static void
note(struct bench *b, const char *text)
{
	strlcat(b->log, text, sizeof(b->log));
	strlcat(b->log, " ", sizeof(b->log));
}

static enum rc
send(void *arg, struct live *l, const char *service, const struct js *data, struct fault *f)
{
	struct bench *b = arg;
	struct buf text = { 0 };

	if (b->fail)
		return fault_set(f, RC_REFUSED, l->entity_id, "not now");
	if (js_get(data, "brightness_pct") != NULL && strcmp(l->entity_id, "light.attic") == 0)
		return fault_set(f, RC_UNSUPPORTED, "brightness_pct", "this light cannot be dimmed");
	if (js_get(data, "odd") != NULL)
		return fault_set(f, RC_UNSUPPORTED, "odd", "is nothing it can do");
	buf_printf(&text, "%s.%s", l->entity_id, service);
	if (data != NULL)
		js_dump(data, &text);
	note(b, buf_str(&text));
	buf_free(&text);
	return RC_OK;
}

static enum rc
tell(void *arg, const char *type, const struct js *data, struct fault *f)
{
	struct buf text = { 0 };

	(void)f;
	buf_printf(&text, "%s", type);
	js_dump(data, &text);
	note(arg, buf_str(&text));
	buf_free(&text);
	return RC_OK;
}

static enum rc
automation(void *arg, const char *id, const char *service, const struct js *data, struct fault *f)
{
	struct buf text = { 0 };

	if (strcmp(id, "gone") == 0)
		return fault_set(f, RC_NOT_FOUND, NULL, "there is no automation gone");
	buf_printf(&text, "%s/%s", id, service);
	js_dump(data, &text);
	note(arg, buf_str(&text));
	buf_free(&text);
	return RC_OK;
}

static void
members(void *arg, const char *kind, const char *id, void (*fn)(const char *entity_id, void *fn_arg), void *fn_arg)
{
	(void)arg;
	if ((strcmp(kind, "area_id") == 0 && strcmp(id, "lamps") == 0) || strcmp(id, "light") == 0) {
		fn("light.attic", fn_arg);
		fn("light.den", fn_arg);
	}
	if (strcmp(id, "attic") == 0)
		fn("light.attic", fn_arg);
	if ((strcmp(kind, "area_id") == 0 && strcmp(id, "kitchen") == 0) ||
	    (strcmp(kind, "domain") == 0 && strcmp(id, "switch") == 0)) {
		fn("switch.a", fn_arg);
		fn("sensor.t", fn_arg);
		fn("switch.b", fn_arg);
	}
}

static void
trace(void *arg, const struct step *s, const char *result, const char *why)
{
	struct bench *b = arg;

	(void)s;
	if (*why != '\0')
		snprintf(b->traced, sizeof(b->traced), "%s: %s", result, why);
}

static struct live *
entity(struct bench *b, int64_t row, const char *id, const char *state)
{
	struct entity_state es = {
		.entity = { .row = row, .entity_id = id,
		    .domain = strncmp(id, "switch.", 7) == 0 ? "switch" : strncmp(id, "light.", 6) == 0 ? "light" : "sensor",
		    .capabilities = strcmp(id, "light.den") == 0 ? "{\"supported_color_modes\":[\"brightness\"]}" :
			"{\"supported_color_modes\":[\"onoff\"]}", .adapter = "none", .enabled = true },
		.state = { .state = state, .attributes = "{\"level\":7}", .available = true, .last_changed = 1000,
		    .last_updated = 1000 },
	};

	return house_put(&b->house, &es);
}

static struct js *
parse(const char *text)
{
	struct js *v = NULL;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(RC_OK, js_parse(text, strlen(text), JS_STRICT, &v, &f), "%s: %s", text, f.msg);
	return v;
}

static enum rc
compile(const char *steps, struct rule **out, struct fault *f)
{
	struct buf text = { 0 };
	struct js *v;
	enum rc rc;

	buf_printf(&text, "{\"name\":\"x\",\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"sensor.t\"}],"
	    "\"actions\":%s}", steps);
	v = parse(buf_str(&text));
	rc = automation_compile(v, out, f);
	js_free(v);
	buf_free(&text);
	return rc;
}

static void
begin(struct bench *b, const char *steps)
{
	struct fault f = { 0 };

	memset(b, 0, sizeof(*b));
	ATF_REQUIRE_EQ_MSG(RC_OK, compile(steps, &b->rule, &f), "%s: %s: %s", steps, f.field, f.msg);
	entity(b, 1, "switch.a", "off");
	entity(b, 2, "switch.b", "off");
	entity(b, 3, "sensor.t", "20");
	entity(b, 4, "light.attic", "off");
	entity(b, 5, "light.den", "off");
	b->scratch = template_scratch_new();
	b->script = script_new(parse("{\"name\":\"Ada\",\"list\":[\"x\",\"y\"]}"));
	b->durable = true;
	b->x = (struct action_context){ .rule = { .house = &b->house, .now_ms = 1000, .scratch = b->scratch },
		.program = &b->rule->program, .command = send, .event = tell, .members = members, .automation = automation, .trace = trace, .arg = b };
}

/* The run as the next engine finds it. */
static void
revive(struct bench *b)
{
	struct buf text = { 0 };
	struct jsw w = jsw_to(&text);
	struct js *v;

	script_write(&w, NULL, b->script);
	script_free(b->script);
	v = parse(buf_str(&text));
	ATF_REQUIRE_EQ_MSG(RC_OK, script_read(v, &b->rule->program, &b->script), "%s", buf_str(&text));
	js_free(v);
	buf_free(&text);
}

static enum script_result
go_at(struct bench *b, int64_t now_ms)
{
	enum script_result r;

	b->x.rule.now_ms = now_ms;
	r = script_go(b->script, &b->x);
	if (r == SCRIPT_WAITS && b->durable)
		revive(b);
	return r;
}

static bool
report(struct bench *b, int64_t row, const char *state)
{
	struct report rep = { .has_state = true, .state = state };
	struct house_change c;
	bool heard = false;

	if (house_apply(house_find(&b->house, row), &rep, b->x.rule.now_ms, &c))
		heard = script_hear(b->script, &c, &b->x);
	house_change_free(&c);
	if (b->durable && !heard)
		revive(b);
	return heard;
}

/* A change that begins or ends a hold: nobody goes on, and this is when one does by itself. */
static void
holds_until(struct bench *b, int64_t now_ms, int64_t row, const char *state, int64_t wake)
{
	b->x.rule.now_ms = now_ms;
	ATF_CHECK_MSG(!report(b, row, state), "%s at %lld", state, (long long)now_ms);
	ATF_CHECK_MSG(b->x.remembers, "%s at %lld", state, (long long)now_ms);
	ATF_CHECK_EQ_MSG(script_wake(b->script), wake, "%s at %lld: wakes at %lld", state, (long long)now_ms,
	    (long long)script_wake(b->script));
}

static void
end(struct bench *b)
{
	script_free(b->script);
	automation_free(b->rule);
	template_scratch_free(b->scratch);
	house_free(&b->house);
}

/* Runs to its end without a pause. */
static void
does(const char *steps, enum script_result want, const char *log)
{
	struct bench b;
	enum script_result got;

	begin(&b, steps);
	got = go_at(&b, 1000);
	ATF_CHECK_EQ_MSG(got, want, "%s: %d, %s", steps, got, b.x.fault.msg);
	ATF_CHECK_MSG(strcmp(b.log, log) == 0, "%s does \"%s\", not \"%s\"", steps, b.log, log);
	end(&b);
}

#define ON "{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"switch.a\"}}"
#define OFF "{\"action\":\"switch.turn_off\",\"entity_id\":\"switch.a\"}"
#define SAY(what) "{\"event\":\"" what "\"}"

ATF_TC_WITHOUT_HEAD(command__targets_and_data);
ATF_TC_BODY(command__targets_and_data, tc)
{
	(void)tc;
	does("[{\"service\":\"switch.turn_on\",\"target\":{\"area_id\":\"kitchen\"}}]", SCRIPT_DONE,
	    "switch.a.turn_on switch.b.turn_on ");
	does("[{\"action\":\"switch.turn_on\",\"target\":{\"area_id\":\"cellar\"}}]", SCRIPT_FAILED, "");
	does("[{\"action\":\"homeassistant.turn_off\",\"entity_id\":[\"switch.b\",\"switch.a\"]}]", SCRIPT_DONE,
	    "switch.b.turn_off switch.a.turn_off ");
	does("[{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"{{ 'switch.' ~ 'b' }}\"},"
	    "\"data\":{\"n\":\"{{ 1 + 1 }}\",\"who\":\"{{ name }}\",\"t\":\"{{ states('sensor.t') }}\","
	    "\"l\":\"{{ list }}\"}}]", SCRIPT_DONE,
	    "switch.b.turn_on{\"n\":2,\"who\":\"Ada\",\"t\":20,\"l\":[\"x\",\"y\"]} ");
	does("[{\"action\":\"switch.turn_on\",\"entity_id\":[\"switch.gone\",\"switch.a\"]}," OFF "]", SCRIPT_FAILED,
	    "switch.a.turn_on ");
	does("[{\"action\":\"switch.turn_on\",\"entity_id\":\"switch.gone\",\"continue_on_error\":true}," OFF "]",
	    SCRIPT_DONE, "switch.a.turn_off ");
	does("[{\"action\":\"switch.turn_on\",\"entity_id\":\"switch.a\",\"enabled\":false}," OFF "]", SCRIPT_DONE,
	    "switch.a.turn_off ");
}

ATF_TC_WITHOUT_HEAD(command__as_templates_say);
ATF_TC_BODY(command__as_templates_say, tc)
{
	struct fault f = { 0 };
	struct rule *r;

	(void)tc;
	does("[{\"action\":\"switch.turn_{{ 'on' if name == 'Ada' else 'off' }}\",\"target\":{\"entity_id\":\"switch.a\"}},"
	    "{\"action\":\"{{ 'switch.turn_off' }}\",\"target\":{\"area_id\":\"kitchen\"}}]", SCRIPT_DONE,
	    "switch.a.turn_on switch.a.turn_off switch.b.turn_off ");
	does("[{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"switch.a\"},"
	    "\"data\":\"{{ {'n': 1 + 1, 'who': name} }}\"}]", SCRIPT_DONE, "switch.a.turn_on{\"n\":2,\"who\":\"Ada\"} ");
	/* what it says is none, or of others, or no data, or for another time */
	does("[{\"action\":\"{{ '{' ~ '{ x }' ~ '}' }}\",\"target\":{\"entity_id\":\"switch.a\"}}," OFF "]", SCRIPT_FAILED, "");
	does("[{\"action\":\"switch.turn_{{ name }}\",\"target\":{\"entity_id\":\"switch.a\"}}," OFF "]", SCRIPT_FAILED, "");
	does("[{\"action\":\"{{ 'light.turn_on' }}\",\"target\":{\"entity_id\":\"switch.a\"}}," OFF "]", SCRIPT_FAILED, "");
	does("[{\"action\":\"switch.turn_on\",\"target\":{\"entity_id\":\"switch.a\"},\"data\":\"{{ name }}\"}," OFF "]",
	    SCRIPT_FAILED, "");
	ATF_CHECK_EQ(compile("[{\"action\":\"light.turn_{{ \",\"target\":{\"entity_id\":\"switch.a\"}}]", &r, &f), RC_INVALID);
}

#define MAYBE(target, more) "{\"action\":\"switch.turn_on\",\"target\":{" target "},\"where_possible\":true" more "}"

ATF_TC_WITHOUT_HEAD(command__where_possible);
ATF_TC_BODY(command__where_possible, tc)
{
	(void)tc;
	/* nobody there is a failure, unless what is possible is wanted */
	does("[{\"action\":\"fan.turn_on\",\"target\":{\"entity_id\":\"all\"}}," OFF "]", SCRIPT_FAILED, "");
	does("[{\"action\":\"fan.turn_on\",\"target\":{\"entity_id\":\"all\"},\"where_possible\":true}," OFF "]", SCRIPT_DONE,
	    "switch.a.turn_off ");
	does("[" MAYBE("\"entity_id\":[\"switch.gone\",\"switch.b\"]", "") "]", SCRIPT_DONE, "switch.b.turn_on ");
	/* what an entity does not take it is not told */
	does("[" MAYBE("\"entity_id\":\"all\"", ",\"data\":{\"odd\":1,\"n\":2}") "]", SCRIPT_DONE,
	    "switch.a.turn_on{\"n\":2} switch.b.turn_on{\"n\":2} ");
	does("[{\"action\":\"switch.turn_on\",\"entity_id\":\"switch.a\",\"data\":{\"odd\":1}}]", SCRIPT_FAILED, "");
	/* areas and labels by templates; a blank text is none */
	does("[" MAYBE("\"area_id\":\"{{ 'kit' ~ 'chen' }}\"", "") "]", SCRIPT_DONE, "switch.a.turn_on switch.b.turn_on ");
	does("[" MAYBE("\"area_id\":\"{{ ['cellar', 'kitchen'] }}\"", "") "]", SCRIPT_DONE,
	    "switch.a.turn_on switch.b.turn_on ");
	does("[" MAYBE("\"area_id\":\"{{ '' }}\",\"label_id\":\"{{ '' }}\",\"entity_id\":\"{{ [] }}\"", "") "," OFF "]", SCRIPT_DONE,
	    "switch.a.turn_off ");
	does("[{\"action\":\"switch.turn_on\",\"target\":{\"area_id\":\"{{ '' }}\"}}]", SCRIPT_FAILED, "");
	does("[" MAYBE("\"area_id\":\"{{ 1 / 0 }}\"", "") "]", SCRIPT_FAILED, "");
}

#define DIM(target) "[{\"action\":\"light.turn_on\",\"target\":{" target "},\"data\":{\"brightness_pct\":50}}]"

static void
dims(const char *steps, enum script_result want, const char *log, const char *traced)
{
	struct bench b;

	begin(&b, steps);
	ATF_CHECK_EQ_MSG(go_at(&b, 1000), want, "%s: %s", steps, b.x.fault.msg);
	ATF_CHECK_MSG(strcmp(b.log, log) == 0, "%s does \"%s\", not \"%s\"", steps, b.log, log);
	ATF_CHECK_MSG(strcmp(b.traced, traced) == 0, "%s: \"%s\", not \"%s\"", steps, b.traced, traced);
	end(&b);
}

ATF_TC_WITHOUT_HEAD(command__members_do_what_they_can);
ATF_TC_BODY(command__members_do_what_they_can, tc)
{
	static const char both[] = "light.attic.turn_on{} light.den.turn_on{\"brightness_pct\":50} ";
	static const char less[] = "done: light.attic: this light cannot be dimmed (brightness_pct)";

	(void)tc;
	dims(DIM("\"area_id\":\"lamps\""), SCRIPT_DONE, both, less);
	dims(DIM("\"area_id\":\"{{ 'lamps' }}\""), SCRIPT_DONE, both, less);
	dims(DIM("\"entity_id\":\"all\""), SCRIPT_DONE, both, less);
	dims(DIM("\"entity_id\":\"{{ ['light.attic', 'light.den'] }}\""), SCRIPT_DONE, both, less);
	dims(DIM("\"label_id\":\"attic\""), SCRIPT_DONE, "light.attic.turn_on{} ", less);
	/* who is named must be able to */
	dims(DIM("\"entity_id\":[\"light.attic\",\"light.den\"]"), SCRIPT_FAILED, "light.den.turn_on{\"brightness_pct\":50} ",
	    "failed: light.attic: this light cannot be dimmed (brightness_pct)");
	dims(DIM("\"entity_id\":\"{{ 'light.attic' }}\""), SCRIPT_FAILED, "",
	    "failed: light.attic: this light cannot be dimmed (brightness_pct)");
	/* and so must everybody where that is wanted */
	dims("[{\"action\":\"light.turn_on\",\"target\":{\"area_id\":\"lamps\"},\"data\":{\"brightness_pct\":50},"
	    "\"where_possible\":false}]", SCRIPT_FAILED, "light.den.turn_on{\"brightness_pct\":50} ",
	    "failed: light.attic: this light cannot be dimmed (brightness_pct)");
	/* what is wrong for all of them is wrong */
	dims("[{\"action\":\"light.turn_on\",\"target\":{\"area_id\":\"attic\"},\"data\":{\"odd\":50}}]", SCRIPT_FAILED, "",
	    "failed: light.attic: is nothing it can do (odd)");
}

ATF_TC_WITHOUT_HEAD(command__other_rules);
ATF_TC_BODY(command__other_rules, tc)
{
	(void)tc;
	does("[{\"action\":\"automation.turn_off\",\"target\":{\"entity_id\":[\"automation.a\",\"automation.b\"]}},"
	    "{\"action\":\"automation.trigger\",\"entity_id\":\"{{ 'automation.c' }}\",\"data\":{\"skip_condition\":\"{{ false }}\"}},"
	    "{\"service\":\"homeassistant.turn_on\",\"entity_id\":[\"switch.a\",\"automation.a\"]}]", SCRIPT_DONE,
	    "a/turn_off{} b/turn_off{} c/trigger{\"skip_condition\":false} switch.a.turn_on a/turn_on{} ");
	dims("[{\"action\":\"automation.trigger\",\"entity_id\":\"automation.gone\"}]", SCRIPT_FAILED, "",
	    "failed: there is no automation gone");
	dims("[{\"action\":\"automation.trigger\",\"entity_id\":\"automation.a\",\"data\":{\"skip_condition\":\"{{ 5 }}\"}}]",
	    SCRIPT_FAILED, "", "failed: automation.a: must be true or false (skip_condition)");
	dims("[{\"action\":\"homeassistant.toggle\",\"entity_id\":\"automation.a\"}]", SCRIPT_FAILED, "",
	    "failed: automation.a: has no service toggle");
}

ATF_TC_WITHOUT_HEAD(command__all_of_the_house);
ATF_TC_BODY(command__all_of_the_house, tc)
{
	(void)tc;
	does("[{\"action\":\"homeassistant.turn_off\",\"target\":{\"entity_id\":\"all\"}}]", SCRIPT_DONE,
	    "light.attic.turn_off light.den.turn_off switch.a.turn_off switch.b.turn_off ");
	does("[{\"action\":\"homeassistant.turn_on\",\"target\":{\"area_id\":[\"attic\",\"kitchen\"]}}]", SCRIPT_DONE,
	    "light.attic.turn_on switch.a.turn_on switch.b.turn_on ");
}

#define HOT "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":25}"
#define COLD "{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"below\":25}"

ATF_TC_WITHOUT_HEAD(branches__if_choose_condition);
ATF_TC_BODY(branches__if_choose_condition, tc)
{
	(void)tc;
	does("[{\"if\":[" COLD "],\"then\":[" SAY("then") "],\"else\":[" SAY("else") "]}," SAY("after") "]", SCRIPT_DONE,
	    "then{} after{} ");
	does("[{\"if\":" HOT ",\"then\":" SAY("then") ",\"else\":" SAY("else") "}," SAY("after") "]", SCRIPT_DONE,
	    "else{} after{} ");
	does("[{\"if\":\"{{ false }}\",\"then\":" SAY("then") "}]", SCRIPT_DONE, "");
	does("[{\"choose\":[{\"conditions\":[" HOT "],\"sequence\":[" SAY("a") "]},{\"conditions\":[" COLD
	    "],\"sequence\":[" SAY("b") "]},{\"conditions\":[],\"sequence\":[" SAY("c") "]}],\"default\":[" SAY("d")
	    "]}," SAY("after") "]", SCRIPT_DONE, "b{} after{} ");
	does("[{\"choose\":[{\"conditions\":[" HOT "],\"sequence\":[" SAY("a") "]}],\"default\":[" SAY("d") "]}]",
	    SCRIPT_DONE, "d{} ");
	/* a condition ends the sequence that it stands in */
	does("[" COLD "," SAY("a") "," HOT "," SAY("b") "]", SCRIPT_DONE, "a{} ");
	does("[{\"sequence\":[{\"not\":[" COLD "]}," SAY("a") "]}," SAY("b") "]", SCRIPT_DONE, "b{} ");
	does("[{\"or\":[" HOT "," COLD "]},{\"and\":[" COLD ",\"{{ name == 'Ada' }}\"]}," SAY("a") "]", SCRIPT_DONE, "a{} ");
}

ATF_TC_WITHOUT_HEAD(repeat__all_four_ways);
ATF_TC_BODY(repeat__all_four_ways, tc)
{
	(void)tc;
	does("[{\"repeat\":{\"count\":3,\"sequence\":[{\"event\":\"e\",\"event_data\":{\"i\":\"{{ repeat.index }}\","
	    "\"l\":\"{{ repeat.last }}\"}}]}},{\"event\":\"{{\"}]", SCRIPT_DONE,
	    "e{\"i\":1,\"l\":false} e{\"i\":2,\"l\":false} e{\"i\":3,\"l\":true} {{{} ");
	does("[{\"repeat\":{\"count\":\"{{ 1 - 1 }}\",\"sequence\":[" SAY("e") "]}}," SAY("after") "]", SCRIPT_DONE, "after{} ");
	does("[{\"repeat\":{\"for_each\":\"{{ list }}\",\"sequence\":[{\"repeat\":{\"for_each\":[1,2],\"sequence\":["
	    "{\"event\":\"in\",\"event_data\":{\"x\":\"{{ repeat.item }}\"}}]}},{\"event\":\"out\",\"event_data\":"
	    "{\"x\":\"{{ repeat.item }}\"}}]}}]", SCRIPT_DONE, "in{\"x\":1} in{\"x\":2} out{\"x\":\"x\"} in{\"x\":1} "
	    "in{\"x\":2} out{\"x\":\"y\"} ");
	does("[{\"repeat\":{\"while\":[\"{{ repeat.index <= 2 }}\"],\"sequence\":[" SAY("w") "]}}," SAY("after") "]",
	    SCRIPT_DONE, "w{} w{} after{} ");
	does("[{\"repeat\":{\"until\":[\"{{ repeat.index >= 2 }}\"],\"sequence\":[" SAY("u") "]}}," SAY("after") "]",
	    SCRIPT_DONE, "u{} u{} after{} ");
	does("[{\"repeat\":{\"while\":\"{{ true }}\",\"sequence\":[" SAY("w") ",{\"stop\":\"enough\"}]}}]",
	    SCRIPT_STOPPED, "w{} ");
	/* a condition ends one round */
	does("[{\"repeat\":{\"count\":3,\"sequence\":[\"{{ repeat.index != 2 }}\",{\"event\":\"e\",\"event_data\":"
	    "{\"i\":\"{{ repeat.index }}\"}}]}}]", SCRIPT_DONE, "e{\"i\":1} e{\"i\":3} ");
	/* without an end, without a pause */
	does("[{\"repeat\":{\"while\":\"{{ true }}\",\"sequence\":[{\"variables\":{\"a\":1}}]}}]", SCRIPT_FAILED, "");
	does("[{\"repeat\":{\"count\":\"{{ 'x' }}\",\"sequence\":[]}}]", SCRIPT_FAILED, "");
}

static void
fails(const char *steps, const char *why)
{
	struct bench b;

	begin(&b, steps);
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_FAILED);
	ATF_CHECK_STREQ(why, b.x.fault.msg);
	end(&b);
}

ATF_TC_WITHOUT_HEAD(repeat__says_what_it_was_given);
ATF_TC_BODY(repeat__says_what_it_was_given, tc)
{
	(void)tc;
	fails("[{\"repeat\":{\"for_each\":\"{{ 'on' }}\",\"sequence\":[]}}]",
	    "for_each needs a list of at most 100000, and got \"on\"");
	fails("[{\"repeat\":{\"for_each\":\"{{ 'x' * 100 }}\",\"sequence\":[]}}]", "for_each needs a list of at most 100000, "
	    "and got \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...");
	fails("[{\"repeat\":{\"count\":\"{{ -2 }}\",\"sequence\":[]}}]", "count needs a number from 0 to 100000, and got -2");
}

ATF_TC_WITHOUT_HEAD(plain__variables_event_stop);
ATF_TC_BODY(plain__variables_event_stop, tc)
{
	(void)tc;
	does("[{\"variables\":{\"a\":\"{{ 2 * 3 }}\",\"b\":\"{{ a + 1 }}\"}},{\"event\":\"e\",\"event_data\":"
	    "{\"b\":\"{{ b }}\",\"plain\":[1,null]}}]", SCRIPT_DONE, "e{\"b\":7,\"plain\":[1,null]} ");
	does("[{\"variables\":{\"a\":\"{{ missing.x }}\"}}," SAY("e") "]", SCRIPT_FAILED, "");
	does("[{\"stop\":\"enough\"}," SAY("e") "]", SCRIPT_STOPPED, "");
	does("[{\"stop\":\"wrong\",\"error\":true}," SAY("e") "]", SCRIPT_FAILED, "");
}

ATF_TC_WITHOUT_HEAD(delay__at_the_right_time);
ATF_TC_BODY(delay__at_the_right_time, tc)
{
	struct bench b;

	(void)tc;
	begin(&b, "[" ON ",{\"delay\":{\"minutes\":\"{{ 1 + 1 }}\"}}," OFF ",{\"delay\":1}]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 121000);
	ATF_CHECK_EQ(go_at(&b, 120999), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "switch.a.turn_on ");
	ATF_CHECK_EQ(go_at(&b, 121000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 122000);
	ATF_CHECK_EQ(go_at(&b, 500000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "switch.a.turn_on switch.a.turn_off ");
	end(&b);
}

ATF_TC_WITHOUT_HEAD(wait__for_templates_and_triggers);
ATF_TC_BODY(wait__for_templates_and_triggers, tc)
{
	static const char waits[] = "[{\"wait_template\":\"{{ states('sensor.t') | float > 25 }}\",\"timeout\":60},"
	    "{\"event\":\"warm\",\"event_data\":{\"c\":\"{{ wait.completed }}\"}},"
	    "{\"wait_for_trigger\":[{\"trigger\":\"state\",\"entity_id\":\"switch.b\",\"to\":\"on\",\"id\":\"b\"}],"
	    "\"timeout\":{\"seconds\":30},\"continue_on_timeout\":false},{\"event\":\"on\",\"event_data\":"
	    "{\"id\":\"{{ wait.trigger.id }}\"}}]";
	struct bench b;

	(void)tc;
	begin(&b, waits);
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(!report(&b, 3, "24"));
	ATF_CHECK(report(&b, 3, "26"));
	ATF_CHECK_EQ(go_at(&b, 2000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "warm{\"c\":true} ");
	ATF_CHECK(!report(&b, 1, "on"));
	ATF_CHECK(report(&b, 2, "on"));
	ATF_CHECK_EQ(go_at(&b, 3000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "warm{\"c\":true} on{\"id\":\"b\"} ");
	end(&b);

	begin(&b, waits);
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 61000);
	ATF_CHECK_EQ(go_at(&b, 61000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "warm{\"c\":false} ");
	ATF_CHECK_EQ(script_wake(b.script), 91000);
	ATF_CHECK_EQ(go_at(&b, 91000), SCRIPT_STOPPED);
	end(&b);
	does("[{\"wait_template\":\"{{ is_state('switch.a', 'off') }}\"}," SAY("at_once") "]", SCRIPT_DONE, "at_once{} ");
}

/* What never comes is not waited for in silence. */
ATF_TC_WITHOUT_HEAD(wait__for_what_never_comes);
ATF_TC_BODY(wait__for_what_never_comes, tc)
{
	static const char sun[] = "[{\"wait_for_trigger\":{\"trigger\":\"sun\",\"event\":\"sunset\"}}," SAY("on") "]";
	struct bench b;

	(void)tc;
	begin(&b, sun);
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_FAILED);
	ATF_CHECK_MSG(strstr(b.x.fault.msg, "set LATITUDE and LONGITUDE") != NULL, "%s", b.x.fault.msg);
	ATF_CHECK_STREQ(b.log, "");
	end(&b);

	begin(&b, sun);
	b.house.place = (struct place){ true, 52.5, 13.4 };
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(script_wake(b.script) > 1000);
	end(&b);

	/* something else may end it */
	begin(&b, "[{\"wait_for_trigger\":[{\"trigger\":\"sun\",\"event\":\"sunset\"},{\"trigger\":\"state\","
	    "\"entity_id\":\"switch.b\",\"to\":\"on\"}]}," SAY("on") "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(report(&b, 2, "on"));
	ATF_CHECK_EQ(go_at(&b, 2000), SCRIPT_DONE);
	end(&b);
	does("[{\"wait_for_trigger\":[]}," SAY("on") "]", SCRIPT_FAILED, "");
}

#define TOLD "{\"event\":\"went_on\",\"event_data\":{\"c\":\"{{ wait.completed }}\",\"r\":\"{{ wait.remaining }}\"," \
	"\"by\":\"{{ wait.trigger.id if wait.trigger else '-' }}\"}}"
#define B_ON "{\"trigger\":\"state\",\"entity_id\":[\"switch.a\",\"switch.b\"],\"to\":\"on\",\"for\":10,\"id\":\"on\"}"
#define LEVEL(more) "{\"trigger\":\"template\",\"value_template\":\"{{ states('sensor.t') | float > 15 }}\",\"id\":\"warm\"" more "}"

ATF_TC_WITHOUT_HEAD(wait__until_it_held_long_enough);
ATF_TC_BODY(wait__until_it_held_long_enough, tc)
{
	struct bench b;

	(void)tc;
	begin(&b, "[{\"wait_for_trigger\":[" B_ON "],\"timeout\":60}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 61000);
	ATF_CHECK(!report(&b, 3, "21") && !b.x.remembers);
	holds_until(&b, 2000, 2, "on", 12000);
	holds_until(&b, 3000, 1, "on", 12000);
	/* cut short, it begins anew; the other one goes on */
	holds_until(&b, 4000, 2, "off", 13000);
	holds_until(&b, 5000, 2, "on", 13000);
	holds_until(&b, 6000, 1, "off", 15000);
	ATF_CHECK_EQ(go_at(&b, 14999), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "");
	ATF_CHECK_EQ(go_at(&b, 15000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":46.0,\"by\":\"on\"} ");
	end(&b);
	/* without a timeout; the next wait remembers nothing of it */
	begin(&b, "[{\"repeat\":{\"count\":2,\"sequence\":[{\"wait_for_trigger\":[" B_ON "]},{\"event\":\"on\","
	    "\"event_data\":{\"e\":\"{{ wait.trigger.entity_id }}\",\"r\":\"{{ wait.remaining }}\"}}]}}]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 0);
	holds_until(&b, 2000, 1, "on", 12000);
	holds_until(&b, 2001, 2, "on", 12000);
	ATF_CHECK_EQ(go_at(&b, 12000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "on{\"e\":\"switch.a\",\"r\":null} ");
	ATF_CHECK_EQ(script_wake(b.script), 0);
	end(&b);
	/* what was due before the timeout counts, however late one looks; what was due behind it does not */
	begin(&b, "[{\"wait_for_trigger\":[" B_ON "],\"timeout\":60}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	holds_until(&b, 2000, 2, "on", 12000);
	ATF_CHECK_EQ(go_at(&b, 500000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":49.0,\"by\":\"on\"} ");
	end(&b);
	begin(&b, "[{\"wait_for_trigger\":[" B_ON "],\"timeout\":60}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	holds_until(&b, 52000, 2, "on", 61000);
	ATF_CHECK_EQ(go_at(&b, 500000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":false,\"r\":0.0,\"by\":\"-\"} ");
	end(&b);
}

static bool
minute(struct bench *b, int64_t now_ms)
{
	struct house_change c = rule_minute(now_ms);

	b->x.rule.now_ms = now_ms;
	return script_hear(b->script, &c, &b->x);
}

ATF_TC_WITHOUT_HEAD(wait__asks_for_the_time);
ATF_TC_BODY(wait__asks_for_the_time, tc)
{
	struct bench b;

	(void)tc;
	begin(&b, "[{\"wait_template\":\"{{ utcnow().minute == 3 }}\"}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(!minute(&b, 120000));
	ATF_CHECK(minute(&b, 180000));
	ATF_CHECK_EQ(go_at(&b, 180000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":null,\"by\":\"-\"} ");
	end(&b);
	/* of a trigger the time from which it is true counts, and how long */
	begin(&b, "[{\"wait_for_trigger\":[{\"trigger\":\"template\",\"value_template\":\"{{ utcnow().minute in (1, 4, 5) }}\","
	    "\"for\":90,\"id\":\"clock\"}]}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(!minute(&b, 60000));
	ATF_CHECK_EQ(script_hold_first(b.script->strands[0])->due, 150000);
	ATF_CHECK(!minute(&b, 120000));
	ATF_CHECK(script_hold_first(b.script->strands[0]) == NULL);
	ATF_CHECK(!minute(&b, 240000));
	ATF_CHECK(!minute(&b, 300000));
	ATF_CHECK_EQ(go_at(&b, 330000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":null,\"by\":\"clock\"} ");
	end(&b);
}

ATF_TC_WITHOUT_HEAD(wait__for_a_time);
ATF_TC_BODY(wait__for_a_time, tc)
{
	static const char steps[] = "[{\"wait_for_trigger\":[" B_ON ",{\"trigger\":\"time_pattern\",\"seconds\":\"/30\","
	    "\"id\":\"clock\"}],\"timeout\":%d}," TOLD "]";
	struct buf late = { 0 }, early = { 0 };
	struct bench b;

	(void)tc;
	buf_printf(&late, steps, 60);
	buf_printf(&early, steps, 20);
	begin(&b, buf_str(&late));
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 30000);
	holds_until(&b, 5000, 2, "on", 15000);
	holds_until(&b, 6000, 2, "off", 30000);
	/* its next moment was settled when the wait began, whoever looks when */
	ATF_CHECK_EQ(go_at(&b, 100000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":31.0,\"by\":\"clock\"} ");
	end(&b);
	begin(&b, buf_str(&early));
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 21000);
	ATF_CHECK_EQ(go_at(&b, 100000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":false,\"r\":0.0,\"by\":\"-\"} ");
	end(&b);
	buf_free(&late);
	buf_free(&early);
}

ATF_TC_WITHOUT_HEAD(wait__for_a_level);
ATF_TC_BODY(wait__for_a_level, tc)
{
	struct bench b;

	(void)tc;
	/* true when the wait began is no news */
	begin(&b, "[{\"wait_for_trigger\":[" LEVEL("") "]}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK(!report(&b, 3, "21") && !b.x.remembers);
	holds_until(&b, 2000, 3, "14", 0);
	ATF_CHECK(!report(&b, 3, "13") && !b.x.remembers);
	ATF_CHECK(report(&b, 3, "22"));
	ATF_CHECK_EQ(go_at(&b, 3000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":null,\"by\":\"warm\"} ");
	end(&b);
	begin(&b, "[{\"wait_for_trigger\":[" LEVEL(",\"for\":10") "]}," TOLD "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(script_wake(b.script), 0);
	holds_until(&b, 2000, 3, "14", 0);
	holds_until(&b, 3000, 3, "16", 13000);
	b.x.rule.now_ms = 4000;
	ATF_CHECK(!report(&b, 3, "17") && !b.x.remembers);
	ATF_CHECK_EQ(script_wake(b.script), 13000);
	holds_until(&b, 5000, 3, "14", 0);
	holds_until(&b, 6000, 3, "16", 16000);
	ATF_CHECK_EQ(go_at(&b, 16000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "went_on{\"c\":true,\"r\":null,\"by\":\"warm\"} ");
	end(&b);
}

ATF_TC_WITHOUT_HEAD(wait__as_it_was_written_once);
ATF_TC_BODY(wait__as_it_was_written_once, tc)
{
	static const char old[] = "[{\"id\":1,\"parent\":0,\"at\":0,\"children\":0,\"waits\":true,\"since\":1000,"
	    "\"wake\":61000,\"variables\":{}}]";
	struct bench b;
	struct js *v;
	int i;

	(void)tc;
	for (i = 0; i < 2; i++) {
		begin(&b, "[{\"wait_for_trigger\":[" LEVEL("") "],\"timeout\":60}," TOLD "]");
		script_free(b.script);
		v = parse(old);
		ATF_REQUIRE_EQ(RC_OK, script_read(v, &b.rule->program, &b.script));
		js_free(v);
		if (i == 0) {
			b.x.rule.now_ms = 41000;
			ATF_CHECK(report(&b, 3, "22"));
		}
		ATF_CHECK_EQ(go_at(&b, 61000), SCRIPT_DONE);
		ATF_CHECK_STREQ(b.log, i == 0 ? "went_on{\"c\":true,\"r\":20.0,\"by\":\"warm\"} " :
		    "went_on{\"c\":false,\"r\":0.0,\"by\":\"-\"} ");
		end(&b);
	}
}

ATF_TC_WITHOUT_HEAD(wait__remembers_so_much);
ATF_TC_BODY(wait__remembers_so_much, tc)
{
	struct buf text = { 0 };
	struct fault f = { 0 };
	struct rule *r = NULL;
	int i, k;

	(void)tc;
	buf_puts(&text, "[{\"wait_for_trigger\":[");
	for (i = 0; i < 5; i++) {
		buf_printf(&text, "%s{\"trigger\":\"state\",\"for\":1,\"entity_id\":[", i > 0 ? "," : "");
		for (k = 0; k < 64; k++)
			buf_printf(&text, "%s\"sensor.s%d\"", k > 0 ? "," : "", k);
		buf_puts(&text, "]}");
	}
	buf_puts(&text, "]}]");
	ATF_CHECK_EQ(compile(buf_str(&text), &r, &f), RC_INVALID);
	ATF_CHECK_STREQ(f.field, "actions[0].wait_for_trigger");
	automation_free(r);
	buf_free(&text);
}

ATF_TC_WITHOUT_HEAD(parallel__goes_on_when_all_are_done);
ATF_TC_BODY(parallel__goes_on_when_all_are_done, tc)
{
	struct bench b;

	(void)tc;
	begin(&b, "[{\"parallel\":[{\"sequence\":[" SAY("a1") ",{\"delay\":10}," SAY("a2") "]},"
	    "[{\"delay\":5}," SAY("b") "]," SAY("c") "]}," SAY("after") "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "a1{} c{} ");
	ATF_CHECK_EQ(script_wake(b.script), 6000);
	ATF_CHECK_EQ(go_at(&b, 6000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "a1{} c{} b{} ");
	ATF_CHECK_EQ(go_at(&b, 11000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "a1{} c{} b{} a2{} after{} ");
	end(&b);
	/* each has variables of its own */
	does("[{\"variables\":{\"v\":1}},{\"parallel\":[[{\"variables\":{\"v\":2}}],[{\"event\":\"e\",\"event_data\":"
	    "{\"v\":\"{{ v }}\"}}]]},{\"event\":\"f\",\"event_data\":{\"v\":\"{{ v }}\"}}]", SCRIPT_DONE,
	    "e{\"v\":1} f{\"v\":1} ");
	/* within a repeat, and inside each other */
	does("[{\"repeat\":{\"count\":2,\"sequence\":[{\"parallel\":[" SAY("x") ",{\"sequence\":[{\"parallel\":[" SAY("y")
	    "," SAY("z") "]}]}]}]}}," SAY("after") "]", SCRIPT_DONE, "x{} y{} z{} x{} y{} z{} after{} ");
}

#define GONE "{\"action\":\"switch.turn_on\",\"entity_id\":\"switch.gone\"}"
#define BESIDE "[{\"delay\":5}," SAY("beside") "]"

/* What fails or stops in a branch ends that one; the others go to their end, and only then the run bears it. */
static void
beside(const char *branch, const char *more, enum script_result how, const char *why, const char *log)
{
	struct buf text = { 0 };
	struct bench b;

	buf_printf(&text, "[{\"parallel\":[[%s," SAY("never") "]," BESIDE "]%s}," SAY("after") "]", branch, more);
	begin(&b, buf_str(&text));
	ATF_CHECK_EQ_MSG(go_at(&b, 1000), SCRIPT_WAITS, "%s", buf_str(&text));
	ATF_CHECK_STREQ(b.log, "");
	ATF_CHECK_EQ_MSG(go_at(&b, 6000), how, "%s", buf_str(&text));
	ATF_CHECK_STREQ(b.log, log);
	ATF_CHECK_STREQ(b.x.fault.msg, why);
	end(&b);
	buf_free(&text);
}

ATF_TC_WITHOUT_HEAD(parallel__a_branch_ends_alone);
ATF_TC_BODY(parallel__a_branch_ends_alone, tc)
{
	static const char go_on[] = ",\"continue_on_error\":true";

	(void)tc;
	beside(GONE, "", SCRIPT_FAILED, "switch.gone: does not exist", "beside{} ");
	beside("{\"stop\":\"enough\"}", "", SCRIPT_STOPPED, "enough", "beside{} ");
	beside("{\"stop\":\"wrong\",\"error\":true}", "", SCRIPT_FAILED, "wrong", "beside{} ");
	/* a failure may be gone past, a stop is meant */
	beside(GONE, go_on, SCRIPT_DONE, "", "beside{} after{} ");
	beside("{\"stop\":\"enough\"}", go_on, SCRIPT_STOPPED, "enough", "beside{} ");
	beside("{\"stop\":\"wrong\",\"error\":true}", go_on, SCRIPT_FAILED, "wrong", "beside{} ");
	/* the first failure is what the run says; it says more than a stop */
	beside("{\"parallel\":[[{\"stop\":\"enough\"}],[{\"delay\":1}," GONE "],[{\"delay\":2},{\"stop\":\"late\","
	    "\"error\":true}]]}", "", SCRIPT_FAILED, "switch.gone: does not exist", "beside{} ");
	/* within a repeat, which ends with its branch */
	beside("{\"repeat\":{\"count\":2,\"sequence\":[" GONE "]}}", "", SCRIPT_FAILED, "switch.gone: does not exist", "beside{} ");
}

ATF_TC_WITHOUT_HEAD(parallel__goes_past_a_failure);
ATF_TC_BODY(parallel__goes_past_a_failure, tc)
{
	struct bench b;

	(void)tc;
	does("[{\"parallel\":[{\"sequence\":[" GONE "," SAY("a") "],\"continue_on_error\":true}," SAY("b") "]}," SAY("c")
	    "]", SCRIPT_DONE, "b{} c{} ");
	/* each round has branches of its own */
	does("[{\"repeat\":{\"count\":2,\"sequence\":[{\"parallel\":[" GONE "," SAY("b") "],\"continue_on_error\":true}]}}]",
	    SCRIPT_DONE, "b{} b{} ");
	/* the inner ones' failure is the outer branch's */
	begin(&b, "[{\"parallel\":[[{\"parallel\":[" GONE ",[{\"delay\":2}," SAY("inner") "]]}," SAY("never") "]," BESIDE
	    "],\"continue_on_error\":true}," SAY("after") "]");
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(go_at(&b, 3000), SCRIPT_WAITS);
	ATF_CHECK_STREQ(b.log, "inner{} ");
	ATF_CHECK_EQ(go_at(&b, 6000), SCRIPT_DONE);
	ATF_CHECK_STREQ(b.log, "inner{} beside{} after{} ");
	end(&b);
	/* what cannot begin is gone past as a whole */
	does("[{\"repeat\":{\"count\":\"{{ 'x' }}\",\"sequence\":[" SAY("e") "]},\"continue_on_error\":true}," SAY("after") "]",
	    SCRIPT_DONE, "after{} ");
}

ATF_TC_WITHOUT_HEAD(parallel__too_many_at_once);
ATF_TC_BODY(parallel__too_many_at_once, tc)
{
	struct buf text = { 0 };
	struct bench b;
	int i, k;

	(void)tc;
	buf_puts(&text, "[{\"parallel\":[");
	for (i = 0; i < 3; i++) {
		buf_printf(&text, "%s[{\"parallel\":[", i > 0 ? "," : "");
		for (k = 0; k < 13; k++)
			buf_printf(&text, "%s[{\"delay\":1}," SAY("x") "]", k > 0 ? "," : "");
		buf_puts(&text, "]}]");
	}
	buf_puts(&text, "]}]");
	begin(&b, buf_str(&text));
	ATF_CHECK_EQ(go_at(&b, 1000), SCRIPT_WAITS);
	ATF_CHECK_EQ(go_at(&b, 2000), SCRIPT_FAILED);
	ATF_CHECK_STREQ(b.x.fault.msg, "more than 32 strands at the same time");
	/* of two there was room for all, of the third for none */
	ATF_CHECK_EQ(strlen(b.log), 26 * strlen("x{} "));
	end(&b);
	buf_free(&text);
}

ATF_TC_WITHOUT_HEAD(compile__says_where);
ATF_TC_BODY(compile__says_where, tc)
{
	static const struct { const char *steps, *field; } bad[] = {
		{ "[{\"dance\":1}]", "actions[0]" },
		{ "[{\"delay\":\"soon\"}]", "actions[0].delay" },
		{ "[" ON ",{\"choose\":[{\"conditions\":[{\"condition\":\"moon\"}],\"sequence\":[]}]}]",
		    "actions[1].choose[0].conditions[0].condition" },
		{ "[{\"choose\":[{\"sequence\":[]}]}]", "actions[0].choose[0].conditions" },
		{ "[{\"choose\":[{\"conditions\":[],\"sequence\":[{\"action\":\"switch.turn_on\",\"target\":"
		    "{\"entity_id\":\"Kitchen\"}}]}]}]", "actions[0].choose[0].sequence[0].target.entity_id" },
		{ "[{\"repeat\":{\"count\":1,\"while\":[],\"sequence\":[]}}]", "actions[0].repeat.count" },
		{ "[{\"repeat\":{\"count\":1,\"sequence\":[{\"delay\":-1}]}}]", "actions[0].repeat.sequence[0].delay" },
		{ "[{\"parallel\":[[{\"event\":1}]]}]", "actions[0].parallel[0][0].event" },
		{ "[{\"parallel\":[{\"delay\":\"long\"}]}]", "actions[0].parallel[0].delay" },
		{ "[{\"parallel\":[{\"sequence\":[{\"delay\":\"long\"}]}]}]", "actions[0].parallel[0].sequence[0].delay" },
		{ "[{\"variables\":{\"a\":\"{{ \"}}]", "actions[0].variables.a" },
		{ "[{\"wait_template\":\"{{ x\"}]", "actions[0].wait_template" },
		{ "[{\"wait_for_trigger\":{\"trigger\":\"time\",\"at\":\"25:00\"}}]", "actions[0].wait_for_trigger[0].at" },
		{ "[{\"action\":\"switch.dance\",\"entity_id\":\"switch.a\"}]", "actions[0].action" },
		{ "[{\"action\":\"switch.turn_on\"}]", "actions[0].target" },
		{ "[{\"action\":\"automation.turn_on\",\"entity_id\":\"all\"}]", "actions[0].target" },
		{ "[{\"action\":\"automation.trigger\",\"entity_id\":\"switch.a\"}]", "actions[0].target" },
		{ "[{\"action\":\"switch.turn_on\",\"entity_id\":\"light.a\"}]", "actions[0].target" },
		{ "[\"{{ \"]", "actions[0].value_template" },
		{ "[{\"choose\":[{\"conditions\":[],\"sequence\":[],\"when\":1}]}]", "actions[0].choose[0].when" },
		{ "[{\"choose\":[{\"sequence\":[]}]}]", "actions[0].choose[0].conditions" },
		{ "[{\"parallel\":[{\"sequence\":[],\"when\":1}]}]", "actions[0].parallel[0].when" },
		{ "[{\"and\":[],\"conditions\":[]}]", "actions[0].condition" },
		{ "[{\"repeat\":{\"count\":\"often\",\"sequence\":[]}}]", "actions[0].repeat.count" },
		{ "[{\"repeat\":{\"for_each\":\"all\",\"sequence\":[]}}]", "actions[0].repeat.for_each" },
		{ "[{\"delay\":[\"{{ 1 }}\"]}]", "actions[0].delay" },
		{ "[{\"delay\":{\"minutes\":\"{{ 1 }}\",\"years\":1}}]", "actions[0].delay" },
		{ "[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":[\"light.a\",7,\"{{ x }}\"]}}]",
		    "actions[0].target.entity_id[1]" },
		{ "[{\"action\":\"light.turn_on\",\"target\":{\"device_id\":\"{{ x }}\"}}]",
		    "actions[0].target.device_id" },
		{ "[{\"action\":\"light.turn_on\",\"target\":{}}]", "actions[0].target.entity_id" },
		{ "[{\"action\":\"light.turn_on\",\"service\":\"light.turn_on\",\"entity_id\":\"light.a\"}]",
		    "actions[0].action" },
	};
	struct fault f;
	struct rule *r;
	size_t i;

	(void)tc;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		r = NULL;
		ATF_CHECK_MSG(compile(bad[i].steps, &r, &f) != RC_OK, "%s", bad[i].steps);
		ATF_CHECK_MSG(strcmp(f.field, bad[i].field) == 0, "%s: \"%s\", not \"%s\" (%s)", bad[i].steps, f.field,
		    bad[i].field, f.msg);
		automation_free(r);
	}
}

ATF_TC_WITHOUT_HEAD(read__refuses_what_is_not_its_own);
ATF_TC_BODY(read__refuses_what_is_not_its_own, tc)
{
	static const char *const bad[] = { "[]", "{}", "5", "[1]", "[{\"id\":1,\"at\":0}]",
		"[{\"id\":1,\"at\":99,\"variables\":{}}]", "[{\"id\":1,\"at\":-1,\"variables\":{}}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"loops\":[{\"step\":99}]}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"broken\":5}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"holds\":{}}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"holds\":[[0,1]]}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"holds\":[[-1,1,5]]}]",
		"[{\"id\":1,\"at\":0,\"variables\":{},\"holds\":[[0,1,-5]]}]" };
	struct bench b;
	struct script *s;
	struct js *v;
	size_t i;

	(void)tc;
	begin(&b, "[" ON ",{\"delay\":1}]");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = parse(bad[i]);
		ATF_CHECK_EQ_MSG(script_read(v, &b.rule->program, &s), RC_INVALID, "%s", bad[i]);
		js_free(v);
	}
	end(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, command__targets_and_data);
	ATF_TP_ADD_TC(tp, command__as_templates_say);
	ATF_TP_ADD_TC(tp, command__where_possible);
	ATF_TP_ADD_TC(tp, command__members_do_what_they_can);
	ATF_TP_ADD_TC(tp, command__other_rules);
	ATF_TP_ADD_TC(tp, command__all_of_the_house);
	ATF_TP_ADD_TC(tp, branches__if_choose_condition);
	ATF_TP_ADD_TC(tp, repeat__all_four_ways);
	ATF_TP_ADD_TC(tp, repeat__says_what_it_was_given);
	ATF_TP_ADD_TC(tp, plain__variables_event_stop);
	ATF_TP_ADD_TC(tp, delay__at_the_right_time);
	ATF_TP_ADD_TC(tp, wait__for_templates_and_triggers);
	ATF_TP_ADD_TC(tp, wait__for_what_never_comes);
	ATF_TP_ADD_TC(tp, wait__until_it_held_long_enough);
	ATF_TP_ADD_TC(tp, wait__for_a_time);
	ATF_TP_ADD_TC(tp, wait__asks_for_the_time);
	ATF_TP_ADD_TC(tp, wait__for_a_level);
	ATF_TP_ADD_TC(tp, wait__as_it_was_written_once);
	ATF_TP_ADD_TC(tp, wait__remembers_so_much);
	ATF_TP_ADD_TC(tp, parallel__goes_on_when_all_are_done);
	ATF_TP_ADD_TC(tp, parallel__a_branch_ends_alone);
	ATF_TP_ADD_TC(tp, parallel__goes_past_a_failure);
	ATF_TP_ADD_TC(tp, parallel__too_many_at_once);
	ATF_TP_ADD_TC(tp, compile__says_where);
	ATF_TP_ADD_TC(tp, read__refuses_what_is_not_its_own);
	return atf_no_error();
}
