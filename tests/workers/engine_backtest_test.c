/* SPDX-License-Identifier: ISC
 *
 * The same code three ways: an engine that lives through days of random events, on a clock that the test moves, and
 * back-tests of the history that it recorded have the same runs, with the same triggers, commands, times and ends.
 */
#include <atf-c.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/base/metric.h"
#include "shared/base/proc.h"
#include "shared/domain/backtest.h"
#include "shared/domain/event.h"
#include "shared/domain/history_pack.h"
#include "shared/store/store_automation.h"
#include "shared/store/store_trace.h"
#include "tests/lib/house.h"
#include "workers/engine.h"
#include "workers/engine_rules_int.h"

#define T0 INT64_C(1774569600000)	/* 2026-03-27T00:00:00Z: two days before the night without 02:30 in Berlin */
#define HOUR INT64_C(3600000)
#define DAYS 4
#define END (T0 + DAYS * 24 * HOUR)
#define EVENTS 2500
#define LINES 4000
#define IDS 20000	/* of runs, with gaps */

static const char *const entities[] = { "binary_sensor.a", "binary_sensor.b", "sensor.t", "sensor.u", "switch.s",
	"light.l" };
#define ENTITIES (sizeof(entities) / sizeof(entities[0]))

#define TRIGGER_A "{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.a\",\"to\":\"on\"}"
#define TURN(on) "{\"action\":\"light.turn_" on "\",\"target\":{\"entity_id\":\"light.l\"}}"

static const char *const rules[] = {
	/* triggers */
	"\"triggers\":[" TRIGGER_A "],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"state\",\"entity_id\":[\"binary_sensor.a\",\"binary_sensor.b\"],\"for\":90},"
	    "{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.b\",\"from\":\"on\"}],\"actions\":[" TURN("off") "]",
	"\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":[\"sensor.t\",\"sensor.u\"],\"above\":20,\"below\":24}],"
	    "\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":20,\"for\":\"00:10:00\"}],"
	    "\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"template\",\"value_template\":\"{{ states('sensor.t')|float(0) > "
	    "states('sensor.u')|float(0) }}\",\"id\":\"more\"},{\"trigger\":\"template\",\"value_template\":"
	    "\"{{ is_state('binary_sensor.a', 'on') and is_state('binary_sensor.b', 'on') }}\",\"for\":30}],\"actions\":["
	    "{\"if\":[{\"condition\":\"trigger\",\"id\":\"more\"}],\"then\":[" TURN("on") "],\"else\":[" TURN("off") "]}]",
	"\"triggers\":[{\"trigger\":\"time\",\"at\":[\"02:30\",\"07:15\"]},{\"trigger\":\"cron\",\"expression\":\"*/40 * * * *\"},"
	    "{\"trigger\":\"time_pattern\",\"hours\":\"/5\"}],\"conditions\":[{\"condition\":\"state\",\"entity_id\":\"switch.s\","
	    "\"state\":\"on\"}],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"sun\",\"event\":\"sunset\",\"offset\":\"-00:20:00\"},{\"trigger\":\"sun\",\"event\":\"sunrise\"}],"
	    "\"actions\":[" TURN("on") "]",
	/* a limit that moves, numbers that templates make, lists of all that there is */
	"\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":\"sensor.u\"}],\"actions\":["
	    TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":[\"sensor.t\",\"sensor.u\"],\"above\":3,\"below\":\"sensor.u\","
	    "\"for\":200}],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.t\",\"above\":2,\"value_template\":"
	    "\"{{ state.state|float - states('sensor.u')|float }}\"}],\"conditions\":[{\"condition\":\"numeric_state\",\"entity_id\":"
	    "\"sensor.u\",\"below\":\"sensor.t\"}],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"template\",\"value_template\":\"{{ states.binary_sensor | selectattr('state', 'eq', 'on')"
	    " | list | count == 2 }}\"},{\"trigger\":\"template\",\"value_template\":\"{{ states.sensor.t.state|float(0) > 26 }}\"},"
	    "{\"trigger\":\"template\",\"value_template\":\"{{ now() > today_at('12:00') }}\"}],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"template\",\"value_template\":\"{{ states | selectattr('state', 'in', ['on', 'off']) | "
	    "selectattr('state', 'eq', 'on') | list | count >= 3 }}\",\"for\":60}],\"conditions\":[\"{{ trigger.for.total_seconds() "
	    "== 60 and trigger.description == 'template' }}\"],\"actions\":[" TURN("on") "]",
	"\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.b\",\"for\":120},{\"trigger\":\"numeric_state\","
	    "\"entity_id\":\"sensor.t\",\"above\":20,\"for\":60}],\"conditions\":[\"{{ trigger.from_state.state in ['off', '20.5', '15.1'] "
	    "or trigger.from_state.state|float(99) < 18 }}\"],\"actions\":[" TURN("on") "]",
	/* conditions */
	"\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"switch.s\"}],\"variables\":{\"t\":\"{{ states('sensor.t')|float(0) }}\"},"
	    "\"conditions\":[{\"condition\":\"or\",\"conditions\":[{\"condition\":\"numeric_state\",\"entity_id\":\"sensor.u\",\"above\":22},"
	    "{\"condition\":\"time\",\"after\":\"22:00\",\"before\":\"06:00\"}]},{\"condition\":\"state\",\"entity_id\":\"binary_sensor.a\","
	    "\"state\":\"off\",\"for\":300},\"{{ t > 15 and trigger.to_state.state != 'unknown' }}\"],\"actions\":[" TURN("on") "]",
	/* modes */
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"single\",\"actions\":[" TURN("on") ",{\"delay\":600}," TURN("off") "]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"restart\",\"actions\":[" TURN("on") ",{\"delay\":600}," TURN("off") "]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"queued\",\"max\":3,\"actions\":[" TURN("on") ",{\"delay\":900}," TURN("off") "]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"parallel\",\"max\":4,\"actions\":[" TURN("on") ",{\"delay\":\"{{ 500 + 700 }}\"},"
	    TURN("off") "]",
	/* waits */
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"parallel\",\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"state\",\"entity_id\":"
	    "\"binary_sensor.b\",\"to\":\"on\"},{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.u\",\"below\":18}],\"timeout\":1200},"
	    "{\"if\":[\"{{ wait.completed }}\"],\"then\":[" TURN("on") "],\"else\":[" TURN("off") "]}]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"restart\",\"actions\":[{\"wait_template\":\"{{ is_state('binary_sensor.b', 'off') and "
	    "states('sensor.t')|float(0) < 22 }}\",\"timeout\":3600,\"continue_on_timeout\":false}," TURN("on") "]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"queued\",\"actions\":[{\"repeat\":{\"while\":[\"{{ repeat.index < 4 and "
	    "is_state('switch.s', 'on') }}\"],\"sequence\":[" TURN("on") ",{\"delay\":120}]}},{\"parallel\":[[{\"delay\":60},"
	    TURN("off") "],[{\"delay\":30},{\"stop\":\"enough\"}]]}]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"parallel\",\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"state\",\"entity_id\":["
	    "\"binary_sensor.a\",\"binary_sensor.b\"],\"to\":\"on\",\"for\":400,\"id\":\"b\"},{\"trigger\":\"time_pattern\","
	    "\"minutes\":\"/20\",\"id\":\"t\"}],\"timeout\":700},{\"choose\":[{\"conditions\":\"{{ not wait.completed }}\","
	    "\"sequence\":[" TURN("off") "]},{\"conditions\":\"{{ wait.trigger.id == 'b' }}\",\"sequence\":[" TURN("on") "]}],"
	    "\"default\":[" TURN("on") "," TURN("off") "]}]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"queued\",\"actions\":[{\"wait_for_trigger\":{\"trigger\":\"template\",\"value_template\":"
	    "\"{{ states('sensor.t')|float(0) < 22 }}\",\"for\":120},\"timeout\":3600}," TURN("on") "]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"queued\",\"actions\":[{\"wait_for_trigger\":[{\"trigger\":\"numeric_state\",\"entity_id\":"
	    "\"sensor.t\",\"above\":\"sensor.u\",\"for\":30,\"id\":\"n\"},{\"trigger\":\"template\",\"value_template\":"
	    "\"{{ states.switch | map(attribute='state') | first == 'on' }}\"}],\"timeout\":3600},{\"if\":[\"{{ wait.completed and "
	    "wait.trigger.id == 'n' }}\"],\"then\":[" TURN("on") "],\"else\":[" TURN("off") "]}]",
	"\"triggers\":[" TRIGGER_A "],\"mode\":\"restart\",\"actions\":[{\"wait_template\":\"{{ states.binary_sensor | "
	    "rejectattr('state', 'eq', 'off') | list | count == 0 }}\",\"timeout\":3600}," TURN("on") "]",
	/* what one tells, another one hears */
	"\"triggers\":[{\"trigger\":\"state\",\"entity_id\":\"sensor.u\"}],\"actions\":[{\"event\":\"news\",\"event_data\":{\"n\":"
	    "\"{{ states('sensor.u')|int(0) % 3 }}\"}}]",
	"\"triggers\":[{\"trigger\":\"event\",\"event_type\":\"news\",\"event_data\":{\"n\":1}}],\"mode\":\"restart\",\"actions\":["
	    "{\"wait_for_trigger\":{\"trigger\":\"event\",\"event_type\":\"news\",\"event_data\":{\"n\":2}},\"timeout\":1800},"
	    TURN("on") "]",
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static uint64_t seed = 88172645463325252u;
static struct conf *conf;
static struct db *db;
static struct engine e;
static int64_t rows[RULES];

static uint64_t
rnd(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % n;
}

/* ---- the house ---- */

static void
write_rule(size_t i, struct buf *b)
{
	buf_printf(b, "{\"name\":\"r%zu\",%s}", i, rules[i]);
}

static void
add_rule(struct tx *tx, size_t i)
{
	struct buf text = { 0 };
	char id[16];

	snprintf(id, sizeof(id), "r%zu", i);
	write_rule(i, &text);
	struct automation row = { .id = id, .name = id, .enabled = true, .mode = "single", .config = buf_str(&text),
		.revision = 1, .created = T0, .updated = T0 };

	ATF_REQUIRE_EQ(store_automation_insert(tx, &row), RC_OK);
	rows[i] = row.row;
	buf_free(&text);
}

static void
open_house(void)
{
	struct store_entity_filter all = { 0 };
	struct entity_state *list;
	struct fault f = { 0 };
	struct tx tx;
	size_t i, n;

	setenv("TZ", "Europe/Berlin", 1);
	setenv("LATITUDE", "52.5", 1);
	setenv("LONGITUDE", "13.4", 1);
	tzset();
	db = house_new(&conf);
	ATF_REQUIRE_EQ(proc_mkdir("run", &f), RC_OK);
	ATF_REQUIRE_EQ(metric_open("run/metrics", &f), RC_OK);
	e = (struct engine){ .now_ms = T0, .arena = mem_arena_new(16384) };
	e.core.conf = conf;
	ATF_REQUIRE_EQ(bell_open_ringer("run/bell", &e.core.bus, &f), RC_OK);
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	tx = (struct tx){ .db = db, .now_ms = T0, .actor = "test" };
	for (i = 0; i < ENTITIES; i++)
		house_entity(&tx, entities[i], "{}");
	for (i = 0; i < RULES; i++)
		add_rule(&tx, i);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	e.house.place = sun_place(conf);
	ATF_REQUIRE_EQ(store_open(conf, DB_READ, &e.core.db, &f), RC_OK);
	ATF_REQUIRE_EQ(store_entity_list(db, &all, e.arena, &list, &n), RC_OK);
	for (i = 0; i < n; i++) {
		list[i].state.available = true;		/* nobody says that it is not */
		house_view(&e.house, &list[i]);
	}
	mem_arena_reset(e.arena);
	ATF_REQUIRE_EQ_MSG(recorder_open(&e, &e.recorder, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ(engine_rules_load(&e), RC_OK);
}

/* ---- living ---- */

static void
wait_until(int64_t time)
{
	while (e.timers.n > 0 && e.timers.t[0]->due < time) {
		e.now_ms = e.timers.t[0]->due;
		timer_run(&e.timers, e.now_ms);
	}
}

static const char *
new_state(size_t entity, char out[16])
{
	if (entity == 2 || entity == 3)
		snprintf(out, 16, "%d.%d", 14 + (int)rnd(14), (int)rnd(10));
	else
		strlcpy(out, rnd(2) == 0 ? "on" : "off", 16);
	return out;
}

static void
live(void)
{
	int64_t time = T0, step = DAYS * 24 * HOUR / EVENTS;
	struct report r;
	char state[16];
	size_t entity;
	int i;

	for (i = 0; i < EVENTS; i++) {
		time += 1 + (int64_t)rnd((uint64_t)step * 2 - 2);
		if (time >= END)
			break;
		wait_until(time);
		entity = rnd(ENTITIES);
		r = (struct report){ .has_state = true, .state = rnd(40) == 0 ? NULL : new_state(entity, state) };
		e.now_ms = time;
		mem_arena_reset(e.arena);
		engine_report(&e, house_find_id(&e.house, entities[entity]), &r, NULL);
	}
	wait_until(END);
	e.now_ms = END;
	ATF_REQUIRE(recorder_close(e.recorder));
	e.recorder = NULL;
	engine_rules_free(&e);
}

/* ---- what was, in words ---- */

struct lines {
	char	*line[LINES];
	size_t	 n;
	int64_t	 noes;
};

static void
add_line(struct lines *l, char *text)
{
	ATF_REQUIRE(l->n < LINES);
	l->line[l->n++] = text;
}

static int
in_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort(struct lines *l)
{
	qsort(l->line, l->n, sizeof(l->line[0]), in_order);
}

/* "TIME run TRIGGER STATUS ENDED: TIME SERVICE ENTITY, ..."; times in ms after T0. */
static char *
start_line(int64_t time, int64_t trigger, const char *status, int64_t ended)
{
	return mem_xprintf("%010" PRId64 " run %" PRId64 " %s %" PRId64 ":", time - T0, trigger, status,
	    ended == 0 ? 0 : ended - T0);
}

static char *
add_command(char *line, int64_t time, const char *service, const char *entity_id)
{
	char *longer = mem_xprintf("%s %" PRId64 " %s %s,", line, time - T0, service, entity_id);

	free(line);
	return longer;
}

static char *
commands_of(const struct run *run, char *line, struct mem_arena *a)
{
	struct command *list;
	size_t n, i;

	if (run->event == 0)
		return line;
	ATF_REQUIRE_EQ(store_command_caused(db, run->event, 1000, a, &list, &n), RC_OK);
	for (i = 0; i < n; i++)
		line = add_command(line, list[i].created, list[i].service, list[i].entity_id);
	return line;
}

/* An open run is one that waits, or one whose turn has not come. */
static const char *
status_of(const struct run *run)
{
	if (strcmp(run->status, "running") != 0)
		return run->status;
	return run->event == 0 ? "queued" : "waits";
}

static void
lived(size_t rule, struct lines *out)
{
	struct mem_arena *a = mem_arena_new(65536);
	struct store_evaluation_filter noes = { .automation = rows[rule], .others = true, .limit = 100000 };
	struct evaluation *ev;
	struct run run;
	int64_t id;
	size_t n, i;

	for (id = 1; id <= IDS; id++)
		if (store_run_get(db, id, a, &run) == RC_OK && run.automation == rows[rule])
			add_line(out, commands_of(&run, start_line(run.started, run.trigger, status_of(&run),
			    run.ended), a));
	ATF_REQUIRE_EQ(store_evaluation_list(db, &noes, a, &ev, &n), RC_OK);
	for (i = 0; i < n; i++)
		out->noes += ev[i].kind == TRACE_NO;
	mem_arena_free(a);
	sort(out);
}

static int64_t
moment(const struct js *of, const char *name)
{
	const char *s = js_get_string(of, name);
	int64_t ms = 0;

	if (s != NULL)
		ATF_REQUIRE_EQ(clock_parse(s, &ms), RC_OK);
	return ms;
}

static void
tested_run(const struct js *run, struct lines *out)
{
	const struct js *commands = js_get(run, "commands"), *c;
	int64_t time = moment(run, "time");
	char *line = start_line(time, js_int(js_get(js_get(run, "trigger"), "index"), -1),
	    js_get_string(run, "outcome"), moment(run, "ended"));
	size_t i;

	for (i = 0; i < js_size(commands); i++) {
		c = js_at(commands, i);
		line = add_command(line, time + js_int(js_get(c, "after"), 0), js_get_string(c, "service"),
		    js_get_string(c, "entity_id"));
	}
	add_line(out, line);
}

static void
tested(size_t rule, struct lines *out)
{
	struct buf text = { 0 }, answer = { 0 };
	struct js *config, *result;
	struct fault f = { 0 };
	char id[16];
	size_t i;

	snprintf(id, sizeof(id), "r%zu", rule);
	write_rule(rule, &text);
	ATF_REQUIRE_EQ(js_parse(buf_str(&text), text.len, JS_STRICT, &config, &f), RC_OK);
	struct backtest_request q = { .config = config, .id = id, .from = T0 + 1, .to = END, .now_ms = END,
		.place = e.house.place };

	ATF_REQUIRE_EQ(db_begin_read(db), RC_OK);
	ATF_REQUIRE_EQ_MSG(backtest_run(db, &q, &answer, &f), RC_OK, "%s: %s: %s", id, f.field, f.msg);
	db_end_read(db);
	ATF_REQUIRE_EQ(js_parse(buf_str(&answer), answer.len, JS_STRICT, &result, &f), RC_OK);
	ATF_REQUIRE(js_bool(js_get(result, "complete"), false));
	for (i = 0; i < js_size(js_get(result, "runs")); i++)
		tested_run(js_at(js_get(result, "runs"), i), out);
	out->noes = js_int(js_get(js_get(result, "totals"), "noes"), -1);
	sort(out);
	js_free(config);
	js_free(result);
	buf_free(&text);
	buf_free(&answer);
}

static size_t
compare(size_t rule)
{
	static struct lines was, would;
	size_t i;

	was.n = would.n = 0;
	was.noes = would.noes = 0;
	lived(rule, &was);
	tested(rule, &would);
	for (i = 0; i < was.n && i < would.n; i++)
		ATF_REQUIRE_MSG(strcmp(was.line[i], would.line[i]) == 0, "%s\nlived\n%s\ntested\n%s", rules[rule],
		    was.line[i], would.line[i]);
	ATF_REQUIRE_EQ_MSG(was.n, would.n, "%s: %zu lived, %zu tested", rules[rule], was.n, would.n);
	ATF_CHECK_EQ_MSG(was.noes, would.noes, "%s: %" PRId64 " times no, %" PRId64 " tested", rules[rule], was.noes,
	    would.noes);
	for (i = 0; i < was.n; i++) {
		free(was.line[i]);
		free(would.line[i]);
	}
	return was.n;
}

static void
pack(void)
{
	static const struct clock clock = { 0 };
	struct history_pack p = { .now_ms = END + HOUR, .raw_days = 30, .force = true };
	struct store_writer *w;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(store_writer_open(conf, &clock, NULL, NULL, &w, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(history_pack(w, &p, &f), RC_OK, "%s", f.msg);
	store_writer_close(w);
}

ATF_TC_WITHOUT_HEAD(backtest__is_what_an_engine_did);
ATF_TC_BODY(backtest__is_what_an_engine_did, tc)
{
	size_t i, runs[RULES];

	(void)tc;
	open_house();
	live();
	for (i = 0; i < RULES; i++) {
		runs[i] = compare(i);
		ATF_CHECK_MSG(runs[i] >= 4, "%s: only %zu runs", rules[i], runs[i]);
	}
	/* the packed history says the same as the log */
	pack();
	for (i = 0; i < RULES; i++)
		ATF_CHECK_EQ(compare(i), runs[i]);
	db_close(db);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, backtest__is_what_an_engine_did);
	return atf_no_error();
}
