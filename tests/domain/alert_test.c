/* SPDX-License-Identifier: ISC
 *
 * Alert rules: what compiles, what holds, what history says for them, and how they are edited.
 */
#include <atf-c.h>
#include <math.h>
#include <string.h>

#include "shared/domain/alert.h"
#include "shared/domain/alert_edit.h"
#include "shared/domain/event.h"
#include "shared/domain/revision.h"
#include "shared/domain/used.h"
#include "tests/lib/house.h"

#define NOW INT64_C(1767268800000)	/* 2026-01-01 12:00 UTC, a Thursday */
#define MIN_MS 60000LL
#define HOUR_MS 3600000LL
#define DAY_MS 86400000LL

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
	house_entity(&tx, "sensor.power", "{}");
	house_entity(&tx, "sensor.rain", "{}");
	house_entity(&tx, "light.x", "{}");
}

/* Lives as long as the case. */
static const struct js *
parse(const char *text)
{
	static struct js *parsed[256];
	static size_t n;

	ATF_REQUIRE(n < sizeof(parsed) / sizeof(parsed[0]));
	ATF_REQUIRE_EQ_MSG(js_parse(text, strlen(text), JS_STRICT, &parsed[n], NULL), RC_OK, "%s", text);
	return parsed[n++];
}

/* ---- compiling ---- */

ATF_TC_WITHOUT_HEAD(compile__says_what_is_wrong);
ATF_TC_BODY(compile__says_what_is_wrong, tc)
{
	static const struct { const char *rule, *field; } bad[] = {
		{ "{\"expression\":\"1\"}", "name" },
		{ "{\"name\":\"x\"}", "expression" },
		{ "{\"name\":\"x\",\"expression\":\"a >\"}", "expression" },
		{ "{\"name\":\"x\",\"expression\":\"a > 1\",\"severity\":\"high\"}", "severity" },
		{ "{\"name\":\"x\",\"expression\":\"a > 1\",\"colour\":1}", "colour" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"A b\":1}}", "variables.A b" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"nonsense\"}}}",
		    "variables.a.entity_id" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"a.b\",\"aggregate\":\"mode\"}}}",
		    "variables.a.aggregate" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"a.b\",\"aggregate\":\"sum\"}}}",
		    "variables.a.over" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"a.b\",\"aggregate\":\"sum\","
		    "\"over\":5}}}", "variables.a.over" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"a.b\",\"baseline\":\"hour\","
		    "\"attribute\":\"x\"}}}", "variables.a.attribute" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":{\"entity_id\":\"a.b\",\"over\":600}}}",
		    "variables.a.over" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"variables\":{\"a\":\"{{ nope( }}\"}}", "variables.a" },
		{ "{\"name\":\"x\",\"expression\":\"a and b\",\"hysteresis\":10}", "hysteresis" },
		{ "{\"name\":\"x\",\"expression\":\"a == b\",\"hysteresis\":10}", "hysteresis" },
		{ "{\"name\":\"x\",\"expression\":\"1 < a < 2\",\"hysteresis\":10}", "hysteresis" },
		{ "{\"name\":\"x\",\"expression\":\"a > 1\",\"hysteresis\":10,\"clear_expression\":\"a < 0\"}", "hysteresis" },
		{ "{\"name\":\"x\",\"expression\":\"a > 1\",\"hysteresis\":101}", "hysteresis" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"for\":\"soon\"}", "for" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"repeat\":5}", "repeat" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"channels\":[\"log\",\"pigeon\"]}", "channels[1]" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"channels\":[]}", "channels" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"channels\":[\"request\"]}", "channels[0]" },
		{ "{\"name\":\"x\",\"expression\":\"1\",\"message\":\"{{ | }}\"}", "message" },
	};
	struct alert_rule *r;
	struct fault f;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		ATF_CHECK_EQ_MSG(alert_compile(parse(bad[i].rule), &r, &f), RC_INVALID, "%s", bad[i].rule);
		ATF_CHECK_MSG(strncmp(f.field, bad[i].field, strlen(bad[i].field)) == 0, "%s: %s, not %s (%s)",
		    bad[i].rule, f.field, bad[i].field, f.msg);
		ATF_CHECK(*f.msg != '\0');
	}
}

ATF_TC_WITHOUT_HEAD(compile__knows_what_changes_it);
ATF_TC_BODY(compile__knows_what_changes_it, tc)
{
	static const struct { const char *expression, *subjects; } cases[] = {
		{ "states('sensor.a')|float > states.sensor.b.state|float", "sensor.a sensor.b " },
		{ "states.binary_sensor|selectattr('state','eq','on')|list|count > 2", "states.binary_sensor " },
		{ "area_entities('hall')|select('is_state','on')|list|count > 0", "states.* " },
		{ "now() - states.sensor.a.last_changed > timedelta(hours=3)", "sensor.a clock.minute " },
		{ "{{ states.sensor.a.last_changed|time_since == '2 days' }}", "sensor.a clock.minute " },
	};
	struct alert_rule *r;
	struct fault f = { 0 };
	struct buf b = { 0 };
	size_t i, k;

	(void)tc;
	arena = mem_arena_new(1024);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ATF_REQUIRE_EQ_MSG(alert_compile(parse(mem_printf(arena, "{\"name\":\"x\",\"expression\":\"%s\"}",
		    cases[i].expression)), &r, &f), RC_OK, "%s: %s", f.field, f.msg);
		buf_reset(&b);
		for (k = 0; k < r->entities.n; k++)
			buf_printf(&b, "%s ", r->entities.ids[k]);
		ATF_CHECK_STREQ(cases[i].subjects, buf_str(&b));
		alert_free(r);
	}
	buf_free(&b);
}

ATF_TC_WITHOUT_HEAD(compile__says_it_in_words);
ATF_TC_BODY(compile__says_it_in_words, tc)
{
	static const struct { const char *expression, *msg; } bad[] = {
		{ "a >", "the expression ends too early" }, { "a > 1 and", "the expression ends too early" },
		{ "  ", "the expression ends too early" }, { "(a > 1", "a ( is not closed" },
		{ "a > 1)", "a bracket closes what was not opened" }, { "a[1", "a [ is not closed" },
		{ "{{ states('x' }}", "line 1: a ( is not closed" },
	};
	struct alert_rule *r;
	struct fault f;
	size_t i;

	arena = mem_arena_new(1024);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f = (struct fault){ 0 };
		ATF_CHECK_EQ(alert_compile(parse(mem_printf(arena, "{\"name\":\"x\",\"expression\":\"%s\"}",
		    bad[i].expression)), &r, &f), RC_INVALID);
		ATF_CHECK_STREQ("expression", f.field);
		ATF_CHECK_STREQ(bad[i].msg, f.msg);
	}
}

ATF_TC_WITHOUT_HEAD(hysteresis__of_one_comparison);
ATF_TC_BODY(hysteresis__of_one_comparison, tc)
{
	static const struct { const char *text, *out; } cases[] = {
		{ "a > b", "{{ (a ) > ( b) - (( b) | abs) * 0.1 }}" },
		{ "a<=b*2", "{{ (a) <= (b*2) + ((b*2) | abs) * 0.1 }}" },
		{ "f('<', a > 1) >= 2", "{{ (f('<', a > 1) ) >= ( 2) - (( 2) | abs) * 0.1 }}" },
		{ "a", NULL }, { "a > 1 or b", NULL }, { "not a > 1", NULL }, { "a > 1 > 2", NULL }, { "a != 1", NULL },
		{ "{{ a > b }}", NULL }, { "'a > b", NULL }, { "a > 1 if b else c", NULL },
	};
	const char *out;
	size_t i;
	enum rc rc;

	arena = mem_arena_new(1024);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rc = alert_hysteresis(cases[i].text, 10, arena, &out, &fault);
		ATF_CHECK_EQ_MSG(rc, cases[i].out != NULL ? RC_OK : RC_INVALID, "%s", cases[i].text);
		if (rc == RC_OK)
			ATF_CHECK_STREQ(cases[i].out, out);
	}
}

/* ---- judging ---- */

static void
set_state(struct house *h, const char *id, const char *state)
{
	struct entity_state e;
	struct live *l;

	ATF_REQUIRE_EQ(store_entity_get(db, id, arena, &e), RC_OK);
	e.state = (struct state){ .state = state, .attributes = "{\"level\":7}", .available = state != NULL };
	l = house_view(h, &e);
	house_load_state(l, &e.state);
}

/* y: holds, n: does not, u: unknown. */
static char
judged_because(const char *rule, const struct house *h, bool active, const char *message, const char *because)
{
	struct template_scratch *scratch = template_scratch_new();
	struct rule_context x = { .house = h, .now_ms = NOW, .scratch = scratch };
	struct buf text = { 0 };
	struct js *seen = NULL;
	struct fault why = { 0 };
	struct alert_rule *r = NULL;
	enum alert_verdict v;

	ATF_REQUIRE_EQ_MSG(alert_compile(parse(rule), &r, &fault), RC_OK, "%s: %s: %s", rule, fault.field, fault.msg);
	v = alert_judge(r, &x, NULL, active, &seen, &why);
	ATF_CHECK_EQ(v == ALERT_UNKNOWN, *why.msg != '\0');
	if (because != NULL)
		ATF_CHECK_STREQ(because, why.msg);
	alert_message(r, &x, seen, &text);
	if (message != NULL)
		ATF_CHECK_STREQ(message, buf_str(&text));
	buf_free(&text);
	js_free(seen);
	alert_free(r);
	template_scratch_free(scratch);
	return "nyu"[v];
}

static char
judged(const char *rule, const struct house *h, bool active, const char *message)
{
	return judged_because(rule, h, active, message, NULL);
}

#define POWER "\"name\":\"Power\",\"variables\":{\"p\":{\"entity_id\":\"sensor.power\"},\"most\":1000}"

ATF_TC_WITHOUT_HEAD(judge__states_and_margins);
ATF_TC_BODY(judge__states_and_margins, tc)
{
	static const char plain[] = "{" POWER ",\"expression\":\"p > most\"}";
	static const char margin[] = "{" POWER ",\"expression\":\"p > most\",\"hysteresis\":10}";
	static const char clear[] = "{" POWER ",\"expression\":\"p > most\",\"clear_expression\":\"p < 500\"}";
	static const struct { const char *state; bool active; const char *want; } cases[] = {
		{ "1000", false, "nnn" }, { "1001", false, "yyy" }, { "1001", true, "yyy" }, { "950", true, "nyy" },
		{ "950", false, "nnn" }, { "900", true, "nny" }, { "499", true, "nnn" }, { "499", false, "nnn" },
		{ "1e3", false, "nnn" }, { NULL, false, "uuu" }, { NULL, true, "uuu" }, { "broken", true, "uuu" },
	};
	struct house h = { 0 };
	char got[4] = "";
	size_t i;

	open_house();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_state(&h, "sensor.power", cases[i].state);
		got[0] = judged(plain, &h, cases[i].active, NULL);
		got[1] = judged(margin, &h, cases[i].active, NULL);
		got[2] = judged(clear, &h, cases[i].active, NULL);
		ATF_CHECK_MSG(strcmp(got, cases[i].want) == 0, "%s %d: %s, not %s",
		    cases[i].state != NULL ? cases[i].state : "nothing", cases[i].active, got, cases[i].want);
	}
	house_free(&h);
}

ATF_TC_WITHOUT_HEAD(judge__functions_and_messages);
ATF_TC_BODY(judge__functions_and_messages, tc)
{
	struct house h = { 0 };

	open_house();
	set_state(&h, "sensor.power", "1200.5");
	set_state(&h, "light.x", "on");
	ATF_CHECK_EQ(judged("{\"name\":\"L\",\"expression\":\"is_state('light.x', 'on')\"}", &h, false, "L"), 'y');
	ATF_CHECK_EQ(judged("{\"name\":\"L\",\"expression\":\"{% if is_state('light.x', 'off') %}1{% endif %}\"}", &h, false,
	    "L"), 'n');
	ATF_CHECK_EQ(judged("{" POWER ",\"expression\":\"p > most\"}", &h, false, "p 1200.5, most 1000"), 'y');
	ATF_CHECK_EQ(judged("{\"name\":\"x\",\"variables\":{\"p\":{\"entity_id\":\"sensor.power\"},"
	    "\"twice\":\"{{ p * 2 }}\",\"l\":{\"entity_id\":\"light.x\",\"attribute\":\"level\"}},"
	    "\"expression\":\"twice > l\",\"message\":\"{{ twice | int }} W, {{ l }}\"}", &h, false, "2401 W, 7"), 'y');
	/* a number is told as the device told it */
	set_state(&h, "sensor.power", "500");
	ATF_CHECK_EQ(judged("{" POWER ",\"expression\":\"p < most\",\"message\":\"{{ p }} W, {{ p / 3 * 3 }}\"}", &h, false,
	    "500 W, 500.0"), 'y');
	set_state(&h, "sensor.power", "500.0");
	ATF_CHECK_EQ(judged("{" POWER ",\"expression\":\"p < most\",\"message\":\"{{ p }} W\"}", &h, false, "500.0 W"), 'y');
	set_state(&h, "sensor.power", "99999999999999999999");
	ATF_CHECK_EQ(judged("{" POWER ",\"expression\":\"p > most\"}", &h, false, NULL), 'y');
	/* why one cannot be judged */
	set_state(&h, "sensor.power", NULL);
	ATF_CHECK_EQ(judged_because("{" POWER ",\"expression\":\"p * 2.5 > most\"}", &h, false, NULL, "p has no value now"), 'u');
	set_state(&h, "sensor.power", "broken");
	ATF_CHECK_EQ(judged_because("{" POWER ",\"expression\":\"p > most\"}", &h, false, NULL,
	    "p is a text, not a number: \"broken\""), 'u');
	set_state(&h, "sensor.power", "1200.5");
	/* a message that cannot be made is no reason to be silent */
	ATF_CHECK_EQ(judged("{" POWER ",\"expression\":\"p > most\",\"message\":\"{{ p.x.y }}\"}", &h, false, NULL), 'y');
	ATF_CHECK_EQ(judged("{\"name\":\"x\",\"variables\":{\"g\":{\"entity_id\":\"sensor.gone\"}},\"expression\":\"g > 1\"}",
	    &h, false, NULL), 'u');
	house_free(&h);
}

/* ---- history ---- */

static int64_t
row_of(const char *id)
{
	struct entity_state e;

	ATF_REQUIRE_EQ(store_entity_get(db, id, arena, &e), RC_OK);
	return e.entity.row;
}

static void
report(int64_t row, int64_t time, const char *state)
{
	struct store_event e = { .time = time, .kind = EVENT_STATE_CHANGED, .entity = row, .state = state };
	int64_t id;

	ATF_REQUIRE_EQ(store_event_append(&tx, &e, &id), RC_OK);
}

/* NAN: it is not known. */
static double
measured(const char *source, int64_t row, int64_t now)
{
	struct alert_rule *r = NULL;
	struct js *v = NULL;
	double out;

	ATF_REQUIRE_EQ_MSG(alert_compile(parse(mem_printf(arena, "{\"name\":\"x\",\"expression\":\"1\",\"variables\":"
	    "{\"v\":{\"entity_id\":\"sensor.power\",%s}}}", source)), &r, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(alert_measure(&r->variables[0], db, row, now, 30, &v), RC_OK);
	out = js_real(v, NAN);
	js_free(v);
	alert_free(r);
	return out;
}

#define CHECK_NEAR(want, got) \
	do { \
		double g = (got); \
		ATF_CHECK_MSG(fabs((want) - g) < 1e-9, "%s is %g, not %g", #got, g, (double)(want)); \
	} while (0)

ATF_TC_WITHOUT_HEAD(measure__windows);
ATF_TC_BODY(measure__windows, tc)
{
	int64_t row, rain;

	open_house();
	row = row_of("sensor.power");
	rain = row_of("sensor.rain");
	report(row, NOW - 2 * HOUR_MS, "100");		/* holds when the window of an hour begins */
	report(row, NOW - 45 * MIN_MS, "200");
	report(row, NOW - 30 * MIN_MS, NULL);		/* unknown: counts for nothing */
	report(row, NOW - 15 * MIN_MS, "400");
	report(rain, NOW - 90 * MIN_MS, "5");
	report(rain, NOW - 40 * MIN_MS, "7");
	report(rain, NOW - 20 * MIN_MS, "1");		/* a new meter */
	report(rain, NOW - 10 * MIN_MS, "2.5");
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	CHECK_NEAR((100 * 15 + 200 * 15 + 400 * 15) / 45.0, measured("\"aggregate\":\"average\",\"over\":3600", row, NOW));
	CHECK_NEAR(100, measured("\"aggregate\":\"min\",\"over\":3600", row, NOW));
	CHECK_NEAR(400, measured("\"aggregate\":\"max\",\"over\":3600", row, NOW));
	CHECK_NEAR(400, measured("\"aggregate\":\"average\",\"over\":600", row, NOW));
	CHECK_NEAR(10.5, measured("\"aggregate\":\"sum\",\"over\":3600", rain, NOW));
	CHECK_NEAR(2 + 1 + 1.5, measured("\"aggregate\":\"change\",\"over\":3600", rain, NOW));
	CHECK_NEAR(0, measured("\"aggregate\":\"change\",\"over\":300", rain, NOW));
	/* out of buckets: of each 5 minutes the mean */
	CHECK_NEAR(100, measured("\"aggregate\":\"min\",\"over\":\"24:00:00\"", row, NOW));
	CHECK_NEAR(400, measured("\"aggregate\":\"max\",\"over\":{\"days\":10}", row, NOW));
	ATF_CHECK(isnan(measured("\"aggregate\":\"average\",\"over\":3600", row + 100, NOW)));
	ATF_CHECK(isnan(measured("\"aggregate\":\"average\",\"over\":600", row, NOW - DAY_MS)));
}

/* The median of the means of that hour; today's hour does not count. */
ATF_TC_WITHOUT_HEAD(measure__what_is_usual);
ATF_TC_BODY(measure__what_is_usual, tc)
{
	static const int usual[] = { 400, 420, 9000, 380, 410, 430, 390, 100, 440, 400, 420, 380, 410, 430 };
	int64_t row, noon;
	int day;

	setenv("TZ", "UTC", 1);
	open_house();
	row = row_of("sensor.power");
	for (day = 14; day > 0; day--) {
		noon = NOW - day * DAY_MS;
		report(row, noon - HOUR_MS, "50");
		report(row, noon, mem_printf(arena, "%d", usual[day - 1]));
		report(row, noon + HOUR_MS, "50");
	}
	report(row, NOW, "7777");
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	CHECK_NEAR(410, measured("\"baseline\":\"hour\"", row, NOW + 30 * MIN_MS));
	CHECK_NEAR(50, measured("\"baseline\":\"hour\"", row, NOW + 5 * HOUR_MS));
	CHECK_NEAR(420, measured("\"baseline\":\"hour\",\"days\":3", row, NOW + 30 * MIN_MS));
	/* only two Thursdays are known: that is not usual yet */
	ATF_CHECK(isnan(measured("\"baseline\":\"weekday\"", row, NOW + 30 * MIN_MS)));
	ATF_CHECK(isnan(measured("\"baseline\":\"hour\"", row + 100, NOW)));
}

/* ---- editing ---- */

static enum rc
add(const char *text, struct alert_row *out)
{
	struct alert_edit e = { parse(text) };

	fault = (struct fault){ 0 };
	return alert_edit_add(&tx, &e, arena, out, &fault);
}

ATF_TC_WITHOUT_HEAD(edit__checks_tells_and_keeps);
ATF_TC_BODY(edit__checks_tells_and_keeps, tc)
{
	struct alert_edit change = { parse("{\"severity\":\"critical\",\"for\":60,\"message\":null}") };
	const char *id = "sensor.power";
	struct used_query q = { .entities = &id, .n = 1 };
	struct used *uses = NULL;
	struct revision rev;
	struct alert_row r;
	size_t n = 0;

	open_house();
	ATF_CHECK_EQ(add("{\"name\":\"A\",\"variables\":{\"p\":{\"entity_id\":\"sensor.powr\"}},\"expression\":\"p > 1\"}", &r),
	    RC_INVALID);
	ATF_CHECK_STREQ("variables.p.entity_id", fault.field);
	ATF_CHECK_STREQ("no such entity \"sensor.powr\"; did you mean \"sensor.power\"?", fault.msg);
	ATF_CHECK_EQ(add("{\"name\":\"A\",\"expression\":\"is_state('light.y', 'on')\"}", &r), RC_INVALID);
	ATF_CHECK_STREQ("expression", fault.field);
	ATF_CHECK_STREQ("no such entity \"light.y\"; did you mean \"light.x\"?", fault.msg);
	ATF_CHECK_EQ(add("{" POWER ",\"expression\":\"p > mst\"}", &r), RC_INVALID);
	ATF_CHECK_STREQ("expression", fault.field);
	ATF_CHECK_STREQ("the template uses mst, which nothing sets; did you mean \"most\"?", fault.msg);
	ATF_CHECK_EQ(add("{" POWER ",\"expression\":\"p > most\",\"message\":\"{{ foo(p) }}\"}", &r), RC_INVALID);
	ATF_CHECK_STREQ("message", fault.field);
	ATF_CHECK_EQ(add("{" POWER ",\"expression\":\"p > most\",\"clear_expression\":\"q < 1\"}", &r), RC_INVALID);
	ATF_CHECK_STREQ("clear_expression", fault.field);
	ATF_REQUIRE_EQ_MSG(add("{" POWER ",\"expression\":\"p > most\",\"message\":\"{{ p }}\"}", &r), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ("power", r.id);
	ATF_CHECK_STREQ("warning", r.severity);
	ATF_REQUIRE_EQ(used_find(db, &q, arena, &uses, &n), RC_OK);
	ATF_REQUIRE_EQ(n, 1);
	ATF_CHECK_STREQ("alerts", uses[0].user->name);
	ATF_CHECK_STREQ("variables.p.entity_id", uses[0].where[0]);
	ATF_REQUIRE_EQ(alert_edit_change(&tx, "power", &change, arena, &r, &fault), RC_OK);
	ATF_CHECK_STREQ("critical", r.severity);
	ATF_CHECK_MSG(strstr(r.config, "message") == NULL && strstr(r.config, "\"for\":60") != NULL, "%s", r.config);
	ATF_REQUIRE_EQ(store_revision_below(db, "alert_rule", "power", INT64_MAX, arena, &rev), RC_OK);
	ATF_CHECK_EQ(rev.number, 2);
	ATF_REQUIRE_EQ(alert_edit_delete(&tx, "power", arena, &fault), RC_OK);
	ATF_CHECK_EQ(store_alert_rule_get(db, "power", arena, &r), RC_NOT_FOUND);
	ATF_REQUIRE_EQ_MSG(revision_restore(&tx, rev.id, arena, &rev, &fault), RC_OK, "%s", fault.msg);
	ATF_REQUIRE_EQ(store_alert_rule_get(db, "power", arena, &r), RC_OK);
	ATF_CHECK_STREQ("critical", r.severity);
	ATF_CHECK(r.enabled);
}

/* As RFC 7396 says: null takes a member away, and then it is what it is for a rule that does not name it. */
ATF_TC_WITHOUT_HEAD(edit__null_takes_away);
ATF_TC_BODY(edit__null_takes_away, tc)
{
	struct alert_edit clear = { parse("{\"description\":null,\"severity\":null,\"hysteresis\":null,\"for\":null,"
	    "\"repeat\":null,\"channels\":null,\"message\":null,\"enabled\":null}") };
	struct alert_edit nameless = { parse("{\"name\":null}") }, empty = { parse("{\"expression\":null}") };
	struct alert_row bare, r;

	open_house();
	ATF_REQUIRE_EQ(add("{" POWER ",\"expression\":\"p > most\"}", &bare), RC_OK);
	ATF_REQUIRE_EQ_MSG(add("{" POWER ",\"expression\":\"p > most\",\"description\":\"why\",\"severity\":\"critical\","
	    "\"hysteresis\":5,\"for\":60,\"repeat\":600,\"channels\":[\"email\"],\"message\":\"m\",\"enabled\":false}", &r),
	    RC_OK, "%s", fault.msg);
	ATF_CHECK(!r.enabled);
	ATF_REQUIRE_EQ_MSG(alert_edit_change(&tx, r.id, &clear, arena, &r, &fault), RC_OK, "%s", fault.msg);
	ATF_CHECK_STREQ(bare.config, r.config);
	ATF_CHECK_STREQ("warning", r.severity);
	ATF_CHECK(r.enabled);
	ATF_CHECK_EQ(alert_edit_change(&tx, r.id, &nameless, arena, &r, &fault), RC_INVALID);
	ATF_CHECK_STREQ("name", fault.field);
	ATF_CHECK_EQ(alert_edit_change(&tx, r.id, &empty, arena, &r, &fault), RC_INVALID);
	ATF_CHECK_STREQ("expression", fault.field);
}

ATF_TC_WITHOUT_HEAD(alert__ends_with_its_rule);
ATF_TC_BODY(alert__ends_with_its_rule, tc)
{
	struct alert_edit off = { parse("{\"enabled\":false}") };
	struct alert al = { .message = "m", .seen = "{}", .raised = NOW, .told = NOW, .event = 1 }, now;
	struct alert_row r;

	open_house();
	ATF_REQUIRE_EQ(add("{" POWER ",\"expression\":\"p > most\"}", &r), RC_OK);
	al.rule = r.row;
	ATF_REQUIRE_EQ(store_alert_insert(&tx, &al), RC_OK);
	ATF_CHECK_EQ_MSG(store_alert_insert(&tx, &al), RC_EXISTS, "a rule has one active alert");
	ATF_REQUIRE_EQ(alert_acknowledge(&tx, al.id, arena, &now, &fault), RC_OK);
	ATF_CHECK_STREQ("user:anna", now.acknowledged_by);
	ATF_CHECK_EQ(alert_acknowledge(&tx, al.id, arena, &now, &fault), RC_EXISTS);
	ATF_CHECK_EQ(alert_acknowledge(&tx, al.id + 1, arena, &now, &fault), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(alert_edit_change(&tx, r.id, &off, arena, &r, &fault), RC_OK);
	ATF_REQUIRE_EQ(store_alert_get(db, al.id, arena, &now), RC_OK);
	ATF_CHECK_EQ(now.cleared, NOW);
	ATF_CHECK_STREQ("its rule was disabled", now.reason);
	ATF_CHECK_EQ(alert_acknowledge(&tx, al.id, arena, &now, &fault), RC_EXISTS);
	/* what the engine says too late changes nothing */
	ATF_CHECK_EQ(store_alert_update(&tx, &al), RC_NOT_FOUND);
	ATF_REQUIRE_EQ(alert_edit_delete(&tx, r.id, arena, &fault), RC_OK);
	ATF_REQUIRE_EQ(store_alert_get(db, al.id, arena, &now), RC_OK);
	ATF_CHECK_STREQ("power", now.rule_id);
	ATF_CHECK_EQ(store_alert_insert(&tx, &al), RC_NOT_FOUND);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, compile__says_what_is_wrong);
	ATF_TP_ADD_TC(tp, hysteresis__of_one_comparison);
	ATF_TP_ADD_TC(tp, compile__knows_what_changes_it);
	ATF_TP_ADD_TC(tp, compile__says_it_in_words);
	ATF_TP_ADD_TC(tp, judge__states_and_margins);
	ATF_TP_ADD_TC(tp, judge__functions_and_messages);
	ATF_TP_ADD_TC(tp, measure__windows);
	ATF_TP_ADD_TC(tp, measure__what_is_usual);
	ATF_TP_ADD_TC(tp, edit__checks_tells_and_keeps);
	ATF_TP_ADD_TC(tp, edit__null_takes_away);
	ATF_TP_ADD_TC(tp, alert__ends_with_its_rule);
	return atf_no_error();
}
