/* SPDX-License-Identifier: ISC
 *
 * A rule against a recorded past: when it would have run, what it would have sent, and what really happened.
 */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/domain/backtest.h"
#include "shared/domain/event.h"
#include "shared/domain/history_pack.h"
#include "shared/domain/scenario.h"
#include "shared/store/store_device.h"
#include "shared/store/store_emotion.h"
#include "shared/store/store_event.h"
#include "tests/lib/house.h"

#define T0 1767225600000LL	/* 2026-01-01T00:00:00Z */
#define SECOND 1000LL
#define MINUTE 60000LL
#define HOUR 3600000LL
#define DAY 86400000LL

static struct conf *conf;
static struct db *db;
static struct js *result;
static char text[65536];
static struct backtest_request q;

/* ---- the past ---- */

static struct tx
begin(void)
{
	ATF_REQUIRE_EQ(db_begin_write(db), RC_OK);
	return (struct tx){ .db = db, .now_ms = T0, .actor = "test" };
}

static int64_t add(struct store_event e);

/* began: its first record, UTC ms. */
static void
open_house_of(int64_t began)
{
	struct device plug = { .id = "plug", .adapter = "mqtt", .name = "Plug", .enabled = true };
	struct entity sensor = { .entity_id = "sensor.plug_power", .adapter = "mqtt", .component = "sensor",
		.domain = "sensor", .unique_id = "power", .name = "power", .enabled = true, .source = "p",
		.config = "{}", .capabilities = "{}", .device_class = "power", .unit = "W" };
	struct entity plug_switch = { .entity_id = "switch.plug", .adapter = "mqtt", .component = "switch",
		.domain = "switch", .unique_id = "plug", .name = "plug", .enabled = true, .source = "q",
		.config = "{}", .capabilities = "{}" };
	struct tx tx;

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	db = house_new(&conf);
	tx = begin();
	house_entity(&tx, "binary_sensor.motion", "{}");
	house_entity(&tx, "binary_sensor.door", "{}");
	house_entity(&tx, "sensor.temperature", "{}");
	house_entity(&tx, "light.hall", "{}");
	ATF_REQUIRE_EQ(store_device_insert(&tx, &plug), RC_OK);
	plug_switch.device = sensor.device = plug.row;
	ATF_REQUIRE_EQ(store_entity_insert(&tx, &plug_switch), RC_OK);
	ATF_REQUIRE_EQ(store_entity_insert(&tx, &sensor), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	add((struct store_event){ .time = began, .kind = EVENT_SYSTEM, .subject = "house.start" });
	q = (struct backtest_request){ .from = T0, .to = T0 + DAY, .now_ms = T0 + 2 * DAY };
}

static void
open_house(void)
{
	open_house_of(T0 - DAY);
}

static void
close_house(void)
{
	js_free(result);
	result = NULL;
	db_close(db);
	conf_free(conf);
}

static int64_t
add(struct store_event e)
{
	struct tx tx = begin();
	int64_t id;

	ATF_REQUIRE_EQ(store_event_append(&tx, &e, &id), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	return id;
}

static int64_t
row_of(const char *entity_id)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct entity_state e;
	int64_t row;

	ATF_REQUIRE_EQ_MSG(store_entity_get(db, entity_id, a, &e), RC_OK, "%s", entity_id);
	row = e.entity.row;
	mem_arena_free(a);
	return row;
}

/* At T0 + ms. */
static void
was(int64_t ms, const char *entity_id, const char *state)
{
	add((struct store_event){ .time = T0 + ms, .kind = EVENT_STATE_CHANGED, .entity = row_of(entity_id),
	    .state = state });
}

static void
pack(void)
{
	static const struct clock clock = { 0 };
	struct history_pack p = { .now_ms = T0 + 2 * DAY, .raw_days = 30, .force = true };
	struct store_writer *w;
	struct fault f = { 0 };

	ATF_REQUIRE_EQ(store_writer_open(conf, &clock, NULL, NULL, &w, &f), RC_OK);
	ATF_REQUIRE_EQ_MSG(history_pack(w, &p, &f), RC_OK, "%s", f.msg);
	store_writer_close(w);
}

/* ---- asking ---- */

static enum rc
try(const char *rule, struct fault *f)
{
	struct buf out = { 0 };
	struct js *config;
	enum rc rc;

	js_free(result);
	result = NULL;
	ATF_REQUIRE_EQ_MSG(js_parse(rule, strlen(rule), JS_STRICT, &config, f), RC_OK, "%s: %s", rule, f->msg);
	q.config = config;
	ATF_REQUIRE_EQ(db_begin_read(db), RC_OK);
	rc = backtest_run(db, &q, &out, f);
	db_end_read(db);
	if (rc == RC_OK)
		ATF_REQUIRE_EQ_MSG(js_parse(buf_str(&out), out.len, JS_STRICT, &result, f), RC_OK, "%s in %s", f->msg,
		    buf_str(&out));
	buf_free(&out);
	js_free(config);
	return rc;
}

static const char *
rest_of(const struct js *run)
{
	static char line[512];
	const struct js *c = js_get(run, "commands");
	int64_t begun;
	size_t i, n;

	if (js_is_null(js_get(run, "begun")))
		n = (size_t)snprintf(line, sizeof(line), "- %s", js_get_string(run, "outcome"));
	else {
		clock_parse(js_get_string(run, "begun"), &begun);
		n = (size_t)snprintf(line, sizeof(line), "%lld %s", (long long)(begun - T0) / 1000,
		    js_get_string(run, "outcome"));
	}
	for (i = 0; i < js_size(c); i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s%s+%lld", js_get_string(js_at(c, i), "service"),
		    js_bool(js_get(js_at(c, i), "sent"), false) ? "" : "!",
		    (long long)js_int(js_get(js_at(c, i), "after"), -1) / 1000);
	return line;
}

/* "SECOND:TRIGGER BEGUN OUTCOME SERVICE+AFTER; ..." of all runs. */
static const char *
runs(void)
{
	const struct js *list = js_get(result, "runs"), *run;
	int64_t time;
	size_t i, n = 0;

	*text = '\0';
	for (i = 0; i < js_size(list); i++) {
		run = js_at(list, i);
		clock_parse(js_get_string(run, "time"), &time);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%lld:%lld %s", i > 0 ? "; " : "",
		    (long long)(time - T0) / 1000, (long long)js_int(js_get(js_get(run, "trigger"), "index"), -1), rest_of(run));
		ATF_REQUIRE(n < sizeof(text));
	}
	return text;
}

static void
check(const char *rule, const char *want)
{
	struct fault f = { 0 };

	ATF_REQUIRE_EQ_MSG(try(rule, &f), RC_OK, "%s: %s: %s", rule, f.field, f.msg);
	ATF_CHECK_MSG(strcmp(runs(), want) == 0, "%s\nran\n%s\nnot\n%s", rule, runs(), want);
	ATF_CHECK_EQ(js_int(js_get(js_get(result, "totals"), "runs"), -1), (int64_t)js_size(js_get(result, "runs")));
}

#define RULE(triggers, rest) "{\"name\":\"x\",\"triggers\":[" triggers "]," rest "}"
#define STATE(id, rest) "{\"trigger\":\"state\",\"entity_id\":\"" id "\"" rest "}"
#define ON "\"actions\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.hall\"}}]"

static int64_t
total(const char *name)
{
	return js_int(js_get(js_get(result, "totals"), name), -1);
}

static bool
limited(const char *part)
{
	const struct js *list = js_get(result, "limits");
	size_t i;

	for (i = 0; i < js_size(list); i++)
		if (strstr(js_string(js_at(list, i), NULL), part) != NULL)
			return true;
	return false;
}

/* ---- triggers ---- */

ATF_TC_WITHOUT_HEAD(trigger__state);
ATF_TC_BODY(trigger__state, tc)
{
	const struct js *trigger;

	(void)tc;
	open_house();
	was(-HOUR, "binary_sensor.motion", "off");
	was(0, "binary_sensor.motion", "on");		/* the first moment belongs to it */
	was(60 * SECOND, "binary_sensor.motion", "off");
	was(90 * SECOND, "binary_sensor.motion", NULL);
	was(120 * SECOND, "binary_sensor.motion", "on");
	was(150 * SECOND, "binary_sensor.motion", "on");	/* an attribute */
	was(DAY, "binary_sensor.motion", "off");		/* the last one not */
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), ON), "0:0 0 done turn_on+0; 120:0 120 done turn_on+0");
	trigger = js_get(js_at(js_get(result, "runs"), 0), "trigger");
	ATF_CHECK_STREQ(js_get_string(trigger, "entity_id"), "binary_sensor.motion");
	ATF_CHECK_STREQ(js_get_string(trigger, "from"), "off");
	ATF_CHECK_STREQ(js_get_string(trigger, "to"), "on");
	check(RULE(STATE("binary_sensor.motion", ",\"from\":\"off\",\"to\":\"on\""), ON), "0:0 0 done turn_on+0");
	check(RULE(STATE("binary_sensor.motion", ""), ON), "0:0 0 done turn_on+0; 60:0 60 done turn_on+0; "
	    "90:0 90 done turn_on+0; 120:0 120 done turn_on+0; 150:0 150 done turn_on+0");
	check(RULE(STATE("binary_sensor.motion", ",\"to\":null"), ON), "0:0 0 done turn_on+0; 60:0 60 done turn_on+0; "
	    "90:0 90 done turn_on+0; 120:0 120 done turn_on+0");
	/* packed history says the same */
	pack();
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), ON), "0:0 0 done turn_on+0; 120:0 120 done turn_on+0");
	close_house();
}

ATF_TC_WITHOUT_HEAD(trigger__holds_for);
ATF_TC_BODY(trigger__holds_for, tc)
{
	(void)tc;
	open_house();
	was(10 * SECOND, "binary_sensor.door", "on");
	was(40 * SECOND, "binary_sensor.door", "off");		/* too short */
	was(100 * SECOND, "binary_sensor.door", "on");
	was(160 * SECOND, "binary_sensor.door", "off");		/* just too short: the change comes first */
	was(200 * SECOND, "binary_sensor.door", "on");
	was(600 * SECOND, "binary_sensor.door", "off");
	check(RULE(STATE("binary_sensor.door", ",\"to\":\"on\",\"for\":\"00:01:00\""), ON), "260:0 260 done turn_on+0");
	check(RULE("{\"trigger\":\"template\",\"value_template\":\"{{ is_state('binary_sensor.door', 'on') }}\",\"for\":60}",
	    ON), "260:0 260 done turn_on+0");
	close_house();
}

ATF_TC_WITHOUT_HEAD(trigger__number);
ATF_TC_BODY(trigger__number, tc)
{
	static const char *const values[] = { "19", "22", "23", "20", "25", NULL, "26" };
	size_t i;

	(void)tc;
	open_house();
	for (i = 0; i < 7; i++)
		was((int64_t)i * MINUTE, "sensor.temperature", values[i]);
	/* out of nothing into the range is a crossing too, as in the engine */
	check(RULE("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.temperature\",\"above\":21}", ON),
	    "60:0 60 done turn_on+0; 240:0 240 done turn_on+0; 360:0 360 done turn_on+0");
	check(RULE("{\"trigger\":\"numeric_state\",\"entity_id\":\"sensor.temperature\",\"above\":21,\"for\":100}", ON),
	    "160:0 160 done turn_on+0; 460:0 460 done turn_on+0");
	check(RULE("{\"trigger\":\"template\",\"value_template\":\"{{ states('sensor.temperature')|float(0) > 21 }}\"}", ON),
	    "60:0 60 done turn_on+0; 240:0 240 done turn_on+0; 360:0 360 done turn_on+0");
	close_house();
}

ATF_TC_WITHOUT_HEAD(trigger__asks_for_the_time);
ATF_TC_BODY(trigger__asks_for_the_time, tc)
{
#define EVEN "{\"trigger\":\"template\",\"value_template\":\"{{ is_state('binary_sensor.door', 'on') and " \
	"now().minute % 2 == 0 }}\""
	(void)tc;
	open_house();
	was(30 * SECOND, "binary_sensor.door", "on");
	was(330 * SECOND, "binary_sensor.door", "off");
	check(RULE(EVEN "}", ON), "30:0 30 done turn_on+0; 120:0 120 done turn_on+0; 240:0 240 done turn_on+0");
	check(RULE(EVEN ",\"for\":20}", ON), "50:0 50 done turn_on+0; 140:0 140 done turn_on+0; 260:0 260 done turn_on+0");
	check(RULE(EVEN ",\"for\":70}", ON), "");
	/* no entity at all, and a wait */
	check(RULE("{\"trigger\":\"template\",\"value_template\":\"{{ utcnow().minute == 7 and utcnow().hour == 5 }}\"}", ON),
	    "18420:0 18420 done turn_on+0");
	check(RULE("{\"trigger\":\"time\",\"at\":\"07:00\"}", "\"actions\":[{\"wait_template\":"
	    "\"{{ now().minute == 3 }}\"},{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":\"light.hall\"}}]"),
	    "21600:0 21600 done turn_on+180");
	close_house();
}

ATF_TC_WITHOUT_HEAD(trigger__clock);
ATF_TC_BODY(trigger__clock, tc)
{
	(void)tc;
	open_house();
	/* the wall clock is an hour ahead; 24:00 there is 23:00 */
	check(RULE("{\"trigger\":\"time\",\"at\":[\"07:00\",\"01:00\"]}", ON), "0:0 0 done turn_on+0; 21600:0 21600 done turn_on+0");
	check(RULE("{\"trigger\":\"cron\",\"expression\":\"0 7,8 * * thu\"}", ON),
	    "21600:0 21600 done turn_on+0; 25200:0 25200 done turn_on+0");
	check(RULE("{\"trigger\":\"time_pattern\",\"hours\":\"/12\"}", ON), "39600:0 39600 done turn_on+0; 82800:0 82800 done turn_on+0");
	/* two triggers, one rule */
	was(21600 * SECOND, "binary_sensor.motion", "on");
	check(RULE("{\"trigger\":\"time\",\"at\":\"07:00\"}," STATE("binary_sensor.motion", ""), ON),
	    "21600:1 21600 done turn_on+0; 21600:0 21600 done turn_on+0");
	q.place = (struct place){ true, 52.5, 13.4 };
	check(RULE("{\"trigger\":\"sun\",\"event\":\"sunset\",\"offset\":\"-01:00:00\"}", "\"conditions\":[{\"condition\":\"sun\","
	    "\"before\":\"sunset\"}]," ON), "50583:0 50583 done turn_on+0");
	close_house();
}

/* The clock went on before there was a house: that is nothing to look back on. */
ATF_TC_WITHOUT_HEAD(trigger__clock_before_the_house);
ATF_TC_BODY(trigger__clock_before_the_house, tc)
{
	(void)tc;
	open_house_of(T0 + 3 * HOUR);
	q.from = T0 - 10 * DAY;
	check(RULE("{\"trigger\":\"time\",\"at\":[\"07:00\",\"01:00\"]}", ON), "21600:0 21600 done turn_on+0");
	ATF_CHECK_STREQ(js_get_string(result, "from"), "2026-01-01T03:00:00.000Z");
	ATF_CHECK_STREQ(js_get_string(result, "history_from"), "2026-01-01T03:00:00.000Z");
	ATF_CHECK_EQ(js_real(js_get(result, "history_days"), 0), 1.8);
	ATF_CHECK_EQ(js_size(js_get(result, "days")), 2);
	/* older than that is nothing at all */
	q.to = T0 + HOUR;
	check(RULE("{\"trigger\":\"time\",\"at\":[\"07:00\",\"01:00\"]}", ON), "");
	ATF_REQUIRE_EQ(db_script(db, "DELETE FROM event", NULL), RC_OK);
	q.to = T0 + DAY;
	check(RULE("{\"trigger\":\"time_pattern\",\"minutes\":\"/1\"}", ON), "");
	ATF_CHECK(js_is_null(js_get(result, "history_from")));
	close_house();
}

/* The night without 02:30, and the one with two. */
ATF_TC_WITHOUT_HEAD(trigger__dst);
ATF_TC_BODY(trigger__dst, tc)
{
	int64_t spring = 1774656000000LL /* 2026-03-28T00:00Z */, autumn = 1792800000000LL /* 2026-10-24T00:00Z */;
	const struct js *days;

	(void)tc;
	open_house();
	q = (struct backtest_request){ .from = spring, .to = spring + 3 * DAY, .now_ms = spring + 9 * DAY };
	/* 01:30Z on the 28th, the first moment after the gap (01:00Z) on the 29th, 00:30Z on the 30th */
	check(RULE("{\"trigger\":\"time\",\"at\":\"02:30\"}", ON), "7435800:0 7435800 done turn_on+0; "
	    "7520400:0 7520400 done turn_on+0; 7605000:0 7605000 done turn_on+0");
	q = (struct backtest_request){ .from = autumn, .to = autumn + 3 * DAY, .now_ms = autumn + 9 * DAY };
	check(RULE("{\"trigger\":\"time\",\"at\":\"02:30\"}", ON), "25576200:0 25576200 done turn_on+0; "
	    "25662600:0 25662600 done turn_on+0; 25752600:0 25752600 done turn_on+0");
	/* each day of the calendar has its one, also that of 25 hours */
	days = js_get(result, "days");
	ATF_CHECK_STREQ(js_get_string(js_at(days, 1), "date"), "2026-10-25");
	ATF_CHECK_EQ(js_int(js_get(js_at(days, 1), "runs"), -1), 1);
	ATF_CHECK_EQ(js_size(days), 4);		/* 02:00 of the first to 01:00 of the fourth */
	close_house();
}

/* What the event log keeps: what automations told, buttons, tags. */
ATF_TC_WITHOUT_HEAD(trigger__events);
ATF_TC_BODY(trigger__events, tc)
{
	(void)tc;
	open_house();
	add((struct store_event){ .time = T0 + MINUTE, .kind = EVENT_CUSTOM, .subject = "event.bell", .data = "{\"n\":1}" });
	add((struct store_event){ .time = T0 + 2 * MINUTE, .kind = EVENT_CUSTOM, .subject = "event.bell", .data = "{\"n\":2}" });
	add((struct store_event){ .time = T0 + 3 * MINUTE, .kind = EVENT_CUSTOM, .subject = "event.other" });
	add((struct store_event){ .time = T0 + 4 * MINUTE, .kind = EVENT_TAG_SCANNED, .subject = "tag.key" });
	add((struct store_event){ .time = T0 + 5 * MINUTE, .kind = EVENT_DEVICE_TRIGGER, .subject = "device.plug",
	    .data = "{\"type\":\"button\",\"subtype\":\"short\"}" });
	check(RULE("{\"trigger\":\"event\",\"event_type\":\"bell\",\"event_data\":{\"n\":2}}", ON), "120:0 120 done turn_on+0");
	check(RULE("{\"trigger\":\"tag\",\"tag_id\":\"key\"}", ON), "240:0 240 done turn_on+0");
	check(RULE("{\"trigger\":\"device\",\"device_id\":\"plug\",\"type\":\"button\"}", ON), "300:0 300 done turn_on+0");
	check(RULE("{\"trigger\":\"homeassistant\",\"event\":\"start\"}", ON), "");
	ATF_CHECK(limited("When the house began to listen"));
	/* what it tells itself it hears, and what it told in the past does not count again */
	add((struct store_event){ .time = T0 + 6 * MINUTE, .kind = EVENT_CUSTOM, .subject = "event.echo", .actor = "automation:me" });
	q.id = "me";
	check(RULE("{\"trigger\":\"event\",\"event_type\":[\"bell\",\"echo\"],\"id\":\"b\"}", "\"mode\":\"parallel\",\"max\":2,\"actions\":["
	    "{\"if\":[{\"condition\":\"template\",\"value_template\":\"{{ trigger.event.event_type == 'event.bell' }}\"}],"
	    "\"then\":[{\"event\":\"echo\"}]}]"),
	    "60:0 60 done; 60:0 60 done; 120:0 120 done; 120:0 120 done");
	close_house();
}

/* ---- runs ---- */

#define PAUSED "\"actions\":[{\"action\":\"light.turn_on\",\"entity_id\":\"light.hall\"},{\"delay\":60}," \
	"{\"action\":\"light.turn_off\",\"entity_id\":\"light.hall\"}]"

/* The house's worry at T0 + ms was this, and is that. */
static void
felt(int64_t ms, double before, double now)
{
	struct emotion_row row = { .time = T0 + ms, .happiness = .6, .worry = now, .boredom = .3, .excitement = .4,
		.primary = now > .5 ? "worry" : "happiness", .factors = "{}", .targets = "{}", .reasons = "[]" };
	struct tx tx;
	char data[400];

	snprintf(data, sizeof(data), "{\"happiness\":0.6,\"worry\":%g,\"boredom\":0.3,\"excitement\":0.4,"
	    "\"was\":{\"happiness\":0.6,\"worry\":%g,\"boredom\":0.3,\"excitement\":0.4}}", now, before);
	row.event = add((struct store_event){ .time = T0 + ms, .kind = EVENT_EMOTION, .subject = "house.emotion",
	    .data = data });
	tx = begin();
	ATF_REQUIRE_EQ(store_emotion_add(&tx, &row), RC_OK);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
}

ATF_TC_WITHOUT_HEAD(emotion__as_it_was_felt);
ATF_TC_BODY(emotion__as_it_was_felt, tc)
{
	static const char worried[] = RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""),
	    "\"conditions\":[{\"condition\":\"emotion\",\"primary\":\"worry\"}]," ON);
	static const int64_t motions[] = { 30, 90, 150 };
	size_t i;

	(void)tc;
	open_house();
	was(-HOUR, "binary_sensor.motion", "off");
	for (i = 0; i < 3; i++) {
		was(motions[i] * SECOND, "binary_sensor.motion", "on");
		was((motions[i] + 5) * SECOND, "binary_sensor.motion", "off");
	}
	check(worried, "");
	ATF_CHECK(limited("What the house felt is not recorded"));
	felt(60 * SECOND, .2, .7);
	felt(120 * SECOND, .7, .1);
	felt(180 * SECOND, .1, .8);
	/* a condition sees what it felt then */
	check(worried, "90:0 90 done turn_on+0");
	ATF_CHECK_EQ(total("noes"), 2);
	ATF_CHECK(limited("What the house felt before 2026-01-01 01:01 is not recorded"));
	check(RULE("{\"trigger\":\"emotion\",\"emotion\":\"worry\",\"above\":0.5}", ON),
	    "60:0 60 done turn_on+0; 180:0 180 done turn_on+0");
	check(RULE("{\"trigger\":\"emotion\",\"from\":\"worry\"}", ON), "120:0 120 done turn_on+0");
	/* what is cut short does not hold for long enough */
	check(RULE("{\"trigger\":\"emotion\",\"to\":\"worry\",\"for\":100}", ON), "280:0 280 done turn_on+0");
	/* what it felt before the range counts */
	q.from = T0 + 80 * SECOND;
	check(worried, "90:0 90 done turn_on+0");
	ATF_CHECK(!limited("What the house felt"));
	close_house();
}

/* How long ago it ran is as it would have been. */
ATF_TC_WITHOUT_HEAD(run__sees_its_last_one);
ATF_TC_BODY(run__sees_its_last_one, tc)
{
	int i;

	(void)tc;
	open_house();
	for (i = 0; i < 6; i++)
		was(i * 30 * SECOND, "binary_sensor.motion", i % 2 == 0 ? "on" : "off");
	check(RULE(STATE("binary_sensor.motion", ""), "\"conditions\":[\"{{ this.attributes.last_triggered is none or "
	    "(now() - this.attributes.last_triggered).total_seconds() > 45 }}\"]," ON),
	    "0:0 0 done turn_on+0; 60:0 60 done turn_on+0; 120:0 120 done turn_on+0");
	ATF_CHECK_EQ(total("noes"), 3);
	close_house();
}

ATF_TC_WITHOUT_HEAD(run__modes);
ATF_TC_BODY(run__modes, tc)
{
	(void)tc;
	open_house();
	was(0, "binary_sensor.motion", "a");
	was(30 * SECOND, "binary_sensor.motion", "b");
	was(50 * SECOND, "binary_sensor.motion", "c");
	check(RULE(STATE("binary_sensor.motion", ""), PAUSED), "0:0 0 done turn_on+0 turn_off+60");
	ATF_CHECK_EQ(total("ignored"), 2);
	check(RULE(STATE("binary_sensor.motion", ""), "\"mode\":\"restart\"," PAUSED),
	    "0:0 0 stopped turn_on+0; 30:0 30 stopped turn_on+0; 50:0 50 done turn_on+0 turn_off+60");
	check(RULE(STATE("binary_sensor.motion", ""), "\"mode\":\"queued\",\"max\":2," PAUSED),
	    "0:0 0 done turn_on+0 turn_off+60; 30:0 60 done turn_on+30 turn_off+90");
	check(RULE(STATE("binary_sensor.motion", ""), "\"mode\":\"parallel\"," PAUSED), "0:0 0 done turn_on+0 turn_off+60; "
	    "30:0 30 done turn_on+0 turn_off+60; 50:0 50 done turn_on+0 turn_off+60");
	/* what is still under way at the end */
	q.to = T0 + 70 * SECOND;
	check(RULE(STATE("binary_sensor.motion", ""), "\"mode\":\"queued\"," PAUSED),
	    "0:0 0 done turn_on+0 turn_off+60; 30:0 60 waits turn_on+30; 50:0 - queued");
	close_house();
}

ATF_TC_WITHOUT_HEAD(run__waits);
ATF_TC_BODY(run__waits, tc)
{
	(void)tc;
	open_house();
	was(0, "binary_sensor.motion", "on");
	was(40 * SECOND, "binary_sensor.door", "on");
	was(HOUR, "binary_sensor.motion", "off");
	was(2 * HOUR, "binary_sensor.motion", "on");
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"actions\":[{\"wait_for_trigger\":"
	    STATE("binary_sensor.door", "") ",\"timeout\":60},{\"if\":[\"{{ wait.completed }}\"],\"then\":["
	    "{\"action\":\"light.turn_on\",\"entity_id\":\"light.hall\"}],\"else\":["
	    "{\"action\":\"light.turn_off\",\"entity_id\":\"light.hall\"}]}]"),
	    "0:0 0 done turn_on+40; 7200:0 7200 done turn_off+60");
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"actions\":[{\"wait_template\":"
	    "\"{{ is_state('binary_sensor.door', 'on') }}\"},{\"action\":\"light.turn_on\",\"entity_id\":\"light.hall\"}]"),
	    "0:0 0 done turn_on+40; 7200:0 7200 done turn_on+0");
	/* until it held long enough, or a time came */
	was(50 * SECOND, "binary_sensor.door", "off");
	was(70 * SECOND, "binary_sensor.door", "on");
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"actions\":[{\"wait_for_trigger\":["
	    STATE("binary_sensor.door", ",\"to\":\"on\",\"for\":20") ",{\"trigger\":\"time_pattern\",\"minutes\":\"/5\"}],"
	    "\"timeout\":400},{\"action\":\"light.turn_on\",\"entity_id\":\"light.hall\"}]"),
	    "0:0 0 done turn_on+90; 7200:0 7200 done turn_on+300");
	/* `for` of a condition looks at when it really changed */
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"conditions\":[{\"condition\":\"state\","
	    "\"entity_id\":\"binary_sensor.door\",\"state\":\"on\",\"for\":\"01:30:00\"}]," ON), "7200:0 7200 done turn_on+0");
	close_house();
}

ATF_TC_WITHOUT_HEAD(run__not_and_why);
ATF_TC_BODY(run__not_and_why, tc)
{
	const struct js *c, *sample;

	(void)tc;
	open_house();
	was(-DAY, "binary_sensor.door", "off");
	was(0, "binary_sensor.motion", "on");
	was(MINUTE, "binary_sensor.motion", "off");
	was(2 * MINUTE, "binary_sensor.door", "on");
	was(3 * MINUTE, "binary_sensor.motion", "on");
	check(RULE(STATE("binary_sensor.motion", ""), "\"conditions\":[{\"condition\":\"time\",\"after\":\"00:00\",\"enabled\":false},"
	    "{\"condition\":\"state\",\"entity_id\":\"binary_sensor.motion\",\"state\":\"on\"},"
	    "{\"condition\":\"state\",\"entity_id\":\"binary_sensor.door\",\"state\":\"on\"}]," ON), "180:0 180 done turn_on+0");
	ATF_CHECK_EQ(total("noes"), 2);
	c = js_get(result, "conditions");
	ATF_REQUIRE_EQ(js_size(c), 2);
	ATF_CHECK_STREQ(js_get_string(js_at(c, 0), "place"), "conditions[1]");
	ATF_CHECK_EQ(js_int(js_get(js_at(c, 0), "noes"), 0), 1);
	sample = js_at(js_get(js_at(c, 1), "samples"), 0);
	ATF_CHECK_STREQ(js_get_string(js_at(c, 1), "place"), "conditions[2]");
	ATF_CHECK_STREQ(js_get_string(sample, "reason"), "binary_sensor.door is off");
	ATF_CHECK_STREQ(js_get_string(sample, "time"), "2026-01-01T00:00:00.000Z");
	ATF_CHECK_EQ(js_size(js_get(result, "noes")), 2);
	/* what it would send is refused where it would be */
	check(RULE(STATE("binary_sensor.motion", ",\"from\":\"off\""), "\"actions\":[{\"action\":\"light.turn_on\","
	    "\"entity_id\":\"light.hall\",\"data\":{\"brightness\":\"{{ 999 }}\"}}]"), "180:0 180 failed turn_on!+0");
	ATF_CHECK(strstr(js_get_string(js_at(js_get(result, "runs"), 0), "reason"), "brightness") != NULL);
	close_house();
}

/* ---- what really happened ---- */

ATF_TC_WITHOUT_HEAD(around__who_did_what);
ATF_TC_BODY(around__who_did_what, tc)
{
	const struct js *around, *changes;
	int64_t by_anna;

	(void)tc;
	open_house();
	was(-HOUR, "light.hall", "off");
	was(HOUR, "binary_sensor.motion", "on");
	by_anna = add((struct store_event){ .time = T0 + HOUR + 20 * SECOND, .kind = EVENT_COMMAND,
	    .entity = row_of("light.hall"), .actor = "user:anna" });
	add((struct store_event){ .time = T0 + HOUR + 21 * SECOND, .kind = EVENT_STATE_CHANGED, .entity = row_of("light.hall"),
	    .state = "on", .cause = by_anna });
	was(HOUR + 5 * MINUTE, "light.hall", "off");
	was(HOUR + 30 * MINUTE, "light.hall", "on");	/* too late to belong to it */
	check(RULE(STATE("binary_sensor.motion", ""), ON), "3600:0 3600 done turn_on+0");
	around = js_at(js_get(js_at(js_get(result, "runs"), 0), "around"), 0);
	ATF_CHECK_STREQ(js_get_string(around, "entity_id"), "light.hall");
	ATF_CHECK_STREQ(js_get_string(around, "before"), "off");
	changes = js_get(around, "changes");
	ATF_REQUIRE_EQ(js_size(changes), 2);
	ATF_CHECK_STREQ(js_get_string(js_at(changes, 0), "state"), "on");
	ATF_CHECK_STREQ(js_get_string(js_at(changes, 0), "by"), "user:anna");
	ATF_CHECK_STREQ(js_get_string(js_at(changes, 1), "state"), "off");
	ATF_CHECK_STREQ(js_get_string(js_at(changes, 1), "by"), "device");
	/* no sensor: nothing is said about energy */
	ATF_CHECK(js_is_null(js_get(js_get(result, "energy"), "difference_wh")));
	ATF_CHECK(js_is_null(js_get(js_at(js_get(result, "runs"), 0), "energy_wh")));
	close_house();
}

ATF_TC_WITHOUT_HEAD(around__energy);
ATF_TC_BODY(around__energy, tc)
{
	const struct js *energy, *target;

	(void)tc;
	open_house();
	was(0, "switch.plug", "off");
	was(0, "sensor.plug_power", "2");
	was(4 * HOUR, "switch.plug", "on");
	was(4 * HOUR, "sensor.plug_power", "102");
	was(10 * HOUR, "switch.plug", "off");
	was(10 * HOUR, "sensor.plug_power", "2");
	was(6 * HOUR, "binary_sensor.motion", "on");
	was(20 * HOUR, "binary_sensor.motion", "off");
	/* off at 06:00 instead of 10:00: 4 h of 100 W less; at 20:00 it was off already */
	check(RULE(STATE("binary_sensor.motion", ""), "\"actions\":[{\"action\":\"switch.turn_off\",\"entity_id\":\"switch.plug\"}]"),
	    "21600:0 21600 done turn_off+0; 72000:0 72000 done turn_off+0");
	energy = js_get(result, "energy");
	target = js_at(js_get(energy, "targets"), 0);
	ATF_CHECK_STREQ(js_get_string(target, "sensor"), "sensor.plug_power");
	ATF_CHECK_EQ(js_real(js_get(target, "on_w"), 0), 102);
	ATF_CHECK_EQ(js_real(js_get(target, "off_w"), 0), 2);
	ATF_CHECK_EQ(js_real(js_get(energy, "difference_wh"), 0), -400);
	ATF_CHECK_EQ(js_real(js_get(js_at(js_get(result, "runs"), 0), "energy_wh"), 0), -400);
	ATF_CHECK_EQ(js_real(js_get(js_at(js_get(result, "runs"), 1), "energy_wh"), 1), 0);
	close_house();
}

/* ---- what it tells, and what it starts ---- */

static void
add_scenario(const char *id, const char *rest)
{
	struct mem_arena *a = mem_arena_new(4096);
	struct tx tx = begin();
	struct buf config = { 0 };
	struct automation made;
	struct fault f = { 0 };
	struct js *v;

	buf_printf(&config, "{\"name\":\"The %s\",%s}", id, rest);
	ATF_REQUIRE_EQ_MSG(js_parse(buf_str(&config), config.len, JS_STRICT, &v, &f), RC_OK, "%s", f.msg);
	ATF_REQUIRE_EQ_MSG(scenario_add(&tx, id, v, a, &made, &f), RC_OK, "%s: %s", f.field, f.msg);
	ATF_REQUIRE_EQ(db_commit(db), RC_OK);
	js_free(v);
	buf_free(&config);
	mem_arena_free(a);
}

static const struct js *
of_run(size_t i, const char *list, size_t k)
{
	return js_at(js_get(js_at(js_get(result, "runs"), i), list), k);
}

ATF_TC_WITHOUT_HEAD(told__people_and_programs);
ATF_TC_BODY(told__people_and_programs, tc)
{
	const struct js *told;

	(void)tc;
	open_house();
	was(HOUR, "binary_sensor.motion", "on");
	check(RULE(STATE("binary_sensor.motion", ""), "\"actions\":[{\"notify\":\"It is {{ trigger.to_state.state }}\","
	    "\"channels\":[\"log\"]},{\"delay\":5},{\"webhook\":\"https://example.org/x\"},{\"repeat\":{\"count\":30,"
	    "\"sequence\":[{\"notify\":\"again\"}]}}]"), "3600:0 3600 done");
	told = of_run(0, "deliveries", 0);
	ATF_CHECK_STREQ(js_get_string(js_get(told, "payload"), "message"), "It is on");
	ATF_CHECK_STREQ(js_string(js_at(js_get(told, "channels"), 0), NULL), "log");
	told = of_run(0, "deliveries", 1);
	ATF_CHECK_STREQ(js_get_string(js_get(told, "payload"), "url"), "https://example.org/x");
	ATF_CHECK_EQ(js_int(js_get(told, "after"), 0), 5000);
	ATF_CHECK_EQ(js_size(js_get(js_at(js_get(result, "runs"), 0), "deliveries")), 20);
	ATF_CHECK_EQ(js_int(js_get(js_at(js_get(result, "runs"), 0), "delivery_count"), 0), 32);
	ATF_CHECK_EQ(js_int(js_get(js_get(result, "totals"), "deliveries"), 0), 32);
	close_house();
}

ATF_TC_WITHOUT_HEAD(scenario__is_looked_into);
ATF_TC_BODY(scenario__is_looked_into, tc)
{
	const struct js *one;

	(void)tc;
	open_house();
	was(HOUR, "binary_sensor.motion", "on");
	was(HOUR + MINUTE, "binary_sensor.door", "on");
	was(2 * HOUR, "binary_sensor.motion", "off");
	was(2 * HOUR + 1, "binary_sensor.motion", "on");
	add_scenario("dim", "\"parameters\":{\"n\":{\"type\":\"integer\",\"default\":1,\"max\":100}},\"actions\":["
	    "{\"wait_for_trigger\":{\"trigger\":\"state\",\"entity_id\":\"binary_sensor.door\"},\"timeout\":7200},"
	    "{\"if\":\"{{ wait.completed and n == 70 }}\",\"then\":[{\"action\":\"light.turn_on\",\"target\":{\"entity_id\":"
	    "\"light.hall\"}}],\"else\":[{\"action\":\"light.turn_off\",\"target\":{\"entity_id\":\"light.hall\"}}]}]");
	add_scenario("outer", "\"actions\":[{\"scenario\":\"dim\",\"parameters\":{\"n\":\"{{ 35 * 2 }}\"}},{\"delay\":5},"
	    "{\"notify\":\"five\"}]");
	/* the rule itself is done at once; what it started goes on on its own */
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"actions\":[{\"scenario\":\"outer\"}]"),
	    "3600:0 3600 done turn_on+60; 7200:0 7200 done turn_off+7200");
	one = of_run(0, "scenarios", 0);
	ATF_CHECK_STREQ(js_get_string(one, "id"), "outer");
	ATF_CHECK_STREQ(js_get_string(one, "name"), "The outer");
	ATF_CHECK_STREQ(js_get_string(one, "outcome"), "done");
	ATF_CHECK_STREQ(js_get_string(of_run(0, "scenarios", 1), "id"), "dim");
	ATF_CHECK_STREQ(js_get_string(of_run(0, "commands", 0), "scenario"), "dim");
	ATF_CHECK_EQ(js_int(js_get(of_run(0, "deliveries", 0), "after"), 0), 5000);
	ATF_CHECK_STREQ(js_get_string(of_run(0, "deliveries", 0), "scenario"), "outer");
	ATF_CHECK_EQ(js_int(js_get(js_get(result, "totals"), "scenarios"), 0), 4);
	ATF_CHECK(limited("Scenarios were taken as they are today"));
	/* one that runs still, and one that refuses: as an engine says it */
	add_scenario("long", "\"actions\":[{\"delay\":\"02:00:00\"}]");
	check(RULE(STATE("binary_sensor.motion", ",\"to\":\"on\""), "\"actions\":[{\"scenario\":\"long\"}]"),
	    "3600:0 3600 done; 7200:0 7200 failed");
	ATF_CHECK_STREQ(js_get_string(of_run(1, "scenarios", 0), "reason"), "the scenario runs already");
	add_scenario("never", "\"conditions\":[\"{{ false }}\"],\"actions\":[{\"notify\":\"x\"}]");
	check(RULE(STATE("binary_sensor.door", ""), "\"actions\":[{\"scenario\":\"never\"}]"), "3660:0 3660 failed");
	ATF_CHECK_STREQ(js_get_string(of_run(0, "scenarios", 0), "outcome"), "not_run");
	close_house();
}

/* Each of five starts the next ten times, and that for each trigger: it ends. */
ATF_TC_WITHOUT_HEAD(scenario__many_of_many);
ATF_TC_BODY(scenario__many_of_many, tc)
{
	struct fault f = { 0 };
	char id[8], rest[200];
	int i;

	(void)tc;
	open_house();
	was(HOUR, "binary_sensor.motion", "on");
	add_scenario("s0", "\"actions\":[{\"event\":\"e\"}]");
	for (i = 1; i < 5; i++) {
		snprintf(id, sizeof(id), "s%d", i);
		snprintf(rest, sizeof(rest), "\"actions\":[{\"repeat\":{\"count\":30,\"sequence\":[{\"scenario\":\"s%d\"}]}}]",
		    i - 1);
		add_scenario(id, rest);
	}
	ATF_REQUIRE_EQ(try(RULE(STATE("binary_sensor.motion", ""), "\"actions\":[{\"scenario\":\"s4\"}]"), &f), RC_OK);
	ATF_CHECK(!js_bool(js_get(result, "complete"), true));
	ATF_CHECK_STREQ(js_get_string(result, "stopped"), "it would have started scenarios too often: the rest was not "
	    "looked at");
	close_house();
}

/* ---- limits ---- */

static bool
stop(void *arg, const struct backtest_progress *p)
{
	(void)p;
	++*(int *)arg;
	return false;
}

ATF_TC_WITHOUT_HEAD(limits__said);
ATF_TC_BODY(limits__said, tc)
{
	struct fault f = { 0 };
	int told = 0;

	(void)tc;
	open_house();
	was(HOUR, "binary_sensor.motion", "on");
	check(RULE(STATE("binary_sensor.motion", "") "," STATE("sensor.temperature", ",\"attribute\":\"x\""), ON),
	    "3600:0 3600 done turn_on+0");
	ATF_CHECK(limited("Nothing is recorded of binary_sensor.motion before 2026-01-01 02:00."));
	ATF_CHECK(limited("Nothing is recorded of sensor.temperature."));
	ATF_CHECK(limited("Attributes are not recorded"));
	ATF_CHECK(!limited("Rooms"));
	ATF_CHECK_STREQ(js_get_string(result, "history_from"), "2025-12-31T00:00:00.000Z");
	ATF_CHECK_EQ(js_real(js_get(result, "history_days"), 0), 3.0);
	ATF_CHECK(js_bool(js_get(result, "complete"), false));
	/* too often */
	q.runs_max = 3;
	check(RULE("{\"trigger\":\"time_pattern\",\"seconds\":\"/1\"}", ON),
	    "0:0 0 done turn_on+0; 1:0 1 done turn_on+0; 2:0 2 done turn_on+0");
	ATF_CHECK(!js_bool(js_get(result, "complete"), true));
	ATF_CHECK_STREQ(js_get_string(result, "stopped"), "it would have run too often: the rest was not looked at");
	ATF_CHECK_STREQ(js_get_string(result, "reached"), "2026-01-01T00:00:02.000Z");
	/* too long */
	q.runs_max = 0;
	q.budget_ms = 1;
	q.to = q.now_ms;
	ATF_CHECK_EQ(try(RULE("{\"trigger\":\"time_pattern\",\"seconds\":\"/1\"}",
	    "\"conditions\":[\"{{ range(300)|sum < 0 }}\"]," ON), &f), RC_OK);
	ATF_CHECK_STREQ(js_get_string(result, "stopped"), "it took too long: choose fewer days");
	/* somebody gave up */
	q.budget_ms = 0;
	q.progress = stop;
	q.arg = &told;
	ATF_CHECK_EQ(try(RULE("{\"trigger\":\"time_pattern\",\"seconds\":\"/1\"}",
	    "\"conditions\":[\"{{ range(300)|sum < 0 }}\"]," ON), &f), RC_TIMEOUT);
	ATF_CHECK_EQ(told, 1);
	q.progress = NULL;
	/* nonsense */
	q.to = q.from;
	ATF_CHECK_EQ(try(RULE(STATE("binary_sensor.motion", ""), ON), &f), RC_INVALID);
	ATF_CHECK_STREQ(f.field, "from");
	q.to = q.from + 367 * DAY;
	ATF_CHECK_EQ(try(RULE(STATE("binary_sensor.motion", ""), ON), &f), RC_INVALID);
	q.to = q.from + DAY;
	ATF_CHECK_EQ(try(RULE(STATE("binary_sensor.nobody", ""), ON), &f), RC_INVALID);
	ATF_CHECK_STREQ(f.field, "triggers[0].entity_id");
	close_house();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, trigger__state);
	ATF_TP_ADD_TC(tp, trigger__holds_for);
	ATF_TP_ADD_TC(tp, trigger__number);
	ATF_TP_ADD_TC(tp, trigger__clock);
	ATF_TP_ADD_TC(tp, trigger__clock_before_the_house);
	ATF_TP_ADD_TC(tp, trigger__asks_for_the_time);
	ATF_TP_ADD_TC(tp, trigger__dst);
	ATF_TP_ADD_TC(tp, trigger__events);
	ATF_TP_ADD_TC(tp, emotion__as_it_was_felt);
	ATF_TP_ADD_TC(tp, run__sees_its_last_one);
	ATF_TP_ADD_TC(tp, run__modes);
	ATF_TP_ADD_TC(tp, run__waits);
	ATF_TP_ADD_TC(tp, run__not_and_why);
	ATF_TP_ADD_TC(tp, around__who_did_what);
	ATF_TP_ADD_TC(tp, around__energy);
	ATF_TP_ADD_TC(tp, told__people_and_programs);
	ATF_TP_ADD_TC(tp, scenario__is_looked_into);
	ATF_TP_ADD_TC(tp, scenario__many_of_many);
	ATF_TP_ADD_TC(tp, limits__said);
	return atf_no_error();
}
